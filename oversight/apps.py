"""Tells Django about this part of the house."""

from django.apps import AppConfig
from django.db import connections, transaction
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from schemes import rights


class OversightConfig(AppConfig):
    name = "oversight"
    verbose_name = _("Oversight")

    def ready(self):
        """Have the back doors closed that every migration of a trigger opens anew."""
        # Wants the models, which stand only now.
        from oversight import removing

        self.install = removing.install
        post_migrate.connect(self.close, sender=self)

    def close(self, using, **_rest):
        """Close them as the tables' owner, who has just migrated, and put up the owner's functions."""
        with transaction.atomic(using), connections[using].cursor() as cursor:
            rights.close_back_doors(cursor)
            self.install(cursor)
