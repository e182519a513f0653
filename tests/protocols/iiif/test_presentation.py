"""Manifests, collections and content states over HTTP, on files made up for the purpose."""

import asyncio
import base64
import copy
import io
import json
import re
from dataclasses import replace
from urllib.parse import quote, unquote

import httpx
import numpy as np
import pytest
from astropy.io import fits
from PIL import Image

from celestile.app import create_app
from celestile.protocols.iiif.presentation.contents import CanvasContent
from celestile.protocols.iiif.presentation.state import encoded
from celestile.settings import (
    CacheSettings,
    ChannelSettings,
    DataSettings,
    DefaultSettings,
    IiifSettings,
    ImageSettings,
    LimitSettings,
    NamedViewSettings,
    Settings,
    WmtsSettings,
)

ROOT = "http://testserver/iiif/presentation/3"
PROFILE = 'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"'
HOSTILE = "<img src=x onerror=alert(1)>"


def ramp(*shape):
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)


def card_header(**cards):
    return fits.Header([(key.replace("_", "-"), value) for key, value in cards.items()])


def write_files(root):
    sky = card_header(OBJECT="M 51", TELESCOP="Hale", DATE_OBS="2020-02-03T04:05:06", EXPTIME=30.0)
    sky.update(CTYPE1="RA---TAN", CTYPE2="DEC--TAN", CRVAL1=202.5, CRVAL2=47.2, CRPIX1=150.5)
    sky.update(CRPIX2=100.5, CDELT1=-0.001, CDELT2=0.001, BUNIT="adu")
    fits.PrimaryHDU(ramp(200, 300), sky).writeto(root / "plain.fits")
    axes = card_header(CTYPE3="FREQ", CUNIT3="GHz", CRPIX3=1.0, CRVAL3=1.4, CDELT3=0.1)
    axes.update(CTYPE4="TIME", CUNIT4="s", CRPIX4=1.0, CRVAL4=0.0, CDELT4=60.0)
    fits.PrimaryHDU(ramp(3, 2, 20, 30), axes).writeto(root / "cube.fits")
    long = card_header(CTYPE3="VRAD", CUNIT3="m/s", CRPIX3=1.0, CRVAL3=0.0, CDELT3=500.0)
    (root / "sub" / "deep").mkdir(parents=True)
    fits.PrimaryHDU(ramp(230, 4, 5), long).writeto(root / "sub" / "long.fits")
    fits.HDUList(
        [
            fits.PrimaryHDU(header=card_header(TELESCOP="HST", INSTRUME="ACS")),
            fits.ImageHDU(ramp(300, 400), card_header(BUNIT="electron"), name="SCI"),
            fits.ImageHDU(ramp(300, 400), name="ERR"),
            fits.ImageHDU(ramp(30, 40), name="THUMB"),
        ]
    ).writeto(root / "sub" / "deep" / "hst.fits")
    chips = [fits.PrimaryHDU()]
    for number, section in enumerate(("[1:50,1:40]", "[51:100,1:40]"), start=1):
        header = card_header(DETSEC=section, DETSIZE="[1:100,1:40]")
        chips.append(fits.ImageHDU(ramp(40, 50), header, name=f"CCD{number}"))
    fits.HDUList(chips).writeto(root / "mosaic.fits")
    fits.PrimaryHDU(ramp(3, 30, 40), card_header(CTYPE3="RGB")).writeto(root / "rgb.fits")
    fits.PrimaryHDU(ramp(30, 40), card_header(OBJECT=HOSTILE)).writeto(root / "hostile;&'\".fits")
    (root / "broken.fits").write_bytes(b"SIMPLE  =                    T" + b" " * 100)


def settings_for(root, cache):
    named = NamedViewSettings(name="negative", title="Negative", view="invert=1", where="")
    second = NamedViewSettings(name="second", title="The second", view="channel=2", where="")
    third = NamedViewSettings(name="third", title="The third", view="channel=3", where="")
    bands = (
        ChannelSettings(name="g", file=root / "plain.fits"),
        ChannelSettings(name="r", file=root / "plain.fits", color="ff0000"),
    )
    return Settings(
        data=DataSettings(root=root),
        cache=CacheSettings(directory=cache),
        limits=LimitSettings(max_width=256, max_height=256),
        iiif=IiifSettings(
            rights="https://creativecommons.org/licenses/by/4.0/", attribution="Us & <them>"
        ),
        wmts=WmtsSettings(title="Archive", abstract="All of it.", provider="Observatory"),
        views=(named, second, third),
        images=(
            ImageSettings(identifier="bands", title="Two bands", channels=bands),
            ImageSettings(identifier="collection", file=root / "plain.fits"),
            ImageSettings(identifier="night", frames=("*plain.fits", "mosaic.fits")),
        ),
        defaults=(DefaultSettings(when=(("TELESCOP", "Hale"),), view="nan=transparent", where=""),),
    )


class Client:
    """Asks the application without a network."""

    def __init__(self, app, runner):
        self._transport = httpx.ASGITransport(app)
        self._runner = runner

    def get(self, address, **headers):
        async def ask():
            async with httpx.AsyncClient(transport=self._transport) as client:
                return await client.get(address, headers=headers)

        return self._runner.run(ask())

    def document(self, address):
        response = self.get(address)
        assert response.status_code == 200, response.text
        return response.json()

    def manifest(self, identifier, view=""):
        return self.document(f"{ROOT}/{quote(identifier, safe='')}{view}/manifest")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    write_files(folder)
    return folder


@pytest.fixture(scope="module")
def client(root, tmp_path_factory):
    app = create_app(settings_for(root, tmp_path_factory.mktemp("cache")))
    with asyncio.Runner() as runner:
        yield Client(app, runner)
    app.state.service.close()


@pytest.fixture(scope="module")
def open_client(root, tmp_path_factory):
    """Client of a server that hands out its files."""
    settings = settings_for(root, tmp_path_factory.mktemp("cache"))
    app = create_app(replace(settings, data=DataSettings(root=root, download=True)))
    with asyncio.Runner() as runner:
        yield Client(app, runner)
    app.state.service.close()


def bodies(canvas):
    (page,) = canvas["items"]
    (annotation,) = page["items"]
    body = annotation["body"]
    return body["items"] if body["type"] == "Choice" else [body]


def words(label):
    ((text,),) = label.values()
    return text


def facts(manifest):
    return {
        words(pair["label"]): next(iter(pair["value"].values())) for pair in manifest["metadata"]
    }


ALL = ["plain.fits", "cube.fits", "sub/long.fits", "sub/deep/hst.fits", "mosaic.fits", "rgb.fits",
       "hostile;&'\".fits", "bands", "night"]  # fmt: skip


# --- every document -----------------------------------------------------------------------------


def crawl(client):
    """All documents that can be reached from the collection of the whole server."""
    found, todo = {}, [f"{ROOT}/collection"]
    while todo:
        address = todo.pop()
        if address in found:
            continue
        response = client.get(address)
        if response.status_code == 200:
            found[address] = response.json()
            todo += [part["id"] for part in found[address].get("partOf", [])]
            if found[address]["type"] == "Collection":
                todo += [item["id"] for item in found[address]["items"]]
        else:
            assert "broken.fits" in address
    return found


def test_every_document_keeps_the_rules_of_the_specification(client, presentation_problems):
    found = crawl(client)
    # Beside the images and their further parts: the whole, two folders and the parts of the cube.
    assert len(found) >= len(ALL) + 1 + 2 + 4
    for address, document in found.items():
        assert presentation_problems(document) == [], address
        assert document["id"] == address


def test_broken_documents_are_noticed_by_the_rules(client, presentation_problems):
    whole = client.manifest("mosaic.fits")
    breaks = [
        lambda d: d.pop("label"),
        lambda d: d.update(label="text"),
        lambda d: d["items"][0].pop("height"),
        lambda d: d["items"][0].update(width="100"),
        lambda d: d["items"][0]["items"][0]["items"][0].update(target="http://elsewhere/"),
        lambda d: d["items"][0]["items"][0]["items"][0]["body"].update(type="Picture"),
        lambda d: d.update(rights="https://creativecommons.org/licenses/by/4.0/"),
        lambda d: d["structures"][0]["items"][0]["items"][0].update(id="http://elsewhere/"),
        lambda d: d.update(items=[]),
        lambda d: d.update(navDate="2020-01-01"),
    ]
    for spoil in breaks:
        spoilt = copy.deepcopy(whole)
        spoil(spoilt)
        assert presentation_problems(spoilt)


def test_pictures_that_documents_mention_exist_at_the_size_that_is_told(client):
    for identifier in ALL:
        canvas = client.manifest(identifier)["items"][0]
        for picture in [*bodies(canvas), *canvas["thumbnail"]]:
            response = client.get(picture["id"])
            assert response.headers["content-type"] == picture["format"]
            size = Image.open(io.BytesIO(response.content)).size
            assert size == (picture["width"], picture["height"])
        for service in bodies(canvas)[0]["service"]:
            address = service.get("id") or service["@id"]
            info = client.document(f"{address}/info.json")
            assert (info.get("id") or info.get("@id")) == address
            assert (info["width"], info["height"]) == (canvas["width"], canvas["height"])


def test_addresses_beside_the_pictures_answer(client):
    manifest = client.manifest("sub/deep/hst.fits")
    linked = [*manifest["seeAlso"], *manifest["items"][1]["seeAlso"], *manifest["partOf"]]
    for link in [*linked, *manifest["items"][1]["rendering"]]:
        assert client.get(link["id"]).status_code == 200
    cards = client.document(manifest["items"][1]["seeAlso"][0]["id"])["cards"]
    assert ["EXTNAME", "ERR"] in [card[:2] for card in cards]


# --- canvases -----------------------------------------------------------------------------------


def test_canvas_is_as_large_as_the_image(client):
    (canvas,) = client.manifest("plain.fits")["items"]
    assert (canvas["width"], canvas["height"]) == (300, 200)
    # 256 is the limit of one picture.
    assert bodies(canvas)[0]["width"] == 256


def test_frames_and_channels_are_canvases_in_order(client):
    manifest = client.manifest("cube.fits")
    services = [bodies(canvas)[0]["service"][-1] for canvas in manifest["items"]]
    views = [unquote(s.get("id") or s["@id"]).partition("cube.fits")[2] for s in services]
    assert views == ["", ";channel=2", ";frame=2", ";frame=2;channel=2", ";frame=3",
                     ";frame=3;channel=2"]  # fmt: skip
    assert "1.5" in words(manifest["items"][1]["label"])
    frames = manifest["structures"][0]["items"][0]["items"]
    assert [len(frame["items"]) for frame in frames] == [2, 2, 2]


def test_hdus_are_canvases_of_their_own_size(client):
    manifest = client.manifest("sub/deep/hst.fits")
    assert [words(canvas["label"]) for canvas in manifest["items"]] == ["SCI", "ERR", "THUMB"]
    assert [canvas["width"] for canvas in manifest["items"]] == [400, 400, 40]
    assert [words(r["label"]) for r in manifest["structures"][0]["items"]] == [
        "SCI",
        "ERR",
        "THUMB",
    ]


def test_view_that_picks_a_plane_starts_there_and_leaves_nothing_out(client):
    manifest = client.manifest("sub/deep/hst.fits", ";hdu=ERR;cmap=viridis")
    assert len(manifest["items"]) == 3
    assert manifest["start"]["id"] == manifest["items"][1]["id"]
    assert bodies(manifest["items"][1])[0]["service"][0]["id"].endswith(";hdu=2;cmap=viridis")
    manifest = client.manifest("cube.fits", ";frame=2;channel=2")
    assert manifest["start"]["id"] == manifest["items"][3]["id"]


def test_range_that_is_collapsed_is_one_canvas(client):
    manifest = client.manifest("cube.fits", ";frame=1-3;collapse=max")
    services = [bodies(canvas)[0]["service"][-1]["id"] for canvas in manifest["items"]]
    assert [s.partition("cube.fits")[2] for s in services] == [
        ";frame=1-3;collapse=max", ";frame=1-3;channel=2;collapse=max",
    ]  # fmt: skip


def test_thousands_of_planes_are_parted(client):
    manifest = client.manifest("sub/long.fits")
    assert len(manifest["items"]) == 100
    assert words(manifest["label"]) == "long.fits (1 to 100 of 230)"
    parts = client.document(manifest["partOf"][0]["id"])
    assert parts["behavior"] == ["multi-part"]
    documents = [client.document(item["id"]) for item in parts["items"]]
    assert [len(document["items"]) for document in documents] == [100, 100, 30]
    ids = [canvas["id"] for document in documents for canvas in document["items"]]
    assert len(set(ids)) == 230
    # Asked for by a view, the plane comes with its part.
    manifest = client.manifest("sub/long.fits", ";channel=150")
    assert manifest["start"]["id"] == ids[149]
    assert client.get(f"{ROOT}/sub%2Flong.fits/manifest/4").status_code == 404


def test_canvas_can_be_had_alone(client):
    canvas = client.manifest("sub/long.fits", ";channel=150")["start"]["id"]
    document = client.document(canvas)
    assert document["id"] == canvas
    assert document["partOf"][0]["id"].endswith("/manifest/2")
    assert client.get(f"{canvas}x").status_code == 404


def test_every_canvas_is_found_by_its_name(client):
    for identifier, view in (
        ("cube.fits", ""),
        ("cube.fits", ";frame=2;channel=2"),
        ("rgb.fits", ""),
        ("bands", ""),
        ("mosaic.fits", ""),
        ("night", ""),
        ("sub/deep/hst.fits", ";hdu=ERR"),
    ):
        manifest = client.manifest(identifier, view)
        for canvas in manifest["items"]:
            found = client.document(canvas["id"])
            del found["@context"], found["partOf"]
            assert found == canvas


@pytest.fixture
def deep_client(tmp_path):
    """Client of an image with many planes, and the canvases that have been made so far."""
    fits.PrimaryHDU(ramp(100, 200, 2, 1), card_header(CTYPE3="FREQ", CTYPE4="TIME")).writeto(
        tmp_path / "deep.fits"
    )
    settings = Settings(
        data=DataSettings(root=tmp_path), cache=CacheSettings(directory=tmp_path / ".cache")
    )
    app = create_app(settings)
    with asyncio.Runner() as runner:
        yield Client(app, runner)
    app.state.service.close()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("0-frame1-channel1", 200),
        ("0-frame100-channel200", 200),
        ("0-frame101-channel1", 404),
        ("0-frame1-channel201", 404),
        ("0-frame0-channel1", 404),
        ("0-frame1-channel0", 404),
        ("0-frame01-channel1", 404),
        ("0-frame1-channel1-2", 404),
        ("0-frame1-2-channel1", 404),
        ("0-frame1-mix", 404),
        ("0-frame1", 404),
        ("1-frame1-channel1", 404),
        ("0-frame1-channel%D9%A3", 404),
        ("0-frame1-channel1%0A", 404),
        ("0-frame99999999999999999999-channel1", 404),
        ("nope", 404),
        ("", 404),
    ],
)
def test_a_canvas_among_many_is_found_without_making_the_others(
    deep_client, monkeypatch, name, status
):
    made = []

    def make(**members):
        made.append(members)
        return CanvasContent(**members)

    monkeypatch.setattr("celestile.protocols.iiif.presentation.contents.CanvasContent", make)
    assert deep_client.get(f"{ROOT}/deep.fits/canvas/{name}").status_code == status
    assert len(made) <= 3


# --- choices ------------------------------------------------------------------------------------


def test_named_views_are_choices(client):
    (canvas,) = client.manifest("plain.fits")["items"]
    assert [words(body["label"]) for body in bodies(canvas)] == ["Default view", "Negative"]
    assert bodies(canvas)[1]["service"][0]["id"].endswith("plain.fits;view=negative")


def test_named_view_of_a_channel_belongs_to_that_channel(client):
    manifest = client.manifest("cube.fits")
    titles = [[words(body["label"]) for body in bodies(canvas)] for canvas in manifest["items"][:2]]
    assert titles == [["Default view", "Negative"], ["Default view", "Negative", "The second"]]


def test_bands_are_choices_beside_their_mix(client):
    (canvas,) = client.manifest("bands")["items"]
    titles = [words(body["label"]) for body in bodies(canvas)]
    assert titles == ["Default view", "Negative", "The second", "g", "r"]
    assert bodies(canvas)[3]["service"][0]["id"].endswith("bands;channel=1")


def test_view_asked_for_is_the_first_choice(client):
    (canvas,) = client.manifest("rgb.fits", ";mix=1:00ff00,2:ff00ff;stretch=log")["items"]
    titles = [words(body["label"]) for body in bodies(canvas)]
    assert titles[:2] == ["Requested view", "Default view"]
    assert "mix=1:00ff00,2:ff00ff;stretch=log" in bodies(canvas)[0]["id"]


def test_transparent_holes_come_as_png(client):
    (canvas,) = client.manifest("plain.fits")["items"]
    assert bodies(canvas)[0]["format"] == "image/png"


def test_no_service_but_those_of_images_stands_in_a_manifest(client):
    kinds = re.findall(r'"@?type": "(\w+Service\w*)"', json.dumps(client.manifest("plain.fits")))
    assert set(kinds) == {"ImageService3", "ImageService2"}


def test_small_images_name_the_service_first_that_enlarges(client):
    small, large = (client.manifest(i)["items"][0] for i in ("rgb.fits", "sub/deep/hst.fits"))
    assert "@id" in bodies(small)[0]["service"][0]
    assert "id" in bodies(large)[0]["service"][0]


# --- what goes with it --------------------------------------------------------------------------


def test_metadata_tells_what_the_header_does(client):
    told = facts(client.manifest("plain.fits"))
    assert told["Object"] == ["M 51"]
    assert told["Telescope"] == ["Hale"]
    assert told["Exposure time in seconds"] == ["30.0"]
    assert told["Unit"] == ["adu"]
    assert told["Center"][0].startswith("202.5")


def test_cards_of_the_primary_header_count_for_extensions(client):
    assert facts(client.manifest("sub/deep/hst.fits"))["Telescope"] == ["HST"]


def test_text_from_files_is_not_taken_for_html(client):
    manifest = client.manifest("hostile;&'\".fits")
    (value,) = facts(manifest)["Object"]
    # "Clients should treat as HTML what starts with < and ends with >".
    assert value.strip() == HOSTILE
    assert not (value.startswith("<") and value.endswith(">"))


def test_rights_statement_and_provider_come_from_the_settings(client):
    for document in (client.manifest("plain.fits"), client.document(f"{ROOT}/collection")):
        assert document["rights"] == "http://creativecommons.org/licenses/by/4.0/"
        assert document["requiredStatement"]["value"] == {"none": ["Us & <them>"]}
        assert document["provider"][0]["label"] == {"none": ["Observatory"]}


def test_time_of_observation_is_the_navigation_date(client):
    manifest = client.manifest("plain.fits")
    assert manifest["navDate"] == manifest["items"][0]["navDate"] == "2020-02-03T04:05:06Z"
    assert "navDate" not in client.manifest("rgb.fits")


def test_chips_are_ranges_and_annotations(client):
    manifest = client.manifest("mosaic.fits")
    mosaic = manifest["items"][0]
    chips = manifest["structures"][0]["items"][0]["items"][1:]
    assert [words(chip["label"]) for chip in chips] == ["CCD1", "CCD2"]
    # DETSEC is 1-based, both ends included.
    targets = [f"{mosaic['id']}#xywh=0,0,50,40", f"{mosaic['id']}#xywh=50,0,50,40"]
    assert [chip["items"][0]["id"] for chip in chips] == targets
    marks = mosaic["annotations"][0]["items"]
    assert [mark["target"] for mark in marks] == targets
    assert [mark["body"]["value"] for mark in marks] == ["CCD1", "CCD2"]
    assert [words(canvas["label"]) for canvas in manifest["items"][1:]] == ["CCD1", "CCD2"]


def test_fits_file_is_not_offered_unless_allowed(client):
    assert "rendering" not in client.manifest("plain.fits")
    assert len(client.manifest("night")["items"][0]["rendering"]) == 1


@pytest.mark.parametrize(
    ("identifier", "files"),
    [
        ("plain.fits", [["plain.fits"]]),
        ("sub/long.fits", [["sub/long.fits"]]),
        ("bands", [["plain.fits", "plain.fits"]]),
        # Of each of the three HDUs that the first has: the mosaic and its chips.
        ("night", 3 * [["mosaic.fits"], ["plain.fits"]]),
    ],
)
def test_fits_files_are_those_that_are_shown(open_client, root, identifier, files):
    manifest = open_client.manifest(identifier)
    links = [manifest["rendering"]] if "rendering" in manifest else []
    for canvas in manifest["items"]:
        picture, *more = canvas["rendering"]
        assert picture["type"] == "Image"
        links += [more] if more else []
    assert {link["format"] for found in links for link in found} == {"application/fits"}
    sent = [[open_client.get(link["id"]).content for link in found] for found in links]
    assert sent == [[(root / name).read_bytes() for name in found] for found in files]


# --- collections --------------------------------------------------------------------------------


def test_collection_lists_folders_and_images_without_opening_any(client):
    whole = client.document(f"{ROOT}/collection")
    assert words(whole["label"]) == "Archive"
    listed = {words(item["label"]): item["type"] for item in whole["items"]}
    assert listed["sub"] == "Collection"
    assert listed["broken.fits"] == listed["Two bands"] == "Manifest"
    sub = client.document(f"{ROOT}/collection/sub")
    assert [words(item["label"]) for item in sub["items"]] == ["deep", "long.fits"]
    assert sub["partOf"][0]["id"] == f"{ROOT}/collection"
    deep = client.document(sub["items"][0]["id"])
    assert [item["id"] for item in deep["items"]] == [f"{ROOT}/sub%2Fdeep%2Fhst.fits/manifest"]


def test_large_folders_are_parted(client, root, monkeypatch):
    monkeypatch.setattr("celestile.protocols.iiif.presentation.collection.PAGE", 4)
    whole = client.document(f"{ROOT}/collection")
    parts = [item for item in whole["items"] if "page=" in item["id"]]
    assert [words(part["label"]) for part in parts] == [
        "Archive (1 to 4 of 9)", "Archive (5 to 8 of 9)", "Archive (9 to 9 of 9)",
    ]  # fmt: skip
    documents = [client.document(part["id"]) for part in parts]
    assert [len(document["items"]) for document in documents] == [4, 4, 1]
    assert all(d["partOf"][0]["id"] == f"{ROOT}/collection" for d in documents)
    assert client.get(f"{ROOT}/collection?page=4").status_code == 404


@pytest.mark.parametrize("folder", ["nothing", "sub/nothing", "..", "%2e%2e", "sub%2F..%2F.."])
def test_folders_that_are_not_there_are_unknown(client, folder):
    assert client.get(f"{ROOT}/collection/{folder}").status_code in (404, 400)


@pytest.mark.parametrize("page", ["0", "x", "-1", "1" * 30, "²"])
def test_pages_are_numbers(client, page):
    response = client.get(f"{ROOT}/collection?page={page}")
    assert response.status_code == 400
    assert "page" in response.text


def test_image_called_collection_is_told_from_the_collections(client):
    whole = client.document(f"{ROOT}/collection")
    (entry,) = [item for item in whole["items"] if words(item["label"]) == "collection"]
    document = client.document(entry["id"])
    assert document["type"] == "Manifest"
    assert document["id"] == entry["id"]


# --- content states -----------------------------------------------------------------------------


def decoded(text):
    """As section 6 of Content State API 1.0 has it."""
    padded = text + "=" * (-len(text) % 4)
    return json.loads(unquote(base64.urlsafe_b64decode(padded).decode()))


def test_content_state_names_canvas_region_and_manifest(client):
    query = "region=10,20,100,50&cmap=magma"
    state = client.document(f"{ROOT}/plain.fits/content-state?{query}")
    assert state["id"].endswith(f"/plain.fits/content-state?{query}")
    assert state["type"] == "Annotation"
    assert state["motivation"] == ["contentState"]
    canvas, _, region = state["target"]["id"].partition("#xywh=")
    assert region == "10,20,100,50"
    manifest = client.document(state["target"]["partOf"][0]["id"])
    assert canvas in [item["id"] for item in manifest["items"]]
    assert "cmap=magma" in bodies(manifest["items"][0])[0]["id"]


def test_encoded_content_state_is_the_target(client):
    place = client.document(f"{ROOT}/plain.fits/content-state?region=1,2,3,4")["target"]
    response = client.get(f"{ROOT}/plain.fits/content-state/encoded?region=1,2,3,4")
    assert response.headers["content-type"].startswith("text/plain")
    assert re.fullmatch(r"[A-Za-z0-9_-]+\n", response.text)
    assert decoded(response.text.strip()) == place


def test_encoding_is_that_of_the_specification(client):
    # The example of section 6.3, without the white space.
    place = {
        "id": "https://example.org/object1/canvas7#xywh=1000,2000,1000,2000",
        "type": "Canvas",
        "partOf": [{"id": "https://example.org/object1/manifest", "type": "Manifest"}],
    }
    assert encoded(place) == (
        "JTdCJTIyaWQlMjIlM0ElMjJodHRwcyUzQSUyRiUyRmV4YW1wbGUub3JnJTJGb2JqZWN0MSUyRmNhbnZhczcl"
        "MjN4eXdoJTNEMTAwMCUyQzIwMDAlMkMxMDAwJTJDMjAwMCUyMiUyQyUyMnR5cGUlMjIlM0ElMjJDYW52YXMl"
        "MjIlMkMlMjJwYXJ0T2YlMjIlM0ElNUIlN0IlMjJpZCUyMiUzQSUyMmh0dHBzJTNBJTJGJTJGZXhhbXBsZS5v"
        "cmclMkZvYmplY3QxJTJGbWFuaWZlc3QlMjIlMkMlMjJ0eXBlJTIyJTNBJTIyTWFuaWZlc3QlMjIlN0QlNUQl"
        "N0Q"
    )
    assert decoded(encoded(place)) == place


def test_content_state_of_a_plane_far_along_names_its_part(client):
    target = client.document(f"{ROOT}/sub%2Flong.fits/content-state?channel=150")["target"]
    manifest = client.document(target["partOf"][0]["id"])
    assert manifest["id"].endswith("/manifest/2")
    assert manifest["items"][49]["id"] == target["id"]


@pytest.mark.parametrize(
    ("region", "kept"),
    [("-10,-20,50,60", "0,0,40,40"), ("250,150,500,500", "250,150,50,50"), ("1.7,2.2,3.9,4.1",
     "1,2,3,4")],
)  # fmt: skip
def test_region_is_cut_at_the_edge(client, region, kept):
    target = client.document(f"{ROOT}/plain.fits/content-state?region={region}")["target"]
    assert target["id"].endswith(f"#xywh={kept}")


@pytest.mark.parametrize("region", ["300,0,5,5", "0,0,0,5", "1,2,3", "a", "1,2,3,4,5", "-9,0,9,9"])
def test_region_without_pixels_is_refused(client, region):
    response = client.get(f"{ROOT}/plain.fits/content-state?region={region}")
    assert response.status_code == 400
    assert "region" in response.text


def test_whole_image_needs_no_fragment(client):
    for query in ("", "?region=full"):
        target = client.document(f"{ROOT}/plain.fits/content-state{query}")["target"]
        assert "#" not in target["id"]


# --- HTTP ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ({}, PROFILE),
        ({"accept": "*/*"}, PROFILE),
        ({"accept": "application/ld+json"}, PROFILE),
        ({"accept": "application/json"}, "application/json"),
        ({"accept": "application/json, application/ld+json;q=0.5"}, "application/json"),
    ],
)
def test_media_type_is_negotiated(client, accept, media_type):
    response = client.get(f"{ROOT}/plain.fits/manifest", **accept)
    assert response.headers["content-type"] == media_type
    assert response.headers["vary"] == "Accept"
    assert response.headers["access-control-allow-origin"] == "*"


def test_unchanged_documents_are_not_sent_again(client):
    first = client.get(f"{ROOT}/plain.fits/manifest")
    again = client.get(f"{ROOT}/plain.fits/manifest", **{"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    plain = client.get(f"{ROOT}/plain.fits/manifest", accept="application/json")
    assert plain.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("escape", [";", "%3B"])
def test_id_is_the_address_however_the_view_was_escaped(client, escape):
    address = f"{ROOT}/plain.fits{escape}cmap=magma/manifest"
    assert client.document(address)["id"] == f"{ROOT}/plain.fits;cmap=magma/manifest"


def test_view_in_the_query_moves_into_the_address(client):
    found = client.document(f"{ROOT}/plain.fits/manifest?cmap=magma&invert=1")
    assert found["id"] == f"{ROOT}/plain.fits;cmap=magma;invert=1/manifest"


def test_base_address_leads_to_the_manifest(client):
    response = client.get(f"{ROOT}/sub%2Flong.fits")
    assert response.status_code == 303
    assert response.headers["location"] == f"{ROOT}/sub%2Flong.fits/manifest"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing.fits/manifest", 404),
        ("broken.fits/manifest", 404),
        ("plain.fits/manifest/0", 400),
        ("plain.fits/manifest/2", 404),
        ("plain.fits/other", 404),
        ("plain.fits;frame=9/manifest", 400),
        ("plain.fits;cmap=nonsense/manifest", 400),
        ("plain.fits;view=nonsense/manifest", 400),
        ("", 404),
        ("%ff/manifest", 404),
    ],
)
def test_errors_have_their_status(client, path, status):
    assert client.get(f"{ROOT}/{path}").status_code == status


def test_info_json_names_the_manifest(client):
    info = client.document("http://testserver/iiif/3/sub%2Flong.fits;channel=3/info.json")
    (part,) = info["partOf"]
    manifest = client.document(part["id"])
    assert manifest["type"] == part["type"] == "Manifest"
    services = [body["service"][-1] for canvas in manifest["items"] for body in bodies(canvas)]
    assert info["id"] in [service.get("id") for service in services]
