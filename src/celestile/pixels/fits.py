"""What lies in a FITS file, and where: the only module that reads through `astropy.io.fits`.

Headers are parsed once; pixels are described by their place in the file, so that they can be mapped
(see `celestile.pixels.mapped`). Nothing is loaded that was not asked for.
"""

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.errors import SourceChangedError, UnservableImageError
from celestile.pixels.axis_tables import tabulated
from celestile.pixels.decoded import CompressedFile
from celestile.pixels.diagnosis import (
    BITPIX,
    MOST_AXES,
    diagnose,
    image_columns,
    without_image,
)
from celestile.pixels.hdus import Hdu, Index, finite, header_value, hush
from celestile.pixels.mapped import MappedFile
from celestile.pixels.scaling import Scaling
from celestile.pixels.spool import Spool
from celestile.pixels.structure import Beginning, Unsound, unsound
from celestile.pixels.unpack import CORRUPT, opener_of

HEADER_BLOCK = 2880
"""Bytes; FITS 4.0, section 3.1."""

_LEAST_HELD = 0.01  # of an array, for it to be shown
_DTYPES = {8: ">u1", 16: ">i2", 32: ">i4", 64: ">i8", -32: ">f4", -64: ">f8"}


class FitsFile:
    """A file's arrays.

    Parameters
    ----------
    original : pathlib.Path
        The file.
    spool : Spool
        Keeps decompressed copies.
    path : pathlib.Path
        The file with plain bytes: the original, or its decompressed copy.
    key : str
        Identity: resolved original path, size and modification time.
    primary : astropy.io.fits.Header
        The primary header.
    hdus : tuple of Hdu
        Those that hold images of at least one pixel, in file order.
    notes : tuple of str
        What could not be read.
    count : int
        HDUs of the file, tables and empty ones among them.

    Attributes
    ----------
    path, key, primary, hdus, notes, count
        As given.
    """

    def __init__(
        self,
        original: Path,
        spool: Spool,
        path: Path,
        key: str,
        *,
        primary: Any,
        hdus: tuple[Hdu, ...],
        notes: tuple[str, ...] = (),
        count: int = 0,
    ) -> None:
        self._original = original
        self._spool = spool
        self.path = path
        self.key = key
        self.primary = primary
        self.hdus = hdus
        self.notes = notes
        self.count = count
        self._mapped = MappedFile(self.plain)
        self._compressed = CompressedFile(self.plain, open_file)

    def plain(self) -> Path:
        """Path of the plain bytes; a decompressed copy that was evicted is made anew.

        Raises
        ------
        SourceChangedError
            If the file is not what it was.
        """
        if self.path == self._original or self.path.exists():
            return self.path
        path, key = self._spool.plain(self._original)
        if key != self.key:
            raise SourceChangedError("the file has changed while it was being served")
        return path

    def damage(self, hdu: Hdu) -> tuple[str, ...]:
        """What has turned out to be damaged in an array so far."""
        return self._compressed.damage(hdu) if hdu.compressed else ()

    def read(self, hdu: Hdu, index: Index) -> NDArray[Any]:
        """Stored numbers of a part of an array, of any byte order.

        Not to be written to, and good until this thread reads again.

        Raises
        ------
        SourceChangedError
            If the file has shrunk or is gone.
        UnservableImageError
            If the pixels cannot be decoded.
        """
        if hdu.problem is not None:
            raise UnservableImageError(hdu.problem)
        if hdu.compressed:
            return self._compressed.read(hdu, index)
        return self._mapped.read(hdu, index)


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
    SourceChangedError
        If it cannot be opened any more.
    """
    _check_beginning(path)
    plain, key = spool.plain(path)
    notes: list[str] = []
    stop: Unsound | None = None
    try:
        stop = unsound(plain)
        with open_hdus(plain) as hdulist:
            primary = hdulist[0].header
            size = plain.stat().st_size
            readable = _readable(hdulist, plain, size, notes)
            if stop is not None:
                notes.append(f"from HDU {stop.index} on the file cannot be read: {stop.reason}")
            found = tuple(_hdus(readable, plain, size, notes))
            nothing = "" if found else without_image(readable)
            notes += image_columns(readable) if found else ()
    except FileNotFoundError as error:
        raise SourceChangedError("the file vanished while it was opened") from error
    except Exception as error:
        # astropy has no common base for what a malformed file makes it raise.
        reason = diagnose(plain) or (stop and stop.reason) or _reason(error)
        raise UnservableImageError(f"the FITS structure cannot be read: {reason}") from error
    if not found:
        raise UnservableImageError(notes[0] if notes else nothing)
    told, count = tuple(notes), len(readable)
    return FitsFile(path, spool, plain, key, primary=primary, hdus=found, notes=told, count=count)


def _check_beginning(path: Path) -> None:
    """Refuse what is not FITS by its first bytes, before any copy of it is made."""
    opener = opener_of(path)
    try:
        with path.open("rb") if opener is None else opener(path) as stream:
            head = stream.read(9)
    except CORRUPT as error:
        raise UnservableImageError("the compressed file is truncated or corrupt") from error
    except OSError as error:
        # bz2 reports corrupt data as an OSError without an error number.
        if error.errno is None:
            raise UnservableImageError("the compressed file is corrupt") from error
        raise SourceChangedError(f"the file cannot be read: {error.strerror}") from error
    if not head:
        raise UnservableImageError("the file is empty")
    if head.startswith(b"\x1f\x9d"):
        raise UnservableImageError(
            "the file is packed by compress (.Z), which is not read; gunzip unpacks it"
        )
    if head != b"SIMPLE  =":
        raise UnservableImageError("this is not a FITS file: it does not begin with SIMPLE")


def _reason(error: Exception) -> str:
    """What an error of astropy says, in one line and without a path of our disk."""
    if isinstance(error, OSError) and error.errno == errno.EINVAL:
        return "its headers promise more data than any file holds"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, TypeError | KeyError | AttributeError | IndexError):
        return "its header makes no sense"  # what Python says of that tells nobody anything
    return next(iter(str(error).splitlines()), "") or type(error).__name__


@contextmanager
def open_hdus(path: Path) -> Iterator[Any]:
    """Open a file with astropy, stored numbers left as they are."""
    hdulist = open_file(path)
    with hdulist:
        yield hdulist


def open_file(path: Path) -> Any:
    """Open a file with astropy; whoever calls this closes it."""
    from astropy.io import fits  # noqa: PLC0415 - astropy loads slowly

    hush()
    stop = unsound(path)
    stream = path.open("rb") if stop is None else Beginning(path, stop.offset)
    try:
        return fits.open(
            stream, mode="readonly", memmap=True, lazy_load_hdus=True, do_not_scale_image_data=True
        )
    except BaseException:
        stream.close()
        raise


def _readable(hdulist: Any, path: Path, size: int, notes: list[str]) -> list[Any]:
    """HDUs of an open file, up to where it can be read."""
    found: list[Any] = []
    end = 0
    while True:
        try:
            hdu = hdulist[len(found)]
            if not hasattr(hdu, "fileinfo"):
                notes.append("SIMPLE is F: the file does not claim to follow the FITS standard")
                return found
            place = hdu.fileinfo()
        except IndexError:
            if 0 < end < size and _begins_hdu(found[-1], end):
                notes.append(f"HDU {len(found)} is cut off: the file ends within its header")
            return found
        except Exception as error:  # noqa: BLE001 - see scan
            reason = diagnose(path, end) or _reason(error)
            notes.append(f"from HDU {len(found)} on the file cannot be read: {reason}")
            return found
        if found and place["hdrLoc"] < end:
            # Sizes below zero would have the same HDU read for ever.
            notes.append(f"from HDU {len(found)} on the file cannot be read: HDUs overlap")
            return found
        end = max(place["datLoc"], place["datLoc"] + place["datSpan"])
        found.append(hdu)


def _begins_hdu(before: Any, place: int) -> bool:
    stream = before.fileinfo()["file"]
    stream.seek(place)
    return bool(stream.read(8) == b"XTENSION")


def _hdus(readable: Sequence[Any], path: Path, size: int, notes: list[str]) -> Iterator[Hdu]:
    """Arrays among HDUs; what cannot be read is noted and costs no other array."""
    for index, hdu in enumerate(readable):
        try:
            found = _describe(hdu, index, size)
        except Exception as error:  # noqa: BLE001 - see scan
            told = isinstance(error, UnservableImageError)
            reason = None if told else diagnose(path, hdu.fileinfo()["hdrLoc"])
            notes.append(f"HDU {index} cannot be read: {reason or _reason(error)}")
        else:
            if found is not None:
                tables = tabulated(found.header, found.shape, readable)
                yield replace(found, tabulated=tables) if tables else found


def _describe(hdu: Any, index: int, size: int) -> Hdu | None:
    """Describe an array; None for a table, and for what has no pixel."""
    compressed = type(hdu).__name__ == "CompImageHDU"
    shape = _shape(hdu)
    if shape is None:
        return None
    header = hdu.header
    bitpix = header_value(header, "BITPIX", 0)
    if bitpix not in _DTYPES:
        allowed = ", ".join(map(str, BITPIX))
        raise UnservableImageError(f"BITPIX is {bitpix}; it must be one of {allowed}")
    if len(shape) > MOST_AXES:
        raise UnservableImageError(f"it has {len(shape)} axes; at most {MOST_AXES} can be shown")
    name = str(header_value(header, "EXTNAME", "") or "").strip()
    version = header_value(header, "EXTVER", 1)
    place = hdu.fileinfo()
    dtype = np.dtype(_DTYPES[bitpix])
    described = Hdu(
        index=index,
        name="" if name == "COMPRESSED_IMAGE" else name,
        version=version if isinstance(version, int) else 1,
        shape=shape,
        dtype=dtype,
        scaling=_scaling(header, dtype),
        offset=int(place["datLoc"]),
        compressed=compressed,
        header=header,
        notes=tuple(_oddities(header)),
        tile_shape=_tile_shape(hdu, len(shape)) if compressed else (),
    )
    # The last block of compressed pixels may lack its padding.
    compressed_end = described.offset + int(place["datSpan"]) - HEADER_BLOCK + 1
    end = compressed_end if compressed else described.end
    return described if end <= size else _cut(described, end, size)


def _cut(hdu: Hdu, end: int, size: int) -> Hdu:
    """Describe an array that the file's end cuts off: what is there of it is shown."""
    said = f"the file is truncated: its header promises {end} bytes, it has {size}"
    if hdu.compressed:
        return replace(hdu, notes=(*hdu.notes, f"{said}; tiles behind its end are missing"))
    pixels, held = prod(hdu.shape), (size - hdu.offset) // hdu.dtype.itemsize
    if held < _LEAST_HELD * pixels:
        return replace(hdu, problem=said)
    share = f"{100.0 * held / pixels:.3g} % of the pixels are there, the others missing"
    return replace(hdu, held=held, notes=(*hdu.notes, f"{said}; {share}"))


def _tile_shape(hdu: Any, dimensions: int) -> tuple[int, ...]:
    shape = tuple(int(length) for length in hdu.tile_shape)
    return (1,) * (dimensions - len(shape)) + shape


def _oddities(header: Any) -> Iterator[str]:
    """What is said in a header and makes no sense, and how it is taken."""
    for keyword, default in (("BSCALE", 1), ("BZERO", 0)):
        value = header_value(header, keyword)
        if value is not None and finite(value) is None:
            yield f"{keyword} is {str(value)[:40]!r}, no number; it is taken for {default}"
        elif keyword == "BSCALE" and value == 0:
            yield "BSCALE is 0, which would make all pixels equal; it is taken for 1"
    soft, offset = (finite(header_value(header, word)) for word in ("BSOFTEN", "BOFFSET"))
    if soft is not None and offset is not None:
        # Pan-STARRS keeps images so (Waters et al. 2020, ApJS 251, 4).
        yield (
            "pixels are shown as stored, on a scale of magnitudes: they count"
            f" {offset:g} + 2 * {soft:g} * sinh(value * 0.4 ln 10)"
        )


def _shape(hdu: Any) -> tuple[int, ...] | None:
    """Shape of an image of at least one pixel, slowest axis first; None for anything else."""
    if not hdu.is_image or type(hdu).__name__ == "GroupsHDU":
        return None
    shape = tuple(int(length) for length in hdu.shape)
    if len(shape) == 1:
        shape = (1, *shape)  # a spectrum is shown as an image of one row
    return shape if len(shape) > 1 and min(shape) > 0 else None


def _scaling(header: Any, dtype: np.dtype[Any]) -> Scaling:
    def number(keyword: str, default: float) -> float:
        value = finite(header_value(header, keyword, default))
        return default if value is None else value

    blank = header_value(header, "BLANK")
    # BLANK has no meaning for floating point (FITS 4.0, section 4.4.2.5).
    is_number = isinstance(blank, int | float) and abs(blank) < 2**63
    is_integer = dtype.kind in "iu" and is_number
    slope = number("BSCALE", 1.0)
    return Scaling(
        slope=slope if slope != 0.0 else 1.0,
        offset=number("BZERO", 0.0),
        blank=int(blank) if is_integer else None,
    )
