"""The shape of a mail: the plain text is written once, and becomes HTML by its paragraphs."""

import re
from typing import Any

from django.conf import settings

PARAGRAPHS = re.compile(r"\n\s*\n")
FACT = re.compile(r"([^:\n]{1,40}:) (.+)")
ITEM = "- "


def blocks(text: str) -> list[dict[str, Any]]:
    """Return what a text consists of, in its order: each with one of `link`, `facts`, `points`, `text`.

    Only links to ourselves become links: what people write is quoted in mails.
    """
    parts = [part.strip() for part in PARAGRAPHS.split(text.strip())]
    return [block for part in parts if part for block in _blocks(part.splitlines())]


def _blocks(lines: list[str]) -> list[dict[str, Any]]:
    if _is_ours(lines[-1]):
        said = "\n".join(lines[:-1])
        return [*([{"text": said}] if said else []), {"link": lines[-1]}]
    facts = [FACT.fullmatch(line) for line in lines]
    if len(lines) > 1 and all(facts):
        return [{"facts": [fact.groups() for fact in facts]}]
    if all(line.startswith(ITEM) for line in lines):
        return [{"points": [line.removeprefix(ITEM) for line in lines]}]
    return [{"text": "\n".join(lines)}]


def _is_ours(line: str) -> bool:
    return line.startswith(settings.KURSMEDEL_URL + "/") and " " not in line
