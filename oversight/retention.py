"""How long things are kept, as people read it: the terms in force, what was removed, what is held."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from applications.models import Hold
from drawing.spreadsheet import Table
from oversight.models import RemovalReport
from schemes import registry
from schemes.models import RetentionTerm

Kind = RetentionTerm.Kind
NIGHTS = 14


def overview(*, schemes: Iterable[str], today: date) -> dict[str, Any]:
    """Return the page's content on a day, of some schemes: each term in force, lately removed, held."""
    schemes = set(schemes)
    shown = [each for each in registry.SCHEMES if each.slug in schemes]
    live = Hold.objects.live().filter(scheme__in=schemes).select_related("application", "person")
    return {
        "terms": [(each, in_force(each.slug, on=today)) for each in shown],
        "nights": [_night(each, schemes) for each in RemovalReport.objects.all()[:NIGHTS]],
        "held": list(live),
    }


def in_force(scheme: str, *, on: date) -> list[RetentionTerm]:
    """Return the terms of a scheme that count on a day, one for each kind that has one."""
    known = RetentionTerm.objects.filter(scheme=scheme, valid_from__lte=on)
    latest = {each.kind: each for each in known.order_by("valid_from", "pk")}
    return [latest[kind] for kind in Kind.values if kind in latest]


def removed(*, schemes: Iterable[str]) -> Table:
    """Return what every night has removed in some schemes, the latest first, as a table."""
    titles = [_("Night"), _("Scheme"), _("What"), _("Anonymised"), _("Held")]
    nights = (_night(each, set(schemes)) for each in RemovalReport.objects.all())
    return titles, (
        [
            f"{timezone.localtime(night['report'].at):%Y-%m-%d %H:%M}",
            line["title"],
            line["kind"],
            line["removed"],
            line["held"],
        ]
        for night in nights
        for line in night["lines"]
    )


def held(*, schemes: Iterable[str]) -> Table:
    """Return what is held now in some schemes, by whom and why, as a table."""
    live = Hold.objects.live().filter(scheme__in=schemes).select_related("application", "person")
    titles = [_("Number"), _("Every case of"), _("Since"), _("Who"), _("Why")]
    return titles, (
        [
            each.application.reference if each.application else "",
            str(each.person) if each.person and not each.application else "",
            f"{timezone.localtime(each.at):%Y-%m-%d}",
            each.by_name,
            each.reason,
        ]
        for each in live
    )


def _night(report: RemovalReport, schemes: set[str]) -> dict[str, Any]:
    mine = [line for line in report.lines if line["scheme"] in schemes | {""}]
    return {"report": report, "lines": [_worded(line) for line in mine]}


def _worded(line: dict[str, Any]) -> dict[str, Any]:
    scheme = registry.find(line["scheme"])
    return line | {"title": scheme.title if scheme else "", "kind": Kind(line["kind"]).label}
