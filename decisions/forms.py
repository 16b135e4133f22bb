"""What signatories fill in: a search, a refusal, a question, a lowering, a bias, a note."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from schemes import wording
from schemes.base import Scheme
from schemes.fields import AmountField, required
from schemes.models import Pool
from schemes.widgets import RadioCards

LONG = 4000


def _words(
    label: Any, help_text: Any = "", *, missing: Any = "", rows: int = 4, **rest: Any
) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    rest |= {"error_messages": required(missing)} if missing else {}
    return forms.CharField(label=label, help_text=help_text, widget=widget, max_length=LONG, **rest)


class SearchForm(forms.Form):
    """Words to look for; a list is asked for by GET."""

    q = forms.CharField(
        label=_("Search"),
        help_text=_("Course, participant, unit or administration"),
        required=False,
        max_length=100,
    )


class SignForm(forms.Form):
    """What the signatory saw when signing: the revision of the answers and the amount."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    amount = forms.DecimalField(
        min_value=0, max_digits=12, decimal_places=2, widget=forms.HiddenInput
    )


class RefuseForm(forms.Form):
    """Coded reasons, and words for the letter."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reasons = forms.MultipleChoiceField(
        label=_("Why is it refused?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages=required(_("Choose at least one reason for the refusal.")),
    )
    text = _words(
        _("Explain it to the applicant"),
        _("The letter quotes this. Write whole sentences."),
        required=False,
    )

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reasons"].choices = [
            (reason.code, reason.label) for reason in scheme.refusal_reasons
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for words where the code says nothing."""
        if self.cleaned_data.get("reasons") == ["other"] and not self.cleaned_data.get("text"):
            self.add_error("text", gettext("Explain the reason, since no listed one applies."))
        return self.cleaned_data


class AskForm(forms.Form):
    """A question to the applicant, limited to some steps."""

    steps = forms.MultipleChoiceField(
        label=_("Which answers may the applicant change?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages=required(_("Choose which answers the applicant may change.")),
    )
    text = _words(
        _("What do you need to know?"),
        _("The applicant reads this in an e-mail."),
        missing=_("Write what you need to know."),
    )

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["steps"].choices = [(step.slug, step.title) for step in scheme.steps]


class LowerForm(forms.Form):
    """A lower amount, with the reason for it."""

    amount = AmountField(label=_("New amount"), error_messages=required(_("Write the new amount.")))
    reason = _words(
        _("Why is it lowered?"),
        _("The letter quotes this."),
        missing=_("Say why the amount is lowered."),
    )

    def __init__(self, *args: Any, highest: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.highest = highest

    def clean_amount(self) -> Decimal:
        """Refuse what would raise it: nobody may grant more than the rules give."""
        amount = self.cleaned_data["amount"]
        if not 0 < amount < self.highest:
            text = gettext("Enter more than 0 and less than %(highest)s: it can only be lowered.")
            raise forms.ValidationError(text % {"highest": wording.amount(self.highest)})
        return amount


class RecuseForm(forms.Form):
    """Why the signatory stands aside."""

    reason = _words(
        _("What is your bias?"),
        _("Others who read the case see this."),
        missing=_("Say in a few words what the bias is."),
        rows=3,
    )


class NoteForm(forms.Form):
    """A note that only the signatories read."""

    text = _words(
        _("Note to the other signatory"),
        _("The applicant does not see it."),
        missing=_("Write something first."),
        rows=3,
    )


class CancelForm(forms.Form):
    """What became of the course, in the applicant's words (R22)."""

    reason = _words(
        _("What happened?"),
        _("For example: the course was cancelled, or you could not take part."),
        missing=_("Say what happened."),
        rows=3,
    )


class TransferForm(forms.Form):
    """Budget moved from one pool to another, with the reason (R27)."""

    source = forms.ModelChoiceField(
        label=_("From pool"),
        queryset=None,
        widget=RadioCards,
        error_messages=required(_("Choose the pool that it comes from.")),
    )
    target = forms.ModelChoiceField(
        label=_("To pool"),
        queryset=None,
        widget=RadioCards,
        error_messages=required(_("Choose the pool that gets it.")),
    )
    amount = AmountField(label=_("Amount"), error_messages=required(_("Write the amount to move.")))
    note = forms.CharField(
        label=_("Reason"),
        max_length=300,
        error_messages=required(_("Say why the budget is moved.")),
    )

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("source", "target"):
            field = self.fields[name]
            field.queryset = Pool.objects.filter(scheme=scheme.slug)
            field.empty_label = None
            field.label_from_instance = lambda pool: scheme.pool_title(pool.key)

    def clean(self) -> dict[str, Any]:
        """Ask for two different pools."""
        source, target = self.cleaned_data.get("source"), self.cleaned_data.get("target")
        amount = self.cleaned_data.get("amount")
        if amount is not None and amount <= 0:
            self.add_error("amount", gettext("Enter an amount above 0."))
        if source and source == target:
            self.add_error("target", gettext("Choose another pool than the one it comes from."))
        return self.cleaned_data
