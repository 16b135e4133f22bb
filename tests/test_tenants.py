"""The two schemes are two houses: whoever works in one finds no door into the other.

Every page of the staff is walked by somebody who holds every mandate there is, but in the other scheme, and
by a superuser, who has the admin and nothing else.
"""

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import capacities
from accounts import services as people
from accounts.models import User
from applications import services
from applications.models import Application, Event
from schemes.registry import SCHEMES
from tests import factories, test_access
from tests.test_languages import _drafted, _with_papers

pytestmark = [pytest.mark.django_db, pytest.mark.today(test_access.TODAY)]

HERE, THERE = SCHEMES
# Pages about nothing in particular: a list, or a form for many. Which scheme they show is asked for.
LISTS = [
    *("decisions:queue", "decisions:decided", "decisions:funds", "decisions:transfer"),
    "invoicing:overview",
]
STAFF = ("decisions:", "administration:", "invoicing:", "applications:", "oversight:")
# What everybody may see, staff or not, and what is one's own.
FOR_ALL = {"applications:overview", "applications:head", "applications:start"}
FOR_ALL |= {"decisions:remove_view"}


def everything_in(scheme):
    """Return a person with every mandate of a scheme, for the whole of it."""
    user = factories.person()
    for capacity in capacities.of_scheme(scheme.slug):
        people.appoint(
            user=user, scheme=scheme.slug, capacity=capacity, valid_from=factories.LONG_AGO
        )
    return factories.with_second_factor(user)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Cases of both schemes, and who works only in the other; all of it goes with the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = test_access._world()
        root = User.objects.create_superuser("root@example.org", name="Test Root")
        found.viewers |= {
            "there": everything_in(THERE),
            "here": everything_in(HERE),
            "root": factories.with_second_factor(root),
        }
        refund = _with_papers(_drafted(THERE, factories.person()))
        found.refund = services.submit(application=refund, by=refund.applicant, at=factories.APRIL)
        yield found
        transaction.set_rollback(True)


def of_the_staff():
    """Every row of the access table that is closed to a stranger and open to somebody of the staff."""
    for row in test_access.rows():
        name, about, method, cells = row.values
        seen = dict(zip(test_access.VIEWERS, cells, strict=True))
        if name.startswith(STAFF) and name not in FOR_ALL and seen["stranger"] == "404":
            yield pytest.param(name, about, method, id=row.id)


@pytest.mark.parametrize(("name", "about", "method"), list(of_the_staff()))
@pytest.mark.parametrize("viewer", ["there", "root"])
def test_nothing_of_this_scheme_is_there_for_the_staff_of_the_other(
    world, viewer, name, about, method
):
    if about == "." and viewer == "there":
        shows_only_its_own(world, name, method)
    else:
        assert test_access.answer(world, viewer, name, about, method) == "404"


def shows_only_its_own(world, name, method):
    """A list of the other scheme is theirs; this scheme's, asked for by name, is not there."""
    client = Client()
    client.force_login(world.viewers["there"])
    if name in LISTS and method == "GET":
        assert client.get(reverse(name), {"scheme": HERE.slug}).status_code == 404
        assert client.get(reverse(name), {"scheme": THERE.slug}, follow=True).status_code == 200
    elif method == "POST":
        before = tables(world)
        ticked = {"application": world.ids, "invoice": world.invoices, "scheme": HERE.slug}
        client.post(f"{reverse(name)}?scheme={HERE.slug}", ticked)
        assert tables(world) == before


def tables(world):
    """Return what a form could have changed of the cases of this scheme."""
    rows = Application.objects.filter(scheme=HERE.slug).order_by("pk")
    world.ids = [row.pk for row in rows]
    world.invoices = [invoice.pk for row in rows for invoice in row.invoices.all()]
    return [(row.state, row.revision) for row in rows], Event.objects.count()


@pytest.mark.parametrize("name", ["case", "refuse", "ask_back", "judge", "lower", "recuse"])
def test_it_is_so_the_other_way_round(world, name):
    client = Client()
    url = reverse(f"decisions:{name}", args=[world.refund.uuid])
    client.force_login(world.viewers["here"])
    assert client.get(url).status_code == 404
    client.force_login(world.viewers["there"])
    assert client.get(url).status_code == 200


def test_the_lists_hold_only_cases_of_ones_own_scheme(world):
    client = Client()
    for viewer, scheme in (("here", HERE), ("there", THERE)):
        client.force_login(world.viewers[viewer])
        rows = client.get(reverse("decisions:queue")).context["page"].rows
        assert rows
        assert {row.scheme for row in rows} == {scheme.slug}


@pytest.mark.parametrize(("viewer", "other"), [("here", THERE), ("there", HERE)])
def test_the_admin_shows_and_opens_no_row_of_the_other_scheme(world, viewer, other):
    client = Client()
    client.force_login(world.viewers[viewer])
    for model in admin.site._registry:
        if "scheme" not in {field.name for field in model._meta.get_fields()}:
            continue
        row = model.objects.filter(scheme=other.slug).first()
        if row is None:
            continue
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        listed = client.get(reverse(f"{place}_changelist"))
        if listed.status_code == 200:
            assert other.slug not in {each.scheme for each in listed.context["cl"].result_list}
        assert client.get(reverse(f"{place}_change", args=[row.pk])).status_code in {302, 403}


def test_a_superuser_has_the_admin(world):
    client = Client()
    client.force_login(world.viewers["root"])
    assert client.get(reverse("admin:index")).status_code == 200
