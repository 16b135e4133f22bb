"""Every kind of mail, in three languages: text and HTML say the same, and nothing comes from elsewhere."""

import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import mail
from django.utils import translation

from applications import notices, outbox
from applications.letters import blocks
from applications.models import Notice
from tests import factories
from tests.factories import APRIL

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T10:00")]

LANGUAGES = [code for code, _name in settings.LANGUAGES]
SITE = "https://kursmedel.example"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
OURS = sorted({each.stem for each in (TEMPLATES / "mail").glob("*.txt")} - {"base", "letter"})
LIBRARY = sorted(
    each.name.removesuffix("_subject.txt")
    for each in (TEMPLATES / "account" / "email").glob("*_subject.txt")
)
FOOT = {
    "sv": "Meddelandet skickades av Kursmedel.",
    "nb": "Meldingen er sendt fra Kursmedel.",
    "en": "This message was sent by Kursmedel.",
}


class Html(HTMLParser):
    """What an HTML mail shows, and the tags it is made of."""

    def __init__(self, html):
        super().__init__()
        self.seen, self.tags, self.within = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.within.append(tag)

    def handle_endtag(self, tag):
        while self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data):
        if not {"style", "title"} & set(self.within):
            self.seen.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.seen).split())

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(autouse=True)
def _address(settings):
    settings.KURSMEDEL_URL = SITE


@pytest.fixture
def said():
    """Return what every kind of notice may ask for, of a granted application."""
    application = factories.approved()
    application.awaited = [each.slug for each in application.rules.papers()]
    invoice = application.invoices.get()
    payee = {"name": "Test Läkare", "account": "•••• 7947"}
    return {
        "application": application,
        "token": "a-token:of-a-link",
        "question": SimpleNamespace(text="Vad kostar resan?\n\nOch hotellet <b>i Berlin</b>?"),
        "request": SimpleNamespace(
            name="Test Chef", answer="confirmed", plan="På mötet", reason=""
        ),
        "decision": SimpleNamespace(outcome="grant", amount=6000),
        "settlement": SimpleNamespace(actual_cost=9000, granted=6000, payable=4500),
        "statement": SimpleNamespace(amount=400, snapshot={"payee": payee}),
        "batch": SimpleNamespace(currency="NOK"),
        "invoice": invoice,
        "last": True,
        "day": "2026-04-20",
        "number": 2,
        "head": "12:ab",
        "findings": ["En sak.", "En till."],
    }


def letter(name, language, said):
    notice = notices.write(name, to="a@example.org", at=APRIL, language=language, **said)
    return notice.subject, notice.text, notice.html


def of_library(name, language):
    address = f"{SITE}/account/x/"
    context = dict.fromkeys(("activate_url", "password_reset_url", "signup_url"), address)
    with translation.override(language):
        made = get_adapter().render_mail(f"account/email/{name}", "a@example.org", context)
    return made.subject, made.body, made.alternatives[0][0]


def is_sound(language, subject, text, html):
    """Hold one mail against all that we promise of mails."""
    shown = Html(html)
    assert html.strip().lower().startswith("<!doctype html>")
    assert shown.all("html") == [{"lang": language}]
    assert "\n" not in subject
    assert len(shown.all("h1")) == 1
    assert len(shown.all("title")) == 1
    assert subject in shown.text
    assert len(shown.all("li")) == sum(line.startswith("- ") for line in text.splitlines())
    # Nothing is loaded, and every link leads to us.
    assert not re.search(r"<(img|script|link|iframe|object|svg)\b|url\(|@import|src=", html)
    links = [each["href"] for each in shown.all("a")]
    assert all(link.startswith(SITE + "/") for link in links)
    assert set(links) == {word for word in text.split() if word.startswith("http")}
    # What the text says, the HTML says, to the last line.
    for line in text.splitlines():
        words = " ".join(line.removeprefix("- ").split())
        assert words == "--" or words.removesuffix(":") in shown.text, words
    assert FOOT[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", OURS)
def test_every_notice_is_sound(name, language, said):
    is_sound(language, *letter(name, language, said))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("decided", {"decision": SimpleNamespace(outcome="refuse", amount=0)}),
        ("verified", {"findings": []}),
        ("papers_missing", {"last": False}),
        (
            "head_answer",
            {"request": SimpleNamespace(name="Chef", answer="no", plan="", reason="Nej.")},
        ),
    ],
)
def test_its_other_turns_are_sound_too(name, changed, language, said):
    is_sound(language, *letter(name, language, said | changed))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LIBRARY)
def test_the_sign_in_s_mail_is_sound(name, language):
    is_sound(language, *of_library(name, language))


def test_each_kind_is_tried():
    assert len(OURS) == 11
    assert len(LIBRARY) == 5


def test_what_people_wrote_is_quoted_and_never_a_link_or_a_tag_of_ours(said):
    said["question"].text = f"<b>Se</b>\n\nhttps://elsewhere.example/\n\n{SITE}.elsewhere.example/x"
    _subject, _text, html = letter("asked_back", "sv", said)
    assert "<b>" not in html
    assert [each["href"] for each in Html(html).all("a")] == [
        f"{SITE}/applications/{said['application'].uuid}/"
    ]


@pytest.mark.parametrize("line_break", ["\v", "\f", "\r", "\x1c", "\x85", "\u2028"])
def test_a_line_break_in_a_name_keeps_no_letter_back(said, line_break):
    said["application"].participant = f"Test Person{line_break}Unit: Kirurgi"
    for name in ("head_request", "report"):
        notices.write(name, to="chef@example.org", at=APRIL, language="en", **said)
        notice = Notice.objects.latest("pk")
        assert "Test Person Unit: Kirurgi" in notice.subject
        outbox.deliver(notice.pk, at=APRIL)
    assert len(mail.outbox) == 2


def test_a_text_is_cut_into_paragraphs_facts_lists_and_links():
    text = (
        f"Hej\nhej.\n\nKurs: A\nDagar: 1: 2\n\n- ett\n- två\n\nSvara här:\n{SITE}/x/\n\nObs: en rad"
    )
    assert blocks(text) == [
        {"text": "Hej\nhej."},
        {"facts": [("Kurs:", "A"), ("Dagar:", "1: 2")]},
        {"points": ["ett", "två"]},
        {"text": "Svara här:"},
        {"link": f"{SITE}/x/"},
        {"text": "Obs: en rad"},
    ]
