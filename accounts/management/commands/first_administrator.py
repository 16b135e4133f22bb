"""Appoints the first administrator of a scheme; everybody else is appointed on the administrator's pages."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from accounts import appointing
from accounts.models import User
from schemes import clock, registry


class Command(BaseCommand):
    help = "Appoint the first administrator of a scheme, who has an account already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("scheme", choices=[scheme.slug for scheme in registry.SCHEMES])
        parser.add_argument("email")
        parser.add_argument("--ground", required=True, help="the decision that it rests on")

    def handle(self, *args: Any, scheme: str, email: str, ground: str, **options: Any) -> None:
        user = User.objects.confirmed(email)
        if user is None:
            raise CommandError(
                "Nobody has an account with this address confirmed. They sign up first."
            )
        with translation.override("en"):
            try:
                made = appointing.appoint_first(
                    user=user, scheme=registry.get(scheme), ground=ground, at=clock.now()
                )
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from None
            self.stdout.write(f"{made}, {scheme}, from {made.valid_from}")
