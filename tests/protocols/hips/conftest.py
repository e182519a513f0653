"""Images whose values are the places of their pixels, so that a tile tells where it looked."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import Settings
from celestile.settings.sections import CacheSettings, DataSettings

TURN = np.radians(25)
HEADERS = {
    # Across 0 h, near a pole of the HEALPix grid's own, turned.
    "tan.fits": {
        "NAXIS1": 230, "NAXIS2": 170, "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN",
        "CRVAL1": 0.3, "CRVAL2": 62.0, "CRPIX1": 100.0, "CRPIX2": 60.0,
        "CD1_1": -0.01 * np.cos(TURN), "CD1_2": 0.01 * np.sin(TURN),
        "CD2_1": 0.01 * np.sin(TURN), "CD2_2": 0.01 * np.cos(TURN),
    },
    "car.fits": {
        "NAXIS1": 240, "NAXIS2": 120, "CTYPE1": "GLON-CAR", "CTYPE2": "GLAT-CAR",
        "CRVAL1": 10.0, "CRVAL2": 0.0, "CRPIX1": 120.5, "CRPIX2": 60.5,
        "CDELT1": -0.2, "CDELT2": 0.2,
    },
    "whole.fits": {
        "NAXIS1": 720, "NAXIS2": 360, "CTYPE1": "GLON-AIT", "CTYPE2": "GLAT-AIT",
        "CRVAL1": 0.0, "CRVAL2": 0.0, "CRPIX1": 360.5, "CRPIX2": 180.5,
        "CDELT1": -0.45, "CDELT2": 0.45,
    },
    "pole.fits": {
        "NAXIS1": 128, "NAXIS2": 128, "CTYPE1": "RA---ZEA", "CTYPE2": "DEC--ZEA",
        "CRVAL1": 40.0, "CRVAL2": -89.9, "CRPIX1": 64.5, "CRPIX2": 64.5,
        "CDELT1": -0.004, "CDELT2": 0.004,
    },
}  # fmt: skip


class Truth:
    """What astropy says of the images."""

    def size(self, name: str) -> tuple[int, int]:
        """Width and height."""
        return HEADERS[name]["NAXIS1"], HEADERS[name]["NAXIS2"]

    def wcs(self, name: str) -> WCS:
        """Coordinates of an image's pixels."""
        header = fits.Header(HEADERS[name])
        header["NAXIS"] = 2
        return WCS(header)

    def pixels(self, name: str, place: SkyCoord) -> tuple[Any, Any]:
        """Columns and rows from 0, in FITS order, of places."""
        here = place.galactic if HEADERS[name]["CTYPE1"].startswith("GLON") else place.icrs
        return tuple(
            self.wcs(name).all_world2pix(here.spherical.lon.deg, here.spherical.lat.deg, 0)
        )

    def places(self, name: str) -> SkyCoord:
        """Centers of all pixels that are on the sky."""
        width, height = self.size(name)
        row, column = np.mgrid[0:height, 0:width]
        lon, lat = self.wcs(name).all_pix2world(column.ravel(), row.ravel(), 0)
        known = np.isfinite(lon)
        frame = "galactic" if HEADERS[name]["CTYPE1"].startswith("GLON") else "icrs"
        return SkyCoord(lon[known], lat[known], unit="deg", frame=frame).icrs


@pytest.fixture(scope="session")
def truth() -> Truth:
    """What is known of the images from elsewhere."""
    return Truth()


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the images: channel 1 holds FITS columns, channel 2 FITS rows, both from 0."""
    root = tmp_path_factory.mktemp("data")
    for name, cards in HEADERS.items():
        row, column = np.mgrid[0 : cards["NAXIS2"], 0 : cards["NAXIS1"]]
        header = fits.Header({key: value for key, value in cards.items() if "NAXIS" not in key})
        # Axes that lie along no CD matrix would be refused beside one.
        step = "CD3_3" if "CD1_1" in header else "CDELT3"
        header.update({"CTYPE3": "FREQ", "CUNIT3": "GHz", "CRVAL3": 1.4, "CRPIX3": 1.0, step: 0.1})
        header.update({"BUNIT": "Jy", "DATE-OBS": "2004-03-01T12:00:00"})
        fits.writeto(root / name, np.stack([column, row]).astype(np.float32), header)
    fits.writeto(root / "lost.fits", np.ones((20, 30), np.float32))
    (root / "sub").mkdir()
    (root / "sub" / "tan.fits").write_bytes((root / "tan.fits").read_bytes())
    return root


@pytest.fixture(scope="session")
def client(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Client of an application that serves them."""
    settings = Settings(
        data=DataSettings(root=root),
        cache=CacheSettings(directory=tmp_path_factory.mktemp("cache")),
    )
    with TestClient(create_app(settings)) as client:
        yield client
