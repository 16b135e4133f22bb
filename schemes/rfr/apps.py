"""Tells Django about this part of the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RfrConfig(AppConfig):
    name = "schemes.rfr"
    label = "rfr"
    verbose_name = _("RFR")
