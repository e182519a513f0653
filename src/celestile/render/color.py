"""Convert values to colors: colormaps for one component, mixes of several, saturation, quality."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from celestile.render import kernels
from celestile.render.canvas import Raster
from celestile.render.colormaps import colormap, colormaps
from celestile.render.flags import draw_flags
from celestile.render.request import TRANSPARENT, Component, Picture, Style
from celestile.render.tone import FINE_LEVELS, LEVELS, Curve, curve, scale

__all__ = ["colormap", "colormaps", "ground", "luminance", "paint", "two_toned"]

Pixels8 = NDArray[np.uint8]
Values = NDArray[np.float32]

REC601 = (0.299, 0.587, 0.114)
_COLORLESS = frozenset({"gray", "bitonal"})  # the latter becomes black and white in the last step
_BITONAL_THRESHOLD = 128
_BLACK = "000000"
_PRIMARIES = ("ff0000", "00ff00", "0000ff")
_FULL = 65535
_MOST_SATURATED = 1e6  # beyond it all colors are pure already, and float32 overflows


def paint(picture: Picture, values: Sequence[Values]) -> Raster:
    """Color the values of the components of a picture.

    Parameters
    ----------
    picture : Picture
        Picture to draw; its geometry is ignored.
    values : sequence of ndarray
        One per component, float32, all of one shape (height, width).

    Returns
    -------
    Raster
        One band for gray, three for RGB; with alpha only if pixels are missing.
    """
    if picture.style.flag_kind:
        return draw_flags(picture.style, picture.output.quality in _COLORLESS, values[0])
    if picture.components[0].color is None:
        return _map(picture.components[0], picture.style, picture.output.quality, values[0])
    rgb, missing = _mix(picture.components, picture.style, values)
    if picture.output.quality in _COLORLESS:
        rgb = luminance(rgb)[:, :, np.newaxis]
    return Raster(rgb, _opacity(missing))


@lru_cache(maxsize=256)
def ground(style: Style, quality: str) -> tuple[int, ...]:
    """Color of missing pixels without transparency: RGB, or one number for a gray."""
    color = style.nan if style.nan not in {None, TRANSPARENT} else None
    rgb = np.array(_hex_to_rgb(color or _BLACK), dtype=np.uint8)
    gray = int(luminance(rgb))
    if quality in _COLORLESS or (rgb == gray).all():
        return (gray,)
    return tuple(rgb.tolist())


def two_toned(raster: Raster) -> Raster:
    """Convert the grays of a picture to black and white."""
    white = raster.pixels >= _BITONAL_THRESHOLD
    return Raster(np.where(white, np.uint8(255), np.uint8(0)), raster.alpha)


def _hex_to_rgb(color: str) -> tuple[int, int, int]:
    """Red, green and blue of RRGGBB."""
    red, green, blue = bytes.fromhex(color)
    return red, green, blue


def luminance(rgb: Pixels8) -> Pixels8:
    """Luminance of colors (Rec. 601); bands are along the last axis."""
    weights = np.array(REC601, dtype=np.float32)
    gray: Pixels8 = np.rint(rgb.astype(np.float32) @ weights).astype(np.uint8)
    return gray


def _opacity(missing: NDArray[np.bool_] | None) -> Pixels8 | None:
    if missing is None:
        return None
    return (~missing).view(np.uint8) * np.uint8(255)


def _map(component: Component, style: Style, quality: str, values: Values) -> Raster:
    # Limits only scale the argument of a curve; only quantiles require a separate curve.
    key = component if style.stretch == "histeq" else None
    tone, palette = _mapping(style, quality, key)
    levels = np.empty(values.shape, np.uint8)
    count = tone.apply(values, component.span, levels)
    opacity = _opacity(np.isnan(values)) if count else None
    if palette is None:
        return Raster(levels[:, :, np.newaxis], opacity)
    rgb = np.empty((*values.shape, 3), np.uint8)
    kernels.paint(levels, palette, rgb)
    return Raster(rgb, opacity)


class _Mapping(NamedTuple):
    """A curve with gray output, or one with indices of a palette."""

    tone: Curve
    palette: Pixels8 | None


@lru_cache(maxsize=128)
def _mapping(style: Style, quality: str, component: Component | None) -> _Mapping:
    palette = colormap(style.cmap)[:: -1 if style.invert else 1]
    if style.saturation != 1.0:
        palette = _saturated(palette, style.saturation)
    if quality in _COLORLESS:
        palette = np.repeat(luminance(palette)[:, np.newaxis], 3, axis=1)
    if quality != "color" and (palette == palette[:, :1]).all():
        return _Mapping(curve(style, component, np.ascontiguousarray(palette[:, 0])), None)
    levels = np.arange(LEVELS, dtype=np.uint8)
    return _Mapping(curve(style, component, levels), np.ascontiguousarray(palette))


def _saturated(palette: Pixels8, saturation: float) -> Pixels8:
    colors = palette.astype(np.float64)
    gray = (colors @ np.array(REC601))[:, np.newaxis]
    vivid = np.clip(gray + saturation * (colors - gray), 0.0, 255.0)
    table: Pixels8 = np.rint(vivid).astype(np.uint8)
    return table


def _mix(
    components: Sequence[Component], style: Style, values: Sequence[Values]
) -> tuple[Pixels8, NDArray[np.bool_] | None]:
    """RGB of a mix, and which pixels are missing in all components, if any."""
    rgb = np.empty((*values[0].shape, 3), np.uint8)
    if _are_bands(components, style):
        some_missing = _draw_bands(components, style, values, rgb)
    else:
        some_missing = _add_up(components, style, values, rgb)
    if not some_missing:
        return rgb, None
    return rgb, np.logical_and.reduce([np.isnan(plane) for plane in values])


def _are_bands(components: Sequence[Component], style: Style) -> bool:
    """Whether components are pure red, green and blue, without further mixing."""
    return (
        style.stretch != "lupton"
        and style.saturation == 1.0
        and tuple(item.color for item in components) == _PRIMARIES
    )


def _draw_bands(
    components: Sequence[Component], style: Style, values: Sequence[Values], rgb: Pixels8
) -> bool:
    """Draw red, green and blue; return whether pixels may be missing in all of them."""
    bands = np.empty((3, *rgb.shape[:2]), np.uint8)
    some_missing = _intensities(_coarse, components, style, values, bands)
    kernels.interleave(bands, rgb)
    return some_missing


def _add_up(
    components: Sequence[Component], style: Style, values: Sequence[Values], rgb: Pixels8
) -> bool:
    """Draw components in their colors; return whether pixels may be missing in all of them."""
    colors = np.array([_hex_to_rgb(item.color or "ffffff") for item in components]) / 255.0
    if style.stretch == "lupton":
        intensities = _lupton(components, style, values, colors)
        colors, unit = np.eye(3), _FULL
        some_missing = all(np.isnan(plane).any() for plane in values)
    else:
        intensities = np.empty((len(components), *rgb.shape[:2]), np.uint16)
        some_missing = _intensities(_fine, components, style, values, intensities)
        unit = FINE_LEVELS - 1
    saturation = np.float32(min(style.saturation, _MOST_SATURATED))
    kernels.mix(intensities, (colors / unit).astype(np.float32), saturation, style.invert, rgb)
    return some_missing


def _intensities(
    curve_of: Callable[[Style, Component | None], Curve],
    components: Sequence[Component],
    style: Style,
    values: Sequence[Values],
    out: NDArray[Any],
) -> bool:
    """Apply curves to components; return whether all components have missing pixels."""
    counts = [
        curve_of(style, item if style.stretch == "histeq" else None).apply(
            plane, item.span, out[index]
        )
        for index, (item, plane) in enumerate(zip(components, values, strict=True))
    ]
    return all(counts)


@lru_cache(maxsize=128)
def _coarse(style: Style, component: Component | None) -> Curve:
    shades = np.arange(LEVELS, dtype=np.uint8)[:: -1 if style.invert else 1]
    return curve(style, component, np.ascontiguousarray(shades))


@lru_cache(maxsize=128)
def _fine(style: Style, component: Component | None) -> Curve:
    return curve(style, component, np.arange(FINE_LEVELS, dtype=np.uint16))


def _lupton(
    components: Sequence[Component],
    style: Style,
    values: Sequence[Values],
    colors: NDArray[np.float64],
) -> NDArray[np.uint16]:
    """Red, green and blue after Lupton et al. 2004 (PASP 116, 133), shape (3, height, width).

    With x_i the components scaled by their limits and at least 0, c_i their colors and I the mean
    of x_i, the color is ``sum(x_i c_i) f(I) / I``, divided by its largest band if that exceeds 1;
    ``f(I) = asinh(Q I) / asinh(Q)``, at most 1, followed by contrast, bias and gamma.
    For pure red, green and blue this is `astropy.visualization.LuptonAsinhStretch` with
    ``stretch = vmax - vmin``, brightened by the factor that makes vmax white.
    """
    shape = values[0].shape
    scales = np.array([scale(item.span) for item in components])
    offsets, slopes = np.ascontiguousarray(scales.T)
    light = np.empty((3, *shape), np.float32)
    mean = np.empty(shape, np.float32)
    kernels.superpose(np.stack(values), offsets, slopes, colors, light, mean)
    stretched = np.empty(shape, np.uint16)
    _fine(style, None).apply(mean, (0.0, 1.0), stretched)
    out = np.empty((3, *shape), np.uint16)
    kernels.keep_hue(light, mean, stretched, np.float32(FINE_LEVELS - 1), out)
    return out
