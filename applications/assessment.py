"""What the rules say of applications on a day: the one way from a row to its findings."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F

from applications.models import LIVE, Application, HeadRequest
from schemes.base import Assessment
from schemes.models import Pool
from schemes.registry import get


def assess(application: Application, *, on: date, at: datetime) -> Assessment:
    """Return all findings and the amount, were it decided on a day.

    Takes `at`, the time that counts as the submission of a draft.
    """
    return assess_many([application], on=on, at=at)[application.pk]


def assess_many(
    applications: Iterable[Application], *, on: date, at: datetime
) -> dict[int, Assessment]:
    """Return the assessment of each application by its key; as many queries for 1 as for 1,000."""
    applications = list(applications)
    circumstances = Circumstances(applications, on=on, at=at)
    return {each.pk: _assess(each, circumstances.of(each)) for each in applications}


def facts_of(application: Application, *, on: date, at: datetime) -> Any:
    """Return the scheme's frozen facts of one application, were it decided on a day."""
    data = application.facts | Circumstances([application], on=on, at=at).of(application)
    return get(application.scheme).read_facts(data, complete=False)


def _assess(application: Application, circumstances: dict[str, Any]) -> Assessment:
    scheme = get(application.scheme)
    facts = scheme.read_facts(application.facts | circumstances, complete=False)
    return scheme.assess(facts, scheme.terms(facts))


class Circumstances:
    """What the house knows about some applications and the applicants do not state."""

    def __init__(self, applications: list[Application], *, on: date, at: datetime) -> None:
        self.on, self.at = on, at
        self.cases = self._cases_of_the_same_people(applications)
        self.remaining = self._remaining({each.scheme for each in applications})
        self.heads = self._confirmations(applications)

    def of(self, application: Application) -> dict[str, Any]:
        """Return the circumstances of one application, in the format of the facts."""
        others = [case for case in self.cases if self._same_year(case, application)]
        submitted_at = application.submitted_at or self.at
        return {
            "submitted_at": submitted_at.isoformat(),
            "decided_on": self.on.isoformat(),
            "history": {
                "live_grants_this_year": sum(case["state"] in LIVE for case in others),
                "applications_this_year": len(others),
            },
            "pool_remaining": str(self.remaining[application.scheme]),
            "unit_confirmed": self._unit_confirmed(application),
        }

    def _unit_confirmed(self, application: Application) -> bool | None:
        if application.submitted_at is None:
            return None
        return self.heads.get(application.pk) == HeadRequest.Answer.CONFIRMED

    def _cases_of_the_same_people(self, applications: list[Application]) -> list[dict[str, Any]]:
        keys = {each.person_key for each in applications} - {""}
        if not keys:
            return []
        cases = Application.objects.filter(person_key__in=keys).exclude(submitted_at=None)
        return list(cases.values("pk", "scheme", "person_key", "year", "state"))

    @staticmethod
    def _same_year(case: dict[str, Any], application: Application) -> bool:
        mine = (application.scheme, application.person_key, application.year)
        return case["pk"] != application.pk and mine == (
            case["scheme"],
            case["person_key"],
            case["year"],
        )

    def _remaining(self, slugs: set[str]) -> dict[str, Decimal]:
        plans = {slug: get(slug).pool_on(self.on) for slug in slugs}
        pools = {
            (pool.scheme, pool.key): pool.remaining
            for pool in Pool.objects.filter(scheme__in=slugs)
        }
        return {slug: pools.get((slug, plan.key), plan.budget) for slug, plan in plans.items()}

    @staticmethod
    def _confirmations(applications: list[Application]) -> dict[int, str]:
        asked = HeadRequest.objects.filter(
            application__in=[each.pk for each in applications],
            revision=F("application__revision"),
        ).exclude(answer="")
        return dict(asked.order_by("pk").values_list("application_id", "answer"))
