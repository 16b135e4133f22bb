"""Anonymises what has outlived its term of retention, as the night does; or tells what would go."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from oversight.anonymising import anonymise, outlook
from schemes import clock


class Command(BaseCommand):
    help = "Anonymise what has outlived its term of retention, or tell what would go (--dry-run)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on", type=date.fromisoformat, help="a day, 2030-01-31; today's if left out"
        )
        parser.add_argument("--dry-run", action="store_true", help="tell it, and change nothing")

    def handle(self, *args: Any, on: date | None, dry_run: bool, **options: Any) -> None:
        on = on or clock.office_today()
        if dry_run:
            self._tell(outlook(on=on), "to go")
            return
        report = anonymise(on=on, at=clock.now())
        if report.lines or not report.failed:
            self._tell(report.lines, "gone")
        self.stdout.write(
            f"{report.files} files removed, {report.failed} failed, {report.waiting} left"
        )
        if report.failed:
            raise CommandError("What failed is in the log, and is tried again every night.")

    def _tell(self, lines: list[dict[str, Any]], what: str) -> None:
        for line in lines:
            told = "{scheme:10} {kind:8} {removed:6} {what}, {held} held"
            self.stdout.write(told.format(what=what, **line))
        if not lines:
            self.stdout.write("Nothing has outlived its term.")
