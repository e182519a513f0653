"""Products of the Vera C. Rubin Observatory.

Sources: DMTN-093 and the data products definition document, LSE-163; "Calibrated exposures" and
"Coadds" of the Rubin Science Platform documentation. `lsst.afw.image` writes IMAGE, MASK and
VARIANCE as tile-compressed extensions, and components such as the PSF as tables named ARCHIVE_INDEX
and after their classes; `MP_*` cards number the planes of the mask.
"""

from typing import Any

import numpy as np
from telescopes.made import Cards, compressed, primary, sip, smooth, table, tan

SHAPE = (60, 64)
PLANES = {"BAD": 0, "SAT": 1, "INTRP": 2, "CR": 3, "EDGE": 4, "DETECTED": 5}


def exposure() -> list[Any]:
    """Return a calibrated exposure of one CCD (calexp, visit_image)."""
    cards = tan(62.0, -37.0, 0.2, SHAPE, angle=121, code="TAN-SIP") | sip(3)
    cards |= {"RADESYS": "ICRS", "BUNIT": "nJy"}
    flags = np.zeros(SHAPE, np.int32)
    flags[10:12, 20:30] = 1 << PLANES["CR"]
    return [
        primary(**{"DATE-OBS": "2024-11-09T06:12:10.043", "TIMESYS": "TAI"}, TELESCOP="Simonyi"),
        compressed(smooth(SHAPE, 1), "IMAGE", **cards),
        compressed(flags, "MASK", "GZIP_2", **cards, **_planes()),
        compressed(smooth(SHAPE, 2) / 50, "VARIANCE", **cards),
        *_components(),
    ]


def coadd() -> list[Any]:
    """Return a patch of a deep coadd: the sky is that of the whole tract, without distortion."""
    cards = tan(62.5, -37.2, 0.2, SHAPE, offset=(3000.0, -2000.0)) | {"RADESYS": "ICRS"}
    cards |= {"BUNIT": "nJy", "LTV1": -3000.0, "LTV2": -2000.0}
    physical = {
        "CTYPE1A": "LINEAR", "CTYPE2A": "LINEAR", "CRPIX1A": 1.0, "CRPIX2A": 1.0,
        "CRVAL1A": 3000.0, "CRVAL2A": 2000.0, "CUNIT1A": "PIXEL", "CUNIT2A": "PIXEL",
    }  # fmt: skip
    return [
        primary(),
        compressed(smooth(SHAPE, 1), "IMAGE", **cards, **physical),
        compressed(np.zeros(SHAPE, np.int32), "MASK", "GZIP_2", **cards, **physical),
        compressed(smooth(SHAPE, 2) / 50, "VARIANCE", **cards, **physical),
        *_components(),
    ]


def raw() -> list[Any]:
    """Return a raw exposure: 16 segments of a CCD with overscan, the upper ones turned around."""
    height, width = 50, 13
    made: list[Any] = [primary(TELESCOP="LSST", INSTRUME="LSSTCam", DETSIZE="[1:104,1:100]")]
    for n in range(16):
        column, up = n % 8, n >= 8
        x = 1 + column * width
        section = f"[{x + width - 1}:{x},{2 * height}:{height + 1}]"
        section = section if up else f"[{x + width - 1}:{x},1:{height}]"
        cards = {
            "DETSEC": section, "DATASEC": f"[4:{width + 3},1:{height}]", "CCDSUM": "1 1",
        }  # fmt: skip
        array = smooth((height + 4, width + 10), n / 16, np.int32)
        made.append(compressed(array, f"Segment{'01'[not up]}{column}", **cards))
    return [*made, table("REB_COND", T=np.arange(2.0)), table("CCD_COND", T=np.arange(2.0))]


def _planes() -> Cards:
    """Return the cards that number the planes of a mask; longer names are HIERARCH cards."""
    words = {name: f"MP_{name}" for name in PLANES}
    return {
        word if len(word) <= 8 else f"HIERARCH {word}": PLANES[name] for name, word in words.items()
    }


def _components() -> list[Any]:
    return [
        table("ARCHIVE_INDEX", 1, id=np.arange(4)),
        table("FilterLabel", 1, band=np.arange(1)),
        table("SkyWcs", 1, wcs=np.arange(8)),
        table("PsfexPsf", 1, psf=np.arange(8.0)),
    ]
