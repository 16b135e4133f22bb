"""New terms page by page: where they stand, one page a question, what they would have changed, the check."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.once import form_page
from accounts.session_ends import after_recent_sign_in
from applications.effect import effect as of_rows
from applications.effect import effect_on_waiting
from decisions.administration.place import administered, at
from drawing import wording
from drawing.fields import DayField, required
from drawing.widgets import IN_SOME_CASES
from schemes import clock, entering
from schemes.base import Scheme
from schemes.entering import AlreadyEntered
from schemes.models import TermsDraft
from schemes.new_terms import (
    BREAKS,
    NewTerms,
    in_the_way,
    newest,
    next_after,
    parts_of,
    rows_from,
    typed_in,
)
from schemes.pages import TermsPart
from schemes.services import PoolTooSmall

SHOWN = 100  # changed cases on the page of the effect
YEARS_AHEAD = 2


class BeginForm(forms.Form):
    """From which day new terms are to count."""

    starts_on = DayField(
        label=gettext_lazy("From which day do they count?"),
        error_messages=required(gettext_lazy("Say from which day the new terms count.")),
    )

    def __init__(self, *args: Any, scheme: Scheme, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scheme, self.today = scheme, today
        begins = newest(scheme)
        if begins:
            words = _(
                "The newest terms count from %(day)s. An application goes by the terms of its course."
            )
            self.fields["starts_on"].help_text = words % {"day": wording.day(begins)}

    def clean_starts_on(self) -> date:
        """Refuse a day on which terms cannot begin."""
        day = self.cleaned_data["starts_on"]
        if entered := in_the_way(self.scheme, day):
            raise forms.ValidationError(already(entered, asked=day))
        if not self.scheme.terms_from_any_day and (day.month, day.day) != (1, 1):
            raise forms.ValidationError(_("Terms of this scheme begin on 1 January of a year."))
        if day.year > self.today.year + YEARS_AHEAD:
            raise forms.ValidationError(_("This is too far ahead. Check the year."))
        return day


def already(entered: date | None, *, asked: date) -> str:
    """Return why terms that are entered leave no room for new ones from the day that was asked."""
    words = _("Terms from %(day)s are entered already. New ones begin on a later day.")
    if entered == asked:
        words = _("Terms from %(day)s are entered already. Choose another day.")
    return words % {"day": wording.day(entered)}


@form_page
@administered
def begin(request: HttpRequest, scheme: Scheme) -> HttpResponse:
    """Ask from which day new terms are to count, and begin to write them."""
    _has_terms(scheme)
    today = clock.today(scheme.time_zone)
    initial = {"starts_on": date(today.year + 1, 1, 1)}
    form = BeginForm(request.POST or None, initial=initial, scheme=scheme, today=today)
    if request.method == "POST" and form.is_valid() and _begin(request, scheme, form):
        return redirect(at("terms", scheme, form.cleaned_data["starts_on"]))
    context = {"scheme": scheme, "form": form, "back": at("start", scheme)}
    return render(request, "administration/begin.html", context)


def _begin(request: HttpRequest, scheme: Scheme, form: BeginForm) -> bool:
    day = form.cleaned_data["starts_on"]
    try:
        entering.begin_terms(scheme=scheme, starts_on=day, by=request.user, at=clock.now())
    except AlreadyEntered as entered:  # by somebody else since the form looked
        form.add_error("starts_on", already(entered.day, asked=day))
        return False
    return True


@require_safe
@administered
def tasks(request: HttpRequest, scheme: Scheme, day: date) -> HttpResponse:
    """Show which pages of a draft are saved and what each changes."""
    new = _draft(scheme, day)
    context = _about(scheme, new) | {
        "back": at("start", scheme),
        "tasks": [_task(new, part) for part in new.parts],
        "effect": at("effect", scheme, day),
        "check": at("check", scheme, day),
        "discard": at("discard", scheme, day),
        "complete": new.complete,
    }
    return render(request, "administration/terms.html", context)


def _task(new: NewTerms, part: TermsPart) -> dict[str, Any]:
    changed = sum(figure.differs for figure in new.figures(part))
    wrong = new.done(part) and not all(form.is_valid() for form in new.forms(part))
    label, tone = _("Not looked at yet"), "neutral"
    if wrong:
        label, tone = _("Something is wrong"), "bad"
    elif changed and new.done(part):
        label, tone = _("Changed: %(n)s") % {"n": changed}, "accent"
    elif new.done(part):
        label, tone = _("As before"), "good"
    url = at("page", new.scheme, new.draft.starts_on, part.slug)
    return {"title": part.title, "url": url, "label": label, "tone": tone}


@form_page
@administered
def page(request: HttpRequest, scheme: Scheme, day: date, part: str) -> HttpResponse:
    """Ask for the figures of one page, those in force beside them; keep what was typed."""
    new = _draft(scheme, day)
    if part not in {each.slug for each in new.parts}:
        raise Http404
    asked = new.part(part)
    forms = new.forms(asked, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        _keep(request, new, asked, forms)
        if all(form.is_valid() for form in forms):
            return redirect(_following(new, asked))
    context = _about(scheme, new) | {
        "part": asked,
        "back": at("terms", scheme, day),
        "forms": forms,
        "groups": _fields(new, asked, forms),
        "wrong": _errors(asked, forms),
        "pauses": scheme.breaks_of(day.year) if asked.slug == BREAKS else [],
        "pauses_before": scheme.breaks_of(day.year - 1) if asked.slug == BREAKS else [],
    }
    return render(request, "administration/page.html", context)


def _keep(request: HttpRequest, new: NewTerms, part: TermsPart, forms: Sequence[Any]) -> None:
    """Keep also what cannot be read: nothing typed is lost."""
    typed = typed_in(forms)
    try:
        new.draft = entering.keep_page(
            draft=new.draft, slug=part.slug, typed=typed, by=request.user, at=clock.now()
        )
    except TermsDraft.DoesNotExist:  # entered or discarded by somebody else meanwhile
        raise Http404 from None


def _following(new: NewTerms, part: TermsPart) -> str:
    """Return the next page that nobody has looked at, else the list of all."""
    rest = new.parts[new.parts.index(part) + 1 :]
    day = new.draft.starts_on
    following = next((each for each in rest if not new.done(each)), None)
    return (
        at("page", new.scheme, day, following.slug) if following else at("terms", new.scheme, day)
    )


def _fields(new: NewTerms, part: TermsPart, forms: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the fields in groups, each with what is in force and whether it is to change."""
    figures = {} if part.rows else {each.name: each for each in new.figures(part)}
    return [
        {
            "legend": _row(part, place),
            "fields": [_field(bound, figures.get(bound.name), new, part) for bound in form],
        }
        for place, form in enumerate(forms, start=1)
    ]


def _field(bound: Any, figure: Any, new: NewTerms, part: TermsPart) -> dict[str, Any]:
    if figure is None:
        bound.field.widget.attrs.update(IN_SOME_CASES)  # every row may stay empty
        return {"bound": bound}
    now = f"{bound.auto_id}_now"
    said = " ".join(filter(None, [bound.aria_describedby, now]))
    bound.field.widget.attrs["aria-describedby"] = said
    return {
        "bound": bound,
        "now": figure.before,
        "now_id": now,
        "differs": new.done(part) and figure.differs,
    }


def _row(part: TermsPart, place: int) -> str:
    return _("Row %(n)s") % {"n": place} if part.rows else ""


def _errors(part: TermsPart, forms: Sequence[Any]) -> list[dict[str, str]]:
    """Return what is wrong, in the order in which the page asks; in which row, if there are several."""
    return [
        {
            "text": ": ".join(filter(None, [_row(part, place), text])),
            "url": f"#{bound.id_for_label or bound.auto_id}",
        }
        for place, form in enumerate(forms, start=1)
        for bound in form
        for text in bound.errors
    ]


@after_recent_sign_in
@form_page
@administered
def check(request: HttpRequest, scheme: Scheme, day: date) -> HttpResponse:
    """Show every figure before and after; on a second press enter them all at once."""
    new, wrong = _draft(scheme, day), []
    if request.method == "POST":
        wrong = _enter(request, new)
        if not wrong:
            return redirect(at("start", scheme))
    sections = [_section(new, part) for part in new.parts]
    context = _about(scheme, new) | {
        "back": at("terms", scheme, day),
        "sections": sections,
        "differs": any(figure.differs for each in sections for figure in each["figures"]),
        "complete": new.complete,
        "wrong": wrong,
        "effect": at("effect", scheme, day),
    }
    return render(request, "administration/check.html", context)


def _enter(request: HttpRequest, new: NewTerms) -> list[dict[str, str]]:
    """Enter the terms; return in words why they could not be."""
    try:
        entering.enter_terms(scheme=new.scheme, draft=new.draft, by=request.user, at=clock.now())
    except ValidationError as error:
        return [{"text": text} for text in error.messages]
    except AlreadyEntered as entered:
        return [{"text": already(entered.day, asked=new.draft.starts_on)}]
    except PoolTooSmall:
        return [{"text": _("More than the new budget of the pool is granted already.")}]
    words = _("The terms from %(day)s are entered.")
    messages.success(request, words % {"day": wording.day(new.draft.starts_on)})
    return []


def _section(new: NewTerms, part: TermsPart) -> dict[str, Any]:
    return {
        "part": part,
        "figures": new.figures(part),
        "done": new.done(part),
        "url": at("page", new.scheme, new.draft.starts_on, part.slug),
    }


@require_safe
@administered
def effect(request: HttpRequest, scheme: Scheme, day: date) -> HttpResponse:
    """Show what a draft, or terms that are entered, would have given last year's applications.

    Of a draft also what it would give those that wait now and go by it.
    """
    rows, draft = _rows(scheme, day)
    now = clock.now()
    year = (max(day, scheme.local_day(now)) if draft else day).year - 1
    found = of_rows(scheme, rows, year=year, at=now)
    until = next_after(scheme, day)
    waiting = effect_on_waiting(scheme, rows, since=day, until=until, at=now) if draft else None
    context = {
        "scheme": scheme,
        "day": day,
        "until": until,
        "year": year,
        "waiting": waiting,
        "effect": found,
        "most": SHOWN,
        "counted": _counted(found),
        "draft": draft,
        "back": at("terms", scheme, day) if draft else at("start", scheme),
    }
    return render(request, "administration/effect.html", context)


def _rows(scheme: Scheme, day: date) -> tuple[list[Model], bool]:
    """Return the rows of a draft (then True), or those entered for a day; else 404."""
    draft = TermsDraft.objects.filter(scheme=scheme.slug, starts_on=day).first()
    if draft:
        return NewTerms(scheme, draft).rows, True
    if rows := rows_from(scheme, day):
        return rows, False
    raise Http404


def _counted(found: Any) -> list[dict[str, Any]]:
    pairs = zip(found.before.of_each, found.after.of_each, strict=True)
    return [
        {"label": outcome.label, "before": before, "after": after, "more": _signed(after - before)}
        for (outcome, before), (_same, after) in pairs
    ]


def _signed(number: int) -> str:
    return f"{number:+d}".replace("-", wording.MINUS) if number else "0"


@require_POST
@administered
def discard(request: HttpRequest, scheme: Scheme, day: date) -> HttpResponse:
    """Forget a draft of new terms."""
    entering.discard_terms(draft=_draft(scheme, day).draft)
    messages.success(request, _("The draft is gone. The terms in force stay as they are."))
    return redirect(at("start", scheme))


def _draft(scheme: Scheme, day: date) -> NewTerms:
    _has_terms(scheme)
    draft = TermsDraft.objects.filter(scheme=scheme.slug, starts_on=day)
    found = draft.select_related("changed_by").first()
    if found is None:
        raise Http404
    return NewTerms(scheme, found)


def _has_terms(scheme: Scheme) -> None:
    if not parts_of(scheme):
        raise Http404


def _about(scheme: Scheme, new: NewTerms) -> dict[str, Any]:
    day = new.draft.starts_on
    context = {"scheme": scheme, "draft": new.draft, "day": day, "until": next_after(scheme, day)}
    return context | {"begun": day <= clock.today(scheme.time_zone)}
