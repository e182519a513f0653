"""The end of a line in an address is part of a name, and no such name is served."""

import asyncio
from pathlib import Path

import httpx
import numpy as np
import pytest
from astropy.io import fits

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, Settings

ADDRESSES = [
    "/iiif/3/{name}/info.json",
    "/iiif/2/{name}/full/max/0/default.png",
    "/iiif/presentation/3/{name}/manifest",
    "/wmts/1.0.0/{name}/default/pixels-30x20/0/0/0.png",
    "/ogc/collections/{name}/map/tiles",
    "/api/images/{name}",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_ends_of_lines(tmp_path: Path, address: str) -> None:
    root = tmp_path / "data"
    root.mkdir()
    for name in ("plain.fits", "two\nlines.fits", "after.fits\n"):
        fits.PrimaryHDU(np.ones((20, 30), np.float32)).writeto(tmp_path / "a.fits")
        (tmp_path / "a.fits").rename(root / name)
    app = create_app(
        Settings(data=DataSettings(root=root), cache=CacheSettings(directory=tmp_path / "cache"))
    )

    async def ask(name: str) -> int:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://host") as client:
            return (await client.get(address.format(name=name))).status_code

    async def ask_all() -> list[int]:
        names = ("plain.fits", "plain.fits%0A", "two%0Alines.fits", "after.fits%0A")
        return [await ask(name) for name in names]

    try:
        assert asyncio.run(ask_all()) == [200, 404, 404, 404]
    finally:
        app.state.service.close()
