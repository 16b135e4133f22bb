"""What signatories fill in: a search, a refusal, a question, a lowering, a bias, a note."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from decisions.judging import Judged, Word
from drawing import wording
from drawing.fields import AmountField, LongTextField, required
from drawing.widgets import IN_SOME_CASES, UNREMEMBERED, RadioCards
from schemes.base import Scheme
from schemes.models import Pool

LONGEST_TEXT = 4000
# A choice and its figure, which stand in columns: the colon is for who hears them.
WITH_FIGURE = '{}<span class="visually-hidden">:</span> <span class="choice-figure">{}</span>'


def _words(
    label: Any, help_text: Any = "", *, missing: Any = "", rows: int = 4, **rest: Any
) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    rest |= {"error_messages": required(missing)} if missing else {}
    return LongTextField(
        label=label, help_text=help_text, widget=widget, max_length=LONGEST_TEXT, **rest
    )


class SearchForm(forms.Form):
    """Words to look for, with a `hint` at what is looked through; a list is asked for by GET."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    # Stays in the scheme that one looks at.
    scheme = forms.SlugField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, hint: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].help_text = hint


class ViewForm(forms.Form):
    """The name under which a view of the queue is saved."""

    name = forms.CharField(
        label=_("Name of the view"),
        help_text=_("Only you see it."),
        max_length=60,
        widget=forms.TextInput(attrs=UNREMEMBERED),
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
        _("Needed where you choose another reason. The letter quotes this: write whole sentences."),
        required=False,
    )

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reasons"].choices = [
            (reason.code, reason.label) for reason in scheme.refusal_reasons
        ]
        self.fields["text"].widget.attrs.update(IN_SOME_CASES)

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
        _("Note to those who work with the case"),
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


class JudgeForm(forms.Form):
    """What one accepts and what not, each with a reason; what nothing is said of stays as it is."""

    ACCEPT, RETURN = "accept", "return"

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, application: Application, judged: list[Judged], **kwargs: Any
    ) -> None:
        kwargs |= {"initial": {"revision": application.revision}}
        super().__init__(*args, **kwargs)
        self.judged = [each for each in judged if each.is_there]
        for each in self.judged:
            self._ask(each, listed=application.rules.lists_courses and not each.judgement.paper)

    def _ask(self, each: Judged, *, listed: bool) -> None:
        self.fields[f"after-{each.name}"] = forms.CharField(
            initial=each.after, required=False, widget=forms.HiddenInput
        )
        self.fields[f"word-{each.name}"] = self._choice(each)
        self.fields[f"reason-{each.name}"] = _words(
            _("If not: why?"), _("The applicant reads this."), required=False, rows=2
        )
        self.fields[f"reason-{each.name}"].widget.attrs.update(IN_SOME_CASES)
        if listed:
            self.fields[f"listed-{each.name}"] = forms.BooleanField(
                label=_("Put the course on the list of courses that need no judgement"),
                required=False,
            )

    def _choice(self, each: Judged) -> forms.ChoiceField:
        against = _("Do not accept it") if not each.judgement.paper else _("Return it")
        return forms.ChoiceField(
            label=gettext("Your judgement"),
            choices=[(self.ACCEPT, _("Accept it")), (self.RETURN, against)],
            widget=forms.RadioSelect(attrs=IN_SOME_CASES),
            required=False,
        )

    def groups(self) -> list[dict[str, Any]]:
        """Return each thing to be judged with its fields, as the page shows it."""
        parts = ("after", "word", "reason", "listed")
        return [
            {
                "judged": each,
                "fields": [
                    self[f"{part}-{each.name}"]
                    for part in parts
                    if f"{part}-{each.name}" in self.fields
                ],
            }
            for each in self.judged
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for at least one word, for the reason where something is not accepted, and for no word less."""
        said = [self.cleaned_data.get(f"word-{each.name}") for each in self.judged]
        if not any(said) and not any(map(self._says_more, self.judged)):
            words = gettext("Say for at least one thing whether you accept it.")
            self.add_error(f"word-{self.judged[0].name}", words)
        for each, word in zip(self.judged, said, strict=True):
            if word == self.RETURN and not self.cleaned_data.get(f"reason-{each.name}"):
                words = gettext("%(what)s: say why it is not accepted.")
                self.add_error(f"reason-{each.name}", words % {"what": each.judgement.label})
            if not word and self._says_more(each):
                words = gettext("%(what)s: say whether you accept it, or take back what you wrote.")
                self.add_error(f"word-{each.name}", words % {"what": each.judgement.label})
        return self.cleaned_data

    def _says_more(self, each: Judged) -> bool:
        """Tell whether something was typed or ticked that without a word would be lost."""
        typed = self.cleaned_data
        return bool(typed.get(f"reason-{each.name}") or typed.get(f"listed-{each.name}"))

    def words(self) -> list[Word]:
        """Return what was said, for the service."""
        typed = self.cleaned_data
        return [
            Word(
                fact=each.judgement.fact,
                accepted=typed[f"word-{each.name}"] == self.ACCEPT,
                reason=typed[f"reason-{each.name}"],
                listed=typed.get(f"listed-{each.name}", False),
                after=typed[f"after-{each.name}"],
            )
            for each in self.judged
            if typed[f"word-{each.name}"]
        ]


class TransferForm(forms.Form):
    """Budget moved from one pool to another, with the reason (R27)."""

    source = forms.TypedChoiceField(
        label=_("From pool"),
        widget=RadioCards,
        error_messages=required(_("Choose the pool that it comes from.")),
    )
    target = forms.TypedChoiceField(
        label=_("To pool"),
        widget=RadioCards,
        error_messages=required(_("Choose the pool that gets it.")),
    )
    amount = AmountField(label=_("Amount"), error_messages=required(_("Write the amount to move.")))
    note = forms.CharField(
        label=_("Reason"),
        max_length=300,
        error_messages=required(_("Say why the budget is moved.")),
    )

    def __init__(self, *args: Any, scheme: Scheme, pools: Iterable[Pool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scheme, by_key = scheme, {pool.key: pool for pool in pools}
        for name in ("source", "target"):
            field = self.fields[name]
            field.choices = [(key, _with_what_is_left(scheme, by_key[key])) for key in by_key]
            field.coerce, field.empty_value = by_key.__getitem__, None

    def clean(self) -> dict[str, Any]:
        """Ask for two different pools, and for no more than is left in the first."""
        source, target = self.cleaned_data.get("source"), self.cleaned_data.get("target")
        amount = self.cleaned_data.get("amount")
        if amount is not None and amount <= 0:
            self.add_error("amount", gettext("Enter an amount above 0."))
        elif source and amount and amount > source.remaining:
            self.say_too_much()
        if source and source == target:
            self.add_error("target", gettext("Choose another pool than the one it comes from."))
        return self.cleaned_data

    def say_too_much(self) -> None:
        """Refuse the amount: less is left in the pool that it comes from."""
        self.add_error("amount", gettext("So much is not left in the pool that it comes from."))

    def in_words(self) -> list[dict[str, Any]]:
        """Return rows of what was answered, each pool with what is left in it before and after."""
        said = self.cleaned_data
        amount = said["amount"]
        values = {
            "source": self._before_and_after(said["source"], -amount),
            "target": self._before_and_after(said["target"], amount),
            "amount": wording.money(amount, self.scheme.currency),
            "note": said["note"],
        }
        return [{"key": self.fields[name].label, "value": told} for name, told in values.items()]

    def _before_and_after(self, pool: Pool, change: Decimal) -> list[str]:
        before, after = (
            {"amount": wording.money(left, self.scheme.currency)}
            for left in (pool.remaining, pool.remaining + change)
        )
        left = (gettext("%(amount)s left now") % before, gettext("%(amount)s left after") % after)
        return [self.scheme.pool_title(pool.key), *left]


def _with_what_is_left(scheme: Scheme, pool: Pool) -> SafeString:
    left = gettext("%(amount)s left") % {"amount": wording.money(pool.remaining, scheme.currency)}
    return format_html(WITH_FIGURE, scheme.pool_title(pool.key), left)
