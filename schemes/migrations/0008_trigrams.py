from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Words are found by pieces of three letters; the owner of a database may bring this extension."""

    dependencies = [
        ('schemes', '0007_accounts_encrypted'),
    ]

    operations = [
        TrigramExtension(),
    ]
