"""Products of Euclid.

Sources: Euclid Data Product Description Document for Q1: "Vis Calibrated Quad Frame Product" (three
extensions for each of 144 quadrants, named ``<detector>.SCI``, ``.RMS`` and ``.FLG``), "Vis Raw
Frame Product" (the quadrants E to H, and half of the focal plane turned by 180 degrees), "NIR
Calibrated Frame" (16 detectors with SCI, RMS and DQ) and "MER BGSUB Mosaic".
"""

from typing import Any

import numpy as np
from telescopes.made import image, primary, sip, smooth, tan, tpv

QUADRANT = (22, 24)
SCALE = 0.1
_GAP = (6, 30)
"""Between CCDs, in pixels across and along, which are kept in proportion to the quadrants."""

_CORNERS = {"E": (-1, -1), "F": (1, -1), "G": (1, 1), "H": (-1, 1)}


def vis_quadrants() -> list[Any]:
    """Return a calibrated exposure of VIS: 36 CCDs of four quadrants, each in its readout order."""
    rows, columns = QUADRANT
    made: list[Any] = [
        primary(TELESCOP="Euclid", INSTRUME="VIS", **{"DATE-OBS": "2024-03-20T01:02:03"})
    ]
    for ccd in range(36):
        row, column = divmod(ccd, 6)
        centre = ((column - 2.5) * (2 * columns + _GAP[0]), (row - 2.5) * (2 * rows + _GAP[1]))
        turned = column >= 3
        for letter, (right, up) in _CORNERS.items():
            side = (-right, -up) if turned else (right, up)
            place = (centre[0] + side[0] * columns / 2, centre[1] + side[1] * rows / 2)
            cards = tan(
                269.7, 66.0, SCALE, QUADRANT, angle=33.0 + 0.02 * row, offset=place,
                flips=(-side[0], -side[1]), code="TPV",
            ) | tpv()  # fmt: skip
            cards |= {"RADESYS": "ICRS", "BUNIT": "adu"}
            name = f"{row + 1}-{column + 1}.{letter}"
            made += [
                image(smooth(QUADRANT, ccd / 36), f"{name}.SCI", **cards),
                image(smooth(QUADRANT) / 20, f"{name}.RMS", **cards),
                image(np.zeros(QUADRANT, np.int32), f"{name}.FLG", **cards),
            ]
    return made


def nisp_frame() -> list[Any]:
    """Return a calibrated exposure of NISP: 16 detectors with SCI, RMS and DQ."""
    shape = (40, 40)
    made: list[Any] = [primary(TELESCOP="Euclid", INSTRUME="NISP", FILTER="J")]
    for detector in range(16):
        row, column = divmod(detector, 4)
        place = ((column - 1.5) * 46.0, (row - 1.5) * 49.0)
        cards = tan(
            269.7, 66.0, 0.3, shape, angle=0.01 * detector, offset=place, code="TAN-SIP"
        ) | sip(3, 1e-6)
        name = f"DET{row + 1}{column + 1}"
        made += [
            image(smooth(shape, detector / 16), f"{name}.SCI", **cards),
            image(smooth(shape), f"{name}.RMS", **cards),
            image(np.zeros(shape, np.int32), f"{name}.DQ", **cards),
        ]
    return made


def mer_mosaic() -> list[Any]:
    """Return a tile of the background-subtracted mosaic: one array in the primary HDU."""
    shape = (96, 96)
    cards = tan(269.7, 66.0, 0.1, shape) | {"RADESYS": "ICRS"}
    return [primary(smooth(shape) / 100, FILTER="VIS", MAGZERO=24.6, **cards)]
