"""Anonymises the accounts of people of whom nothing is left: no draft, no case, and never a mandate."""

from datetime import date

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from accounts.models import KeptForm, User
from applications.models import Notice
from oversight.places import GONE

OURS = "@anonymised.invalid"
# The longest term of any scheme counts: an account belongs to the house. Whoever held a mandate or read
# others' data stays, for what they did is the office's record.
DUE = """
SELECT u.id FROM accounts_user u CROSS JOIN (
    SELECT max(of_scheme.months) AS months FROM (
        SELECT DISTINCT ON (scheme) months FROM schemes_retentionterm
        WHERE kind = 'account' AND valid_from <= %(on)s ORDER BY scheme, valid_from DESC, id DESC
    ) of_scheme
) t
WHERE NOT u.is_superuser AND u.email NOT LIKE %(ours)s
    AND ((greatest(u.last_login, u.date_joined) AT TIME ZONE %(zone)s)::date
        + make_interval(months => t.months))::date < %(on)s
    AND NOT EXISTS (SELECT 1 FROM applications_application a WHERE a.applicant_id = u.id)
    AND NOT EXISTS (SELECT 1 FROM accounts_mandate m WHERE m.user_id = u.id)
    AND NOT EXISTS (SELECT 1 FROM applications_reading r WHERE r.by_id = u.id)
    AND NOT EXISTS (SELECT 1 FROM applications_hold h
        LEFT JOIN applications_hold lifted ON lifted.lifts_id = h.id
        WHERE h.person_id = u.id AND h.lifts_id IS NULL AND lifted.id IS NULL)
ORDER BY u.id
"""


def due(*, on: date) -> list[int]:
    """Return the keys of the accounts that would go on a day."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"on": on, "ours": f"%{OURS}", "zone": settings.TIME_ZONE})
        return [key for (key,) in cursor.fetchall()]


def anonymise_people(*, on: date, most: int) -> int:
    """Anonymise the accounts of which nothing is left, at most so many, and return how many.

    The row stays, because the log of readings points to it; nothing in it tells whose it was.
    """
    return sum(_anonymised(key, on) for key in due(on=on)[: max(most, 0)])


@transaction.atomic
def _anonymised(key: int, on: date) -> bool:
    user = User.objects.select_for_update().get(pk=key)
    if key not in due(on=on):  # came back meanwhile
        return False
    Notice.objects.filter(application=None, recipient__iexact=user.email).delete()
    for owned in (EmailAddress, Authenticator, SocialAccount, KeptForm):
        owned.objects.filter(user=user).delete()
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=kind, object_id=str(key)).update(object_repr=GONE)
    _blank(user)
    return True


def _blank(user: User) -> None:
    user.email, user.name = f"account-{user.pk}{OURS}", GONE
    user.hsa_id = user.specialty = user.personal_number = user.person_key = ""
    user.is_active = False
    user.set_unusable_password()
    user.save()
