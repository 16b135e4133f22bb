"""Was nothing anonymised before its time, without a term, or while somebody held it?"""

from django.utils.translation import gettext_lazy as _

from oversight import removing
from oversight.checks.base import REFERENCE, Check
from oversight.places import NOBODY

CHECKS = [
    Check(
        "removed_early",
        _("Removals and terms"),
        _("%(reference)s was anonymised on %(on)s; by its term it is kept until %(last)s."),
        """
        SELECT r.scheme, r.reference, r.on, greatest(r.last_day,
            (r.counted_from + make_interval(months => r.months))::date) AS last
        FROM oversight_removal r
        WHERE r.on <= greatest(r.last_day,
                (r.counted_from + make_interval(months => r.months))::date)
            OR r.on > (r.at + interval '1 day')::date
        """,
    ),
    Check(
        "removed_without_term",
        _("Removals without a term"),
        _("%(reference)s was anonymised after %(months)s months; no term says so."),
        """
        SELECT r.scheme, r.reference, r.months FROM oversight_removal r
        WHERE NOT EXISTS (
            SELECT 1 FROM schemes_retentionterm t WHERE t.scheme = r.scheme AND t.kind = r.kind
                AND t.months = r.months AND t.valid_from <= r.on
        )
        """,
    ),
    Check(
        "removed_while_held",
        _("Removals and holds"),
        _("%(reference)s was anonymised while somebody held it."),
        # On a whole person, as long as the case says who applied: that goes with the last removal.
        """
        SELECT DISTINCT r.scheme, r.reference
        FROM applications_hold h JOIN LATERAL (
            SELECT h.application_id AS id UNION ALL
            SELECT a.id FROM applications_application a
                WHERE h.application_id IS NULL AND a.scheme = h.scheme
                    AND a.applicant_id = h.person_id
        ) held ON true JOIN oversight_removal r ON r.of_case = held.id
        LEFT JOIN applications_hold lifted ON lifted.lifts_id = h.id
        WHERE h.lifts_id IS NULL AND h.at < r.at AND coalesce(lifted.at, 'infinity') > r.at
        """,
    ),
    Check(
        "removed_unsaid",
        _("Anonymised cases"),
        _("%(reference)s does not read as its removals say."),
        f"""
        SELECT a.scheme, {REFERENCE} AS reference FROM applications_application a
        LEFT JOIN (SELECT of_case, bool_or(kind IN ('closed', 'paid')) AS content
            FROM oversight_removal GROUP BY of_case) r ON r.of_case = a.id
        LEFT JOIN accounts_user u ON u.id = a.applicant_id
        WHERE (a.anonymised_at IS NOT NULL) <> coalesce(r.content, false)
            OR (a.vouchers_anonymised_at IS NOT NULL AND u.email <> '{NOBODY}')
            OR (a.anonymised_at IS NOT NULL AND (a.answers <> '{{}}' OR a.facts <> '{{}}'))
        """,
    ),
    Check(
        "function_changed",
        _("Functions of the database"),
        _("The function %(function)s is missing or not as the house has put it up."),
        """
        SELECT '' AS scheme, w.function
        FROM unnest(%(functions)s::text[], %(sources)s::text[]) AS w(function, source)
        LEFT JOIN pg_proc p ON p.proname = w.function
        WHERE p.prosrc IS DISTINCT FROM w.source
        """,
        {
            "functions": list(removing.FUNCTIONS),
            "sources": [removing.source(name) for name in removing.FUNCTIONS],
        },
    ),
]
