"""The queue: what waits, for whom, in which order, and with what to look at."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from accounts import services as people
from accounts.models import KeptForm
from accounts.office import in_scheme
from applications import services as applications
from applications.assessment import assess, assessed
from applications.models import State
from database import paging
from decisions import queue, services
from decisions.places import undecided
from drawing import wording
from schemes.models import Pool
from schemes.registry import SCHEMES
from tests import factories
from tests.decisions.in_queue import only_row, told_in_list
from tests.factories import APRIL, HEAD, appointed, person, personal_number, signatory, signed

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-15T12:00")]
SCHEME = SCHEMES[0]
ON = APRIL.date()


@pytest.fixture
def chair():
    return signatory("chair")


def place_of(application, user):
    return undecided(SCHEME, user, on=ON).get(pk=application.pk).place


def shown(client, **params):
    return client.get(reverse("decisions:queue"), params)


def listed(page):
    """Return the keys of the cases that a page lists, in order."""
    return [row.pk for row in page.context["page"]]


def test_a_confirmed_application_waits_for_me(chair):
    assert place_of(factories.confirmed(), chair) == "mine"


def test_what_i_have_signed_waits_for_the_other(chair):
    application = factories.confirmed()
    signed(application, by=chair)
    assert place_of(application, chair) == "other"
    assert place_of(application, signatory("representative")) == "mine"


def test_what_the_chair_has_signed_does_not_wait_for_the_chairs_deputy(chair):
    application, deputy = factories.confirmed(), signatory("chair", deputy=True, ground="§ 4")
    assert place_of(application, deputy) == "mine"
    signed(application, by=chair)
    assert place_of(application, deputy) == "other"


def test_whoever_may_sign_in_two_capacities_is_asked_until_both_are_signed(chair):
    application, both = factories.confirmed(), signatory("chair", deputy=True, ground="§ 4")
    representative = signatory("representative")
    mandate = {"scheme": SCHEME.slug, "capacity": "representative", "valid_from": ON}
    both.mandates.create(**mandate, deputy=True, ground="§ 5")
    signed(application, by=chair)
    assert place_of(application, both) == "mine"
    signed(application, by=representative, outcome="refuse", reasons=["R8"])
    assert place_of(application, both) == "other"


REFUSED = {"outcome": "refuse", "reasons": ["R8"]}


@pytest.mark.parametrize(
    ("mine", "other", "places"),
    [
        ({}, {}, ["mine", "other"]),
        (REFUSED, REFUSED, ["mine", "other"]),
        (REFUSED, {}, ["other", "other"]),
        ({}, REFUSED, ["other", "other"]),
    ],
    ids=["both grant", "both refuse", "the other grants", "the other refuses"],
)
def test_what_all_have_signed_alike_waits_for_those_who_signed(chair, hold, mine, other, places):
    hold("2026-07-10T12:00")
    july = datetime(2026, 7, 10, 9, tzinfo=UTC)
    application, deputy = factories.confirmed(), signatory("chair", deputy=True, ground="§ 4")
    for each, said in ((chair, mine), (signatory("representative"), other)):
        signed(application, by=each, at=july, **said)
    august = datetime(2026, 8, 10, 9, tzinfo=UTC)
    hold("2026-08-10T12:00")
    seen = [undecided(SCHEME, each, on=august.date()).get() for each in (chair, deputy)]
    assert [each.place for each in seen] == places


def test_what_the_head_has_not_confirmed_waits_for_the_head(chair):
    assert place_of(factories.submitted(), chair) == "head"


def test_what_was_asked_back_waits_for_the_applicant(chair):
    assert place_of(factories.returned(by=chair), chair) == "applicant"


def test_r30_a_course_of_next_year_waits_for_next_year(chair):
    application = factories.confirmed(starts_on=datetime(2027, 2, 3, tzinfo=UTC).date())
    assert place_of(application, chair) == "next_year"


def test_r27_what_the_pool_cannot_pay_waits_for_funds(chair):
    application = factories.confirmed()
    pool = factories.approved().pool
    factories.with_budget(pool, pool.committed)
    assert place_of(application, chair) == "funds"


def test_r21_a_signatory_is_not_shown_as_the_one_whom_an_own_case_waits_for(chair):
    own = factories.confirmed(by=chair)
    headed = factories.confirmed(participant={**HEAD, "head_email": chair.email})
    assert [place_of(each, chair) for each in (own, headed)] == ["other", "other"]


def test_an_auditor_sees_all_and_nothing_waits_for_them():
    application = factories.confirmed()
    assert place_of(application, appointed("auditor")) == "other"


def test_drafts_and_decided_ones_are_not_in_the_queue(chair):
    factories.draft()
    factories.approved()
    assert not undecided(SCHEME, chair, on=ON).exists()


def test_the_queue_is_in_order_of_arrival(client, chair):
    later = factories.confirmed(at=APRIL - timedelta(days=1))
    earlier = factories.confirmed(at=APRIL - timedelta(days=5))
    client.force_login(chair)
    assert listed(shown(client)) == [earlier.pk, later.pk]


@pytest.mark.parametrize(("sort", "turned"), [("starts", False), ("-starts", True)])
def test_the_queue_is_sorted_as_asked(client, chair, sort, turned):
    soon = factories.confirmed(starts_on=ON + timedelta(days=30))
    late = factories.confirmed(starts_on=ON + timedelta(days=50))
    client.force_login(chair)
    expected = [late.pk, soon.pk] if turned else [soon.pk, late.pk]
    assert listed(shown(client, sort=sort)) == expected


def test_the_queue_finds_words_of_course_and_participant(client, chair):
    found = factories.confirmed(course={"title": "Ultraljud i Malmö"})
    factories.confirmed(course={"title": "Smärta"})
    client.force_login(chair)
    assert listed(shown(client, q="malmö test")) == [found.pk]


@pytest.mark.parametrize(
    "params",
    [{"sort": "; DROP"}, {"place": "nowhere"}, {"page": "x"}, {"q": "x" * 500}],
)
def test_the_queue_copes_with_any_parameter(client, chair, params):
    factories.confirmed()
    client.force_login(chair)
    assert shown(client, **params).status_code == 200


def test_another_scheme_is_not_there(client, chair):
    client.force_login(chair)
    assert shown(client, scheme="elsewhere").status_code == 404


def test_r4_money_from_industry_is_marked(client, chair):
    money = {"other_funding": "1 000", "funding_from": "Bolaget", "funding_from_industry": "yes"}
    factories.confirmed(costs=money)
    client.force_login(chair)
    row = only_row(chair, ON)
    assert [finding.rule for finding, _tone in row.eyes] == ["R4"]
    assert row.simple is False
    page = shown(client, place="mine")
    assert "Pengar från industrin" in page.context["lines"]
    assert "checkbox" not in page.context["lines"]


def test_r31_what_must_be_decided_before_december_is_marked(client, chair, hold):
    hold("2026-12-01T12:00")
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    factories.confirmed(at=at, starts_on=datetime(2026, 12, 30, tzinfo=UTC).date())
    client.force_login(chair)
    page = shown(client)
    assert "Besluta före uppehållet" in page.context["lines"]
    assert page.context["must"][1] == 1


def test_the_queue_takes_the_same_queries_for_one_row_and_for_many(
    client, chair, django_assert_num_queries
):
    client.force_login(chair)
    factories.confirmed()
    shown(client)
    with CaptureQueriesContext(connection) as one:
        shown(client)
    for nth in range(1, 8):
        factories.confirmed(number=personal_number(nth))
    with django_assert_num_queries(len(one)):
        assert len(listed(shown(client))) == 8


# Signing


def test_signing_leads_to_the_next_case_that_waits(client, chair):
    first = factories.confirmed(at=APRIL - timedelta(days=3))
    second = factories.confirmed(at=APRIL - timedelta(days=1), number=personal_number(2))
    client.force_login(chair)
    page = client.get(reverse("decisions:case", args=[first.uuid]))
    form = page.context["sign_form"].initial
    answer = client.post(reverse("decisions:sign", args=[first.uuid]), form)
    assert answer["Location"] == reverse("decisions:case", args=[second.uuid])
    assert first.signatures.get().signatory == chair


def test_an_amount_that_is_not_what_was_shown_is_not_signed(client, chair):
    application = factories.confirmed()
    client.force_login(chair)
    typed = {"revision": application.revision, "amount": "9999"}
    client.post(reverse("decisions:sign", args=[application.uuid]), typed)
    assert application.signatures.count() == 0


def test_answers_that_changed_meanwhile_are_not_signed(client, chair):
    application = factories.confirmed()
    client.force_login(chair)
    typed = {"revision": application.revision - 1, "amount": "6000"}
    page = client.post(reverse("decisions:sign", args=[application.uuid]), typed, follow=True)
    assert application.signatures.count() == 0
    assert len(page.context["messages"]) == 1


def test_several_are_signed_in_one_go_and_reported_row_by_row(client, chair):
    simple = factories.confirmed()
    judged = factories.confirmed(
        number=personal_number(3),
        costs={
            "other_funding": "1 000",
            "funding_from": "Bolaget",
            "funding_from_industry": "yes",
        },
    )
    client.force_login(chair)
    ticked = {"application": [simple.pk, judged.pk, "x"]}
    page = client.post(reverse("decisions:sign_many"), ticked, follow=True)
    assert len(page.context["messages"]) == 2
    assert (simple.signatures.count(), judged.signatures.count()) == (1, 0)


def test_a_refusal_needs_a_reason_and_keeps_what_was_typed(client, chair):
    application = factories.confirmed()
    client.force_login(chair)
    typed = {"revision": application.revision, "text": "Kursen är inte extern."}
    page = client.post(reverse("decisions:refuse", args=[application.uuid]), typed)
    assert page.status_code == 200
    assert "Kursen är inte extern." in page.text
    assert page.context["form"].errors.keys() == {"reasons"}
    client.post(reverse("decisions:refuse", args=[application.uuid]), typed | {"reasons": ["R2"]})
    assert application.signatures.get().reasons == ["R2"]


def test_a_refusal_says_when_words_are_needed_and_does_not_call_them_optional(client, chair):
    application = factories.confirmed()
    client.force_login(chair)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("decisions:refuse", args=[application.uuid]))
    assert "Needed where you choose another reason." in page.text
    assert "(optional)" not in page.text


def test_a_question_returns_the_case_with_the_steps_chosen(client, chair):
    application = factories.confirmed()
    client.force_login(chair)
    typed = {"steps": ["costs"], "text": "Vad kostar resan?"}
    client.post(reverse("decisions:ask_back", args=[application.uuid]), typed)
    application.refresh_from_db()
    assert (application.state, application.questions.get().steps) == (State.RETURNED, ["costs"])


@pytest.mark.parametrize("amount", ["0", "6 000", "7 000", "tusen", ""])
def test_an_amount_is_only_lowered(client, chair, amount):
    application = factories.confirmed()
    client.force_login(chair)
    typed = {"amount": amount, "reason": "Billigare resa."}
    page = client.post(reverse("decisions:lower", args=[application.uuid]), typed)
    assert "amount" in page.context["form"].errors
    assert application.lowerings.count() == 0


def test_a_lowered_amount_is_what_is_signed(client, chair):
    application = factories.confirmed()
    client.force_login(chair)
    typed = {"amount": "5 000", "reason": "Billigare resa."}
    client.post(reverse("decisions:lower", args=[application.uuid]), typed)
    page = client.get(reverse("decisions:case", args=[application.uuid]))
    assert page.context["sign_form"].initial["amount"] == 5000


def test_r23_a_case_that_a_rule_refuses_comes_to_nothing(client, chair):
    granted = factories.approved()
    application = factories.confirmed()
    client.force_login(chair)
    page = client.get(reverse("decisions:case", args=[application.uuid]))
    case = page.context["case"]
    assert (case.offer.as_it_stands, case.offer.assessment.by_rules) == (0, 6000)
    assert case.pool_after == case.pool.remaining == granted.pool.budget - 6000
    headline = page.text.split('<p class="big">')[1].split("</p>")[0]
    assert headline.startswith("0")
    assert reverse("decisions:lower", args=[application.uuid]) not in page.text
    assert reverse("decisions:refuse", args=[application.uuid]) in page.text


@pytest.mark.parametrize("said", [{}, {"outcome": "refuse", "reasons": ["R8"], "text": "Nej."}])
@pytest.mark.parametrize(("day", "offered"), [("2026-07-01", False), ("2026-08-12", True)])
def test_r29_what_all_have_signed_is_offered_to_decide_when_the_break_is_over(
    client, chair, hold, said, day, offered
):
    july = APRIL.replace(month=7)
    application = factories.confirmed(starts_on=date(2026, 10, 5))
    signed(application, by=chair, at=july, **said)
    signed(application, by=signatory("representative"), at=july, **said)
    hold(day)
    client.force_login(people.keep_profile(user=chair, language="en"))
    page = client.get(reverse("decisions:case", args=[application.uuid]))
    assert ("Decide now" in page.text) is offered


def test_r23_what_all_have_signed_is_not_offered_once_the_year_has_its_grant(client, chair, hold):
    july, august = APRIL.replace(month=7), APRIL.replace(month=8, day=12)
    application = factories.confirmed(starts_on=date(2026, 10, 5))
    signed(application, by=chair, at=july)
    signed(application, by=signatory("representative"), at=july)
    factories.approved(at=august, starts_on=date(2026, 11, 5))
    hold("2026-08-12")
    client.force_login(people.keep_profile(user=chair, language="en"))
    page = client.get(reverse("decisions:case", args=[application.uuid]))
    assert page.context["case"].standing.ready == "grant"
    assert "Decide now" not in page.text


def test_r27_what_all_have_signed_is_not_offered_while_the_money_does_not_suffice(client, chair):
    pool = factories.approved(starts_on=date(2026, 10, 5)).pool
    application = factories.confirmed(number=personal_number(5))
    factories.with_budget(pool, pool.committed)
    signed(application, by=chair)
    signed(application, by=signatory("representative"))
    client.force_login(people.keep_profile(user=chair, language="en"))
    page = client.get(reverse("decisions:case", args=[application.uuid]))
    assert page.context["case"].standing.ready == "grant"
    assert "Decide now" not in page.text


def test_who_has_to_sign_in_again_reads_what_the_signature_would_do(client, chair, settings):
    application = factories.confirmed()
    client.force_login(people.keep_profile(user=chair, language="en"))
    page = client.get(reverse("decisions:case", args=[application.uuid]))
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    settings.SIGN_AGAIN_SECONDS = -1
    client.post(reverse("decisions:sign", args=[application.uuid]), dict(hidden))
    kept = client.get(reverse("accounts:kept", args=[KeptForm.objects.get().pk]))
    button = f"Sign to grant {wording.money(application.asked, 'SEK')}"
    assert f"<p>{button}: {application.course_title}</p>" in kept.text
    assert not application.signatures.exists()


def test_a_declared_bias_closes_the_case_for_me(client, chair):
    application = factories.confirmed()
    client.force_login(chair)
    client.post(reverse("decisions:recuse", args=[application.uuid]), {"reason": "Min kollega."})
    page = client.get(reverse("decisions:case", args=[application.uuid]))
    assert page.context["case"].standing.biased is True


def test_a_note_is_read_by_the_other_signatory_only(client, chair):
    application = factories.confirmed()
    client.force_login(chair)
    client.post(reverse("decisions:note", args=[application.uuid]), {"text": "Ring mig."})
    client.force_login(signatory("representative"))
    page = client.get(reverse("decisions:case", args=[application.uuid]))
    assert "Ring mig." in page.text
    client.force_login(application.applicant)
    assert "Ring mig." not in client.get(reverse("applications:case", args=[application.uuid])).text


def test_r25_earlier_cases_of_the_person_are_shown(client, chair):
    earlier = factories.confirmed(course={"title": "En tidigare kurs"})
    application = factories.confirmed(by=earlier.applicant)
    client.force_login(chair)
    page = client.get(reverse("decisions:case", args=[application.uuid]))
    assert [each.pk for each in page.context["case"].others] == [earlier.pk]
    assert "R25" in [finding.rule for finding in page.context["case"].to_look_at]


@pytest.mark.parametrize(
    ("declared", "levels"),
    [(("no", "yes"), ["met", "met"]), (("yes", "no"), ["look", "look"])],
)
def test_r25_what_came_earlier_counts_and_nothing_later(declared, levels):
    first, second = (
        factories.confirmed(
            at=APRIL + timedelta(minutes=nth),
            number=personal_number(),
            earlier={"applied_earlier": said, "which": "Hjärtdagarna"},
        )
        for nth, said in enumerate(declared)
    )
    told = told_in_list([second, first], on=APRIL.date(), at=APRIL)
    found = [assessed(each, told[each.pk]).findings for each in (first, second)]
    assert [each.level for about in found for each in about if each.rule == "R25"] == levels


def test_r25_before_a_draft_came_all_that_was_sent_in():
    factories.submitted(at=APRIL + timedelta(days=1))
    draft = factories.draft(earlier={"applied_earlier": "yes", "which": "Hjärtdagarna"})
    found = assess(draft, on=APRIL.date(), at=APRIL + timedelta(days=2)).findings
    assert [each.level for each in found if each.rule == "R25"] == ["met"]


@pytest.mark.parametrize("situation", [factories.draft, factories.submitted])
def test_r25_a_draft_is_no_application_yet(situation):
    factories.draft()
    case = situation(earlier={"applied_earlier": "no", "which": ""})
    found = assess(case, on=APRIL.date(), at=APRIL).findings
    assert [each.level for each in found if each.rule == "R25"] == ["met"]


def test_the_case_takes_a_bounded_number_of_queries(client, chair, django_assert_max_num_queries):
    application = factories.confirmed()
    client.force_login(chair)
    client.get(reverse("decisions:case", args=[application.uuid]))
    with django_assert_max_num_queries(45):
        client.get(reverse("decisions:case", args=[application.uuid]))


# After, and the money


def test_r22_the_applicant_says_that_the_course_was_cancelled(client):
    application = factories.approved()
    client.force_login(application.applicant)
    client.post(
        reverse("decisions:cancel", args=[application.uuid]), {"reason": "Kursen ställdes in."}
    )
    application.refresh_from_db()
    assert application.state == State.ENDED


def test_r22_nobody_else_says_so(client):
    application = factories.approved()
    client.force_login(person())
    answer = client.post(reverse("decisions:cancel", args=[application.uuid]), {"reason": "Nej."})
    assert answer.status_code == 404


def test_the_decided_are_listed_by_outcome(client, chair):
    approved, refused = factories.approved(), factories.refused(number=personal_number(4))
    client.force_login(chair)
    page = client.get(reverse("decisions:decided"), {"state": "refused"})
    assert [each.pk for each in page.context["page"]] == [refused.pk]
    everything = client.get(reverse("decisions:decided")).context["page"]
    assert {each.pk for each in everything} == {approved.pk, refused.pk}


@pytest.fixture
def move(client):
    """Return two pools and what was typed to move budget between them; an administrator is signed in."""
    first = factories.approved().pool
    autumn = datetime(2026, 9, 15, 9, tzinfo=UTC)
    later = factories.approved(at=autumn, number=personal_number(5)).pool
    client.force_login(appointed("administrator"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    typed = {"source": first.key, "target": later.key, "amount": "1 000", "note": "Beslut 12."}
    return first, later, typed


def test_r27_budget_is_moved_by_the_administrator_and_written_down(client, move):
    pool, _later, typed = move
    client.post(reverse("decisions:transfer"), typed | {"confirm": "1"})
    pool.refresh_from_db()
    assert pool.budget == 1_749_000
    assert sorted(pool.entries.filter(kind="transfer").values_list("amount", flat=True)) == [-1000]


def test_r27_budget_is_shown_once_more_before_it_is_moved(client, move):
    pool, _later, typed = move
    page = client.post(reverse("decisions:transfer"), typed)
    shown = [each["value"] for each in page.context["rows"]]
    assert str(shown).replace(r"\xa0", " ") == str(
        [
            ["First half of 2026", "1 744 000 kr left now", "1 743 000 kr left after"],
            ["Second half of 2026", "1 744 000 kr left now", "1 745 000 kr left after"],
            "1 000 kr",
            "Beslut 12.",
        ]
    )
    assert not pool.entries.filter(kind="transfer").exists()


def test_who_changes_what_is_moved_finds_all_that_was_typed(client, move):
    *_pools, typed = move
    page = client.post(reverse("decisions:transfer"), typed | {"change": "1"})
    form = page.context["form"]
    assert page.templates[0].name == "decisions/transfer.html"
    assert {name: form[name].value() for name in typed} == {k: str(v) for k, v in typed.items()}


def test_r27_more_than_is_left_is_not_moved(client, move):
    *_pools, typed = move
    page = client.post(reverse("decisions:transfer"), typed | {"amount": "1 749 000"})
    assert page.context["form"].errors.keys() == {"amount"}


def test_r27_what_was_granted_since_the_check_is_not_moved(client, move, monkeypatch):
    pool, _later, typed = move
    monkeypatch.setattr(Pool, "remaining", Decimal(9_999_999))  # as it was read before the lock
    sent = typed | {"amount": "1 749 000", "confirm": "1"}
    page = client.post(reverse("decisions:transfer"), sent)
    assert page.context["form"].errors.keys() == {"amount"}
    assert not pool.entries.filter(kind="transfer").exists()


@pytest.mark.parametrize("page", ["decisions:queue", "decisions:decided"])
def test_the_search_names_only_what_a_scheme_has(client, chair, page):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    officer = signatory(SCHEMES[1].capacities[0].slug, scheme=SCHEMES[1].slug)
    told = {}
    for who in (chair, officer):
        client.force_login(who)
        told[who] = client.get(reverse(page)).content.decode()
    assert "Course, participant, unit or administration" in told[chair]
    assert "Course or participant" in told[officer]
    assert "administration</" not in told[officer]


def test_from_the_top_of_a_case_one_comes_to_its_amount_on_a_phone_too(client, chair):
    client.force_login(chair)
    page = client.get(reverse("decisions:case", args=[factories.confirmed().uuid])).content.decode()
    before, _link, after = page.partition('<a href="#decision">')
    assert before.rstrip().endswith("6\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr</b>")
    assert after.count('id="decision"') == 1


def test_who_moves_budget_reads_what_is_left_in_each_pool(client, move):
    form = client.get(reverse("decisions:transfer")).context["form"]
    with translation.override("en"):
        offered = [
            [strip_tags(label) for _key, label in form.fields[name].choices]
            for name in ("source", "target")
        ]
    left = "1\N{NO-BREAK SPACE}744\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr left"
    halves = [f"{half} half of 2026: {left}" for half in ("First", "Second")]
    assert offered == [halves, halves]


def told_of_moving(client, scheme=SCHEME):
    """Return whether the funds, and the page where administration begins, tell that budget can be moved."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    start = reverse("administration:start", args=[scheme.slug])
    return (
        in_scheme("decisions:transfer", scheme) in client.get(reverse("decisions:funds")).text,
        "Funds, and moving budget" in client.get(start).text,
    )


def test_who_can_move_budget_is_told_so(client, move):
    assert told_of_moving(client) == (True, True)


def test_r27_budget_is_moved_to_a_half_year_from_which_nothing_was_granted_yet(client):
    first = factories.approved().pool
    client.force_login(appointed("administrator"))
    assert told_of_moving(client) == (True, True)
    typed = {"source": first.key, "target": "2026-H2", "amount": "1 000", "note": "Beslut 12."}
    client.post(reverse("decisions:transfer"), typed)
    assert list(Pool.objects.all()) == [first]  # it is only asked once more
    client.post(reverse("decisions:transfer"), typed | {"confirm": "1"})
    second = Pool.objects.get(key="2026-H2")
    assert (second.starts_on, second.ends_on) == (date(2026, 7, 1), date(2026, 12, 31))
    assert (second.budget, second.committed) == (1_751_000, 0)
    assert [(each.kind, each.amount) for each in second.entries.order_by("pk")] == [
        ("budget", 1_750_000),
        ("transfer", 1_000),
    ]
    later = factories.approved(at=datetime(2026, 9, 15, 9, tzinfo=UTC), number=personal_number(5))
    assert later.pool == second


def test_a_pool_of_which_nobody_knows_gets_no_budget(client, move):
    *_pools, typed = move
    page = client.post(reverse("decisions:transfer"), typed | {"target": "2031-H1"})
    assert page.context["form"].errors.keys() == {"target"}


def test_nobody_is_offered_to_move_budget_where_there_is_no_other_pool(client):
    client.force_login(appointed("administrator", scheme=SCHEMES[1].slug))
    assert told_of_moving(client, SCHEMES[1]) == (False, False)
    address = reverse("decisions:transfer")
    for answer in (client.get(address, follow=True), client.post(address, follow=True)):
        assert answer.redirect_chain == [(in_scheme("decisions:funds", SCHEMES[1]), 302)]
        assert "There is no other pool yet that budget could be moved to." in answer.text


@pytest.mark.parametrize("name", ["refuse", "ask_back", "lower", "recuse", "note"])
def test_an_empty_form_says_what_is_wanted_at_each_field(client, chair, name):
    application = factories.confirmed()
    client.force_login(chair)
    with translation.override("en"):
        page = client.post(reverse(f"decisions:{name}", args=[application.uuid]), {"revision": "0"})
        said = {str(word) for words in page.context["form"].errors.values() for word in words}
    assert said
    assert "This field is required." not in said


def test_who_signs_nothing_that_was_ticked_is_led_to_the_rows(client, chair):
    factories.confirmed()
    client.force_login(chair)
    told = client.post(reverse("decisions:sign_many"), follow=True).text
    assert ('<a href="#rows">' in told, 'id="rows"' in told) == (True, True)


@pytest.mark.parametrize(("capacity", "there"), [("chair", True), ("auditor", False)])
def test_only_who_signs_has_a_place_for_their_own_signature(client, capacity, there):
    client.force_login(appointed(capacity))
    labels = [tab["label"] for tab in shown(client).context["tabs"]]
    assert (queue.Place.MINE.label in labels) is there


def test_who_never_signs_does_not_read_why_they_may_not(client, chair):
    application = factories.confirmed(by=chair)
    for who, read in ((chair, True), (appointed("auditor"), False)):
        client.force_login(who)
        page = client.get(reverse("decisions:case", args=[application.uuid]))
        obstacle = page.context["case"].standing.obstacle
        assert obstacle
        assert (obstacle in page.text) == read


def read_by(client, application, user):
    """Return what a person reads on the case's page."""
    client.force_login(user)
    return client.get(reverse("decisions:case", args=[application.uuid])).text


def case_of(chair, *, as_):
    """Return a case to which a chair is party."""
    if as_ == "applicant":
        return factories.confirmed(by=chair)
    if as_ == "whom it is about":
        people.keep_profile(user=chair, personal_number=personal_number(1))
        return factories.confirmed(number=personal_number(1))
    if as_ == "head of unit":
        return factories.confirmed(participant=HEAD | {"head_email": chair.email.upper()})
    asked = {"name": str(chair), "email": chair.email.upper(), "at": APRIL}
    request = applications.ask_head(application=factories.submitted(), **asked)
    return applications.answer_as_head(request=request, answer="confirmed", at=APRIL).application


PARTIES = ["applicant", "whom it is about", "head of unit", "who answered as such"]


@pytest.mark.parametrize("as_", PARTIES)
def test_what_the_signatories_tell_each_other_is_not_for_who_is_party_to_the_case(
    client, chair, as_
):
    application, other = case_of(chair, as_=as_), signatory("representative", name="Test Bisittare")
    at = {"application": application, "at": APRIL}
    services.note(**at, by=other, text="Bara mellan oss.")
    services.recuse(**at, by=other, reason="Min granne.")
    told = read_by(client, application, chair)
    assert ("Bara mellan oss." in told, "Min granne." in told, str(other) in told) == (False,) * 3
    told = read_by(client, application, other)  # a declared bias alone closes no eyes
    assert ("Bara mellan oss." in told, "Min granne." in told) == (True, True)


REFUSED = {"outcome": "refuse", "reasons": ["R8"], "text": "Inget eget bidrag."}


@pytest.mark.parametrize("as_", PARTIES)
def test_who_is_party_to_a_case_reads_what_was_signed_once_it_is_decided(client, chair, as_):
    application = case_of(chair, as_=as_)
    first, second = signatory("chair", name="Test Etta"), signatory("representative")
    lowered = {"amount": 4321, "reason": "Billigare resa.", "by": second, "at": APRIL}
    services.lower(application=application, **lowered)
    signed(application, by=first, **REFUSED)

    told = read_by(client, application, chair).replace("\N{NO-BREAK SPACE}", " ")
    assert ("Inget eget bidrag." in told, "4 321 kr" in told) == (False, False)
    for other in (second, appointed("auditor")):
        told = read_by(client, application, other).replace("\N{NO-BREAK SPACE}", " ")
        assert ("Inget eget bidrag." in told, "4 321 kr" in told) == (True, True)
    signed(application, by=second, **REFUSED)
    assert "Inget eget bidrag." in read_by(client, application, chair)


@pytest.mark.parametrize("as_", PARTIES)
@pytest.mark.parametrize("name", ["refuse", "ask_back", "lower"])
def test_r21_no_form_opens_to_who_is_party_to_a_case(client, chair, name, as_):
    application = case_of(chair, as_=as_)
    client.force_login(chair)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    address = reverse(f"decisions:{name}", args=[application.uuid])
    case = reverse("decisions:case", args=[application.uuid])
    too_much = {"amount": "7 000"}  # an error at the field would tell what others lowered it to
    for answer in (client.get(address, follow=True), client.post(address, too_much, follow=True)):
        assert answer.redirect_chain == [(case, 302)]
        assert [str(each) for each in answer.context["messages"]] == [
            services.may_sign(application, chair, ON).obstacle
        ]


@pytest.mark.parametrize("name", ["refuse", "ask_back", "lower"])
@pytest.mark.parametrize("make", [factories.returned, factories.withdrawn, factories.approved])
def test_a_form_that_can_no_longer_be_used_leads_back_to_the_case(client, chair, name, make):
    application = make()
    client.force_login(chair)
    for answer in answers(client, name, application):
        assert answer.redirect_chain == [(address_of(application), 302)]
        assert [str(each) for each in answer.context["messages"]] == [
            "Only a submitted application can be worked on. Its history says what has happened."
        ]


def answers(client, name, application):
    """Return what the address of a form answers to who opens it, and to who sends it empty."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    address = reverse(f"decisions:{name}", args=[application.uuid])
    return client.get(address, follow=True), client.post(address, {}, follow=True)


def address_of(application):
    return reverse("decisions:case", args=[application.uuid])


@pytest.mark.parametrize(
    ("make", "marked"),
    [
        (factories.submitted, ["decisions:queue"]),
        (factories.returned, ["decisions:queue"]),
        (factories.refused, ["decisions:decided"]),
        (factories.ended, ["decisions:decided"]),
        (factories.withdrawn, []),
    ],
)
def test_the_menu_marks_the_list_on_which_a_case_stands(client, chair, make, marked):
    application = make()
    client.force_login(chair)
    page = client.get(address_of(application))
    links = re.findall(r'<a href="([^"]*)" aria-current="page"', page.text)
    assert links == [reverse(name) for name in marked]


def test_ending_ones_own_grant_stands_among_ones_own_applications(client, chair):
    application = factories.approved(by=chair, chair=factories.signatory("chair"))
    client.force_login(chair)
    page = client.get(reverse("decisions:cancel", args=[application.uuid]))
    links = re.findall(r'<a href="([^"]*)" aria-current="page"', page.text)
    assert links == [reverse("applications:overview")]


def test_nobody_stands_aside_in_a_decided_case(client, chair):
    application = factories.approved()
    client.force_login(chair)
    for answer in answers(client, "recuse", application):
        assert answer.redirect_chain == [(address_of(application), 302)]
        assert "It has been decided already. Tell the office about your bias." in answer.text


def test_an_empty_note_on_a_decided_case_says_what_is_wanted(client, chair):
    application = factories.approved()
    client.force_login(chair)
    page = client.post(reverse("decisions:note", args=[application.uuid]), {"text": ""})
    assert page.context["form"].errors.keys() == {"text"}


@pytest.mark.parametrize("as_", PARTIES[:-1])
def test_the_queue_does_not_tell_who_is_party_whether_the_signatories_agree(chair, as_):
    application = case_of(chair, as_=as_)
    first, second = signatory("chair", name="Test Etta"), signatory("representative")
    signed(application, by=first, **REFUSED)
    signed(application, by=second)
    assert only_row(first, ON).place.label == "The signatories disagree"
    assert only_row(chair, ON).place.label == "Signed, not decided yet"


@pytest.mark.parametrize("as_", PARTIES)
def test_the_tables_tell_no_more_to_who_is_party_to_a_case(client, chair, as_):
    application, other = case_of(chair, as_=as_), signatory("representative", name="Test Bisittare")
    at = {"application": application, "at": APRIL}
    services.note(**at, by=other, text="Bara mellan oss.")
    services.lower(**at, by=other, amount=4321, reason="Billigare resa.")
    signed(application, by=signatory("chair", name="Test Etta"))
    services.recuse(**at, by=other, reason="Min granne.")
    outsider = factories.with_second_factor(person())
    assert tables_of(client, application, outsider) == (True, 1, 1, 1)
    assert tables_of(client, application, chair) == (False, 0, 0, 0)


def tables_of(client, application, user):
    """Return whether somebody reads a note in the tables, and how many words of the signatories."""
    type(user).objects.filter(pk=user.pk).update(is_superuser=True)
    client.force_login(user)
    page = client.get(reverse("admin:applications_application_change", args=[application.pk]))
    names = ("signature", "lowering", "recusal")
    lists = [client.get(reverse(f"admin:decisions_{name}_changelist")) for name in names]
    numbers = (each.context["cl"].result_count for each in lists)
    return "Bara mellan oss." in page.text, *numbers


def test_what_a_page_lists_is_what_waits_there(chair):
    signed(factories.confirmed(number=personal_number(1)), by=chair)
    for nth in range(2, 5):
        factories.confirmed(number=personal_number(nth))
    factories.submitted(number=personal_number(5))
    for user in (chair, signatory("representative")):
        waiting = queue.Queue(SCHEME, user, ON)
        assert sum(waiting.counts().values()) == 5
        for place in ("", *waiting.counts()):
            page = paging.page(waiting.listed(place), queue.order("-course"), None, size=50)
            assert [each.pk for each in page.rows] == [
                each.pk for each in waiting.whole(place, "-course")
            ]
            assert page.count == (waiting.counts()[place] if place else 5)
