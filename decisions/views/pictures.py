"""The picture of a pool: what is granted and expected as columns, the budget and what waits as lines."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from decisions.forecast import Forecast, forecast
from drawing.columns import columns, mark
from schemes.base import Scheme


def of_pool(scheme: Scheme, *, on: date) -> dict[str, Any]:
    """Return the forecast of the pool that pays on a day with its columns and lines."""
    found = forecast(scheme, on=on)
    highest = _highest(found)
    stacks = [[("granted", each.granted), ("expected", each.expected)] for each in found.steps]
    budget = mark("budget", found.budget, _("Budget"), highest=highest)
    asked = found.granted + found.waiting
    waiting = mark("waiting", asked, _("Granted and waiting"), highest=highest)
    return {
        "forecast": found,
        "columns": columns(stacks, highest=highest),
        "lines": [budget, waiting] if found.waiting else [budget],
    }


def _highest(found: Forecast) -> Decimal:
    return max(found.budget, found.at_end, found.granted + found.waiting, Decimal(1))
