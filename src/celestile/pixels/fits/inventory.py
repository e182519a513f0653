"""The arrays among the HDUs of a file: shape, type, offset, scaling and unusual headers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from celestile.errors import UnservableImageError
from celestile.pixels.fits.axis_tables import tabulated
from celestile.pixels.fits.hdus import Hdu, finite, header_value
from celestile.pixels.fits.headers.cards import BLOCK
from celestile.pixels.fits.headers.diagnosis import BITPIX, MOST_AXES, diagnose, reason_of
from celestile.pixels.fits.headers.inheritance import inherited
from celestile.pixels.fits.scaling import Scaling

_LEAST_HELD = 0.01  # share of an array that must be present for it to be shown
_MOST_TILE_BYTES = 1 << 29  # of a decoded tile; decoding takes a few times as much
_DTYPES = {8: ">u1", 16: ">i2", 32: ">i4", 64: ">i8", -32: ">f4", -64: ">f8"}


def readable(hdulist: Any, path: Path, size: int, notes: list[str]) -> list[Any]:
    """List the HDUs of an open file, up to where it can be read.

    Parameters
    ----------
    hdulist : astropy.io.fits.HDUList
        Opened lazily.
    path : pathlib.Path
        The uncompressed file.
    size : int
        Its size in bytes.
    notes : list of str
        Descriptions of problems are appended to it.
    """
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
        except Exception as error:  # noqa: BLE001 - astropy raises many kinds
            reason = diagnose(path, end) or reason_of(error)
            notes.append(f"from HDU {len(found)} on the file cannot be read: {reason}")
            return found
        if found and place["hdrLoc"] < end:
            # With negative sizes the same HDU would be read forever.
            notes.append(f"from HDU {len(found)} on the file cannot be read: HDUs overlap")
            return found
        end = max(place["datLoc"], place["datLoc"] + place["datSpan"])
        found.append(hdu)


def _begins_hdu(before: Any, place: int) -> bool:
    stream = before.fileinfo()["file"]
    stream.seek(place)
    return bool(stream.read(8) == b"XTENSION")


def arrays(hdus: Sequence[Any], path: Path, size: int, notes: list[str]) -> Iterator[Hdu]:
    """Describe the arrays among HDUs; unreadable ones are noted and skipped.

    Parameters
    ----------
    hdus : sequence
        As `readable` returns them.
    path, size, notes
        As there.
    """
    for index, hdu in enumerate(hdus):
        try:
            found = _describe(hdu, index, size, hdus[0].header)
        except Exception as error:  # noqa: BLE001 - astropy raises many kinds
            is_own = isinstance(error, UnservableImageError)
            reason = None if is_own else diagnose(path, hdu.fileinfo()["hdrLoc"])
            notes.append(f"HDU {index} cannot be read: {reason or reason_of(error)}")
        else:
            if found is not None:
                tables = tabulated(found.header, found.shape, hdus)
                yield replace(found, tabulated=tables) if tables else found


def _describe(hdu: Any, index: int, size: int, primary: Any) -> Hdu | None:
    """Describe an array; None for tables and arrays without pixels."""
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
        raise UnservableImageError(f"it has {len(shape)} axes; at most {MOST_AXES} are supported")
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
        header=inherited(header, primary),
        notes=tuple(_oddities(header)),
        tile_shape=_tile_shape(hdu, len(shape)) if compressed else (),
    )
    if compressed:
        described = replace(described, problem=_too_large(described))
    # The last block of compressed pixels may lack its padding.
    compressed_end = described.offset + int(place["datSpan"]) - BLOCK + 1
    end = compressed_end if compressed else described.end
    return described if end <= size else _cut(described, end, size)


def _too_large(hdu: Hdu) -> str | None:
    """Why the tiles of a compressed array cannot be decoded in the memory allowed."""
    sides = [min(pair) for pair in zip(hdu.tile_shape, hdu.shape, strict=True)]
    # Decoders unpack integers of at least 32 bits.
    most = _MOST_TILE_BYTES // max(hdu.dtype.itemsize, 4)
    if prod(sides) <= most:
        return None
    return (
        f"its compressed tiles have {' by '.join(map(str, reversed(sides)))} pixels; at most"
        f" {most} pixels in a tile are supported: compress it again in smaller tiles"
    )


def _cut(hdu: Hdu, end: int, size: int) -> Hdu:
    """Describe an array truncated by the end of the file; the pixels present are shown."""
    said = f"the file is truncated: its header declares {end} bytes, it has {size}"
    if hdu.compressed:
        return replace(hdu, notes=(*hdu.notes, f"{said}; tiles beyond its end are missing"))
    pixels, held = prod(hdu.shape), (size - hdu.offset) // hdu.dtype.itemsize
    if held < _LEAST_HELD * pixels:
        return replace(hdu, problem=said)
    share = f"{100.0 * held / pixels:.3g} % of the pixels are present"
    return replace(hdu, held=held, notes=(*hdu.notes, f"{said}; {share}"))


def _tile_shape(hdu: Any, dimensions: int) -> tuple[int, ...]:
    shape = tuple(int(length) for length in hdu.tile_shape)
    return (1,) * (dimensions - len(shape)) + shape


def _oddities(header: Any) -> Iterator[str]:
    """Invalid values in a header, with the values used instead."""
    for keyword, default in (("BSCALE", 1), ("BZERO", 0)):
        value = header_value(header, keyword)
        if value is not None and finite(value) is None:
            yield f"{keyword} is {str(value)[:40]!r}, not a number; {default} is used"
        elif keyword == "BSCALE" and value == 0:
            yield "BSCALE is 0, which would make all pixels equal; 1 is used"
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
