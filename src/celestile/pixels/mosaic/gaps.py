"""Chips that are absent from a file according to its own headers."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise, product
from typing import Any

from celestile.geometry import Region
from celestile.pixels.fits.hdus import Hdu, header_value
from celestile.pixels.planes.array import intersection

_COUNTS = ("NCCDS", "NAMPS")
_MOST_GAPS = 0.25  # share of the cells of a grid; if more are empty, the camera has no chips there
_MOST_ABSENT = 4  # times the number of chips that the highest chip number may be

Numbering = tuple[dict[int, Hdu], Callable[[int], str]]
"""Chips by their numbers, and the name of a number's chip."""


def absences(
    primary: Any, extensions: int, chips: Sequence[Hdu], regions: Sequence[Region], height: int
) -> tuple[str, ...]:
    """Notes about chips that the headers mention and the file does not hold.

    A gap in the numbers of the chips is not sufficient: the camera may have no chip of that number.
    It must agree with a count in the primary header, or with empty positions on the detector.

    Parameters
    ----------
    primary : astropy.io.fits.Header
        The primary header.
    extensions : int
        Number of extensions of the file, of any kind.
    chips : sequence of Hdu
        The chips present.
    regions : sequence of Region
        Their positions on the detector; empty if unknown.
    height : int
        Height of the mosaic.
    """
    declared = _count(primary, "NEXTEND")
    counts = [_count(primary, keyword) for keyword in _COUNTS]
    if extensions % len(chips) == 0:
        # Each chip has several extensions, such as its errors and flags.
        counts.append(declared // (extensions // len(chips)))
    empty = _empty(regions)
    names = _missing_names(chips, counts, len(empty))
    notes = [f"chip {name} is a gap: it is absent from the file" for name in names]
    if not names:
        notes += [f"no chip covers {_section(region, height)} of the mosaic" for region in empty]
    if declared > extensions:
        notes.append(
            f"the primary header declares {declared} extensions (NEXTEND), the file has "
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
            continue  # other numbers, such as dates
        missing = [n for n in range(first, highest + 1) if n not in numbers]
        if missing and (len(missing) == empty or whole in counts):
            return [name(number) for number in missing]
    return []


def _numberings(chips: Sequence[Hdu]) -> list[Numbering]:
    """Numberings of the chips in which each number is unique."""
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
    """Empty cells of a regular grid of chips; none if the grid is not regular."""
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
    """A rectangle in FITS notation: columns and rows from 1, the first row at the bottom."""
    return f"[{region.x + 1}:{region.right},{height - region.bottom + 1}:{height - region.y}]"
