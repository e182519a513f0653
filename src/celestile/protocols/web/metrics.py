"""Numbers for Prometheus: of this process, or of all worker processes together.

Requests are counted in plain integers, at a tenth of the cost of the library's counters
(`docs/decisions/prometheus-client.md`), which become the library's metrics on each scrape. Where
several workers share a folder, named by ``PROMETHEUS_MULTIPROC_DIR`` as the library requires, each
also writes its numbers there every second, and any of them reports the sum.
"""

import os
import resource
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from celestile import __version__
from celestile.service.service import Service

if TYPE_CHECKING:
    from prometheus_client import Metric

INTERVAL = 1.0
"""Seconds after which workers know each other's numbers."""

_Mode = Literal["max", "min", "livemax", "livemostrecent", "livesum"]
"""How values of several workers become one; modes that start with "live" leave out dead ones."""

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable that names the folder of the workers' numbers."""

_KIBIBYTE = 1 if sys.platform == "darwin" else 1024  # getrusage counts bytes there


class Metrics:
    """Turns the server's counts into metrics.

    Parameters
    ----------
    service : Service
        Counts pictures, builds and files of the cache.
    statuses : mapping of int to int
        Number of responses by HTTP status; changes all the time.
    """

    def __init__(self, service: Service, statuses: Mapping[int, int]) -> None:
        self._service = service
        self._statuses = statuses
        self._started = time.time()
        self._lock = threading.Lock()

    def routes(self) -> list[BaseRoute]:
        """Route of the metrics."""
        return [Route("/metrics", self._respond)]

    async def _respond(self, request: Request) -> Response:
        accept = request.headers.get("accept", "")
        body, media_type = await self._service.run(lambda: self._exposition(accept))
        headers = {"Cache-Control": "no-store", "Content-Type": media_type}
        return Response(body, headers=headers)

    def _exposition(self, accept: str) -> tuple[bytes, str]:
        from prometheus_client.exposition import choose_encoder  # noqa: PLC0415 - slow to load

        entries = self._service.cache.entries()
        self.publish()
        self._published.cache_files.set(len(entries))
        self._published.cache_bytes.set(sum(entry.size for entry in entries))
        encode, media_type = choose_encoder(accept)
        return encode(self._published.registry), media_type

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Let other workers know the numbers of this one, if there is a folder for them."""
        if SHARED_FOLDER not in os.environ:
            yield
            return
        stop = threading.Event()

        def keep_publishing() -> None:
            self.publish()
            while not stop.wait(INTERVAL):
                self.publish()

        thread = threading.Thread(target=keep_publishing, name="metrics", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            self.publish()

    def publish(self) -> None:
        """Bring the library's metrics up to date."""
        with self._lock:
            published, service = self._published, self._service
            for status, count in dict(self._statuses).items():
                published.count("requests", str(status), count)
            published.count("pictures", "pixels", service.encoded.misses)
            published.count("pictures", "memory", service.encoded.hits)
            published.info.labels(__version__).set(1)
            published.start.set(self._started)
            published.builds.set(service.building)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            published.memory_peak.set(peak * _KIBIBYTE)

    @cached_property
    def _published(self) -> "_Published":
        return _Published()


class _Published:
    """The library's metrics, and the registry that is reported."""

    def __init__(self) -> None:
        # It takes 80 ms to load, and decides as it does whether processes share their values.
        from prometheus_client import (  # noqa: PLC0415
            CollectorRegistry,
            Counter,
            Gauge,
            disable_created_metrics,
        )

        disable_created_metrics()  # type: ignore[no-untyped-call]
        own = CollectorRegistry()

        def gauge(name: str, words: str, mode: _Mode, *labels: str) -> Gauge:
            return Gauge(f"celestile_{name}", words, labels, multiprocess_mode=mode, registry=own)

        self._counters = {
            "requests": Counter(
                "celestile_requests", "Responses by HTTP status", ["status"], registry=own
            ),
            "pictures": Counter(
                "celestile_pictures",
                "Pictures drawn from pixels, and sent again from memory",
                ["from"],
                registry=own,
            ),
        }
        self._counted: dict[tuple[str, str], int] = {}
        self.info = gauge("info", "Version", "max", "version")
        self.start = gauge("start_time_seconds", "Start of the server", "min")
        self.builds = gauge("builds", "Pyramids being built", "livesum")
        self.cache_files = gauge("cache_files", "Files in the cache", "livemostrecent")
        self.cache_bytes = gauge("cache_bytes", "Their size", "livemostrecent")
        self.memory_peak = gauge(
            "memory_peak_bytes", "Largest resident size of a process", "livemax"
        )
        self.registry = own
        if SHARED_FOLDER in os.environ:
            self.registry = CollectorRegistry()
            self.registry.register(_Workers(Path(os.environ[SHARED_FOLDER])))

    def count(self, name: str, label: str, total: int) -> None:
        """Raise a counter to a total."""
        counted = self._counted.get((name, label), 0)
        self._counters[name].labels(label).inc(total - counted)
        self._counted[name, label] = total


class _Workers:
    """Adds up the numbers of all workers.

    The library's own collector fails at a file that a worker has made and not yet filled.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> "Iterable[Metric]":
        from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

        files = [str(path) for path in self._folder.glob("*.db") if _has_content(path)]
        metrics: Iterable[Metric] = MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
        return metrics


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:  # of a worker that died
        return False
