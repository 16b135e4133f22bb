"""A grant of a scheme that pays out has a settlement statement: numbered without a gap, sealed, whole."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO

import pikepdf
import pytest
from django.db import DatabaseError, connection, transaction
from pypdf import PdfReader

from applications.models import Application, Event, State
from applications.services import NotAllowed
from invoicing import packet, services
from invoicing.models import Invoice
from tests.factories import APRIL, again, personal_number
from tests.payout.situations import ACCOUNT, a_treasurer, ended, granted, made, stated

pytestmark = pytest.mark.django_db
CLERKS = 10


def text_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_approval_opens_a_statement_in_the_scheme_s_series():
    first, second = stated(), stated()
    assert [str(each) for each in (first, second)] == ["LEC-2026-00001", "LEC-2026-00002"]
    assert (first.kind, first.amount, first.due_on) == ("statement", 400, date(2026, 5, 15))
    assert (first.series.scheme, first.series.organisation) == ("lectures", None)
    kinds = first.application.events.values_list("kind", flat=True)
    assert Event.Kind.STATED in kinds
    assert Event.Kind.INVOICED not in kinds


def test_a_statement_states_payee_arithmetic_and_who_decided():
    statement = stated(organisation_number="974760673", reference="Ref 7")
    assert statement.snapshot["payee"] == {
        "name": "Test Foredragsholder",
        "account": "•••• 7947",
        "organisation_number": "974760673",
        "reference": "Ref 7",
    }
    text = text_of(packet.build(statement))
    for words in (
        "Settlement",
        str(statement),
        "•••• 7947",
        "The book",  # a line of the arithmetic
        "974760673",
        "Ref 7",
        "Test Steward",
        "Proof.pdf",
        "lectures@example.org",
    ):
        assert words in text, words


def test_it_is_for_the_archive_in_the_scheme_s_language_with_the_papers_inside():
    statement = stated()
    made = packet.build(statement)
    assert packet.build(again(statement)) == made
    with pikepdf.open(BytesIO(made)) as document:
        marks = document.open_metadata()
        assert (marks["pdfaid:part"], marks["pdfaid:conformance"]) == ("3", "A")
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "nb"
        assert marks["dc:title"] == f"Settlement {statement}"
        proof = document.attachments["Proof.pdf"].get_file().read_bytes()
    paper = statement.application.papers.get()
    assert hashlib.sha256(proof).hexdigest() == paper.sha256


def test_neither_account_nor_personal_number_is_in_the_statement():
    number = personal_number(4321)
    statement = stated(number=number)
    everything = text_of(packet.build(statement)) + json.dumps(statement.snapshot)
    for secret in (ACCOUNT, number, number[2:], f"{number[:8]}-{number[8:]}", number[-4:]):
        assert secret not in everything


def test_what_was_answered_is_only_in_a_statement_that_shows_it(lectures, monkeypatch):
    assert stated().snapshot["confirmation"]["steps"]
    monkeypatch.setattr(type(lectures), "packet_parts", ("statement",))
    alone = stated(number=personal_number(4322))
    assert "confirmation" not in alone.snapshot
    assert "Proof.pdf" in [each["name"] for each in alone.snapshot["papers"]]
    assert packet.build(alone)


def test_a_grant_that_names_no_account_is_not_stated(lectures, monkeypatch):
    monkeypatch.setattr(type(lectures), "payee", lambda self, answers: None)
    with pytest.raises(NotAllowed, match="names no account"):
        granted()
    assert not Invoice.objects.exists()


def test_an_ended_grant_withdraws_its_statement():
    statement = made()
    ended(statement)
    back = Invoice.objects.get(kind="credit")
    assert (back.credits, back.amount, back.snapshot["parts"]) == (statement, 400, ["withdrawn"])
    text = text_of(packet.build(back))
    assert str(statement) in text
    assert "Not held." in text
    kinds = statement.application.events.values_list("kind", flat=True)
    assert Event.Kind.UNSTATED in kinds
    assert Event.Kind.CREDITED not in kinds


@pytest.mark.parametrize("verb", ["settle", "correct", "mark_sent", "postpone"])
def test_what_is_done_with_invoices_is_not_done_with_statements(verb):
    statement, said = made(), {"by": a_treasurer(), "at": APRIL}
    verbs = {
        "settle": lambda: services.settle(application=statement.application, actual_cost=1, **said),
        "correct": lambda: services.correct(invoice=statement, reason="Wrong", **said),
        "postpone": lambda: services.postpone(
            invoice=statement, due_on=date(2027, 1, 1), reason="Late", **said
        ),
    }
    if verb == "mark_sent":
        assert services.mark_sent(invoices=[statement], **said)[0].obstacle
        return
    with pytest.raises(NotAllowed):
        verbs[verb]()
    assert again(statement.application).state == State.APPROVED


def test_an_invoice_without_an_administration_is_refused_by_the_database():
    names = [field.column for field in Invoice._meta.concrete_fields if field.column != "id"]
    values = {"uuid": "gen_random_uuid()", "kind": "'invoice'", "number": "2"}
    sql = f"INSERT INTO invoicing_invoice ({', '.join(names)}) SELECT "
    sql += ", ".join(values.get(name, name) for name in names)
    sql += f" FROM invoicing_invoice WHERE id = {stated().pk}"
    with (
        pytest.raises(DatabaseError, match="another administration"),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


class Mishap(Exception):
    pass


def drawn_up(application):
    said = {"amount": application.granted, "decided_on": APRIL.date(), "decision": {}}
    return services.draw_up(application=application, at=APRIL, terms=None, **said)


@pytest.mark.django_db(transaction=True)
def test_statements_opened_at_once_leave_no_gap_when_every_third_is_rolled_back(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("decisions.deciding.invoicing.open_invoice", lambda **_said: None)
        waiting = [granted() for _nth in range(CLERKS)]
    by = a_treasurer()

    def work(nth):
        application = Application.objects.get(pk=waiting[nth].pk)
        try:
            with transaction.atomic():
                services.open_invoice(draft=drawn_up(application), at=APRIL, by=by)
                if nth % 3 == 0:
                    raise Mishap
        except Mishap:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(5) as clerks:
        done = sum(clerks.map(work, range(CLERKS)))
    numbers = sorted(Invoice.objects.values_list("number", flat=True))
    assert numbers == list(range(1, done + 1))
