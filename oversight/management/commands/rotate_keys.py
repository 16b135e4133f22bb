"""`manage.py rotate_keys`: encrypts personal and account numbers with a new key, or hashes people anew."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError

from oversight import rotating


class Command(BaseCommand):
    """Run it as the tables' owner, like migrate. Broken off, run it again."""

    help = (
        "After PERSON_KEY was changed (the old one in PERSON_KEYS_OLD): encrypt everything with it. "
        "With --hash, after PERSON_HASH_KEY was changed (the old one in PERSON_HASH_KEY_OLD) and "
        "while nothing else runs: know every person by the new hash."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hash", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when a key is missing or somebody else than the owner runs it."""
        try:
            self._hash() if options["hash"] else self._encrypt()
        except rotating.Unreadable as unreadable:
            raise CommandError(str(unreadable)) from None
        except ProgrammingError as refused:
            raise CommandError(f"Run it as the owner of the tables: {refused}") from None

    def _encrypt(self) -> None:
        total = rotating.encrypt_anew(self._tell)
        self.stdout.write(f"{total} encrypted anew; PERSON_KEYS_OLD is needed no more.")

    def _tell(self, place: str, number: int) -> None:
        self.stdout.write(f"{place}: {number}")

    def _hash(self) -> None:
        old = os.environ.get("PERSON_HASH_KEY_OLD", "")
        if not old:
            raise CommandError("Set PERSON_HASH_KEY_OLD to the key of the hash until now.")
        people, unknown = rotating.hash_anew(old, settings.PERSON_HASH_KEY)
        self.stdout.write(f"{people} people are known by the new hash, {unknown} without a number.")
