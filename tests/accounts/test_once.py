"""A form has one effect, however often it is sent: the answer was lost, a double click, two at once."""

import re
import socket
import threading
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings as configured
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts import once, tasks
from accounts.models import SentForm
from applications import head_link, services
from applications.models import Application, Event, HeadRequest, Notice
from decisions import services as decisions
from schemes import clock
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20")]
ROOT = Path(configured.BASE_DIR)
AT_ONCE = 8
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def application():
    return factories.confirmed()


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def note(client, application, key, text="Ringde sökanden."):
    form = urlencode({"text": text, once.FIELD: key})
    return client.post(reverse("decisions:note", args=[application.uuid]), form, FORM)


def notes(application):
    return application.events.filter(kind=Event.Kind.NOTED).count()


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def keys(html):
    return re.findall(rf'name="{once.FIELD}" value="([^"]+)"', html)


# Sent twice


def test_a_form_sent_twice_has_one_effect_and_the_same_answer(application):
    chair = factories.signatory("chair")
    client, key = signed_in(chair), once.new_key(chair)
    first = note(client, application, key)
    second = note(client, application, key)
    assert notes(application) == 1
    assert (second.status_code, second.url) == (302, first.url)
    assert told(second)[-1:] == told(first) != []


def test_the_key_of_a_rendered_page_is_the_one_that_counts(application):
    client = signed_in(application.applicant)
    page = client.get(reverse("applications:case", args=[application.uuid])).content.decode()
    form = {once.FIELD: keys(page)[-1]}
    copies = [
        client.post(reverse("applications:copy", args=[application.uuid]), form) for _ in "12"
    ]
    assert copies[0].url == copies[1].url
    assert Application.objects.of(application.applicant).count() == 2


def test_without_a_key_each_send_counts(application):
    client = signed_in(factories.signatory("chair"))
    note(client, application, "")
    note(client, application, "")
    assert notes(application) == 2


def test_the_same_key_with_other_content_is_another_form(application):
    chair = factories.signatory("chair")
    client, key = signed_in(chair), once.new_key(chair)
    note(client, application, key)
    note(client, application, key, "Ringde igen.")
    assert notes(application) == 2


def test_a_page_with_errors_does_not_use_up_the_key(application):
    chair = factories.signatory("chair")
    client, key = signed_in(chair), once.new_key(chair)
    assert note(client, application, key, "").status_code == 200
    assert SentForm.objects.count() == 0
    assert note(client, application, key, "Nu med ord.").status_code == 302
    assert notes(application) == 1


def test_what_was_refused_can_be_tried_again_with_the_same_key(application, monkeypatch):
    chair = factories.signatory("chair")
    form = {
        "revision": application.revision,
        "amount": "6000",
        once.FIELD: once.new_key(chair),
    }
    address = reverse("decisions:sign", args=[application.uuid])
    services_sign = "decisions.services.sign"
    with monkeypatch.context() as patch:
        patch.setattr(services_sign, _refuses)
        assert "Not now." in told(signed_in(chair).post(address, form))
    assert SentForm.objects.count() == 0
    signed_in(chair).post(address, form)
    assert application.signatures.count() == 1


def _refuses(**_):
    raise services.NotAllowed("Not now.")


def test_a_key_is_of_no_use_to_somebody_else(application):
    chair, other = factories.signatory("chair"), factories.signatory("chair")
    key = once.new_key(chair)
    note(signed_in(chair), application, key)
    response = note(signed_in(other), application, key)
    assert response.status_code == 302
    assert notes(application) == 2
    assert SentForm.objects.count() == 1


@pytest.mark.parametrize("key", ["nonsense", "WzEsIngiXQ:1:x", "\0"])
def test_a_key_that_is_not_ours_is_no_key(application, key):
    client = signed_in(factories.signatory("chair"))
    assert note(client, application, key).status_code == 302
    assert SentForm.objects.count() == 0


def test_a_head_of_unit_who_answers_twice_answers_once():
    asked = factories.submitted().head_requests.last()
    address = reverse("applications:head", args=[head_link.token(asked)])
    page = Client().get(address).content.decode()
    form = {"answer": HeadRequest.Answer.CONFIRMED, once.FIELD: keys(page)[-1]}
    answers = [Client().post(address, form) for _ in "12"]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert asked.application.events.filter(kind=Event.Kind.HEAD_CONFIRMED).count() == 1
    assert SentForm.objects.count() == 1


def test_an_upload_sent_twice_is_one_paper_and_leads_on_but_another_file_is_another_form():
    draft = factories.draft()
    client = signed_in(draft.applicant)
    step = draft.rules.steps[1].slug
    address = reverse("applications:step", args=[draft.uuid, step])
    page = client.get(address).content.decode()
    fields = dict(re.findall(r'name="(revision|seal)" value="([^"]*)"', page))
    typed = draft.answers[step] | fields | {once.FIELD: keys(page)[-1], "leave": "1"}
    answers = []
    for side in (8, 8, 9):
        file = SimpleUploadedFile("program.png", _picture(side), "image/png")
        answers.append(client.post(address, typed | {"paper-programme": file}))
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert answers[0].url == answers[1].url
    assert draft.papers.count() == 2


def _picture(side):
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (side, side)).save(out, "PNG")
    return out.getvalue()


def test_many_signatures_sent_twice_are_signed_once_and_said_again(application):
    chair, representative = factories.signatory("chair"), factories.signatory("representative")
    client, at = signed_in(chair), clock.now()
    form = {"application": [application.pk], once.FIELD: once.new_key(chair)}
    first = client.post(reverse("decisions:sign_many"), form)
    lowered = {"amount": Decimal(4000), "reason": "Ett hotell räcker."}
    decisions.lower(application=application, by=representative, at=at, **lowered)
    second = client.post(reverse("decisions:sign_many"), form)
    assert told(second)[-1:] == told(first)
    assert application.signatures.count() == 1


def test_a_mail_to_finance_sent_twice_goes_out_once(settings, monkeypatch):
    settings.FINANCE_MAILBOX = "ekonomi@example.org"
    from invoicing import packet

    invoice = factories.approved().invoices.get()
    monkeypatch.setattr(packet, "build", lambda invoice: b"%PDF-1.7")
    packet.render(invoice.packet.pk, at=factories.APRIL)
    finance = factories.finance()
    client = signed_in(finance)
    form = {"invoice": [invoice.pk], once.FIELD: once.new_key(finance)}
    answers = [client.post(reverse("invoicing:mail"), form) for _ in "12"]
    assert told(answers[1])[-1:] == told(answers[0])
    assert Notice.objects.filter(recipient="ekonomi@example.org").count() == 1


def test_a_language_chosen_twice_is_set_twice():
    client = Client()
    form = {"language": "nb", once.FIELD: once.new_key(client.get("/").wsgi_request.user)}
    for _ in "12":
        client.cookies.clear()
        client.post(reverse("set_language"), form)
        assert client.cookies[configured.LANGUAGE_COOKIE_NAME].value == "nb"


def test_signing_in_is_answered_anew_each_time():
    person = factories.person()
    person.set_password("a long password")
    person.save()
    client = Client()
    form = {"login": person.email, "password": "a long password"}
    form[once.FIELD] = once.new_key(client.get("/").wsgi_request.user)
    assert client.post(reverse("account_login"), form).status_code == 302
    assert not SentForm.objects.exists()


# Effect and key are one


def test_what_fails_at_the_end_leaves_neither_effect_nor_key(application, monkeypatch):
    chair = factories.signatory("chair")
    client = signed_in(chair)
    key = once.new_key(chair)
    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(once, "_lasts", _fails)
        assert note(client, application, key).status_code == 500
    assert (notes(application), SentForm.objects.count()) == (0, 0)
    assert note(client, application, key).status_code == 302
    assert notes(application) == 1


def _fails(*_):
    raise RuntimeError("killed before the commit")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("keyed", "effects"), [(True, 1), (False, AT_ONCE)])
def test_many_at_once_have_one_effect(keyed, effects):
    application, chair = factories.confirmed(), factories.signatory("chair")
    key = once.new_key(chair) if keyed else ""
    clients = [signed_in(chair) for _ in range(AT_ONCE)]
    answers = _at_once([lambda client=client: note(client, application, key) for client in clients])
    assert notes(application) == effects
    assert {(answer.status_code, answer.url) for answer in answers} == {
        (302, reverse("decisions:case", args=[application.uuid]))
    }


@pytest.mark.django_db(transaction=True)
def test_many_signatures_at_once_get_the_same_answer():
    application, chair = factories.confirmed(), factories.signatory("chair")
    form = urlencode({"application": application.pk, once.FIELD: once.new_key(chair)})
    clients = [signed_in(chair) for _ in range(AT_ONCE)]
    address = reverse("decisions:sign_many")
    answers = _at_once([lambda client=each: client.post(address, form, FORM) for each in clients])
    assert application.signatures.count() == 1
    assert len({tuple(told(answer)) for answer in answers}) == 1


def test_who_waits_holds_up_nobody_behind_a_pooler(application, monkeypatch):
    chair, seen = factories.signatory("chair"), []
    monkeypatch.setattr(
        "decisions.services.sign_many", lambda **given: seen.append(_held_beside()) or []
    )
    form = {"application": [application.pk], once.FIELD: once.new_key(chair)}
    signed_in(chair).post(reverse("decisions:sign_many"), form)
    # The lock is of a session beside, which does nothing else, and goes with its transaction.
    assert [*seen, _held_beside()] == [1, 0]


def _held_beside():
    """Return how many advisory locks other sessions hold here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE locktype = 'advisory' AND datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def _at_once(acts):
    """Do each in a thread of its own, all at the same time; return what came of them."""
    done, ready = [], threading.Barrier(len(acts))

    def run(act):
        ready.wait()
        try:
            done.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_was_lost_on_the_way_comes_with_the_second_send(live_server):
    owner = factories.person()
    granted = factories.confirmed(by=owner)
    client = signed_in(owner)
    form = urlencode({once.FIELD: once.new_key(owner), "csrfmiddlewaretoken": "a" * 32})
    sent = _request(live_server, client, reverse("applications:copy", args=[granted.uuid]), form)
    with socket.create_connection((live_server.thread.host, live_server.thread.port)) as line:
        line.sendall(sent)
    _until(lambda: SentForm.objects.exclude(answer="").exists())
    with socket.create_connection((live_server.thread.host, live_server.thread.port)) as line:
        line.sendall(sent)
        answer = line.makefile("rb").read().decode()
    copy = Application.objects.of(owner).exclude(pk=granted.pk).get()
    assert answer.startswith("HTTP/1.1 302")
    assert reverse("applications:resume", args=[copy.uuid]) in answer


def _request(server, client, path, form):
    session = client.cookies[configured.SESSION_COOKIE_NAME].value
    return (
        f"POST {path} HTTP/1.1\r\nHost: {server.thread.host}:{server.thread.port}\r\n"
        f"Cookie: {configured.SESSION_COOKIE_NAME}={session}; csrftoken={'a' * 32}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"
        f"Content-Length: {len(form)}\r\n\r\n{form}"
    ).encode()


def _until(holds):
    pause = threading.Event()
    for _ in range(200):
        if holds():
            return
        pause.wait(0.05)
    raise AssertionError("It never came.")


# Kept for a week, unreadable


def test_what_is_kept_says_nothing_to_who_reads_the_table(application):
    chair = factories.signatory("chair")
    note(signed_in(chair), application, once.new_key(chair))
    sent = SentForm.objects.get()
    assert sent.answer.startswith("enc:")
    assert str(application.uuid) not in f"{sent.digest}{sent.answer}"


def test_old_keys_are_swept(application):
    chair = factories.signatory("chair")
    for days, text in [(8, "Gammal."), (1, "Ny.")]:
        note(signed_in(chair), application, once.new_key(chair), text)
        sent = SentForm.objects.latest("at")
        SentForm.objects.filter(pk=sent.pk).update(at=clock.now() - timedelta(days=days))
    tasks.sweep()
    assert [(clock.now() - each.at).days for each in SentForm.objects.all()] == [1]


def test_an_answer_that_cannot_be_read_any_more_leads_to_the_first_page(application):
    chair = factories.signatory("chair")
    client, key = signed_in(chair), once.new_key(chair)
    note(client, application, key)
    SentForm.objects.update(answer="enc:gone")
    assert note(client, application, key).url == "/"
    assert notes(application) == 1


# No form without


def test_the_forms_of_a_page_share_its_key_and_each_page_has_its_own(client):
    client.force_login(factories.person())
    pages = [re.findall(f'name="{once.FIELD}" value="([^"]+)', _overview(client)) for _nth in "12"]
    assert min(map(len, pages)) > 2
    assert [len(set(keys)) for keys in pages] == [1, 1]
    assert pages[0][0] != pages[1][0]


def test_two_forms_of_a_page_each_have_their_effect_though_they_share_a_key(application):
    chair = factories.signatory("chair")
    client, key = signed_in(chair), once.new_key(chair)
    other = factories.confirmed(number=factories.personal_number(2))
    for case in (application, other, application):
        note(client, case, key)
    assert (notes(application), notes(other)) == (1, 1)


def _overview(client):
    return client.get(reverse("applications:overview")).content.decode()


def test_no_template_posts_a_form_without_a_key():
    assert [where for path in _templates() for where in _unkeyed(path)] == []


def _templates():
    # The page of components sends its form nowhere.
    found = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/*/templates/**/*.html")]
    return [path for path in found if path.name != "style.html"]


def _unkeyed(path):
    forms = re.findall(r'<form[^>]*method="post".*?</form>', path.read_text(), re.DOTALL | re.I)
    given = ("{% csrf_token %}", "typed.fields")
    return [(path.name, form[:80]) for form in forms if not any(each in form for each in given)]


def test_a_page_drawn_for_nobody_has_no_key(rf):
    from django.template import Context, Template

    form = Template("{% csrf_token %}")
    assert once.FIELD not in form.render(Context({"csrf_token": "t"}))
    assert form.render(Context({})) == ""
    assert isinstance(once.Once(lambda _request: HttpResponse())(rf.get("/")), HttpResponse)
