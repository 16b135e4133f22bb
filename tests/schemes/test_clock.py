"""One place knows what day it is, and development can hold it."""

from datetime import UTC, date, datetime

import time_machine

from schemes import clock

EVENING = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)


@time_machine.travel(EVENING, tick=False)
def test_today_is_the_day_in_the_schemes_time_zone(settings):
    settings.KURSMEDEL_TODAY = ""
    assert clock.now() == EVENING
    assert clock.today("Europe/Stockholm") == date(2026, 7, 1)
    assert clock.today("UTC") == date(2026, 6, 30)


@time_machine.travel(EVENING, tick=False)
def test_a_held_day_keeps_the_time_of_day_running(settings):
    settings.KURSMEDEL_TODAY = "2028-02-29"
    assert clock.now() == datetime(2028, 2, 28, 23, 30, tzinfo=UTC)
    assert clock.today("Europe/Stockholm") == date(2028, 2, 29)


def test_a_held_moment_stands_still(settings):
    settings.KURSMEDEL_TODAY = "2026-12-25T08:15"
    assert clock.now() == datetime(2026, 12, 25, 7, 15, tzinfo=UTC)
