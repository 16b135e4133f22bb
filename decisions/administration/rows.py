"""A row of a list: add it, look at it once more, change it, end it by a day, take it away."""

from collections.abc import Iterable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.once import form_page
from accounts.session_ends import after_recent_sign_in
from decisions.administration.of_house import of_scheme
from decisions.administration.people import EndForm
from decisions.administration.place import administered, at
from drawing import wording
from schemes import clock, entering
from schemes.base import Scheme
from schemes.figure_fields import form_of, in_words
from schemes.pages import EditableList


@after_recent_sign_in
@form_page
@administered
def add(request: HttpRequest, scheme: Scheme, name: str) -> HttpResponse:
    """Add a row to a list."""
    kept = kept_as(scheme, name)
    return _edited(request, scheme, kept, _blank(scheme, kept), _("It is added."))


@after_recent_sign_in
@form_page
@administered
def change(request: HttpRequest, scheme: Scheme, name: str, pk: int) -> HttpResponse:
    """Change a row of a list."""
    kept = kept_as(scheme, name)
    if not kept.changes:
        raise Http404
    row = get_object_or_404(of(scheme, kept), pk=pk)
    return _edited(request, scheme, kept, row, _("The change is saved."))


def _edited(
    request: HttpRequest, scheme: Scheme, kept: EditableList, row: Model, said: str
) -> HttpResponse:
    title = str(row) if row.pk else ""
    form = form_of(kept)(request.POST or None, instance=row, use_required_attribute=False)
    valid = request.method == "POST" and form.is_valid() and _is_whole(form)
    looked_at = not kept.checked or "confirm" in request.POST
    if valid and looked_at and _keep(request, scheme, kept, form):
        messages.success(request, said)
        return redirect(at("list", scheme, kept.slug))
    context = {"scheme": scheme, "kept": kept, "form": form, "row": title}
    context["back"] = at("list", scheme, kept.slug)
    if valid and not looked_at and "change" not in request.POST:
        context["rows"] = _in_words(kept, form)
        return render(request, "administration/row_check.html", context)
    return render(request, "administration/row.html", context)


def _is_whole(form: forms.ModelForm) -> bool:
    """Hold also what the form does not ask for against the database, before one is shown it again."""
    try:
        form.instance.full_clean()
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _keep(request: HttpRequest, scheme: Scheme, kept: EditableList, form: forms.ModelForm) -> bool:
    try:
        entering.keep_row(
            scheme=scheme, row=form.instance, fields=kept.fields, by=request.user, at=clock.now()
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _in_words(kept: EditableList, form: forms.ModelForm) -> list[dict[str, str]]:
    shown = form.in_full() if hasattr(form, "in_full") else {}
    return [
        {
            "key": str(form.fields[name].label),
            "value": shown.get(name, in_words(form.instance, name)),
        }
        for name in kept.fields
    ]


@after_recent_sign_in
@form_page
@administered
def end(request: HttpRequest, scheme: Scheme, name: str, pk: int) -> HttpResponse:
    """Let a row of a list end with a day."""
    kept = kept_as(scheme, name)
    row = get_object_or_404(of(scheme, kept), pk=pk)
    if not has(kept.model, kept.ends):
        raise Http404
    words = {"help_text": _("It still counts on this day.")}
    form = EndForm(request.POST or None, today=clock.today(scheme.time_zone), **words)
    if request.method == "POST" and form.is_valid() and _end(request, scheme, kept, row, form):
        return redirect(at("list", scheme, kept.slug))
    context = {"scheme": scheme, "kept": kept, "row": row, "form": form}
    context["back"] = at("list", scheme, kept.slug)
    return render(request, "administration/end_row.html", context)


def _end(
    request: HttpRequest, scheme: Scheme, kept: EditableList, row: Model, form: EndForm
) -> bool:
    title, day = str(row), form.cleaned_data["on"]
    try:
        entering.end_row(scheme=scheme, kept=kept, row=row, on=day, by=request.user, at=clock.now())
    except ValidationError as error:
        form.add_error("on", ValidationError(error.messages))
        return False
    words = {"row": title, "day": wording.day(day)}
    messages.success(request, _("%(row)s ends on %(day)s.") % words)
    return True


@after_recent_sign_in
@form_page
@administered
def remove(request: HttpRequest, scheme: Scheme, name: str, pk: int) -> HttpResponse:
    """Take a row that has not begun off a list, after a look at it."""
    kept, now = kept_as(scheme, name), clock.now()
    row = get_object_or_404(of(scheme, kept), pk=pk)
    if not kept.begins or entering.has_begun(scheme, kept, row, at=now):
        raise Http404
    wrong = _remove(request, scheme, kept, row, now) if request.method == "POST" else []
    if request.method == "POST" and not wrong:
        return redirect(at("list", scheme, kept.slug))
    words = (in_words(row, each) for each in kept.fields)
    shown = zip(titles(kept, kept.fields), words, strict=True)
    context = {"scheme": scheme, "kept": kept, "row": row, "wrong": wrong}
    context |= {"back": at("list", scheme, kept.slug)}
    context |= {"rows": [{"key": key, "value": value} for key, value in shown]}
    return render(request, "administration/remove_row.html", context)


def _remove(
    request: HttpRequest, scheme: Scheme, kept: EditableList, row: Model, now: datetime
) -> list[dict[str, str]]:
    title = str(row)
    try:
        entering.remove_row(scheme=scheme, kept=kept, row=row, by=request.user, at=now)
    except ValidationError as error:
        return [{"text": text} for text in error.messages]
    messages.success(request, _("%(row)s is taken away.") % {"row": title})
    return []


# Which list, and whose rows


def kept_as(scheme: Scheme, name: str) -> EditableList:
    """Return the list of a scheme that has a name in addresses, or answer 404."""
    found = next((each for each in of_scheme(scheme) if each.slug == name), None)
    if found is None:
        raise Http404
    return found


def of(scheme: Scheme, kept: EditableList) -> QuerySet:
    """Return the rows of a scheme: a model of the house says whose each row is."""
    found = kept.model.objects.all()
    return found.filter(scheme=scheme.slug) if has(kept.model, "scheme") else found


def titles(kept: EditableList, names: Iterable[str]) -> list[str]:
    """Return what some fields of a list are called, as a heading."""
    return [str(capfirst(kept.model._meta.get_field(each).verbose_name)) for each in names]


def has(model: type[Model], name: str) -> bool:
    """Tell whether a model has a field of that name."""
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def _blank(scheme: Scheme, kept: EditableList) -> Model:
    return kept.model(scheme=scheme.slug) if has(kept.model, "scheme") else kept.model()
