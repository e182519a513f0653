"""Explain why a file cannot be opened, in sentences that name the allowed values."""

import errno
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from celestile.pixels.fits.hdus import header_value
from celestile.pixels.fits.headers.cards import (
    MOST_BLOCKS,
    MOST_CARDS,
    integer,
    raw_cards,
    value_of,
)

BITPIX = (8, 16, 32, 64, -32, -64)
MOST_AXES = 64
"""Maximum number of axes of a numpy array; FITS allows 999."""

_OTHER_FORMATS = (
    (b"#ASDF", "ASDF, as of Roman and DKIST"),
    (b"XISF", "XISF, as of PixInsight"),
    (b"\x89HDF", "HDF5"),
    (b"CDF\x01", "NetCDF"),
    (b"LUCAM-REC", "SER, as of planetary cameras"),
    (b"II*\x00", "TIFF, or the raw format of a camera"),
    (b"MM\x00*", "TIFF, or the raw format of a camera"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"<?xml", "XML, as VOTable and metadata"),
)
"""First bytes of formats that telescopes and cameras write."""

_MOST_NAMED = 4  # columns
_NO_IMAGE = "the file holds no image, only headers or tables"


def not_fits(head: bytes) -> str:
    """Describe a file that does not begin as FITS does.

    Parameters
    ----------
    head : bytes
        First nine bytes of the (decompressed) file.
    """
    found = next((name for magic, name in _OTHER_FORMATS if head.startswith(magic)), None)
    named = f"; its format is {found}" if found else ""
    return f"this is not a FITS file: it does not begin with SIMPLE{named}"


def diagnose(path: Path, offset: int = 0) -> str | None:
    """Find the problem of a header (FITS 4.0, section 4.4.1).

    Parameters
    ----------
    path : pathlib.Path
        An uncompressed file that begins as FITS does.
    offset : int
        Offset of the header in bytes.

    Returns
    -------
    str or None
        Description of the problem; None for a valid header.
    """
    values: dict[str, str] = {}
    ended, count = False, 0
    with path.open("rb") as stream:
        stream.seek(offset)
        for keyword, text in raw_cards(stream, MOST_BLOCKS):
            count += 1
            value = value_of(text)
            ended = keyword == "END"
            if keyword in values and keyword.startswith("NAXIS"):
                return f"{keyword} is given twice, as {values[keyword]} and as {value}"
            values[keyword] = value
    if values.get("SIMPLE", "T") not in ("T", "F"):
        return _wrong("SIMPLE", values, "T")
    if ended:
        return _mandatory(values)
    if count >= MOST_CARDS:
        return f"its header has more than {MOST_CARDS} cards"
    return _mandatory(values) or "its header has no END card"


def _mandatory(values: dict[str, str]) -> str | None:
    allowed = ", ".join(str(kind) for kind in BITPIX)
    if integer(values.get("BITPIX")) not in BITPIX:
        return _wrong("BITPIX", values, f"one of {allowed}")
    axes = integer(values.get("NAXIS"))
    if axes is None or not 0 <= axes <= 999:
        return _wrong("NAXIS", values, "an integer from 0 to 999")
    size = abs(int(values["BITPIX"])) // 8
    for axis in range(1, axes + 1):
        length = integer(values.get(f"NAXIS{axis}"))
        if length is None or not 0 <= length < 2**63:
            return _wrong(f"NAXIS{axis}", values, "an integer from 0 to 2^63 - 1")
        size *= length
    if size >= 2**63:
        return f"its axes declare {size} bytes, more than any file holds"
    return next(_not_numbers(values), None)


def _not_numbers(values: dict[str, str]) -> Iterator[str]:
    for keyword in ("PCOUNT", "GCOUNT", "TFIELDS"):
        count = integer(values.get(keyword, "0"))
        if count is None or not 0 <= count < 2**63:
            yield _wrong(keyword, values, "an integer from 0 to 2^63 - 1")
    for keyword in ("BSCALE", "BZERO"):
        try:
            float(values.get(keyword, "0").upper().replace("D", "E"))
        except ValueError:
            yield _wrong(keyword, values, "a number")


def _wrong(keyword: str, values: dict[str, str], allowed: str) -> str:
    if keyword not in values:
        return f"{keyword} is missing from its header, where it must be {allowed}"
    return f"{keyword} is {values[keyword][:40] or 'empty'}; it must be {allowed}"


def reason_of(error: Exception) -> str:
    """Message of an error of astropy, in one line and without paths of this machine."""
    if isinstance(error, OSError) and error.errno == errno.EINVAL:
        return "its headers declare more data than any file holds"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, TypeError | KeyError | AttributeError | IndexError):
        return "its header is invalid"  # the messages of these errors do not help users
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def without_image(hdus: Sequence[Any]) -> str:
    """Describe the contents of a file that holds no image.

    Parameters
    ----------
    hdus : sequence
        HDUs of astropy.
    """
    for index, hdu in enumerate(hdus):
        if type(hdu).__name__ == "GroupsHDU":
            return "the file holds random groups, as of radio visibilities, and no image"
        keywords, columns = hdu.header, _columns(hdu)
        if header_value(keywords, "ZTABLE") is True:
            return f"{_NO_IMAGE}: HDU {index} is a compressed table; decompress it with funpack"
        if str(header_value(keywords, "PIXTYPE", "")).upper() == "HEALPIX":
            return f"{_NO_IMAGE}: HDU {index} is a table of HEALPix cells without values"
        if {"X", "Y"} <= columns or {"RAWX", "RAWY"} <= columns:
            return (
                f"{_NO_IMAGE}: HDU {index} has columns of positions, but is not a list of events,"
                " for which EXTNAME or HDUCLAS1 is EVENTS"
            )
    table = next(_small_cells(hdus), None)
    return f"{_NO_IMAGE}: {table}" if table else _NO_IMAGE


def _small_cells(hdus: Sequence[Any]) -> Iterator[str]:
    """Describe tables whose cells have two axes, but are too small for images."""
    for index, hdu in enumerate(hdus):
        if type(hdu).__name__ != "BinTableHDU":
            continue
        names = []
        for number in range(1, 1000):
            kind = header_value(hdu.header, f"TFORM{number}")
            if kind is None:
                break
            lengths = re.findall(r"\d+", str(header_value(hdu.header, f"TDIM{number}", "")))
            is_matrix = sum(int(length) > 1 for length in lengths) > 1
            if is_matrix and str(kind).strip()[-1:] in "BIJKED":
                names.append(str(header_value(hdu.header, f"TTYPE{number}", number)))
        if names:
            more = ", …" if len(names) > _MOST_NAMED else ""
            listed = ", ".join(names[:_MOST_NAMED]) + more
            yield f"HDU {index} is a table whose cells are too small for images: {listed}"


def _columns(hdu: Any) -> set[str]:
    try:
        return {name.upper() for name in hdu.columns.names}
    except Exception:  # noqa: BLE001 - no table, or a broken one: astropy raises many kinds
        return set()
