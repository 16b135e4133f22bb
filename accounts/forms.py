"""What people say about themselves: at sign-up, and in their profile."""

from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from drawing.fields import required
from drawing.widgets import MEDIUM, UNREMEMBERED
from schemes import personal_number, registry
from schemes.base import Scheme


class SignupForm(forms.Form):
    """What is asked at sign-up besides e-mail and password."""

    name = forms.CharField(
        label=_("First and last name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages=required(_("Write your name.")),
    )
    field_order = ["name", "email", "password1", "password2"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing more to do: the adapter stores the name with the person."""


class ProfileForm(forms.ModelForm):
    """The profile, from which a new application is prefilled."""

    # Never sent back to the browser: an empty field keeps the number that is on file.
    number = forms.CharField(
        label=_("Personal number"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs=MEDIUM | UNREMEMBERED | {"inputmode": "numeric"}),
    )

    class Meta:
        model = User
        fields = ["name", "hsa_id", "specialty", "language"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "hsa_id": forms.TextInput(attrs=MEDIUM | UNREMEMBERED),
        }
        error_messages = {"name": required(_("Write your name."))}

    field_order = ["name", "language", "number", "hsa_id", "specialty"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].help_text = self._about_number()
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"),
            choices=settings.LANGUAGES,
            help_text=_("Of these pages and of the mail that you get."),
        )

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields with their legend: which scheme asks, where not every one does."""
        return [(legend, list(fields)) for legend, fields in groupby(self, key=_legend)]

    def clean_number(self) -> str:
        """Return twelve digits, or "" when nothing was written."""
        typed = self.cleaned_data["number"].strip()
        return personal_number.read(typed) if typed else ""

    def answers(self) -> dict[str, Any]:
        """Return what to store: a number only where one was written."""
        answers = {name: self.cleaned_data[name] for name in self.Meta.fields}
        number = self.cleaned_data["number"]
        return answers | ({"personal_number": number} if number else {})

    def _about_number(self) -> str:
        shown = personal_number.masked(self.instance.number_in_clear)
        if shown:
            return _("On file: %(number)s. Write a number only to replace it.") % {"number": shown}
        return _("Twelve digits, such as 19800101-0000. A coordination number is as good.")


def _legend(field: forms.BoundField) -> str:
    about = "personal_number" if field.name == "number" else field.name
    asking = [str(each.title) for each in registry.SCHEMES if about in _asked(each)]
    if len(asking) in (0, len(registry.SCHEMES)):
        return ""
    return _("Only for %(scheme)s") % {"scheme": ", ".join(asking)}


def _asked(scheme: Scheme) -> set[str]:
    return {each for step in scheme.steps for each in step.form.from_profile.values()}
