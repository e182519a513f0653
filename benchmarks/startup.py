"""Time from the command ``celestile FILE`` to a full screen of tiles."""

import json
import re
import resource
import subprocess
import time
import urllib.parse
from pathlib import Path

import startup_browser
from places import ALL_CORES, CELESTILE, DATA, PYTHON
from process import Program, free_port, get, wait_for
from report import Report, Sample, significant
from servers import fresh_cache

FILE = "8k-float32.fits"
_IMPORTS = "import celestile.cli.viewer, celestile.cli.hosting, celestile.app"
SCREEN = 4, 3
"""Tiles that fill a window of 1024 by 768."""


def imports() -> tuple[float, float]:
    """Return the seconds to import the program without running it: wall clock and CPU."""
    whole, none = (_timed([PYTHON, "-c", code]) for code in (_IMPORTS, "pass"))
    return whole[0] - none[0], whole[1] - none[1]


def _timed(command: list[str | Path]) -> tuple[float, float]:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True)
    elapsed, now = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return elapsed, now.ru_utime + now.ru_stime - before.ru_utime - before.ru_stime


def heaviest_imports(count: int = 8) -> list[list[str]]:
    """Return the modules that take longest to import, including their own imports."""
    command: list[str | Path] = [
        PYTHON,
        "-X",
        "importtime",
        "-c",
        _IMPORTS,
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = re.findall(r"^import time:\s+\d+ \|\s+(\d+) \| +(\S+)$", done.stderr, re.MULTILINE)
    tops = sorted(((int(us), name) for us, name in found), reverse=True)
    packages = [(us, name) for us, name in tops if name.count(".") == 0 or "celestile" in name]
    return [[name, significant(us / 1e3)] for us, name in packages[:count]]


def first_picture() -> dict[str, float]:
    """Run ``celestile FILE`` and send the requests of its viewer, until a screen is full."""
    port, folder = free_port(), fresh_cache()
    command: list[str | Path] = [
        CELESTILE, DATA / FILE, "--no-browser", "--port", str(port), "--cache-dir", folder,
    ]  # fmt: skip
    with Program(command, ALL_CORES, "celestile-file") as program:
        times = {"page": wait_for(program, port, "/")}

        def note(name: str) -> None:
            times[name] = time.perf_counter() - program.started

        identifier = urllib.parse.quote(json.loads(get(port, "/api")[1])["start"], safe="")
        facts = json.loads(get(port, f"/api/images/{identifier}")[1])
        note("metadata")
        width, height = facts["width"], facts["height"]
        scale = 8
        for number in range(SCREEN[0] * SCREEN[1]):
            x = number % SCREEN[0] * 256 * scale
            y = number // SCREEN[0] * 256 * scale
            w, h = min(256 * scale, width - x), min(256 * scale, height - y)
            path = f"/iiif/3/{identifier}/{x},{y},{w},{h}/{w // scale},{h // scale}/0/default.jpg"
            status, body, _ = get(port, path)
            if status != 200 or not body:
                raise RuntimeError(f"{status} for {path}: {body[:200]!r}")
            if number == 0:
                note("first tile")
        note("screen")
        times["CPU"] = program.cpu_seconds()
    return times


def run(report: Report, rounds: int) -> None:
    """Measure and compare with the targets."""
    shares, found = [], []
    first_picture()
    for _ in range(rounds):
        shares.append(imports())
        found.append(first_picture())
    screen = Sample(tuple(times["screen"] for times in found))
    report.add(
        f"`celestile {FILE}` to a screen full of tiles, over HTTP, no browser",
        "",
        f"{screen.text(' s')}; CPU {Sample(tuple(t['CPU'] for t in found)).text(' s')}",
    )
    _in_browser(report, rounds)
    share, cpu = (Sample(values) for values in zip(*shares, strict=True))
    report.add(
        "of which imports", "≤ 0.6 s", f"{share.text(' s')}; CPU {cpu.text(' s')}",
        met=share.median <= 0.6,
    )  # fmt: skip
    steps = ("page", "metadata", "first tile", "screen", "CPU")
    lines = [[step, Sample(tuple(t[step] for t in found)).text()] for step in steps]
    report.table("Seconds from the start of `celestile FILE`", ["until", "s"], lines)
    report.table("What is imported", ["module", "ms, with what it imports"], heaviest_imports())


def _in_browser(report: Report, rounds: int) -> None:
    """Measure the same in a browser that is already running."""
    name = f"`celestile {FILE}` to the first picture in the browser"
    if reason := startup_browser.missing():
        report.skip(name, reason)
        return
    found = [startup_browser.first_picture(FILE) for _ in range(rounds + 1)][1:]
    steps = ("address", "first tile", "screen", "CPU")
    samples = {step: Sample(tuple(times[step] for times in found)) for step in steps}
    first = samples["first tile"]
    report.add(
        name, "≤ 1.5 s", f"{first.text(' s')}; CPU {samples['CPU'].text(' s')}",
        met=first.median <= 1.5,
    )  # fmt: skip
    lines = [[step, samples[step].text()] for step in steps]
    report.table("Seconds to a picture in Chromium", ["until", "s"], lines)
