"""The page about how long things are kept: terms, what the nights have removed, and what somebody holds."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.mandates import ADMINISTRATOR, AUDITOR, current_schemes, requires
from applications import holds
from applications.handing_out import asked_as_table
from applications.models import Application, Hold
from applications.services import NotAllowed
from drawing.fields import required
from oversight import retention
from schemes import clock

READERS = (ADMINISTRATOR, AUDITOR)


class HoldForm(forms.Form):
    """Which case is held, and why; the auditor reads it."""

    reference = forms.CharField(
        label=gettext_lazy("Number of the case"),
        max_length=40,
        error_messages=required(gettext_lazy("Write the number of the case.")),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why is it held?"),
        help_text=gettext_lazy("For example a lawsuit or an audit. The auditor reads this."),
        max_length=300,
        error_messages=required(gettext_lazy("Write why it is held.")),
    )
    whole_person = forms.BooleanField(
        label=gettext_lazy("Hold every case of this applicant in the scheme"), required=False
    )

    def __init__(self, *args: Any, schemes: set[str], **kwargs: Any) -> None:
        self.schemes = schemes
        super().__init__(*args, **kwargs)

    def clean_reference(self) -> Application:
        """Return the case of this number among the administrator's schemes."""
        typed = self.cleaned_data["reference"].strip().upper()
        key = typed.rpartition("-")[2]
        mine = Application.objects.in_schemes(self.schemes)
        found = mine.filter(pk=key).first() if key.isdecimal() and len(key) < 18 else None
        if found is None or found.reference != typed:
            raise forms.ValidationError(_("No case of your scheme has this number."))
        return found


class LiftForm(forms.Form):
    """Why a hold is lifted."""

    reason = forms.CharField(max_length=300)


@require_safe
@requires(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    """Show terms, holds and what was removed, of the schemes that the person answers for."""
    schemes = current_schemes(request.user, *READERS)
    name = "held" if request.GET.get("list") == "held" else "removed"
    table = {"held": retention.held, "removed": retention.removed}[name]
    if file := asked_as_table(request, name=name, table=lambda: table(schemes=schemes)):
        return file
    return _shown(request, HoldForm(schemes=_administered(request)))


@require_http_methods(["POST"])
@requires(ADMINISTRATOR)
def hold(request: HttpRequest) -> HttpResponse:
    """Hold a case, so that nothing of it is removed."""
    form = HoldForm(request.POST, schemes=_administered(request))
    if not form.is_valid():
        return _shown(request, form)
    said = {name: form.cleaned_data[name] for name in ("reason", "whole_person")}
    case = form.cleaned_data["reference"]
    return _do(
        request,
        _("The case is held: nothing of it is removed."),
        lambda **by: holds.hold(application=case, **said, **by),
    )


@require_POST
@requires(ADMINISTRATOR)
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift a hold; what has outlived its term goes the next night."""
    mine = Hold.objects.live().filter(scheme__in=_administered(request))
    found, form = get_object_or_404(mine, pk=pk), LiftForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _do(
        request,
        _("The hold is lifted."),
        lambda **by: holds.lift(hold=found, reason=reason, **by),
    )


def _do(request: HttpRequest, said: str, verb: Any) -> HttpResponse:
    try:
        verb(by=request.user, at=clock.now())
        messages.success(request, said)
    except NotAllowed as obstacle:
        messages.warning(request, str(obstacle))
    return redirect("oversight:retention")


def _administered(request: HttpRequest) -> set[str]:
    return set(current_schemes(request.user, ADMINISTRATOR))


def _shown(request: HttpRequest, form: HoldForm) -> HttpResponse:
    schemes = current_schemes(request.user, *READERS)
    context = retention.overview(schemes=schemes, today=clock.office_today())
    context |= {"form": form, "administers": _administered(request)}
    # Two lists on one page, each with a file of its own.
    context |= {"of_held": QueryDict("list=held"), "of_removed": QueryDict("list=removed")}
    return render(request, "oversight/retention.html", context)
