"""What a scheme says of its pages: the steps on which one applies, and where its figures are entered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.forms import ModelForm

from schemes.row_form import RowForm

# Where one applies


@dataclass(frozen=True)
class PaperKind:
    """A kind of paper that an applicant may or must attach.

    `later` tells that it may also come after the application was sent in: until then it waits. No
    scheme that asks the head of unit has such papers, since they confirm what was sent in.
    """

    slug: str
    label: str
    required: bool = False
    later: bool = False


@dataclass(frozen=True)
class Step:
    """One page of the application: its form asks, its papers are attached there."""

    slug: str
    title: str
    form: type
    papers: tuple[PaperKind, ...] = ()


def as_answered(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers, by step, as they are."""
    return dict(answers)


@dataclass(frozen=True)
class PreCheck:
    """What a visitor answers to see what they can get: fields of the scheme's own steps.

    `note` says what is presumed of everybody besides, and `presumed` adds it to the answers.
    """

    fields: Mapping[str, tuple[str, ...]]
    note: str
    presumed: Callable[[Mapping[str, Any]], dict[str, Any]] = as_answered


@dataclass(frozen=True)
class Several:
    """How one person begins applications for several people on the same course in one go.

    `step` asks about the person: its fields `each` are asked of everybody, the others once; by
    `number` people are told apart. `given` are answers of that step that go without saying: only
    applications with them can be for several. The steps `shared` are asked once for all as well.
    `person` names one of them, `another` the button that copies an application for one more. Where a
    field's own hint says what goes without saying here, `hints` has another.
    """

    step: str
    each: tuple[str, ...]
    number: str
    given: Mapping[str, str]
    shared: tuple[str, ...]
    title: str
    lead: str
    person: str
    another: str
    hints: Mapping[str, str] = field(default_factory=dict)


# Where an administrator enters figures


@dataclass(frozen=True)
class TermsPart:
    """One page on which an administrator enters new terms: some fields of a dated model.

    One row, prefilled with the one in force; or, where `rows` says how many at most, rows that are
    added to a list. `amounts` are in the scheme's currency; `asked` makes the form's field where
    the model's own would not do, and `form` is what else is held against each other.
    """

    slug: str
    title: str
    model: type[Model]
    fields: tuple[str, ...]
    lead: str = ""
    amounts: tuple[str, ...] = ()
    asked: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    form: type[ModelForm] = ModelForm
    rows: int = 0


@dataclass(frozen=True)
class EditableList:
    """A list that an administrator keeps row by row: its fields, and those that a search looks in.

    Where its model has the field named by `ends`, a row is ended by a day; else `over` may name the
    field after whose day a row is over by itself. Only a row that has not begun yet can be taken away
    again; `begins` names the field that tells, "" if none does. With `checked` what was typed is shown
    once more before it is kept. Without `changes` a row stays as it is, and a newer one takes over.
    With `by_words` its rows are few, and stand and are found by what their first column reads, not by what
    it keeps.
    """

    slug: str
    title: str
    model: type[Model]
    fields: tuple[str, ...]
    columns: tuple[str, ...]
    search: tuple[str, ...] = ()
    lead: str = ""
    form: type[ModelForm] = RowForm
    order: tuple[str, ...] = ()
    begins: str = "valid_from"
    ends: str = "valid_to"
    over: str = ""
    checked: bool = False
    changes: bool = True
    by_words: bool = False
