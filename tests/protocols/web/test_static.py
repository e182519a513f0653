"""Static files in the coding that a client reads."""

import gzip
import os
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from celestile.protocols.web.static import CodedFiles

TEXT = b"export const sky = 1;\n" * 200
# Any bytes do: the server sends what the build left.
PACKED = {"br": b"packed by brotli", "gzip": gzip.compress(TEXT)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("<title>Sky</title>")
    (tmp_path / "sky.js").write_bytes(TEXT)
    (tmp_path / "sky.js.br").write_bytes(PACKED["br"])
    (tmp_path / "sky.js.gz").write_bytes(PACKED["gzip"])
    return tmp_path


@pytest.fixture
def client(folder: Path) -> TestClient:
    return TestClient(Starlette(routes=[Mount("/", CodedFiles(directory=folder, html=True))]))


def raw(client: TestClient, path: str, method: str = "GET", **headers: str):
    """Response and its undecoded body."""
    with client.stream(method, path, headers={"Accept-Encoding": "identity", **headers}) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_a_coding_that_the_client_reads(client, coding):
    answer, body = raw(client, "/sky.js", **{"Accept-Encoding": coding})
    assert body == PACKED[coding]
    assert answer.headers["content-encoding"] == coding
    assert answer.headers["content-length"] == str(len(PACKED[coding]))
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "Accept-Encoding"


def test_brotli_goes_to_browsers_and_the_plain_file_to_others(client):
    browser = {"Accept-Encoding": "gzip, deflate, br, zstd"}
    assert raw(client, "/sky.js", **browser)[1] == PACKED["br"]
    answer, body = raw(client, "/sky.js")
    assert body == TEXT
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"


def test_each_coding_has_a_tag_of_its_own_that_is_current_for_it_alone(client):
    codings = ("br", "gzip", "identity")
    tags = {
        coding: raw(client, "/sky.js", **{"Accept-Encoding": coding})[0].headers["etag"]
        for coding in codings
    }
    assert len(set(tags.values())) == 3
    for coding in codings:
        for other, tag in tags.items():
            asked = {"Accept-Encoding": coding, "If-None-Match": tag}
            answer, body = raw(client, "/sky.js", **asked)
            assert answer.status_code == (304 if coding == other else 200)
            assert (body == b"") == (coding == other)
            assert answer.headers["vary"] == "Accept-Encoding"
            assert answer.headers["etag"] == tags[coding]
            assert answer.headers["cache-control"] == "no-cache"


def test_a_part_is_a_part_of_the_coding(client):
    asked = {"Accept-Encoding": "gzip", "Range": "bytes=3-9"}
    answer, body = raw(client, "/sky.js", **asked)
    assert (answer.status_code, body) == (206, PACKED["gzip"][3:10])
    assert answer.headers["content-encoding"] == "gzip"


def test_head_describes_the_coding(client):
    answer, body = raw(client, "/sky.js", "HEAD", **{"Accept-Encoding": "br"})
    assert body == b""
    assert answer.headers["content-length"] == str(len(PACKED["br"]))
    assert answer.headers["content-encoding"] == "br"


def test_a_copy_of_an_earlier_version_is_not_sent(client, folder):
    later = (folder / "sky.js.br").stat().st_mtime + 10
    os.utime(folder / "sky.js", (later, later))
    answer, body = raw(client, "/sky.js", **{"Accept-Encoding": "br, gzip"})
    assert body == TEXT
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/sky.js.br", "/sky.js.gz", "/sky.css"])
def test_copies_have_no_address(client, path):
    assert raw(client, path)[0].status_code == 404


def test_a_file_without_copies(client):
    answer, body = raw(client, "/", **{"Accept-Encoding": "br"})
    assert body == b"<title>Sky</title>"
    assert answer.headers["vary"] == "Accept-Encoding"
