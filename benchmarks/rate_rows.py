"""Rows of the table of targets for tiles per second."""

from dataclasses import dataclass, replace

import rates
from load import Burst
from rates import FULL_COLOR, IIPSRV, OURS, PATCHED, RELEASED, UVICORN, Limits, Results
from report import Report, Sample, sample, significant


@dataclass(frozen=True, slots=True)
class Goal:
    """A target: a multiple of the tiles per second of another server."""

    task: str
    ours: str
    theirs: str
    times: float


GOALS = (
    Goal("gray, c=16", OURS, RELEASED, 14),
    Goal("gray, c=16", OURS, PATCHED, 2.4),
    Goal("gray, c=16", OURS, IIPSRV, 2),
    Goal("gray, c=16", UVICORN, IIPSRV, 3),
    Goal("mix of 3, c=16", OURS + FULL_COLOR, PATCHED, 3),
    Goal("mix of 3, c=16", UVICORN + FULL_COLOR, PATCHED, 4),
    Goal("repeated, c=16", OURS, PATCHED, 1.3),
    Goal("repeated, c=16", UVICORN, PATCHED, 4),
)
IN_A_HURRY = ("gray, c=16", "gray, c=64", "repeated, c=16", "mix of 3, c=16")
TWO_WORKERS = ", 2 workers"
chosen_loads = ""
LIMIT_SHARES = ((OURS, 0.40), (UVICORN, 0.60))


def run(report: Report, rounds: int, seconds: int, *, quick: bool) -> None:
    """Measure one worker, then two, and compare with the targets."""
    tasks = tuple(
        task
        for task in (*rates.TASKS, rates.NEW_VIEWS)
        if (not quick or task.name in IN_A_HURRY) and chosen_loads in task.name
    )
    results, limits = rates.measure(report, rates.contenders(), tasks, rounds, seconds)
    for goal in GOALS:
        _compare(report, results, goal)
    _share_of_limit(report, results, limits)
    _new_views(report, results)
    _latency(report, results)
    rates.tabulate(report, "One worker: server on one core, wrk on the other", results, limits)
    two_workers(report, (OURS,) if quick else (OURS, UVICORN, PATCHED, IIPSRV), rounds, seconds)


def _compare(report: Report, results: Results, goal: Goal) -> None:
    ours, theirs = (results.get((who, goal.task), []) for who in (goal.ours, goal.theirs))
    name = f"{goal.task}: {goal.ours} / {goal.theirs}"
    if not ours or not theirs:
        report.skip(name, "one of them did not run, see above")
        return
    times = sample(ours, lambda b: b.rate).over(sample(theirs, lambda b: b.rate))
    cpu = _least_cpu(theirs) / _least_cpu(ours)
    report.add(
        name, f"≥ {goal.times:g}×", f"{times.text('×')}; by CPU time {significant(cpu)}×",
        met=times.median >= goal.times,
    )  # fmt: skip


def _least_cpu(bursts: list[Burst]) -> float:
    """Return the microseconds per tile of the round with the least disturbance."""
    return min(burst.cpu for burst in bursts)


def _share_of_limit(report: Report, results: Results, limits: Limits) -> None:
    alone_cpu, alone = rates.limit_samples(limits)
    for who, target in LIMIT_SHARES:
        bursts = results.get((who, "gray, c=16"), [])
        if not bursts:
            continue
        share = sample(bursts, lambda b: 100 * b.rate).over(alone)
        cpu = 100 * min(alone_cpu.values) / _least_cpu(bursts)
        report.add(
            f"gray, c=16: {who}, share of the JPEG encoder's speed",
            f"≥ {100 * target:.0f} %",
            f"{share.text(' %', 2)}; by CPU time {significant(cpu, 2)} %",
            met=share.median >= 100 * target,
        )


def _new_views(report: Report, results: Results) -> None:
    """Compare a tile in a view of its own, as each step of a slider asks for, with a known view."""
    for who in (OURS, UVICORN):
        new, known = (results.get((who, task), []) for task in (rates.NEW_VIEWS.name, "gray, c=16"))
        if new and known:
            cpu = sample(new, lambda b: b.cpu).over(sample(known, lambda b: b.cpu))
            report.add(
                f"CPU time of a tile in a view of its own / in a known view, {who}",
                "≤ 1.2×",
                f"{cpu.text('×')}; least {significant(_least_cpu(new) / _least_cpu(known))}×",
                met=cpu.median <= 1.2,
            )


def _latency(report: Report, results: Results) -> None:
    for who in (OURS, UVICORN):
        bursts, peer = (results.get((name, "gray, c=64"), []) for name in (who, RELEASED))
        if not bursts:
            continue
        own = sample(bursts, lambda b: b.p99 / b.p50)
        report.add(
            f"p99 at c=64, {who}, by its own p50", "≤ 3×", own.text("×"), met=own.median <= 3
        )
        if peer:
            ratio = sample(bursts, lambda b: b.p99).over(sample(peer, lambda b: b.p99))
            report.add(
                f"p99 at c=64, {who} / VisiOmatic", "≤ 0.25×", ratio.text("×"),
                met=ratio.median <= 0.25,
            )  # fmt: skip


def two_workers(report: Report, names: tuple[str, ...], rounds: int, seconds: int) -> None:
    """Compare two workers with one; wrk shares their cores, and its share is subtracted."""
    alone = [contender for contender in rates.contenders() if contender.name in names]
    pairs = [replace(each, name=each.name + TWO_WORKERS, workers=2) for each in alone]
    task = next(task for task in rates.TASKS if task.name == "gray, c=16")
    results, _ = rates.measure(report, [*alone, *pairs], (task,), rounds, seconds)
    lines = []
    for who in names:
        one, two = (results.get((name, task.name), []) for name in (who, who + TWO_WORKERS))
        if not one or not two:
            continue
        ratio = sample(two, lambda b: b.rate).over(sample(one, lambda b: b.rate))
        left = sample(two, lambda b: 2 / (2 - min(b.load_cores, 1.5)))
        fair = Sample(tuple(a * b for a, b in zip(ratio.values, left.values, strict=False)))
        if who in (OURS, UVICORN):
            report.add(
                f"2 workers / 1 worker, {who}", "≥ 1.7× without wrk's share of the cores",
                f"{fair.text('×')}; with it {significant(ratio.median)}×", met=fair.median >= 1.7,
            )  # fmt: skip
        rate = [sample(bursts, lambda b: b.rate).text() for bursts in (one, two)]
        cpu = [f"{sample(bursts, lambda b: b.cpu).median:.0f}" for bursts in (one, two)]
        lines.append([who, *rate, *cpu, fair.text("×")])
    head = ["server", "tiles/s, 1", "tiles/s, 2", "CPU µs, 1", "CPU µs, 2", "2 / 1"]
    report.table("Two workers", head, lines)
