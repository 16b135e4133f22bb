from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from django.utils.html import strip_tags

from drawing import wording
from schemes.findings import Level
from schemes.templatetags import kursmedel as words

SPACE = "\N{NO-BREAK SPACE}"


def write(source, language="sv", **context):
    with translation.override(language):
        return Template("{% load kursmedel %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0, "0"),
        (6000, f"6{SPACE}000"),
        (Decimal("1750000.00"), f"1{SPACE}750{SPACE}000"),
        (Decimal("1234.5"), f"1{SPACE}234,50"),
        (-880, "\N{MINUS SIGN}880"),
        ("5000", f"5{SPACE}000"),
        (None, ""),
    ],
)
def test_an_amount_is_grouped_and_shows_ore_only_where_there_are_some(amount, written):
    assert words.figure(amount) == written


@pytest.mark.parametrize("amount", ["0", "1750000.00", "1234.5", "-880", "-1234.5"])
def test_an_amount_reads_alike_in_a_sentence_and_in_a_table(amount):
    assert wording.amount(Decimal(amount)) == words.figure(amount)
    for currency in ("SEK", "NOK", "EUR"):
        assert wording.money(Decimal(amount), currency) == words.money(amount, currency)


@pytest.mark.parametrize("amount", ["0", "1750000.00", "1234.5", "-880", "-1234.5"])
def test_an_amount_of_a_column_reads_like_any_other_and_has_its_ore_marked(amount):
    assert strip_tags(words.listed(amount)) == words.figure(amount)
    assert strip_tags(words.listed(amount, "NOK")) == words.money(amount, "NOK")
    assert ('<span class="ore">,50</span>' in words.listed(amount)) == amount.endswith(".5")
    assert words.listed(None) == words.listed("", "SEK") == ""


@pytest.mark.parametrize(
    ("number", "written"),
    [("3.5", "3,5"), ("3.50", "3,5"), ("10", "10"), ("4.25", "4,25"), (None, "")],
)
def test_hours_have_no_more_decimals_than_they_need(number, written):
    assert words.hours(number) == written


def test_an_amount_never_breaks_from_its_unit():
    assert words.money(6000) == f"6{SPACE}000{SPACE}kr"
    assert words.money(6000, "NOK") == f"6{SPACE}000{SPACE}kr"
    assert words.money(6000, "EUR") == f"6{SPACE}000{SPACE}EUR"
    assert words.money(None) == ""


@pytest.mark.parametrize(
    ("language", "written"),
    [("sv", "12 jan 2027"), ("nb", "12. jan 2027"), ("en", "12 Jan 2027")],
)
def test_a_short_day_follows_the_readers_language(language, written):
    html = write("{{ day|short_day }}", language, day=date(2027, 1, 12)).replace(SPACE, " ")
    assert html == f'<time datetime="2027-01-12">{written}</time>'


@pytest.mark.parametrize(
    ("last", "language", "written"),
    [
        (date(2026, 11, 20), "sv", "20 november 2026"),
        (None, "sv", "20 november 2026"),
        (date(2026, 11, 21), "sv", "20–21 november 2026"),
        (date(2026, 11, 21), "nb", "20.–21. november 2026"),
        (date(2026, 11, 21), "en", "20–21 November 2026"),
        (date(2026, 12, 1), "nb", "20. november – 1. desember 2026"),
        (date(2027, 11, 21), "en", "20 November 2026 – 21 November 2027"),
    ],
)
def test_the_days_of_a_course_say_month_and_year_once_where_they_are_the_same(
    last, language, written
):
    drawn = write("{{ first|days:last }}", language, first=date(2026, 11, 20), last=last)

    assert strip_tags(drawn).replace(SPACE, " ") == written
    assert '<time datetime="2026-11-20">' in drawn


def test_a_moment_is_told_in_the_offices_time():
    noon = datetime(2026, 7, 1, 12, 5, tzinfo=UTC)
    with timezone.override("Europe/Stockholm"):
        html = write("{{ at|moment }}", at=noon)
    # Broken over two lines, if at all, between the day and the time of day.
    assert html.endswith(f">1{SPACE}juli{SPACE}2026, 14:05</time>")


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 21), "today"),
        (date(2026, 11, 22), "tomorrow"),
        (date(2026, 11, 20), "yesterday"),
        (date(2026, 12, 14), "in\xa023\xa0days"),
        (date(2026, 11, 16), "5\xa0days\xa0ago"),
    ],
)
def test_how_long_it_is_until_a_day_is_said_in_words(day, written):
    source = "{% relative_days day today %}"
    assert write(source, "en", day=day, today=date(2026, 11, 21)) == written


def test_every_level_has_a_shape_and_words_besides_its_colour():
    shapes = {words.mark(level)["shape"] for level in Level}
    assert len(shapes) == len(Level)
    assert all(str(words.mark(level)["words"]) for level in Level)


@pytest.mark.parametrize(
    ("part", "whole", "drawn"), [(1, 4, "25.00%"), (9, 4, "100.00%"), (0, 4, "0%"), (1, 0, "0%")]
)
def test_a_bar_never_grows_out_of_its_pool(part, whole, drawn):
    assert words.share(part, whole) == drawn
