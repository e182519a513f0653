"""Sections of detectors as headers write them: ``[x1:x2,y1:y2]``."""

import re
from dataclasses import dataclass

# IRAF's notation allows a step behind each pair, which tells nothing about where a section lies;
# some programs write whole numbers as floating point.
_SPAN = r"\s*(-?\d+)(?:\.0*)?\s*:\s*(-?\d+)(?:\.0*)?\s*(?::\s*-?\d+\s*)?"
_SECTION = re.compile(rf"[\[(]?{_SPAN},{_SPAN}[\])]?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """A range of pixels along one axis as FITS writes it: counted from 1, both ends included.

    Parameters
    ----------
    first, last : int
        Descending where the axis runs backwards.
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
    """Read ``[x1:x2,y1:y2]``; None if it is not one."""
    match = _SECTION.fullmatch(text.strip())
    if match is None:
        return None
    x1, x2, y1, y2 = (int(number) for number in match.groups())
    return Span(x1, x2), Span(y1, y2)
