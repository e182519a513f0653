"""The application over made-up files and over the real ones, asked without a network."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from astropy.io import fits

from celestile.app import create_app
from celestile.settings import (
    CacheSettings,
    ChannelSettings,
    DataSettings,
    ImageSettings,
    NamedViewSettings,
    Settings,
)

BASE = "http://testserver"


class Client:
    """Asks an application, in an event loop that lasts."""

    def __init__(self, app: Any, runner: asyncio.Runner) -> None:
        self._transport = httpx.ASGITransport(app)
        self._runner = runner

    def request(self, method: str, address: str, **headers: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url=BASE) as client:
                return await client.request(method, address, headers=headers)

        return self._runner.run(ask())

    def get(self, address: str, **headers: str) -> httpx.Response:
        return self.request("GET", address, **headers)


Serve = Callable[[Settings], Client]


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """Return a function that starts the application with some settings."""
    apps = []
    with asyncio.Runner() as runner:

        def start(settings: Settings) -> Client:
            app = create_app(settings)
            apps.append(app)
            return Client(app, runner)

        yield start
    for app in apps:
        app.state.service.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a few FITS files of different kinds."""
    root = tmp_path_factory.mktemp("data")
    (root / "sub").mkdir()
    ramp = np.arange(600, dtype=np.float32).reshape(20, 30)
    sky = fits.Header([("CTYPE1", "RA---TAN"), ("CTYPE2", "DEC--TAN"), ("BUNIT", "adu")])
    sky.update(CRVAL1=10.0, CRVAL2=20.0, CRPIX1=15.0, CRPIX2=10.0, CDELT1=-0.01, CDELT2=0.01)
    holed = ramp.copy()
    holed[0, 0], holed[0, 1] = np.nan, np.inf
    fits.PrimaryHDU(holed, sky).writeto(root / "sky.fits")
    fits.PrimaryHDU(np.full((5, 6), np.nan, np.float32)).writeto(root / "empty.fits")
    axes = fits.Header([("CTYPE3", "FREQ"), ("CUNIT3", "GHz"), ("CTYPE4", "STOKES")])
    fits.PrimaryHDU(np.stack([np.stack([ramp] * 3)] * 2), axes).writeto(root / "cube.fits")
    for number in (1, 2, 3):
        frame = fits.Header([("DATE-OBS", f"2020-01-0{number}T00:00:00")])
        fits.PrimaryHDU(ramp + number, frame).writeto(root / "sub" / f"frame{number}.fits")
    chips = [fits.PrimaryHDU()]
    for number, section in enumerate(("[1:30,1:20]", "[31:60,1:20]"), start=1):
        header = fits.Header([("DETSEC", section), ("DETSIZE", "[1:60,1:20]")])
        chips.append(fits.ImageHDU(ramp, header, name=f"CCD{number}"))
    fits.HDUList(chips).writeto(root / "sub" / "mosaic.fits")
    (root / "broken.fits").write_bytes(b"SIMPLE  =                    T")
    return root


@pytest.fixture(scope="module")
def settings(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return settings that declare one image of each kind."""
    bands = tuple(
        ChannelSettings(name=name, file=files / "sub" / f"frame{number}.fits", color=color)
        for number, (name, color) in enumerate((("u", None), ("v", "ff0000")), start=1)
    )
    return Settings(
        data=DataSettings(root=files, download=True),
        cache=CacheSettings(directory=tmp_path_factory.mktemp("cache")),
        views=(NamedViewSettings(name="negative", title="Negative", view="invert=1", where=""),),
        images=(
            ImageSettings(identifier="bands", title="Bands", channels=bands),
            ImageSettings(identifier="night", frames=("sub/frame*.fits",)),
        ),
    )
