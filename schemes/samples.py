"""Invented content for the living page of components."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import forms

from database import paging
from drawing.widgets import DateInput, MoneyInput, RadioCards
from schemes.findings import Finding, Level, Line, Rule

TODAY = date(2026, 11, 21)

RULES = {
    "R9": Rule("R9", "Ansökan ska alltid ske innan en kurs/konferens äger rum."),
    "R13": Rule("R13", "Inom Europa: max 10 000 kr."),
    "R18": Rule("R18", "Förvaltningen motfinansierar med motsvarande summa."),
    "R23": Rule("R23", "Endast en kurs/konferens/digital kurs per person och år."),
    "R27": Rule("R27", "1,75 mnkr beviljas under första halvåret och 1,75 mnkr under det andra."),
}
FINDINGS = [
    Finding("R9", Level.MET, "The application comes before the course begins."),
    Finding("R18", Level.LOOK, "A grant from elsewhere of 2 000 kr lowers what can be granted."),
    Finding("R27", Level.WAIT, "The pool of this half-year has no room for this grant."),
    Finding("R23", Level.REFUSE, "You already have a grant for a course this year."),
    Finding("R8", Level.OPEN, "Say how you take part actively."),
]
ARITHMETIC = [
    Line("Fee, travel and lodging", Decimal(14000)),
    Line("Grant from elsewhere", Decimal(-2000)),
    Line("Half of the rest", Decimal(6000)),
    Line("Cap in Europe", Decimal(10000)),
    Line("You can get", Decimal(6000), total=True),
    Line("Your unit pays", Decimal(6000)),
]
STEPS = [
    {"title": "Participant", "url": "#", "state": "done"},
    {"title": "Course", "url": "#", "state": "wrong"},
    {"title": "Costs", "url": "#", "state": "now"},
    {"title": "Benefit and plan", "url": "#", "state": "todo"},
    {"title": "Earlier applications", "state": "todo"},
    {"title": "Check and send", "state": "todo"},
]
ROWS = [
    {"key": "Course", "value": "European heart congress", "url": "#"},
    {"key": "Place", "value": ["Vienna", "Austria"], "url": "#"},
    {"key": "Programme", "value": "", "url": "#", "tone": "bad"},
    {"key": "How you take part", "value": "I present a poster and chair one session.", "url": "#"},
]
TASKS = [
    {"title": "Participant and workplace", "url": "#", "label": "Done", "tone": "good"},
    {
        "title": "Course",
        "url": "#",
        "hint": "The programme is missing.",
        "label": "Something is missing",
        "tone": "warn",
    },
    {"title": "Check and send", "label": "Cannot begin yet", "tone": "neutral"},
]
EVENTS = [
    {
        "at": datetime(2026, 11, 20, 13, 2, tzinfo=UTC),
        "title": "Granted: 6 000 kr",
        "who": "Demo Chair and Demo Representative",
        "tone": "good",
        "url": "#",
        "link": "Read the decision",
    },
    {
        "at": datetime(2026, 11, 12, 8, 30, tzinfo=UTC),
        "title": "Asked back",
        "who": "Demo Chair",
        "tone": "warn",
        "text": "Please attach the programme of the course.",
    },
    {"at": datetime(2026, 11, 2, 9, 0, tzinfo=UTC), "title": "Sent", "who": "Demo Doctor"},
]
POOL = {
    "budget": Decimal(1750000),
    "granted": Decimal(507500),
    "waiting": Decimal(310000),
    "left": Decimal(1242500),
    "this": Decimal(60000),
}
FIGURES = [
    {"label": "Due this week", "value": "4", "note": "23 500 kr", "url": "#", "tone": "warn"},
    {"label": "Overdue", "value": "1", "note": "5 000 kr", "url": "#", "tone": "bad"},
    {"label": "Ready to send", "value": "12", "note": "81 000 kr", "url": "#", "tone": "accent"},
    {"label": "Settled this year", "value": "37", "note": "214 500 kr", "url": "#"},
]
FILES = [
    {"id": 1, "name": "programme-heart-congress.pdf", "size": 1_240_000, "url": "#"},
    {"id": 2, "name": "invitation.png", "size": 84_000, "url": "#", "label": "Programme"},
]
QUEUE = [
    {
        "came": date(2026, 11, 2),
        "course": "European heart congress, Vienna",
        "where": "Cardiology · Demo Hospital A",
        "starts": date(2027, 1, 12),
        "asked": 10000,
        "rules": 6000,
        "look": {"label": "Grant from elsewhere", "tone": "warn"},
        "state": {"label": "Your signature", "tone": "accent"},
        "mine": True,
    },
    {
        "came": date(2026, 11, 3),
        "course": "Ultrasound for rheumatologists, Malmö",
        "where": "Rheumatology · Demo Hospital B",
        "starts": date(2026, 12, 14),
        "asked": 5000,
        "rules": 5000,
        "state": {"label": "Your signature", "tone": "accent"},
        "mine": True,
    },
    {
        "came": date(2026, 11, 5),
        "course": "Digital course in pain relief",
        "where": "Anaesthesia · Demo Hospital A",
        "starts": date(2026, 12, 1),
        "asked": 4000,
        "rules": 4000,
        "look": {"label": "Earlier grant this year", "tone": "bad"},
        "state": {"label": "The representative", "tone": "neutral"},
    },
]
FACTS = [
    {"label": "Programme", "value": "As a PDF or a picture, at most 10 MB"},
    {"label": "Costs", "value": ["Fee", "Travel", "Lodging"]},
]
TABS = [
    {"label": "Waiting for me", "url": "#", "current": True, "count": 7},
    {"label": "Waiting for the other", "url": "#", "count": 3},
    {"label": "Waiting for documents", "url": "#", "count": 0},
    {"label": "Decided", "url": "#"},
]
ATTENDANCE = [("site", "On site"), ("digital", "Digitally")]
COUNTRIES = [("", "Choose"), ("SE", "Sweden"), ("AT", "Austria"), ("US", "United States")]


class SampleForm(forms.Form):
    """One field of each kind, two of them wrong."""

    title = forms.CharField(label="Name of the course", help_text="As in the programme.")
    attendance = forms.ChoiceField(
        label="How do you attend?", choices=ATTENDANCE, widget=RadioCards, initial="site"
    )
    country = forms.ChoiceField(
        label="Country", choices=COUNTRIES, widget=forms.Select(attrs={"class": "w-medium"})
    )
    starts_on = forms.DateField(label="First day", widget=DateInput)
    fee = forms.DecimalField(label="Course fee", widget=MoneyInput, help_text="Without VAT.")
    lodging = forms.DecimalField(
        label="Lodging",
        widget=MoneyInput,
        error_messages={"invalid": "Lodging: write an amount, for example 2 000."},
    )
    other = forms.DecimalField(
        label="Grant from elsewhere", help_text="A scholarship, for example.", required=False
    )
    other.widget = MoneyInput()
    plan = forms.CharField(
        label="How do you pass on what you learn?", widget=forms.Textarea(attrs={"rows": 4})
    )
    programme = forms.FileField(label="Programme", widget=forms.FileInput, required=False)
    sure = forms.BooleanField(
        label="The unit pays the same sum",
        error_messages={"required": "Tick that the unit pays the same sum."},
    )


def wrong_form() -> SampleForm:
    """Return the form as it looks when two answers need to be put right."""
    answers = {"title": "European heart congress", "attendance": "site", "country": "AT"}
    answers |= {"starts_on": "2027-01-12", "fee": "6000", "lodging": "two thousand", "plan": "A"}
    return SampleForm(answers)


def filter_form() -> forms.Form:
    """Return a small form such as stands over a queue."""
    states = forms.ChoiceField(label="State", choices=[("", "All"), ("new", "New")], required=False)
    fields = {"q": forms.CharField(label="Search", required=False), "state": states}
    return type("FilterForm", (forms.Form,), fields)()


def page() -> paging.Page:
    """Return the second page of a long list."""
    return paging.of_list(range(1312), "2", size=50)


def everything() -> dict[str, Any]:
    """Return one situation of each component."""
    return {
        "rules": RULES,
        "findings": FINDINGS,
        "arithmetic": ARITHMETIC,
        "steps": STEPS,
        "rows": ROWS,
        "tasks": TASKS,
        "events": EVENTS,
        "pool": POOL,
        "figures": FIGURES,
        "files": FILES,
        "queue": QUEUE,
        "facts": FACTS,
        "tabs": TABS,
        "today": TODAY,
        "form": wrong_form(),
        "filter": filter_form(),
        "page": page(),
    }
