"""What is typed on the pages around an application: to its head of unit, on leaving, afterwards."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import Reading
from drawing.fields import DayField, LongTextField, required
from drawing.widgets import LONG, UNREMEMBERED
from schemes.forms import address_of_another


class AskHeadForm(forms.Form):
    """Who is asked to confirm: the head of unit once more, or their deputy."""

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        widget=forms.TextInput(attrs=LONG),
        error_messages=required(_("Write the name of whoever is to confirm.")),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs=LONG | UNREMEMBERED),
        error_messages={
            "required": _("Write the e-mail address that the link is to be sent to."),
            "invalid": _("Write an e-mail address, for example name@example.org."),
        },
    )

    def __init__(self, *args: Any, own_email: str, **kwargs: Any) -> None:
        self.own_email = own_email
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        """Refuse the applicant's own address: nobody confirms for themselves (R18, R21)."""
        return address_of_another(self.cleaned_data["email"], self.own_email)


class WithdrawForm(forms.Form):
    """Why an application is withdrawn; nobody has to say."""

    reason = LongTextField(
        label=_("Why?"),
        help_text=_("The office reads this in the history of the application."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReportForm(forms.Form):
    """How the content was passed on (R32)."""

    text = LongTextField(
        label=_("How was the content passed on?"),
        help_text=_(
            "When, to whom, and how. The head of unit reads it; it has no effect on the money."
        ),
        max_length=5000,
        error_messages=required(_("Say how the content was passed on.")),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class ConfirmForm(forms.Form):
    """The head of unit confirms, and may say how the content is to be passed on (R18, R32)."""

    prefix = "confirm"

    plan = LongTextField(
        label=_("How should the content be passed on?"),
        help_text=_("If you want it done in another way than planned, say how. You decide."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DeclineForm(forms.Form):
    """The head of unit does not confirm, and says why."""

    prefix = "decline"

    reason = LongTextField(
        label=_("Why do you not confirm?"),
        help_text=_("The applicant reads this."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why you do not confirm.")},
    )


class DeclarationForm(forms.Form):
    """The applicant stands by what was stated, as it was read on the check page.

    Takes the name of the head of unit, "" where the application has none.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput(attrs=UNREMEMBERED))
    true = forms.BooleanField(
        label=_("What I have stated is true, and my head of unit knows of the application."),
        error_messages={"required": _("Tick that what you have stated is true.")},
    )

    def __init__(self, *args: Any, head: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not head:
            self.fields["true"].label = _("What I have stated is true.")


class CourseSearchForm(forms.Form):
    """Words to look for among the pre-approved courses; asked for by GET."""

    q = forms.CharField(
        label=_("Search"), help_text=_("Course or organiser"), required=False, max_length=100
    )


class ReadingsForm(forms.Form):
    """Which readings the auditor looks for; a list is asked for by GET."""

    who = forms.CharField(
        label=_("Who read"), help_text=_("Name or e-mail"), required=False, max_length=100
    )
    whose = forms.CharField(
        label=_("Whose"), help_text=_("Name of the person"), required=False, max_length=100
    )
    what = forms.ChoiceField(
        label=_("What"), choices=[("", _("Anything")), *Reading.What.choices], required=False
    )
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("Until"), required=False)
    # One case alone.
    case = forms.UUIDField(required=False, widget=forms.HiddenInput)
