"""Units as headers spell them, in the spelling of the FITS standard.

Headers have ``km/sec``, ``GHZ``, ``Angstroms`` and ``JY/BEAM`` for ``km/s``, ``GHz``, ``Angstrom``
and ``Jy/beam`` (FITS 4.0, section 4.3). A text is only changed if the result is a unit that
`astropy.units` reads; anything else, and what has two meanings (``MJY``: mega or milli), is kept.
"""

import re
from functools import lru_cache

from celestile.pixels.fits.hdus import ignore_astropy_warnings

_SPELLINGS = {
    "s": "sec secs second seconds", "min": "mins minute minutes", "h": "hr hrs hour hours",
    "d": "day days", "yr": "yrs year years",
    "Hz": "hertz", "kHz": "kilohertz", "MHz": "megahertz", "GHz": "gigahertz", "THz": "terahertz",
    "m": "meter meters metre metres", "km": "kilometer kilometers kilometre kilometres",
    "cm": "centimeter centimeters centimetre centimetres",
    "mm": "millimeter millimeters millimetre millimetres",
    "um": "micron microns micrometer micrometers micrometre micrometres",
    "nm": "nanometer nanometers nanometre nanometres",
    "Angstrom": "angstroms angstroem angstroems ang angs aa",
    "eV": "", "keV": "", "MeV": "", "GeV": "", "TeV": "", "erg": "ergs", "J": "joule joules",
    "Jy": "jansky janskys", "mJy": "millijansky", "uJy": "microjansky",
    "beam": "beams", "pixel": "pixels", "pix": "", "count": "counts cnt cnts", "ct": "cts",
    "photon": "photons", "ph": "", "electron": "electrons", "adu": "adus", "DN": "dns",
    "K": "kelvin kelvins", "deg": "degs degree degrees", "rad": "radian radians",
    "arcsec": "arcsecs arcsecond arcseconds asec", "arcmin": "arcmins arcminute arcminutes amin",
    "sr": "ster steradian steradians", "mag": "mags magnitude magnitudes",
    "G": "gauss", "T": "tesla", "W": "watt watts", "V": "volt volts",
    "pc": "parsec parsecs", "kpc": "kiloparsec", "Mpc": "megaparsec",
}  # fmt: skip
"""By the standard's spelling: others that are used, in lower case."""

_INITIALS = ("J", "G", "T", "W", "V", "K")
"""Not recognized in lower case, which has other meanings."""
_AMBIGUOUS = {"MJY", "mpc", "Mm", "Nm"}
_WHOLE = {"cps": "count/s", "mjy/sr": "MJy/sr", "kms-1": "km/s", "kms": "km/s"}
"""Of whole texts in lower case; surface brightness in milli-jansky is not used."""
_WORDS = {
    other: unit
    for unit, others in _SPELLINGS.items()
    for other in (*others.split(), *(() if unit in _INITIALS else (unit.lower(),)))
}
_WORD = re.compile(r"(?<![A-Za-z0-9])e-(?![\w])|[A-Za-z]+", re.IGNORECASE)
_PER = re.compile(r"/ ?S\b|\bS(\^|\*\*)?\(?-")
_CELSIUS = re.compile(r"\bdeg\w*[ ._]*C\b", re.IGNORECASE)
_WAVELENGTHS = ("WAVE", "AWAV", "LAMBDA", "WAVELENG", "WAVELENGTH")


@lru_cache(maxsize=1024)
def standard_unit(text: str) -> str:
    """Spell a unit as the FITS standard does; return the text if that is not possible.

    Parameters
    ----------
    text : str
        Value of BUNIT, CUNIT or TUNIT.
    """
    text = text.strip()
    if text.lower() in _WHOLE:
        return _WHOLE[text.lower()]
    if len(text) < 2 or _CELSIUS.search(text):
        return text  # M may be a metre, a magnitude or a mass; C is the coulomb
    spelled = _WORD.sub(lambda found: _spelled(text, found), text)
    return spelled if spelled != text and _is_unit(spelled) else text


def axis_unit(text: str, ctype: str) -> str:
    """Spell the unit of an axis; for wavelengths, ``A`` is the angstrom and ``M`` the metre.

    Parameters
    ----------
    text : str
        CUNIT.
    ctype : str
        CTYPE of the axis.
    """
    unit = standard_unit(text)
    is_length = ctype.strip().upper().split("-")[0] in _WAVELENGTHS
    return {"A": "Angstrom", "a": "Angstrom", "M": "m"}.get(unit, unit) if is_length else unit


def _spelled(text: str, found: re.Match[str]) -> str:
    word = found[0]
    if word.lower() == "e-":
        return "electron"
    # Other mixed case has a meaning: mHz is a millihertz.
    is_plain = word in (word.lower(), word.upper(), word.capitalize())
    if word in _SPELLINGS or word in _AMBIGUOUS or not is_plain:
        return word
    # S is the siemens, which no header means by "per S"; S/N is a ratio.
    if word == "S" and not _PER.search(f"{text[: found.start()]}S{text[found.end() :]}"):
        return word
    return _WORDS.get(word.lower(), word)


def _is_unit(text: str) -> bool:
    from astropy.units import Unit  # noqa: PLC0415 - astropy loads slowly

    ignore_astropy_warnings()
    try:
        Unit(text)
    except Exception:  # noqa: BLE001 - astropy.units raises many kinds for odd units
        return False
    return True
