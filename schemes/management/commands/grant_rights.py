"""Gives the database role of web and worker its rights; run as the owner after each migration."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from database.rights import grant_rights


class Command(BaseCommand):
    help = "Make the role if it is missing (with APP_DATABASE_PASSWORD, if set) and give it its rights."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", nargs="?", default="kursmedel_app")

    @transaction.atomic
    def handle(self, *args: Any, role: str, **options: Any) -> None:
        grant_rights(role=role, password=os.environ.get("APP_DATABASE_PASSWORD"))
