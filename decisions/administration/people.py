"""Who is appointed to what in a scheme: in force, coming and ended; appoint, and end by a day."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import appointing, capacities
from accounts.models import Mandate, User
from accounts.once import form_page
from accounts.session_ends import after_recent_sign_in
from applications.handing_out import asked_as_table
from database import paging
from decisions import tables
from decisions.administration.place import administered, at
from decisions.forms import SearchForm
from drawing import wording
from drawing.fields import DayField, required
from drawing.widgets import RadioCards
from schemes import clock
from schemes.base import Scheme
from schemes.models import Organisation

A_PAGE = 50
YEARS_AHEAD = 20  # a later last day is a slip of the pen
NOW, COMING, ENDED = "now", "coming", "ended"
TABS = (
    (NOW, gettext_lazy("In force")),
    (COMING, gettext_lazy("Coming")),
    (ENDED, gettext_lazy("Ended")),
)
ORDER = {
    NOW: ("capacity", "deputy", "user__name"),
    COMING: ("valid_from", "user__name"),
    ENDED: ("-valid_to", "user__name"),
}


class AppointForm(forms.Form):
    """Who is appointed, to what, from when until when, and the decision it rests on."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail of the person"),
        help_text=gettext_lazy("The address of their account. They sign up first, by themselves."),
        error_messages=required(gettext_lazy("Write the e-mail address of the person.")),
    )
    capacity = forms.ChoiceField(
        label=gettext_lazy("Capacity"),
        widget=RadioCards,
        error_messages=required(gettext_lazy("Choose what they are appointed to.")),
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        help_text=gettext_lazy("Only for finance of one administration."),
        empty_label=gettext_lazy("The whole scheme"),
        queryset=None,
        required=False,
    )
    deputy = forms.BooleanField(label=gettext_lazy("As a deputy"), required=False)
    ground = forms.CharField(
        label=gettext_lazy("The decision it rests on"),
        help_text=gettext_lazy("Needed for a deputy."),
        max_length=200,
        required=False,
    )
    valid_from = DayField(
        label=gettext_lazy("First day"),
        error_messages=required(gettext_lazy("Say from which day it counts.")),
    )
    valid_to = DayField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Empty while no end is set."),
        required=False,
    )

    def __init__(self, *args: Any, scheme: Scheme, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["capacity"].choices = list(capacities.of_scheme(scheme.slug).items())
        organisations = Organisation.objects.filter(scheme=scheme.slug).valid_on(today)
        self.fields["organisation"].queryset = organisations

    def clean_email(self) -> str:
        """Find the account of whoever has confirmed that address."""
        email = self.cleaned_data["email"]
        self.person = User.objects.confirmed(email)
        if self.person is None:
            raise forms.ValidationError(
                _(
                    "Nobody has an account with this address confirmed. "
                    "Ask them to create one and to confirm the address, then come back."
                )
            )
        return email

    def clean_valid_from(self) -> date:
        """Refuse a day in the past: nobody becomes appointed afterwards."""
        day = self.cleaned_data["valid_from"]
        if day < self.today:
            raise forms.ValidationError(_("Choose today or a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        """Hold the answers against each other."""
        said = self.cleaned_data
        if said.get("deputy") and not said.get("ground"):
            self.add_error("ground", _("Name the decision that a deputy's mandate rests on."))
        first, last = said.get("valid_from"), said.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day is before the first."))
        return said

    def mandate(self) -> dict[str, Any]:
        """Return what was answered, as the verb takes it."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "email"}
        return said | {"user": self.person}


class EndForm(forms.Form):
    """The last day of a mandate, or of a row of a list."""

    on = DayField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("The mandate still counts on this day."),
        error_messages=required(gettext_lazy("Say on which day it ends.")),
    )

    def __init__(self, *args: Any, today: date, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": today}, **kwargs)
        self.today = today
        self.fields["on"].help_text = help_text or self.fields["on"].help_text

    def clean_on(self) -> date:
        """Refuse a day in the past: what was signed since was signed under it."""
        day = self.cleaned_data["on"]
        if day < self.today:
            raise forms.ValidationError(_("Choose today or a later day."))
        if day.year > self.today.year + YEARS_AHEAD:
            raise forms.ValidationError(_("This is too far ahead. Check the year."))
        return day


@require_safe
@administered
def mandates(request: HttpRequest, scheme: Scheme) -> HttpResponse:
    """Show the mandates of a scheme: in force, coming, ended."""
    today = clock.today(scheme.time_zone)
    form = SearchForm(request.GET or None, hint=_("Name or e-mail"))
    tab = request.GET.get("tab", NOW)
    if tab not in dict(TABS):
        raise Http404
    found = _when(tab, today).filter(scheme=scheme.slug)
    if words := form.cleaned_data["q"] if form.is_valid() else "":
        found = found.filter(Q(user__name__icontains=words) | Q(user__email__icontains=words))
    name = f"{scheme.slug}-mandates"
    rows = found.order_by(*ORDER[tab], "pk")
    if file := asked_as_table(request, name=name, table=lambda: tables.mandates(rows)):
        return file
    page = paging.page(found, ORDER[tab], request.GET.get("page"), size=A_PAGE)
    context = {
        "scheme": scheme,
        "back": at("start", scheme),
        "tabs": [
            {"label": label, "url": f"?tab={slug}", "current": slug == tab} for slug, label in TABS
        ],
        "tab": tab,
        "page": page,
        "params": request.GET,
        "today": today,
        "appoint": at("appoint", scheme),
        "account": at("account", scheme),
    }
    return render(request, "administration/people.html", context)


def _when(tab: str, today: date) -> QuerySet[Mandate]:
    rows = Mandate.objects.select_related("user", "organisation")
    if tab == NOW:
        return rows.valid_on(today)
    if tab == COMING:
        return rows.filter(valid_from__gt=today)
    return rows.filter(valid_to__lt=today)


@after_recent_sign_in
@form_page
@administered
def appoint(request: HttpRequest, scheme: Scheme) -> HttpResponse:
    """Ask who is appointed to what; show it once more; appoint on the second press."""
    today = clock.today(scheme.time_zone)
    initial = {"valid_from": today}
    form = AppointForm(request.POST or None, initial=initial, scheme=scheme, today=today)
    valid = request.method == "POST" and form.is_valid()
    if valid and "confirm" in request.POST and _appoint(request, scheme, form):
        return redirect(at("people", scheme))
    shown = valid and not form.errors and "change" not in request.POST
    context = {"scheme": scheme, "form": form, "back": at("people", scheme)}
    if shown:
        context["rows"] = _in_words(form)
        return render(request, "administration/appoint_check.html", context)
    return render(request, "administration/appoint.html", context)


def _appoint(request: HttpRequest, scheme: Scheme, form: AppointForm) -> bool:
    try:
        made = appointing.appoint(
            scheme=scheme.slug, by=request.user, at=clock.now(), **form.mandate()
        )
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            _place(form, error)
        else:
            form.add_error(None, error)
        return False
    words = {"person": made.user, "capacity": made.label}
    messages.success(request, _("%(person)s is appointed: %(capacity)s.") % words)
    return True


def _place(form: forms.Form, error: ValidationError) -> None:
    for name, texts in error.message_dict.items():
        form.add_error(name if name in form.fields else None, texts)


def _in_words(form: AppointForm) -> list[dict[str, Any]]:
    said = form.cleaned_data
    last = said["valid_to"]
    rows = [
        (_("Person"), [form.person.name, form.person.email]),
        (_("Capacity"), dict(form.fields["capacity"].choices)[said["capacity"]]),
        (_("Organisation"), said["organisation"]),
        (_("As a deputy"), _("Yes") if said["deputy"] else _("No")),
        (_("The decision it rests on"), said["ground"]),
        (_("First day"), wording.day(said["valid_from"])),
        (_("Last day"), wording.day(last) if last else _("No end is set")),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


@after_recent_sign_in
@form_page
@administered
def end(request: HttpRequest, scheme: Scheme, pk: int) -> HttpResponse:
    """Let a mandate end with a day."""
    today = clock.today(scheme.time_zone)
    running = Mandate.objects.filter(scheme=scheme.slug).exclude(valid_to__lt=today)
    mandate = running.select_related("user", "organisation").filter(pk=pk).first()
    if mandate is None:
        raise Http404
    form = EndForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid() and _end(request, mandate, form):
        return redirect(at("people", scheme))
    context = {"scheme": scheme, "mandate": mandate, "form": form, "back": at("people", scheme)}
    return render(request, "administration/end.html", context)


def _end(request: HttpRequest, mandate: Mandate, form: EndForm) -> bool:
    day = form.cleaned_data["on"]
    try:
        appointing.end(mandate=mandate, on=day, by=request.user, at=clock.now())
    except ValidationError as error:
        form.add_error("on", error)
        return False
    words = {"person": mandate.user, "day": wording.day(day)}
    messages.success(request, _("The mandate of %(person)s ends on %(day)s.") % words)
    return True
