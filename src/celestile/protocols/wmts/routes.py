"""WMTS over HTTP: addresses to operations, and errors to responses."""

from dataclasses import replace
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from celestile.errors import CelestileError
from celestile.protocols.tiles.coverages import Coverages
from celestile.protocols.tiles.mosaic import Mosaic
from celestile.protocols.web.accept import accepts
from celestile.protocols.web.http import (
    Endpoint,
    base_url,
    document_response,
    picture_response,
    raw_path,
)
from celestile.protocols.web.plans import Plan, Plans, picture_etag
from celestile.protocols.wmts import exceptions, legend
from celestile.protocols.wmts.capabilities import Metadata, document, unchanged
from celestile.protocols.wmts.exceptions import OwsError, rest_status, translate
from celestile.protocols.wmts.featureinfo import write
from celestile.protocols.wmts.layers import Catalog, Layers
from celestile.protocols.wmts.lookup import feature
from celestile.protocols.wmts.pages import DOCUMENT, WHOLE
from celestile.protocols.wmts.parameters import (
    TILE_FORMATS,
    VERSION,
    CapabilitiesRequest,
    FeatureInfoRequest,
    KvpParameters,
    LegendRequest,
    TileRequest,
    capabilities_request,
    feature_info_request,
    operation,
    tile_request,
)
from celestile.protocols.wmts.paths import folder_of, path_request
from celestile.protocols.wmts.target import SkyTarget, Targets, output
from celestile.service.charts import Charts
from celestile.service.service import Service

_PREFIX = "/wmts"
_CAPABILITIES = f"/{VERSION}/{DOCUMENT}"
_DECISIVE = frozenset({b"accept"})


def routes(service: Service) -> list[BaseRoute]:
    """Routes of the KVP and the RESTful encoding."""
    wmts = _Wmts(service)
    return [
        Route(_PREFIX, Endpoint(wmts.by_keys), methods=["GET"]),
        Route(f"{_PREFIX}/", Endpoint(wmts.by_keys), methods=["GET"]),
        Route(f"{_PREFIX}/{{rest:rest}}", Endpoint(wmts.by_path), methods=["GET"]),
    ]


class _Wmts:
    """The three operations, and the two ways of asking for them."""

    def __init__(self, service: Service) -> None:
        coverages = Coverages(service)
        self._service = service
        self._charts = Charts(service)
        self._mosaic = Mosaic(service, coverages)
        self._targets = Targets(service, coverages, self._mosaic)
        self._layers = Layers(service, coverages, self._mosaic)
        self._plans = Plans(service, _DECISIVE)

    async def by_keys(self, request: Request) -> Response:
        """Answer the KVP encoding."""
        try:
            plan = self._plans.get(request)
            if plan is not None:
                return await self._plans.answer(request, plan)
            parameters = KvpParameters(request.url.query)
            match operation(parameters):
                case "GetCapabilities":
                    wanted = capabilities_request(parameters)
                    return await self._capabilities(request, wanted)
                case "GetTile":
                    return await self._tile(request, tile_request(parameters))
            return await self._feature(request, feature_info_request(parameters))
        except CelestileError as error:
            return _refuse(translate(error))

    async def by_path(self, request: Request) -> Response:
        """Answer the RESTful encoding."""
        try:
            plan = self._plans.get(request)
            if plan is not None:
                return await self._plans.answer(request, plan)
            return await self._resource(request)
        except CelestileError as error:
            refused = translate(error)
            return _refuse(refused, rest_status(refused))

    async def _resource(self, request: Request) -> Response:
        path = raw_path(request).removeprefix(_PREFIX)
        parameters = KvpParameters(request.url.query)
        substitute = self._service.options.slash_substitute
        folder = folder_of(path.removeprefix(f"/{VERSION}"), substitute)
        if path.startswith(f"/{VERSION}/") and folder is not None:
            capabilities = capabilities_request(parameters, folder or None)
            _check_accept(request, capabilities.media_type)
            return await self._capabilities(request, capabilities)
        wanted = None
        if path.startswith(f"/{VERSION}/"):
            wanted = path_request(path.removeprefix(f"/{VERSION}/"), parameters, substitute)
        match wanted:
            case TileRequest():
                _check_accept(request, wanted.format)
                return await self._tile(request, wanted)
            case FeatureInfoRequest():
                _check_accept(request, wanted.info_format)
                return await self._feature(request, wanted)
            case LegendRequest():
                _check_accept(request, legend.MEDIA_TYPE)
                return await self._legend(request, wanted)
        message = f"The resource does not exist; see {base_url(request)}{_PREFIX}{_CAPABILITIES}."
        raise OwsError("InvalidParameterValue", message, None, 404)

    async def _capabilities(self, request: Request, wanted: CapabilitiesRequest) -> Response:
        catalog = await self._layers.catalog(wanted.part)
        metadata = Metadata(
            base=base_url(request),
            options=self._service.options,
            sequence=catalog.sequence,
            sections=wanted.sections,
            part=wanted.part,
            others=catalog.others,
        )
        if wanted.update_sequence == catalog.sequence:
            return document_response(request, unchanged(metadata), wanted.media_type)
        if wanted.update_sequence is not None and wanted.update_sequence > catalog.sequence:
            message = f"updateSequence is invalid; expected at most the current {catalog.sequence}."
            raise OwsError("InvalidUpdateSequence", message)
        if wanted.sections & {"Contents", "Themes"}:
            metadata = await self._with_layers(metadata, catalog, wanted.layers)
        body = await self._service.run(partial(document, metadata))
        return document_response(request, body, wanted.media_type)

    async def _with_layers(
        self, metadata: Metadata, catalog: Catalog, identifiers: tuple[str, ...]
    ) -> Metadata:
        if identifiers:
            asked = [await self._layers.describe(identifier) for identifier in identifiers]
            return replace(metadata, layers=tuple(asked))
        layers = await self._layers.describe_all(catalog.entries)
        if metadata.part == WHOLE:
            layers += await self._layers.describe_mosaic()
        remark = ""
        if catalog.others or metadata.part.offset:
            first = metadata.part.offset
            remark = (
                f"Images {first + 1} to {first + len(catalog.entries)} of {catalog.total} are"
                " listed here. Each ServiceMetadataURL lists others, by folder; the parameter"
                " layer=identifier selects any one."
            )
        return replace(metadata, layers=tuple(layers), remark=remark)

    async def _tile(self, request: Request, wanted: TileRequest) -> Response:
        target = await self._targets.locate(wanted)
        if isinstance(target, SkyTarget):
            return await self._sky_tile(request, target, wanted.format)
        drawn = output(self._service, target, wanted.format)
        headers = ((b"content-type", wanted.format.encode()),)
        plan = Plan(target.subject, drawn, picture_etag(target.subject, drawn), headers)
        self._plans.put(request, plan)
        return await self._plans.answer(request, plan)

    async def _sky_tile(self, request: Request, target: SkyTarget, media_type: str) -> Response:
        tile, name, max_age = target.tile, TILE_FORMATS[media_type], self._service.options.max_age
        etag = self._charts.etag(target.subjects, tile, name)
        draw = partial(self._charts.draw, target.subjects, tile, name)
        return await picture_response(request, etag, media_type, max_age, draw)

    async def _legend(self, request: Request, wanted: LegendRequest) -> Response:
        subject = await self._targets.shown(wanted)
        body = await self._service.run(partial(legend.legend, subject))
        max_age = self._service.options.max_age
        return document_response(request, body, legend.MEDIA_TYPE, max_age)

    async def _feature(self, request: Request, wanted: FeatureInfoRequest) -> Response:
        body = write(await feature(self._service, self._targets, wanted), wanted.info_format)
        return document_response(request, body, wanted.info_format)


def _check_accept(request: Request, media_type: str) -> None:
    if not accepts(request.headers.get("accept"), media_type):
        message = f"The resource is {media_type}, which the Accept header excludes."
        raise OwsError("InvalidParameterValue", message, None, 406)


def _refuse(error: OwsError, status: int | None = None) -> Response:
    return Response(
        exceptions.report(error),
        status_code=error.status if status is None else status,
        media_type=exceptions.MEDIA_TYPE,
    )
