"""What a mandate opens in the admin: the figures, lists, breaks and mandates of its own scheme."""

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

READ = ("view",)
# What is never changed: a newer row takes over.
ADD = ("view", "add")
WRITE = ("view", "add", "change")
# A mistyped break can go; what money or signatures rest on can only end.
WRITE_AND_DELETE = (*WRITE, "delete")

OF_THE_HOUSE = {
    Organisation: WRITE,
    Break: WRITE_AND_DELETE,
    Closing: WRITE_AND_DELETE,
    Mandate: WRITE,
    Pool: READ,
    LedgerEntry: READ,
    PersonalAllowance: READ,
    Act: READ,
    RetentionTerm: ADD,
    User: READ,
}
# Only of a scheme that pays out itself.
OF_PAYING = {PayingAccount: WRITE}


class MandateBackend(BaseBackend):
    """Derives permissions from the mandates held today, so that they end with the mandate.

    A scheme administrator changes, an auditor reads. Signs nobody in.
    """

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return the permissions as Django names them, such as "accounts.change_mandate"."""
        if not user_obj.is_active or user_obj.is_anonymous:
            return set()
        found: set[str] = set()
        for mandate in mandates.current(user_obj, mandates.ADMINISTRATOR, mandates.AUDITOR):
            writes = mandate.capacity == mandates.ADMINISTRATOR
            found |= _permissions(mandate.scheme, writes=writes)
        return found

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Tell whether the admin shows an app at all."""
        labels = {each.partition(".")[0] for each in self.get_user_permissions(user_obj)}
        return app_label in labels


def _permissions(scheme: str, *, writes: bool) -> set[str]:
    actions = OF_THE_HOUSE | _of_paying(scheme) | dict.fromkeys(_models_of(scheme), WRITE)
    return {
        f"{model._meta.app_label}.{action}_{model._meta.model_name}"
        for model, allowed in actions.items()
        for action in (allowed if writes else READ)
    }


def _of_paying(scheme: str) -> dict[type, tuple[str, ...]]:
    home = _home(scheme)
    return OF_PAYING if home and home.pays_out else {}


def _home(scheme: str) -> registry.Scheme | None:
    return next((each for each in registry.SCHEMES if each.slug == scheme), None)


def _models_of(scheme: str) -> Iterable[type]:
    home = _home(scheme)
    app = apps.get_containing_app_config(type(home).__module__) if home else None
    return app.get_models() if app else ()
