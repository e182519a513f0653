"""Growth of time and memory with the size of images, their number, and their planes."""

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import cold
import data
import servers
from places import ALL_CORES, SPARSE
from process import PeakMemory, get
from report import Report, significant
from servers import Running

_MIB = 1024**2
_WMTS = "/wmts?service=WMTS&request=GetCapabilities&version=1.0.0"
_LINKS = 20_000
"""Hard links to one file; file systems allow some 30,000 to 65,000."""


def _asked(running: Running, path: str) -> tuple[float, int]:
    status, body, seconds = get(running.port, path, 600.0)
    if status != 200:
        raise RuntimeError(f"{status} for {path}: {body[:200]!r}")
    return 1e3 * seconds, len(body)


def _alone(path: Path) -> Path:
    """Put a file into its own data root."""
    folder = SPARSE / f"only-{path.name}"
    folder.mkdir(exist_ok=True)
    if not (folder / path.name).exists():
        os.link(path, folder / path.name)
    return folder


def _observe(
    path: Path, steps: Callable[[Running], list[str]], patience: float = 60.0
) -> tuple[list[str], PeakMemory, float]:
    """Serve a file with an empty cache; return results, memory and start-up time in ms."""
    with servers.serving(servers.celestile(), cores=ALL_CORES, data=_alone(path)) as running:
        cold.rest(running.program.cpu_seconds)
        with PeakMemory(running.program) as peak:
            results = steps(running)
            cold.rest(running.program.cpu_seconds, patience)
    return results, peak, 1e3 * running.ready


def image_size(report: Report, sides: tuple[int, ...]) -> None:
    """Measure files of zeros from 1 Mpix to 10 Gpix."""
    lines = []
    for side in sides:
        name = f"side-{side}.fits"
        path = data.sparse(name, -32 if side < 50_000 else 16, side, side)
        addresses = cold.paths(servers.celestile(), name, side)

        def steps(running: Running, addresses: dict[str, str] = addresses) -> list[str]:
            tile, _ = _asked(running, addresses["tile"])
            overview, _ = _asked(running, addresses["overview"])
            return [significant(tile), significant(overview)]

        # The largest pyramid takes minutes and gigabytes, so only its start is measured.
        results, peak, ready = _observe(path, steps, 10.0 if side > 50_000 else 60.0)
        pixels = f"{significant(side * side / 1e6)} Mpix"
        anonymous = peak.anonymous / _MIB
        lines.append([pixels, significant(ready), *results, significant(anonymous)])
        if side >= 100_000:
            report.add(
                "peak anonymous memory, 10 Gpix", "≤ 150 MB", f"{anonymous:.0f} MiB",
                met=peak.anonymous <= 150e6,
            )  # fmt: skip
    head = ["image", "start-up ms", "first tile ms", "overview ms", "peak anonymous MiB"]
    report.table("Growth with the size of an image", head, lines)


def _folder_of(count: int) -> Path:
    """Create a data root with a number of files, a thousand in each folder."""
    folder = SPARSE / f"root-{count}"
    if folder.exists():
        return folder
    temporary = SPARSE / f"part-{count}"
    shutil.rmtree(temporary, ignore_errors=True)
    source = None
    for number in range(count):
        place = temporary / f"night-{number // 1000:03}"
        place.mkdir(parents=True, exist_ok=True)
        target = place / f"exposure-{number:06}.fits"
        if number % _LINKS == 0:
            source = data.sparse(f"seed-{number // _LINKS}.fits", 16, 512, 512)
        os.link(source or target, target)
    temporary.rename(folder)
    return folder


def file_count(report: Report, counts: tuple[int, ...]) -> None:
    """Measure 1 to 100,000 files below the data root."""
    lines = []
    for count in counts:
        folder = _folder_of(count)
        with servers.serving(servers.celestile(), cores=ALL_CORES, data=folder) as running:
            cold.rest(running.program.cpu_seconds)
            first = quote("night-000/exposure-000000.fits", safe="")
            with PeakMemory(running.program) as peak:
                tile, _ = _asked(running, f"/iiif/3/{first}/0,0,256,256/256,256/0/default.jpg")
                page, _ = _asked(running, "/api/images?prefix=night-000%2F&limit=100")
                search, _ = _asked(running, "/api/images?search=000000&limit=100")
                capabilities, size = _asked(running, _WMTS)
            lines.append(
                [
                    f"{count:,}",
                    *(significant(v) for v in (1e3 * running.ready, tile, page, search)),
                    f"{significant(capabilities)} ({significant(size / 1e3)} kB)",
                    significant(peak.anonymous / _MIB),
                ]
            )
    head = ["files", "start-up ms", "first tile ms", "page of 100 ms", "search ms"]
    report.table(
        "Growth with the number of files",
        [*head, "WMTS capabilities ms", "peak anonymous MiB"],
        lines,
    )


def plane_count(report: Report, counts: tuple[int, ...]) -> None:
    """Measure cubes of 1 to 10,000 planes."""
    lines = []
    for count in counts:
        name = f"planes-{count}.fits"
        path = data.sparse(name, 16, count, 512, 512)

        def steps(running: Running, name: str = name, count: int = count) -> list[str]:
            info, _ = _asked(running, f"/iiif/3/{name}/info.json")
            last = f"/iiif/3/{name};channel={count}/0,0,256,256/256,256/0/default.jpg"
            tile, _ = _asked(running, last)
            metadata, size = _asked(running, f"/api/images/{name}")
            capabilities, text = _asked(running, _WMTS)
            return [
                *(significant(v) for v in (info, tile)),
                f"{significant(metadata)} ({significant(size / 1e3)} kB)",
                f"{significant(capabilities)} ({significant(text / 1e3)} kB)",
            ]

        results, peak, ready = _observe(path, steps)
        lines.append(
            [f"{count:,}", significant(ready), *results, significant(peak.anonymous / _MIB)]
        )
    head = ["planes", "start-up ms", "info.json ms", "tile of the last ms", "metadata ms"]
    report.table(
        "Growth with the number of planes",
        [*head, "WMTS capabilities ms", "peak anonymous MiB"],
        lines,
    )


def large_files(report: Report) -> None:
    """Measure the memory to open a cube of 100 planes of 4096 by 4096, and a mosaic of 300 Mpix."""
    cube = data.sparse("cube-100x4k.fits", -32, 100, 4096, 4096)
    mosaic = data.sparse_mosaic("mosaic-300.fits", 36, 9, 4096, 2048)

    def cube_steps(running: Running) -> list[str]:
        base = f"/iiif/3/{cube.name}"
        for channel in (1, 50, 100):
            _asked(running, f"{base};channel={channel}/2048,2048,256,256/256,256/0/default.jpg")
        _asked(running, f"{base}/full/256,256/0/default.jpg")
        return []

    def mosaic_steps(running: Running) -> list[str]:
        facts = json.loads(get(running.port, f"/api/images/{mosaic.name}")[1])
        paths = cold.paths(servers.celestile(), mosaic.name, facts["width"], facts["height"])
        for path in paths.values():
            _asked(running, path)
        return []

    for what, path, steps in (
        ("opening a cube of 100 planes of 4096×4096", cube, cube_steps),
        ("opening a mosaic of 36 chips, 300 Mpix", mosaic, mosaic_steps),
    ):
        began = time.perf_counter()
        _, peak, _ = _observe(path, steps)
        report.add(
            f"memory, {what}",
            "< 1 GiB",
            f"{peak.anonymous / _MIB:.0f} MiB anonymous, {peak.high_water / _MIB:.0f} MiB with"
            f" mapped files, {time.perf_counter() - began:.1f} s for start and pictures",
            met=peak.anonymous < 1024 * _MIB,
        )


def run(report: Report, *, quick: bool) -> None:
    """Measure the large files and, except in quick runs, all growth."""
    large_files(report)
    if not quick:
        image_size(report, (1024, 10_240, 32_768, 100_352))
        file_count(report, (1, 1000, 100_000))
        plane_count(report, (1, 100, 10_000))
