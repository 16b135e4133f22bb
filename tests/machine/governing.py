"""What time and administrators do in the machine: days, turns of the year, breaks, terms, money."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts import services as people
from accounts.models import Mandate
from schemes import services as pools
from schemes.fastlege.models import DayRate
from schemes.models import Break, Closing
from schemes.registry import get
from tests.machine.cast import GRANTS, REFUNDS, TermsOfGrants, TermsOfRefunds, newer
from tests.machine.house import NTH, House

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAYS = st.sampled_from([1, 1, 2, 7, 7, 20, 45])
# Days in the calendar at which something turns: the halves, the breaks, the first day to decide.
TURNS = [(1, 1), (1, 7), (6, 30), (7, 1), (7, 13), (7, 27), (12, 19), (12, 20), (12, 31)]
MOMENTS = [time(0, 0), time(0, 1), time(9, 0), time(23, 59)]
SLUGS = st.sampled_from([GRANTS, GRANTS, REFUNDS])


class Governing(House):
    @rule(days=DAYS)
    def days_pass(self, days):
        self.at += timedelta(days=days)

    @rule(turn=st.sampled_from(TURNS), moment=st.sampled_from(MOMENTS))
    def the_calendar_turns(self, turn, moment):
        here = self.at.astimezone(STOCKHOLM)
        years = [datetime.combine(date(here.year + n, *turn), moment, STOCKHOLM) for n in (0, 1)]
        self.at = next(each for each in years if each > here).astimezone(self.at.tzinfo)

    # Money

    @rule(amount=st.sampled_from([1, 500, 4000, 6000, 12_000]), there=st.booleans(), slug=SLUGS)
    def moves_money(self, amount, there, slug):
        now, later = self.pool(slug), self.pool(slug, days=184)
        source, target = (now, later) if there else (later, now)
        said = {"source": source, "target": target, "amount": Decimal(amount), "note": "Behov."}
        by = self.cast.administrators[slug]
        # A scheme with one pool has nowhere to move money.
        self.do(pools.transfer, ValueError, by=by, at=self.tick(), **said)

    @rule(slug=SLUGS, more=st.sampled_from([-100_000, -4000, 0, 3000, 6000, 20_000]))
    def sets_a_budget(self, slug, more):
        pool, by = self.pool(slug), self.cast.administrators[slug]
        said = {"pool": pool, "budget": max(Decimal(0), pool.budget + more), "note": "Beslut."}
        self.do(pools.set_budget, by=by, at=self.tick(), **said)

    def pool(self, slug, *, days=0):
        scheme = get(slug)
        on = scheme.local_day(self.at) + timedelta(days=days)
        return self.do(pools.pool_for, scheme=scheme, on=on, at=self.tick())

    # Breaks, closings, terms

    @rule(starts=st.integers(0, 10), days=st.integers(0, 20))
    def enters_a_break(self, starts, days):
        first = get(GRANTS).local_day(self.at) + timedelta(days=starts)
        last = first + timedelta(days=days)
        Break.objects.create(scheme=GRANTS, starts_on=first, ends_on=last)

    @rule(slug=SLUGS, hours=st.sampled_from([1, 30, 200]))
    def closes_the_scheme(self, slug, hours):
        opens = self.at + timedelta(hours=hours)
        Closing.objects.create(scheme=slug, closes_at=self.at, opens_at=opens, reason="Stängt.")

    @rule(
        years=st.sampled_from([0, 1, 1]),
        cap=st.sampled_from([4500, 10_000, 12_000]),
        budget=st.sampled_from([9000, 20_000]),
        partial=st.booleans(),
        overtaking=st.booleans(),
        unit=st.sampled_from([True, True, False]),
    )
    def enters_terms_of_grants(self, years, cap, budget, partial, overtaking, unit):
        newer(
            TermsOfGrants,
            valid_from=date(self.at.year + years, 1, 1),
            cap_europe=cap,
            budget_first_half=budget,
            partial_grants=partial,
            overtaking=overtaking,
            unit_confirmation=unit,
        )

    @rule(
        ago=st.sampled_from([-30, 0, 40, 400]),
        units=st.sampled_from([2, 4, 12]),
        per=st.sampled_from(["year", "year", "course"]),
        fee_cap=st.sampled_from([4000, 7000]),
        overtaking=st.booleans(),
        day_rate=st.booleans(),
    )
    def enters_terms_of_refunds(self, ago, units, per, fee_cap, overtaking, day_rate):
        newer(
            TermsOfRefunds,
            valid_from=get(REFUNDS).local_day(self.at) - timedelta(days=ago),
            units=units,
            units_per=per,
            fee_cap=Decimal(fee_cap),
            overtaking=overtaking,
            municipality_day_rate=day_rate,
        )

    @rule(ago=st.sampled_from([-10, 0, 30]), whole=st.sampled_from([9000, 8001]))
    def enters_a_rate(self, ago, whole):
        valid_from = get(REFUNDS).local_day(self.at) - timedelta(days=ago)
        newer(DayRate, valid_from=valid_from, whole=Decimal(whole), half=Decimal(4001))

    # Mandates: those of deputies come and go

    @rule(nth=NTH, capacity=st.sampled_from(["", "", "chair", "representative"]))
    def a_mandate_ends_or_begins(self, nth, capacity):
        on = get(GRANTS).local_day(self.at)
        if capacity:
            said = {"scheme": GRANTS, "capacity": capacity, "deputy": True, "ground": "§ 9"}
            said |= {"user": self.cast.both, "valid_from": on}
            self.do(people.appoint, ValidationError, **said)
        elif held := list(Mandate.objects.filter(deputy=True).order_by("pk")):
            self.do(people.end_mandate, ValidationError, mandate=held[nth % len(held)], on=on)
