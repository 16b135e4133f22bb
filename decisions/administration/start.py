"""Where the administration of a scheme begins: what is in force, what next year lacks, who stops soon."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import mandates
from accounts.models import Mandate
from accounts.office import in_scheme, scheme_of, schemes_tabs
from accounts.session_ends import after_recent_sign_in
from decisions import funds
from decisions.administration import of_house
from decisions.administration.place import administered, at
from drawing import wording
from schemes import clock, entering
from schemes.base import Scheme
from schemes.figure_fields import in_words
from schemes.models import Act, Break, PayingAccount, TermsDraft
from schemes.new_terms import newest, parts_of, terms_model
from schemes.services import PoolTooSmall

SOON = timedelta(days=90)
LATELY = 10
Task = dict[str, Any]


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Lead to the first scheme that the person administers."""
    return redirect(at("start", scheme_of(request, mandates.ADMINISTRATOR)))


@require_safe
@administered
def page(request: HttpRequest, scheme: Scheme) -> HttpResponse:
    """Show what is in force, what is missing for next year, whose mandates end, what was done."""
    today = clock.today(scheme.time_zone)
    coming = date(today.year + 1, 1, 1)
    context = {
        "scheme": scheme,
        "schemes": schemes_tabs(request, scheme, mandates.ADMINISTRATOR, at=partial(at, "start")),
        "today": today,
        "year": coming.year,
        "tasks": _tasks(scheme, coming),
        "drafts": _drafts(scheme),
        "in_force": _in_force(scheme, today),
        "pools": funds.of_year(scheme, on=today),
        "later": _later(scheme, today),
        "out_of_step": _out_of_step(scheme, today),
        "follow": at("follow", scheme),
        "ending": _ending(scheme, today),
        "acts": [_told(act) for act in Act.objects.filter(scheme=scheme.slug)[:LATELY]],
        "lists": [
            {"title": kept.title, "url": at("list", scheme, kept.slug)}
            for kept in of_house.of_scheme(scheme)
        ],
        "people": at("people", scheme),
        "appoint": at("appoint", scheme),
        "begin": at("begin", scheme) if parts_of(scheme) else "",
        "funds": _funds(scheme, on=today),
    }
    return render(request, "administration/start.html", context)


@after_recent_sign_in
@require_POST
@administered
def follow(request: HttpRequest, scheme: Scheme) -> HttpResponse:
    """Give the pools the budgets of the terms in force."""
    try:
        entering.follow_terms(scheme=scheme, by=request.user, at=clock.now())
        messages.success(request, _("The pool has what the terms in force give."))
    except PoolTooSmall:
        messages.warning(request, _("More than the new budget of the pool is granted already."))
    return redirect(at("start", scheme))


def _out_of_step(scheme: Scheme, today: date) -> list[str]:
    """Return in words which pools do not have what the terms in force give them."""
    words = _("%(pool)s has %(has)s. By the terms in force it would have %(would)s.")
    return [
        words
        % {
            "pool": scheme.pool_title(pool.key),
            "has": wording.money(pool.budget, scheme.currency),
            "would": wording.money(pool.budget + more, scheme.currency),
        }
        for pool, more in entering.out_of_step(scheme, on=today).items()
    ]


# What next year needs


def _tasks(scheme: Scheme, coming: date) -> list[Task]:
    found = [_terms(scheme, coming), *_pools(scheme, coming), _breaks(scheme, coming)]
    found += [_account(scheme, coming), *_signatories(scheme, coming)]
    return [task for task in found if task]


def _terms(scheme: Scheme, coming: date) -> Task | None:
    if not parts_of(scheme):
        return None
    begins = newest(scheme)
    task = {
        "title": _("Terms"),
        "url": at("begin", scheme),
        "label": _("Not started"),
        "tone": "warn",
    }
    if begins and begins >= coming:
        return task | {"label": _("Entered"), "tone": "good", "url": ""}
    if TermsDraft.objects.filter(scheme=scheme.slug, starts_on=coming).exists():
        task |= {"label": _("Draft"), "tone": "accent", "url": at("terms", scheme, coming)}
    if begins:
        words = _("Without new ones those from %(day)s go on.")
        task["hint"] = words % {"day": wording.day(begins)}
    return task


def _pools(scheme: Scheme, coming: date) -> list[Task]:
    """Return what next year's pools would hold by the terms as they are entered."""
    return [
        {
            "title": each.title,
            "hint": wording.money(each.budget, scheme.currency),
            "label": _("By the terms") if each.budget else _("No money"),
            "tone": "neutral" if each.budget else "warn",
        }
        for each in funds.of_year(scheme, on=coming)
    ]


def _breaks(scheme: Scheme, coming: date) -> Task | None:
    if not scheme.has_breaks:
        return None
    entered = Break.objects.filter(scheme=scheme.slug, starts_on__year=coming.year).exists()
    days = [
        f"{wording.day(first)} – {wording.day(last)}"
        for first, last in scheme.breaks_of(coming.year)
    ]
    label = (_("Entered"), "good") if entered else (_("By the terms"), "neutral")
    return {
        "title": _("Decision breaks"),
        "url": at("list", scheme, of_house.BREAKS.slug),
        "hint": "; ".join(days),
        "label": label[0],
        "tone": label[1],
    }


def _account(scheme: Scheme, coming: date) -> Task | None:
    if not scheme.pays_out:
        return None
    rows = PayingAccount.objects.filter(scheme=scheme.slug, valid_from__lte=coming)
    known = rows.exists()
    return {
        "title": _("Paying account"),
        "url": at("list", scheme, of_house.ACCOUNTS.slug),
        "label": _("Known") if known else _("Missing"),
        "tone": "good" if known else "bad",
    }


def _signatories(scheme: Scheme, coming: date) -> list[Task]:
    tasks = []
    for capacity in scheme.capacities:
        held = list(mandates.holders(capacity.slug, scheme=scheme.slug, on=coming))
        people = ", ".join(map(_named, held))
        tasks.append(
            {
                "title": capacity.label,
                "url": at("appoint", scheme),
                "hint": people or _("Nobody holds this on %(day)s.") % {"day": wording.day(coming)},
                "label": _("Appointed") if held else _("Missing"),
                "tone": "good" if held else "bad",
            }
        )
    return tasks


def _named(mandate: Mandate) -> str:
    """Return a holder's name under the capacity's own title: only of a deputy it says more."""
    deputy = _("deputy")
    return f"{mandate.user} ({deputy})" if mandate.deputy else str(mandate.user)


# What is in force and what comes


def _drafts(scheme: Scheme) -> list[Task]:
    rows = TermsDraft.objects.filter(scheme=scheme.slug).select_related("changed_by")
    return [{"draft": row, "url": at("terms", scheme, row.starts_on)} for row in rows]


def _later(scheme: Scheme, today: date) -> list[Task]:
    """Return the terms that are entered and not in force yet, with what they would change."""
    if not parts_of(scheme):
        return []
    rows = terms_model(scheme).objects.filter(valid_from__gt=today).order_by("valid_from")
    days = rows.values_list("valid_from", flat=True)
    return [{"day": day, "url": at("effect", scheme, day)} for day in days]


def _in_force(scheme: Scheme, today: date) -> list[Task]:
    """Return the figures in force, page by page, in words, each with the day they count from."""
    sections, rows = [], {}
    for part in scheme.terms_parts:
        if part.rows:
            continue
        if part.model not in rows:
            begun = part.model.objects.filter(valid_from__lte=today).order_by("-valid_from")
            rows[part.model] = begun.first()
        if row := rows[part.model]:
            sections.append(_section(scheme, part, row))
    return sections


def _section(scheme: Scheme, part: Any, row: Any) -> Task:
    figures = [
        {
            "label": capfirst(row._meta.get_field(name).verbose_name),
            "value": in_words(row, name, currency=scheme.currency if name in part.amounts else ""),
        }
        for name in part.fields
    ]
    return {"title": part.title, "since": row.valid_from, "figures": figures}


def _funds(scheme: Scheme, *, on: date) -> dict[str, str]:
    """Return the way to the pools, and what one finds there."""
    label = _("Funds, and moving budget") if funds.to_move(scheme, on=on) else _("Funds")
    return {"url": in_scheme("decisions:funds", scheme), "label": label}


# People, and what was done


def _ending(scheme: Scheme, today: date) -> QuerySet[Mandate]:
    held = Mandate.objects.valid_on(today).filter(scheme=scheme.slug, valid_to__lte=today + SOON)
    return held.select_related("user", "organisation").order_by("valid_to", "pk")


def _told(act: Act) -> dict[str, Any]:
    n = len(act.figures)
    changed = ngettext("%(n)s figure", "%(n)s figures", n) % {"n": n} if n else ""
    title = f"{act.get_kind_display()}: {act.about}"
    return {"title": title, "at": act.at, "who": act.by_name, "text": changed}
