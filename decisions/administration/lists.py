"""The lists of a scheme: find a row, and see what can be done with it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from applications.handing_out import asked_as_table
from database import paging
from decisions.administration.place import administered, at
from decisions.administration.rows import has, kept_as, of, titles
from drawing.spreadsheet import Table
from drawing.wording import alphabetical
from schemes import clock, entering
from schemes.base import Scheme
from schemes.figure_fields import in_words
from schemes.pages import EditableList

A_PAGE = 50
Found = QuerySet | list[Model]


class FindForm(forms.Form):
    """Words to look for."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)


@require_safe
@administered
def rows(request: HttpRequest, scheme: Scheme, name: str) -> HttpResponse:
    """Show a list and find in it."""
    kept, form = kept_as(scheme, name), FindForm(request.GET or None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found = (_read if kept.by_words else _found)(scheme, kept, words)
    name = f"{scheme.slug}-{kept.slug}"
    if file := asked_as_table(request, name=name, table=lambda: _table(kept, found)):
        return file
    page = _page(kept, found, request.GET.get("page"))
    now = clock.now()
    context = {
        "scheme": scheme,
        "kept": kept,
        "form": form if kept.search else None,
        "back": at("start", scheme),
        "page": page,
        "params": request.GET,
        "titles": titles(kept, kept.columns),
        "rows": [_row(scheme, kept, row, now) for row in page.rows],
        "add": at("add", scheme, kept.slug),
    }
    return render(request, "administration/list.html", context)


def _page(kept: EditableList, found: Found, asked: str | None) -> paging.Page:
    if isinstance(found, list):
        return paging.of_list(found, asked, size=A_PAGE)
    return paging.page(found, _order(kept), asked, size=A_PAGE)


def _table(kept: EditableList, found: Found) -> Table:
    """Return the list as a table; days are days and amounts amounts, the rest is as it is shown."""
    cells = ([_cell(row, name) for name in kept.columns] for row in found)
    return titles(kept, kept.columns), cells


def _cell(row: Model, name: str) -> Any:
    value = getattr(row, name)
    plain = isinstance(value, date | Decimal) and not isinstance(value, datetime)
    return value if plain or value in (None, "") else in_words(row, name)


def _row(scheme: Scheme, kept: EditableList, row: Model, now: datetime) -> dict[str, Any]:
    words = [in_words(row, name) for name in kept.columns]
    return {
        "cells": list(zip(titles(kept, kept.columns), words, strict=True)),
        "name": words[0],
        "over": _is_over(scheme, kept, row, now),
        "ways": [
            {"label": label, "url": at(name, scheme, kept.slug, row.pk)}
            for name, label in _ways(scheme, kept, row, now)
        ],
    }


def _ways(
    scheme: Scheme, kept: EditableList, row: Model, now: datetime
) -> Iterator[tuple[str, str]]:
    """Give what can be done with a row: address and words."""
    begun = not kept.begins or entering.has_begun(scheme, kept, row, at=now)
    if kept.changes:
        yield "change", _("Change")
    if not begun:
        yield "remove_row", _("Take away")
    elif _can_end(scheme, kept, row, now):
        yield "end_row", _("End")


def _can_end(scheme: Scheme, kept: EditableList, row: Model, now: datetime) -> bool:
    if not has(kept.model, kept.ends):
        return False
    last = getattr(row, kept.ends)
    return last is None or last > scheme.local_day(now)


def _is_over(scheme: Scheme, kept: EditableList, row: Model, now: datetime) -> bool:
    last = getattr(row, kept.over or kept.ends, None)
    return bool(last and last < (now if isinstance(last, datetime) else scheme.local_day(now)))


def _found(scheme: Scheme, kept: EditableList, words: str) -> QuerySet:
    found = _ordered(scheme, kept)
    for word in words.split() if kept.search else ():
        anywhere = Q()
        for name in kept.search:
            anywhere |= Q(**{f"{name}__icontains": word})
        found = found.filter(anywhere)
    return found


def _read(scheme: Scheme, kept: EditableList, words: str) -> list[Model]:
    """Return the rows in whose first column each word is read, in the order in which it reads."""
    read = [(in_words(row, kept.columns[0]), row) for row in _ordered(scheme, kept)]
    sought = words.casefold().split()
    found = [each for each in read if all(word in each[0].casefold() for word in sought)]
    return [row for _text, row in sorted(found, key=lambda each: alphabetical(each[0]))]


def _ordered(scheme: Scheme, kept: EditableList) -> QuerySet:
    return of(scheme, kept).order_by(*_order(kept), "pk")


def _order(kept: EditableList) -> Sequence[str]:
    return kept.order or kept.model._meta.ordering or ["pk"]
