"""Chips whose first rows are at the top, and chips with the sky of the arrays beside them."""

from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from celestile.pixels.plane import Selection

RNG = np.random.default_rng(5)
ROWS, COLUMNS = 30, 40


def sky(column: int, row: int) -> dict[str, Any]:
    """Cards of a chip whose first pixel is at a column and row of the mosaic."""
    return {
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 20.0 - column,
        "CRPIX2": 5.0 - row, "CRVAL1": 83.0, "CRVAL2": -5.0, "CD1_1": -3e-4, "CD1_2": 1e-4,
        "CD2_1": 1e-4, "CD2_2": 3e-4,
    }  # fmt: skip


def quadrants(order: str | None, *, sections: bool, located: bool) -> tuple[Any, list[Any]]:
    """Four chips of one exposure, and the exposure with rows as stored."""
    whole = RNG.normal(100, 20, (2 * ROWS, 2 * COLUMNS)).astype(np.float32)
    chips = []
    for number in range(4):
        row, column = ROWS * (number // 2), COLUMNS * (number % 2)
        cards: dict[str, Any] = {"EXTNAME": f"CCD{number + 1}"}
        if order:
            cards["ROWORDER"] = order
        if sections:
            ends = f"{column + 1}:{column + COLUMNS},{row + 1}:{row + ROWS}"
            cards["DETSEC"] = f"[{ends}]"
        if located:
            cards |= sky(column, row)
        chips.append((whole[row : row + ROWS, column : column + COLUMNS], cards))
    return whole, chips


@pytest.mark.parametrize("order", ["TOP-DOWN", "BOTTOM-UP", None])
@pytest.mark.parametrize(("sections", "located"), [(True, True), (True, False), (False, True)])
def test_the_first_row_of_an_exposure_is_at_the_top(
    order: str | None, sections: bool, located: bool, write_fits: Any, open_image: Any,
    read_pixels: Any,
) -> None:  # fmt: skip
    whole, chips = quadrants(order, sections=sections, located=located)
    image = open_image(write_fits("a.fits", *chips))
    assert len(image.chips) == 4
    top_down = order == "TOP-DOWN"
    np.testing.assert_array_equal(read_pixels(image), whole if top_down else whole[::-1])
    assert any("TOP-DOWN" in note for note in image.notes) == top_down
    if not located:
        return
    wcs = WCS(fits.Header(sky(0, 0)))
    for x, y in ((3, 4), (50, 12), (7, 55), (71, 40)):
        row = y if top_down else 2 * ROWS - 1 - y
        world = image.sky.world(x + 0.5, y + 0.5)
        expected = wcs.wcs_pix2world([[x, row]], 0)[0]
        assert (world.lon, world.lat) == pytest.approx(tuple(expected), abs=1e-9)


def test_chips_of_a_contact_sheet_are_turned_in_their_places(
    write_fits: Any, open_image: Any
) -> None:
    _, chips = quadrants("TOP-DOWN", sections=False, located=False)
    chips[3][1]["ROWORDER"] = "BOTTOM-UP"
    image = open_image(write_fits("a.fits", *chips))
    assert image.arrangement == "contact sheet"
    for number, chip in enumerate(image.chips):
        found = image.plane(Selection()).read(chip.region)
        stored = chips[number][0]
        np.testing.assert_array_equal(found, stored[::-1] if number == 3 else stored)


def test_exposures_with_the_first_row_at_the_top(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    stored = [RNG.normal(size=(ROWS, COLUMNS)).astype(np.float32) for _ in range(3)]
    cards = [
        {**sky(0, 0), "EXTNAME": "SCI", "EXTVER": n + 1, "ROWORDER": "TOP-DOWN",
         "DATE-OBS": f"2024-01-01T00:0{n}:00"}
        for n in range(3)
    ]  # fmt: skip
    image = open_image(write_fits("a.fits", *zip(stored, cards, strict=True)))
    assert len(image.frames) == 3
    for number, pixels in enumerate(stored, start=1):
        np.testing.assert_array_equal(read_pixels(image, frame=number), pixels)


def test_chips_without_a_sky_have_that_of_their_science_arrays(
    write_fits: Any, open_image: Any
) -> None:
    images = []
    for number in range(2):
        pixels = RNG.normal(size=(ROWS, COLUMNS)).astype(np.float32)
        section = f"[{COLUMNS * number + 1}:{COLUMNS * (number + 1)},1:{ROWS}]"
        own = {"EXTVER": number + 1}
        images.append((pixels, {"EXTNAME": "SCI", **own, **sky(COLUMNS * number, 0)}))
        images.append((pixels, {"EXTNAME": "RAW", **own, "DETSEC": section}))
    image = open_image(write_fits("a.fits", *images))
    assert [chip.name.split(",")[0] for chip in image.chips] == ["RAW", "RAW"]
    world = image.sky.world(50.5, 12.5)
    expected = WCS(fits.Header(sky(0, 0))).wcs_pix2world([[50, ROWS - 13]], 0)[0]
    assert (world.lon, world.lat) == pytest.approx(tuple(expected), abs=1e-9)
