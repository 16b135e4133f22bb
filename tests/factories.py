"""People and applications in named situations, made through the services, for every test to use."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from accounts import services as people
from accounts.models import User
from applications import services
from decisions import services as decisions
from schemes import services as pools
from schemes.models import Organisation
from schemes.registry import SCHEMES

PASSWORD = "a long enough password"
LONG_AGO = date(2000, 1, 1)
numbers = count(1)


def person(*, name="Test Läkare", email="", **profile):
    """Return a person with an account: confirmed e-mail, no mandate."""
    email = (email or f"person{next(numbers)}@example.org").lower()
    user = User.objects.create_user(email, PASSWORD, name=name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return people.keep_profile(user=user, **profile) if profile else user


def appointed(capacity, *, name="", scheme="", valid_from=LONG_AGO, second_factor=True, **mandate):
    """Return a person with a mandate (since long ago) and, unless told, a second factor."""
    user = person(name=name or f"Test {capacity.capitalize()}")
    people.appoint(
        user=user,
        scheme=scheme or SCHEMES[0].slug,
        capacity=capacity,
        valid_from=valid_from,
        **mandate,
    )
    return with_second_factor(user) if second_factor else user


def signatory(capacity, **mandate):
    """Return a person who may sign in a capacity, such as "chair"."""
    return appointed(capacity, **mandate)


def finance(organisation=None, **mandate):
    """Return a person of finance, of one administration or of the whole scheme."""
    return appointed("finance", organisation=organisation, **mandate)


def with_second_factor(user):
    """Let a person have an authenticator, without which a mandate opens no page."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": ""})
    return user


# Applications to the first scheme, each one step further. `at` is the moment of the last step; the
# course begins 60 days later, so a test that decides around a break says its own days.

SCHEME = SCHEMES[0]
APRIL = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)
HEAD = {"head_name": "Test Chef", "head_email": "chef@example.org"}


def personal_number(nth=0):
    """Return an invented personal number, twelve digits, valid by its check digit."""
    first = (date(1980, 1, 1) + timedelta(days=nth)).strftime("%Y%m%d") + "123"
    digits = [int(digit) * (2 - place % 2) for place, digit in enumerate(first[2:])]
    return f"{first}{-sum(each // 10 + each % 10 for each in digits) % 10}"


def answers(*, starts_on, days=2, number="", **changed):
    """Return what is typed in every step for a good application: 6 000 kr on site in Germany.

    Takes changes by step: `answers(starts_on=…, costs={"fee": "0"})`.
    """
    first = Organisation.objects.filter(scheme=SCHEME.slug).first()
    typed = {
        "participant": {
            "name": "Test Läkare",
            "personal_number": number or personal_number(),
            "hsa_id": "",
            "specialty": "Kardiologi",
            "specialist": "yes",
            "employed": "yes",
            "organisation": str(first.pk),
            "unit": "Medicinkliniken",
            **HEAD,
        },
        "course": {
            "kind": "conference",
            "title": "Hjärtdagarna",
            "organiser": "Kardiologföreningen",
            "external": "yes",
            "link": "https://kurs.example.org/",
            "attendance": "on_site",
            "country": "DE",
            "place": "Berlin",
            "starts_on": starts_on.isoformat(),
            "ends_on": (starts_on + timedelta(days=days)).isoformat(),
        },
        "costs": {
            "fee": "6 000",
            "travel": "4 000",
            "lodging": "2 000",
            "other_funding": "0",
            "funding_from": "",
            "funding_from_industry": "",
            "requested": "6 000",
            "own_contribution": "",
        },
        "benefit": {
            "active_participation": "Jag håller ett föredrag.",
            "dissemination": "Genom en skriftlig sammanfattning.",
            "feedback_plan": "På klinikens möte i september.",
        },
        "earlier": {"applied_earlier": "no", "which": ""},
    }
    return {step: fields | changed.get(step, {}) for step, fields in typed.items()}


def draft(*, by=None, at=APRIL, starts_on=None, **changed):
    """Return a draft with every answer; a new person's unless told whose."""
    application = services.start(scheme=SCHEME, applicant=by or person(), at=at)
    starts_on = starts_on or (at + timedelta(days=60)).date()
    for slug, typed in answers(starts_on=starts_on, **changed).items():
        application = services.save_step(
            application=application,
            step=SCHEME.step(slug),
            typed=typed,
            revision=application.revision,
            by=application.applicant,
            at=at,
        )
    return application


def submitted(*, at=APRIL, **said):
    """Return an application that was sent in; its head of unit has been asked."""
    application = draft(at=at, **said)
    return services.submit(application=application, by=application.applicant, at=at)


def confirmed(*, at=APRIL, **said):
    """Return an application that its head of unit has confirmed."""
    application = submitted(at=at, **said)
    request = application.head_requests.last()
    services.answer_as_head(request=request, answer="confirmed", at=at)
    return again(application)


def returned(*, at=APRIL, steps=("costs",), text="Vad kostar resan?", asked_by=None, **said):
    """Return an application that was asked back, with a question about some steps."""
    application = submitted(at=at, **said)
    by = asked_by or signatory("chair")
    services.ask_back(application=application, steps=steps, text=text, by=by, at=at)
    return again(application)


def withdrawn(*, at=APRIL, **said):
    """Return an application that was sent in, and that its applicant has withdrawn."""
    application = submitted(at=at, **said)
    return services.withdraw(application=application, by=application.applicant, at=at)


def signed(application, *, by=None, at=APRIL, outcome="grant", **said):
    """Return what came of a signature: by a new chair unless told by whom."""
    application = again(application)
    return decisions.sign(
        application=application,
        by=by or signatory("chair"),
        outcome=outcome,
        revision=application.revision,
        at=at,
        **said,
    )


def approved(*, at=APRIL, chair=None, representative=None, **said):
    """Return an application that chair and representative have granted: its invoice is open."""
    application = confirmed(at=at, **said)
    signed(application, by=chair or signatory("chair"), at=at)
    signed(application, by=representative or signatory("representative"), at=at)
    return again(application)


def refused(*, at=APRIL, chair=None, representative=None, reasons=("R8",), text="", **said):
    """Return an application that chair and representative have refused."""
    application = submitted(at=at, **said)
    words = {"outcome": "refuse", "reasons": reasons, "text": text, "at": at}
    signed(application, by=chair or signatory("chair"), **words)
    signed(application, by=representative or signatory("representative"), **words)
    return again(application)


def ended(*, at=APRIL, reason="Kursen är inställd.", **said):
    """Return an application whose grant the applicant has ended."""
    application = approved(at=at, **said)
    by = application.applicant
    return decisions.end(application=application, reason=reason, by=by, at=at)


def pools_of_the_year():
    """Return the two pools of the year, opened."""
    days = (date(2026, 3, 1), date(2026, 9, 1))
    return [pools.pool_for(scheme=SCHEME, on=day, at=APRIL) for day in days]


def with_budget(pool, budget):
    """Return a pool with another budget: somebody has set it, and said why."""
    said = {"by": person(), "at": APRIL, "note": "Beslut"}
    pools.set_budget(pool=pool, budget=Decimal(budget), **said)
    return again(pool)


def again(row):
    """Return a row as the database has it now."""
    return type(row).objects.get(pk=row.pk)
