"""Numbers of the properties file that must not depend on the state of the cache."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.pyramid.directory import SUFFIX
from celestile.settings import CacheSettings, DataSettings, Settings

SIDE = 700  # more than a tile, so that a pyramid is built
TIMES = 2450000.5 + np.arange(SIDE * SIDE).reshape(SIDE, SIDE) / 86400.0 / 50
SKY = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 30.0, "CRVAL2": 10.0,
    "CRPIX1": 350.0, "CRPIX2": 350.0, "CDELT1": -0.01, "CDELT2": 0.01,
}  # fmt: skip


def data_range(client: TestClient) -> list[float]:
    text = client.get("/hips/times.fits/properties").text
    (line,) = (line for line in text.splitlines() if line.startswith("hips_data_range"))
    return [float(number) for number in line.partition("=")[2].split()]


def test_the_range_of_julian_dates_is_theirs_with_and_without_a_pyramid(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    fits.writeto(root / "times.fits", TIMES, fits.Header(SKY))
    settings = Settings(
        data=DataSettings(root=root), cache=CacheSettings(directory=tmp_path / "cache")
    )
    expected = pytest.approx([TIMES.min(), TIMES.max()], rel=0, abs=1e-6)
    with TestClient(create_app(settings)) as client:
        assert data_range(client) == expected
        assert client.get("/iiif/3/times.fits/full/100,/0/default.png").status_code == 200
        assert list((tmp_path / "cache").rglob(f"*{SUFFIX}"))
        assert data_range(client) == expected
