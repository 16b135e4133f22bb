"""Swedish and Norwegian are whole: every text is translated, and no page falls back to English."""

import ast
import re
from datetime import date
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts import once
from accounts import services as people
from accounts.models import KeptForm
from applications import head_link, services
from applications.models import Notice
from decisions.administration.of_house import of_scheme
from drawing import pdf
from invoicing import months, packet
from local import messages
from schemes import entering
from schemes.models import Closing
from schemes.new_terms import parts_of
from schemes.registry import SCHEMES
from tests import factories
from tests.applications.files import upload
from tests.schemes.test_fastlege_forms import ANSWERS

TODAY = "2026-04-20"
pytestmark = [pytest.mark.django_db, pytest.mark.today(TODAY)]

TRANSLATED = ["sv", "nb"]
REFUND = SCHEMES[1]
ENOUGH = 12  # characters: shorter texts are words that languages share
PLACEHOLDERS = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}|<[^>]*>")
ADDRESS = re.compile(r"https?://\S+")
ENDS = re.compile("[.?!:…,]?$")
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
READ_OUT = {"aria-label", "title", "placeholder", "alt"}

# Who looks at what: the address and what it is about.
OPEN_PAGES = [
    *("landing", "account_login", "account_signup", "account_reset_password"),
    *("account_reset_password_done", "help", "accessibility", "privacy"),
]
OWN_PAGES = [
    *(
        "accounts:profile",
        "accounts:sign_ins",
        "applications:overview",
        "account_email",
        "account_change_password",
    ),
    *("account_logout", "mfa_index"),
]
OWNER = [
    *(("case", name) for name in ("draft", "waiting", "asked", "granted", "refused", "ended")),
    *(("check", name) for name in ("draft", "asked")),
    *(("withdraw", "waiting"), ("ask_head", "submitted"), ("receipt", "submitted")),
]
CASE = ["case", "refuse", "ask_back", "lower", "recuse"]
INVOICE = ["invoice", "settle", "correct"]


class Visible(HTMLParser):
    """What a person sees or hears of a page."""

    def __init__(self, html):
        super().__init__()
        self.pieces, self.hidden = [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.hidden = tag in ("style", "script")
        spoken = [value for name, value in attrs if name in READ_OUT or name.startswith("data-")]
        self.pieces += [value for value in spoken if value and not value.startswith("/")]

    def handle_endtag(self, tag):
        self.hidden = False

    def handle_data(self, data):
        self.pieces += [] if self.hidden else [data]

    def __str__(self):
        return " ".join(" ".join(self.pieces).split())


def texts(language):
    """Return each text of a catalogue with its translations, plural forms apart."""
    for message in messages._texts(messages._read(language)):
        ids = message.id if message.pluralizable else [message.id]
        yield list(ids), messages._forms(message)


def fragments(text):
    """Return what stands between the placeholders of a text, where it is long enough to tell."""
    pieces = (" ".join(piece.split()).strip() for piece in PLACEHOLDERS.split(text))
    return [each for each in pieces if len(each) >= ENOUGH and re.search("[A-Za-z]", each)]


@pytest.fixture(scope="module", params=TRANSLATED)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def english(language):
    """A pattern that finds a source text which reads otherwise in the language."""
    return foreign(language, [ids for ids, _forms in texts(language)])


def foreign(language, sources):
    """Return a pattern that finds texts of another language which read otherwise in this one."""
    translated = "\n".join(
        " ".join(form.split()) for _ids, forms in texts(language) for form in forms
    )
    pieces = {each for group in sources for text in group for each in fragments(text)}
    telling = sorted((each for each in pieces if each not in translated), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, telling)) + r")(?!\w)")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """People and one application in each situation; all of it goes with the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _world()
        transaction.set_rollback(True)


def _world():
    owner, at = factories.person(), factories.APRIL
    chair, representative = factories.signatory("chair"), factories.signatory("representative")
    both = {"chair": chair, "representative": representative}
    things = {
        "draft": factories.draft(by=owner),
        "submitted": factories.submitted(by=owner),
        "waiting": factories.confirmed(by=owner),
        "asked": factories.returned(by=owner, asked_by=chair),
        "granted": factories.approved(by=owner, **both),
        "refused": factories.refused(by=owner, **both),
        "ended": factories.ended(by=owner, number=factories.personal_number(1), **both),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packet, "build", lambda invoice: b"%PDF-1.7")
        packet.render(things["granted"].invoices.get().packet.pk, at=at)
    refund = _with_papers(_drafted(REFUND, owner))
    things["refund"] = services.submit(application=refund, by=owner, at=at)
    things["refund_draft"] = _drafted(REFUND, owner)
    return {
        "owner": owner,
        "officer": factories.signatory(REFUND.capacities[0].slug, scheme=REFUND.slug),
        "payer": factories.finance(scheme=REFUND.slug),
        "chair": chair,
        "finance": factories.finance(),
        "administrator": factories.appointed("administrator"),
        "things": things,
    }


def _drafted(scheme, applicant):
    draft = services.start(scheme=scheme, applicant=applicant, at=factories.APRIL)
    for slug, typed in ANSWERS.items():
        draft = services.save_step(
            application=draft,
            step=scheme.step(slug),
            typed=typed,
            revision=draft.revision,
            by=applicant,
            at=factories.APRIL,
        )
    return draft


def _with_papers(draft):
    for step in draft.rules.steps:
        for paper in step.papers:
            services.attach(
                application=factories.again(draft),
                step=step,
                kind=paper.slug,
                upload=upload(name=f"{paper.slug}.pdf"),
                at=factories.APRIL,
            )
    return factories.again(draft)


@pytest.fixture
def read(language, english, world):
    """Return a function that opens a page as somebody, in the language, and finds what is English."""

    def read(address, who="", code=200):
        client = Client()
        if who:
            client.force_login(world[who])
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        response = client.get(address)
        assert (response.status_code, response.headers["Content-Language"]) == (code, language)
        return english.findall(str(Visible(response.content.decode())))

    return read


def test_every_text_is_translated_with_the_same_placeholders():
    assert messages.check() == []


def test_every_text_can_be_found():
    """Python 3.11 shows nobody what stands inside an f-string."""
    hidden = [
        f"{path}:{call.lineno}"
        for folder in messages.FOLDERS
        for path in (messages.ROOT / folder).rglob("*.py")
        for string in ast.walk(ast.parse(path.read_text()))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in messages.KEYWORDS
    ]
    assert hidden == []


def test_a_translation_ends_as_its_source_does():
    strayed = [
        (text, form)
        for language in TRANSLATED
        for ids, forms in texts(language)
        for text, form in [(ids[-1], forms[-1])]
        if form and ENDS.search(text).group() != ENDS.search(form).group()
    ]
    assert strayed == []


def test_a_translation_keeps_spaces_that_do_not_break():
    for language in TRANSLATED:
        for ids, forms in texts(language):
            assert ids[-1].count(NO_BREAK_SPACE) <= forms[-1].count(NO_BREAK_SPACE), ids


@pytest.mark.parametrize("name", OPEN_PAGES)
def test_a_visitor_reads_no_english(read, name):
    assert read(reverse(name)) == []


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.slug)
@pytest.mark.parametrize("typed", ["", "?starts_on=2026-06-01&ends_on=2026-06-02&fee=x&fee_paid=1"])
def test_a_visitor_checks_what_there_is_to_get_in_no_english(read, scheme, typed):
    assert read(reverse("applications:pre_check", args=[scheme.slug]) + typed) == []


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.slug)
def test_a_visitor_reads_of_the_money_and_the_courses_in_no_english(read, scheme):
    assert read(reverse("applications:money", args=[scheme.slug])) == []
    if scheme.lists_courses:
        assert read(reverse("applications:courses", args=[scheme.slug])) == []


def test_nobody_reads_english_where_nothing_is(read):
    assert read("/nowhere/", code=404) == []
    assert read(reverse("applications:head", args=["cut-off"]), code=404) == []


@pytest.mark.parametrize("name", OWN_PAGES)
def test_a_person_reads_no_english_about_themselves(read, name):
    assert read(reverse(name), "owner") == []


def test_what_was_kept_when_a_sign_in_had_ended_is_not_in_english(read, world):
    owner = world["owner"]
    typed = {"name": "Test Ask", "file": upload(name="a.pdf").file, once.FIELD: once.new_key(owner)}
    Client().post(reverse("accounts:profile"), typed)
    kept = KeptForm.objects.get(user=owner)
    assert read(reverse("accounts:kept", args=[kept.pk]), "owner") == []


@pytest.mark.parametrize(("page", "thing"), OWNER)
def test_an_applicant_reads_no_english(read, world, page, thing):
    uuid = world["things"][thing].uuid
    assert read(reverse(f"applications:{page}", args=[uuid]), "owner") == []


@pytest.mark.parametrize("step", [step.slug for step in factories.SCHEME.steps])
def test_no_step_asks_in_english(read, world, step):
    address = reverse("applications:step", args=[world["things"]["draft"].uuid, step])
    assert read(address, "owner") == []


def test_no_step_finds_fault_in_english(language, english, world):
    client = Client()
    client.force_login(world["owner"])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    draft = world["things"]["draft"]
    for step in draft.rules.steps:
        address = reverse("applications:step", args=[draft.uuid, step.slug])
        with transaction.atomic():
            html = client.post(address, {"revision": draft.revision}).content.decode()
            transaction.set_rollback(True)
        assert english.findall(str(Visible(html))) == []


def test_the_start_of_an_application_is_not_in_english(read):
    assert read(reverse("applications:start", args=[factories.SCHEME.slug]), "owner") == []


def test_a_head_of_unit_reads_no_english(read, world):
    for thing in ("submitted", "waiting", "granted"):
        token = head_link.token(world["things"][thing].head_requests.last())
        assert read(reverse("applications:head", args=[token])) == []


@pytest.mark.parametrize("name", ["queue", "decided", "funds"])
def test_a_signatory_s_lists_are_not_in_english(read, name):
    assert read(reverse(f"decisions:{name}"), "chair") == []


@pytest.mark.parametrize("who", ["chair", "finance", "administrator", "officer", "payer"])
def test_nobody_begins_the_day_in_english(read, who):
    assert read(reverse("today"), who) == []


@pytest.mark.parametrize("page", CASE)
def test_a_signatory_reads_no_english(read, world, page):
    address = reverse(f"decisions:{page}", args=[world["things"]["waiting"].uuid])
    assert read(address, "chair") == []


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.slug)
def test_an_administrator_keeps_a_scheme_in_no_english(read, world, scheme):
    day, who = date(2027, 1, 1), f"administrator of {scheme.slug}"
    world[who] = factories.appointed("administrator", scheme=scheme.slug)
    entering.begin_terms(scheme=scheme, starts_on=day, by=world[who], at=factories.APRIL)
    pages = [("page", day, part.slug) for part in parts_of(scheme)]
    pages += [(name, day) for name in ("terms", "check", "effect")]
    pages += [(name, kept.slug) for kept in of_scheme(scheme) for name in ("list", "add")]
    coming = Closing.objects.create(
        scheme=scheme.slug, closes_at=factories.APRIL.replace(year=2027), reason="Stängt."
    )
    pages += [("remove_row", "closings", coming.pk)]
    pages += [("start",), ("begin",), ("people",), ("appoint",), ("account",)]
    for name, *about in pages:
        address = reverse(f"administration:{name}", args=[scheme.slug, *about])
        assert read(address, who) == [], name


def test_an_administrator_reads_no_english(read, world):
    invoice = world["things"]["granted"].invoices.get()
    factories.pools_of_the_year()
    assert read(reverse("decisions:transfer"), "administrator") == []
    assert read(reverse("oversight:status"), "administrator") == []
    assert read(reverse("oversight:retention"), "administrator") == []
    assert read(reverse("invoicing:postpone", args=[invoice.uuid]), "administrator") == []


def test_finance_s_list_is_not_in_english(read):
    for tab in ("unsent", "all", "settled"):
        assert read(reverse("invoicing:overview") + f"?tab={tab}", "finance") == []


def test_finance_s_months_and_a_zip_are_not_in_english(read, world):
    granted, by = world["things"]["granted"], world["finance"]
    day, at = factories.APRIL.date(), factories.APRIL
    asked = months.ask_for(
        invoices=[each.pk for each in granted.invoices.all()],
        scheme=granted.scheme,
        month=day,
        by=by,
        at=at,
    )
    assert read(reverse("invoicing:months"), "finance") == []
    assert read(reverse("invoicing:months"), "payer") == []
    assert read(reverse("invoicing:bundle", args=[asked.uuid]), "finance") == []


@pytest.mark.parametrize("page", INVOICE)
def test_finance_reads_no_english(read, world, page):
    invoice = world["things"]["granted"].invoices.get()
    assert read(reverse(f"invoicing:{page}", args=[invoice.uuid]), "finance") == []


@pytest.mark.parametrize("step", [step.slug for step in REFUND.steps])
def test_no_step_of_a_refund_asks_in_english(read, world, step):
    address = reverse("applications:step", args=[world["things"]["refund_draft"].uuid, step])
    assert read(address, "owner") == []


def test_a_refund_is_not_shown_in_english(read, world):
    draft, sent = (world["things"][name].uuid for name in ("refund_draft", "refund"))
    assert read(reverse("applications:start", args=[REFUND.slug]), "owner") == []
    assert read(reverse("applications:check", args=[draft]), "owner") == []
    assert read(reverse("applications:case", args=[sent]), "owner") == []


@pytest.mark.parametrize("page", ["case", "judge", "refuse", "ask_back", "recuse"])
def test_a_case_officer_reads_no_english(read, world, page):
    address = reverse(f"decisions:{page}", args=[world["things"]["refund"].uuid])
    assert read(address, "officer") == []


def test_who_pays_refunds_reads_no_english(read):
    assert read(reverse("decisions:queue"), "officer") == []
    assert read(reverse("invoicing:overview"), "payer") == []


def test_mail_speaks_the_reader_s_language(language, english):
    owner = people.keep_profile(user=factories.person(), language=language)
    application = factories.approved(by=owner, number=factories.personal_number(2))
    factories.refused(by=owner)
    factories.returned(by=owner)
    assert application.granted
    for notice in Notice.objects.filter(recipient=owner.email):
        words = ADDRESS.sub("", f"{notice.subject} {notice.text}")
        assert english.findall(words) == []


def test_papers_speak_the_scheme_s_language_whoever_decides(english, language):
    if language != factories.SCHEME.language:
        return
    with translation.override("en"):
        granted = factories.approved(number=factories.personal_number(3))
        refused = factories.refused(text="Se skälen ovan.")
    for application in (granted, refused):
        for document in application.documents.all():
            assert english.findall(paper(document.template, document.content)) == []
    stated = granted.invoices.get().snapshot
    stated |= {"templates": [packet.PARTS[part] for part in stated["parts"]]}
    assert english.findall(paper("invoicing/packet.html", stated)) == []


def paper(template, content):
    """Return the words of a paper, as its PDF states them."""
    with translation.override(factories.SCHEME.language):
        living = pdf.revived(content)
        html = render_to_string(template, living | {"content": living, "title": "", "css": ""})
    return str(Visible(html))


def test_english_is_there_for_who_chooses_it(client, english):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    html = client.get(reverse("landing")).content.decode()
    assert len(english.findall(str(Visible(html)))) >= 5
