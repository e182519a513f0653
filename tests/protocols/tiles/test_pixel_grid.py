"""Tile matrix sets against formulas of their own."""

from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from celestile.geometry import Levels, Region
from celestile.protocols.tiles.pixel_grid import TileMatrixSet, pixel, tile, tile_matrix_sets

SIDES = st.integers(1, 5000)
TILE_SIZES = st.sampled_from([64, 128, 256, 512])


def test_known_set() -> None:
    dressed, honest = tile_matrix_sets(3000, 2000, 256)
    assert dressed.identifier == "pixels-3000x2000"
    assert dressed.crs == "urn:ogc:def:crs:EPSG::3857"
    assert honest.identifier != dressed.identifier
    matrices = [
        (matrix.identifier, matrix.level, matrix.columns, matrix.rows)
        for matrix in dressed.matrices
    ]
    assert matrices == [
        ("0", 4, 1, 1), ("1", 3, 2, 1), ("2", 2, 3, 2), ("3", 1, 6, 4), ("4", 0, 12, 8)
    ]  # fmt: skip
    # OGC 07-057r7, section 6.1: a pixel of a meter is 1 / 0.28 mm.
    assert dressed.matrices[-1].scale_denominator == pytest.approx(3571.4285714285716, rel=1e-15)
    assert dressed.matrices[0].scale_denominator == pytest.approx(16 / 0.28e-3, rel=1e-15)


def test_unknown_matrix() -> None:
    dressed = tile_matrix_sets(3000, 2000, 256)[0]
    assert dressed.matrix("5") is None
    assert dressed.matrix("") is None


@given(SIDES, SIDES, TILE_SIZES)
def test_order_and_uniqueness(width: int, height: int, tile_size: int) -> None:
    for matrix_set in tile_matrix_sets(width, height, tile_size):
        denominators = [matrix.scale_denominator for matrix in matrix_set.matrices]
        assert denominators == sorted(set(denominators), reverse=True)
        assert matrix_set.matrices[-1].level == 0
        coarsest = matrix_set.matrices[0]
        assert (coarsest.columns, coarsest.rows) == (1, 1)
        for matrix in matrix_set.matrices:
            assert matrix_set.matrix(matrix.identifier) == matrix
            assert matrix.columns == ceil(width / (tile_size * 2**matrix.level))
            assert matrix.rows == ceil(height / (tile_size * 2**matrix.level))


def box(matrix_set: TileMatrixSet, identifier: str, column: int, row: int) -> list[float]:
    """Corners of a tile by the formulas of OGC 07-057r7, annex H.1: left, bottom, right, top."""
    matrix = matrix_set.matrix(identifier)
    assert matrix is not None
    span = matrix.scale_denominator * 0.00028 * matrix_set.levels.tile_size
    top = matrix_set.levels.height - row * span
    left = column * span
    return [left, top - span, left + span, top]


@given(SIDES, SIDES, TILE_SIZES, st.data())
def test_tile_is_where_the_standard_puts_it(
    width: int, height: int, tile_size: int, data: st.DataObject
) -> None:
    matrix_set = tile_matrix_sets(width, height, tile_size)[0]
    matrix = data.draw(st.sampled_from(matrix_set.matrices))
    column = data.draw(st.integers(0, matrix.columns - 1))
    row = data.draw(st.integers(0, matrix.rows - 1))
    found = tile(matrix_set.levels, matrix.level, column, row)
    left, bottom, right, top = box(matrix_set, matrix.identifier, column, row)
    assert found.region.x == pytest.approx(left, rel=1e-12)
    assert found.region.y == pytest.approx(height - top, rel=1e-12)
    assert found.region.right == pytest.approx(min(right, width), rel=1e-12)
    assert height - found.region.bottom == pytest.approx(max(bottom, 0), rel=1e-12, abs=1e-6)
    # A pixel of the tile spans 2**level pixels of the image, the last one perhaps fewer.
    step = 2**matrix.level
    assert found.size == (ceil(found.region.width / step), ceil(found.region.height / step))
    padded = found.size != (tile_size, tile_size)
    assert found.canvas == ((tile_size, tile_size) if padded else None)


@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from([16, 32, 64]))
def test_tiles_of_a_level_cover_the_image_once(width: int, height: int, tile_size: int) -> None:
    levels = Levels(width, height, tile_size)
    for level in range(levels.count):
        seen = np.zeros((height, width), dtype=int)
        columns, rows = levels.grid(level)
        for row in range(rows):
            for column in range(columns):
                region = tile(levels, level, column, row).region
                seen[region.y : region.bottom, region.x : region.right] += 1
        assert (seen == 1).all()


def test_edge_tile() -> None:
    found = tile(Levels(1000, 700, 256), 1, 1, 1)
    assert found.region == Region(512, 512, 488, 188)
    assert found.size == (244, 94)
    assert found.canvas == (256, 256)


@given(SIDES, SIDES, st.data())
def test_pixel_lies_under_the_coarse_one(width: int, height: int, data: st.DataObject) -> None:
    levels = Levels(width, height)
    level = data.draw(st.integers(0, levels.count - 1))
    level_width, level_height = levels.size(level)
    x = data.draw(st.integers(-2, level_width + 2))
    y = data.draw(st.integers(-2, level_height + 2))
    found = pixel(levels, level, x, y)
    if not (0 <= x < level_width and 0 <= y < level_height):
        assert found is None
        return
    assert found is not None
    assert found[0] >> level == x
    assert found[1] >> level == y
    assert found[0] < width
    assert found[1] < height
    if level == 0:
        assert found == (x, y)
