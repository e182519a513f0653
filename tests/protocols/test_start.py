"""A spectrum begins on the same plane everywhere: thumbnails, manifests, WMTS, the viewer."""

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, DefaultSettings, Settings

LINE = 12
TILE = (
    "/wmts?SERVICE=WMTS&VERSION=1.0.0&REQUEST=GetTile&LAYER=line.fits&STYLE=default"
    "&FORMAT=image/png"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    values = np.random.default_rng(1).normal(size=(20, 50, 60)).astype(np.float32)
    values[LINE - 1, 20:35, 20:40] += 9
    header = fits.Header({"CTYPE3": "FREQ", "CRVAL3": 1.4e9, "CRPIX3": 1.0, "CDELT3": 1e6})
    (tmp_path / "root").mkdir()
    fits.writeto(tmp_path / "root" / "line.fits", values, header)
    return Settings(
        data=DataSettings(root=tmp_path / "root"), cache=CacheSettings(directory=tmp_path / "cache")
    )


FAINT = 40  # channels


@pytest.fixture
def faint(settings: Settings, tmp_path: Path) -> Iterator[TestClient]:
    """A source of 0.3 standard deviations in each channel, of 1.9 in their mean."""
    values = np.random.default_rng(2).normal(size=(FAINT, 50, 60)).astype(np.float32)
    values[:, 15:35, 20:40] += 0.3
    header = fits.Header({"CTYPE3": "WAVE", "CUNIT3": "Angstrom", "CRVAL3": 5e3, "CRPIX3": 1.0})
    fits.writeto(tmp_path / "root" / "line.fits", values, header, overwrite=True)
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


def test_all_protocols_begin_on_the_line(client: TestClient) -> None:
    document = client.get("/api/images/line.fits").json()
    assert document["automatic"]["channel"] == LINE
    assert document["shown"]["channel"] == [LINE, LINE]
    picture = "/full/max/0/default.png"
    automatic = client.get(f"/iiif/3/line.fits{picture}").content
    assert automatic == client.get(f"/iiif/3/line.fits;channel={LINE}{picture}").content
    assert automatic != client.get(f"/iiif/3/line.fits;channel=1{picture}").content
    manifest = client.get("/iiif/presentation/3/line.fits/manifest").json()
    assert manifest["start"]["id"] == manifest["items"][LINE - 1]["id"]
    (thumbnail, *_) = manifest["thumbnail"]
    assert "channel" not in thumbnail["id"]


def test_wmts_has_it_for_the_default_of_its_dimension(client: TestClient) -> None:
    capabilities = client.get("/wmts?SERVICE=WMTS&REQUEST=GetCapabilities").text
    matrix_set = re.search(r"<TileMatrixSet>([^<]*)<", capabilities)
    assert matrix_set
    place = f"&TILEMATRIXSET={matrix_set[1]}&TILEMATRIX=0&TILEROW=0&TILECOL=0"
    tiles = [
        client.get(f"{TILE}{place}{dimension}").content
        for dimension in ("", "&CHANNEL=default", f"&CHANNEL={LINE}", "&CHANNEL=1")
    ]
    assert tiles[0] == tiles[1] == tiles[2] != tiles[3]
    assert tiles[0].startswith(b"\x89PNG")


def test_the_plane_that_is_implied_is_left_out_of_the_canonical_view(client: TestClient) -> None:
    told = {
        channel: client.get(f"/api/images/line.fits?channel={channel}").json()["view"]
        for channel in (1, LINE)
    }
    assert told == {1: "channel=1", LINE: ""}


def test_what_the_operator_says_counts(settings: Settings, tmp_path: Path) -> None:
    default = DefaultSettings(when=(("CTYPE3", "FREQ"),), view="channel=3", where="test")
    with TestClient(create_app(replace(settings, defaults=(default,)))) as client:
        document = client.get("/api/images/line.fits").json()
        manifest = client.get("/iiif/presentation/3/line.fits/manifest").json()
    assert document["automatic"]["channel"] == 3
    assert manifest["start"]["id"] == manifest["items"][2]["id"]


def test_all_protocols_begin_on_the_mean_of_a_faint_cube(faint: TestClient) -> None:
    every = f"1-{FAINT}"
    document = faint.get("/api/images/line.fits").json()
    assert document["shown"]["channel"] == [1, FAINT]
    assert document["shown"]["collapse"] == "mean"
    assert (document["automatic"]["channel"], document["automatic"]["lastChannel"]) == (1, FAINT)
    picture = "full/max/0/default.png"
    automatic, mean, first = (
        faint.get(f"/iiif/3/line.fits{view}/{picture}").content
        for view in ("", f";channel={every}", ";channel=1")
    )
    assert automatic == mean != first
    tile = f"{TILE}&TILEMATRIXSET={_matrix_set(faint)}&TILEMATRIX=0&TILEROW=0&TILECOL=0"
    tiles = [faint.get(f"{tile}{rest}").content for rest in ("", "&CHANNEL=default", "&CHANNEL=1")]
    assert tiles[0] == tiles[1] != tiles[2]
    seen = np.asarray(Image.open(BytesIO(automatic)).convert("L")).astype(float)[::-1]
    source, sky = seen[15:35, 20:40], seen[:, :15]
    assert source.mean() - sky.mean() > sky.std()


def test_the_manifest_of_a_faint_cube_begins_with_the_mean(faint: TestClient) -> None:
    manifest = faint.get("/iiif/presentation/3/line.fits/manifest").json()
    items = manifest["items"]
    assert len(items) == FAINT + 1
    assert manifest.get("start", {"id": items[0]["id"]})["id"] == items[0]["id"]
    assert f"1 to {FAINT}" in items[0]["label"]["en"][0]
    addresses = [item["items"][0]["items"][0]["body"]["id"] for item in items]
    assert "channel" not in addresses[0]
    assert all(f"channel={k}/" in address for k, address in enumerate(addresses[1:], 1))
    assert all(faint.get(item["id"]).json()["label"] == item["label"] for item in items[:3])
    (thumbnail, *_) = manifest["thumbnail"]
    assert "channel" not in thumbnail["id"]


def test_a_channel_of_a_faint_cube_starts_its_manifest(faint: TestClient) -> None:
    manifest = faint.get("/iiif/presentation/3/line.fits;channel=7/manifest").json()
    assert manifest["start"]["id"] == manifest["items"][7]["id"]
    assert faint.get("/api/images/line.fits?channel=1").json()["view"] == "channel=1"
    assert faint.get(f"/api/images/line.fits?channel=1-{FAINT}").json()["view"] == ""


def _matrix_set(client: TestClient) -> str:
    capabilities = client.get("/wmts?SERVICE=WMTS&REQUEST=GetCapabilities").text
    found = re.search(r"<TileMatrixSet>([^<]*)<", capabilities)
    assert found
    return found[1]
