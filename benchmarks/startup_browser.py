"""Time from the command ``celestile FILE`` to the first picture in a browser."""

import json
import shutil
import subprocess
import time
from pathlib import Path

from places import ALL_CORES, CELESTILE, DATA, HERE, PROJECT
from process import Program, free_port
from servers import fresh_cache

_PATIENCE = 60.0


def missing() -> str | None:
    """Instructions if there is no browser."""
    if shutil.which("node") is None or not (PROJECT / "client/node_modules").exists():
        return "missing: Node, and npm --prefix client ci"
    return None if shutil.which("chromium") else "missing: apt-get install chromium"


def first_picture(name: str) -> dict[str, float]:
    """Run ``celestile FILE`` with a running browser; return the seconds to each event.

    The browser is already running, as for most users. ``$BROWSER`` passes it the address.
    """
    folder = fresh_cache()
    address = folder / "address"
    opener = folder / "browser"
    opener.write_text(f'#!/bin/sh\necho "$1" > {address}.part && mv {address}.part {address}\n')
    opener.chmod(0o755)
    command = ["node", str(HERE / "browser.mjs"), str(shutil.which("chromium"))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as browser:
        assert browser.stdin is not None
        assert browser.stdout is not None
        browser.stdout.readline()
        serve: list[str | Path] = [
            CELESTILE, DATA / name, "--port", str(free_port()), "--cache-dir", folder,
        ]  # fmt: skip
        began = time.time()
        with Program(serve, ALL_CORES, "celestile-browser", {"BROWSER": str(opener)}) as program:
            while not address.exists():
                if not program.alive() or time.time() - began > _PATIENCE:
                    browser.kill()
                    raise RuntimeError(f"no address: {program.log.read_text()[-2000:]}")
                time.sleep(0.002)
            times = {"address": time.time() - began}
            browser.stdin.write(address.read_text())
            browser.stdin.flush()
            events = json.loads(browser.stdout.readline())
            times |= {what: events[what] - began for what in ("first tile", "screen")}
            times["CPU"] = program.cpu_seconds()
    return times
