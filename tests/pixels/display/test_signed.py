"""First views of values of both signs, such as those of Stokes Q."""

import numpy as np
import pytest

from celestile.geometry import Region
from celestile.pixels.display.first_view import first_view, signed_view
from celestile.pixels.display.limits import Sample, sample
from celestile.pixels.plane import UNSHIFTED, Shift


def sampled(values: np.ndarray, shift: Shift = UNSHIFTED) -> Sample:
    def read(region: Region) -> np.ndarray:
        return values.astype(np.float32)[region.y : region.bottom, region.x : region.right]

    return sample(read, values.shape[1], values.shape[0], shift)


def lobes(size: float) -> np.ndarray:
    y, x = np.mgrid[-60:60, -80:80]
    angle = np.arctan2(y, x)
    return size * np.exp(-(x**2 + y**2) / 800) * np.cos(2 * angle)


@pytest.mark.parametrize("size", [1.0, -3e-5, 2e12])
def test_limits_are_at_equal_distances_from_0(size: float) -> None:
    values = lobes(size)
    found = signed_view(sampled(values))
    low, high = found.limits
    assert low == -high
    assert found.stretch == "linear"
    assert 0.5 * np.abs(values).max() < high <= np.abs(values).max()


def test_a_faint_offset_stays_in_the_middle() -> None:
    noise = np.random.default_rng(1).normal(0.0, 1.0, (200, 200))
    low, high = signed_view(sampled(noise + 0.1)).limits
    assert low == -high
    assert 2.5 < high < 4.5


def test_the_unit_is_that_of_the_image() -> None:
    found = signed_view(sampled(lobes(1.0), Shift(0.0, 2.0**100)))
    assert found.limits[1] == pytest.approx(signed_view(sampled(lobes(1.0))).limits[1] * 2.0**100)


@pytest.mark.parametrize("values", [np.zeros((9, 9)), np.full((9, 9), np.nan), np.ones((9, 9))])
def test_what_has_no_range_is_shown_as_any_plane(values: np.ndarray) -> None:
    assert signed_view(sampled(values)) == first_view(sampled(values))


def test_a_single_bright_pixel_is_seen() -> None:
    values = np.zeros((100, 100))
    values[50, 50] = -4.0
    assert signed_view(sampled(values)).limits == (-4.0, 4.0)
