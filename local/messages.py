"""Collects every text that people read, keeps the translations complete, and makes them ready to use.

English is the source. `python -m local.messages update` brings the catalogues up to the code, `check` says
what a translator still has to do, `compile` writes what Django reads. No gettext programs are needed.
"""

import os
import re
import sys
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
LANGUAGES = ["sv", "nb"]
FOLDERS = ["accounts", "applications", "config", "database", "decisions", "drawing", "invoicing"]
FOLDERS += ["oversight", "schemes", "templates"]
LAZY = ["gettext", "ngettext", "pgettext", "npgettext"]
KEYWORDS = DEFAULT_KEYWORDS | {f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in LAZY}
KEYWORDS |= {"gettext_noop": None}
# Headers of no use to us, some with a date that would change with every update.
NOISE = (b'"Project-', b'"Report-', b'"POT-', b'"PO-', b'"Last-', b'"Language-Team', b'"Generated-')
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


def django_template(fileobj, keywords, comment_tags, options):
    """Return the texts of one Django template, for Babel."""
    code = templatize(fileobj.read().decode())
    # Indentation means nothing in a template; within brackets it means nothing to Python either.
    return extract_python(BytesIO(f"({code}\n)".encode()), keywords, comment_tags, options)


METHODS = [
    ("**.py", "python"),
    ("**.html", "local.messages:django_template"),
    ("**.txt", "local.messages:django_template"),
]


def collect():
    """Return a catalogue of every text in the code, without translations."""
    found = Catalog()
    for folder in FOLDERS:
        texts = extract_from_dir(
            ROOT / folder, METHODS, keywords=KEYWORDS, comment_tags=["Translators"]
        )
        for _file, _line, text, comments, context in texts:
            if text:
                found.add(text, auto_comments=comments, context=context)
    return found


def update():
    """Write each language's catalogue anew: new texts empty, unused ones gone, translations kept."""
    source = collect()
    for language in LANGUAGES:
        catalogue = _read(language)
        catalogue.update(source, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        for text in _texts(catalogue):
            if text.python_brace_format:  # a "% o" in it is a per cent, and no number in octal
                text.flags.discard("python-format")
        _replace(_path(language), _as_po(catalogue))
        print(f"{language}: {sum(not _done(m) for m in _texts(catalogue))} texts to translate")


def check():
    """Return a sentence for each text that a language lacks, or whose placeholders differ."""
    source = collect()
    return [
        f"{language}: {fault}: {_id(text)!r}"
        for language in LANGUAGES
        for catalogue in [_read(language)]
        for text in _texts(source)
        if (fault := _fault(text, catalogue.get(text.id, text.context)))
    ]


def compile_all():
    """Write the .mo file of each catalogue that has changed since."""
    for language in LANGUAGES:
        path = _path(language)
        ready = path.with_suffix(".mo")
        if path.exists() and (not ready.exists() or ready.stat().st_mtime < path.stat().st_mtime):
            written = BytesIO()
            write_mo(written, _read(language))
            _replace(ready, written.getvalue())


def _path(language):
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def _read(language):
    path = _path(language)
    if not path.exists():
        return Catalog(locale=language, project="Kursmedel", header_comment="#", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _as_po(catalogue):
    written = BytesIO()
    write_po(
        written, catalogue, width=100, no_location=True, sort_output=True, ignore_obsolete=True
    )
    lines = written.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(NOISE))


def _replace(path, content):
    """Write the file in one go: another process may be reading it."""
    if path.exists() and path.suffix == ".po" and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)


def _texts(catalogue):
    return [message for message in catalogue if message.id]


def _id(message):
    return message.id[0] if message.pluralizable else message.id


def _forms(message):
    return list(message.string) if message.pluralizable else [message.string]


def _done(message):
    return all(_forms(message)) and not message.fuzzy


def _fault(text, translation):
    if translation is None:
        return "missing"
    if translation.fuzzy:
        return "fuzzy"
    if translation.pluralizable != text.pluralizable or not all(_forms(translation)):
        return "empty"
    return "" if _placeholders_agree(text, translation) else "placeholders differ"


def _placeholders_agree(text, translation):
    """The last form of a plural must have all of them; the others may leave the number out."""
    ids = text.id if text.pluralizable else [text.id]
    forms = [set(PLACEHOLDER.findall(form)) for form in _forms(translation)]
    wanted = set(PLACEHOLDER.findall(ids[-1]))
    return forms[-1] == wanted and all(form <= wanted for form in forms)


def main(command):
    if command == "update":
        update()
    if command == "compile":
        compile_all()
    if command == "check" and (faults := check()):
        print("\n".join(faults))
        sys.exit(
            f"{len(faults)} translations to mend; `make messages` brings the catalogues up to date."
        )


if __name__ == "__main__":
    main(sys.argv[1])
