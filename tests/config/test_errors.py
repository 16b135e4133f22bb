"""Whatever goes wrong has a page of ours, in the reader's language, that says what to do next."""

import re

import pytest
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, OperationalError, connection
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from accounts.models import Session
from config import errors
from tests import factories

LANGUAGES = {"sv": "Till startsidan", "nb": "Til forsiden", "en": "To the first page"}
PAGES = ["400", "403", "403_csrf", "404", "405", "413", "429", "500", "503"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_each_page_says_what_happened_and_where_to_go_on(name, language):
    with translation.override(language):
        page = render_to_string(f"{name}.html")
    assert f'lang="{language}"' in page
    assert LANGUAGES[language] in page
    lead = re.search(r'<p class="lead">(.+?)</p>', page)[1]
    assert len(lead.split(". ")) > 1


@pytest.mark.parametrize("name", ["400", "413", "500", "503"])
def test_a_fault_of_ours_asks_no_database(name):
    # Without the mark django_db every query raises.
    assert "<h1>" in render_to_string(f"{name}.html")


@pytest.mark.django_db
def test_a_broken_page_answers_500_with_our_page(monkeypatch):
    monkeypatch.setattr("applications.views.landing._cards", _raises(ValueError))
    answer = Client(raise_request_exception=False).get("/")
    assert (answer.status_code, "<h1>" in answer.content.decode()) == (500, True)


@pytest.mark.django_db
def test_without_database_it_says_to_come_back(monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(factories.person())
    monkeypatch.setattr(connection, "cursor", _raises(OperationalError))
    answer = client.get("/", headers={"accept-language": "nb"})
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert 'lang="nb"' in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("fault", "status"), [(OperationalError, 503), (DatabaseError, 400)])
def test_an_outage_is_not_taken_for_a_session_that_has_ended(monkeypatch, fault, status):
    client = Client(raise_request_exception=False)
    client.force_login(factories.signatory("chair"))
    monkeypatch.setattr(Session, "save", _raises(fault))
    assert client.get(reverse("decisions:queue"), {"q": "a word"}).status_code == status


def _raises(kind):
    def raises(*_args, **_kwargs):
        raise kind

    return raises


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [MULTIPART_CONTENT, "application/x-www-form-urlencoded"])
def test_too_much_at_once_is_said(kind):
    client = Client(enforce_csrf_checks=True)
    typed = {"language": "x" * 500_000}
    body = typed if kind == MULTIPART_CONTENT else urlencode(typed)
    answer = client.post(reverse("set_language"), body, content_type=kind)
    assert answer.status_code == 413
    assert "<h1>" in answer.content.decode()


@pytest.mark.parametrize(
    ("fault", "status"), [(RequestDataTooBig(), 413), (SuspiciousOperation(), 400)]
)
def test_what_cannot_be_read_is_told_apart(rf, fault, status):
    assert errors.bad_request(rf.post("/"), fault).status_code == status


@pytest.mark.django_db
def test_a_wrong_host_gets_a_page(settings):
    settings.ALLOWED_HOSTS = ["kursmedel.example"]
    answer = Client(raise_request_exception=False).get("/", headers={"host": "other.example"})
    assert (answer.status_code, "<h1>" in answer.content.decode()) == (400, True)


@pytest.mark.django_db
def test_the_address_of_a_button_says_so():
    client = Client()
    client.force_login(factories.person())
    answer = client.get(reverse("decisions:sign_many"))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "<h1>" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("status", errors.BARE)
def test_a_bare_refusal_gets_its_page_and_keeps_its_headers(rf, status):
    bare = HttpResponse(status=status, headers={"Retry-After": "9"})
    answer = errors.OwnPages(lambda _request: bare)(rf.get("/"))
    assert (answer.status_code, answer["Retry-After"]) == (status, "9")
    assert "<h1>" in answer.content.decode()


def test_an_answer_with_words_of_its_own_keeps_them(rf):
    told = HttpResponse("Read this.", status=403)
    assert errors.OwnPages(lambda _request: told)(rf.get("/")).content == b"Read this."


@pytest.mark.django_db
def test_an_address_that_is_not_there_has_our_page():
    answer = Client().get("/nowhere/")
    assert (answer.status_code, "<h1>" in answer.content.decode()) == (404, True)
