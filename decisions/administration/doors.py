"""Where something was stolen or a sign-in is not known: end somebody's sign-ins, close or open an account."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import doors, sign_ins
from accounts.models import User
from accounts.once import form_page
from accounts.session_ends import after_recent_sign_in
from decisions.administration.place import administered, at
from drawing import wording
from drawing.fields import required
from drawing.widgets import RadioCards
from schemes import clock
from schemes.base import Scheme

END, CLOSE, OPEN = "end", "close", "open"
VERBS = {END: doors.end_sign_ins, CLOSE: doors.close, OPEN: doors.reopen}
WHAT = {
    END: gettext_lazy("End every sign-in; the account stays open"),
    CLOSE: gettext_lazy("End every sign-in and close the account"),
    OPEN: gettext_lazy("Open a closed account again"),
}
DO = {
    END: gettext_lazy("End the sign-ins"),
    CLOSE: gettext_lazy("Close the account"),
    OPEN: gettext_lazy("Open the account"),
}
DONE = {
    END: gettext_lazy("%(person)s is signed out everywhere."),
    CLOSE: gettext_lazy("The account of %(person)s is closed."),
    OPEN: gettext_lazy("The account of %(person)s is open again."),
}


class DoorForm(forms.Form):
    """Whose account, what is done with it, and why."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail of the person"),
        error_messages=required(gettext_lazy("Write the e-mail address of the person.")),
    )
    what = forms.ChoiceField(
        label=gettext_lazy("What is to be done?"),
        choices=list(WHAT.items()),
        widget=RadioCards,
        error_messages=required(gettext_lazy("Choose what is to be done.")),
    )
    why = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy(
            "For example: the phone was stolen. It is kept for good; name nobody."
        ),
        max_length=200,
        error_messages=required(gettext_lazy("Write why.")),
    )

    def clean_email(self) -> str:
        """Find the account of that address, closed or not."""
        email = self.cleaned_data["email"]
        self.person = User.objects.filter(email__iexact=email).first()
        if self.person is None:
            raise forms.ValidationError(_("Nobody with this address has an account."))
        return email

    def clean(self) -> dict[str, Any]:
        """Refuse what the account is already."""
        said, person = self.cleaned_data, getattr(self, "person", None)
        if person and person.is_active and said.get("what") == OPEN:
            self.add_error("what", _("This account is open."))
        if person and not person.is_active and said.get("what") in (END, CLOSE):
            self.add_error("what", _("This account is closed, so nobody is signed in with it."))
        return said


@after_recent_sign_in
@form_page
@administered
def account(request: HttpRequest, scheme: Scheme) -> HttpResponse:
    """Ask whose account and what; show it once more; do it on the second press."""
    form = DoorForm(request.POST or None)
    valid = request.method == "POST" and form.is_valid()
    if valid and "confirm" in request.POST and _do(request, scheme, form):
        return redirect(at("people", scheme))
    context = {"scheme": scheme, "form": form, "back": at("people", scheme)}
    if valid and not form.errors and "change" not in request.POST:
        context |= {"rows": _in_words(form), "do": DO[form.cleaned_data["what"]]}
        return render(request, "administration/account_check.html", context)
    return render(request, "administration/account.html", context)


def _do(request: HttpRequest, scheme: Scheme, form: DoorForm) -> bool:
    what, why = form.cleaned_data["what"], form.cleaned_data["why"]
    said = {"user": form.person, "scheme": scheme, "why": why, "by": request.user}
    try:
        VERBS[what](**said, at=clock.now())
    except ValidationError as error:
        form.add_error("email", error)
        return False
    messages.success(request, DONE[what] % {"person": form.person})
    return True


def _in_words(form: DoorForm) -> list[dict[str, Any]]:
    said, live = form.cleaned_data, sign_ins.of_person(form.person)
    rows = [
        (_("Person"), [form.person.name, form.person.email]),
        (_("Signed in now"), _signed_in(live)),
        (_("What is to be done?"), WHAT[said["what"]]),
        (_("Why?"), said["why"]),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def _signed_in(live: list[sign_ins.SignIn]) -> list[str]:
    if not live:
        return [_("Nowhere")]
    places = ngettext("In %(n)s place", "In %(n)s places", len(live)) % {"n": len(live)}
    return [places, _("Last used %(when)s") % {"when": wording.moment(live[0].seen)}]
