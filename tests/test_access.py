"""Who gets what at every address: a table, and every row of it tried.

The columns are those who look: nobody signed in, a stranger with an account, the owner of the application,
chair and representative, finance of the application's administration, of another one and of the whole
scheme, the scheme's administrator, its auditor. What stands in a cell is the answer's code; `in` is the way
to the sign-in page, `-` is the way elsewhere.
"""

import contextlib
import re
from datetime import date
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from applications import head_link, holds
from invoicing import months, packet
from invoicing.models import Invoice
from schemes import entering
from schemes.models import Break, Organisation
from tests import factories

TODAY = "2026-04-20"
pytestmark = [pytest.mark.django_db, pytest.mark.today(TODAY)]

VIEWERS = [
    *("anonymous", "stranger", "owner", "chair", "representative"),
    *("finance", "other", "whole", "admin", "auditor"),
]

# name of the address, what it is about, method: one cell for each who looks
TABLE = """
                                       anon. str.  owner chair repr. fin.  other whole admin audit
landing                .          GET  200   -     -     -     -     -     -     -     -     -
today                  .          GET  in    404   404   200   200   200   200   200   200   200
help                   .          GET  200   200   200   200   200   200   200   200   200   200
accessibility          .          GET  200   200   200   200   200   200   200   200   200   200
privacy                .          GET  200   200   200   200   200   200   200   200   200   200
health                 .          GET  200   200   200   200   200   200   200   200   200   200
style                  .          GET  200   200   200   200   200   200   200   200   200   200
set_language           .          POST -     -     -     -     -     -     -     -     -     -
accounts:profile       .          GET  in    200   200   200   200   200   200   200   200   200
accounts:sign_ins      .          GET  in    200   200   200   200   200   200   200   200   200
accounts:end_sign_ins  .          POST in    -     -     -     -     -     -     -     -     -
accounts:kept          no_batch   GET  in    404   404   404   404   404   404   404   404   404
accounts:enter         .          POST 404   404   404   404   404   404   404   404   404   404
accounts:inbox         .          GET  404   404   404   404   404   404   404   404   404   404
accounts:letter        letter     GET  404   404   404   404   404   404   404   404   404   404
applications:overview  .          GET  in    200   200   200   200   200   200   200   200   200
applications:head      token      GET  200   200   200   200   200   200   200   200   200   200
applications:paper     paper      GET  in    404   200   200   200   404   404   404   200   200
applications:paper     paid_paper GET  in    404   200   200   200   200   404   200   200   200
applications:document  document   GET  in    404   200   200   200   404   404   404   200   200
applications:readings  .          GET  in    404   404   404   404   404   404   404   404   200
applications:case      draft      GET  in    404   200   404   404   404   404   404   404   404
applications:case      waiting    GET  in    404   200   404   404   404   404   404   404   404
applications:case      granted    GET  in    404   200   404   404   404   404   404   404   404
applications:resume    draft      GET  in    404   -     404   404   404   404   404   404   404
applications:withdraw  waiting    GET  in    404   200   404   404   404   404   404   404   404
applications:withdraw  waiting    POST in    404   -     404   404   404   404   404   404   404
applications:report    granted    GET  in    404   -     404   404   404   404   404   404   404
applications:report    granted    POST in    404   -     404   404   404   404   404   404   404
applications:ask_head  waiting    GET  in    404   -     404   404   404   404   404   404   404
applications:ask_head  waiting    POST in    404   -     404   404   404   404   404   404   404
applications:copy      waiting    POST in    404   -     404   404   404   404   404   404   404
applications:pre_check scheme     GET  200   200   200   200   200   200   200   200   200   200
applications:money     scheme     GET  200   200   200   200   200   200   200   200   200   200
applications:courses   refunds    GET  200   200   200   200   200   200   200   200   200   200
applications:start     scheme     GET  in    200   200   200   200   200   200   200   200   200
applications:start     scheme     POST in    -     -     -     -     -     -     -     -     -
applications:several   scheme     GET  in    404   404   404   404   404   404   404   404   404
applications:several   scheme     POST in    404   404   404   404   404   404   404   404   404
applications:several_drafts scheme GET in    404   404   404   404   404   404   404   404   404
applications:several_of waiting   GET  in    404   404   404   404   404   404   404   404   404
applications:several_of waiting   POST in    404   404   404   404   404   404   404   404   404
applications:step      step       GET  in    404   200   404   404   404   404   404   404   404
applications:step      step       POST in    404   200   404   404   404   404   404   404   404
applications:autosave  step       POST in    404   409   404   404   404   404   404   404   404
applications:amount    draft      GET  in    404   200   404   404   404   404   404   404   404
applications:check     draft      GET  in    404   200   404   404   404   404   404   404   404
applications:check     draft      POST in    404   200   404   404   404   404   404   404   404
applications:receipt   waiting    GET  in    404   200   404   404   404   404   404   404   404
decisions:queue        .          GET  in    404   404   200   200   404   404   404   200   200
decisions:sign_many    .          POST in    404   404   -     -     404   404   404   404   404
decisions:save_view    .          POST in    404   404   -     -     404   404   404   -     -
decisions:remove_view  no_view    POST in    404   404   -     -     404   404   404   -     -
decisions:decided      .          GET  in    404   404   200   200   404   404   404   200   200
decisions:funds        .          GET  in    404   404   200   200   404   404   404   200   200
oversight:status       .          GET  in    404   404   404   404   404   404   404   200   200
oversight:retention    .          GET  in    404   404   404   404   404   404   404   200   200
oversight:hold         .          POST in    404   404   404   404   404   404   404   200   404
oversight:lift         hold       POST in    404   404   404   404   404   404   404   -     404
oversight:takeout      .          POST in    200   200   200   200   200   200   200   200   200
oversight:takeout_of   applicant  GET  in    404   404   404   404   404   404   404   200   404
decisions:transfer     .          GET  in    404   404   404   404   404   404   404   200   404
decisions:transfer     .          POST in    404   404   404   404   404   404   404   200   404
decisions:case         draft      GET  in    404   404   404   404   404   404   404   404   404
decisions:case         waiting    GET  in    404   404   200   200   404   404   404   200   200
decisions:case         granted    GET  in    404   404   200   200   404   404   404   200   200
decisions:sign         waiting    POST in    404   404   -     -     404   404   404   404   404
decisions:sign         draft      POST in    404   404   404   404   404   404   404   404   404
decisions:refuse       waiting    GET  in    404   404   200   200   404   404   404   404   404
decisions:refuse       waiting    POST in    404   404   200   200   404   404   404   404   404
decisions:ask_back     waiting    GET  in    404   404   200   200   404   404   404   404   404
decisions:ask_back     waiting    POST in    404   404   200   200   404   404   404   404   404
decisions:judge        waiting    GET  in    404   404   404   404   404   404   404   404   404
decisions:judge        waiting    POST in    404   404   404   404   404   404   404   404   404
decisions:lower        waiting    GET  in    404   404   200   200   404   404   404   404   404
decisions:lower        waiting    POST in    404   404   200   200   404   404   404   404   404
decisions:recuse       waiting    GET  in    404   404   200   200   404   404   404   404   404
decisions:recuse       waiting    POST in    404   404   200   200   404   404   404   404   404
decisions:note         waiting    POST in    404   404   200   200   404   404   404   404   404
decisions:cancel       granted    GET  in    404   200   404   404   404   404   404   404   404
decisions:cancel       granted    POST in    404   200   404   404   404   404   404   404   404
administration:own     .          GET  in    404   404   404   404   404   404   404   -     404
administration:start   scheme     GET  in    404   404   404   404   404   404   404   200   404
administration:follow  scheme     POST in    404   404   404   404   404   404   404   -     404
administration:begin   scheme     GET  in    404   404   404   404   404   404   404   200   404
administration:begin   scheme     POST in    404   404   404   404   404   404   404   200   404
administration:terms   terms      GET  in    404   404   404   404   404   404   404   200   404
administration:page    terms_page GET  in    404   404   404   404   404   404   404   200   404
administration:page    terms_page POST in    404   404   404   404   404   404   404   200   404
administration:check   terms      GET  in    404   404   404   404   404   404   404   200   404
administration:check   terms      POST in    404   404   404   404   404   404   404   200   404
administration:effect  terms      GET  in    404   404   404   404   404   404   404   200   404
administration:discard terms      POST in    404   404   404   404   404   404   404   -     404
administration:people  scheme     GET  in    404   404   404   404   404   404   404   200   404
administration:appoint scheme     GET  in    404   404   404   404   404   404   404   200   404
administration:appoint scheme     POST in    404   404   404   404   404   404   404   200   404
administration:account scheme     GET  in    404   404   404   404   404   404   404   200   404
administration:account scheme     POST in    404   404   404   404   404   404   404   200   404
administration:end     mandate    GET  in    404   404   404   404   404   404   404   200   404
administration:end     mandate    POST in    404   404   404   404   404   404   404   200   404
administration:list    list       GET  in    404   404   404   404   404   404   404   200   404
administration:add     list       GET  in    404   404   404   404   404   404   404   200   404
administration:add     list       POST in    404   404   404   404   404   404   404   200   404
administration:change  list_row   GET  in    404   404   404   404   404   404   404   200   404
administration:change  list_row   POST in    404   404   404   404   404   404   404   200   404
administration:end_row list_row   GET  in    404   404   404   404   404   404   404   200   404
administration:end_row list_row   POST in    404   404   404   404   404   404   404   200   404
administration:remove_row coming  GET  in    404   404   404   404   404   404   404   200   404
administration:remove_row coming  POST in    404   404   404   404   404   404   404   -     404
administration:remove_row list_row POST in   404   404   404   404   404   404   404   404   404
invoicing:overview     .          GET  in    404   404   404   404   200   200   200   200   200
invoicing:download     .          POST in    404   404   404   404   -     -     -     -     -
invoicing:mark_sent    .          POST in    404   404   404   404   -     -     -     404   404
invoicing:mail         .          POST in    404   404   404   404   404   404   404   404   404
invoicing:invoice      invoice    GET  in    404   404   404   404   200   404   200   200   200
invoicing:packet       invoice    POST in    404   404   404   404   200   404   200   200   200
invoicing:settle       invoice    GET  in    404   404   404   404   200   404   200   404   404
invoicing:settle       invoice    POST in    404   404   404   404   200   404   200   404   404
invoicing:correct      invoice    GET  in    404   404   404   404   200   404   200   404   404
invoicing:correct      invoice    POST in    404   404   404   404   200   404   200   404   404
invoicing:months       .          GET  in    404   404   404   404   200   200   200   200   200
invoicing:ask_for_bundle .        POST in    404   404   404   404   404   404   404   404   404
invoicing:bundle       bundle     GET  in    404   404   404   404   404   404   200   404   404
invoicing:bundle_file  bundle     POST in    404   404   404   404   404   404   -     404   404
invoicing:release      .          POST in    404   404   404   404   -     -     -     404   404
invoicing:batch        no_batch   GET  in    404   404   404   404   404   404   404   404   404
invoicing:batch_file   no_file    POST in    404   404   404   404   404   404   404   404   404
invoicing:statement    no_batch   GET  in    404   404   404   404   404   404   404   404   404
invoicing:postpone     invoice    GET  in    404   404   404   404   404   404   404   200   404
invoicing:postpone     invoice    POST in    404   404   404   404   404   404   404   200   404
"""

# Addresses that other people's code answers: a row for a group of them.
GROUPS = {
    "admin": r"admin:",
    "sign-in": r"(account|mfa|socialaccount|openid_connect)_|social/",
}
# The pages of signing in that need nobody signed in; all others lead to the sign-in page.
BEFORE_SIGN_IN = {
    "account_login",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "socialaccount_login_cancelled",
}
# The admin's lists: what the scheme's administrator and its auditor may do there. All else is closed.
ADMIN_LISTS = {
    "accounts_mandate": ("list", "list"),
    "accounts_user": ("list", "list"),
    "schemes_organisation": ("list", "list"),
    "schemes_break": ("list", "list"),
    "schemes_closing": ("list", "list"),
    "schemes_pool": ("list", "list"),
    "schemes_ledgerentry": ("list", "list"),
    "schemes_personalallowance": ("list", "list"),
    "schemes_act": ("list", "list"),
    "schemes_retentionterm": ("list", "list"),
    "rfr_datedterms": ("list", "list"),
    "rfr_zone": ("list", "list"),
}
WORDS = {"changelist": "list", "add": "add"}


def rows():
    for line in TABLE.strip("\n").splitlines()[1:]:
        name, about, method, *cells = line.split()
        yield pytest.param(name, about, method, cells, id=f"{name}-{about}-{method}")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """People of every kind and one application in each situation; all of it goes with the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _world()
        transaction.set_rollback(True)


def _world():
    mine, other = Organisation.objects.filter(scheme=factories.SCHEME.slug)[:2]
    owner = factories.person()
    chair, representative = factories.signatory("chair"), factories.signatory("representative")
    viewers = {
        "anonymous": None,
        "stranger": factories.person(),
        "owner": owner,
        "chair": chair,
        "representative": representative,
        "finance": factories.finance(mine),
        "other": factories.finance(other),
        "whole": factories.finance(),
        "admin": factories.appointed("administrator"),
        "auditor": factories.appointed("auditor"),
    }
    things = _things(owner, chair, representative)
    factories.pools_of_the_year()
    things["hold"] = [_hold(viewers["admin"], owner).pk]
    things["bundle"] = [_bundle(viewers["whole"], owner).uuid]
    return SimpleNamespace(viewers=viewers, things=things)


def _hold(by, owner):
    case = owner.applications.exclude(submitted_at=None).first()
    return holds.hold(application=case, reason="A lawsuit", by=by, at=factories.APRIL)


def _bundle(by, owner):
    granted = Invoice.objects.filter(application__applicant=owner).values_list("pk", flat=True)
    month, at = factories.APRIL.date(), factories.APRIL
    return months.ask_for(invoices=granted, scheme=factories.SCHEME.slug, month=month, by=by, at=at)


def _things(owner, chair, representative):
    waiting = factories.confirmed(by=owner)
    granted = factories.approved(by=owner, chair=chair, representative=representative)
    invoice = granted.invoices.get()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packet, "build", lambda invoice: b"%PDF-1.7")
        packet.render(invoice.packet.pk, at=factories.APRIL)
    draft = factories.draft(by=owner)
    return {
        ".": [],
        "scheme": [draft.scheme],
        "refunds": ["fastlege"],
        "draft": [draft.uuid],
        "step": [draft.uuid, draft.rules.steps[0].slug],
        "waiting": [waiting.uuid],
        "applicant": [owner.pk],
        **_administered(chair),
        "token": [head_link.token(waiting.head_requests.last())],
        "paper": [_paper(waiting).uuid],
        "paid_paper": [_paper(granted).uuid],
        "document": [_document(waiting).uuid],
        "letter": ["none"],
        "granted": [granted.uuid],
        "invoice": [invoice.uuid],
        # Payments of a scheme that pays out have tests of their own: tests/payout.
        "no_batch": [uuid4()],
        "no_file": [uuid4(), "csv"],
        "no_view": [0],
    }


def _administered(chair):
    """What an administrator works on: a draft of terms, a mandate, a list and a row of it."""
    scheme, day = factories.SCHEME, date(2027, 1, 1)
    entering.begin_terms(scheme=scheme, starts_on=day, by=chair, at=factories.APRIL)
    row = Organisation.objects.filter(scheme=scheme.slug).first()
    coming = Break.objects.create(scheme=scheme.slug, starts_on=day, ends_on=day)
    return {
        "terms": [scheme.slug, day],
        "terms_page": [scheme.slug, day, scheme.terms_parts[0].slug],
        "mandate": [scheme.slug, chair.mandates.get().pk],
        "list": [scheme.slug, "organisations"],
        "list_row": [scheme.slug, "organisations", row.pk],
        "coming": [scheme.slug, "breaks", coming.pk],
    }


def _paper(application):
    papers = application.papers.model.objects
    return papers.create(
        application=application,
        kind="programme",
        file=ContentFile(b"%PDF-1.7", name="programme.pdf"),
        name="programme.pdf",
        content_type="application/pdf",
        size=8,
        uploaded_at=factories.APRIL,
    )


def _document(application):
    document = application.documents.first()
    document.file.save("confirmation.pdf", ContentFile(b"%PDF-1.7"), save=False)
    document.rendered_at = factories.APRIL
    document.save()
    return document


def answer(world, viewer, name, about=".", method="GET"):
    """Return the code of the answer, and undo what the request changed."""
    client = Client()
    with transaction.atomic():
        if user := world.viewers[viewer]:
            client.force_login(user)
        response = getattr(client, method.lower())(reverse(name, args=world.things[about]))
        list(response)  # a file is read to its end, and closed by that
        transaction.set_rollback(True)
    if response.status_code not in (301, 302):
        return str(response.status_code)
    return "in" if "/account/login/" in response.url else "-"


@pytest.mark.parametrize(("name", "about", "method", "cells"), list(rows()))
def test_everyone_gets_what_the_table_says(world, name, about, method, cells):
    found = {viewer: answer(world, viewer, name, about, method) for viewer in VIEWERS}
    assert found == dict(zip(VIEWERS, cells, strict=True))


def test_every_page_refuses_a_method_that_it_does_not_know(world):
    """Only what looks is held to reading, and only a form to its token: nothing third comes in."""
    opens = {
        (name, about): VIEWERS[cells.index("200")]
        for name, about, method, cells in (row.values for row in rows())
        if method == "GET" and "200" in cells
    }
    taken = [
        where for where, viewer in opens.items() if answer(world, viewer, *where, "TRACE") != "405"
    ]
    assert taken == []


@pytest.mark.parametrize("viewer", VIEWERS)
def test_every_form_that_is_posted_carries_a_key(world, viewer):
    """The style page's example is sent nowhere."""
    unkeyed = [
        (name, form[:90])
        for name, about, method, cells in (row.values for row in rows())
        if method == "GET" and cells[VIEWERS.index(viewer)] == "200" and name != "style"
        for form in posted_forms(world, viewer, name, about)
        if 'name="form_key"' not in form
    ]
    assert unkeyed == []


def posted_forms(world, viewer, name, about):
    client = Client()
    if user := world.viewers[viewer]:
        client.force_login(user)
    response = client.get(reverse(name, args=world.things[about]))
    html = b"".join(response).decode(errors="ignore")
    return re.findall(r'<form[^>]*method="post".*?</form>', html, re.DOTALL)


def every_address(patterns=None, prefix=""):
    """Return the name of every address, walking the resolver."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield prefix + (pattern.name or str(pattern.pattern))
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from every_address(pattern.url_patterns, prefix + inner)


def grouped(group):
    """Return the addresses of a group that need no further words."""
    for name in every_address():
        if re.match(GROUPS[group], name):
            with contextlib.suppress(NoReverseMatch):
                reverse(name)
                yield name


def test_pages_about_ones_own_sign_in_need_one(world):
    opened = {name for name in grouped("sign-in") if answer(world, "anonymous", name) == "200"}
    assert opened == BEFORE_SIGN_IN


@pytest.mark.parametrize("viewer", ["anonymous", "stranger", "owner", "chair", "whole"])
def test_the_admin_is_closed_to_all_but_administrator_and_auditor(world, viewer):
    assert {answer(world, viewer, name) for name in grouped("admin")} <= {"in", "-", "403"}


@pytest.mark.parametrize(("viewer", "place"), [("admin", 0), ("auditor", 1)])
def test_the_admin_opens_what_the_mandate_opens(world, viewer, place):
    found = {}
    for name in grouped("admin"):
        model, _, page = name.removeprefix("admin:").rpartition("_")
        if page in WORDS and answer(world, viewer, name) == "200":
            found.setdefault(model, []).append(WORDS[page])
    assert {model: " ".join(pages) for model, pages in found.items()} == {
        model: allowed[place] for model, allowed in ADMIN_LISTS.items()
    }


def test_every_address_has_a_row():
    named = {row.values[0] for row in rows()}
    in_groups = re.compile("|".join(GROUPS.values()))
    missing = {name for name in every_address() if not in_groups.match(name)} - named
    assert missing == set()
