"""Absence day by day: a table in which each day is none, a half or a whole, perhaps with its hours."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from drawing import wording
from schemes.fastlege import days
from schemes.fastlege.facts import HALF, HOURS_OF_A_DAY, PARTS, WHOLE, Absence

HOURS = re.compile(r"\d{1,2}([.,]\d{1,2})?", re.ASCII)
# A course that goes on for longer has no list of all its days; absence is written in day by day.
LONGEST_LIST = timedelta(days=21)
SPARE_ROWS, MOST_ROWS = 6, 100
NOT_AWAY = "none"
WORDS = {HALF: _("Half day"), WHOLE: _("Whole day")}

Row = tuple[str, str, str]  # a day, how much of it, and the hours, as they were typed
FIELDS_OF_A_ROW = ("on", "part", "hours")
# Which field of its row an error marks. Any other error is mended by saying that one was not away.
FIELD_AT_FAULT = {"hours": "hours", "day": "on", "course": "on"}


class AbsenceTable(forms.Widget):
    """A row for each day of the course; for a long course, rows in which days are written in.

    Kept as texts "2022-06-07|half|3,5", as they were typed, so that half-written rows stay.
    """

    template_name = "fastlege/absence.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        self.days: tuple[date, ...] = ()
        self.wrong: frozenset[str] = frozenset()  # as "3-hours": what is marked in which row
        super().__init__(attrs)

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        """Return the rows that say something: from a sent form, or as they were kept."""
        if name in data:
            kept = data.get(name)
            return [str(row) for row in kept] if isinstance(kept, list | tuple) else []
        typed = (_typed(data, f"{name}-{place}") for place in range(MOST_ROWS))
        return [row for row in typed if row]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Tell that nothing was sent at all; a table without absence is an answer."""
        return False

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """Return nothing: the table has a legend and each of its fields a label of its own."""
        return ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template draws: the rows with their names, notes, answers and faults."""
        rows = [
            {
                "name": f"{name}-{place}",
                "wrong": [what for what in FIELDS_OF_A_ROW if f"{place}-{what}" in self.wrong],
            }
            | row
            for place, row in enumerate(self._rows(value))
        ]
        context = super().get_context(name, value, attrs)
        context["widget"]["rows"] = rows
        return context

    def _rows(self, value: Iterable[str] | None) -> list[dict[str, Any]]:
        listed = len(self.days)
        rows = [_row(*row, fixed=place < listed) for place, row in enumerate(self.shown(value))]
        spare = 0 if listed else SPARE_ROWS
        return rows + [_row("", "", "", fixed=False)] * spare

    def shown(self, value: Iterable[str] | None) -> list[Row]:
        """Return the rows in the order of the page: the listed days, then those written in beside them."""
        listed: dict[str, Row | None] = {day.isoformat(): None for day in self.days}
        beside = []
        for row in map(_split, value or ()):
            if listed.get(row[0], row) is None:
                listed[row[0]] = row
            else:
                beside.append(row)
        return [row or (on, NOT_AWAY, "") for on, row in listed.items()] + sorted(beside)


class AbsenceField(forms.Field):
    """The days away from practice; gives a tuple of Absence in the order of the days.

    Set `course_known` to False where nobody has said when the course was.
    """

    widget = AbsenceTable
    course_known = True
    default_error_messages = {
        "part": _("Say whether you were away for the whole or half of %(day)s."),
        "hours": _("Write the hours of %(day)s like 3,5."),
        "twice": _("%(day)s is there twice."),
        "day": _("Row %(rows)s: write the day like 2027-01-12."),
        "course": _("First fill in the days of the course."),
        "outside": _("%(day)s is not a day of the course."),
    }

    def to_python(self, value: Sequence[str] | None) -> tuple[Absence, ...]:
        """Return the days. Raises ValidationError that names each day that cannot be read."""
        found: dict[date, Absence] = {}
        shown = self.widget.shown(value)
        self.places: dict[date, int] = {}
        self.widget.wrong = frozenset()
        wrong = self._without_a_day(shown)
        for place, row in enumerate(shown):
            try:
                self._take(place, row, found)
            except ValidationError as error:
                wrong.append(error)
        if wrong:
            raise ValidationError(wrong)
        return tuple(found[on] for on in sorted(found))

    def in_words(self, absence: Sequence[Absence]) -> list[str]:
        """Return each day in words, with its hours where they were given."""
        return [_in_words(each) for each in absence]

    def _without_a_day(self, shown: Sequence[Row]) -> list[ValidationError]:
        """Return what to do about rows without a day that can be read: one sentence for them all."""
        places = [place for place, row in enumerate(shown) if _day(row[0]) is None]
        if not places:
            return []
        words = {"rows": ", ".join(str(place + 1) for place in places)}
        return [self._at(places, "day" if self.course_known else "course", words)]

    def _take(self, place: int, row: Row, found: dict[date, Absence]) -> None:
        day, part, hours = _day(row[0]), row[1], row[2]
        if day is None or (part == NOT_AWAY and not hours):
            return
        self.places[day] = place
        if part not in PARTS:
            raise self.wrong("part", day)
        if day in found:
            raise self.wrong("twice", day)
        found[day] = Absence(day, part, self._hours(hours, day))

    def _hours(self, text: str, day: date) -> Decimal | None:
        if not text:
            return None
        hours = Decimal(text.replace(",", ".")) if HOURS.fullmatch(text) else None
        if hours is None or hours > HOURS_OF_A_DAY:
            raise self.wrong("hours", day)
        return hours

    def wrong(self, code: str, day: date) -> ValidationError:
        """Return what is wrong with a day, in words, and mark it in its row."""
        return self._at([self.places[day]], code, {"day": wording.day(day)})

    def _at(self, places: Sequence[int], code: str, words: dict[str, str]) -> ValidationError:
        """Mark what is at fault in some rows and return it in words that lead to the first of them."""
        at = [f"{place}-{FIELD_AT_FAULT.get(code, 'part')}" for place in places]
        self.widget.wrong |= {*at}
        return ValidationError(self.error_messages[code], code=code, params=words | {"at": at[0]})


def days_of_course(first: date | None, last: date | None) -> tuple[date, ...]:
    """Return every day of a course, or none where a day is not known or the course is long."""
    if not first or not last or not timedelta() <= last - first <= LONGEST_LIST:
        return ()
    return tuple(first + timedelta(days=each) for each in range((last - first).days + 1))


def away_all_along(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers, by step, with absence on every working day of the course."""
    course = answers.get("course") or {}
    first, last = (_day(course.get(name) or "") for name in ("starts_on", "ends_on"))
    away = [day for day in days_of_course(first, last) if days.is_working_day(day)]
    rows = [f"{day.isoformat()}|{WHOLE}|" for day in away]
    return dict(answers) | {"absence": {"absence": rows}}


def _typed(data: Mapping[str, Any], prefix: str) -> str:
    on, part, hours = (_one(data, f"{prefix}-{what}") for what in ("on", "part", "hours"))
    says_something = hours or part in PARTS or (on and part != NOT_AWAY)
    return "|".join((on, part, hours)) if says_something else ""


def _one(data: Mapping[str, Any], name: str) -> str:
    return " ".join(str(data.get(name) or "").replace("|", " ").split())[:40]


def _split(row: str) -> Row:
    on, part, hours = (*row.split("|"), "", "")[:3]
    return on, part, hours


def _row(on: str, part: str, hours: str, *, fixed: bool) -> dict[str, Any]:
    day = _day(on)
    # A day that was written in is taken out again by saying that one was not away.
    first = [] if fixed else [("", gettext("Choose"))]
    choices = [*first, (NOT_AWAY, gettext("Not away")), *WORDS.items()]
    return {
        "fixed": fixed,
        "on": on,
        "day": day,
        "weekday": day.weekday() if day else None,
        "note": _note(day),
        "hours": hours,
        "choices": [{"value": value, "label": label} for value, label in choices],
        "part": part,
    }


def _note(day: date | None) -> str:
    if day is None or days.is_working_day(day):
        return ""
    if days.is_weekend(day):
        return gettext("Weekend: gives no compensation")
    return gettext("Public holiday: gives no compensation")


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if text == day.isoformat() and 2000 <= day.year <= 2099 else None


def _in_words(absence: Absence) -> str:
    words = f"{wording.day(absence.on)}: {WORDS[absence.part]}"
    if absence.hours is None:
        return words
    number = format(absence.hours, "f").replace(".", ",")
    hours = gettext("%(hours)s hours") % {"hours": number}
    return f"{words}, {hours}"
