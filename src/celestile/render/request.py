"""Descriptions of pictures to draw, frozen and hashable, as passed from protocols to rendering."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import features

from celestile.geometry import Region
from celestile.pixels.plane import UNSHIFTED, Selection, Shift

STRETCHES = ("linear", "sqrt", "log", "asinh", "sinh", "power", "histeq", "lupton")
# Stretches with a parameter, and its default: as in `astropy.visualization`, except for power
# (without a default there) and Q of Lupton.
STRETCH_PARAMETERS: Mapping[str, float] = MappingProxyType(
    {"log": 1000.0, "asinh": 0.1, "sinh": 1 / 3, "power": 2.0, "lupton": 8.0}
)
# Pillow may have been built without OpenJPEG.
FORMATS = (
    *("jpg", "png", "webp", "tif", "gif", "pdf"),
    *(["jp2"] if features.check("jpg_2000") else []),
)
QUALITIES = ("default", "color", "gray", "bitonal")
TRANSPARENT = "transparent"


class Component(NamedTuple):
    """A plane in a picture.

    Parameters
    ----------
    selection : Selection
        The plane.
    limits : tuple of float
        vmin and vmax in physical units; vmin > vmax draws a negative.
    color : str or None
        RRGGBB added by full intensity in a mix; None outside mixes.
    quantiles : tuple of float
        Only for ``histeq``: values of equal spacing in rank between the limits, ascending.
    shift : Shift
        How the numbers that the plane returns convert to physical values.
    """

    selection: Selection
    limits: tuple[float, float]
    color: str | None = None
    quantiles: tuple[float, ...] = ()
    shift: Shift = UNSHIFTED

    @property
    def identity(self) -> tuple[object, ...]:
        """All fields as plain values, which are cheap to serialize."""
        return (*self.selection, self.limits, self.color, self.quantiles, *self.shift)

    @property
    def span(self) -> tuple[float, float]:
        """Limits for the numbers that the plane returns."""
        origin, scale = self.shift
        return (self.limits[0] - origin) / scale, (self.limits[1] - origin) / scale


class Style(NamedTuple):
    """Conversion of intensities to colors.

    Parameters
    ----------
    stretch : str
        One of `STRETCHES`.
    parameter : float or None
        Parameter of the stretch; None for its default.
    gamma, contrast, bias, saturation : float
        1, 1, 0.5 and 1 have no effect.
    cmap : str
        Name of a colormap of `celestile.render.color`; not used by mixes.
    invert : bool
        Whether to draw a negative, or to reverse the colormap.
    nan : str or None
        Color of missing pixels: RRGGBB, ``transparent``, or None for transparent in formats with an
        alpha channel and black in others.
    flags : tuple of (int, str)
        Number and color RRGGBB of the flags that are drawn, the first on top.
    flag_kind : {"", "bits", "codes"}
        Whether pixels are bits, codes, or numbers for limits and a stretch.
    """

    stretch: str = "linear"
    parameter: float | None = None
    gamma: float = 1.0
    contrast: float = 1.0
    bias: float = 0.5
    saturation: float = 1.0
    cmap: str = "gray"
    invert: bool = False
    nan: str | None = None
    flags: tuple[tuple[int, str], ...] = ()
    flag_kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Geometry and encoding of a picture, in the order in which they are applied.

    Parameters
    ----------
    region : Region
        Part of the image, in full-resolution pixels; within the image.
    size : tuple of int
        Width and height to scale the region to.
    mirror : bool
        Left to right, before the rotation.
    rotation : float
        Clockwise, degrees in [0, 360). The canvas is enlarged unless it is a multiple of 90.
    quality : str
        One of `QUALITIES`.
    format : str
        One of `FORMATS`.
    canvas : tuple of int or None
        Width and height of the whole picture if the scaled region is only its top left part (edge
        tiles of WMTS); the other pixels are missing.
    jpeg_quality : int
        1 to 100.
    jpeg_subsampling : {"420", "422", "444"}
        Chroma subsampling of color pictures.

    Attributes
    ----------
    identity : str
        Digest of all parameters, computed once, as a key for caches.
    """

    region: Region
    size: tuple[int, int]
    mirror: bool = False
    rotation: float = 0.0
    quality: str = "default"
    format: str = "jpg"
    canvas: tuple[int, int] | None = None
    jpeg_quality: int = 90
    jpeg_subsampling: str = "420"
    identity: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compute the digest."""
        digest = hashlib.blake2b(repr(self).encode(), digest_size=12).hexdigest()
        object.__setattr__(self, "identity", digest)

    def __hash__(self) -> int:
        """Hash of the digest, which Python caches."""
        return hash(self.identity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture to be drawn of one image.

    Parameters
    ----------
    components : tuple of Component
        One component, or several to be mixed by their colors.
    style : Style
        Style of all components.
    output : Output
        Geometry and encoding.
    """

    components: tuple[Component, ...]
    style: Style
    output: Output


EMPTY, SMOOTH = -2, -1
"""Entries of `WarpMesh.blocks`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WarpMesh:
    """Mapping of the pixels of a picture to a part of an image with its own coordinates.

    All positions are continuous coordinates from a top left corner: pixel i spans ``[i, i + 1)``.

    Parameters
    ----------
    region : Region
        The part of the image; pixels beyond it are not shown.
    step : int
        Picture pixels between nodes.
    nodes_x, nodes_y : ndarray of float64, shape (2 * rows + 1, 2 * columns + 1)
        Positions in the image of every `step`-th pixel corner of the picture, from its top left
        corner; linear in between.
    blocks : ndarray of int64, shape (rows, columns)
        For each block of 2 by 2 cells between nodes: `EMPTY` off the image, `SMOOTH` for
        interpolation between nodes, else an index into the following arrays, at seams and limbs.
    exact_x, exact_y : ndarray of float64, shape (count, 2 * step, 2 * step)
        Positions in the image of the centers of all picture pixels of a block; NaN if undefined.
    """

    region: Region
    step: int
    nodes_x: NDArray[np.float64]
    nodes_y: NDArray[np.float64]
    blocks: NDArray[np.int64]
    exact_x: NDArray[np.float64]
    exact_y: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Warp:
    """Mapping of the pixels of a picture of any geometry to an image.

    Parameters
    ----------
    key : str
        Identity of the geometry, for caches; combined with that of the image.
    size : tuple of int
        Width and height of the picture.
    meshes : tuple of WarpMesh
        The first mesh with a value at a pixel is shown; empty if the image is not in the picture.
    """

    key: str
    size: tuple[int, int]
    meshes: tuple[WarpMesh, ...]
