"""The application: settings become a service, errors become statuses, routes are put together."""

import contextlib
import importlib
import logging
import threading
from collections.abc import AsyncIterator, Callable
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.staticfiles import StaticFiles

from celestile.errors import (
    CelestileError,
    ForbiddenError,
    RequestError,
    SettingsError,
    SourceChangedError,
    StorageError,
    UnknownImageError,
    UnservableImageError,
    UnsupportedFeatureError,
)
from celestile.pixels.bands import Band
from celestile.pixels.library import DeclaredImage, Library
from celestile.pixels.spool import Spool
from celestile.protocols.data.routes import routes as data_routes
from celestile.protocols.hips.routes import routes as hips_routes
from celestile.protocols.iiif.presentation.routes import routes as presentation_routes
from celestile.protocols.iiif.routes import routes as iiif_routes
from celestile.protocols.metrics import routes as metrics_routes
from celestile.protocols.ogcapi.routes import routes as ogcapi_routes
from celestile.protocols.service import DefaultView, NamedView, Service, ServiceOptions
from celestile.protocols.view import parse_view, split_identifier
from celestile.protocols.wmts.routes import routes as wmts_routes
from celestile.pyramid.cache import Cache
from celestile.render import kernels
from celestile.settings import ImageSettings, NamedViewSettings, Settings
from celestile.web import AccessHeaders, ForwardedHeaders

logger = logging.getLogger(__name__)

_SLOW_TO_LOAD = ("astropy.io.fits", "astropy.wcs")
"""Imported where they are used, but better loaded before the first image needs them."""

_START_CANDIDATES = 20
"""Images that are tried, in order, for the one that a viewer shows first."""

_STATUS: tuple[tuple[type[CelestileError], int], ...] = (
    (UnsupportedFeatureError, 501),
    (RequestError, 400),
    (ForbiddenError, 403),
    (UnknownImageError, 404),
    (UnservableImageError, 404),
    (SourceChangedError, 503),
    (StorageError, 503),
)
"""First match counts; whatever else is raised is a fault of ours: 500."""


def create_app(settings: Settings) -> Starlette:
    """Make the application.

    Parameters
    ----------
    settings : Settings
        What the operator decided.

    Raises
    ------
    SettingsError
        If a view in the settings makes no sense.
    """
    service = create_service(settings)
    statuses: dict[int, int] = {}

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        threading.Thread(target=_prepare, args=(service,), name="warm", daemon=True).start()
        yield
        service.close()

    app = Starlette(
        routes=[
            *iiif_routes(service),
            *presentation_routes(service),
            *wmts_routes(service),
            *ogcapi_routes(service),
            *hips_routes(service),
            *data_routes(service, _start(settings, service)),
            Route("/healthz", _healthz),
            *metrics_routes(service, statuses),
            *_client_routes(),
        ],
        lifespan=lifespan,
        exception_handlers={
            CelestileError: _celestile_error,
            HTTPException: _http_error,
            Exception: _fault,
        },
        middleware=[
            Middleware(ForwardedHeaders, trusted=settings.server.trusted_proxies),
            Middleware(AccessHeaders, origins=settings.server.cors, statuses=statuses),
        ],
    )
    app.router.redirect_slashes = False
    app.state.service = service
    return app


def create_service(settings: Settings) -> Service:
    """Make what all protocols are built on."""
    directory = settings.cache.path
    cache = Cache(
        directory,
        settings.cache.size,
        settings.tiles.size,
        keep_level0=settings.cache.level0 == "always",
    )
    library = Library(
        settings.data.root,
        Spool(directory, cache.make_room),
        _declared(settings),
        hidden=settings.data.hidden,
    )
    return Service(
        library,
        cache,
        _options(settings),
        views=_named_views(settings.views),
        image_views={image.identifier: _named_views(image.views) for image in settings.images},
        defaults=[
            DefaultView(when=default.when, view=_view(default.view, default.where))
            for default in settings.defaults
        ],
    )


def _options(settings: Settings) -> ServiceOptions:
    tiles, limits, iiif, wmts = settings.tiles, settings.limits, settings.iiif, settings.wmts
    return ServiceOptions(
        tile_size=tiles.size,
        max_width=limits.max_width,
        max_height=limits.max_height,
        max_area=limits.max_area,
        jpeg_quality=tiles.jpeg_quality,
        jpeg_subsampling=tiles.jpeg_subsampling,
        slash_substitute=iiif.slash_substitute,
        title=wmts.title,
        abstract=wmts.abstract,
        keywords=wmts.keywords,
        provider=wmts.provider,
        provider_url=wmts.provider_url,
        sky_longitude=wmts.sky_longitude,
        mosaic=_mosaic(wmts.mosaic),
        rights=iiif.rights,
        attribution=iiif.attribution,
        download=settings.data.download,
        max_age=settings.server.max_age,
        memory=settings.cache.memory,
        threads=limits.threads or 4,
    )


def _mosaic(patterns: tuple[str, ...]) -> tuple[str, ...]:
    for pattern in patterns:
        try:
            split_identifier(pattern)
        except RequestError as error:
            raise SettingsError(f"wmts.mosaic: {pattern!r}: {error}") from error
    return patterns


def _view(specification: str, where: str) -> Any:
    try:
        return parse_view(specification)
    except RequestError as error:
        raise SettingsError(f"{where}: {error}") from error


def _named_views(views: tuple[NamedViewSettings, ...]) -> dict[str, NamedView]:
    return {
        view.name: NamedView(title=view.title, view=_view(view.view, view.where)) for view in views
    }


def _declared(settings: Settings) -> dict[str, DeclaredImage]:
    """Images that are named by the configuration or on the command line."""
    declared = {image.identifier: _declare(image, settings.base) for image in settings.images}
    files = settings.files
    if len(files) > 1:
        declared["sequence"] = DeclaredImage(title=f"{len(files)} frames", frames=files)
    for path in files:
        name = path.name
        number = 2
        while name in declared:
            name, number = f"{number}-{path.name}", number + 1
        declared[name] = DeclaredImage(title=path.name, file=path)
    return declared


def _declare(image: ImageSettings, base: Path) -> DeclaredImage:
    return DeclaredImage(
        title=image.title,
        file=base / image.file if image.file else None,
        bands=tuple(
            Band(name=c.name, path=base / c.file, hdu=c.hdu, color=c.color) for c in image.channels
        ),
        frames=tuple(path for pattern in image.frames for path in _matching(base, pattern)),
        align=image.align,
        match=image.match,
    )


def _matching(base: Path, pattern: str) -> list[Path]:
    """Files that a pattern of the shell matches, in order of their names."""
    whole = Path(pattern)
    if whole.is_absolute():
        anchor = Path(whole.anchor)
        return sorted(
            path for path in anchor.glob(str(whole.relative_to(anchor))) if path.is_file()
        )
    return sorted(path for path in base.glob(pattern) if path.is_file())


def _start(settings: Settings, service: Service) -> Callable[[], str | None]:
    def start() -> str | None:
        if settings.files:
            return "sequence" if len(settings.files) > 1 else settings.files[0].name
        for entry in islice(service.library.walk(), _START_CANDIDATES):
            with contextlib.suppress(CelestileError):
                return service.library.open(entry.identifier).identifier
        return None

    return start


def _prepare(service: Service) -> None:
    """Do before the first request what it would otherwise wait for."""
    for name in _SLOW_TO_LOAD:
        importlib.import_module(name)
    kernels.warm()
    service.cache.sweep()


async def _healthz(_: Request) -> Response:
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


def _client_routes() -> list[BaseRoute]:
    """The bundled viewer, if it was built."""
    folder = client_folder()
    if folder is None:

        async def missing(_: Request) -> Response:
            return PlainTextResponse(
                "The viewer is not built: run `npm ci && npm run build` in client/.\n", 404
            )

        return [Route("/", missing)]
    from starlette.routing import Mount  # noqa: PLC0415

    return [Mount("/", StaticFiles(directory=folder, html=True), name="client")]


def client_folder() -> Path | None:
    """Folder of the built viewer: in the package, or in the source tree."""
    packaged = Path(str(resources.files("celestile"))) / "client"
    source = Path(__file__).parents[2] / "client" / "dist"
    return next((path for path in (packaged, source) if (path / "index.html").is_file()), None)


def _status(error: CelestileError) -> int:
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def _refusal(request: Request, status: int, sentence: str, parameter: str | None) -> Response:
    if request.url.path.removeprefix(str(request.scope.get("root_path", ""))).startswith("/api"):
        body = orjson.dumps({"error": sentence, "parameter": parameter})
        return Response(body, status, media_type="application/json")
    return PlainTextResponse(f"{sentence}\n", status)


async def _celestile_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, CelestileError):
        raise error
    status = _status(error)
    if status >= 500:
        logger.warning("%s answered with %s: %s", request.url.path, status, error)
    return _refusal(request, status, str(error), getattr(error, "parameter", None))


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    root_path = str(request.scope.get("root_path", "")).rstrip("/")
    if status == 404 and root_path and request.scope["path"] == root_path:
        return RedirectResponse(f"{root_path}/", 308)
    detail = error.detail if isinstance(error, HTTPException) else "Internal Server Error"
    response = _refusal(request, status, detail, None)
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response


async def _fault(request: Request, _: Exception) -> Response:
    return _refusal(request, 500, "the server failed; its log says why", None)
