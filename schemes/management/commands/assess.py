"""Tells what the rules say of facts on standard input, one JSON object a line; changes nothing."""

import json
import os
import sys
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from database.reads import reading_once
from schemes.base import FactsError, Scheme
from schemes.findings import Assessment
from schemes.registry import get


class Command(BaseCommand):
    help = (
        "Reads facts as JSON Lines on standard input and writes what the rules say of each, one "
        "JSON object a line. Uses the terms that are in the tables now and changes nothing."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            help="The language of the sentences; without it, each scheme's own.",
        )

    @reading_once()
    def handle(self, *, language: str | None, **options: Any) -> None:
        """Answer line by line. Raises CommandError (exit status 1) if a line could not be read."""
        self._write_json()
        try:
            unread = self._answer_all(language)
        except BrokenPipeError:  # Who reads has read enough; what is left to write goes nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.stdout.fileno())
            return
        if unread:
            raise CommandError(f"Lines that could not be read: {unread}")

    def _answer_all(self, language: str | None) -> int:
        unread = 0
        for line in _lines():
            try:
                answer = json.dumps(_answer(line, language=language), ensure_ascii=False)
            except FactsError as error:
                # It may name what the line holds: half a character, or one that ends a line elsewhere.
                answer, unread = json.dumps({"error": str(error)}), unread + 1
            self.stdout.write(answer)
            self.stdout.flush()
        return unread

    def _write_json(self) -> None:
        """Write UTF-8, whatever the terminal's locale says, unless it goes to a text in memory."""
        if hasattr(self.stdout, "reconfigure"):
            self.stdout.reconfigure(encoding="utf-8")


def _lines() -> Iterator[str | bytes]:
    source = getattr(sys.stdin, "buffer", sys.stdin)
    return (line for line in source if line.strip())


def _answer(line: str | bytes, *, language: str | None) -> dict[str, Any]:
    data = _data(line)
    scheme = _scheme(data)
    facts = scheme.read_facts(data)
    assessment = scheme.assess(facts, scheme.terms(facts))
    with translation.override(language or scheme.language):
        return _plain(assessment)


def _data(line: str | bytes) -> dict[str, Any]:
    try:
        # By itself json would also take UTF-16, and half a character's bytes.
        text = line if isinstance(line, str) else line.decode("utf-8-sig")
        data = json.loads(text, parse_int=_whole, parse_float=_fraction)
    except (ValueError, RecursionError):
        raise FactsError("line", "is not JSON") from None
    if not isinstance(data, dict):
        raise FactsError("line", "is not a JSON object")
    return data


def _whole(digits: str) -> int | Decimal:
    try:
        return int(digits)
    except ValueError:  # Python makes no int of more than 4,300 digits.
        return Decimal(digits)


def _fraction(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:  # Its exponent has some 20 digits.
        return Decimal("NaN")


def _scheme(data: dict[str, Any]) -> Scheme:
    slug = data.get("scheme")
    if slug is None:
        raise FactsError("scheme", "is missing")
    try:
        return get(slug)
    except (KeyError, TypeError):
        raise FactsError("scheme", "is not known") from None


def _plain(assessment: Assessment) -> dict[str, Any]:
    return {
        "outcome": assessment.outcome.value,
        "amount": str(assessment.amount),
        "findings": [finding.as_json() for finding in assessment.findings],
        **assessment.details,
    }
