"""Mosaics of color cameras as they are served: in colors at every size, or as they are."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, NamedViewSettings, Settings

ROWS, COLUMNS = 601, 900
LEVEL = {"R": 400, "G": 200, "B": 100}
"""A scene of one color: every pixel of a filter has the same number."""


def _mosaic(pattern: str) -> Any:
    y, x = np.mgrid[:ROWS, :COLUMNS]
    levels = np.array([LEVEL[color] for color in pattern]).reshape(2, 2)
    return levels[y % 2, x % 2].astype(np.uint16)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    root = tmp_path / "root"
    root.mkdir()
    sky = {
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 83.0, "CRVAL2": 5.0,
        "CRPIX1": 450.0, "CRPIX2": 300.0, "CDELT1": -0.001, "CDELT2": 0.001,
    }  # fmt: skip
    for name, cards in {
        "rggb.fits": {"BAYERPAT": "RGGB", **sky},
        "plain.fits": {},
        "wrong.fits": {"BAYERPAT": "BGGR", "ROWORDER": "TOP-DOWN"},
    }.items():
        fits.PrimaryHDU(_mosaic("RGGB"), fits.Header(cards)).writeto(root / name)
    fits.PrimaryHDU(np.zeros((3, 20, 20), np.uint8)).writeto(root / "cube.fits")
    settings = Settings(
        data=DataSettings(root=root),
        cache=CacheSettings(directory=tmp_path / "cache"),
        views=(NamedViewSettings(name="raw", title="Raw", view="cfa=none", where="test"),),
    )
    with TestClient(create_app(settings)) as client:
        yield client


def _picture(client: TestClient, name: str, size: str, query: str = "") -> Any:
    address = f"/iiif/3/{name}/full/{size}/0/default.png?limits=0,400&stretch=linear&{query}"
    response = client.get(address)
    assert response.status_code == 200, response.text
    return np.asarray(Image.open(io.BytesIO(response.content)))


def _document(client: TestClient, name: str, query: str = "") -> dict[str, Any]:
    response = client.get(f"/api/images/{name}?{query}")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


@pytest.mark.parametrize("size", ["max", "450,", "225,", "113,", "100,", "37,"])
@pytest.mark.parametrize(
    ("name", "query"),
    [("rggb.fits", ""), ("plain.fits", "cfa=RGGB"), ("wrong.fits", "cfa=rggb")],
)
def test_a_scene_of_one_color_has_it_at_every_size(
    name: str, query: str, size: str, client: TestClient
) -> None:
    picture = _picture(client, name, size, query)
    # 200 and 100 of 400 are half and a quarter of 255.
    assert np.unique(picture.reshape(-1, 3), axis=0).tolist() == [[255, 128, 64]]


def test_the_mosaic_can_be_seen_as_it_is(client: TestClient) -> None:
    for query in ("cfa=none", "view=raw"):
        picture = _picture(client, "rggb.fits", "max", query)
        expected = np.rint(_mosaic("RGGB")[::-1] / 400 * 255)
        assert picture.ndim == 2
        assert np.abs(picture.astype(int) - expected).max() <= 1
    plain = client.get("/iiif/3/rggb.fits;cfa=none/full/300,/0/default.png")
    assert Image.open(io.BytesIO(plain.content)).mode == "L"


@pytest.mark.parametrize(
    ("name", "query", "view", "cfa", "channels"),
    [
        ("rggb.fits", "", "", "rggb", 3),
        ("rggb.fits", "cfa=RGGB", "", "rggb", 3),
        ("rggb.fits", "cfa=none", "cfa=none", "none", 1),
        ("rggb.fits", "cfa=grbg", "cfa=grbg", "grbg", 3),
        ("plain.fits", "", "", "none", 1),
        ("plain.fits", "cfa=none", "", "none", 1),
        ("plain.fits", "channel=G&cfa=grbg", "channel=2;cfa=grbg", "grbg", 3),
        ("cube.fits", "cfa=rggb", "", None, 3),
    ],
)
def test_documents_have_the_pattern(
    name: str, query: str, view: str, cfa: str | None, channels: int, client: TestClient
) -> None:
    found = _document(client, name, query)
    assert (found["view"], found["cfa"], len(found["channels"])) == (view, cfa, channels)


def test_another_pattern_is_another_picture(client: TestClient) -> None:
    tags = {
        client.get(f"/iiif/3/rggb.fits/full/90,/0/default.png?{query}").headers["etag"]
        for query in ("", "cfa=none", "cfa=grbg", "channel=1", "cfa=grbg&channel=1")
    }
    assert len(tags) == 5


def test_values_name_the_measured_color(client: TestClient) -> None:
    y = ROWS - 1 - 4
    found = client.get(f"/api/images/rggb.fits/value?x=6&y={y}").json()["values"]
    values = {value["name"]: (value["value"], value["raw"]) for value in found}
    # BZERO is 32768.
    assert values == {"R": (400.0, 400 - 32768), "G": (200.0, None), "B": (100.0, None)}
    (raw,) = client.get(f"/api/images/rggb.fits/value?x=6&y={y}&cfa=none").json()["values"]
    assert raw["value"] == 400.0


@pytest.mark.parametrize(
    "address",
    [
        "/iiif/3/rggb.fits/info.json",
        "/iiif/3/rggb.fits;cfa=none/info.json",
        "/iiif/presentation/3/rggb.fits/manifest",
        "/iiif/presentation/3/rggb.fits;cfa=none/manifest",
        "/wmts?service=WMTS&request=GetCapabilities&layer=rggb.fits;cfa=none",
        "/wmts/1.0.0/rggb.fits/default/legend.png",
        "/hips/rggb.fits/properties",
        "/hips/rggb.fits;cfa=none/Norder3/Allsky.jpg",
        "/api/images/rggb.fits/statistics",
        "/api/images/rggb.fits/region?x=3&y=4&width=20&height=10",
        "/api/images/rggb.fits/profile?x1=3&y1=4&x2=20&y2=10",
    ],
)
def test_every_service_has_the_colors(address: str, client: TestClient) -> None:
    response = client.get(address)
    assert response.status_code == 200, response.text
