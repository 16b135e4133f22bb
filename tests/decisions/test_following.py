"""From a case one goes on to the next that waits for oneself, in order of arrival, round and round."""

from datetime import timedelta

import pytest

from decisions import dossier
from decisions.dossier import COUNTED
from tests import factories
from tests.factories import APRIL, signatory, signed

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-04-20T12:00")]
ON = APRIL.date()


@pytest.fixture
def chair():
    return signatory("chair")


def cases(number):
    """Return cases that arrived one after the other, the first two at the same moment."""
    times = [APRIL + timedelta(minutes=max(nth, 1)) for nth in range(number)]
    return [
        factories.confirmed(at=at, number=factories.personal_number(nth))
        for nth, at in enumerate(times)
    ]


def following(case, user):
    return uuids(dossier.following(case, user, on=ON))


def uuids(found):
    return [each.uuid for each in found]


def test_those_that_came_later_follow_and_then_those_that_came_earlier(chair):
    waiting = cases(4)
    for nth, case in enumerate(waiting):
        assert following(case, chair) == uuids(waiting[nth + 1 :] + waiting[:nth])


def test_what_rests_with_others_does_not_follow(chair):
    first, second, third = cases(3)
    signed(second, by=chair)
    assert following(first, chair) == uuids([third])
    assert following(third, signatory("representative")) == uuids([first, second])


@pytest.mark.parametrize("more", [0, 1])
def test_so_many_are_counted_and_of_more_it_is_said_that_there_are_more(client, chair, more):
    case = cases(COUNTED + 1 + more)[5]
    client.force_login(chair)
    page = client.get(f"/decisions/{case.uuid}/", headers={"accept-language": "en"})
    found = page.context["case"]
    assert (found.waiting, found.more_wait) == (COUNTED, bool(more))
    said = f"More than {COUNTED} other cases" if more else f"{COUNTED} more cases"
    assert f"{said} wait for you." in page.content.decode()
