"""A server over a few images with known pixels, asked without a network."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from astropy.io import fits

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, Settings
from celestile.settings.images import NamedViewSettings

WIDTH, HEIGHT = 700, 500
LINEAR = "limits=0,255;stretch=linear"
BASE = "http://host"


def pixels() -> np.ndarray[Any, Any]:
    """Brightness by row and column, row 0 at the top; neighbors differ."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    return ((rows * 3 + columns * 7) % 256).astype(np.float32)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("ogcapi")
    (root / "sub").mkdir()
    # The first row of a FITS image is the lowest.
    fits.PrimaryHDU(pixels()[::-1]).writeto(root / "sub" / "plain.fits")
    fits.PrimaryHDU(np.ones((30, 20), np.float32)).writeto(root / "small &<b>.fits")
    cube = fits.PrimaryHDU(np.arange(2 * 40 * 50, dtype=np.float32).reshape(2, 40, 50))
    cube.header["CTYPE3"] = "FREQ"
    cube.writeto(root / "cube.fits")
    sky = fits.PrimaryHDU(np.arange(60 * 80, dtype=np.float32).reshape(60, 80))
    sky.header.update(CTYPE1="RA---TAN", CTYPE2="DEC--TAN", CRPIX1=40.5, CRPIX2=30.5)
    sky.header.update(CRVAL1=30.0, CRVAL2=10.0, CDELT1=-0.01, CDELT2=0.01)
    sky.writeto(root / "sub" / "sky.fits")
    (root / "torn.fits").write_bytes(b"SIMPLE  =  and that was all")
    return root


class Client:
    """Asks the application."""

    def __init__(self, app: Any, runner: asyncio.Runner, root_path: str) -> None:
        self._transport = httpx.ASGITransport(app, root_path=root_path)
        self._runner = runner

    def request(self, method: str, path: str, **headers: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url=BASE) as client:
                return await client.request(method, path, headers=headers)

        return self._runner.run(ask())

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.request("GET", path, **headers)

    def json(self, path: str) -> Any:
        response = self.get(path)
        assert response.status_code == 200, response.text
        return response.json()


def view(name: str, title: str, text: str) -> NamedViewSettings:
    return NamedViewSettings(name=name, title=title, view=text, where="views")


@contextmanager
def serve(folder: Path, cache: Path, root_path: str = "", **sections: Any) -> Iterator[Client]:
    settings = Settings(
        data=DataSettings(root=folder), cache=CacheSettings(directory=cache), **sections
    )
    app = create_app(settings)
    with asyncio.Runner() as runner:
        yield Client(app, runner, root_path)
    app.state.service.close()


@pytest.fixture(scope="session")
def client(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    views = (view("negative", "Negative", f"{LINEAR};invert=1"),)
    with serve(folder, tmp_path_factory.mktemp("cache"), views=views) as client:
        yield client


@pytest.fixture(scope="session")
def known() -> np.ndarray[Any, Any]:
    """Pixels of ``sub/plain.fits``."""
    return pixels()


@pytest.fixture(scope="session")
def serve_at() -> Any:
    """Return a context manager that serves a folder below a path."""
    return serve


def every_link(value: Any) -> list[dict[str, Any]]:
    """All links anywhere in a document."""
    if isinstance(value, dict):
        own = [value] if {"href", "rel"} <= set(value) else []
        return own + [found for item in value.values() for found in every_link(item)]
    if isinstance(value, list):
        return [found for item in value for found in every_link(item)]
    return []


def followed(client: Any) -> dict[str, Any]:
    """Follow all links below the landing page; gives the JSON documents by address."""
    waiting, documents, seen = ["/ogc"], {}, set()
    while waiting:
        address = waiting.pop()
        response = client.get(address)
        assert response.status_code == 200, f"{address}: {response.text}"
        if "json" not in response.headers["content-type"]:
            continue
        documents[address] = response.json()
        if address.startswith("/ogc/api?"):
            continue
        for item in every_link(response.json()):
            there = item["href"].removeprefix(BASE)
            if there in seen or item.get("templated") or not there.startswith("/ogc"):
                continue
            seen.add(there)
            waiting.append(there)
            kind = client.get(there).headers["content-type"]
            assert kind.replace("; charset=utf-8", "") == item["type"], there
    return documents


@pytest.fixture(scope="session")
def crawl() -> Any:
    """Return a function that follows all links below the landing page."""
    return followed
