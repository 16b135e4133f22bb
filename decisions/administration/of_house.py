"""The lists that every scheme has: who is paid and from which account, breaks, closings, retention."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum import bic, iban
from stdnum.exceptions import ValidationError as WrongNumber

from drawing import wording
from drawing.fields import required
from drawing.widgets import MEDIUM, UNREMEMBERED
from schemes import secrets
from schemes.base import Scheme
from schemes.models import Break, Closing, Organisation, PayingAccount, RetentionTerm
from schemes.new_terms import BreakForm
from schemes.pages import EditableList
from schemes.row_form import RowForm


class ClosingForm(RowForm):
    """From when until when nothing can be sent in, and why."""

    def clean(self) -> dict[str, Any]:
        """Refuse a closing that opens before it closes."""
        typed = super().clean()
        closes, opens = typed.get("closes_at"), typed.get("opens_at")
        if closes and opens and opens <= closes:
            self.add_error("opens_at", _("It would open again before it closes."))
        return typed


class PayingAccountForm(RowForm):
    """An account that can be paid from: its numbers are checked, and the account's kept encrypted."""

    account = forms.CharField(
        label=gettext_lazy("Account"),
        help_text=gettext_lazy("As IBAN, for example NO93 8601 1117 947"),
        max_length=60,
        widget=forms.TextInput(attrs=MEDIUM | UNREMEMBERED),
        error_messages=required(gettext_lazy("Write the account as IBAN; check each digit.")),
    )

    def clean_account(self) -> str:
        """Refuse what is no IBAN: any bank takes one."""
        try:
            self.number = iban.validate(self.cleaned_data["account"])
        except WrongNumber:
            raise forms.ValidationError(_("Write the account as IBAN; check each digit.")) from None
        return secrets.encrypt(self.number)

    def clean_bic(self) -> str:
        """Refuse what is no BIC."""
        try:
            return bic.validate(self.cleaned_data["bic"])
        except WrongNumber:
            raise forms.ValidationError(_("Write the BIC, 8 or 11 characters.")) from None

    def in_full(self) -> dict[str, str]:
        """Return what is hidden later, so that it can be compared digit by digit now."""
        return {"account": iban.format(self.number).replace(" ", wording.NO_BREAK_SPACE)}


ORGANISATIONS = EditableList(
    "organisations",
    gettext_lazy("Organisations"),
    Organisation,
    fields=("name", "code", "valid_from", "valid_to"),
    columns=("name", "code", "valid_from", "valid_to"),
    search=("name", "code"),
    lead=gettext_lazy("Who can be paid. What is issued keeps the name that it had."),
)
BREAKS = EditableList(
    "breaks",
    gettext_lazy("Decision breaks"),
    Break,
    fields=("starts_on", "ends_on", "note"),
    columns=("starts_on", "ends_on", "note"),
    lead=gettext_lazy(
        "Both days are included. A year in which no break begins has those that its terms give, so "
        "enter all breaks of a year, or none."
    ),
    form=BreakForm,
    order=("-starts_on",),
    begins="starts_on",
    ends="ends_on",
    checked=True,
)
CLOSINGS = EditableList(
    "closings",
    gettext_lazy("Closings"),
    Closing,
    fields=("closes_at", "opens_at", "reason"),
    columns=("closes_at", "opens_at", "reason"),
    lead=gettext_lazy(
        "While the scheme is closed nothing can be sent in; drafts go on. Applicants see the reason."
    ),
    form=ClosingForm,
    order=("-closes_at",),
    begins="closes_at",
    over="opens_at",
    checked=True,
)
ACCOUNTS = EditableList(
    "accounts",
    gettext_lazy("Paying accounts"),
    PayingAccount,
    fields=("name", "account", "bic", "valid_from"),
    columns=("name", "account", "bic", "valid_from"),
    lead=gettext_lazy(
        "The newest that has begun is paid from. A batch that was released keeps the account that it "
        "was paid from."
    ),
    form=PayingAccountForm,
    checked=True,
    changes=False,
)
RETENTION = EditableList(
    "retention",
    gettext_lazy("How long things are kept"),
    RetentionTerm,
    fields=("kind", "months", "valid_from", "source"),
    columns=("kind", "months", "valid_from", "source"),
    lead=gettext_lazy(
        "A newer term takes over from its day on. Terms are never changed or taken away, so that what "
        "went by one can be judged by it afterwards."
    ),
    begins="",
    checked=True,
    changes=False,
)


def of_scheme(scheme: Scheme) -> list[EditableList]:
    """Return the lists that an administrator of a scheme keeps: its own, then the house's."""
    return [
        *scheme.lists,
        ORGANISATIONS,
        *((BREAKS,) if scheme.has_breaks else ()),
        CLOSINGS,
        *((ACCOUNTS,) if scheme.pays_out else ()),
        RETENTION,
    ]
