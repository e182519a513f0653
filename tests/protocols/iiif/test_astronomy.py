"""The astronomers' service of info.json: its numbers by astropy, its words in the documentation."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from astropy.wcs.utils import proj_plane_pixel_area
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.protocols.iiif.astronomy import LIMITS, SERVICE, SKY, TABLES, VERSION
from celestile.settings import CacheSettings, DataSettings, Settings

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "astro-image-service.md"
WIDTH, HEIGHT = 90, 60


def header() -> fits.Header:
    cards = fits.Header([("CTYPE1", "RA---TAN"), ("CTYPE2", "DEC--TAN"), ("RADESYS", "ICRS")])
    cards.update(CRVAL1=150.0, CRVAL2=2.2, CRPIX1=30.0, CRPIX2=20.0, BUNIT="mJy/beam")
    angle = np.radians(20.0)
    cards.update(CD1_1=-3e-4 * np.cos(angle), CD1_2=3e-4 * np.sin(angle))
    cards.update(CD2_1=3e-4 * np.sin(angle), CD2_2=3e-4 * np.cos(angle))
    return cards


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("images")
    plane = np.add.outer(np.arange(HEIGHT), np.arange(WIDTH)).astype(np.float32)
    fits.PrimaryHDU(plane, header()).writeto(root / "sky.fits")
    colors = fits.Header([("CTYPE3", "RGB")])
    fits.PrimaryHDU(np.stack([plane, 2 * plane, -plane]), colors).writeto(root / "plain.fits")
    settings = Settings(
        data=DataSettings(root=root),
        cache=CacheSettings(directory=tmp_path_factory.mktemp("cache")),
    )
    with TestClient(create_app(settings)) as client:
        yield client


def service(client: TestClient, name: str, version: int = 3) -> dict[str, Any]:
    found = client.get(f"/iiif/{version}/{name}/info.json").json()["service"]
    chosen: dict[str, Any] = found if version == 2 else found[0]
    return chosen


def test_numbers_of_the_sky_are_those_of_astropy(client: TestClient) -> None:
    sky = service(client, "sky.fits")["sky"]
    wcs = WCS(header())
    # The middle of the image, where the center of the first FITS pixel is 1, 1.
    center = wcs.all_pix2world([[WIDTH / 2 + 0.5, HEIGHT / 2 + 0.5]], 1)[0]
    np.testing.assert_allclose(sky["center"], center, atol=1e-9)
    scale = 3600 * np.sqrt(proj_plane_pixel_area(wcs))
    np.testing.assert_allclose(sky["pixelScale"], scale, rtol=1e-5)
    x, y = wcs.all_world2pix([center, np.add(center, [0.0, 1e-4])], 1).T
    # Up in the file is up in the picture: counterclockwise from there is to the left.
    north = np.degrees(np.arctan2(-(x[1] - x[0]), y[1] - y[0]))
    np.testing.assert_allclose(sky["north"], north, atol=1e-2)
    assert (sky["coordinateFrame"], sky["projection"], sky["parity"]) == ("icrs", "TAN", 1)
    assert "equinox" not in sky


def test_what_is_shown_is_told_in_the_unit_of_the_image(client: TestClient) -> None:
    found = service(client, "sky.fits;limits=3,50.5;stretch=log:20")
    assert found["unit"] == "mJy/beam"
    assert found["limits"] == [{"channelShown": [1, 1], "vmin": 3.0, "vmax": 50.5}]
    assert found["stretch"] == "log:20"
    assert found["version"] == VERSION
    mixed = service(client, "plain.fits;mix=1:ff0000,3:0000ff;limits=1:0,9~3:-9,0")
    assert mixed["limits"] == [
        {"channelShown": [1, 1], "vmin": 0.0, "vmax": 9.0},
        {"channelShown": [3, 3], "vmin": -9.0, "vmax": 0.0},
    ]
    assert (mixed["channelCount"], mixed["frameCount"], mixed["frameShown"]) == (3, 1, [1, 1])
    assert "sky" not in mixed
    assert "unit" not in mixed


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("name", ["sky.fits", "plain.fits"])
def test_every_property_is_one_of_the_profile(client: TestClient, name: str, version: int) -> None:
    found = service(client, name, version)
    own = found.keys() - {"@context", "@id", "@type", "id", "type", "profile"}
    parts = [(own, SERVICE), (found.get("sky", {}).keys(), SKY)]
    parts += [(limits.keys(), LIMITS) for limits in found["limits"]]
    for there, table in parts:
        assert there <= table.keys()
        if there:
            assert {key for key, each in table.items() if each.always} <= there


def test_every_property_is_a_term_of_the_context(client: TestClient) -> None:
    address = service(client, "sky.fits")["@context"].removeprefix("http://testserver")
    answer = client.get(address)
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    terms = answer.json()["@context"]
    names = [name for table in TABLES.values() for name in table]
    assert len(set(names)) == len(names)  # one meaning each
    page = client.get(service(client, "sky.fits")["profile"].removeprefix("http://testserver"))
    assert page.status_code == 200
    for name in names:
        address, anchor = terms[name]["@id"].split("#")
        assert address == "http://testserver/iiif/astro/1"
        assert f'id="{anchor}"' in page.text


def test_the_service_leads_to_the_image(client: TestClient) -> None:
    address = service(client, "sky.fits;cmap=hot")["id"].removeprefix("http://testserver")
    found = client.get(address).json()
    assert (found["id"], found["view"], found["unit"]) == ("sky.fits", "cmap=hot", "mJy/beam")


@pytest.mark.parametrize("name", TABLES)
def test_the_documentation_has_every_property(name: str) -> None:
    text = PAGE.read_text("utf-8")
    rows = [
        f"| `{key}` | {found.kind} | {found.unit} | {found.meaning} | {found.source} |"
        for key, found in TABLES[name].items()
    ]
    assert "\n".join(rows) in text
    assert f"AstroImageService {VERSION}" in text
