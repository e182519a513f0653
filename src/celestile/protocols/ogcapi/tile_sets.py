"""The tilesets of an image: which part of which tile matrix set it fills, and with what."""

from dataclasses import dataclass

from celestile.geometry import Levels
from celestile.protocols.ogcapi.matrixsets import (
    Box,
    Document,
    MatrixSet,
    pixel_sets,
    sky_matrix_set,
    world,
)
from celestile.protocols.tiles.pixel_grid import Tile, tile
from celestile.protocols.tiles.sky_grid import Coverage, SkyTile, TileLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSet:
    """A tile matrix set and the part of it that an image fills.

    Parameters
    ----------
    matrix_set : MatrixSet
        The grid.
    box : tuple of float
        What the image covers, in coordinates of the set.
    limits : tuple of TileLimits
        Its tiles at each level, coarsest first; a set may have more levels than are filled.
    levels : Levels or None
        Sizes of the image and of its tiles, if the set is of its pixels.
    sky : Coverage or None
        Where the image is on the sky, if that is the set's.
    """

    matrix_set: MatrixSet
    box: Box
    limits: tuple[TileLimits, ...]
    levels: Levels | None = None
    sky: Coverage | None = None

    def place(self, zoom: int, row: int, column: int) -> Tile | SkyTile | None:
        """Place a tile; None where it lies outside of the limits or the zoom does not exist."""
        if not 0 <= zoom < len(self.limits):
            return None
        limits = self.limits[zoom]
        if not (
            limits.min_row <= row <= limits.max_row
            and limits.min_column <= column <= limits.max_column
        ):
            return None
        if self.sky is not None:
            grid = self.sky.matrix_set
            return SkyTile(grid, grid.matrices[zoom], column, row)
        if self.levels is None:
            return None
        return tile(self.levels, self.levels.count - 1 - zoom, column, row)

    def written_limits(self) -> list[Document]:
        """Write the limits (OGC 17-083r4, section 7.3)."""
        return [
            {
                "tileMatrix": matrix.identifier,
                "minTileRow": limits.min_row,
                "maxTileRow": limits.max_row,
                "minTileCol": limits.min_column,
                "maxTileCol": limits.max_column,
            }
            for matrix, limits in zip(self.matrix_set.matrices, self.limits, strict=False)
        ]


def tile_sets(levels: Levels, sky: Coverage | None) -> tuple[TileSet, ...]:
    """List the tilesets of an image, in the order in which clients fare best."""
    found = [
        TileSet(
            matrix_set=matrix_set,
            box=matrix_set.box,
            limits=tuple(TileLimits(0, m.rows - 1, 0, m.columns - 1) for m in matrix_set.matrices),
            levels=levels,
        )
        for matrix_set in pixel_sets(levels)
    ]
    if sky is not None:
        found.append(sky_tile_set(sky))
    return tuple(found)


def sky_tile_set(sky: Coverage) -> TileSet:
    """Return the tileset of what covers a part of the sky."""
    return _on_sky(sky_matrix_set(sky.matrix_set), sky)


def dataset_tile_sets(sky: Coverage) -> tuple[TileSet, ...]:
    """List the tilesets of the images that are shown together.

    The same tiles are offered under a registered name, too. For a single image they are not: by
    that name GDAL would prefer them to the image's own pixels.
    """
    registered = world(sky.matrix_set.tile_size)
    return sky_tile_set(sky), *(() if registered is None else (_on_sky(registered, sky),))


def _on_sky(matrix_set: MatrixSet, sky: Coverage) -> TileSet:
    return TileSet(
        matrix_set=matrix_set,
        box=sky.box,
        limits=tuple(sky.limits(matrix) for matrix in sky.matrix_set.matrices),
        sky=sky,
    )
