"""What a mandate opens in the admin, to look things up: the tables of its own scheme."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth.backends import BaseBackend

from accounts import mandates
from accounts.models import Mandate, User
from schemes import registry
from schemes.models import (
    Act,
    Break,
    Closing,
    LedgerEntry,
    Organisation,
    PayingAccount,
    PersonalAllowance,
    Pool,
    RetentionTerm,
)

OF_THE_HOUSE = (
    Organisation,
    Break,
    Closing,
    Mandate,
    Pool,
    LedgerEntry,
    PersonalAllowance,
    Act,
    RetentionTerm,
    User,
)
# Only of a scheme that pays out itself.
OF_PAYING = (PayingAccount,)


class MandateBackend(BaseBackend):
    """Derives permissions from the mandates held today, so that they end with the mandate.

    Administrators and auditors read; what is changed is changed on pages of ours. Signs nobody in.
    """

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return the permissions as Django names them, such as "accounts.view_mandate"."""
        if not user_obj.is_active or user_obj.is_anonymous:
            return set()
        reads = mandates.current_schemes(user_obj, mandates.ADMINISTRATOR, mandates.AUDITOR)
        return {permission for scheme in reads for permission in _permissions(scheme)}

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Tell whether the admin shows an app at all."""
        labels = {each.partition(".")[0] for each in self.get_user_permissions(user_obj)}
        return app_label in labels


def _permissions(scheme: str) -> set[str]:
    home = registry.find(scheme)
    paying = OF_PAYING if home and home.pays_out else ()
    models = (*OF_THE_HOUSE, *paying, *_models_of(scheme))
    return {f"{each._meta.app_label}.view_{each._meta.model_name}" for each in models}


def _models_of(scheme: str) -> Iterable[type]:
    home = registry.find(scheme)
    app = apps.get_containing_app_config(type(home).__module__) if home else None
    return app.get_models() if app else ()
