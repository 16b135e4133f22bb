"""What lies in the file of a case: who signed, stood aside or answered, and what was lowered."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import FilteredRelation, OuterRef, Q, QuerySet, Subquery

from accounts.models import Mandate, User
from applications.models import Application, HeadRequest
from database.finding import one_of
from database.prepared import Given, prepared
from decisions.models import Lowering, Recusal, Signature

OF_CASE = ("pk", "scheme", "recused", "heads", "lowered_to", "lowered_because", "capacities")
OF_SIGNATURE = tuple(field.attname for field in Signature._meta.concrete_fields)
OF_SIGNATORY = ("id", "email", "name", "person_key")
COLUMNS = (
    *OF_CASE,
    *(f"live__{name}" for name in OF_SIGNATURE),
    *(f"live__signatory__{name}" for name in OF_SIGNATORY),
)


class File(NamedTuple):
    """One case with one of its signatures that count, or with none."""

    application: int
    scheme: str
    recused: list[int]  # who declared a bias
    heads: list[str]  # who answered as head of unit, by address
    lowering: Lowering | None  # the last, by its amount and reason
    capacities: list[str]  # those that the signatory holds in the scheme that day
    signature: Signature | None


def read(applications: list[int], *, on: date) -> Iterator[File]:
    """Give each application once for each of its signatures that count, at least once. One query."""
    alone = len(applications) == 1
    return map(_file, _rows(applications=applications, on=on, alone=alone))


@prepared
def _rows(applications: Given, on: Given, *, alone: bool) -> QuerySet[Application]:
    rows = Application.objects.filter(one_of("pk", applications, alone=alone))
    last = Lowering.objects.filter(application=OuterRef("pk")).order_by("-pk")
    found = rows.annotate(
        live=FilteredRelation("signatures", condition=Q(signatures__voided_at=None)),
        recused=ArraySubquery(_of_case(Recusal.objects.all()).values("user_id")),
        heads=ArraySubquery(_of_case(HeadRequest.objects.exclude(answer="")).values("email")),
        lowered_to=Subquery(last.values("amount")[:1]),
        lowered_because=Subquery(last.values("reason")[:1]),
        capacities=ArraySubquery(
            Mandate.objects.valid_on(on)
            .filter(user=OuterRef("live__signatory"), scheme=OuterRef("scheme"))
            .values("capacity")
        ),
    )
    return found.order_by("pk", "live__pk").values_list(*COLUMNS)


def _of_case(rows: QuerySet) -> QuerySet:
    return rows.filter(application=OuterRef("pk"))


def _file(row: tuple[Any, ...]) -> File:
    size = len(OF_CASE)
    key, scheme, recused, heads, amount, reason, capacities = row[:size]
    lowering = Lowering(application_id=key, amount=amount, reason=reason) if amount else None
    signed = _signature(row[size : size + len(OF_SIGNATURE)], row[size + len(OF_SIGNATURE) :])
    return File(key, scheme, recused, heads, lowering, capacities, signed)


def _signature(values: tuple[Any, ...], signatory: tuple[Any, ...]) -> Signature | None:
    if values[0] is None:
        return None
    signature = Signature.from_db("default", OF_SIGNATURE, values)
    signature.signatory = User.from_db("default", OF_SIGNATORY, signatory)
    return signature
