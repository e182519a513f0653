"""The service metadata document: content, sections, versions, and what it must cope with."""

from dataclasses import replace
from itertools import product
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from celestile.protocols.wmts.layers import content_digest

WMTS = "{http://www.opengis.net/wmts/1.0}"
OWS = "{http://www.opengis.net/ows/1.1}"
XLINK = "{http://www.w3.org/1999/xlink}"
ALL_SECTIONS = ["ServiceIdentification", "ServiceProvider", "OperationsMetadata", "Contents"]
ALL_SECTIONS += ["Themes"]


def get(client: Any, path: str = "/wmts", **more: str) -> ET.Element:
    parameters = {"service": "WMTS", "request": "GetCapabilities"} | more
    response = client.get(path, params=parameters)
    assert response.status_code == 200, response.text
    root = ET.fromstring(response.content)  # noqa: S314 (our own)
    assert root.tag == f"{WMTS}Capabilities"
    assert root.get("version") == "1.0.0"
    return root


def names(root: ET.Element) -> list[str]:
    children = (child.tag.partition("}")[2] for child in root)
    return [name for name in children if name != "ServiceMetadataURL"]


def layers(root: ET.Element) -> dict[str, ET.Element]:
    found = root.findall(f"{WMTS}Contents/{WMTS}Layer")
    return {text(layer, f"{OWS}Identifier"): layer for layer in found}


def text(parent: ET.Element, path: str) -> str:
    found = parent.findtext(path)
    assert found is not None
    return found


def texts(parent: ET.Element, path: str) -> list[str]:
    return [child.text or "" for child in parent.findall(path)]


def test_lists_what_can_be_opened(client: Any) -> None:
    assert set(layers(get(client))) == {
        "plain.fits",
        "same size.fits",
        "small.fits",
        "<svg onmouseover=alert(1)>&.fits",
        "cube/movie.fits",
        "cube/lines.fits",
        # Encoded, so that it is not taken for a view when it comes back.
        "cube/a%3Bstretch=log.fits",
    }


def test_every_listed_layer_has_tiles(client: Any) -> None:
    root = get(client)
    for identifier, layer in layers(root).items():
        link = layer.find(f"{WMTS}TileMatrixSetLink")
        assert link is not None
        asked = {
            "service": "WMTS",
            "request": "GetTile",
            "version": "1.0.0",
            "layer": identifier,
            "style": "default",
            "format": "image/png",
            "tilematrixset": text(link, f"{WMTS}TileMatrixSet"),
            "tilematrix": "0",
            "tilerow": "0",
            "tilecol": "0",
        }
        assert client.get("/wmts", params=asked).status_code == 200, identifier


def test_layer(client: Any) -> None:
    layer = layers(get(client))["plain.fits"]
    assert names(layer) == [
        "Title", "Abstract", "WGS84BoundingBox", "Identifier", "BoundingBox",
        "Metadata", "Metadata", "Style", "Style", "Format", "Format", "Format",
        "InfoFormat", "InfoFormat", "InfoFormat", "InfoFormat",
        "TileMatrixSetLink", *["ResourceURL"] * 7,
    ]  # fmt: skip
    assert texts(layer, f"{WMTS}Format") == ["image/png", "image/jpeg", "image/webp"]
    box = layer.find(f"{OWS}BoundingBox")
    assert box is not None
    assert box.get("crs") == "urn:ogc:def:crs:EPSG::3857"
    assert texts(box, "*") == ["0 0", "1000 700"]


def test_wgs84_box_is_where_the_tiles_are(client: Any) -> None:
    layer = layers(get(client))["plain.fits"]
    corner = text(layer, f"{OWS}WGS84BoundingBox/{OWS}UpperCorner").split()
    # pyproj 3857 -> 4326 of (1000, 700)
    assert float(corner[0]) == pytest.approx(0.008983152841195214, rel=1e-9)
    assert float(corner[1]) == pytest.approx(0.006288206978, rel=1e-9)


def test_styles(client: Any) -> None:
    styles = layers(get(client))["plain.fits"].findall(f"{WMTS}Style")
    assert [text(style, f"{OWS}Identifier") for style in styles] == ["default", "deep-red"]
    assert [style.get("isDefault") for style in styles] == ["true", None]
    assert text(styles[1], f"{OWS}Title") == "Deep <red>"


def test_grids_that_clients_cannot_draw_are_listed_on_request(client: Any, service: Any) -> None:
    path = f"{WMTS}Contents/{WMTS}TileMatrixSet/{OWS}Identifier"
    assert all(name.startswith("pixels-") for name in texts(get(client), path))
    service.options.index_grids = True
    found = texts(get(client), path)
    assert {name.partition("-")[0] for name in found} == {"pixels", "index"}


def test_sets_are_shared_and_ordered(client: Any, service: Any) -> None:
    service.options.index_grids = True
    root = get(client)
    identifiers = texts(root, f"{WMTS}Contents/{WMTS}TileMatrixSet/{OWS}Identifier")
    assert len(identifiers) == len(set(identifiers))
    # What clients cannot draw comes last, in the document and in each layer.
    crs = texts(root, f"{WMTS}Contents/{WMTS}TileMatrixSet/{OWS}SupportedCRS")
    index = "http://www.opengis.net/def/crs/OGC/0/Index2D"
    assert crs == ["urn:ogc:def:crs:EPSG::3857"] * 3 + [index] * 3
    for layer in layers(root).values():
        linked = texts(layer, f"{WMTS}TileMatrixSetLink/{WMTS}TileMatrixSet")
        assert set(linked) <= set(identifiers)
        assert linked[0].startswith("pixels-")
    plain, same = (layers(root)[name] for name in ("plain.fits", "same size.fits"))
    link = f"{WMTS}TileMatrixSetLink/{WMTS}TileMatrixSet"
    assert texts(plain, link) == texts(same, link)


def test_limits_agree_with_the_set(client: Any) -> None:
    root = get(client)
    sets = {
        text(matrix_set, f"{OWS}Identifier"): matrix_set
        for matrix_set in root.findall(f"{WMTS}Contents/{WMTS}TileMatrixSet")
    }
    for layer in layers(root).values():
        for link in layer.findall(f"{WMTS}TileMatrixSetLink"):
            matrix_set = sets[text(link, f"{WMTS}TileMatrixSet")]
            matrices = matrix_set.findall(f"{WMTS}TileMatrix")
            limits = link.findall(f"{WMTS}TileMatrixSetLimits/{WMTS}TileMatrixLimits")
            assert [text(limit, f"{WMTS}TileMatrix") for limit in limits] == [
                text(matrix, f"{OWS}Identifier") for matrix in matrices
            ]
            for limit, matrix in zip(limits, matrices, strict=True):
                rows = int(text(matrix, f"{WMTS}MatrixHeight"))
                columns = int(text(matrix, f"{WMTS}MatrixWidth"))
                assert texts(limit, "*")[1:] == ["0", str(rows - 1), "0", str(columns - 1)]


def test_tile_matrix_set(client: Any) -> None:
    root = get(client, layer="plain.fits")
    matrix_set = root.find(f"{WMTS}Contents/{WMTS}TileMatrixSet")
    assert matrix_set is not None
    last = matrix_set.findall(f"{WMTS}TileMatrix")[-1]
    assert float(text(last, f"{WMTS}ScaleDenominator")) == pytest.approx(1 / 0.00028)
    assert text(last, f"{WMTS}TopLeftCorner") == "0 700"
    assert text(last, f"{WMTS}TileWidth") == "256"
    assert text(last, f"{WMTS}MatrixWidth") == "4"
    assert text(last, f"{WMTS}MatrixHeight") == "3"


def test_dimensions(client: Any) -> None:
    dimensions = layers(get(client))["cube/movie.fits"].findall(f"{WMTS}Dimension")
    found = {
        text(dimension, f"{OWS}Identifier"): texts(dimension, f"{WMTS}Value")
        for dimension in dimensions
    }
    assert found == {
        "TIME": [
            "default", "2004-03-01T00:00:10Z", "2004-03-01T00:00:20Z", "2004-03-01T00:00:30Z"
        ],
        "CHANNEL": ["default", "g", "r", "i"],
    }  # fmt: skip
    assert {text(dimension, f"{WMTS}Default") for dimension in dimensions} == {"default"}


@pytest.mark.parametrize("times", [(None, None), ("2004-03-01T00:00:10Z",) * 2])
def test_frames_are_numbered_where_times_do_not_identify_them(
    client: Any, service: Any, times: tuple[str | None, ...]
) -> None:
    movie = service.images["cube/movie.fits"]
    frames = tuple(replace(f, time=t) for f, t in zip(movie.frames, times, strict=False))
    service.images["cube/movie.fits"] = replace(movie, frames=frames)
    dimensions = layers(get(client))["cube/movie.fits"].findall(f"{WMTS}Dimension")
    assert [text(each, f"{OWS}Identifier") for each in dimensions] == ["FRAME", "CHANNEL"]
    assert texts(dimensions[0], f"{WMTS}Value") == ["default", "1", "2"]


def test_every_combination_of_dimensions_has_a_tile(client: Any, tile: dict[str, str]) -> None:
    layer = layers(get(client))["cube/movie.fits"]
    offered = {
        text(each, f"{OWS}Identifier"): texts(each, f"{WMTS}Value")
        for each in layer.findall(f"{WMTS}Dimension")
    }
    movie = {"layer": "cube/movie.fits", "TileMatrixSet": "pixels-300x300", "TileMatrix": "0"}
    for values in product(*offered.values()):
        chosen = dict(zip(offered, values, strict=True))
        response = client.get("/wmts", params=tile | movie | chosen)
        assert response.status_code == 200, chosen


def test_spectrum_lists_all_its_channels(client: Any) -> None:
    (dimension,) = layers(get(client))["cube/lines.fits"].findall(f"{WMTS}Dimension")
    expected = ["default", *map(str, range(1, 1201))]
    assert texts(dimension, f"{WMTS}Value") == expected
    assert text(dimension, f"{OWS}Title") == "Channel, 1e+09 to 1.0000012e+09 Hz"


def test_resource_urls(client: Any) -> None:
    layer = layers(get(client))["cube/movie.fits"]
    urls = {
        (url.attrib["resourceType"], url.attrib["format"]): url.attrib["template"]
        for url in layer.findall(f"{WMTS}ResourceURL")
    }
    tile = (
        "http://host/wmts/1.0.0/cube%2Fmovie.fits/{Style}/{TIME}/{CHANNEL}"
        "/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}"
    )
    assert urls["tile", "image/png"] == f"{tile}.png"
    assert urls["tile", "image/jpeg"] == f"{tile}.jpg"
    assert urls["tile", "image/webp"] == f"{tile}.webp"
    assert urls["FeatureInfo", "text/html"] == f"{tile}/{{J}}/{{I}}.html"
    assert len(urls) == 7


# The OGC's test suite expects a template for each format that a layer lists.
def test_every_format_has_a_template(client: Any, service: Any) -> None:
    for layer in layers(get(client)).values():
        found = layer.findall(f"{WMTS}ResourceURL")
        for kind, tag in (("tile", "Format"), ("FeatureInfo", "InfoFormat")):
            formats = [url.get("format") for url in found if url.get("resourceType") == kind]
            assert formats == texts(layer, f"{WMTS}{tag}")
    service.options.templates = "png"
    for layer in layers(get(client)).values():
        found = layer.findall(f"{WMTS}ResourceURL")
        tiles = [url.get("format") for url in found if url.get("resourceType") == "tile"]
        assert tiles == ["image/png"]


@pytest.mark.parametrize("spelling", ["Style", "style"])
def test_templates_lead_to_tiles(client: Any, service: Any, spelling: str) -> None:
    service.options.style_variable = spelling
    layer = layers(get(client))["plain.fits"]
    values = {spelling: "deep-red", "TileMatrixSet": "pixels-1000x700", "TileMatrix": "2"}
    for url in layer.findall(f"{WMTS}ResourceURL"):
        template = url.attrib["template"]
        assert f"/{{{spelling}}}/" in template
        filled = template.format(**values, TileRow=1, TileCol=2, I=3, J=4)
        response = client.get(filled.removeprefix("http://host"))
        assert response.status_code == 200
        assert response.headers["content-type"].partition(";")[0] == url.attrib["format"]


def test_slash_substitute(client: Any, service: Any) -> None:
    service.options.slash_substitute = "~~"
    layer = layers(get(client))["cube/lines.fits"]
    template = layer.findall(f"{WMTS}ResourceURL")[0].attrib["template"]
    assert "/cube~~lines.fits/" in template


def test_operations(client: Any) -> None:
    root = get(client)
    operations = root.findall(f"{OWS}OperationsMetadata/{OWS}Operation")
    assert [operation.get("name") for operation in operations] == [
        "GetCapabilities", "GetTile", "GetFeatureInfo"
    ]  # fmt: skip
    for operation in operations:
        links = operation.findall(f"{OWS}DCP/{OWS}HTTP/{OWS}Get")
        assert [link.get(f"{XLINK}href") for link in links] == ["http://host/wmts?"]
        values = texts(links[0], f"{OWS}Constraint/{OWS}AllowedValues/{OWS}Value")
        assert values == ["KVP"]


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ("All", ALL_SECTIONS),
        ("Contents,All", ALL_SECTIONS),
        ("Contents", ["Contents"]),
        ("OperationsMetadata, ServiceIdentification", ["ServiceIdentification", ALL_SECTIONS[2]]),
        ("ServiceProvider", ["ServiceProvider"]),
        ("Themes", ["Themes"]),
        ("Contents,Themes", ["Contents", "Themes"]),
    ],
)
def test_sections(client: Any, sections: str, expected: list[str]) -> None:
    root = get(client, Sections=sections)
    assert names(root) == expected
    # It is no section: the OGC's test suite wants a document of nothing but what was asked for.
    assert bool(follow(root)) == ("All" in sections)


def test_no_image_is_opened_without_contents(client: Any, service: Any) -> None:
    get(client, Sections="ServiceIdentification")
    assert service.opened == []


# OWS Common 1.1.0 (06-121r3), section 7.3.4: equal, the document has no content; less, it is whole;
# greater than the current one, an exception InvalidUpdateSequence. The OGC's suite counts by one.
def test_update_sequence(client: Any) -> None:
    current = get(client).attrib["updateSequence"]
    assert current.isdecimal()
    same = get(client, updateSequence=current)
    assert len(same) == 0
    assert same.attrib["updateSequence"] == current
    for older in ("0", str(int(current) - 1), "2024-05-06T07:08:09Z.0123456789ab"):
        assert names(get(client, updateSequence=older)) == ALL_SECTIONS
    query = {"service": "WMTS", "request": "GetCapabilities"}
    later = client.get("/wmts", params=query | {"updateSequence": str(int(current) + 1)})
    assert later.status_code == 400
    assert "InvalidUpdateSequence" in later.text


def test_update_sequence_grows_with_every_change(client: Any, service: Any) -> None:
    found = []
    for change in (
        lambda: service.images.pop("plain.fits"),  # the newest file is deleted
        lambda: setattr(service.options, "title", "another"),
        lambda: setattr(service.options, "title", "Test <sky>"),  # and changed back
    ):
        found.append(int(get(client).attrib["updateSequence"]))
        change()
    found.append(int(get(client).attrib["updateSequence"]))
    assert found == sorted(set(found))


def test_digest_follows_the_files(service: Any) -> None:
    entries = service.every()
    first = content_digest(entries, ["settings"])
    assert content_digest(entries, ["settings"]) == first
    assert content_digest(entries[1:], ["settings"]) != first
    assert content_digest(entries, ["others"]) != first


def test_themes_are_folders(client: Any, service: Any) -> None:
    template = service.images["small.fits"]
    for identifier in ("a/b/c/deep.fits", "a/b/one.fits", "a/two.fits", "a.fits", "z/last.fits"):
        service.images[identifier] = replace(template, identifier=identifier)
    root = get(client)

    def tree(parent: ET.Element) -> dict[str, Any]:
        found: dict[str, Any] = {"": texts(parent, f"{WMTS}LayerRef")}
        for theme in parent.findall(f"{WMTS}Theme"):
            tags = [child.tag.partition("}")[2] for child in theme]
            # The order of the schema.
            assert tags == sorted(tags, key=["Title", "Identifier", "Theme", "LayerRef"].index)
            found[text(theme, f"{OWS}Title")] = tree(theme)
        return found

    themes = root.find(f"{WMTS}Themes")
    assert themes is not None
    assert tree(themes) == {
        "": [],
        "a": {
            "": ["a/two.fits"],
            "b": {"": ["a/b/one.fits"], "c": {"": ["a/b/c/deep.fits"]}},
        },
        "cube": {"": ["cube/a%3Bstretch=log.fits", "cube/lines.fits", "cube/movie.fits"]},
        "z": {"": ["z/last.fits"]},
    }
    # Each refers to a layer of the same document, and identifiers are those of folders.
    refs = [ref.text for ref in themes.iter(f"{WMTS}LayerRef")]
    assert set(refs) <= set(layers(root))
    identifiers = [found.text or "" for found in themes.iter(f"{OWS}Identifier")]
    assert len(identifiers) == len(set(identifiers))
    for identifier in identifiers:
        assert layers(get(client, prefix=identifier))


def test_no_themes_without_folders(client: Any, service: Any) -> None:
    for name in [name for name in service.images if "/" in name]:
        del service.images[name]
    assert "Themes" not in names(get(client))


@pytest.mark.parametrize("versions", ["1.0.0", "2.0.0,1.0.0"])
def test_accept_versions(client: Any, versions: str) -> None:
    assert names(get(client, AcceptVersions=versions)) == ALL_SECTIONS


@pytest.mark.parametrize(
    ("formats", "expected"),
    [
        ("", "application/xml"),
        ("application/xml", "application/xml"),
        ("text/html,text/xml,application/xml", "text/xml"),
        ("image/png", "application/xml"),
    ],
)
def test_accept_formats(client: Any, formats: str, expected: str) -> None:
    parameters = {"service": "WMTS", "request": "GetCapabilities", "AcceptFormats": formats}
    response = client.get("/wmts", params=parameters)
    assert response.headers["content-type"].partition(";")[0] == expected


def test_names_are_compared_without_case(client: Any) -> None:
    spelled = client.get("/wmts?SERVICE=WMTS&ReQuEsT=GetCapabilities&SECTIONS=Contents")
    usual = client.get("/wmts?service=WMTS&request=GetCapabilities&sections=Contents")
    assert spelled.content == usual.content
    assert spelled.status_code == 200


def test_only_the_layers_asked_for(client: Any, service: Any) -> None:
    root = get(client, layer="cube/movie.fits;limits=0.1,250;stretch=log")
    assert list(layers(root)) == ["cube/movie.fits;limits=0.1,250;stretch=log"]
    assert set(service.opened) == {"cube/movie.fits"}
    encoded = quote("plain.fits;limits=0,1", safe="")
    root = get(client, layers=f"small.fits,{encoded}")
    assert list(layers(root)) == ["small.fits", "plain.fits;limits=0,1"]


def test_another_hdu_has_its_own_size(client: Any) -> None:
    root = get(client, layer="plain.fits;hdu=2")
    identifiers = texts(root, f"{WMTS}Contents/{WMTS}TileMatrixSet/{OWS}Identifier")
    assert identifiers[0] == "pixels-500x700"


def test_second_document_opens_nothing(client: Any, service: Any) -> None:
    get(client)
    assert service.most_at_once <= 4
    service.opened.clear()
    get(client)
    assert service.opened == []


def test_unchanged_document_is_not_sent_again(client: Any) -> None:
    parameters = {"service": "WMTS", "request": "GetCapabilities"}
    first = client.get("/wmts", params=parameters)
    headers = {"if-none-match": first.headers["etag"]}
    again = client.get("/wmts", params=parameters, headers=headers)
    assert again.status_code == 304
    assert again.content == b""


def test_by_path(client: Any) -> None:
    by_path = client.get("/wmts/1.0.0/WMTSCapabilities.xml")
    by_keys = client.get("/wmts?service=WMTS&request=GetCapabilities")
    assert by_path.content == by_keys.content
    assert by_path.headers["content-type"] == "application/xml"


def test_empty_archive(client: Any, service: Any) -> None:
    service.images.clear()
    assert layers(get(client)) == {}


def test_declared_images_are_looked_at_each_time(client: Any, service: Any) -> None:
    # What they are made of may change without their entry telling.
    service.declared = ("band set", "gone")
    service.images["band set"] = replace(service.images["small.fits"], identifier="band set")
    first = get(client)
    assert "band set" in layers(first)
    assert "gone" not in layers(first)
    changed = replace(service.images["band set"], key="changed", width=21)
    service.images["band set"] = changed
    second = get(client)
    assert "21 × 30 pixels" in text(layers(second)["band set"], f"{OWS}Abstract")
    assert second.attrib["updateSequence"] != first.attrib["updateSequence"]


def follow(root: ET.Element) -> list[str]:
    """Addresses of the documents about other images, without the host."""
    links = [url.attrib[f"{XLINK}href"] for url in root.findall(f"{WMTS}ServiceMetadataURL")]
    return [link.removeprefix("http://host") for link in links]


def test_many_layers_are_told_of_in_pages(
    client: Any, service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("celestile.protocols.wmts.pages.MOST_LAYERS", 3)
    root = get(client)
    assert len(layers(root)) == 3
    abstract = text(root, f"{OWS}ServiceIdentification/{OWS}Abstract")
    assert "Images 1 to 3 of 8 are listed" in abstract
    here, after, folder = follow(root)
    assert here == "/wmts/1.0.0/WMTSCapabilities.xml"
    assert after == "/wmts/1.0.0/WMTSCapabilities.xml?offset=3"
    assert folder == "/wmts/1.0.0/cube/WMTSCapabilities.xml"
    found = set(layers(root))
    while after:
        page = ET.fromstring(client.get(after).content)  # noqa: S314 (our own)
        assert follow(page)[0] == after
        found |= set(layers(page))
        after = next((link for link in follow(page)[1:] if "offset" in link), "")
    # All but the one that cannot be opened.
    assert len(found) == len(service.images)


def test_folder_has_capabilities_of_its_own(client: Any, service: Any) -> None:
    by_path = client.get("/wmts/1.0.0/cube/WMTSCapabilities.xml")
    by_keys = client.get(
        "/wmts", params={"service": "WMTS", "request": "GetCapabilities", "prefix": "cube/"}
    )
    assert by_path.content == by_keys.content
    root = ET.fromstring(by_path.content)  # noqa: S314 (our own)
    assert set(layers(root)) == {
        "cube/movie.fits", "cube/lines.fits", "cube/a%3Bstretch=log.fits"
    }  # fmt: skip
    assert follow(root) == ["/wmts/1.0.0/cube/WMTSCapabilities.xml"]
    assert all(name.startswith("cube/") for name in service.opened)


def test_folder_that_is_none_is_refused(client: Any) -> None:
    assert client.get("/wmts/1.0.0/nope/WMTSCapabilities.xml").status_code == 404
    query = {"service": "WMTS", "request": "GetCapabilities"}
    for wrong in ({"prefix": "nope"}, {"offset": "-1"}, {"offset": "x"}):
        response = client.get("/wmts", params=query | wrong)
        assert response.status_code == 400
        assert f'locator="{next(iter(wrong))}"' in response.text


def test_service_identification(client: Any, service: Any) -> None:
    service.options.keywords = ("sky", "<tiles>")
    service.options.provider = "Observatory & friends"
    service.options.provider_url = "https://example.org/?a=1&b=2"
    service.options.rights = "https://example.org/rights"
    root = get(client, Sections="ServiceIdentification,ServiceProvider")
    identification = root.find(f"{OWS}ServiceIdentification")
    assert identification is not None
    assert texts(identification, f"{OWS}Keywords/{OWS}Keyword") == ["sky", "<tiles>"]
    assert text(identification, f"{OWS}Title") == "Test <sky>"
    assert text(identification, f"{OWS}AccessConstraints") == "https://example.org/rights"
    assert text(root, f"{OWS}ServiceProvider/{OWS}ProviderName") == "Observatory & friends"
    site = root.find(f"{OWS}ServiceProvider/{OWS}ProviderSite")
    assert site is not None
    assert site.get(f"{XLINK}href") == "https://example.org/?a=1&b=2"
