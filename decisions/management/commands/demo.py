"""Loads the demo into an empty database, or lists its people."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.demo import PASSWORD
from decisions.demo import load


class Command(BaseCommand):
    """`manage.py demo` loads it, once; `manage.py demo --people` prints who can sign in."""

    help = "Load invented people and some sixty applications, once; only in the demo."

    def add_arguments(self, parser: CommandParser) -> None:
        """Know --people."""
        parser.add_argument("--people", action="store_true", help="print who can sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or list. Raises CommandError outside development and among real people."""
        if options["people"]:
            self._list()
            return
        if not settings.DEVELOPMENT:
            raise CommandError("The demo is for development only: anyone can sign in as anyone.")
        self._load()

    def _load(self) -> None:
        try:
            loaded = load.load()
        except load.NotEmpty:
            raise CommandError("There are people here already: the demo was not loaded.") from None
        self.stdout.write("The demo is loaded." if loaded else "The demo was loaded before.")

    def _list(self) -> None:
        for line in load.table():
            self.stdout.write(line)
        self.stdout.write(f"\nEveryone's password is {PASSWORD}")
