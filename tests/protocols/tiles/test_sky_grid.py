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


@given(ASCENSIONS, EXTENTS, st.booleans(), SIZES)
def test_images_across_the_edge_have_a_box_on_another_grid(
    start: float, extent: float, mirrored: bool, tile_size: int
) -> None:
    found = coverage(Footprint(start, extent, 5.0, 6.0, 0.01), tile_size, mirrored=mirrored)
    one, *more = found.on_grids
    west, _, east, _ = one.box
    low, _, high, _ = one.matrix_set.box
    assert low <= west < east <= high
    first = -(start + extent) if mirrored else start
    across_both = all((first - edge) % 360 > 360 - extent for edge in (0.0, 180.0))
    if not across_both:
        assert east - west == pytest.approx(extent)
    # Every part of the image is in the box, and in the tiles within the limits, on each grid.
    for part in np.linspace(0.001, 0.999, 7):
        ascension = (start + part * extent) % 360
        for each in (one, *more):
            matrix, grid = each.matrix_set.matrices[-1], each.matrix_set
            longitude = (-ascension if mirrored else ascension) - grid.west
            column = int(longitude % 360 // (matrix.pixel * tile_size))
            limits = each.limits(matrix)
            assert limits.min_column <= column <= limits.max_column
            # The tile does show that place.
            tile = SkyTile(grid, matrix, column, 0)
            u = longitude % 360 / matrix.pixel - column * tile_size
            lon, _ = tile.world(np.array([u]), np.array([0.0]))
            assert (lon[0] - ascension + 180) % 360 - 180 == pytest.approx(0, abs=1e-6)


def test_tiles_of_both_grids_have_one_key() -> None:
    grids = [sky_set(4, 256, mirrored=True, west=west) for west in (-180.0, 0.0)]
    assert [grid.identifier for grid in grids] == ["sky-4", "sky-360-4"]
    for zoom in range(4):
        for column in range(2 << zoom):
            tiles = [SkyTile(grid, grid.matrices[zoom], column, 0) for grid in grids]
            twins = [
                SkyTile(grids[1], grids[1].matrices[zoom], tiles[0].column_from(0.0), 0),
                SkyTile(grids[0], grids[0].matrices[zoom], tiles[1].column_from(-180.0), 0),
            ]
            for tile, twin in zip(tiles, twins, strict=True):
                assert tile.key == twin.key
                assert tile.place(3, 200) == pytest.approx(twin.place(3, 200))


@pytest.mark.parametrize(
    ("footprints", "expected"),
    [
        # Right ascensions from and extents; west and east of the box.
        ([(179.9, 0.2)], (179.9, 180.1)),
        ([(179.9, 0.2), (170.0, 1.0)], (170.0, 180.1)),
        ([(179.9, 0.2), (190.0, 1.0)], (179.9, 191.0)),
        # None of them is across the edge, but they are on both of its sides.
        ([(179.0, 0.5), (181.0, 0.5)], (179.0, 181.5)),
        ([(10.0, 1.0), (350.0, 1.0)], (-10.0, 11.0)),
        ([(179.9, 0.2), (359.9, 0.2)], (-180.0, 180.0)),
        ([(0.0, 360.0)], (-180.0, 180.0)),
        ([(0.0, 360.0), (179.9, 0.2)], (-180.0, 180.0)),
    ],
)
def test_union_across_the_edge(
    footprints: list[tuple[float, float]], expected: tuple[float, float]
) -> None:
    parts = [
        coverage(Footprint(start, extent, 0, 1, 0.01), 256, mirrored=False)
        for start, extent in footprints
    ]
    one = united(tuple(parts)).on_grids[0]
    assert (one.box[0], one.box[2]) == pytest.approx(expected)


def test_well_known_scale_sets_hold_the_scales() -> None:
    # OGC 07-057r7, annex E.4, GoogleCRS84Quad: 19 levels of half the scale each.
    register = [559082264.0287178 / 2**level for level in range(19)]
    for levels in (1, 13, 18):
        found = sky_set(levels, 256, mirrored=True)
        assert found.well_known_scales == "urn:ogc:def:wkss:OGC:1.0:GoogleCRS84Quad"
        assert found.crs == "urn:ogc:def:crs:OGC:1.3:CRS84"
        scales = [matrix.scale_denominator for matrix in found.matrices]
        assert scales == pytest.approx(register[1 : levels + 1], rel=1e-9)
    for levels, size in ((19, 256), (13, 512)):
        assert sky_set(levels, size, mirrored=True).well_known_scales is None
