"""What a person has looked for in the queue and saved under a name, up to twenty for each."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from database.reads import made_once
from decisions.models import SavedView
from decisions.services import NotAllowed

MOST_VIEWS = 20  # of a person in a scheme
LISTS_KEPT = 200  # of views, one for each person and scheme


def views_of(user: Any, *, scheme: str) -> list[SavedView]:
    """Return a person's saved views of a scheme's queue, by name."""
    return _views(user.pk, scheme)


@made_once(LISTS_KEPT)
def _views(person: int, scheme: str) -> list[SavedView]:
    return list(SavedView.objects.filter(user_id=person, scheme=scheme))


@transaction.atomic
def save_view(*, user: Any, scheme: str, name: str, query: str) -> SavedView:
    """Save what was looked for under a name; one of the same name now means this.

    Raises NotAllowed for the twenty-first: the person's row is locked, so that two at once count.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    mine = SavedView.objects.filter(user_id=user.pk)
    if mine.exclude(scheme=scheme, name=name).count() >= MOST_VIEWS:
        raise NotAllowed(_("You have twenty saved views. Remove one, and save this again."))
    known = {"user_id": user.pk, "scheme": scheme, "name": name}
    saved, _created = SavedView.objects.update_or_create(**known, defaults={"query": query})
    return saved


def remove_view(*, user: Any, pk: int) -> bool:
    """Remove one of a person's saved views; return whether there was one."""
    return bool(SavedView.objects.filter(user_id=user.pk, pk=pk).delete()[0])
