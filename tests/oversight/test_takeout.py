"""A person gets everything that is kept about them, and the administrator hands out their own scheme's."""

import io
import json
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from accounts import appointing
from accounts import services as people
from applications import services
from applications.models import Event, Reading
from oversight.takeout import takeout
from schemes import entering
from schemes.models import Act
from schemes.registry import SCHEMES
from tests import factories
from tests.applications.files import pdf, upload
from tests.factories import APRIL, SCHEME

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T10:00")]

NUMBER = factories.personal_number()


@pytest.fixture
def person(settings, tmp_path):
    """A doctor with an application, a paper, a note between signatories; another has one as well."""
    settings.MEDIA_ROOT = tmp_path
    doctor = people.keep_profile(user=factories.person(), personal_number=NUMBER)
    draft = factories.draft(by=doctor)
    step = SCHEME.step("course")
    services.attach(application=draft, step=step, kind="programme", upload=upload(), at=APRIL)
    draft.refresh_from_db()
    sent = services.submit(application=draft, by=doctor, at=APRIL)
    services.record(sent, Event.Kind.NOTED, at=APRIL, text="between us", internal=True)
    factories.submitted(number=factories.personal_number(1))
    return doctor


def taken(user, name="oversight:takeout", *about, **sent):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client.post(reverse(name, args=about), sent)


def opened(response):
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="kursmedel.zip"'
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    return json.loads(archive.read("data.json")), archive


def test_the_person_gets_answers_numbers_history_and_papers_of_their_own_alone(person):
    told, archive = opened(taken(person))

    own = person.applications.get()
    assert told["person"]["personal_number"] == NUMBER
    (application,) = told["applications"]
    assert application["reference"] == own.reference
    assert application["answers"]["participant"]["personal_number"] == NUMBER
    assert [each["kind"] for each in application["history"]] == [
        "started",
        "submitted",
        "head_asked",
    ]
    names = set(archive.namelist()) - {"data.json"}
    assert names == {f"{own.reference}/{own.papers.get().pk}-programme.pdf"}
    assert archive.read(names.pop()).startswith(pdf()[:8])


def test_what_signatories_write_to_each_other_is_theirs(person):
    told, _archive = opened(taken(person))

    assert "between us" not in json.dumps(told)


def test_the_administrator_says_why_and_the_auditor_reads_it(person):
    administrator = factories.appointed("administrator")

    empty = taken(administrator, "oversight:takeout_of", person.pk, reason="")
    assert empty.context["form"].errors
    assert not Reading.objects.exists()

    told, _archive = opened(
        taken(administrator, "oversight:takeout_of", person.pk, reason="Asked on 1 April")
    )
    assert len(told["applications"]) == 1
    row = Reading.objects.get()
    assert (row.by, row.person, row.what, row.reason) == (
        administrator,
        person,
        Reading.What.EXPORT,
        "Asked on 1 April",
    )


def test_the_way_to_it_is_at_the_person_in_the_administration(person):
    entry = reverse("admin:accounts_user_change", args=[person.pk])
    way = reverse("oversight:takeout_of", args=[person.pk])

    for capacity, there in (("administrator", True), ("auditor", False)):
        client = Client()
        client.force_login(factories.appointed(capacity))
        assert (way in client.get(entry).content.decode()) is there


def test_the_administrator_of_another_scheme_finds_nobody(person):
    other = factories.appointed("administrator", scheme=SCHEMES[1].slug)

    assert taken(other, "oversight:takeout_of", person.pk, reason="x").status_code == 404


def test_who_administers_gets_what_they_did_themselves():
    me, other = (factories.appointed("administrator") for _each in range(2))
    chosen = factories.person(name="Demo Vald")
    for by, capacity in ((me, "chair"), (other, "finance")):
        appointing.appoint(
            user=chosen,
            scheme=SCHEME.slug,
            by=by,
            at=APRIL,
            capacity=capacity,
            valid_from=APRIL.date(),
        )
    told, _archive = opened(taken(me))
    (act,) = told["acts"]
    assert (act["kind"], act["scheme"], act["by_name"]) == ("appointed", SCHEME.slug, str(me))
    assert act["about"].startswith("Demo Vald")
    assert act["figures"][0]["after"] == "2026-04-15"


def test_the_person_reads_when_their_entry_was_opened_and_handed_out(person):
    administrator = factories.appointed("administrator")
    client = Client()
    client.force_login(administrator)
    client.get(reverse("admin:accounts_user_change", args=[person.pk]))
    taken(administrator, "oversight:takeout_of", person.pk, reason="Asked on 1 April")
    client.get(reverse("decisions:case", args=[person.applications.get().uuid]))

    told, _archive = opened(taken(person))

    assert [each["what"] for each in told["read_by"]] == ["person", "export"]
    (application,) = told["applications"]
    assert [each["what"] for each in application["read_by"]] == ["case"]
    assert str(administrator) not in json.dumps(told["read_by"])


def test_an_administrator_hands_out_mandates_and_readings_of_the_own_scheme_alone():
    both = factories.appointed("chair")
    other = {"scheme": SCHEMES[1].slug, "valid_from": APRIL.date()}
    people.appoint(user=both, capacity="case_officer", **other)
    for scheme in SCHEMES:
        administrator = factories.appointed("administrator", scheme=scheme.slug)
        Reading.objects.create(
            at=APRIL, by=administrator, what="person", scheme=scheme.slug, person=both
        )
    told = {}
    for limit in ([SCHEME.slug], None):
        with takeout(person=both, schemes=limit) as made:
            found = json.loads(zipfile.ZipFile(made).read("data.json"))
        told[bool(limit)] = ([each["scheme"] for each in found["mandates"]], len(found["read_by"]))
    assert told[True] == ([SCHEME.slug], 1)
    assert (sorted(told[False][0]), told[False][1]) == (sorted(s.slug for s in SCHEMES), 2)


def test_an_administrator_hands_out_only_acts_of_the_own_scheme():
    both = factories.appointed("administrator")
    for scheme in SCHEMES:
        entering.tell(scheme.slug, Act.Kind.CHANGED, "Demo", by=both, at=APRIL)
    with takeout(person=both, schemes=[SCHEME.slug]) as made:
        told = json.loads(zipfile.ZipFile(made).read("data.json"))
    assert [each["scheme"] for each in told["acts"]] == [SCHEME.slug]


def test_it_asks_again_who_one_is_after_some_hours(person, settings):
    settings.SIGN_AGAIN_SECONDS = -1
    administrator = factories.appointed("administrator")
    assert "reauthenticate" in taken(person).url
    asked = taken(administrator, "oversight:takeout_of", person.pk, reason="Asked on 1 April")
    assert "reauthenticate" in asked.url
    assert not Reading.objects.exists()
