"""A tiny third scheme: money for books. It shows that a scheme is one folder and one line."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django import forms

from schemes.base import Answered, Capacity, Columns, FactsError, PoolPlan, Reason, Scheme
from schemes.findings import Assessment, Finding, Level, Line, Rule
from schemes.forms import StepForm
from schemes.pages import Step


class BookForm(StepForm):
    """What is asked: one book, its price and the day on which reading begins."""

    reader = forms.CharField()
    number = forms.CharField()
    title = forms.CharField()
    price = forms.DecimalField(min_value=0, max_digits=8, decimal_places=2)
    begins_on = forms.DateField()

    secret = ("number",)
    carried = ("number",)
    from_profile = {"reader": "name"}


def _read(answers):
    form = BookForm(data=answers.get("book") or {}, on=None)
    form.is_valid()
    return form


@dataclass(frozen=True)
class Facts:
    price: Decimal | None
    pool_remaining: Decimal | None


def dear_books_are_refused(facts, terms):
    """B1: a book costs at most 500 euro."""
    if facts.price is None:
        return Finding("B1", Level.OPEN, "Say what the book costs.")
    fits = facts.price <= terms["highest_price"]
    return Finding("B1", Level.MET if fits else Level.REFUSE, f"The book costs {facts.price}.")


class Books(Scheme):
    """Pays whole books, from one pool a year, on one signature."""

    slug = "books"
    title = "Books"
    owner = "The library"
    currency = "EUR"
    language = "en"
    time_zone = "Europe/Helsinki"
    steps = (Step("book", "The book", BookForm),)
    rules = {"B1": Rule("B1", "A book costs at most 500 euro.")}
    capacities = (Capacity("librarian", "Librarian"),)
    refusal_reasons = (Reason("B1", "The book is too dear"),)
    packet_parts = ("invoice",)

    def read(self, answers):
        form = _read(answers)
        price, day = form.value("price"), form.value("begins_on")
        columns = Columns(
            participant=form.value("reader") or "",
            personal_number=form.value("number") or "",
            course_title=form.value("title") or "",
            starts_on=day,
            ends_on=day,
            asked=price,
        )
        return Answered({"price": None if price is None else str(price)}, columns)

    def read_facts(self, data, *, complete=True):
        if complete and data.get("price") is None:
            raise FactsError("price", "is missing")
        read = {name: data.get(name) for name in ("price", "pool_remaining")}
        return Facts(
            **{name: None if text is None else Decimal(text) for name, text in read.items()}
        )

    def terms(self, facts):
        return {"highest_price": Decimal(500)}

    def assess(self, facts, terms):
        price = facts.price or Decimal(0)
        return Assessment(
            findings=(dear_books_are_refused(facts, terms),),
            by_rules=price,
            arithmetic=(Line("The book", price, total=True),),
        )

    def terms_snapshot(self, terms):
        return {name: str(value) for name, value in terms.items()}

    def pool_on(self, day):
        return PoolPlan(str(day.year), date(day.year, 1, 1), date(day.year, 12, 31), Decimal(1000))

    def pool_title(self, key):
        return key

    def exclusive_key(self, year):
        return None

    def may_decide_on(self, day):
        return True

    def next_break(self, day):
        return None

    def answer_expected_on(self, *, submitted_on, starts_on):
        return submitted_on + timedelta(days=7)

    def asks_head_of_unit(self, terms):
        return False

    def due_on(self, *, starts_on, decided_on):
        return decided_on + timedelta(days=30)

    def payable(self, facts, terms, *, granted, actual_cost):
        return min(granted, actual_cost)

    def buyer(self, terms):
        return {"name": "The library"}
