"""The fourth scheme is on the list only in its own tests."""

from datetime import date

import pytest
from django.utils import translation

from schemes.models import Organisation
from tests.fourth.scheme import Evenings
from tests.role import registered


@pytest.fixture
def evenings(db, monkeypatch):
    scheme = Evenings()
    Organisation.objects.create(
        scheme=scheme.slug, name="The town", code="TOWN", valid_from=date(2000, 1, 1)
    )
    monkeypatch.setattr(Evenings, "listed", [])
    with registered(scheme), translation.override("en"):
        yield scheme
