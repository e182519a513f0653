"""Cubes whose planes are images with headers of their own, in a table of group parameters.

The Space Telescope archive converts images of several groups (GEIS, as of WFPC2) so: the third axis
is GROUP_NUMBER, and each row of the table has the cards of one plane.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from celestile.pixels.fits.hdus import Hdu, header_value

_AXIS = "GROUP_NUMBER"
_KEYWORD = re.compile(r"[A-Z0-9_-]{1,8}")
_TABLES = ("TableHDU", "BinTableHDU")


def with_groups(arrays: Sequence[Hdu], hdus: Sequence[Any]) -> tuple[Hdu, ...]:
    """Add the planes of cubes of groups to the arrays of a file, each with its own header.

    Parameters
    ----------
    arrays : sequence of Hdu
        Of a file.
    hdus : sequence
        All HDUs of the file as astropy has them.

    Returns
    -------
    tuple of Hdu
        The arrays, then the planes, which continue the numbers of the HDUs.
    """
    planes: list[Hdu] = []
    listed = []
    for hdu in arrays:
        # A broken table only loses its own cards; astropy raises many kinds of errors.
        try:
            found = list(_planes(hdu, hdus, len(hdus) + len(planes)))
        except Exception:  # noqa: BLE001 - see above
            found = []
        planes += found
        listed.append(replace(hdu, is_grouped=True, notes=(*hdu.notes, _note())) if found else hdu)
    return (*listed, *planes)


def _note() -> str:
    return "each plane has a sky of its own, which it has as GROUP,1, GROUP,2, …; here all have one"


def _planes(hdu: Hdu, hdus: Sequence[Any], first: int) -> Iterator[Hdu]:
    is_plain = not hdu.compressed and hdu.held is None and hdu.problem is None
    if not is_plain or len(hdu.shape) != 3 or hdu.text("CTYPE3").upper() != _AXIS:
        return
    table = _table(hdus, hdu.shape[0])
    if table is None:
        return
    step = hdu.shape[1] * hdu.shape[2] * hdu.dtype.itemsize
    for number in range(hdu.shape[0]):
        yield replace(
            hdu,
            index=first + number,
            source=hdu.index,
            name="GROUP",
            version=number + 1,
            shape=hdu.shape[1:],
            offset=hdu.offset + number * step,
            header=_header(hdu.header, table, number),
            tabulated={},
        )


def _table(hdus: Sequence[Any], planes: int) -> Any:
    for hdu in hdus[1:]:
        if type(hdu).__name__ in _TABLES and header_value(hdu.header, "NAXIS2") == planes:
            names = {name.upper() for name in hdu.columns.names}
            if {"CRVAL1", "CRVAL2"} <= names:
                return hdu
    return None


def _header(header: Any, table: Any, number: int) -> Any:
    """Header of a plane: that of the cube, with the values of a row of the table."""
    made = header.copy()
    for name in table.columns.names:
        value = table.data[name][number]
        value = value.item() if isinstance(value, np.generic) else value
        is_number = isinstance(value, int | float) and np.isfinite(value)
        if _KEYWORD.fullmatch(name.upper()) and (is_number or isinstance(value, str)):
            made[name.upper()] = value.strip() if isinstance(value, str) else value
    return made
