"""Reorder the axes of a header so that the image axes come first."""

import re
from typing import Any

from celestile.pixels.sky.cards import Header

_OF_ONE_AXIS = re.compile(r"(NAXIS|CTYPE|CRVAL|CRPIX|CDELT|CUNIT|CROTA|CNAME)([1-9])")
_OF_AN_AXIS_AND_A_NUMBER = re.compile(r"(PV|PS)([1-9])_(\d+)")
_OF_TWO_AXES = re.compile(r"(CD|PC)([1-9])_([1-9])")


def with_axes_first(header: Header, x: int, y: int, dimensions: int) -> Any:
    """Renumber the axes in a header's coordinate keywords (FITS 4.0, table 22).

    Parameters
    ----------
    header : Header
        Header of astropy; not modified.
    x, y : int
        Axes, counted from 1, that become the first and second; the others keep their order.
    dimensions : int
        NAXIS.

    Returns
    -------
    astropy.io.fits.Header
        New header without unreadable cards.
    """
    order = [x, y, *(axis for axis in range(1, dimensions + 1) if axis not in (x, y))]
    number = {axis: place for place, axis in enumerate(order, start=1)}
    made: Any = type(header)()
    for card in header.cards:
        try:
            keyword, value = card.keyword, card.value
            made[_renamed(keyword, number)] = value
        except Exception:  # noqa: BLE001, S112 - astropy raises many kinds for such a card
            continue
    return made


def _renamed(keyword: str, number: dict[int, int]) -> str:
    def of(axis: str) -> int:
        return number.get(int(axis), int(axis))

    if match := _OF_ONE_AXIS.fullmatch(keyword):
        return f"{match[1]}{of(match[2])}"
    if match := _OF_AN_AXIS_AND_A_NUMBER.fullmatch(keyword):
        return f"{match[1]}{of(match[2])}_{match[3]}"
    if match := _OF_TWO_AXES.fullmatch(keyword):
        return f"{match[1]}{of(match[2])}_{of(match[3])}"
    return keyword
