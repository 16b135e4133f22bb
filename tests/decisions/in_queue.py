"""What the queue says of cases."""

from django.db.models import Value

from applications import beside
from applications.assessment import tell
from applications.models import Application
from decisions import queue
from decisions.line import around
from decisions.places import Place, undecided
from tests.factories import APRIL, SCHEME


def only_row(user, on):
    """Return the only row that a person sees on a day."""
    found = queue.listed(undecided(SCHEME, user, on=on), SCHEME)
    (case,) = queue.cases(found, user)
    return queue.row(case, around(SCHEME, [case], on=on, at=APRIL)[case.pk])


def told_in_list(applications, *, on, at):
    """Return what the rows of some applications of a scheme are assessed from, by their keys."""
    scheme, user = applications[0].rules, applications[0].applicant
    found = Application.objects.filter(pk__in=[each.pk for each in applications])
    cases = queue.cases(queue.listed(found.annotate(place=Value(Place.OTHER)), scheme), user)
    nearby = around(scheme, cases, on=on, at=at)
    return {
        each.pk: tell(each, beside.read(each, each.beside), nearby[each.pk], at=at)
        for each in cases
    }
