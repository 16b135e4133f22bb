"""Do the guards stand: every trigger that the house has put up, switched on?"""

import pgtrigger
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from database import rights
from invoicing import keeping
from oversight.checks.base import Check

DOWN = """
SELECT '' AS scheme, w.guard, w.place AS table
FROM unnest(%(guards)s::text[], %(places)s::text[]) AS w(guard, place)
LEFT JOIN pg_trigger g ON g.tgname = w.guard AND g.tgrelid = to_regclass(w.place)
WHERE g.oid IS NULL OR g.tgenabled <> 'O'
"""
ASIDE = """
SELECT '' AS scheme, p.proname AS function FROM pg_proc p
WHERE p.proname = '_pgtrigger_should_ignore' AND p.prosrc <> %(aside)s
"""
CHECKS = [
    Check(
        "guard_aside",
        _("Guards that step aside"),
        _(
            "The function %(function)s lets whoever asks step around the guards: grant the rights anew."
        ),
        ASIDE,
        {"aside": rights.ASIDE},
    ),
    Check(
        "clock_held",
        _("The clock of the guards"),
        _("The function %(function)s lets decisions be dated at will: run migrate as the owner."),
        """
        SELECT '' AS scheme, p.proname AS function FROM pg_proc p
        WHERE p.proname = 'clock_can_be_held' AND p.prosrc <> 'SELECT false' AND NOT %(development)s
        """,
        {"development": settings.DEVELOPMENT},
    ),
]


def guards_check() -> Check:
    """Return the check that no guard is missing or switched off."""
    wanted = [
        (trigger.get_pgid(model), f'"{model._meta.db_table}"')
        for model, trigger in pgtrigger.registered()
    ]
    wanted += [(name, '"schemes_ledgerentry"') for name in ("ledger_booked", "ledger_spent")]
    wanted += [(name, f'"{table}"') for name, (table, *_rest) in keeping.TRIGGERS.items()]
    return Check(
        "guard_down",
        _("Guards"),
        _("The guard %(guard)s of the table %(table)s is missing or switched off."),
        DOWN,
        {"guards": [each[0] for each in wanted], "places": [each[1] for each in wanted]},
    )
