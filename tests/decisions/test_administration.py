"""The administrator's own pages: new terms, what they would have changed, people and lists."""

import re
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import Mandate
from applications.effect import effect
from decisions.administration.of_house import ORGANISATIONS
from decisions.administration.people import AppointForm
from decisions.administration.rows import kept_as
from decisions.administration.terms import BeginForm, already
from schemes import clock, entering, services
from schemes.models import Act, Break, Closing, Organisation, TermsDraft
from schemes.new_terms import NewTerms, parts_of, rows_from
from schemes.registry import SCHEMES
from schemes.rfr import tables
from schemes.rfr.models import DatedTerms
from tests import factories
from tests.decisions import test_refund as refunds
from tests.factories import APRIL, appointed, person
from tests.role import aside
from tests.schemes.test_new_terms import entered, written

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-10-14")]

RFR, REFUND = SCHEMES
NEXT = date(2027, 1, 1)
TWICE = "En sådan rad finns redan i listan. Skriv en annan."
CONFIRMED = {"confirm": "1"}
BREAK = {"breaks-0-starts_on": "2027-07-01", "breaks-0-ends_on": "2027-07-31"}


def address(name, *args, scheme=RFR):
    return reverse(f"administration:{name}", args=[scheme.slug, *args])


@pytest.fixture
def administrator():
    return appointed("administrator")


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def sent_unchanged(admin, part, **changed):
    """Send a page of the draft back as it came, with some answers changed."""
    page = admin.get(address("page", NEXT, part))
    shown = [bound for form in page.context["forms"] for bound in form]
    typed = {each.html_name: each.value() for each in shown}
    typed = {name: value for name, value in typed.items() if value not in (None, False)}
    return admin.post(address("page", NEXT, part), typed | changed)


def opened(admin, **changed):
    """Begin terms and go through all pages; `amounts={"cap_sweden": "6 000"}`."""
    admin.post(address("begin"), {"starts_on": NEXT})
    for part in parts_of(RFR):
        response = sent_unchanged(admin, part.slug, **changed.get(part.slug, {}))
        assert response.status_code == 302, part.slug
    return response


def test_a_year_is_opened_page_by_page_and_entered_on_the_check_page(admin):
    assert opened(admin, amounts={"cap_sweden": "6 000"}).url == address("terms", NEXT)
    check = admin.get(address("check", NEXT))
    assert "5\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr" in check.text
    assert "6\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr" in check.text
    assert DatedTerms.objects.count() == 1  # nothing before it is confirmed
    assert admin.post(address("check", NEXT)).url == address("start")
    assert tables.in_force(2027).caps["sweden"] == 6000
    assert "2027" in admin.get(address("start")).text


def test_what_cannot_be_read_is_asked_for_again_and_still_there_tomorrow(admin):
    admin.post(address("begin"), {"starts_on": NEXT})
    again = sent_unchanged(admin, "amounts", cap_sweden="a lot")
    assert again.status_code == 200
    assert again.context["wrong"]
    assert 'value="a lot"' in admin.get(address("page", NEXT, "amounts")).text


def test_a_figure_beyond_its_limits_is_said_by_its_name_in_the_order_of_the_page(admin):
    admin.post(address("begin"), {"starts_on": NEXT})
    admin.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    wrong = {"summer_break_first_week": "60", "answer_days": "-4"}

    days = sent_unchanged(admin, "days", **wrong).context["wrong"]
    share = sent_unchanged(admin, "amounts", share="2").context["wrong"]

    assert [each["text"] for each in [*days, *share]] == [
        "First week of the summer break: at most 52.",
        "An answer can be expected within, days: at least 0.",
        "Share of the basis that a grant may be: at most 0,50.",
    ]


def test_what_is_wrong_in_one_row_of_several_is_said_with_its_place(admin):
    admin.post(address("begin"), {"starts_on": NEXT})
    admin.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = sent_unchanged(admin, "breaks", **{"breaks-1-note": "Påsk"})

    assert [each["text"] for each in page.context["wrong"]] == [
        "Row 2: Fill in: First day.",
        "Row 2: Fill in: Last day.",
    ]


def test_what_no_database_can_keep_is_left_out_of_what_is_kept(admin):
    admin.post(address("begin"), {"starts_on": NEXT})
    assert sent_unchanged(admin, "source", source="a\0b").status_code == 200
    assert TermsDraft.objects.get().answers["source"] == {"source": "ab"}


def test_terms_that_are_entered_are_not_begun_anew(admin):
    opened(admin)
    admin.post(address("check", NEXT))
    refused = admin.post(address("begin"), {"starts_on": NEXT})
    assert refused.context["form"].errors["starts_on"]
    assert admin.get(address("terms", NEXT)).status_code == 404


def test_terms_that_somebody_enters_while_they_are_begun_are_said_beside_the_day(
    admin, monkeypatch
):
    opened(admin)
    admin.post(address("check", NEXT))
    # As if the form had looked before they were entered.
    monkeypatch.setattr(BeginForm, "clean_starts_on", lambda form: form.cleaned_data["starts_on"])
    refused = admin.post(address("begin"), {"starts_on": NEXT})
    assert refused.status_code == 200
    assert refused.context["form"].errors["starts_on"] == [already(NEXT, asked=NEXT)]
    assert 'value="2027-01-01"' in refused.text
    assert not TermsDraft.objects.exists()


@pytest.mark.parametrize("day", ["2027-02-01", "2031-01-01", ""])
def test_terms_begin_on_a_day_that_fits(admin, day):
    response = admin.post(address("begin"), {"starts_on": day})
    assert response.context["form"].errors["starts_on"]
    assert not TermsDraft.objects.exists()


def test_the_check_page_says_when_nothing_is_changed(admin):
    opened(admin)
    admin.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Nothing is changed" in admin.get(address("check", NEXT)).text
    sent_unchanged(admin, "amounts", cap_sweden="6 000")
    assert "Nothing is changed" not in admin.get(address("check", NEXT)).text
    sent_unchanged(admin, "amounts", cap_sweden="5 000")
    sent_unchanged(admin, "breaks", **BREAK)
    assert "Nothing is changed" not in admin.get(address("check", NEXT)).text


def test_the_check_page_asks_for_pages_that_nobody_looked_at(admin):
    admin.post(address("begin"), {"starts_on": NEXT})
    assert not admin.get(address("check", NEXT)).context["complete"]
    assert admin.post(address("check", NEXT)).context["wrong"]


def test_a_draft_is_thrown_away(admin):
    admin.post(address("begin"), {"starts_on": NEXT})
    assert admin.post(address("discard", NEXT)).status_code == 302
    assert not TermsDraft.objects.exists()


def test_terms_of_another_scheme_begin_on_any_day(client):
    client.force_login(appointed("administrator", scheme=REFUND.slug))
    response = client.post(address("begin", scheme=REFUND), {"starts_on": "2027-07-03"})
    assert response.url == address("terms", date(2027, 7, 3), scheme=REFUND)
    assert client.get(response.url).status_code == 200
    for part in parts_of(REFUND):
        page = address("page", date(2027, 7, 3), part.slug, scheme=REFUND)
        assert client.get(page).status_code == 200


def test_terms_between_two_say_until_when_they_count_and_enter_no_day_twice(client):
    officer, between = appointed("administrator", scheme=REFUND.slug), date(2023, 7, 3)
    client.force_login(officer)
    entered(officer, scheme=REFUND)
    begin = address("begin", scheme=REFUND)
    taken = client.post(begin, {"starts_on": NEXT}).context["form"].errors["starts_on"]
    assert taken == [already(NEXT, asked=NEXT)]
    assert client.post(begin, {"starts_on": between}).status_code == 302
    written(officer, scheme=REFUND, starts_on=between)
    for name in ("terms", "check"):
        shown = client.get(address(name, between, scheme=REFUND))
        assert shown.context["until"] == NEXT
        assert "notice-neutral" in shown.text
    assert client.get(address("effect", between, scheme=REFUND)).status_code == 200
    assert client.post(address("check", between, scheme=REFUND)).status_code == 302
    assert rows_from(REFUND, between)


def test_a_pool_that_is_out_of_step_follows_when_the_administrator_says_so(admin, hold):
    pool = services.pool_for(scheme=RFR, on=NEXT, at=APRIL)
    DatedTerms.objects.create(**terms_as_in_the_admin())
    hold("2027-02-01")
    assert admin.get(address("start")).context["out_of_step"]
    assert admin.post(address("follow")).url == address("start")
    assert factories.again(pool).budget == 1_900_000
    assert admin.get(address("start")).context["out_of_step"] == []


def terms_as_in_the_admin():
    row = DatedTerms.objects.values().get()
    return row | {"id": None, "valid_from": NEXT, "budget_first_half": 1_900_000}


# What would have changed


def test_the_effect_of_a_draft_is_reckoned_on_last_year_and_writes_nothing(admin, administrator):
    granted = factories.approved()  # 6 000 kr in Germany: the unit pays half of 12 000
    written(administrator, amounts={"cap_europe": "4 000"})
    page = admin.get(address("effect", NEXT))
    found = page.context["effect"]
    assert (found.before.granted, found.after.granted, found.more) == (6000, 4000, -2000)
    assert [change.application for change in found.changes] == [granted]
    assert [each.rule for each in found.changes[0].why] == ["R13", "R18"]
    assert granted.reference in page.text
    assert factories.again(granted).granted == 6000
    assert DatedTerms.objects.count() == 1


def test_of_a_draft_whose_day_has_passed_it_is_said_who_waits_and_goes_by_it(client):
    officer, day = appointed("administrator", scheme=REFUND.slug), date(2022, 1, 1)
    client.force_login(officer)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    waiting = refunds.submitted(papers=False)
    for own in ("2021-12-07", "2022-06-08"):  # these go by other terms
        course = refunds.COURSE | {"starts_on": own, "ends_on": own}
        refunds.submitted(absence=(f"{own}|whole|",), course=course)
    entered(officer, scheme=REFUND, starts_on=date(2022, 6, 8))
    written(officer, scheme=REFUND, starts_on=day, amounts={"fee_cap": "1 000"})
    page = client.get(address("effect", day, scheme=REFUND))
    found = page.context["waiting"]
    assert [change.application for change in found.changes] == [waiting]
    assert found.changes[0].sums == (Decimal("15950.50"), Decimal(13750))
    assert page.context["year"] == 2025  # the last one, whenever the terms were to begin
    told = " ".join(page.text.split())
    assert "There is 1 now, of which 1 would come out differently." in told
    assert waiting.reference in told


def test_what_waits_for_a_coming_year_is_told_of_its_draft(admin, administrator):
    saved = factories.confirmed(starts_on=date(2027, 3, 1))
    factories.confirmed(number=factories.personal_number(2))
    written(administrator, amounts={"cap_europe": "4 000"})
    found = admin.get(address("effect", NEXT)).context["waiting"]
    assert [(change.application, change.sums) for change in found.changes] == [
        (saved, (6000, 4000))
    ]
    assert found.of == 1


def test_terms_that_are_entered_show_their_effect_before_they_count(admin, administrator):
    factories.approved()
    opened(admin, amounts={"cap_europe": "4 000"})
    admin.post(address("check", NEXT))
    assert address("effect", NEXT) in admin.get(address("start")).text
    assert admin.get(address("effect", NEXT)).context["effect"].more == -2000


def test_the_effect_is_held_against_the_budget_of_each_pool(admin, administrator):
    """April's pool has granted 6 000 kr to the one looked at, and 6 000 kr to nobody in particular."""
    granted = factories.approved()
    aside("schemes_ledgerentry", "movement_follows_state")
    other = {"subject": uuid4(), "at": APRIL, "by": administrator}
    services.bind(pool=granted.decision.pool, amount=Decimal(6000), **other)
    october = APRIL.replace(month=10, day=1)
    days = {"starts_on": date(2026, 11, 20), "number": factories.personal_number(2)}
    factories.approved(at=october, **days)
    pools = {"budget_first_half": "9 000", "budget_second_half": "100 000"}
    written(administrator, amounts={"cap_europe": "4 000"}, pools=pools)
    first, second = admin.get(address("effect", NEXT)).context["effect"].pools
    spring = RFR.pool_on(APRIL.date()).budget
    assert (first.others, first.before, first.after) == (6000, 6000, 4000)
    assert (first.budget_before, first.budget_after) == (spring, 9000)
    assert (first.left_before, first.left_after) == (spring - 12_000, -1000)
    assert (second.others, second.after, second.left_after) == (0, 4000, 96_000)
    assert "\N{MINUS SIGN}1\N{NO-BREAK SPACE}000" in admin.get(address("effect", NEXT)).text


def test_the_appropriation_of_the_refunds_is_held_against_theirs(client):
    officer = appointed("administrator", scheme=REFUND.slug)
    draft = written(officer, scheme=REFUND, money={"appropriation": "25 000 000"})
    rows = NewTerms(REFUND, draft).rows
    plan = REFUND.pool_on(APRIL.date())
    assert REFUND.budget_with(plan, rows, on=APRIL.date()) == 25_000_000
    assert REFUND.budget_with(plan, [], on=APRIL.date()) == plan.budget


def test_the_effect_says_when_it_looked_at_some_only(admin, administrator, monkeypatch):
    factories.submitted(number=factories.personal_number(1))
    factories.submitted(number=factories.personal_number(2))
    written(administrator)
    monkeypatch.setattr("applications.effect.MOST_ASSESSED", 1)
    found = admin.get(address("effect", NEXT)).context["effect"]
    assert (found.looked_at, found.of, found.all_of_them) == (1, 2, False)


def test_the_effect_takes_as_many_queries_for_three_as_for_one():
    def queries():
        with CaptureQueriesContext(connection) as asked:
            effect(RFR, [], year=2026, at=APRIL)
        return len(asked)

    factories.approved()
    one = queries()
    for nth in (1, 2):
        factories.approved(number=factories.personal_number(nth))
    assert queries() == one


# People


def appointing(**changed):
    answers = {"capacity": "chair", "valid_from": "2026-11-01", "valid_to": "", "ground": ""}
    return answers | changed


def test_somebody_is_appointed_after_a_check_with_who_did_it(admin, administrator):
    chosen = person(name="Demo Vald")
    typed = appointing(email=chosen.email.upper())
    check = admin.post(address("appoint"), typed)
    assert "Demo Vald" in check.text
    assert not chosen.mandates.exists()
    assert admin.post(address("appoint"), typed | {"confirm": "1"}).url == address("people")
    mandate = chosen.mandates.get()
    assert (mandate.capacity, mandate.valid_from) == ("chair", date(2026, 11, 1))
    act = Act.objects.get()
    assert (act.kind, act.by, act.since) == (Act.Kind.APPOINTED, administrator, date(2026, 11, 1))


def test_the_check_page_itself_sends_what_was_typed(admin):
    chosen = person()
    typed = appointing(email=chosen.email, capacity="finance", valid_to="2027-12-31")
    html = admin.post(address("appoint"), typed).text
    inputs = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', html)
    hidden = {name: value for name, value in inputs if name in AppointForm.base_fields}
    assert admin.post(address("appoint"), hidden | {"confirm": "1"}).status_code == 302
    mandate = chosen.mandates.get()
    assert (mandate.capacity, mandate.deputy) == ("finance", False)
    assert mandate.valid_to == date(2027, 12, 31)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "nobody@example.org"}, "email"),
        ({"capacity": "emperor"}, "capacity"),
        ({"valid_from": "2026-10-13"}, "valid_from"),
        ({"valid_to": "2026-10-31"}, "valid_to"),
        ({"deputy": "on"}, "ground"),
    ],
)
def test_what_does_not_fit_appoints_nobody(admin, changed, field):
    chosen = person()
    typed = appointing(email=chosen.email) | changed
    response = admin.post(address("appoint"), typed | {"confirm": "1"})
    assert field in response.context["form"].errors
    assert not chosen.mandates.exists()


def test_nobody_is_appointed_before_the_address_is_confirmed(admin):
    chosen = person()
    chosen.emailaddress_set.update(verified=False)
    typed = appointing(email=chosen.email, confirm="1")
    assert "email" in admin.post(address("appoint"), typed).context["form"].errors
    assert not chosen.mandates.exists()


def test_only_finance_is_of_one_organisation(admin):
    chosen = person()
    organisation = Organisation.objects.filter(scheme=RFR.slug).first()
    typed = appointing(email=chosen.email, organisation=organisation.pk, confirm="1")
    assert "organisation" in admin.post(address("appoint"), typed).context["form"].errors
    typed["capacity"] = "finance"
    assert admin.post(address("appoint"), typed).status_code == 302
    assert chosen.mandates.get().organisation == organisation


def test_nobody_appoints_themselves(admin, administrator):
    typed = appointing(email=administrator.email, confirm="1")
    assert "email" in admin.post(address("appoint"), typed).context["form"].errors
    assert administrator.mandates.count() == 1


def test_nobody_holds_a_capacity_twice(admin):
    chair = appointed("chair")
    typed = appointing(email=chair.email, confirm="1")
    assert "email" in admin.post(address("appoint"), typed).context["form"].errors


def test_a_mandate_is_ended_by_a_day(admin, administrator):
    mandate = appointed("chair").mandates.get()
    for impossible in ("2026-10-13", "9999-12-31"):
        assert admin.post(address("end", mandate.pk), {"on": impossible}).context["form"].errors
    assert admin.post(address("end", mandate.pk), {"on": "2026-10-31"}).status_code == 302
    mandate.refresh_from_db()
    assert mandate.valid_to == date(2026, 10, 31)
    assert Act.objects.get().kind == Act.Kind.MANDATE_ENDED
    assert mandate.user.name in admin.get(address("start")).text  # it ends soon


def test_the_last_administrator_stays(admin, administrator):
    mandate = administrator.mandates.get()
    refused = admin.post(address("end", mandate.pk), {"on": "2026-10-31"})
    assert refused.context["form"].errors["on"]
    appointed("administrator")
    assert admin.post(address("end", mandate.pk), {"on": "2026-10-31"}).status_code == 302


def test_mandates_are_found_by_when_they_count(admin):
    now, coming, ended = appointed("chair"), person(), person()
    for user, first, last in ((coming, "2026-12-01", None), (ended, "2025-01-01", "2025-12-31")):
        Mandate.objects.create(
            user=user, scheme=RFR.slug, capacity="chair", valid_from=first, valid_to=last
        )
    shown = {
        tab: {each.user for each in admin.get(address("people"), {"tab": tab}).context["page"]}
        for tab in ("now", "coming", "ended")
    }
    assert now in shown["now"]
    assert (shown["coming"], shown["ended"]) == ({coming}, {ended})
    assert admin.get(address("people"), {"tab": "never"}).status_code == 404


def test_the_form_offers_what_the_scheme_knows(administrator):
    form = AppointForm(scheme=REFUND, today=NEXT)
    offered = dict(form.fields["capacity"].choices)
    assert set(offered) == {"case_officer", "finance", "administrator", "auditor"}


# Lists


def test_a_course_is_added_found_and_ended(client):
    client.force_login(appointed("administrator", scheme=REFUND.slug))
    typed = {"title": "Demokurs i kvalitet", "organiser": "Demo", "valid_from": "2026-10-01"}
    at = address("list", "courses", scheme=REFUND)
    assert client.post(address("add", "courses", scheme=REFUND), typed).url == at
    row = client.get(at, {"q": "demokurs"}).context["page"].rows[0]
    end = address("end_row", "courses", row.pk, scheme=REFUND)
    assert client.post(end, {"on": "2026-12-31"}).status_code == 302
    row.refresh_from_db()
    assert row.valid_to == date(2026, 12, 31)
    assert [act.kind for act in Act.objects.order_by("pk")] == [Act.Kind.ADDED, Act.Kind.CHANGED]


@pytest.mark.parametrize("name", ["breaks", "retention"])
def test_the_page_that_adds_a_row_says_to_which_list_and_a_choice_asks_to_be_made(admin, name):
    text = admin.get(address("add", name)).text
    title = re.search(r"<title>\s*(.*?)\s*–\s*(.*?)\s*–\s*Kursmedel", text, re.DOTALL).groups()
    listed = kept_as(RFR, name).title
    assert title == ("Lägg till", str(listed))
    assert f"{RFR.title} · {listed}" in text
    assert "-----" not in text


def test_the_same_course_from_the_same_day_is_refused_with_words(client):
    client.force_login(appointed("administrator", scheme=REFUND.slug))
    typed = {"title": "Demokurs", "valid_from": "2026-10-01"}
    client.post(address("add", "courses", scheme=REFUND), typed)
    form = client.post(address("add", "courses", scheme=REFUND), typed).context["form"]
    assert form.errors == {"valid_from": [TWICE]}


@pytest.mark.parametrize(
    ("name", "typed", "field"),
    [
        ("organisations", {"name": "Prov", "code": "SU", "valid_from": "2027-01-01"}, "code"),
        ("zones", {"country": "DE", "zone": "world", "valid_from": "2024-01-01"}, "valid_from"),
    ],
)
def test_what_is_in_a_list_already_is_said_beside_its_field(admin, name, typed, field):
    assert admin.post(address("add", name), typed).context["form"].errors == {field: [TWICE]}


@pytest.mark.parametrize("name", ["organisations", "courses"])
def test_what_would_end_before_it_begins_is_refused_beside_its_last_day(client, name):
    client.force_login(appointed("administrator", scheme=REFUND.slug))
    typed = {"name": "Prov", "code": "PROV", "title": "Prov"}
    typed |= {"valid_from": "2027-01-01", "valid_to": "2026-12-31"}
    form = client.post(address("add", name, scheme=REFUND), typed).context["form"]
    assert form.errors == {"valid_to": ["Sista dagen ligger före den första."]}


def test_a_break_is_entered_and_changed(admin):
    typed = {"starts_on": "2027-06-21", "ends_on": "2027-08-15", "note": ""}
    check = admin.post(address("add", "breaks"), typed)
    assert "2027" in check.text
    assert not Break.objects.exists()
    assert admin.post(address("add", "breaks"), typed | CONFIRMED).status_code == 302
    row = Break.objects.get()
    assert row.scheme == RFR.slug
    changed = typed | {"ends_on": "2027-08-22"}
    assert admin.post(address("change", "breaks", row.pk), changed | CONFIRMED).status_code == 302
    assert RFR.breaks_of(2027) == [(date(2027, 6, 21), date(2027, 8, 22))]


def test_a_break_ends_earlier_and_one_that_has_not_begun_is_taken_away(admin):
    running = Break.objects.create(
        scheme=RFR.slug, starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 31)
    )
    coming = Break.objects.create(
        scheme=RFR.slug, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31)
    )
    shown = admin.get(address("list", "breaks")).text
    assert address("end_row", "breaks", running.pk) in shown
    assert address("remove_row", "breaks", running.pk) not in shown
    assert address("remove_row", "breaks", coming.pk) in shown
    end = address("end_row", "breaks", running.pk)
    assert admin.post(end, {"on": "2026-11-30"}).context["form"].errors["on"]
    assert admin.post(end, {"on": "2026-10-20"}).status_code == 302
    assert admin.post(address("remove_row", "breaks", running.pk)).status_code == 404
    assert admin.get(address("remove_row", "breaks", coming.pk)).status_code == 200
    assert Break.objects.count() == 2
    assert admin.post(address("remove_row", "breaks", coming.pk)).status_code == 302
    assert Break.objects.get().ends_on == date(2026, 10, 20)
    kinds = [act.kind for act in Act.objects.order_by("pk")]
    assert kinds == [Act.Kind.CHANGED, Act.Kind.REMOVED]
    gone = Act.objects.get(kind=Act.Kind.REMOVED).figures
    assert [each["name"] for each in gone] == ["starts_on", "ends_on", "note"]


def renamed_meanwhile():
    """Return an organisation as a page read it, before a colleague renamed it and let it end."""
    row = Organisation.objects.create(
        scheme=RFR.slug, name="Demoförvaltningen", code="DF", valid_from=date(2026, 1, 1)
    )
    Organisation.objects.filter(pk=row.pk).update(name="Nya namnet", valid_to=date(2026, 11, 30))
    return row


def test_what_is_written_of_a_row_leaves_what_a_colleague_changed_in_other_fields(administrator):
    row = renamed_meanwhile()
    row.code = "NY"
    entering.keep_row(scheme=RFR, row=row, fields=["code"], by=administrator, at=APRIL)
    kept = factories.again(row)
    assert (kept.code, kept.name, kept.valid_to) == ("NY", "Nya namnet", date(2026, 11, 30))
    assert [each["name"] for each in Act.objects.get().figures] == ["code"]


def test_a_row_ends_as_it_is_held_and_not_as_a_page_read_it(administrator):
    row = renamed_meanwhile()
    verb = {"scheme": RFR, "kept": ORGANISATIONS, "by": administrator, "at": APRIL}
    with pytest.raises(ValidationError):  # it ends in November as it is
        entering.end_row(row=row, on=date(2026, 12, 31), **verb)
    ended = entering.end_row(row=row, on=date(2026, 10, 31), **verb)
    assert (ended.name, factories.again(row).name) == ("Nya namnet", "Nya namnet")
    assert factories.again(row).valid_to == date(2026, 10, 31)
    assert "Nya namnet" in Act.objects.get().about


def test_an_organisation_that_somebody_applied_for_is_not_taken_away(admin):
    row = Organisation.objects.create(
        scheme=RFR.slug, name="Demoförvaltningen", code="DF", valid_from=date(2027, 1, 1)
    )
    Mandate.objects.create(
        user=person(), scheme=RFR.slug, capacity="finance", organisation=row, valid_from=NEXT
    )
    refused = admin.post(address("remove_row", "organisations", row.pk))
    assert refused.context["wrong"]
    assert Organisation.objects.filter(pk=row.pk).exists()
    assert not Act.objects.exists()


def test_a_closing_is_entered_after_a_check_and_stops_what_is_sent_in(admin, hold):
    typed = {"closes_at": "2026-11-01T12:00", "opens_at": "2026-12-01T08:00", "reason": "Bokslut"}
    wrong = admin.post(address("add", "closings"), typed | {"opens_at": "2026-11-01T12:00"})
    assert wrong.context["form"].errors["opens_at"]
    check = admin.post(address("add", "closings"), typed)
    assert "12:00" in check.text
    assert not Closing.objects.exists()
    assert admin.post(address("add", "closings"), typed | CONFIRMED).status_code == 302
    row = Closing.objects.get()
    assert (row.scheme, row.closes_at.isoformat()) == (RFR.slug, "2026-11-01T11:00:00+00:00")
    assert services.closed(scheme=RFR, at=row.closes_at) == row
    hold("2026-11-02T12:00")
    assert admin.post(address("remove_row", "closings", row.pk)).status_code == 404
    sooner = typed | {"opens_at": "2026-11-02T12:00"} | CONFIRMED
    assert admin.post(address("change", "closings", row.pk), sooner).status_code == 302
    assert services.closed(scheme=RFR, at=clock.now()) is None
    acts = [(act.kind, len(act.figures)) for act in Act.objects.order_by("pk")]
    assert acts == [(Act.Kind.ADDED, 3), (Act.Kind.CHANGED, 1)]


def test_who_looks_once_more_can_go_back_and_change(admin):
    typed = {"starts_on": "2027-06-21", "ends_on": "2027-08-15", "note": "Sommar"}
    again = admin.post(address("add", "breaks"), typed | {"change": "1"})
    assert 'value="Sommar"' in again.text
    html = admin.post(address("add", "breaks"), typed).text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
    assert {name: hidden[name] for name in typed} == typed


@pytest.mark.parametrize("name", ["add", "change", "end_row", "remove_row"])
def test_what_was_kept_in_the_admin_before_asks_again_who_one_is(admin, name, settings):
    settings.SIGN_AGAIN_SECONDS = -1
    args = [] if name == "add" else [Organisation.objects.filter(scheme=RFR.slug).first().pk]
    assert "reauthenticate" in admin.post(address(name, "organisations", *args), {}).url


def test_rows_of_another_scheme_are_not_there(admin):
    other = Organisation.objects.create(
        scheme=REFUND.slug, name="Demokommunen", code="DK", valid_from=date(2024, 1, 1)
    )
    assert "Demokommunen" not in admin.get(address("list", "organisations")).text
    assert admin.get(address("change", "organisations", other.pk)).status_code == 404
    assert admin.get(address("list", "courses")).status_code == 404


# Who comes in


@pytest.mark.parametrize("capacity", ["chair", "finance", "auditor"])
def test_nobody_else_finds_these_pages(client, capacity):
    client.force_login(appointed(capacity))
    for name, *args in (["start"], ["begin"], ["people"], ["appoint"], ["list", "breaks"]):
        assert client.get(address(name, *args)).status_code == 404
    assert client.get(reverse("administration:own")).status_code == 404


def test_an_administrator_of_another_scheme_does_not_come_in(client):
    client.force_login(appointed("administrator", scheme=REFUND.slug))
    assert client.get(address("start")).status_code == 404
    assert client.get(reverse("administration:own")).url == address("start", scheme=REFUND)


def test_who_administers_needs_a_second_factor(client):
    client.force_login(appointed("administrator", second_factor=False))
    assert client.get(address("start")).url == reverse("mfa_index")


@pytest.mark.parametrize("name", ["appoint", "check"])
def test_what_weighs_asks_again_who_one_is_after_some_hours(admin, administrator, name, settings):
    written(administrator)
    settings.SIGN_AGAIN_SECONDS = -1
    args = [NEXT] if name == "check" else []
    response = admin.post(address(name, *args), {})
    assert "reauthenticate" in response.url


def test_the_start_page_says_what_next_year_lacks(admin):
    missing = marks(admin)
    appointed("chair")
    found = marks(admin)
    assert (missing["Terms"], missing["Chair of RFR"]) == ("warn", "bad")
    assert (found["Terms"], found["Chair of RFR"]) == ("warn", "good")


def test_the_start_page_names_who_holds_a_capacity_and_says_of_a_deputy_that_it_is_one(admin):
    appointed("chair", name="Test One")
    appointed("chair", name="Test Two", deputy=True, ground="D 1")
    tasks = admin.get(address("start"), HTTP_ACCEPT_LANGUAGE="en").context["tasks"]
    assert "Test One, Test Two (deputy)" in [task.get("hint") for task in tasks]


def marks(admin):
    """Return the tone of each task of the start page by its title."""
    admin.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    tasks = admin.get(address("start")).context["tasks"]
    with translation.override("en"):
        return {str(task["title"]): task["tone"] for task in tasks}


NASTY = ["a\0b", "9" * 400, "NaN", "0001-01-01", "9999-12-31"]


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.slug)
def test_no_figure_breaks_a_page_nor_those_that_read_the_draft(client, scheme):
    client.force_login(appointed("administrator", scheme=scheme.slug))
    client.post(address("begin", scheme=scheme), {"starts_on": NEXT})
    begun = TermsDraft.objects.get()
    for nasty in NASTY:
        for part in parts_of(scheme):
            forms = NewTerms(scheme, begun).forms(part, {})
            typed = {form.add_prefix(name): nasty for form in forms for name in form.fields}
            page = address("page", NEXT, part.slug, scheme=scheme)
            assert client.post(page, typed).status_code in (200, 302), (part.slug, nasty)
        for name in ("terms", "check", "effect"):
            assert client.get(address(name, NEXT, scheme=scheme)).status_code == 200, nasty
        assert client.post(address("check", NEXT, scheme=scheme)).status_code == 200, nasty


@pytest.mark.parametrize("nasty", NASTY)
def test_nothing_that_is_typed_breaks_the_forms_about_people_and_lists(admin, administrator, nasty):
    typed = dict.fromkeys(AppointForm.base_fields, nasty) | {"email": person().email}
    assert admin.post(address("appoint"), typed | {"confirm": "1"}).status_code == 200
    mandate = administrator.mandates.get().pk
    assert admin.post(address("end", mandate), {"on": nasty}).status_code == 200
    row = dict.fromkeys(["name", "code", "valid_from", "valid_to", "starts_on", "ends_on"], nasty)
    row |= dict.fromkeys(["closes_at", "opens_at", "reason", "kind", "months", "source"], nasty)
    for name in ("organisations", "breaks", "zones", "closings", "retention"):
        typed = row | CONFIRMED | {"country": "SE", "zone": nasty}
        assert admin.post(address("add", name), typed).status_code < 500
        found = admin.get(address("list", name), {"q": nasty, "page": nasty})
        assert found.status_code == (400 if "\0" in nasty else 200)
