"""Looks after all that the other apps have written: is it whole, is it true, is it still there?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "oversight"
    verbose_name = _("Oversight")
