"""Products of WISE, Spitzer, GALEX, TESS and Kepler.

Sources: WISE All-Sky Explanatory Supplement, sections II.3.b and II.3.e, and AllWISE, section II.2;
IRAC Instrument Handbook, chapter 7; GALEX technical documentation, chapter 6; TESS Science Data
Products Description Document, section 4; Kepler Archive Manual, section 2.3.
"""

from typing import Any

import numpy as np
from astropy.io import fits
from telescopes.made import Array, image, primary, sip, smooth, tan

SHAPE = (64, 64)


def wise_exposure(kind: str = "int") -> list[Any]:
    """Return a single exposure (1b): SIN with SIP.

    Parameters
    ----------
    kind : {"int", "unc", "msk"}
        Intensity, its uncertainty, or flags: each is a file.
    """
    cards = tan(40.7, -0.01, 2.75, SHAPE, angle=100, code="SIN-SIP") | sip(4, 1e-6)
    array = smooth(SHAPE, 0, np.int32 if kind == "msk" else np.float32)
    return [primary(array, TELESCOP="WISE", BAND=1, BUNIT="DN", EQUINOX=2000.0, **cards)]


def wise_atlas(kind: str = "int") -> list[Any]:
    """Return an image of the atlas: SIN; intensity, uncertainty or coverage, each a file."""
    cards = tan(40.7, -0.01, 1.375, SHAPE, code="SIN")
    array: Array = smooth(SHAPE, {"int": 0, "unc": 1, "cov": 2}[kind])
    return [primary(array, TELESCOP="WISE", BAND=3, BUNIT="DN", EQUINOX=2000.0, **cards)]


def irac_bcd(kind: str = "bcd") -> list[Any]:
    """Return a calibrated exposure of IRAC: TAN with SIP.

    Parameters
    ----------
    kind : {"bcd", "bunc", "bimsk"}
        Image, uncertainty or flags: each is a file.
    """
    cards = tan(202.5, 47.2, 1.22, SHAPE, angle=-60, code="TAN-SIP") | sip(3)
    array = smooth(SHAPE, 0, np.int16 if kind == "bimsk" else np.float32)
    named = {"TELESCOP": "Spitzer", "INSTRUME": "IRAC", "CHNLNUM": 2, "DATE_OBS": "2004-05-18"}
    return [primary(array, **cards, **named, BUNIT="MJy/sr", RADESYS="ICRS")]


def irac_subarray() -> list[Any]:
    """Return an exposure of the subarray of IRAC: 64 frames of 32 x 32 pixels."""
    cards = tan(202.5, 47.2, 1.22, (32, 32), code="TAN-SIP") | sip()
    return [primary(smooth((64, 32, 32)), TELESCOP="Spitzer", BUNIT="MJy/sr", **cards)]


def galex_intensity() -> list[Any]:
    """Return an intensity map (-nd-int, -fd-int): counts a second."""
    cards = tan(185.0, 4.5, 1.5, SHAPE) | {"EQUINOX": 2000.0}
    return [primary(smooth(SHAPE) / 1e5, TELESCOP="GALEX", BAND=1, **cards)]


def tess_ffi() -> list[Any]:
    """Return a full-frame image of TESS: the CCD and its uncertainty."""
    cards = tan(90.0, -66.0, 21.0, (70, 72), code="TAN-SIP") | sip(2, 1e-5)
    cards |= {"BUNIT": "electrons/s", "INHERIT": True, "TELESCOP": "TESS"}
    return [
        primary(TELESCOP="TESS", INSTRUME="TESS Photometer", CAMERA=1, CCD=1),
        image(smooth((70, 72)), "CAMERA.CCD 1.1 cal", **cards),
        image(smooth((70, 72)) / 50, "CAMERA.CCD 1.1 uncert", **cards),
    ]


def kepler_ffi() -> list[Any]:
    """Return a full-frame image of Kepler: 84 channels of 21 modules, without distortion."""
    shape = (24, 26)
    made: list[Any] = [primary(TELESCOP="Kepler", INSTRUME="Kepler Photometer", NEXTEND=84)]
    modules = [m for m in range(1, 26) if m not in (1, 5, 21, 25)]
    for module in modules:
        row, column = divmod(module - 1, 5)
        for output, (right, up) in enumerate(((-1, -1), (1, -1), (1, 1), (-1, 1)), 1):
            place = (column * 60.0 - 120 + right * 13, row * 56.0 - 112 + up * 12)
            cards = tan(
                290.7, 44.5, 3.98, shape, angle=13.0, offset=place, flips=(-right, -up)
            )  # fmt: skip
            cards |= {"MODULE": module, "OUTPUT": output, "BUNIT": "electrons/s"}
            made.append(image(smooth(shape, module / 25), f"MOD.OUT {module}.{output}", **cards))
    return made


def target_pixels() -> list[Any]:
    """Return a target pixel file: images of a few pixels in the rows of a table."""
    cube = smooth((9, 11, 13))
    columns = [
        fits.Column("TIME", "D", "BJD - 2457000, days", array=np.arange(9) + 1325.3),
        fits.Column("FLUX", "143E", "e-/s", dim="(13,11)", array=cube),
    ]
    aperture = image(np.ones((11, 13), np.int32), "APERTURE", **tan(90.0, -66.0, 21.0, (11, 13)))
    pixels = fits.BinTableHDU.from_columns(columns, name="PIXELS")
    world = {
        "BJDREFI": 2457000, "BJDREFF": 0.0, "TIMESYS": "TDB", "TIMEUNIT": "d", "1CTYP2": "RA---TAN",
        "2CTYP2": "DEC--TAN", "1CUNI2": "deg", "2CUNI2": "deg", "1CRPX2": 7.0, "2CRPX2": 6.0,
        "1CRVL2": 90.0, "2CRVL2": -66.0, "1CDLT2": -0.00583, "2CDLT2": 0.00583,
    }  # fmt: skip
    pixels.header.update(world)
    return [primary(TELESCOP="TESS"), pixels, aperture]
