"""Descriptions of the arrays in a FITS file, and of their headers, however broken these are."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from math import prod
from typing import Any

import numpy as np

from celestile.pixels.fits.scaling import Scaling
from celestile.pixels.image import Card


@dataclass(frozen=True, slots=True)
class AxisValues:
    """World coordinates along an axis.

    Parameters
    ----------
    values : tuple of float or None
        Of each pixel; None where unknown.
    unit : str or None
        SI for spectral axes of the standard's names, else as the header has it.
    """

    values: tuple[float | None, ...]
    unit: str | None = None


Index = tuple[slice | int, ...]
"""Into an array, whose axes are sliced slowest first."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hdu:
    """An array in a file.

    Parameters
    ----------
    index : int
        As astropy counts: 0 is the primary.
    name, version : str, int
        EXTNAME ("" if there is none) and EXTVER.
    shape : tuple of int
        Slowest axis first.
    dtype : numpy.dtype
        As stored: big-endian.
    scaling : Scaling
        To physical units.
    offset : int
        Byte of the first pixel in the (decompressed) file.
    compressed : bool
        Tile-compressed: not to be mapped.
    tile_shape : tuple of int
        Pixels that are compressed together, slowest axis first; empty where nothing is.
    header : astropy.io.fits.Header
        Not to be changed.
    problem : str or None
        Why the pixels cannot be read, if so.
    held : int or None
        Pixels that are there, of an uncompressed array that the file's end cuts off.
    notes : tuple of str
        What a reader should know: what is missing, what is odd.
    tabulated : mapping of int to AxisValues
        Coordinates of axes, by their numbers as FITS counts, that tables of the file hold.
    """

    index: int
    name: str
    version: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    scaling: Scaling
    offset: int
    compressed: bool
    header: Any = field(repr=False)
    problem: str | None = None
    tile_shape: tuple[int, ...] = ()
    held: int | None = None
    notes: tuple[str, ...] = ()
    tabulated: Mapping[int, "AxisValues"] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """Byte behind the last pixel that is there, if they are not compressed."""
        pixels = prod(self.shape) if self.held is None else self.held
        return self.offset + pixels * self.dtype.itemsize

    @property
    def tile_rows(self) -> int:
        """Rows that have to be decoded for one of them; 1 where nothing is compressed."""
        return self.tile_shape[-2] if len(self.tile_shape) > 1 else 1

    def get(self, keyword: str, default: Any = None) -> Any:
        """Value of a keyword, or the default where it is absent, undefined or unreadable."""
        return header_value(self.header, keyword, default)

    def number(self, keyword: str) -> float | None:
        """Value of a keyword if it is a finite number: ``1E400`` is none."""
        return finite(self.get(keyword))

    def text(self, keyword: str) -> str:
        """Value of a keyword as stripped text; empty where absent."""
        value = self.get(keyword)
        return "" if value is None else str(value).strip()


def ignore_astropy_warnings() -> None:
    """Keep astropy's remarks on odd headers out of the log: such files are served all the same.

    For good, since `warnings.catch_warnings` swaps state that all threads share.
    """
    category = _remark()
    # Setting the filter anew for each of thousands of header cards would take most of their time.
    if warnings.filters[:1] != [("ignore", None, category, None, 0)]:
        warnings.simplefilter("ignore", category)


@cache
def _remark() -> type[Warning]:
    from astropy.utils.exceptions import AstropyWarning  # noqa: PLC0415 - astropy loads slowly

    remark: type[Warning] = AstropyWarning
    return remark


def finite(value: Any) -> float | None:
    """Take a card's value as a number, if it is a finite one: ``1E400`` is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # an integer of hundreds of digits
        return None
    return number if np.isfinite(number) else None


def header_value(header: Any, keyword: str, default: Any = None) -> Any:
    """Value of a keyword of an astropy header, however broken its card is."""
    ignore_astropy_warnings()
    try:
        value = header.get(keyword, default)
    except Exception:  # noqa: BLE001 - astropy raises many kinds for a malformed card
        return default
    return default if type(value).__name__ == "Undefined" else value


def cards(header: Any) -> tuple[Card, ...]:
    """All cards of an astropy header; a malformed one is kept as the text that it is."""
    ignore_astropy_warnings()
    found = []
    for card in header.cards:
        try:
            value, comment = card.value, str(card.comment)
            found.append(Card(keyword=card.keyword, value=_plain(value), comment=comment))
        except Exception:  # noqa: BLE001 - astropy raises many kinds for a malformed card
            image = str(getattr(card, "_image", "") or "")
            found.append(Card(keyword=image[:8].strip(), value=image[8:].strip(), comment=""))
    return tuple(found)


def _plain(value: Any) -> str | int | float | bool | None:
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value)
    return None if type(value).__name__ == "Undefined" else str(value)
