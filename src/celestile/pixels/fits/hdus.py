"""Descriptions of the arrays in a FITS file and of their headers, including malformed ones."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import prod
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.fits.scaling import Scaling
from celestile.pixels.image import Card


@dataclass(frozen=True, slots=True)
class AxisValues:
    """World coordinates along an axis.

    Parameters
    ----------
    values : tuple of float or None
        Value at each pixel; None where unknown.
    unit : str or None
        SI for spectral axes with standard names, otherwise as in the header.
    """

    values: tuple[float | None, ...]
    unit: str | None = None


Index = tuple[slice | int, ...]
"""Index into an array, slowest axis first."""


class Layer(NamedTuple):
    """A column of a table that is one plane along the slowest axis of an array.

    Parameters
    ----------
    name : str
        TTYPE.
    unit : str
        TUNIT; empty if absent.
    """

    name: str
    unit: str = ""


class TableSource(Protocol):
    """A file as drawn arrays read it."""

    def column(self, hdu: "Hdu") -> NDArray[Any]:
        """Stored numbers of a column: a view of the file that is valid while it is unchanged."""

    def release(self, nbytes: int) -> None:
        """Report that about as many bytes of columns were read."""

    def derived(self, name: str, nbytes: int, write: Callable[[Path], None]) -> Path:
        """Path of a file computed from this one, which `write` makes if there is none yet."""


class Drawn(Protocol):
    """Pixels that are computed from the rows of a table."""

    def read(self, source: TableSource, index: Index) -> NDArray[Any]:
        """Compute a part of the array."""


@runtime_checkable
class DrawnCells(Drawn, Protocol):
    """Pixels that show cells of the sky, which can be read at any position."""

    def at(
        self,
        source: TableSource,
        layer: int,
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
    ) -> NDArray[Any]:
        """Value of the cell at each position in degrees, in the frame of the array's header."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hdu:
    """An array in a file.

    Parameters
    ----------
    index : int
        As counted by astropy: 0 is the primary HDU.
    name, version : str, int
        EXTNAME (empty if absent) and EXTVER.
    shape : tuple of int
        Slowest axis first.
    dtype : numpy.dtype
        Of the stored numbers: big-endian.
    scaling : Scaling
        Conversion to physical units.
    offset : int
        Offset in bytes of the first pixel in the (decompressed) file.
    compressed : bool
        Whether it is tile-compressed, so that it cannot be mapped.
    tile_shape : tuple of int
        Shape of a compressed tile, slowest axis first; empty for uncompressed arrays.
    header : astropy.io.fits.Header
        As it applies: with cards inherited from the primary header. Must not be modified.
    problem : str or None
        Why the pixels cannot be read; None if they can.
    held : int or None
        Number of pixels present in an uncompressed array that the end of the file truncates.
    notes : tuple of str
        Remarks for users about missing or unusual parts.
    tabulated : mapping of int to AxisValues
        Coordinates of axes that tables of the file hold, by FITS axis number.
    source : int or None
        Index of the HDU of the file that holds the array, if it is a plane of a cube of groups.
    is_grouped : bool
        Whether it is a cube of groups (see `celestile.pixels.fits.groups`).
    in_table : bool
        Whether its pixels are in a table (see `celestile.pixels.fits.tables`).
    step : int or None
        Bytes from one element of the slowest axis to the next, if they are not contiguous: the
        length of a row of a table.
    drawn : Drawn or None
        Computes the pixels, if the file does not hold them as an array.
    layers : tuple of Layer
        Columns along the slowest axis, if that is not an axis of the header.
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
    source: int | None = None
    is_grouped: bool = False
    in_table: bool = False
    step: int | None = None
    drawn: Drawn | None = None
    layers: tuple[Layer, ...] = ()

    @property
    def file_index(self) -> int:
        """Index of the HDU of the file."""
        return self.index if self.source is None else self.source

    @property
    def end(self) -> int:
        """Offset in bytes of the end of the pixels present in an uncompressed array."""
        if self.step is not None:
            row = prod(self.shape[1:]) * self.dtype.itemsize
            return self.offset + (self.shape[0] - 1) * self.step + row
        pixels = prod(self.shape) if self.held is None else self.held
        return self.offset + pixels * self.dtype.itemsize

    @property
    def tile_rows(self) -> int:
        """Number of rows decoded together; 1 for uncompressed arrays."""
        return self.tile_shape[-2] if len(self.tile_shape) > 1 else 1

    def get(self, keyword: str, default: Any = None) -> Any:
        """Value of a keyword, or the default where it is absent, undefined or unreadable."""
        return header_value(self.header, keyword, default)

    def number(self, keyword: str) -> float | None:
        """Value of a keyword if it is a finite number, which ``1E400`` is not."""
        return finite(self.get(keyword))

    def text(self, keyword: str) -> str:
        """Value of a keyword as stripped text; empty where absent."""
        value = self.get(keyword)
        return "" if value is None else str(value).strip()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HduHeader:
    """The header of any HDU of a file, also of one without an image.

    Parameters
    ----------
    index : int
        As counted by astropy.
    name, version : str, int
        EXTNAME, or "PRIMARY" or the empty string if absent; EXTVER.
    kind : {"PRIMARY", "IMAGE", "TABLE", "BINTABLE"} or str
        XTENSION.
    header : astropy.io.fits.Header
        As written; must not be modified.
    """

    index: int
    name: str
    version: int
    kind: str
    header: Any = field(repr=False)


def all_headers(hdus: Sequence[Any]) -> tuple[HduHeader, ...]:
    """Headers of HDUs of astropy."""
    found = []
    for index, hdu in enumerate(hdus):
        header = hdu.header
        name = str(header_value(header, "EXTNAME", "") or "").strip()
        version = header_value(header, "EXTVER", 1)
        kind = str(header_value(header, "XTENSION", "IMAGE")).strip() if index else "PRIMARY"
        found.append(
            HduHeader(
                index=index,
                name=name or ("" if index else "PRIMARY"),
                version=version if isinstance(version, int) else 1,
                kind=kind,
                header=header,
            )
        )
    return tuple(found)


def ignore_astropy_warnings() -> None:
    """Keep the warnings of astropy about unusual headers out of the log: such files are served.

    The filter is permanent, since `warnings.catch_warnings` changes state shared by all threads.
    """
    category = _remark()
    # Setting the filter for each of thousands of header cards would dominate the time.
    if warnings.filters[:1] != [("ignore", None, category, None, 0)]:
        warnings.simplefilter("ignore", category)


@cache
def _remark() -> type[Warning]:
    from astropy.utils.exceptions import AstropyWarning  # noqa: PLC0415 - astropy loads slowly

    remark: type[Warning] = AstropyWarning
    return remark


def finite(value: Any) -> float | None:
    """Return the value of a card as a float if it is finite, which ``1E400`` is not; else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # an integer of hundreds of digits
        return None
    return number if np.isfinite(number) else None


def header_value(header: Any, keyword: str, default: Any = None) -> Any:
    """Value of a keyword of an astropy header, even if its card is malformed."""
    ignore_astropy_warnings()
    try:
        value = header.get(keyword, default)
    except Exception:  # noqa: BLE001 - astropy raises many kinds for a malformed card
        return default
    return default if type(value).__name__ == "Undefined" else value


def cards(header: Any) -> tuple[Card, ...]:
    """All cards of an astropy header; a malformed one is kept as text."""
    ignore_astropy_warnings()
    found = []
    for card in header.cards:
        try:
            value, comment = card.value, str(card.comment)
            found.append(Card(keyword=card.keyword, value=_plain(value), comment=comment))
        except Exception:  # noqa: BLE001 - astropy raises many kinds for a malformed card
            image = str(getattr(card, "_image", "") or "")
            text = image[8:].removeprefix("=").strip()
            found.append(Card(keyword=image[:8].strip(), value=text, comment=""))
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
