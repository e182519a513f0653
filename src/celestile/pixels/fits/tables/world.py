"""World coordinates of columns as those of images.

In tables the number of the column is part of the keyword, for cells with an image
(``1CTYP5``) as well as for pairs of columns with the positions of events (``TCTYP11``).

References
----------
FITS 4.0, table 22; Greisen & Calabretta 2002, A&A 395, 1061, table 2.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from celestile.pixels.fits.hdus import header_value

_STRUCTURE = re.compile(
    r"XTENSION|BITPIX|NAXIS\d*|PCOUNT|GCOUNT|TFIELDS|THEAP|CHECKSUM|DATASUM|BSCALE|BZERO|BLANK"
    r"|BUNIT|T(TYPE|FORM|UNIT|DIM|SCAL|ZERO|NULL|DISP|COMM|LMIN|LMAX|DMIN|DMAX)\d+"
    r"|WCSAXES[A-Z]?|(CTYPE|CRPIX|CRVAL|CDELT|CUNIT|CROTA)\d+[A-Z]?|(CD|PC|PV|PS)\d+_\d+[A-Z]?"
)
"""Cards of a table that do not apply to an image in it."""

_ONE = {
    "CTYP": "CTYPE", "CTY": "CTYPE", "CUNI": "CUNIT", "CUN": "CUNIT", "CRVL": "CRVAL",
    "CRV": "CRVAL", "CDLT": "CDELT", "CDE": "CDELT", "CDL": "CDELT", "CRPX": "CRPIX",
    "CRP": "CRPIX", "CROT": "CROTA", "CNAM": "CNAME", "CNA": "CNAME",
}  # fmt: skip
"""Keywords of one axis, which are shorter where a letter follows."""
_PAIRS = {
    "PC": "PC", "CD": "CD", "P": "PC", "C": "CD",
    "PV": "PV", "V": "PV", "PS": "PS", "S": "PS",
}  # fmt: skip
_WHOLE = {
    "LONP": "LONPOLE", "LATP": "LATPOLE", "RADE": "RADESYS", "EQUI": "EQUINOX", "WCSN": "WCSNAME",
    "WCST": "WCSNAME", "MJDOB": "MJD-OBS", "DOBS": "DATE-OBS",
}  # fmt: skip

_OF_CELL = re.compile(rf"(\d)({'|'.join(_ONE)})(\d+)([A-Z]?)")
_MATRIX_OF_CELL = re.compile(r"(\d)(\d)(PC|CD)(\d+)([A-Z]?)")
_PARAMETER_OF_CELL = re.compile(r"(\d)(PV|V|PS|S)(\d+)_(\d+)([A-Z]?)")
_OF_COLUMN = re.compile(rf"T({'|'.join(_ONE)})(\d+)([A-Z]?)")
_PAIR_OF_COLUMNS = re.compile(r"T(PC|CD|P|C)(\d+)_(\d+)([A-Z]?)")
_PARAMETER_OF_COLUMN = re.compile(r"T(PV|V|PS|S)(\d+)_(\d+)([A-Z]?)")
_OF_WHOLE = re.compile(rf"({'|'.join(_WHOLE)})(\d+)([A-Z]?)")

Cards = list[tuple[str, Any]]
Translate = Callable[[str], str | None]


def image_header(table: Any, cards: Cards) -> Any:
    """Header of an image in a table: that of the table, with the cards of the image.

    Parameters
    ----------
    table : astropy.io.fits.Header
        Of the table; not modified.
    cards : list of tuple
        Keywords and values that apply to the image.
    """
    made = type(table)()
    for card in table.cards:
        keyword = card.keyword
        is_of_columns = any(
            pattern.fullmatch(keyword)
            for pattern in (
                _STRUCTURE, _OF_CELL, _MATRIX_OF_CELL, _PARAMETER_OF_CELL, _OF_COLUMN,
                _PAIR_OF_COLUMNS, _PARAMETER_OF_COLUMN,
            )
        )  # fmt: skip
        if not is_of_columns:
            # Not interpreted: a malformed card must not affect the others.
            made.append(card, end=True, bottom=True)
    for keyword, value in cards:
        made[keyword] = value
    return made


def cell_cards(header: Any, number: int) -> Cards:
    """World coordinates of the images in the cells of a column."""

    def translate(keyword: str) -> str | None:
        if (found := _OF_CELL.fullmatch(keyword)) and int(found[3]) == number:
            return f"{_ONE[found[2]]}{found[1]}{found[4]}"
        if (found := _MATRIX_OF_CELL.fullmatch(keyword)) and int(found[4]) == number:
            return f"{found[3]}{found[1]}_{found[2]}{found[5]}"
        if (found := _PARAMETER_OF_CELL.fullmatch(keyword)) and int(found[3]) == number:
            return f"{_PAIRS[found[2]]}{found[1]}_{found[4]}{found[5]}"
        return _whole(keyword, (number,))

    return list(_translated(header, translate))


def column_cards(header: Any, numbers: Sequence[int]) -> Cards:
    """World coordinates of the image whose axes are two columns."""
    axes = {number: axis for axis, number in enumerate(numbers, 1)}

    def translate(keyword: str) -> str | None:
        if found := _OF_COLUMN.fullmatch(keyword):
            axis = axes.get(int(found[2]))
            return f"{_ONE[found[1]]}{axis}{found[3]}" if axis else None
        if found := _PAIR_OF_COLUMNS.fullmatch(keyword):
            pair = [axes.get(int(found[part])) for part in (2, 3)]
            return f"{_PAIRS[found[1]]}{pair[0]}_{pair[1]}{found[4]}" if all(pair) else None
        if found := _PARAMETER_OF_COLUMN.fullmatch(keyword):
            axis = axes.get(int(found[2]))
            return f"{_PAIRS[found[1]]}{axis}_{found[3]}{found[4]}" if axis else None
        return _whole(keyword, numbers)

    return list(_translated(header, translate))


def _whole(keyword: str, numbers: Sequence[int]) -> str | None:
    found = _OF_WHOLE.fullmatch(keyword)
    if found is None or int(found[2]) not in numbers:
        return None
    name = _WHOLE[found[1]]
    return name if "-" in name else f"{name}{found[3]}"


def _translated(header: Any, translate: Translate) -> Iterator[tuple[str, Any]]:
    for card in header.cards:
        keyword = translate(card.keyword)
        if keyword is None:
            continue
        value = header_value(header, card.keyword)
        if isinstance(value, str | int | float):
            yield keyword, value
