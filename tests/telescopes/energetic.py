"""Products of Chandra, XMM-Newton, Swift, Fermi and Planck.

Sources: Chandra "ASC FITS File Designers' Guide" (coordinates of images); XMM-Newton Data Files
Handbook, section 6.5 (``IMAGE_8000.FTZ``); Swift UVOT Software Guide, section 3.4 (an extension for
each exposure, named after filter and time); Fermi Science Support Center, "LAT Data Products" and
the help of gtbin and gtexpcube2; Planck Explanatory Supplement, "Sky maps".
"""

from typing import Any

import numpy as np
from astropy.io import fits
from telescopes.made import Cards, image, primary, smooth, tan

SHAPE = (64, 60)


def _degrees(cards: Cards) -> Cards:
    """Return cards with CDELT in place of a matrix, as X-ray software writes them."""
    rest = {word: value for word, value in cards.items() if not word.startswith("CD")}
    return rest | {"CDELT1": cards["CD1_1"], "CDELT2": cards["CD2_2"]}


def chandra_image() -> list[Any]:
    """Return a counts image: sky, and physical coordinates under the letter P."""
    physical = {
        "CTYPE1P": "x", "CTYPE2P": "y", "CRVAL1P": 2000.5, "CRVAL2P": 2100.5, "CRPIX1P": 0.5,
        "CRPIX2P": 0.5, "CDELT1P": 4.0, "CDELT2P": 4.0, "LTV1": -499.5, "LTM1_1": 0.25,
        "WCSNAMEP": "PHYSICAL",
    }  # fmt: skip
    cards = _degrees(tan(210.8, 54.35, 1.968, SHAPE)) | physical | {"RADESYS": "ICRS"}
    counts = np.random.default_rng(7).poisson(0.2, SHAPE).astype(np.int16)
    named = {"TELESCOP": "CHANDRA", "INSTRUME": "ACIS", "DATE-OBS": "2000-03-26T00:19:50"}
    return [primary(counts, **named, **cards), _gti()]


def xmm_image() -> list[Any]:
    """Return an image of the pipeline: sky, and physical coordinates under the letter L."""
    physical = {
        "CTYPE1L": "X", "CTYPE2L": "Y", "CRPIX1L": 0.5, "CRPIX2L": 0.5, "CRVAL1L": 3000.5,
        "CRVAL2L": 3000.5, "CDELT1L": 80.0, "CDELT2L": 80.0,
    }  # fmt: skip
    cards = _degrees(tan(83.63, 22.0, 4.0, SHAPE)) | physical | {"RADECSYS": "FK5"}
    counts = np.random.default_rng(8).poisson(0.3, SHAPE).astype(np.int32)
    return [primary(counts, TELESCOP="XMM", INSTRUME="EMOS1", EQUINOX=2000.0, **cards), _gti()]


def uvot_sky(sizes: tuple[int, ...] = (60, 60, 60)) -> list[Any]:
    """Return sky images of UVOT: an extension for each exposure.

    Parameters
    ----------
    sizes : tuple of int
        Rows of each exposure.
    """
    made: list[Any] = [primary(TELESCOP="SWIFT", INSTRUME="UVOTA", FILTER="UVW1")]
    for n, rows in enumerate(sizes):
        shape = (rows, 60)
        start = f"2015-09-13T{11 + n}:40:09.2"
        cards = _degrees(tan(150.0 + n * 1e-4, 2.0, 1.0, shape)) | {"RADECSYS": "FK5"}
        named = {"EXPOSURE": 120.0 + n, "DATE-OBS": start, "FILTER": "UVW1", "EQUINOX": 2000.0}
        made.append(image(smooth(shape, n), f"uw1{463837209 + n * 3600}I", **cards, **named))
    return made


def bat_bands() -> list[Any]:
    """Return sky images of BAT: one for each band of energies, in extensions of one field."""
    made: list[Any] = []
    for n, (low, high) in enumerate(((14, 24), (24, 50), (50, 100)), 1):
        cards = _degrees(tan(150.0, 2.0, 1000.0, SHAPE)) | {"RADECSYS": "FK5", "EQUINOX": 2000.0}
        cards |= {"E_MIN": float(low), "E_MAX": float(high), "EUNIT": "keV", "BUNIT": "count/s"}
        array, name = smooth(SHAPE, n), f"BAT_IMAGE_{n}"
        made.append(image(array, name, **cards) if made else primary(array, EXTNAME=name, **cards))
    return made


def xrt_image() -> list[Any]:
    """Return an image of XRT in sky coordinates."""
    cards = _degrees(tan(150.0, 2.0, 2.36, SHAPE)) | {"RADECSYS": "FK5", "EQUINOX": 2000.0}
    counts = np.random.default_rng(9).poisson(0.1, SHAPE).astype(np.int32)
    return [primary(counts, TELESCOP="SWIFT", INSTRUME="XRT", **cards), _gti()]


_GALACTIC = {
    "CTYPE1": "GLON-CAR", "CTYPE2": "GLAT-CAR", "CRVAL1": 0.0, "CRVAL2": 0.0, "CRPIX1": 20.5,
    "CRPIX2": 10.5, "CDELT1": -0.5, "CDELT2": 0.5, "CUNIT1": "deg", "CUNIT2": "deg",
}  # fmt: skip


def counts_cube() -> list[Any]:
    """Return a counts cube of gtbin: bounds of the energies in keV in EBOUNDS."""
    axis = {"CTYPE3": "ENERGY", "CRPIX3": 1, "CRVAL3": 100.0, "CDELT3": 58.5, "CUNIT3": "MeV"}
    bounds = 1e5 * 10.0 ** np.linspace(0, 2, 6)
    columns = [
        fits.Column("CHANNEL", "I", array=np.arange(1, 6)),
        fits.Column("E_MIN", "E", "keV", array=bounds[:-1]),
        fits.Column("E_MAX", "E", "keV", array=bounds[1:]),
    ]
    counts = np.random.default_rng(3).poisson(2.0, (5, 20, 40)).astype(np.int32)
    return [
        primary(counts, TELESCOP="GLAST", INSTRUME="LAT", **_GALACTIC, **axis),
        fits.BinTableHDU.from_columns(columns, name="EBOUNDS"),
        _gti(),
    ]


def diffuse_model() -> list[Any]:
    """Return a model of diffuse emission, or an exposure cube: energies in ENERGIES."""
    axis = {"CTYPE3": "Energy", "CRPIX3": 1.0, "CRVAL3": 1.7, "CDELT3": 0.15, "CUNIT3": "MeV"}
    energies = fits.Column("Energy", "D", "MeV", array=np.geomspace(50, 8e5, 7))
    return [
        primary(smooth((7, 20, 40)), BUNIT="ph/cm**2/s/sr/MeV", **_GALACTIC, **axis),
        fits.BinTableHDU.from_columns([energies], name="ENERGIES"),
    ]


def events() -> list[Any]:
    """Return a list of events of Chandra."""
    rng = np.random.default_rng(5)
    cards = {
        "TCTYP2": "RA---TAN", "TCRVL2": 210.8, "TCRPX2": 4096.5, "TCDLT2": -1.3666e-4,
        "TCTYP3": "DEC--TAN", "TCRVL3": 54.35, "TCRPX3": 4096.5, "TCDLT3": 1.3666e-4,
        "TLMIN2": 0.5, "TLMAX2": 8192.5, "TLMIN3": 0.5, "TLMAX3": 8192.5,
    }  # fmt: skip
    columns = [
        fits.Column("time", "D", "s", array=np.sort(rng.uniform(0, 1e4, 500))),
        fits.Column("x", "E", "pixel", array=rng.normal(4100, 60, 500)),
        fits.Column("y", "E", "pixel", array=rng.normal(4050, 60, 500)),
    ]
    made = fits.BinTableHDU.from_columns(columns, name="EVENTS")
    made.header.update(cards, TELESCOP="CHANDRA", HDUCLASS="OGIP", HDUCLAS1="EVENTS")
    return [primary(TELESCOP="CHANDRA"), made, _gti()]


def planck_map() -> list[Any]:
    """Return a map of Planck: a table of HEALPix pixels."""
    columns = [fits.Column("I_STOKES", "E", "K_CMB", array=np.arange(12 * 16**2) * 1e-6)]
    made = fits.BinTableHDU.from_columns(columns, name="FREQ-MAP")
    made.header.update(
        PIXTYPE="HEALPIX", ORDERING="NESTED", NSIDE=16, COORDSYS="GALACTIC", INDXSCHM="IMPLICIT",
        FIRSTPIX=0, LASTPIX=12 * 16**2 - 1,
    )  # fmt: skip
    return [primary(), made]


def _gti() -> fits.BinTableHDU:
    columns = [fits.Column(word, "D", "s", array=[0.0]) for word in ("START", "STOP")]
    return fits.BinTableHDU.from_columns(columns, name="GTI")
