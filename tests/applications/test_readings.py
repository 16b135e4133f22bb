"""Whoever of the staff looks at a person's data is written down for good, and the auditor sees it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import outbox, readings, services
from applications.models import Reading
from applications.views import readings as views
from database import paging, spans
from database.meanwhile import Addition
from database.rights import written_for_good
from decisions.places import Place
from invoicing.views.lists import TABS
from schemes import clock
from schemes.registry import SCHEMES
from tests import factories
from tests.applications.files import pdf, upload
from tests.factories import APRIL, SCHEME
from tests.plans import plan

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T10:00")]
What = Reading.What
PAGE = "applications:readings"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def browser(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def with_paper(application):
    return services.attach(
        application=application,
        step=SCHEME.step("course"),
        kind="programme",
        upload=upload(),
        at=APRIL,
    )


def noted():
    """Return what was noted, oldest first: who, what, whose and of which case."""
    rows = Reading.objects.order_by("pk").select_related("by", "person", "application")
    return [(row.by, row.what, row.person, row.application) for row in rows]


def test_who_opens_a_case_is_noted_with_whose_it_is_and_when():
    application, chair = factories.submitted(), factories.signatory("chair")

    browser(chair).get(reverse("decisions:case", args=[application.uuid]))

    assert noted() == [(chair, What.CASE, application.applicant, application)]
    row = Reading.objects.get()
    assert (row.scheme, row.by_name) == (SCHEME.slug, str(chair))
    assert row.at == clock.now()


def test_a_form_about_a_case_shows_it_too_and_what_a_form_does_is_in_its_history():
    application, chair = factories.submitted(), factories.signatory("chair")
    page = reverse("decisions:recuse", args=[application.uuid])

    browser(chair).get(page)
    browser(chair).post(page, {"reason": "Jag är släkt med den sökande."})

    assert [what for _who, what, _whose, _case in noted()] == [What.CASE]
    assert application.events.filter(kind="recused", by=chair).exists()


@pytest.mark.parametrize("name", ["refuse", "ask_back", "lower", "recuse", "note"])
def test_a_form_with_errors_shows_whose_case_it_is_and_is_noted(name):
    application, chair = factories.submitted(), factories.signatory("chair")

    page = browser(chair).post(reverse(f"decisions:{name}", args=[application.uuid]), {})

    assert application.participant in page.content.decode()
    assert noted() == [(chair, What.CASE, application.applicant, application)]


@pytest.mark.parametrize("name", ["settle", "correct"])
def test_a_form_of_finance_with_errors_is_noted_too(name):
    application, finance = factories.approved(), factories.finance()
    invoice = application.invoices.get()

    page = browser(finance).post(reverse(f"invoicing:{name}", args=[invoice.uuid]), {})

    assert page.status_code == 200
    assert noted() == [(finance, What.INVOICE, application.applicant, application)]


def test_what_was_not_shown_is_not_noted():
    application = factories.submitted()

    browser(factories.person()).get(reverse("decisions:case", args=[application.uuid]))

    assert noted() == []


@pytest.mark.parametrize("name", ["refuse", "ask_back", "lower", "judge"])
def test_a_form_that_leads_back_or_is_not_there_shows_nothing_and_is_not_noted(name):
    chair = factories.signatory("chair")
    application = factories.submitted(participant=factories.HEAD | {"head_email": chair.email})

    browser(chair).get(reverse(f"decisions:{name}", args=[application.uuid]))

    assert noted() == []


def test_a_paper_and_a_document_are_noted_but_not_ones_own():
    application = factories.draft()
    paper = reverse("applications:paper", args=[with_paper(application).uuid])
    application.refresh_from_db()
    services.submit(application=application, by=application.applicant, at=APRIL)
    document = application.documents.get()
    document.file.save("a.pdf", upload().file)
    document.rendered_at = APRIL
    document.save()
    chair = factories.signatory("chair")

    for reader in (application.applicant, chair):
        for page in (paper, reverse("applications:document", args=[document.uuid])):
            assert browser(reader).get(page).status_code == 200

    assert [(who, what) for who, what, _whose, _case in noted()] == [
        (chair, What.PAPER),
        (chair, What.DOCUMENT),
    ]


def test_finance_is_noted_at_the_invoice_its_packet_and_each_of_many():
    application = factories.approved()
    invoice = application.invoices.get()
    outbox.keep(invoice.packet, pdf(), at=APRIL, size=len(pdf()))
    finance = factories.finance()
    client = browser(finance)

    client.get(reverse("invoicing:invoice", args=[invoice.uuid]))
    client.post(reverse("invoicing:packet", args=[invoice.uuid]))
    list(client.post(reverse("invoicing:download"), {"invoice": invoice.pk}))

    assert noted() == [
        (finance, what, application.applicant, application)
        for what in (What.INVOICE, What.PACKET, What.PACKET)
    ]


def test_a_list_that_is_taken_as_a_file_is_noted_for_each_case_in_it():
    application, chair, finance = (
        factories.approved(),
        factories.signatory("auditor"),
        factories.finance(),
    )

    browser(chair).get(reverse("decisions:decided"), {"file": "csv"})
    browser(finance).get(reverse("invoicing:overview"), {"file": "csv", "tab": "all"})
    browser(finance).get(reverse("invoicing:overview"), {"tab": "all"})

    assert noted() == [
        *((who, What.LIST, application.applicant, application) for who in (chair, finance)),
        (finance, What.INVOICES, None, None),
    ]


LISTS = {
    "decisions:queue": ("chair", What.QUEUE),
    "decisions:decided": ("chair", What.DECIDED),
    "invoicing:overview": ("finance", What.INVOICES),
    "admin:accounts_user_changelist": ("administrator", What.TABLE),
}


def lists():
    """Return what was noted of lists: who, which, what they looked for and how many they saw."""
    rows = Reading.objects.filter(person=None).order_by("pk").select_related("by")
    return [(row.by, row.what, row.asked, row.listed) for row in rows]


def waiting(number):
    for _each in range(number):
        factories.submitted()


@pytest.mark.parametrize("page", LISTS)
def test_a_page_of_a_list_is_one_row_however_many_people_are_on_it(page):
    capacity, what = LISTS[page]
    who = factories.appointed(capacity)
    waiting(3) if what == What.QUEUE else factories.approved()

    shown = browser(who).get(reverse(page)).context

    entries = len(shown["cl"].result_list if what == What.TABLE else shown["page"].rows)
    assert entries > 0
    assert lists() == [(who, what, "", entries)]
    assert Reading.objects.get(person=None).scheme == SCHEME.slug


def test_who_has_no_mandate_but_opens_all_doors_is_noted_in_every_scheme():
    factories.submitted()
    root = factories.with_second_factor(factories.person())
    root.is_superuser = True
    root.save()

    browser(root).get(reverse("admin:applications_application_changelist"))

    assert lists() == [(root, What.TABLE, "", 1)] * len(SCHEMES)
    assert {row.scheme for row in Reading.objects.all()} == {each.slug for each in SCHEMES}


def test_what_was_looked_for_is_noted_but_no_number_of_a_person():
    waiting(2)
    chair = factories.signatory("chair")
    client, page = browser(chair), reverse("decisions:queue")
    numbers = ("19800101-1234", "800101 1234", "8601 11 17947", "198001011234")

    client.get(page, {"q": "Test", "place": "", "sort": "-asked", "scheme": SCHEME.slug})
    for number in numbers:
        client.get(page, {"sort": f"course {number}"})

    assert lists() == [
        (chair, What.QUEUE, "q: Test, sort: -asked", 2),
        *[(chair, What.QUEUE, "sort: course …", 2) for _number in numbers],
    ]


def test_a_list_on_which_nobody_stands_is_not_noted():
    factories.submitted()

    browser(factories.signatory("chair")).get(reverse("decisions:queue"), {"q": "Nobody"})

    assert noted() == []


def test_noting_a_list_asks_the_database_once_however_long_it_is():
    client = browser(factories.signatory("chair"))
    client.get(reverse("decisions:queue"))

    asked = []
    for number in (1, 3):
        waiting(number)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("decisions:queue"))
        asked.append([each for each in queries if "applications_reading" in each["sql"]])

    assert [len(each) for each in asked] == [1, 1]


def test_the_entry_of_a_person_is_noted_for_the_scheme_that_one_works_for():
    administrator, doctor = factories.appointed("administrator"), factories.person()

    browser(administrator).get(reverse("admin:accounts_user_change", args=[doctor.pk]))

    assert noted() == [(administrator, What.PERSON, doctor, None)]
    assert Reading.objects.get().scheme == SCHEME.slug


def test_a_mail_in_the_administration_is_noted_with_its_case_or_as_a_list():
    case = factories.submitted()
    notice = case.notices.first()
    root = factories.with_second_factor(factories.person())
    root.is_superuser = True
    root.save()
    page = reverse("admin:applications_notice_change", args=[notice.pk])

    assert browser(root).get(page).status_code == 200
    assert noted() == [(root, What.CASE, case.applicant, case)]
    case.notices.filter(pk=notice.pk).update(application=None)
    assert browser(root).get(page).status_code == 200
    assert lists() == [(root, What.TABLE, "", 1)] * len(SCHEMES)


def test_what_cannot_be_noted_is_not_shown(monkeypatch):
    application = factories.submitted()
    client = browser(factories.signatory("chair"))

    def fails(*_args, **_kwargs):
        raise DatabaseError

    monkeypatch.setattr(Addition, "__call__", fails)
    with pytest.raises(DatabaseError):
        client.get(reverse("decisions:case", args=[application.uuid]))


def test_nobody_rewrites_what_was_read():
    browser(factories.signatory("chair")).get(
        reverse("decisions:case", args=[factories.submitted().uuid])
    )

    for statement in (
        "UPDATE applications_reading SET by_name = ''",
        "DELETE FROM applications_reading",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert {("UPDATE", "applications_reading"), ("DELETE", "applications_reading")} <= set(
        written_for_good()
    )


# What the auditor sees


def read(application, *, by, what=What.CASE, days=0):
    return Reading.objects.create(
        at=APRIL + timedelta(days=days),
        by=by,
        by_name=str(by),
        what=what,
        scheme=application.scheme,
        application=application,
        person=application.applicant,
    )


@pytest.fixture
def auditor():
    return factories.appointed("auditor")


def shown(auditor, **asked):
    return browser(auditor).get(reverse(PAGE), asked).context["page"].rows


@pytest.mark.parametrize("many", [1, spans.OFTEN])
def test_the_auditor_sees_who_read_whose_and_finds_it_again(auditor, monkeypatch, many):
    monkeypatch.setattr(spans, "OFTEN", many)  # with 1 every word is one that many have
    ann, bo = factories.person(name="Test Ann"), factories.person(name="Test Bo")
    first, second = (
        factories.submitted(by=factories.person(name="Test Doctor")),
        factories.submitted(),
    )
    one = read(first, by=ann)
    two = read(second, by=bo, what=What.PAPER, days=10)

    assert shown(auditor) == [two, one]
    assert shown(auditor, who="ann") == [one]
    assert shown(auditor, who=bo.email) == [two]
    assert shown(auditor, whose="doctor") == [one]
    assert shown(auditor, whose=f"test {first.applicant.email}") == [one]
    assert shown(auditor, whose=first.organisation.name) == [two, one]
    assert shown(auditor, whose="nobody") == shown(auditor, who="nobody") == []
    assert shown(auditor, what=What.PAPER) == [two]
    assert shown(auditor, since="2026-04-20") == [two]
    assert shown(auditor, until="2026-04-20") == [one]
    assert shown(auditor, case=first.uuid) == [one]
    assert shown(auditor, since="yesterday") == [two, one]


def test_readings_are_found_by_an_index_and_counted_so_far(auditor, monkeypatch):
    application, reader = factories.submitted(), factories.person(name="Test Ann")
    for days in range(4):
        read(application, by=reader, days=days)
    whose, day = application.applicant.email, APRIL.date()
    for index, asked in {
        "reading_at": {"since": day},
        "reading_of_kind": {"what": What.PAPER},
        "reading_reader": {"who": "ann"},
        "applications_reading_person_id": {"whose": whose},
    }.items():
        assert index in plan(readings.narrowed(Reading.objects.order_by(), **asked)), index
    assert "reading_of_scheme_at" in plan(readings.seen_by(auditor).order_by("-at", "-pk"))

    monkeypatch.setattr(paging, "COUNTED_BY_WORDS", 3)
    page = browser(auditor).get(reverse(PAGE), {"whose": whose}).context["page"]
    assert (page.count, page.more, len(page.rows)) == (3, True, 4)


def test_the_auditor_sees_which_list_was_looked_at_and_how_long_it_was(auditor):
    waiting(2)
    browser(factories.signatory("chair")).get(reverse("decisions:queue"), {"q": "Test"})

    page = browser(auditor).get(reverse(PAGE), {"what": What.QUEUE}).content.decode()

    assert "The list of what waits" in page
    assert "searched for “Test”" in page
    assert "2 entries" in page


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("tab: overdue, sort: number", "Overdue"),
        (
            "place: other, q: Test, heart, sort: -asked",
            "Another signatory; searched for “Test, heart”",
        ),
        ("state: refused, organisation: 3", "Refused; one administration"),
        ("clear: 1", ""),
        ("all: 1, page: 2", ""),
        ("q: course: heart", "searched for “course: heart”"),
        ("kind__exact: paper", "kind__exact: paper"),
        (None, ""),
    ],
)
def test_what_was_looked_for_is_told_in_words(asked, words):
    assert readings.looked_for(Reading(asked=asked)) == words


def test_what_stands_on_the_tabs_is_what_the_auditor_reads():
    places = {each.value: each.label for each in Place if each != Place.MINE}
    told = readings.TOLD["place"]
    assert {name: told[name] for name in places} == places
    assert told.keys() == set(Place.values)
    assert readings.TOLD["tab"].keys() == {*TABS, "released"}


def test_the_auditor_of_another_scheme_sees_nothing_of_it():
    read(factories.submitted(), by=factories.person())

    assert shown(factories.appointed("auditor", scheme=SCHEMES[1].slug)) == []


def test_older_ones_follow_after_the_last_and_no_page_costs_more(
    auditor, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr(views, "A_PAGE", 3)
    application, reader = factories.submitted(), factories.person()
    rows = [read(application, by=reader) for _time in range(7)][::-1]
    client, seen, asked = browser(auditor), [], ""
    client.get(reverse(PAGE))

    for _page in range(3):
        with django_assert_max_num_queries(7):
            page = client.get(reverse(PAGE), {"page": asked}).context["page"]
        seen, asked = seen + page.rows, page.next

    assert (seen, asked) == (rows, "")


def test_on_the_case_the_auditor_alone_sees_who_has_read_it(auditor):
    application = factories.submitted()
    read(application, by=factories.person(name="Test Curious"))
    page = reverse("decisions:case", args=[application.uuid])

    assert "Test Curious" in browser(auditor).get(page).content.decode()
    assert "Test Curious" not in browser(factories.signatory("chair")).get(page).content.decode()
