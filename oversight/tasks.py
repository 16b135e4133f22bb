"""What happens every night: anonymise what outlived its term, seal, verify everything, publish the head."""

from datetime import datetime

import structlog
from celery import shared_task

from oversight.anonymising import anonymise
from oversight.sealing import seal
from oversight.services import publish
from oversight.verifying import verify_and_keep
from schemes import clock

log = structlog.get_logger()
# A house of a million applications takes minutes.
SOFT_LIMIT, HARD_LIMIT = 3600, 3700  # seconds


@shared_task(name="oversight.night", soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def night() -> None:
    """Anonymise, seal, verify, publish; what is found stands on the status page, in the log as an error."""
    at = clock.now()
    _anonymise(at)
    seal(at=at)
    found = verify_and_keep(at=at)
    say = log.info if found.whole else log.error
    say("verified", head=found.head, found=sum(found.counts.values()), checks=found.counts)
    publish(found, at=at)


def _anonymise(at: datetime) -> None:
    # Whatever goes wrong with it, the night goes on: what is left is found again tomorrow.
    try:
        report = anonymise(on=clock.office_today(), at=at)
    except Exception as error:  # noqa: BLE001
        log.error("not anonymised", error=type(error).__name__)
        return
    say = log.error if report.failed else log.info
    say("anonymised", lines=report.lines, files=report.files, waiting=report.waiting)
