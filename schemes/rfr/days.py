"""RFR's calendar: halves of the year, decision breaks and the days on which something is due."""

from calendar import monthrange
from datetime import date, timedelta

from schemes.rfr.terms import Days, Terms

ONE_DAY = timedelta(days=1)


def half_of(day: date) -> int:
    """Return 1 for 1 January–30 June, 2 for 1 July–31 December (R26)."""
    return 1 if day < date(day.year, 7, 1) else 2


def pool_key(day: date) -> str:
    """Return the key of the pool that pays what is decided on a day (R27): 2024-H1."""
    return f"{day.year}-H{half_of(day)}"


def half_year(day: date) -> Days:
    """Return first and last day of the half-year that holds a day (R26)."""
    if half_of(day) == 1:
        return date(day.year, 1, 1), date(day.year, 6, 30)
    return date(day.year, 7, 1), date(day.year, 12, 31)


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or that month's last: 31 January → 29 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def invoice_due_on(starts_on: date, decided_on: date | None, terms: Terms) -> date:
    """Return by when the invoice is due (R34)."""
    due = months_after(starts_on, terms.invoice_months)
    if decided_on is None or decided_on <= starts_on:
        return due
    return max(due, decided_on + timedelta(days=terms.invoice_days))


def breaks_of(year: int, terms: Terms) -> list[Days]:
    """Return the breaks that begin in a year: those entered, else the default ones (R29)."""
    entered = [each for each in terms.breaks if each[0].year == year]
    return entered or _default_breaks(year, terms)


def break_on(day: date, terms: Terms) -> Days | None:
    """Return the break that holds a day, both its ends included, or None (R29)."""
    near = [*terms.breaks, *breaks_of(day.year - 1, terms), *breaks_of(day.year, terms)]
    return next((each for each in near if each[0] <= day <= each[1]), None)


def next_break(day: date, terms: Terms) -> Days:
    """Return the break that holds a day, else the next one to begin: every year has some."""
    near = [*breaks_of(day.year, terms), *breaks_of(day.year + 1, terms)]
    return break_on(day, terms) or min(each for each in near if each[0] > day)


def first_day_to_decide(day: date, terms: Terms) -> date:
    """Return the first day, from this one on, on which something may be decided (R29)."""
    while closed := break_on(day, terms):
        day = closed[1] + ONE_DAY
    return day


def last_day_to_decide(year: int, terms: Terms) -> date:
    """Return the last day on which an application of a course year may be decided (R29, R31)."""
    day = date(year, 12, 31)
    while closed := break_on(day, terms):
        day = closed[0] - ONE_DAY
    return day


def answer_expected_on(submitted_on: date, starts_on: date | None, terms: Terms) -> date:
    """Return the day by which an answer can be expected: never within a break (R29, R30, R31)."""
    year = (starts_on or submitted_on).year
    begins = first_day_to_decide(max(submitted_on, date(year, 1, 1)), terms)
    expected = first_day_to_decide(begins + timedelta(days=terms.answer_days), terms)
    last = last_day_to_decide(year, terms)
    return min(expected, last) if begins <= last else expected


def _default_breaks(year: int, terms: Terms) -> list[Days]:
    first_week, last_week = terms.summer_weeks
    first_day, last_day = terms.winter_days
    return [
        (date.fromisocalendar(year, first_week, 1), date.fromisocalendar(year, last_week, 7)),
        (date.fromisoformat(f"{year}-{first_day}"), date.fromisoformat(f"{year + 1}-{last_day}")),
    ]
