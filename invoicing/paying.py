"""Paying out: finance releases payments, each once, and none that it decided itself."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from applications.models import Application, Event, State
from applications.services import NotAllowed, move, notify_applicant
from drawing import spreadsheet
from drawing.wording import money
from invoicing import pain001
from invoicing.issuing import payee_of
from invoicing.models import BatchKey, FileDownload, Invoice, Payment, PaymentBatch, PaymentFile
from invoicing.pain001 import Order, Payer, Transfer
from invoicing.statement import payee_in_words
from schemes import secrets
from schemes.base import Scheme
from schemes.models import PayingAccount

# Whoever did one of these in a case has had a say in its decision.
DECIDING = (Event.Kind.SIGNED, Event.Kind.APPROVED, Event.Kind.LOWERED)


def payer(scheme: Scheme, *, on: date) -> Payer | None:
    """Return whose account pays for a scheme on a day, or None while nobody has entered one."""
    entered = PayingAccount.objects.filter(scheme=scheme.slug, valid_from__lte=on)
    row = entered.order_by("valid_from").last()
    return Payer(row.name, row.number, row.bic) if row else None


@transaction.atomic
def release(
    *, statements: Sequence[Invoice], batch: UUID, payer: Payer | None, by: Any, at: datetime
) -> PaymentBatch:
    """Release the payments of settlement statements, all or none, and return the batch.

    Takes the batch's identity beforehand, so that the same form sent twice pays once: the second
    time returns the batch of the first. Writes the payments and their files, settles the grants
    and tells the applicants. Raises NotAllowed, naming every statement that stands in the way.
    """
    applications = _locked(statements)
    if made := PaymentBatch.objects.filter(uuid=batch).first():
        return _the_same(made, by)
    if payer is None:
        raise NotAllowed(_("It is not entered yet from which account payments are made."))
    paid = _fresh(statements)
    _require_releasable(paid, applications, by)
    return _release(paid, applications, batch, payer, by=by, at=at)


def _locked(statements: Sequence[Invoice]) -> dict[int, Application]:
    # In the order of their keys, so that two batches never wait for each other.
    wanted = sorted({each.application_id for each in statements})
    rows = Application.objects.select_for_update(no_key=True, of=["self"]).filter(pk__in=wanted)
    return {each.pk: each for each in rows.order_by("pk").select_related("applicant")}


def _fresh(statements: Sequence[Invoice]) -> list[Invoice]:
    """Return the statements as they are now that their cases are locked, in the order of numbers."""
    related = ("series__organisation", "packet", "payment")
    wanted = [each.pk for each in statements]
    return list(Invoice.objects.filter(pk__in=wanted).select_related(*related).order_by("pk"))


def _the_same(batch: PaymentBatch, by: Any) -> PaymentBatch:
    if batch.by_id != by.pk:
        raise NotAllowed(_("Open the list again: somebody else has released this batch."))
    return batch


def _require_releasable(
    statements: Sequence[Invoice], applications: dict[int, Application], by: Any
) -> None:
    if not statements:
        raise NotAllowed(_("Tick the payments first."))
    if len({each.scheme for each in applications.values()}) > 1:
        raise NotAllowed(_("One batch pays for one scheme. Tick payments of one scheme at a time."))
    said = [f"{each}: {words}" for each, words in obstacles(statements, applications, by)]
    if said:
        raise NotAllowed(" ".join(said))


def obstacles(
    statements: Sequence[Invoice], applications: Mapping[int, Application], person: Any
) -> list[tuple[Invoice, str]]:
    """Return those statements whose payment a person may not release, each with why not.

    Takes their applications by key.
    """
    taken_back, decided = _taken_back(statements), decided_by(person, applications)
    found = []
    for each in statements:
        application = applications[each.application_id]
        ended = application.state != State.APPROVED or each.pk in taken_back
        words = _why_not(each, ended) or _why_not_by(person, application, decided)
        found += [(each, words)] if words else []
    return found


def _taken_back(statements: Sequence[Invoice]) -> set[int]:
    taken_back = Invoice.objects.filter(credits__in=[each.pk for each in statements])
    return set(taken_back.values_list("credits_id", flat=True))


def _why_not(statement: Invoice, ended: bool) -> str:
    if statement.kind != Invoice.Kind.STATEMENT:
        return _("It is not a settlement statement.")
    if hasattr(statement, "payment"):
        return _("It has already been released.")
    if ended:
        return _("The grant has ended.")
    if statement.packet.rendered_at is None:
        return _("The statement is still being made. Try again in a moment.")
    return ""


def _why_not_by(person: Any, application: Application, decided: set[int]) -> str:
    if application.pk in decided:
        return _("You have decided on it, so somebody else releases the payment.")
    if _is_own(application, person):
        return _("It is your own, so somebody else releases the payment.")
    return ""


def decided_by(person: Any, applications: Iterable[int]) -> set[int]:
    """Return the keys of those applications in whose decision a person has had a say."""
    said = Event.objects.filter(kind__in=DECIDING, by_id=person.pk, application__in=applications)
    return set(said.values_list("application_id", flat=True))


def _is_own(application: Application, person: Any) -> bool:
    same = person.person_key and person.person_key == application.person_key
    return bool(same) or application.applicant_id == person.pk


def _release(
    statements: Sequence[Invoice],
    applications: dict[int, Application],
    uuid: UUID,
    payer: Payer,
    *,
    by: Any,
    at: datetime,
) -> PaymentBatch:
    order = _order(statements, applications, uuid, payer, at=at)
    scheme = applications[statements[0].application_id].scheme
    batch = _batch(order, scheme, uuid, by=by, at=at)
    _keep_files(batch, order)
    for statement, transfer in zip(statements, order.transfers, strict=True):
        application = applications[statement.application_id]
        _pay(batch, statement, application, transfer, by=by, at=at)
    return batch


def _batch(order: Order, scheme: str, uuid: UUID, *, by: Any, at: datetime) -> PaymentBatch:
    # What a batch states is written for good, encrypted with a key that can be encrypted anew.
    key, payer = secrets.new_key(), order.payer
    batch = PaymentBatch.objects.create(
        uuid=uuid,
        scheme=scheme,
        message_id=order.message_id,
        execute_on=order.execute_on,
        currency=order.currency,
        number=len(order.transfers),
        total=order.total,
        payer_name=payer.name,
        payer_account=secrets.encrypt(payer.account, key),
        payer_bic=payer.bic,
        at=at,
        by=by,
        by_name=str(by),
    )
    BatchKey.objects.create(batch=batch, wrapped=secrets.encrypt(key))
    return batch


def _order(
    statements: Sequence[Invoice],
    applications: dict[int, Application],
    uuid: UUID,
    payer: Payer,
    *,
    at: datetime,
) -> Order:
    first = applications[statements[0].application_id]
    return Order(
        message_id=f"KM-{uuid.hex}",
        made_at=first.rules.local(at),
        execute_on=first.rules.local_day(at),
        currency=first.rules.currency,
        payer=payer,
        transfers=[_transfer(each, applications[each.application_id]) for each in statements],
    )


def _transfer(statement: Invoice, application: Application) -> Transfer:
    payee = payee_of(application)
    if payee_in_words(payee) != statement.snapshot["payee"]:
        words = _("%(number)s states another payee than the application names now.")
        raise NotAllowed(words % {"number": statement})
    with translation.override(application.rules.language):
        words = f"{application.rules.title} {statement}"
    return Transfer(
        reference=str(statement),
        amount=statement.amount,
        name=payee.name,
        account=payee.account,
        organisation_number=payee.organisation_number,
        text=f"{payee.reference} {words}".strip(),
    )


def _pay(
    batch: PaymentBatch,
    statement: Invoice,
    application: Application,
    transfer: Transfer,
    *,
    by: Any,
    at: datetime,
) -> None:
    Payment.objects.create(
        batch=batch,
        invoice=statement,
        amount=transfer.amount,
        account=secrets.encrypt(transfer.account, batch.data_key),
    )
    words = f"{money(transfer.amount, batch.currency)}, {statement}"
    move(application, State.SETTLED, kind=Event.Kind.PAID, by=by, at=at, text=words)
    notify_applicant(application, "paid", at=at, statement=statement, batch=batch)


# The files


def _keep_files(batch: PaymentBatch, order: Order) -> None:
    kinds = PaymentFile.Kind
    for kind, content in ((kinds.PAIN, pain001.written(order)), (kinds.CSV, _table(order))):
        PaymentFile.objects.create(
            batch=batch,
            kind=kind,
            content=secrets.encrypt(content.decode(), batch.data_key),
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
        )


def _table(order: Order) -> bytes:
    titles = [_("Number"), _("Payee"), _("Account"), _("Organisation number"), _("Amount")]
    titles += [_("Currency"), _("Day of payment"), _("Text")]
    rows = [
        [
            each.reference,
            each.name,
            each.account,
            each.organisation_number,
            each.amount,
            order.currency,
            order.execute_on,
            each.text,
        ]
        for each in order.transfers
    ]
    return spreadsheet.table(titles, rows)


def opened(*, file: PaymentFile, by: Any, at: datetime) -> bytes:
    """Return a payment file in clear, and note who took it."""
    FileDownload.objects.create(file=file, at=at, by=by, by_name=str(by))
    return secrets.decrypt(file.content, file.batch.data_key).encode()
