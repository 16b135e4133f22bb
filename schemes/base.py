"""What a scheme must be able to answer, whoever asks: the contract between the house and its schemes."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.forms import ModelForm
from django.utils.translation import gettext_lazy as _

from schemes.demo import Demo
from schemes.findings import Assessment, Rule


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
class Judgement:
    """What the deciding office has to judge by eye: a kind of paper, or without one the course.

    `fact` is the dotted name of the fact that the answer becomes: true when it is accepted, false
    when not, null while nobody has judged it as it is now. What it rests on are the files of the
    paper, or the title of the course, and the stated facts `about` names, dotted.
    """

    fact: str
    label: str
    paper: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Allowance:
    """What a grant uses of a person's allowance of a year, in units, and how much that is at most."""

    year: int
    units: int
    limit: int


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


@dataclass(frozen=True)
class Capacity:
    """A capacity in which somebody must sign, for example the chair."""

    slug: str
    label: str


@dataclass(frozen=True)
class PoolPlan:
    """The pool that pays on a day: opened from the terms when it is first needed."""

    key: str
    starts_on: date
    ends_on: date
    budget: Decimal


@dataclass(frozen=True)
class Reason:
    """A coded reason for a refusal, with the rule behind it and its words for the letter."""

    code: str
    label: str


@dataclass(frozen=True)
class DocumentWords:
    """What a document of the money is called, and what its numbers begin with."""

    title: str
    prefix: str = ""


@dataclass(frozen=True)
class Columns:
    """What every application has in common, for the queue, the constraints, search and reports."""

    participant: str = ""
    personal_number: str = ""
    head_name: str = ""
    head_email: str = ""
    workplace: str = ""
    organisation_id: int | None = None
    course_title: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    country: str = ""
    attendance: str = ""
    asked: Decimal | None = None


class Answered(NamedTuple):
    """What some answers say: facts for the rules, null where unanswered or unreadable; and columns."""

    stated: dict[str, Any]
    columns: Columns


@dataclass(frozen=True)
class Payee:
    """Who is paid to which account (in clear: kept encrypted), with what they want on the payment."""

    name: str
    account: str
    organisation_number: str = ""
    reference: str = ""


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

    A row is ended by a day where its model has the field that `ends` names. One that has not begun, by
    the field that `begins` names (if any), can be taken away again; others never. Where `checked`,
    what was typed is shown once more before it is kept; where not `changes`, a newer row takes over.
    """

    slug: str
    title: str
    model: type[Model]
    fields: tuple[str, ...]
    columns: tuple[str, ...]
    search: tuple[str, ...] = ()
    lead: str = ""
    form: type[ModelForm] = ModelForm
    order: tuple[str, ...] = ()
    begins: str = "valid_from"
    ends: str = "valid_to"
    over: str = ""  # the field after which a row is over, where none is ended by a day
    checked: bool = False
    changes: bool = True


class FactsError(ValueError):
    """Facts that cannot be read: `field` is the dotted name, `message` says what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class Scheme(ABC):
    """A scheme: its names, its steps, its rules, its pools and its papers.

    Facts travel as plain JSON in one format per scheme (see the worked examples): what the
    applicant states (`read`) together with what the house knows (`circumstances`):

        submitted_at    when it was submitted, with its offset; now, for a draft
        decided_on      the day for which it is assessed
        history         {"live_grants_this_year": n, "applications_this_year": n,
                         "units_used": {"2026": n}} of the person, without this application;
                         of applications only those that were sent in before it
        pool_remaining  what is left in the pool that would pay that day
        waiting_ahead   how many earlier applications that pool could not pay (may be left out)
        unit_confirmed  whether the head of unit has confirmed; null when not asked
        papers          the kinds of paper that are attached, where some may come later

    and, by its dotted name, the fact of every judgement that the scheme asks for.
    """

    slug: ClassVar[str]
    title: ClassVar[str]
    owner: ClassVar[str]
    currency: ClassVar[str]
    language: ClassVar[str]
    time_zone: ClassVar[str]
    stylesheet: ClassVar[str] = ""
    steps: ClassVar[tuple[Step, ...]]
    pre_check: ClassVar[PreCheck | None] = None
    rules: ClassVar[Mapping[str, Rule]]
    capacities: ClassVar[tuple[Capacity, ...]]
    refusal_reasons: ClassVar[tuple[Reason, ...]]
    # Rules that, while they make it wait, hold up a refusal as well: nothing at all is decided.
    before_any_decision: ClassVar[frozenset[str]] = frozenset()
    packet_parts: ClassVar[tuple[str, ...]]
    # Whether the house pays the payee itself, by a settlement statement, instead of being invoiced.
    pays_out: ClassVar[bool] = False
    statement: ClassVar[DocumentWords] = DocumentWords(_("Settlement statement"))
    # Rules that the applicant reads beside the form even where they are met.
    always_told: ClassVar[frozenset[str]] = frozenset()
    # How one applies for several people in one go, where somebody applies for others at all.
    several: ClassVar[Several | None] = None
    # What the head of unit reads at once before confirming, as "step.field".
    head_reads: ClassVar[tuple[str, ...]] = ()
    # After how many days without a paper the applicant is reminded of it, again and again.
    reminder_days: ClassVar[int] = 14
    # So many times at most, after the applicant was asked or did something last.
    reminders_at_most: ClassVar[int] = 4
    # How PostgreSQL itself reads from the terms what a person may have in a year, given the first day of
    # the course as $1; "" where there is no such limit. `allowances` says the same.
    allowance_sql: ClassVar[str] = ""
    # Whether the deciding office judges anything by eye; `judgements` says what.
    judges: ClassVar[bool] = False
    # Whether an application says how much it asks; else the rules alone say what it comes to.
    asks_amount: ClassVar[bool] = True
    # Whether one applies before the course, so that a case presses when the course is close.
    before_course: ClassVar[bool] = True
    # Whether a course that was accepted can be put on a list of courses that need no judgement.
    lists_courses: ClassVar[bool] = False
    # What an administrator enters when new terms come, page by page; the first names the terms' model.
    terms_parts: ClassVar[tuple[TermsPart, ...]] = ()
    # Whether terms may begin on any day, or on 1 January only.
    terms_from_any_day: ClassVar[bool] = False
    # The lists of its own that an administrator keeps row by row.
    lists: ClassVar[tuple[EditableList, ...]] = ()

    def lead(self, *, on: date) -> str:
        """Return in a sentence or two when one applies and what one can get, for visitors."""
        return ""

    def contact(self, *, on: date) -> str:
        """Return the e-mail address for questions about the scheme, "" where it has none."""
        return ""

    def local(self, at: datetime) -> datetime:
        """Return a moment by the clock where the scheme is at home."""
        return at.astimezone(ZoneInfo(self.time_zone))

    def local_day(self, at: datetime) -> date:
        """Return the calendar day of a moment where the scheme is at home."""
        return self.local(at).date()

    def as_json(self) -> dict[str, str]:
        """Return the scheme's own names, for a snapshot in the language that is active now."""
        return {
            "title": str(self.title),
            "owner": str(self.owner),
            "currency": self.currency,
            "language": self.language,
            "time_zone": self.time_zone,
        }

    # What is asked

    @abstractmethod
    def read(self, answers: Mapping[str, Any]) -> Answered:
        """Return what the answers by step say, whatever is missing or unreadable in them."""

    # What the rules say

    @abstractmethod
    def read_facts(self, data: Mapping[str, Any], *, complete: bool = True) -> Any:
        """Return frozen facts. Raises FactsError naming the field; a draft may be incomplete."""

    @abstractmethod
    def terms(self, facts: Any) -> Any:
        """Return the frozen terms that count for these facts. Raises LookupError where none are entered.

        A list asks for each of its rows, so what is read is `kept` (database.reads): from tables that make
        a new edition, and nothing else.
        """

    @abstractmethod
    def assess(self, facts: Any, terms: Any) -> Assessment:
        """Try every rule and return all findings and the amount. Pure."""

    @abstractmethod
    def terms_snapshot(self, terms: Any) -> dict[str, Any]:
        """Return the terms as plain JSON, for a decision to store."""

    def terms_from_snapshot(self, plain: Mapping[str, Any]) -> Any:
        """Return the terms that a decision stored, whatever the tables say by now."""
        raise NotImplementedError

    def terms_with(self, terms: Any, rows: Sequence[Model]) -> Any:
        """Return terms with the figures of rows of new terms, as if those had been in force.

        Takes rows of the models of `terms_parts`, stored or not; nothing is read or written.
        """
        return terms

    # How it is decided

    @abstractmethod
    def pool_on(self, day: date) -> PoolPlan:
        """Return which pool pays for what is decided on a day."""

    def budget_with(self, plan: PoolPlan, rows: Sequence[Model], *, on: date) -> Decimal:
        """Return what rows of new terms would give a pool; its own budget where they say nothing.

        Takes the day of today, on which newer terms than these may be in force already.
        """
        return plan.budget

    def most_a_year(self) -> Decimal | None:
        """Return the most that terms of any day give for each calendar year that a course touches.

        None where no such limit is known. What bounds an application that does not say how much it asks.
        """
        return None

    @abstractmethod
    def pool_title(self, key: str) -> str:
        """Return the pool's name in words, for example "Second half of 2026"."""

    def year(self, columns: Columns) -> int | None:
        """Return the year to which the application belongs: that of the first day."""
        return columns.starts_on.year if columns.starts_on else None

    @abstractmethod
    def exclusive_key(self, year: int) -> str | None:
        """Return within what a person may hold one live grant only, or None if several."""

    def allowances(self, assessment: Assessment, terms: Any) -> tuple[Allowance, ...]:
        """Return what a grant of this assessment uses of the person's allowances, if anything.

        Over all live grants of a person and year the database refuses more than the limit.
        """
        return ()

    def allowance_of_year(self, *, on: date) -> Allowance | None:
        """Return what a person may have in the year of a day, with nothing used; None if no limit."""
        return None

    def allowance_in_words(self, allowance: Allowance) -> str:
        """Return in words what is used of an allowance of a year and what is left of it."""
        raise NotImplementedError

    def judgements(self, facts: Any) -> tuple[Judgement, ...]:
        """Return what the deciding office judges, given the facts that the applicant states."""
        return ()

    def listed_courses(self, *, words: str, on: date) -> Sequence[Any]:
        """Return the courses approved beforehand on a day that hold every word, by title."""
        return ()

    def list_course(self, *, answers: Mapping[str, Any], on: date) -> None:
        """Put an accepted course on the list of courses that need no judgement, from a day on.

        Takes the answers by step, opened. Nothing happens when it is there already.
        """
        raise NotImplementedError

    @abstractmethod
    def may_decide_on(self, day: date) -> bool:
        """Tell whether anything may be decided on a day (no break)."""

    @abstractmethod
    def next_break(self, day: date) -> tuple[date, date] | None:
        """Return first and last day of the break that holds the day or is the next one."""

    def breaks_of(self, year: int) -> Sequence[tuple[date, date]]:
        """Return first and last day of each break that begins in a year."""
        return ()

    def last_day_to_decide(self, year: int) -> date | None:
        """Return the last day on which applications of a year can be decided, None if any is.

        Follows from tables that make a new edition, as terms do.
        """
        return None

    @abstractmethod
    def answer_expected_on(self, *, submitted_on: date, starts_on: date | None) -> date:
        """Return the day by which an applicant can expect an answer; knows the breaks."""

    @abstractmethod
    def asks_head_of_unit(self, terms: Any) -> bool:
        """Tell whether a decision needs the confirmation of the head of unit."""

    # How the money moves, and after

    @abstractmethod
    def due_on(self, *, starts_on: date, decided_on: date) -> date:
        """Return the day by which the invoice or statement is due."""

    @abstractmethod
    def payable(self, facts: Any, terms: Any, *, granted: Decimal, actual_cost: Decimal) -> Decimal:
        """Return what is paid when the course really cost `actual_cost`: never above `granted`."""

    @abstractmethod
    def buyer(self, terms: Any) -> dict[str, str]:
        """Return who is invoiced, with the references that the invoice must carry."""

    def payee(self, answers: Mapping[str, Any]) -> Payee | None:
        """Return whom the answers name as payee; None where the organisation is paid."""
        return None

    def report_due_on(self, *, starts_on: date, ends_on: date) -> date | None:
        """Return by when the participant reports back, or None if the scheme asks for none."""
        return None

    def demo(self, *, today: date) -> Demo | None:
        """Return invented people and what happened to their applications before today, or None."""
        return None

    def step(self, slug: str) -> Step:
        """Return the step of that name. Raises KeyError if there is none."""
        return {step.slug: step for step in self.steps}[slug]

    def papers(self) -> Iterable[PaperKind]:
        """Return every kind of paper, in the order of the steps."""
        return (paper for step in self.steps for paper in step.papers)

    @property
    def signing(self) -> tuple[str, ...]:
        """The capacities in which somebody must sign, in their order."""
        return tuple(each.slug for each in self.capacities)

    @property
    def has_allowances(self) -> bool:
        """Whether a grant can use up an allowance of the person's at all."""
        return type(self).allowances is not Scheme.allowances

    @property
    def has_breaks(self) -> bool:
        """Whether there are days on which nothing is decided at all."""
        return type(self).breaks_of is not Scheme.breaks_of

    @property
    def takes_papers_later(self) -> bool:
        """Whether papers may come after an application was sent in."""
        return any(paper.later for paper in self.papers())

    @property
    def looks_at_papers(self) -> bool:
        """Whether what is attached counts: papers may come later, or the office judges something."""
        return self.judges or self.takes_papers_later
