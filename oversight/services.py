"""The verb of oversight besides sealing and verifying: publish what the night has found."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation

from applications import notices
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
    language = settings.LANGUAGE_CODE
    with translation.override(language):
        findings = [sentence(each) for each in found.findings[:IN_A_MAIL]]
    notice = notices.write(
        "verified",
        to=settings.HEAD_MAILBOX,
        at=at,
        language=language,
        day=at.date().isoformat(),
        number=sum(found.counts.values()),
        head=found.head,
        findings=findings,
    )
    nudge("applications.send_notice", notice.pk)
    return notice
