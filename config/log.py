"""What is written to the log, and what never is: no names, addresses, tokens or answers."""

import re
import sys
from typing import Any

import structlog

LONG_PART = re.compile(r"(?<=/)[^/\s?]{25,}")
QUERY = re.compile(r"\?\S*")
# A value may have several lines: left out is all until the next part of a traceback.
DATABASE_DETAIL = re.compile(r"DETAIL:.*?(?=\n\n(?:The above|During handling)|\Z)", re.DOTALL)
TEXTS = ("event", "request", "exception")


def leave_out_personal_data(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Return the event without query strings, signed links and the values that PostgreSQL quotes.

    A search holds names, a signed link opens a case, and "Key (email)=(…) already exists" names a person.
    """
    for key in TEXTS:
        if isinstance(event.get(key), str):
            event[key] = _cleaned(event[key])
    event.pop("user_agent", None)
    event.pop("positional_args", None)
    return event


def _cleaned(text: str) -> str:
    text = DATABASE_DETAIL.sub("DETAIL: left out", text)
    return LONG_PART.sub("…", QUERY.sub("", text))


BEFORE_RENDERING = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]


def configuration(*, for_people: bool, level: str) -> dict[str, Any]:
    """Return Django's LOGGING: one line per event, coloured text for people or JSON for machines."""
    renderer = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if for_people
        else structlog.processors.JSONRenderer()
    )
    last = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        leave_out_personal_data,
        renderer,
    ]
    _configure_structlog()
    return _logging(last, level)


def _configure_structlog() -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *BEFORE_RENDERING,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _logging(last: list[Any], level: str) -> dict[str, Any]:
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": last,
        "foreign_pre_chain": BEFORE_RENDERING,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            # The middleware writes one line per request; Django's own would say it again.
            "django.server": {"handlers": [], "level": "WARNING", "propagate": False},
            "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
            "fontTools": {"level": "WARNING"},
            "pikepdf": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
        },
    }
