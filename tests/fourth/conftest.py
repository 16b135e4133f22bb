"""The fourth scheme is on the list only in its own tests."""

from datetime import date

import pytest
from django.utils import translation

from schemes import registry
from schemes.models import Organisation
from tests.fourth.scheme import Evenings
from tests.role import known_to_postgres


@pytest.fixture
def evenings(db, monkeypatch):
    scheme = Evenings()
    Organisation.objects.create(
        scheme=scheme.slug, name="The town", code="TOWN", valid_from=date(2000, 1, 1)
    )
    monkeypatch.setattr(Evenings, "listed", [])
    # Into the list itself: others hold it by its name.
    registry.SCHEMES.append(scheme)
    known_to_postgres(scheme)
    with translation.override("en"):
        yield scheme
    registry.SCHEMES.remove(scheme)
