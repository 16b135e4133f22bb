"""Who plays in the machine: people, their mandates, and terms with so little money that it runs out."""

from datetime import date
from decimal import Decimal

from accounts.services import appoint
from schemes.fastlege.demo.people import DOCTORS, MUNICIPALITY
from schemes.fastlege.models import DatedTerms as TermsOfRefunds
from schemes.models import Organisation
from schemes.rfr.models import DatedTerms as TermsOfGrants
from schemes.secrets import person_key
from tests.factories import LONG_AGO, appointed, person, personal_number

FIRST_DAY = date(2026, 1, 1)
HEAD = "chef@example.org"
GRANTS, REFUNDS = "rfr", "fastlege"
GPS = [DOCTORS[key] for key in ("fjell", "vik", "skog")]
OF_MUNICIPALITY = MUNICIPALITY | {"reference": "K-1"}


class Cast:
    """Everyone, made once before the machine starts; what it does with them is undone each time."""

    def __init__(self):
        _little_money()
        self.numbers = [personal_number(nth) for nth in range(4)]
        self.signers = {GRANTS: self._signers_of_grants(), REFUNDS: self._case_officers()}
        self.applicants = {
            GRANTS: [person(name="Test Läkare"), person(name="Test Sekreterare"), self.chair],
            REFUNDS: [person(name="Test Fastlege"), person(name="Test Kommune"), self.officer],
        }
        self.administrators = {
            slug: appointed("administrator", scheme=slug, name="Test Administrator")
            for slug in (GRANTS, REFUNDS)
        }
        self.finance = {
            GRANTS: [appointed("finance", scheme=GRANTS)],
            # Who also decides comes first: the machine takes the first of a list most often.
            REFUNDS: [self.officer, *(appointed("finance", scheme=REFUNDS) for _nth in range(2))],
        }
        codes = Organisation.objects.filter(scheme=GRANTS).order_by("pk")
        self.organisations = [str(each.pk) for each in codes[:2]]
        self.heads = [HEAD, "annan.chef@example.org", self.representative.email]

    def _signers_of_grants(self):
        self.chair = appointed("chair", scheme=GRANTS, name="Test Ordförande")
        # Also a doctor who may be granted something.
        self.doctor = appointed("chair", scheme=GRANTS, deputy=True, ground="§ 4")
        type(self.doctor).objects.filter(pk=self.doctor.pk).update(
            person_key=person_key(self.numbers[3])
        )
        self.doctor.refresh_from_db()
        self.representative = appointed("representative", scheme=GRANTS)
        self.both = appointed("representative", scheme=GRANTS, deputy=True, ground="§ 5")
        _also(self.both, "chair", scheme=GRANTS, deputy=True, ground="§ 5")
        return [self.chair, self.representative, self.both, self.doctor]

    def _case_officers(self):
        self.officer = appointed("case_officer", scheme=REFUNDS)
        _also(self.officer, "finance", scheme=REFUNDS)
        return [self.officer, appointed("case_officer", scheme=REFUNDS)]


def _also(user, capacity, **mandate):
    appoint(user=user, capacity=capacity, valid_from=LONG_AGO, **mandate)


def _little_money():
    """Enter terms under which a half-year pays for two or three grants, and has a short break."""
    newer(
        TermsOfGrants,
        valid_from=FIRST_DAY,
        budget_first_half=23_000,
        budget_second_half=16_500,
        summer_break_first_week=29,
        summer_break_last_week=30,
    )
    newer(TermsOfRefunds, valid_from=FIRST_DAY, appropriation=Decimal("52000.50"))


def newer(model, **changes):
    """Enter a row like the newest one with some figures changed; an entered day is replaced."""
    last = model.objects.latest("valid_from")
    same_day = model.objects.filter(valid_from=changes.get("valid_from")).first()
    last.pk = same_day.pk if same_day else None
    last._state.adding = same_day is None
    for name, value in changes.items():
        setattr(last, name, value)
    last.save()
    return last
