"""Numbers for Prometheus, in its text format 0.0.4; of one worker process each."""

import resource
import time
from collections.abc import Iterator, Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from celestile import __version__
from celestile.service.service import Service

_MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def routes(service: Service, statuses: Mapping[int, int]) -> list[BaseRoute]:
    """Route of the numbers.

    Parameters
    ----------
    service : Service
        Whose numbers.
    statuses : mapping of int to int
        How often each HTTP status was answered; changes all the time.
    """
    started = time.time()

    async def respond(_: Request) -> Response:
        encoded = service.encoded
        entries = await service.run(service.cache.entries)
        body = "\n".join(
            [
                *_metric("info", "gauge", "Version", [({"version": __version__}, 1)]),
                *_metric("start_time_seconds", "gauge", "Start of the worker", [({}, started)]),
                *_metric(
                    "requests_total",
                    "counter",
                    "Answers by HTTP status",
                    [({"status": str(status)}, n) for status, n in sorted(statuses.items())],
                ),
                *_metric(
                    "pictures_total",
                    "counter",
                    "Pictures drawn, and sent again from memory",
                    [({"from": "pixels"}, encoded.misses), ({"from": "memory"}, encoded.hits)],
                ),
                *_metric("builds", "gauge", "Builds under way", [({}, service.building)]),
                *_metric("cache_files", "gauge", "Files in the cache", [({}, len(entries))]),
                *_metric(
                    "cache_bytes", "gauge", "Their size", [({}, sum(e.size for e in entries))]
                ),
                *_metric("memory_peak_bytes", "gauge", "Largest resident size", [({}, _peak())]),
            ]
        )
        headers = {"Cache-Control": "no-store"}
        return PlainTextResponse(f"{body}\n", headers=headers, media_type=_MEDIA_TYPE)

    return [Route("/metrics", respond)]


def _metric(
    name: str, kind: str, description: str, values: list[tuple[dict[str, str], float]]
) -> Iterator[str]:
    yield f"# HELP celestile_{name} {description}."
    yield f"# TYPE celestile_{name} {kind}"
    for labels, value in values:
        text = ",".join(f'{label}="{content}"' for label, content in labels.items())
        yield f"celestile_{name}{{{text}}} {value}" if text else f"celestile_{name} {value}"


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
