"""Norway's red days, as a calendar that is kept for all countries has them (L7)."""

from datetime import date, timedelta

import holidays
import pytest

from schemes.fastlege import days


@pytest.mark.parametrize("year", range(1950, 2101))
def test_a_year_has_the_red_days_of_the_calendar(year):
    every = (date(year, 1, 1) + timedelta(nth) for nth in range(366))
    red = {day for day in every if day.year == year and days.is_red(day)}
    assert red == set(holidays.country_holidays("NO", years=year))


@pytest.mark.parametrize("year", [1, 1582, 4100, 9999])
def test_no_year_that_can_be_typed_is_without_an_answer(year):
    assert days.is_red(date(year, 12, 25))
