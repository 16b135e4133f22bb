"""What finance fills in: a search, the actual cost, a reason, a later day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from drawing import wording
from drawing.fields import AmountField, DayField, LongTextField, required

REASON = 300


class FilterForm(forms.Form):
    """Words and an administration to look for; a list is asked for by GET."""

    q = forms.CharField(
        label=_("Search"),
        help_text=_("Number, course or participant"),
        required=False,
        max_length=100,
    )
    organisation = forms.TypedChoiceField(
        label=_("Administration"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, organisations: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [("", gettext("All")), *organisations]


class CostForm(forms.Form):
    """What the course really cost."""

    actual_cost = AmountField(
        label=_("Actual cost of the course"),
        help_text=_("Fee, travel and lodging, without VAT that you get back. No salary."),
        error_messages=required(_("Write what the course really cost.")),
    )


class CorrectForm(forms.Form):
    """Why an invoice is credited in full and issued anew."""

    reason = LongTextField(
        label=_("What was wrong?"),
        help_text=_("Both invoices state this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=REASON,
        error_messages=required(_("Say what was wrong.")),
    )


class PostponeForm(forms.Form):
    """A later due date, and why (R34)."""

    due_on = DayField(
        label=_("New due date"),
        error_messages=required(_("Choose the new due date.")),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON,
        error_messages=required(_("Say why the due date is moved.")),
    )

    def __init__(self, *args: Any, after: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.after = after

    def clean_due_on(self) -> date:
        """Refuse a day that is not later than the one that counts now."""
        day = self.cleaned_data["due_on"]
        if day <= self.after:
            text = gettext("Choose a day after %(day)s.") % {"day": wording.day(self.after)}
            raise forms.ValidationError(text)
        return day
