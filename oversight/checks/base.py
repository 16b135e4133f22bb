"""What a check is: a question to the database, and one sentence for each row that answers it badly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oversight.chain import REFERENCE

__all__ = ["REFERENCE", "Check"]


@dataclass(frozen=True)
class Check:
    """A question in SQL whose answer should be empty, or one for each of several tables.

    Each row that it returns is a finding: `scheme` tells whose it is ("" the house's), the other
    columns are the words of the sentence. No column holds anything about a person.
    """

    slug: str
    title: Any
    sentence: Any
    sql: str | Sequence[str]
    values: Mapping[str, Any] | None = None

    @property
    def questions(self) -> Sequence[str]:
        """What is asked, one after the other."""
        return [self.sql] if isinstance(self.sql, str) else self.sql
