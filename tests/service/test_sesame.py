"""The name resolver is asked as CDS Sesame is, for little and not for long."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from celestile.errors import RequestError, ResolverError
from celestile.service.sesame import Resolved, Sesame, read

M31 = """# m31\t#Q22523669
#=S=Simbad (via url):    1
%@ 1575544
%C.0 AGN
%C.N 15.15.01.00
%J 10.68470833 +41.26875000 = 00:42:44.33 +41:16:07.5
%J.E [0.5 0.3 90] C 2006AJ....131.1163S
%V z -0.001000 [.000007] D 2018A&A...
%I.0 M  31
#====Done (2026-Nov-30,12:00:00z)====
"""
UNKNOWN = "# xyzzy\t#Q1\n#=S=Simbad: 0\n#! *** Nothing found *** \n#====Done====\n"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.address = f"http://127.0.0.1:{self.server_address[1]}/cgi-bin/nph-sesame"
        self.release = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        name = self.path.partition("?")[2]
        if name == "elsewhere":
            self.send_response(302)
            self.send_header("Location", "/secret")
            self.end_headers()
            return
        if name == "broken":
            self.send_error(500)
            return
        self.send_response(200)
        self.end_headers()
        try:
            if name == "endless":
                for _ in range(100):
                    self.wfile.write(b"#" * 4096)
            elif name == "slow":
                for _ in range(50):
                    self.wfile.write(b"#")
                    time.sleep(0.1)
            elif name == "stuck":
                self.server.release.wait(5)
            self.wfile.write((UNKNOWN if name == "xyzzy" else M31).encode())
        except OSError:
            pass  # the client left

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[_Server]:
    found = _Server()
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield found
    found.release.set()
    found.shutdown()
    found.server_close()


def test_an_object_has_its_position_and_is_asked_once(server: _Server) -> None:
    sesame = Sesame(server.address, 2)
    expected = Resolved("M 31", "AGN", 10.68470833, 41.26875)
    assert [sesame.resolve(name) for name in ("M31", " m31 ")] == [expected, expected]
    assert server.asked == ["/cgi-bin/nph-sesame/-oI/SNV?M31"]


def test_an_unknown_object_is_none_and_is_asked_once(server: _Server) -> None:
    sesame = Sesame(server.address, 2)
    assert [sesame.resolve("xyzzy"), sesame.resolve("xyzzy")] == [None, None]
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "name", ["../../secret", "http://10.0.0.1/", "a?b#c&d", "M 31@host", "α Ori"]
)
def test_a_name_stays_in_the_query(server: _Server, name: str) -> None:
    Sesame(server.address, 2).resolve(name)
    path, _, query = server.asked[0].partition("?")
    assert path == "/cgi-bin/nph-sesame/-oI/SNV"
    assert not set(query) & set("/?#&@: ")


def test_redirects_are_not_followed(server: _Server) -> None:
    with pytest.raises(ResolverError, match="does not answer"):
        Sesame(server.address, 2).resolve("elsewhere")
    assert len(server.asked) == 1


@pytest.mark.parametrize("name", ["broken", "endless", "slow"])
def test_faults_of_the_resolver_end_soon_and_are_not_kept(server: _Server, name: str) -> None:
    sesame = Sesame(server.address, 0.5)
    start = time.monotonic()
    for _ in range(2):
        with pytest.raises(ResolverError):
            sesame.resolve(name)
    assert time.monotonic() - start < 4
    assert len(server.asked) == 2


def test_a_resolver_that_is_gone_is_reported() -> None:
    with pytest.raises(ResolverError, match="does not answer"):
        Sesame("http://127.0.0.1:9/nph-sesame", 0.5).resolve("M31")


def test_only_two_requests_run_at_once(server: _Server) -> None:
    sesame = Sesame(server.address, 5)
    threads = [threading.Thread(target=sesame.resolve, args=("stuck",)) for _ in range(2)]
    for thread in threads:
        thread.start()
    while len(server.asked) < 2:
        time.sleep(0.01)
    with pytest.raises(ResolverError, match="busy"):
        sesame.resolve("M31")
    server.release.set()
    for thread in threads:
        thread.join()
    assert sesame.resolve("M31") is not None


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "M31\x00", "M\x1b31"])
def test_names_that_are_none_are_refused(name: str) -> None:
    with pytest.raises(RequestError, match="1 to 80 characters"):
        Sesame("http://127.0.0.1:9/", 0.5).resolve(name)


def test_positions_off_the_sky_are_none() -> None:
    assert read("%J 400.0 +41.0 = x", "m") is None
    assert read("%J 10.0 +41.0", "m") == Resolved("m", None, 10, 41)
