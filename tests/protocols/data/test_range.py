"""Minimum and maximum are those of every pixel as soon as a pyramid is there."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, Settings


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int16])
def test_minimum_and_maximum_become_exact(kind: Any, tmp_path: Path) -> None:
    values = np.random.default_rng(5).normal(100, 20, (2500, 2000)).astype(kind)
    values[777, 333], values[1234, 567] = -5000, 7000
    (tmp_path / "root").mkdir()
    fits.PrimaryHDU(values).writeto(tmp_path / "root" / "a.fits")
    settings = Settings(
        data=DataSettings(root=tmp_path / "root"), cache=CacheSettings(directory=tmp_path / "cache")
    )
    with TestClient(create_app(settings)) as client:
        (before,) = client.get("/api/images/a.fits/statistics").json()["planes"]
        assert (before["exact"], before["range_exact"]) == (False, False)
        assert client.get("/iiif/3/a.fits/full/100,/0/default.png").status_code == 200
        (after,) = client.get("/api/images/a.fits/statistics").json()["planes"]
    assert (after["exact"], after["range_exact"]) == (False, True)
    assert (after["min"], after["max"]) == (-5000, 7000)
