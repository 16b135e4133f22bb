"""What new terms of the refund scheme consist of, page by page, and what they would have given before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from schemes.fastlege import funding, tables
from schemes.fastlege.models import DatedTerms, DayRate, ListedCourse
from schemes.fastlege.terms import Rate, Terms
from schemes.pages import EditableList, TermsPart


class DatedTermsForm(forms.ModelForm):
    """Terms whose appropriation is not less than what is granted of it, unless newer terms say it."""

    begins: date | None = None

    def clean_appropriation(self) -> Any:
        """Refuse an appropriation that does not suffice for what is granted (L5)."""
        appropriation = self.cleaned_data["appropriation"]
        if appropriation is None or self._is_followed():
            return appropriation
        if appropriation < funding.granted():
            raise forms.ValidationError(_("More than this is granted already."))
        return appropriation

    def _is_followed(self) -> bool:
        """Tell whether newer terms are entered; while those are to come, the pool itself refuses."""
        return bool(self.begins and DatedTerms.objects.filter(valid_from__gt=self.begins).exists())


PARTS = (
    TermsPart(
        "source",
        _("Where the figures come from"),
        DatedTerms,
        ("source",),
        lead=_("Copy the sentences of the page. A decision can be traced back to them."),
    ),
    TermsPart("scheme", _("The scheme (L1)"), DatedTerms, ("first_day", "last_day")),
    TermsPart(
        "amounts",
        _("How much (L6–L9)"),
        DatedTerms,
        (
            *("fee_cap", "units", "units_per", "whole_day_above", "half_day_from"),
            "municipality_day_rate",
        ),
        amounts=("fee_cap",),
    ),
    TermsPart(
        "money",
        _("The money (L5)"),
        DatedTerms,
        ("appropriation", "overtaking"),
        amounts=("appropriation",),
        form=DatedTermsForm,
    ),
    TermsPart(
        "answers",
        _("When it is answered and paid, and who answers questions (L13)"),
        DatedTerms,
        ("answer_days", "payment_days", "payer", "contact"),
    ),
    TermsPart(
        "rates",
        _("Day rates (L9)"),
        DayRate,
        ("whole", "half", "source"),
        lead=_("Leave them as they are while the association has no newer ones."),
        amounts=("whole", "half"),
    ),
)
LISTS = (
    EditableList(
        "courses",
        _("Pre-approved courses"),
        ListedCourse,
        fields=(
            *("title", "organiser", "link", "starts_on", "ends_on"),
            *("valid_from", "valid_to"),
        ),
        columns=("title", "organiser", "valid_from", "valid_to"),
        search=("title", "organiser"),
        lead=_(
            "Nobody needs to judge what these courses are about, when they begin within the days."
        ),
    ),
)


def applied(terms: Terms, rows: Sequence[Model]) -> Terms:
    """Return terms with the figures of new rows; new rates count for every day of absence."""
    for row in rows:
        if isinstance(row, DatedTerms):
            figures = {name: getattr(row, name) for name in tables.AS_THEY_ARE}
            terms = replace(terms, **figures)
        elif isinstance(row, DayRate):
            terms = replace(terms, rates=(Rate(date.min, row.whole, row.half),))
    return terms


def appropriation(rows: Sequence[Model], *, since: date) -> Decimal | None:
    """Return what new terms from a day or later appropriate; None where no row says it (L5)."""
    told = [row for row in rows if isinstance(row, DatedTerms) and row.valid_from >= since]
    return told[0].appropriation if told else None
