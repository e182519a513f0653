"""Servers as the command line starts them: real processes, real sockets, real signals."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image

from celestile.cli import backends, hosting
from celestile.errors import CelestileError

PATIENCE = 60.0
"""Seconds that a server may take to stop on a busy machine; far fewer than those of any limit that
a test wants not to be waited for."""

HASTY = (
    "import sys; import celestile.cli.hosting as hosting; hosting.INFANCY = 0\n"
    "from celestile.cli import main\nsys.exit(main(sys.argv[1:]))"
)
"""The program, but it replaces workers however young they died."""

STUBBORN = (
    "import sys, threading, time; import celestile.cli.hosting as hosting; hosting.GRACE = 0.3\n"
    "from celestile.cli import main\n"
    "threading.Thread(target=time.sleep, args=(600,)).start()\n"
    "sys.exit(main(sys.argv[1:]))"
)
"""The program, with a thread that will not end, and little patience for it."""


@pytest.fixture
def folder(tmp_path):
    """A data folder with two images on one grid and a file that is none."""
    data = tmp_path / "data"
    data.mkdir()
    ramp = np.arange(300 * 200, dtype=np.float32).reshape(200, 300)
    for index, name in enumerate(("one.fits", "two.fits")):
        header = fits.Header({"DATE-OBS": f"2024-03-0{index + 1}T00:00:00"})
        fits.PrimaryHDU(ramp + index, header).writeto(data / name)
    (data / "bad.fits").write_text("this is not FITS")
    return data


class Running:
    """A started server; the URL is what it announced."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.url = ""
        line = process.stdout.readline()
        if match := re.search(r"http://\S+?(?=/?(\s|$))", line):
            self.url = match[0]
        else:
            process.kill()
            pytest.fail(f"no address in {line!r}; {process.stderr.read()}")

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=60) as response:
            return response.read()

    def json(self, path: str) -> dict:
        return json.loads(self.get(path))

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said


@pytest.fixture
def start(tmp_path):
    """Start ``celestile`` with a cache of its own, and end it with the test."""
    started = []

    def call(*arguments: object, program: str = "", **environment: str) -> Running:
        command = ["-c", program] if program else ["-m", "celestile"]
        process = subprocess.Popen(
            [sys.executable, *command, *map(str, arguments)],
            env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return Running(process)

    yield call
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_server_answers_and_stops_cleanly(start, folder, number):
    server = start("serve", "--data", folder, "--port", 0)
    assert server.json("/iiif/3/one.fits/info.json")["width"] == 300
    assert server.stop(number) == (0, "")


def spoken(url: str, target: str, host: str) -> tuple[int, str]:
    """Status and body of the answer to a request line, as it stands."""
    server, port = url.removeprefix("http://").split("/")[0].split(":")
    with socket.create_connection((server, int(port)), timeout=60) as connection:
        lines = [f"GET {target} HTTP/1.1", f"Host: {host}", "Connection: close", "", ""]
        connection.sendall("\r\n".join(lines).encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body.decode()


@pytest.mark.parametrize("root_path", ["", "/x"])
@pytest.mark.parametrize("backend", ["hypercorn", "uvicorn"])
def test_a_whole_address_may_stand_in_the_request_line(start, folder, backend, root_path):
    """RFC 9112, section 3.2.2: servers MUST accept it, as proxies send it."""
    pytest.importorskip(backend)
    arguments = ["--server", backend, "--root-path", root_path]
    server = start("serve", "--data", folder, "--port", 0, *arguments)
    for path in ("/iiif/3/one.fits/info.json", "/iiif/3/one.fits/info.json?cmap=hot"):
        plain = spoken(server.url, f"{root_path}{path}", "a.example:81")
        assert plain[0] == 200
        assert f'"http://a.example:81{root_path}/iiif/3/one.fits' in plain[1]
        for scheme in ("http", "HTTP"):
            target = f"{scheme}://a.example:81{root_path}{path}"
            assert spoken(server.url, target, "a.example:81") == plain
    assert spoken(server.url, f"http://a.example{root_path}/nothing", "a.example")[0] == 404
    assert spoken(server.url, f"{root_path}/healthz", "a/b")[0] == 400


@pytest.mark.parametrize("backend", ["hypercorn", "uvicorn"])
def test_every_backend_serves_the_same(start, folder, backend):
    server = start("serve", "--data", folder, "--port", 0, "--server", backend, "--root-path", "/x")
    info = server.json("/iiif/3/one.fits/info.json")
    assert info["id"] == f"{server.url}/iiif/3/one.fits"
    with urllib.request.urlopen(f"{info['id']}/full/30,/0/default.png") as answer:
        assert answer.headers["content-type"] == "image/png"
        assert "server" not in answer.headers
        assert "date" not in answer.headers
        assert len(answer.read()) == int(answer.headers["content-length"])
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{server.url}/iiif/3/..%2Fone.fits/info.json")
    assert server.stop() == (0, "")


def test_server_stops_at_once_with_an_idle_connection_open(start, folder):
    server = start("serve", "--data", folder, "--port", 0)
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"
        # Well before the connection would be closed for being idle.
        assert backends.KEEP_ALIVE > PATIENCE
        assert server.stop() == (0, "")


def test_server_stops_although_a_thread_goes_on(start, folder):
    server = start("serve", "--data", folder, "--port", 0, program=STUBBORN)
    server.get("/healthz")
    assert server.stop() == (0, "")


def test_second_signal_does_not_wait(start, folder):
    program = STUBBORN.replace("0.3", "300")
    server = start("serve", "--data", folder, "--port", 0, program=program)
    server.get("/healthz")
    server.process.send_signal(signal.SIGINT)
    host, port = server.url.removeprefix("http://").split(":")
    deadline = time.monotonic() + PATIENCE
    # Once it no longer listens, the first signal was handled: two at a time would count as one.
    with contextlib.suppress(ConnectionRefusedError):
        while time.monotonic() < deadline:
            socket.create_connection((host, int(port))).close()
            time.sleep(0.02)
    assert server.stop(signal.SIGINT) == (0, "")


def test_second_signal_while_the_loop_closes_does_not_wait(start, folder):
    # The loop takes its signal handlers away when it closes: the second signal comes just then.
    between = (
        "import asyncio, os, signal\nclose = asyncio.Runner.close\n"
        "def closing(self):\n    close(self)\n    os.kill(os.getpid(), signal.SIGINT)\n"
        "asyncio.Runner.close = closing\n"
    )
    program = between + STUBBORN.replace("0.3", "300")
    server = start("serve", "--data", folder, "--port", 0, program=program)
    server.get("/healthz")
    assert server.stop(signal.SIGINT) == (0, "")


def test_folder_without_fits_files_is_noted(start, tmp_path):
    (tmp_path / "night").mkdir()
    server = start(tmp_path / "night", "--no-browser")
    (tmp_path / "night" / "late.fits").write_bytes(b"")
    assert [entry["id"] for entry in server.json("/api/images")["images"]] == ["late.fits"]
    code, said = server.stop()
    assert code == 0
    assert "no FITS files" in said
    assert "night" in said


def test_flags_win_over_the_configuration(start, folder, tmp_path):
    (tmp_path / "c.yaml").write_text("server: {port: 1, root_path: /a}\ndata: {root: data}\n")
    server = start("serve", tmp_path / "c.yaml", "--port", 0, "--root-path", "/b")
    assert server.url.endswith("/b")
    assert server.json("/iiif/3/one.fits/info.json")["id"] == f"{server.url}/iiif/3/one.fits"


def test_port_in_use_is_one_sentence(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "celestile", "serve", "--data", folder, "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    said = f"celestile: cannot listen on 127.0.0.1 port {port}: address already in use\n"
    assert (done.returncode, done.stderr) == (1, said)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers share one socket")
def test_connections_are_dealt_out_to_workers() -> None:
    """That one of two gets none of 64 happens once in 2^63 times."""
    listener = hosting.listen("127.0.0.1", 0, shared=True)
    with contextlib.ExitStack() as stack:
        doors = [stack.enter_context(door) for door in hosting.for_workers(listener, 2)]
        assert {door.getsockname() for door in doors} == {listener.getsockname()}
        for _ in range(64):
            stack.enter_context(socket.create_connection(listener.getsockname()))
        for door in doors:
            door.settimeout(5)
            stack.enter_context(door.accept()[0])


@pytest.mark.parametrize("shared", [False, True])
def test_an_address_that_workers_share_is_not_shared_with_others(shared: bool) -> None:
    with (
        hosting.listen("127.0.0.1", 0, shared=True) as listener,
        pytest.raises(CelestileError, match="in use"),
    ):
        hosting.listen(*listener.getsockname(), shared=shared)


def test_a_cache_that_cannot_be_is_told_once(start, folder, tmp_path):
    (tmp_path / "file").touch()
    server = start("serve", "--data", folder, "--port", 0, "--cache-dir", tmp_path / "file")
    code, said = server.stop()
    assert code == 0
    assert said.count(str(tmp_path / "file")) == 2, said  # the folder, and what is wrong with it
    assert said.count("WARNING") == 1, said


def test_what_the_configuration_names_may_come_later(start, folder, tmp_path):
    (tmp_path / "c.yaml").write_text(
        "data: {root: data}\n"
        "wmts: {mosaic: ['one*', 'three*;cmap=gray']}\n"
        "images:\n"
        "  gone: {file: gone.fits}\n"
        "  bands: {channels: {r: one.fits, g: gone.fits}}\n"
        "  night: {frames: [one.fits, 'night*.fits']}\n"
    )
    server = start("serve", tmp_path / "c.yaml", "--port", "0")
    assert len(server.json("/api/images/night")["frames"]) == 1
    (folder / "two.fits").rename(folder / "night1.fits")
    names = [frame["name"] for frame in server.json("/api/images/night")["frames"]]
    assert names == ["one.fits", "night1.fits"]
    with pytest.raises(urllib.error.HTTPError) as caught:
        server.get("/api/images/bands")
    assert caught.value.code == 404
    assert b"image 'bands' cannot be served: there is no file gone.fits" in caught.value.read()
    _, said = server.stop()
    warnings = [line.partition("c.yaml ")[2] for line in said.splitlines() if "c.yaml" in line]
    assert warnings == [
        "line 4: images.gone.file: there is no file gone.fits",
        "line 5: images.bands.channels.g: there is no file gone.fits",
        "line 6: images.night.frames: no file matches 'night*.fits'",
    ]
    assert "wmts.mosaic: no image matches 'three*'\n" in said


def test_wrong_view_in_the_configuration_stops_the_start(folder, tmp_path):
    (tmp_path / "c.yaml").write_text("data: {root: data}\n\nviews:\n  v: stretch=lag\n")
    done = subprocess.run(
        [sys.executable, "-m", "celestile", "serve", "c.yaml", "--port", "0"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("celestile: c.yaml line 4: ")
    assert "stretch=lag" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the workers under /proc")
def test_worker_that_dies_is_replaced_and_all_stop_together(start, folder):
    server = start("serve", "--data", folder, "--port", 0, "--workers", 2, program=HASTY)
    server.get("/healthz")
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children")

    def workers() -> set[int]:
        # The resource tracker of multiprocessing is a child, too, but no worker.
        return {int(child) for child in children.read_text().split() if is_worker(child)}

    def is_worker(child: str) -> bool:
        # A child may be gone by the time that it is looked at.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            return b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
        return False

    first = workers()
    assert len(first) == 2
    os.kill(min(first), signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while len(now := workers()) < 2 or now == first:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert len(now & first) == 1
    assert server.json("/iiif/3/two.fits/info.json")["height"] == 200
    code, said = server.stop()
    assert code == 0
    assert "a worker died with code -9" in said
    assert not [worker for worker in now if Path(f"/proc/{worker}").exists()]


def numbers(server: Running) -> dict[str, float]:
    """Metrics of the server, from whichever worker answers."""
    lines = server.get("/metrics").decode().splitlines()
    return {name: float(value) for name, value in (x.rsplit(" ", 1) for x in lines if x[0] != "#")}


def eventually(server: Running, is_there: Callable[[dict[str, float]], bool]) -> None:
    """Scrape over new connections until both workers have had many chances to disagree."""
    deadline = time.monotonic() + 60
    agreed = 0
    while agreed < 16:  # that one of two answers none of them happens once in 32768 times
        agreed = agreed + 1 if is_there(found := numbers(server)) else 0
        assert time.monotonic() < deadline, found
        time.sleep(0.01)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers share one socket")
def test_metrics_are_those_of_all_workers(start, folder, tmp_path):
    """The sum, whichever worker is asked, also after one of them has died."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    arguments = ["--data", folder, "--port", 0, "--workers", 2]
    server = start("serve", *arguments, program=HASTY, TMPDIR=str(temporary))
    for _ in range(40):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            server.get("/iiif/3/none.fits/info.json")
    missing = 'celestile_requests_total{status="404"}'
    eventually(server, lambda found: found.get(missing) == 40)
    files = list(temporary.glob("celestile-metrics-*/counter_*.db"))
    assert len(files) == 2
    victim = int(files[0].stem.rpartition("_")[2])
    assert list(temporary.glob(f"*/gauge_live*_{victim}.db"))
    os.kill(victim, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while list(temporary.glob(f"*/gauge_live*_{victim}.db")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    eventually(server, lambda found: found.get(missing) == 40)
    assert server.stop()[0] == 0
    assert not [*temporary.iterdir()]


def test_worker_that_cannot_start_stops_the_server(folder):
    program = (
        "import sys, celestile.cli.hosting as hosting\nfrom celestile.cli import main\n"
        "if __name__ == '__main__':\n"
        "    hosting._worker = sys.exit\n"
        "    sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "serve", "--data", folder, "--port", "0", "--workers", "2"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "a worker died" in done.stderr


def test_viewer_of_one_file(start, folder):
    viewer = start(folder / "one.fits", "--no-browser")
    seen = viewer.json(f"/api/images/{viewer.json('/api')['start']}")
    assert (seen["width"], seen["height"], len(seen["frames"])) == (300, 200, 1)
    assert viewer.stop(signal.SIGINT) == (0, "")


def test_viewer_starts_with_the_sequence_of_several_files(start, folder):
    viewer = start(folder / "two.fits", folder / "one.fits", "--no-browser")
    seen = viewer.json(f"/api/images/{viewer.json('/api')['start']}")
    assert [frame["name"] for frame in seen["frames"]] == ["one.fits", "two.fits"]


def test_viewer_of_a_folder(start, folder):
    viewer = start(folder, "--no-browser")
    names = [image["id"] for image in viewer.json("/api/images")["images"]]
    assert {"one.fits", "two.fits"} <= set(names)


def test_viewer_does_not_let_other_pages_read_the_images(start, folder):
    viewer = start(folder / "one.fits", "--no-browser")
    request = urllib.request.Request(
        viewer.url + "/api", headers={"Origin": "https://elsewhere.example"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        assert "Access-Control-Allow-Origin" not in response.headers


def test_viewer_opens_the_browser(start, folder, tmp_path):
    browser = tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\necho "$1" > {tmp_path}/opened.part\n'
        f"mv {tmp_path}/opened.part {tmp_path}/opened\n"
    )
    browser.chmod(0o755)
    viewer = start(folder / "one.fits", BROWSER=str(browser))
    deadline = time.monotonic() + PATIENCE
    while not (tmp_path / "opened").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert (tmp_path / "opened").read_text().strip() == viewer.url + "/"


def test_demo_shows_a_colorful_sky(start):
    demo = start("demo", "--no-browser")
    identifier = demo.json("/api")["start"]
    picture = Image.open(BytesIO(demo.get(f"/iiif/3/{identifier}/full/600,/0/default.png")))
    pixels = np.asarray(picture.convert("RGB")).astype(float)
    assert pixels.shape == (450, 600, 3)
    # A dark sky, something bright on it, and colors: red is not blue everywhere.
    assert np.median(pixels) < 80
    assert (pixels > 200).any()
    assert np.abs(pixels[..., 0] - pixels[..., 2]).max() > 60


@pytest.fixture
def info(tmp_path):
    def call(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "celestile", "info", *map(str, arguments)],
            env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return call


def test_info_tells_size_and_limits(info, folder):
    done = info(folder / "one.fits")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("one.fits: 300 × 200 pixels\n")
    assert re.search(r"channel 1: \S+ to \S+", done.stdout)


def test_info_for_programs_is_json(info, folder):
    seen = json.loads(info(folder / "one.fits", "--json").stdout)
    assert (seen["width"], seen["height"]) == (300, 200)


def test_info_on_what_is_no_fits_file_is_one_sentence(info, folder):
    done = info(folder / "bad.fits")
    assert done.returncode == 1
    assert re.fullmatch(r"celestile: .*bad\.fits.*\n", done.stderr)
    assert done.stdout == ""


def test_info_on_a_wrong_hdu_is_one_sentence(info, folder):
    done = info(folder / "one.fits", "--hdu", "7")
    assert done.returncode == 1
    assert re.fullmatch(r"celestile: .*7.*\n", done.stderr)
