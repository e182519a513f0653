"""Planes placed side by side in whole pixels."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.errors import UnservableImageError
from celestile.geometry import Region
from celestile.pixels.plane import UNSHIFTED, PixelValue, Plane, Shift
from celestile.pixels.plane import reduction as reduction_of
from celestile.pixels.planes.array import combined_key, intersection
from celestile.pixels.planes.wide import doubles, is_wide, read_scaled

logger = logging.getLogger(__name__)

_Read = Callable[[Plane, Region], NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Position of a part of a plane in a mosaic, in whole pixels.

    Parameters
    ----------
    plane : Plane
        The plane.
    source : Region
        The part of the plane that is shown.
    x, y : int
        Top left corner in the mosaic.
    flip_x, flip_y : bool
        Whether columns and rows are reversed.
    name : str
        Name of the part, for the log.
    """

    plane: Plane
    source: Region
    x: int
    y: int
    flip_x: bool = False
    flip_y: bool = False
    name: str = ""

    @property
    def region(self) -> Region:
        """Rectangle in the mosaic."""
        return Region(self.x, self.y, self.source.width, self.source.height)

    def source_region(self, part: Region) -> Region:
        """Rectangle of the plane that is shown in a part of the mosaic."""
        x, y = part.x - self.x, part.y - self.y
        if self.flip_x:
            x = self.source.width - x - part.width
        if self.flip_y:
            y = self.source.height - y - part.height
        return Region(self.source.x + x, self.source.y + y, part.width, part.height)


class MosaicPlane:
    """Chips placed side by side in whole pixels; gaps are missing pixels.

    Parameters
    ----------
    placements : sequence of Placement
        Placements that do not overlap. A chip that cannot be decoded is a gap.
    width, height : int
        Size of the mosaic.
    reduction : str or None
        How coarser pixels follow from finer ones; None for ``max`` if all planes are masks.
    """

    def __init__(
        self,
        placements: Sequence[Placement],
        width: int,
        height: int,
        *,
        reduction: str | None = None,
    ) -> None:
        self.placements = tuple(placements)
        self.width = width
        self.height = height
        self.sources = tuple(placement.plane for placement in placements)
        self.scaling_is_wide = any(map(is_wide, self.sources))
        self.direct = all(placement.plane.direct for placement in placements)
        self.by_rows = all(placement.plane.by_rows for placement in placements)
        kinds = {reduction_of(placement.plane) for placement in placements}
        self.reduction = reduction or (kinds.pop() if len(kinds) == 1 else "mean")
        self.key = combined_key(
            width,
            height,
            *((p.plane.key, p.source, p.region, p.flip_x, p.flip_y) for p in placements),
        )

    def read(self, region: Region, shift: Shift = UNSHIFTED) -> NDArray[np.float32]:
        """Physical values, shifted: float32, C order, shape (height, width); missing is NaN."""
        values = np.full((region.height, region.width), np.nan, np.float32)
        self._fill(values, region, lambda plane, part: read_scaled(plane, part, shift))
        return values

    def doubles(self, region: Region) -> NDArray[np.float64]:
        """Read physical values in double precision, shape (height, width); missing is NaN."""
        values = np.full((region.height, region.width), np.nan)
        self._fill(values, region, doubles)
        return values

    def _fill(self, values: NDArray[Any], region: Region, read: _Read) -> None:
        for placement in self.placements:
            part = intersection(region, placement.region)
            if part is None:
                continue
            try:
                chip = read(placement.plane, placement.source_region(part))
            except UnservableImageError as error:
                logger.warning("chip %s is a gap in a mosaic: %s", placement.name, error)
                continue
            chip = chip[:: -1 if placement.flip_y else 1, :: -1 if placement.flip_x else 1]
            top, left = part.y - region.y, part.x - region.x
            values[top : top + part.height, left : left + part.width] = chip

    def value(self, x: int, y: int) -> PixelValue:
        """One pixel of the chip shown there."""
        here = Region(x, y, 1, 1)
        for placement in self.placements:
            part = intersection(here, placement.region)
            if part is not None:
                under = placement.source_region(part)
                try:
                    return placement.plane.value(under.x, under.y)
                except UnservableImageError:
                    break
        return PixelValue(value=None, raw=None)
