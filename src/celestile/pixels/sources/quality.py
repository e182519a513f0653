"""Names of the bits of quality planes, from all that a file says."""

from collections.abc import Iterator

from celestile.errors import CelestileError
from celestile.pixels.axes.flags import flags_of
from celestile.pixels.fits.file import FitsFile
from celestile.pixels.fits.hdus import Hdu, header_value
from celestile.pixels.mosaic import choice
from celestile.pixels.plane import Flags

_WORDS = ("TELESCOP", "INSTRUME", "DETECTOR", "PLVER", "DES_EXT")
_TABLE = "DQ_DEF"
_MOST_ROWS = 256


def quality_flags(file: FitsFile, hdu: Hdu) -> Flags | None:
    """Describe the numbers of an array if it is a mask; may read a small table."""
    if not choice.is_mask(hdu):
        return None
    words = {
        key: (hdu.text(key) or str(header_value(file.primary, key) or "")).strip().upper()
        for key in _WORDS
    }
    return flags_of(hdu, words, _definitions(file))


def _definitions(file: FitsFile) -> Iterator[tuple[int, str, str]]:
    """Rows of the table of bits that reference files of JWST have."""
    if not any(header.name.upper() == _TABLE for header in file.headers):
        return
    try:
        with file.opened() as hdulist:
            rows = hdulist[_TABLE].data[:_MOST_ROWS]
            names = {name.upper() for name in rows.names}
            if {"BIT", "NAME"} <= names:
                for row in rows:
                    text = str(row["DESCRIPTION"]) if "DESCRIPTION" in names else ""
                    yield int(row["BIT"]), str(row["NAME"]), text
    except (CelestileError, OSError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return  # a damaged table names no bits
