"""Tiles by keys and by paths: what they show, in which view, and how they are cached."""

from dataclasses import replace
from typing import Any

import pytest

from celestile.geometry import Region
from celestile.views.view import canonical

MOVIE = {"layer": "cube/movie.fits", "TileMatrixSet": "pixels-300x300", "TileMatrix": "1"}


def view_of(service: Any) -> str:
    return canonical(service.drawn[-1][0].view)


def test_tile(client: Any, service: Any, tile: dict[str, str]) -> None:
    response = client.get("/wmts", params=tile | {"TileRow": "2", "TileCol": "3"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/png"
    assert response.content == b"png of plain.fits"
    (_, output) = service.drawn[-1]
    assert output.region == Region(768, 512, 232, 188)
    assert output.size == (232, 188)
    assert output.canvas == (256, 256)
    assert (output.jpeg_quality, output.jpeg_subsampling) == (90, "420")


@pytest.mark.parametrize(
    ("media", "extension", "format_name"),
    [
        ("image/png", "png", "png"),
        ("image/jpeg", "jpg", "jpg"),
        ("image/jpeg", "jpeg", "jpg"),
        ("image/webp", "webp", "webp"),
    ],
)
def test_formats(
    client: Any, tile: dict[str, str], media: str, extension: str, format_name: str
) -> None:
    by_keys = client.get("/wmts", params=tile | {"format": media})
    path = f"/wmts/1.0.0/plain.fits/default/pixels-1000x700/2/0/0.{extension}"
    by_path = client.get(path)
    for response in (by_keys, by_path):
        assert response.status_code == 200
        assert response.headers["content-type"] == media
        assert response.content == f"{format_name} of plain.fits".encode()


def test_honest_set_has_the_same_tiles(client: Any, service: Any, tile: dict[str, str]) -> None:
    client.get("/wmts", params=tile)
    client.get("/wmts", params=tile | {"TileMatrixSet": "index-1000x700"})
    assert service.drawn[0][1] == service.drawn[1][1]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ""),
        ({"style": "deep-red"}, "view=deep-red"),
        ({"style": "deep-red", "GAMMA": "3"}, "view=deep-red;gamma=3"),
        ({"stretch": "log", "limits": "0.1,250"}, "limits=0.1,250;stretch=log"),
        ({"FRAME": "2"}, "frame=2"),
        ({"frame": "2"}, "frame=2"),
        ({"TIME": "2004-03-01T00:00:20Z"}, "frame=2"),
        ({"TIME": "2004-03-01T00:00:20Z", "FRAME": "2"}, "frame=2"),
        # FRAME is understood, but it is not advertised, so that it must not refuse a time.
        ({"TIME": "2004-03-01T00:00:20Z", "FRAME": "3"}, "frame=2"),
        ({"TIME": "current", "FRAME": "99"}, "frame=3"),
        ({"time": "2004-03-01T01:00:20+01:00"}, "frame=2"),
        ({"TIME": "2004-03-01T00:00:20.000", "FRAME": "default"}, "frame=2"),
        ({"TIME": "current", "CHANNEL": "current"}, "frame=3"),
        ({"FRAME": "default", "TIME": "default", "CHANNEL": "default"}, ""),
        ({"CHANNEL": "r"}, "channel=r"),
        ({"CHANNEL": "2", "FRAME": "3"}, "frame=3;channel=2"),
        ({"bogus": "ignored"}, ""),
        ({"cmap": ""}, ""),
    ],
)
def test_views(
    client: Any, service: Any, tile: dict[str, str], more: dict[str, str], expected: str
) -> None:
    response = client.get("/wmts", params=tile | MOVIE | more)
    assert response.status_code == 200, response.text
    assert view_of(service) == expected


# OGC 07-057r7, text after table 26: dimensions that a layer does not advertise
# are ignored, so that a client can send one time to all layers.
@pytest.mark.parametrize(
    ("layer", "grid", "advertised"),
    [
        ("plain.fits", "pixels-1000x700", None),
        ("cube/lines.fits", "pixels-300x300", "CHANNEL"),
        # Elsewhere, its bands are counted as frames, too.
        ("cube/bands.fits", "pixels-300x300", "CHANNEL"),
        ("cube/reads.fits", "pixels-300x300", "FRAME"),
    ],
)
def test_dimensions_of_other_layers(
    client: Any, service: Any, info: Any, tile: Any, layer: str, grid: str, advertised: str | None
) -> None:
    movie = service.images["cube/movie.fits"]
    once = replace(movie.frames[0], time=None)
    reads = (once, replace(once, index=2, name="2"))
    for image in (
        replace(movie, identifier="cube/bands.fits", frames=(once,)),
        replace(movie, identifier="cube/reads.fits", channels=movie.channels[:1], frames=reads),
    ):
        service.images[image.identifier] = image
    where = {"layer": layer, "TileMatrixSet": grid, "TileMatrix": "0"}
    others = [("TIME", "2004-03-01T00:00:20Z"), ("time", "x"), ("FRAME", "2"), ("frame", "99")]
    others += [("STOKES", "Q"), ("CHANNEL", "2"), ("Channel", "x")]
    pairs = [(name, value) for name, value in others if name.upper() != advertised]
    tag = client.get("/wmts", params=tile | where).headers["etag"]
    feature = client.get("/wmts", params=info | where).content
    for name, value in pairs:
        found = client.get("/wmts", params=tile | where | {name: value})
        assert (found.status_code, found.headers["etag"]) == (200, tag), name
        assert view_of(service) == ""
        assert client.get("/wmts", params=info | where | {name: value}).content == feature


@pytest.mark.parametrize(
    ("suffix", "more", "expected"),
    [
        ("stretch=log;gamma=2", {}, "stretch=log;gamma=2"),
        ("stretch=log;gamma=2", {"gamma": "3"}, "stretch=log;gamma=3"),
        ("gamma=2", {"style": "deep-red"}, "view=deep-red;gamma=2"),
        ("frame=2", {"FRAME": "default"}, "frame=2"),
        ("frame=2", {"FRAME": "3"}, "frame=3"),
        ("mix=g:ff0000,r:00ff00", {"CHANNEL": "i"}, "channel=i"),
    ],
)
def test_view_in_the_layer(
    client: Any,
    service: Any,
    tile: dict[str, str],
    suffix: str,
    more: dict[str, str],
    expected: str,
) -> None:
    layer = {"layer": f"cube/movie.fits;{suffix}"}
    response = client.get("/wmts", params=tile | MOVIE | layer | more)
    assert response.status_code == 200, response.text
    assert view_of(service) == expected


@pytest.mark.parametrize("where", ["layer", "key"])
def test_another_hdu_has_its_own_grid(
    client: Any, service: Any, tile: dict[str, str], where: str
) -> None:
    hdu = {"layer": "plain.fits;hdu=2"} if where == "layer" else {"hdu": "2"}
    asked = tile | {"TileMatrixSet": "pixels-500x700"} | hdu
    assert client.get("/wmts", params=asked).status_code == 200
    assert service.drawn[-1][0].image.width == 500


GRID = "pixels-300x300/1/0/0.png"


def path(layer: str, *, style: str = "default", rest: str = GRID) -> str:
    return f"/wmts/1.0.0/{layer}/{style}/{rest}"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (path("cube%2Fmovie.fits"), ""),
        (path("cube%2Fmovie.fits", style="deep-red"), "view=deep-red"),
        # Placeholders that a client has no value for, in the usual spellings.
        (path("cube%2Fmovie.fits", style="{Style}"), ""),
        (path("cube%2Fmovie.fits", style="%7Bstyle%7D"), ""),
        (path("cube%2Fmovie.fits", rest=f"%7Btime%7D/%7Bchannel%7D/{GRID}"), ""),
        (path("cube%2Fmovie.fits", rest=f"2004-03-01T00:00:30Z/g/{GRID}"), "frame=3;channel=g"),
        (path("cube%2Fmovie.fits", rest=f"default/g/{GRID}"), "channel=g"),
        (path("cube%2Fmovie.fits", rest=f"%7BTIME%7D/g/{GRID}"), "channel=g"),
        # As earlier versions advertised it.
        (path("cube%2Fmovie.fits", rest=f"2/default/g/{GRID}"), "frame=2;channel=g"),
        (
            path("cube%2Fmovie.fits", rest=f"default/2004-03-01T00:00:30Z/default/{GRID}"),
            "frame=3",
        ),
        (path("cube%2Fmovie.fits", rest=f"2/%7BTIME%7D/g/{GRID}"), "frame=2;channel=g"),
        (path("cube%2Fmovie.fits") + "?stretch=log&FRAME=3", "frame=3;stretch=log"),
        (path("cube%2Fmovie.fits%3Bstretch%3Dlog"), "stretch=log"),
        (path("cube%2Fmovie.fits;stretch=log;limits=0,1"), "limits=0,1;stretch=log"),
        (path("cube%2fmovie.fits", rest="default/default/default/pixels-300x300/1/0/0.png"), ""),
        (path("cube%2Flines.fits", rest="600/pixels-300x300/1/0/0.png?"), "channel=600"),
        (path("cube%2Flines.fits", rest="default/pixels-300x300/1/0/0.png?channel=7"), "channel=7"),
    ],
)  # fmt: skip
def test_by_path(client: Any, service: Any, address: str, expected: str) -> None:
    response = client.get(address)
    assert response.status_code == 200, response.text
    assert view_of(service) == expected


def test_by_path_with_a_substitute_for_slashes(client: Any, service: Any) -> None:
    service.options.slash_substitute = "~~"
    assert client.get(path("cube~~movie.fits")).status_code == 200
    assert client.get(path("cube%2Fmovie.fits")).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/wmts/",
        "/wmts/1.0.0",
        "/wmts/1.0.0/WMTSCapabilities.xml/Bogus",
        "/wmts/1.0.0/Bogus",
        "/wmts/2.0.0/WMTSCapabilities.xml",
        path("nothing.fits"),
        path("bad.fits"),
        path("cube/movie.fits"),
        path("cube%2Fmovie.fits", style="bogus"),
        path("cube%2Fmovie.fits", rest="pixels-1x1/1/0/0.png"),
        path("cube%2Fmovie.fits", rest="pixels-300x300/7/0/0.png"),
        path("cube%2Fmovie.fits", rest="pixels-300x300/1/2/0.png"),
        path("cube%2Fmovie.fits", rest="pixels-300x300/1/0/2.png"),
        path("cube%2Fmovie.fits", rest="pixels-300x300/1/0/x.png"),
        path("cube%2Fmovie.fits", rest="pixels-300x300/1/0/0.bmp"),
        path("cube%2Fmovie.fits", rest="pixels-300x300/1/0/0"),
        path("cube%2Fmovie.fits", rest="1/pixels-300x300/1/0/0.png"),
        path("cube%2Fmovie.fits", rest="9/default/g/pixels-300x300/1/0/0.png"),
        path("cube%2Fmovie.fits", rest="pixels-300x300/1/0/0/0/999.json"),
        path("cube%2Fmovie.fits", rest="pixels-300x300/1/7/0/0/0.json"),
        path("cube%2Fmovie.fits", rest="pixels-300x300/1//0.png"),
        path("%ff%fe"),
    ],
)
def test_nothing_by_that_path(client: Any, address: str) -> None:
    response = client.get(address)
    assert response.status_code == (400 if address == "/wmts/" else 404)
    assert b"ExceptionReport" in response.content


def test_bad_view_by_path(client: Any) -> None:
    assert client.get(path("cube%2Fmovie.fits") + "?cmap=bogus").status_code == 400


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("image/png", 200),
        ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", 200),
        ("*/*", 200),
        ("", 200),
        ("image/*", 200),
        ("image/jpeg", 406),
        ("text/bogus", 406),
        ("image/png;q=0, */*", 406),
        ("image/png;q=what", 200),
    ],
)
def test_accept_by_path(client: Any, accept: str, status: int) -> None:
    response = client.get(path("cube%2Fmovie.fits"), headers={"accept": accept})
    assert response.status_code == status


def test_accept_of_capabilities_by_path(client: Any) -> None:
    address = "/wmts/1.0.0/WMTSCapabilities.xml"
    assert client.get(address, headers={"accept": "application/xml"}).status_code == 200
    assert client.get(address, headers={"accept": "image/png"}).status_code == 406


def test_tiles_are_cached(client: Any, service: Any, tile: dict[str, str]) -> None:
    first = client.get("/wmts", params=tile)
    assert first.headers["cache-control"] == "public, max-age=60"
    etag = first.headers["etag"]
    again = client.get("/wmts", params=tile, headers={"if-none-match": etag})
    assert again.status_code == 304
    assert again.headers["etag"] == etag
    assert len(service.drawn) == 1
    others = ({"cmap": "viridis"}, {"TileCol": "1"}, {"format": "image/webp"})
    tags = {client.get("/wmts", params=tile | more).headers["etag"] for more in others}
    assert len(tags | {etag}) == 4


def test_by_path_and_by_keys_are_one_tile(client: Any, tile: dict[str, str]) -> None:
    by_keys = client.get("/wmts", params=tile)
    by_path = client.get("/wmts/1.0.0/plain.fits/default/pixels-1000x700/2/0/0.png")
    assert by_keys.headers["etag"] == by_path.headers["etag"]


def test_head(client: Any, tile: dict[str, str]) -> None:
    response = client.request("HEAD", "/wmts", params=tile)
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/png"
    assert response.headers["etag"]
