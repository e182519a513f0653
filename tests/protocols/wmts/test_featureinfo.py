"""GetFeatureInfo: values, places and formats."""

import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from celestile.pixels.sky.sky import World
from celestile.protocols.wmts.featureinfo import Feature, FeatureValue, write

READING = FeatureValue(channel=2, frame=1, name="<g>", value=1.5, raw=3, unit="e/s & more")
FEATURE = Feature(
    layer="<script>\x01.fits",
    x=3,
    y=4,
    values=(READING,),
    world=World(lon=10.5, lat=-3.25, frame="icrs"),
)


def test_pixel_at_full_resolution(client: Any, info: dict[str, str]) -> None:
    asked = info | {"TileRow": "1", "TileCol": "2", "I": "10", "J": "20"}
    response = client.get("/wmts", params=asked)
    assert response.headers["content-type"] == "application/json"
    x, y = 2 * 256 + 10, 256 + 20
    assert response.json() == {
        "layer": "plain.fits",
        "x": x,
        "y": y,
        "values": [
            {
                "channel": 1,
                "frame": 1,
                "name": "1",
                "value": 100.5 * x + y,
                "raw": 100.5 * x + y,
                "unit": "adu",
                "stokes": None,
            }
        ],
        # The fake sky has a degree to the pixel: this is the pixel's center.
        "world": {"lon": x + 0.5, "lat": -(y + 0.5), "frame": "icrs", "equinox": None},
    }


def test_coarse_pixel_is_asked_at_its_center(client: Any, info: dict[str, str]) -> None:
    found = client.get("/wmts", params=info | {"TileMatrix": "0"}).json()
    assert (found["x"], found["y"]) == (3 * 4 + 2, 4 * 4 + 2)


def test_beyond_the_edge(client: Any, info: dict[str, str]) -> None:
    asked = info | {"TileCol": "3", "I": "255"}
    found = client.get("/wmts", params=asked)
    assert found.status_code == 200
    assert found.json() == {
        "layer": "plain.fits", "x": None, "y": None, "values": [], "world": None
    }  # fmt: skip
    for media in ("text/plain", "text/html"):
        assert "outside" in client.get("/wmts", params=asked | {"InfoFormat": media}).text
    assert client.get("/wmts", params=asked | {"InfoFormat": "text/xml"}).status_code == 200


def test_missing_value_and_no_sky(client: Any, info: dict[str, str]) -> None:
    asked = info | {"I": "0", "J": "0"}
    found = client.get("/wmts", params=asked).json()
    assert found["values"][0]["value"] is None
    assert found["world"] is None
    assert "missing" in client.get("/wmts", params=asked | {"InfoFormat": "text/plain"}).text


def test_follows_the_view(client: Any, info: dict[str, str]) -> None:
    movie = {"layer": "cube/movie.fits", "TileMatrixSet": "pixels-300x300", "CHANNEL": "r"}
    found = client.get("/wmts", params=info | movie | {"TileMatrix": "1"}).json()
    assert found["values"][0]["name"] == "r"


@pytest.mark.parametrize(
    ("extension", "media"),
    [
        ("json", "application/json"),
        ("txt", "text/plain"),
        ("html", "text/html"),
        ("xml", "text/xml"),
    ],
)
def test_by_path(client: Any, info: dict[str, str], extension: str, media: str) -> None:
    # The row within the tile comes before the column (OGC 07-057r7, section 10.4).
    address = f"/wmts/1.0.0/plain.fits/default/pixels-1000x700/2/0/0/4/3.{extension}"
    by_path = client.get(address)
    assert by_path.status_code == 200
    assert by_path.headers["content-type"].partition(";")[0] == media
    assert by_path.content == client.get("/wmts", params=info | {"InfoFormat": media}).content


def test_text() -> None:
    assert write(FEATURE, "text/plain").decode() == (
        "Layer: <script>\x01.fits\n"
        "Pixel: 3, 4\n"
        "Channel <g>, frame 1: 1.5 e/s & more\n"
        "Sky (ICRS): 10.50000000, -3.25000000 degrees\n"
    )


def test_html_is_escaped() -> None:
    page = write(FEATURE, "text/html").decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "<td>1.5 e/s &amp; more</td>" in page


def test_xml() -> None:
    root = ET.fromstring(write(FEATURE, "text/xml"))  # noqa: S314 (our own)
    space = "{http://www.opengis.net/wmts/1.0}"
    assert root.tag == f"{space}FeatureInfoResponse"
    (pixel,) = root[0]
    assert pixel.attrib == {"layer": "<script>\ufffd.fits"}
    assert [(child.tag, child.text) for child in pixel] == [
        (f"{space}X", "3"),
        (f"{space}Y", "4"),
        (f"{space}Value", "1.5"),
        (f"{space}World", None),
    ]
    assert pixel[2].attrib == {"name": "<g>", "channel": "2", "frame": "1", "unit": "e/s & more"}
    assert pixel[3].attrib == {"lon": "10.5", "lat": "-3.25", "frame": "icrs"}


@pytest.mark.parametrize("media", ["application/json", "text/plain", "text/html", "text/xml"])
def test_file_names_that_are_no_text(media: str) -> None:
    assert write(Feature(layer="\udcff.fits", x=None, y=None), media)


@pytest.mark.parametrize(
    ("frame", "equinox", "title"),
    [
        ("fk5", 2015.5, "FK5 J2015.5"),
        ("fk5", 2000.0, "FK5 J2000"),
        ("fk4", 1950.0, "FK4 B1950"),
        ("fk4-no-e", 1975.0, "FK4 without E-terms B1975"),
        ("ecliptic", 2000.0, "ecliptic J2000"),
        ("galactic", None, "galactic"),
    ],
)
def test_the_equinox_of_the_frame_is_named(frame: str, equinox: float | None, title: str) -> None:
    feature = replace(FEATURE, world=World(lon=1.0, lat=2.0, frame=frame, equinox=equinox))
    assert f"Sky ({title}): 1.0" in write(feature, "text/plain").decode()
    assert f"Sky ({title})" in write(feature, "text/html").decode()
    world = json.loads(write(feature, "application/json"))["world"]
    assert (world["frame"], world["equinox"]) == (frame, equinox)
    attributes = ET.fromstring(write(feature, "text/xml"))[0][0][-1].attrib  # noqa: S314 (our own)
    assert attributes.get("equinox") == (None if equinox is None else str(equinox))
