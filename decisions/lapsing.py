"""Takes away the signatures of those whose mandate has ended, so that whoever follows them can sign."""

from datetime import datetime

from django.db import transaction

from applications.models import Application, State
from applications.services import locked
from decisions.deciding import still_counting
from decisions.models import Signature
from decisions.standing import CaseFiles


def void_lapsed(*, at: datetime) -> int:
    """Void what no longer counts on undecided applications, and return how many signatures that were.

    Nobody else could sign in that capacity as long as they stood. Each application is a transaction of
    its own; doing it twice changes nothing more.
    """
    signed = Signature.objects.live().values("application")
    waiting = Application.objects.filter(state=State.SUBMITTED, pk__in=signed)
    return sum(_voided(each, at) for each in waiting)


@transaction.atomic
def _voided(application: Application, at: datetime) -> int:
    application = locked(application)
    if application.state != State.SUBMITTED:
        return 0
    files = CaseFiles([application], application.rules.local_day(at))
    before = len(files.live(application))
    return before - len(still_counting(application, files, by=None, at=at))
