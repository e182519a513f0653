"""Loads a server with wrk, and returns rates, latencies and CPU times."""

import json
import re
import resource
import shutil
import subprocess
from dataclasses import dataclass

from data import VMAX, VMIN
from places import HERE
from process import Program, pinned


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Tiles of the finest level that are requested, and the number of repeated ones."""

    columns: int
    rows: int
    repeated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """Results of a few seconds of load.

    Parameters
    ----------
    rate : float
        Tiles per second.
    p50, p99 : float
        Latency in milliseconds.
    cpu : float
        CPU microseconds per tile of the server, without its proxy.
    proxy_cpu : float
        The same for its proxy.
    load_cores : float
        Cores that wrk kept busy.
    size : float
        Bytes per tile, with headers.
    errors : int
        Responses that failed, or with a status other than 2xx.
    """

    rate: float
    p50: float
    p99: float
    cpu: float
    proxy_cpu: float
    load_cores: float
    size: float
    errors: int


def missing() -> str | None:
    """Instructions if wrk is not installed."""
    return None if shutil.which("wrk") else "wrk is missing: apt-get install wrk"


def burst(
    server: Program,
    port: int,
    template: str,
    grid: Grid,
    *,
    connections: int,
    seconds: int,
    seed: int,
    cores: str,
    proxy: Program | None = None,
) -> Burst:
    """Load a server for some seconds."""
    before, proxy_before = server.cpu_seconds(), proxy.cpu_seconds() if proxy else 0.0
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    numbers = (seed, grid.columns, grid.rows, grid.repeated, VMIN, VMAX - VMIN)
    command = pinned(
        cores, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s",
        "-s", HERE / "tiles.lua", f"http://127.0.0.1:{port}", "--", *map(str, numbers), template,
    )  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=True)
    spent = server.cpu_seconds() - before
    proxy_spent = proxy.cpu_seconds() - proxy_before if proxy else 0.0
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = re.search(r"^RESULT (.*)$", done.stdout, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"wrk said: {done.stdout} {done.stderr}")
    summary = json.loads(found[1])
    count, duration = max(summary["requests"], 1), summary["microseconds"] / 1e6
    return Burst(
        rate=summary["requests"] / duration,
        p50=summary["p50"] / 1e3,
        p99=summary["p99"] / 1e3,
        cpu=1e6 * spent / count,
        proxy_cpu=1e6 * proxy_spent / count,
        load_cores=(now.ru_utime + now.ru_stime - own.ru_utime - own.ru_stime) / duration,
        size=summary["bytes"] / count,
        errors=summary["errors"],
    )
