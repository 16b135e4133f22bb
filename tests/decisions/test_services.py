"""Signing and deciding: what two signatures need, what they change, and what stands in the way."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from applications.models import Document, Event, Notice, State
from decisions import services
from decisions.models import Decision, Signature
from decisions.services import NotAllowed, Stale
from drawing.wording import NO_BREAK_SPACE
from invoicing.models import Invoice
from schemes import services as pools
from schemes.models import LedgerEntry, Pool
from tests import factories
from tests.decisions.in_queue import only_row
from tests.factories import APRIL, again, signatory, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def chair():
    return signatory("chair")


@pytest.fixture
def representative():
    return signatory("representative")


def kinds(application):
    return list(application.events.values_list("kind", flat=True))


def test_r21_one_signature_decides_nothing(chair):
    application = factories.confirmed()
    result = signed(application, by=chair)
    assert (result.decision, result.obstacle) == (None, None)
    assert again(application).state == State.SUBMITTED


@pytest.mark.parametrize("order", [("chair", "representative"), ("representative", "chair")])
def test_r21_the_second_agreeing_signature_decides_in_any_order(order):
    application = factories.confirmed()
    first, second = (signatory(capacity) for capacity in order)
    signed(application, by=first)
    decision = signed(application, by=second).decision
    application = again(application)
    assert application.state == State.APPROVED
    assert (decision.outcome, decision.amount) == ("grant", Decimal(6000))
    assert decision.capacities == ["chair", "representative"]
    assert application.granted == Decimal(6000)


def test_a_grant_writes_ledger_letter_invoice_and_notice_at_once(chair, representative):
    application = factories.approved(chair=chair, representative=representative)
    entry = LedgerEntry.objects.get(subject=application.uuid)
    assert (entry.kind, entry.amount, entry.pool) == ("grant", Decimal(6000), application.pool)
    assert application.pool.committed == Decimal(6000)
    letter = application.documents.get(kind=Document.Kind.LETTER)
    assert application.decision.letter == letter
    assert application.invoices.get().amount == Decimal(6000)
    assert (
        Notice.objects.filter(application=application, recipient=application.applicant.email)
        .exclude(subject="")
        .count()
    )
    assert kinds(application)[-4:] == ["signed", "signed", "approved", "invoiced"]


def test_r21_nobody_signs_their_own_application():
    chair = signatory("chair")
    application = factories.confirmed(by=chair)
    with pytest.raises(NotAllowed, match="own application"):
        signed(application, by=chair)


def test_r21_the_participant_does_not_sign_whoever_applied():
    chair = signatory("chair", name="Demo Ordförande")
    services_key = factories.confirmed().person_key
    type(chair).objects.filter(pk=chair.pk).update(person_key=services_key)
    application = factories.confirmed()
    with pytest.raises(NotAllowed, match="own application"):
        signed(application, by=again(chair))
    other = factories.confirmed(number=factories.personal_number(1))
    assert signed(other, by=again(chair)).signature


def test_r21_the_head_of_the_unit_does_not_sign():
    chair = signatory("chair")
    application = factories.confirmed(participant={"head_email": chair.email.upper()})
    with pytest.raises(NotAllowed, match="answer for the unit"):
        signed(application, by=chair)


def test_r21_one_person_with_both_capacities_signs_once(chair):
    person = signatory("chair")
    factories.people.appoint(
        user=person,
        scheme="rfr",
        capacity="representative",
        valid_from=factories.LONG_AGO,
    )
    application = factories.confirmed()
    signed(application, by=person)
    result = signed(application, by=person)
    assert result.decision is None
    assert Signature.objects.live().count() == 1
    assert again(application).state == State.SUBMITTED


def test_r21_one_person_with_both_capacities_changes_their_mind_in_the_one_they_signed_in():
    person = signatory("chair")
    both = {"scheme": "rfr", "capacity": "representative", "valid_from": factories.LONG_AGO}
    factories.people.appoint(user=person, **both)
    application = factories.confirmed()
    signed(application, by=person, capacity="representative")
    changed = signed(application, by=person, outcome="refuse", reasons=["R8"]).signature
    assert changed.capacity == "representative"


def test_r21_a_deputy_signs_with_the_ground_of_the_mandate(representative):
    deputy = signatory("chair", deputy=True, ground="Beslut 2026-01-12, § 4")
    application = factories.confirmed()
    signed(application, by=deputy)
    signed(application, by=representative)
    signature = application.signatures.get(capacity="chair")
    assert (signature.deputy, signature.ground) == (True, "Beslut 2026-01-12, § 4")
    letter = again(application).decision.letter.content
    assert letter["signatures"][0]["ground"] == "Beslut 2026-01-12, § 4"


def test_r21_without_a_mandate_on_the_day_nobody_signs():
    application = factories.confirmed()
    former = signatory("chair", valid_to=APRIL.date() - timedelta(days=1))
    for person in (former, factories.person()):
        with pytest.raises(NotAllowed, match="no mandate"):
            signed(application, by=person)


def test_r21_a_signature_does_not_outlive_its_mandate(representative):
    application = factories.confirmed()
    chair = signatory("chair", valid_to=APRIL.date())
    signed(application, by=chair)
    result = signed(application, by=representative, at=APRIL + timedelta(days=1))
    assert result.decision is None
    assert "Test Chair no longer counts" in result.obstacle.sentence
    assert application.signatures.get(signatory=chair).void_reason != ""


def test_r21_a_declared_bias_ends_ones_part_in_the_case(chair, representative):
    application = factories.confirmed()
    signed(application, by=chair)
    services.recuse(application=application, by=chair, reason="Vi är kusiner.", at=APRIL)
    assert application.signatures.live().count() == 0
    with pytest.raises(NotAllowed, match="declared a bias"):
        signed(application, by=chair)


REFUSAL = {"outcome": "refuse", "reasons": ["R8"]}


@pytest.mark.parametrize("words", [({}, REFUSAL), (REFUSAL, {})])
def test_two_who_disagree_both_stand_and_nothing_is_decided(chair, representative, words):
    application = factories.confirmed()
    signed(application, by=chair, **words[0])
    result = signed(application, by=representative, **words[1])
    assert result.decision is None
    assert "do not agree" in result.obstacle.sentence
    assert application.signatures.live().count() == 2
    assert "disagreed" in kinds(application)


def test_a_signatory_may_change_their_mind(chair, representative):
    application = factories.confirmed()
    signed(application, by=chair)
    assert signed(application, by=chair, outcome="refuse", reasons=["R8"]).obstacle is None
    signed(application, by=representative)
    result = signed(application, by=chair)
    assert result.decision.outcome == "grant"
    assert application.signatures.filter(signatory=chair).count() == 3


def test_signing_the_same_twice_changes_nothing(chair):
    application = factories.confirmed()
    first = signed(application, by=chair)
    assert signed(application, by=chair).signature == first.signature
    assert kinds(application).count("signed") == 1


def test_signing_the_same_in_other_words_leaves_the_last_that_were_said(chair):
    application = factories.confirmed()
    for text in ("Oklart.", "Oklart.", "Mycket oklart.", ""):
        signed(application, by=chair, outcome="refuse", reasons=["R8"], text=text)
    assert application.signatures.live().get().text == "Mycket oklart."
    assert kinds(application).count("signed") == 2


def test_a_signature_counts_for_the_answers_that_were_read(chair):
    application = factories.confirmed()
    with pytest.raises(Stale):
        services.sign(
            application=application,
            by=chair,
            outcome="grant",
            revision=application.revision - 1,
            at=APRIL,
        )


def test_an_amount_that_was_not_shown_is_not_signed(chair):
    application = factories.confirmed()
    words = "is now 6\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr. Look again"
    with pytest.raises(NotAllowed, match=words):
        signed(application, by=chair, amount=Decimal(5000))


def test_nothing_is_signed_after_the_decision(chair):
    application = factories.approved()
    with pytest.raises(NotAllowed, match="was decided on"):
        signed(application, by=chair)


def test_who_signs_names_a_capacity_of_their_own_and_one_of_two_outcomes(chair):
    application = factories.confirmed()
    with pytest.raises(NotAllowed, match="no such mandate"):
        signed(application, by=chair, capacity="representative")
    with pytest.raises(ValueError, match="perhaps"):
        signed(application, by=chair, outcome="perhaps")


def test_r18_where_nothing_is_left_to_grant_nobody_signs_a_grant(chair):
    application = factories.confirmed(costs={"own_contribution": "0"})
    with pytest.raises(NotAllowed, match="nothing to grant"):
        signed(application, by=chair)


def test_asking_back_voids_the_first_signature(chair, representative):
    application = factories.confirmed()
    signed(application, by=chair, outcome="refuse", reasons=["R8"])
    signed(application, by=chair)
    services.ask_back(
        application=application, steps=["costs"], text="Vad kostar resan?", by=chair, at=APRIL
    )
    assert application.signatures.live().count() == 0
    assert again(application).state == State.RETURNED


# Preparing: what is done before a decision, and who does it

PREPARING = {
    "lower": {"amount": Decimal(4000), "reason": "Ett hotell räcker."},
    "ask_back": {"steps": ["costs"], "text": "Vad kostar resan?"},
}


@pytest.mark.parametrize("verb", PREPARING)
def test_r21_only_an_unbiased_signatory_prepares_what_is_undecided(chair, verb):
    for application, by, why in (
        (factories.confirmed(), factories.finance(), "no mandate"),
        (factories.confirmed(by=chair), chair, "own application"),
        (factories.approved(), chair, "Only a submitted"),
    ):
        before = kinds(application)
        with pytest.raises(NotAllowed, match=why):
            getattr(services, verb)(application=application, by=by, at=APRIL, **PREPARING[verb])
        assert kinds(application) == before


@pytest.mark.parametrize(
    ("verb", "said", "why"),
    [
        ("lower", {"amount": Decimal(4000), "reason": " "}, "why the amount"),
        ("ask_back", {"steps": ["costs"], "text": " "}, "Write what you want to know"),
        ("ask_back", {"steps": [], "text": "Vad kostar resan?"}, "choose the steps"),
        ("note", {"text": " "}, "Write something"),
        ("recuse", {"reason": " "}, "what the bias is"),
    ],
)
def test_what_needs_words_is_not_done_without_them(chair, verb, said, why):
    application = factories.confirmed()
    before = kinds(application)
    with pytest.raises(NotAllowed, match=why):
        getattr(services, verb)(application=application, by=chair, at=APRIL, **said)
    assert kinds(application) == before


@pytest.mark.parametrize(
    ("verb", "said", "reason"),
    [
        ("lower", PREPARING["lower"], "Beloppet som kan beviljas har ändrats sedan dess."),
        ("ask_back", PREPARING["ask_back"], "Komplettering av ansökan har begärts."),
        ("recuse", {"reason": "Vi är kusiner."}, "Beslutsfattaren har anmält jäv."),
    ],
)
def test_who_voids_a_signature_is_noted_with_the_reason_in_the_language_of_the_scheme(
    chair, verb, said, reason
):
    application = factories.confirmed()
    signed(application, by=chair)
    getattr(services, verb)(application=application, by=chair, at=APRIL, **said)
    event = application.events.get(kind=Event.Kind.SIGNATURE_VOIDED)
    assert (event.by, event.text) == (chair, f"Test Chair: {reason}")


def test_r21_who_stands_aside_is_noted_once_and_takes_nobody_else_along(chair, representative):
    application = factories.confirmed()
    signed(application, by=chair)
    said = {"application": application, "by": representative, "at": APRIL}
    recusal = services.recuse(reason=" Vi är kusiner. ", **said)
    assert services.recuse(reason="Nära vänner.", **said) == recusal
    assert recusal.reason == "Vi är kusiner."
    assert kinds(application)[-2:] == ["signed", "recused"]
    assert application.events.last().internal
    assert application.signatures.live().get().signatory == chair


def test_r21_nobody_stands_aside_without_a_mandate_or_after_the_decision(chair):
    for application, by, why in (
        (factories.confirmed(), factories.finance(), "no mandate"),
        (factories.approved(), chair, "decided already"),
    ):
        with pytest.raises(NotAllowed, match=why):
            services.recuse(application=application, by=by, reason="Vi är kusiner.", at=APRIL)


# Refusing


def test_two_refusals_refuse_with_the_reasons_of_both(chair, representative):
    application = factories.confirmed()
    signed(application, by=chair, outcome="refuse", reasons=["R8"], text="Oklart.")
    decision = signed(application, by=representative, outcome="refuse", reasons=["R33"]).decision
    assert (decision.outcome, decision.amount, decision.pool) == ("refuse", None, None)
    assert decision.reasons == ["R8", "R33"]
    assert again(application).state == State.REFUSED
    assert Invoice.objects.count() == 0
    assert [each["code"] for each in decision.letter.content["reasons"]] == ["R8", "R33"]


@pytest.mark.parametrize(
    ("reasons", "text", "why"),
    [
        ([], "Oklart.", "Choose at least one reason"),
        (["R8", "R99"], "Oklart.", "Choose at least one reason"),
        (["other"], " ", "in words"),
    ],
)
def test_a_refusal_needs_a_known_reason_and_words_where_no_rule_speaks(chair, reasons, text, why):
    application = factories.confirmed()
    with pytest.raises(NotAllowed, match=why):
        signed(application, by=chair, outcome="refuse", reasons=reasons, text=text)
    assert signed(application, by=chair, outcome="refuse", reasons=["other"], text=" Så är det. ")
    assert application.signatures.get().text == "Så är det."


def test_r29_a_break_holds_up_a_refusal_too(chair, representative):
    july = APRIL.replace(month=7)
    application = factories.confirmed(starts_on=date(2026, 10, 5))
    signed(application, by=chair, outcome="refuse", reasons=["R8"], at=july)
    result = signed(application, by=representative, outcome="refuse", reasons=["R8"], at=july)
    assert [each.rule for each in result.obstacle.findings] == ["R29"]
    assert again(application).state == State.SUBMITTED


def test_r30_an_application_for_next_year_is_not_refused_before_it_either(chair, representative):
    october = APRIL.replace(month=10)
    application = factories.confirmed(at=october, starts_on=date(2027, 2, 1))
    signed(application, by=chair, outcome="refuse", reasons=["R8"], at=october)
    result = signed(application, by=representative, outcome="refuse", reasons=["R8"], at=october)
    assert [each.rule for each in result.obstacle.findings] == ["R30"]
    assert again(application).state == State.SUBMITTED


# What stands in the way of a grant


def test_r29_nothing_is_decided_in_a_break_but_afterwards_it_is(chair, representative):
    july, august = APRIL.replace(month=7), APRIL.replace(month=8, day=12)
    application = factories.confirmed(starts_on=date(2026, 10, 5))
    signed(application, by=chair, at=july)
    result = signed(application, by=representative, at=july)
    assert result.decision is None
    assert result.obstacle.sentence.startswith("It is signed, and it can be decided when")
    assert [each.rule for each in result.obstacle.findings] == ["R29"]
    assert "10 August 2026" in result.obstacle.sentence.replace("\N{NO-BREAK SPACE}", " ")
    assert application.signatures.live().count() == 2
    assert signed(application, by=chair, at=august).decision.decided_on == august.date()


def test_r18_a_grant_waits_for_the_head_of_unit(chair, representative):
    application = factories.submitted()
    signed(application, by=chair)
    result = signed(application, by=representative)
    assert [each.rule for each in result.obstacle.findings] == ["R18"]


def test_r30_an_application_for_next_year_is_decided_in_that_year(chair, representative):
    october, january = APRIL.replace(month=10), APRIL.replace(year=2027, month=1, day=11)
    application = factories.confirmed(at=october, starts_on=date(2027, 2, 1))
    signed(application, by=chair, at=october)
    result = signed(application, by=representative, at=october)
    assert [each.rule for each in result.obstacle.findings] == ["R30"]
    decision = signed(application, by=chair, at=january).decision
    assert decision.pool.key == "2027-H1"


def test_r31_a_course_of_last_year_is_no_longer_granted(chair, representative):
    november, january = APRIL.replace(month=11), APRIL.replace(year=2027, month=1, day=11)
    application = factories.confirmed(at=november, starts_on=date(2026, 12, 1))
    signed(application, by=chair, at=january)
    result = signed(application, by=representative, at=january)
    assert result.obstacle.sentence.startswith("The rules do not allow a grant. R31: ")
    assert [each.rule for each in result.obstacle.findings] == ["R31"]


def test_r23_the_same_person_and_year_is_granted_once(chair, representative):
    factories.approved(chair=chair, representative=representative)
    second = factories.confirmed()
    signed(second, by=chair)
    result = signed(second, by=representative)
    assert [each.rule for each in result.obstacle.findings] == ["R23"]
    assert again(second).state == State.SUBMITTED


def test_r27_a_pool_that_is_too_small_grants_nothing(chair, representative):
    application = factories.confirmed()
    services.offer(application, on=APRIL.date(), at=APRIL)
    shrink_pool(application, to=5999)
    signed(application, by=chair)
    result = signed(application, by=representative)
    assert [each.rule for each in result.obstacle.findings] == ["R27"]
    assert Pool.objects.get().committed == 0


def shrink_pool(application, *, to):
    pool = pools.pool_for(scheme=application.rules, on=APRIL.date(), at=APRIL)
    factories.with_budget(pool, to)


def test_r27_nobody_overtakes_when_the_pool_is_too_small_for_both(chair, representative):
    first = factories.confirmed()
    later = factories.confirmed(at=APRIL + timedelta(hours=1), number=factories.personal_number(7))
    shrink_pool(first, to=11999)
    signed(later, by=chair)
    result = signed(later, by=representative)
    assert [each.rule for each in result.obstacle.findings] == ["R27"]
    signed(first, by=chair)
    assert signed(first, by=representative).decision


def test_r27_who_cannot_be_granted_anyway_keeps_nobody_waiting(chair, representative):
    factories.submitted()
    later = factories.confirmed(at=APRIL + timedelta(hours=1), number=factories.personal_number(7))
    shrink_pool(later, to=6000)
    signed(later, by=chair)
    assert signed(later, by=representative).decision


# Lowering


def test_lowering_voids_who_signed_for_more_leaves_who_refuses_and_counts(chair, representative):
    application = factories.confirmed()
    signed(application, by=chair)
    signed(application, by=representative, outcome="refuse", reasons=["R8"])
    services.lower(
        application=application,
        amount=Decimal(4000),
        reason=" Ett hotell räcker. ",
        by=chair,
        at=APRIL,
    )
    assert application.signatures.live().get().signatory == representative
    assert application.events.get(kind=Event.Kind.LOWERED).text.endswith("kr: Ett hotell räcker.")
    signed(application, by=chair)
    decision = signed(application, by=representative).decision
    assert decision.amount == Decimal(4000)
    assert decision.letter.content["lowered"]["reason"] == "Ett hotell räcker."


@pytest.mark.parametrize("amount", [6000, 6001, 0, -1])
def test_raising_is_impossible(chair, amount):
    application = factories.confirmed()
    with pytest.raises(NotAllowed, match="only be lowered"):
        services.lower(
            application=application, amount=Decimal(amount), reason="Nej", by=chair, at=APRIL
        )


def test_r18_a_changed_amount_voids_the_first_signature(chair, representative):
    application = factories.confirmed()
    signed(application, by=chair)
    change_caps(4500)
    result = signed(application, by=representative)
    assert result.decision is None
    first = application.signatures.get(signatory=chair)
    assert first.voided_at == APRIL
    assert "Test Chair no longer counts" in result.obstacle.sentence
    assert signed(application, by=chair).decision.amount == Decimal(4500)


def change_caps(cap):
    from schemes.rfr.models import DatedTerms

    DatedTerms.objects.update(cap_europe=cap)


# Several at once


def test_several_with_nothing_to_judge_are_signed_row_by_row(chair, representative):
    plain = factories.confirmed()
    waiting = factories.submitted(number=factories.personal_number(3))
    rows = services.sign_many(applications=[plain, waiting], by=chair, at=APRIL)
    assert rows[0][1].signature.capacity == "chair"
    assert "something to judge" in rows[1][1]
    rows = services.sign_many(applications=[plain], by=representative, at=APRIL)
    assert rows[0][1].decision.amount == Decimal(6000)


def test_several_in_a_row_say_each_why_it_was_not_signed(chair, representative):
    lowered, own, changed = (
        factories.confirmed(by=by, number=factories.personal_number(nth))
        for nth, by in enumerate((None, chair, None))
    )
    services.lower(application=lowered, by=representative, at=APRIL, **PREPARING["lower"])
    changed.revision -= 1
    rows = services.sign_many(applications=[lowered, own, changed], by=chair, at=APRIL)
    said = " ".join(words for _application, words in rows)
    assert re.search("something to judge.*own application.*answers have changed", said)
    assert not Signature.objects.exists()


# Ending


def test_r22_an_ended_grant_returns_its_money_and_frees_the_year(chair, representative):
    application = factories.ended(chair=chair, representative=representative)
    assert again(application).state == State.ENDED
    assert Pool.objects.get().committed == 0
    assert [each.amount for each in Invoice.objects.order_by("pk")] == [6000, 6000]
    second = factories.confirmed()
    signed(second, by=chair)
    assert signed(second, by=representative).decision


@pytest.mark.parametrize("capacity", ["chair", "finance", "administrator"])
def test_r22_only_the_applicant_ends_a_grant(capacity):
    application, by = factories.approved(), factories.appointed(capacity)
    with pytest.raises(NotAllowed):
        services.end(application=application, reason="Inställd", by=by, at=APRIL)
    assert again(application).state == State.APPROVED


def test_r22_a_grant_ends_once_and_with_a_reason():
    application = factories.approved()
    ending = {"application": application, "by": application.applicant, "at": APRIL}
    with pytest.raises(NotAllowed, match="why the grant ends"):
        services.end(reason=" ", **ending)
    services.end(reason="Inställd", **ending)
    with pytest.raises(NotAllowed, match="neither ended nor settled"):
        services.end(reason="Inställd", **ending)


def test_who_comes_too_late_reads_when_it_was_decided_by_the_schemes_clock(chair, monkeypatch):
    monkeypatch.setattr(type(factories.SCHEME), "time_zone", "Asia/Tokyo")
    application = factories.approved()
    with translation.override("en"), pytest.raises(NotAllowed) as late:
        signed(application, by=chair)
    said = str(late.value).replace(NO_BREAK_SPACE, " ")
    assert said == "This was decided on 15 April 2026, 18:00. Nothing more is to be signed."


def test_notes_are_for_the_office_only(chair):
    application = factories.confirmed()
    services.note(application=application, text="Ring henne.", by=chair, at=APRIL)
    event = application.events.get(kind=Event.Kind.NOTED)
    assert event.internal
    with pytest.raises(NotAllowed):
        services.note(application=application, text="x", by=factories.person(), at=APRIL)


def test_a_decision_keeps_its_terms_and_findings():
    decision = Decision.objects.get(application=factories.approved())
    assert decision.terms["orderer_id"] == "4270700"
    assert decision.assessment["outcome"] == "grant"


def test_r29_what_all_have_signed_in_a_break_is_ready_to_decide(chair, representative):
    july = APRIL.replace(month=7)
    application = factories.confirmed(starts_on=date(2026, 10, 5))
    signed(application, by=chair, at=july, text="Bra kurs.")
    assert services.may_sign(again(application), chair, july.date()).ready is None
    signed(application, by=representative, at=july)
    assert services.may_sign(again(application), chair, july.date()).ready == "grant"
    august = july.replace(month=8, day=12)
    assert signed(application, by=chair, at=august).decision.text == "Bra kurs."


def test_r29_in_the_queue_it_waits_for_a_signatory_again_after_the_break(
    hold, chair, representative
):
    july, august = APRIL.replace(month=7), APRIL.replace(month=8, day=12)
    application = factories.confirmed(starts_on=date(2026, 10, 5))
    signed(application, by=chair, at=july)
    signed(application, by=representative, at=july)
    assert place(hold, chair, july.date()) == "Signed, not decided yet"
    assert place(hold, chair, august.date()) == "Signed: decide now"


def place(hold, person, day):
    """Return the words by which the queue says for whom the only application waits."""
    hold(day)
    return only_row(again(person), day).place.label
