"""The lists of a scheme, row by row: find, add, change, and end by a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from decisions.administration.people import EndForm
from decisions.administration.place import administered, at, form_page
from schemes import clock, entering, paging, wording
from schemes.base import EditableList, Scheme
from schemes.figure_fields import form_of, in_words
from schemes.models import Break, Organisation

A_PAGE = 50
ORGANISATIONS = EditableList(
    "organisations",
    gettext_lazy("Organisations"),
    Organisation,
    fields=("name", "code", "valid_from", "valid_to"),
    columns=("name", "code", "valid_from", "valid_to"),
    search=("name", "code"),
    lead=gettext_lazy("Who can be paid. What is issued keeps the name that it had."),
)
BREAKS = EditableList(
    "breaks",
    gettext_lazy("Decision breaks"),
    Break,
    fields=("starts_on", "ends_on", "note"),
    columns=("starts_on", "ends_on", "note"),
    lead=gettext_lazy(
        "Both days are included. A year in which no break begins has those that its terms give, so "
        "enter all breaks of a year, or none."
    ),
)


class FindForm(forms.Form):
    """Words to look for."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)


def of_scheme(scheme: Scheme) -> list[EditableList]:
    """Return the lists that an administrator of a scheme keeps: its own, then the house's."""
    return [*scheme.lists, ORGANISATIONS, *((BREAKS,) if scheme.has_breaks else ())]


@administered
def rows(request: HttpRequest, scheme: Scheme, name: str) -> HttpResponse:
    """Show a list and find in it."""
    kept, form = _list(scheme, name), FindForm(request.GET or None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found = _found(scheme, kept, words)
    page = paging.page(found, _order(kept), request.GET.get("page"), size=A_PAGE)
    today = clock.today(scheme.time_zone)
    context = {
        "scheme": scheme,
        "kept": kept,
        "form": form if kept.search else None,
        "back": at("start", scheme),
        "page": page,
        "params": request.GET,
        "titles": [
            capfirst(kept.model._meta.get_field(each).verbose_name) for each in kept.columns
        ],
        "rows": [_row(scheme, kept, row, today) for row in page.rows],
        "add": at("add", scheme, kept.slug),
    }
    return render(request, "administration/list.html", context)


def _row(scheme: Scheme, kept: EditableList, row: Model, today: date) -> dict[str, Any]:
    words = [in_words(row, name) for name in kept.columns]
    over = _ends(kept) and row.valid_to and row.valid_to < today
    return {
        "cells": list(zip(_titles(kept), words, strict=True)),
        "name": words[0],
        "url": at("change", scheme, kept.slug, row.pk),
        "end": at("end_row", scheme, kept.slug, row.pk) if _ends(kept) and not row.valid_to else "",
        "over": bool(over),
    }


def _titles(kept: EditableList) -> list[str]:
    return [str(capfirst(kept.model._meta.get_field(each).verbose_name)) for each in kept.columns]


@form_page
@administered
def add(request: HttpRequest, scheme: Scheme, name: str) -> HttpResponse:
    """Add a row to a list."""
    kept = _list(scheme, name)
    return _edited(request, scheme, kept, _blank(scheme, kept), _("It is added."))


@form_page
@administered
def change(request: HttpRequest, scheme: Scheme, name: str, pk: int) -> HttpResponse:
    """Change a row of a list."""
    kept = _list(scheme, name)
    row = get_object_or_404(_of(scheme, kept), pk=pk)
    return _edited(request, scheme, kept, row, _("The change is kept."))


def _edited(
    request: HttpRequest, scheme: Scheme, kept: EditableList, row: Model, said: str
) -> HttpResponse:
    title = str(row) if row.pk else ""
    form = form_of(kept)(request.POST or None, instance=row, use_required_attribute=False)
    if request.method == "POST" and form.is_valid() and _keep(request, scheme, kept, form):
        messages.success(request, said)
        return redirect(at("list", scheme, kept.slug))
    context = {"scheme": scheme, "kept": kept, "form": form, "row": title}
    context["back"] = at("list", scheme, kept.slug)
    return render(request, "administration/row.html", context)


def _keep(request: HttpRequest, scheme: Scheme, kept: EditableList, form: forms.ModelForm) -> bool:
    try:
        entering.keep_row(
            scheme=scheme, row=form.instance, fields=kept.fields, by=request.user, at=clock.now()
        )
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return False
    return True


@form_page
@administered
def end(request: HttpRequest, scheme: Scheme, name: str, pk: int) -> HttpResponse:
    """Let a row of a list end with a day."""
    kept = _list(scheme, name)
    if not _ends(kept):
        raise Http404
    row = get_object_or_404(_of(scheme, kept), pk=pk)
    form = EndForm(request.POST or None, today=clock.today(scheme.time_zone))
    if request.method == "POST" and form.is_valid() and _end(request, scheme, row, form):
        return redirect(at("list", scheme, kept.slug))
    context = {"scheme": scheme, "kept": kept, "row": row, "form": form}
    context["back"] = at("list", scheme, kept.slug)
    return render(request, "administration/end_row.html", context)


def _end(request: HttpRequest, scheme: Scheme, row: Model, form: EndForm) -> bool:
    day = form.cleaned_data["on"]
    try:
        entering.end_row(scheme=scheme, row=row, on=day, by=request.user, at=clock.now())
    except ValidationError as error:
        form.add_error("on", ValidationError(error.messages))
        return False
    words = {"row": row, "day": wording.day(day)}
    messages.success(request, _("%(row)s ends on %(day)s.") % words)
    return True


def _list(scheme: Scheme, name: str) -> EditableList:
    found = next((each for each in of_scheme(scheme) if each.slug == name), None)
    if found is None:
        raise Http404
    return found


def _of(scheme: Scheme, kept: EditableList) -> QuerySet:
    """Return the rows of a scheme: a model of the house says whose each row is."""
    found = kept.model.objects.all()
    return found.filter(scheme=scheme.slug) if _has(kept.model, "scheme") else found


def _found(scheme: Scheme, kept: EditableList, words: str) -> QuerySet:
    found = _of(scheme, kept)
    for word in words.split() if kept.search else ():
        anywhere = Q()
        for name in kept.search:
            anywhere |= Q(**{f"{name}__icontains": word})
        found = found.filter(anywhere)
    return found


def _order(kept: EditableList) -> Sequence[str]:
    return ["-starts_on"] if kept is BREAKS else kept.model._meta.ordering or ["pk"]


def _blank(scheme: Scheme, kept: EditableList) -> Model:
    return kept.model(scheme=scheme.slug) if _has(kept.model, "scheme") else kept.model()


def _ends(kept: EditableList) -> bool:
    return _has(kept.model, "valid_to")


def _has(model: type[Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True
