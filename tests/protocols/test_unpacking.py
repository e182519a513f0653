"""Compressed files that unpack to far more than their headers promise are refused."""

import gzip
from pathlib import Path

import numpy as np
from astropy.io import fits
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, Settings

STEP = bytes(1 << 24)


def test_a_small_header_before_many_zeros(tmp_path: Path) -> None:
    root, cache = tmp_path / "root", tmp_path / "cache"
    root.mkdir()
    header = fits.PrimaryHDU(np.zeros((100, 100), np.int16)).header.tostring().encode()
    with gzip.open(root / "large.fits.gz", "wb", compresslevel=1) as file:
        file.write(header)
        for _ in range(16):
            file.write(STEP)
    with gzip.open(root / "honest.fits.gz", "wb") as file:
        file.write(header + bytes(-(-20_000 // 2880) * 2880))
    settings = Settings(data=DataSettings(root=root), cache=CacheSettings(directory=cache))
    with TestClient(create_app(settings)) as client:
        for address in ("/api/images/large.fits.gz", "/iiif/3/large.fits.gz/info.json"):
            answer = client.get(address)
            assert 400 <= answer.status_code < 500
            assert "more than its headers declare" in answer.text
        assert client.get("/iiif/3/honest.fits.gz/info.json").status_code == 200
    kept = sum(path.stat().st_size for path in cache.rglob("*") if path.is_file())
    assert kept < 1 << 20
