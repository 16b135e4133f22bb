"""The page on which the day begins tells each what waits for them, and nobody else's work."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import navigation
from accounts import services as people
from applications.outlook import outlook
from decisions import today
from invoicing import packet
from oversight.verifying import verify_and_keep
from schemes.registry import SCHEMES, get
from tests import factories
from tests.factories import APRIL, LONG_AGO, appointed, finance, signatory, signed

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-15T12:00")]
REFUND = get("fastlege")
MOST = 12  # queries for the whole page of one scheme


@pytest.fixture
def shown(client):
    """Return a function that tells what the page says to a person: words and their numbers."""

    def shown(user):
        client.force_login(user)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        cards = client.get(reverse("today")).context["cards"]
        return {line.label: line.number for card in cards for line in card.lines}

    return shown


@pytest.fixture
def rendered(monkeypatch):
    """Return a function that makes an invoice's packet."""
    monkeypatch.setattr(packet, "build", lambda invoice: b"%PDF-1.7")
    return lambda invoice: packet.render(invoice.packet.pk, at=APRIL)


def late(found):
    """Return how many answers are late, by the one line that says it."""
    return sum(found.get(label, 0) for label in ("late answer", "late answers"))


def test_the_day_begins_here_for_whoever_is_appointed():
    assert navigation.first_page(signatory("chair")) == reverse("today")
    assert navigation.first_page(factories.person()) == reverse("applications:overview")


def test_a_signatory_reads_what_waits_for_whom(shown):
    chair = signatory("chair")
    signed(factories.confirmed(), by=chair)
    factories.confirmed(starts_on=APRIL.date() + timedelta(days=20))
    factories.confirmed()
    factories.submitted()
    found = shown(chair)
    assert found["for you to sign"] == 2
    assert found["for another signatory"] == 1
    assert found["for the applicant, the head of unit or papers"] == 1
    assert found["late answers"] == 0


def test_who_signs_alone_reads_of_nobody_that_their_scheme_does_not_know(shown):
    found = shown(signatory(REFUND.capacities[0].slug, scheme=REFUND.slug))
    assert found["for the applicant or papers"] == 0
    assert "for another signatory" not in found


def test_what_was_promised_an_answer_by_now_is_overdue(shown):
    factories.confirmed(at=datetime(2026, 2, 2, 9, tzinfo=UTC), starts_on=APRIL.date())
    assert shown(signatory("chair"))["late answer"] == 1


@pytest.mark.parametrize(
    ("on", "overdue"), [("2027-01-07", 0), ("2027-01-28", 0), ("2027-01-29", 1), ("2027-06-01", 1)]
)
def test_r30_what_was_saved_is_overdue_from_the_day_that_its_applicant_was_told(
    shown, hold, on, overdue
):
    course = datetime(2027, 2, 20, tzinfo=UTC).date()
    saved = factories.confirmed(at=datetime(2026, 9, 14, 9, tzinfo=UTC), starts_on=course)
    told = outlook(saved, on=course, at=APRIL).answer_on
    hold(f"{on}T12:00")
    assert late(shown(signatory("chair"))) == overdue == (told < date.fromisoformat(on))


def test_r30_what_came_this_year_beside_what_was_saved_has_its_own_day(shown, hold):
    course = datetime(2027, 3, 20, tzinfo=UTC).date()
    for nth, day in enumerate((datetime(2026, 12, 31, 9), datetime(2027, 1, 11, 9))):
        number = factories.personal_number(nth)
        factories.confirmed(at=day.replace(tzinfo=UTC), starts_on=course, number=number)
    chair, found = signatory("chair"), []
    for on in ("2027-01-29", "2027-02-01", "2027-02-02"):
        hold(f"{on}T12:00")
        found.append(late(shown(chair)))
    assert found == [1, 1, 2]


@pytest.mark.parametrize(("zone", "late"), [("Europe/Stockholm", 1), ("Pacific/Auckland", 0)])
def test_the_day_of_arrival_is_that_of_the_schemes_own_zone(monkeypatch, zone, late):
    scheme, on = SCHEMES[0], APRIL.date()
    arrived = datetime.combine(today.answered_before(scheme, on=on), time(21), UTC)
    factories.confirmed(at=arrived, starts_on=on)
    monkeypatch.setattr(type(scheme), "time_zone", zone)
    assert today.desk(scheme, signatory("chair"), on=on).late == late


def test_the_break_that_comes_is_counted_in_days(shown, hold):
    first, last = SCHEMES[0].next_break(APRIL.date())
    chair = signatory("chair")
    assert shown(chair)["days to the next decision break"] == (first - APRIL.date()).days
    hold(f"{last}T12:00")
    assert shown(chair)["day left of the decision break"] == 1


def test_finance_reads_what_must_go_out_and_what_is_to_be_settled(shown, rendered):
    rendered(factories.approved().invoices.get())
    factories.approved(number=factories.personal_number(1))
    found = shown(finance())
    assert found["packet ready to send"] == 1
    assert found["still being made"] == 1
    assert found["to settle: the course is over"] == 0


def test_finance_of_another_administration_reads_nothing_of_it(shown, rendered):
    invoice = factories.approved().invoices.get()
    rendered(invoice)
    others = type(invoice.series.organisation).objects.filter(scheme=invoice.series.scheme)
    other = others.exclude(pk=invoice.series.organisation_id).first()
    assert shown(finance(other))["packets ready to send"] == 0


def last_line(client):
    return client.get(reverse("today")).context["cards"][-1].lines[-1]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_administrator_comes_from_here_to_the_tasks_and_reads_of_their_schemes_money(
    client, scheme
):
    client.force_login(appointed("administrator", scheme=scheme.slug))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    card = client.get(reverse("today")).context["cards"][0]

    assert card.url == reverse("administration:start", args=[scheme.slug])
    said = ["payments to release"]
    if not scheme.pays_out:
        said = ["overdue invoices to postpone", "not sent yet"]
    assert [line.label for line in card.lines] == said


@pytest.mark.parametrize("capacity", ["auditor", "administrator"])
def test_who_answers_for_the_house_reads_of_the_last_verification(client, capacity):
    client.force_login(appointed(capacity))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    verify_and_keep(at=APRIL)
    assert (last_line(client).number, last_line(client).hint[-5:]) == (0, "11:00")


def test_where_nothing_was_verified_no_number_says_that_all_is_well(client):
    client.force_login(appointed("auditor"))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    never = last_line(client)
    verify_and_keep(at=APRIL - timedelta(days=2))
    late = last_line(client)
    assert never.label == "No verification has been made yet."
    assert late.label.startswith("No verification has been made since 13\N{NO-BREAK SPACE}April")
    assert (never.number, late.number, late.shown_tone) == (None, None, "bad")
    assert '<span class="desk-number">–</span>' in client.get(reverse("today")).content.decode()


@pytest.mark.parametrize(("schemes", "most"), [(SCHEMES[:1], MOST), (SCHEMES, MOST + 2)])
def test_several_capacities_stand_side_by_side_in_few_queries(client, schemes, most):
    user = factories.with_second_factor(factories.person())
    for scheme in schemes:
        for capacity in ("finance", "auditor", scheme.capacities[0].slug):
            people.appoint(user=user, scheme=scheme.slug, capacity=capacity, valid_from=LONG_AGO)
    for _nth in range(3):
        factories.confirmed()
    client.force_login(user)
    client.get(reverse("today"))
    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("today"))
    assert len(page.context["cards"]) == 2 * len(schemes) + 1
    assert len(asked) <= most
