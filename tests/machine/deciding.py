"""What signatories and case officers do in the machine."""

from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import rule

from applications import services as applications
from applications.models import State
from decisions import judging, services
from decisions.judging import Word
from decisions.lapsing import void_lapsed
from tests.factories import again
from tests.machine.cast import GRANTS, REFUNDS
from tests.machine.house import NTH, House

WORDS = st.sampled_from(["grant", "grant", "grant", "refuse"])
WHO = st.integers(0, 11)


class Deciding(House):
    def signer(self, case, who):
        people = self.cast.signers[case.scheme]
        return people[who % len(people)]

    @rule(nth=NTH, who=WHO, word=WORDS, behind=st.sampled_from([0] * 9 + [1]))
    def signs(self, nth, who, word, behind):
        if case := self.case(nth, State.SUBMITTED):
            self.sign(case, self.signer(case, who), word, behind=behind)

    def sign(self, case, by, word="grant", *, behind=0):
        """Sign, and see that a grant is what was offered a moment before."""
        at = self.tick()
        first = not case.signatures.live().exists() and len(case.rules.capacities) > 1
        offered = None if first else services.offer(case, on=case.rules.local_day(at), at=at)
        said = {"outcome": word, "revision": case.revision - behind, "at": at}
        if word == "refuse":
            said |= {"reasons": [case.rules.refusal_reasons[0].code]}
        result = self.do(services.sign, application=case, by=by, **said)
        if result and result.decision and word == "grant":
            self.see_as_offered(result.decision, offered)

    @staticmethod
    def see_as_offered(decision, offered):
        written = [(each["rule"], each["level"]) for each in decision.assessment["findings"]]
        shown = [(each.rule, each.level.value) for each in offered.assessment.findings]
        assert (decision.amount, written) == (offered.amount, shown)

    @rule(nth=NTH, who=WHO)
    def signs_several(self, nth, who):
        cases = {case.pk: case for each in (nth, nth + 5, nth + 10) if (case := self.case(each))}
        for slug in (GRANTS, REFUNDS):
            some = [each for each in cases.values() if each.scheme == slug]
            if some:
                by = self.signer(some[0], who)
                self.do(services.sign_many, applications=some, by=by, at=self.tick())

    @rule(nth=NTH, who=WHO, accepted=st.sampled_from([True] * 4 + [False]), listed=st.booleans())
    def judges(self, nth, who, accepted, listed):
        if case := self.case(nth, State.SUBMITTED, scheme=REFUNDS):
            words = [
                Word(each.judgement.fact, accepted, "" if accepted else "Nei.", listed=listed)
                for each in judging.judged(case)
                if each.is_there
            ]
            self.judge(case, words, self.signer(case, who))

    def judge(self, case, words, by):
        said = {"application": case, "words": words, "revision": case.revision, "by": by}
        self.do(judging.judge, at=self.tick(), **said)

    @rule(nth=NTH, who=WHO, tenths=st.integers(1, 11))
    def lowers(self, nth, who, tenths):
        if case := self.case(nth, State.SUBMITTED):
            amount = (case.assessed or Decimal(1000)) * tenths / 10
            said = {"amount": amount.quantize(Decimal(1)), "reason": "Mindre räcker."}
            by = self.signer(case, who)
            self.do(services.lower, application=case, by=by, at=self.tick(), **said)

    @rule(nth=NTH, who=WHO)
    def stands_aside(self, nth, who):
        if case := self.case(nth, State.SUBMITTED):
            said = {"by": self.signer(case, who), "reason": "Kusin."}
            self.do(services.recuse, application=case, at=self.tick(), **said)

    @rule()
    def the_worker_voids_what_lapsed(self):
        self.do(void_lapsed, at=self.tick())

    @rule(nth=NTH, who=WHO, which=st.integers(0, 4))
    def asks_back(self, nth, who, which):
        if case := self.case(nth, State.SUBMITTED):
            steps = [each.slug for each in case.rules.steps]
            said = {"steps": [steps[which % len(steps)]], "text": "Vad?"}
            by = self.signer(case, who)
            self.do(services.ask_back, application=case, by=by, at=self.tick(), **said)

    # The next thing that an orderly office would do, so that the machine gets far

    @rule(nth=NTH, times=st.integers(1, 4))
    def carries_on(self, nth, times):
        for _time in range(times):
            if case := self.case(nth * 5 + 1, State.SUBMITTED, State.RETURNED):
                self.carry_on(case)

    # Rules are drawn evenly: what moves a case on has several lots in the hat.
    carries_on_still = carries_on_further = carries_on_again = carries_on_too = carries_on

    def carry_on(self, case):
        request = case.head_requests.filter(revision=case.revision, answer="").last()
        if case.state == State.RETURNED:
            self.sends_in_again(case)
        elif case.state == State.SUBMITTED and request:
            self.answer(request)
        elif case.state == State.SUBMITTED:
            self.decide(case)

    def sends_in_again(self, case):
        by = case.applicant
        self.do(applications.submit, application=case, by=by, at=self.tick())

    def decide(self, case):
        open_ = [
            each.judgement.fact
            for each in judging.judged(case)
            if each.is_there and not (each.verdict and each.verdict.accepted)
        ]
        if open_:
            by = self.cast.signers[case.scheme][0]
            return self.judge(case, [Word(fact, True) for fact in open_], by)
        for by in self.cast.signers[case.scheme]:
            if again(case).state == State.SUBMITTED:
                self.sign(again(case), by)
        return None
