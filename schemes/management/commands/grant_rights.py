"""Gives the database role of web and worker its rights; run as the owner after each migration."""

import os

from django.core.management.base import BaseCommand
from django.db import transaction

from database.rights import grant_rights


class Command(BaseCommand):
    help = "Make the role if it is missing (with APP_DATABASE_PASSWORD, if set) and give it its rights."

    def add_arguments(self, parser):
        parser.add_argument("role", nargs="?", default="kursmedel_app")

    @transaction.atomic
    def handle(self, *args, role, **options):
        grant_rights(role=role, password=os.environ.get("APP_DATABASE_PASSWORD"))
