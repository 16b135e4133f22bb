"""What the worker, finance and those who end a grant do in the machine."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from applications.models import State
from decisions import services as decisions
from invoicing import packet, services
from invoicing.models import Invoice
from invoicing.pain001 import Payer
from tests.machine.cast import GRANTS, REFUNDS
from tests.machine.house import NTH, House

PAYER = Payer(name="Den norske legeforening", account="15030123457", bic="DEMONO22")
COSTS = [Decimal(each) for each in ("0", "1", "7999", "12000", "25000.50")]
WHO = st.integers(0, 11)


class Paying(House):
    def invoice(self, nth, *kinds):
        """Return one of the invoices, mostly of the kinds named; or None."""
        every = Invoice.objects.filter(application__in=self.cases).order_by("pk")
        rows = list(every.filter(kind__in=kinds) if kinds and nth % 5 else every) or list(every)
        return rows[nth // 5 % len(rows)] if rows else None

    def money_person(self, slug, who):
        people = self.cast.finance[slug]
        return people[who % len(people)]

    @rule()
    def the_worker_makes_packets(self):
        for row in packet.unrendered().filter(invoice__application__in=self.cases):
            self.do(packet.render, pk=row.pk, at=self.tick())

    @rule(nth=NTH, who=WHO, cost=st.sampled_from(COSTS))
    def settles(self, nth, who, cost):
        if case := self.case(nth, State.APPROVED, scheme=GRANTS):
            by = self.money_person(case.scheme, who)
            self.do(services.settle, application=case, actual_cost=cost, by=by, at=self.tick())

    @rule(nth=NTH, by=st.sampled_from(["applicant", "administrator", "signatory"]))
    def ends(self, nth, by):
        if case := self.case(nth, State.APPROVED):
            people = {
                "applicant": case.applicant,
                "administrator": self.cast.administrators[case.scheme],
                "signatory": self.cast.signers[case.scheme][0],
            }
            said = {"application": case, "reason": "Inställd.", "by": people[by]}
            self.do(decisions.end, at=self.tick(), **said)

    # As in the office: what is granted comes to its end.
    ends_too, settles_too = ends, settles

    @rule(nth=NTH, who=WHO)
    def corrects(self, nth, who):
        if invoice := self.invoice(nth, Invoice.Kind.INVOICE):
            by = self.money_person(invoice.application.scheme, who)
            said = {"invoice": invoice, "reason": "Fel kund.", "by": by}
            self.do(services.correct, at=self.tick(), **said)

    @rule(nth=NTH, days=st.integers(-1, 60))
    def postpones(self, nth, days):
        invoice = self.invoice(nth, Invoice.Kind.INVOICE)
        if invoice and (due := services.due_date(invoice)):
            by = self.cast.administrators[invoice.application.scheme]
            said = {"due_on": due + timedelta(days=days), "reason": "Sjuk.", "by": by}
            self.do(services.postpone, invoice=invoice, at=self.tick(), **said)

    @rule(nth=NTH, who=WHO, mailed=st.booleans())
    def hands_over(self, nth, who, mailed):
        if invoice := self.invoice(nth):
            by = self.money_person(invoice.application.scheme, who)
            said = {"invoices": [invoice], "by": by, "at": self.tick()}
            if mailed:
                self.do(services.mail, to="ekonomi@example.org", **said)
            else:
                self.do(services.mark_sent, **said)

    @rule(
        nth=NTH,
        who=WHO,
        some=st.integers(1, 3),
        batch=st.integers(0, 5),
        made=st.sampled_from([True, True, False]),
    )
    def releases_payments(self, nth, who, some, batch, made):
        if made:
            self.the_worker_makes_packets()
        every = Invoice.objects.filter(application__in=self.cases, series__scheme=REFUNDS)
        waiting = every.filter(application__state=State.APPROVED) if nth % 5 else every
        by = self.money_person(REFUNDS, who)
        # The same batch comes again now and then, as when a form is sent twice.
        said = {"batch": UUID(int=batch), "payer": PAYER, "by": by, "at": self.tick()}
        rows = list(waiting.order_by("pk")[:some])
        self.do(services.release, statements=rows, **said)

    releases_too = releases_payments
