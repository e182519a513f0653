"""Tiles, decoded, against the numbers that the file holds."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

PLAIN = "/ogc/collections/sub%2Fplain.fits"
LINEAR = "limits=0,255&stretch=linear"
TILES = "map/tiles/pixels-700x500"


def decoded(response: Any, mode: str = "RGBA") -> np.ndarray[Any, Any]:
    assert response.status_code == 200, response.text
    with Image.open(io.BytesIO(response.content)) as image:
        assert image.size == (256, 256)
        return np.asarray(image.convert(mode), dtype=int)


@pytest.mark.parametrize("matrix_set", ["pixels-700x500", "degrees-700x500"])
@pytest.mark.parametrize("row", [0, 1])
@pytest.mark.parametrize("column", [0, 1, 2])
def test_finest_tiles_are_the_pixels(
    client: Any, known: Any, matrix_set: str, row: int, column: int
) -> None:
    shown = decoded(client.get(f"{PLAIN}/map/tiles/{matrix_set}/2/{row}/{column}?f=png&{LINEAR}"))
    wanted = known[row * 256 :, column * 256 :][:256, :256]
    height, width = wanted.shape
    assert np.abs(shown[:height, :width, 0] - wanted).max() <= 1
    assert (shown[:height, :width, 3] == 255).all()
    # Beyond the edge of the image nothing hides what lies below.
    assert (shown[height:, :, 3] == 0).all()
    assert (shown[:, width:, 3] == 0).all()


def test_coarsest_tile_is_the_average(client: Any, known: Any) -> None:
    shown = decoded(client.get(f"{PLAIN}/{TILES}/0/0/0?f=png&{LINEAR}"))
    wanted = known.reshape(125, 4, 175, 4).mean(axis=(1, 3))
    assert np.abs(shown[:125, :175, 0] - wanted).max() <= 1
    assert (shown[125:, :, 3] == 0).all()


def test_style_is_a_named_view(client: Any, known: Any) -> None:
    shown = decoded(client.get(f"{PLAIN}/styles/negative/{TILES}/2/0/0?f=png"))
    assert np.abs(shown[:, :, 0] - (255 - known[:256, :256])).max() <= 1


def test_query_counts_over_identifier_over_style(client: Any, known: Any) -> None:
    upright = f"{PLAIN};invert=0/styles/negative/{TILES}/2/0/0"
    assert np.abs(decoded(client.get(upright))[:, :, 0] - known[:256, :256]).max() <= 1
    turned = decoded(client.get(f"{upright}?invert=1"))
    assert np.abs(turned[:, :, 0] - (255 - known[:256, :256])).max() <= 1


def test_equal_views_have_one_tag(client: Any) -> None:
    by_query = client.get(f"{PLAIN}/{TILES}/2/0/0?f=png&stretch=log&frame=1")
    by_name = client.get(f"{PLAIN};stretch=log/map/tiles/degrees-700x500/2/0/0?f=png")
    assert by_query.headers["etag"] == by_name.headers["etag"]
    assert by_query.content == by_name.content


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        ("", "", "image/png"),
        ("", "*/*", "image/png"),
        ("", "image/*", "image/png"),
        ("", "image/jpeg", "image/jpeg"),
        ("", "image/webp, image/png;q=0.9", "image/webp"),
        ("", "image/avif,image/webp,image/apng,image/*,*/*;q=0.8", "image/png"),
        ("", "image/png;q=0, image/*;q=0.1", "image/jpeg"),
        ("f=jpg", "image/png", "image/jpeg"),
        ("f=jpeg", "", "image/jpeg"),
        ("f=webp", "", "image/webp"),
        ("f=image%2Fpng", "image/webp", "image/png"),
    ],
)
def test_format_is_negotiated(client: Any, query: str, accept: str, media_type: str) -> None:
    response = client.get(f"{PLAIN}/{TILES}/0/0/0?{query}", accept=accept)
    assert response.headers["content-type"] == media_type
    assert Image.open(io.BytesIO(response.content)).get_format_mimetype() == media_type
    assert response.headers.get("vary", "") == ("" if query else "Accept")


def test_tile_is_not_sent_twice(client: Any) -> None:
    address = f"{PLAIN}/{TILES}/1/0/1?f=png"
    tag = client.get(address).headers["etag"]
    response = client.get(address, **{"if-none-match": tag})
    assert response.status_code == 304
    assert response.content == b""
    assert response.headers["etag"] == tag


def test_head_has_the_headers_of_get(client: Any) -> None:
    for address in (f"{PLAIN}/{TILES}/1/0/1?f=png", "/ogc", PLAIN):
        head, get = client.request("HEAD", address), client.get(address)
        assert head.status_code == 200
        for name in ("etag", "content-type", "content-length", "cache-control"):
            assert head.headers[name] == get.headers[name]


def test_document_is_not_sent_twice(client: Any) -> None:
    tag = client.get("/ogc/collections").headers["etag"]
    response = client.get("/ogc/collections", **{"if-none-match": tag})
    assert response.status_code == 304
    assert response.headers["vary"] == "Accept"
    page = client.get("/ogc/collections", accept="text/html", **{"if-none-match": tag})
    assert page.status_code == 200


def test_tile_of_the_sky_shows_the_pixel_at_its_place(client: Any) -> None:
    address = "/ogc/collections/sub%2Fsky.fits/map/tiles/sky-8/7/{}/{}?f=png&cmap=gray"
    side = 180 / 128
    column, row = int((180 - 29.8) / side), int((90 - 10.1) / side)
    limits = "&limits=0,4800&stretch=linear"
    shown = decoded(client.get(address.format(row, column) + limits))
    x, y = ((180 - 29.8) / side % 1) * 256, ((90 - 10.1) / side % 1) * 256
    ascension, declination = 29.8, 10.1
    scale = np.cos(np.radians(declination))
    # Near the middle of the field the projection is as good as flat; FITS counts rows upwards.
    fits_x = 39.5 - (ascension - 30) * scale / 0.01
    fits_y = 29.5 + (declination - 10) / 0.01
    wanted = 255 * (round(fits_y) * 80 + round(fits_x)) / 4800
    red, alpha = shown[int(y), int(x), 0], shown[int(y), int(x), 3]
    assert alpha == 255
    assert abs(red - wanted) <= 8
    assert client.get(address.format(row, column + 3)).status_code == 404


def test_tile_of_the_sky_is_that_of_wmts(client: Any) -> None:
    path = "sky-8/7/56/106"
    here = client.get(f"/ogc/collections/sub%2Fsky.fits/map/tiles/{path}?f=png")
    there = client.get(f"/wmts/1.0.0/sub%2Fsky.fits/default/{path}.png")
    assert here.status_code == 200
    assert here.content == there.content
    assert here.headers["etag"] == there.headers["etag"]
