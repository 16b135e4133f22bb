from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("schemes", "0002_personal_allowances")]
    operations = [
        migrations.CreateModel(
            name="PayingAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scheme", models.SlugField(verbose_name="scheme")),
                (
                    "valid_from",
                    models.DateField(
                        help_text="For payments that are released on this day or later",
                        verbose_name="valid from",
                    ),
                ),
                ("name", models.CharField(max_length=70, verbose_name="who pays")),
                (
                    "account",
                    models.CharField(
                        help_text="As IBAN, for example NO93 8601 1117 947",
                        max_length=42,
                        verbose_name="account",
                    ),
                ),
                ("bic", models.CharField(max_length=11, verbose_name="the bank's BIC")),
            ],
            options={
                "verbose_name": "paying account",
                "verbose_name_plural": "paying accounts",
                "ordering": ["scheme", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scheme", "valid_from"), name="paying_account_from"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("account", ""), _negated=True),
                            models.Q(("bic", ""), _negated=True),
                        ),
                        name="paying_account_whole",
                    ),
                ],
            },
        ),
    ]
