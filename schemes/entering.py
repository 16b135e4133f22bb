"""The verbs of an administrator: write new terms page by page, enter them, keep the rows of a list."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from schemes import new_terms, services
from schemes.base import Scheme
from schemes.figure_fields import in_words
from schemes.models import Act, LedgerEntry, Pool, TermsDraft
from schemes.new_terms import NewTerms
from schemes.pages import EditableList


class AlreadyEntered(Exception):
    """Terms that are entered leave no room for new ones from a day; `day` is theirs."""

    def __init__(self, day: date | None) -> None:
        super().__init__(str(day))
        self.day = day


@transaction.atomic
def begin_terms(*, scheme: Scheme, starts_on: date, by: Any, at: datetime) -> TermsDraft:
    """Return the draft of terms from a day on, a new one unless somebody has begun it.

    Raises AlreadyEntered when terms of that day are entered, or where none can begin before others.
    """
    _refuse_entered(scheme, starts_on)
    draft, _created = TermsDraft.objects.get_or_create(
        scheme=scheme.slug, starts_on=starts_on, defaults={"changed_at": at, "changed_by": by}
    )
    return draft


@transaction.atomic
def keep_page(
    *, draft: TermsDraft, slug: str, typed: dict[str, Any], by: Any, at: datetime
) -> TermsDraft:
    """Keep what was typed on a page of a draft and return the draft as it is now.

    Raises TermsDraft.DoesNotExist when it was entered or discarded meanwhile.
    """
    draft = _locked(draft)
    draft.answers = draft.answers | {slug: typed}
    draft.changed_at, draft.changed_by = at, by
    draft.save(update_fields=["answers", "changed_at", "changed_by"])
    return draft


@transaction.atomic
def discard_terms(*, draft: TermsDraft) -> None:
    """Forget a draft; the terms that are entered stay as they are."""
    TermsDraft.objects.filter(pk=draft.pk).delete()


def enter_terms(*, scheme: Scheme, draft: TermsDraft, by: Any, at: datetime) -> Act:
    """Enter the terms of a draft, all rows in one transaction, and return the act that tells of it.

    Changes: the terms, breaks and lists of the draft are added, the pools that pay now get the
    budget that they give, the draft is gone. Decided cases keep the terms they were decided by.
    Raises ValidationError when a page is missing or a figure impossible, AlreadyEntered when the
    terms are entered (also by somebody at the same moment), PoolTooSmall when more is granted.
    """
    try:
        with transaction.atomic():
            return _enter(scheme, draft, by=by, at=at)
    except (IntegrityError, TermsDraft.DoesNotExist):
        entered = new_terms.in_the_way(scheme, draft.starts_on) or new_terms.newest(scheme)
        raise AlreadyEntered(entered) from None


def _enter(scheme: Scheme, draft: TermsDraft, *, by: Any, at: datetime) -> Act:
    draft = _locked(draft)
    _refuse_entered(scheme, draft.starts_on)
    new = NewTerms(scheme, draft)
    new.check()
    figures = [
        {"name": f"{part.slug}.{figure.name}", "before": figure.before, "after": figure.after}
        for part in new.parts
        for figure in new.figures(part)
        if figure.differs
    ]
    for row in new.rows:
        row.save()
    follow_terms(scheme=scheme, by=by, at=at)
    draft.delete()
    day = draft.starts_on
    return tell(scheme.slug, Act.Kind.TERMS, str(day), since=day, figures=figures, by=by, at=at)


def _refuse_entered(scheme: Scheme, starts_on: date) -> None:
    if entered := new_terms.in_the_way(scheme, starts_on):
        raise AlreadyEntered(entered)


def _locked(draft: TermsDraft) -> TermsDraft:
    return TermsDraft.objects.select_for_update(no_key=True).get(pk=draft.pk)


# Budgets


def out_of_step(scheme: Scheme, *, on: date) -> dict[Pool, Decimal]:
    """Return the open pools that the terms give more or less than was booked, with the difference.

    What was moved between pools is not counted: it stays moved. Two queries.
    """
    pools = Pool.objects.filter(scheme=scheme.slug, ends_on__gte=on).order_by("pk")
    booked = Sum("entries__amount", filter=Q(entries__kind=LedgerEntry.Kind.BUDGET))
    found = {
        pool: scheme.pool_on(max(pool.starts_on, on)).budget - (pool.booked or 0)
        for pool in pools.annotate(booked=booked)
    }
    return {pool: more for pool, more in found.items() if more}


@transaction.atomic
def follow_terms(*, scheme: Scheme, by: Any, at: datetime) -> None:
    """Give every open pool the budget of the terms in force, each change a row of the ledger.

    Terms can be entered long before their day: then the pool follows when somebody says so. Raises
    PoolTooSmall when more is granted than a pool would have.
    """
    for pool, more in out_of_step(scheme, on=scheme.local_day(at)).items():
        note, budget = _("The pool has what the terms in force give."), pool.budget + more
        services.set_budget(pool=pool, budget=budget, at=at, by=by, note=note)


# Lists


@transaction.atomic
def keep_row(
    *, scheme: Scheme, row: models.Model, fields: Iterable[str], by: Any, at: datetime
) -> models.Model:
    """Add a row to a list or change some fields of one, tell of it for good, and return the row.

    Only these fields of a row are written: what somebody else changed in others stays. Raises
    ValidationError where the row does not hold together, or was taken away meanwhile.
    """
    row.full_clean()
    before, fields = _held(row) if row.pk else None, list(fields)
    row.save(update_fields=fields if before else None)
    figures = [each for name in fields if (each := _changed(before, row, name))]
    if figures:
        kind = Act.Kind.CHANGED if before else Act.Kind.ADDED
        about = f"{row._meta.verbose_name}: {row}"
        tell(scheme.slug, kind, about, figures=figures, by=by, at=at)
    return row


def _held(row: models.Model) -> models.Model:
    found = type(row).objects.select_for_update(no_key=True).filter(pk=row.pk).first()
    if found is None:
        raise ValidationError(_("Somebody has taken it away meanwhile."))
    return found


def _changed(before: Any, row: Any, name: str) -> dict[str, str] | None:
    was = in_words(before, name) if before else "–"
    now = in_words(row, name)
    return {"name": name, "before": was, "after": now} if was != now else None


@transaction.atomic
def end_row(
    *, scheme: Scheme, kept: EditableList, row: models.Model, on: date, by: Any, at: datetime
) -> models.Model:
    """Let a row of a list end with a day, its last, and return it as it is held now.

    Raises ValidationError when it begins later than that day, ends before it as it is, or was
    taken away meanwhile.
    """
    row = _held(row)
    ends = getattr(row, kept.ends)
    if on < getattr(row, kept.begins):
        raise ValidationError(_("It cannot end before it begins."))
    if ends and ends < on:
        raise ValidationError(_("It already ends before that day."))
    setattr(row, kept.ends, on)
    return keep_row(scheme=scheme, row=row, fields=[kept.ends], by=by, at=at)


@transaction.atomic
def remove_row(
    *, scheme: Scheme, kept: EditableList, row: models.Model, by: Any, at: datetime
) -> None:
    """Take a row off a list before it counts for anything, and tell of it for good.

    Raises ValidationError when it has begun or something rests on it already.
    """
    row = _held(row)
    if has_begun(scheme, kept, row, at=at):
        raise ValidationError(_("It has begun: it can no longer be taken away."))
    about = f"{row._meta.verbose_name}: {row}"
    figures = [{"name": name, "before": in_words(row, name), "after": "–"} for name in kept.fields]
    try:
        row.delete()
    except models.ProtectedError:
        raise ValidationError(_("Something rests on it: it can only end.")) from None
    tell(scheme.slug, Act.Kind.REMOVED, about, figures=figures, by=by, at=at)


def has_begun(scheme: Scheme, kept: EditableList, row: models.Model, *, at: datetime) -> bool:
    """Tell whether a row of a list counts for something, or has done so."""
    begins = getattr(row, kept.begins)
    return begins <= (at if isinstance(begins, datetime) else scheme.local_day(at))


def tell(scheme: str, kind: str, about: str, *, by: Any, at: datetime, **more: Any) -> Act:
    """Write down for good what an administrator did, and return the row."""
    who = {"by": by, "by_name": str(by)} | more
    return Act.objects.create(scheme=scheme, kind=kind, about=about[:300], at=at, **who)
