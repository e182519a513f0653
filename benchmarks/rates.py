"""Tiles per second, side by side: in each round, one burst for each server in turn."""

import itertools
import subprocess
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec

import servers
from data import SIDE_8K, SIDE_CUBE
from load import Burst, Grid, burst
from places import ALL_CORES, HERE, LOAD_CORE, PYTHON, SERVER_CORE, TILE
from process import get, pinned
from report import Report, Sample, sample
from servers import Contender, Running

GRAY = Grid(columns=SIDE_8K // TILE, rows=SIDE_8K // TILE)
MIX = Grid(columns=SIDE_CUBE // TILE, rows=SIDE_CUBE // TILE)
REPEATED = Grid(columns=GRAY.columns, rows=GRAY.rows, repeated=64)


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of load."""

    name: str
    grid: Grid
    connections: int


TASKS = (
    Task("gray, c=1", GRAY, 1),
    Task("gray, c=16", GRAY, 16),
    Task("gray, c=64", GRAY, 64),
    Task("repeated, c=16", REPEATED, 16),
    Task("mix of 3, c=16", MIX, 16),
)
NEW_VIEWS = Task("gray, a view of its own each, c=16", GRAY, 16)
OURS, UVICORN, RELEASED, PATCHED, IIPSRV = (
    "Celestile", "Celestile on uvicorn", "VisiOmatic", "VisiOmatic, patched", "iipsrv",
)  # fmt: skip
FULL_COLOR = " 4:4:4"
"""Suffix of servers that encode colors as VisiOmatic does; only for the mix."""
Results = dict[tuple[str, str], list[Burst]]
Limits = list[tuple[float, float]]
# Never repeated: the servers' caches contain the encoded tiles of earlier bursts.
_seeds = itertools.count(1)
# Until level 0 has been requested often enough to be copied into tiles.
_WARM_UP = 3


def contenders() -> list[Contender]:
    """Return all servers of these rows."""
    same = "tiles:\n  jpeg_subsampling: '444'\n"
    uvicorn = ("--server", "uvicorn")
    lacking = None if find_spec("uvicorn") else "pip install uvicorn[standard]"
    return [
        servers.celestile(OURS),
        servers.celestile(OURS + FULL_COLOR, settings=same),
        servers.celestile(UVICORN, flags=uvicorn, missing=lacking),
        servers.celestile(UVICORN + FULL_COLOR, settings=same, flags=uvicorn, missing=lacking),
        servers.visiomatic(patched=False),
        servers.visiomatic(patched=True),
        servers.iipsrv(),
    ]


def jpeg_limit(seconds: float) -> tuple[float, float]:
    """Encode only, on the servers' core: tiles per second and CPU microseconds per tile."""
    command = pinned(str(SERVER_CORE), PYTHON, HERE / "jpeg_limit.py", str(seconds))
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rate, cpu = done.stdout.split()
    return float(rate), float(cpu)


def _template(contender: Contender, task: Task) -> str | None:
    if task.grid is MIX:
        return contender.mix
    if contender.name.endswith(FULL_COLOR):
        return None
    if task is NEW_VIEWS:
        ours = contender.name.startswith(OURS)
        return contender.gray.replace("{v}", "{n}") if ours else None
    return contender.gray


def warm_up(running: Running, contender: Contender) -> None:
    """Make a server open the test images and build its pyramids."""
    values = {"x": "0", "y": "0", "i": "0", "c": "1.000", "v": "3000", "n": "3000"}
    for template in filter(None, (contender.gray, contender.mix)):
        path = template
        for key, value in values.items():
            path = path.replace(f"{{{key}}}", value)
        for _ in range(3):
            status, body, _ = get(running.port, path)
            if status != 200:
                raise RuntimeError(f"{contender.name} answers {status} to {path}: {body[:200]!r}")


def measure(
    report: Report,
    chosen: list[Contender],
    tasks: tuple[Task, ...],
    rounds: int,
    seconds: int,
) -> tuple[Results, Limits]:
    """Run all tasks on all servers, round by round."""
    results: Results = defaultdict(list)
    limits: Limits = []
    with ExitStack() as stack:
        running = {}
        for contender in chosen:
            if contender.missing:
                report.skip(contender.name, contender.missing)
                continue
            try:
                server = stack.enter_context(servers.serving(contender))
                warm_up(server, contender)
            except (OSError, RuntimeError) as error:
                report.skip(contender.name, f"it does not start: {error}")
                continue
            running[contender.name] = server
        # The first round is a warm-up and does not count.
        for number in range(rounds + 1):
            limits.append(jpeg_limit(seconds / 2))
            for task in tasks:
                for contender in chosen:
                    template = _template(contender, task)
                    if template is None or contender.name not in running:
                        continue
                    server = running[contender.name]
                    found = burst(
                        server.program,
                        server.port,
                        template,
                        task.grid,
                        connections=task.connections,
                        seconds=seconds if number else _WARM_UP,
                        seed=next(_seeds),
                        cores=str(LOAD_CORE) if contender.workers == 1 else ALL_CORES,
                        proxy=server.proxy,
                    )
                    if number:
                        results[contender.name, task.name].append(found)
    return results, limits[1:]


def tabulate(report: Report, title: str, results: Results, limits: Limits) -> None:
    """Print all results."""
    alone_cpu, alone = limit_samples(limits)
    lines = []
    for (contender, task), bursts in sorted(results.items(), key=lambda item: item[0][1]):
        tiles = sample(bursts, lambda b: b.rate)
        share = f"{100 * tiles.over(alone).median:.0f} %" if task.startswith("gray") else ""
        picks = (lambda b: b.p50, lambda b: b.p99, lambda b: b.size / 1e3)
        middle = [f"{sample(bursts, pick).median:.1f}" for pick in picks]
        errors = str(sum(b.errors for b in bursts))
        cpu = _with_least(sample(bursts, lambda b: b.cpu))
        lines.append([task, contender, tiles.text(), cpu, *middle, share, errors])
    limit = [alone.text(), _with_least(alone_cpu), "", "", "", "100 %", ""]
    lines.append(["gray", "JPEG encoding alone", *limit])
    head = ["load", "server", "tiles/s", "CPU µs (least)", "p50 ms", "p99 ms", "kB", "of JPEG"]
    report.table(title, [*head, "errors"], lines)


def _with_least(values: Sample) -> str:
    return f"{values.median:.0f} ({min(values.values):.0f})"


def limit_samples(limits: Limits) -> tuple[Sample, Sample]:
    """Return CPU microseconds per tile and tiles per second of encoding alone."""
    return Sample(tuple(us for _, us in limits)), Sample(tuple(rate for rate, _ in limits))
