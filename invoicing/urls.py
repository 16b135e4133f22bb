"""The addresses of finance: the register, several packets at once, payments, and one invoice."""

from django.urls import path

from invoicing.views import invoice, lists, months, payouts

app_name = "invoicing"

urlpatterns = [
    path("", lists.overview, name="overview"),
    path("download/", lists.download, name="download"),
    path("sent/", lists.mark_sent, name="mark_sent"),
    path("mail/", lists.mail, name="mail"),
    path("months/", months.overview, name="months"),
    path("months/zip/", months.ask, name="ask_for_bundle"),
    path("zip/<uuid:uuid>/", months.bundle, name="bundle"),
    path("zip/<uuid:uuid>/file/", months.bundle_file, name="bundle_file"),
    path("release/", payouts.release, name="release"),
    path("batches/<uuid:uuid>/", payouts.batch, name="batch"),
    path("batches/<uuid:uuid>/<slug:kind>/", payouts.file, name="batch_file"),
    path("statements/<uuid:uuid>/", payouts.statement, name="statement"),
    path("<uuid:uuid>/", invoice.invoice, name="invoice"),
    path("<uuid:uuid>/packet/", invoice.packet, name="packet"),
    path("<uuid:uuid>/settle/", invoice.settle, name="settle"),
    path("<uuid:uuid>/correct/", invoice.correct, name="correct"),
    path("<uuid:uuid>/postpone/", invoice.postpone, name="postpone"),
]
