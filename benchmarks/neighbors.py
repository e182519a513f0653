"""Latency of tiles of one image while the server opens another, large image."""

import http.client
import threading
import time
from dataclasses import dataclass

import cold
import data
import servers
from places import ALL_CORES, DATA
from process import get
from report import Report, Sample, sample
from servers import Contender

_QUIET = 2.0
_LONGEST = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Latencies in milliseconds, before and during the request for the large image."""

    before: Sample
    during: Sample
    other: float


def percentile(values: Sample, share: float) -> float:
    """Return a quantile of the values."""
    ordered = sorted(values.values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def wait_times(contender: Contender, name: str, side: int) -> Waits:
    """Request tiles of the small image, one after the other, while the large one is built."""
    data.warm(DATA / name)
    with servers.serving(contender, cores=ALL_CORES) as running:
        small = contender.gray
        values = {"c": "1.000", "v": "3000", "n": "3000"}
        for key, value in values.items():
            small = small.replace(f"{{{key}}}", value)
        columns = data.SIDE_8K // 256
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=120)

        def tile(number: int) -> float:
            index = number * 37 % columns**2
            path = small.replace("{i}", str(index)).replace("{x}", str(index % columns * 256))
            began = time.perf_counter()
            connection.request("GET", path.replace("{y}", str(index // columns * 256)))
            connection.getresponse().read()
            time.sleep(0.002)
            return 1e3 * (time.perf_counter() - began - 0.002)

        tile(0)
        cold.rest(running.program.cpu_seconds)
        number, before = 0, []
        end = time.perf_counter() + _QUIET
        while time.perf_counter() < end:
            before.append(tile(number := number + 1))
        took: list[float] = []
        path = cold.paths(contender, name, side)["overview"]
        other = threading.Thread(target=lambda: took.append(get(running.port, path)[2]))
        other.start()
        during = []
        began = time.perf_counter()
        # The first picture may arrive before the build is complete.
        while time.perf_counter() - began < _LONGEST and (
            other.is_alive() or time.perf_counter() - began < _QUIET
        ):
            during.append(tile(number := number + 1))
        other.join()
        connection.close()
    return Waits(before=Sample(tuple(before)), during=Sample(tuple(during)), other=1e3 * took[0])


def run(report: Report, rounds: int) -> None:
    """Measure and compare with the target."""
    lines = []
    for contender in (servers.celestile(), servers.visiomatic(patched=False)):
        if contender.missing:
            report.skip(f"another user's tiles, {contender.name}", contender.missing)
            continue
        ours = contender.name == "Celestile"
        found = [
            wait_times(contender, "19k-float32.fits", data.SIDE_19K)
            for _ in range(rounds if ours else 1)
        ]
        before = sample(found, lambda w: percentile(w.before, 0.99))
        during = sample(found, lambda w: percentile(w.during, 0.99))
        if ours:
            added = Sample(tuple(b - a for a, b in zip(before.values, during.values, strict=True)))
            report.add(
                "another user's tiles during a 19k build, 1 worker",
                "added p99 ≤ 30 ms",
                f"p99 {added.text(' ms')} more",
                met=added.median <= 30,
            )
        worst = sample(found, lambda w: max(w.during.values))
        other = sample(found, lambda w: w.other)
        lines.append([contender.name, before.text(), during.text(), worst.text(), other.text()])
    head = ["server", "p99 ms before", "p99 ms during", "longest ms", "the other's picture, ms"]
    report.table("Tiles of one image while another of 19k is opened", head, lines)
