"""Seals what was written since the last time, and prints the published head."""

from typing import Any

from django.core.management.base import BaseCommand

from oversight.sealing import published_head, seal
from schemes import clock


class Command(BaseCommand):
    help = "Seal the chains of hashes and print the head, to be written down outside the database."

    def handle(self, *args: Any, **options: Any) -> None:
        made = seal(at=clock.now())
        if made is None:
            self.stdout.write("Nothing was written since the last seal.")
        self.stdout.write(f"Published head: {made.head if made else published_head() or 'none'}")
