"""The demo's own pages: sign in as anyone, read all mail; outside the demo they are not there."""

import pytest
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation

from accounts.demo import groups
from schemes.registry import SCHEMES
from tests.accounts.test_sign_in import is_in
from tests.factories import appointed, person

pytestmark = pytest.mark.django_db

ADDRESS = "ask@demo.example"


@pytest.fixture
def demo(settings):
    settings.KURSMEDEL_DEMO = True


def mail(text="Read https://localhost:8000/x/ soon."):
    letter = EmailMultiAlternatives("Test letter", text, to=[ADDRESS])
    letter.attach_alternative("<p>in colour</p>", "text/html")
    letter.send()


def enter(client, address=ADDRESS, **more):
    return client.post(reverse("accounts:enter"), {"person": address, **more})


def test_one_press_signs_in(client, demo):
    user = person(email=ADDRESS)
    assert enter(client).status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_one_comes_to_where_one_was_going(client, demo):
    person(email=ADDRESS)
    assert enter(client, next="/people/profile/").url == "/people/profile/"
    assert enter(client, next="https://elsewhere.example/").url != "https://elsewhere.example/"


def test_nobody_signs_in_as_somebody_who_is_not_of_the_demo(client, demo):
    real = person(email="real@example.org")
    assert enter(client, real.email).status_code == 404
    assert not is_in(client)


def test_the_sign_in_page_lists_the_people_by_what_they_do(client, demo):
    person(email=ADDRESS, name="Demoläkare Ask", specialty="Kardiologi")
    chair = appointed(SCHEMES[0].capacities[0].slug, name="Demoordförande Lind")
    chair.email = "lind@demo.example"
    chair.save()
    page = client.get(reverse("account_login")).content.decode()
    assert "Demoläkare Ask" in page
    assert chair.mandates.get().label in page


def test_the_sign_in_page_says_to_which_scheme_each_belongs_those_of_its_language_first(demo):
    for scheme, language in zip(SCHEMES, ("sv", "nb"), strict=False):
        who = appointed("finance", scheme=scheme.slug, name=f"Demoekonom {language}")
        who.email, who.language = f"{language}@demo.example", language
        who.save()
    with translation.override("nb"):
        [(_pay, members)] = groups()
        titles = [str(scheme.title) for scheme in SCHEMES[1::-1]]
    assert [each.name for each in members] == ["Demoekonom nb", "Demoekonom sv"]
    assert [each.role for each in members] == [f"Økonomi · {title}" for title in titles]


def test_every_mail_that_was_sent_can_be_read(client, demo, mailbox):
    mail()
    page = client.get(reverse("accounts:inbox"))
    (letter,) = page.context["page"]
    assert (letter.recipient, letter.subject) == (ADDRESS, "Test letter")
    page = client.get(reverse("accounts:letter", args=[letter.key]))
    assert '<a href="https://localhost:8000/x/"' in page.content.decode()


def test_an_inbox_without_mail_says_so(client, demo, settings, tmp_path):
    settings.MAILDIR = tmp_path / "nothing"
    assert client.get(reverse("accounts:inbox")).status_code == 200


def test_a_letter_that_is_not_there_is_not_found(client, demo):
    assert client.get(reverse("accounts:letter", args=["nothing"])).status_code == 404


@pytest.mark.parametrize(
    ("method", "name", "args"),
    [("post", "enter", []), ("get", "inbox", []), ("get", "letter", ["x"])],
)
def test_outside_the_demo_these_pages_are_not_there(client, method, name, args):
    person(email=ADDRESS)
    url = reverse(f"accounts:{name}", args=args)
    assert getattr(client, method)(url, {"person": ADDRESS}).status_code == 404


def test_outside_the_demo_the_sign_in_page_names_nobody(client):
    person(email=ADDRESS, name="Demoläkare Ask")
    page = client.get(reverse("account_login")).content.decode()
    assert "Demoläkare Ask" not in page
