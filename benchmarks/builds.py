"""Speed of pyramid builds, compared with the speed of reading their source."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import servers
from places import HERE, PYTHON
from report import Report, sample, significant

EXPOSURES = ("8k-float32.fits", "19k-float32.fits", "19k-int16.fits", "mosaic-36.fits")


def once(name: str, state: str) -> dict[str, Any]:
    """Build in a separate process, with an empty cache."""
    folder = servers.fresh_cache()
    try:
        command: list[str | Path] = [PYTHON, HERE / "build_rate.py", name, folder, state]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def run(report: Report, rounds: int, *, quick: bool) -> None:
    """Measure and compare with the targets."""
    lines = []
    for name in EXPOSURES[: 1 if quick else None]:
        found = [once(name, "warm") for _ in range(rounds)]
        rate = sample(found, lambda f: f["pixels"] / f["build"] / 1e6)
        cpu = sample(found, lambda f: f["pixels"] / f["cpu"] / 1e6)
        reading = sample(found, lambda f: f["pixels"] / f["read"] / 1e6)
        lines.append([name, "warm", rate.text(), cpu.text(), reading.text()])
        if name == "19k-float32.fits":
            report.add(
                f"pyramid build, {name}, warm",
                "≥ 1,000 Mpix/s",
                f"{rate.text(' Mpix/s')}",
                met=rate.median >= 1000,
            )
    name = EXPOSURES[0 if quick else 1]
    found = [once(name, "cold") for _ in range(rounds)]
    rate = sample(found, lambda f: f["pixels"] / f["build"] / 1e6)
    reading = sample(found, lambda f: f["pixels"] / f["read"] / 1e6)
    share = rate.over(reading)
    lines.append([name, "cold", rate.text(), "", reading.text()])
    report.add(
        f"pyramid build, {name}, cold (its pages dropped from the page cache)",
        "≥ 70 % of the speed of reading",
        f"{100 * share.median:.0f} % ({significant(rate.median)} Mpix/s)",
        met=share.median >= 0.7,
    )
    head = ["exposure", "pages", "Mpix/s", "Mpix per second of CPU", "Mpix/s merely read()"]
    report.table("Building pyramids, two threads", head, lines)
