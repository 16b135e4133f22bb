"""Tells Django about this part of the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FastlegeConfig(AppConfig):
    name = "schemes.fastlege"
    label = "fastlege"
    verbose_name = _("Refunds for GPs")
