"""First overviews of every size come from the quick pass while the pyramid is built."""

import io
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.pyramid import provisional
from celestile.pyramid.cache import Cache
from celestile.settings import CacheSettings, DataSettings, Settings

HEIGHT, WIDTH = 1600, 1500


@pytest.mark.parametrize("width", [100, 512, 600, 749, 1400])
def test_an_overview_does_not_wait_for_the_build(
    width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ramp = np.add.outer(np.arange(HEIGHT), np.arange(WIDTH)).astype(np.float32)
    (tmp_path / "root").mkdir()
    fits.PrimaryHDU(ramp).writeto(tmp_path / "root" / "a.fits")
    monkeypatch.setattr(provisional, "_LARGE", 1 << 20)
    may_build, build = threading.Event(), Cache.open_or_build

    def slow(cache: Cache, plane: Any) -> Any:
        assert may_build.wait(60)
        return build(cache, plane)

    monkeypatch.setattr(Cache, "open_or_build", slow)
    settings = Settings(
        data=DataSettings(root=tmp_path / "root"), cache=CacheSettings(directory=tmp_path / "cache")
    )
    address = f"/iiif/3/a.fits/full/{width},/0/default.png?limits=0,3100&stretch=linear"
    with TestClient(create_app(settings)) as client:
        try:
            # Were it to wait for the build, which waits for it, it would fail after a minute.
            first = client.get(address)
        finally:
            may_build.set()
        if width <= WIDTH // 2:
            assert "etag" not in first.headers
            assert "no-store" in first.headers["cache-control"]
        assert client.get("/api/images/a.fits/ready").status_code == 200
        last = client.get(address)
    assert "etag" in last.headers
    shown = [
        np.asarray(Image.open(io.BytesIO(each.content)).convert("L")) for each in (first, last)
    ]
    assert shown[0].shape[1] == width
    assert np.abs(shown[0].astype(int) - shown[1]).max() <= 2
