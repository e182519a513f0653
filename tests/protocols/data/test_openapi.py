"""The OpenAPI document is true: of the routes, of their parameters and of what they answer."""

import copy
import html.parser
import json
import os
import re
import shutil
from urllib.parse import quote

import jsonschema
import pytest

from celestile.protocols.data.openapi import OPERATIONS, openapi
from celestile.protocols.data.reference import page as write_page
from celestile.settings import CacheSettings, DataSettings, Settings
from celestile.views.view import VIEW_KEYS

DOCUMENT = openapi("http://testserver")


@pytest.fixture(scope="module")
def client(serve, settings):
    return serve(settings)


def closed(schema):
    """Let objects have no members but those that are told."""
    if isinstance(schema, dict):
        inner = {key: closed(value) for key, value in schema.items()}
        return {**inner, "additionalProperties": False} if "properties" in schema else inner
    return [closed(item) for item in schema] if isinstance(schema, list) else schema


CLOSED = closed(copy.deepcopy(DOCUMENT["components"]))


def problems(name, document):
    schema = {"$ref": f"#/components/schemas/{name}", "components": CLOSED}
    checker = jsonschema.FormatChecker()
    found = jsonschema.Draft202012Validator(schema, format_checker=checker).iter_errors(document)
    return [f"{error.json_path}: {error.message}" for error in found]


def check(client, address, name):
    """Ask, and compare the answer with the document; gives the status."""
    response = client.get(address)
    assert response.headers["content-type"] == "application/json", address
    expected = name if response.status_code == 200 else "Error"
    assert problems(expected, response.json()) == [], address
    path = re.sub(r"(?<=^/api/images/)[^/]+", "{id}", address.partition("?")[0])
    assert str(response.status_code) in DOCUMENT["paths"][path]["get"]["responses"], address
    return response.status_code


def answers(client, identifier):
    """Ask for everything that there is of an image."""
    base = f"/api/images/{quote(identifier, safe='')}"
    first = client.get(base)
    statuses = [check(client, base, "Image")]
    if first.status_code != 200:
        return statuses
    image = first.json()
    middle = f"x={image['width'] // 2}&y={image['height'] // 2}"
    queries = {
        "": ("Image", ["?view=negative", "?cmap=magma&stretch=log", "?frame=99", "?channel=1"]),
        "/header": ("Header", [""]),
        "/value": ("Value", ["?x=0&y=0", f"?{middle}", "?x=-1&y=0", "?x=a&y=0", "", "?x=1e9&y=0"]),
        "/statistics": ("Statistics", ["", "?limits=0,0"]),
        "/profile": ("Profiles", ["?x1=0&y1=0&x2=9.5&y2=3", "?x1=0&y1=0&x2=1e9&y2=0", "?x1=0"]),
        "/region": (
            "RegionStatistics",
            [
                "?x=1&y=1&width=4&height=3",
                "?x=0&y=0&width=0&height=1",
                "?x=99999&y=0&width=1&height=1",
            ],
        ),
        "/spectrum": ("Spectrum", [f"?{middle}", "?x=-1&y=0", "?x=1"]),
        "/ready": ("Ready", [""]),
        "/world": ("SkyPosition", ["?x=0.5&y=0.5", "?x=1e300&y=0", "?x=nan&y=0", "?x=1"]),
        "/pixel": ("Position", ["?lon=10&lat=20", "?lon=190&lat=-20", "?lon=1&lat=99"]),
    }
    for resource, (name, asked) in queries.items():
        statuses += [check(client, f"{base}{resource}{query}", name) for query in asked]
    return statuses


# --- the document itself ------------------------------------------------------------------------


def test_every_route_is_described(client):
    """Walk the resources that the server names itself."""
    refusal = client.get("/api/images/sky.fits/nothing").json()["error"]
    named = re.search(r"expected (.*?), and slashes", refusal)[1].split(", ")
    described = {path.rpartition("/")[2] for path in OPERATIONS if "{id}/" in path}
    assert described == set(named)
    routes = {route.path for route in client._transport.app.routes if hasattr(route, "path")}
    plain = {path for path in routes if re.match(r"/api(?!/images/)", path)}
    assert plain == {path for path in OPERATIONS if "{id}" not in path}


def test_document_is_sent_and_sound(client):
    response = client.get("/api/openapi.json")
    assert response.headers["content-type"] == "application/json"
    document = response.json()
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "http://testserver"}]
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    names = [item["get"]["operationId"] for item in document["paths"].values()]
    assert len(set(names)) == len(names)


def test_server_names_its_description(client):
    links = re.findall(r'<([^>]+)>;rel="([^"]+)"', client.get("/api").headers["link"])
    found = {relation: client.get(address).headers["content-type"] for address, relation in links}
    assert found["service-desc"] == "application/json"
    assert found["service-doc"].startswith("text/html")


def test_everything_that_is_mentioned_is_there():
    for target in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(DOCUMENT)):
        found = DOCUMENT
        for step in target.split("/"):
            found = found[step]


def test_every_key_of_a_view_is_described():
    assert set(DOCUMENT["components"]["parameters"]) == {"id", *VIEW_KEYS}


def test_examples_of_parameters_fit_their_schemas_and_are_understood(client):
    for key, parameter in DOCUMENT["components"]["parameters"].items():
        if key == "id":
            continue
        jsonschema.validate(parameter["example"], parameter["schema"])
        response = client.get(f"/api/images/cube.fits?{key}={quote(str(parameter['example']))}")
        # Not every image has a hundred channels.
        assert response.status_code == 200 or "invalid" not in response.json()["error"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("frame", "a=b"),
        ("mix", "1"),
        ("limits", "1"),
        ("stretch", "sqrt:2"),
        ("stretch", "nonsense"),
        ("gamma", "0"),
        ("gamma", "-1"),
        ("contrast", "-1"),
        ("invert", "2"),
        ("cmap", "nonsense"),
        ("collapse", "nonsense"),
        ("nan", "12345"),
    ],
)
def test_what_the_schemas_refuse_the_server_refuses(client, key, value):
    schema = DOCUMENT["components"]["parameters"][key]["schema"]
    given = float(value) if schema["type"] == "number" else value
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(given))
    response = client.get(f"/api/images/cube.fits?{key}={quote(value, safe='')}")
    assert response.status_code == 400
    assert problems("Error", response.json()) == []
    assert response.json()["parameter"] == key


# --- answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "identifier",
    ["sky.fits", "empty.fits", "cube.fits", "sub/mosaic.fits", "bands", "night", "sub/frame1.fits"],
)
def test_answers_are_as_described(client, identifier):
    statuses = answers(client, identifier)
    assert statuses[0] == 200
    assert set(statuses) <= {200, 400}


def test_refusals_are_as_described(client):
    assert answers(client, "broken.fits") == [404]
    assert answers(client, "nothing.fits") == [404]


def test_server_and_lists_are_as_described(client):
    assert check(client, "/api", "About") == 200
    assert check(client, "/api/colormaps", "Colormaps") == 200
    assert check(client, "/api/images", "Listing") == 200
    assert check(client, "/api/images?prefix=sub/&limit=1&offset=1", "Listing") == 200
    assert check(client, "/api/images?search=frame", "Listing") == 200
    for query in ("limit=0", "limit=x", "offset=-1", "prefix=sub"):
        assert check(client, f"/api/images?{query}", "Listing") == 400


def test_names_that_are_no_text_break_no_list(client, files):
    """A name in another encoding than UTF-8 fits into no address and no document."""
    path = files / os.fsdecode(b"caf\xe9.fits")
    try:
        shutil.copy(files / "sky.fits", path)
    except OSError:
        pytest.skip("this file system takes no such name")
    try:
        assert check(client, "/api/images", "Listing") == 200
        assert client.get("/iiif/presentation/3/collection").status_code == 200
        assert client.get("/api/images/caf%E9.fits").status_code == 404
        assert client.get("/api/images/caf%ED%B3%A9.fits").status_code == 404
    finally:
        path.unlink()


def test_real_images_are_as_described(data_dir, serve, tmp_path_factory):
    cache = CacheSettings(directory=tmp_path_factory.mktemp("real"))
    client = serve(Settings(data=DataSettings(root=data_dir), cache=cache))
    for identifier in (
        "image/chandra_m101_region.fits",
        "mosaic/flat-mef.fits",
        "cube/casa_noise_4d.fits",
        "blink/a478hst-cutout.fits.gz",
        "wcs/allsky_rosat_AIT.fits",
        "pix/eso_suite_tst0009.fits",
        "time/soho_eit/efz20040301.000010_s.fits",
        "color_wfpc2/WFPC2u5780205r_c0fx.fits",
        "bad/truncated_solis.fts",
        "table/brightstars.fits",
    ):
        assert set(answers(client, identifier)) <= {200, 400, 404}, identifier


def test_wrong_answers_are_noticed(client):
    image = client.get("/api/images/sky.fits").json()
    assert problems("Image", image) == []
    for spoil in (
        lambda d: d.pop("width"),
        lambda d: d.update(width="30"),
        lambda d: d.update(more=1),
        lambda d: d["shown"]["limits"][0].update(vmin=None),
        lambda d: d["sky"].update(parity=0),
        lambda d: d["channels"][0].update(index=0),
    ):
        spoilt = copy.deepcopy(image)
        spoil(spoilt)
        assert problems("Image", spoilt)


# --- the page -----------------------------------------------------------------------------------


class Page(html.parser.HTMLParser):
    """Collects what a page consists of."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.links, self.open = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        if "id" in given:
            self.ids.append(given["id"])
        self.links += [given[key] for key in ("href", "src") if key in given]
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(client):
    response = client.get("/api/docs")
    assert response.headers["content-type"].startswith("text/html")
    return response.text


def test_page_is_well_formed_and_needs_nothing_from_outside(page):
    found = Page(page)
    assert found.open == []
    assert "script" not in [tag for tag, _ in found.tags]
    outside = [link for link in found.links if link.startswith(("http", "//"))]
    assert outside == []
    assert "url(" not in page


def test_links_of_the_page_lead_somewhere(page):
    found = Page(page)
    assert len(set(found.ids)) == len(found.ids)
    inner = {link[1:] for link in found.links if link.startswith("#")}
    assert inner <= set(found.ids)


def test_page_can_be_read_by_machines_that_read_aloud(page):
    found = Page(page)
    assert ("html", {"lang": "en"}) in found.tags
    kinds = [tag for tag, _ in found.tags]
    assert kinds.count("h1") == kinds.count("main") == 1
    assert kinds.count("table") == kinds.count("caption")
    assert all("scope" in given for tag, given in found.tags if tag == "th")
    labels = [given["aria-labelledby"] for tag, given in found.tags if tag == "section"]
    assert set(labels) <= set(found.ids)


def test_page_tells_of_everything(page):
    for path in OPERATIONS:
        assert path in page
    for name in DOCUMENT["components"]["schemas"]:
        assert f'id="schema-{name}"' in page


def test_titles_are_escaped():
    text = write_page(openapi("http://testserver", "<script>alert(1)</script>"))
    assert "<script" not in text
