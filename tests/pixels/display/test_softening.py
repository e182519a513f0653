"""The automatic asinh between other limits: the picture looks alike, and changes little by little.

Brightness is computed by `astropy.visualization`.
"""

from typing import Any

import numpy as np
import pytest
from astropy.visualization import AsinhStretch
from hypothesis import given
from hypothesis import strategies as st

from celestile.pixels.display.first_view import FirstView

FIRST = FirstView((-3.0, 97.0), "asinh", 0.02)
SOFTENING = 2.0  # 0.02 of the range, in the unit of the values
VALUES = np.linspace(-3.0, 97.0, 1001)


def brightness(limits: tuple[float, float], first: FirstView = FIRST) -> Any:
    low, high = limits
    x = np.clip((VALUES - low) / (high - low), 0.0, 1.0)
    return AsinhStretch(first.softening(limits))(x)


def test_between_the_automatic_limits_it_is_the_automatic_one() -> None:
    assert FIRST.softening(FIRST.limits) == 0.02


@pytest.mark.parametrize("high", [7.0, 47.0, 96.0, 98.0, 500.0, 1e6])
@pytest.mark.parametrize("low", [-3.0, -1.0, 2.0])
def test_its_size_in_the_unit_of_the_values_stays(low: float, high: float) -> None:
    found = FIRST.softening((low, high))
    assert found == pytest.approx(SOFTENING / (high - low))
    # Brightness is that of the automatic view, of which only the scale and the black level differ.
    shape = np.arcsinh(np.clip(VALUES - low, 0.0, high - low) / SOFTENING)
    assert brightness((low, high)) == pytest.approx(shape / np.arcsinh((high - low) / SOFTENING))


@pytest.mark.parametrize("below", [0.1, 5.0, 1e3, 1e7])
def test_below_the_automatic_limit_the_distance_is_added(below: float) -> None:
    limits = (-3.0 - below, 97.0)
    found = FIRST.softening(limits)
    assert found == pytest.approx((SOFTENING + below) / (100.0 + below))
    # The background, where most pixels are, never becomes the brightest part of the picture.
    assert brightness((-3.0 - below, 97.0 + 20 * below))[0] < 0.3


def test_a_narrow_range_is_linear() -> None:
    found = brightness((0.0, 1e-3))
    x = np.clip(VALUES / 1e-3, 0.0, 1.0)
    assert found == pytest.approx(x, abs=1e-6)


@pytest.mark.parametrize("limits", [(97.0, -3.0), (50.0, 10.0)])
def test_a_negative_has_contrast_everywhere(limits: tuple[float, float]) -> None:
    inside = np.abs(VALUES - sum(limits) / 2) < abs(limits[0] - limits[1]) / 2
    slopes = np.diff(brightness(limits)[inside]) * abs(limits[1] - limits[0]) / 0.1
    assert np.all(slopes < -0.5)


@given(st.floats(-200.0, 200.0), st.floats(-200.0, 200.0), st.sampled_from([0.001, 0.02, 0.1, 0.5]))
def test_a_small_drag_is_a_small_change(low: float, high: float, parameter: float) -> None:
    if abs(high - low) < 1.0:
        return
    first = FirstView(FIRST.limits, "asinh", parameter)
    before = brightness((low, high), first)
    step = 1e-3 * min(100.0 * parameter, abs(high - low))  # of the softening, or of the range
    for dragged in ((low + step, high), (low - step, high), (low, high + step), (low, high - step)):
        assert np.abs(brightness(dragged, first) - before).max() < 0.01


@pytest.mark.parametrize("parameter", [0.001, 0.02, 0.3])
def test_a_drag_of_a_percent_keeps_the_picture(parameter: float) -> None:
    first = FirstView(FIRST.limits, "asinh", parameter)
    before = brightness(FIRST.limits, first)
    for dragged in ((-3.0, 98.0), (-3.0, 96.0)):
        assert np.abs(brightness(dragged, first) - before).max() < 0.01
    assert np.abs(brightness((-4.0, 97.0), first) - before).max() < 0.2


@pytest.mark.parametrize("limits", [(5.0, 5.0), (1e300, -1e300), (-1e308, 1e308), (0.0, 5e-324)])
def test_extreme_limits_have_a_parameter(limits: tuple[float, float]) -> None:
    found = FIRST.softening(limits)
    assert found is not None
    assert 0.0 < found <= 1000.0


def test_a_linear_stretch_has_none() -> None:
    assert FirstView((0.0, 1.0), "linear").softening((0.0, 7.0)) is None
