"""Products of Gemini, Subaru, CFHT and Keck.

Sources: DRAGONS user manual, "Data structure" (SCI, VAR and DQ of each amplifier); GMOS "Data
format"; HSC pipeline documentation and HSC FITS keyword dictionary (T_OSMNmn, T_EFMNmn); CFHT
"MegaPrime: FITS headers" and "MegaCam: 40 CCDs"; LRIS "FITS format" (VidInp); KCWI DRP, "Data
products" (primary, UNCERT, MASK, FLAGS).
"""

from typing import Any

import numpy as np
from telescopes.made import Cards, image, primary, smooth, tan


def gmos_raw() -> list[Any]:
    """Return a raw exposure of GMOS: 12 amplifiers of three CCDs, binned by two."""
    made: list[Any] = [primary(INSTRUME="GMOS-N", DETSIZE="[1:384,1:120]", NCCDS=3, NAMPS=4)]
    for n in range(12):
        left = n % 2 == 0
        data, bias = ("[1:16,1:60]", "[17:20,1:60]") if left else ("[5:20,1:60]", "[1:4,1:60]")
        cards = {
            "DETSEC": f"[{n * 32 + 1}:{n * 32 + 32},1:120]", "DATASEC": data, "BIASSEC": bias,
            "CCDSUM": "2 2", "CCDNAME": f"BI13-20-4k-{n // 4 + 1}",
        }  # fmt: skip
        made.append(image(smooth((60, 20), n / 12, np.uint16), "", n + 1, **cards))
    return made


def gmos_reduced() -> list[Any]:
    """Return a reduced exposure: SCI, VAR and DQ of three CCDs, and a table for each."""
    made: list[Any] = [primary(INSTRUME="GMOS-N")]
    shape = (60, 40)
    for version in (1, 2, 3):
        cards = tan(150.0, 2.0, 0.16, shape, offset=((version - 2) * 44.0, 0.0), angle=0.02)
        cards |= {"DETSEC": f"[{version * 88 - 87}:{version * 88 - 8},1:120]", "CCDSUM": "2 2"}
        made += [
            image(smooth(shape, version), "SCI", version, **cards, BUNIT="electron"),
            image(smooth(shape), "VAR", version, BUNIT="electron*electron", **cards),
            image(np.zeros(shape, np.uint16), "DQ", version, **cards),
        ]
    return made


def hsc_raw() -> list[Any]:
    """Return a raw chip of HSC: four channels with overscan in one array."""
    cards: Cards = tan(150.0, 2.0, 0.168, (64, 88)) | {"DET-ID": 42, "FILTER01": "HSC-I"}
    for n in range(4):
        cards |= {f"T_EFMN{n + 1}1": 22 * n + 5, f"T_EFMX{n + 1}1": 22 * n + 20}
        cards |= {f"T_OSMN{n + 1}1": 22 * n + 21, f"T_OSMX{n + 1}1": 22 * n + 22}
    return [primary(smooth((64, 88), 0, np.uint16), INSTRUME="Hyper Suprime-Cam", **cards)]


def _ears() -> list[tuple[int, int]]:
    """Return columns and rows of the CCDs of MegaCam: the middle rows have two more each."""
    nine = [(column, 3) for column in range(1, 10)]
    ears = [(column, 2) for column in range(1, 10)] + [(column, 1) for column in range(1, 10)]
    last = [(column, 0) for column in range(1, 10)]
    return [*nine, *ears, *last, (0, 2), (10, 2), (0, 1), (10, 1)]


def megacam(chips: int = 40) -> list[Any]:
    """Return a raw exposure of MegaCam: 36 CCDs, or 40 with its ears; the upper rows upside down.

    Parameters
    ----------
    chips : {36, 40}
        Number of CCDs.
    """
    shape, overscan = (46, 20), 2
    made: list[Any] = [primary(DETECTOR="MegaCam", NEXTEND=chips, FILTER="r.MP9602")]
    for n, (column, row) in enumerate(_ears()[:chips]):
        x, y = column * 24 + 1, row * 50 + 1
        across, along = f"{x}:{x + 19}", f"{y}:{y + 45}"
        if row > 1:
            across, along = f"{x + 19}:{x}", f"{y + 45}:{y}"
        cards = {
            "DETSEC": f"[{across},{along}]", "DATASEC": f"[{overscan + 1}:{overscan + 20},1:46]",
            "CCDSUM": "1 1", "EXTVER": n, "BUNIT": "adu",
        }  # fmt: skip
        array = smooth((shape[0], shape[1] + 2 * overscan), n / 40, np.uint16)
        made.append(image(array, f"ccd{n:02d}", n, **cards))
    return made


def lris() -> list[Any]:
    """Return a raw exposure of LRIS: four amplifiers of two CCDs, half of them read backwards."""
    made: list[Any] = [primary(INSTRUME="LRIS", DETSIZE="[1:80,1:60]")]
    for n in range(4):
        x, backwards = n * 20, n % 2 == 1
        across = f"{x + 20}:{x + 1}" if backwards else f"{x + 1}:{x + 20}"
        cards = {"DETSEC": f"[{across},1:60]", "DATASEC": "[4:23,1:60]", "CCDSUM": "1 1"}
        made.append(image(smooth((60, 28), n / 4, np.uint16), f"VidInp{n + 1}", **cards))
    return made


def kcwi() -> list[Any]:
    """Return a cube of KCWI: pixels are far wider than high; uncertainty, mask and flags follow."""
    cards = tan(150.0, 2.0, 0.3, (30, 24)) | {
        "CTYPE3": "AWAV", "CUNIT3": "Angstrom", "CRVAL3": 3500.0, "CRPIX3": 1.0, "CD3_3": 1.0,
        "BUNIT": "FLAM16", "INSTRUME": "KCWI",
    }  # fmt: skip
    cards["CD1_1"] = cards["CD1_1"] * 2.3
    shape = (14, 30, 24)
    return [
        primary(smooth(shape), **cards),
        image(smooth(shape, 1), "UNCERT"),
        image(np.zeros(shape, np.uint8), "MASK"),
        image(np.zeros(shape, np.uint8), "FLAGS"),
    ]
