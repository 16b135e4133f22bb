"""Tells Django about this part of the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchemesConfig(AppConfig):
    name = "schemes"
    label = "schemes"
    verbose_name = _("Schemes")
