"""Money for lectures, paid to an account: what a scheme must say to pay out itself."""

from datetime import date, timedelta
from decimal import Decimal

from django import forms

from schemes.base import Answered, Capacity, Columns, DocumentWords, Payee, PoolPlan
from schemes.forms import StepForm
from schemes.pages import PaperKind, Step
from tests.third.scheme import Books


class LectureForm(StepForm):
    """What is asked: a lecture, what it cost, and the account to pay to."""

    speaker = forms.CharField()
    number = forms.CharField()
    title = forms.CharField()
    price = forms.DecimalField(min_value=0, max_digits=8, decimal_places=2)
    held_on = forms.DateField()
    account = forms.CharField()
    organisation_number = forms.CharField(required=False)
    reference = forms.CharField(required=False)

    secret = ("number", "account")


class Lectures(Books):
    """Pays lectures afterwards, from one pool a year, on one signature."""

    slug = "lectures"
    title = "Lectures"
    owner = "The lecture society"
    currency = "NOK"
    language = "nb"
    time_zone = "Europe/Oslo"
    steps = (Step("lecture", "The lecture", LectureForm, (PaperKind("proof", "Proof"),)),)
    capacities = (Capacity("steward", "Steward"),)
    packet_parts = ("statement", "confirmation")
    pays_out = True
    statement = DocumentWords("Settlement", "LEC")

    def _form(self, answers):
        form = LectureForm(data=answers.get("lecture") or {}, on=None)
        form.is_valid()
        return form

    def read(self, answers):
        form = self._form(answers)
        price, day = form.value("price"), form.value("held_on")
        columns = Columns(
            participant=form.value("speaker") or "",
            personal_number=form.value("number") or "",
            course_title=form.value("title") or "",
            starts_on=day,
            ends_on=day,
            asked=price,
        )
        return Answered({"price": None if price is None else str(price)}, columns)

    def pool_on(self, day):
        return PoolPlan(str(day.year), date(day.year, 1, 1), date(day.year, 12, 31), Decimal(9000))

    def payee(self, answers):
        form = self._form(answers)
        return Payee(
            name=form.value("speaker") or "",
            account=form.value("account") or "",
            organisation_number=form.value("organisation_number") or "",
            reference=form.value("reference") or "",
        )

    def contact(self, *, on):
        return "lectures@example.org"

    def due_on(self, *, starts_on, decided_on):
        return decided_on + timedelta(days=30)
