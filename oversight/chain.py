"""The chain of hashes: every row that is written for good gets a link, which holds on to the one before.

There is one chain per case, per pool, per allowance, per batch of payments and per series, not one per
table: its links wait for a row that whoever writes has locked anyway, so cases never wait for each other
and no new order of locks comes into being. What holds all chains together is the nightly seal.
"""

from dataclasses import dataclass

import pgtrigger
from django.db.models import Field, JSONField, Model

# A link is made after the row, which then stands as it will stay. Empty columns are left out, so that one
# that is added later changes no hash; moments are written in UTC, wherever the writer is.
LINKED = """
zone := current_setting('TimeZone');
PERFORM set_config('TimeZone', 'UTC', true);
content := to_jsonb(NEW) - ARRAY[{without}]::text[];
PERFORM set_config('TimeZone', zone, true);
content := content - ARRAY(SELECT e.key FROM jsonb_each(content) e WHERE e.value = 'null');
key_ := {key};
PERFORM 1 FROM {parent} WHERE id = key_ FOR NO KEY UPDATE;
SELECT l.number, l.hash INTO last FROM oversight_link l
    WHERE l.chain = '{chain}' AND l.key = key_ ORDER BY l.number DESC LIMIT 1;
INSERT INTO oversight_link (chain, key, number, of, row, hash) VALUES (
    '{chain}', key_, coalesce(last.number, 0) + 1, TG_TABLE_NAME, NEW.id,
    sha256(coalesce(last.hash, '') || convert_to(TG_TABLE_NAME || content::text, 'UTF8'))
);
RETURN NULL;
"""
# The number by which people speak of application `a`; as Application.reference has it, with UTC's year.
REFERENCE = """
upper(a.scheme) || '-' || extract(year FROM a.created_at AT TIME ZONE 'UTC') || '-'
    || lpad(a.id::text, greatest(5, length(a.id::text)), '0')
"""
DECLARED = [("zone", "text"), ("content", "jsonb"), ("key_", "bigint"), ("last", "RECORD")]


@dataclass(frozen=True)
class Chained:
    """A table whose rows are linked: in which chain, found how, locked by which row."""

    chain: str
    key: str
    parent: str
    # Columns that may change after all, such as when a signature was voided.
    without: tuple[str, ...] = ()

    def triggers(self, name: str) -> list[pgtrigger.Trigger]:
        """Return the trigger that links each new row of the table."""
        func = LINKED.format(
            chain=self.chain,
            key=self.key,
            parent=self.parent,
            without=quoted(self.without),
        )
        return [
            pgtrigger.Trigger(
                name=f"{name}_linked",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                declare=DECLARED,
                func=func,
            )
        ]


def of_case(key: str = "NEW.application_id", without: tuple[str, ...] = ()) -> Chained:
    """Return the link of a row that belongs to an application."""
    return Chained("case", key, "applications_application", without)


def quoted(names: tuple[str, ...]) -> str:
    """Return names as SQL literals, for an array."""
    return ", ".join(f"'{name}'" for name in names)


OF_INVOICE = "(SELECT application_id FROM invoicing_invoice WHERE id = NEW.invoice_id)"
OF_FILE = "(SELECT batch_id FROM invoicing_paymentfile WHERE id = NEW.file_id)"
BATCH = "invoicing_paymentbatch"


def content_of(model: type[Model], chained: Chained, row: str = "t") -> str:
    """Return the SQL of a row's content as its link has hashed it, for a query in UTC.

    Put together column by column, in the order of jsonb's keys: to_jsonb of a whole row would take
    apart and build anew the large documents in it, which a verification has no time for.
    """
    fields = [each for each in model._meta.concrete_fields if each.column not in chained.without]
    fields.sort(key=lambda each: (len(each.column), each.column))
    parts = ", ".join(f"'\"{each.column}\": ' || {_as_json(each, row)}" for each in fields)
    return f"('{{' || concat_ws(', ', {parts}) || '}}')"


def _as_json(field: Field, row: str) -> str:
    column = f'{row}."{field.column}"'
    if isinstance(field, JSONField):
        return f"NULLIF({column}, 'null')::text"
    return f"to_jsonb({column})::text"
