"""Every person's most used pages can be read, heard and used by all: axe finds nothing, light or dark."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from applications import head_link, services
from decisions.administration.of_house import of_scheme
from invoicing import months
from schemes import entering
from schemes.models import Closing
from schemes.new_terms import parts_of
from schemes.registry import SCHEMES
from tests import factories

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.today("2026-04-20"),
]
# In the dark only colours differ; preloading style sheets again would run against our policy.
RULES = {
    "light": {"preload": False},
    "dark": {"preload": False, "runOnly": ["color-contrast", "link-in-text-block"]},
}
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 800}
SENT = "main form:has(.btn-primary, .btn-danger)"
ADMIN = ["index", "accounts_mandate_changelist", "schemes_closing_changelist"]


@pytest.fixture
def desk(new_page, live_server):
    """Return a function that opens a page for a person, or for a visitor."""

    def desk(user=None):
        page = new_page(viewport=WIDE, reduced_motion="reduce")
        if user:
            client = Client()
            client.force_login(user)
            value = client.cookies[configured.SESSION_COOKIE_NAME].value
            cookie = {"name": configured.SESSION_COOKIE_NAME, "value": value}
            page.context.add_cookies([cookie | {"url": live_server.url}])
        return page

    return desk


def faults(page, where):
    """Return what is wrong with the page that is open, each with where it was found."""
    found = []
    for colours, options in RULES.items():
        page.emulate_media(color_scheme=colours)
        for fault in Axe().run(page, options=options).response["violations"]:
            found.append((where, colours, fault["id"], fault["nodes"][0]["html"]))
    if not page.title().endswith("Kursmedel") or page.locator("h1").count() != 1:
        found.append((where, "title or h1", page.title()))
    page.set_viewport_size(NARROW)
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append((where, "scrolls sideways"))
    page.set_viewport_size(WIDE)
    return found


def walk(page, *places):
    """Return what is wrong with pages: each is a name and what it is about."""
    found = []
    for name, *about in places:
        response = page.goto(reverse(name, args=about))
        assert response.status == 200, name
        found += faults(page, name)
    return found


def wrong(page, name, *about):
    """Return what is wrong with a form that was sent in empty, which must say what it wants."""
    page.goto(reverse(name, args=about))
    page.locator(SENT).first.evaluate("""form => {
        form.noValidate = true;
        for (const field of form.querySelectorAll("input:not([type=hidden]), textarea, select")) {
            if (["radio", "checkbox"].includes(field.type)) field.checked = false;
            else field.value = "";
        }
        form.requestSubmit(form.querySelector(".btn-primary, .btn-danger"));
    }""")
    page.wait_for_selector(".error-summary:focus")
    return faults(page, f"{name} with errors")


def test_a_visitors_pages(desk):
    request = factories.submitted().head_requests.last()
    head = ("applications:head", head_link.token(request))
    page = desk()
    names = ["landing", "account_login", "account_signup", "account_reset_password"]
    names += ["help", "accessibility", "privacy"]
    checks = [("applications:pre_check", scheme.slug) for scheme in SCHEMES]
    told = [("applications:money", scheme.slug) for scheme in SCHEMES]
    told += [("applications:courses", each.slug) for each in SCHEMES if each.lists_courses]
    assert walk(page, *([name] for name in names), head, *checks, *told) == []
    assert wrong(page, "account_login") == []
    assert [fault for check in checks for fault in wrong(page, *check)] == []


def test_a_doctors_pages(desk):
    draft, owner = factories.draft(), factories.person()
    granted = factories.approved(by=owner)
    returned = factories.returned(by=owner)
    steps = [("applications:step", draft.uuid, step.slug) for step in draft.rules.steps]
    about = [("applications:case", each.uuid) for each in (granted, returned)]
    own = [
        ["applications:overview"],
        ["accounts:profile"],
        ["accounts:sign_ins"],
        ("applications:start", draft.scheme),
    ]
    assert walk(desk(owner), *own, *about, ("applications:withdraw", returned.uuid)) == []
    page = desk(draft.applicant)
    assert walk(page, *steps, ("applications:check", draft.uuid)) == []
    assert wrong(page, "applications:check", draft.uuid) == []
    assert wrong(page, "applications:step", draft.uuid, "costs") == []


@pytest.mark.parametrize("scheme", SCHEMES[1:], ids=lambda scheme: scheme.slug)
def test_the_steps_of_every_other_scheme(desk, scheme):
    begun = services.start(scheme=scheme, applicant=factories.person(), at=factories.APRIL)
    page = desk(begun.applicant)
    first = begun.rules.steps[0].slug
    assert walk(page, ("applications:check", begun.uuid)) == []
    assert wrong(page, "applications:step", begun.uuid, first) == []


@pytest.mark.parametrize("scheme", [each for each in SCHEMES if each.several], ids=str)
def test_the_pages_for_several_people(desk, scheme):
    page = desk(factories.person())
    assert walk(page, ("applications:several_drafts", scheme.slug)) == []
    assert wrong(page, "applications:several", scheme.slug) == []


def test_a_signatorys_pages(desk):
    waiting, refused = factories.confirmed(), factories.refused()
    page = desk(factories.signatory("chair"))
    lists = [["today"], ["decisions:queue"], ["decisions:decided"], ["decisions:funds"]]
    cases = [("decisions:case", each.uuid) for each in (waiting, refused)]
    acts = [(f"decisions:{act}", waiting.uuid) for act in ("ask_back", "lower", "recuse")]
    assert walk(page, *lists, *cases, *acts) == []
    assert wrong(page, "decisions:refuse", waiting.uuid) == []
    page.goto(reverse("decisions:queue") + "?place=mine")
    page.locator(".views summary").click()
    assert faults(page, "a view to save") == []
    page.locator("[data-keys]").click()
    assert faults(page, "the sheet of keys") == []


def test_pages_of_finance(desk):
    invoice, clerk = factories.approved().invoices.get(), factories.finance()
    page = desk(clerk)
    about = [(f"invoicing:{name}", invoice.uuid) for name in ("invoice", "correct")]
    lists = [["today"], ["invoicing:overview"], ["invoicing:months"]]
    asked = months.ask_for(
        invoices=[invoice.pk],
        scheme=invoice.application.scheme,
        month=invoice.issued_on,
        by=clerk,
        at=factories.APRIL,
    )
    assert walk(page, *lists, *about, ("invoicing:bundle", asked.uuid)) == []
    assert wrong(page, "invoicing:settle", invoice.uuid) == []


def test_an_administrators_pages(desk):
    page = desk(factories.appointed("administrator"))
    assert walk(page, *([f"admin:{name}"] for name in ADMIN)) == []
    factories.pools_of_the_year()
    assert wrong(page, "decisions:transfer") == []


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.slug)
def test_the_pages_that_keep_a_scheme(desk, scheme):
    administrator = factories.appointed("administrator", scheme=scheme.slug)
    page, day = desk(administrator), date(2027, 1, 1)
    entering.begin_terms(scheme=scheme, starts_on=day, by=administrator, at=factories.APRIL)
    pages = [("page", day, part.slug) for part in parts_of(scheme)[1:3]]
    pages += [(name, day) for name in ("terms", "check", "effect")]
    pages += [(name, kept.slug) for kept in of_scheme(scheme) for name in ("list", "add")]
    pages += [("remove_row", "closings", _closing(scheme).pk)]
    pages += [("start",), ("begin",), ("people",), ("end", administrator.mandates.get().pk)]
    about = [(f"administration:{name}", scheme.slug, *rest) for name, *rest in pages]
    assert walk(page, *about) == []
    assert wrong(page, "administration:page", scheme.slug, day, "amounts") == []
    assert wrong(page, "administration:appoint", scheme.slug) == []
    assert wrong(page, "administration:account", scheme.slug) == []
    assert wrong(page, "administration:add", scheme.slug, "closings") == []
    page.goto(reverse("administration:add", args=[scheme.slug, "closings"]))
    page.fill("[name=closes_at]", "2027-06-01T12:00")
    page.fill("[name=reason]", "Stängt över sommaren")
    page.click("main .btn-primary")
    page.wait_for_selector("[name=confirm]")
    assert faults(page, "a closing to check") == []


def _closing(scheme):
    closes = factories.APRIL.replace(year=2027)
    return Closing.objects.create(scheme=scheme.slug, closes_at=closes, reason="Stängt.")


def test_an_auditors_pages(desk):
    page = desk(factories.appointed("auditor"))
    lists = [["today"], ["decisions:queue"], ["invoicing:overview"], ["oversight:status"]]
    lists += [["oversight:retention"]]
    assert walk(page, *lists, ["applications:readings"], ["admin:index"]) == []
