"""What everybody may read: how far the money has gone, pre-approved courses, help and the like."""

from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from applications import pages, tables
from applications.forms import CourseSearchForm
from applications.handing_out import asked_as_table
from database import paging
from drawing.columns import columns, mark
from schemes import clock, spending
from schemes.registry import SCHEMES

A_PAGE = 50


@login_not_required
@require_safe
def money(request: HttpRequest, scheme: str) -> HttpResponse:
    """Show what was granted from each pool over time, as a picture and as the same figures."""
    chosen = pages.scheme_asked_for(scheme)
    pools = spending.of_scheme(chosen, on=clock.today(chosen.time_zone))
    context = {"scheme": chosen, "pools": [_pictured(pool) for pool in pools]}
    return render(request, "applications/money.html", context)


@login_not_required
@require_safe
def courses(request: HttpRequest, scheme: str) -> HttpResponse:
    """Show the courses that are approved beforehand, and find them by their words (L12)."""
    chosen = pages.scheme_asked_for(scheme, offering="lists_courses")
    form = CourseSearchForm(request.GET or None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found = chosen.listed_courses(words=words, on=clock.today(chosen.time_zone))
    name = f"{chosen.slug}-courses"
    if file := asked_as_table(request, name=name, table=lambda: tables.courses(found)):
        return file
    page = paging.of_list(found, request.GET.get("page"), size=A_PAGE)
    context = {
        "scheme": chosen,
        "form": form,
        "page": page,
        "params": request.GET,
        "dated": any(course.starts_on for course in page.rows),
    }
    return render(request, "applications/courses.html", context)


ABOUT = {
    "help": _("Help"),
    "accessibility": _("Accessibility"),
    "privacy": _("Your data"),
}


@login_not_required
@require_safe
def about(request: HttpRequest, page: str) -> HttpResponse:
    """Show one of the pages about the service itself, with whom to ask."""
    contacts = [
        {"scheme": each, "email": each.contact(on=clock.today(each.time_zone))} for each in SCHEMES
    ]
    reset = reverse("account_reset_password")
    context = {"title": ABOUT[page], "contacts": contacts, "reset": reset}
    return render(request, f"about/{page}.html", context)


def _pictured(pool: spending.Spending) -> dict[str, Any]:
    highest = max(pool.budget, *(each.so_far for each in pool.periods), Decimal(1))
    stacks = [[("granted", each.so_far)] for each in pool.periods]
    budget = mark("budget", pool.budget, _("Budget"), highest=highest)
    return {"pool": pool, "columns": columns(stacks, highest=highest), "lines": [budget]}
