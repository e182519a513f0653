"""The contents of a FITS file: the only module that reads files through `astropy.io.fits`.

Headers are parsed once. Pixels are described by their position in the file, so that they can be
mapped into memory (see `celestile.pixels.fits.data.mapped`); they are loaded on demand.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.errors import SourceChangedError, UnservableImageError
from celestile.pixels.fits.data.decoded import CompressedFile
from celestile.pixels.fits.data.mapped import MappedFile
from celestile.pixels.fits.groups import with_groups
from celestile.pixels.fits.hdus import (
    DrawnCells,
    Hdu,
    HduHeader,
    Index,
    all_headers,
    ignore_astropy_warnings,
)
from celestile.pixels.fits.headers.diagnosis import (
    diagnose,
    not_fits,
    reason_of,
    without_image,
)
from celestile.pixels.fits.headers.structure import HeaderFault, TruncatedFile, find_header_fault
from celestile.pixels.fits.inventory import arrays, readable
from celestile.pixels.fits.spool import Spool
from celestile.pixels.fits.tables.images import with_tables
from celestile.pixels.fits.unpack import CORRUPT, opener_of


class FitsFile:
    """A file's arrays.

    Parameters
    ----------
    original : pathlib.Path
        The file.
    spool : Spool
        Keeps decompressed copies.
    path : pathlib.Path
        The uncompressed file: the original, or its decompressed copy.
    key : str
        Identity: resolved original path, size and modification time.
    primary : astropy.io.fits.Header
        The primary header.
    hdus : tuple of Hdu
        Those that hold images of at least one pixel, in file order.
    notes : tuple of str
        Descriptions of parts that could not be read.
    headers : tuple of HduHeader
        Of all HDUs of the file, tables and empty ones among them.
    end : int or None
        Offset at which the file ends for astropy (see `celestile.pixels.fits.headers.structure`).

    Attributes
    ----------
    path, key, primary, hdus, notes, headers
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
        headers: tuple[HduHeader, ...] = (),
        end: int | None = None,
    ) -> None:
        self._original = original
        self._spool = spool
        self.path = path
        self.key = key
        self.primary = primary
        self.hdus = hdus
        self.notes = notes
        self.headers = headers
        self._end = end
        self._mapped = MappedFile(self.plain)
        self._compressed = CompressedFile(self.plain, partial(_open, end=end))

    def plain(self) -> Path:
        """Path of the uncompressed file; an evicted copy is decompressed again.

        Raises
        ------
        SourceChangedError
            If the file has changed since it was scanned.
        """
        if self.path == self._original or self.path.exists():
            return self.path
        path, key = self._spool.plain(self._original)
        if key != self.key:
            raise SourceChangedError("the file has changed while it was being served")
        return path

    def opened(self) -> Any:
        """Open the file with astropy, as a context.

        Raises
        ------
        SourceChangedError
            As `plain`.
        """
        return _open(self.plain(), self._end)

    def written_header(self, hdu: Hdu) -> Any:
        """Header of an array as written; of a plane of groups, with the cards of its row."""
        if hdu.source is None or hdu.in_table:
            return self.headers[hdu.file_index].header
        return hdu.header

    def damage(self, hdu: Hdu) -> tuple[str, ...]:
        """Descriptions of the damage found in an array so far."""
        return self._compressed.damage(hdu) if hdu.compressed else ()

    def read(self, hdu: Hdu, index: Index) -> NDArray[Any]:
        """Read stored numbers of a part of an array, in any byte order.

        The result must not be modified, and is valid until this thread reads again.

        Raises
        ------
        SourceChangedError
            If the file has shrunk or is gone.
        UnservableImageError
            If the pixels cannot be decoded.
        """
        if hdu.problem is not None:
            raise UnservableImageError(hdu.problem)
        if hdu.drawn is not None:
            return hdu.drawn.read(self, index)
        if hdu.compressed:
            return self._compressed.read(hdu, index)
        return self._mapped.read(hdu, index)

    def at_sky(
        self, hdu: Hdu, layer: int, lon: NDArray[np.float64], lat: NDArray[np.float64]
    ) -> NDArray[Any]:
        """Read the cells of the sky at positions in degrees; errors as in `read`.

        `hdu` must be drawn from cells (`DrawnCells`).
        """
        if not isinstance(hdu.drawn, DrawnCells):
            raise TypeError("the array is not drawn from cells of the sky")
        return hdu.drawn.at(self, layer, lon, lat)

    def column(self, hdu: Hdu) -> NDArray[Any]:
        """Stored numbers of a column of a table, as a view of the file; errors as in `read`."""
        return self._mapped.view(hdu)

    def release(self, nbytes: int) -> None:
        """Report that about as many bytes of columns were read, to bound memory."""
        self._mapped.account(nbytes)

    def derived(self, name: str, nbytes: int, write: Callable[[Path], None]) -> Path:
        """Path of a file in the cache computed from this one; see `Spool.derived`."""
        return self._spool.derived(f"{self.key}-{name}", nbytes, write)


def scan(path: Path, spool: Spool) -> FitsFile:
    """Find the arrays of a file.

    Parameters
    ----------
    path : pathlib.Path
        An existing FITS file, uncompressed or compressed as a whole (gzip, bzip2, xz, zip).
    spool : Spool
        Keeps decompressed copies.

    Raises
    ------
    UnservableImageError
        If it is not FITS or holds no image.
    SourceChangedError
        If it can no longer be opened.
    """
    check_beginning(path)
    plain, key = spool.plain(path)
    notes: list[str] = []
    fault: HeaderFault | None = None
    try:
        fault = find_header_fault(plain)
        end = None if fault is None else fault.offset
        with _open(plain, end) as hdulist:
            primary = hdulist[0].header
            size = plain.stat().st_size
            hdus = readable(hdulist, plain, size, notes)
            if fault is not None and fault.note:
                notes.append(fault.note)
            found = with_groups(tuple(arrays(hdus, plain, size, notes)), hdus)
            found = with_tables(found, hdus, plain, size, notes)
            headers = all_headers(hdus)
            nothing = "" if found else without_image(hdus)
    except FileNotFoundError as error:
        raise SourceChangedError("the file vanished while it was opened") from error
    except Exception as error:
        # The errors that astropy raises for malformed files have no common base class.
        reason = diagnose(plain) or (fault and fault.reason) or reason_of(error)
        raise UnservableImageError(f"the FITS structure cannot be read: {reason}") from error
    if not found:
        raise UnservableImageError(notes[0] if notes else nothing)
    return FitsFile(
        path, spool, plain, key,
        primary=primary, hdus=found, notes=tuple(notes), headers=headers, end=end,
    )  # fmt: skip


def read_headers(path: Path, spool: Spool) -> tuple[HduHeader, ...]:
    """Headers of all HDUs of a file, also of one without an image; parameters as in `scan`.

    Raises
    ------
    UnservableImageError
        If it is not FITS, or if its structure cannot be read.
    SourceChangedError
        As `scan`.
    """
    check_beginning(path)
    plain, _ = spool.plain(path)
    try:
        fault = find_header_fault(plain)
        with _open(plain, None if fault is None else fault.offset) as hdulist:
            return all_headers(readable(hdulist, plain, plain.stat().st_size, []))
    except FileNotFoundError as error:
        raise SourceChangedError("the file vanished while it was opened") from error
    except Exception as error:  # as in `scan`
        raise UnservableImageError(
            f"the FITS structure cannot be read: {reason_of(error)}"
        ) from error


def check_beginning(path: Path) -> None:
    """Reject other formats by the first bytes, before the file is decompressed.

    Raises
    ------
    UnservableImageError
        If the file is not FITS, or its compressed stream is corrupt.
    SourceChangedError
        If it cannot be read.
    """
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
            "the file is packed by compress (.Z), which is not supported; decompress it with gunzip"
        )
    if head != b"SIMPLE  =":
        raise UnservableImageError(not_fits(head))


def _open(path: Path, end: int | None) -> Any:
    """Open a file with astropy, with stored numbers unscaled; it ends at `end` if that is given."""
    from astropy.io import fits  # noqa: PLC0415 - astropy loads slowly

    ignore_astropy_warnings()
    stream = path.open("rb") if end is None else TruncatedFile(path, end)
    try:
        return fits.open(
            stream, mode="readonly", memmap=True, lazy_load_hdus=True, do_not_scale_image_data=True
        )
    except BaseException:
        stream.close()
        raise
