"""How the house is, for those who answer for it: what was verified, what waits, what was kept safe."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications import canary, outbox
from drawing.wording import moment
from invoicing.models import Packet
from oversight.models import Backup, Verification
from oversight.sealing import published_head
from oversight.verifying import sentence

# What is older than this did not happen last night.
A_NIGHT = timedelta(hours=26)
LATE = timedelta(minutes=5)


def status(*, schemes: Iterable[str], at: datetime) -> dict[str, Any]:
    """Return the status page's content at a moment: rows to read, and the findings of some schemes.

    Findings of no scheme, such as a guard that is down, are everybody's.
    """
    last = Verification.objects.first()
    return {
        "last": last,
        "late": is_late(last, at=at),
        "findings": _findings(last, set(schemes)) if last else [],
        "found": sum(last.counts.values()) if last else 0,
        "head": published_head(),
        "work": _work(at),
        "backup": Backup.objects.first(),
    }


def is_late(last: Verification | None, *, at: datetime) -> bool:
    """Tell whether the night's verification did not happen."""
    return last is None or at - last.at > A_NIGHT


def verified(*, at: datetime) -> bool | None:
    """Tell whether the last night's verification found nothing; None before the first ever.

    One that found something, or did not happen last night, is False.
    """
    last = Verification.objects.first()
    return last and last.whole and at - last.at <= A_NIGHT


def _findings(last: Verification, schemes: set[str]) -> list[str]:
    return [sentence(each) for each in last.findings if each["scheme"] in schemes | {""}]


def _work(at: datetime) -> list[dict[str, Any]]:
    mails = outbox.unsent().aggregate(count=Count("pk"), oldest=Min("created_at"))
    papers = outbox.unrendered().aggregate(count=Count("pk"), oldest=Min("made_at"))
    packets = Packet.objects.filter(rendered_at=None)
    packets = packets.aggregate(count=Count("pk"), oldest=Min("invoice__issued_at"))
    return [
        _worker(),
        _waiting(_("Mail that waits"), mails, at),
        _waiting(_("Papers that wait"), papers, at),
        _waiting(_("Packets that wait"), packets, at),
    ]


def _worker() -> dict[str, Any]:
    works = canary.worker_works()
    value = _("works") if works else _("gives no sign of life")
    return {"label": _("The worker"), "value": value, "tone": "good" if works else "bad"}


def _waiting(label: str, rows: dict[str, Any], at: datetime) -> dict[str, Any]:
    count, oldest = rows["count"], rows["oldest"]
    if not count:
        return {"label": label, "value": _("none"), "tone": "good"}
    words = ngettext("%(count)s, since %(moment)s", "%(count)s, the oldest since %(moment)s", count)
    late = at - oldest > LATE
    value = words % {"count": count, "moment": moment(oldest)}
    return {"label": label, "value": value, "tone": "warn" if late else "neutral"}
