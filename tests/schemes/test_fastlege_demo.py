"""What the demo tells of refunds holds together on every day of the year."""

from datetime import date, timedelta

import pytest

from schemes.fastlege import numbers
from schemes.fastlege.demo.calendar import calendar
from schemes.fastlege.demo.cases import cases
from schemes.fastlege.demo.people import DOCTORS, HAUG, MUNICIPALITY

DAYS = [date(2027, 1, 1) + timedelta(days=number) for number in range(0, 731, 3)]


def years_of_absence(told):
    """Return by GP the years of the decided courses whose absence is claimed."""
    years = {}
    for case in told:
        if any(act.verb == "sign" for act in case.acts):
            gp = case.answers["applicant"]["national_id"]
            days = case.answers["absence"]["absence"]
            years.setdefault(gp, set()).update(day[:4] for day in days)
    return years


def test_everything_lies_in_the_past_and_follows_the_course():
    for today in DAYS:
        for case in cases(calendar(today)):
            days = [act.on for act in case.acts]
            assert days == sorted(days)
            assert days[-1] < today
            course = case.answers.get("course")
            if course:
                assert course["starts_on"] <= course["ends_on"] < days[0].isoformat()
            issued_on = case.answers.get("papers", {}).get("certificate_issued_on", "")
            assert issued_on <= days[0].isoformat()


def test_l8_those_who_use_up_their_allowance_do_so_within_one_year():
    twice = (DOCTORS["fjell"].national_id, DOCTORS["tun"].national_id)
    for today in DAYS:
        years = years_of_absence(cases(calendar(today)))
        assert all(len(years[gp]) == 1 for gp in twice), today


@pytest.mark.parametrize("doctor", [*DOCTORS.values(), HAUG], ids=lambda each: each.name)
def test_invented_numbers_are_valid_and_plainly_for_tests(doctor):
    assert numbers.national_identity(doctor.national_id) == doctor.national_id
    assert int(doctor.national_id[2:4]) > 40
    assert numbers.account(doctor.account_number) == doctor.account_number
    assert numbers.organisation(MUNICIPALITY["organisation_number"])
