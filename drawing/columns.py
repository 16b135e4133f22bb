"""Columns of a picture that the server draws: each stands on the base line, the highest fills it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

# In the picture's own units.
WIDTH, HEIGHT = 600, 160
FEWEST = 6  # columns for which there is room, so that a single one is not a wall


@dataclass(frozen=True)
class Column:
    """One column, or a part of one that stands on another: where it is, how large, and of what kind."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True)
class Mark:
    """A line across the picture with its words."""

    y: float
    kind: str
    words: str

    @property
    def words_y(self) -> float:
        """Where the words stand: under the line, or over it where there is no room."""
        return self.y + 17 if self.y + 17 < HEIGHT else self.y - 5


def mark(kind: str, amount: Decimal, words: str, *, highest: Decimal) -> Mark:
    """Return the line at an amount; half a line's width below the edge at least."""
    return Mark(max(1, round(HEIGHT - float(amount / highest) * HEIGHT, 1)), kind, words)


def columns(
    stacks: Sequence[Sequence[tuple[str, Decimal]]], *, highest: Decimal
) -> list[list[Column]]:
    """Return the parts of each column, from the base line up.

    Takes for each column its parts as (kind, amount), and the amount that is the picture's height.
    """
    width = WIDTH / max(len(stacks), FEWEST)
    return [_stack(parts, place * width, width, highest) for place, parts in enumerate(stacks)]


def _stack(
    parts: Sequence[tuple[str, Decimal]], left: float, width: float, highest: Decimal
) -> list[Column]:
    found, below = [], Decimal(0)
    for kind, amount in parts:
        height = round(float(amount / highest) * HEIGHT, 1)
        y = round(HEIGHT - float((below + amount) / highest) * HEIGHT, 1)
        found.append(Column(round(left + width * 0.15, 1), y, round(width * 0.7, 1), height, kind))
        below += amount
    return found
