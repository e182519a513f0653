"""Starts programs on a core, measures their use of resources, and ends only these."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from places import LOGS

_TICK = os.sysconf("SC_CLK_TCK")
niceness = 0
"""Niceness of all programs that are started here; below 0 only for the superuser."""


def pinned(cores: str, *command: str | Path) -> list[str]:
    """Return a command that runs on some cores."""
    priority = ["nice", "-n", str(niceness)] if niceness else []
    return [*priority, "taskset", "-c", cores, *map(str, command)]


def free_port() -> int:
    """Return a free port of the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Program:
    """A program and all its child processes.

    Parameters
    ----------
    command : sequence of str
        Program and arguments.
    cores : str
        Cores that it may run on, as ``taskset -c`` takes them.
    name : str
        Name of its log.
    environment : dict
        Additional environment variables.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        cores: str,
        name: str,
        environment: dict[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        self.log = LOGS / f"{name}.log"
        self.started = time.perf_counter()
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                pinned(cores, *command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=folder,
                env={**os.environ, **(environment or {})},
            )
        self.pid = self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def alive(self) -> bool:
        """Whether the program is running."""
        return self._process.poll() is None

    def pids(self) -> list[int]:
        """Its process and all descendants."""
        children: dict[int, list[int]] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                    children.setdefault(parent, []).append(int(entry.name))
        found, pending = [], [self.pid]
        while pending:
            pid = pending.pop()
            found.append(pid)
            pending += children.get(pid, [])
        return found

    def cpu_seconds(self) -> float:
        """CPU time of its processes."""
        total = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                total += int(fields[11]) + int(fields[12])
        return total / _TICK

    def memory(self) -> dict[int, dict[str, int]]:
        """RssAnon, VmRSS and VmHWM of each of its processes, in bytes."""
        found = {}
        for pid in self.pids():
            with contextlib.suppress(OSError):
                status = Path(f"/proc/{pid}/status").read_text()
                pairs = re.findall(r"^(RssAnon|VmRSS|VmHWM):\s+(\d+) kB", status, re.MULTILINE)
                if pairs:
                    found[pid] = {name: int(value) * 1024 for name, value in pairs}
        return found

    def stop(self) -> None:
        """End the program and its descendants."""
        for number, patience in ((signal.SIGTERM, 8.0), (signal.SIGKILL, 3.0)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
                break
        # A group can outlive its first process.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)


class PeakMemory:
    """Samples the anonymous memory of a program's largest process during a block."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.anonymous = 0
        self.high_water = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            self._look()

    def _look(self) -> None:
        for usage in self._program.memory().values():
            self.anonymous = max(self.anonymous, usage.get("RssAnon", 0))
            self.high_water = max(self.high_water, usage.get("VmHWM", 0))


def get(port: int, path: str, timeout: float = 120.0) -> tuple[int, bytes, float]:
    """Send a request on a new connection; return status, body and seconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    began = time.perf_counter()
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    return response.status, body, time.perf_counter() - began


def wait_for(program: Program, port: int, path: str, timeout: float = 60.0) -> float:
    """Wait until a server responds; return the seconds since its start."""
    deadline = time.perf_counter() + timeout
    while time.perf_counter() < deadline:
        if not program.alive():
            raise RuntimeError(f"server ended: {program.log.read_text()[-2000:]}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            get(port, path, 10.0)
            return time.perf_counter() - program.started
        time.sleep(0.005)
    raise RuntimeError(f"no answer within {timeout} s: {program.log.read_text()[-2000:]}")


def wait_for_port(port: int, timeout: float = 20.0) -> None:
    """Wait until a program listens on a port."""
    deadline = time.perf_counter() + timeout
    while time.perf_counter() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
            return
        time.sleep(0.005)
    raise RuntimeError(f"no program listens on port {port}")
