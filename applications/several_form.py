"""What is asked to begin applications for several people: once for all, and a row for each of them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.forms import BoundField, Media
from django.http import QueryDict
from django.utils.translation import gettext as _

from applications.models import Application
from applications.several import of_the_same_course
from schemes.base import Scheme
from schemes.forms import StepForm

ROWS, MOST_ROWS = 3, 20
COUNT = "rows"


class SeveralForm:
    """The fields of a scheme's own steps: those that all share, and those of each person.

    Takes `posted`, what was sent (None shows an empty page), and `copy_of`, the application whose
    answers all share; without it they are asked for. `more` rows are added, and while somebody adds
    rows nothing is found wrong yet.
    """

    def __init__(
        self,
        scheme: Scheme,
        *,
        user: Any,
        on: date,
        posted: QueryDict | None,
        copy_of: Application | None,
        more: int,
    ) -> None:
        self.scheme, self.several, self.user, self.on = scheme, scheme.several, user, on
        self.copy_of, self.check = copy_of, posted is not None and not more
        self.data = posted.copy() if posted is not None else self._first()
        count = min(_number(self.data.get(COUNT)) + more, MOST_ROWS)
        self.shared = [] if copy_of else [self._shared(slug) for slug in self._slugs()]
        self.rows = [Row(self, place) for place in range(count)]
        if self.check:
            self._refuse_twice()

    def _slugs(self) -> tuple[str, ...]:
        return (self.several.step, *self.several.shared)

    def _first(self) -> QueryDict:
        """Return what an empty page holds: what the person's last application said."""
        data = QueryDict(mutable=True)
        data[COUNT] = str(ROWS)
        own = Application.objects.of(self.user).filter(scheme=self.scheme.slug)
        last = own.order_by("-pk").first()
        form = self.scheme.step(self.several.step).form
        kept = form.opened(form.kept((last.answers if last else {}).get(self.several.step, {})))
        data.update({f"{self.several.step}-{name}": value for name, value in kept.items()})
        return data

    def _shared(self, slug: str) -> "Shared":
        known = self.several.given if slug == self.several.step else {}
        for name, value in known.items():
            self.data[f"{slug}-{name}"] = value
        hidden = (*self.several.each, *known) if slug == self.several.step else ()
        return Shared(self, slug, hidden)

    def make(
        self, slug: str, data: Mapping[str, Any], prefix: str, *, check: bool = True
    ) -> StepForm:
        """Return the form of a step: checked, or with what was typed and nothing said about it."""
        form = self.scheme.step(slug).form
        known = {"prefix": prefix, "on": self.on, "own_email": self.user.email}
        made = form(data=data, **known)
        if not (self.check and check):
            made = form(initial=made.typed(), **known)
        if slug == self.several.step:
            self._hint(made)
        made.is_valid()
        return made

    def _hint(self, form: StepForm) -> None:
        for name, words in self.several.hints.items():
            form.fields[name].help_text = words

    def for_all(self) -> dict[str, Any]:
        """Return what all of them say in the step about the person, in clear."""
        step = self.several.step
        if self.copy_of:
            return self.copy_of.answers_of(self.scheme.step(step))
        return self.scheme.step(step).form(data=self.data, prefix=step, on=None).typed()

    # What was said

    @property
    def people(self) -> list["Row"]:
        """The rows in which something was written."""
        return [row for row in self.rows if row.written]

    def is_valid(self) -> bool:
        """Tell whether all of it can be taken as it is."""
        return self.check and not self.errors()

    def errors(self) -> list[dict[str, str]]:
        """Return what is wrong, each with where, for the summary."""
        if not self.check:
            return []
        wrong = [error for shared in self.shared for error in shared.errors()]
        wrong += [error for row in self.people for error in row.errors()]
        return wrong if self.people else [*wrong, self._nobody()]

    def _nobody(self) -> dict[str, str]:
        words = _("Fill in at least one row: %(person)s 1.") % {"person": self.several.person}
        return {"text": words, "url": f"#{self.rows[0].form[self.several.each[0]].auto_id}"}

    def answers(self) -> list[dict[str, dict[str, Any]]]:
        """Return what was typed for each person, by step."""
        shared = {each.slug: each.typed() for each in self.shared}
        about = shared.pop(self.several.step, {})
        return [shared | {self.several.step: about | row.typed()} for row in self.people]

    def _refuse_twice(self) -> None:
        """Say of a person who is there twice, or has an application for the course already."""
        numbers = [row.number for row in self.people if row.number]
        there = of_the_same_course(
            self.user, scheme=self.scheme, numbers=numbers, course=self._course()
        )
        for place, row in enumerate(self.people):
            if row.number and row.number in [other.number for other in self.people[:place]]:
                row.form.add_error(self.several.number, _("This number is there twice."))
            elif row.number in there:
                words = _("There is an application for this course already: %(reference)s.")
                said = words % {"reference": there[row.number].reference}
                row.form.add_error(self.several.number, said)

    def _course(self) -> dict[str, Any]:
        typed = {each.slug: each.typed() for each in self.shared}
        said = self.copy_of or self.scheme.read(typed).columns
        return {"course_title": said.course_title, "starts_on": said.starts_on}

    @property
    def media(self) -> Media:
        """The scripts of its fields."""
        forms = [each.form for each in (*self.shared, *self.rows)]
        return sum((form.media for form in forms), Media())


class Shared:
    """A step that is asked once for all; `hidden` are its fields that are asked elsewhere."""

    def __init__(self, page: SeveralForm, slug: str, hidden: Iterable[str]) -> None:
        self.slug, self.hidden = slug, set(hidden)
        self.form = page.make(slug, page.data, prefix=slug)

    def sections(self) -> list[dict[str, Any]]:
        """Return the fields as the step's own page shows them, without the hidden ones."""
        found = [
            section | {"rows": [[f for f in row if self._is_asked(f)] for row in section["rows"]]}
            for section in self.form.sections()
        ]
        return [section for section in found if any(section["rows"])]

    def _is_asked(self, field: BoundField) -> bool:
        return field.name not in self.hidden

    def typed(self) -> dict[str, Any]:
        """Return what was typed, without the fields of each person."""
        return self.form.typed() if self.form.is_bound else {}

    def errors(self) -> list[dict[str, str]]:
        """Return what is wrong with the fields that are asked."""
        return _errors([field for field in self.form if self._is_asked(field)])


class Row:
    """One person: the same step again, of which only their own fields are asked."""

    def __init__(self, page: SeveralForm, place: int) -> None:
        self.several, self.prefix = page.several, f"person-{place}"
        self.title = f"{page.several.person} {place + 1}"
        data = page.data.copy()
        for name, value in page.for_all().items():
            if name not in self.several.each:
                data[f"{self.prefix}-{name}"] = value
        own = [data.get(f"{self.prefix}-{name}", "") for name in self.several.each]
        self.written = any(value.strip() for value in own)
        self.form = page.make(self.several.step, data, self.prefix, check=self.written)

    @property
    def fields(self) -> list[BoundField]:
        """The fields that are asked of everybody."""
        return [self.form[name] for name in self.several.each]

    @property
    def number(self) -> str:
        """The number that tells people apart, "" while it cannot be read."""
        return self.form.value(self.several.number) or ""

    def typed(self) -> dict[str, Any]:
        """Return what was typed of this person."""
        typed = self.form.typed()
        return {name: typed[name] for name in self.several.each}

    def errors(self) -> list[dict[str, str]]:
        """Return what is wrong, each with whose row it is in."""
        return _errors(self.fields, lead=f"{self.title}: ")


def _errors(fields: Iterable[BoundField], *, lead: str = "") -> list[dict[str, str]]:
    return [
        {"text": f"{lead}{error}", "url": f"#{_place(field)}"}
        for field in fields
        for error in field.errors
    ]


def _place(field: BoundField) -> str:
    return f"div_{field.auto_id}" if field.use_fieldset else field.id_for_label or field.auto_id


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and 0 < int(text) <= MOST_ROWS else ROWS
