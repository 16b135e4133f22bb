"""Who comes and what is there, in both schemes: people of every kind, applications in every situation."""

from datetime import date
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Mandate
from applications import head_link, services
from applications.models import Document, HeadRequest, Paper
from decisions import services as decisions
from invoicing import packet
from schemes import entering
from schemes.new_terms import parts_of
from schemes.registry import SCHEMES
from tests import factories
from tests.applications.files import upload
from tests.factories import APRIL, again
from tests.schemes.test_fastlege_forms import ANSWERS

RFR, REFUND = SCHEMES[0], SCHEMES[1]
NEXT = date(2027, 1, 1)
OFFICE = ["chair", "representative", "finance", "administrator", "auditor"]


def build():
    """Return the people by what they are, and what addresses can be about."""
    people = _people()
    applications = [*_grants(people), *_refunds(people)]
    for who, scheme in (("administrator", RFR), ("keeper", REFUND)):
        entering.begin_terms(scheme=scheme, starts_on=NEXT, by=people[who], at=APRIL)
    return SimpleNamespace(people=people, values=_values(applications), applications=applications)


def _people():
    officer = REFUND.capacities[0].slug
    return {
        "visitor": AnonymousUser(),
        "doctor": factories.person(),
        "stranger": factories.person(),
        "chair": factories.signatory("chair"),
        "representative": factories.signatory("representative"),
        "officer": factories.signatory(officer, scheme=REFUND.slug),
        "finance": factories.finance(),
        "payer": factories.finance(scheme=REFUND.slug),
        "administrator": factories.appointed("administrator"),
        "keeper": factories.appointed("administrator", scheme=REFUND.slug),
        "auditor": factories.appointed("auditor"),
    }


def _grants(people):
    owner = people["doctor"]
    both = {name: people[name] for name in ("chair", "representative")}
    made = [
        factories.draft(by=owner),
        factories.submitted(by=owner),
        factories.confirmed(by=owner),
        factories.returned(by=owner, asked_by=people["chair"]),
        factories.approved(by=owner, **both),
        factories.refused(by=owner, **both),
        factories.ended(by=owner, number=factories.personal_number(1), **both),
    ]
    _render(made[4].invoices.get())
    return [again(each) for each in made]


def _refunds(people):
    owner, officer = people["doctor"], people["officer"]
    waiting = _sent(_with_papers(_drafted(owner)))
    granted = _granted(_sent(_with_papers(_drafted(owner))), officer)
    return [_drafted(owner), waiting, granted]


def _drafted(owner):
    draft = services.start(scheme=REFUND, applicant=owner, at=APRIL)
    for slug, typed in ANSWERS.items():
        step, known = REFUND.step(slug), {"revision": draft.revision, "by": owner, "at": APRIL}
        draft = services.save_step(application=draft, step=step, typed=typed, **known)
    return draft


def _with_papers(draft):
    for step in REFUND.steps:
        for kind in step.papers:
            known = {"kind": kind.slug, "upload": upload(name=f"{kind.slug}.pdf"), "at": APRIL}
            services.attach(application=again(draft), step=step, **known)
    return again(draft)


def _sent(draft):
    return services.submit(application=draft, by=draft.applicant, at=APRIL)


def _granted(application, officer):
    """Sign a refund; what the officer still has to judge leaves it waiting, which is a situation too."""
    try:
        factories.signed(application, by=officer)
    except decisions.NotAllowed:
        return again(application)
    return again(application)


def _render(invoice):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packet, "build", lambda invoice: b"%PDF-1.7")
        packet.render(invoice.packet.pk, at=APRIL)


def _values(applications):
    """Return what stands in addresses, by the name that the address gives it."""
    slugs = [step.slug for scheme in SCHEMES for step in scheme.steps]
    papers = [each.uuid for each in [*Paper.objects.all(), *Document.objects.all()]]
    invoices = [each.uuid for one in applications for each in one.invoices.all()]
    return {
        "decisions": [each.uuid for each in applications],
        "applications": [each.uuid for each in applications],
        "applications:paper": papers,
        "applications:document": papers,
        "invoicing": invoices,
        "uuid": [uuid4()],
        "slug": slugs,
        "scheme": [scheme.slug for scheme in SCHEMES],
        "kind": ["csv", "pain"],
        "day": [NEXT],
        "part": sorted({part.slug for scheme in SCHEMES for part in parts_of(scheme)}),
        "name": ["courses", "zones", "organisations", "breaks"],
        "pk": list(Mandate.objects.values_list("pk", flat=True)),
        "token": [head_link.token(each) for each in HeadRequest.objects.all()],
    }
