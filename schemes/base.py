"""What a scheme must be able to answer, whoever asks: the contract between the house and its schemes."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from schemes.demo import Demo
from schemes.findings import Assessment, Rule
from schemes.pages import EditableList, PaperKind, PreCheck, Several, Step, TermsPart


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


class FactsError(ValueError):
    """Facts that cannot be read: `field` is the dotted name, `message` says what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class Scheme(ABC):
    """A scheme: its names, its steps, its rules, its pools and its papers.

    What is abstract has no answer that would suit every scheme; the rest a scheme overrides where
    it differs. docs/adding-a-scheme.md names the order in which one is best written.

    Facts travel as plain JSON in one format per scheme (examples in tests/worked.json): what the
    applicant states (`read`) together with what the house knows (`applications.assessment.Told`):

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

    # What it is called, where it is at home, and what its pages look like

    slug: ClassVar[str]
    title: ClassVar[str]
    owner: ClassVar[str]
    currency: ClassVar[str]
    language: ClassVar[str]
    time_zone: ClassVar[str]
    stylesheet: ClassVar[str] = ""

    # What is asked

    steps: ClassVar[tuple[Step, ...]]
    pre_check: ClassVar[PreCheck | None] = None
    # How one applies for several people in one go, where somebody applies for others at all.
    several: ClassVar[Several | None] = None
    # Whether one applies before the course, so that a case presses when the course is close.
    before_course: ClassVar[bool] = True
    # Whether an application says how much it asks; else the rules alone say what it comes to.
    asks_amount: ClassVar[bool] = True
    # What the head of unit reads at once before confirming, as "step.field".
    head_reads: ClassVar[tuple[str, ...]] = ()
    # After how many days without a paper the applicant is reminded of it, again and again.
    reminder_days: ClassVar[int] = 14
    # So many times at most, after the applicant was asked or did something last.
    reminders_at_most: ClassVar[int] = 4

    # What the rules say

    rules: ClassVar[Mapping[str, Rule]]
    # Rules that the applicant reads beside the form even where they are met.
    always_told: ClassVar[frozenset[str]] = frozenset()

    # How it is decided

    capacities: ClassVar[tuple[Capacity, ...]]
    refusal_reasons: ClassVar[tuple[Reason, ...]]
    # Rules that, while they make it wait, hold up a refusal as well: nothing at all is decided.
    before_any_decision: ClassVar[frozenset[str]] = frozenset()
    # Whether the deciding office judges anything by eye; `judgements` says what.
    judges: ClassVar[bool] = False
    # Whether a course that was accepted can be put on a list of courses that need no judgement.
    lists_courses: ClassVar[bool] = False
    # How PostgreSQL itself reads from the terms what a person may have in a year, given the first day of
    # the course as $1; "" where there is no such limit. `allowances` says the same.
    allowance_sql: ClassVar[str] = ""

    # How the money moves

    packet_parts: ClassVar[tuple[str, ...]]
    # Whether the house pays the payee itself, by a settlement statement, instead of being invoiced.
    pays_out: ClassVar[bool] = False
    statement: ClassVar[DocumentWords] = DocumentWords(_("Settlement statement"))

    # What its administrator enters

    # The pages of new terms; the first names the terms' model.
    terms_parts: ClassVar[tuple[TermsPart, ...]] = ()
    # Whether terms may begin on any day, or on 1 January only.
    terms_from_any_day: ClassVar[bool] = False
    # The lists of its own that are kept row by row.
    lists: ClassVar[tuple[EditableList, ...]] = ()

    # What it is called, and by which clock it goes

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

    def year(self, columns: Columns) -> int | None:
        """Return the year to which the application belongs: that of the first day."""
        return columns.starts_on.year if columns.starts_on else None

    def step(self, slug: str) -> Step:
        """Return the step of that name. Raises KeyError if there is none."""
        return {step.slug: step for step in self.steps}[slug]

    def papers(self) -> Iterable[PaperKind]:
        """Return every kind of paper, in the order of the steps."""
        return (paper for step in self.steps for paper in step.papers)

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

    # What new terms would give

    def terms_with(self, terms: Any, rows: Sequence[Model]) -> Any:
        """Return terms with the figures of rows of new terms, as if those had been in force.

        Takes rows of the models of `terms_parts`, stored or not; nothing is read or written.
        """
        return terms

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

    # Which money pays, and what a person may have

    @abstractmethod
    def pool_on(self, day: date) -> PoolPlan:
        """Return which pool pays for what is decided on a day."""

    @abstractmethod
    def pool_title(self, key: str) -> str:
        """Return the pool's name in words, for example "Second half of 2026"."""

    @abstractmethod
    def exclusive_key(self, year: int) -> str | None:
        """Return the key under which a person may hold only one live grant, or None if several."""

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

    # What the office judges by eye

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

    # When it is decided

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

    # How the money moves, and what comes after

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

    # What follows from all this

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

    # The demo

    def demo(self, *, today: date) -> Demo | None:
        """Return invented people and what happened to their applications before today, or None."""
        return None
