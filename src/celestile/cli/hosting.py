"""Runs the app under an HTTP server: in this process, or in several that share an address."""

import asyncio
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

if TYPE_CHECKING:  # loads with the app
    from celestile.pyramid.cache import Cache, Watch

logger = logging.getLogger(__name__)

_CAN_SHARE = sys.platform == "linux"  # elsewhere the last socket gets all, if there may be two
INFANCY = 5.0
"""A worker that dies younger than this, in seconds, would only die again."""


MOST_FILES = 1 << 16
"""Open files that a process may want: images looked at of late hold one each, even some
time after they were let go, and so does each connection."""


def allow_files() -> None:
    """Raise the soft limit of open files: 1024, as is usual, is less than a busy archive needs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def check_cache(place: Path) -> None:
    """Warn once, at the start, if nothing can be cached in a folder, which may yet have to be made.

    No failure: plain files of a few megapixels are shown without a cache.
    """
    nearest = next(path for path in (place, *place.parents) if os.path.lexists(path))
    if not nearest.is_dir():
        reason = "is not a folder"
    elif not os.access(nearest, os.W_OK | os.X_OK):
        reason = "may not be written"
    else:
        return
    logger.warning(
        "nothing can be cached in %s: %s %s; images that need it are refused: "
        "choose another with --cache-dir",
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
        Whether `for_workers` will put others beside it.

    Raises
    ------
    CelestileError
        If the address is taken or not ours.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        if shared and _CAN_SHARE:
            # Sockets that share would also share with another server, and nobody would know.
            with _bound(family, kind, protocol, address) as alone:
                address = alone.getsockname()
        listener = _bound(family, kind, protocol, address, shared=shared)
        # From here on a browser may connect: it waits in the queue until the app is there.
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
        # Inherited by every connection: a tile's last packet must not wait for an acknowledgment.
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


def for_workers(listener: socket.socket, count: int) -> list[socket.socket]:
    """Return a listening socket for each worker, all at one address.

    Linux deals connections out among them. From a single one, the worker that wakes first takes all
    that come at once, as those of a viewer do, and the others have nothing to do.

    Parameters
    ----------
    listener : socket
        As `listen` returns it if `shared`.
    count : int
        How many workers.
    """
    if not _CAN_SHARE:
        return [listener] * count
    place = listener.family, listener.type, listener.proto, listener.getsockname()
    others = [_bound(*place, shared=True) for _ in range(count - 1)]
    for other in others:
        other.listen(BACKLOG)
    return [listener, *others]


def address(listener: socket.socket) -> str:
    """Return the URL at which a listening socket answers on this machine."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (not bound here)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _leave() -> None:
    """End the process at once; what threads were building is swept up by the next start."""
    if sys.stderr.isatty():
        sys.stderr.write("\x1b[?25h")  # the cursor, which a progress bar hides
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


class _Stop(asyncio.Event):
    """Set by a signal; a second one, or a stop that takes too long, ends the process."""

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
    loop.add_signal_handler(signal.SIGTERM, stop.request)
    parent = multiprocessing.parent_process()
    if parent is None:
        loop.add_signal_handler(signal.SIGINT, stop.request)
    else:
        # The parent stops its workers; they also stop when it was killed.
        sentinel = parent.sentinel

        def orphaned() -> None:
            loop.remove_reader(sentinel)
            stop.request()

        loop.add_reader(sentinel, orphaned)
    from celestile.app import create_app  # much to load: not before the socket is there

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
    """Let those who wait for a pyramid know at once that the server stops, not after it."""
    await stop.wait()
    cache.stop()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ImportError:  # there is none on Windows
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
        What to serve.
    listener : socket
        As `listen` returns it; taken over.
    ready : callable
        Called when requests are about to be answered.
    watch : callable, optional
        Hears how far pyramids are; see `Cache.watch`.
    """
    allow_files()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(settings, listener, ready, watch))
    # The loop took its handlers with it, but threads may still be waited for.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _leave())


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

    create_app(settings)  # what is wrong with the settings shall be said once, not by each worker
    context = multiprocessing.get_context("spawn")
    inbox, outbox = socket.socketpair()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: outbox.send(bytes([number])))

    # A worker's socket stays open here: who has come to one that died waits for the next.
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
