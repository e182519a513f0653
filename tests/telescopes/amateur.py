"""Files of amateurs' software: N.I.N.A., Siril, PixInsight, ASTAP and KStars.

Sources: N.I.N.A. manual, "File formats" (keywords, ROWORDER); Siril documentation, "FITS";
PixInsight FITS module and XISF 1.0 specification; ASTAP documentation, "FITS header"; KStars
handbook, "Ekos".
"""

from typing import Any

import numpy as np
from telescopes.made import image, primary, sip, smooth, tan

SHAPE = (60, 80)
XISF = b"XISF0100" + bytes(120)


def nina() -> list[Any]:
    """Return an exposure of N.I.N.A.: 16 bits of a monochrome camera, first row at the top."""
    named = {
        "IMAGETYP": "LIGHT", "EXPOSURE": 120.0, "DATE-LOC": "2024-04-01T23:10:11.123",
        "DATE-OBS": "2024-04-01T21:10:11.123", "XBINNING": 1, "YBINNING": 1, "GAIN": 100,
        "INSTRUME": "ZWO ASI2600MM Pro", "FILTER": "Ha", "ROWORDER": "TOP-DOWN",
        "SWCREATE": "N.I.N.A. 3.1.2.9001 (x64)", "RA": 83.8, "DEC": -5.4,
    }  # fmt: skip
    return [primary(smooth(SHAPE, 0, np.uint16), **named)]


def nina_color() -> list[Any]:
    """Return an exposure of a color camera by N.I.N.A.: a mosaic of colors, first row on top."""
    named = {"BAYERPAT": "RGGB", "ROWORDER": "TOP-DOWN", "SWCREATE": "N.I.N.A. 3.1.2.9001 (x64)"}
    return [primary(smooth(SHAPE, 0, np.uint16), **named)]


def siril() -> list[Any]:
    """Return a stack of Siril: three planes of 32-bit numbers, with astrometry and SIP."""
    cards = tan(83.8, -5.4, 1.5, SHAPE, angle=12, code="TAN-SIP") | sip(3)
    named = {"CTYPE3": "RGB", "PROGRAM": "Siril v1.2.4", "ROWORDER": "BOTTOM-UP", "STACKCNT": 40}
    return [primary(smooth((3, *SHAPE)) / 1000, **cards, **named)]


def siril_sequence() -> list[Any]:
    """Return a sequence of Siril in one file: nameless images with a time each."""
    made: list[Any] = []
    for n in range(4):
        named = {"DATE-OBS": f"2024-04-01T21:1{n}:00", "PROGRAM": "Siril v1.2.4"}
        array = smooth(SHAPE, n, np.uint16)
        made.append(image(array, **named) if made else primary(array, **named))
    return made


def pixinsight() -> list[Any]:
    """Return a color image of PixInsight, saved as FITS."""
    named = {"COLORSPC": ("RGB", "PCL: Color space"), "PROGRAM": "PixInsight 1.8.9-3"}
    named["RESOLUTN"] = (72.0, "PCL: Resolution in pixels per resolution unit")  # type: ignore[assignment]
    return [primary(smooth((3, *SHAPE)) / 1000, **named)]


def astap() -> list[Any]:
    """Return an image that ASTAP solved: a CD matrix, and CDELT and CROTA of the same meaning."""
    cards = tan(83.8, -5.4, 1.5, SHAPE, angle=30)
    cards |= {
        "CDELT1": -1.5 / 3600, "CDELT2": 1.5 / 3600, "CROTA1": -30.0, "CROTA2": -30.0,
        "PLTSOLVD": True, "COMMENT": "Solved by ASTAP", "EQUINOX": 2000.0,
    }  # fmt: skip
    return [primary(smooth(SHAPE, 0, np.uint16), **cards)]


def kstars() -> list[Any]:
    """Return an exposure of Ekos: 16 bits, by INDI, with a solution of StellarSolver."""
    cards = tan(83.8, -5.4, 1.5, SHAPE, angle=-75)
    named = {
        "TELESCOP": "EQMod Mount", "INSTRUME": "ZWO CCD ASI533MM", "CREATOR": "KStars 3.7.1",
        "FILTER": "Red", "FRAME": "Light", "DATE-OBS": "2024-04-01T21:10:11", "ROTATION": -75.0,
    }  # fmt: skip
    return [primary(smooth(SHAPE, 0, np.uint16), **cards, **named)]
