"""Cells and their places, against astropy's WCS and astropy-healpix's own numbering."""

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from astropy_healpix import HEALPix

from celestile.protocols.hips.healpix import (
    cell_size,
    part_coordinates,
    places,
    plane_cards,
    tile,
)


@pytest.mark.parametrize(("order", "cell"), [(0, 0), (0, 7), (0, 11), (3, 713), (5, 9000)])
def test_tile_pixels_lie_where_their_header_says(order: int, cell: int) -> None:
    width = 64
    header = fits.Header({"NAXIS": 2, "NAXIS1": width, "NAXIS2": width})
    for keyword, (value, _) in plane_cards(order, cell, width).items():
        header[keyword] = value
    column, row = (each.ravel() for each in np.meshgrid(np.arange(3, 61), np.arange(3, 61)))
    lon, lat = WCS(header).all_pix2world(column, row, 0)
    # FITS rows count from the bottom, the picture's from the top; pixels have their centers at 0.5.
    ours = tile(order, cell, width).world(column + 0.5, width - row - 0.5)
    np.testing.assert_allclose((ours[0] - lon + 180) % 360 - 180, 0, atol=1e-9)
    np.testing.assert_allclose(ours[1], lat, atol=1e-9)


def test_pixels_of_a_tile_are_its_descendants() -> None:
    order, cell, below = 2, 100, 4
    descendants = (cell << 2 * below) + np.arange(1 << 2 * below)
    x, y = part_coordinates(np.arange(1 << 2 * below), below)
    lon, lat = tile(order, cell, 1 << below).world(y + 0.5, x + 0.5)
    wanted = HEALPix(1 << order + below, "nested").healpix_to_lonlat(descendants)
    np.testing.assert_allclose(lon, wanted[0].deg, atol=1e-9)
    np.testing.assert_allclose(lat, wanted[1].deg, atol=1e-9)
    assert part_coordinates(0b1001, 2) == (1, 2)


def test_places_beyond_a_cell_are_taken_to_its_rim() -> None:
    beyond = tile(3, 5, 64).world(np.array([70.0]), np.array([32.0]))
    rim = places(3, 5, 0.5, 1.0)
    np.testing.assert_allclose(np.ravel(beyond), np.ravel(rim))


@pytest.mark.parametrize(
    # HiPS 1.0, table 1: the size of pixels of tiles 512 wide.
    ("order", "size"), [(0, 6.871 / 60), (3, 51.53 / 3600), (8, 1.61 / 3600)]
)  # fmt: skip
def test_sizes_are_those_of_the_standard(order: int, size: float) -> None:
    assert cell_size(order + 9) == pytest.approx(size, rel=1e-3)
