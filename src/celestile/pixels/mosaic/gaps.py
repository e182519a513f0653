"""Chips that are not in a file, as far as its own headers let that be known."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise, product
from typing import Any

from celestile.geometry import Region
from celestile.pixels.fits.hdus import Hdu, header_value
from celestile.pixels.planes.array import intersection

_COUNTS = ("NCCDS", "NAMPS")
_MOST_GAPS = 0.25  # of the places of a grid; where more are empty the camera has no chips there
_MOST_ABSENT = 4  # chips by their numbers for each that there is

Numbering = tuple[dict[int, Hdu], Callable[[int], str]]
"""Chips by their numbers, and the name of a number's chip."""


def absences(
    primary: Any, extensions: int, chips: Sequence[Hdu], regions: Sequence[Region], height: int
) -> tuple[str, ...]:
    """Sentences about chips that the headers speak of and the file does not hold.

    A gap in the chips' numbers alone tells nothing: a camera may have none of that number. It has
    to agree with a count in the primary header, or with the places on the detector that are empty.

    Parameters
    ----------
    primary : astropy.io.fits.Header
        The primary header.
    extensions : int
        Of the file, whatever they are.
    chips : sequence of Hdu
        Those that there are.
    regions : sequence of Region
        Their places on the detector; empty where these are not known.
    height : int
        Of the mosaic.
    """
    promised = _count(primary, "NEXTEND")
    counts = [_count(primary, keyword) for keyword in _COUNTS]
    if extensions % len(chips) == 0:
        # As many extensions to each chip: of its errors and flags.
        counts.append(promised // (extensions // len(chips)))
    empty = _empty(regions)
    names = _missing_names(chips, counts, len(empty))
    notes = [f"chip {name} is a gap: it is absent from the file" for name in names]
    if not names:
        notes += [f"no chip covers {_section(region, height)} of the mosaic" for region in empty]
    if promised > extensions:
        notes.append(
            f"the primary header promises {promised} extensions (NEXTEND), the file has "
            f"{extensions}"
        )
    return tuple(notes)


def _count(primary: Any, keyword: str) -> int:
    value = header_value(primary, keyword)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _missing_names(chips: Sequence[Hdu], counts: Sequence[int], empty: int) -> list[str]:
    """Names of the chips that are missing from the first numbering of all chips that has a gap."""
    for numbers, name in _numberings(chips):
        highest = max(numbers)
        first = min(numbers) if highest not in counts else min(1, *numbers)
        whole = highest - first + 1
        if whole > _MOST_ABSENT * len(chips):
            continue  # numbers of another kind, such as dates
        missing = [n for n in range(first, highest + 1) if n not in numbers]
        if missing and (len(missing) == empty or whole in counts):
            return [name(number) for number in missing]
    return []


def _numberings(chips: Sequence[Hdu]) -> list[Numbering]:
    """Ways in which all chips are numbered, each number being that of one chip only."""
    found: list[Numbering] = []
    words = [re.fullmatch(r"(\D*)(\d+)(\D*)", chip.name) for chip in chips]
    parts = [word.groups() for word in words if word]
    if len(parts) == len(chips) and len({(before, after) for before, _, after in parts}) == 1:
        before, digits, after = parts[0]
        width = len(digits) if len({len(number) for _, number, _ in parts}) == 1 else 1
        numbers = {int(part[1]): chip for part, chip in zip(parts, chips, strict=True)}
        found.append((numbers, lambda n: f"{before}{n:0{width}d}{after}"))
    for keyword in ("IMAGEID", "CCDNUM", "CCDCHIP"):
        values = [chip.get(keyword) for chip in chips]
        if all(isinstance(value, int) for value in values):
            numbers = dict(zip(values, chips, strict=True))
            found.append((numbers, lambda n, keyword=keyword: f"{keyword} {n}"))  # type: ignore[misc]
    if len({chip.name for chip in chips}) == 1 and chips[0].name:
        numbers = {chip.version: chip for chip in chips}
        found.append((numbers, lambda n: f"{chips[0].name},{n}"))
    return [numbering for numbering in found if len(numbering[0]) == len(chips)]


def _empty(regions: Sequence[Region]) -> list[Region]:
    """Places of a regular grid of chips that no chip has; none where the grid is not regular."""
    columns = sorted({(region.x, region.width) for region in regions})
    rows = sorted({(region.y, region.height) for region in regions})
    for spans in (columns, rows):
        if any(a + size > b for (a, size), (b, _) in pairwise(spans)):
            return []
    if len(columns) * len(rows) > 2 * len(regions):
        return []
    cells = [Region(x, y, width, height) for (x, width), (y, height) in product(columns, rows)]
    empty = [cell for cell in cells if not any(intersection(cell, r) for r in regions)]
    return empty if len(empty) <= _MOST_GAPS * len(cells) else []


def _section(region: Region, height: int) -> str:
    """A rectangle as headers write it: columns and rows from 1, the first row at the bottom."""
    return f"[{region.x + 1}:{region.right},{height - region.bottom + 1}:{height - region.y}]"
