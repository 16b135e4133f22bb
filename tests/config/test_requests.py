"""What reaches us over HTTP has one meaning; each answer, also about a fault, has the policy."""

import pytest
from django.db import OperationalError, connection
from django.test import Client
from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser

from tests import factories

BEGINS = b"POST / HTTP/1.1\r\nHost: kursmedel.example\r\n"
TWO_WAYS = {
    "length and chunks": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "a signed length": b"Content-Length: +5\r\n\r\nhello",
    "unknown coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "two codings": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"Content-Length : 5\r\n\r\nhello",
    "a folded line": b"X: a\r\n Content-Length: 5\r\n\r\nhello",
    "half a line break": b"X: a\nContent-Length: 5\r\n\r\nhello",
}


@pytest.mark.parametrize("rest", TWO_WAYS.values(), ids=TWO_WAYS)
def test_what_a_proxy_could_read_otherwise_is_refused(rest):
    with pytest.raises(ParseException):
        next(RequestParser(Config(), iter([BEGINS + rest]), ("192.0.2.1", 1)))


def test_what_has_one_meaning_is_read():
    said = b"Content-Length: 5\r\n\r\nhello"
    request = next(RequestParser(Config(), iter([BEGINS + said]), ("192.0.2.1", 1)))
    assert request.body.read() == b"hello"


def _fails(*_said, **_more):
    raise OperationalError


@pytest.mark.django_db
def test_pages_about_faults_have_the_policy_wherever_the_fault_lies(settings, monkeypatch):
    settings.ALLOWED_HOSTS = ["kursmedel.example"]
    client = Client(raise_request_exception=False, headers={"host": "kursmedel.example"})
    answers = [
        client.get("/\0"),
        client.get("/nothing/"),
        client.get("/", headers={"host": "elsewhere.example"}),
        client.delete("/people/profile/"),
    ]
    client.force_login(factories.person())
    monkeypatch.setattr(connection, "cursor", _fails)
    answers.append(client.get("/people/profile/"))

    assert [answer.status_code for answer in answers] == [400, 404, 400, 302, 503]
    for answer in answers:
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_in_an_outage_the_log_does_not_ask_who_it_is(monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(factories.person())
    asked = []

    def fails(*_said, **_more):
        asked.append(1)
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", fails)
    assert client.get("/people/profile/").status_code == 503
    assert len(asked) == 1


@pytest.mark.django_db
def test_who_asks_is_in_the_log_by_number(caplog):
    person, client = factories.person(), Client()
    client.force_login(person)
    caplog.set_level("INFO")
    client.get("/people/profile/")
    lines = [each.msg for each in caplog.records if "request_finished" in str(each.msg)]
    assert [line["user_id"] for line in lines] == [person.pk]
