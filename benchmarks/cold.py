"""Time to the first picture, with empty caches and files in the page cache."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import data
import servers
from places import ALL_CORES, DATA, TILE
from process import PeakMemory, get
from report import Report, Sample, sample, significant
from servers import Contender

FILES = {
    "8k-float32.fits": data.SIDE_8K,
    "19k-float32.fits": data.SIDE_19K,
    "19k-int16.fits": data.SIDE_19K,
    "19k-int16.fits.fz": data.SIDE_19K,
}
UNCOMPRESSED = ("8k-float32.fits", "19k-float32.fits", "19k-int16.fits")
SOONER = {"8k-float32.fits": 0, "19k-float32.fits": 30, "19k-int16.fits.fz": 4}
"""Target: ratio of the time to VisiOmatic's first tile and the time to our first overview."""
_MIB = 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLight:
    """Times and sizes of the first picture.

    Parameters
    ----------
    asked : float
        Seconds from the request to the picture, for an idle server.
    started : float
        Seconds from the start of the server's process, if the request is sent immediately.
    cached : int
        Bytes in the cache after the server is idle again.
    anonymous, high_water : int
        Peak of anonymous memory, and of resident memory including mapped files.
    """

    asked: float
    started: float
    cached: int
    anonymous: int
    high_water: int


def paths(contender: Contender, name: str, width: int, height: int | None = None) -> dict[str, str]:
    """Addresses of a central tile of full resolution, and of the whole image in one tile."""
    height = height or width
    x, y = (side // 2 // TILE * TILE for side in (width, height))
    columns = -(-width // TILE)
    scale = 1 << (-(-max(width, height) // TILE) - 1).bit_length()
    if contender.name.startswith("Celestile"):
        base, size = f"/iiif/3/{name}", f"{-(-width // scale)},{-(-height // scale)}"
        return {
            "tile": f"{base}/{x},{y},256,256/256,256/0/default.jpg",
            "overview": f"{base}/0,0,{width},{height}/{size}/0/default.jpg",
        }
    index = y // TILE * columns + x // TILE
    query = f"/api?FIF={name}&CHAN=1"
    # A level beyond the finest one means the finest.
    return {"tile": f"{query}&JTL=20,{index}", "overview": f"{query}&JTL=0,0"}


def first_light(
    contender: Contender, path: str, *, folder: Path = DATA, at_once: bool = False
) -> FirstLight:
    """Start a server with an empty cache and request one picture."""
    with servers.serving(contender, cores=ALL_CORES, data=folder) as running:
        if not at_once:
            # Work after the start of the server is not part of a request.
            rest(running.program.cpu_seconds)
        with PeakMemory(running.program) as peak:
            status, body, seconds = get(running.port, path, 300.0)
            started = time.perf_counter() - running.program.started
            if status != 200 or not body.startswith(b"\xff\xd8"):
                raise RuntimeError(f"{contender.name}: {status} for {path}: {body[:200]!r}")
            if not at_once:
                rest(running.program.cpu_seconds)
        cached = sum(f.stat().st_size for f in running.cache.rglob("*") if f.is_file())
        return FirstLight(
            asked=seconds,
            started=started,
            cached=cached,
            anonymous=peak.anonymous,
            high_water=peak.high_water,
        )


def rest(cpu_seconds: Callable[[], float], patience: float = 120.0) -> None:
    """Wait until a server is idle."""
    before, deadline = -1.0, time.perf_counter() + patience
    while (now := cpu_seconds()) > before + 0.011 and time.perf_counter() < deadline:
        before = now
        time.sleep(0.3)


Found = dict[tuple[str, str, str], list[FirstLight]]


def measure(report: Report, rounds: int, peer_rounds: int, names: tuple[str, ...]) -> Found:
    """Request each first picture from each server, round by round."""
    ours, peer = servers.celestile(), servers.visiomatic(patched=False)
    if peer.missing:
        report.skip("first pictures of VisiOmatic", peer.missing)
    found: Found = defaultdict(list)
    first_light(ours, paths(ours, "8k-float32.fits", data.SIDE_8K)["overview"])  # compiles
    for number in range(rounds):
        for name in names:
            side = FILES[name]
            data.warm(DATA / name)
            for kind, path in paths(ours, name, side).items():
                found[ours.name, name, kind].append(first_light(ours, path))
                found["at once", name, kind].append(first_light(ours, path, at_once=True))
            if peer.missing is None and number < peer_rounds:
                path = paths(peer, name, side)["tile"]
                found[peer.name, name, "tile"].append(first_light(peer, path))
    return found


def run(report: Report, rounds: int, peer_rounds: int, names: tuple[str, ...]) -> None:
    """Measure some of the files and compare with the targets."""
    found = measure(report, rounds, peer_rounds, names)
    for name in (name for name in UNCOMPRESSED if name in names):
        asked = sample(found["Celestile", name, "tile"], lambda f: f.asked * 1e3)
        report.add(
            f"first full-resolution tile, {name}, warm", "≤ 100 ms", asked.text(" ms"),
            met=asked.median <= 100,
        )  # fmt: skip
    for name, target in SOONER.items():
        if name in names:
            _against_peer(report, found, name, target)
    _cached(report, found, names)
    _tabulate(report, found)


def _against_peer(report: Report, found: Found, name: str, target: int) -> None:
    ours = sample(found["Celestile", name, "overview"], lambda f: f.asked)
    theirs = sample(found["VisiOmatic", name, "tile"], lambda f: f.asked)
    text = f"{ours.text(' s')}"
    if not theirs.values:
        report.add(f"first overview, {name}", "", text)
        return
    times = theirs.median / ours.median
    report.add(
        f"first overview, {name}",
        f"≥ {target}× sooner than VisiOmatic" if target else "",
        f"{significant(times)}× sooner: {text} against {theirs.text(' s')}",
        met=times >= target if target else None,
    )


def _cached(report: Report, found: Found, names: tuple[str, ...]) -> None:
    for name in names:
        share = sample(found["Celestile", name, "overview"], lambda f: f.cached).median / (
            4 * FILES[name] ** 2
        )
        direct = not name.endswith(".fz")
        report.add(
            f"cache bytes / float32 bytes, {name}",
            "≤ 0.35" if direct else "",
            significant(share),
            met=share <= 0.35 if direct else None,
        )
        anonymous = sample(found["Celestile", name, "overview"], lambda f: f.anonymous / _MIB)
        report.add(
            f"peak anonymous memory, {name}", "≤ 150 MB", anonymous.text(" MiB"),
            met=anonymous.median * _MIB <= 150e6,
        )  # fmt: skip


def _tabulate(report: Report, found: Found) -> None:
    lines = []
    for (contender, name, kind), lights in sorted(found.items(), key=lambda i: i[0][1:]):
        if contender == "at once":
            continue
        at_once = found["at once", name, kind] if contender == "Celestile" else []
        started = sample(at_once, lambda f: f.started * 1e3) if at_once else Sample(())
        lines.append(
            [
                name,
                contender,
                kind,
                sample(lights, lambda f: f.asked * 1e3).text(),
                started.text() if started.values else "",
                significant(lights[-1].cached / 1e6),
                significant(max(f.anonymous for f in lights) / _MIB),
                significant(max(f.high_water for f in lights) / _MIB),
            ]
        )
    head = ["file", "server", "first", "ms", "ms from process start", "cache MB"]
    report.table(
        "First pictures, empty cache", [*head, "peak anonymous MiB", "peak resident MiB"], lines
    )
