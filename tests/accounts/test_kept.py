"""What was typed is not lost when the sign-in had ended: it is there again after the next one."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import kept as kept_forms
from accounts import once, tasks
from accounts.models import KeptForm
from schemes import clock
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20")]
SECRET = "kardiologins hemlighet & <mer>"


@pytest.fixture
def owner():
    return factories.person()


def signed_in(user, **kwargs):
    client = Client(**kwargs)
    client.force_login(user)
    return client


def send(client, user, **more):
    typed = {"name": "Test Läkare", "specialty": SECRET, "language": "sv", "number": ""}
    form = typed | {once.FIELD: once.new_key(user)} | more
    return client.post(reverse("accounts:profile"), form, HTTP_REFERER="http://testserver/x/?a=b")


def hidden(html):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in found}


def main(response):
    return response.content.decode().partition("<main")[2]


def test_what_was_typed_comes_back_after_signing_in_and_is_saved(owner):
    visitor = Client()
    answer = send(visitor, owner)
    kept = KeptForm.objects.get()
    assert (
        answer.url == f"{reverse('account_login')}?next={reverse('accounts:kept', args=[kept.pk])}"
    )
    visitor.force_login(owner)
    page = visitor.get(reverse("accounts:kept", args=[kept.pk]))
    assert SECRET in unescape(main(page))
    assert 'href="/x/"' in main(page)
    form = hidden(main(page))
    assert visitor.post(reverse("accounts:profile"), form).status_code == 302
    owner.refresh_from_db()
    assert owner.specialty == SECRET


def test_the_sign_in_page_says_that_it_is_kept(owner):
    visitor = Client(headers={"accept-language": "en"})
    there = send(visitor, owner).url
    assert "What you typed is kept: sign in" in main(visitor.get(there))


def test_a_page_that_saves_by_itself_leaves_no_words_for_the_next(owner):
    visitor = Client(headers={"accept-language": "en", "sec-fetch-mode": "cors"})
    there = send(visitor, owner).url
    assert "What you typed is kept: sign in" not in main(visitor.get(there))


def test_who_takes_no_cookies_is_told_so():
    said = {"login": "a@example.org", "password": "x"}
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    without = strict.post(reverse("account_login"), said)
    strict.get(reverse("account_login"))
    of_another_page = strict.post(reverse("account_login"), said)
    assert "your browser keeps no cookies" in main(without)
    assert "your browser keeps no cookies" not in main(of_another_page)


def test_it_is_sent_to_the_address_it_was_meant_for(owner):
    kept = _kept(owner)
    page = main(signed_in(owner).get(reverse("accounts:kept", args=[kept.pk])))
    assert f'action="{reverse("accounts:profile")}"' in page


def test_a_list_of_ticks_is_kept_whole(owner):
    send(Client(), owner, application=["1", "2"])
    page = main(signed_in(owner).get(reverse("accounts:kept", args=[KeptForm.objects.get().pk])))
    assert re.findall(r'name="application" value="(\d)"', page) == ["1", "2"]


def test_it_says_what_sending_it_does(owner):
    send(Client(), owner, specialty="", name="", says="Sign to grant 4 400 kr: <Kurs>")
    page = main(signed_in(owner).get(reverse("accounts:kept", args=[KeptForm.objects.get().pk])))
    assert "<p>Sign to grant 4 400 kr: &lt;Kurs&gt;</p>" in page
    assert "<blockquote>" not in page


def _kept(owner):
    send(Client(), owner)
    return KeptForm.objects.get()


def test_it_is_shown_to_nobody_else(owner):
    kept = _kept(owner)
    address = reverse("accounts:kept", args=[kept.pk])
    assert signed_in(factories.person()).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_it_is_kept_unreadable(owner):
    _kept(owner)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_keptform")
        assert "kardiologins" not in str(cursor.fetchone())


def test_what_cannot_be_read_any_more_is_not_there(owner):
    kept = _kept(owner)
    KeptForm.objects.update(sealed="enc:gone")
    address = reverse("accounts:kept", args=[kept.pk])
    assert signed_in(owner).get(address).status_code == 404


def test_passwords_and_files_are_not_kept(owner):
    file = SimpleUploadedFile("intyg.pdf", b"%PDF-1.7")
    send(Client(), owner, new_password="hemligt", **{"paper-certificate": file})
    page = main(signed_in(owner).get(reverse("accounts:kept", args=[KeptForm.objects.get().pk])))
    assert "hemligt" not in page
    assert "intyg.pdf" in page


@pytest.mark.parametrize("key", ["", "made up", "\0"])
def test_a_form_that_is_not_from_one_of_our_pages_is_not_kept(owner, key):
    assert send(Client(), owner, **{once.FIELD: key}).status_code == 302
    assert not KeptForm.objects.exists()


def test_a_visitors_key_keeps_nothing(owner):
    visitor = Client().get("/").wsgi_request.user
    send(Client(), owner, **{once.FIELD: once.new_key(visitor)})
    assert not KeptForm.objects.exists()


def test_so_many_are_kept_of_one_person_and_no_more(owner, monkeypatch):
    monkeypatch.setattr("accounts.kept.MOST_OF_A_PERSON", 2)
    someone = _kept(factories.person())
    for nth in range(4):
        monkeypatch.setattr(clock, "now", lambda nth=nth: factories.APRIL + timedelta(seconds=nth))
        send(Client(), owner, name=f"Name {nth}")
    kept = KeptForm.objects.filter(user=owner).order_by("at")
    assert [dict(kept_forms.opened(each).fields)["name"] for each in kept] == ["Name 2", "Name 3"]
    assert KeptForm.objects.filter(pk=someone.pk).exists()


def test_it_is_forgotten_after_a_day(owner):
    kept = _kept(owner)
    tasks.sweep()
    assert KeptForm.objects.exists()
    KeptForm.objects.filter(pk=kept.pk).update(at=clock.now() - timedelta(days=1, seconds=1))
    tasks.sweep()
    assert not KeptForm.objects.exists()


# The token of the page was another's: signed in anew, in another tab


def test_a_page_from_before_the_last_sign_in_can_be_sent_again(owner):
    client = signed_in(owner, enforce_csrf_checks=True)
    answer = send(client, owner, csrfmiddlewaretoken="a" * 32)
    assert answer.status_code == 403
    assert SECRET in unescape(main(answer))
    again = client.post(reverse("accounts:profile"), hidden(main(answer)))
    assert again.status_code == 302
    owner.refresh_from_db()
    assert owner.specialty == SECRET


def test_a_page_from_before_the_sign_in_ended_is_kept_for_the_next(owner):
    answer = send(Client(enforce_csrf_checks=True), owner, csrfmiddlewaretoken="a" * 32)
    kept = KeptForm.objects.get()
    assert answer.status_code == 403
    assert reverse("accounts:kept", args=[kept.pk]) in main(answer)


def test_what_another_page_made_somebody_send_is_not_offered_again(owner):
    client = signed_in(owner, enforce_csrf_checks=True)
    for key in ["", "made up", once.new_key(factories.person())]:
        assert SECRET not in unescape(main(send(client, owner, **{once.FIELD: key})))
    form = {"specialty": SECRET, once.FIELD: once.new_key(owner)}
    headers = {"HTTP_ORIGIN": "https://elsewhere.example"}
    answer = client.post(reverse("accounts:profile"), form, **headers)
    assert answer.status_code == 403
    assert SECRET not in unescape(main(answer))
