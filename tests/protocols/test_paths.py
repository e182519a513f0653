"""Every protocol finds a file whatever its name; here one with the end of a line in it."""

import asyncio
from pathlib import Path

import httpx
import numpy as np
import pytest
from astropy.io import fits

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, Settings

NAME = "two%0Alines.fits"


@pytest.mark.parametrize(
    "path",
    [
        f"/iiif/3/{NAME}/info.json",
        f"/iiif/2/{NAME}/full/max/0/default.png",
        f"/iiif/presentation/3/{NAME}/manifest",
        f"/wmts/1.0.0/{NAME}/default/pixels-30x20/0/0/0.png",
        f"/ogc/collections/{NAME}/map/tiles",
        f"/api/images/{NAME}",
    ],
)
def test_found(tmp_path: Path, path: str) -> None:
    (tmp_path / "data").mkdir()
    name = NAME.replace("%0A", "\n")
    fits.PrimaryHDU(np.ones((20, 30), np.float32)).writeto(tmp_path / "data" / name)
    app = create_app(
        Settings(
            data=DataSettings(root=tmp_path / "data"),
            cache=CacheSettings(directory=tmp_path / "cache"),
        )
    )

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://host") as client:
            return await client.get(path)

    try:
        assert asyncio.run(ask()).status_code == 200
    finally:
        app.state.service.close()
