"""Keeps the terms that were read once, so that a long list does not read the same tables again."""

from typing import Any

from schemes.base import Scheme


class TermsShelf:
    """Hands out terms for many facts in one go: one reading per scheme, or per scheme and year.

    Use a new one for each page, task or command: what an administrator changes counts from then on.
    """

    def __init__(self) -> None:
        self._read: dict[tuple[str, Any], Any] = {}
        self._tables: dict[str, Any] = {}

    def of(self, scheme: Scheme, facts: Any) -> Any:
        """Return the terms that count for these facts."""
        tables = self._tables_of(scheme)
        if tables is not None:
            return scheme.terms_from(tables, facts)
        key = scheme.terms_key(facts)
        if key is None:
            return scheme.terms(facts)
        if (scheme.slug, key) not in self._read:
            self._read[scheme.slug, key] = scheme.terms(facts)
        return self._read[scheme.slug, key]

    def _tables_of(self, scheme: Scheme) -> Any:
        if scheme.slug not in self._tables:
            self._tables[scheme.slug] = scheme.terms_tables()
        return self._tables[scheme.slug]
