"""Do the cases agree with themselves: state and history, decision and signatures?"""

from django.utils.translation import gettext_lazy as _

from applications.models import TRANSITIONS
from oversight.checks.base import REFERENCE, Check

# Which state an event leads to; the others change none.
LEADS_TO = {
    "started": "draft",
    "submitted": "submitted",
    "answered": "submitted",
    "returned": "returned",
    "approved": "approved",
    "refused": "refused",
    "withdrawn": "withdrawn",
    "ended": "ended",
    "settled": "settled",
    "paid": "settled",
}
STEPS = "SELECT e.application_id, e.id, m.state FROM applications_event e JOIN (VALUES {}) m(kind, state)"
STEPS = STEPS.format(", ".join(f"('{kind}', '{state}')" for kind, state in LEADS_TO.items()))
STEPS += " ON m.kind = e.kind"
KNOWN = ", ".join(f"('{old.value}', '{new.value}')" for old, new in TRANSITIONS)
GRANTED = "('approved', 'settled', 'ended')"

CHECKS = [
    Check(
        "state_in_history",
        _("States and history"),
        _("%(reference)s is %(state)s, but its history ends as %(last)s."),
        f"""
        SELECT a.scheme, {REFERENCE} AS reference, a.state, coalesce(h.state, '–') AS last
        FROM applications_application a LEFT JOIN (
            SELECT DISTINCT ON (application_id) application_id, state
            FROM ({STEPS}) steps ORDER BY application_id, id DESC
        ) h ON h.application_id = a.id
        WHERE h.state IS DISTINCT FROM a.state
        """,
    ),
    Check(
        "history_in_order",
        _("Steps of the history"),
        _("%(reference)s went from %(before)s to %(state)s, which nothing allows."),
        f"""
        SELECT a.scheme, {REFERENCE} AS reference, h.before, h.state FROM (
            SELECT application_id, state,
                lag(state, 1, '–') OVER (PARTITION BY application_id ORDER BY id) AS before
            FROM ({STEPS}) steps
        ) h JOIN applications_application a ON a.id = h.application_id
        WHERE (h.before, h.state) NOT IN (('–', 'draft'), {KNOWN})
        """,
    ),
    Check(
        "state_has_decision",
        _("States and decisions"),
        _("%(reference)s is %(state)s, and its decision does not say so."),
        f"""
        SELECT a.scheme, {REFERENCE} AS reference, a.state
        FROM applications_application a
        LEFT JOIN decisions_decision d ON d.application_id = a.id
        WHERE CASE WHEN a.state IN {GRANTED} THEN
                d.outcome IS DISTINCT FROM 'grant' OR d.amount IS DISTINCT FROM a.granted
                OR d.pool_id IS DISTINCT FROM a.pool_id
            WHEN a.state = 'refused' THEN d.outcome IS DISTINCT FROM 'refuse'
            ELSE d.id IS NOT NULL END
        """,
    ),
    Check(
        "decision_signed",
        _("Decisions and signatures"),
        _(
            "%(reference)s was decided without the same word from different people in each capacity."
        ),
        f"""
        SELECT a.scheme, {REFERENCE} AS reference
        FROM decisions_decision d JOIN applications_application a ON a.id = d.application_id
        LEFT JOIN decisions_signature s ON s.application_id = a.id AND s.voided_at IS NULL
            AND s.outcome = d.outcome AND s.amount IS NOT DISTINCT FROM d.amount
            AND s.revision = a.revision AND s.capacity = ANY (d.capacities)
        GROUP BY a.id, d.id
        HAVING count(DISTINCT s.signatory_id) <> cardinality(d.capacities)
            OR count(DISTINCT s.capacity) <> cardinality(d.capacities)
        """,
    ),
    Check(
        "decision_by_charter",
        _("Decisions and their scheme"),
        _("%(reference)s was not decided in the capacities that its scheme asks for."),
        f"""
        SELECT a.scheme, {REFERENCE} AS reference
        FROM decisions_decision d JOIN applications_application a ON a.id = d.application_id
        JOIN schemes_charter c ON c.scheme = a.scheme
        WHERE NOT (c.capacities <@ d.capacities AND c.capacities @> d.capacities)
        """,
    ),
    Check(
        "signed_with_mandate",
        _("Signatures and mandates"),
        _("%(reference)s was signed by somebody who held no such mandate that day."),
        f"""
        SELECT DISTINCT a.scheme, {REFERENCE} AS reference
        FROM decisions_signature s JOIN applications_application a ON a.id = s.application_id
        WHERE s.voided_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM accounts_mandate m
            WHERE m.user_id = s.signatory_id AND m.capacity = s.capacity AND m.scheme = a.scheme
                AND m.valid_from <= (s.signed_at AT TIME ZONE 'UTC')::date + 1
                AND (m.valid_to IS NULL OR m.valid_to >= (s.signed_at AT TIME ZONE 'UTC')::date - 1)
        )
        """,
    ),
    Check(
        "returned_with_question",
        _("Questions"),
        _("%(reference)s is asked back, and nothing is asked."),
        f"""
        SELECT a.scheme, {REFERENCE} AS reference FROM applications_application a
        LEFT JOIN applications_question q ON q.application_id = a.id AND q.answered_at IS NULL
        WHERE a.state = 'returned' AND q.id IS NULL
        """,
    ),
    Check(
        "signed_unbiased",
        _("Signatures of the biased"),
        _(
            "%(reference)s was signed by its own applicant, by the participant or by who stood aside."
        ),
        f"""
        SELECT DISTINCT a.scheme, {REFERENCE} AS reference
        FROM decisions_signature s
        JOIN applications_application a ON a.id = s.application_id
        JOIN accounts_user u ON u.id = s.signatory_id
        LEFT JOIN decisions_recusal r ON r.application_id = a.id AND r.user_id = u.id
        WHERE s.voided_at IS NULL AND (
            a.applicant_id = u.id OR r.id IS NOT NULL
            OR (u.person_key <> '' AND u.person_key = a.person_key)
        )
        """,
    ),
]
