"""The demo: every state, everything in the past, on any day of the year, and only once."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from accounts import demo
from accounts.models import User
from applications.models import Application, Event, Paper, State, Verdict
from decisions.demo import load
from invoicing import packet
from invoicing.models import Handling, Invoice, PaymentBatch
from schemes import registry
from schemes.models import LedgerEntry, PersonalAllowance, Pool
from tests.factories import person

pytestmark = pytest.mark.django_db

FIRST = registry.SCHEMES[0].slug
AWKWARD = ["2026-01-01", "2026-01-12", "2028-02-29", "2026-06-30", "2026-08-20", "2026-12-25"]


@pytest.fixture(autouse=True)
def quick_papers(monkeypatch):
    """Make no PDF: how packets look is tried elsewhere, and here there are many."""
    monkeypatch.setattr(packet, "build", lambda invoice: b"%PDF-1.7")


def test_its_papers_are_called_what_the_scheme_calls_them(hold):
    hold("2026-11-21")
    load.load()
    names = set(Paper.objects.values_list("name", flat=True))
    assert names == {"Program.pdf", "Kursbevis.pdf", "Dokumentasjon av fraværet.pdf"}


@pytest.mark.parametrize("today", AWKWARD)
def test_it_loads_on_any_day_of_the_year(hold, today):
    hold(today)
    assert load.load()
    day = date.fromisoformat(today)
    for scheme, most in ((FIRST, 40), ("fastlege", 30)):
        found = Application.objects.filter(scheme=scheme)
        assert {each.state for each in found} == {state.value for state in State}
        assert 20 <= found.count() <= most
    assert _latest() < datetime.combine(day, datetime.min.time(), _zone())
    earlier, later = Pool.objects.filter(scheme=FIRST, committed__gt=0).order_by("starts_on")
    assert later.starts_on == earlier.ends_on + timedelta(days=1)
    assert later.starts_on <= day <= later.ends_on + timedelta(days=70)


def test_a_second_time_changes_nothing(hold, capsys):
    hold("2026-11-21")
    call_command("demo")
    before = _counts()
    call_command("demo")
    assert _counts() == before
    assert "loaded before" in capsys.readouterr().out


def test_where_there_are_other_people_nothing_is_loaded():
    person()
    with pytest.raises(CommandError):
        call_command("demo")
    assert not Application.objects.exists()


def test_outside_development_nothing_is_loaded(settings):
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError):
        call_command("demo")
    assert not User.objects.exists()


def test_the_people_are_printed_with_what_they_are(hold, capsys):
    hold("2026-11-21")
    for scheme in _with_a_demo():
        for each in scheme.demo(today=date(2026, 11, 21)).people:
            load.enrol(scheme, each, on=date(2026, 1, 1))
    call_command("demo", "--people")
    printed = capsys.readouterr().out
    assert demo.PASSWORD in printed
    for user in User.objects.all():
        assert user.email in printed
        assert user.email.endswith("@demo.example")
        assert user.name.startswith("Demo")
    held = {(each.scheme, each.capacity, each.deputy) for each in _mandates()}
    for scheme in _with_a_demo():
        for capacity in scheme.capacities:
            assert {(scheme.slug, capacity.slug, False), (scheme.slug, capacity.slug, True)} <= held
        for capacity in ("finance", "administrator", "auditor"):
            assert (scheme.slug, capacity, False) in held


def test_it_has_the_situations_that_the_office_meets(hold):
    hold("2026-09-15")
    load.load()
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert kinds >= {
        Event.Kind.HEAD_DECLINED,
        Event.Kind.DISAGREED,
        Event.Kind.RETURNED,
        Event.Kind.ANSWERED,
        Event.Kind.LOWERED,
        Event.Kind.ENDED,
        Event.Kind.REPORTED,
        Event.Kind.CREDITED,
    }
    assert Handling.objects.filter(kind=Handling.Kind.SENT).count() >= 4
    # From September on both half-years are of the current year.
    assert {pool.starts_on.year for pool in Pool.objects.filter(scheme=FIRST, committed__gt=0)} == {
        2026
    }
    for pool in Pool.objects.all():
        moved = LedgerEntry.objects.filter(pool=pool).exclude(kind=LedgerEntry.Kind.BUDGET)
        assert (moved.aggregate(sum=Sum("amount"))["sum"] or 0) == pool.committed


def test_refunds_are_paid_cut_returned_and_waiting(hold):
    hold("2026-11-21")
    load.load()
    found = Application.objects.filter(scheme="fastlege")
    assert {"L1", "L2", "L3"} <= {code for each in found for code in _reasons(each)}
    cuts = {day["rule"] for each in found for day in _days(each)}
    assert {"L7", "L8"} <= cuts
    assert sorted(row.used for row in PersonalAllowance.objects.all())[-2:] == [4, 4]
    assert found.filter(state=State.SUBMITTED, awaited__len__gt=0).count() == 2
    assert Verdict.objects.filter(accepted=False, application__state=State.RETURNED).exists()
    assert sorted(PaymentBatch.objects.values_list("number", flat=True)) == [3, 5]
    waiting = Invoice.objects.filter(application__state=State.APPROVED, payment=None)
    assert waiting.filter(kind=Invoice.Kind.STATEMENT).count() == 2


def _reasons(application):
    return application.decision.reasons if hasattr(application, "decision") else []


def _days(application):
    if not hasattr(application, "decision"):
        return []
    return application.decision.assessment["days"]


def _with_a_demo():
    return [each for each in registry.SCHEMES if each.demo(today=date(2026, 11, 21))]


def _mandates():
    return [mandate for user in User.objects.all() for mandate in user.mandates_today]


def _latest():
    return max(Event.objects.latest("at").at, Application.objects.latest("changed_at").changed_at)


def _zone():
    return ZoneInfo(registry.SCHEMES[0].time_zone)


def _counts():
    models = (User, Application, Event, LedgerEntry, Handling)
    return [model.objects.count() for model in models]
