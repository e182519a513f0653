"""Directions on a mesh: those of astropy, and the border of an Aitoff map as a closed form."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import Settings
from celestile.settings.sections import CacheSettings, DataSettings

WIDTH, HEIGHT = 400, 200
# Calabretta & Greisen 2002 (A&A 395, 1077), section 5.3.4: the map is an ellipse with these axes.
AXES = np.degrees([2 * np.sqrt(2), np.sqrt(2)])


def header() -> fits.Header:
    cards = fits.Header([("CTYPE1", "GLON-AIT"), ("CTYPE2", "GLAT-AIT")])
    cards.update(CRVAL1=30.0, CRVAL2=0.0, CRPIX1=200.5, CRPIX2=100.5, CDELT1=-1.0, CDELT2=1.0)
    return cards


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory):
    root: Path = tmp_path_factory.mktemp("data")
    values = np.ones((HEIGHT, WIDTH), np.float32)
    fits.writeto(root / "map.fits", values, header())
    fits.writeto(root / "plain.fits", values)
    settings = Settings(
        data=DataSettings(root=root),
        cache=CacheSettings(directory=tmp_path_factory.mktemp("cache")),
    )
    with TestClient(create_app(settings)) as client:
        yield client


BOX = {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT, "nx": 41, "ny": 21}


def test_nodes_have_the_directions_of_astropy(client):
    found = client.get("/api/images/map.fits/mesh", params=BOX).json()
    vectors = np.array(found["vectors"], float).reshape(found["ny"], found["nx"], 3)
    x = found["x0"] + found["dx"] * np.arange(found["nx"])
    y = found["y0"] + found["dy"] * np.arange(found["ny"])
    # Row 0 is at the top, and 0 is the edge of the first pixel: FITS counts from its center, up.
    lon, lat = np.radians(WCS(header()).wcs_pix2world(*np.meshgrid(x + 0.5, HEIGHT + 0.5 - y), 1))
    expected = np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)), -1)
    np.testing.assert_allclose(vectors, expected, atol=2e-7)
    assert 0.2 < np.isnan(vectors[..., 0]).mean() < 0.6


def test_the_sky_ends_on_the_ellipse_of_the_projection(client):
    found = client.get("/api/images/map.fits/mesh", params=BOX).json()
    assert len(found["borders"]) > 80
    for border in found["borders"]:
        along = border["fraction"]
        x = found["x0"] + found["dx"] * (border["column"] + (0 if border["down"] else along))
        y = found["y0"] + found["dy"] * (border["row"] + (along if border["down"] else 0))
        radius = np.hypot((x - WIDTH / 2) / AXES[0], (y - HEIGHT / 2) / AXES[1])
        assert radius == pytest.approx(1, abs=1e-4)
        assert np.linalg.norm(border["vector"]) == pytest.approx(1, abs=1e-6)


def test_an_image_that_is_all_on_the_sky_has_no_border(client):
    inner = BOX | {"x": 150, "y": 80, "width": 100, "height": 40}
    found = client.get("/api/images/map.fits/mesh", params=inner).json()
    assert found["borders"] == []
    assert None not in found["vectors"]


@pytest.mark.parametrize(
    ("change", "facts"),
    [
        ({"nx": 257}, ("nx", "256")),
        ({"ny": 1}, ("ny", "2")),
        ({"width": 0}, ("width", "more than 0")),
        ({"height": "nan"}, ("height", "nan")),
        ({"x": None}, ("'x'", "missing")),
    ],
)
def test_bad_parameters_are_named(client, change, facts):
    params = {key: value for key, value in (BOX | change).items() if value is not None}
    answer = client.get("/api/images/map.fits/mesh", params=params)
    assert answer.status_code == 400
    for fact in facts:
        assert fact in answer.json()["error"]


def test_without_sky_coordinates_there_is_no_mesh(client):
    answer = client.get("/api/images/plain.fits/mesh", params=BOX)
    assert answer.status_code == 400
    assert "sky coordinates" in answer.json()["error"]
