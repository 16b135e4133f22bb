"""Due dates, handing over, correcting, settling: what each verb changes and what it refuses."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from applications.models import Event, Notice, State
from applications.services import NotAllowed
from invoicing import services
from invoicing.models import Handling, Invoice
from schemes.models import LedgerEntry
from tests import factories
from tests.factories import APRIL, again
from tests.invoicing.situations import LATER, granted, invoiced, made, rendered, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return factories.finance()


def kinds(application):
    return list(application.events.values_list("kind", flat=True))


# Due dates


@pytest.mark.parametrize(
    ("starts_on", "due_on"),
    [
        (date(2026, 6, 14), date(2026, 7, 14)),
        (date(2026, 8, 31), date(2026, 9, 30)),
    ],
)
def test_r34_an_invoice_is_due_a_month_after_the_first_day(starts_on, due_on):
    assert invoiced(starts_on=starts_on).due_on == due_on


def test_r34_a_late_packet_goes_out_only_when_an_administrator_postponed_it(clerk):
    invoice = made()
    [handed] = services.mark_sent(invoices=[invoice], by=clerk, at=LATER)
    assert "due date has passed" in handed.obstacle
    administrator = factories.appointed("administrator")
    later = LATER.date()
    services.postpone(invoice=invoice, due_on=later, reason="Sjukdom", by=administrator, at=LATER)
    assert services.due_date(invoice) == later
    [handed] = services.mark_sent(invoices=[invoice], by=clerk, at=LATER)
    assert handed.obstacle == ""


@pytest.mark.parametrize(("days", "reason"), [(0, "Sjukdom"), (1, " ")])
def test_r34_a_postponement_needs_a_later_day_and_a_reason(days, reason, clerk):
    invoice = invoiced()
    due_on = invoice.due_on + timedelta(days=days)
    with pytest.raises(NotAllowed):
        services.postpone(invoice=invoice, due_on=due_on, reason=reason, by=clerk, at=APRIL)


# Handing over


def test_a_packet_is_marked_as_sent_once_and_the_applicant_sees_it(clerk):
    invoice = made()
    results = [
        services.mark_sent(invoices=[invoice], by=clerk, at=APRIL)[0].obstacle for _nth in range(2)
    ]
    assert results == ["", "It has already been marked as sent."]
    event = invoice.application.events.get(kind=Event.Kind.SENT)
    assert (event.text, event.internal, event.by) == (str(invoice), False, clerk)


def test_a_packet_that_is_being_made_is_not_sent(clerk):
    [handed] = services.mark_sent(invoices=[invoiced()], by=clerk, at=APRIL)
    assert "still being made" in handed.obstacle


def test_one_that_cannot_go_does_not_hold_up_the_others(clerk):
    ready, waiting = made(), invoiced()
    handed = services.mark_sent(invoices=[waiting, ready], by=clerk, at=APRIL)
    assert [bool(each.obstacle) for each in handed] == [True, False]
    assert services.is_sent(ready)


def test_how_packets_came_out_is_told_in_the_order_in_which_they_were_given(clerk):
    invoices = [made(), invoiced(), made()][::-1]
    handed = services.mark_sent(invoices=invoices, by=clerk, at=APRIL)
    assert [each.invoice for each in handed] == invoices


def test_packets_are_handled_in_the_order_in_which_everybody_locks_their_cases(clerk):
    first, second = made(), made()
    services.mark_sent(invoices=[second, first], by=clerk, at=APRIL)
    handled = Handling.objects.order_by("pk").values_list("invoice", flat=True)
    assert list(handled) == [first.pk, second.pk]


def test_r35_a_packet_is_mailed_with_its_pdf_attached_and_counts_as_sent(clerk):
    invoice = made()
    services.mail(invoices=[invoice], to="ekonomi@example.org", by=clerk, at=APRIL)
    notice = Notice.objects.get(recipient="ekonomi@example.org")
    assert notice.files == [
        {"name": f"{invoice}.pdf", "path": invoice.packet.file.name, "type": "application/pdf"}
    ]
    kinds = invoice.handlings.values_list("kind", "note", "by_name")
    assert list(kinds) == [("mailed", "ekonomi@example.org", str(clerk)), ("sent", "", str(clerk))]


def test_downloads_are_noted_with_who_and_when(clerk):
    invoices = [made(), made()]
    services.record_download(invoices=invoices, by=clerk, at=APRIL)
    rows = Handling.objects.values_list("invoice", "kind", "at", "by_name").order_by("pk")
    assert list(rows) == [(each.pk, "downloaded", APRIL, str(clerk)) for each in invoices]


# Correcting


def test_a_correction_credits_in_full_and_issues_a_new_invoice(clerk, settings):
    invoice = invoiced()
    settings.INVOICE_CONTACT_NAME = "Demo Kontakt"
    new = services.correct(invoice=invoice, reason="Fel kontakt", by=clerk, at=APRIL)
    credit = invoice.credited_by.get()
    assert [invoice.number, credit.number, new.number] == [1, 2, 3]
    assert (credit.amount, new.amount, new.replaces) == (6000, 6000, invoice)
    assert new.snapshot["contact"]["name"] == "Demo Kontakt"
    assert again(invoice).snapshot["contact"]["name"] == ""
    assert services.current(invoice.application) == new


def test_an_invoice_is_corrected_again_and_again_but_each_only_once(clerk):
    invoice = invoiced()
    new = services.correct(invoice=invoice, reason="Fel", by=clerk, at=APRIL)
    with pytest.raises(NotAllowed):
        services.correct(invoice=invoice, reason="Fel", by=clerk, at=APRIL)
    services.correct(invoice=new, reason="Fel igen", by=clerk, at=APRIL)
    numbers = Invoice.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 4, 5]


def test_r34_a_correction_after_the_due_date_needs_a_postponement(clerk):
    with pytest.raises(NotAllowed, match="due date has passed"):
        services.correct(invoice=invoiced(), reason="Fel", by=clerk, at=LATER)


def test_a_correction_states_its_own_day_and_a_credit_how_much_was_claimed(clerk):
    invoice = invoiced()
    later = (LATER + timedelta(days=30)).date()
    services.postpone(invoice=invoice, due_on=later, reason="X", by=clerk, at=APRIL)
    new = services.correct(invoice=invoice, reason="Fel", by=clerk, at=LATER)
    assert new.snapshot["due_on"] == new.due_on.isoformat() != invoice.snapshot["due_on"]
    assert new.snapshot["seller"] == invoice.snapshot["seller"]
    assert new.snapshot["seller"]["unit"]

    application = again(invoice.application)
    services.settle(application=application, actual_cost=Decimal(9001), by=clerk, at=LATER)
    stated = new.credited_by.get().snapshot
    assert [Decimal(stated["amount"]), Decimal(stated["credits"]["amount"])] == [1500, 6000]


def test_a_credit_needs_a_reason(clerk):
    with pytest.raises(NotAllowed):
        services.credit(invoice=invoiced(), reason=" ", by=clerk, at=APRIL)


# Settling


@pytest.mark.parametrize(
    ("actual_cost", "payable"),
    [
        ("12000", 6000),  # as planned
        ("30000", 6000),  # a higher cost never raises a grant
        ("9001", 4500),  # half, rounded down
        ("0", 0),
    ],
)
def test_r18_what_is_paid_follows_the_actual_cost(actual_cost, payable, clerk):
    application = granted()
    settlement = services.settle(
        application=application, actual_cost=Decimal(actual_cost), by=clerk, at=LATER
    )
    spare = 6000 - payable
    pool = again(application).pool
    invoice = services.current(application)
    assert settlement.payable == payable
    assert again(application).state == State.SETTLED
    assert (pool.committed, services.left_of(invoice)) == (payable, payable)
    assert invoice.credited_by.count() == bool(spare)
    released = LedgerEntry.objects.filter(kind="release", subject=application.uuid)
    assert [each.amount for each in released] == [-spare] * bool(spare)


def test_settling_tells_the_applicant_and_stands_in_the_history(clerk):
    application = granted()
    services.settle(application=application, actual_cost=Decimal(9000), by=clerk, at=APRIL)
    assert kinds(application)[-2:] == [Event.Kind.CREDITED, Event.Kind.SETTLED]
    notice = Notice.objects.order_by("pk").last()
    assert notice.recipient == application.applicant.email
    assert "4\N{NO-BREAK SPACE}500" in notice.text


def test_what_is_settled_is_not_settled_again(clerk):
    application = granted()
    services.settle(application=application, actual_cost=Decimal(9000), by=clerk, at=APRIL)
    with pytest.raises(NotAllowed):
        services.settle(application=application, actual_cost=Decimal(1), by=clerk, at=APRIL)
    assert again(application).pool.committed == 4500


def test_a_grant_is_settled_by_the_terms_that_its_decision_stored(clerk):
    application = granted()
    stored = services.current(application).snapshot["decision"]["terms"]
    assert stored["caps"]["europe"] == "10000"
    assert services.payable(application, actual_cost=Decimal(8000), at=LATER) == 4000


def test_r22_ending_a_grant_credits_the_invoice_and_returns_the_money():
    application = factories.ended()
    invoice = services.current(application)
    assert services.left_of(invoice) == 0
    assert again(application).pool.committed == 0
    assert kinds(application)[-2:] == [Event.Kind.CREDITED, Event.Kind.ENDED]


def test_a_settled_invoice_that_was_sent_still_has_a_credit_to_send(clerk):
    invoice = sent()
    services.settle(application=invoice.application, actual_cost=Decimal(8000), by=clerk, at=APRIL)
    credit = rendered(invoice.credited_by.get())
    [handed] = services.mark_sent(invoices=[credit], by=clerk, at=LATER)
    assert handed.obstacle == ""


def test_a_settled_invoice_is_stated_anew_for_as_much_as_it_came_to(clerk):
    invoice = sent()
    services.settle(application=invoice.application, actual_cost=Decimal(8000), by=clerk, at=APRIL)
    came_to = services.left_of(invoice)
    assert 0 < came_to < invoice.amount
    anew = services.correct(invoice=invoice, reason="Fel kund.", by=clerk, at=APRIL)
    assert (anew.amount, services.left_of(invoice)) == (came_to, 0)
