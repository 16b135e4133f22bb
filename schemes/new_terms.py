"""New terms as they are being written: each page with the figures in force beside it, and what differs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.forms import ModelForm
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from drawing import wording
from schemes.base import Scheme
from schemes.figure_fields import form_of, in_words
from schemes.forms import storable
from schemes.models import Break, TermsDraft
from schemes.pages import TermsPart
from schemes.row_form import RowForm

Typed = Mapping[str, Any]
Row = models.Model
BREAKS = "breaks"


class BreakForm(RowForm):
    """A break; with `begins` one of the time that new terms are for."""

    begins: date | None = None

    def clean(self) -> dict[str, Any]:
        """Refuse a break that ends before it begins, or begins before new terms do."""
        first = super().clean().get("starts_on")
        if first and self.begins and first < self.begins:
            words = gettext("The terms begin on %(day)s: a break cannot begin before.")
            self.add_error("starts_on", words % {"day": wording.day(self.begins)})
        return self.cleaned_data


OF_BREAKS = TermsPart(
    slug=BREAKS,
    title=_("Decision breaks"),
    lead=_(
        "On these days nothing is decided, both included. Enter all breaks of the year, or none: "
        "then the days below count."
    ),
    model=Break,
    fields=("starts_on", "ends_on", "note"),
    form=BreakForm,
    rows=4,
)


def parts_of(scheme: Scheme) -> tuple[TermsPart, ...]:
    """Return the pages on which new terms of a scheme are entered, in order."""
    if not scheme.terms_parts:
        return ()
    return (*scheme.terms_parts, *((OF_BREAKS,) if scheme.has_breaks else ()))


def terms_model(scheme: Scheme) -> type[Row]:
    """Return the model whose rows are the terms of a scheme that has some."""
    return scheme.terms_parts[0].model


def newest(scheme: Scheme) -> date | None:
    """Return the day from which the newest terms are valid, or None without any."""
    return max(_days(scheme), default=None)


def in_the_way(scheme: Scheme, day: date) -> date | None:
    """Return the day of the entered terms because of which none can begin on a day, or None.

    Where terms may begin on any day, also one between two others, the first terms stay the first:
    what lies before them goes by them too. Elsewhere each begins after the newest.
    """
    days = _days(scheme)
    if not days:
        return None
    bound = days[0] if scheme.terms_from_any_day else days[-1]
    if day < bound:
        return bound
    return day if day in days else None


def next_after(scheme: Scheme, day: date) -> date | None:
    """Return the day on which entered terms take over from those of a day, or None."""
    return next((each for each in _days(scheme) if each > day), None)


def _days(scheme: Scheme) -> list[date]:
    """Return the days from which terms are entered, in order."""
    if not scheme.terms_parts:
        return []
    rows = terms_model(scheme).objects.order_by("valid_from")
    return list(rows.values_list("valid_from", flat=True))


def rows_from(scheme: Scheme, day: date) -> list[Row]:
    """Return the stored rows of terms that are valid from exactly a day, lists included."""
    dated = {part.model: None for part in scheme.terms_parts}
    return [row for model in dated for row in model.objects.filter(valid_from=day)]


@dataclass(frozen=True)
class Figure:
    """One figure before and after, in words, under the name of its field."""

    name: str
    label: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        """Whether the new terms change it."""
        return self.before != self.after


class NewTerms:
    """A draft of new terms, read page by page; nothing here writes."""

    def __init__(self, scheme: Scheme, draft: TermsDraft) -> None:
        self.scheme, self.draft = scheme, draft
        self.parts = parts_of(scheme)
        self._bases: dict[type[Row], Row | None] = {}

    def part(self, slug: str) -> TermsPart:
        """Return the page of that name. Raises KeyError if there is none."""
        return {part.slug: part for part in self.parts}[slug]

    def done(self, part: TermsPart) -> bool:
        """Tell whether a page has been saved."""
        return part.slug in self.draft.answers

    @property
    def complete(self) -> bool:
        """Whether every page has been saved."""
        return all(self.done(part) for part in self.parts)

    def base(self, model: type[Row]) -> Row | None:
        """Return the row that is in force when the new terms come, or was entered for that day."""
        if model not in self._bases:
            before = model.objects.filter(valid_from__lte=self.draft.starts_on)
            self._bases[model] = before.order_by("-valid_from").first()
        return self._bases[model]

    # Forms

    def forms(self, part: TermsPart, data: Typed | None = None) -> list[ModelForm]:
        """Return the forms of a page: bound to `data` or to what was saved, else prefilled."""
        typed = data if data is not None else self.draft.answers.get(part.slug)
        return [self._form(part, place, typed) for place in range(part.rows or 1)]

    def _form(self, part: TermsPart, place: int, typed: Typed | None) -> ModelForm:
        form = form_of(part)(
            typed,
            instance=self._blank(part.model) if part.rows else self._copy(part.model),
            prefix=f"{part.slug}-{place}" if part.rows else None,
            empty_permitted=bool(part.rows),
            use_required_attribute=False,
        )
        form.begins = self.draft.starts_on
        return form

    def _copy(self, model: type[Row]) -> Row:
        base, copy = self.base(model), self._blank(model)
        for field in model._meta.concrete_fields if base else ():
            if not field.primary_key and field.name != "valid_from":
                setattr(copy, field.attname, getattr(base, field.attname))
        return copy

    def _blank(self, model: type[Row]) -> Row:
        known = {"valid_from": self.draft.starts_on, "scheme": self.scheme.slug}
        names = {field.name for field in model._meta.concrete_fields}
        return model(**{name: value for name, value in known.items() if name in names})

    # Rows

    @cached_property
    def rows(self) -> list[Row]:
        """The rows that the draft would write, as far as it can be read."""
        return [*self._single(), *self._listed()]

    def _single(self) -> Iterable[Row]:
        for model in dict.fromkeys(part.model for part in self.parts if not part.rows):
            row = self._copy(model)
            for part in self.parts:
                if part.model is model and not part.rows:
                    self._read(part, row)
            if model is terms_model(self.scheme) or self._differs(row):
                yield row

    def _read(self, part: TermsPart, row: Row) -> None:
        form = self.forms(part)[0]
        if form.is_valid():
            for name in part.fields:
                setattr(row, name, form.cleaned_data[name])

    def _differs(self, row: Row) -> bool:
        base = self.base(type(row))
        fields = [each for part in self.parts if part.model is type(row) for each in part.fields]
        return base is None or any(getattr(row, each) != getattr(base, each) for each in fields)

    def _listed(self) -> Iterable[Row]:
        for part in self.parts:
            for form in self.forms(part) if part.rows else ():
                if form.is_valid() and form.has_changed():
                    yield form.instance

    def check(self) -> None:
        """Raise ValidationError where a page is missing or a figure is impossible."""
        for part in self.parts:
            if not self.done(part):
                words = _("%(page)s: look at this page and save it.")
                raise ValidationError(words, params={"page": part.title})
            if wrong := [form for form in self.forms(part) if not form.is_valid()]:
                first = next(iter(wrong[0].errors.values()))[0]
                raise ValidationError(
                    "%(page)s: %(why)s", params={"page": part.title, "why": first}
                )
        for row in self.rows:
            row.full_clean()

    # What differs

    def figures(self, part: TermsPart) -> list[Figure]:
        """Return the figures of a page before and after; of a list the rows that are added."""
        if part.rows:
            return [_added(part, row) for row in self._listed() if _is_of(part, row)]
        row = self._copy(part.model)
        self._read(part, row)
        return [self._figure(part, row, name) for name in part.fields]

    def _figure(self, part: TermsPart, row: Row, name: str) -> Figure:
        base = self.base(part.model)
        unit = {"currency": self.scheme.currency if name in part.amounts else ""}
        before = in_words(base, name, **unit) if base else "–"
        label = capfirst(part.model._meta.get_field(name).verbose_name)
        return Figure(name, str(label), before, in_words(row, name, **unit))


def typed_in(forms: Iterable[ModelForm]) -> dict[str, Any]:
    """Return what was typed in the forms of a page, as plain JSON."""
    return {
        form.add_prefix(name): storable(
            field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        )
        for form in forms
        for name, field in form.fields.items()
    }


def _is_of(part: TermsPart, row: Row) -> bool:
    return isinstance(row, part.model)


def _added(part: TermsPart, row: Row) -> Figure:
    words = [in_words(row, name) for name in part.fields if getattr(row, name) not in (None, "")]
    return Figure(part.slug, str(part.title), "–", ", ".join(words))
