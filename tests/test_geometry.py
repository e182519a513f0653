"""Rounding: sizes of levels, tiles and regions."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celestile.errors import OutOfRangeError
from celestile.geometry import Levels, Region, ceil_divide, strips

sizes = st.integers(1, 10**7)
tiles = st.sampled_from([1, 16, 256, 512])


@given(st.integers(1, 10**12), st.integers(1, 10**6))
def test_division_rounds_up(dividend: int, divisor: int) -> None:
    quotient = ceil_divide(dividend, divisor)
    assert (quotient - 1) * divisor < dividend <= quotient * divisor


@given(width=sizes, height=sizes, tile=tiles)
def test_levels_halve_until_one_tile_is_enough(width: int, height: int, tile: int) -> None:
    levels = Levels(width, height, tile)
    assert levels.size(0) == (width, height)
    for level in range(1, levels.count):
        before, now = levels.size(level - 1), levels.size(level)
        assert now == (ceil(before[0] / 2), ceil(before[1] / 2))
        assert max(before) > tile
    assert levels.grid(levels.count - 1) == (1, 1)


@given(width=sizes, height=sizes, tile=tiles)
def test_tiles_cover_a_level_and_no_more(width: int, height: int, tile: int) -> None:
    levels = Levels(width, height, tile)
    for level in range(levels.count):
        columns, rows = levels.grid(level)
        level_width, level_height = levels.size(level)
        assert (columns - 1) * tile < level_width <= columns * tile
        assert (rows - 1) * tile < level_height <= rows * tile


@pytest.mark.parametrize(
    ("scale", "level"),
    [(0.1, 0), (1, 0), (1.99, 0), (2, 1), (3.99, 1), (4, 2), (2 - 1e-12, 1), (16, 4), (1000, 4)],
)
def test_level_for_a_scale(scale: float, level: int) -> None:
    assert Levels(4096, 4096, 256).level_for(scale) == level


@given(scale=st.floats(0.01, 1e6), width=sizes)
def test_the_level_for_a_scale_is_fine_enough_and_no_finer(scale: float, width: int) -> None:
    levels = Levels(width, 5)
    level = levels.level_for(scale)
    assert level == 0 or 2**level <= scale * (1 + 1e-8)
    assert level == levels.count - 1 or 2 ** (level + 1) > scale


def test_strips() -> None:
    assert list(strips(10, 4)) == [(0, 4), (4, 8), (8, 10)]
    assert list(strips(8, 4)) == [(0, 4), (4, 8)]
    assert list(strips(1, 4)) == [(0, 1)]


@pytest.mark.parametrize(
    "numbers", [(-1, 0, 1, 1), (0, -1, 1, 1), (0, 0, 0, 1), (0, 0, 1, 0), (5, 5, -3, 2)]
)
def test_a_region_holds_a_pixel(numbers: tuple[int, int, int, int]) -> None:
    with pytest.raises(OutOfRangeError):
        Region(*numbers)


def test_edges_of_a_region() -> None:
    region = Region(3, 4, 10, 20)
    assert (region.right, region.bottom) == (13, 24)
