"""What applicants and heads of unit do in the machine."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from applications import services
from applications.models import HeadRequest, Paper, State
from schemes.registry import get
from tests import factories
from tests.applications.files import pdf, upload
from tests.factories import again
from tests.machine.cast import GPS, GRANTS, OF_MUNICIPALITY, REFUNDS
from tests.machine.house import NTH, House

COSTS = [
    {},
    {"requested": "10 000", "fee": "20 000"},
    {"requested": "3 000", "own_contribution": "2 500"},
    {"other_funding": "9 000", "funding_from": "Fond"},
    {"fee": "0", "travel": "0", "lodging": "1"},
]
PLACES = [
    {},
    {"country": "US", "place": "Boston"},
    {"country": "SE", "place": "Umeå"},
    {"attendance": "digital", "country": "SE", "place": ""},
]
FEES = ["3 200,50", "9 000", "0"]
OFTEN = st.sampled_from([True, True, True, False])
BEGINS_IN = st.sampled_from([60, 30, 5, 1, 0, -2, 120, 200, 300, 400])
BEGAN_AGO = st.sampled_from([20, 60, 3, 150, 250])
# Parts of the absence's days, by which day of the course; the fourth lies after it.
ABSENCES = [["whole"], ["half"], ["whole", "half"], ["whole", "whole"], ["half"] * 4, []]
NEW_ANSWERS = {
    "costs": [{"requested": "4 000"}, {"requested": "9 000", "fee": "30 000"}, {"fee": ""}],
    "course": [{"title": "Andra dagar"}, {"country": "US"}],
    "benefit": [{"feedback_plan": "På mötet i maj."}],
    "participant": [{"head_email": "ny.chef@example.org"}],
    "fee": [{"fee_paid": "1 000"}, {"fee_paid": "x"}],
    "papers": [{"certificate_issued_on": ""}],
    "absence": [{"absence": []}],
}


class Applying(House):
    @rule(
        nth=NTH,
        number=st.integers(0, 3),
        begins=BEGINS_IN,
        costs=st.sampled_from(COSTS),
        place=st.sampled_from(PLACES),
        head=st.sampled_from([0, 0, 0, 1, 2]),
        sends=OFTEN,
    )
    def applies_for_a_grant(self, nth, number, begins, costs, place, head, sends):
        typed = factories.answers(
            starts_on=get(GRANTS).local_day(self.at) + timedelta(days=begins),
            number=self.cast.numbers[number],
            costs=costs,
            course=place,
            participant={
                "organisation": self.cast.organisations[nth % 2],
                "head_email": self.cast.heads[head],
            },
        )
        self.applies(GRANTS, nth, typed, sends=sends)

    @rule(
        nth=NTH,
        gp=st.sampled_from(GPS),
        began=BEGAN_AGO,
        parts=st.sampled_from(ABSENCES),
        fee=st.sampled_from(FEES),
        listed=OFTEN,
        municipal=st.booleans(),
        papers=OFTEN,
        sends=OFTEN,
    )
    def applies_for_a_refund(self, nth, gp, began, parts, fee, listed, municipal, papers, sends):
        first = get(REFUNDS).local_day(self.at) - timedelta(days=began)
        title = "SKIL – Vanedannende midler" if listed else "Et annet kurs"
        last = first + timedelta(days=2)
        typed = {
            "applicant": _applicant(gp) | (OF_MUNICIPALITY if municipal else {}),
            "course": {
                "title": title,
                "starts_on": first.isoformat(),
                "ends_on": last.isoformat(),
                "organiser": "" if listed else "Demo",
                "evaluates_own_practice": "" if listed else "no",
            },
            "absence": {"absence": _absence(first, parts)},
            "fee": {"fee_paid": fee, "other_funding": "0"},
            "papers": {"certificate_issued_on": last.isoformat()},
        }
        self.applies(REFUNDS, nth, typed, papers=papers, sends=sends)

    applies_for_another_grant, applies_for_another_refund = (
        applies_for_a_grant,
        applies_for_a_refund,
    )

    def applies(self, slug, nth, typed, *, papers=False, sends=True):
        people = self.cast.applicants[slug]
        by = people[nth % len(people)]
        case = self.do(services.start, scheme=get(slug), applicant=by, at=self.tick())
        self.cases.append(case.pk)
        for step, said in typed.items():
            self.save(case, step, said)
        for kind in ("certificate", "absence") if papers else ():
            self.attach(again(case), kind)
        if sends:
            self.do(services.submit, application=again(case), by=by, at=self.tick())

    def save(self, case, slug, typed, *, behind=0):
        case = again(case)
        step = case.rules.step(slug)
        said = {"application": case, "step": step, "typed": typed, "by": case.applicant}
        self.do(services.save_step, revision=case.revision - behind, at=self.tick(), **said)

    def attach(self, case, kind, *, pages=1):
        steps = [each for each in case.rules.steps if kind in {paper.slug for paper in each.papers}]
        said = {"application": case, "step": steps[0], "kind": kind}
        self.do(services.attach, upload=upload(pdf(pages=pages)), at=self.tick(), **said)

    @rule(nth=NTH)
    def copies(self, nth):
        if case := self.case(nth):
            said = {"scheme": case.rules, "applicant": case.applicant, "copy_of": case}
            copy = self.do(services.start, at=self.tick(), **said)
            self.cases.append(copy.pk)

    @rule(nth=NTH, which=st.integers(0, 11), behind=st.sampled_from([0, 0, 0, 1]))
    def changes_answers(self, nth, which, behind):
        if case := self.case(nth, State.RETURNED, State.DRAFT):
            steps = [each.slug for each in case.rules.steps if each.slug in NEW_ANSWERS]
            step = steps[which % len(steps)]
            ways = NEW_ANSWERS[step]
            self.save(case, step, ways[which % len(ways)], behind=behind)

    @rule(nth=NTH, pages=st.integers(1, 3))
    def attaches(self, nth, pages):
        if case := self.case(nth, State.DRAFT, State.SUBMITTED, State.RETURNED):
            kinds = [paper.slug for paper in case.rules.papers()]
            self.attach(case, kinds[nth % len(kinds)], pages=pages)

    @rule(nth=NTH)
    def detaches(self, nth):
        papers = list(Paper.objects.filter(application__in=self.cases).order_by("pk"))
        if papers:
            paper = papers[nth % len(papers)]
            steps = paper.application.rules.steps
            (step,) = [each for each in steps if paper.kind in {kind.slug for kind in each.papers}]
            self.do(services.detach, paper=paper, step=step, at=self.tick())

    @rule(nth=NTH, behind=st.sampled_from([None, 0, 1]))
    def sends_in(self, nth, behind):
        if case := self.case(nth, State.DRAFT, State.RETURNED):
            revision = None if behind is None else case.revision - behind
            said = {"application": case, "by": case.applicant, "revision": revision}
            self.do(services.submit, at=self.tick(), **said)

    @rule(nth=NTH)
    def withdraws(self, nth):
        if case := self.case(nth, State.SUBMITTED, State.RETURNED, State.DRAFT):
            self.do(services.withdraw, application=case, by=case.applicant, at=self.tick())

    @rule(nth=NTH)
    def reports(self, nth):
        if case := self.case(nth, State.APPROVED, State.SETTLED):
            said = {"application": case, "text": "Gjort.", "by": case.applicant}
            self.do(services.report, at=self.tick(), **said)

    # The head of unit

    @rule(nth=NTH, confirms=OFTEN)
    def head_answers(self, nth, confirms):
        requests = list(HeadRequest.objects.filter(application__in=self.cases).order_by("pk"))
        if requests:
            self.answer(requests[nth % len(requests)], confirms=confirms)

    def answer(self, request, *, confirms=True):
        answer = HeadRequest.Answer.CONFIRMED if confirms else HeadRequest.Answer.DECLINED
        said = {"request": request, "answer": answer, "reason": "" if confirms else "Nej."}
        self.do(services.answer_as_head, at=self.tick(), **said)

    @rule(nth=NTH, head=st.integers(0, 2))
    def asks_another_head(self, nth, head):
        if case := self.case(nth, State.SUBMITTED, scheme=GRANTS):
            said = {"application": case, "name": "Test Chef", "email": self.cast.heads[head]}
            self.do(services.ask_head, at=self.tick(), **said)


def _applicant(gp):
    return {
        "kind": "self_employed",
        "name": gp.name,
        "hpr_number": gp.hpr_number,
        "national_id": gp.national_id,
        "account_number": gp.account_number,
    }


def _absence(first, parts):
    days = (first + timedelta(days=nth) for nth in range(len(parts)))
    return [f"{day.isoformat()}|{part}|" for day, part in zip(days, parts, strict=True)]
