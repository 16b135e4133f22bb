"""Tells Django about this part of the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from database.moments import read_moments_as_iso


class SchemesConfig(AppConfig):
    name = "schemes"
    label = "schemes"
    verbose_name = _("Schemes")

    def ready(self) -> None:
        """Have moments read quickly, before anybody asks PostgreSQL for some."""
        read_moments_as_iso()
