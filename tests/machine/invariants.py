"""What must hold besides what `manage.py verify` asks: each a query for the rows that break it."""

import json

from django.db import connection

from applications.assessment import Circumstances, assessed
from applications.models import LIVE, Application, State
from applications.verdicts import set_dotted
from decisions.line import read_in_line
from decisions.offers import offer
from oversight.checks import all_checks
from oversight.models import Link
from schemes.registry import SCHEMES
from tests.decisions.in_queue import told_in_list

GRANTED = "('approved', 'settled', 'ended')"
LIVE_ = "(" + ", ".join(f"'{state}'" for state in LIVE) + ")"
SIGNED_IN = ", ".join(
    f"('{scheme.slug}', '{{{','.join(sorted(each.slug for each in scheme.capacities))}}}'::text[])"
    for scheme in SCHEMES
)
EXCLUSIVE = [each.slug for each in SCHEMES if each.exclusive_key(2026)]
ONE_A_YEAR = "(" + ", ".join(f"'{slug}'" for slug in EXCLUSIVE) + ")"
ZONES = ", ".join(f"('{each.slug}', '{each.time_zone}')" for each in SCHEMES)

# What a live grant binds: all of it, or what it was settled for.
BOUND = f"""(SELECT a.id, a.uuid, a.pool_id, a.scheme, a.person_key, a.state, CASE
        WHEN a.state NOT IN {LIVE_} THEN 0 ELSE coalesce(s.payable, a.granted) END AS bound
    FROM applications_application a LEFT JOIN invoicing_settlement s ON s.application_id = a.id
    WHERE a.state IN {GRANTED})"""

CHECKS = {
    # 1. Money
    "a pool is what its live grants bind": f"""
        SELECT p.id, p.committed, sum(b.bound) FROM schemes_pool p
        LEFT JOIN {BOUND} b ON b.pool_id = p.id GROUP BY p.id
        HAVING p.committed <> coalesce(sum(b.bound), 0)""",
    "transfers move money and make none": """
        SELECT p.scheme, sum(l.amount) FROM schemes_ledgerentry l JOIN schemes_pool p ON p.id = l.pool_id
        WHERE l.kind = 'transfer' GROUP BY p.scheme HAVING sum(l.amount) <> 0""",
    # 2. People
    "a person has one live grant a year where the scheme says so": f"""
        SELECT scheme, person_key, year, count(*) FROM applications_application
        WHERE state IN {LIVE_} AND scheme IN {ONE_A_YEAR}
        GROUP BY scheme, person_key, year HAVING count(*) > 1""",
    "no allowance is exceeded, and it is what its entries say": """
        SELECT p.id FROM schemes_personalallowance p
        LEFT JOIN schemes_allowanceentry e ON e.allowance_id = p.id GROUP BY p.id
        HAVING p.used > p.limit OR p.used <> coalesce(sum(e.units), 0)""",
    "a case has drawn the units of its decision while it lives, and none after": f"""
        SELECT a.id, a.state, drawn, decided FROM applications_application a
        JOIN decisions_decision d ON d.application_id = a.id AND d.outcome = 'grant'
        CROSS JOIN LATERAL (SELECT coalesce(sum(units), 0) AS drawn FROM schemes_allowanceentry
            WHERE subject = a.uuid) e
        CROSS JOIN LATERAL (SELECT coalesce(sum(value::int), 0) AS decided
            FROM jsonb_each_text(coalesce(d.assessment->'units', '{{}}'))) u
        WHERE drawn <> CASE WHEN a.state IN {LIVE_} AND d.terms->>'units_per' IS DISTINCT FROM 'course'
            THEN decided ELSE 0 END""",
    # 3. States, signatures, decisions
    "a decision has the same word of everyone required, different people": f"""
        SELECT d.id, d.capacities FROM decisions_decision d
        JOIN applications_application a ON a.id = d.application_id
        JOIN (VALUES {SIGNED_IN}) needed (scheme, capacities) USING (scheme)
        LEFT JOIN decisions_signature s ON s.application_id = a.id AND s.voided_at IS NULL
        GROUP BY d.id, a.id, needed.capacities
        HAVING array_agg(s.capacity::text ORDER BY s.capacity) <> needed.capacities
            OR count(DISTINCT s.signatory_id) <> cardinality(needed.capacities)
            OR bool_or(s.outcome <> d.outcome OR s.revision <> a.revision
                OR s.amount IS DISTINCT FROM d.amount OR s.signed_at > d.decided_at)""",
    "nobody biased has signed what was decided": """
        SELECT s.id FROM decisions_signature s JOIN decisions_decision d USING (application_id)
        JOIN applications_application a ON a.id = d.application_id
        JOIN accounts_user u ON u.id = s.signatory_id
        WHERE s.voided_at IS NULL AND (u.id = a.applicant_id
            OR (u.person_key <> '' AND u.person_key = a.person_key)
            OR lower(u.email) = lower(a.head_email)
            OR EXISTS (SELECT 1 FROM applications_headrequest h WHERE h.application_id = a.id
                AND h.answer <> '' AND lower(h.email) = lower(u.email))
            OR EXISTS (SELECT 1 FROM decisions_recusal r
                WHERE r.application_id = a.id AND r.user_id = u.id))""",
    "nobody decides without a mandate on the day": """
        SELECT s.id FROM decisions_signature s JOIN decisions_decision d USING (application_id)
        JOIN applications_application a ON a.id = d.application_id
        WHERE s.voided_at IS NULL AND NOT EXISTS (SELECT 1 FROM accounts_mandate m
            WHERE m.user_id = s.signatory_id AND m.scheme = a.scheme AND m.capacity = s.capacity
                AND m.valid_from <= d.decided_on
                AND (m.valid_to IS NULL OR m.valid_to >= d.decided_on))""",
    "what is asked back or was asked back has no signature from before": """
        SELECT a.id FROM applications_application a
        JOIN decisions_signature s ON s.application_id = a.id AND s.voided_at IS NULL
        WHERE a.state = 'returned' OR EXISTS (SELECT 1 FROM applications_question q
            WHERE q.application_id = a.id AND q.asked_at > s.signed_at)""",
    "a refusal has a reason": """
        SELECT id FROM decisions_decision WHERE outcome = 'refuse' AND cardinality(reasons) = 0""",
    "a grant is within its cap and what the rules gave": """
        SELECT d.id FROM decisions_decision d WHERE d.outcome = 'grant' AND (
            d.amount > (d.assessment->>'by_rules')::numeric OR d.assessment->>'outcome' <> 'grant'
            OR d.amount > (d.assessment->>'cap')::numeric)""",
    "what waits for a course yet to come is paid by the right pool, in its year, in time": f"""
        SELECT d.id FROM decisions_decision d JOIN applications_application a ON a.id = d.application_id
        JOIN schemes_pool p ON p.id = d.pool_id JOIN (VALUES {ZONES}) z (scheme, zone) ON z.scheme = a.scheme
        WHERE d.decided_on <> (d.decided_at AT TIME ZONE z.zone)::date
            OR p.scheme <> a.scheme OR d.decided_on NOT BETWEEN p.starts_on AND p.ends_on
            OR (a.scheme IN {ONE_A_YEAR} AND (extract(year FROM d.decided_on) <> a.year
                OR (a.submitted_at AT TIME ZONE z.zone)::date >= a.starts_on))""",
    "a grant has its head of unit confirm it where the terms ask for it": """
        SELECT d.id FROM decisions_decision d JOIN applications_application a ON a.id = d.application_id
        WHERE d.outcome = 'grant' AND (d.terms->>'unit_confirmation')::boolean
            AND NOT EXISTS (SELECT 1 FROM applications_headrequest h
                WHERE h.application_id = a.id AND h.answer = 'confirmed' AND h.revision = a.revision)""",
    "every decision has its letter and its notice": """
        SELECT d.id FROM decisions_decision d WHERE letter_id IS NULL OR NOT EXISTS (
            SELECT 1 FROM applications_notice n WHERE n.application_id = d.application_id
                AND n.created_at = d.decided_at)""",
    # 5. Invoices and payments
    "numbers go with time": """
        SELECT series_id, number FROM (SELECT series_id, number, issued_at,
            lag(issued_at) OVER (PARTITION BY series_id ORDER BY number) AS before
            FROM invoicing_invoice) i WHERE issued_at < before""",
    "nobody releases their own payment": """
        SELECT p.id FROM invoicing_payment p JOIN invoicing_invoice i ON i.id = p.invoice_id
        JOIN invoicing_paymentbatch b ON b.id = p.batch_id JOIN accounts_user u ON u.id = b.by_id
        JOIN applications_application a ON a.id = i.application_id
        WHERE a.applicant_id = u.id OR (u.person_key <> '' AND u.person_key = a.person_key)""",
    "every grant has one invoice of its own, with a packet, in its series": """
        SELECT d.application_id, count(i.id) FROM decisions_decision d
        JOIN applications_application a ON a.id = d.application_id
        LEFT JOIN invoicing_invoice i ON i.application_id = a.id
            AND i.kind <> 'credit' AND i.replaces_id IS NULL
        LEFT JOIN invoicing_packet k ON k.invoice_id = i.id
        LEFT JOIN invoicing_series s ON s.id = i.series_id
        GROUP BY d.id, a.id
        HAVING count(i.id) <> (d.outcome = 'grant')::int OR bool_or(i.id IS NOT NULL AND (k.id IS NULL
            OR i.amount <> a.granted OR s.scheme <> a.scheme
            OR s.organisation_id IS DISTINCT FROM a.organisation_id
            OR s.year <> extract(year FROM i.issued_on)))""",
}


# One round trip for all: each row is the sentence or the slug that is broken, and by what.
def _all():
    asked = [(check.slug, check.questions) for check in all_checks() if not check.values]
    verified = [(slug, question) for slug, questions in asked for question in questions]
    return " UNION ALL ".join(
        f"(SELECT '{name}', string_agg(broken::text, ' ') FROM ({query}) broken HAVING count(*) > 0)"
        for name, query in [*CHECKS.items(), *verified]
    )


def broken():
    """Return what does not hold, by these checks and by those of `manage.py verify`, and the rows."""
    with connection.cursor() as cursor:
        _plan_once(cursor)
        cursor.execute("EXECUTE all_checks")
        return cursor.fetchall()


def _plan_once(cursor):
    # Planning so many queries takes longer than running them on the few rows of an example.
    cursor.execute("SELECT 1 FROM pg_prepared_statements WHERE name = 'all_checks'")
    if not cursor.fetchone():
        cursor.execute(f"PREPARE all_checks AS {_all()}")


def links():
    """Return how many rows have been written for good: it never becomes less."""
    return Link.objects.count()


# One assessment everywhere


def disagreeing(scheme, keys, *, at):
    """Return the cases that one place assesses otherwise than another: list, page, command.

    One case a step, another each time; what comes of a decision is compared where it is signed.
    """
    on = scheme.local_day(at)
    waiting = list(
        Application.objects.filter(pk__in=keys, scheme=scheme.slug, state=State.SUBMITTED)
    )
    if not waiting:
        return []
    one = waiting[at.minute % len(waiting)]
    in_list = assessed(one, told_in_list(waiting, on=on, at=at)[one.pk])
    on_page = offer(one, on=on, at=at).assessment
    _circumstances, ahead = read_in_line([one], on=on, at=at)
    by_command = _as_command(one, ahead, on=on, at=at)
    said = {str(each.as_json()) for each in (in_list, on_page, by_command)}
    return [] if len(said) == 1 else [one.pk, *said]


def _as_command(application, ahead, *, on, at):
    """Return the assessment of facts that went through JSON Lines, as `manage.py assess` has them."""
    scheme = application.rules
    house = Circumstances([application], on=on, at=at)
    told = house.told(application, known={"waiting_ahead": ahead.get(application.pk)})
    known = told.circumstances()
    known["history"] = (application.facts.get("history") or {}) | known["history"]
    data = set_dotted(application.facts | known, dict(told.judged))
    facts = scheme.read_facts(json.loads(json.dumps(data)), complete=False)
    return scheme.assess(facts, scheme.terms(facts))
