"""File names with characters that addresses reserve, in the addresses of every protocol."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import numpy as np
import pytest
from astropy.io import fits
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, Settings

NAMES = [
    "a;x=1.fits", "a;stretch=log.fits", "s;t.fits", "b%3By=2.fits", "d#e.fits",
    "e?f.fits", "g'h.fits", "i j.fits", "k+l.fits", "m&n.fits", "100%.fits", "p%20q.fits",
    "é;hdu=0;x=é.fits", "sub/a;x=1.img", "c%253Bz=1.fits", "c;z=1.fits",
    "r%253Bs.fits", "sub%253B/t%3Bcmap=gray.fits",
]  # fmt: skip
HOST = "http://testserver"
WMTS = {"w": "http://www.opengis.net/wmts/1.0", "o": "http://www.opengis.net/ows/1.1"}
# Supergalactic, so that all protocols of the sky need a transformation, too.
SKY = {
    "CTYPE1": "SLON-TAN", "CTYPE2": "SLAT-TAN", "CRPIX1": 30.5, "CRPIX2": 25.5,
    "CRVAL1": 104.0, "CRVAL2": 22.0, "CDELT1": -0.01, "CDELT2": 0.01,
}  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("images")
    for number, name in enumerate(NAMES):
        path = root / name
        path.parent.mkdir(exist_ok=True)
        values = np.full((50, 60), number, np.float32)
        fits.HDUList([fits.PrimaryHDU(values, fits.Header(SKY))]).writeto(path)
    settings = Settings(
        data=DataSettings(root=root, download=True),
        cache=CacheSettings(directory=tmp_path_factory.mktemp("cache")),
    )
    with TestClient(create_app(settings)) as client:
        yield client


def fetch(client: TestClient, address: str) -> httpx.Response:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code, answer.text[:300])
    return answer


@pytest.mark.parametrize("name", NAMES)
def test_the_name_as_one_segment(name: str, client: TestClient) -> None:
    """As clients write it that know nothing of views: percent-encoded once."""
    segment = quote(name, safe="")
    for path in ("", "/header", "/header?hdu=0", "/fits"):
        fetch(client, f"/api/images/{segment}{path}")
    value = fetch(client, f"/api/images/{segment}/value?x=3&y=4").json()
    assert value["values"][0]["value"] == NAMES.index(name)
    # A view may follow.
    viewed = fetch(client, f"/api/images/{segment};cmap=viridis").json()
    assert viewed["id"] == fetch(client, f"/api/images/{segment}").json()["id"]
    fetch(client, f"/iiif/3/{segment}/full/30,/0/default.png")


@pytest.mark.parametrize("name", NAMES)
def test_the_addresses_that_documents_contain(name: str, client: TestClient) -> None:
    segment = quote(name, safe="")
    metadata = fetch(client, f"/api/images/{segment}").json()
    info = fetch(client, metadata["iiif"] + "/info.json").json()
    picture = fetch(client, info["id"] + "/full/30,/0/default.png")
    assert picture.headers["content-type"] == "image/png"
    manifest = fetch(client, f"/iiif/presentation/3/{segment}/manifest")
    pictures = re.findall(rf'"({HOST}/iiif/3/[^"]*?/full/[^"]*)"', manifest.text)
    assert pictures
    fetch(client, pictures[0])
    fetch(client, f"/hips/{segment}/properties")
    fetch(client, f"/hips/{segment}/Norder3/Allsky.png")


@pytest.mark.parametrize("name", NAMES)
def test_wmts_layers(name: str, client: TestClient) -> None:
    metadata = fetch(client, f"/api/images/{quote(name, safe='')}").json()
    for address in (metadata["wmts"], f"/wmts?layer={quote(name, safe='')}"):
        link = address if "request=" in address else (
            f"{address}&service=WMTS&request=GetCapabilities"
        )  # fmt: skip
        root = ET.fromstring(fetch(client, link).content)  # noqa: S314 (our own)
        layers = root.findall(".//w:Layer", WMTS)
        assert len(layers) == 1
        layer = layers[0].findtext("o:Identifier", "", WMTS)
        matrix_set = layers[0].findtext(".//w:TileMatrixSet", "", WMTS)
        place = "&tilematrix=0&tilerow=0&tilecol=0"
        kind = "service=WMTS&request=GetTile&version=1.0.0&style=default&format=image/png"
        named = f"tilematrixset={matrix_set}&layer={quote(layer, safe='')}"
        fetch(client, f"/wmts?{kind}{place}&{named}")
        resource = layers[0].find("w:ResourceURL", WMTS)
        assert resource is not None
        template = resource.get("template", "")
        template = template.replace("{TileMatrixSet}", matrix_set).replace("{Style}", "default")
        fetch(client, re.sub(r"\{Tile\w+\}", "0", template))


@pytest.mark.parametrize("name", NAMES)
def test_ogc_collections(name: str, client: TestClient) -> None:
    document = fetch(client, f"/ogc/collections/{quote(name, safe='')}").json()
    links = [link["href"] for link in document["links"] if "{" not in link["href"]]
    assert links
    for link in links:
        fetch(client, link)


@pytest.mark.parametrize("mistake", ["strech=asinh", "stretch=asin", "x=1"])
def test_mistakes_in_views_are_still_named(mistake: str, client: TestClient) -> None:
    answer = client.get(f"/api/images/d%23e.fits;{mistake};cmap=gray")
    assert answer.status_code == 400
    assert mistake.split("=", maxsplit=1)[0] in answer.text
