"""What happens every night: seal what was written, verify everything, publish the head."""

import structlog
from celery import shared_task

from oversight.sealing import seal
from oversight.services import publish
from oversight.verifying import verify_and_keep
from schemes import clock

log = structlog.get_logger()
# A house of a million applications takes minutes.
LONG, LONGEST = 3600, 3700


@shared_task(name="oversight.night", soft_time_limit=LONG, time_limit=LONGEST)
def night() -> None:
    """Seal, verify and publish; what is found stands on the status page, and in the log as an error."""
    at = clock.now()
    seal(at=at)
    found = verify_and_keep(at=at)
    say = log.info if found.whole else log.error
    say("verified", head=found.head, found=sum(found.counts.values()), checks=found.counts)
    publish(found, at=at)
