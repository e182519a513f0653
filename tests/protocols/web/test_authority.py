"""By which name the server is asked (RFC 9110, section 7.2; RFC 9112, section 3.2)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, ServerSettings, Settings

PATH = "/iiif/3/sub%2Fa.fits/info.json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("images")
    (root / "sub").mkdir()
    fits.writeto(root / "sub" / "a.fits", np.arange(600, dtype=np.float32).reshape(20, 30))
    return root


def served(folder: Path, cache: Path, **server: Any) -> TestClient:
    return TestClient(
        create_app(
            Settings(
                server=ServerSettings(**server),
                data=DataSettings(root=folder),
                cache=CacheSettings(directory=cache),
            )
        )
    )


@pytest.fixture(scope="module")
def client(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with served(folder, tmp_path_factory.mktemp("cache")) as client:
        yield client


@pytest.mark.parametrize(
    "host",
    ["example.org", "example.org:8000", "localhost", "a_b-c.example:1", "127.0.0.1:80", "[::1]",
     "[fe80::1:2]:8443", "example.org:", "xn--caf-dma.example"],
)  # fmt: skip
def test_addresses_told_begin_with_the_host_asked_for(client: TestClient, host: str) -> None:
    answer = client.get(PATH, headers={"Host": host})
    assert answer.json()["id"] == f"http://{host}/iiif/3/sub%2Fa.fits"


@pytest.mark.parametrize(
    "host",
    ["", " ", "a b", "a/b", "a?b", "a#b", "user@a", 'a"b', "<a>", "a\\b", "a:x", "a:65536", "a:1:2",
     "[::1", "::1", "a,b", "café", "a;b", "http://a", "%41", "x" * 300],
)  # fmt: skip
@pytest.mark.parametrize("path", [PATH, "/", "/api", "/wmts?request=GetCapabilities", "/nothing"])
def test_what_is_no_host_is_refused_with_what_is_allowed(
    client: TestClient, host: str, path: str
) -> None:
    answer = client.get(path, headers={"Host": host.encode("latin-1")})
    assert answer.status_code == 400
    assert "the Host header is" in answer.text
    assert "example.org:8000" in answer.text
    assert answer.headers["access-control-allow-origin"] == "*"


async def asked(client: TestClient, headers: list[tuple[bytes, bytes]], **more: Any) -> int:
    """Status of the answer to a request as a server passes it on."""
    statuses = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": PATH.replace("%2F", "/"),
        "raw_path": PATH.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await client.app(scope | more, receive, send)
    return statuses[0]


def test_one_host_is_demanded_of_http_1_1(client: TestClient) -> None:
    """RFC 9112, section 3.2: 400 for none and for several; HTTP/1.0 does not know the header."""
    assert client.portal is not None
    ask = client.portal.call
    host = (b"host", b"a.example")
    assert ask(lambda: asked(client, [host])) == 200
    assert ask(lambda: asked(client, [host, host])) == 400
    assert ask(lambda: asked(client, [])) == 400
    assert ask(lambda: asked(client, [], http_version="1.0")) == 200


def test_what_a_trusted_proxy_says_is_looked_at_as_well(folder: Path, tmp_path: Path) -> None:
    with served(folder, tmp_path, trusted_proxies=("*",)) as client:
        forwarded = {"X-Forwarded-Host": "sky.example:444, inner", "X-Forwarded-Proto": "https"}
        answer = client.get(PATH, headers=forwarded)
        assert answer.json()["id"] == "https://sky.example:444/iiif/3/sub%2Fa.fits"
        assert client.get(PATH, headers={"X-Forwarded-Host": "a/b"}).status_code == 400
        odd = client.get(PATH, headers={"X-Forwarded-Proto": "javascript"})
        assert odd.json()["id"].startswith("http://testserver/")


def test_nobody_else_is_believed(folder: Path, tmp_path: Path) -> None:
    with served(folder, tmp_path, trusted_proxies=("10.0.0.0/8",)) as client:
        forwarded = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
        answer = client.get(PATH, headers=forwarded)
        assert answer.json()["id"].startswith("http://testserver/")
