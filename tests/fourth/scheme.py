"""A tiny fourth scheme: money for evening classes, four a year, with a certificate that may come later."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django import forms

from schemes.base import Allowance, Answered, Capacity, Columns, Judgement, PoolPlan, Reason
from schemes.findings import Assessment, Finding, Level, Line, Rule
from schemes.forms import StepForm
from schemes.models import Organisation
from schemes.pages import PaperKind, Step
from tests.third.scheme import Books

MOST = 4
EACH = Decimal(100)


class ClassForm(StepForm):
    """What is asked: a class, how many evenings, and when they begin."""

    student = forms.CharField()
    number = forms.CharField()
    title = forms.CharField()
    evenings = forms.IntegerField(min_value=1)
    begins_on = forms.DateField()

    secret = ("number",)


class PapersForm(StepForm):
    """When the certificate was issued, once it is there."""

    issued_on = forms.DateField(required=False)


def _read(form, answers):
    form = form(data=answers or {}, on=None)
    form.is_valid()
    return form


@dataclass(frozen=True)
class Facts:
    title: str
    evenings: int
    year: int | None
    used: dict
    certificate: bool | None
    topic: bool | None


def _verdict(rule, accepted, *, against):
    levels = {True: Level.MET, None: Level.WAIT, False: against}
    return Finding(rule, levels[accepted], f"{rule} is {accepted}.")


class Evenings(Books):
    """Pays evening classes afterwards, from one pool a year, on one signature."""

    slug = "evenings"
    title = "Evenings"
    owner = "The school"
    currency = "NOK"
    steps = (
        Step("class", "The class", ClassForm),
        Step(
            "papers",
            "Papers",
            PapersForm,
            (
                PaperKind("certificate", "Certificate", later=True),
                PaperKind("receipt", "Receipt"),
            ),
        ),
    )
    rules = {
        "E1": Rule("E1", "At most four evenings a year."),
        "E2": Rule("E2", "The certificate is accepted."),
        "E3": Rule("E3", "The class is about reading."),
    }
    capacities = (Capacity("teacher", "Teacher"),)
    refusal_reasons = (Reason("E3", "The class is about something else"),)
    lists_courses = True
    judges = True
    allowance_sql = f"SELECT {MOST} WHERE $1 IS NOT NULL"
    listed: list = []

    def read(self, answers):
        form = _read(ClassForm, answers.get("class"))
        papers = _read(PapersForm, answers.get("papers"))
        day, issued = form.value("begins_on"), papers.value("issued_on")
        stated = {
            "class": {"title": form.value("title") or "", "evenings": form.value("evenings") or 0},
            "begins_on": day and day.isoformat(),
            "papers_stated": {"issued_on": issued and issued.isoformat()},
        }
        columns = Columns(
            participant=form.value("student") or "",
            personal_number=form.value("number") or "",
            organisation_id=Organisation.objects.get(scheme=self.slug).pk,
            course_title=form.value("title") or "",
            starts_on=day,
            ends_on=day,
        )
        return Answered(stated, columns)

    def read_facts(self, data, *, complete=True):
        day = data.get("begins_on")
        stated = data.get("class") or {}
        return Facts(
            title=stated.get("title", ""),
            evenings=stated.get("evenings", 0),
            year=int(day[:4]) if day else None,
            used=(data.get("history") or {}).get("units_used", {}),
            certificate=(data.get("documents") or {}).get("certificate_accepted"),
            topic=stated.get("accepted"),
        )

    def terms(self, facts):
        return {"most": MOST}

    def assess(self, facts, terms):
        left = terms["most"] - facts.used.get(str(facts.year), 0)
        paid = max(0, min(facts.evenings, left))
        topic = True if facts.title in self.listed else facts.topic
        findings = (
            Finding("E1", Level.MET if paid else Level.REFUSE, f"{left} evenings are left."),
            _verdict("E2", facts.certificate, against=Level.WAIT),
            _verdict("E3", topic, against=Level.REFUSE),
        )
        amount = paid * EACH
        lines = (Line("Evenings", amount, total=True),)
        return Assessment(findings, amount, lines, {"units": {str(facts.year): paid}})

    def allowances(self, assessment, terms):
        units = assessment.details["units"]
        return tuple(Allowance(int(year), used, terms["most"]) for year, used in units.items())

    def judgements(self, facts):
        certificate = Judgement(
            "documents.certificate_accepted",
            "Certificate",
            paper="certificate",
            about=("papers_stated.issued_on",),
        )
        topic = Judgement("class.accepted", "The class")
        return (certificate,) if facts.title in self.listed else (certificate, topic)

    def list_course(self, *, answers, on):
        self.listed.append(answers["class"]["title"])

    def pool_on(self, day):
        return PoolPlan(str(day.year), date(day.year, 1, 1), date(day.year, 12, 31), Decimal(9000))
