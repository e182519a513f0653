"""Products of surveys from the ground: DECam, Legacy Surveys, SDSS, Pan-STARRS, ZTF and 2MASS.

Sources: DECam Data Handbook, chapter 4 (Community Pipeline: ooi, ood, oow); legacysurvey.org, DR10
"Description" and "Files"; SDSS data model, "frame"
and "LOGCUBE"; PS1 "Image Cutout Service" and "Pixel Image
Data Products" of the archive (BSOFTEN and BOFFSET); ZTF Science Data System, section 4; 2MASS
Explanatory Supplement, section 2.3.
"""

from typing import Any

import numpy as np
from astropy.io import fits
from telescopes.made import compressed, image, primary, smooth, table, tan, tpv

_ROWS = (3, 4, 5, 6, 6, 7, 7, 6, 6, 5, 4, 3)
"""CCDs of DECam in each row of its focal plane."""


def decam(kind: str = "ooi") -> list[Any]:
    """Return an exposure of the Community Pipeline: 62 CCDs, compressed by fpack, less a bad one.

    Parameters
    ----------
    kind : {"ooi", "ood", "oow"}
        Image, flags or weights.
    """
    shape = (30, 16)
    made: list[Any] = [primary(TELESCOP="CTIO 4.0-m telescope", INSTRUME="DECam", FILTER="r DECam")]
    number = 0
    for row, count in enumerate(_ROWS):
        for step in range(count):
            number += 1
            column = step - (count - 1) / 2
            left, bottom = round(130 + column * 18.0) + 1, row * 32 + 1
            cards = tan(
                150.0, -30.0, 0.263, shape, code="TPV", offset=(column * 18.0, (row - 5.5) * 32.0)
            ) | tpv(1e-2)
            cards |= {
                "CCDNUM": number, "DETSEC": f"[{left}:{left + 15},{bottom}:{bottom + 29}]",
                "DETSIZE": "[1:260,1:384]", "BUNIT": "ADU",
            }  # fmt: skip
            if number == 61:
                continue
            name = f"{'SN'[row >= 6]}{number if number < 32 else number - 31}"
            array = smooth(shape, number / 62)
            array = np.full(shape, 1, np.int32) if kind == "ood" else array
            made.append(compressed(array, name, **cards))
    return made


def brick() -> list[Any]:
    """Return a coadd of the Legacy Surveys: one compressed image behind the primary header."""
    cards = tan(150.1, 2.2, 0.262, (72, 72)) | {"FILTER": "r", "BUNIT": "nanomaggy"}
    return [primary(BRICK="1501p022", FILTER="r"), compressed(smooth((72, 72)), "", **cards)]


def cutout() -> list[Any]:
    """Return a cutout of the Legacy Surveys: bands along the third axis, counted from 0."""
    cards = tan(150.1, 2.2, 0.262, (48, 48))
    bands = {"BANDS": "griz", "BAND0": "g", "BAND1": "r", "BAND2": "i", "BAND3": "z"}
    return [primary(smooth((4, 48, 48)), SURVEY="LegacySurvey", **bands, **cards)]


def sdss_frame() -> list[Any]:
    """Return a calibrated field: image, calibration of columns, sky, astrometry."""
    shape = (60, 80)
    cards = tan(202.47, 47.2, 0.396, shape, angle=90) | {"RADECSYS": "ICRS", "BUNIT": "nanomaggy"}
    column = fits.Column("ALLSKY", "48E", dim="(8,6)", array=smooth((1, 6, 8)))
    sky = fits.BinTableHDU.from_columns([column])
    first = primary(smooth(shape) / 1000, FILTER="r", **cards, **{"DATE-OBS": "2000-09-26"})
    return [first, image(np.full(80, 0.005, np.float32)), sky, table("", RUN=np.arange(1))]


def manga() -> list[Any]:
    """Return a cube of MaNGA: FLUX, IVAR and MASK of logarithmic wavelengths, and pictures."""
    shape = (12, 30, 30)
    cards = tan(150.0, 2.0, 0.5, (30, 30)) | {
        "CTYPE3": "WAVE-LOG", "CUNIT3": "Angstrom", "CRVAL3": 3621.6, "CRPIX3": 1.0,
        "CD3_3": 0.834, "BUNIT": "1E-17 erg/s/cm^2/ang/spaxel",
    }  # fmt: skip
    return [
        primary(TELESCOP="SDSS 2.5-M"),
        image(smooth(shape), "FLUX", **cards),
        image(smooth(shape, 1), "IVAR", **cards),
        image(np.zeros(shape, np.int32), "MASK", **cards),
        image(np.arange(12.0), "WAVE"),
        image(smooth((30, 30)), "GIMG"),
        table("OBSINFO", SLITFILE=np.arange(3)),
    ]


def ps1_stack() -> list[Any]:
    """Return a stack of Pan-STARRS: 16 bits of asinh magnitudes, and matrices in old words."""
    shape = (60, 60)
    cards = {
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 194.1, "CRVAL2": 21.7,
        "CRPIX1": 30.5, "CRPIX2": 30.5, "CDELT1": 6.944e-05, "CDELT2": 6.944e-05,
        "PC001001": -1.0, "PC001002": 0.0, "PC002001": 0.0, "PC002002": 1.0,
        "BOFFSET": 12.5, "BSOFTEN": 95.0, "FPA.FILTER": "g.00000",
    }  # fmt: skip
    cards["HIERARCH FPA.FILTER"] = cards.pop("FPA.FILTER")
    return [primary(), compressed(smooth(shape, 0, np.int16), "", **cards)]


def ztf_science() -> list[Any]:
    """Return a quadrant of a science exposure: one array, with the polynomial of SCAMP."""
    shape = (62, 61)
    cards = tan(10.6, 41.2, 1.01, shape, code="TPV") | tpv() | {"RADESYS": "ICRS"}
    named = {"FILTERID": 2, "FILTER": "ZTF_r", "OBSMJD": 58300.3}
    return [primary(smooth(shape), **cards, **named, **{"DATE-OBS": "2018-07-01T08:00:00.123"})]


def ztf_raw() -> list[Any]:
    """Return a raw CCD: four quadrants, then their overscans, compressed by fpack."""
    made: list[Any] = [primary(TELESCOP="P48", CCD_ID=7)]
    shape = (50, 48)
    for quadrant, (right, up) in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1)), 1):
        cards = tan(10.6, 41.2, 1.01, shape, offset=(right * 24.0, up * 25.0))
        made.append(compressed(smooth(shape, quadrant / 4, np.int32), str(quadrant), **cards))
    strips = {f"BIAS{n}": smooth((50, 4), n, np.int32) for n in range(1, 5)}
    return made + [compressed(strip, name) for name, strip in strips.items()]


def twomass_atlas() -> list[Any]:
    """Return an image of the 2MASS atlas: SIN, with CROTA2."""
    cards = {
        "CTYPE1": "RA---SIN", "CTYPE2": "DEC--SIN", "CRVAL1": 266.4, "CRVAL2": -28.9,
        "CRPIX1": 32.5, "CRPIX2": 40.5, "CDELT1": -2.777778e-4, "CDELT2": 2.777778e-4,
        "CROTA2": 0.012, "EQUINOX": 2000.0, "FILTER": "k", "MAGZP": 19.9,
    }  # fmt: skip
    return [primary(smooth((80, 64)), TELESCOP="2MASS", **cards)]
