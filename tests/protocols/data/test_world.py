"""Places on the sky, and what is said where there are none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, Settings

WIDTH, HEIGHT = 120, 60


def header() -> fits.Header:
    """Header of a map of all the sky, an ellipse with nothing in its corners."""
    cards = fits.Header([("CTYPE1", "GLON-AIT"), ("CTYPE2", "GLAT-AIT")])
    cards.update(CRPIX1=60.5, CRPIX2=30.5, CRVAL1=0.0, CRVAL2=0.0, CDELT1=-2.8, CDELT2=2.8)
    return cards


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("images")
    values = np.arange(WIDTH * HEIGHT, dtype=np.float32).reshape(HEIGHT, WIDTH)
    fits.writeto(root / "sky.fits", values, header())
    fits.writeto(root / "plain.fits", values)
    settings = Settings(
        data=DataSettings(root=root),
        cache=CacheSettings(directory=tmp_path_factory.mktemp("cache")),
    )
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.mark.parametrize(
    "point", [(60.0, 30.0), (20.25, 41.5), (0.5, 0.5), (119.0, 59.0), (60.0, 59.5)]
)
def test_places_are_astropys_and_null_where_it_has_none(
    client: TestClient, point: tuple[float, float]
) -> None:
    x, y = point
    answer = client.get("/api/images/sky.fits/world", params={"x": x, "y": y})
    assert answer.status_code == 200
    found = answer.json()
    # Its pixel 1, 1 has its center half a pixel from the lower left corner.
    lon, lat = WCS(header()).all_pix2world([[x + 0.5, HEIGHT - y + 0.5]], 1)[0]
    assert found["frame"] == "galactic"
    if np.isnan(lon):
        assert (found["lon"], found["lat"]) == (None, None)
        assert "outside the projection" in found["reason"]
    else:
        assert found["lon"] == pytest.approx(lon % 360, abs=1e-9)
        assert found["lat"] == pytest.approx(lat, abs=1e-9)
        assert found["reason"] is None


def test_corners_of_a_map_of_all_the_sky_are_nowhere(client: TestClient) -> None:
    found = client.get("/api/images/sky.fits/world?x=0.5&y=0.5").json()
    assert found["lon"] is None
    assert client.get("/api/images/sky.fits/value?x=0&y=0").json()["world"] is None


def test_an_image_without_a_sky_says_why(client: TestClient) -> None:
    answer = client.get("/api/images/plain.fits/world?x=1&y=1")
    assert answer.status_code == 200
    assert answer.json() == {
        "lon": None,
        "lat": None,
        "frame": "unknown",
        "equinox": None,
        "reason": "the header has no sky coordinates",
    }


@pytest.mark.parametrize("query", ["x=1", "x=a&y=1", "x=nan&y=1", "y=1"])
def test_what_is_no_point_is_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"/api/images/sky.fits/world?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] in {"x", "y"}


@pytest.mark.parametrize(
    ("cards", "frame", "equinox", "title"),
    [
        ({"RADESYS": "FK5", "EQUINOX": 2015.5}, "fk5", 2015.5, "FK5 J2015.5"),
        ({"EQUINOX": 1950.0}, "fk4", 1950.0, "FK4 B1950"),
        ({"RADESYS": "FK5"}, "fk5", 2000.0, "FK5 J2000"),
        ({"RADESYS": "ICRS"}, "icrs", None, "ICRS"),
    ],
)
def test_the_equinox_is_named_beside_the_frame(
    cards: Any, frame: str, equinox: float | None, title: str, tmp_path: Path
) -> None:
    sky = {
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 5.5, "CRPIX2": 5.5,
        "CRVAL1": 45.0, "CRVAL2": 0.1, "CDELT1": -0.01, "CDELT2": 0.01, **cards,
    }  # fmt: skip
    root = tmp_path / "root"
    root.mkdir()
    fits.writeto(root / "a.fits", np.ones((10, 10), np.float32), fits.Header(sky))
    settings = Settings(data=DataSettings(root=root), cache=CacheSettings(directory=tmp_path / "c"))
    with TestClient(create_app(settings)) as client:
        described = client.get("/api/images/a.fits").json()["sky"]
        world = client.get("/api/images/a.fits/world?x=5&y=5").json()
        pixel = client.get("/api/images/a.fits/value?x=5&y=5").json()["world"]
    for found in (described, world, pixel):
        assert (found["frame"], found["equinox"]) == (frame, equinox)
    assert described["frameTitle"] == title
