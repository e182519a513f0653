"""Cubes whose spectral axis comes first have a sky as well."""

from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

AXES = {
    "RA": ("RA---TAN", 83.6, 5.0, -0.002, "deg", 9),
    "DEC": ("DEC--TAN", 22.0, 3.0, 0.002, "deg", 7),
    "FREQ": ("FREQ", 1.4e9, 1.0, 1e6, "Hz", 4),
}


def header(order: tuple[str, ...], *, matrix: bool) -> fits.Header:
    made = fits.Header()
    angle = np.radians(30)
    rotation = {
        ("RA", "RA"): np.cos(angle), ("RA", "DEC"): -np.sin(angle),
        ("DEC", "RA"): np.sin(angle), ("DEC", "DEC"): np.cos(angle), ("FREQ", "FREQ"): 1.0,
    }  # fmt: skip
    for number, name in enumerate(order, start=1):
        ctype, value, pixel, step, unit, _ = AXES[name]
        made[f"CTYPE{number}"] = ctype
        made[f"CRVAL{number}"] = value
        made[f"CRPIX{number}"] = pixel
        made[f"CUNIT{number}"] = unit
        if not matrix:
            made[f"CDELT{number}"] = step
            continue
        for other, column in enumerate(order, start=1):
            made[f"CD{number}_{other}"] = step * rotation.get((name, column), 0.0)
    return made


@pytest.mark.parametrize("order", list(permutations(AXES)))
@pytest.mark.parametrize("matrix", [False, True])
def test_sky_of_a_cube_in_any_order_of_its_axes(
    tmp_path: Path, open_image: Any, order: tuple[str, ...], *, matrix: bool
) -> None:
    path = tmp_path / "cube.fits"
    shape = tuple(AXES[name][5] for name in reversed(order))
    data = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    fits.writeto(path, data, header(order, matrix=matrix))
    image = open_image(path)
    wcs = WCS(fits.getheader(path))
    x_name, y_name = (name for name in order if name != "FREQ")
    assert (image.width, image.height) == (AXES[x_name][5], AXES[y_name][5])
    for x, y in ((0, 0), (image.width - 1, 0), (3, image.height - 1)):
        pixel = {x_name: x, y_name: image.height - 1 - y, "FREQ": 0}
        expected = wcs.wcs_pix2world([[pixel[name] for name in order]], 0)[0]
        found = image.sky.world(x + 0.5, y + 0.5)
        assert found.lon == pytest.approx(expected[order.index("RA")], abs=1e-9)
        assert found.lat == pytest.approx(expected[order.index("DEC")], abs=1e-9)
