"""What everybody may read: how far the money has gone, and which courses are approved beforehand."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from decisions import services as decisions
from schemes import services, spending
from schemes.fastlege.models import ListedCourse
from schemes.registry import SCHEMES, get
from tests.factories import APRIL, approved, person, personal_number

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-05-20")]

MAY = date(2026, 5, 20)
LATER = APRIL + timedelta(days=30)
RFR, REFUND = get("rfr"), get("fastlege")
PICTURE = (".spending-drawing", ".spending-drawing + *")


def visitor():
    return Client(headers={"accept-language": "en"})


def opened(name, scheme, **typed):
    response = visitor().get(reverse(f"applications:{name}", args=[scheme.slug]), typed)
    assert response.status_code == 200
    return response


def test_a_pool_nobody_has_opened_has_its_whole_budget():
    [pool] = spending.of_scheme(RFR, on=MAY)
    assert (pool.granted, pool.left) == (0, pool.budget)
    assert [each.first for each in pool.periods] == [date(2026, month, 1) for month in range(1, 6)]


def test_what_was_granted_counts_in_its_month_and_from_then_on():
    approved(at=APRIL)
    approved(at=LATER, number=personal_number(1))
    [pool] = spending.of_scheme(RFR, on=MAY)
    assert [(each.granted, each.so_far) for each in pool.periods[2:]] == [
        (0, 0),
        (6000, 6000),
        (6000, 12000),
    ]
    assert pool.left == pool.budget - 12000


def test_what_came_back_is_taken_off_in_the_month_in_which_it_came():
    grant = approved(at=APRIL)
    decisions.end(application=grant, reason="Inställd.", by=grant.applicant, at=LATER)
    [found] = spending.of_scheme(RFR, on=MAY)
    assert [each.granted for each in found.periods[3:]] == [6000, -6000]
    assert found.granted == 0


def test_a_pool_that_lasts_for_years_is_told_year_by_year():
    [pool] = spending.of_scheme(REFUND, on=MAY)
    assert pool.by_year
    assert pool.periods[-1].first == date(2026, 1, 1)
    assert len(pool.periods) == 2026 - pool.periods[0].first.year + 1


def test_the_pool_that_pays_today_comes_first():
    approved(at=APRIL)
    autumn = date(2026, 8, 1)
    assert [pool.current for pool in spending.of_scheme(RFR, on=autumn)] == [True, False]


def test_the_four_latest_pools_of_the_scheme_that_have_begun_are_told():
    halves = [date(year, month, 1) for year in (2024, 2025, 2026) for month in (1, 7)]
    for day in halves:
        services.pool_for(scheme=RFR, on=day, at=APRIL)
    services.pool_for(scheme=REFUND, on=MAY, at=APRIL)
    begun = [pool.starts_on for pool in spending.of_scheme(RFR, on=MAY)]
    assert begun == halves[4:0:-1]


@pytest.mark.today("2026-08-01")
def test_what_a_pool_that_has_ended_did_not_use_is_left_for_nobody():
    approved(at=APRIL)
    html = opened("money", RFR).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert html.count(" left</p>") == 1
    assert re.findall(r"(\w+) 2026</time>\. ([\d ]+) kr was not used", html) == [
        ("June", "1 744 000")
    ]


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.slug)
def test_a_visitor_sees_the_picture_and_the_same_figures_and_nobodys_name(scheme):
    grant = approved()
    html = opened("money", scheme).content.decode()
    assert html.count('<svg class="spending-drawing"') == html.count("<table") == 1
    assert grant.participant not in html
    assert grant.course_title not in html


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "beside"), [(1280, True), (375, False)])
def test_the_picture_has_the_width_of_the_page_with_its_figures_beside_it(new_page, width, beside):
    page = new_page(viewport={"width": width, "height": 900})
    page.goto(reverse("applications:money", args=[RFR.slug]))
    picture, table = (page.locator(f".spending > {each}").bounding_box() for each in PICTURE)
    assert (table["x"] > picture["x"] + picture["width"]) is beside
    assert picture["width"] > width * (0.5 if beside else 0.75)


def test_as_many_queries_for_one_grant_as_for_many(django_assert_num_queries):
    approved(at=APRIL)
    with django_assert_num_queries(3):
        spending.of_scheme(RFR, on=MAY)
    for other in range(1, 4):
        approved(at=APRIL, number=personal_number(other))
    with django_assert_num_queries(3):
        spending.of_scheme(RFR, on=MAY)


def listed(title, **known):
    return ListedCourse.objects.create(title=title, valid_from=date(2022, 1, 1), **known)


def test_courses_are_found_by_title_and_organiser_in_any_order():
    listed("Trygg triage", organiser="Demo Kursforlag")
    listed("Trygg vakt", organiser="Andre")
    found = opened("courses", REFUND, q="kursforlag TRYGG").context["page"]
    assert [course.title for course in found] == ["Trygg triage"]


@pytest.mark.parametrize(("starts_on", "dated"), [(None, False), (date(2026, 9, 1), True)])
def test_days_are_a_column_only_where_a_course_has_them(starts_on, dated):
    listed("Trygg triage", starts_on=starts_on)
    page = opened("courses", REFUND, q="triage").content.decode()
    assert (">Days</th>" in page, 'data-label="Days"' in page) == (dated, dated)


def test_a_course_whose_time_on_the_list_is_over_is_not_shown():
    listed("Gammelt kurs", valid_to=date(2024, 1, 1))
    assert "Gammelt kurs" not in opened("courses", REFUND).content.decode()


def test_a_scheme_without_a_list_has_no_such_page():
    assert visitor().get(reverse("applications:courses", args=["rfr"])).status_code == 404
    assert visitor().get(reverse("applications:courses", args=["nobody"])).status_code == 404
    assert visitor().get(reverse("applications:money", args=["nobody"])).status_code == 404


def test_whoever_is_signed_in_may_read_it_too():
    client = visitor()
    client.force_login(person())
    assert client.get(reverse("applications:money", args=["rfr"])).status_code == 200
