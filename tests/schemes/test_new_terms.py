"""New terms are written page by page and entered at once, once, with what they change kept for good."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from schemes import entering, services
from schemes.entering import AlreadyEntered
from schemes.fastlege.models import DatedTerms as RefundTerms
from schemes.fastlege.models import DayRate
from schemes.models import Act, Break, LedgerEntry, TermsDraft
from schemes.new_terms import NewTerms, parts_of, rows_from, typed_in
from schemes.registry import SCHEMES
from schemes.rfr import tables
from schemes.rfr.models import DatedTerms
from tests.factories import APRIL, again, appointed, approved

pytestmark = pytest.mark.django_db

RFR, REFUND = SCHEMES
NEXT = date(2027, 1, 1)


@pytest.fixture
def administrator():
    return appointed("administrator")


def begun(by, *, scheme=RFR, starts_on=NEXT):
    return entering.begin_terms(scheme=scheme, starts_on=starts_on, by=by, at=APRIL)


def written(by, *, scheme=RFR, starts_on=NEXT, **changed):
    """Return a draft with every page saved as it came; `amounts={"cap_sweden": "6 000"}`."""
    draft = begun(by, scheme=scheme, starts_on=starts_on)
    for part in parts_of(scheme):
        typed = typed_in(as_shown(NewTerms(scheme, draft), part)) | changed.get(part.slug, {})
        draft = entering.keep_page(draft=draft, slug=part.slug, typed=typed, by=by, at=APRIL)
    return draft


def as_shown(new, part):
    """Return the forms of a page, bound to what a browser would send back unchanged."""
    shown = [bound for form in new.forms(part) for bound in form]
    return new.forms(part, {each.html_name: _sent(each.value()) for each in shown})


def _sent(value):
    return value if isinstance(value, bool) or value is None else str(value)


def entered(by, **said):
    scheme = said.get("scheme", RFR)
    draft = written(by, **said)
    return entering.enter_terms(scheme=scheme, draft=draft, by=by, at=APRIL)


def test_pages_come_with_the_figures_in_force(administrator):
    new = NewTerms(RFR, begun(administrator))
    form = new.forms(new.part("amounts"))[0]
    assert form["cap_europe"].value() == "10\N{NO-BREAK SPACE}000"
    before = {each.name: each.before for each in new.figures(new.part("amounts"))}
    assert before["share"] == "0,50"
    assert not new.done(new.part("amounts"))


def test_what_was_typed_stays_also_when_it_cannot_be_read(administrator):
    draft = written(administrator, amounts={"cap_sweden": "a lot"})
    new = NewTerms(RFR, draft)
    form = new.forms(new.part("amounts"))[0]
    assert form["cap_sweden"].value() == "a lot"
    assert not form.is_valid()


def test_entered_terms_stand_beside_the_old_ones(administrator):
    act = entered(administrator, amounts={"cap_sweden": "6 000"})
    assert tables.in_force(2026).caps["sweden"] == 5000
    assert tables.in_force(2027).caps["sweden"] == 6000
    assert tables.in_force(2027).caps["world"] == 20000
    assert (act.kind, act.since, act.by) == (Act.Kind.TERMS, NEXT, administrator)
    assert act.figures == [
        {
            "name": "amounts.cap_sweden",
            "before": "5\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr",
            "after": "6\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr",
        }
    ]
    assert not TermsDraft.objects.exists()


def test_breaks_and_zones_are_entered_along(administrator):
    entered(
        administrator,
        breaks={"breaks-0-starts_on": "2027-06-21", "breaks-0-ends_on": "2027-08-15"},
        zones={"zones-0-country": "TR", "zones-0-zone": "world"},
    )
    assert RFR.breaks_of(2027) == [(date(2027, 6, 21), date(2027, 8, 15))]
    assert (tables.in_force(2026).zones["TR"], tables.in_force(2027).zones["TR"]) == (
        "europe",
        "world",
    )


def test_a_page_that_nobody_looked_at_is_asked_for(administrator):
    draft = begun(administrator)
    with pytest.raises(ValidationError) as refused:
        entering.enter_terms(scheme=RFR, draft=draft, by=administrator, at=APRIL)
    assert refused.value.params == {"page": parts_of(RFR)[0].title}


@pytest.mark.parametrize(
    "impossible",
    [
        {"amounts": {"share": "0.70"}},
        {"amounts": {"cap_sweden": "5 000,50"}},
        {"days": {"summer_break_last_week": "2"}},
        {"breaks": {"breaks-0-starts_on": "2027-08-15", "breaks-0-ends_on": "2027-06-21"}},
        {"breaks": {"breaks-0-starts_on": "2026-06-15", "breaks-0-ends_on": "2026-06-21"}},
        {"zones": {"zones-0-country": "TR"}},
    ],
)
def test_an_impossible_figure_enters_nothing(administrator, impossible):
    draft = written(administrator, **impossible)
    with pytest.raises(ValidationError):
        entering.enter_terms(scheme=RFR, draft=draft, by=administrator, at=APRIL)
    assert (DatedTerms.objects.count(), Break.objects.count(), Act.objects.count()) == (1, 0, 0)
    assert TermsDraft.objects.get() == draft


def test_a_year_is_not_begun_anew_when_it_is_entered(administrator):
    entered(administrator)
    for day in (NEXT, date(2026, 7, 1)):
        with pytest.raises(AlreadyEntered) as refused:
            begun(administrator, starts_on=day)
        assert refused.value.day == NEXT


def test_two_administrators_write_the_same_draft(administrator):
    assert begun(appointed("administrator")) == begun(administrator)


def test_a_discarded_draft_enters_nothing(administrator):
    draft = written(administrator)
    entering.discard_terms(draft=draft)
    with pytest.raises(AlreadyEntered):
        entering.enter_terms(scheme=RFR, draft=draft, by=administrator, at=APRIL)
    assert not Act.objects.exists()


def test_a_decided_case_keeps_its_own_terms(administrator):
    granted = approved()
    kept = granted.decision.terms
    entered(administrator, starts_on=date(2027, 1, 1), amounts={"cap_europe": "1"})
    assert again(granted).decision.terms == kept


def test_a_pool_that_pays_now_follows_by_the_difference_and_says_who(administrator):
    services.pool_for(scheme=REFUND, on=APRIL.date(), at=APRIL)
    budget = REFUND.pool_on(APRIL.date()).budget
    more = budget + 250_000
    entered(
        administrator,
        scheme=REFUND,
        starts_on=date(2026, 4, 1),
        money={"appropriation": str(more)},
    )
    movement = LedgerEntry.objects.last()
    assert (movement.amount, movement.by) == (Decimal(250_000), administrator)
    assert movement.pool.budget == more


def test_terms_entered_ahead_reach_their_pool_when_somebody_says_so_on_their_day(administrator):
    services.pool_for(scheme=REFUND, on=APRIL.date(), at=APRIL)
    before = REFUND.pool_on(APRIL.date()).budget
    entered(administrator, scheme=REFUND, money={"appropriation": str(before + 1000)})
    assert entering.out_of_step(REFUND, on=APRIL.date()) == {}
    ((pool, more),) = entering.out_of_step(REFUND, on=NEXT).items()
    assert (pool.budget, more) == (before, 1000)
    later = APRIL.replace(year=2027)
    entering.follow_terms(scheme=REFUND, by=administrator, at=later)
    assert (again(pool).budget, LedgerEntry.objects.last().by) == (before + 1000, administrator)
    assert entering.out_of_step(REFUND, on=NEXT) == {}


def test_what_was_moved_between_pools_stays_moved(administrator):
    first = services.pool_for(scheme=RFR, on=date(2027, 2, 1), at=APRIL)
    second = services.pool_for(scheme=RFR, on=date(2027, 9, 1), at=APRIL)
    moved = {"amount": Decimal(50_000), "note": "Beslut", "by": administrator, "at": APRIL}
    services.transfer(source=first, target=second, **moved)
    assert entering.out_of_step(RFR, on=APRIL.date()) == {}
    entered(administrator, pools={"budget_first_half": "2 000 000"})
    assert (again(first).budget, again(second).budget) == (1_950_000, 1_800_000)


def test_day_rates_that_stay_as_they_are_add_no_row(administrator):
    rates = DayRate.objects.count()
    entered(administrator, scheme=REFUND)
    assert (DayRate.objects.count(), RefundTerms.objects.filter(valid_from=NEXT).count()) == (
        rates,
        1,
    )


def test_new_day_rates_are_a_row_of_their_own(administrator):
    entered(administrator, scheme=REFUND, rates={"whole": "9 000", "half": "4 500"})
    assert [type(row) for row in rows_from(REFUND, NEXT)] == [RefundTerms, DayRate]


def test_a_scheme_without_terms_has_no_pages():
    class Plain:
        terms_parts = ()

    assert parts_of(Plain()) == ()


def test_postgresql_refuses_terms_of_a_day_twice_whatever_their_models_say(administrator):
    entering.tell("other", Act.Kind.TERMS, "x", since=NEXT, by=administrator, at=APRIL)
    with pytest.raises(DatabaseError, match="act_terms_of_a_day"), transaction.atomic():
        entering.tell("other", Act.Kind.TERMS, "x", since=NEXT, by=administrator, at=APRIL)


def test_nobody_changes_what_an_administrator_did(administrator):
    act = entered(administrator)
    with pytest.raises(DatabaseError), transaction.atomic():
        Act.objects.filter(pk=act.pk).update(about="nothing")


def together(draft, by):
    """Return what came of entering a draft twice at once."""
    came, gate = [], threading.Barrier(2)

    def enter():
        gate.wait()
        try:
            entering.enter_terms(scheme=RFR, draft=draft, by=by, at=APRIL)
            came.append("entered")
        except AlreadyEntered:
            came.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=enter) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(came)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False])
def test_a_year_is_opened_once_also_by_two_at_once_and_without_our_lock(monkeypatch, locked):
    """The lock makes the second wait; without it PostgreSQL refuses the second all the same."""
    administrator = appointed("administrator")
    draft = written(administrator)
    if not locked:
        meet = threading.Barrier(2)
        monkeypatch.setattr(entering, "_locked", lambda draft: draft)
        monkeypatch.setattr(NewTerms, "check", lambda self: _after(meet))
    assert together(draft, administrator) == ["entered", "refused"]
    assert DatedTerms.objects.filter(valid_from=NEXT).count() == 1


def _after(meet):
    """Let both get as far as writing before either does."""
    meet.wait(timeout=10)
