"""What lies in a FITS file, and where: the only module that reads through `astropy.io.fits`.

Headers are parsed once; pixels are described by their place in the file, so that they can be mapped
(see `celestile.pixels.planes`). Nothing is loaded that was not asked for.
"""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.errors import SourceChangedError, UnservableImageError
from celestile.pixels.image import Card
from celestile.pixels.spool import Spool

HEADER_BLOCK = 2880
"""Bytes; FITS 4.0, section 3.1."""

_DTYPES = {8: ">u1", 16: ">i2", 32: ">i4", 64: ">i8", -32: ">f4", -64: ">f8"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scaling:
    """From stored to physical numbers (FITS 4.0, sections 4.4.2.5 and 5.3).

    Parameters
    ----------
    slope, offset : float
        BSCALE and BZERO.
    blank : int or None
        Stored integer that means missing.
    """

    slope: float = 1.0
    offset: float = 0.0
    blank: int | None = None

    def apply(self, stored: NDArray[Any]) -> NDArray[np.float32]:
        """Physical values in native float32; missing is NaN. The input is not changed."""
        if self.slope == 1.0 and self.offset == 0.0:
            with np.errstate(over="ignore"):
                values = stored.astype(np.float32, order="C")
        else:
            # Products of 32-bit integers and float32 would lose the digits that BZERO removes.
            wide = stored.dtype.itemsize > 2 or stored.dtype.kind == "f"
            scaled = stored.astype(np.float64 if wide else np.float32, order="C")
            scaled *= scaled.dtype.type(self.slope)
            scaled += scaled.dtype.type(self.offset)
            with np.errstate(over="ignore"):
                values = scaled.astype(np.float32, copy=False)
        if self.blank is not None:
            values[stored == self.blank] = np.nan
        return values

    def physical(self, stored: float) -> float | None:
        """One number in physical units at full precision; None where missing."""
        if self.blank is not None and stored == self.blank:
            return None
        value = stored if self.slope == 1.0 else stored * self.slope
        value = value if self.offset == 0.0 else value + self.offset
        return None if value != value else value


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
    header : astropy.io.fits.Header
        Not to be changed.
    problem : str or None
        Why the pixels cannot be read, if so.
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

    @property
    def nbytes(self) -> int:
        """Size of the uncompressed pixels."""
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize

    def get(self, keyword: str, default: Any = None) -> Any:
        """Value of a keyword, or the default where it is absent, undefined or unreadable."""
        return header_value(self.header, keyword, default)

    def number(self, keyword: str) -> float | None:
        """Value of a keyword if it is a number."""
        value = self.get(keyword)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value)

    def text(self, keyword: str) -> str:
        """Value of a keyword as stripped text; empty where absent."""
        value = self.get(keyword)
        return "" if value is None else str(value).strip()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FitsFile:
    """A file's arrays.

    Parameters
    ----------
    path : pathlib.Path
        The file with plain bytes: the original, or its decompressed copy.
    key : str
        Identity: resolved original path, size and modification time.
    primary : astropy.io.fits.Header
        The primary header.
    hdus : tuple of Hdu
        Those that hold images of at least one pixel, in file order.
    """

    path: Path
    key: str
    primary: Any = field(repr=False)
    hdus: tuple[Hdu, ...]


def header_value(header: Any, keyword: str, default: Any = None) -> Any:
    """Value of a keyword of an astropy header, however broken its card is."""
    from astropy.io.fits import VerifyError  # noqa: PLC0415 - astropy loads slowly
    from astropy.io.fits.card import Undefined  # noqa: PLC0415

    try:
        with _quiet():
            value = header.get(keyword, default)
    except (VerifyError, ValueError, KeyError):
        return default
    return default if isinstance(value, Undefined) else value


def cards(header: Any) -> tuple[Card, ...]:
    """All cards of an astropy header; a malformed one is kept as the text that it is."""
    found = []
    with _quiet():
        for card in header.cards:
            try:
                value, comment = card.value, str(card.comment)
                found.append(Card(keyword=card.keyword, value=_plain(value), comment=comment))
            except Exception:  # noqa: BLE001 - astropy raises many kinds for a malformed card
                image = str(getattr(card, "_image", "") or "")
                found.append(Card(keyword=image[:8].strip(), value=image[8:].strip(), comment=""))
    return tuple(found)


def scan(path: Path, spool: Spool) -> FitsFile:
    """Find the arrays of a file.

    Parameters
    ----------
    path : pathlib.Path
        An existing file: FITS, plain or compressed as a whole (gzip, bzip2, xz).
    spool : Spool
        Keeps decompressed copies.

    Raises
    ------
    UnservableImageError
        If it is not FITS or holds no image.
    """
    plain, key = spool.plain(path)
    size = plain.stat().st_size
    if size == 0:
        raise UnservableImageError("the file is empty")
    with plain.open("rb") as stream:
        if not stream.read(9).startswith(b"SIMPLE  ="):
            raise UnservableImageError("this is not a FITS file: it does not begin with SIMPLE")
    try:
        with _quiet(), open_hdus(plain) as hdulist:
            primary = hdulist[0].header
            found = tuple(_hdus(hdulist, size))
    except UnservableImageError:
        raise
    except FileNotFoundError as error:
        raise SourceChangedError("the file vanished while it was opened") from error
    except Exception as error:
        # astropy has no common base for what a malformed file makes it raise.
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UnservableImageError(f"the FITS structure cannot be read: {reason}") from error
    if not found:
        raise UnservableImageError("the file holds no image, only headers or tables")
    return FitsFile(path=plain, key=key, primary=primary, hdus=found)


@contextmanager
def open_hdus(path: Path) -> Iterator[Any]:
    """Open a file with astropy, stored numbers left as they are."""
    from astropy.io import fits  # noqa: PLC0415 - astropy loads slowly

    with _quiet():
        hdulist = fits.open(
            path, mode="readonly", memmap=True, lazy_load_hdus=True, do_not_scale_image_data=True
        )
    with hdulist:
        yield hdulist


def _hdus(hdulist: Any, size: int) -> Iterator[Hdu]:
    index = 0
    while True:
        try:
            hdu = hdulist[index]
        except IndexError:
            return
        if hdu.is_image and type(hdu).__name__ != "GroupsHDU":
            shape = tuple(int(length) for length in hdu.shape)
            if len(shape) == 1 and type(hdu).__name__ != "CompImageHDU":
                shape = (1, *shape)  # a spectrum is shown as an image of one row
            if len(shape) > 1 and min(shape) > 0:
                yield _describe(hdu, index, shape, size)
        index += 1


def _describe(hdu: Any, index: int, shape: tuple[int, ...], size: int) -> Hdu:
    header = hdu.header
    compressed = type(hdu).__name__ == "CompImageHDU"
    bitpix = int(header_value(header, "BITPIX", 0))
    if bitpix not in _DTYPES:
        raise UnservableImageError(f"BITPIX is {bitpix}, which FITS does not know")
    dtype = np.dtype(_DTYPES[bitpix])
    info = hdu.fileinfo()
    end = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize + int(info["datLoc"])
    problem = None
    if not compressed and end > size:
        problem = f"the file is truncated: its header promises {end} bytes, it has {size}"
    elif compressed and int(info["datLoc"]) + int(info["datSpan"]) - HEADER_BLOCK >= size:
        problem = "the file is truncated within its compressed pixels"
    name = str(header_value(header, "EXTNAME", "") or "").strip()
    version = header_value(header, "EXTVER", 1)
    return Hdu(
        index=index,
        name="" if name == "COMPRESSED_IMAGE" else name,
        version=version if isinstance(version, int) else 1,
        shape=shape,
        dtype=dtype,
        scaling=_scaling(header, dtype),
        offset=int(info["datLoc"]),
        compressed=compressed,
        header=header,
        problem=problem,
    )


def _scaling(header: Any, dtype: np.dtype[Any]) -> Scaling:
    def number(keyword: str, default: float) -> float:
        value = header_value(header, keyword, default)
        return float(value) if isinstance(value, int | float) else default

    blank = header_value(header, "BLANK")
    # BLANK has no meaning for floating point (FITS 4.0, section 4.4.2.5).
    is_integer = dtype.kind in "iu" and isinstance(blank, int | float)
    slope = number("BSCALE", 1.0)
    return Scaling(
        slope=slope if slope != 0.0 else 1.0,
        offset=number("BZERO", 0.0),
        blank=int(blank) if is_integer else None,
    )


class CompressedReader:
    """Reads parts of a tile-compressed array; one open file, one reader at a time.

    Parameters
    ----------
    path : pathlib.Path
        File with the array.
    index : int
        HDU as astropy counts.
    """

    def __init__(self, path: Path, index: int) -> None:
        self._path = path
        self._index = index
        self._lock = threading.Lock()

    def read(self, slices: tuple[slice | int, ...]) -> NDArray[Any]:
        """Stored numbers of a part of the array, whose axes are sliced slowest first."""
        with self._lock, open_hdus(self._path) as hdulist, _quiet():
            try:
                return np.asarray(hdulist[self._index].section[slices])
            except Exception as error:
                message = f"the compressed pixels of HDU {self._index} cannot be decoded"
                raise UnservableImageError(message) from error


def _plain(value: Any) -> str | int | float | bool | None:
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value)
    text = str(value)
    return None if "Undefined" in text else text


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep astropy's remarks on odd headers out of the log: we serve such files all the same."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
