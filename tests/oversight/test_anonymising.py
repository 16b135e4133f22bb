"""What outlives its term of retention is anonymised: PostgreSQL sees to it, and the chain stays whole."""

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from accounts.models import User
from applications import holds
from applications.models import Application, Document, Event, Hold, Notice, Original, Paper, Verdict
from applications.outbox import keep
from applications.services import NotAllowed
from decisions import services as decisions
from decisions.models import Decision
from invoicing import packet
from invoicing import services as invoicing
from invoicing.models import BatchKey
from oversight import anonymising, removing, tasks
from oversight.anonymising import anonymise, outlook
from oversight.archive import stored_files
from oversight.models import FileToRemove, Link, Removal, RemovalReport, Seal, Verification
from schemes import clock
from schemes.models import Organisation, PersonalAllowance, RetentionTerm
from tests import factories, numbers
from tests.factories import again
from tests.oversight import lived
from tests.oversight.force import at_commit, by_force, found, run, sentences
from tests.oversight.lived import NUMBER, SAID, at
from tests.payout import test_fastlege as refunds
from tests.payout.situations import PAYER
from tests.role import as_owner

pytestmark = pytest.mark.django_db
NIGHT = at(2026)


@pytest.fixture(autouse=True)
def storage(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(packet, "build", lambda invoice: b"%PDF-1.7 Ofelia")
    Organisation.objects.update(valid_from=date(2000, 1, 1))


# Each kind of record: how and when it was closed, and its last day
KINDS = {
    "draft": (lived.draft, at(2023, 5, 10), date(2024, 5, 10)),
    "closed": (lived.refused, at(2022, 5, 10), date(2024, 5, 10)),
    "paid": (lived.settled, at(2022, 5, 10), date(2024, 5, 10)),
}
A_DAY = timedelta(days=1)
REFUSED_UNTIL = date(2024, 5, 10)


def removed(kind, number=1):
    return [{"scheme": "rfr", "kind": kind, "removed": number, "held": 0}]


def held(kind, number=1):
    return [{"scheme": "rfr", "kind": kind, "removed": 0, "held": number}]


def told():
    """Return the tables that say something about the person, with its words."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        rows = {table: numbers._copied(cursor, table) for table in names}
    words = {table: {word for word in SAID if word in text} for table, text in rows.items()}
    return {table: found for table, found in words.items() if found}


def goes(case, *, on):
    """Let the person have been away since long ago, and anonymise on a day."""
    User.objects.filter(pk=case.applicant_id).update(date_joined=at(2010), last_login=None)
    return anonymise(on=on, at=NIGHT)


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_is_kept_on_its_last_day_and_goes_on_the_day_after(kind):
    situation, when, last = KINDS[kind]
    case = situation(when=when)
    assert anonymise(on=last, at=NIGHT).lines == []
    assert Removal.objects.count() == 0

    assert anonymise(on=last + A_DAY, at=NIGHT).lines == removed(kind)

    removal = Removal.objects.get()
    assert (removal.reference, removal.last_day) == (case.reference, last)
    assert found() == {}


FIGURES = ("uuid", "state", "asked", "assessed", "granted", "starts_on", "decided_at", "reference")


def figures(case):
    """Return what must not vanish of a case: sums, days, state, history, outcome."""
    case = again(case)
    outcome = Decision.objects.filter(application=case).values("outcome", "amount", "decided_on")
    history = case.events.values_list("kind", "at")
    return [getattr(case, name) for name in FIGURES], list(outcome), list(history)


def held_and_lifted(case, by):
    words = {"reason": "Ofelia klagar", "by": by, "at": at(2023)}
    holds.lift(hold=holds.hold(application=case, **words), **words)


def test_of_a_draft_nothing_is_left_but_that_there_was_one(administrator):
    case = lived.draft(when=at(2023, 5, 10))
    held_and_lifted(case, administrator)
    assert told().keys() >= {"applications_application", "applications_event", "accounts_user"}
    assert any("originals" in name for name in stored_files())

    goes(case, on=date(2026, 1, 1))

    assert told() == {}
    assert list(stored_files()) == []
    assert not Application.objects.exists()
    assert not Original.objects.exists()
    assert found() == {}


def test_of_a_refused_case_the_figures_and_the_office_stay_and_nothing_of_the_person():
    case = lived.refused(when=at(2022, 5, 10))
    kept = figures(case)

    goes(case, on=REFUSED_UNTIL + A_DAY)

    assert told() == {}
    assert list(stored_files()) == []
    assert figures(case) == kept
    signed = case.signatures.filter(voided_at=None)
    assert sorted(each.name for each in signed) == ["Test Chair", "Test Representative"]
    assert not Notice.objects.filter(application=case).exists()
    assert not Paper.objects.exists()
    assert found() == {}


def test_vouchers_stay_whole_until_their_years_are_over_and_then_keep_their_figures():
    case = lived.settled(when=at(2016, 5, 10))
    kept, invoices = figures(case), list(case.invoices.values("number", "amount", "issued_on"))
    # Terms that are in force from 2024 on: of what is this old the answers go at once.
    assert anonymise(on=date(2023, 12, 31), at=NIGHT).lines == []
    whole = case.invoices.first().snapshot
    one_night(case, on=date(2024, 1, 1))

    assert told() == {}
    assert list(stored_files()) == []
    assert figures(case) == kept
    assert list(case.invoices.values("number", "amount", "issued_on")) == invoices
    stated = case.invoices.first().snapshot
    assert stated["decision"]["terms"] == whole["decision"]["terms"]
    assert stated["course"]["starts_on"] == whole["course"]["starts_on"]
    assert found() == {}


def pointing_to(person):
    """Return the columns by which something still says that it is a person's."""
    found = [each for each in User._meta.get_fields(include_hidden=True) if each.auto_created]
    named = [(each.related_model, each.field.name) for each in found if each.is_relation]
    return {
        f"{model._meta.db_table}.{name}"
        for model, name in named
        if model._base_manager.filter(**{name: person}).exists()
    }


def test_of_an_ended_grant_nothing_says_whose_it_was_once_its_vouchers_go(administrator):
    case = lived.ended(when=at(2016, 5, 10))
    held_and_lifted(case, administrator)
    assert pointing_to(case.applicant) >= {"applications_event.by", "schemes_ledgerentry.by"}

    goes(case, on=date(2024, 1, 1))

    assert told() == {}
    assert pointing_to(case.applicant) == set()
    assert found() == {}


def test_of_an_ended_refund_nothing_says_whose_it_was_once_its_vouchers_go(in_2040):
    case = refunds.granted()
    with at_commit():
        decisions.end(application=case, reason="X", by=case.applicant, at=refunds.AUGUST)
    lived.rendered(case, refunds.AUGUST)
    assert "schemes_allowanceentry.by" in pointing_to(case.applicant)

    goes(case, on=date(2040, 1, 1))

    assert pointing_to(case.applicant) == set()
    assert found() == {"function_changed": 1}


def one_night(case, *, on):
    report = goes(case, on=on)
    assert [(line["kind"], line["removed"]) for line in report.lines] == [
        ("account", 1),
        ("paid", 1),
        ("voucher", 1),
    ]


def test_while_a_voucher_is_kept_only_it_and_the_account_say_whose_it_was():
    case = lived.settled(when=at(2022, 5, 10))
    stated = case.invoices.first().snapshot
    goes(case, on=date(2024, 5, 11))

    assert told().keys() == {
        "accounts_user",
        "account_emailaddress",
        "applications_application",
        "invoicing_invoice",
        "invoicing_entry",  # follows its case
        *("invoicing_handling", "invoicing_postponement", "applications_reading"),
    }
    assert told()["applications_application"] == {"Ofelia", "hemlig"}  # name and course
    invoice = again(case).invoices.get(kind="invoice")
    assert invoice.snapshot == stated
    assert invoice.packet.file.read() == b"%PDF-1.7 Ofelia"
    # Kept through 2029; a day that has not come is only looked at.
    assert outlook(on=date(2029, 12, 31)) == []
    assert outlook(on=date(2030, 1, 1)) == removed("voucher")


def test_a_voucher_is_kept_from_the_year_in_which_it_was_settled():
    case = lived.approved(when=at(2016, 10, 1))
    lived.settle(case, when=at(2017, 1, 15), cost="12000")  # all of it: no credit of that year
    goes(case, on=date(2024, 5, 11))
    assert outlook(on=date(2024, 12, 31)) == []
    assert outlook(on=date(2025, 1, 1)) == removed("voucher")


def test_an_ended_grant_is_closed_and_its_invoices_are_vouchers():
    case = lived.ended(when=at(2022, 5, 10))
    # Its year is guarded until the end of the next, though that is long past by then.
    assert goes(case, on=date(2024, 5, 11)).lines == removed("closed")
    assert case.invoices.count() == 2
    assert found() == {}


def test_the_year_of_a_grant_is_guarded_until_the_next_one_is_over():
    case = lived.approved(when=at(2024, 10, 1))
    RetentionTerm.objects.create(
        scheme="rfr", kind="paid", valid_from=date(2024, 1, 1), months=1, source="X"
    )
    lived.settle(case, when=at(2024, 10, 2))
    year = again(case).year
    assert outlook(on=date(year + 1, 12, 31)) == []
    assert outlook(on=date(year + 2, 1, 1)) == removed("paid")


def test_a_newer_term_takes_over_from_its_day_on():
    lived.refused(when=at(2022, 5, 10))
    RetentionTerm.objects.create(
        scheme="rfr", kind="closed", valid_from=date(2024, 1, 1), months=36, source="X"
    )
    assert outlook(on=date(2025, 5, 10)) == []
    assert outlook(on=date(2025, 5, 11)) == removed("closed")


def test_a_draft_counts_from_when_something_was_typed_last():
    case = lived.draft(when=at(2023, 5, 10), paper=False)
    factories.services.save_step(
        application=case,
        step=factories.SCHEME.step("earlier"),
        typed={"applied_earlier": "no", "which": "X"},
        revision=case.revision,
        by=case.applicant,
        at=at(2023, 9, 1),
    )
    assert outlook(on=date(2024, 9, 1)) == []
    assert outlook(on=date(2024, 9, 2)) == removed("draft")


def test_a_withdrawn_application_is_closed():
    factories.withdrawn(at=at(2022, 5, 10))
    assert outlook(on=REFUSED_UNTIL) == []
    assert outlook(on=REFUSED_UNTIL + A_DAY) == removed("closed")


def test_a_case_whose_packet_is_still_to_be_made_waits_for_it():
    case = factories.ended(at=at(2016))
    assert outlook(on=date(2026, 1, 1)) == []
    lived.rendered(case, at(2016))
    assert outlook(on=date(2026, 1, 1)) == removed("closed")


def test_what_still_waits_for_an_answer_is_never_due():
    lived.sent_in(when=at(2016))
    factories.approved(at=at(2016))
    assert outlook(on=date(2040, 1, 1)) == []


# Holds


@pytest.fixture
def administrator():
    return factories.appointed("administrator")


@pytest.mark.parametrize("whole_person", [False, True])
def test_while_a_case_is_held_nothing_goes_and_when_it_is_lifted_it_does(
    administrator, whole_person
):
    case = lived.refused(when=at(2022, 5, 10))
    words = {"reason": "A lawsuit", "by": administrator, "at": at(2023)}
    row = holds.hold(application=case, whole_person=whole_person, **words)
    assert goes(case, on=date(2026, 1, 1)).lines == held("closed")
    assert again(case).participant == lived.NAME

    holds.lift(hold=row, reason="It is over", by=administrator, at=at(2026))
    assert ("rfr", "closed", 1) in [
        (line["scheme"], line["kind"], line["removed"])
        for line in goes(case, on=date(2026, 1, 2)).lines
    ]
    assert found() == {}


def test_who_is_held_is_held_in_what_others_sent_in_about_them_and_in_that_scheme_alone(
    administrator,
):
    case = lived.refused(when=at(2022, 5, 10), by=factories.person())
    own = lived.draft(when=at(2022, 5, 10), paper=False)
    words = {"person": own.applicant, "reason": "X", "at": at(2023), "by": administrator}
    Hold.objects.create(scheme="fastlege", **words)
    assert own.applicant != case.applicant
    assert outlook(on=date(2026, 1, 1)) == removed("draft") + removed("closed")

    holds.hold(application=own, reason="X", whole_person=True, by=administrator, at=at(2023))

    assert outlook(on=date(2026, 1, 1)) == held("draft") + held("closed")


def test_a_hold_has_a_reason_is_the_administrators_and_is_lifted_once(administrator):
    case = lived.refused(when=at(2022, 5, 10))
    words = {"application": case, "at": at(2023)}
    for by, reason in ((administrator, " "), (factories.signatory("chair"), "X")):
        with pytest.raises(NotAllowed):
            holds.hold(by=by, reason=reason, **words)
    row = holds.hold(by=administrator, reason="X", **words)
    holds.lift(hold=row, reason="Y", by=administrator, at=at(2024))
    with pytest.raises(NotAllowed):
        holds.lift(hold=row, reason="Y", by=administrator, at=at(2024))


# What PostgreSQL itself refuses


@pytest.fixture
def role(db):
    User.objects.get_or_create(email="nobody@anonymised.invalid", defaults={"is_active": False})


REMOVE = "SELECT oversight_remove(%s, %s)"


def test_the_role_is_refused_before_the_term_has_run_out_and_afterwards_is_not(role):
    case = lived.refused(when=at(2022, 5, 10))
    with pytest.raises(DatabaseError, match="No term of case"):
        run(REMOVE, case.pk, REFUSED_UNTIL)
    assert again(case).participant == lived.NAME
    run(REMOVE, case.pk, REFUSED_UNTIL + A_DAY)
    assert again(case).participant != lived.NAME
    assert found() == {}


def test_the_role_is_refused_a_day_that_has_not_come_and_a_case_that_is_held(role, administrator):
    case = lived.refused(when=at(2022, 5, 10))
    with pytest.raises(DatabaseError, match="has not come"):
        run(REMOVE, case.pk, clock.today("UTC") + timedelta(days=3))
    holds.hold(application=case, reason="X", by=administrator, at=at(2023))
    with pytest.raises(DatabaseError, match="is held"):
        run(REMOVE, case.pk, date(2026, 1, 1))
    with pytest.raises(DatabaseError, match="No term of case"):
        run(REMOVE, factories.draft().pk + 1, date(2026, 1, 1))


ATTEMPTS = {
    "a term is shortened": "UPDATE schemes_retentionterm SET months = 1",
    "a term is removed": "DELETE FROM schemes_retentionterm",
    "a hold is removed": "DELETE FROM applications_hold",
    "a removal is made up": "INSERT INTO oversight_removal (scheme, kind, of_case, reference, "
    "counted_from, months, last_day, \"on\", at, rows) VALUES ('rfr', 'paid', 1, '', now(), 1, "
    "now(), now(), now(), '[]')",
    "the guards are told to stand aside": "SELECT set_config('kursmedel.aside', 'on', true); "
    "INSERT INTO oversight_aside VALUES (pg_current_xact_id()::text::bigint)",
    "the function is replaced": "CREATE OR REPLACE FUNCTION public.oversight_remove(bigint, date) "
    "RETURNS text LANGUAGE sql AS 'SELECT 1::text'",
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_role_is_refused(role, attempt):
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        run(ATTEMPTS[attempt])


def test_a_setting_alone_moves_no_guard(role):
    case = lived.refused(when=at(2022, 5, 10))
    with pytest.raises(DatabaseError, match="never changed"):
        run(
            "SELECT set_config('kursmedel.aside', 'on', true); "
            "UPDATE applications_application SET answers = '{}' WHERE id = %s",
            case.pk,
        )


def test_vouchers_have_no_term_below_five_years():
    with pytest.raises(DatabaseError, match="long_enough"):
        RetentionTerm.objects.create(
            scheme="rfr", kind="voucher", valid_from=date(2024, 1, 1), months=59, source="X"
        )


# What verify finds


@pytest.fixture
def gone():
    case = lived.refused(when=at(2022, 5, 10))
    anonymise(on=date(2026, 1, 1), at=NIGHT)
    assert found() == {}
    return again(case)


def test_an_edit_of_an_anonymised_row_is_found_and_named(gone):
    event = Event.objects.filter(application=gone, kind="submitted").first()
    by_force("UPDATE applications_event SET text = 'Annat' WHERE id = %s", event.pk)
    assert sentences() == [
        f"{gone.reference}: row {event.pk} of “history” is not as it was written."
    ]


def test_what_comes_back_by_force_is_found(gone):
    by_force("UPDATE decisions_decision SET text = 'Ofelia' WHERE application_id = %s", gone.pk)
    assert found() == {"row_changed": 1}
    by_force("UPDATE applications_application SET answers = '{\"a\": 1}' WHERE id = %s", gone.pk)
    assert found() == {"row_changed": 1, "removed_unsaid": 1}
    by_force("UPDATE applications_application SET answers = '{}', facts = '{\"a\": 1}'")
    assert found() == {"row_changed": 1, "removed_unsaid": 1}


def test_a_voucher_that_says_again_whose_it_was_is_found():
    case = lived.settled(when=at(2016, 5, 10))
    one_night(case, on=date(2024, 1, 1))
    by_force("UPDATE applications_application SET applicant_id = %s", factories.person().pk)
    assert found() == {"removed_unsaid": 1}


def test_a_row_that_is_removed_after_it_was_anonymised_is_found(gone):
    event = Event.objects.filter(application=gone, kind="noted").get()
    by_force("DELETE FROM applications_event WHERE id = %s", event.pk)
    assert found() == {"row_gone": 1}


@pytest.fixture
def gone_draft():
    """Return the history that a draft had before nothing was left of it."""
    case = lived.draft(when=at(2022, 5, 10), paper=False)
    events = list(Event.objects.filter(application=case).values())
    anonymise(on=date(2026, 1, 1), at=NIGHT)
    assert found() == {}
    return events


def test_a_row_of_a_removed_draft_that_comes_back_is_found(gone_draft):
    row = gone_draft[0]
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    by_force(f"INSERT INTO applications_event ({names}) VALUES ({places})", *row.values())
    assert found() == {"row_changed": 1}


def test_a_link_of_a_removed_row_that_was_rewritten_is_found(gone_draft):
    by_force(
        "UPDATE oversight_link SET hash = sha256('x') WHERE of = 'applications_event' AND row = %s",
        gone_draft[0]["id"],
    )
    # The link of the removal itself holds on to it as well.
    assert found() == {"row_gone": 1, "row_changed": 1}


def test_a_link_of_an_anonymised_row_that_was_rewritten_is_found(gone):
    link = Link.objects.filter(of="applications_event", key=gone.pk).order_by("number").first()
    by_force("UPDATE oversight_link SET hash = sha256('x') WHERE id = %s", link.pk)
    assert "row_changed" in found()


def test_a_row_that_is_emptied_without_a_removal_is_found():
    case = lived.refused(when=at(2022, 5, 10))
    by_force("UPDATE decisions_decision SET text = '' WHERE application_id = %s", case.pk)
    assert found() == {"row_changed": 1}


def test_a_removal_before_its_time_or_without_a_term_is_found(gone):
    by_force("UPDATE oversight_removal SET last_day = '2026-01-01', months = 7")
    assert found().keys() == {"row_changed", "removed_early", "removed_without_term"}
    assert f"{gone.reference} was anonymised after 7 months; no term says so." in sentences()


def test_a_removal_whose_last_day_was_moved_or_that_had_not_come_is_found(gone):
    by_force("UPDATE oversight_removal SET \"on\" = '2024-05-10', last_day = '2024-05-09'")
    assert found() == {"row_changed": 1, "removed_early": 1}
    by_force("UPDATE oversight_removal SET \"on\" = at + interval '3 days'")
    assert found() == {"row_changed": 1, "removed_early": 1}


def test_a_term_of_another_scheme_or_kind_or_of_later_lets_nothing_be_removed(gone):
    for scheme, kind, since in (
        ("fastlege", "closed", 2024),
        ("rfr", "paid", 2024),
        ("rfr", "closed", 2027),
    ):
        RetentionTerm.objects.create(
            scheme=scheme, kind=kind, valid_from=date(since, 1, 1), months=7, source="X"
        )
    by_force("UPDATE oversight_removal SET months = 7")
    assert found() == {"row_changed": 1, "removed_without_term": 1}


def test_a_removal_that_was_taken_away_is_found(gone):
    by_force("DELETE FROM oversight_removal")
    assert {"row_gone", "row_changed", "removed_unsaid"} <= found().keys()


def test_a_removal_of_a_held_case_is_found(gone, administrator):
    by_force(
        "INSERT INTO applications_hold (scheme, person_id, application_id, reason, at, by_id, by_name)"
        " VALUES ('rfr', %s, %s, 'X', '2023-01-01', %s, '')",
        gone.applicant_id,
        gone.pk,
        administrator.pk,
    )
    words = f"{gone.reference} was anonymised while somebody held it."
    assert words in sentences()
    by_force(
        "INSERT INTO applications_hold (scheme, person_id, application_id, reason, at, by_id, by_name,"
        " lifts_id) SELECT scheme, person_id, application_id, 'X', now() + interval '1 day', by_id, '', id"
        " FROM applications_hold"
    )
    assert words in sentences()


def test_a_removal_while_every_case_of_the_person_was_held_is_found(administrator):
    case, other = lived.settled(when=at(2022, 5, 10)), factories.person()
    anonymise(on=date(2026, 1, 1), at=NIGHT)
    held_since = (
        "INSERT INTO applications_hold (scheme, person_id, reason, at, by_id, by_name)"
        " VALUES (%s, %s, 'X', %s, %s, '')"
    )
    for scheme, person, since in (
        ("fastlege", again(case).applicant_id, "2023-01-01"),
        ("rfr", other.pk, "2023-01-01"),
        ("rfr", again(case).applicant_id, "2027-01-01"),
    ):
        by_force(held_since, scheme, person, since, administrator.pk)
    words = f"{case.reference} was anonymised while somebody held it."
    assert words not in sentences()
    by_force(held_since, "rfr", again(case).applicant_id, "2023-01-01", administrator.pk)
    assert sentences().count(words) == 1


def test_a_function_that_was_replaced_is_found():
    by_force(
        "CREATE OR REPLACE FUNCTION public.oversight_due(day date, only_case bigint) RETURNS TABLE "
        "(of_case bigint, scheme text, kind text, counted_from date, months integer, "
        "last_day date, held boolean) LANGUAGE sql AS $$ SELECT 1, '', '', day, 1, day, false $$"
    )
    assert found() == {"function_changed": 1}


# The night


def test_the_night_twice_is_the_night_once():
    lived.refused(when=at(2022, 5, 10))
    lived.draft(when=at(2022, 5, 10), by=factories.person(), paper=False)
    first = anonymise(on=date(2026, 1, 1), at=NIGHT)
    links = Link.objects.count()
    second = anonymise(on=date(2026, 1, 1), at=NIGHT)
    assert [line["kind"] for line in first.lines] == ["draft", "closed"]
    assert (second.lines, second.files, second.failed, second.waiting) == ([], 0, 0, 0)
    assert Link.objects.count() == links
    assert RemovalReport.objects.count() == 2


def test_a_night_is_bounded_and_the_rest_waits_for_the_next():
    for _nth in range(3):
        lived.draft(when=at(2022, 5, 10), by=factories.person(), paper=False)
    report = anonymise(on=date(2026, 1, 1), at=NIGHT, most=2)
    assert (report.lines, report.waiting) == (removed("draft", 2), 1)
    assert anonymise(on=date(2026, 1, 1), at=NIGHT, most=2).lines == removed("draft")


def test_a_file_that_could_not_be_removed_is_removed_the_next_night(monkeypatch):
    lived.draft(when=at(2022, 5, 10))
    monkeypatch.setattr(anonymising, "default_storage", SimpleNamespace(delete=_no_storage))
    assert anonymise(on=date(2026, 1, 1), at=NIGHT).files == 0
    assert FileToRemove.objects.count() == len(list(stored_files())) == 2
    monkeypatch.setattr(anonymising, "default_storage", default_storage)
    assert anonymise(on=date(2026, 1, 2), at=NIGHT).files == 2
    assert list(stored_files()) == []


def _no_storage(*_names, **_more):
    raise OSError("storage is away")


def test_the_command_tells_what_would_go_and_changes_nothing(capsys):
    case = lived.refused(when=at(2022, 5, 10))
    call_command("anonymise", on=date(2040, 1, 1), dry_run=True)
    assert "rfr        closed        1 to go, 0 held" in capsys.readouterr().out
    assert again(case).participant == lived.NAME
    call_command("anonymise", on=date(2026, 1, 1))
    told = capsys.readouterr().out
    assert "rfr        closed        1 gone, 0 held" in told
    assert "failed, 0 left" in told
    assert again(case).anonymised_at


def test_the_command_does_not_say_that_all_is_done_when_it_failed(capsys, monkeypatch):
    lived.refused(when=at(2022, 5, 10))
    monkeypatch.setattr(anonymising, "_removed", lambda each, on: False)
    with pytest.raises(CommandError, match="in the log"):
        call_command("anonymise", on=date(2026, 1, 1))
    assert capsys.readouterr().out == "0 files removed, 1 failed, 1 left\n"


# Payments


@pytest.fixture
def in_2040():
    """Have the function believe that it is 2040: what is paid out began in 2021."""
    with as_owner(), connection.cursor() as cursor:
        moved = removing.REMOVE.replace("clock_timestamp()", "'2040-01-01'::timestamptz")
        cursor.execute(moved.replace("now()", "'2040-01-01'::timestamptz"))


def paid(*cases, when):
    """Return the batch by which the statements of some cases were paid."""
    statements = [invoicing.current(each) for each in cases]
    for statement in statements:
        packet.render(statement.packet.pk, at=when)
    for document in Document.objects.filter(application__in=cases, rendered_at=None):
        keep(document, b"%PDF-1.7", at=when)
    finance = factories.appointed("finance", scheme=cases[0].scheme)
    batch = invoicing.release(
        statements=statements, batch=uuid4(), payer=PAYER, by=finance, at=when
    )
    with connection.cursor() as cursor:  # as at its commit, long before
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return batch


def test_a_paid_refund_keeps_its_voucher_for_five_years_and_then_names_no_account(in_2040):
    case = refunds.granted()
    batch = paid(case, when=refunds.AUGUST)
    account = batch.payments.get().account
    assert outlook(on=date(2024, 8, 15)) == []
    assert goes(case, on=date(2024, 8, 16)).lines == [
        {"scheme": "fastlege", "kind": "paid", "removed": 1, "held": 0}
    ]
    assert batch.payments.get().account == account
    assert {(each.reason, each.digest) for each in Verdict.objects.all()} == {("", "")}
    assert found() == {"function_changed": 1}

    assert goes(case, on=date(2027, 12, 31)).lines == []
    lines = goes(case, on=date(2028, 1, 1)).lines
    assert [(line["kind"], line["removed"]) for line in lines] == [("account", 1), ("voucher", 1)]
    assert batch.payments.get().account == "enc:–"
    assert {each.content for each in batch.files.all()} == {"enc:–"}
    assert not BatchKey.objects.exists()
    assert batch.payments.get().amount == batch.total
    dump = numbers.dump()
    assert [word for word in ("Test Fastlege", refunds.NATIONAL_ID) if word in dump] == []
    assert found() == {"function_changed": 1}


def test_a_statement_is_kept_from_the_year_in_which_it_was_paid(in_2040):
    case = refunds.granted()
    paid(case, when=refunds.AUGUST.replace(year=2023, month=1))
    goes(case, on=date(2027, 1, 1))
    assert outlook(on=date(2028, 12, 31)) == []
    assert [each["kind"] for each in outlook(on=date(2029, 1, 1))] == ["voucher"]


def test_the_files_of_a_batch_stay_as_long_as_one_of_its_payments_is_kept(in_2040, administrator):
    case, other = refunds.granted(), refunds.granted()
    batch = paid(case, other, when=refunds.AUGUST)
    by = factories.appointed("administrator", scheme="fastlege")
    holds.hold(application=case, reason="X", by=by, at=at(2023))
    anonymise(on=date(2030, 1, 1), at=NIGHT)
    assert again(other).vouchers_anonymised_at
    assert PersonalAllowance.objects.get().person_key == case.person_key
    assert batch.data_key
    assert {each.content for each in batch.files.all()} != {"enc:–"}


# People


def test_an_account_stays_while_anything_is_left_of_it_and_then_says_nobody():
    case = lived.draft(when=at(2025, 5, 10), paper=False)
    staff = factories.signatory("chair")
    User.objects.update(date_joined=at(2010))
    assert anonymise(on=date(2026, 5, 10), at=NIGHT).lines == []

    lines = anonymise(on=date(2026, 5, 11), at=NIGHT).lines

    assert [(line["kind"], line["removed"]) for line in lines] == [("account", 1), ("draft", 1)]
    left = User.objects.get(pk=case.applicant_id)
    assert (left.name, left.personal_number, left.person_key, left.is_active) == (
        "–",
        "",
        "",
        False,
    )
    assert not left.has_usable_password()
    assert User.objects.get(pk=staff.pk).name == staff.name
    assert NUMBER not in numbers.dump()


def test_the_units_of_a_refund_are_guarded_until_the_next_year_is_over(in_2040):
    RetentionTerm.objects.create(
        scheme="fastlege", kind="paid", valid_from=date(2022, 1, 1), months=1, source="X"
    )
    paid(refunds.granted(), when=refunds.AUGUST)
    assert outlook(on=date(2023, 12, 31)) == []
    assert [each["kind"] for each in outlook(on=date(2024, 1, 1))] == ["paid"]


def test_an_allowance_forgets_its_person_when_its_year_is_long_over(in_2040):
    case = refunds.granted()
    paid(case, when=refunds.AUGUST)
    row = PersonalAllowance.objects.get()
    goes(case, on=date(2024, 8, 16))
    assert again(row).person_key == f"–{row.pk}"
    assert again(row).used == row.used > 0


def test_the_night_anonymises_before_it_seals_and_verifies():
    lived.draft(when=at(2022, 5, 10), paper=False)
    tasks.night()
    assert RemovalReport.objects.get().lines == removed("draft")
    assert Verification.objects.get().whole
    assert Seal.objects.exists()


def test_whatever_goes_wrong_with_it_the_night_goes_on(monkeypatch):
    monkeypatch.setattr(tasks, "anonymise", _no_storage)
    tasks.night()
    assert Verification.objects.exists()


def test_what_fails_is_counted_and_tried_again(monkeypatch):
    lived.refused(when=at(2022, 5, 10))
    lived.draft(when=at(2022, 5, 11), by=factories.person(), paper=False)
    by_force("DELETE FROM accounts_user WHERE email = 'nobody@anonymised.invalid'")
    monkeypatch.setattr(anonymising, "_make_nobody", lambda: None)
    report = anonymise(on=date(2026, 1, 1), at=NIGHT)
    assert (report.lines, report.failed, report.waiting) == ([], 2, 2)
    monkeypatch.undo()
    assert anonymise(on=date(2026, 1, 1), at=NIGHT).waiting == 0
