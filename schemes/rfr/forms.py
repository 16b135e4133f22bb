"""The pages of an application to RFR: who, which course, what it costs, what it brings."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from database.reads import kept
from drawing.fields import (
    AmountField,
    DayField,
    LongChoiceField,
    LongTextField,
    YesNoField,
    required,
)
from drawing.widgets import IN_SOME_CASES, LONG, MEDIUM, UNREMEMBERED, LongSelect, RadioCards
from schemes import personal_number
from schemes.forms import StepForm, address_of_another, hold_days_in_order
from schemes.models import Organisation, counts_on
from schemes.pages import PaperKind, Step
from schemes.rfr import countries
from schemes.rfr.facts import DIGITAL, ON_SITE
from schemes.rfr.tables import SLUG


class AdministrationField(forms.ModelChoiceField):
    """An administration as it was on a day, or on any; the list is read when it has changed only."""

    on: date | None = None

    def to_python(self, value: Any) -> Organisation | None:
        """Return the administration of a key. Raises ValidationError for one that is not in the list."""
        if value in self.empty_values:
            return None
        found = _administrations().get(str(value))
        if found is None or (self.on and not counts_on(found, self.on)):
            raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
        return found


@kept
def _administrations() -> dict[str, Organisation]:
    return {str(each.pk): each for each in Organisation.objects.filter(scheme=SLUG)}


class ParticipantForm(StepForm):
    """Who takes part, where they work, and who is head of the unit (R1, R7, R19, R23)."""

    heading = _("Who takes part?")
    lead = _("The money goes to your administration. It is never paid to you yourself.")
    at_hand = _("name and e-mail of your head of unit")
    secret = ("personal_number",)
    from_profile = {
        "name": "name",
        "personal_number": "personal_number",
        "hsa_id": "hsa_id",
        "specialty": "specialty",
    }
    groups = (
        (_("You"), ("name", "personal_number", "hsa_id", "specialty", "specialist", "employed")),
        (_("Where you work"), ("organisation", "unit")),
        (_("Your head of unit"), ("head_name", "head_email")),
    )
    carried = tuple(name for _legend, names in groups for name in names)

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        widget=forms.TextInput(attrs=LONG | {"autocomplete": "name"}),
        error_messages=required(_("Write your name.")),
    )
    personal_number = forms.CharField(
        label=_("Personal number"),
        help_text=_("Or coordination number, with ten or twelve digits. It is kept encrypted."),
        widget=forms.TextInput(attrs=MEDIUM | UNREMEMBERED),
        error_messages=required(_("Write your personal number.")),
    )
    hsa_id = forms.CharField(
        label=_("HSA-id"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs=MEDIUM | UNREMEMBERED),
    )
    specialty = forms.CharField(
        label=_("Specialty"),
        max_length=100,
        widget=forms.TextInput(attrs=LONG),
        error_messages=required(_("Write your specialty.")),
    )
    specialist = YesNoField(
        label=_("Do you hold a specialist certificate?"),
        help_text=_("The grant is for specialists, not for doctors in training."),
        error_messages=required(_("Say whether you hold a specialist certificate.")),
    )
    employed = YesNoField(
        label=_("Are you employed by the region?"),
        error_messages=required(_("Say whether you are employed by the region.")),
    )
    organisation = AdministrationField(
        Organisation.objects.none(),
        label=_("Administration"),
        empty_label=_("Choose an administration"),
        widget=forms.Select(attrs=LONG),
        error_messages=required(_("Choose your administration."))
        | {"invalid_choice": _("Choose an administration from the list.")},
    )
    unit = forms.CharField(
        label=_("Unit"),
        help_text=_("The clinic or unit that pays the other half."),
        max_length=150,
        widget=forms.TextInput(attrs=LONG),
        error_messages=required(_("Write at which unit you work.")),
    )
    head_name = forms.CharField(
        label=_("Name of the head of unit"),
        max_length=150,
        widget=forms.TextInput(attrs=LONG),
        error_messages=required(_("Write the name of your head of unit.")),
    )
    head_email = forms.EmailField(
        label=_("E-mail of the head of unit"),
        help_text=_("When you apply we send a link there, to confirm that the unit pays its part."),
        max_length=254,
        widget=forms.EmailInput(attrs=LONG | UNREMEMBERED),
        error_messages=required(_("Write the e-mail of your head of unit."))
        | {"invalid": _("Write an e-mail address, for example name@example.org.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Organisation.objects.filter(scheme=SLUG)
        self.fields["organisation"].queryset = known.valid_on(self.on) if self.on else known
        self.fields["organisation"].on = self.on

    def clean_personal_number(self) -> str:
        """Return the number as twelve digits (R23)."""
        return personal_number.read(self.cleaned_data["personal_number"])

    def clean_head_email(self) -> str:
        """Refuse the applicant's own address: nobody confirms for themselves (R18, R21)."""
        return address_of_another(self.cleaned_data["head_email"], self.own_email)

    def masked(self, name: str, value: str) -> str:
        """Return the day of birth without the last four digits."""
        return personal_number.masked(value)


class CourseForm(StepForm):
    """Which course, where and when, and how this participant attends (R2, R12–R15)."""

    heading = _("Which course is it?")
    lead = _("Apply before the first day. An application on that day or later is refused.")
    at_hand = _("name and days of the course, and the programme if you have it")
    groups = (
        (_("The course"), ("kind", "title", "organiser", "external", "link")),
        (_("Where and when"), ("attendance", "country", "place", ("starts_on", "ends_on"))),
    )
    COURSE, CONFERENCE, DIGITAL_COURSE = "course", "conference", "digital_course"

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=(
            (COURSE, _("A course")),
            (CONFERENCE, _("A conference")),
            (DIGITAL_COURSE, _("A digital course")),
        ),
        widget=RadioCards,
        error_messages=required(_("Say whether it is a course or a conference.")),
    )
    title = forms.CharField(
        label=_("Name of the course or conference"),
        help_text=_("As it stands in the programme."),
        max_length=200,
        error_messages=required(_("Write what the course is called.")),
    )
    organiser = forms.CharField(
        label=_("Organiser"),
        max_length=200,
        widget=forms.TextInput(attrs=LONG),
        error_messages=required(_("Write who organises the course.")),
    )
    external = YesNoField(
        label=_("Does someone outside the region organise it?"),
        help_text=_("Courses that the region itself holds get no grant."),
        error_messages=required(_("Say whether someone outside the region organises it.")),
    )
    link = forms.URLField(
        label=_("Web page of the course"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        error_messages={"invalid": _("Write a web address, for example https://example.org.")},
    )
    attendance = forms.ChoiceField(
        label=_("How do you attend?"),
        help_text=_("What counts is how you attend yourself, even if others attend differently."),
        choices=((ON_SITE, _("On site")), (DIGITAL, _("Digitally"))),
        widget=RadioCards,
        error_messages=required(_("Say whether you attend on site or digitally.")),
    )
    country = LongChoiceField(
        label=_("Country"),
        help_text=_("Needed when you attend on site: it decides how much you can get."),
        choices=countries.in_words,
        required=False,
        widget=LongSelect(attrs=MEDIUM | IN_SOME_CASES),
        error_messages={"invalid_choice": _("Choose a country from the list.")},
    )
    place = forms.CharField(
        label=_("Town or place"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs=MEDIUM),
    )
    starts_on = DayField(
        label=_("First day"),
        error_messages=required(_("Say on which day the course begins."))
        | {"invalid": _("Write the first day like 2027-01-12.")},
    )
    ends_on = DayField(
        label=_("Last day"),
        error_messages=required(_("Say on which day the course ends."))
        | {"invalid": _("Write the last day like 2027-01-12.")},
    )

    def clean(self) -> None:
        """Hold answers against each other: days in order, a country on site, digital is digital."""
        hold_days_in_order(self)
        on_site = self.value("attendance") == ON_SITE
        if on_site and not self.value("country") and "country" not in self.errors:
            self.add_error("country", _("Choose the country in which you attend."))
        if on_site and self.value("kind") == self.DIGITAL_COURSE:
            self.add_error("attendance", _("A digital course is attended digitally."))


class CostsForm(StepForm):
    """What it costs and who pays what: fee, travel and lodging, nothing else (R4, R11, R16–R18)."""

    heading = _("What does it cost?")
    lead = _(
        "The grant is for fee, travel and lodging; salary is not paid. Write what you pay without "
        "VAT that is paid back."
    )
    at_hand = _("what fee, travel and lodging cost")
    groups = (
        ("", ("fee", "travel", "lodging")),
        (_("Who else pays?"), ("other_funding", "funding_from", "funding_from_industry")),
        (_("What you ask for"), ("requested", "own_contribution")),
    )

    fee = AmountField(
        label=_("Course or conference fee"),
        error_messages=required(_("Write the fee; write 0 if there is none.")),
    )
    travel = AmountField(
        label=_("Travel"),
        help_text=_("Write 0 if there is none."),
        error_messages=required(_("Write what the travel costs; write 0 if nothing.")),
    )
    lodging = AmountField(
        label=_("Lodging"),
        help_text=_("Write 0 if there is none."),
        error_messages=required(_("Write what the lodging costs; write 0 if nothing.")),
    )
    other_funding = AmountField(
        label=_("Money from elsewhere"),
        help_text=_("For example a scholarship. Write 0 if there is none."),
        error_messages=required(_("Write how much money comes from elsewhere, or 0.")),
    )
    funding_from = forms.CharField(
        label=_("Where does it come from?"),
        help_text=_("Only if money comes from elsewhere."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=LONG | IN_SOME_CASES),
    )
    funding_from_industry = YesNoField(
        label=_("Does any of it come from industry?"),
        help_text=_("Only if money comes from elsewhere. The two who decide look at it."),
        required=False,
        widget=RadioCards(attrs=IN_SOME_CASES),
    )
    requested = AmountField(
        label=_("Amount that you ask for"),
        help_text=_("The unit pays at least as much itself."),
        error_messages=required(_("Write the amount that you ask for.")),
    )
    own_contribution = AmountField(
        label=_("What the unit pays at most"),
        help_text=_("Only if the unit has set a limit. Otherwise it pays the rest."),
        required=False,
    )

    def clean(self) -> None:
        """Ask from whom, as soon as money comes from elsewhere (R4)."""
        if not self.value("other_funding"):
            return
        if not self.value("funding_from") and "funding_from" not in self.errors:
            self.add_error("funding_from", _("Say from whom the money comes."))
        if self.value("funding_from_industry") is None:
            self.add_error("funding_from_industry", _("Say whether it comes from industry."))


def _text(rows: int = 5, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class BenefitForm(StepForm):
    """What the course brings, and how it is passed on (R8, R33)."""

    heading = _("What will it bring?")
    lead = _("A few sentences are enough. The two who decide read them.")
    at_hand = _("how you have planned with your head of unit to pass on what you learn")

    active_participation = LongTextField(
        label=_("How do you take part actively?"),
        help_text=_("For example with a lecture, a poster, group work or an examination."),
        max_length=5000,
        widget=_text(),
        error_messages=required(_("Write how you take part actively.")),
    )
    dissemination = LongTextField(
        label=_("How is the new knowledge spread?"),
        help_text=_("To whom, and in what way."),
        max_length=5000,
        widget=_text(),
        error_messages=required(_("Write how the new knowledge is spread.")),
    )
    feedback_plan = LongTextField(
        label=_("How is the content passed on at work?"),
        help_text=_("What you have planned with your head of unit: when, where and for whom."),
        max_length=5000,
        widget=_text(),
        error_messages=required(_("Write how the content will be passed on at work.")),
    )


class EarlierForm(StepForm):
    """Whether money was asked for earlier in the year (R25)."""

    heading = _("Have you applied before?")
    lead = _("A person can get one grant a year. An earlier application need not stop a new one.")

    applied_earlier = YesNoField(
        label=_("Have you applied to RFR earlier in the year of the course?"),
        help_text=_("Answer yes whatever came of it."),
        error_messages=required(_("Say whether you have applied earlier in the year.")),
    )
    which = LongTextField(
        label=_("Which course was it, and what came of it?"),
        help_text=_("Only if you have applied."),
        max_length=2000,
        required=False,
        widget=_text(rows=3, **IN_SOME_CASES),
    )

    def clean(self) -> None:
        """Ask for which course, where there was one."""
        if self.value("applied_earlier") and not self.value("which") and "which" not in self.errors:
            self.add_error("which", _("Say for which course you applied."))


STEPS: tuple[Step, ...] = (
    Step("participant", _("Participant"), ParticipantForm),
    Step("course", _("Course"), CourseForm, (PaperKind("programme", _("Programme")),)),
    Step("costs", _("Costs"), CostsForm),
    Step("benefit", _("Benefit"), BenefitForm),
    Step("earlier", _("Earlier applications"), EarlierForm),
)
