"""Finds personal and account numbers in clear, however they are written, in a dump, a log or a letter."""

import re
from collections.abc import Iterable

from django.db import connection
from personnummer.personnummer import valid
from stdnum.no import fodselsnummer

from accounts.models import User
from applications.models import Application
from invoicing.models import Payment, PaymentBatch
from schemes import secrets
from schemes.models import PayingAccount

BETWEEN = "[-+.\u00a0\u202f ]?"


def known() -> set[str]:
    """Return the digits of every number that the database keeps encrypted."""
    own = {each.number_in_clear for each in User.objects.all()}
    paid = {
        secrets.decrypt(each.account, each.batch.data_key)
        for each in Payment.objects.select_related("batch__key")
    }
    paid |= {each.number for each in PayingAccount.objects.all()}
    paid |= {each.paid_from for each in PaymentBatch.objects.select_related("key")}
    stated = {number for each in Application.objects.all() for number in _stated(each)}
    found = {re.sub(r"\D", "", text or "") for text in own | paid | stated}
    return {digits for digits in found if len(digits) >= 10}


def _stated(application):
    for step in application.rules.steps:
        opened = step.form.opened(application.answers.get(step.slug, {}))
        yield from (opened.get(name) or "" for name in step.form.secret)


def in_clear(text: str, numbers: Iterable[str]) -> set[str]:
    """Return what of the numbers is in a text: with or without century, hyphen, dots or spaces."""
    written = {each for digits in numbers for each in (digits, digits[2:]) if len(each) >= 10}
    if not written:
        return set()
    any_of_them = "|".join(BETWEEN.join(digits) for digits in sorted(written))
    return set(re.findall(rf"(?<!\d)(?:{any_of_them})(?!\d)", text))


def dump() -> str:
    """Return every row of every table as text, as pg_dump would write it."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        return "\n".join(_copied(cursor, table) for table in tables)


def _copied(cursor, table):
    with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
        return f"{table}\n" + b"".join(bytes(each) for each in rows).decode()


# Born between 1930 and 2005: a moment written without hyphens is no number.
SWEDISH = re.compile(r"(?<!\d)(19[3-9]\d|200[0-5])(\d{4})[-+]?(\d{4})(?!\d)")
NORWEGIAN = re.compile(r"(?<![\d.])\d{6} ?\d{5}(?!\d)")


def anybodys(text: str) -> set[str]:
    """Return every valid personal number, Swedish or Norwegian, that is in a text, whoever's it is."""
    swedish = {"".join(found.groups()) for found in SWEDISH.finditer(text)}
    norwegian = {found.group().replace(" ", "") for found in NORWEGIAN.finditer(text)}
    return {each for each in swedish if valid(each)} | {
        each for each in norwegian if fodselsnummer.is_valid(each)
    }
