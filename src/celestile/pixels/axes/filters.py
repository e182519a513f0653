"""Wavelengths of filters by their names."""

import re

_FILTERS = {
    "u": 355e-9, "b": 445e-9, "g": 480e-9, "v": 551e-9, "r": 625e-9, "i": 770e-9, "z": 900e-9,
    "y": 1020e-9, "j": 1235e-9, "h": 1662e-9, "k": 2159e-9, "ks": 2159e-9,
    "w1": 3.4e-6, "w2": 4.6e-6, "w3": 12e-6, "w4": 22e-6, "ha": 656e-9, "oiii": 501e-9,
    "sii": 672e-9, "red": 650e-9, "green": 550e-9, "blue": 450e-9,
}  # fmt: skip
"""Effective wavelengths of common filters in metres (Bessell 2005, ARA&A 43, 293; WISE; 2MASS)."""

_SPACE = re.compile(r"f(\d{3,4})(?:w2|lp|[wmnx])")
_WEBB = {
    "f200w", "f210m", "f212n", "f250m", "f277w", "f300m", "f322w2", "f323n", "f335m", "f356w",
    "f360m", "f380m", "f405n", "f430m", "f444w", "f460m", "f466n", "f470n", "f480m", "f560w",
    "f770w", "f1000w", "f1130w", "f1280w", "f1500w", "f1800w", "f2100w", "f2550w",
}  # fmt: skip
"""Filters of JWST whose numbers might be those of a filter of HST."""


def named_wavelength(name: str) -> float | None:
    """Wavelength of a filter in metres, by its name; None if the name is unknown.

    The numbers in names of filters of HST and JWST are nanometres, or tens of them in the infrared
    (WFC3, NIRCam and MIRI instrument handbooks).
    """
    name = name.lower()
    found = _SPACE.fullmatch(name)
    if found:
        number = int(found[1])
        return number * (1e-8 if number < 200 or name in _WEBB else 1e-9)
    parts = (part.rstrip("'") for part in re.split("[-_ ]", name))
    return next((_FILTERS[part] for part in parts if part in _FILTERS), None)
