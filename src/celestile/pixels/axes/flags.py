"""The meaning of the numbers of a quality plane: names of bits, or of codes.

A header has the names of bits as LSST's ``MP_BAD = 0`` (the number of the bit), Pan-STARRS'
``MSKNAM01 = 'DETECTOR'`` with ``MSKVAL01 = 1`` (the value), or ZTF's ``BIT00 = 0 / AIRCRAFT TRACK``
(a comment). Reference files of JWST have a table DQ_DEF. Otherwise the documented meaning of the
telescope counts (see `celestile.pixels.axes.flag_tables`). Bits without a name have their number.
"""

import re
from collections.abc import Iterable, Mapping

from celestile.pixels.axes.flag_tables import Meaning, documented
from celestile.pixels.fits.hdus import Hdu
from celestile.pixels.plane import Flag, Flags

MOST_BITS = 32
_NAME_LENGTH = 60
_PLANE = re.compile(r"MP_(\w+)")
_NAMED = re.compile(r"MSKNAM(\d+)")
_BIT = re.compile(r"BIT(\d{1,2})")
_RESERVED = re.compile(r"[;&=,:~/?\s%#\[\]@+]+")
_STATES = re.compile(
    r"DETECTED\w*|DO_NOT_USE|NON_SCIENCE|NPRIMARY|INEXACT_PSF|SENSOR_EDGE|NOT_DEBLENDED|EDGE"
)
"""Names that give no cause, and are set on most of a plane or beside other bits."""


def flags_of(
    hdu: Hdu, words: Mapping[str, str], table: Iterable[tuple[int, str, str]] = ()
) -> Flags:
    """Describe the numbers of a quality plane.

    Parameters
    ----------
    hdu : Hdu
        The array, of integers.
    words : mapping
        Values of TELESCOP, INSTRUME, DETECTOR, PLVER, … of the array or its file, in upper case.
    table : iterable of tuple
        Bit, name and description of the rows of a table DQ_DEF.

    Returns
    -------
    Flags
        All bits of the type of the numbers, or the codes that are documented.
    """
    found = {bit: (name, text) for bit, name, text in table} or _named(hdu)
    meaning = Meaning("bits", found) if found else documented(hdu.name, words)
    if meaning.kind == "codes":
        items = [
            _flag(number, *words_, last=False) for number, words_ in sorted(meaning.names.items())
        ]
        return Flags("codes", tuple(items))
    width = min(8 * hdu.dtype.itemsize, MOST_BITS)
    numbers = sorted({*range(width), *(bit for bit in meaning.names if bit < MOST_BITS)})
    return Flags("bits", tuple(_bit(number, meaning.names) for number in numbers))


def _bit(number: int, names: Mapping[int, tuple[str, str]]) -> Flag:
    if number not in names:
        return Flag(number, f"bit {number}")
    name, text = names[number]
    return _flag(number, name, text, last=_STATES.fullmatch(name.upper()) is not None)


def _flag(number: int, name: str, text: str, *, last: bool) -> Flag:
    plain = _RESERVED.sub("_", name.strip()).strip("_")[:_NAME_LENGTH]
    # A name that looks like a number could not be told from one.
    shown = plain if plain and not plain[0].isdigit() else f"bit {number}"
    return Flag(number, shown, text.strip(), last=last)


def _named(hdu: Hdu) -> dict[int, tuple[str, str]]:
    """Names of bits in a header, by number."""
    found: dict[int, tuple[str, str]] = {}
    for keyword in _keywords(hdu):
        value = hdu.number(keyword)
        if (match := _PLANE.fullmatch(keyword)) and value is not None:
            found[int(value)] = (match[1], "")
        elif match := _NAMED.fullmatch(keyword):
            mask = hdu.number(f"MSKVAL{match[1]}")
            if mask is not None and mask > 0 and mask == 2.0 ** (int(mask).bit_length() - 1):
                found[int(mask).bit_length() - 1] = (hdu.text(keyword), "")
        elif match := _BIT.fullmatch(keyword):
            text = hdu.text(keyword) if value is None else _comment(hdu, keyword)
            number = int(match[1]) if value is None else int(value)
            if text:
                found[number] = (text, "")
    return {bit: words for bit, words in found.items() if 0 <= bit < 64}


def _keywords(hdu: Hdu) -> list[str]:
    # The names of long keywords stand behind HIERARCH.
    return [str(keyword).upper() for keyword in hdu.header]


def _comment(hdu: Hdu, keyword: str) -> str:
    try:
        return str(hdu.header.comments[keyword])
    except Exception:  # noqa: BLE001 - astropy raises many kinds for a malformed card
        return ""
