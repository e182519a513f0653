"""Tilesets of the dataset: the images that the operator shows together on the sky."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from celestile.protocols.ogcapi.answers import check, chosen, nowhere, place, send, sky_tile
from celestile.protocols.ogcapi.formats import DOCUMENTS, MATRIX_SETS, PICTURES
from celestile.protocols.ogcapi.links import Addresses
from celestile.protocols.ogcapi.tile_sets import sky_tile_sets
from celestile.protocols.ogcapi.tileset_documents import dataset_source, tileset, tilesets
from celestile.protocols.tiles.coverages import Coverages
from celestile.protocols.tiles.mosaic import Mosaic
from celestile.protocols.tiles.sky_grid import SkyTile
from celestile.protocols.web.identifiers import query_view
from celestile.service.charts import Charts
from celestile.service.service import Service
from celestile.views.view import VIEW_KEYS


class Dataset:
    """Resources below ``/map/tiles`` of the landing page (OGC 20-057, section 10).

    Parameters
    ----------
    service : Service
        Opens the images.
    coverages : Coverages
        Finds their place on the sky.
    charts : Charts
        Draws the tiles.
    """

    def __init__(self, service: Service, coverages: Coverages, charts: Charts) -> None:
        self._service = service
        self._mosaic = Mosaic(service, coverages)
        self._charts = charts

    async def respond(
        self, request: Request, addresses: Addresses, rest: Sequence[str]
    ) -> Response:
        """Answer with the list of tilesets, with one of them or with a tile.

        Raises
        ------
        CelestileError
            If the tileset or tile does not exist, or the view is invalid for an image.
        """
        if len(rest) not in (0, 1, 4):
            raise nowhere()
        encodings = {4: PICTURES, 1: MATRIX_SETS}.get(len(rest), DOCUMENTS)
        encoding = check(request, encodings, VIEW_KEYS)
        coverage = await self._mosaic.coverage()
        tile_sets = sky_tile_sets(coverage) if coverage is not None else ()
        source = dataset_source(addresses, self._service.options.title)
        if not rest:
            return send(request, partial(tilesets, addresses, source, tile_sets), encoding)
        tile_set = chosen(unquote(rest[0]), tile_sets)
        if len(rest) == 1:
            return send(request, partial(tileset, addresses, source, tile_set), encoding)
        tile = place(tile_set, rest[1:])
        if not isinstance(tile, SkyTile):
            raise nowhere()
        subjects = await self._mosaic.subjects(tile, query_view(request))
        max_age = self._service.options.max_age
        return await sky_tile(request, self._charts, subjects, tile, encoding, max_age)
