"""Runs the app under an HTTP server: in this process, or in several that share one address."""

import asyncio
import contextlib
import logging
import multiprocessing
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from celestile.cli import worker_metrics
from celestile.cli.backends import BACKENDS, BACKLOG, GRACE
from celestile.cli.console import configure_logging
from celestile.errors import CelestileError
from celestile.settings import Settings

if TYPE_CHECKING:  # loaded with the app
    from celestile.pyramid.cache import Cache, Watch

logger = logging.getLogger(__name__)

_CAN_SHARE = sys.platform == "linux"  # elsewhere, the last socket would get all connections
INFANCY = 5.0
"""Seconds. A worker that dies sooner after its start is not replaced: it would die again."""


MOST_FILES = 1 << 16
"""Maximum number of open files of a process. Recently used images keep one file open each, even for
some time after they are dropped, and so does each connection."""


def allow_files() -> None:
    """Raise the soft limit of open files: the usual 1024 is too small for a busy archive."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def check_cache(place: Path) -> None:
    """Warn once if the cache folder, which does not have to exist yet, cannot be used.

    This is not an error, because plain files of a few megapixels need no cache.
    """
    nearest = next(path for path in (place, *place.parents) if os.path.lexists(path))
    if not nearest.is_dir():
        reason = "is not a folder"
    elif not os.access(nearest, os.W_OK | os.X_OK):
        reason = "is not writable"
    else:
        return
    logger.warning(
        "the cache folder %s cannot be used: %s %s; images that need the cache cannot be served: "
        "choose another folder with --cache-dir",
        place, nearest, reason,
    )  # fmt: skip


def listen(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Open the listening socket.

    Parameters
    ----------
    host : str
        Name or address.
    port : int
        0 for any.
    shared : bool
        Whether `for_workers` will add other sockets at the same address.

    Raises
    ------
    CelestileError
        If the address is in use or does not belong to this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        if shared and _CAN_SHARE:
            # Shared sockets would also share the address with another server, unnoticed.
            with _bound(family, kind, protocol, address) as alone:
                address = alone.getsockname()
        listener = _bound(family, kind, protocol, address, shared=shared)
        # From now on a browser can connect. It waits in the queue until the app is ready.
        listener.listen(BACKLOG)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CelestileError(f"cannot listen on {host} port {port}: {reason}") from error
    return listener


def _bound(
    family: int, kind: int, protocol: int, address: Any, *, shared: bool = False
) -> socket.socket:
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared and _CAN_SHARE:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        # Inherited by connections: the last packet of a tile must not wait for an acknowledgment.
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


def for_workers(listener: socket.socket, count: int) -> list[socket.socket]:
    """Return a listening socket for each worker, all at one address.

    Linux distributes connections among them. With a single socket, the worker that wakes first
    accepts all simultaneous connections, such as those of a viewer, and the others are idle.

    Parameters
    ----------
    listener : socket
        As returned by `listen` with `shared`.
    count : int
        Number of workers.
    """
    if not _CAN_SHARE:
        return [listener] * count
    place = listener.family, listener.type, listener.proto, listener.getsockname()
    others = [_bound(*place, shared=True) for _ in range(count - 1)]
    for other in others:
        other.listen(BACKLOG)
    return [listener, *others]


def address(listener: socket.socket) -> str:
    """Return the URL of a listening socket on this machine."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (not bound here)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _leave() -> None:
    """End the process immediately. The next start removes unfinished builds."""
    if sys.stderr.isatty():
        sys.stderr.write("\x1b[?25h")  # show the cursor, which a progress bar hides
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(RuntimeError):  # a signal interrupted another flush
            stream.flush()
    os._exit(0)


class _Stop(asyncio.Event):
    """Set by a signal. A second signal, or a stop that takes too long, ends the process."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()

    def on_signal(self, *_: object) -> None:
        """Handle a signal, also when the loop has ended and the process waits for threads.

        Handlers of the loop itself would be gone by then, and a signal in between be lost.
        """
        if self.is_set() or not self._loop.is_running():
            _leave()
        self._loop.call_soon_threadsafe(self.request)

    def request(self) -> None:
        if self.is_set():
            _leave()
        self.set()
        watchdog = threading.Timer(2 * GRACE, _leave)
        watchdog.daemon = True
        watchdog.start()


async def _serve(
    settings: Settings,
    listener: socket.socket,
    ready: Callable[[], None],
    watch: "Watch | None" = None,
) -> None:
    stop = _Stop()
    loop = asyncio.get_running_loop()
    signal.signal(signal.SIGTERM, stop.on_signal)
    parent = multiprocessing.parent_process()
    if parent is None:
        signal.signal(signal.SIGINT, stop.on_signal)
    else:
        # The parent stops its workers. They must also stop if it is killed.
        sentinel = parent.sentinel

        def orphaned() -> None:
            loop.remove_reader(sentinel)
            stop.request()

        loop.add_reader(sentinel, orphaned)
    from celestile.app import create_app  # slow to import, so only after the socket is open

    app = create_app(settings)
    cache: Cache = app.state.service.cache
    if watch is not None:
        cache.watch = watch
    ready()
    stopping = loop.create_task(_stop_builds(stop, cache))
    try:
        await BACKENDS[settings.server.backend](app, settings, listener, stop)
    finally:
        stopping.cancel()


async def _stop_builds(stop: asyncio.Event, cache: "Cache") -> None:
    """Stop builds as soon as the server stops, so that requests do not wait for them."""
    await stop.wait()
    cache.stop()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ImportError:  # not available on Windows
        return asyncio.new_event_loop
    return uvloop.new_event_loop


def host(
    settings: Settings,
    listener: socket.socket,
    ready: Callable[[], None],
    watch: "Watch | None" = None,
) -> None:
    """Serve in this process until SIGINT or SIGTERM.

    Parameters
    ----------
    settings : Settings
        The settings.
    listener : socket
        As returned by `listen`; this function closes it.
    ready : callable
        Called when the server is ready for requests.
    watch : callable, optional
        Progress callback of pyramid builds; see `Cache.watch`.
    """
    allow_files()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(settings, listener, ready, watch))


def _worker(
    settings: Settings, listener: socket.socket, metrics: str | None, verbose: bool
) -> None:
    # Ctrl-C reaches the whole group of processes, but it is the parent that stops its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    configure_logging(verbose=verbose)
    worker_metrics.join(metrics)
    host(settings, listener, lambda: logger.info("worker %d is ready", os.getpid()))


def host_many(settings: Settings, listener: socket.socket, *, verbose: bool) -> int:
    """Serve in several processes until SIGINT or SIGTERM; replace those that die.

    Returns
    -------
    int
        0 after a signal, 1 if a worker died right after its start.
    """
    from celestile.app import create_app

    create_app(settings)  # report errors in the settings once, not in each worker
    context = multiprocessing.get_context("spawn")
    inbox, outbox = socket.socketpair()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: outbox.send(bytes([number])))

    # Sockets stay open here, so that connections to a worker that dies wait for its replacement.
    listeners = for_workers(listener, settings.server.workers)

    def start(index: int, metrics: str | None) -> tuple[SpawnProcess, float]:
        arguments = settings, listeners[index], metrics, verbose
        process = context.Process(target=_worker, args=arguments, daemon=True)
        process.start()
        return process, time.monotonic()

    with closing(inbox), closing(outbox), worker_metrics.shared_folder() as metrics:
        workers = [start(index, metrics) for index in range(len(listeners))]
        try:
            while inbox not in (events := wait([inbox, *(p.sentinel for p, _ in workers)])):
                for index, (process, born) in enumerate(workers):
                    if process.sentinel not in events:
                        continue
                    process.join()
                    logger.error("a worker died with code %s", process.exitcode)
                    worker_metrics.forget(process.pid, metrics)
                    if time.monotonic() - born < INFANCY:
                        return 1
                    workers[index] = start(index, metrics)
            return 0
        finally:
            _stop([process for process, _ in workers])


def _stop(workers: list[SpawnProcess]) -> None:
    for process in workers:
        process.terminate()
    deadline = time.monotonic() + 3 * GRACE
    for process in workers:
        process.join(max(0.0, deadline - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()
