"""The pages of an application for a refund: who applies, which course, away when, what it cost, papers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms.widgets import Script
from django.utils.formats import number_format
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from drawing.fields import AmountField, DayField, YesNoField, required
from drawing.widgets import IN_SOME_CASES, LONG, MEDIUM, UNREMEMBERED, RadioCards
from schemes import secrets
from schemes.fastlege import numbers, tables
from schemes.fastlege.absence import AbsenceField, days_of_course
from schemes.fastlege.facts import (
    CERTIFICATE,
    DOCUMENTATION,
    EMPLOYED,
    MUNICIPALITY,
    RECEIPT,
    SELF_EMPLOYED,
)
from schemes.fastlege.models import ListedCourse
from schemes.forms import StepForm, hold_days_in_order
from schemes.pages import PaperKind, Step

OF_THE_GP = ("name", "hpr_number", "national_id")
OF_THE_MUNICIPALITY = ("municipality", "organisation_number", "reference")


class ApplicantForm(StepForm):
    """Who applies for which GP, and to which account the money goes (L2)."""

    heading = _("Who applies?")
    lead = _(
        "A self-employed GP applies personally. For a GP employed by a municipality, the "
        "municipality applies: one application for each GP."
    )
    at_hand = _("HPR number, national identity number and account number")
    secret = ("national_id", "account_number")
    from_profile = {"name": "name"}
    groups = (
        ("", ("kind",)),
        (_("The GP"), OF_THE_GP),
        (_("The municipality"), OF_THE_MUNICIPALITY),
        (_("Where the money goes"), ("account_number",)),
    )
    carried = tuple(name for _legend, names in groups for name in names)

    kind = forms.ChoiceField(
        label=_("Who are you?"),
        choices=(
            (SELF_EMPLOYED, _("A self-employed GP")),
            (MUNICIPALITY, _("A municipality, for a GP that it employs")),
            (EMPLOYED, _("A GP employed by a municipality")),
        ),
        widget=RadioCards,
        error_messages=required(_("Say who applies.")),
    )
    name = forms.CharField(
        label=_("Name of the GP"),
        max_length=150,
        widget=forms.TextInput(attrs=LONG | UNREMEMBERED),
        error_messages=required(_("Write the name of the GP.")),
    )
    hpr_number = forms.CharField(
        label=_("HPR number"),
        help_text=_("From the Norwegian health personnel register, at most nine digits."),
        max_length=20,
        widget=forms.TextInput(attrs=MEDIUM | UNREMEMBERED | {"inputmode": "numeric"}),
        error_messages=required(_("Write the HPR number of the GP.")),
    )
    national_id = forms.CharField(
        label=_("National identity number of the GP"),
        help_text=_("Or D number, eleven digits. It is kept encrypted."),
        max_length=30,
        widget=forms.TextInput(attrs=MEDIUM | UNREMEMBERED | {"inputmode": "numeric"}),
        error_messages=required(_("Write the national identity number of the GP.")),
    )
    municipality = forms.CharField(
        label=_("Name of the municipality"),
        help_text=_("Only when a municipality applies."),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs=LONG | IN_SOME_CASES),
    )
    organisation_number = forms.CharField(
        label=_("Organisation number"),
        help_text=_("Only when a municipality applies: nine digits."),
        max_length=30,
        required=False,
        widget=forms.TextInput(
            attrs=MEDIUM | UNREMEMBERED | IN_SOME_CASES | {"inputmode": "numeric"}
        ),
    )
    reference = forms.CharField(
        label=_("The municipality's own reference"),
        help_text=_("Only when a municipality applies. It is stated on the payment."),
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs=MEDIUM | IN_SOME_CASES),
    )
    account_number = forms.CharField(
        label=_("Account number"),
        help_text=_("A Norwegian account, eleven digits. It is kept encrypted."),
        max_length=30,
        widget=forms.TextInput(attrs=MEDIUM | UNREMEMBERED | {"inputmode": "numeric"}),
        error_messages=required(_("Write the account number.")),
    )

    @classmethod
    def kept(cls, last: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the last application said; a municipality's next one is for another GP."""
        return _for_another_gp(super().kept(last))

    @classmethod
    def copied(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return the same answers; a municipality's copy is for another GP on the same course."""
        return _for_another_gp(super().copied(stored))

    def clean_hpr_number(self) -> str:
        """Return the number without spaces."""
        return numbers.hpr(self.cleaned_data["hpr_number"])

    def clean_national_id(self) -> str:
        """Return the number as eleven digits."""
        return numbers.national_identity(self.cleaned_data["national_id"])

    def clean_organisation_number(self) -> str:
        """Return the number as nine digits, or nothing."""
        typed = self.cleaned_data["organisation_number"]
        return numbers.organisation(typed) if typed else ""

    def clean_account_number(self) -> str:
        """Return the number as eleven digits."""
        return numbers.account(self.cleaned_data["account_number"])

    def clean(self) -> None:
        """Ask a municipality for its name, its number and its reference; of others they do not count."""
        if self.value("kind") != MUNICIPALITY:
            self._leave_the_municipality_out()
            return
        wanted = {
            "municipality": _("Write the name of the municipality."),
            "organisation_number": _("Write the organisation number of the municipality."),
            "reference": _("Write a reference by which the municipality recognises the payment."),
        }
        for name, words in wanted.items():
            if not self.value(name) and name not in self.errors:
                self.add_error(name, words)

    def _leave_the_municipality_out(self) -> None:
        # What was typed stays, should the choice be changed again.
        for name in OF_THE_MUNICIPALITY:
            self.errors.pop(name, None)
            self.cleaned_data[name] = ""

    def summary(self) -> list[dict[str, Any]]:
        """Return every answer; what is asked of a municipality only where one applies."""
        rows = super().summary()
        if self.value("kind") == MUNICIPALITY:
            return rows
        return [row for row in rows if row["name"] not in OF_THE_MUNICIPALITY]

    def words(self, name: str) -> str | list[str]:
        """Return one answer in words; what is asked of a municipality only where one applies."""
        if name in OF_THE_MUNICIPALITY and self.value("kind") != MUNICIPALITY:
            return ""
        return super().words(name)

    def masked(self, name: str, value: str) -> str:
        """Return the day of birth, or the last digits of the account."""
        if name == "account_number":
            return secrets.masked_account(value)
        return numbers.masked_person(value)


def _for_another_gp(answers: dict[str, Any]) -> dict[str, Any]:
    another = answers.get("kind") == MUNICIPALITY
    return answers | (dict.fromkeys(OF_THE_GP, "") if another else {})


class CourseInput(forms.TextInput):
    """A text with the pre-approved courses as suggestions; choosing one fills in what is known."""

    template_name = "fastlege/course.html"
    courses: tuple[ListedCourse, ...] = ()

    class Media:
        js = (Script("schemes/fastlege.js", type="module"),)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template draws: the field and its suggestions."""
        context = super().get_context(name, value, (attrs or {}) | {"list": f"{name}-list"})
        context["widget"]["courses"] = self.courses
        return context


# What the list may know of a course, and the form takes from there where nothing is written.
KNOWN_OF_A_COURSE = ("organiser", "link", "starts_on", "ends_on")


class CourseForm(StepForm):
    """Which course it was, and when (L3, L4, L12)."""

    heading = _("Which course was it?")
    lead = _("The course is about quality improvement or patient safety.")
    at_hand = _("name and days of the course")
    groups = (
        (_("The course"), ("title", ("starts_on", "ends_on"))),
        (_("Only if it is not on the list"), ("organiser", "link", "evaluates_own_practice")),
    )

    title = forms.CharField(
        label=_("Name of the course"),
        help_text=_("Start typing and choose it from the list, or write another course."),
        max_length=200,
        widget=CourseInput,
        error_messages=required(_("Write what the course is called.")),
    )
    starts_on = DayField(
        label=_("First day"),
        error_messages=required(_("Say on which day the course began."))
        | {"invalid": _("Write the first day like 2027-01-12.")},
    )
    ends_on = DayField(
        label=_("Last day"),
        error_messages=required(_("Say on which day the course ended."))
        | {"invalid": _("Write the last day like 2027-01-12.")},
    )
    organiser = forms.CharField(
        label=_("Organiser"),
        help_text=_("Not needed for a course on the list."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=LONG | IN_SOME_CASES),
    )
    link = forms.URLField(
        label=_("Web page with the programme"),
        help_text=_("Or attach the programme among the papers."),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"} | IN_SOME_CASES),
        error_messages={"invalid": _("Write a web address, for example https://example.org.")},
    )
    evaluates_own_practice = YesNoField(
        label=_("Does the course evaluate your own practice with data from it?"),
        help_text=_("It should. If not, it needs a clear focus on quality or safety."),
        required=False,
        widget=RadioCards(attrs=IN_SOME_CASES),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].widget.courses = self._suggested()

    def _suggested(self) -> tuple[ListedCourse, ...]:
        # Without a day the form is only read, so nobody sees suggestions.
        return tuple(tables.courses(on=None)) if self.on else ()

    def clean(self) -> None:
        """Hold the days in order; take what the list knows, else ask who held it and about what."""
        self.listed = tables.listed(self.value("title") or "", on=self.value("starts_on"))
        if self.listed:
            self._take_what_is_known()
        elif self.value("title"):
            self._ask_about_another()
        hold_days_in_order(self)

    def _take_what_is_known(self) -> None:
        self.cleaned_data["title"] = self.listed.title
        for name in KNOWN_OF_A_COURSE:
            known = getattr(self.listed, name)
            if known and not str(self.data.get(self.add_prefix(name)) or "").strip():
                self.cleaned_data[name] = known
                self.errors.pop(name, None)

    def _ask_about_another(self) -> None:
        if not self.value("organiser") and "organiser" not in self.errors:
            self.add_error("organiser", _("The course is not on the list: write who organised it."))
        if self.value("evaluates_own_practice") is None:
            self.add_error(
                "evaluates_own_practice",
                _("The course is not on the list: say whether it evaluates your own practice."),
            )


class AbsenceForm(StepForm):
    """On which days the GP was away from practice (L7, L8, L9)."""

    heading = _("Days away from practice")
    lead = _(
        "Working days on which the GP was away from practice because of the course. Without any, "
        "only the fee is refunded."
    )
    at_hand = _("on which days you were away from practice")

    absence = AbsenceField(label=_("Absence day by day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.last = _days_of_the_course(self.others)
        field = self.fields["absence"]
        field.help_text = lazy(_hours_that_count, str)(self.first)
        field.widget.days = days_of_course(self.first, self.last)
        field.course_known = bool(self.first and self.last)

    def clean_absence(self) -> Any:
        """Refuse days that are not the course's, once these are known."""
        absence = self.cleaned_data["absence"]
        if self.first and self.last:
            outside = [each.on for each in absence if not self.first <= each.on <= self.last]
            if outside:
                field = self.fields["absence"]
                raise forms.ValidationError([field.wrong("outside", day) for day in outside])
        return absence

    def words(self, name: str) -> str | list[str]:
        """Return the days in words; those that cannot be read as they were typed."""
        if self.errors:
            return [" ".join(row.split("|")) for row in self.data.get(name) or ()]
        return super().words(name)


def _hours_that_count(begins: date | None) -> str:
    """Return what makes a day whole or half, by the terms for a course that begins on a day (L8)."""
    terms = tables.in_force(begins)
    hours = {"whole": terms.whole_day_above, "half": terms.half_day_from}
    return gettext(
        "More than %(whole)s hours are a whole day, %(half)s hours or more a half. Write the hours "
        "if you know them: they decide."
    ) % {name: number_format(f"{figure.normalize():f}") for name, figure in hours.items()}


def _days_of_the_course(others: Mapping[str, Any]) -> tuple[date | None, date | None]:
    typed = others.get("course")
    course = CourseForm.read(typed, on=None) if typed else None
    return (course.value("starts_on"), course.value("ends_on")) if course else (None, None)


class FeeForm(StepForm):
    """What the course cost, and what others paid of it (L6)."""

    heading = _("What did the course cost?")
    lead = _("Only the course fee is refunded, not travel, food or lodging.")
    at_hand = _("the receipt of the course fee")

    fee_paid = AmountField(
        label=_("Course fee paid"),
        help_text=_("With øre if there are any. Write 0 if there was none."),
        error_messages=required(_("Write the fee; write 0 if there was none.")),
    )
    other_funding = AmountField(
        label=_("Paid by others"),
        help_text=_("What others refund of the fee. Write 0 if there is nothing."),
        error_messages=required(_("Write how much others pay of the fee, or 0.")),
    )


class PapersForm(StepForm):
    """The certificate and what shows the absence; they may come later (L10)."""

    heading = _("Certificate and documentation")
    lead = _(
        "You can send in the application without them, but nothing is paid before they are here "
        "and accepted."
    )
    at_hand = _("the course certificate, and what shows that you were away from practice")

    certificate_issued_on = DayField(
        label=_("Day on which the course certificate was issued"),
        required=False,
    )

    @classmethod
    def copied(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return nothing: each application has a certificate of its own."""
        return {}

    def clean_certificate_issued_on(self) -> date | None:
        """Refuse a day that has not come yet."""
        issued = self.cleaned_data["certificate_issued_on"]
        if issued and self.on and issued > self.on:
            raise forms.ValidationError(_("This day has not come yet."))
        return issued


STEPS: tuple[Step, ...] = (
    Step("applicant", _("Applicant"), ApplicantForm),
    Step("course", _("Course"), CourseForm),
    Step("absence", _("Absence"), AbsenceForm),
    Step("fee", _("Fee"), FeeForm),
    Step(
        "papers",
        _("Papers"),
        PapersForm,
        (
            PaperKind(CERTIFICATE, _("Course certificate"), later=True),
            PaperKind(DOCUMENTATION, _("Documentation of the absence"), later=True),
            PaperKind(RECEIPT, _("Receipt of the fee")),
            PaperKind("programme", _("Programme of the course")),
        ),
    ),
)
