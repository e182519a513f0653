"""The HTTP servers that can run the app: Hypercorn and uvicorn."""

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from celestile.errors import SettingsError
from celestile.settings import Settings

GRACE = 3.0
"""Seconds for requests in progress to finish when the server stops."""
BACKLOG = 1024
KEEP_ALIVE = 75
"""Seconds; longer than nginx keeps idle connections, so that it never uses one we are closing."""

LISTENING_SOCKETS = 8
"""The loop accepts one connection at a time from each listening socket and handles requests in
between. With a single socket, accepting 64 simultaneous connections takes two seconds."""

Backend = Callable[[Any, Settings, socket.socket, asyncio.Event], Awaitable[None]]
"""Serves an app on a socket until the event is set; closes the socket."""


def _listening_sockets(listener: socket.socket) -> list[socket.socket]:
    """Return duplicates of a listening socket."""
    return [listener, *(listener.dup() for _ in range(LISTENING_SOCKETS - 1))]


async def with_hypercorn(
    app: Any, settings: Settings, listener: socket.socket, stop: asyncio.Event
) -> None:
    """Serve with Hypercorn: HTTP/1.1 and HTTP/2."""
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    from celestile.cli.connections import install_tile_connections

    install_tile_connections()
    config = Config()
    config.bind = [f"fd://{door.detach()}" for door in _listening_sockets(listener)]
    config.root_path = settings.server.root_path
    config.include_server_header = False
    config.include_date_header = False
    config.keep_alive_timeout = KEEP_ALIVE
    config.keep_alive_max_requests = sys.maxsize
    config.graceful_timeout = GRACE
    config.backlog = BACKLOG
    config.errorlog = logging.getLogger("hypercorn.error")
    config.errorlog.setLevel(logging.WARNING)  # we print the address ourselves
    config.accesslog = logging.getLogger("hypercorn.access") if settings.server.access_log else None
    await serve(app, config, shutdown_trigger=stop.wait, mode="asgi")


async def with_uvicorn(
    app: Any, settings: Settings, listener: socket.socket, stop: asyncio.Event
) -> None:
    """Serve with uvicorn and httptools: HTTP/1.1.

    Raises
    ------
    SettingsError
        If uvicorn is not installed.
    """
    try:
        import uvicorn
    except ImportError:
        message = "server.backend uvicorn is not installed: pip install 'celestile[uvicorn]'"
        raise SettingsError(message) from None

    class Server(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield  # we handle signals ourselves

    async def below_root(scope: Any, receive: Any, send: Any) -> None:
        # uvicorn would add the root path to the path of the request, which may already contain it.
        await app({**scope, "root_path": settings.server.root_path}, receive, send)

    server = Server(
        uvicorn.Config(
            below_root,
            http="httptools",
            loop="none",
            ws="none",
            lifespan="on",
            log_config=None,
            log_level=logging.WARNING,
            access_log=settings.server.access_log,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=int(GRACE),
        )
    )

    async def watch() -> None:
        await stop.wait()
        server.should_exit = True

    watching = asyncio.create_task(watch())
    try:
        await server.serve(sockets=_listening_sockets(listener))
    finally:
        watching.cancel()


BACKENDS: dict[str, Backend] = {"hypercorn": with_hypercorn, "uvicorn": with_uvicorn}
