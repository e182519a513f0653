"""Files whose first row is at the top, as programs of amateurs write them."""

from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from tests.conftest import WriteFits

from celestile.geometry import Region
from celestile.pixels.plane import Selection

SKY = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 20.0, "CRPIX2": 5.0, "CRVAL1": 83.0,
    "CRVAL2": -5.0, "CD1_1": -3e-4, "CD1_2": 1e-4, "CD2_1": 1e-4, "CD2_2": 3e-4,
}  # fmt: skip
VALUES = np.arange(1200, dtype=np.uint16).reshape(30, 40)


@pytest.mark.parametrize("order", ["TOP-DOWN", "top-down", "BOTTOM-UP", None])
@pytest.mark.parametrize("planes", [1, 3])
def test_the_row_at_the_top(
    order: str | None, planes: int, write_fits: WriteFits, open_image: Any, read_pixels: Any
) -> None:
    stored = np.stack([VALUES + 2000 * plane for plane in range(planes)])
    cards = SKY if order is None else {**SKY, "ROWORDER": order}
    image = open_image(write_fits("a.fits", (stored[0] if planes == 1 else stored, cards)))
    top_down = order is not None and order.upper() == "TOP-DOWN"
    for number in range(planes):
        plane = {"channel": number + 1} if len(image.channels) > 1 else {"frame": number + 1}
        expected = stored[number] if top_down else stored[number, ::-1]
        np.testing.assert_array_equal(read_pixels(image, **plane), expected)
    shown = image.plane(Selection())
    np.testing.assert_array_equal(
        shown.read(Region(3, 4, 5, 6)), (VALUES if top_down else VALUES[::-1])[4:10, 3:8]
    )
    assert shown.value(7, 2).value == (VALUES[2, 7] if top_down else VALUES[27, 7])
    assert image.top_down == top_down
    assert any("TOP-DOWN" in note for note in image.notes) == top_down
    # A pixel has the same sky wherever its row is drawn.
    row = 2 if top_down else 27
    world = image.sky.world(7.5, 2.5)
    lon, lat = WCS(fits.Header(SKY)).wcs_pix2world([[7, row]], 0)[0]
    assert (world.lon, world.lat) == pytest.approx((lon, lat), abs=1e-9)
