"""The Image API over HTTP, from a FITS file to decoded pictures."""

import asyncio
import io
from contextlib import contextmanager
from urllib.parse import quote

import httpx
import numpy as np
import pytest
from astropy.io import fits
from PIL import Image

from celestile.app import create_app
from celestile.render.request import FORMATS
from celestile.settings import (
    CacheSettings,
    DataSettings,
    DefaultSettings,
    IiifSettings,
    LimitSettings,
    Settings,
)

WIDTH, HEIGHT = 700, 500
LINEAR = "limits=0,255;stretch=linear"
BASE = "http://testserver/iiif"


def pixels():
    """Brightness by column and row, row 0 at the top; every pixel differs from its neighbours."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    return ((rows * 3 + columns * 7) % 256).astype(np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("images")
    (root / "sub").mkdir()
    # The first row of a FITS image is the lowest.
    fits.PrimaryHDU(pixels()[::-1]).writeto(root / "sub" / "plain.fits")
    fits.PrimaryHDU(np.stack([pixels()[::-1]] * 2)).writeto(root / "cube.fits")
    holed = pixels()
    holed[:100] = np.nan
    fits.PrimaryHDU(holed[::-1]).writeto(root / "holed image.fits")
    return root


class Client:
    """Asks the application without a network, in an event loop that lasts."""

    def __init__(self, app, runner, root_path=""):
        self._transport = httpx.ASGITransport(app, root_path=root_path)
        self._runner = runner

    def request(self, method, address, headers=None):
        async def ask():
            async with httpx.AsyncClient(
                transport=self._transport, base_url="http://testserver"
            ) as client:
                return await client.request(method, address, headers=headers)

        return self._runner.run(ask())

    def get(self, address, headers=None):
        return self.request("GET", address, headers)


@contextmanager
def serve(folder, cache, root_path="", **sections):
    settings = Settings(
        data=DataSettings(root=folder), cache=CacheSettings(directory=cache), **sections
    )
    app = create_app(settings)
    with asyncio.Runner() as runner:
        yield Client(app, runner, root_path)
    app.state.service.close()


@pytest.fixture(scope="module")
def client(folder, tmp_path_factory):
    with serve(folder, tmp_path_factory.mktemp("cache")) as client:
        yield client


def picture(response):
    assert response.status_code == 200, response.text
    return Image.open(io.BytesIO(response.content))


PLAIN = f"sub%2Fplain.fits;{LINEAR}"


# --- pictures -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("version", "size"), [(3, "max"), (2, "full")])
def test_picture_shows_the_pixels_right_way_up(client, version, size):
    response = client.get(f"/iiif/{version}/{PLAIN}/full/{size}/0/default.png")
    assert response.headers["content-type"] == "image/png"
    shown = np.asarray(picture(response).convert("L"), dtype=int)
    assert shown.shape == (HEIGHT, WIDTH)
    assert np.abs(shown - pixels()).max() <= 1


@pytest.mark.parametrize("version", [3, 2])
def test_region_is_cut_out(client, version):
    response = client.get(f"/iiif/{version}/{PLAIN}/600,450,300,300/100,50/0/default.png")
    shown = np.asarray(picture(response).convert("L"), dtype=int)
    assert np.abs(shown - pixels()[450:, 600:]).max() <= 1


def test_mirror_precedes_rotation(client):
    response = client.get(f"/iiif/3/{PLAIN}/10,20,60,40/max/!90/default.png")
    shown = np.asarray(picture(response).convert("L"), dtype=int)
    expected = np.rot90(pixels()[20:60, 10:70][:, ::-1], -1)
    assert np.abs(shown - expected).max() <= 1


@pytest.mark.parametrize(
    ("extension", "media_type", "kind"),
    [
        ("jpg", "image/jpeg", "JPEG"),
        ("png", "image/png", "PNG"),
        ("webp", "image/webp", "WEBP"),
        ("tif", "image/tiff", "TIFF"),
        ("gif", "image/gif", "GIF"),
        ("jp2", "image/jp2", "JPEG2000"),
        ("pdf", "application/pdf", "PDF"),
    ],
)
def test_format_is_what_was_asked_for(client, extension, media_type, kind):
    if extension not in FORMATS:
        pytest.skip(f"Pillow was built without {kind}")
    response = client.get(f"/iiif/3/{PLAIN}/full/100,/0/default.{extension}")
    assert response.headers["content-type"] == media_type
    if extension == "pdf":  # which Pillow does not read
        assert response.content.startswith(b"%PDF-")
        assert b"/MediaBox [ 0 0 100.0 71.0 ]" in response.content
    else:
        decoded = picture(response)
        assert (decoded.format, decoded.size) == (kind, (100, 71))
    assert response.headers["content-disposition"] == f'inline; filename="plain.{extension}"'


@pytest.mark.parametrize("quality", ["default", "color", "gray", "bitonal"])
def test_qualities(client, quality):
    response = client.get(f"/iiif/3/{PLAIN};cmap=viridis/0,0,50,50/max/0/{quality}.png")
    shown = np.asarray(picture(response).convert("RGB"))
    gray = (shown == shown[..., :1]).all()
    assert gray == (quality in {"gray", "bitonal"})
    if quality == "bitonal":
        assert set(np.unique(shown)) == {0, 255}


def test_every_tile_of_the_info_is_served_at_its_size(client):
    info = client.get(f"/iiif/3/{PLAIN}/info.json").json()
    (tiles,) = info["tiles"]
    for factor in tiles["scaleFactors"]:
        step = tiles["width"] * factor
        for x in range(0, WIDTH, step):
            for y in range(0, HEIGHT, step):
                across, down = min(step, WIDTH - x), min(step, HEIGHT - y)
                size = (-(-across // factor), -(-down // factor))
                address = f"{info['id']}/{x},{y},{across},{down}/{size[0]},{size[1]}/0/default.jpg"
                assert picture(client.get(address)).size == size
    for size in info["sizes"]:
        address = f"{info['id']}/full/{size['width']},{size['height']}/0/default.jpg"
        assert picture(client.get(address)).size == (size["width"], size["height"])


# --- headers ------------------------------------------------------------------------------------


def links(response):
    found = {}
    for part in response.headers["link"].split(",<"):
        address, _, relation = part.removeprefix("<").partition('>;rel="')
        found[relation.removesuffix('"')] = address
    return found


@pytest.mark.parametrize(
    ("version", "path", "canonical"),
    [
        (3, f"{PLAIN}/pct:0,0,50,50/!175,999/0/gray.jpg", "0,0,350,250/175,125/0/default.jpg"),
        (2, f"{PLAIN}/pct:0,0,50,50/!175,999/0/gray.jpg", "0,0,350,250/175,/0/default.jpg"),
    ],
)
def test_links_name_canonical_address_and_profile(client, version, path, canonical):
    found = links(client.get(f"/iiif/{version}/{path}"))
    assert found["canonical"] == f"{BASE}/{version}/sub%2Fplain.fits;{LINEAR}/{canonical}"
    assert found["profile"] == f"http://iiif.io/api/image/{version}/level2.json"


def test_canonical_address_shows_the_same_picture_as_its_own_canonical_address(client):
    path = "sub%2fplain%2Efits%3Bstretch=linear;gamma=1.0;limits=0,255.0"
    first = client.get(f"/iiif/3/{path}/0,0,9999,9999/pct:50/360/default.jpg")
    second = client.get(links(first)["canonical"])
    assert second.status_code == 200
    assert second.content == first.content
    assert second.headers["etag"] == first.headers["etag"]
    assert links(second) == links(first)


def test_equal_views_in_query_and_identifier_are_one(client):
    tail = "0,0,64,64/max/0/default.jpg"
    suffix = client.get(f"/iiif/3/sub%2Fplain.fits;cmap=magma;{LINEAR}/{tail}")
    query = client.get(f"/iiif/3/sub%2Fplain.fits/{tail}?stretch=linear&cmap=magma&limits=0,255")
    both = client.get(f"/iiif/3/sub%2Fplain.fits;cmap=gray;{LINEAR}/{tail}?cmap=magma&other=1")
    plain = client.get(f"/iiif/3/sub%2Fplain.fits;cmap=gray;{LINEAR}/{tail}?other=1")
    assert suffix.content == query.content == both.content
    assert suffix.headers["etag"] == query.headers["etag"] == both.headers["etag"]
    assert links(suffix)["canonical"] == links(query)["canonical"] == links(both)["canonical"]
    assert plain.headers["etag"] != suffix.headers["etag"]


@pytest.mark.parametrize("path", ["full/100,/0/default.jpg", "info.json"])
def test_unchanged_answer_is_not_sent_again(client, path):
    first = client.get(f"/iiif/3/{PLAIN}/{path}")
    etag = first.headers["etag"]
    assert etag.startswith('"')
    assert "max-age=600" in first.headers["cache-control"]
    again = client.get(f"/iiif/3/{PLAIN}/{path}", headers={"If-None-Match": f'"x", {etag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    other = client.get(f"/iiif/3/{PLAIN}/{path}", headers={"If-None-Match": '"x"'})
    assert other.status_code == 200


def test_pictures_that_differ_have_different_tags(client):
    paths = [
        f"{PLAIN}/full/100,/0/default.jpg",
        f"{PLAIN}/full/100,/0/default.png",
        f"{PLAIN}/full/100,/0/bitonal.jpg",
        f"{PLAIN}/full/100,/90/default.jpg",
        f"{PLAIN}/full/100,/!90/default.jpg",
        f"{PLAIN}/full/101,/0/default.jpg",
        f"{PLAIN}/0,0,50,50/max/0/default.jpg",
        f"{PLAIN};invert=1/full/100,/0/default.jpg",
        f"cube.fits;{LINEAR};channel=1/full/100,/0/default.jpg",
        f"cube.fits;{LINEAR};channel=2/full/100,/0/default.jpg",
    ]
    tags = [client.get(f"/iiif/3/{path}").headers["etag"] for path in paths]
    assert len(set(tags)) == len(paths)


@pytest.mark.parametrize("path", ["full/100,/0/default.jpg", "info.json"])
def test_head_answers_as_get_does(client, path):
    get = client.get(f"/iiif/3/{PLAIN}/{path}")
    head = client.request("HEAD", f"/iiif/3/{PLAIN}/{path}")
    assert head.status_code == 200
    for name in ("etag", "content-type", "link", "cache-control"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize("path", ["", "/info.json", "/full/100,/0/default.jpg", "/bad"])
def test_pages_of_any_origin_may_read(client, path):
    response = client.get(f"/iiif/3/{PLAIN}{path}", headers={"Origin": "https://example.org"})
    assert response.headers["access-control-allow-origin"] == "*"
    preflight = client.request(
        "OPTIONS",
        f"/iiif/3/{PLAIN}{path}",
        headers={"Origin": "https://example.org", "Access-Control-Request-Method": "GET"},
    )
    assert preflight.is_success
    assert preflight.headers["access-control-allow-origin"] == "*"


# --- info.json and the base address -------------------------------------------------------------


@pytest.mark.parametrize(("version", "name"), [(3, "id"), (2, "@id")])
@pytest.mark.parametrize(
    "segment",
    [
        "sub%2Fplain.fits",
        f"sub%2Fplain.fits;{LINEAR}",
        "sub%2Fplain.fits;gamma=1.0",
        "holed%20image.fits;nan=FF0000",
    ],
)
def test_id_is_the_address_that_was_asked_for(client, version, name, segment):
    info = client.get(f"/iiif/{version}/{segment}/info.json").json()
    assert info[name] == f"{BASE}/{version}/{segment}"
    assert (info["width"], info["height"]) == (WIDTH, HEIGHT)
    assert picture(client.get(f"{info[name]}/full/50,/0/default.jpg")).size == (50, 36)


def test_id_has_one_encoding(client):
    encoded = quote(f"sub/plain.fits;{LINEAR}", safe="").lower()
    assert client.get(f"/iiif/3/{encoded}/info.json").json()["id"] == f"{BASE}/3/{PLAIN}"


def test_view_of_the_query_moves_into_the_id(client):
    # Viewers append to the id and drop the query.
    response = client.get("/iiif/3/cube.fits;channel=1;gamma=2/info.json?channel=2&cmap=magma&x=y")
    assert response.json()["id"] == f"{BASE}/3/cube.fits;channel=2;gamma=2;cmap=magma"
    untouched = client.get("/iiif/3/cube.fits/info.json?x=y")
    assert untouched.json()["id"] == f"{BASE}/3/cube.fits"


def test_metadata_of_the_view_is_linked(client):
    info = client.get(f"/iiif/3/{PLAIN}/info.json").json()
    (service,) = info["service"]
    assert service["id"] == (
        "http://testserver/api/images/sub%2Fplain.fits?limits=0,255&stretch=linear"
    )
    assert client.get(service["id"]).status_code == 200
    assert client.get(service["profile"]).status_code == 200


@pytest.mark.parametrize(
    ("segment", "colored"),
    [(PLAIN, False), (f"{PLAIN};cmap=viridis", True), (f"{PLAIN};nan=ff0000", True)],
)
def test_colors_are_announced_where_there_are_any(client, segment, colored):
    info = client.get(f"/iiif/3/{segment}/info.json").json()
    assert ("color" in info["extraQualities"]) == colored


def test_transparency_asked_for_is_announced(client):
    info = client.get("/iiif/3/holed%20image.fits;nan=transparent/info.json").json()
    assert info["preferredFormats"][0] == "png"
    shown = picture(client.get(f"{info['id']}/full/max/0/default.png")).convert("RGBA")
    alpha = np.asarray(shown)[..., 3]
    assert (alpha[:100] == 0).all()
    assert (alpha[100:] == 255).all()


@pytest.mark.parametrize(
    ("version", "accept", "media_type"),
    [
        (3, "*/*", 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"'),
        (3, "application/json", "application/json"),
        (2, "*/*", "application/json"),
        (2, "application/ld+json", "application/ld+json"),
    ],
)
def test_media_type_of_the_info(client, version, accept, media_type):
    response = client.get(f"/iiif/{version}/{PLAIN}/info.json", headers={"Accept": accept})
    assert response.headers["content-type"] == media_type
    assert "accept" in response.headers["vary"].lower()
    assert response.json()["width"] == WIDTH


@pytest.mark.parametrize("version", [3, 2])
@pytest.mark.parametrize("slash", ["", "/"])
def test_base_address_leads_to_the_info(client, version, slash):
    response = client.get(f"/iiif/{version}/{PLAIN}{slash}?cmap=magma")
    assert response.status_code == 303
    assert response.headers["location"] == f"{BASE}/{version}/{PLAIN}/info.json?cmap=magma"
    assert client.get(response.headers["location"]).status_code == 200


def test_limits_of_the_settings_hold(folder, tmp_path):
    limits = LimitSettings(max_width=300, max_height=256)
    with serve(folder, tmp_path, limits=limits) as client:
        info = client.get(f"/iiif/3/{PLAIN}/info.json").json()
        assert (info["maxWidth"], info["maxHeight"]) == (300, 256)
        assert info["sizes"] == [{"width": 175, "height": 125}]
        size = picture(client.get(f"{info['id']}/full/max/0/default.jpg")).size
        assert size == (300, 214)
        assert client.get(f"{info['id']}/full/400,/0/default.jpg").status_code == 400
        assert client.get(f"/iiif/2/{PLAIN}/full/full/0/default.jpg").status_code == 400


def test_substitute_for_slashes_is_kept_in_addresses(folder, tmp_path):
    with serve(folder, tmp_path, iiif=IiifSettings(slash_substitute="~~")) as client:
        info = client.get(f"/iiif/3/sub~~plain.fits;{LINEAR}/info.json").json()
        assert info["id"] == f"{BASE}/3/sub~~plain.fits;{LINEAR}"
        image = client.get(f"{info['id']}/full/50,/0/default.jpg")
        assert picture(image).size == (50, 36)
        assert "sub~~plain.fits" in links(image)["canonical"]
        assert client.get(f"/iiif/3/{PLAIN}/info.json").json()["id"] == f"{BASE}/3/{PLAIN}"


def test_rights_of_the_settings_are_told(folder, tmp_path):
    uri = "http://creativecommons.org/licenses/by/4.0/"
    with serve(folder, tmp_path, iiif=IiifSettings(rights=uri, attribution="ESO")) as client:
        assert client.get(f"/iiif/3/{PLAIN}/info.json").json()["rights"] == uri
        second = client.get(f"/iiif/2/{PLAIN}/info.json").json()
        assert (second["license"], second["attribution"]) == (uri, "ESO")


# --- errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [3, 2])
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nosuch.fits/info.json", 404),
        ("nosuch.fits/full/max/0/default.jpg", 404),
        ("sub/plain.fits/full/max/0/default.jpg", 404),
        ("sub/plain.fits/info.json", 404),
        ("[frob]/full/max/0/default.jpg", 404),
        ("%FF/info.json", 404),
        ("", 404),
        (f"{PLAIN}/info.xml", 404),
        (f"{PLAIN}/info.json/", 404),
        (f"{PLAIN}/full/max/0", 404),
        (f"{PLAIN}/full/max/0/default.jpg/", 404),
        (f"{PLAIN}/full/max/0/default.jpg/x", 404),
        (f"{PLAIN}/nowhere/max/0/default.jpg", 400),
        (f"{PLAIN}/full/9999999,/0/default.jpg", 400),
        (f"{PLAIN}/full/max/400/default.jpg", 400),
        (f"{PLAIN}/full/max/0/native.jpg", 400),
        (f"{PLAIN}/full/max/0/default.bmp", 400),
        (f"{PLAIN}/full/max/0/default", 400),
        (f"{PLAIN}/full/max/0/default%FF.jpg", 400),
        ("sub%2Fplain.fits;cmap=nosuch/info.json", 400),
        ("sub%2Fplain.fits;nosuch=1/info.json", 400),
        ("sub%2Fplain.fits;frame=7/info.json", 400),
        ("sub%2Fplain.fits/info.json?cmap=nosuch", 400),
        ("sub%2Fplain.fits/full/50,/0/default.jpg?gamma=x", 400),
    ],
)
def test_errors(client, folder, version, path, status):
    response = client.get(f"/iiif/{version}/{path}")
    assert response.status_code == status
    assert response.text
    assert str(folder) not in response.text


def test_version_3_does_not_enlarge_unasked(client):
    assert client.get(f"/iiif/3/{PLAIN}/full/701,/0/default.jpg").status_code == 400
    assert picture(client.get(f"/iiif/3/{PLAIN}/full/^701,/0/default.jpg")).width == 701
    assert picture(client.get(f"/iiif/2/{PLAIN}/full/701,/0/default.jpg")).width == 701


def test_other_methods_are_refused(client):
    assert client.request("POST", f"/iiif/3/{PLAIN}/info.json").status_code == 405


def test_addresses_lie_below_the_root_path(folder, tmp_path):
    with serve(folder, tmp_path, root_path="/tiles") as client:
        info = client.get(f"/tiles/iiif/3/{PLAIN}/info.json").json()
        assert info["id"] == f"http://testserver/tiles/iiif/3/{PLAIN}"
        image = client.get(f"{info['id']}/full/50,/0/default.jpg")
        assert picture(image).size == (50, 36)
        assert links(image)["canonical"].startswith(f"{info['id']}/")


# --- what the operator's defaults make of neutral values ------------------------------------------


@pytest.mark.parametrize(
    "view",
    ["invert=0", "gamma=1", "invert=0;gamma=1.0;nan=transparent", "invert=1", "channel=1", ""],
)
def test_addresses_told_show_what_was_asked_for(folder, tmp_path, view):
    operators = "limits=0,255;stretch=linear;invert=1;gamma=2;channel=2;nan=ff0000"
    default = DefaultSettings(when=(("NAXIS", "3"),), view=operators, where="here")
    with serve(folder, tmp_path, defaults=(default,)) as client:
        part = "0,0,99,99/50,/0/default.png"
        asked = client.get(f"/iiif/3/cube.fits{';' if view else ''}{view}/{part}")
        told = asked.headers["link"].split(">")[0].removeprefix("<http://testserver")
        again = client.get(told)
        assert again.content == asked.content
        assert again.headers["link"] == asked.headers["link"]
        query = view.replace(";", "&")
        info = client.get(f"/iiif/3/cube.fits/info.json?{query}").json()
        base = info["id"].removeprefix("http://testserver")
        assert client.get(f"{base}/{part}").content == asked.content
        plain = client.get(f"/iiif/3/cube.fits/{part}").content
        assert (plain == asked.content) == (view in {"", "invert=1", "channel=1"})
