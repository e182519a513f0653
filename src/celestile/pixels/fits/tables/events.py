"""Lists of events, as of X-ray and gamma-ray telescopes, binned on their own pixels.

The two columns are those that CPREF or PREF name, else X and Y, else other columns with positions.
The limits are TLMIN and TLMAX. If the picture were larger than 8192 pixels, the bins have a side of
2, 4, 8, … of these pixels. Lists with right ascension and declination alone are binned around
their middle, or on a map of the whole sky.

References
----------
FITS 4.0, section 8.2 (pixel lists); OGIP/94-006 (HDUCLAS1 = EVENTS); CFITSIO, "fits_calc_binning".
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from celestile.pixels.fits.data.faults import BusErrorCheck
from celestile.pixels.fits.data.mapped import MappedFile
from celestile.pixels.fits.hdus import Hdu
from celestile.pixels.fits.scaling import Scaling
from celestile.pixels.fits.tables.binning import COUNTS, Bins, EventCounts, Project, positions
from celestile.pixels.fits.tables.columns import Column, Table
from celestile.pixels.fits.tables.pointing import around, middle_and_radius, whole_sky
from celestile.pixels.fits.tables.reading import OpenFile
from celestile.pixels.fits.tables.world import Cards, column_cards, image_header

_MOST = 8192  # pixels along a side
_FEWEST = 64  # along the longer side, for columns of real numbers
_ENOUGH = 512
_FEWEST_EVENTS = 1000  # of a table without a name that says so
_NAMES = re.compile(
    r"(STD|RAW|ALL)?EV(EN)?TS?\d*|.*[_ -]EV(EN)?TS?|EV(EN)?TS?[_ -].*|EVENT ?LIST|PHOTONS?"
)
_PREFERENCES = ("CPREF", "PREF")
_PAIRS = (
    ("X", "Y"), ("XIMAGE", "YIMAGE"), ("SKYX", "SKYY"), ("DETX", "DETY"), ("DET_X", "DET_Y"),
    ("TDETX", "TDETY"), ("CHIPX", "CHIPY"), ("RAWX", "RAWY"),
)  # fmt: skip
_SKY_PAIRS = (("RA", "DEC"), ("L", "B"), ("GLON", "GLAT"))
_CELESTIAL = re.compile(r"(RA|DEC|.?LON|.?LAT|..LN|..LT)-.+")
_REFERENCE = ("CTYP", "CRPX", "CRVL", "CDLT", "CUNI")
_FULL = {"CTYP": "CTYPE", "CRPX": "CRPIX", "CRVL": "CRVAL", "CDLT": "CDELT", "CUNI": "CUNIT"}


@dataclass(frozen=True, slots=True)
class _Grid:
    columns: tuple[Column, Column]
    bins: Bins
    cards: Cards
    note: str
    project: Project | None = None


def is_list(table: Table) -> bool:
    """Whether a table is a list of events: by its name, its class or its coordinates."""
    if "EVENTS" in (table.text("HDUCLAS1").upper(), table.text("HDUCLAS2").upper()):
        return True
    if _NAMES.fullmatch(table.name.upper()):
        return True
    # Regions and lists of sources have such coordinates, too.
    if table.text("HDUCLAS1") or table.rows < _FEWEST_EVENTS or table.named("SHAPE"):
        return False
    typed = [c for c in table.columns if _CELESTIAL.fullmatch(table.text(f"TCTYP{c.number}"))]
    return len(typed) >= 2


def event_image(table: Table, mapped: MappedFile) -> Hdu | None:
    """Describe the picture of a list of events; None if it has no positions.

    Parameters
    ----------
    table : Table
        For which `is_list` is true.
    mapped : MappedFile
        The file.
    """
    pixels = _pixel_columns(table)
    columns = pixels or _pair(table, _SKY_PAIRS)
    if columns is None:
        return None
    problem = table.problem
    grid = _Grid(columns, Bins(low=(0.0, 0.0), size=1.0, shape=(1, 1)), [], "")
    try:
        if problem is None:
            grid = _pixel_grid(table, columns, mapped) if pixels else _sky(table, columns, mapped)
    except ValueError as error:
        problem = str(error)
    names = " and ".join(column.name for column in grid.columns)
    note = f"events are counted by their columns {names}{grid.note}"
    return replace(
        table.stored(columns[0]),
        name=table.name,
        shape=grid.bins.shape[::-1],
        dtype=COUNTS,
        scaling=Scaling(),
        step=None,
        header=image_header(table.header, [("BUNIT", "count"), *grid.cards]),
        drawn=EventCounts(table, grid.columns, grid.bins, grid.project),
        notes=(*table.notes, note),
        problem=problem,
    )


def _pixel_columns(table: Table) -> tuple[Column, Column] | None:
    """Columns with positions on a plane."""
    preferred = []
    for keyword in _PREFERENCES:
        words = re.findall(r"[\w.]+", table.text(keyword))
        if len(words) == 2:
            preferred.append((words[0].upper(), words[1].upper()))
    found = _pair(table, preferred) or _pair(table, _PAIRS[:1])
    if found is not None:
        return found
    typed = [c for c in table.columns if _CELESTIAL.fullmatch(table.text(f"TCTYP{c.number}"))]
    if len(typed) >= 2 and all(column.is_numeric and column.repeat == 1 for column in typed[:2]):
        return typed[0], typed[1]
    # Positions on the sky are preferred to those on the detector.
    return None if _pair(table, _SKY_PAIRS) else _pair(table, _PAIRS)


def _pair(table: Table, pairs: Sequence[tuple[str, str]]) -> tuple[Column, Column] | None:
    for names in pairs:
        found = [table.named(name) for name in names]
        if all(column and column.is_numeric and column.repeat == 1 for column in found):
            return found[0], found[1]  # type: ignore[return-value]
    return None


def _pixel_grid(table: Table, columns: tuple[Column, Column], mapped: MappedFile) -> _Grid:
    """Bins of two columns of pixels.

    Raises
    ------
    ValueError
        If there is no event to take the limits from.
    """
    limits = [_limits(table, column) for column in columns]
    if None in limits:
        data = _extremes(table, columns, mapped)
        limits = [given or found for given, found in zip(limits, data, strict=True)]
    spans = [(low, high) for limit in limits if limit for low, high in [limit]]
    longest = max(high - low for low, high in spans)
    size = 2.0 ** max(math.ceil(math.log2(longest / _MOST)), 0)
    if longest < _FEWEST and not all(column.is_whole for column in columns):
        size = 2.0 ** math.floor(math.log2(longest / _ENOUGH))
    # Rounding must not add a bin.
    width, height = (max(math.ceil((high - low) / size - 1e-6), 1) for low, high in spans)
    bins = Bins(low=(spans[0][0], spans[1][0]), size=size, shape=(width, height))
    note = "" if size == 1.0 else f", in bins of {size:g} by {size:g}"
    return _Grid(columns, bins, _binned(_coordinates(table, columns), bins), note)


def _limits(table: Table, column: Column) -> tuple[float, float] | None:
    """Edges of the pixels by TLMIN and TLMAX; None without valid ones."""
    low, high = (table.number(f"{name}{column.number}") for name in ("TLMIN", "TLMAX"))
    if low is None or high is None or not low < high or not math.isfinite(high - low):
        return None
    # An integer is the centre of a pixel.
    return (low - 0.5, high + 0.5) if column.is_whole else (low, high)


def _extremes(
    table: Table, columns: tuple[Column, Column], mapped: MappedFile
) -> list[tuple[float, float]]:
    """Edges of the pixels around all events."""
    least, most = np.full(2, np.inf), np.full(2, -np.inf)
    with BusErrorCheck():
        for pair in positions(table, columns, OpenFile(mapped)):
            for axis, values in enumerate(pair):
                known = values[np.isfinite(values)]
                if known.size:
                    least[axis] = min(least[axis], known.min())
                    most[axis] = max(most[axis], known.max())
    if not np.isfinite(most - least).all():
        raise ValueError("the list of events is empty")
    is_fine = (most - least).max() < _FEWEST and not all(column.is_whole for column in columns)
    if is_fine:
        margin = max(float((most - least).max()) / _ENOUGH, 1e-9 * float(np.abs(most).max()), 1e-30)
        return [
            (low, high + margin) for low, high in zip(least.tolist(), most.tolist(), strict=True)
        ]
    low, high = np.floor(least + 0.5) - 0.5, np.floor(most + 0.5) + 0.5
    return list(zip(low.tolist(), high.tolist(), strict=True))


def _coordinates(table: Table, columns: tuple[Column, Column]) -> Cards:
    """World coordinates of the columns, by the standard or by the older keywords of XMM."""
    found = column_cards(table.header, [column.number for column in columns])
    if any(keyword.startswith("CTYPE") for keyword, _ in found):
        return found
    for axis, column in enumerate(columns, 1):
        for word in _REFERENCE:
            value = table.get(f"REF{column.name.upper()}{word}")
            if isinstance(value, str | int | float):
                found.append((f"{_FULL[word]}{axis}", value))
    return found


def _binned(cards: Cards, bins: Bins) -> Cards:
    """World coordinates of the bins, from those of the columns."""
    made: Cards = []
    given = {keyword for keyword, _ in cards}
    for keyword, value in cards:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and (found := re.fullmatch(r"CRPIX([12])([A-Z]?)", keyword)):
            made.append((keyword, (value - bins.low[int(found[1]) - 1]) / bins.size + 0.5))
        elif is_number and re.fullmatch(r"CDELT[12][A-Z]?|CD[12]_[12][A-Z]?", keyword):
            made.append((keyword, value * bins.size))
        else:
            made.append((keyword, value))
    for keyword in list(given):
        # Defaults of the standard, in pixels of the columns.
        found = re.fullmatch(r"CTYPE([12])([A-Z]?)", keyword)
        if found and f"CRPIX{found[1]}{found[2]}" not in given:
            made.append(
                (f"CRPIX{found[1]}{found[2]}", -bins.low[int(found[1]) - 1] / bins.size + 0.5)
            )
    return made


def _sky(table: Table, columns: tuple[Column, Column], mapped: MappedFile) -> _Grid:
    """Bins of two columns of degrees; raises ValueError without events."""
    with BusErrorCheck():
        field = middle_and_radius(lambda: positions(table, columns, OpenFile(mapped)))
    galactic = _pair(table, _SKY_PAIRS[1:])
    if field is None and galactic is not None:
        columns = galactic
    is_galactic = columns == galactic
    found = (
        whole_sky(galactic=is_galactic) if field is None else around(*field, galactic=is_galactic)
    )
    note = f", in bins of {found.scale:g} degrees"
    return _Grid(columns, found.bins, found.cards, note, found.project)
