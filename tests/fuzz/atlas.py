"""Every address there is, and every name that a form or a parameter may have."""

import gc
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.sites import site
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

# Asked for by hand in the code, beside what stands in forms and links.
PARAMETERS = ["q", "page", "sort", "scheme", "tab", "state", "place", "all", "missing", "next"]
PARAMETERS += ["invoice", "actual_cost", "token", "code", "process", "e", "o", "p", "_popup"]
PARAMETERS += [
    "organisation",
    "person",
    "language",
    "_to_field",
    "_changelist_filters",
    "app_label",
]


@dataclass(frozen=True)
class Address:
    """One address: its name, and what its parts are called and look like."""

    name: str
    parts: tuple[tuple[str, str], ...]

    @property
    def group(self) -> str:
        """The part of the house that answers, such as "decisions"; other people's code has none."""
        return self.name.partition(":")[0] if ":" in self.name else ""

    def path(self, given: dict[str, Any]) -> str:
        """Return the path, or "" where the address takes no such parts."""
        try:
            return reverse(self.name, kwargs=given)
        except (NoReverseMatch, UnicodeEncodeError):
            return ""


def addresses(patterns: Any = None, prefix: str = "", above: tuple = ()) -> list[Address]:
    """Return every address with a name, walking the resolver."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        parts = above + _parts(pattern.pattern)
        if isinstance(pattern, URLPattern):
            found += [Address(prefix + pattern.name, parts)] if pattern.name else []
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            found += addresses(pattern.url_patterns, prefix + inner, parts)
    return found


def _parts(pattern: Any) -> tuple[tuple[str, str], ...]:
    kinds = {name: type(each).__name__ for name, each in pattern.converters.items()}
    return tuple((name, kinds.get(name, "regex")) for name in pattern.regex.groupindex)


def field_names() -> list[str]:
    """Return the names of the fields of every form class that is loaded, and of the admin's."""
    gc.collect()
    known = {name for form in _all(forms.BaseForm) for name in getattr(form, "base_fields", {})}
    return sorted(known | {each.name for model in site._registry for each in model._meta.fields})


def _all(kind: type) -> Any:
    for each in kind.__subclasses__():
        yield each
        yield from _all(each)
