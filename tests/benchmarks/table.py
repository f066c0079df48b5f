"""What a row group hands back, and the table that is made of all of them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class LeftOut(Exception):
    """A group cannot be measured on this computer; the message says what is missing."""


class Row(NamedTuple):
    """One measured figure beside the one that is wanted."""

    what: str
    measured: float
    unit: str
    reach: float
    at_least: bool = False
    """Whether more is better; else the reach is the most that is allowed."""
    beside: str = ""
    """Figures without a reach that help to read this one."""

    @property
    def is_reached(self) -> bool:
        """Whether the figure is as wanted."""
        if self.at_least:
            return self.measured >= self.reach
        return self.measured <= self.reach


def formatted(rows: Sequence[Row]) -> Iterable[str]:
    """The lines of the table."""
    width = max((len(row.what) for row in rows), default=0) + 2
    yield f"{'':<{width}}{'measured':>12}{'reach':>14}   ok?"
    for row in rows:
        sign = "≥" if row.at_least else "≤"
        measured = f"{row.measured:.{_digits(row)}f} {row.unit}"
        reach = f"{sign} {row.reach:g} {row.unit}"
        ok = "yes" if row.is_reached else "NO"
        yield f"{row.what:<{width}}{measured:>12}{reach:>14}   {ok:<5}{row.beside}".rstrip()


def _digits(row: Row) -> int:
    return 2 if row.reach < 10 else 1 if row.reach < 100 else 0
