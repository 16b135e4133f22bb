"""What nobody would type, and what somebody types every day: the values that a fuzz is made of."""

from hypothesis import strategies as st

from tests.applications.files import pdf, picture

TEXTS = [
    *(
        "",
        " ",
        "\0",
        "a\0b",
        "\r\n",
        "\u2028",
        "\ufeff",
        "\u200b",
        "\ud800",
        "a\udfffb",
        "\U0010ffff",
    ),
    *("عربي", "\u202eabc", "שלום", "e\u0301\u0301\u0301", "ÅÄÖ æøå", "👩‍⚕️", "Ⅻ", "ß", "İ"),
    *(
        "<script>alert(1)</script>",
        "{{ 7|add:7 }}",
        "{% now %}",
        "%s%n%(x)s",
        "'; --",
        '"',
        "\\",
        "../",
    ),
    *(
        "=1+1",
        "@SUM(A1)",
        "http://",
        "javascript:1",
        "mailto:a@b",
        "a@example.org\nBcc: b@example.org",
    ),
    *("None", "null", "undefined", "true", "[]", "{}", "on", "off", "yes", "no", "x" * 300),
]
NUMBERS = [
    *(
        "0",
        "-0",
        "-1",
        "1",
        "6 000",
        "6\u00a0000",
        "6.000,50",
        "1,5",
        "1.005",
        "١٢٣",
        "½",
        "²",
        "①",
        "1_000",
    ),
    *("NaN", "sNaN", "-NaN", "Infinity", "-Infinity", "1e5", "1e999", "1e-999", "0x10", "00", "+1"),
    *("2147483648", "9223372036854775808", "9" * 40, "9" * 5000, "." + "0" * 400 + "1"),
]
DAYS = [
    *(
        "0001-01-01",
        "9999-12-31",
        "10000-01-01",
        "2026-02-29",
        "2026-13-01",
        "0000-00-00",
        "2026-4-5",
    ),
    *("2026-04-20", "20260420", "20/4-26", "2026-04-20T00:00", "-2026-04-20", "today", "24:00"),
]
NAMES = [
    "",
    "0",
    "-1",
    "none",
    "00000000-0000-0000-0000-000000000000",
    "not-a-uuid",
    "SE",
    "XX",
    "sv",
]
HUGE = ["å" * 20_000, "a b " * 5_000, "\n" * 5_000]

texts = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from(NUMBERS),
    st.sampled_from(DAYS),
    st.sampled_from(NAMES),
    st.sampled_from(HUGE),
    st.text(st.characters(), max_size=40),
    st.integers().map(str),
    st.decimals().map(str),
    st.floats().map(str),
    st.dates().map(str),
    st.uuids().map(str),
)
# What is sent under one name: nothing at all, one value, or several.
given_values = st.one_of(texts.map(lambda text: [text]), st.lists(texts, max_size=4))

FILES = [
    *(
        b"",
        b"\0",
        b"%PDF-1.7",
        b"%PDF-1.7\n" + b"\xff" * 200,
        b"GIF89a",
        b"<html><script>",
        b"PK\3\4",
    ),
    *(pdf(), pdf(password="x"), picture(), picture("JPEG"), picture()[:60]),
]
FILE_NAMES = [
    *(
        "a.pdf",
        "a.exe",
        "../../etc/passwd",
        "a\0.pdf",
        "\u202efdp.exe",
        "å" * 400 + ".pdf",
        ".pdf",
        "a",
    ),
    *("C:\\a.pdf", "a.pdf.html", "\n.png", " "),
]
files = st.tuples(st.sampled_from(FILE_NAMES), st.sampled_from(FILES))
