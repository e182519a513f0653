"""The tilesets of an image: the parts of tile matrix sets that it fills."""

from dataclasses import dataclass

from celestile.geometry import Levels
from celestile.protocols.ogcapi.matrixsets import (
    Box,
    Document,
    Matrix,
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
        The part that the image covers, in coordinates of the set.
    limits : tuple of TileLimits
        Its tiles at each level, coarsest first; a set may have more levels than are filled.
    source : Levels or Coverage
        Sizes of the image and of its tiles where the set is of its pixels, else the image's place
        on the sky.
    """

    matrix_set: MatrixSet
    box: Box
    limits: tuple[TileLimits, ...]
    source: Levels | Coverage

    def place(self, zoom: int, row: int, column: int) -> Tile | SkyTile:
        """Place a tile that lies within the limits."""
        if isinstance(self.source, Levels):
            return tile(self.source, self.source.count - 1 - zoom, column, row)
        grid = self.source.matrix_set
        return SkyTile(grid, grid.matrices[zoom], column, row)

    def written_limits(self) -> list[Document]:
        """Write the limits (OGC 17-083r4, section 7.3)."""
        pairs = zip(self.matrix_set.matrices, self.limits, strict=False)
        return [_written(matrix, limits) for matrix, limits in pairs]

    def whole_limits(self) -> list[Document]:
        """Write the levels at which the image has a pixel or more, each as a whole.

        GDAL 3.6 fails at coarser levels, and misplaces tiles where limits omit rows.
        """
        west, south, east, north = self.box
        least = min(east - west, north - south)
        return [
            _written(matrix, TileLimits(0, matrix.rows - 1, 0, matrix.columns - 1))
            for matrix, _ in zip(self.matrix_set.matrices, self.limits, strict=False)
            if matrix.cell <= least
        ]


def _written(matrix: Matrix, limits: TileLimits) -> Document:
    return {
        "tileMatrix": matrix.identifier,
        "minTileRow": limits.min_row,
        "maxTileRow": limits.max_row,
        "minTileCol": limits.min_column,
        "maxTileCol": limits.max_column,
    }


def tile_sets(levels: Levels, sky: Coverage | None) -> tuple[TileSet, ...]:
    """List the tilesets of an image, in the order that works best with clients."""
    found = [
        TileSet(
            matrix_set=matrix_set,
            box=matrix_set.box,
            limits=tuple(TileLimits(0, m.rows - 1, 0, m.columns - 1) for m in matrix_set.matrices),
            source=levels,
        )
        for matrix_set in pixel_sets(levels)
    ]
    if sky is None:
        return tuple(found)
    return (*found, *sky_tile_sets(sky))


def sky_tile_set(sky: Coverage) -> TileSet:
    """Return the tileset of a part of the sky."""
    listed = sky.on_grids[0]
    return _on_sky(sky_matrix_set(listed.matrix_set), listed)


def sky_tile_sets(sky: Coverage) -> tuple[TileSet, ...]:
    """List the tilesets of a part of the sky: on our grid, and the same under a registered name."""
    matrix_set = sky.matrix_set
    # Across longitude 180, the part of the registered set would be the whole circle.
    registered = world(matrix_set.tile_size) if sky.across is None else None
    return sky_tile_set(sky), *(() if registered is None else (_on_sky(registered, sky),))


def _on_sky(matrix_set: MatrixSet, sky: Coverage) -> TileSet:
    return TileSet(
        matrix_set=matrix_set,
        box=sky.box,
        limits=tuple(sky.limits(matrix) for matrix in sky.matrix_set.matrices),
        source=sky,
    )
