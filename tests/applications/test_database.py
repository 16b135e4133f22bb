"""What PostgreSQL refuses about applications and their history, whoever writes: raw SQL, past our verbs."""

import pytest
from django.db import DatabaseError, connection, transaction

from applications.models import TRANSITIONS, Application, State
from tests import factories
from tests.role import as_owner

pytestmark = pytest.mark.django_db

KNOWN = {(old.value, new.value) for old, new in TRANSITIONS}
UNKNOWN = {
    old.value: [new.value for new in State if new != old and (old.value, new.value) not in KNOWN]
    for old in State
}
SITUATIONS = ["draft", "submitted", "returned", "approved", "refused", "ended"]


def run(sql, *values):
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        # What still waits for the commit would stop a TRUNCATE before our guard does.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql, values)


def refused(sql, *values, saying):
    with pytest.raises(DatabaseError, match=saying):
        run(sql, *values)


def refuse_every_unknown_move(application):
    for state in UNKNOWN[application.state]:
        refused(
            "UPDATE applications_application SET state = %s WHERE id = %s",
            state,
            application.pk,
            saying="Invalid transition",
        )
    assert len(UNKNOWN[application.state]) >= 3


@pytest.mark.parametrize("state", SITUATIONS)
def test_no_state_is_left_in_a_way_that_the_table_does_not_know(state):
    application = getattr(factories, state)()
    assert application.state == state
    refuse_every_unknown_move(application)


def test_what_was_withdrawn_stays_withdrawn():
    application = factories.withdrawn()
    assert len(UNKNOWN[application.state]) == len(State) - 1
    refuse_every_unknown_move(application)


def test_an_application_begins_as_a_draft():
    draft = factories.draft()
    names = [field.column for field in Application._meta.concrete_fields if field.column != "id"]
    changed = {"uuid": "gen_random_uuid()", "state": "'submitted'"}
    refused(
        f"INSERT INTO applications_application ({', '.join(names)}) "
        f"SELECT {', '.join(changed.get(name, name) for name in names)} "
        "FROM applications_application WHERE id = %s",
        draft.pk,
        saying="Cannot insert",
    )


@pytest.mark.parametrize(
    "verb", ["UPDATE {} SET text = 'Nej'", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_history_is_written_for_good(verb):
    factories.draft()
    refused(verb.format("applications_event"), saying="Cannot|never")
