"""What to draw, frozen and hashable: all that passes from the protocols to the pixels."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PIL import features

from celestile.geometry import Region
from celestile.pixels.image import Selection

STRETCHES = ("linear", "sqrt", "log", "asinh", "sinh", "power", "histeq", "lupton")
# The stretches that take a parameter, and its value where none is given. Those of
# `astropy.visualization`, but for power (which has none there) and Lupton's Q.
STRETCH_PARAMETERS: Mapping[str, float] = MappingProxyType(
    {"log": 1000.0, "asinh": 0.1, "sinh": 1 / 3, "power": 2.0, "lupton": 8.0}
)
# Pillow may have been built without OpenJPEG; what it cannot write is not offered.
FORMATS = (
    *("jpg", "png", "webp", "tif", "gif", "pdf"),
    *(["jp2"] if features.check("jpg_2000") else []),
)
QUALITIES = ("default", "color", "gray", "bitonal")
TRANSPARENT = "transparent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One plane's part in a picture.

    Parameters
    ----------
    selection : Selection
        Which plane.
    limits : tuple of float
        vmin and vmax in physical units; vmin > vmax draws a negative.
    color : str or None
        RRGGBB that full intensity adds to a mix; None outside mixes.
    quantiles : tuple of float
        Only for ``histeq``: values of equal spacing in rank between the limits, ascending.
    origin : float
        What is missing from the pixels' values to be physical.
    """

    selection: Selection
    limits: tuple[float, float]
    color: str | None = None
    quantiles: tuple[float, ...] = ()
    origin: float = 0.0

    @property
    def identity(self) -> tuple[object, ...]:
        """All of it as plain values, which are quickly written down."""
        return (*self.selection, self.limits, self.color, self.quantiles, self.origin)

    @property
    def span(self) -> tuple[float, float]:
        """Limits for the pixels' values as they are."""
        return self.limits[0] - self.origin, self.limits[1] - self.origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How intensities become colors.

    Parameters
    ----------
    stretch : str
        One of `STRETCHES`.
    parameter : float or None
        Of the stretch; None for its default.
    gamma, contrast, bias, saturation : float
        1, 1, 0.5 and 1 leave the picture as it is.
    cmap : str
        Name of a colormap of `celestile.render.color`; not used by mixes.
    invert : bool
        Negative of the picture (of the colormap's direction, where there is one).
    nan : str or None
        Color of missing pixels: RRGGBB, ``transparent``, or None for transparent where the format
        has an alpha channel and black where it has none.
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

    @property
    def identity(self) -> tuple[object, ...]:
        """All of it as plain values, which are quickly written down."""
        return (
            *(self.stretch, self.parameter, self.gamma, self.contrast, self.bias),
            *(self.saturation, self.cmap, self.invert, self.nan),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Geometry and encoding of a picture, in the order in which they are applied.

    Parameters
    ----------
    region : Region
        Part of the image, in full-resolution pixels; lies within the image.
    size : tuple of int
        Width and height to scale the region to.
    mirror : bool
        Left to right, before the rotation.
    rotation : float
        Clockwise, degrees in [0, 360). The canvas grows to hold what is not a multiple of 90.
    quality : str
        One of `QUALITIES`.
    format : str
        One of `FORMATS`.
    canvas : tuple of int or None
        Width and height of the whole picture when the scaled region is only its top left part
        (edge tiles of WMTS); the rest is missing pixels.
    jpeg_quality : int
        1 to 100.
    jpeg_subsampling : {"420", "422", "444"}
        Of color pictures.

    Attributes
    ----------
    identity : str
        Digest of all these: what pictures are known by, once and not for each tile.
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
        """Digest what was given."""
        digest = hashlib.blake2b(repr(self).encode(), digest_size=12).hexdigest()
        object.__setattr__(self, "identity", digest)

    def __hash__(self) -> int:
        """Hash the digest, whose own hash is kept."""
        return hash(self.identity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture to be drawn of one image: what, how, where.

    Parameters
    ----------
    components : tuple of Component
        One, or several to be mixed by their colors.
    style : Style
        Applied to all of them.
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
    """Where the pixels of a picture lie in a part of an image that has coordinates of its own.

    All places are continuous coordinates from a top left corner: pixel i spans ``[i, i + 1)``.

    Parameters
    ----------
    region : Region
        The part: of the image, nothing beyond it is shown.
    step : int
        Picture pixels between nodes.
    nodes_x, nodes_y : ndarray of float64, shape (2 * rows + 1, 2 * columns + 1)
        Places in the image of every `step`-th pixel corner of the picture, the first one its top
        left; linear in between.
    blocks : ndarray of int64, shape (rows, columns)
        For every square of 2 by 2 meshes between the nodes: `EMPTY` where the image is not,
        `SMOOTH` where the nodes tell, else an index into the following, for seams and limbs.
    exact_x, exact_y : ndarray of float64, shape (count, 2 * step, 2 * step)
        Places in the image of the centers of all picture pixels of a square; NaN where none.
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
    """Where the pixels of a picture of any geometry lie in an image.

    Parameters
    ----------
    key : str
        Identity of the geometry, for caches; the image's own comes on top.
    size : tuple of int
        Width and height of the picture.
    sheets : tuple of WarpMesh
        The first one that has a value at a pixel is seen; none where the image is out of sight.
    """

    key: str
    size: tuple[int, int]
    meshes: tuple[WarpMesh, ...]
