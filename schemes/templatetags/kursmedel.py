"""Amounts, days and sizes as a clerk writes them, in the language that the reader chose."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from drawing import wording
from drawing.wording import NO_BREAK_SPACE
from schemes.findings import Level

register = template.Library()

# Written out here: Django's own English is American, and it gives Nordic months a capital.
DAY = {"nb": "j. F Y"}, "j F Y"
SHORT_DAY = {"en": "j M Y", "nb": "j. b Y"}, "j b Y"
MOMENT = {"nb": "j. F Y, H:i"}, "j F Y, H:i"

# What a level looks like: a shape, a tone and words, never a colour alone.
MARKS = {
    Level.MET: {"shape": "tick", "tone": "good", "words": _("Met")},
    Level.OPEN: {"shape": "ring", "tone": "neutral", "words": _("Not answered yet")},
    Level.LOOK: {"shape": "exclamation", "tone": "warn", "words": _("Needs a look")},
    Level.WAIT: {"shape": "pause", "tone": "warn", "words": _("Waits")},
    Level.REFUSE: {"shape": "cross", "tone": "bad", "words": _("Not met")},
}


@register.filter
def figure(amount: Decimal | int | str | None) -> str:
    """Return an amount grouped by no-break spaces, with öre only where there are some."""
    if amount is None or amount == "":
        return ""
    return wording.amount(_exact(amount))


@register.filter
def listed(amount: Decimal | int | str | None, currency: str = "") -> str:
    """Return an amount as it stands in a column, with its unit where a currency is given.

    Its öre are marked: where one amount of a table has some, the style sheets give all of them öre.
    """
    whole, comma, ore = figure(amount).partition(",")
    if not whole:
        return ""
    ore = format_html('<span class="ore">,{}</span>', ore) if comma else ""
    after = f"{NO_BREAK_SPACE}{unit(currency)}" if currency else ""
    return format_html('<span class="amount">{}{}</span>{}', whole, ore, after)


@register.filter
def hours(number: str | None) -> str:
    """Return a number of hours as people write it: 3,5."""
    return f"{Decimal(number).normalize():f}".replace(".", ",") if number else ""


@register.filter
def plain(number: float) -> str:
    """Return a measure of a drawing, which no language writes its own way."""
    return f"{number:g}"


@register.filter
def unit(currency: str | None) -> str:
    """Return what stands after an amount: "kr" for Swedish and Norwegian kronor."""
    return wording.unit(currency or "SEK")


@register.filter
def money(amount: Decimal | int | str | None, currency: str = "SEK") -> str:
    """Return an amount with its unit, never broken over two lines: "6 000 kr"."""
    if amount is None or amount == "":
        return ""
    return wording.money(_exact(amount), currency or "SEK")


def _exact(amount: Decimal | int | str) -> Decimal:
    # What was copied for good, such as the sum of an invoice, is stored as text.
    return amount if isinstance(amount, Decimal) else Decimal(str(amount))


@register.filter
def share(part: Decimal | int | None, whole: Decimal | int | None) -> str:
    """Return a part of a whole as a percentage for a drawing, between 0% and 100%."""
    if not part or not whole:
        return "0%"
    return f"{min(100, max(0, float(part) / float(whole) * 100)):.2f}%"


@register.filter
def day(value: date | None) -> str:
    """Return a day in words, marked up: 12 January 2027."""
    return _time(value, DAY)


@register.filter
def days(first: date | None, last: date | None) -> str:
    """Return the days of a course in words, marked up: 20–21 November 2026."""
    if not first or not last or first == last:
        return day(first)
    kept = 3 if first.year != last.year else 2 if first.month != last.month else 1
    dash = "–" if kept == 1 else " – "
    return format_html("{}{}{}", _time(first, _shortened(DAY, kept)), dash, day(last))


@register.filter
def short_day(value: date | None) -> str:
    """Return a day for a column, marked up: 12 Jan 2027."""
    return _time(value, SHORT_DAY)


@register.filter
def moment(value: datetime | None) -> str:
    """Return a day and a time of day, marked up: 2 November 2026, 14:02."""
    return _time(value, MOMENT)


@register.simple_tag
def relative_days(value: date | None, today: date | None) -> str:
    """Return how long it is from today to a day, in words that stay on one line."""
    if value is None or today is None:
        return ""
    return _relative((_as_day(value) - _as_day(today)).days, get_language() or "")


@lru_cache(maxsize=1000)
def _relative(days: int, language: str) -> str:
    # The language is that of this thread: it stands here so that each has words of its own in the cache.
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    if days in near:
        return str(near[days])
    words = ngettext("in %(n)s day", "in %(n)s days", days)
    if days < 0:
        words = ngettext("%(n)s day ago", "%(n)s days ago", -days)
    return (words % {"n": abs(days)}).replace(" ", NO_BREAK_SPACE)


@register.simple_tag
def tag(label: str, tone: str = "") -> str:
    """Draw a few words with their tone; `components/tag.html` draws the same, at more cost."""
    return format_html('<span class="tag tag-{}">{}</span>', tone or "neutral", label)


@register.filter
def rule_sentence(rules: Mapping | None, number: str) -> str:
    """Return the source's own sentence of a rule, or nothing where the scheme gives none."""
    rule = _of(rules, number)
    return str(getattr(rule, "sentence", rule)) if rule else ""


@register.filter
def rule_short(rules: Mapping | None, number: str) -> str:
    """Return a rule's few words for a list, or its number where the scheme gives none."""
    return str(getattr(_of(rules, number), "short", "") or number)


def _of(rules: Mapping | None, number: str) -> Any:
    return rules.get(number) if isinstance(rules, Mapping) else None


@register.filter
def mark(level: str) -> dict[str, Any]:
    """Return shape, tone and words of a finding's level."""
    return MARKS.get(level, MARKS[Level.LOOK])


@register.filter
def lines(value: Any) -> list[Any]:
    """Return a value as lines: a list stays one, anything else becomes a list of one."""
    if isinstance(value, list | tuple):
        return list(value)
    return [] if value is None or value == "" else [value]


@register.filter
def file_size(size: int | None) -> str:
    """Return a size in bytes as people say it: 1,2 MB."""
    if size is None:
        return ""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))}{NO_BREAK_SPACE}kB"
    return f"{number_format(size / 1_000_000, 1)}{NO_BREAK_SPACE}MB"


def _time(value: date | None, style: tuple[dict[str, str], str]) -> str:
    if not value:
        return ""
    own, usual = style
    language = get_language() or ""
    return _marked(value, own.get(language, usual), language, timezone.get_current_timezone())


def _shortened(style: tuple[dict[str, str], str], kept: int) -> tuple[dict[str, str], str]:
    """Return how a day is written of which only the first parts are told: 20, or 20 November."""
    own, usual = style
    told = {each: " ".join(whole.split()[:kept]) for each, whole in (own | {"": usual}).items()}
    return told, told[""]


@lru_cache(maxsize=4000)
def _marked(value: date, pattern: str, language: str, zone: tzinfo) -> str:
    # Long lists have the same days again and again, and are looked at again and again. The language is
    # that of this thread: it stands here so that each has words of its own in the cache.
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value, zone)
    words = _in_words(value if "H" in pattern else _as_day(value), pattern)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


def _in_words(value: date, pattern: str) -> str:
    # On a narrow screen a moment breaks between the day and the time of day, and nowhere else.
    words = date_format(value, pattern).replace(" ", NO_BREAK_SPACE)
    return words.replace(f",{NO_BREAK_SPACE}", ", ")


def _as_day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value
