"""A month at a glance, and its packets as one ZIP: asked for once, watched, kept for a day."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from applications.models import Reading
from invoicing import bundle, months, packet, services, tasks
from invoicing.models import Bundle, Handling, Invoice
from tests import factories
from tests.factories import APRIL, finance, personal_number
from tests.journeys.people import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-05-04T10:00")]
MAY = APRIL + timedelta(days=20)


@pytest.fixture
def clerk(client, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    settings.LANGUAGE_CODE = "en"
    monkeypatch.setattr(packet, "build", lambda invoice: b"%PDF-1.7")
    clerk = finance()
    client.force_login(clerk)
    return clerk


def granted(nth, *, at=APRIL):
    return factories.approved(number=personal_number(nth), at=at).invoices.get()


def made(nth, *, at=APRIL):
    invoice = granted(nth, at=at)
    packet.render(invoice.packet.pk, at=at)
    return invoice


def asked_for(client, month="2026-04"):
    client.post(reverse("invoicing:ask_for_bundle"), {"month": month})
    return Bundle.objects.latest("pk")


def test_a_month_says_how_its_invoices_stand_and_what_they_sum_up_to(client, clerk):
    made(1), made(2), granted(3), made(4, at=MAY)
    may, april = client.get(reverse("invoicing:months")).context["months"]
    assert (april["month"], april["sum"]) == (date(2026, 4, 1), 18_000)
    assert (april["making"], april["ready"], april["packets"]) == (1, 2, 2)
    assert (may["month"], may["ready"], may["sum"]) == (date(2026, 5, 1), 1, 6000)


@pytest.mark.django_db(transaction=True)
def test_paper_has_no_column_of_what_is_downloaded_and_no_way_elsewhere(new_page, live_server):
    factories.approved(at=APRIL)
    page = signed_in(new_page(), finance(), live_server)
    for name, gone in (("months", ".packets"), ("overview", ".on-screen")):
        page.goto(reverse(f"invoicing:{name}"))
        assert page.locator(gone).first.is_visible()
        page.emulate_media(media="print")
        assert not page.locator(gone).first.is_visible()
        page.emulate_media(media="screen")


@pytest.mark.today("2026-08-20T10:00")
def test_the_columns_of_a_month_count_each_of_its_invoices_once(client, clerk):
    made(1)  # its day is past
    granted(3)
    wrong = made(2)
    services.mark_sent(invoices=[wrong], by=clerk, at=APRIL)
    services.correct(invoice=wrong, reason="Fel kontakt", by=clerk, at=APRIL)

    [april] = client.get(reverse("invoicing:months")).context["months"]

    assert (april["overdue"], april["ready"], april["taken_back"]) == (1, 0, 1)
    assert sum(april[name] for name in months.COUNTED) == april["number"]


def test_the_page_takes_as_many_queries_for_one_month_as_for_two(
    client, clerk, django_assert_num_queries
):
    made(1)
    client.get(reverse("invoicing:months"))
    with django_assert_num_queries(8, exact=False):
        client.get(reverse("invoicing:months"))
    made(2, at=MAY)
    with django_assert_num_queries(8, exact=False):
        client.get(reverse("invoicing:months"))


def test_a_month_s_packets_come_as_one_zip_and_who_took_them_is_noted(client, clerk):
    first, second = made(1), made(2)
    made(3, at=MAY), granted(4)
    asked = asked_for(client)
    assert asked.total == 2
    assert b"0 of 2" in client.get(reverse("invoicing:bundle", args=[asked.uuid])).content
    tasks.make_bundle(asked.pk)
    answer = client.post(reverse("invoicing:bundle_file", args=[asked.uuid]))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    names = {f"{each}.pdf" for each in (first, second)}
    assert {name for name in archive.namelist() if name.endswith("pdf")} == names
    assert len(archive.namelist()) == 3
    assert set(Handling.objects.values_list("invoice", "by")) == {
        (each.pk, clerk.pk) for each in (first, second)
    }
    assert Reading.objects.filter(what=Reading.What.PACKET, by=clerk).count() == 2


def test_its_invoices_are_fetched_a_few_at_a_time_and_lie_in_it_by_number(
    client, clerk, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(months, "AT_A_TIME", 2)
    invoices = [made(nth) for nth in range(1, 4)]
    contents = months.Contents(asked_for(client).invoices)
    with django_assert_num_queries(2):
        found = list(contents)
    assert [each.label for each in found] == sorted(str(each) for each in invoices)
    assert all("snapshot" in each.get_deferred_fields() for each in found)


def test_how_far_it_is_stands_in_the_database_while_it_is_made(client, clerk, monkeypatch):
    monkeypatch.setattr(months, "TOLD_EVERY", 1)
    made(1), made(2)
    asked = asked_for(client)
    page, seen = reverse("invoicing:bundle", args=[asked.uuid]), []
    file_name = bundle.file_name

    def looked(invoice):
        seen.append(client.get(page).context["bundle"].done)
        return file_name(invoice)

    monkeypatch.setattr(bundle, "_packet", lambda archive, invoice, pipe: looked(invoice) and [])
    months.make(asked.pk, at=MAY)
    assert seen == [0, 1]
    assert client.get(page).context["bundle"].done == 2


def test_a_zip_that_is_being_made_is_left_to_the_worker_that_makes_it(client, clerk):
    made(1)
    asked = asked_for(client)
    Bundle.objects.update(leased_until=MAY + timedelta(days=9999))
    assert months.make(asked.pk, at=MAY) is False
    Bundle.objects.update(leased_until=None)
    assert months.make(asked.pk, at=MAY) is True
    assert months.make(asked.pk, at=MAY) is False


def test_a_zip_is_for_who_asked_for_it_alone(client, clerk):
    made(1)
    asked = asked_for(client)
    months.make(asked.pk, at=MAY)
    client.force_login(finance())
    for name, method in (("bundle", client.get), ("bundle_file", client.post)):
        assert method(reverse(f"invoicing:{name}", args=[asked.uuid])).status_code == 404


def test_who_may_no_longer_see_the_packets_gets_no_zip_of_them(client, clerk):
    invoice = made(1)
    asked = asked_for(client)
    months.make(asked.pk, at=MAY)
    organisations = type(invoice.series.organisation).objects.filter(scheme=asked.scheme)
    other = organisations.exclude(pk=invoice.series.organisation_id).first()
    clerk.mandates.update(organisation=other)
    answer = client.post(reverse("invoicing:bundle_file", args=[asked.uuid]))
    assert answer.status_code == 404
    assert not Handling.objects.exists()


def test_before_it_is_made_nothing_is_handed_out(client, clerk):
    made(1)
    page = client.post(reverse("invoicing:bundle_file", args=[asked_for(client).uuid]), follow=True)
    assert "still being made" in str(next(iter(page.context["messages"])))


@pytest.mark.parametrize(("month", "code"), [("", 404), ("2026-13", 404), ("2026-02", 302)])
def test_a_month_without_packets_gives_no_zip(client, clerk, month, code):
    made(1)
    answer = client.post(reverse("invoicing:ask_for_bundle"), {"month": month})
    assert answer.status_code == code
    assert not Bundle.objects.exists()


def test_it_is_removed_after_a_day_with_its_file(client, clerk):
    made(1)
    asked = asked_for(client)
    months.make(asked.pk, at=MAY)
    name = factories.again(asked).file.name
    assert months.forget(at=asked.at + timedelta(hours=23)) == 0
    assert default_storage.exists(name)
    assert months.forget(at=asked.at + timedelta(hours=25)) == 1
    assert not default_storage.exists(name)


def test_another_administration_s_packets_are_not_in_it(client, clerk):
    made(1)
    other = Invoice.objects.get().series.organisation
    others = type(other).objects.filter(scheme=other.scheme).exclude(pk=other.pk)
    client.force_login(finance(others.first()))
    assert client.get(reverse("invoicing:months")).context["months"] == []
    client.post(reverse("invoicing:ask_for_bundle"), {"month": "2026-04"})
    assert not Bundle.objects.exists()
