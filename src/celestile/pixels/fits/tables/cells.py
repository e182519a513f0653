"""Images in the cells of a column: target pixel files, and any column with two-dimensional cells.

A row is an element of the slowest axis, so that the rows of a target pixel file are its frames. The
pixels are read where they are: only the step from one image to the next is that of the table.
"""

import re
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.fits.data.faults import BusErrorCheck
from celestile.pixels.fits.data.mapped import MappedFile
from celestile.pixels.fits.hdus import AxisValues, Hdu
from celestile.pixels.fits.tables.columns import Column, Table
from celestile.pixels.fits.tables.world import Cards, cell_cards, image_header

_LEAST_PIXELS = 12  # of a named column: target pixels of Kepler are at least 4 by 3
_LEAST_SIDE, _LEAST_SQUARE = 5, 7
"""Of other columns: smaller cells are matrices, such as covariances, or spectra side by side."""
_MOST_TIMES = 1_000_000
_MAIN = ("FLUX", "SCI", "IMAGE", "DATA")
"""Columns shown first, if a table has several."""
_NAMED = re.compile(r"(RAW_CNTS|COUNTS|(BKG_)?(FLUX|IMAGE|IMG|SCI)|CUTOUT|STAMP)(_\w+)?")
"""Columns that hold images, even small ones."""
_TIMES = ("TIME", "BARYTIME", "MJD", "JD", "BJD")
_REFERENCES = (("BJDREF", "JDREF"), ("JDREF", "JDREF"), ("MJDREF", "MJDREF"))
_DAYS = ("BJD", "JD", "MJD")
_MJD_ZERO = 2400000.5  # Julian date of MJD 0


def cell_images(table: Table, mapped: MappedFile) -> list[Hdu]:
    """Describe the columns of a table whose cells are images; the one shown first is the first.

    Parameters
    ----------
    table : Table
        The table.
    mapped : MappedFile
        The file.
    """
    columns = sorted(filter(is_image, table.columns), key=_order)
    if not columns:
        return []
    times, cards = _times(table, mapped) if table.rows > 1 else (None, [])
    return [_image(table, column, times, cards) for column in columns]


def is_image(column: Column) -> bool:
    """Whether the cells of a column are images: large enough along two axes."""
    sides = sorted(length for length in column.shape if length > 1)
    if not column.is_numeric or len(sides) < 2:
        return False
    shorter, longer = sides[-2:]
    if _NAMED.fullmatch(column.name.upper()):
        return shorter * longer >= _LEAST_PIXELS
    return shorter >= _LEAST_SIDE and longer >= _LEAST_SQUARE


def _order(column: Column) -> tuple[int, int]:
    name = column.name.upper()
    return _MAIN.index(name) if name in _MAIN else len(_MAIN), column.number


def _image(table: Table, column: Column, times: AxisValues | None, time_cards: Cards) -> Hdu:
    shape = column.shape if table.rows == 1 else (table.rows, *column.shape)
    cards = [("BUNIT", column.unit), *cell_cards(table.header, column.number)]
    axis = len(column.shape) + 1
    tabulated = {}
    if times is not None:
        cards += [(f"CTYPE{axis}", "TIME"), *time_cards]
        tabulated = {axis: times}
    stored = table.stored(column, column.shape)
    # A single cell is contiguous.
    step = None if table.rows == 1 else stored.step
    return replace(
        stored,
        shape=shape,
        step=step,
        tabulated=tabulated,
        header=image_header(table.header, cards),
    )


def _times(table: Table, mapped: MappedFile) -> tuple[AxisValues | None, Cards]:
    """Times of the rows, and the cards of their reference; None without a column of times."""
    column = table.named(*_TIMES)
    if column is None or not column.is_numeric or column.repeat != 1 or table.rows > _MOST_TIMES:
        return None, []
    stored = table.stored(column)
    with BusErrorCheck():
        numbers: NDArray[Any] = np.array(mapped.view(stored)[:, 0])
    mapped.account(table.rows * table.row)
    values = column.scaling.doubles(numbers)
    known = np.isfinite(values)
    if column.scaling.blank is not None:
        known &= numbers != column.scaling.blank
    unit, cards, zero = _reference(table, column)
    values -= zero
    listed = [v if k else None for v, k in zip(values.tolist(), known.tolist(), strict=True)]
    return AxisValues(tuple(listed), unit), cards


def _reference(table: Table, column: Column) -> tuple[str, Cards, float]:
    """Unit of times, the cards that define their zero, and a number to subtract from them.

    Kepler and TESS give days since BJDREFI + BJDREFF, and the unit "BJD - 2454833".
    """
    is_days = column.unit.upper().startswith(_DAYS) or column.name.upper() in _DAYS
    unit = "d" if is_days else column.unit or table.text("TIMEUNIT") or "s"
    for prefix, keyword in _REFERENCES:
        parts = {part: table.number(prefix + part) for part in ("", "I", "F")}
        if any(part is not None for part in parts.values()):
            return unit, [(keyword + part, v) for part, v in parts.items() if v is not None], 0.0
    if column.name.upper() not in _DAYS:
        return unit, [], 0.0
    return unit, [("MJDREF", 0.0)], 0.0 if column.name.upper() == "MJD" else _MJD_ZERO
