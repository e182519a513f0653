"""Servers of a run, each on a free port of the loopback interface, stopped at the end."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import web


class ServerError(Exception):
    """The server under test did not start."""


@contextmanager
def celestile(folder: Path) -> Iterator[str]:
    """Run `celestile serve` with the images and settings of a folder; yield its base URL."""
    port = web.free_port()
    command = [Path(sys.executable).parent / "celestile", "serve", folder / "celestile.yaml"]
    command += ["--data", folder / "data", "--cache-dir", folder / "cache", "--port", str(port)]
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # its workers stop with it
        )
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(process, base, log)
        yield base
    finally:
        _end(process)


def _wait(process: subprocess.Popen[bytes], base: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise ServerError(f"celestile ended with code {process.returncode}:\n{said}")
        try:
            if web.fetch(f"{base}/healthz").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise ServerError(f"no answer from {base}/healthz within a minute; see {log}")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Suppress the access log."""


@contextmanager
def listening(server: ThreadingHTTPServer) -> Iterator[str]:
    """Serve in a thread; yield the base URL."""
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def pages(folder: Path) -> Iterator[str]:
    """Serve the files of a folder; yield the base URL."""
    handler = partial(_Quiet, directory=str(folder))
    with listening(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as base:
        yield base
