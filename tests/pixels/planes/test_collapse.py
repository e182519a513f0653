"""Several planes made one, against numpy's functions that leave out NaN."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.plane import COLLAPSES, PixelValue, Selection
from celestile.pixels.planes.collapse import CollapsedPlane, median

Floats = NDArray[np.float32]

REFERENCE: dict[str, Callable[..., Any]] = {
    "mean": np.nanmean,
    "sum": np.nansum,
    "max": np.nanmax,
    "median": np.nanmedian,
}


class ArrayPlane:
    """A plane in memory."""

    direct = True
    by_rows = True

    def __init__(self, array: Floats) -> None:
        self.array = array
        self.height, self.width = array.shape
        self.key = str(hash(array.tobytes()))

    def read(self, region: Region) -> Floats:
        return self.array[region.y : region.bottom, region.x : region.right].copy()

    def value(self, x: int, y: int) -> PixelValue:
        return PixelValue(float(self.array[y, x]), None)


def reference(stack: Floats, method: str) -> Any:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        made = REFERENCE[method](stack.astype(np.float64), axis=0)
        made[np.isnan(stack).all(axis=0)] = np.nan
        return made.astype(np.float32)


def collapsed(stack: Floats, method: str) -> Floats:
    plane = CollapsedPlane([ArrayPlane(array) for array in stack], method)
    with np.errstate(all="raise", under="ignore"):
        return plane.read(Region(0, 0, plane.width, plane.height))


values = st.one_of(
    st.floats(-1e6, 1e6, width=32), st.sampled_from([np.nan, np.inf, -np.inf, 0.0, 3e38])
)
stacks = arrays.arrays(np.float32, st.tuples(st.integers(2, 5), st.just(3), st.just(4)),
                       elements=values)  # fmt: skip


@settings(max_examples=60)
@given(stack=stacks, method=st.sampled_from(COLLAPSES))
def test_collapse_is_numpy_without_nan(stack: Floats, method: str) -> None:
    np.testing.assert_allclose(collapsed(stack, method), reference(stack, method), rtol=1e-6)


@pytest.mark.parametrize("method", COLLAPSES)
def test_more_rows_than_a_strip(method: str) -> None:
    stack = np.random.default_rng(1).normal(size=(3, 200, 7)).astype(np.float32)
    stack[:, 70, 2] = np.nan
    np.testing.assert_allclose(collapsed(stack, method), reference(stack, method), rtol=1e-6)


@pytest.mark.parametrize("method", COLLAPSES)
def test_a_single_pixel(method: str) -> None:
    stack = np.random.default_rng(2).normal(size=(3, 5, 7)).astype(np.float32)
    stack[:, 4, 6] = np.nan
    plane = CollapsedPlane([ArrayPlane(array) for array in stack], method)
    assert plane.value(2, 3).value == pytest.approx(reference(stack, method)[3, 2], rel=1e-6)
    assert plane.value(6, 4) == PixelValue(None, None)


@given(arrays.arrays(np.float32, (4, 2, 3), elements=st.floats(-9, 9, width=32)))
def test_median_of_complete_planes(stack: Floats) -> None:
    expected = np.median(stack.astype(np.float64), axis=-1)
    np.testing.assert_array_equal(median(stack), expected)


def test_ranges_of_a_cube(write_fits: Any, open_image: Any) -> None:
    cube = np.random.default_rng(3).normal(size=(9, 5, 6)).astype(np.float32)
    image = open_image(write_fits("a.fits", (cube, {"CTYPE3": "FREQ"})))
    for method in COLLAPSES:
        plane = image.plane(Selection(channel=(3, 7), collapse=method))
        np.testing.assert_allclose(
            plane.read(Region(0, 0, 6, 5)), reference(cube[2:7, ::-1], method), rtol=1e-6
        )
    keys = {image.plane(Selection(channel=(3, 7), collapse=m)).key for m in COLLAPSES}
    keys |= {image.plane(Selection(channel=(3, 6))).key, image.plane(Selection()).key}
    assert len(keys) == len(COLLAPSES) + 2
