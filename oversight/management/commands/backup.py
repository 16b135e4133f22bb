"""Makes a backup of database and files in one archive."""

import subprocess
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from oversight.backing_up import back_up
from oversight.programs import Missing
from schemes import clock


class Command(BaseCommand):
    help = "Write database and files to one archive, with a hash of each."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        if path.exists():
            raise CommandError(f"{path} is there already: a backup overwrites nothing.")
        try:
            made = back_up(path, at=clock.now())
        except (Missing, OSError) as error:
            raise CommandError(str(error)) from error
        except subprocess.CalledProcessError as error:
            raise CommandError(error.stderr) from error
        self.stdout.write(f"{path}: {made.size} bytes, {made.files} files")
        self.stdout.write(f"SHA-256: {made.sha256}")
