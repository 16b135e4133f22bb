"""The chain of hashes finds what the database's owner did by force, and names it."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from applications.models import Event
from database.rights import written_for_good
from decisions.models import Decision
from oversight.chain import REFERENCE, content_of
from oversight.models import CHAINED, Link, Seal
from oversight.sealing import COVERED, published_head, seal
from oversight.verifying import verify
from tests import factories
from tests.factories import APRIL, again
from tests.oversight.force import by_force, found, sentences
from tests.role import as_owner

pytestmark = pytest.mark.django_db
# Written for good, and no part of the chain, each for its reason.
NOT_LINKED = {
    "oversight_link": "the chain itself",
    "oversight_seal": "holds on to the seal before by its own hash",
    "oversight_end": "is covered by its seal",
    "oversight_verification": "says what was found; nothing rests on it",
    "oversight_backup": "tells when a backup was made; nothing rests on it",
    "oversight_removalreport": "tells what a night has removed; each removal is linked",
    "schemes_retentionterm": "each removal copies the term that it went by",
    "applications_original": "its own SHA-256 holds on to the file; a restore checks it",
}


def test_every_table_that_is_never_updated_is_linked_or_says_why_not():
    for_good = {table for right, table in written_for_good() if right == "UPDATE"}
    chained = {model._meta.db_table for model in CHAINED}
    assert for_good - set(NOT_LINKED) <= chained


def test_an_application_that_was_granted_is_one_chain_from_its_start_to_its_invoice():
    application = factories.approved()
    links = Link.objects.filter(chain="case", key=application.pk).order_by("number")
    assert [each.number for each in links] == list(range(1, len(links) + 1))
    assert links.first().of == "applications_event"
    assert {"decisions_signature", "decisions_decision", "invoicing_invoice"} <= {
        each.of for each in links
    }
    assert found() == {}


def test_what_is_written_in_another_time_zone_has_the_same_hash():
    application = factories.draft()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone TO 'Asia/Tokyo'")
        cursor.execute(
            "INSERT INTO applications_event (application_id, kind, at, by_name, text, internal) "
            "VALUES (%s, 'noted', now(), '', '', true)",
            [application.pk],
        )
        cursor.execute("SHOW TimeZone")
        assert cursor.fetchone() == ("Asia/Tokyo",)
    assert found() == {}


def test_a_number_has_the_year_of_utc_here_and_there():
    application = again(factories.draft(at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC)))
    assert application.rules.local_day(application.created_at) == date(2026, 1, 1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone TO 'Asia/Tokyo'")
        cursor.execute(f"SELECT {REFERENCE} FROM applications_application a")
        assert cursor.fetchone() == (application.reference,)
    assert application.reference == f"RFR-2025-{application.pk:05d}"


def test_an_edit_is_found_and_named():
    application = factories.approved()
    event = Event.objects.filter(application=application).first()
    by_force("UPDATE applications_event SET text = 'Annat' WHERE id = %s", event.pk)
    assert sentences() == [
        f"{application.reference}: row {event.pk} of “history” is not as it was written."
    ]


def test_an_edit_with_its_own_hash_made_right_is_found_at_the_next_link():
    application = factories.approved()
    event = Event.objects.filter(application=application).first()
    by_force("UPDATE applications_event SET text = 'Annat' WHERE id = %s", event.pk)
    content = content_of(Event, CHAINED[Event])
    by_force(
        "UPDATE oversight_link l SET hash = sha256(convert_to(l.of || "
        f"{content}, 'UTF8')) FROM applications_event t "
        "WHERE l.of = 'applications_event' AND l.row = t.id AND l.number = 1 AND t.id = %s",
        event.pk,
    )
    assert found() == {"row_changed": 1}


def test_an_edit_of_a_decision_is_found_although_the_amounts_agree():
    decision = Decision.objects.get(application=factories.approved())
    by_force("UPDATE decisions_decision SET text = 'Annat' WHERE id = %s", decision.pk)
    assert found() == {"row_changed": 1}


def test_voiding_a_signature_is_no_edit():
    application = factories.confirmed()
    chair = factories.signatory("chair")
    factories.signed(application, by=chair)
    factories.signed(application, by=chair, outcome="refuse", reasons=("R8",))
    assert found() == {}


def test_a_deletion_in_the_middle_is_found_and_named():
    application = factories.approved()
    event = Event.objects.filter(application=application)[2]
    by_force("DELETE FROM applications_event WHERE id = %s", event.pk)
    assert sentences() == [f"{application.reference}: row {event.pk} of “history” was removed."]


def test_a_deletion_in_the_middle_together_with_its_link_is_found_and_named():
    application = factories.approved()
    link = Link.objects.filter(chain="case", key=application.pk, of="applications_event")
    link = link.filter(number__gt=3).first()
    by_force("DELETE FROM applications_event WHERE id = %s", link.row)
    by_force("DELETE FROM oversight_link WHERE id = %s", link.pk)
    assert (
        f"{application.reference}: links {link.number} to {link.number} of its chain were removed "
        "from the middle." in sentences()
    )


def cut_off(application):
    """Remove the last row of an application's chain with its link; return the link's number."""
    last = Link.objects.filter(chain="case", key=application.pk).order_by("number").last()
    by_force(f"DELETE FROM {last.of} WHERE id = %s", last.row)
    by_force("DELETE FROM oversight_link WHERE id = %s", last.pk)
    return last.number


def noted(application):
    """Return the application with a note as its last row: nothing but the chain would miss it."""
    factories.services.record(
        application, Event.Kind.NOTED, by=application.applicant, at=APRIL, text="X", internal=True
    )
    return application


def test_a_tail_that_was_cut_off_after_the_seal_is_found_and_named():
    application = noted(factories.approved())
    made = seal(at=APRIL)
    number = cut_off(application)
    assert sentences() == [
        f"{application.reference}: link {number} of its chain, sealed on 2026-04-15 "
        f"(seal {made.number}), is cut off or another one."
    ]


def test_a_tail_that_was_rewritten_with_its_own_hash_after_the_seal_is_found():
    application = noted(factories.approved())
    seal(at=APRIL)
    last = Link.objects.filter(chain="case", key=application.pk).order_by("number").last()
    by_force("UPDATE applications_event SET text = 'Annat' WHERE id = %s", last.row)
    by_force(
        "UPDATE oversight_link l SET hash = sha256(before.hash || convert_to(l.of || "
        f"{content_of(Event, CHAINED[Event])}, 'UTF8')) "
        "FROM applications_event t, oversight_link before WHERE t.id = l.row AND l.id = %s "
        "AND (before.chain, before.key, before.number) = (l.chain, l.key, l.number - 1)",
        last.pk,
    )
    assert found() == {"chain_cut": 1}


def test_a_tail_that_was_cut_off_with_its_seal_is_missed_by_whoever_wrote_down_the_head():
    application = noted(factories.approved())
    seal(at=APRIL)
    head = published_head()
    cut_off(application)
    by_force("DELETE FROM oversight_end")
    by_force("DELETE FROM oversight_seal")
    assert found() == {}
    assert found(head=head) == {"head_unknown": 1}
    assert seal(at=APRIL).head != head


def test_an_end_that_was_taken_out_of_a_seal_is_found():
    application = noted(factories.approved())
    seal(at=APRIL)
    number = cut_off(application)
    by_force("DELETE FROM oversight_end WHERE key = %s AND number = %s", application.pk, number)
    assert found() == {"seal_changed": 1}


def test_a_seal_that_was_removed_is_found():
    noted(factories.approved())
    seal(at=APRIL)
    noted(factories.approved())
    seal(at=APRIL)
    by_force("DELETE FROM oversight_seal WHERE number = 1")
    assert "seal_changed" in found()


def hashed_anew():
    """Make the hash of every seal right again for what it covers now."""
    by_force(
        f"UPDATE oversight_seal t SET hash = {COVERED} FROM oversight_seal s "
        "LEFT JOIN oversight_seal before ON before.number = s.number - 1 WHERE s.id = t.id"
    )


def test_an_end_that_was_taken_out_of_a_seal_with_a_right_hash_is_found():
    application = noted(factories.approved())
    seal(at=APRIL)
    number = cut_off(application)
    by_force("DELETE FROM oversight_end WHERE key = %s AND number = %s", application.pk, number)
    hashed_anew()
    assert found() == {"seal_changed": 1}


def test_a_seal_that_was_removed_before_one_with_a_right_hash_is_found():
    factories.draft()
    first = seal(at=APRIL)
    factories.draft()
    seal(at=APRIL)
    by_force("DELETE FROM oversight_end WHERE seal_id = %s", first.pk)
    by_force("DELETE FROM oversight_seal WHERE id = %s", first.pk)
    hashed_anew()
    assert found() == {"seal_changed": 1}


def test_a_row_that_was_slipped_in_past_the_chain_is_found_and_named():
    application = factories.approved()
    by_force(
        "INSERT INTO applications_event (application_id, kind, at, by_name, text, internal) "
        "VALUES (%s, 'noted', now(), '', '', true)",
        application.pk,
    )
    last = Event.objects.order_by("pk").last()
    assert sentences() == [f"Row {last.pk} of “history” was written past the chain."]


def test_a_seal_covers_what_is_new_and_nothing_twice():
    factories.approved()
    first = seal(at=APRIL)
    assert seal(at=APRIL) is None
    noted(factories.draft())
    second = seal(at=APRIL)
    assert (first.number, second.number, second.ends) == (1, 2, 1)
    assert found(head=first.head) == found(head=second.head) == {}


def test_the_head_is_printed_and_found_again(capsys):
    factories.approved()
    call_command("seal")
    printed = capsys.readouterr().out.split("Published head: ")[1].strip()
    call_command("verify", head=printed)
    assert "0 findings" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("verify", head="1:00")
    assert "The published head 1:00 is not among the seals" in capsys.readouterr().out


def test_the_content_of_every_linked_table_is_what_to_jsonb_says_without_what_is_empty():
    factories.approved()
    for model, chained in CHAINED.items():
        table, without = model._meta.db_table, list(chained.without)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE {content_of(model, chained)} IS DISTINCT FROM "
                "(to_jsonb(t) - %s::text[] - ARRAY(SELECT e.key FROM jsonb_each(to_jsonb(t)) e "
                "WHERE e.value = 'null'))::text",
                [without],
            )
            assert cursor.fetchone() == (0,), table


def test_links_made_afterwards_are_those_that_the_triggers_make():
    from oversight.linking import Unlinked, link_all

    factories.approved()
    before = list(Link.objects.order_by("pk").values_list("of", "row", "hash"))
    hashes = {(of, row): bytes(hash_) for of, row, hash_ in before if of == "schemes_ledgerentry"}
    by_force("DELETE FROM oversight_link WHERE of = 'schemes_ledgerentry'")
    content = content_of(*_ledger(), row="schemes_ledgerentry")
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        link_all(cursor, [Unlinked("schemes_ledgerentry", "pool", "pool_id", content)])
    after = Link.objects.filter(of="schemes_ledgerentry")
    assert {(each.of, each.row): bytes(each.hash) for each in after} == hashes


def _ledger():
    model = apps.get_model("schemes", "LedgerEntry")
    return model, CHAINED[model]


def test_verify_writes_nothing_and_sees_one_moment():
    factories.approved()
    before = Link.objects.count(), Seal.objects.count()
    assert all(answer.count == 0 for answer in verify())
    assert (Link.objects.count(), Seal.objects.count()) == before
