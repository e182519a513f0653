"""The grids that a layer offers, in the order in which clients fare best.

First the pixels dressed as meters, which every client can draw; then the sky; last the pixels under
their honest name, which some clients cannot even read past.
"""

from collections import OrderedDict
from dataclasses import dataclass
from functools import partial

from celestile.pixels.image import Image
from celestile.pixels.sky.footprint import footprint
from celestile.protocols.tiles.pixel_grid import TileMatrixSet, tile_matrix_sets
from celestile.protocols.tiles.sky_grid import MIRRORED, Coverage, Limits, SkySet, coverage
from celestile.service.service import Service

_REMEMBERED = 8192


@dataclass(frozen=True, slots=True)
class Offer:
    """A grid and the part of it that a layer takes.

    Parameters
    ----------
    matrix_set : TileMatrixSet or SkySet
        The grid.
    box : tuple of float
        Least x and y, greatest x and y of the layer.
    limits : tuple of (str, Limits)
        Identifier of each level, and the tiles of the layer in it.
    """

    matrix_set: TileMatrixSet | SkySet
    box: tuple[float, float, float, float]
    limits: tuple[tuple[str, Limits], ...]


def offers(size: tuple[int, int] | None, sky: Coverage | None, tile_size: int) -> tuple[Offer, ...]:
    """List the grids of a layer.

    Parameters
    ----------
    size : tuple of int or None
        Width and height of the image; None where the layer is none.
    sky : Coverage or None
        The layer's part of the sky.
    tile_size : int
        Pixels along a tile's side.
    """
    pixels = tile_matrix_sets(*size, tile_size) if size else ()
    found = [_pixels(matrix_set) for matrix_set in pixels]
    if sky is not None:
        limits = tuple((each.identifier, sky.limits(each)) for each in sky.matrix_set.matrices)
        found.insert(1, Offer(sky.matrix_set, sky.box, limits))
    return tuple(found)


def _pixels(matrix_set: TileMatrixSet) -> Offer:
    limits = (
        (each.identifier, Limits(0, each.rows - 1, 0, each.columns - 1))
        for each in matrix_set.matrices
    )
    return Offer(matrix_set, matrix_set.box, tuple(limits))


class Coverages:
    """Finds out where images are on the sky, once for each.

    Parameters
    ----------
    service : Service
        Lends its threads.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._known: OrderedDict[str, Coverage | None] = OrderedDict()

    async def of(self, image: Image) -> Coverage | None:
        """Part of the sky that an image takes; None where it is not known to be on it."""
        if image.key in self._known:
            self._known.move_to_end(image.key)
            return self._known[image.key]
        found = await self._service.run(partial(self._find, image))
        self._known[image.key] = found
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return found

    def _find(self, image: Image) -> Coverage | None:
        found = footprint(image.sky)
        if found is None:
            return None
        options = self._service.options
        mirrored = options.sky_longitude == MIRRORED
        return coverage(found, options.tile_size, mirrored=mirrored)
