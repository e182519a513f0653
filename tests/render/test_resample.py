"""Resampling against dense matrices of overlaps, in exact fractions."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from celestile.geometry import Levels, Region
from celestile.render import resample
from celestile.render.resample import crop_level, fit

Make = Callable[..., Any]


def overlaps(start: int, length: int, count: int, level: int, extent: int) -> NDArray[np.float64]:
    """Share of every pixel of a level along an axis in every output pixel; exact, then rounded."""
    step = 1 << level
    cells = -(-extent // step)
    matrix = np.zeros((count, cells))
    for out in range(count):
        low = start + Fraction(out * length, count)
        high = start + Fraction((out + 1) * length, count)
        for cell in range(cells):
            share = min(high, (cell + 1) * step, extent) - max(low, cell * step)
            matrix[out, cell] = max(share, 0)
    return matrix


def averaged(
    values: NDArray[Any], region: Region, size: tuple[int, int], level: int, levels: Levels
) -> NDArray[Any]:
    across = overlaps(region.x, region.width, size[0], level, levels.width)
    down = overlaps(region.y, region.height, size[1], level, levels.height)
    valid = ~np.isnan(values)
    total = down @ np.where(valid, values.astype(np.float64), 0.0) @ across.T
    weight = down @ valid.astype(np.float64) @ across.T
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(weight > 1e-12, total / weight, np.nan)


@st.composite
def requests(draw: st.DrawFn) -> tuple[tuple[int, int], Region, tuple[int, int]]:
    width, height = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    region = Region(x, y, draw(st.integers(1, width - x)), draw(st.integers(1, height - y)))
    return (width, height), region, (draw(st.integers(1, 50)), draw(st.integers(1, 50)))


def scene(width: int, height: int, gaps: float = 0.2) -> NDArray[np.float32]:
    generator = np.random.default_rng(width * 100 + height)
    values = generator.normal(100, 30, (height, width)).astype(np.float32)
    values[generator.random(values.shape) < gaps] = np.nan
    return values


@given(request_=requests())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_region_at_any_size_is_the_area_weighted_mean(
    memory_pixels: Make, request_: tuple[tuple[int, int], Region, tuple[int, int]]
) -> None:
    (width, height), region, size = request_
    pixels = memory_pixels(scene(width, height))
    got = fit(pixels, region, size)
    assert got.shape == (size[1], size[0])
    assert got.dtype == np.float32
    assert got.flags.c_contiguous
    (level, read) = pixels.reads[0]
    values = pixels.read(level, Region(0, 0, *pixels.levels.size(level)))
    wanted = averaged(values, region, size, level, pixels.levels)
    np.testing.assert_allclose(got, wanted, rtol=1e-6)
    # Nothing beyond the region's pixels was read.
    step = 1 << level
    assert read.x == region.x // step
    assert read.y == region.y // step
    assert read.right == -(-region.right // step)
    assert read.bottom == -(-region.bottom // step)


@given(request_=requests())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_blocks_join_without_seams(
    memory_pixels: Make, request_: tuple[tuple[int, int], Region, tuple[int, int]]
) -> None:
    (width, height), region, size = request_
    pixels = memory_pixels(scene(width, height))
    whole = fit(pixels, region, size)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resample, "_MOST_PIXELS_AT_ONCE", 60)
        np.testing.assert_allclose(fit(pixels, region, size), whole, rtol=1e-6)


def test_memory_stays_bounded_when_one_axis_is_squeezed(memory_pixels: Make) -> None:
    pixels = memory_pixels(scene(40, 40))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resample, "_MOST_PIXELS_AT_ONCE", 200)
        fit(pixels, Region(0, 0, 40, 40), (40, 2))
    assert max(read.width * read.height for _, read in pixels.reads) <= 200
    assert {level for level, _ in pixels.reads} == {0}


def test_enlarged_pixels_are_squares(memory_pixels: Make) -> None:
    values = np.array([[1.0, 2.0], [3.0, np.nan]])
    got = fit(memory_pixels(values), Region(0, 0, 2, 2), (6, 4))
    np.testing.assert_array_equal(got, np.repeat(np.repeat(values, 2, axis=0), 3, axis=1))


def test_integers_survive_enlargement_exactly(memory_pixels: Make) -> None:
    values = np.arange(49, dtype=np.float32).reshape(7, 7)
    got = fit(memory_pixels(values), Region(0, 0, 7, 7), (700, 700))
    np.testing.assert_array_equal(got, np.kron(values, np.ones((100, 100))))


def test_infinity_stays_where_it_is(memory_pixels: Make) -> None:
    values = np.zeros((4, 4))
    values[1, 1] = np.inf
    values[2, 2] = -np.inf
    got = fit(memory_pixels(values, 256), Region(0, 0, 4, 4), (3, 4))
    assert np.isposinf(got[1]).sum() == 2
    assert np.isneginf(got[2]).sum() == 2
    assert np.isfinite(got[[0, 3]]).all()


@given(
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    level=st.integers(0, 5),
    column=st.integers(0, 40),
    row=st.integers(0, 40),
)
def test_every_tile_of_the_pyramid_is_a_crop(
    width: int, height: int, level: int, column: int, row: int
) -> None:
    levels = Levels(width, height, 16)
    assume(level < levels.count)
    columns, rows = levels.grid(level)
    side = 16 << level
    x, y = (column % columns) * side, (row % rows) * side
    region = Region(x, y, min(side, width - x), min(side, height - y))
    step = 1 << level
    size = (-(-region.width // step), -(-region.height // step))
    found = crop_level(levels, region, size)
    assert found is not None
    # A finer level only where it has no more pixels than asked for.
    assert found <= level
    scale = 1 << found
    assert size == (-(-region.width // scale), -(-region.height // scale))


def test_crops_are_read_as_they_are(memory_pixels: Make) -> None:
    pixels = memory_pixels(scene(21, 13))
    got = fit(pixels, Region(16, 8, 5, 5), (2, 2))
    assert pixels.reads == [(2, Region(4, 2, 2, 2))]
    np.testing.assert_array_equal(got, pixels.read(2, Region(4, 2, 2, 2)))


@pytest.mark.parametrize(
    ("region", "size"),
    [
        (Region(4, 0, 8, 8), (1, 1)),  # not on the grid of level 3
        (Region(0, 0, 7, 8), (4, 4)),  # ends amid a pixel of level 1
        (Region(0, 0, 8, 8), (3, 3)),
        (Region(0, 0, 8, 8), (9, 9)),
    ],
)
def test_other_regions_are_no_crops(region: Region, size: tuple[int, int]) -> None:
    assert crop_level(Levels(64, 64, 8), region, size) is None
