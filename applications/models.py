"""The application: what is asked, its papers, its history, and what is told to whom."""

import json
import uuid
from collections.abc import Iterable
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from database import finding
from database.reads import kept
from schemes.base import Scheme
from schemes.guards import append_only, never_removed
from schemes.models import Organisation, Pool
from schemes.pages import Step
from schemes.registry import get


class State(models.TextChoices):
    """Where an application is. What it waits for is not a state: today's assessment says that."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Asked back")
    APPROVED = "approved", pgettext_lazy("application", "Granted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", _("Ended")
    SETTLED = "settled", _("Settled")


TRANSITIONS = [
    (State.DRAFT, State.SUBMITTED),
    (State.DRAFT, State.WITHDRAWN),
    (State.SUBMITTED, State.RETURNED),
    (State.SUBMITTED, State.APPROVED),
    (State.SUBMITTED, State.REFUSED),
    (State.SUBMITTED, State.WITHDRAWN),
    (State.RETURNED, State.SUBMITTED),
    (State.RETURNED, State.WITHDRAWN),
    (State.APPROVED, State.ENDED),
    (State.APPROVED, State.SETTLED),
]
OPEN_FOR_APPLICANT = (State.DRAFT, State.RETURNED)
WAITING = (State.SUBMITTED, State.RETURNED)  # sent in and not decided
UNDECIDED = (State.DRAFT, *WAITING)
LIVE = (State.APPROVED, State.SETTLED)  # a live grant: binds the pool and the person's year
DECIDED = (State.APPROVED, State.REFUSED, State.ENDED, State.SETTLED)
SOUGHT = ("course_title", "participant", "workplace")
READER = ("by_name",)

TONES = {
    State.SUBMITTED: "accent",
    State.RETURNED: "warn",
    State.APPROVED: "good",
    State.REFUSED: "bad",
    State.SETTLED: "good",
}


def in_words(choices: type[models.TextChoices], value: str) -> str:
    """Return the words for a choice, or the value itself where it is none (any more).

    Django's own way goes through all choices for each row: 0.04 ms of states, 0.13 of kinds of events.
    """
    try:
        return str(choices(value).label)
    except ValueError:
        return value


class Applications(models.QuerySet):
    """Applications, seen by somebody: a view never starts from all of them."""

    def of(self, user: Any) -> "Applications":
        """Return the person's own applications."""
        return self.filter(applicant_id=user.pk)

    def to_which_party(self, user: Any) -> "Applications":
        """Return those that are the person's, about them, or of a unit that they answer for."""
        answered = HeadRequest.objects.exclude(answer="").filter(email__iexact=user.email)
        party = Q(applicant_id=user.pk) | Q(head_email__iexact=user.email)
        party |= Q(pk__in=answered.values("application"))
        about = Q(person_key=user.person_key) & ~Q(person_key="")
        return self.filter(party | about)

    def in_schemes(self, slugs: Iterable[str]) -> "Applications":
        """Return the applications of some schemes that have left the applicant's desk."""
        return self.filter(scheme__in=slugs).exclude(submitted_at=None)

    def live(self) -> "Applications":
        """Return those with a live grant."""
        return self.filter(state__in=LIVE)

    def holding(self, words: str) -> "Applications":
        """Return those whose course, participant, unit or administration holds every word."""
        return self.filter(holds(words))


def holds(words: str, *, at: str = "") -> Q:
    """Return the condition that a case holds every word; `at` leads to it from another table."""
    columns = [f"{at}{each}" for each in SOUGHT]
    return finding.holds(columns, words, **{f"{at}organisation_id": named})


def named(word: str) -> list[int]:
    """Return the keys of the administrations whose name holds a word."""
    sought = word.casefold()
    return [pk for pk, name in _organisations() if sought in name.casefold()]


@kept
def _organisations() -> list[tuple[int, str]]:
    return list(Organisation.objects.values_list("pk", "name"))


# At commit: nothing is returned without words about what is asked, for the steps that open.
ASKED = """
IF NOT EXISTS (
    SELECT 1 FROM applications_question WHERE application_id = NEW.id AND answered_at IS NULL
) AND EXISTS (SELECT 1 FROM applications_application WHERE id = NEW.id AND state = 'returned') THEN
    RAISE EXCEPTION 'An application is returned with a question.'
        USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""


class Application(models.Model):
    """One person asks money for one course. What only the scheme knows is in `answers`."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scheme = models.SlugField(_("scheme"), db_index=False)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="applications",
        db_index=False,
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    # Counts every change of the answers: a second tab and an old signature are recognised by it.
    revision = models.PositiveIntegerField(default=0)
    answers = models.JSONField(default=dict)  # as typed, by step; secrets encrypted
    facts = models.JSONField(default=dict)  # what the answers state, as the rules read it

    # Columns that all schemes share
    participant = models.CharField(_("participant"), max_length=150, blank=True)
    person_key = models.CharField(max_length=64, blank=True)
    head_name = models.CharField(_("head of unit"), max_length=150, blank=True)
    head_email = models.EmailField(_("e-mail of the head of unit"), blank=True)
    workplace = models.CharField(_("workplace"), max_length=150, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True)
    course_title = models.CharField(_("course"), max_length=200, blank=True)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    attendance = models.CharField(_("attendance"), max_length=20, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    asked = models.DecimalField(_("asked"), max_digits=12, decimal_places=2, null=True, blank=True)
    assessed = models.DecimalField(
        _("by the rules"), max_digits=12, decimal_places=2, null=True, blank=True
    )

    created_at = models.DateTimeField(_("started"))
    changed_at = models.DateTimeField(_("last changed"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)

    # The kinds of paper that it waits for, as of its last change
    awaited = ArrayField(models.SlugField(), default=list, blank=True)

    # The grant
    granted = models.DecimalField(
        _("granted"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    pool = models.ForeignKey(Pool, models.PROTECT, null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    # Within this key a person may hold one live grant only (R23); empty where several may live.
    exclusive_key = models.CharField(max_length=40, null=True, blank=True)

    # After the course
    reported_at = models.DateTimeField(_("reported back"), null=True, blank=True)
    report = models.TextField(_("report"), blank=True)

    # Its terms of retention have run out: answers, papers and texts are gone; then the vouchers, with
    # the name and whose it was. Only a function of PostgreSQL writes these: see oversight.removing.
    anonymised_at = models.DateTimeField(_("anonymised"), null=True, blank=True, editable=False)
    vouchers_anonymised_at = models.DateTimeField(
        _("vouchers anonymised"), null=True, blank=True, editable=False
    )

    objects = Applications.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["submitted_at", "pk"]
        indexes = [
            models.Index(
                fields=["scheme", "state", "submitted_at", "id"], name="application_queue"
            ),
            models.Index(fields=["person_key", "year"], name="application_person_year"),
            models.Index(fields=["applicant", "-changed_at"], name="application_own"),
            # What was decided, in all and by its state, page by page.
            models.Index(
                fields=["scheme", "decided_at", "id"],
                condition=Q(state__in=DECIDED),
                name="application_decided",
            ),
            models.Index(
                fields=["scheme", "state", "decided_at", "id"],
                condition=Q(state__in=DECIDED),
                name="application_decided_as",
            ),
            finding.sliced(Upper(finding.Texts(*SOUGHT)), key="id", name="application_sought"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "person_key", "exclusive_key"],
                condition=Q(state__in=LIVE),
                name="application_one_live_grant",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.WITHDRAWN])
                | (Q(submitted_at__isnull=False) & ~Q(person_key="") & Q(starts_on__isnull=False)),
                name="application_submitted_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*LIVE, State.ENDED])
                | Q(
                    granted__isnull=False,
                    granted__gt=0,
                    pool__isnull=False,
                    decided_at__isnull=False,
                ),
                name="application_granted_whole",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="application_days",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="application_states",
                field="state",
                transitions=[(old.value, new.value) for old, new in TRANSITIONS],
            ),
            pgtrigger.Protect(
                name="application_begins_as_draft",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__state__df=State.DRAFT.value),
            ),
            pgtrigger.Trigger(
                name="application_returned_with_question",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Condition("NEW.state = 'returned' AND OLD.state <> 'returned'"),
                func=ASKED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.course_title}".strip()

    @property
    def rules(self) -> Scheme:
        """The scheme that the application belongs to: the rules by which it goes; `scheme` is its slug."""
        return get(self.scheme)

    @property
    def stated(self) -> str:
        """The facts as text: who reads them can keep by it what came of them."""
        return json.dumps(self.facts)

    @property
    def reference(self) -> str:
        """The number by which people speak of it, scheme, year and number.

        The year is UTC's on purpose, whatever the scheme's time zone: a draft of the first minutes of a
        year keeps the number that letters and vouchers have quoted.
        """
        return f"{self.scheme.upper()}-{self.created_at.year}-{self.pk:05d}"

    @property
    def editable(self) -> bool:
        """Whether the applicant may change answers now."""
        return self.state in OPEN_FOR_APPLICANT

    @property
    def undecided(self) -> bool:
        """Whether it can still be withdrawn."""
        return self.state in UNDECIDED

    @property
    def tone(self) -> str:
        """The tone of its status tag."""
        return TONES.get(self.state, "neutral")

    @property
    def granted_label(self) -> str:
        """What stands above the amount granted: that it was, once the grant has ended."""
        return _("Was granted") if self.state == State.ENDED else _("Granted")

    def answers_in_clear(self) -> dict[str, dict[str, Any]]:
        """Return the answers of every step, also those that are kept encrypted."""
        return {step.slug: self.answers_of(step) for step in self.rules.steps}

    def answers_of(self, step: Step) -> dict[str, Any]:
        """Return the answers of one step, also those that are kept encrypted."""
        return step.form.opened(self.answers.get(step.slug, {}))

    def get_state_display(self) -> str:
        """Return the state in words."""
        return in_words(State, self.state)


class Event(models.Model):
    """One thing that happened to an application. Rows are added and never changed."""

    class Kind(models.TextChoices):
        STARTED = "started", _("Started")
        SUBMITTED = "submitted", _("Submitted")
        HEAD_ASKED = "head_asked", _("Head of unit asked to confirm")
        HEAD_CONFIRMED = "head_confirmed", _("Confirmed by the head of unit")
        HEAD_DECLINED = "head_declined", _("Declined by the head of unit")
        SIGNED = "signed", _("Signed")
        DISAGREED = "disagreed", _("The signatories disagree")
        SIGNATURE_VOIDED = "signature_voided", _("A signature no longer counts")
        LOWERED = "lowered", _("Amount lowered")
        RECUSED = "recused", _("Bias declared")
        PAPER_ADDED = "paper_added", _("Paper added")
        REMINDED = "reminded", _("Reminded of missing papers")
        ACCEPTED = "accepted", _("Accepted")
        NOT_ACCEPTED = "not_accepted", _("Not accepted")
        NOTED = "noted", _("Note between the signatories")
        RETURNED = "returned", _("Asked back")
        ANSWERED = "answered", _("Answered")
        APPROVED = "approved", pgettext_lazy("application", "Granted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        ENDED = "ended", _("Ended")
        INVOICED = "invoiced", _("Invoice made")
        CREDITED = "credited", _("Invoice credited")
        STATED = "stated", _("Settlement statement made")
        UNSTATED = "unstated", _("Settlement statement withdrawn")
        SENT = "sent", _("Sent to finance")
        PAID = "paid", _("Payment released")
        SETTLED = "settled", _("Settled")
        REPORTED = "reported", _("Reported back")

    application = models.ForeignKey(Application, models.PROTECT, related_name="events")
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(_("who"), max_length=150, blank=True)
    text = models.TextField(_("text"), blank=True)
    # Who reads it besides staff: the applicant, unless it is between the signatories.
    internal = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("history")
        ordering = ["at", "pk"]
        triggers = append_only("history")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.kind}"

    def get_kind_display(self) -> str:
        """Return in words what happened."""
        return in_words(self.Kind, self.kind)


def upload_path(paper: "Paper", filename: str) -> str:
    """Return where a paper is kept: a random name, nothing of what the person called it."""
    return f"papers/{paper.application.uuid}/{uuid.uuid4().hex}"


def original_path(original: "Original", filename: str) -> str:
    """Return where a file is kept as it came: out of the way of everything that is handed out."""
    return f"originals/{original.application.uuid}/{uuid.uuid4().hex}"


def document_path(document: "Document", filename: str) -> str:
    """Return where a document that we made is kept."""
    return f"documents/{document.application.uuid}/{document.kind}-{document.pk}.pdf"


class Original(models.Model):
    """A file exactly as it came. It is evidence only: nothing hands it out. Rows never change."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="originals")
    file = models.FileField(_("file"), upload_to=original_path)
    content_type = models.CharField(max_length=50)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("original")
        verbose_name_plural = _("originals")
        ordering = ["pk"]
        triggers = append_only("originals")

    def __str__(self) -> str:
        return self.sha256


class Paper(models.Model):
    """A file that the applicant attached, as it is shown: without anything that acts."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="papers")
    kind = models.SlugField(_("kind"), db_index=False)
    original = models.OneToOneField(Original, models.PROTECT, null=True, related_name="paper")
    file = models.FileField(_("file"), upload_to=upload_path)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(max_length=50)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Document(models.Model):
    """A paper that we made: what it states is a snapshot; the worker renders the PDF from it."""

    class Kind(models.TextChoices):
        CONFIRMATION = "confirmation", _("Confirmation of the application")
        LETTER = "letter", _("Decision letter")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    template = models.CharField(max_length=100)
    content = models.JSONField()
    made_at = models.DateTimeField(_("made"))
    file = models.FileField(_("file"), upload_to=document_path, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    rendered_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["id"], condition=Q(rendered_at=None), name="document_undone")
        ]

    def __str__(self) -> str:
        return f"{self.application.reference} {self.kind}"


class HeadRequest(models.Model):
    """The head of unit is asked, by a signed link, to confirm the same sum and the plan (R18, R32).

    It counts for the revision that was sent: changed answers ask anew.
    """

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        DECLINED = "declined", _("Declined")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="head_requests")
    revision = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"))
    sent_at = models.DateTimeField(_("sent"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    plan = models.TextField(_("how the content is passed on"), blank=True)

    class Meta:
        verbose_name = _("request to the head of unit")
        verbose_name_plural = _("requests to heads of unit")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="head_answer_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(answer="declined") | ~Q(reason=""), name="head_declines_with_reason"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="head_asked_for_good", fields=["application", "revision"]),
            pgtrigger.Protect(
                name="head_answers_once",
                operation=pgtrigger.UpdateOf("answer", "answered_at"),
                condition=pgtrigger.Q(old__answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.reference} {self.name}"


class Verdict(models.Model):
    """The deciding office accepts a paper or a course, or does not, with the reason. The last counts.

    It counts for what was judged: `digest` tells it apart from other papers and other answers.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="verdicts")
    fact = models.CharField(_("fact"), max_length=60)
    label = models.CharField(_("what"), max_length=200)
    digest = models.CharField(max_length=64)
    accepted = models.BooleanField(_("accepted"))
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(_("who"), max_length=150)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted=True) | ~Q(reason=""), name="verdict_against_has_reason"
            ),
        ]
        triggers = append_only("verdict")

    def __str__(self) -> str:
        return f"{self.application.reference} {self.label}"


class Question(models.Model):
    """What a signatory asked back, limited to named steps."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="questions")
    steps = ArrayField(models.SlugField(), verbose_name=_("steps"))
    text = models.TextField(_("question"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="question_has_text"),
            models.CheckConstraint(condition=Q(steps__len__gt=0), name="question_has_steps"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(answered_at=None), name="question_one_open"
            ),
        ]
        # What was asked is not unsaid; a delete is refused also to who may change the rest.
        triggers = never_removed("question")

    def __str__(self) -> str:
        return self.text


class Notice(models.Model):
    """A mail that must go out: written with what caused it, sent by the worker, once."""

    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="notices"
    )
    recipient = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    # Stored files that go with it: [{"name": …, "path": …, "type": …}]
    files = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["pk"]
        indexes = [models.Index(fields=["id"], condition=Q(sent_at=None), name="notice_undone")]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.subject}"


class Canary(models.Model):
    """A small job for the worker: queued by the beat, and finished here, in the database."""

    uuid = models.UUIDField(primary_key=True)
    queued_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["queued_at"]

    def __str__(self) -> str:
        return str(self.uuid)


class Reading(models.Model):
    """Somebody of the staff looked at a person's data. Rows are added and never changed."""

    class What(models.TextChoices):
        CASE = "case", _("The case")
        PAPER = "paper", _("An attached paper")
        DOCUMENT = "document", _("A document of ours")
        INVOICE = "invoice", _("The invoice or statement")
        PACKET = "packet", _("The packet")
        PAYMENTS = "payments", _("The payments of a batch")
        FILE = "file", _("The payment file")
        PERSON = "person", _("The person's entry")
        EXPORT = "export", _("Everything about the person")
        LIST = "list", _("A list, as a file")
        # On the screen: one row for each page of a list, however many are on it.
        QUEUE = "queue", _("The list of what waits")
        DECIDED = "decided", _("The list of what was decided")
        INVOICES = "invoices", _("Finance's list of invoices")
        PAYOUTS = "payouts", _("Finance's list of payments")
        TABLE = "table", _("A list in the administration")

    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(_("who"), max_length=150)
    what = models.CharField(_("what"), max_length=10, choices=What)
    # The scheme whose auditor sees it: the case's, or that in which the reader has a mandate.
    scheme = models.SlugField(_("scheme"), db_index=False)
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, related_name="readings", verbose_name=_("case")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="readings",
        verbose_name=_("whose"),
    )
    reason = models.CharField(_("why"), max_length=300, blank=True)
    # Of a page of a list: what was asked for, and how many entries were on it. Null for what is of one
    # person, as in rows from before: the chain's hash leaves out what is null.
    asked = models.CharField(_("looked for"), max_length=200, null=True, default=None)
    listed = models.PositiveIntegerField(_("entries"), null=True, default=None)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["-pk"]
        # The latest first: of all schemes, of one, of a kind; and by words, who read.
        indexes = [
            models.Index(fields=["at", "id"], name="reading_at"),
            models.Index(fields=["scheme", "at", "id"], name="reading_of_scheme_at"),
            models.Index(fields=["what", "at", "id"], name="reading_of_kind"),
            finding.index(*READER, name="reading_reader"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, listed=None)
                | Q(person=None, listed__isnull=False),
                name="reading_of_a_person_or_a_list",
            )
        ]
        triggers = append_only("readings")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by_name} {self.what}"


class Holds(models.QuerySet):
    """Holds, and the rows that lift them."""

    def live(self) -> "Holds":
        """Return the holds that nobody has lifted."""
        return self.filter(lifts=None, lifted_by=None)

    def on(self, application: Application) -> "Holds":
        """Return what concerns an application: its own, and those on all cases of a person."""
        case, applicant = application.pk, application.applicant_id
        return self.of(case, applicant, application.person_key, application.scheme)

    def of(self, case: int, applicant: int, person_key: str, scheme: str) -> "Holds":
        """Return what concerns a case by its key, its applicant, whom it is about, and its scheme.

        As PostgreSQL sees it when it removes something: `oversight_due`.
        """
        about = Q(person__person_key=person_key) & ~Q(person__person_key="")
        whole = Q(application=None, scheme=scheme) & (Q(person=applicant) | about)
        return self.filter(Q(application=case) | whole)


class Hold(models.Model):
    """Nothing of a case, or of all cases of a person in a scheme, is removed until this is lifted.

    Lifting it is a row of its own. Rows are added and never changed.
    """

    scheme = models.SlugField(_("scheme"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="holds", verbose_name=_("whose")
    )
    # None: every case of the person in the scheme.
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, related_name="holds", verbose_name=_("case")
    )
    lifts = models.OneToOneField("self", models.PROTECT, null=True, related_name="lifted_by")
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(_("who"), max_length=150)

    objects = Holds.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="hold_has_reason"),
        ]
        triggers = append_only("hold")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.reason}"
