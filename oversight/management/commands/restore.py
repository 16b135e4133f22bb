"""Restores a backup into an empty server, brings it up to this version, gives the rights, and verifies."""

import os
import subprocess
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from database.rights import grant_rights
from oversight.archive import Damaged
from oversight.programs import Missing
from oversight.restoring import Refused, restore


class Command(BaseCommand):
    help = "Restore a backup into an empty database and empty storage, and verify what came back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--role", default="kursmedel_app", help="the application's role")

    def handle(self, *args: Any, path: Path, role: str, **options: Any) -> None:
        try:
            manifest = restore(path)
        except (Refused, Damaged, Missing, OSError) as error:
            raise CommandError(str(error)) from error
        except subprocess.CalledProcessError as error:
            raise CommandError(error.stderr) from error
        # What an earlier version has backed up would lack tables to give rights to, and to verify.
        call_command("migrate", interactive=False, verbosity=0)
        with transaction.atomic():
            grant_rights(role=role, password=os.environ.get("APP_DATABASE_PASSWORD"))
        self.stdout.write(f"Restored what was there at {manifest['made_at']}.")
        call_command("verify", head=manifest["head"], stdout=self.stdout)
