"""World coordinates of an axis that are stored in a table of the file.

These are the ``-TAB`` algorithm of the standard (Greisen et al. 2006, A&A 446, 747, section 6), for
tables of a single axis, and the energies of counts cubes: ENERGIES and EBOUNDS as the tools of
Fermi and HEASARC write them, and the table that BANDSHDU names, by the convention of gamma-ray data
formats (GADF 0.3).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.fits.hdus import AxisValues, header_value

_MOST_BYTES = 1 << 24
_CENTRES = ("ENERGY", "MEAN_ENERGY")
_BOUNDS = (("E_MIN", "E_MAX"), ("ENERGY_MIN", "ENERGY_MAX"))

Doubles = NDArray[np.float64]


def tabulated(header: Any, shape: Sequence[int], hdus: Sequence[Any]) -> Mapping[int, AxisValues]:
    """Find the coordinates of axes that tables of the file hold, by FITS axis number.

    Parameters
    ----------
    header : astropy.io.fits.Header
        Of the array.
    shape : sequence of int
        Of the array, slowest axis first.
    hdus : sequence
        All HDUs of the file as astropy has them.
    """
    found = {}
    for number, length in enumerate(reversed(shape), 1):
        if number < 3 and not header_value(header, f"PS{number}_0"):
            continue
        for look in (_by_lookup, _by_energies):
            # A broken table only loses its own values; astropy raises many kinds of errors.
            values = _tried(look, header, number, length, hdus) if length > 1 else None
            if values is not None:
                found[number] = values
                break
    return found


def _tried(look: Callable[..., AxisValues | None], *arguments: Any) -> AxisValues | None:
    try:
        return look(*arguments)
    except Exception:  # noqa: BLE001 - see tabulated
        return None


def _by_lookup(header: Any, number: int, length: int, hdus: Sequence[Any]) -> AxisValues | None:
    """Coordinates by ``-TAB``: intermediate coordinates are looked up in an index vector."""
    name = str(header_value(header, f"PS{number}_0", "")).strip()
    if not name or not _text(header, f"CTYPE{number}").endswith("-TAB"):
        return None
    version = int(header_value(header, f"PV{number}_1", 1))
    table = _table(hdus, name, version)
    if table is None or len(table.data) != 1:
        return None
    coordinates = _column(table, header_value(header, f"PS{number}_1"))
    if coordinates is None:
        return None
    word = header_value(header, f"PS{number}_2")
    index = _column(table, word) if word else np.arange(1.0, coordinates.size + 1)
    if index is None or index.size != coordinates.size or coordinates.size < 2:
        return None
    values = _interpolated(_intermediate(header, number, length), index, coordinates)
    return AxisValues(
        tuple(float(value) if np.isfinite(value) else None for value in values),
        str(header_value(header, f"CUNIT{number}", "")).strip() or None,
    )


def _intermediate(header: Any, number: int, length: int) -> Doubles:
    step = header_value(header, f"CD{number}_{number}")
    if step is None:
        scale = header_value(header, f"PC{number}_{number}", 1.0)
        step = float(header_value(header, f"CDELT{number}", 1.0)) * float(scale)
    pixels = np.arange(1.0, length + 1) - float(header_value(header, f"CRPIX{number}", 0.0))
    made: Doubles = float(header_value(header, f"CRVAL{number}", 0.0)) + float(step) * pixels
    return made


def _interpolated(at: Doubles, index: Doubles, coordinates: Doubles) -> Doubles:
    """Interpolate linearly in a monotonic index, and up to half a step beyond its ends."""
    sign = 1.0 if index[-1] >= index[0] else -1.0
    index, at = sign * index, sign * at
    cell = np.clip(np.searchsorted(index, at, side="right") - 1, 0, index.size - 2)
    with np.errstate(all="ignore"):
        share = (at - index[cell]) / (index[cell + 1] - index[cell])
    made = coordinates[cell] + share * (coordinates[cell + 1] - coordinates[cell])
    beyond = ((cell == 0) & (share < -0.5)) | ((cell == index.size - 2) & (share > 1.5))
    return np.where(beyond, np.nan, made)


def _by_energies(header: Any, number: int, length: int, hdus: Sequence[Any]) -> AxisValues | None:
    """Energies of each plane, or the geometric mean of the bounds of its bin."""
    named = _text(header, "BANDSHDU")
    kind = _text(header, f"CTYPE{number}")
    if not named and "ENER" not in kind:
        return None
    for name in filter(None, (named, "ENERGIES", "EBOUNDS")):
        table = _table(hdus, name)
        if table is None:
            continue
        for centre in _CENTRES:
            energies = _column(table, centre)
            if energies is not None and energies.size == length:
                return _energies(table, centre, energies)
        for low, high in _BOUNDS:
            least, most = _column(table, low), _column(table, high)
            if least is None or most is None or not least.size == most.size == length:
                continue
            return _energies(table, low, np.sqrt(least * most))
    return None


def _energies(table: Any, column: str, values: Doubles) -> AxisValues:
    unit = next(c.unit for c in table.columns if c.name.upper() == column)
    return AxisValues(tuple(map(float, values)), unit or None)


def _text(header: Any, keyword: str) -> str:
    return str(header_value(header, keyword, "") or "").strip().upper()


def _table(hdus: Sequence[Any], name: str, version: int = 1) -> Any:
    """Find a table by name; None if it does not exist or is far too large for an axis."""
    for hdu in hdus[1:]:
        if type(hdu).__name__ == "BinTableHDU" and hdu.name.upper() == name.upper():
            small = hdu.header["NAXIS1"] * hdu.header["NAXIS2"] <= _MOST_BYTES
            if hdu.ver == version and small:
                return hdu
    return None


def _column(table: Any, name: Any) -> Doubles | None:
    wanted = str(name or "").strip().upper()
    for column in table.columns:
        if column.name.upper() == wanted:
            made: Doubles = np.array(table.data[column.name], np.float64).ravel()
            return made
    return None
