"""Curves against astropy.visualization in float64, at most one gray level apart."""

import math
from typing import Any

import numpy as np
import pytest
from astropy import visualization as av
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from celestile.pixels.plane import Selection
from celestile.render.request import STRETCHES, Component, Style
from celestile.render.tone import curve, scale

SHADES = np.arange(256, dtype=np.uint8)
FINE = np.arange(4096, dtype=np.uint16)

ASTROPY: dict[str, Any] = {
    "linear": lambda _: av.LinearStretch(),
    "sqrt": lambda _: av.SqrtStretch(),
    "log": lambda a: av.LogStretch(1000.0 if a is None else a),
    "asinh": lambda a: av.AsinhStretch(0.1 if a is None else a),
    "sinh": lambda a: av.SinhStretch(1 / 3 if a is None else a),
    "power": lambda a: av.PowerStretch(2.0 if a is None else a),
    # Lupton's curve on one plane is the asinh stretch in other words.
    "lupton": lambda q: av.AsinhStretch(1 / (8.0 if q is None else q)),
}


def component(limits: tuple[float, float], quantiles: tuple[float, ...] = ()) -> Component:
    return Component(selection=Selection(), limits=limits, quantiles=quantiles)


def exact(values: NDArray[Any], limits: tuple[float, float], style: Style) -> NDArray[Any]:
    """Intensities in [0, 1] as astropy computes them."""
    x = np.clip((values.astype(np.float64) - limits[0]) / (limits[1] - limits[0]), 0.0, 1.0)
    y = ASTROPY[style.stretch](style.parameter)(x, clip=True)
    if (style.contrast, style.bias) != (1.0, 0.5):
        y = av.ContrastBiasStretch(style.contrast, style.bias)(y, clip=True)
    return np.asarray(y ** (1 / style.gamma))


def levels(
    values: NDArray[Any],
    limits: tuple[float, float],
    style: Style,
    shades: NDArray[Any] = SHADES,
    quantiles: tuple[float, ...] = (),
) -> NDArray[Any]:
    plane = np.ascontiguousarray(np.atleast_2d(values), dtype=np.float32)
    out = np.empty(plane.shape, shades.dtype)
    made = curve(style, component(limits, quantiles), shades)
    assert made.apply(plane, limits, out) == np.isnan(plane).sum()
    return out.reshape(np.shape(values)).astype(int)


def test_integers_between_0_and_255_are_drawn_as_they_are() -> None:
    values = np.arange(256, dtype=np.float32)
    np.testing.assert_array_equal(levels(values, (0.0, 255.0), Style()), values)


STYLES = [
    *(Style(stretch=name) for name in STRETCHES if name != "histeq"),
    *(Style(stretch="asinh", parameter=a) for a in (1.0, 0.01, 1e-3, 1e-5, 1e-9)),
    *(Style(stretch="log", parameter=a) for a in (1e-6, 1.0, 1e4, 1e8)),
    *(Style(stretch="sinh", parameter=a) for a in (1.0, 0.05, 0.0035, 0.002)),
    *(Style(stretch="power", parameter=a) for a in (0.05, 0.3, 1.0, 20.0)),
    *(Style(stretch="lupton", parameter=q) for q in (1.0, 1e3, 1e7)),
    *(Style(gamma=gamma) for gamma in (0.2, 0.5, 1.8, 2.2, 3.0, 10.0)),
    *(Style(contrast=c, bias=b) for c, b in ((2.0, 0.3), (0.3, 0.8), (500.0, 0.5), (0.0, 0.1))),
    Style(stretch="asinh", gamma=2.2, contrast=1.5, bias=0.4),
    Style(stretch="sqrt", gamma=0.7, contrast=40.0, bias=0.05),
]


@pytest.mark.parametrize("style", STYLES, ids=str)
@pytest.mark.parametrize("limits", [(0.0, 1.0), (-3.5, 1200.0), (1e-30, 3e-30), (1e30, 2e30)])
def test_curves_match_astropy(style: Style, limits: tuple[float, float]) -> None:
    span = limits[1] - limits[0]
    generator = np.random.default_rng(4)
    x = np.concatenate(
        [
            np.linspace(-0.1, 1.1, 30_001),
            generator.random(10_000),
            10 ** generator.uniform(-12, 0, 10_000),
            1 - 10 ** generator.uniform(-6, 0, 10_000),
        ]
    )
    values = (limits[0] + x * span).astype(np.float32)
    with np.errstate(over="ignore"):
        wanted = exact(values, limits, style)
    np.testing.assert_allclose(levels(values, limits, style), np.rint(wanted * 255), atol=1)
    fine = levels(values, limits, style, FINE)
    np.testing.assert_allclose(fine, np.rint(wanted * 4095), atol=17)


def test_sinh_of_the_smallest_parameters_is_an_exponential() -> None:
    x = np.linspace(0.0, 1.0, 10_001).astype(np.float32)
    style = Style(stretch="sinh", parameter=1e-3)  # where sinh itself overflows
    wanted = 255 * np.exp((x.astype(np.float64) - 1) / 1e-3)
    np.testing.assert_allclose(levels(x, (0.0, 1.0), style), wanted, atol=1.0)


@given(
    stretch=st.sampled_from([name for name in STRETCHES if name != "histeq"]),
    parameter=st.none() | st.floats(1e-3, 1.0),
    gamma=st.floats(0.1, 10.0),
    contrast=st.floats(0.0, 50.0),
    bias=st.floats(-1.0, 2.0),
)
def test_any_curve_matches_astropy(
    stretch: str, parameter: float | None, gamma: float, contrast: float, bias: float
) -> None:
    if stretch == "sinh" and parameter is not None:
        parameter = max(parameter, 2e-3)  # astropy overflows below
    style = Style(stretch=stretch, parameter=parameter, gamma=gamma, contrast=contrast, bias=bias)
    x = np.linspace(0.0, 1.0, 4001).astype(np.float32)
    got = levels(x, (0.0, 1.0), style)
    # A float32 apart in x is nothing that can be asked for, and much where the curve is a step.
    before = exact(np.nextafter(x, np.float32(-1)), (0.0, 1.0), style)
    after = exact(np.nextafter(x, np.float32(2)), (0.0, 1.0), style)
    assert np.all(got >= np.rint(before * 255) - 1)
    assert np.all(got <= np.rint(after * 255) + 1)


@pytest.mark.parametrize("style", STYLES, ids=str)
def test_curves_never_fall(style: Style) -> None:
    x = np.sort(np.random.default_rng(1).random(5000)).astype(np.float32)
    assert np.all(np.diff(levels(x, (0.0, 1.0), style)) >= 0)


def test_histogram_equalisation_matches_astropy() -> None:
    data = np.random.default_rng(2).gamma(1.5, 10.0, 5000)
    limits = (float(data.min()), float(data.max()))
    quantiles = tuple(np.quantile(data, np.linspace(0, 1, 1025)))
    stretch = av.HistEqStretch(data)
    values = np.linspace(*limits, 20_000).astype(np.float32)
    x = np.clip((values.astype(np.float64) - limits[0]) / (limits[1] - limits[0]), 0, 1)
    got = levels(values, limits, Style(stretch="histeq"), quantiles=quantiles)
    np.testing.assert_allclose(got, 255 * stretch(x), atol=1.1)


def test_histogram_equalisation_resolves_a_crowd_beside_an_outlier() -> None:
    crowd = np.linspace(0.0, 1e-3, 1000)
    quantiles = (*crowd, 1e6)
    got = levels(crowd, (0.0, 1e6), Style(stretch="histeq"), quantiles=quantiles)
    np.testing.assert_allclose(got, np.linspace(0, 255, 1000), atol=1.0)


def test_histogram_equalisation_without_quantiles_is_linear() -> None:
    values = np.arange(256, dtype=np.float32)
    np.testing.assert_array_equal(
        levels(values, (0.0, 255.0), Style(stretch="histeq")), values.astype(int)
    )


def test_histogram_equalisation_of_one_value() -> None:
    got = levels(
        np.array([6.0, 7.0, 8.0]), (7.0, 7.0), Style(stretch="histeq"), quantiles=(7.0,) * 9
    )
    assert got[2] == 255


@pytest.mark.parametrize("style", [Style(), Style(stretch="asinh", parameter=1e-6)], ids=str)
def test_infinities_are_black_and_white(style: Style) -> None:
    values = np.array([-np.inf, np.inf, -3e38, 3e38], np.float32)
    np.testing.assert_array_equal(levels(values, (0.0, 1e-20), style), [0, 255, 0, 255])


@pytest.mark.parametrize("style", [Style(), Style(gamma=9.0)], ids=str)
def test_nan_is_counted(style: Style) -> None:
    values = np.array([np.nan, 0.5, np.nan], np.float32)
    assert levels(values, (0.0, 1.0), style)[1] > 0  # `levels` compares the count


def test_reversed_limits_draw_a_negative() -> None:
    values = np.arange(256, dtype=np.float32)
    np.testing.assert_array_equal(levels(values, (255.0, 0.0), Style()), values[::-1])
    got = levels(values, (255.0, 0.0), Style(stretch="histeq"), quantiles=tuple(np.arange(256.0)))
    np.testing.assert_array_equal(got, values[::-1])


@pytest.mark.parametrize("at", [0.0, 5.0, -7.0, 1e30, 1e-30])
def test_equal_limits_make_a_step(at: float) -> None:
    edge = np.float32(at)
    values = np.array(
        [-1e38, np.nextafter(edge, -np.inf), edge, np.nextafter(edge, np.inf), 1e38], np.float32
    )
    limits = (float(edge), float(edge))
    np.testing.assert_array_equal(levels(values, limits, Style()), [0, 0, 0, 255, 255])


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, width=64))
@example(-1.7e308, 1.7e308)
@example(0.0, 5e-324)
@example(1e-20, 0.0)
def test_limits_scale_to_0_and_1(vmin: float, vmax: float) -> None:
    if math.isinf(vmax):
        return
    offset, slope = scale((vmin, vmax))
    assert math.isfinite(offset)
    assert math.isfinite(slope * 65535)
    assert slope != 0
    if abs(vmax / 2 - vmin / 2) > 1e-290:
        with np.errstate(over="ignore"):
            assert (vmax / 2 - offset / 2) * slope * 2 == pytest.approx(1.0)
        assert (vmin - offset) * slope == 0.0
