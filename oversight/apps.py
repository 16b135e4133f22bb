"""Tells Django about this part of the house."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "oversight"
    verbose_name = _("Oversight")

    def ready(self) -> None:
        """Have the owner see to the guards whenever tables were migrated."""
        from oversight import migrated  # wants the models, which stand only now

        post_migrate.connect(migrated.see_to, sender=self)
