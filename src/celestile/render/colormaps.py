"""Colormaps by lowercase name: published tables from the `cmap` package, and those of DS9.

For the choice of `cmap` see ``docs/decisions/colormaps.md``.
"""

from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

# Names are fully qualified for the catalog, which otherwise warns about ambiguous ones.
_CATALOG = {
    "bids": ("viridis", "plasma", "inferno", "magma"),
    "cividis": ("cividis",),
    "google": ("turbo",),
    "matplotlib": ("twilight", "coolwarm", "seismic", "bwr"),
    "cubehelix": ("cubehelix",),
    "matlab": (
        *("hot", "cool", "spring", "summer", "autumn", "winter"),
        *("bone", "copper", "pink", "jet", "hsv"),
    ),
    "gnuplot": ("afmhot",),
    "colorbrewer": (
        *("RdBu", "RdYlBu", "Spectral", "BrBG", "PiYG", "PRGn", "PuOr"),
        *("YlGnBu", "YlOrRd", "Blues", "Greens", "Reds", "Purples", "Oranges"),
    ),
    "cmocean": (
        *("thermal", "haline", "solar", "ice", "deep", "dense", "matter", "tempo"),
        *("balance", "delta", "curl", "phase"),
    ),
    "crameri": (
        *("batlow", "lapaz", "oslo", "davos", "tokyo", "hawaii"),
        *("vik", "roma", "berlin", "broc", "cork"),
    ),
    "cmasher": (
        *("ember", "amber", "freeze", "flamingo", "rainforest", "ocean", "savanna", "cosmic"),
        *("eclipse", "dusk", "horizon", "redshift", "wildfire", "iceburn", "fusion"),
    ),
    "seaborn": ("mako", "rocket", "icefire", "vlag"),
}
_SOURCES = MappingProxyType(
    {name.lower(): f"{family}:{name}" for family, names in _CATALOG.items() for name in names}
)

# The maps of SAOImage DS9 are polylines: (position, intensity) vertices of red, green and blue. Two
# vertices at one position are a discontinuity.
_Corners = tuple[tuple[float, float], ...]


def _steps(*intensities: float) -> _Corners:
    """Vertices of a staircase with equal steps."""
    count = len(intensities)
    treads = (((k / count, v), ((k + 1) / count, v)) for k, v in enumerate(intensities))
    return tuple(corner for tread in treads for corner in tread)


_FIFTHS = (0.2, 0.4, 0.6, 0.8, 1.0)
_SHADES = (0.06, 0.12, 0.18, 0.24, 0.30)
_POLYLINES: MappingProxyType[str, tuple[_Corners, _Corners, _Corners]] = MappingProxyType(
    {
        "heat": (
            ((0, 0), (0.34, 1), (1, 1)),
            ((0, 0), (1, 1)),
            ((0, 0), (0.65, 0), (0.98, 1), (1, 1)),
        ),
        "a": (
            ((0, 0), (0.25, 0), (0.5, 1), (1, 1)),
            ((0, 0), (0.25, 1), (0.5, 0), (0.77, 0), (1, 1)),
            ((0, 0), (0.125, 0), (0.5, 1), (0.64, 0.5), (0.77, 0), (1, 0)),
        ),
        "b": (
            ((0, 0), (0.25, 0), (0.5, 1), (1, 1)),
            ((0, 0), (0.5, 0), (0.75, 1), (1, 1)),
            ((0, 0), (0.25, 1), (0.5, 0), (0.75, 0), (1, 1)),
        ),
        "bb": (
            ((0, 0), (0.5, 1), (1, 1)),
            ((0, 0), (0.25, 0), (0.75, 1), (1, 1)),
            ((0, 0), (0.5, 0), (1, 1)),
        ),
        "he": (
            ((0, 0), (0.015, 0.5), (0.25, 0.5), (0.5, 0.75), (1, 1)),
            ((0, 0), (0.065, 0), (0.125, 0.5), (0.25, 0.75), (0.5, 0.81), (1, 1)),
            ((0, 0), (0.015, 0.125), (0.03, 0.375), (0.065, 0.625), (0.25, 0.25), (1, 1)),
        ),
        "rainbow": (
            ((0, 1), (0.2, 0), (0.6, 0), (0.8, 1), (1, 1)),
            ((0, 0), (0.2, 0), (0.4, 1), (0.8, 1), (1, 0)),
            ((0, 1), (0.4, 1), (0.6, 0), (1, 0)),
        ),
        "standard": (
            ((0, 0), (1 / 3, 0.3), (1 / 3, 0), (2 / 3, 0.3), (2 / 3, 0.3), (1, 1)),
            ((0, 0), (1 / 3, 0.3), (1 / 3, 0.3), (2 / 3, 1), (2 / 3, 0), (1, 0.3)),
            ((0, 0), (1 / 3, 1), (1 / 3, 0), (2 / 3, 0.3), (2 / 3, 0), (1, 0.3)),
        ),
        "staircase": (
            _steps(*_SHADES, *_SHADES, *_FIFTHS),
            _steps(*_SHADES, *_FIFTHS, *_SHADES),
            _steps(*_FIFTHS, *_SHADES, *_SHADES),
        ),
        "i8": (
            _steps(0, 0, 0, 0, 1, 1, 1, 1),
            _steps(0, 1, 0, 1, 0, 1, 0, 1),
            _steps(0, 0, 1, 1, 0, 0, 1, 1),
        ),
        "aips0": (
            _steps(0.196, 0.475, 0, 0.373, 0, 0, 1, 1, 1),
            _steps(0.196, 0, 0, 0.655, 0.596, 0.965, 1, 0.694, 0),
            _steps(0.196, 0.608, 0.785, 0.925, 0, 0, 0, 0, 0),
        ),
    }
)
_NAMES = ("gray", *_SOURCES, *_POLYLINES)


def colormaps() -> tuple[str, ...]:
    """Names of all colormaps, lowercase; ``gray`` first."""
    return _NAMES


@cache
def colormap(name: str) -> NDArray[np.uint8]:
    """Table of a colormap, from the lowest intensity to the highest.

    Parameters
    ----------
    name : str
        One of `colormaps`.

    Returns
    -------
    ndarray
        RGB, uint8, shape (256, 3), read-only.

    Raises
    ------
    KeyError
        If the name is unknown.
    """
    if name == "gray":
        colors = np.repeat(np.linspace(0.0, 1.0, 256)[:, np.newaxis], 3, axis=1)
    elif name in _POLYLINES:
        colors = np.stack([_polyline(corners) for corners in _POLYLINES[name]], axis=1)
    else:
        colors = _published(_SOURCES[name])
    table = np.rint(colors * 255.0).astype(np.uint8)
    table.flags.writeable = False
    return table


def _polyline(corners: _Corners) -> NDArray[np.float64]:
    positions, intensities = zip(*corners, strict=True)
    colors: NDArray[np.float64] = np.interp(np.linspace(0.0, 1.0, 256), positions, intensities)
    return colors


def _published(source: str) -> NDArray[np.float64]:
    # Imported on first use: a server that only draws gray pictures does not need the catalog.
    import cmap  # noqa: PLC0415

    rgba: NDArray[np.float64] = cmap.Colormap(source).lut(256)
    return rgba[:, :3]
