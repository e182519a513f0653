"""Colors against plain numpy in float64."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from astropy.visualization import make_lupton_rgb
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.plane import Selection
from celestile.render.color import colormap, luminance, paint
from celestile.render.request import Component, Output, Picture, Style

Make = Callable[..., Picture]
LIMITS = (0.0, 1.0)
RGB = ("ff0000", "00ff00", "0000ff")


def painted(
    planes: Sequence[Any],
    colors: Sequence[str | None],
    style: Style,
    quality: str = "default",
    limits: tuple[float, float] = LIMITS,
) -> tuple[NDArray[Any], NDArray[Any] | None]:
    values = [np.ascontiguousarray(plane, dtype=np.float32) for plane in planes]
    height, width = values[0].shape
    raster = paint(
        Picture(
            components=tuple(
                Component(selection=Selection(), limits=limits, color=color) for color in colors
            ),
            style=style,
            output=Output(
                region=Region(0, 0, width, height), size=(width, height), quality=quality
            ),
        ),
        values,
    )
    return raster.pixels.astype(int), raster.alpha


def noise(*shape: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).uniform(-0.2, 1.2, shape).astype(np.float32)


def mixed(
    planes: NDArray[Any], colors: Sequence[str], saturation: float = 1.0, *, invert: bool = False
) -> NDArray[Any]:
    """Bands in [0, 255] of a linear mix."""
    weights = np.array([list(bytes.fromhex(color)) for color in colors]) / 255
    x = np.clip(np.nan_to_num(planes.astype(np.float64), nan=0.0), 0, 1)
    rgb = np.clip(np.einsum("nyx,nc->yxc", x, weights), 0, 1)
    gray = (rgb @ [0.299, 0.587, 0.114])[..., np.newaxis]
    rgb = np.clip(gray + saturation * (rgb - gray), 0, 1)
    return 255 * (1 - rgb if invert else rgb)


def test_the_gray_colormap_draws_one_band() -> None:
    x = noise(20, 30)
    pixels, alpha = painted([x], [None], Style())
    assert pixels.shape == (20, 30, 1)
    assert alpha is None
    np.testing.assert_allclose(pixels[..., 0], 255 * np.clip(x, 0, 1), atol=0.51)


@pytest.mark.parametrize("name", ["viridis", "vik", "aips0"])
@pytest.mark.parametrize("invert", [False, True])
def test_a_colormap_is_looked_up(name: str, invert: bool) -> None:
    x = np.arange(256, dtype=np.float32)[np.newaxis]
    pixels, _ = painted([x / 255], [None], Style(cmap=name, invert=invert))
    table = colormap(name)[::-1] if invert else colormap(name)
    np.testing.assert_array_equal(pixels[0], table)


def test_invert_of_gray_is_the_negative() -> None:
    x = noise(9, 9)
    positive, _ = painted([x], [None], Style(stretch="asinh"))
    negative, _ = painted([x], [None], Style(stretch="asinh", invert=True))
    np.testing.assert_array_equal(positive + negative, 255)


def test_quality_color_of_gray_is_three_equal_bands() -> None:
    x = noise(5, 6)
    gray, _ = painted([x], [None], Style())
    color, _ = painted([x], [None], Style(), "color")
    np.testing.assert_array_equal(color, np.repeat(gray, 3, axis=2))


def test_quality_gray_of_a_colormap_is_luminance() -> None:
    x = np.linspace(0, 1, 256, dtype=np.float32)[np.newaxis]
    color, _ = painted([x], [None], Style(cmap="turbo"))
    gray, _ = painted([x], [None], Style(cmap="turbo"), "gray")
    assert gray.shape == (1, 256, 1)
    np.testing.assert_allclose(gray[..., 0], color @ [0.299, 0.587, 0.114], atol=0.51)


def test_saturation_of_a_colormap() -> None:
    x = np.linspace(0, 1, 256, dtype=np.float32)[np.newaxis]
    none, _ = painted([x], [None], Style(cmap="turbo", saturation=0.0))
    gray, _ = painted([x], [None], Style(cmap="turbo"), "gray")
    np.testing.assert_array_equal(none, gray)
    vivid, _ = painted([x], [None], Style(cmap="turbo", saturation=2.0))
    table = colormap("turbo").astype(float)
    base = (table @ [0.299, 0.587, 0.114])[:, np.newaxis]
    np.testing.assert_allclose(vivid[0], np.clip(base + 2 * (table - base), 0, 255), atol=0.51)


@pytest.mark.parametrize("saturation", [0.0, 0.5, 1.0, 2.5])
@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize(
    "colors", [("ff8000",), RGB, ("ff0000", "00ff80", "8040c0", "101010", "ffffff")], ids=str
)
def test_mixes_match_numpy(colors: Sequence[str], saturation: float, invert: bool) -> None:
    planes = noise(len(colors), 24, 31) / len(colors) ** 0.5
    pixels, alpha = painted(planes, colors, Style(saturation=saturation, invert=invert))
    assert alpha is None
    wanted = mixed(planes, colors, saturation, invert=invert)
    # Rounding at the end, and that of each component to one of 4,096 levels.
    tolerance = 0.5 + 255 / 4095 / 2 * len(colors) * (1 + 2 * abs(saturation - 1))
    np.testing.assert_allclose(pixels, wanted, atol=tolerance)


def test_endless_saturation_draws_pure_colors() -> None:
    planes = np.array([[[0.2, 0.5]], [[0.1, 0.5]], [[0.0, 0.5]]])
    pixels, _ = painted(planes, RGB, Style(saturation=1e300))
    np.testing.assert_array_equal(pixels[0, 0], [255, 0, 0])


def test_a_mix_of_red_green_and_blue_draws_integers_as_they_are() -> None:
    planes = np.random.default_rng(8).integers(0, 256, (3, 40, 50)).astype(np.float32)
    pixels, _ = painted(planes, RGB, Style(), limits=(0.0, 255.0))
    np.testing.assert_array_equal(pixels, planes.transpose(1, 2, 0))


@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize(
    "style",
    [
        Style(),
        Style(stretch="asinh", parameter=1e-4),
        Style(stretch="log", gamma=2.2),
        Style(stretch="sqrt", contrast=1.5, bias=0.4),
    ],
    ids=lambda style: style.stretch,
)
def test_pure_red_green_and_blue_are_the_grays_of_their_planes(style: Style, invert: bool) -> None:
    """They are drawn in a way of their own: mixed with black, they must look the same."""
    style = style._replace(invert=invert)
    planes = noise(4, 24, 31)
    planes[np.random.default_rng(4).random(planes.shape) < 0.2] = np.nan
    pixels, alpha = painted(planes[:3], RGB, style)
    for band in range(3):
        gray, _ = painted([planes[band]], [None], style)
        np.testing.assert_array_equal(pixels[..., band], gray[..., 0])
    added_up, _ = painted(planes, (*RGB, "000000"), style)
    np.testing.assert_allclose(pixels, added_up, atol=1)
    assert alpha is not None
    np.testing.assert_array_equal(alpha == 0, np.isnan(planes[:3]).all(axis=0))


@pytest.mark.parametrize("stretch", ["linear", "histeq"])
def test_limits_and_quantiles_are_those_of_each_band(stretch: str) -> None:
    values = np.linspace(0, 1, 300, dtype=np.float32)[np.newaxis]
    quantiles = [tuple(np.linspace(0, 1, 11) ** power) for power in (0.5, 1.0, 2.0)]
    components = tuple(
        Component(selection=Selection(), limits=(low, 1.0), color=color, quantiles=ranks)
        for low, color, ranks in zip((0.0, 0.25, 0.5), RGB, quantiles, strict=True)
    )
    output = Output(region=Region(0, 0, 300, 1), size=(300, 1), quality="default")
    picture = Picture(components=components, style=Style(stretch=stretch), output=output)
    pixels = paint(picture, [values] * 3).pixels
    for band, component in enumerate(components):
        if stretch == "linear":
            low = component.limits[0]
            wanted = np.clip((values[0] - low) / (1 - low), 0, 1)
        else:
            # What lies below the limits looks like the lowest within them.
            shown = np.maximum(values[0], component.limits[0])
            wanted = np.interp(shown, component.quantiles, np.linspace(0, 1, 11))
        np.testing.assert_allclose(pixels[0, :, band], 255 * wanted, atol=1.01)


def test_one_component_with_a_color_is_a_mix() -> None:
    pixels, _ = painted([np.full((1, 1), 0.5)], ["ff0000"], Style())
    np.testing.assert_array_equal(pixels[0, 0], [128, 0, 0])


def test_quality_gray_of_a_mix_is_luminance() -> None:
    planes = noise(3, 8, 9)
    color, _ = painted(planes, RGB, Style())
    gray, _ = painted(planes, RGB, Style(), "gray")
    np.testing.assert_allclose(gray[..., 0], color @ [0.299, 0.587, 0.114], atol=0.51)


@pytest.mark.parametrize("stretch", ["linear", "lupton", "asinh"])
def test_a_pixel_of_a_mix_is_missing_only_where_all_components_are(stretch: str) -> None:
    planes = noise(2, 10, 10)
    generator = np.random.default_rng(3)
    planes[generator.random(planes.shape) < 0.5] = np.nan
    _, alpha = painted(planes, RGB[:2], Style(stretch=stretch))
    assert alpha is not None
    np.testing.assert_array_equal(alpha == 0, np.isnan(planes).all(axis=0))
    planes[0] = 1.0
    pixels, alpha = painted(planes, RGB[:2], Style(stretch=stretch))
    assert alpha is None or alpha.all()
    assert np.all(pixels[..., 1][np.isnan(planes[1])] == 0)


@given(
    hnp.arrays(
        np.float32,
        (3, 4, 5),
        elements=st.sampled_from([np.nan, np.inf, -np.inf, 0.0, 0.3, 1.0, 3e38, -3e38, 1e-45]),
    ),
    st.sampled_from(["linear", "sqrt", "lupton", "asinh"]),
    st.sampled_from([(0.0, 1.0), (0.0, 1e-20), (1e30, 2e30), (1.0, 0.0), (0.3, 0.3)]),
)
def test_missing_pixels_are_exactly_the_nans(
    planes: NDArray[Any], stretch: str, limits: tuple[float, float]
) -> None:
    style = Style(stretch=stretch)
    for plane in planes:
        pixels, alpha = painted([plane], [None], style, limits=limits)
        missing = np.isnan(plane)
        assert (alpha is None) == (not missing.any())
        if alpha is not None:
            np.testing.assert_array_equal(alpha, np.where(missing, 0, 255))
        if limits == LIMITS:
            assert np.all(pixels[np.isposinf(plane)] == 255)
            assert np.all(pixels[np.isneginf(plane)] == 0)
    _, alpha = painted(planes, RGB, style, limits=limits)
    everywhere = np.isnan(planes).all(axis=0)
    if alpha is None:
        assert not everywhere.any()
    else:
        np.testing.assert_array_equal(alpha, np.where(everywhere, 0, 255))


def lupton(planes: NDArray[Any], colors: Sequence[str], q: float) -> NDArray[Any]:
    """Lupton et al. 2004 in plain numpy, bands in [0, 255]."""
    weights = np.array([list(bytes.fromhex(color)) for color in colors]) / 255
    x = np.maximum(planes.astype(np.float64), 0)
    mean = x.mean(axis=0)
    curve = np.minimum(np.arcsinh(q * mean) / np.arcsinh(q), 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = np.where(mean > 0, curve / mean, 0.0)
    rgb = np.einsum("nyx,nc->yxc", x, weights) * factor[..., np.newaxis]
    return np.asarray(255 * rgb / np.maximum(rgb.max(axis=-1, keepdims=True), 1.0))


@pytest.mark.parametrize("q", [1.0, 8.0, 500.0, 1e6])
@pytest.mark.parametrize("colors", [RGB, ("ff4000", "80ff00", "2000ff", "888888")], ids=str)
def test_lupton_matches_numpy(q: float, colors: Sequence[str]) -> None:
    planes = np.random.default_rng(5).exponential(0.6, (len(colors), 20, 21)).astype(np.float32)
    planes[0, :3] -= 1
    style = Style(stretch="lupton", parameter=q)
    pixels, _ = painted(planes, colors, style)
    np.testing.assert_allclose(pixels, lupton(planes, colors, q), atol=1.5)


def test_lupton_is_that_of_astropy_up_to_its_scale() -> None:
    planes = np.random.default_rng(6).exponential(0.02, (3, 30, 30)).astype(np.float32)
    pixels, _ = painted(planes, RGB, Style(stretch="lupton", parameter=8.0))
    # astropy's curve is 0.1 asinh(Q I) / asinh(0.1 Q), which is not 1 where I is.
    scale = 0.1 * np.arcsinh(8.0) / np.arcsinh(0.8)
    theirs = make_lupton_rgb(
        *planes.astype(np.float64), stretch=1.0, Q=8.0, output_dtype=np.float64
    )
    faint = pixels.max(axis=-1) < 255  # both cut at white
    assert faint.mean() > 0.9
    np.testing.assert_allclose(pixels[faint], 255 * theirs[faint] / scale, atol=1.5 / scale)


def test_lupton_preserves_hue() -> None:
    generator = np.random.default_rng(7)
    hue = generator.uniform(0.05, 1.0, (3, 1, 200))
    planes = np.concatenate([hue * factor for factor in (0.3, 1.0, 30.0, 1e6)], axis=1)
    pixels, _ = painted(planes, RGB, Style(stretch="lupton"))
    ratios = hue / hue.max(axis=0)
    shown = pixels / pixels.max(axis=-1, keepdims=True)
    np.testing.assert_allclose(
        shown, np.broadcast_to(ratios.transpose(1, 2, 0), shown.shape), atol=0.02
    )
    assert np.all(pixels[2:].max(axis=-1) == 255)


def test_lupton_of_one_plane_is_an_asinh_curve() -> None:
    x = noise(9, 9)
    one, _ = painted([x], [None], Style(stretch="lupton", parameter=10.0))
    other, _ = painted([x], [None], Style(stretch="asinh", parameter=0.1))
    np.testing.assert_array_equal(one, other)


def test_luminance_keeps_grays() -> None:
    gray = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(luminance(np.stack([gray] * 3, axis=-1)), gray)
