"""Takes over the paying account from the environment, where it was kept before it had a table."""

import os

from django.db import migrations

from schemes.fastlege.tables import SLUG


def take_over(apps, schema_editor):
    names = {"name": "PAYER_NAME", "account": "PAYER_ACCOUNT", "bic": "PAYER_BIC"}
    told = {field: os.environ.get(name, "").strip() for field, name in names.items()}
    first = apps.get_model("fastlege", "DatedTerms").objects.order_by("valid_from").first()
    entered = apps.get_model("schemes", "PayingAccount").objects
    if first and all(told.values()) and not entered.filter(scheme=SLUG).exists():
        entered.create(scheme=SLUG, valid_from=first.first_day, **told)


class Migration(migrations.Migration):
    # What is entered here in clear is encrypted there.
    run_before = [("schemes", "0007_accounts_encrypted")]
    dependencies = [("fastlege", "0003_course_days"), ("schemes", "0003_paying_accounts")]
    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
