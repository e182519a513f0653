"""What is remembered of an address never outlives the file, nor passes for another request's."""

import io
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.protocols.iiif.pictures import Pictures
from celestile.settings import Settings
from celestile.settings.sections import CacheSettings, DataSettings

VIEW = "limits=0,255;stretch=linear;gamma=1"
ADDRESSES = {
    "IIIF 3": f"/iiif/3/flat.fits;{VIEW}/0,0,64,64/64,64/0/default.png",
    "IIIF 2": f"/iiif/2/flat.fits;{VIEW}/0,0,64,64/64,64/0/default.png",
    "WMTS": f"/wmts/1.0.0/flat.fits;{VIEW}/default/{{wmts}}/0/0/0.png",
    "WMTS by keys": (
        f"/wmts?service=WMTS&version=1.0.0&request=GetTile&layer=flat.fits;{VIEW}&style=default"
        "&format=image/png&tilematrixset={wmts}&tilematrix=0&tilerow=0&tilecol=0"
    ),
    "OGC API": f"/ogc/collections/flat.fits;{VIEW}/map/tiles/{{ogc}}/0/0/0?f=png",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    root.mkdir()
    fits.writeto(root / "flat.fits", np.full((64, 64), 100, np.float32))
    return root


@pytest.fixture
def client(root, tmp_path):
    settings = Settings(
        data=DataSettings(root=root), cache=CacheSettings(directory=tmp_path / "cache")
    )
    with TestClient(create_app(settings)) as client:
        yield client


def _address(client: TestClient, name: str) -> str:
    found = client.get("/ogc/collections/flat.fits/map/tiles?f=json").json()["tilesets"][0]
    href = next(link["href"] for link in found["links"] if "/map/tiles/" in link["href"])
    ogc = href.partition("/map/tiles/")[2].partition("?")[0]
    capabilities = client.get("/wmts/1.0.0/WMTSCapabilities.xml").text
    wmts = capabilities.partition("<TileMatrixSet>")[2].partition("<")[0]
    return ADDRESSES[name].format(wmts=wmts, ogc=ogc)


def _gray(body: bytes) -> int:
    return int(np.asarray(Image.open(io.BytesIO(body)).convert("L"))[5, 5])


@pytest.mark.parametrize("name", ADDRESSES)
def test_second_answer_is_the_first(client, name):
    address = _address(client, name)
    first, second = client.get(address), client.get(address)
    assert first.status_code == 200
    assert second.content == first.content
    assert second.headers == first.headers
    head = client.head(address)
    assert (head.content, head.headers) == (b"", first.headers)
    tag = first.headers["etag"]
    for sent in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        unchanged = client.get(address, headers={"If-None-Match": sent})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        for header in ("etag", "cache-control", "vary"):
            assert unchanged.headers.get(header) == first.headers.get(header)
    assert client.get(address, headers={"If-None-Match": '"x"'}).content == first.content


@pytest.mark.parametrize("name", ADDRESSES)
def test_known_address_is_not_resolved_again(client, monkeypatch, name):
    """A plan spares the work between an address and what it stands for."""
    service, work = client.app.state.service, []

    async def subject(identifier, view, resolve=service.subject):
        work.append(identifier)
        return await resolve(identifier, view)

    async def plan(*arguments, make=Pictures.plan):
        work.append(arguments)
        return await make(*arguments)

    address, other = _address(client, name), _address(client, name).replace("gamma=1", "gamma=2")
    monkeypatch.setattr(service, "subject", subject)
    monkeypatch.setattr(Pictures, "plan", plan)
    for asked, is_new in ((address, True), (address, False), (other, True), (address, False)):
        work.clear()
        assert client.get(asked).status_code == 200
        assert bool(work) == is_new


@pytest.mark.parametrize("name", ADDRESSES)
def test_replaced_file_is_seen_at_once(client, root, name):
    address = _address(client, name)
    before = client.get(address)
    assert _gray(before.content) == 100
    fits.writeto(root / "new.fits", np.full((64, 64), 200, np.float32))
    (root / "new.fits").replace(root / "flat.fits")
    after = client.get(address, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert _gray(after.content) == 200
    assert after.headers["etag"] != before.headers["etag"]


@pytest.mark.parametrize("name", ADDRESSES)
def test_removed_file_is_gone(client, root, name):
    address = _address(client, name)
    assert client.get(address).status_code == 200
    (root / "flat.fits").unlink()
    assert client.get(address).status_code in {400, 404}


def test_address_that_is_refused_to_one_is_not_sent_to_him(client):
    address = _address(client, "WMTS")
    assert client.get(address).status_code == 200
    assert client.get(address, headers={"Accept": "text/html"}).status_code == 406
    assert client.get(address, headers={"Accept": "image/*"}).status_code == 200


def test_one_address_in_two_encodings(client):
    address = _address(client, "OGC API").removesuffix("?f=png")
    for _ in range(2):
        for media in ("image/png", "image/jpeg"):
            answer = client.get(address, headers={"Accept": media})
            assert answer.headers["content-type"] == media
            assert answer.headers["vary"] == "Accept"
            tag = {"Accept": media, "If-None-Match": answer.headers["etag"]}
            assert client.get(address, headers=tag).headers["vary"] == "Accept"


def test_canonical_link_names_the_host_that_was_asked(client):
    address = ADDRESSES["IIIF 3"]
    for host in ("one.example", "two.example", "one.example"):
        link = client.get(address, headers={"Host": host}).headers["link"]
        assert f"http://{host}/iiif/3/" in link
