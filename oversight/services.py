"""The verb of oversight besides sealing and verifying: publish what the night has found."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from applications.models import Notice
from applications.nudge import nudge
from oversight.models import Verification
from oversight.verifying import sentence

IN_A_MAIL = 20


@transaction.atomic
def publish(found: Verification, *, at: datetime) -> Notice | None:
    """Mail the published head, with what was found, to where the database's owner cannot change it.

    Returns the notice; None when HEAD_MAILBOX names nobody.
    """
    if not settings.HEAD_MAILBOX:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        words = {"day": at.date().isoformat(), "found": sum(found.counts.values())}
        notice = Notice.objects.create(
            recipient=settings.HEAD_MAILBOX,
            subject=_("Kursmedel verified %(day)s: %(found)s findings") % words,
            text=_text(found),
            created_at=at,
        )
    nudge("applications.send_notice", notice.pk)
    return notice


def _text(found: Verification) -> str:
    lead = _("Published head, to be kept: %(head)s") % {"head": found.head}
    return "\n".join([lead, "", *(sentence(each) for each in found.findings[:IN_A_MAIL])])
