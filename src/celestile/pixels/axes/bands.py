"""Whether the planes of an array are bands or colors, and their labels, in the header's words.

A few planes of a detector are exposures as often as they are colors, and no number of planes
decides. Planes along an axis of unknown kind are bands if the header says so:

1. CTYPE or CNAME of the axis is RGB, COLOR, BAND or FILTER. ``CTYPE3 = 'RGB'`` is the convention
   of Aladin, which Siril, fitscut and astrometry.net follow.
2. It has a label for each plane: BANDn, FILTERn, FILTn or COLORn that count from 1 or from 0 (the
   cutouts of the Legacy Surveys have BAND0 to BAND2), or a list: ``BANDS = 'grz'``,
   ``FILTER = 'R,G,B'``.
3. There are three planes, and COLORSPC (PixInsight), COLORTYP (SharpCap) or a similar keyword is
   not monochrome.
4. There are three planes, no keyword counts three exposures (NINTS, NGROUPS, …), and they are 8-bit
   numbers other than masks; or the file is by a program that stacks pictures and stores only colors
   in this way; or it has the Bayer pattern of a color camera; or FILTER, IMAGETYP or the comment of
   NAXIS3 says color.

All other planes are frames.
"""

import re
from collections.abc import Iterator
from itertools import product

from celestile.pixels.fits.hdus import Hdu

_AXIS_NAME = re.compile(r"RGBA?|COLOU?RS?|BANDS?|FILTERS?|COLOU?R ?(SPACE|PLANES?)")
_SEPARATE = ("BAND", "FILTER", "FILT", "COLOR", "COLOUR")
_SPELLED = ("{0}{1}", "{0}_{1}", "{0}-{1}", "{0}{1:02d}")
_JOINED = ("BANDS", "FILTERS", "BAND", "FILTER")
_BETWEEN = re.compile(r"[,;|/+]")
_OPEN = re.compile(r"CLEAR.*|OPEN.*|EMPTY.*|BLANK.*|NONE|N/A|AIR|DARK|\d*", re.IGNORECASE)
"""Positions of filter wheels that select no band, and numbers."""
_COLOR_SPACE = ("COLORSPC", "COLORTYP", "COLORMOD", "COLORSPA", "CSPACE")
_MONOCHROME = re.compile(r"MONO.*|GR[AE]Y.*|L|LUM.*|RAW.*|NONE", re.IGNORECASE)
_COUNTS = (
    "NINTS", "NGROUPS", "NFRAMES", "NFRAME", "NSAMP", "NREAD", "NREADS", "NEXP", "NUMEXP",
    "NIMAGES", "NDIT", "NRAMPS", "NUMFRAME", "NUMKIN", "NSUBEXP", "NDITHERS", "NCYCLES",
)  # fmt: skip
"""Numbers of exposures of a detector; those that were stacked into each plane are excluded."""
_PROGRAMS = re.compile(
    r"SIRIL|PIXINSIGHT|ASTAP|ASTROMETRIC STACKING|DEEP ?SKY ?STACKER|ASTRO ?PIXEL ?PROCESSOR"
    r"|MAXIM|ASTROART|NEBULOSITY|SHARPCAP|SEESTAR|ASI ?(STUDIO|AIR|DEEPSTACK)|KSTARS|EKOS"
    r"|N\.I\.N\.A|GIMP|PHOTOSHOP|LIBERATOR|IMAGESPLUS|STARTOOLS|FITSWORK|STELLINA|VESPERA",
    re.IGNORECASE,
)
_COLOR_FILTER = re.compile(r"(.*\b)?(OSC|COLOU?R|BAYER|RGB)\b.*", re.IGNORECASE)
_PROGRAM_WORDS = ("PROGRAM", "CREATOR", "SWCREATE", "SOFTWARE", "SWMODIFY", "COMMENT")
_MASK = re.compile(r"DQ|.*MASK|FLAGS?|QUAL.*|BPM|CONTEXT|CTX", re.IGNORECASE)
_COLORS = 3


def are_bands(hdu: Hdu, number: int, length: int) -> bool:
    """Whether the header says that the planes along an axis are bands or colors.

    Parameters
    ----------
    hdu : Hdu
        The array.
    number : int
        FITS number of the axis.
    length : int
        Of the axis.
    """
    names = (hdu.text(f"{keyword}{number}").upper() for keyword in ("CTYPE", "CNAME"))
    if any(_AXIS_NAME.fullmatch(name) for name in names):
        return True
    given = labels(hdu, number, length)
    if given and all(given):
        return True
    if length != _COLORS:
        return False
    spaces = [value for value in map(hdu.text, _COLOR_SPACE) if value]
    if spaces:
        return not _MONOCHROME.fullmatch(spaces[0])
    counted = any(hdu.number(keyword) == length for keyword in _COUNTS)
    return not counted and (_is_picture(hdu, number) or _is_by_program(hdu))


def _is_picture(hdu: Hdu, number: int) -> bool:
    """Whether three planes have the numbers of a picture, or come from a color camera."""
    is_byte = hdu.dtype.kind in "iu" and hdu.dtype.itemsize == 1
    if (is_byte and not _MASK.fullmatch(hdu.name)) or hdu.text("BAYERPAT"):
        return True
    if any(_COLOR_FILTER.fullmatch(hdu.text(keyword)) for keyword in ("FILTER", "IMAGETYP")):
        return True
    try:
        comment = str(hdu.header.comments[f"NAXIS{number}"])
    except Exception:  # noqa: BLE001 - astropy raises many kinds for a malformed card
        return False
    return bool(re.search(r"colou?rs?\b|\brgb\b", comment, re.IGNORECASE))


def _is_by_program(hdu: Hdu) -> bool:
    return any(_PROGRAMS.search(hdu.text(keyword)) for keyword in _PROGRAM_WORDS)


def labels(hdu: Hdu, number: int, length: int) -> tuple[str, ...]:
    """Label of each plane along an axis, as in the header; empty without labels.

    Parameters
    ----------
    hdu : Hdu
        The array.
    number : int
        FITS number of the axis.
    length : int
        Of the axis.

    Returns
    -------
    tuple of str
        One for each plane, some of which may be empty; or no element.
    """
    if hdu.text(f"CNAME{number}_1"):
        return tuple(hdu.text(f"CNAME{number}_{index}") for index in range(1, length + 1))
    joined = next(_joined(hdu, length), ())
    separate = list(_separate(hdu, length))
    # Where both ways to count are possible, the list of all bands decides.
    agreed = (found for found in separate if found == joined)
    return next(agreed, separate[0] if separate else joined)


def _separate(hdu: Hdu, length: int) -> Iterator[tuple[str, ...]]:
    """Labels in a keyword for each plane, by each way to count that the header allows."""
    for prefix, spelling in product(_SEPARATE, _SPELLED):
        ends = [bool(_word(hdu, spelling.format(prefix, index))) for index in (0, 1, length)]
        if not any(ends):
            continue
        # With BAND0 to BAND3 for three planes, BAND0 is of something else.
        starts = (1, 0) if ends[0] and ends[2] else (0,) if ends[0] else (1,)
        for start in starts:
            numbers = range(start, start + length)
            found = tuple(_word(hdu, spelling.format(prefix, index)) for index in numbers)
            if prefix == "BAND" or _are_filters(found):
                yield found


def _are_filters(found: tuple[str, ...]) -> bool:
    """Whether there is a different filter for each plane; FILTER1 and FILTER2 may be two wheels."""
    return len(set(found)) == len(found) and not any(map(_OPEN.fullmatch, found))


def _joined(hdu: Hdu, length: int) -> Iterator[tuple[str, ...]]:
    """Labels in one keyword, by separators, or one letter each."""
    for keyword in _JOINED:
        text = _word(hdu, keyword)
        parts = tuple(part.strip() for part in _BETWEEN.split(text))
        if keyword.endswith("S") and len(parts) == 1:
            parts = tuple(text.split())
        if len(parts) == 1 and (keyword.endswith("S") or text.upper() == "RGB"):
            parts = tuple(text)
        if len(parts) == length > 1 and _are_filters(parts):
            yield parts


def _word(hdu: Hdu, keyword: str) -> str:
    """Value of a keyword if it is text."""
    value = hdu.get(keyword)
    return value.strip() if isinstance(value, str) else ""
