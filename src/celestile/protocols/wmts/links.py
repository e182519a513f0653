"""The grids that a layer links to, in the order that suits clients best.

First the pixels presented as meters, which every client can draw; then the sky; last, if the
operator wants them, the pixels under their proper name, at which some clients stop reading.
"""

from dataclasses import dataclass

from celestile.protocols.tiles.pixel_grid import INDEX_CRS, TileMatrixSet, tile_matrix_sets
from celestile.protocols.tiles.sky_grid import Coverage, SkySet, TileLimits


@dataclass(frozen=True, slots=True)
class TileMatrixSetLink:
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
    limits: tuple[tuple[str, TileLimits], ...]


def tile_matrix_set_links(
    size: tuple[int, int] | None, sky: Coverage | None, tile_size: int, *, index: bool = False
) -> tuple[TileMatrixSetLink, ...]:
    """List the grids of a layer.

    Parameters
    ----------
    size : tuple of int or None
        Width and height of the image; None if the layer is not an image.
    sky : Coverage or None
        The layer's part of the sky.
    tile_size : int
        Pixels along a tile's side.
    index : bool
        Whether to list the pixels under their proper name.
    """
    pixels = tile_matrix_sets(*size, tile_size) if size else ()
    found = [_pixels(each) for each in pixels if index or each.crs != INDEX_CRS]
    if sky is not None:
        sky = sky.on_grids[0]
        limits = tuple((each.identifier, sky.limits(each)) for each in sky.matrix_set.matrices)
        found.insert(1, TileMatrixSetLink(sky.matrix_set, sky.box, limits))
    return tuple(found)


def _pixels(matrix_set: TileMatrixSet) -> TileMatrixSetLink:
    limits = (
        (each.identifier, TileLimits(0, each.rows - 1, 0, each.columns - 1))
        for each in matrix_set.matrices
    )
    return TileMatrixSetLink(matrix_set, matrix_set.box, tuple(limits))
