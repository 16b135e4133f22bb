"""What each rule of RFR means in the house, and where the code is that enforces it."""

RULES = {
    "R1": (
        "The payee is an administration from a list with validity dates.",
        ["schemes/models.py:Organisation", "schemes/rfr/forms.py:ParticipantForm"],
    ),
    "R2": (
        "External courses only; the year is that of the first day.",
        ["schemes/rfr/rules.py:external_course", "schemes/rfr/facts.py:course_year"],
    ),
    "R3": ("Background, shown as help.", ["schemes/rfr/letter.py:SENTENCES"]),
    "R4": (
        "Money from elsewhere lowers the basis; from industry it is shown to the signatories.",
        ["schemes/rfr/rules.py:money_from_elsewhere", "schemes/rfr/amount.py:basis"],
    ),
    "R5": (
        "The money goes to the administration, never to a person.",
        ["schemes/rfr/forms.py:ParticipantForm", "schemes/models.py:Organisation"],
    ),
    "R6": ("Background, shown as help.", ["schemes/rfr/letter.py:SENTENCES"]),
    "R7": (
        "The participant is a specialist and employed by the region.",
        ["schemes/rfr/rules.py:employed_specialist"],
    ),
    "R8": (
        "Two required texts: active participation and spreading of knowledge.",
        ["schemes/rfr/rules.py:active_participation", "schemes/rfr/forms.py:BenefitForm"],
    ),
    "R9": (
        "Submitted on a local day strictly before the first day.",
        ["schemes/rfr/rules.py:before_the_course", "schemes/rfr/facts.py:submitted_on"],
    ),
    "R10": (
        "The original submission counts, whatever is corrected later and whenever it is decided.",
        ["schemes/rfr/rules.py:not_in_retrospect"],
    ),
    "R11": (
        "The basis is fee, travel and lodging.",
        ["schemes/rfr/rules.py:eligible_costs", "schemes/rfr/amount.py:payable"],
    ),
    "R12": (
        "At most 5 000 kr on site in Sweden (a term).",
        ["schemes/rfr/rules.py:highest_amount", "schemes/rfr/models.py:DatedTerms"],
    ),
    "R13": (
        "At most 10 000 kr on site in Europe (a term; the countries are a table).",
        ["schemes/rfr/rules.py:highest_amount", "schemes/rfr/models.py:Zone"],
    ),
    "R14": (
        "At most 20 000 kr on site elsewhere (a term).",
        ["schemes/rfr/rules.py:highest_amount", "schemes/rfr/models.py:Zone"],
    ),
    "R15": (
        "At most 5 000 kr when the participant attends digitally, whatever the country (a term).",
        ["schemes/rfr/rules.py:highest_amount", "schemes/rfr/amount.py:zone"],
    ),
    "R16": (
        "No other kind of cost can be entered.",
        ["schemes/rfr/forms.py:CostsForm", "schemes/rfr/facts.py:costs"],
    ),
    "R17": (
        "No salary, as a cost or as co-financing.",
        ["schemes/rfr/forms.py:CostsForm", "schemes/rfr/facts.py:costs"],
    ),
    "R18": (
        "The grant is min(cap, asked, own contribution, half of what is left), in whole kronor; "
        "the head of unit confirms the rest, or as much of it as the unit states to pay.",
        [
            "schemes/rfr/amount.py:by_formula",
            "schemes/rfr/amount.py:shared",
            "schemes/rfr/rules.py:co_financing",
            "applications/heads.py:answer_as_head",
        ],
    ),
    "R19": (
        "Electronic applications only, naming administration, unit and head.",
        ["schemes/rfr/forms.py:ParticipantForm"],
    ),
    "R20": ("Background, shown as help.", ["schemes/rfr/letter.py:SENTENCES"]),
    "R21": (
        "Chair and representative sign, two different persons who are not biased.",
        [
            "schemes/rfr/scheme.py:RFR",
            "decisions/standing.py:may_sign",
            "decisions/signing.py:sign",
            "accounts/services.py:appoint",
        ],
    ),
    "R22": (
        "A course that is cancelled or not attended ends the grant; the money returns to its pool.",
        [
            "decisions/ending.py:end",
            "schemes/services.py:release",
            "invoicing/issuing.py:credit_rest",
        ],
    ),
    "R23": (
        "One live grant for each person and course year.",
        ["schemes/rfr/rules.py:one_grant_a_year", "applications/models.py:Application"],
    ),
    "R24": ("Background, shown as help.", ["schemes/rfr/letter.py:SENTENCES"]),
    "R25": (
        "What is declared about earlier applications is compared with what the person had sent in "
        "before this one.",
        [
            "schemes/rfr/rules.py:earlier_declared",
            "schemes/rfr/forms.py:EarlierForm",
            "applications/assessment.py:Circumstances",
        ],
    ),
    "R26": (
        "Two pools a year, one for each half.",
        ["schemes/rfr/days.py:half_of", "schemes/services.py:pool_for"],
    ),
    "R27": (
        "The half-year of the decision pays and is never overspent; nobody overtakes. What it cannot "
        "pay waits for the next half-year, or in the last one of its year for money that comes back.",
        [
            "schemes/rfr/rules.py:pool_suffices",
            "schemes/services.py:bind",
            "decisions/line.py:read_in_line",
            "schemes/services.py:transfer",
        ],
    ),
    "R28": (
        "Submission is always open, unless an administrator closes the scheme.",
        ["schemes/services.py:closed", "schemes/models.py:Closing"],
    ),
    "R29": (
        "Nothing is decided in a break. A break belongs to the year in which it begins; a year "
        "without entered breaks has the default ones.",
        [
            "schemes/rfr/rules.py:no_break",
            "schemes/rfr/days.py:break_on",
            "schemes/models.py:Break",
        ],
    ),
    "R30": (
        "A coming year's application is saved, and decided by that year's terms and pools.",
        [
            "schemes/rfr/rules.py:saved_for_next_year",
            "schemes/rfr/scheme.py:terms",
            "decisions/today.py:late",
        ],
    ),
    "R31": (
        "The year of the decision is the course year.",
        [
            "schemes/rfr/rules.py:answered_the_same_year",
            "schemes/rfr/days.py:last_day_to_decide",
            "decisions/queue.py:must_be_decided",
        ],
    ),
    "R32": (
        "The participant reports back, 60 days after the last day (a term).",
        ["schemes/rfr/scheme.py:report_due_on", "applications/following.py:report"],
    ),
    "R33": (
        "Required: how the content will be passed on.",
        ["schemes/rfr/rules.py:feedback_planned", "schemes/rfr/forms.py:BenefitForm"],
    ),
    "R34": (
        "The invoice is due one month after the first day, or 30 days after a later decision.",
        ["schemes/rfr/days.py:invoice_due_on", "invoicing/issuing.py:postpone"],
    ),
    "R35": (
        "The packet has three parts; buyer, customer number and orderer id are terms.",
        [
            "schemes/rfr/scheme.py:buyer",
            "schemes/rfr/models.py:DatedTerms",
            "invoicing/models.py:Packet",
        ],
    ),
    "R36": (
        "Name, phone and e-mail for questions are settings.",
        ["invoicing/statement.py:contact", "config/settings.py:INVOICE_CONTACT_NAME"],
    ),
}

INTRODUCTION = """\
# The rules of RFR, and where each is kept

The sentences are the letter's own, in its Swedish; R3, R6, R20 and R24 are background told in our
words. Figures are dated terms that an administrator edits (`schemes/rfr/models.py`); the assessment
itself is `schemes/rfr/rules.py`, which tries every rule and lets none hide another.

- **Which terms count.** Those in force on 1 January of the course year. Years before the first row
  have the first row's. A decision keeps its own copy.
- **Which breaks count.** Those entered; a year in which none begins has the default ones.

This page is written by `uv run python -m tests.schemes.rules_page`. A test fails when a rule has no
code, no test that names it, or another sentence here.
"""
