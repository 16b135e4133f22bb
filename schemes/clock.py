"""The one place that asks what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings


def now() -> datetime:
    """Return this moment, aware, in UTC.

    With KURSMEDEL_TODAY (development only) the office's calendar is held at that day while the time of
    day runs on; with a date and a time it stands still at that moment.
    """
    real = datetime.now(UTC)
    held = settings.KURSMEDEL_TODAY
    return _held_at(held, real).astimezone(UTC) if held else real


def today(tz: str) -> date:
    """Return the calendar day that it is now in the time zone *tz*, such as "Europe/Stockholm"."""
    return now().astimezone(ZoneInfo(tz)).date()


def office_today() -> date:
    """Return the office's calendar day, for what belongs to no scheme or to several."""
    return today(settings.TIME_ZONE)


def _held_at(held: str, real: datetime) -> datetime:
    office = ZoneInfo(settings.TIME_ZONE)
    moment = datetime.fromisoformat(held)
    if "T" not in held:
        moment = datetime.combine(moment, real.astimezone(office).time())
    return moment if moment.tzinfo else moment.replace(tzinfo=office)
