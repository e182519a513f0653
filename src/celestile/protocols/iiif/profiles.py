"""Image profiles: the sizes and qualities that the Image API offers of an image."""

from functools import cache
from math import isqrt

from celestile.geometry import Levels
from celestile.protocols.iiif.parameters import ImageProfile
from celestile.protocols.iiif.sizes import SizeLimits
from celestile.render.color import colormap
from celestile.render.request import TRANSPARENT
from celestile.service.service import Subject
from celestile.views.options import ServiceOptions


class ImageProfiles:
    """Makes profiles from the operator's settings.

    Parameters
    ----------
    options : ServiceOptions
        The operator's options.
    """

    def __init__(self, options: ServiceOptions) -> None:
        self._options = options
        self._limits = SizeLimits(
            max_width=options.max_width, max_height=options.max_height, max_area=options.max_area
        )
        # "Servers MUST ensure that sizes specified by any sizes or tiles properties are within any
        # size limits expressed."
        self._tile_size = min(
            options.tile_size, *(self._limits.sides or ()), isqrt(options.max_area or 1 << 62)
        )

    def profile(
        self, width: int, height: int, *, colored: bool, views: tuple[str, ...]
    ) -> ImageProfile:
        """Offer an image of that size; the rest as of `ImageProfile`."""
        options = self._options
        return ImageProfile(
            levels=Levels(width, height, self._tile_size),
            limits=self._limits,
            colored=colored,
            jpeg_quality=options.jpeg_quality,
            jpeg_subsampling=options.jpeg_subsampling,
            views=views,
        )


def has_colors(subject: Subject) -> bool:
    """Whether a picture in this view is more than shades of gray."""
    nan = subject.style.nan
    return (
        any(component.color is not None for component in subject.components)
        or not _is_gray(subject.style.cmap)
        or (nan is not None and nan != TRANSPARENT and len({nan[0:2], nan[2:4], nan[4:6]}) > 1)
    )


@cache
def _is_gray(name: str) -> bool:
    table = colormap(name)
    return bool((table[:, :1] == table).all())
