"""Saves what was typed in a step, and tells when somebody else has changed that step meanwhile."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.crypto import salted_hmac

from applications import services
from applications.models import Application
from schemes.pages import Step


def seal(application: Application, step: Step) -> str:
    """Return the mark by which a page recognises the answers of its step as it has read them."""
    answers = sorted(application.answers_of(step).items())
    given = {name: value for name, value in answers if value}
    return salted_hmac("applications.step", json.dumps(given)).hexdigest()[:20]


def save(
    *,
    application: Application,
    step: Step,
    typed: Mapping[str, Any],
    posted: Mapping[str, Any],
    by: Any,
    at: datetime,
) -> Application:
    """Store what was typed and return the application as it is now.

    Takes `posted` with the `revision` and the `seal` that the page was given. A change in another
    step is no reason to stop. Raises services.Stale when this step was changed, NotAllowed when it
    is not open.
    """
    saved = {"application": application, "step": step, "typed": typed, "by": by, "at": at}
    try:
        return services.save_step(**saved, revision=_revision(posted))
    except services.Stale as stale:
        if seal(stale.application, step) != posted.get("seal"):
            raise
        return services.save_step(**saved, revision=stale.application.revision)


def _revision(posted: Mapping[str, Any]) -> int:
    try:
        return int(posted.get("revision", ""))
    except ValueError:
        return -1
