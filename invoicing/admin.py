"""Invoices in the administration: to look things up. Nothing is changed there."""

from django.contrib import admin

from applications.admin import Inside
from invoicing.models import (
    Handling,
    Invoice,
    Packet,
    Payment,
    PaymentBatch,
    PaymentFile,
    Postponement,
    Settlement,
)
from schemes.admin import ReadOnly


class Packets(Inside):
    model = Packet
    fields = ["rendered_at", "size", "sha256", "attempts"]


class Handlings(Inside):
    model = Handling
    fields = ["at", "kind", "by_name", "note"]


class Postponements(Inside):
    model = Postponement
    fields = ["at", "due_on", "reason", "by_name"]


@admin.register(Invoice)
class InvoiceAdmin(ReadOnly, admin.ModelAdmin):
    """What was issued and who did what with it; the snapshot is read in the packet."""

    list_display = ["__str__", "kind", "amount", "issued_on", "due_on", "application"]
    list_filter = ["kind", "series__year", "series__organisation"]
    list_select_related = ["application"]
    search_fields = ["snapshot__number", "application__course_title"]
    date_hierarchy = "issued_on"
    exclude = ["snapshot"]
    inlines = [Packets, Handlings, Postponements]


@admin.register(Settlement)
class SettlementAdmin(ReadOnly, admin.ModelAdmin):
    """What courses really cost and what was paid."""

    list_display = ["application", "actual_cost", "granted", "payable", "at", "by_name"]
    list_select_related = ["application"]
    date_hierarchy = "at"


class Payments(Inside):
    model = Payment
    fields = ["invoice", "amount"]


class PaymentFiles(Inside):
    model = PaymentFile
    fields = ["kind", "size", "sha256"]


@admin.register(PaymentBatch)
class PaymentBatchAdmin(ReadOnly, admin.ModelAdmin):
    """What was released for payment; accounts and files are not read here."""

    list_display = ["__str__", "execute_on", "number", "total", "currency", "at", "by_name"]
    list_filter = ["scheme"]
    date_hierarchy = "execute_on"
    inlines = [Payments, PaymentFiles]
