"""Lists, thumbnails and sets over HTTP."""

import io
from urllib.parse import quote

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image as Picture

from celestile.settings import CacheSettings, DataSettings, Settings


@pytest.fixture(scope="module")
def client(serve, settings):
    return serve(settings)


@pytest.fixture(scope="module")
def large(serve, tmp_path_factory):
    """An image of 3000 × 2000 pixels, bright on the left, and a set of colors."""
    root = tmp_path_factory.mktemp("large")
    data = np.random.default_rng(1).normal(100, 1, (2000, 3000)).astype(np.float32)
    data[:, :1500] += 1000
    fits.PrimaryHDU(data).writeto(root / "large.fits")
    for number, name in enumerate("BVR"):
        header = fits.Header([("FILTER", name)])
        fits.PrimaryHDU(data[:400, :600] + number, header).writeto(root / f"{name}.fits")
    cache = tmp_path_factory.mktemp("cache")
    settings = Settings(data=DataSettings(root=root), cache=CacheSettings(directory=cache))
    return serve(settings), cache


def test_lists_have_facts(client):
    found = client.get("/api/images?prefix=sub/&sort=-date&limit=2").json()
    assert [entry["id"] for entry in found["images"]] == ["sub/frame3.fits", "sub/frame2.fits"]
    assert found["images"][0]["facts"]["date"] == "2020-01-03T00:00:00Z"
    assert found["headers"] == {"read": 4, "wanted": 4}
    found = client.get("/api/images?prefix=sub/&limit=1&at=sub%2Fframe3.fits").json()
    assert found["images"][0]["id"] == "sub/frame3.fits"
    assert found["offset"] == 2
    broken = client.get("/api/images?search=broken").json()["images"][0]["facts"]
    assert broken["shape"] == []
    refused = client.get("/api/images?sort=size")
    assert (refused.status_code, refused.json()["parameter"]) == (400, "sort")


def test_thumbnails_show_the_image_without_a_pyramid(large):
    client, cache = large
    response = client.get("/api/images/large.fits/thumbnail")
    assert response.headers["content-type"] == "image/jpeg"
    picture = np.asarray(Picture.open(io.BytesIO(response.content)).convert("L"), float)
    assert picture.shape == (64, 96)
    assert picture[:, :44].mean() > picture[:, 52:].mean() + 80
    assert list(cache.rglob("*.pyramid*")) == []
    assert not any(path.is_file() and path.stat().st_size > 100_000 for path in cache.rglob("*"))
    etag = response.headers["etag"]
    assert "max-age" in response.headers["cache-control"]
    again = client.get("/api/images/large.fits/thumbnail", **{"if-none-match": etag})
    assert again.status_code == 304


def test_thumbnails_of_all_kinds(client):
    for name in ("sky.fits", "cube.fits", "sub/mosaic.fits", "bands", "night", "empty.fits"):
        response = client.get(f"/api/images/{quote(name, safe='')}/thumbnail")
        assert response.status_code == 200, name
        assert max(Picture.open(io.BytesIO(response.content)).size) <= 96
    for name in ("broken.fits", "nothing.fits"):
        response = client.get(f"/api/images/{name}/thumbnail")
        assert response.status_code == 404
        assert response.json()["error"]


def test_sets_are_images_of_all_protocols(large):
    client, _ = large
    name = quote("bands:R.fits|V.fits|B.fits", safe="")
    image = client.get(f"/api/images/{name}").json()
    assert [channel["name"] for channel in image["channels"]] == ["B", "V", "R"]
    assert image["members"] == ["B.fits", "V.fits", "R.fits"]
    assert [part["channel"] for part in image["shown"]["mix"]] == [1, 2, 3]
    assert [part["color"] for part in image["shown"]["mix"]] == ["0000ff", "00ff00", "ff0000"]
    info = client.get(f"/iiif/3/{name}/info.json").json()
    assert (info["width"], info["height"]) == (600, 400)
    assert info["id"].endswith(f"/iiif/3/{quote('bands:R.fits|V.fits|B.fits', safe=':')}") or (
        client.get(info["id"].removeprefix("http://testserver") + "/info.json").status_code == 200
    )
    picture = client.get(f"/iiif/3/{name};channel=1/full/max/0/default.png")
    alone = client.get("/iiif/3/B.fits/full/max/0/default.png")
    assert picture.content == alone.content
    tile = client.get(
        "/wmts?service=WMTS&request=GetTile&version=1.0.0&style=default&format=image/png"
        f"&tilematrixset=pixels&tilematrix=0&tilerow=0&tilecol=0&layer={name}"
    )
    assert tile.status_code in (200, 400)


def test_wrong_sets_are_refused_with_their_status(large):
    client, _ = large
    for name, status, words in (
        ("bands:B.fits|no.fits", 404, "member 2 of the set"),
        ("frames:B.fits|large.fits", 404, "3000 × 2000"),
        ("bands:" + "|".join(f"{n}.fits" for n in range(40)), 400, "at most 16"),
        ("frames:B.fits|B.fits", 400, "twice"),
    ):
        for address in (
            f"/api/images/{quote(name, safe='')}",
            f"/iiif/3/{quote(name, safe='')}/info.json",
        ):
            response = client.get(address)
            assert response.status_code == status, address
            assert words in response.text
