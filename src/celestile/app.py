"""The application: routes, middleware, and errors as responses."""

import contextlib
import gc
import importlib
import logging
import threading
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from importlib import resources
from pathlib import Path

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from celestile.assembly import create_service
from celestile.errors import CelestileError, shortened
from celestile.pixels.fits.data import faults
from celestile.pixels.resolver import shown_name
from celestile.protocols.data.routes import routes as data_routes
from celestile.protocols.hips.routes import routes as hips_routes
from celestile.protocols.iiif.presentation.routes import routes as presentation_routes
from celestile.protocols.iiif.routes import routes as iiif_routes
from celestile.protocols.ogcapi.routes import routes as ogcapi_routes
from celestile.protocols.web.metrics import Metrics
from celestile.protocols.web.middleware import AccessHeaders, Authority, ForwardedHeaders
from celestile.protocols.web.static import CodedFiles
from celestile.protocols.web.statuses import status_of
from celestile.protocols.wmts.routes import routes as wmts_routes
from celestile.render import kernels
from celestile.service.opening import Opening
from celestile.service.service import Service
from celestile.settings import Settings

logger = logging.getLogger(__name__)

_SLOW_TO_LOAD = ("astropy.io.fits", "astropy.wcs")
"""Imported where they are used, and loaded in advance for the first image."""


def create_app(settings: Settings) -> Starlette:
    """Make the application.

    Parameters
    ----------
    settings : Settings
        The operator's settings.

    Raises
    ------
    SettingsError
        If a view in the settings is invalid.
    """
    service = create_service(settings)
    opening = Opening(service.library)
    statuses: dict[int, int] = {}
    metrics = Metrics(service, statuses)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        task = service, None if settings.files else opening
        threading.Thread(target=_prepare, args=task, name="warm", daemon=True).start()
        with metrics.shared():
            yield
        opening.stop()
        service.close()

    app = Starlette(
        routes=[
            # Tried in this order: routes of tiles come first.
            *iiif_routes(service),
            *wmts_routes(service),
            *ogcapi_routes(service),
            *hips_routes(service),
            *presentation_routes(service),
            *data_routes(service, _start(settings, opening)),
            Route("/healthz", _healthz),
            *metrics.routes(),
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
            Middleware(
                AccessHeaders, origins=settings.server.cors, statuses=statuses, failure=_fault
            ),
            Middleware(Authority),
        ],
    )
    app.router.redirect_slashes = False
    app.state.service = service
    return app


def _start(settings: Settings, opening: Opening) -> Callable[[], str | None]:
    def start() -> str | None:
        if settings.files:
            return "sequence" if len(settings.files) > 1 else shown_name(settings.files[0])
        return opening.identifier()

    return start


def _prepare(service: Service, opening: Opening | None) -> None:
    """Load and compile ahead of the first request."""
    try:
        for name in _SLOW_TO_LOAD:
            importlib.import_module(name)
        kernels.warm()
        faults.survive()
        service.cache.sweep()
    finally:
        # All that is loaded now stays. Collecting garbage among it would stop every request for
        # 0.1 s again and again; `celestile.cli` disables collection while it loads.
        gc.freeze()
        gc.enable()
    if opening is not None:
        opening.prepare()


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

    return [Mount("/", CodedFiles(directory=folder, html=True), name="client")]


def client_folder() -> Path | None:
    """Folder of the built viewer: in the package, or in the source tree."""
    packaged = Path(str(resources.files("celestile"))) / "client"
    source = Path(__file__).parents[2] / "client" / "dist"
    return next((path for path in (packaged, source) if (path / "index.html").is_file()), None)


def _refusal(request: Request, status: int, sentence: str, parameter: str | None) -> Response:
    if request.url.path.removeprefix(str(request.scope.get("root_path", ""))).startswith("/api"):
        body = orjson.dumps({"error": sentence, "parameter": parameter})
        return Response(body, status, media_type="application/json")
    return PlainTextResponse(f"{sentence}\n", status)


async def _celestile_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, CelestileError):
        raise error
    status = status_of(error)
    if status >= 500:
        logger.warning("%s answered with %s: %s", request.url.path, status, error)
    return _refusal(request, status, str(error), getattr(error, "parameter", None))


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    root_path = str(request.scope.get("root_path", "")).rstrip("/")
    if status == 404 and root_path and request.scope["path"] == root_path:
        return RedirectResponse(f"{root_path}/", 308)
    detail = error.detail if isinstance(error, HTTPException) else "Internal Server Error"
    if detail == HTTPStatus.NOT_FOUND.phrase:
        detail = _unknown_address(request)
    response = _refusal(request, status, detail, None)
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response


def _unknown_address(request: Request) -> str:
    paths = [str(getattr(route, "path", "")) for route in request.app.routes]
    known = ", ".join(sorted({"/" + path.split("/")[1] for path in paths if path.strip("/")}))
    path = repr(shortened(request.scope["path"]))
    return f"there is nothing at {path}; the viewer is at /, other addresses begin with {known}"


async def _fault(request: Request, _: Exception | None = None) -> Response:
    return _refusal(request, 500, "the server failed; the reason is in its log", None)
