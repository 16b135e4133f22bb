"""Tells whether the worker works, for a health check: exit status 0 or 1."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from applications import canary


class Command(BaseCommand):
    help = "Succeed when the worker has lately finished its proof of life in the database."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        age = canary.age()
        if not canary.worker_works():
            raise CommandError(
                f"The worker is deaf: its last proof of life is {age or 'not there'}."
            )
        self.stdout.write(f"The worker works: its last proof of life is {age} old.")
