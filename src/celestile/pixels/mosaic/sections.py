"""Detector sections in the notation of headers: ``[x1:x2,y1:y2]``."""

import re
from dataclasses import dataclass

# The notation of IRAF allows a step after each pair, which does not affect the position;
# some programs write integers as floating-point numbers.
_SPAN = r"\s*(-?\d+)(?:\.0*)?\s*:\s*(-?\d+)(?:\.0*)?\s*(?::\s*-?\d+\s*)?"
_SECTION = re.compile(rf"[\[(]?{_SPAN},{_SPAN}[\])]?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """A range of pixels along one axis in FITS notation: counted from 1, both ends included.

    Parameters
    ----------
    first, last : int
        Descending if the axis is reversed.
    """

    first: int
    last: int

    @property
    def low(self) -> int:
        """Smaller end."""
        return min(self.first, self.last)

    @property
    def high(self) -> int:
        """Larger end."""
        return max(self.first, self.last)

    @property
    def length(self) -> int:
        """Number of pixels."""
        return self.high - self.low + 1

    @property
    def backwards(self) -> bool:
        """Whether it runs from the larger to the smaller end."""
        return self.first > self.last


Section = tuple[Span, Span]
"""Columns and rows."""


def parse_section(text: str) -> Section | None:
    """Parse ``[x1:x2,y1:y2]``; None if the text is invalid."""
    match = _SECTION.fullmatch(text.strip())
    if match is None:
        return None
    x1, x2, y1, y2 = (int(number) for number in match.groups())
    return Span(x1, x2), Span(y1, y2)
