"""Grids over the sky against the standard's formulas."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from celestile.pixels.sky.footprint import Footprint
from celestile.protocols.tiles.sky_grid import SkyTile, coverage, sky_set, united

ASCENSIONS = st.floats(0, 359.999)
EXTENTS = st.floats(1e-4, 359)
SIZES = st.sampled_from([128, 256, 512])


def test_scale_denominators_are_those_of_world_crs84_quad() -> None:
    # OGC 17-083r2, annex D.2 counts from a single tile of 256 pixels; its level 1 is our level 0.
    found = [matrix.scale_denominator for matrix in sky_set(5, 256, mirrored=True).matrices]
    expected = [279541132.0143589, 139770566.0071794, 69885283.00358972,
                34942641.50179486, 17471320.75089743]  # fmt: skip
    assert found == pytest.approx(expected, rel=1e-12)


@given(SIZES, st.integers(1, 25))
def test_levels_are_twice_as_fine_each(tile_size: int, levels: int) -> None:
    matrix_set = sky_set(levels, tile_size, mirrored=True)
    assert len(matrix_set.matrices) == levels
    for zoom, matrix in enumerate(matrix_set.matrices):
        assert matrix.columns * tile_size * matrix.pixel == pytest.approx(360)
        assert matrix.rows * tile_size * matrix.pixel == pytest.approx(180)
        assert matrix_set.matrix(str(zoom)) is matrix
    assert matrix_set.matrix(str(levels)) is None


def test_sets_tell_their_orientation() -> None:
    mirrored, plain = (sky_set(3, 256, mirrored=each) for each in (True, False))
    assert mirrored.identifier != plain.identifier
    assert "-RA" in mirrored.title
    assert "-RA" not in plain.title


@given(ASCENSIONS, EXTENTS, st.floats(-90, 89), st.booleans(), SIZES)
def test_limits_hold_the_box_and_no_tile_more(
    start: float, extent: float, south: float, mirrored: bool, tile_size: int
) -> None:
    north = min(south + extent, 90.0)
    found = coverage(Footprint(start, extent, south, north, 0.01), tile_size, mirrored=mirrored)
    west, _, east, _ = found.box
    assert -180 <= west < east <= 180
    matrix = found.matrix_set.matrices[-1]
    limits = found.limits(matrix)
    tile = matrix.pixel * tile_size
    assert limits.min_column * tile - 180 <= west + 1e-6
    assert (limits.min_column + 1) * tile - 180 > west - 1e-6
    assert (limits.max_column + 1) * tile - 180 >= east - 1e-6
    assert limits.max_column * tile - 180 < east + 1e-6
    assert 90 - limits.min_row * tile >= north - 1e-6
    assert 90 - (limits.max_row + 1) * tile <= south + 1e-6
    # Every part of the image is in the box.
    for part in np.linspace(0, 1, 7):
        longitude = (start + part * extent) * (-1 if mirrored else 1)
        longitude = (longitude + 180) % 360 - 180
        assert west - 1e-6 <= longitude <= east + 1e-6 or abs(abs(longitude) - 180) < 1e-6


@given(st.floats(1e-9, 2.0), SIZES)
def test_finest_level_shows_all_pixels(scale: float, tile_size: int) -> None:
    found = coverage(Footprint(10, 5, 0, 5, scale), tile_size, mirrored=True)
    matrices = found.matrix_set.matrices
    assert matrices[-1].pixel <= scale * 1.01 or len(matrices) == 25
    if len(matrices) > 1:
        assert matrices[-2].pixel > scale


def test_tile_places() -> None:
    mirrored, plain = (sky_set(2, 256, mirrored=each) for each in (True, False))
    tile = SkyTile(mirrored, mirrored.matrices[1], 1, 0)
    side = 90 / 256
    assert tile.place(0, 0) == pytest.approx((90 - side / 2, 90 - side / 2))
    assert SkyTile(plain, plain.matrices[1], 1, 0).place(0, 0) == pytest.approx(
        (270 + side / 2, 90 - side / 2)
    )
    assert math.isnan(SkyTile(plain, plain.matrices[1], 1, 3).place(0, 400)[1])


def test_keys_tell_tiles_apart_but_not_sets() -> None:
    keys = {
        SkyTile(found, found.matrices[1], column, row).key
        for levels in (2, 3)
        for found in (
            sky_set(levels, 256, mirrored=True),
            sky_set(levels, 512, mirrored=True),
            sky_set(levels, 256, mirrored=False),
        )
        for column in (0, 1)
        for row in (0, 1)
    }
    assert len(keys) == 12


def test_union() -> None:
    one = coverage(Footprint(10, 5, 0, 5, 1.0), 256, mirrored=True)
    other = coverage(Footprint(20, 5, -5, 3, 0.01), 256, mirrored=True)
    both = united((one, other))
    assert both.box == pytest.approx((-25, -5, -10, 5))
    assert both.matrix_set == other.matrix_set
