"""Compares Celestile with similar servers and with the JPEG encoder, in a single run.

    python benchmarks/run.py [--quick] [--only tiles,cold] [--rounds 5]

Needs Linux, two cores, and the Python environment in which Celestile is installed. All load stays
on the loopback interface. All files are in benchmarks/.work and can be removed.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import builds
import cold
import data
import growth
import load
import neighbors
import peers
import process
import rate_rows
import startup
from places import CACHES, WORK
from report import Report

Part = Callable[[Report, int, bool], None]


def _tiles(report: Report, rounds: int, quick: bool) -> None:
    if reason := load.missing():
        report.skip("tiles per second", reason)
        return
    if peers.iipsrv() is None:
        peers.tiff_pyramid("8k-float32")
    rate_rows.run(report, rounds, 1 if quick else 2, quick=quick)


PARTS: dict[str, Part] = {
    "tiles": _tiles,
    "cold": lambda report, rounds, quick: cold.run(
        report, min(rounds, 3), 1, ("8k-float32.fits",) if quick else tuple(cold.FILES)
    ),
    "builds": lambda report, rounds, quick: builds.run(report, rounds, quick=quick),
    "neighbors": lambda report, rounds, quick: None if quick else neighbors.run(report, rounds),
    "startup": lambda report, rounds, _: startup.run(report, rounds),
    "growth": lambda report, _, quick: growth.run(report, quick=quick),
}


def machine() -> list[str]:
    """Return a description of the machine and the software."""
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    packages = ("celestile", "numpy", "numba", "astropy", "simplejpeg", "hypercorn", "starlette")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return [
        f"{processor}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GB of memory",
        f"{platform.platform()}, Python {platform.python_version()}",
        f"{versions}; VisiOmatic {peers.VISIOMATIC_VERSION}",
        *(f"{name} {text}" for name, text in debian_versions().items()),
        f"load average before: {', '.join(f'{value:.1f}' for value in os.getloadavg())}",
    ]


def debian_versions() -> dict[str, str]:
    """Return the versions of the packages of the distribution, if known."""
    found = {}
    query = shutil.which("dpkg-query")
    for name in ("wrk", "iipimage-server", "lighttpd", "libvips-tools") if query else ():
        command = [str(query), "-W", "-f", "${Version}", name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            found[name] = done.stdout
    return found


def main() -> int:
    """Run the chosen parts; the exit code is 0 even if targets are missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a shorter run: about 3 minutes")
    parser.add_argument("--only", metavar="PARTS", help=f"some of {','.join(PARTS)}")
    parser.add_argument(
        "--rounds", type=int, metavar="N", help="number of rounds (default: 5; quick: 1)"
    )
    parser.add_argument(
        "--nice", type=int, default=0, metavar="N",
        help="niceness of all processes; use -10 (as root) on a shared machine",
    )  # fmt: skip
    parser.add_argument("--loads", metavar="TEXT", help="run only loads whose names contain TEXT")
    arguments = parser.parse_args()
    process.niceness = arguments.nice
    rate_rows.chosen_loads = arguments.loads or ""
    chosen = arguments.only.split(",") if arguments.only else list(PARTS)
    unknown = [name for name in chosen if name not in PARTS]
    if unknown:
        parser.error(f"no part {unknown[0]!r}: choose from {', '.join(PARTS)}")
    if len(os.sched_getaffinity(0)) < 2:
        parser.error("two cores are needed: one for the servers, one for the load")
    rounds = arguments.rounds or (1 if arguments.quick else 5)
    began = time.perf_counter()
    about = machine()
    print("\n".join(about), flush=True)
    data.make(("8k-float32.fits", "cube-4x4k.fits") if arguments.quick else tuple(data.FILES))
    shutil.rmtree(CACHES, ignore_errors=True)
    report = Report()
    for name in chosen:
        print(f"\n{name} ({time.perf_counter() - began:.0f} s)", flush=True)
        PARTS[name](report, rounds, arguments.quick)
    command = " ".join(["python benchmarks/run.py", *sys.argv[1:]])
    stamp = time.strftime("%Y-%m-%d %H:%M")
    summary = [f"`{command}`, {stamp}, {time.perf_counter() - began:.0f} s", *about]
    text = "\n".join(f"- {line}" for line in summary) + "\n\n" + report.markdown()
    target = WORK / f"results-{time.strftime('%Y%m%d-%H%M%S')}.md"
    target.write_text(text)
    facts = {"summary": summary, **report.facts()}
    target.with_suffix(".json").write_text(json.dumps(facts, indent=1, ensure_ascii=False))
    print(f"\n{text}\nwritten to {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
