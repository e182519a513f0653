"""Maps in HEALPix: a table with a value for each cell of the sky, drawn as a whole sky.

The value of a pixel is that of the cell that contains its centre, unchanged. The picture is wide
enough that no cell is lost, up to a limit. Each column is a channel.

References
----------
Hivon et al., "The HEALPix FITS format" (keywords PIXTYPE, ORDERING, NSIDE, INDXSCHM, COORDSYS);
Singer et al. 2022, LIGO-T1500442 (multi-order sky maps).
"""

from collections.abc import Iterator
from dataclasses import replace
from math import isqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.fits.data.faults import BusErrorCheck
from celestile.pixels.fits.data.mapped import MappedFile
from celestile.pixels.fits.hdus import Hdu, Layer, TableSource
from celestile.pixels.fits.scaling import Scaling
from celestile.pixels.fits.tables import mollweide
from celestile.pixels.fits.tables.cellindex import (
    DEEPEST,
    CellIndex,
    Explicit,
    Implicit,
    MultiOrder,
    order_of,
)
from celestile.pixels.fits.tables.columns import Column, Table
from celestile.pixels.fits.tables.reading import OpenFile
from celestile.pixels.fits.tables.skymap import HealpixMap
from celestile.pixels.fits.tables.world import image_header

_UNSEEN = -1.6375e30
"""Value of cells without data, unless BAD_DATA gives another one."""
_NARROWEST, _WIDEST = 512, 16384
_FOR_EACH = 8  # pixels along the equator for NSIDE, around which there are 4 NSIDE cells
_MOST_LISTED = 1 << 27  # rows with numbers of cells, which are kept in memory
_MOST_ELEMENTS = 64  # of a cell, if a row is a cell
_NUMBERS = ("PIXEL", "PIX", "HPX_PIXEL", "HEALPIX", "IPIX", "INDEX", "CELL", "PIXEL_INDEX")
_FRAMES = {
    "G": ("GLON", "GLAT"), "C": ("RA", "DEC"), "Q": ("RA", "DEC"), "E": ("ELON", "ELAT"),
}  # fmt: skip


class _Value(NamedTuple):
    """Where a layer is: a column, and the element in each row if a row is a cell."""

    column: Column
    element: int | None


def is_map(table: Table) -> bool:
    """Whether a table is a map in HEALPix."""
    if table.text("PIXTYPE").upper() == "HEALPIX":
        return True
    has_order = table.text("ORDERING").upper() in ("RING", "NESTED", "NEST", "NUNIQ")
    return has_order and (table.number("NSIDE") is not None or table.named("UNIQ") is not None)


def healpix_image(table: Table, mapped: MappedFile) -> Hdu | None:
    """Describe the picture of a map; None if the table has no values, as a coverage map.

    Parameters
    ----------
    table : Table
        For which `is_map` is true.
    mapped : MappedFile
        The file.
    """
    unique, numbers = table.named("UNIQ", "NUNIQ"), table.named(*_NUMBERS)
    listed = unique or (numbers if _is_explicit(table) else None)
    values = tuple(_values(table, listed))
    if not values:
        return None
    problem = table.problem or _listing_problem(table, listed)
    nside, notes = 1, list(table.notes)
    index: CellIndex = Implicit(1, "ring", 0, 0)
    try:
        if problem is None and unique is not None:
            nside = _deepest(table, unique, mapped)
            index = MultiOrder(_reader(table, unique))
        elif problem is None:
            nside, index = _single_order(table, values[0], listed, notes)
    except ValueError as error:
        problem = str(error)
    return _picture(table, values, nside, index, notes, problem)


def _picture(
    table: Table,
    values: tuple[_Value, ...],
    nside: int,
    index: CellIndex,
    notes: list[str],
    problem: str | None,
) -> Hdu:
    width = min(max(_FOR_EACH * nside, _NARROWEST), _WIDEST)
    height = width // 2
    letter = table.text("COORDSYS").upper()[:1]
    if letter not in _FRAMES:
        given = f"COORDSYS is {table.text('COORDSYS')}" if letter else "COORDSYS is absent"
        notes.append(f"{given}: galactic coordinates are assumed")
    axes = _FRAMES.get(letter, _FRAMES["G"])
    notes.append(
        f"a HEALPix map of NSIDE {nside}: each pixel has the value of the cell at its centre"
    )
    if width < _FOR_EACH // 2 * nside:
        notes.append(f"the picture has {width} pixels across, fewer than the map has cells")
    dtype = np.dtype(
        np.float32 if all(_is_single(value.column) for value in values) else np.float64
    )
    units = {value.column.unit for value in values}
    cards = mollweide.cards(width, height, axes)
    cards += [("BUNIT", units.pop())] if len(units) == 1 else []
    bad = table.number("BAD_DATA")
    drawn = HealpixMap(
        width=width,
        height=height,
        index=index,
        values=tuple((table.stored(value.column), value.element) for value in values),
        dtype=dtype,
        bad=_UNSEEN if bad is None else bad,
    )
    return replace(
        table.stored(values[0].column),
        name=table.name,
        shape=(len(values), height, width),
        dtype=dtype,
        scaling=Scaling(),
        step=None,
        header=image_header(table.header, cards),
        drawn=drawn,
        layers=tuple(_layer(value) for value in values),
        notes=tuple(notes),
        problem=problem,
    )


def _is_single(column: Column) -> bool:
    """Whether float32 holds all values of a column."""
    return not column.scaling.is_wide(column.dtype)


def _layer(value: _Value) -> Layer:
    name = value.column.name if value.element is None else f"{value.column.name}_{value.element}"
    return Layer(name, value.column.unit)


def _is_explicit(table: Table) -> bool:
    scheme = table.text("INDXSCHM").upper()
    is_partial = table.text("OBJECT").upper() == "PARTIAL"
    first = table.columns[0].name.upper()
    return scheme == "EXPLICIT" or (not scheme and (is_partial or first in _NUMBERS))


def _values(table: Table, listed: Column | None) -> Iterator[_Value]:
    """Layers of a map: its columns of numbers other than those of cells."""
    numeric = [c for c in table.columns if c.is_numeric and c is not listed]
    if listed is None:
        counts = [column.repeat for column in numeric]
        repeat = max(counts, key=lambda count: (counts.count(count), count), default=0)
        numeric = [column for column in numeric if column.repeat == repeat]
    row_is_cell = listed.repeat == 1 if listed else _cells(table) == table.rows
    if listed is not None and not row_is_cell:
        numeric = [column for column in numeric if column.repeat == listed.repeat]
    for column in numeric:
        if not row_is_cell or column.repeat == 1:
            yield _Value(column, None)
        elif column.repeat <= _MOST_ELEMENTS:
            yield from (_Value(column, element) for element in range(column.repeat))


def _cells(table: Table) -> int | None:
    nside = table.get("NSIDE")
    is_valid = isinstance(nside, int) and 1 <= nside <= 1 << DEEPEST
    return 12 * nside * nside if is_valid else None


def _listing_problem(table: Table, listed: Column | None) -> str | None:
    if listed is None:
        if table.text("INDXSCHM").upper() in ("EXPLICIT", "SPARSE"):
            names = ", ".join(_NUMBERS)
            return f"INDXSCHM is {table.text('INDXSCHM')}, but no column is one of {names}"
        return None
    if not listed.is_numeric or not listed.is_whole:
        return f"the column {listed.name} must have integers: the numbers of cells"
    cells = table.rows * listed.repeat
    if cells > _MOST_LISTED:
        return f"it lists {cells} cells; at most {_MOST_LISTED} are supported"
    return None


def _reader(table: Table, column: Column) -> Any:
    hdu = table.stored(column)

    def read(source: TableSource) -> NDArray[np.int64]:
        numbers = source.column(hdu).astype(np.int64).ravel()
        source.release(table.rows * table.row)
        return numbers + int(column.scaling.offset)

    return read


def _deepest(table: Table, unique: Column, mapped: MappedFile) -> int:
    """NSIDE of the smallest cells of a multi-order map; raises ValueError without cells."""
    given = table.get("MOCORDER")
    if isinstance(given, int) and 0 <= given <= DEEPEST:
        return 1 << given
    with BusErrorCheck():
        deepest = int(order_of(_reader(table, unique)(OpenFile(mapped))).max())
    if deepest < 0:
        raise ValueError(f"no number of the column {unique.name} is that of a cell")
    return 1 << deepest


def _single_order(
    table: Table, value: _Value, listed: Column | None, notes: list[str]
) -> tuple[int, CellIndex]:
    """NSIDE and index of a map of equal cells.

    Raises
    ------
    ValueError
        If NSIDE or ORDERING is invalid.
    """
    held = table.rows * (value.column.repeat if value.element is None else 1)
    nside = table.get("NSIDE", isqrt(held // 12) if listed is None else None)
    if not isinstance(nside, int) or isinstance(nside, bool) or not 1 <= nside <= 1 << DEEPEST:
        raise ValueError(f"NSIDE is {nside}; it must be an integer from 1 to 2^{DEEPEST}")
    order = {"RING": "ring", "NESTED": "nested", "NEST": "nested"}.get(
        table.text("ORDERING").upper() or "RING"
    )
    if order is None:
        raise ValueError(f"ORDERING is {table.text('ORDERING')}; it must be RING or NESTED")
    if order == "nested" and nside & nside - 1:
        raise ValueError(f"NSIDE is {nside}; with ORDERING NESTED it must be a power of two")
    if listed is not None:
        return nside, Explicit(nside, order, _reader(table, listed))
    cells = 12 * nside * nside
    first = table.get("FIRSTPIX", 0)
    first = first if isinstance(first, int) and 0 <= first < cells else 0
    if held < cells - first:
        notes.append(f"{held} of the {cells} cells of NSIDE {nside} are present")
    return nside, Implicit(nside, order, first, min(held, cells - first))
