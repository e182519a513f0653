"""Every pixel of every level against plain numpy, whatever the size and whatever is missing."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from celestile.errors import SourceChangedError, StorageError
from celestile.geometry import Levels, Region
from celestile.pyramid import build as build_module
from celestile.pyramid import kernels
from celestile.pyramid.build import build
from celestile.pyramid.kernels import halved
from celestile.pyramid.store import PyramidLayout, open_pyramid

Floats = NDArray[np.float32]
RNG = np.random.default_rng(20260106)


def made(
    array: Floats, path: Path, memory_plane: Any, *, tile: int = 16, direct: bool = False
) -> Any:
    """Pyramid of an array, from its file."""
    plane = memory_plane(array, direct=direct)
    levels = Levels(plane.width, plane.height, tile)
    first = 1 if direct else 0
    build(plane, PyramidLayout(levels, first), path)
    return open_pyramid(path, plane, levels)


def check(pyramid: Any, expected: list[Floats]) -> None:
    for level, values in enumerate(expected):
        height, width = values.shape
        assert pyramid.levels.size(level) == (width, height)
        found = pyramid.read(level, Region(0, 0, width, height))
        np.testing.assert_array_equal(np.isnan(found), np.isnan(values))
        np.testing.assert_allclose(found, values, rtol=1e-5, atol=1e-5)


SIZES = [(1, 1), (1, 97), (97, 1), (16, 16), (17, 16), (61, 83), (101, 257), (128, 64), (131, 127)]


# Of a direct plane a single level is all there is, and nothing to build.
CASES = [
    (size, direct) for direct in (False, True) for size in SIZES if max(size) > 16 or not direct
]


@pytest.mark.parametrize(("size", "direct"), CASES)
def test_all_levels_of_odd_sizes(
    size: tuple[int, int], direct: bool, tmp_path: Path, memory_plane: Any, reference: Any
) -> None:
    array = RNG.normal(size=size).astype(np.float32)
    levels = Levels(size[1], size[0], 16)
    pyramid = made(array, tmp_path / "p", memory_plane, direct=direct)
    check(pyramid, reference(array, levels.count))
    assert pyramid.extent.valid == array.size
    assert (pyramid.extent.low, pyramid.extent.high) == (array.min(), array.max())


@pytest.mark.parametrize("direct", [False, True])
@pytest.mark.parametrize("shape", [(200, 300), (97, 1025), (1025, 97), (64, 513)])
def test_images_of_many_blocks(
    shape: tuple[int, int], direct: bool, tmp_path: Path, memory_plane: Any, reference: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # Blocks of 16 by 64 pixels: most levels are coarser than a block.
    monkeypatch.setattr(build_module, "_ROWS", 16)
    monkeypatch.setattr(build_module, "_COLUMNS", 64)
    monkeypatch.setattr(build_module, "_COLUMNS_STORED", 64)
    monkeypatch.setattr(build_module, "_WIDE", 100)
    monkeypatch.setattr(build_module, "_PART_PIXELS", 256)
    monkeypatch.setattr(build_module, "_MOST_PIXELS", 4096)
    array = RNG.normal(size=shape).astype(np.float32)
    array[RNG.random(shape) < 0.3] = np.nan
    array[20:60, 30:90] = np.nan
    pyramid = made(array, tmp_path / "p", memory_plane, tile=8, direct=direct)
    check(pyramid, reference(array, pyramid.levels.count))
    assert pyramid.plane.pixels_read >= array.size
    assert pyramid.extent.valid == (~np.isnan(array)).sum()


def test_an_image_larger_than_a_real_block(
    tmp_path: Path, memory_plane: Any, reference: Any
) -> None:
    array = RNG.normal(size=(613, 8201)).astype(np.float32)
    array[:, 4090:4100] = np.nan
    pyramid = made(array, tmp_path / "p", memory_plane, tile=256, direct=True)
    check(pyramid, reference(array, pyramid.levels.count))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=40,
)
@given(
    array=arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 40), st.integers(1, 40)),
        elements=st.one_of(
            st.floats(-1e5, 1e5, width=32), st.sampled_from([np.nan, np.nan, np.nan, 0.0, 3e38])
        ),
    )
)
def test_whatever_is_missing(
    array: Floats, tmp_path: Path, memory_plane: Any, reference: Any
) -> None:
    pyramid = made(array, tmp_path / "p", memory_plane, tile=4)
    for level, values in enumerate(reference(array, pyramid.levels.count)):
        height, width = values.shape
        found = pyramid.read(level, Region(0, 0, width, height))
        np.testing.assert_array_equal(np.isnan(found), np.isnan(values))
        # Single precision: what is small beside its neighbors may be lost.
        scale = np.nanmax(np.abs(array)) if np.isfinite(array).any() else 1.0
        np.testing.assert_allclose(found, values, rtol=1e-5, atol=1e-6 * scale)


def test_infinities_are_no_missing_pixels(memory_plane: Any) -> None:
    fine = np.array([[np.inf, 1, -np.inf, np.inf], [1, 1, 0, 0]], np.float32)
    np.testing.assert_array_equal(halved(fine), [[np.inf, np.nan]])
    np.testing.assert_array_equal(halved(np.full((2, 2), 3e38, np.float32)), [[np.float32(3e38)]])


FLOATS = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    elements=st.floats(width=32, allow_nan=True, allow_infinity=True, allow_subnormal=False),
)


@given(FLOATS)
def test_extent_of_what_is_finite(values: Floats) -> None:
    height, width = values.shape
    seen = kernels.nothing_seen()
    kernels.reduce(values, np.empty(((height + 1) // 2, (width + 1) // 2), np.float32), seen)
    low, high, valid = kernels.extent(seen)
    finite = values[np.isfinite(values)]
    assert valid == (~np.isnan(values)).sum()
    if finite.size:
        assert (low, high) == (finite.min(), finite.max())
    else:
        assert low > high


@given(FLOATS)
def test_mean_of_what_is_valid(values: Floats) -> None:
    """However large or small the numbers are: none of their sums overflows."""
    height, width = values.shape
    padded = np.pad(
        values.astype(np.float64), ((0, height % 2), (0, width % 2)), constant_values=np.nan
    )
    blocks = padded.reshape(padded.shape[0] // 2, 2, padded.shape[1] // 2, 2).swapaxes(1, 2)
    found = halved(values)
    for place in np.ndindex(found.shape):
        block = blocks[place][~np.isnan(blocks[place])]
        with np.errstate(invalid="ignore"):
            mean = block.mean() if block.size else np.nan
        largest = np.abs(block).max(initial=0.0) if np.isfinite(block).all() else 0.0
        np.testing.assert_allclose(found[place], mean, rtol=1e-6, atol=4e-7 * largest)


def test_more_columns_than_are_worked_on_at_once() -> None:
    values = RNG.normal(size=(6, 5001)).astype(np.float32)
    values[RNG.random(values.shape) < 0.3] = np.nan
    values[3, 4999] = -1e6
    seen = kernels.nothing_seen()
    kernels.reduce(values[:2], np.empty((1, 2501), np.float32), seen)
    kernels.reduce(values[2:], np.empty((2, 2501), np.float32), seen)
    expected = (-1e6, np.nanmax(values), (~np.isnan(values)).sum())
    assert kernels.extent(seen) == expected


def test_nothing_valid_at_all(tmp_path: Path, memory_plane: Any) -> None:
    pyramid = made(np.full((40, 50), np.nan, np.float32), tmp_path / "p", memory_plane)
    assert (pyramid.extent.low, pyramid.extent.high, pyramid.extent.valid) == (None, None, 0)
    assert np.isnan(pyramid.read(1, Region(0, 0, 25, 20))).all()


def test_any_region_of_any_level(tmp_path: Path, memory_plane: Any, reference: Any) -> None:
    array = RNG.normal(size=(83, 131)).astype(np.float32)
    pyramid = made(array, tmp_path / "p", memory_plane)
    for level, values in enumerate(reference(array, pyramid.levels.count)):
        height, width = values.shape
        for _ in range(40):
            x, y = RNG.integers(0, width), RNG.integers(0, height)
            region = Region(
                int(x), int(y), int(RNG.integers(1, width - x + 1)),
                int(RNG.integers(1, height - y + 1)),
            )  # fmt: skip
            np.testing.assert_allclose(
                pyramid.read(level, region),
                values[region.y : region.bottom, region.x : region.right],
                rtol=1e-5,
                atol=1e-6,
            )


def test_progress_ends_at_the_whole(tmp_path: Path, memory_plane: Any) -> None:
    heard: list[tuple[int, int]] = []
    plane = memory_plane(np.zeros((700, 300), np.float32))
    levels = Levels(300, 700, 64)
    build(
        plane,
        PyramidLayout(levels, 0),
        tmp_path / "p",
        lambda done, total: heard.append((done, total)),
    )
    assert heard[-1] == (210000, 210000)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


def test_memory_is_bounded(tmp_path: Path, memory_plane: Any) -> None:
    """No more than a few blocks are read ahead of what is written."""
    import tracemalloc  # noqa: PLC0415

    class Zeros(memory_plane):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(np.broadcast_to(np.float32(0), (8000, 4000)), direct=True)

    plane = Zeros()
    halved(np.zeros((2, 2), np.float32))
    tracemalloc.start()
    try:
        build(plane, PyramidLayout(Levels(4000, 8000, 256), 1), tmp_path / "p")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 * 10**6


def test_a_full_disk_is_an_error(
    tmp_path: Path, memory_plane: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(StorageError, match="No space left on device"):
        made(np.zeros((40, 50), np.float32), tmp_path / "p", memory_plane)


def test_a_source_that_fails_is_its_own_error(tmp_path: Path, memory_plane: Any) -> None:
    class Failing(memory_plane):  # type: ignore[misc]
        def read(self, region: Region) -> Floats:
            if region.y > 0:
                raise SourceChangedError("the file has shrunk")
            found: Floats = super().read(region)
            return found

    plane = Failing(np.zeros((2000, 50), np.float32))
    with pytest.raises(SourceChangedError):
        build(plane, PyramidLayout(Levels(50, 2000, 16), 0), tmp_path / "p")
