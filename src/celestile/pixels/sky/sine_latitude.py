"""Maps whose latitude axis is in units of the sine of latitude.

Synoptic maps of the Sun (HMI, MDI, GONG) are equal-area maps, CEA, but give the step along the
latitude as that of its sine: ``CUNIT2 = 'Sine Latitude'``, or degrees by mistake. The standard step
is 180/pi times as large and in degrees (Thompson 2006, A&A 449, 791, section 5.5).
"""

import math
import re

from celestile.pixels.sky.cards import Cards

_SINE = re.compile(r"sin(e)?[ _]?\(?(lat|latitude|deg|degrees?)\)?", re.IGNORECASE)
_LONGITUDE = re.compile(r"(carr|carrington)[ _-]?(long|longitude)", re.IGNORECASE)
_SOLAR = re.compile(r"(CR|HG)L[NT]-(CEA|CAR)")


def convert(cards: Cards, width: int, height: int) -> None:
    """Convert the cards of a map in the sine of latitude to an equal-area map in degrees.

    Parameters
    ----------
    cards : Cards
        Of the image's two axes; modified.
    width, height : int
        NAXIS1 and NAXIS2.
    """
    for keyword in [key for key in cards.ctypes if key[5] in "12"]:
        number, suffix = keyword[5], keyword[6:]
        other = "12"[number == "1"]
        names = [cards.ctypes.get(f"CTYPE{axis}{suffix}", "") for axis in (other, number)]
        if _is_name(names):
            names = ["CRLN-CEA", "CRLT-CEA"]
        elif not _is_solar(names) or not (
            _is_sine(cards, number, suffix) or _is_mistaken(cards, number, suffix, (width, height))
        ):
            continue
        _rename(cards, [f"CTYPE{other}{suffix}", keyword], names)
        _rescale(cards, number, suffix)
        cards.notes.append(f"axis {number} is the sine of latitude and is converted to degrees")
        return


def _is_name(names: list[str]) -> bool:
    """Whether the axes are named in words: Carrington Longitude and Sine Latitude."""
    longitude, latitude = names
    is_longitude = _LONGITUDE.fullmatch(longitude) or longitude.startswith("CRLN")
    return bool(is_longitude and _SINE.fullmatch(latitude))


def _is_solar(names: list[str]) -> bool:
    """Whether the axes are longitude and latitude on the Sun, on a cylinder."""
    longitude, latitude = (name.upper() for name in names)
    solar = _SOLAR.fullmatch(longitude) and _SOLAR.fullmatch(latitude)
    return bool(solar and longitude[2:4] == "LN" and latitude[2:4] == "LT")


def _is_sine(cards: Cards, number: str, suffix: str) -> bool:
    return bool(_SINE.fullmatch(cards.units.get(f"CUNIT{number}{suffix}", "")))


def _is_mistaken(cards: Cards, number: str, suffix: str, size: tuple[int, int]) -> bool:
    """Whether a map of all longitudes has 2 degrees of latitude: from -1 to 1 (GONG)."""
    other = "12"[number == "1"]
    spans = [
        abs(cards.values.get(f"CDELT{axis}{suffix}", 0.0)) * size[int(axis) - 1]
        for axis in (other, number)
    ]
    is_equal_area = cards.ctypes[f"CTYPE{number}{suffix}"].upper().endswith("CEA")
    return is_equal_area and abs(spans[0] - 360) < 1 and abs(spans[1] - 2) < 0.001


def _rename(cards: Cards, keywords: list[str], names: list[str]) -> None:
    for keyword, name in zip(keywords, names, strict=True):
        cards.ctypes[keyword] = name.upper()[:5] + "CEA"
        cards.put(keyword, cards.ctypes[keyword])


def _rescale(cards: Cards, number: str, suffix: str) -> None:
    """Put the steps in degrees, and the reference point on the equator, as CEA needs it."""
    step = cards.values.get(f"CDELT{number}{suffix}")
    if step is None:
        step = cards.values.get(f"CD{number}_{number}{suffix}", 0.0)
    sine = cards.values.get(f"CRVAL{number}{suffix}", 0.0)
    if sine and step:
        _put(cards, f"CRPIX{number}{suffix}", -sine / step, added=True)
        _put(cards, f"CRVAL{number}{suffix}", 0.0)
    for keyword in ("CDELT{0}{1}", "CD{0}_1{1}", "CD{0}_2{1}"):
        name = keyword.format(number, suffix)
        if name in cards.values:
            _put(cards, name, math.degrees(cards.values[name]))
    unit = f"CUNIT{number}{suffix}"
    cards.units[unit] = "deg"
    cards.put(unit, "deg")


def _put(cards: Cards, keyword: str, value: float, *, added: bool = False) -> None:
    number = value + cards.values.get(keyword, 0.0) if added else value
    cards.values[keyword] = number
    cards.put(keyword, number)
