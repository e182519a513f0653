"""How long somebody waits who types ``celestile FILE``."""

import json
import re
import subprocess
import time
import urllib.parse
from pathlib import Path

from places import ALL_CORES, CELESTILE, DATA, PYTHON
from process import Program, free_port, get, wait_for
from report import Report, Sample, significant
from servers import fresh_cache

FILE = "8k-float32.fits"
SCREEN = 4, 3
"""Tiles that fill a window of 1024 by 768."""


def imports() -> float:
    """Seconds that importing the program takes, without running it."""
    command: list[str | Path] = [PYTHON, "-c", "import celestile.cli.viewer, celestile.cli.hosting"]
    began = time.perf_counter()
    subprocess.run(command, check=True)
    whole = time.perf_counter() - began
    began = time.perf_counter()
    subprocess.run([PYTHON, "-c", "pass"], check=True)
    return whole - (time.perf_counter() - began)


def heaviest_imports(count: int = 8) -> list[list[str]]:
    """Modules that take longest to import, with all that they import themselves."""
    command: list[str | Path] = [
        PYTHON,
        "-X",
        "importtime",
        "-c",
        "import celestile.cli.viewer, celestile.cli.hosting",
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = re.findall(r"^import time:\s+\d+ \|\s+(\d+) \| +(\S+)$", done.stderr, re.MULTILINE)
    tops = sorted(((int(us), name) for us, name in found), reverse=True)
    packages = [(us, name) for us, name in tops if name.count(".") == 0 or "celestile" in name]
    return [[name, significant(us / 1e3)] for us, name in packages[:count]]


def first_picture() -> dict[str, float]:
    """Run ``celestile FILE`` and ask for what its viewer asks for, until a screen is full."""
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
    return times


def run(report: Report, rounds: int) -> None:
    """Measure, and compare with the targets."""
    shares, found = [], []
    first_picture()
    for _ in range(rounds):
        shares.append(imports())
        found.append(first_picture())
    screen = Sample(tuple(times["screen"] for times in found))
    report.add(
        f"`celestile {FILE}` to a screen full of tiles, over HTTP",
        "≤ 1.5 s",
        screen.text(" s"),
        met=screen.median <= 1.5,
    )
    share = Sample(tuple(shares))
    report.add("of which imports", "≤ 0.6 s", share.text(" s"), met=share.median <= 0.6)
    steps = ("page", "metadata", "first tile", "screen")
    lines = [[step, Sample(tuple(t[step] for t in found)).text()] for step in steps]
    report.table("Seconds from the start of `celestile FILE`", ["until", "s"], lines)
    report.table("What is imported", ["module", "ms, with what it imports"], heaviest_imports())
