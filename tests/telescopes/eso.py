"""Products of ESO: FORS, HAWK-I, MUSE, OmegaCAM, VIRCAM and X-shooter.

Sources: ESO "Data Interface Control Document" (GEN-SPE-ESO-19400-794) and its dictionaries of
detector keywords; HAWK-I, OmegaCAM and VIRCAM user manuals; VDFS interface control document
VDF-WFA-VSA-004 (ZPN); MUSE pipeline manual, "Data format" (DATA, STAT, DQ); X-shooter pipeline
manual VLT-MAN-ESO-14650-4840 (FLUX, ERRS, QUAL).
"""

from typing import Any

import numpy as np
from telescopes.made import Array, Cards, compressed, image, primary, smooth, tan

SHAPE = (48, 46)


def fors() -> list[Any]:
    """Return a raw exposure of one chip of FORS2: 16 bits, with prescan, in the primary HDU."""
    cards = tan(150.0, -30.0, 0.25, SHAPE) | {"RADECSYS": "FK5", "EQUINOX": 2000.0}
    outputs = {"HIERARCH ESO DET OUT1 PRSCX": 3, "HIERARCH ESO DET OUT1 OVSCX": 2}
    named = {"TELESCOP": "ESO-VLT-U1", "INSTRUME": "FORS2", "EXTNAME": "CHIP1"}
    return [primary(smooth(SHAPE, 0, np.uint16), **named, **cards, **outputs)]


def hawki() -> list[Any]:
    """Return an exposure of HAWK-I: four chips around the axis; the file has 1, 2, 4, 3."""
    made: list[Any] = [primary(INSTRUME="HAWKI")]
    places = {1: (-26, -27), 2: (26, -27), 4: (-26, 27), 3: (26, 27)}
    for chip, place in places.items():
        cards = tan(150.0, -30.0, 0.106, SHAPE, offset=place, angle=0.1 * chip)
        made.append(image(smooth(SHAPE, chip / 4), f"CHIP{chip}.INT1", **cards, BUNIT="adu"))
    return made


def muse_cube() -> list[Any]:
    """Return a cube of MUSE: DATA, STAT and DQ."""
    cards = tan(150.0, -30.0, 0.2, (30, 32)) | {
        "CTYPE3": "AWAV", "CUNIT3": "Angstrom", "CRVAL3": 4749.7, "CRPIX3": 1.0, "CD3_3": 1.25,
        "CD1_3": 0.0, "CD2_3": 0.0, "CD3_1": 0.0, "CD3_2": 0.0,
    }  # fmt: skip
    shape = (16, 30, 32)
    unit = "10**(-20)*erg/s/cm**2/Angstrom"
    words = {"HDUCLASS": "ESO", "HDUCLAS1": "IMAGE", "SCIDATA": "DATA"}
    return [
        primary(INSTRUME="MUSE"),
        image(smooth(shape), "DATA", **cards, BUNIT=unit, ERRDATA="STAT", QUALDATA="DQ"),
        image(smooth(shape, 1), "STAT", **cards, **words, BUNIT=f"({unit})**2"),
        image(np.zeros(shape, np.int32), "DQ", **cards, **words),
    ]


def muse_raw() -> list[Any]:
    """Return a raw exposure of MUSE: spectra of 24 spectrographs, without sky coordinates."""
    shapes = smooth(SHAPE, 0, np.uint16)
    made: list[Any] = [primary(INSTRUME="MUSE")]
    return made + [image(shapes + n, f"CHAN{n:02d}") for n in range(1, 25)]


def omegacam() -> list[Any]:
    """Return a raw exposure of OmegaCAM: 32 CCDs, with prescan and overscan."""
    made: list[Any] = [primary(INSTRUME="OMEGACAM")]
    for n in range(32):
        column, row = n % 8, n // 8
        place = ((column - 3.5) * 42.0, (row - 1.5) * 52.0)
        cards = tan(150.0, -30.0, 0.21, SHAPE, offset=place)
        for words in (("PRSC", 3), ("N", 40), ("OVSC", 3)):
            cards[f"HIERARCH ESO DET OUT1 {words[0]}X"] = words[1]
        for words in (("PRSC", 0), ("N", 48), ("OVSC", 0)):
            cards[f"HIERARCH ESO DET OUT1 {words[0]}Y"] = words[1]
        name = f"ESO_CCD_#{65 + n}"
        made.append(image(smooth(SHAPE, n / 32, np.uint16), name, **cards))
    return made


def vircam() -> list[Any]:
    """Return a pawprint of VIRCAM: 16 chips far apart, in ZPN, compressed."""
    made: list[Any] = [primary(INSTRUME="VIRCAM", FILTER="Ks")]
    shape = (30, 30)
    for n in range(16):
        row, column = divmod(n, 4)
        place = ((column - 1.5) * 57.0, (row - 1.5) * 43.0)
        cards = tan(80.0, -69.0, 22.0, shape, angle=90.0, offset=place, code="ZPN")
        cards |= {"PV2_1": 1.0, "PV2_2": 0.0, "PV2_3": 42.0, "PV2_4": 0.0, "PV2_5": 0.0}
        array: Array = smooth(shape, n / 16, np.int32)
        made.append(compressed(array, f"DET1.CHIP{n + 1}", **cards))
    return made


def _spectrum() -> Cards:
    return {
        "CTYPE1": "LINEAR", "CUNIT1": "nm", "CRVAL1": 533.7, "CRPIX1": 1.0, "CDELT1": 0.02,
        "CTYPE2": "LINEAR", "CUNIT2": "arcsec", "CRVAL2": -4.9, "CRPIX2": 1.0, "CDELT2": 0.16,
        "CD1_1": 0.02, "CD2_2": 0.16, "BUNIT": "erg/s/cm2/Angstrom",
    }  # fmt: skip


def merged_spectrum() -> list[Any]:
    """Return a merged spectrum of X-shooter: wavelength along the rows, the slit along columns."""
    shape = (30, 90)
    return [
        primary(smooth(shape), EXTNAME="FLUX", INSTRUME="XSHOOTER", **_spectrum()),
        image(smooth(shape, 1), "ERRS", **_spectrum()),
        image(np.zeros(shape, np.int32), "QUAL", **_spectrum()),
    ]


def order_spectra() -> list[Any]:
    """Return spectra of the orders of X-shooter: each with errors and quality."""
    made: list[Any] = []
    for order in (26, 25, 24):
        shape = (30, 80 + order)
        for name, array in (
            ("FLUX", smooth(shape, order)),
            ("ERRS", smooth(shape)),
            ("QUAL", np.zeros(shape, np.int32)),
        ):
            word = f"ORD{order}_{name}"
            if not made:
                made.append(primary(array, EXTNAME=word, INSTRUME="XSHOOTER", **_spectrum()))
            else:
                made.append(image(array, word, **_spectrum()))
    return made
