"""What each rule of the refund scheme means in the house, and where the code is that enforces it."""

RULES = {
    "L1": (
        "No certificate from before the scheme's first day, or after its last where there is one.",
        ["schemes/fastlege/rules.py:within_the_scheme", "schemes/fastlege/models.py:DatedTerms"],
    ),
    "L2": (
        "A self-employed GP, or a municipality for one GP at a time; an employed GP who applies "
        "personally is told to go through the municipality.",
        [
            "schemes/fastlege/rules.py:who_applies",
            "schemes/fastlege/forms.py:ApplicantForm",
            "schemes/fastlege/statement.py:payee",
        ],
    ),
    "L3": (
        "About quality improvement or patient safety: on the list, or judged by a case officer.",
        ["schemes/fastlege/rules.py:about_quality", "schemes/fastlege/scheme.py:judgements"],
    ),
    "L4": (
        "Should evaluate one's own practice: declared for a course that is not on the list; shown to "
        "the case officer where it does not.",
        ["schemes/fastlege/rules.py:own_practice", "schemes/fastlege/forms.py:CourseForm"],
    ),
    "L5": (
        "One appropriation, in order of arrival; what it does not suffice for waits, whole. Its size "
        "is a term that the administrator sets.",
        [
            "schemes/fastlege/rules.py:money_suffices",
            "schemes/fastlege/scheme.py:pool_on",
            "schemes/services.py:bind",
            "decisions/line.py:read_in_line",
        ],
    ),
    "L6": (
        "min(fee paid − other funding, cap), never below 0, øre kept; nothing at all to refund is "
        "refused.",
        ["schemes/fastlege/amount.py:fee", "schemes/fastlege/rules.py:course_fee"],
    ),
    "L7": (
        "Saturdays, Sundays and Norwegian public holidays give nothing and take no units.",
        ["schemes/fastlege/rules.py:working_days", "schemes/fastlege/days.py:is_working_day"],
    ),
    "L8": (
        "So many half-day units for each GP and year of the absence, or for each course (a term); "
        "days in date order, a whole day paid as a half when one unit is left. Hours decide where "
        "they are given: more than 4 are a whole day, 2 to 4 a half, fewer none (terms).",
        [
            "schemes/fastlege/amount.py:counted",
            "schemes/fastlege/rules.py:allowance",
            "schemes/fastlege/scheme.py:allowances",
            "schemes/models.py:PersonalAllowance",
        ],
    ),
    "L9": (
        "Whole and half are two figures of a dated table; the day of the absence counts, and a day "
        "without a rate cannot be decided. The terms say whether a municipality gets the day rate.",
        [
            "schemes/fastlege/rules.py:rate_of_the_day",
            "schemes/fastlege/terms.py:rate_on",
            "schemes/fastlege/models.py:DayRate",
        ],
    ),
    "L10": (
        "Certificate with its day of issue, and documentation where absence is claimed, both "
        "accepted; until then the application waits.",
        ["schemes/fastlege/rules.py:documented", "schemes/fastlege/forms.py:PapersForm"],
    ),
    "L11": (
        "No paper anywhere: everything is asked, decided and told in the service.",
        ["schemes/fastlege/page.py:SENTENCES"],
    ),
    "L12": (
        "A list with validity dates; a course that is not on it is assessed, and can be added.",
        [
            "schemes/fastlege/rules.py:on_the_list",
            "schemes/fastlege/models.py:ListedCourse",
            "schemes/fastlege/listing.py:add",
        ],
    ),
    "L13": (
        "The address for questions is a term.",
        ["schemes/fastlege/models.py:DatedTerms", "schemes/fastlege/scheme.py:contact"],
    ),
    "L14": (
        "Only what is sent in through the service is processed.",
        ["schemes/fastlege/page.py:SENTENCES"],
    ),
}

INTRODUCTION = """\
# The rules of the refund scheme for GPs, and where each is kept

The sentences are the page's own, in its Norwegian. Figures are dated terms and rates that an
administrator edits (`schemes/fastlege/models.py`); the assessment itself is
`schemes/fastlege/rules.py`, which tries every rule and lets none hide another.

- **Which terms count.** Those in force on the first day of the course; a course from before the first
  row has the first row's. A decision keeps its own copy. Later versions are rows: the cap, the units,
  whether they count per year or per course, and whether a municipality gets the day rate. A row can be
  entered afterwards between two others and counts until the next; the pool has what today's row gives.
- **Which rate counts.** That of the day of absence. A year of the association's table begins on
  1 January; the newest stays in force until another is entered.
- **Where the page is silent.** Absence outside the days of the course counts in the assessment; the
  form takes only days of the course. A day that is there twice is an error. An amount of 0 is refused
  by L6, unless a day without a rate could still give something. A certificate from before the end of
  the course is shown to the case officer. An application is answered and paid within 30 days (terms).
- **The appropriation's size** is not on the page: 24 000 000 kr is what the table begins with, and the
  administrator sets it; the pool follows, never below what is granted.

This page is written by `uv run python -m tests.schemes.rules_page`. A test fails when a rule has no
code, no test that names it, or another sentence here.
"""
