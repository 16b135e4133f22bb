"""Encrypts the numbers of paying accounts, and knows more kinds of acts."""

from django.db import migrations, models

from schemes import secrets


def encrypt(apps, schema_editor):
    """Encrypt every number that is in clear yet."""
    rows = apps.get_model("schemes", "PayingAccount").objects
    for row in rows.exclude(account__startswith=secrets.MARK):
        rows.filter(pk=row.pk).update(account=secrets.encrypt(row.account))


class Migration(migrations.Migration):
    dependencies = [("schemes", "0006_charters")]
    operations = [
        migrations.AlterField(
            "payingaccount", "account", models.TextField(verbose_name="account")
        ),
        migrations.RunPython(encrypt, migrations.RunPython.noop),
        migrations.AlterField(
            "act",
            "kind",
            models.CharField(
                choices=[
                    ("terms", "New terms entered"),
                    ("appointed", "Somebody appointed"),
                    ("ended", "A mandate ended"),
                    ("added", "Added to a list"),
                    ("changed", "A list changed"),
                    ("removed", "Taken off a list"),
                    ("sign_ins", "Sign-ins ended"),
                    ("closed", "An account closed"),
                    ("opened", "An account opened again"),
                ],
                max_length=10,
                verbose_name="what",
            ),
        ),
    ]
