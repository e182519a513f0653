"""A strict third-party parser reads every manifest and collection: @allmaps/iiif-parser."""

import json
from typing import Any

import web
import workshop
from faults import Fault, header, text
from gate import Gate, Site, demand, equal
from images import CUBE

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
MEDIA_TYPE = f'application/ld+json;profile="{CONTEXT}"'


def _read(site: Site, address: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fetch a document; gives it as it is, and as the parser understood it."""
    answer = web.fetch(address)
    equal(f"status of {address}", answer.status, 200)
    equal(f"media type of {address}", answer.headers.get("content-type"), MEDIA_TYPE)
    path = site.work / "object.json"
    path.write_bytes(answer.body)
    script = workshop.HERE / "iiif" / "parse-object.mjs"
    done = workshop.run([workshop.program("node", "nodejs"), script, path])
    demand(done.returncode == 0, f"{address}: {done.stderr.strip()[-800:]}")
    found = json.loads(done.stdout)
    equal(f"uri in {address}", found["uri"], address)
    return json.loads(answer.body), found


def _check_manifest(document: dict[str, Any], found: dict[str, Any]) -> int:
    equal("canvases", len(found["items"]), len(document["items"]))
    for canvas, read in zip(document["items"], found["items"], strict=True):
        equal("canvas", read["uri"], canvas["id"])
        equal(
            "size of a canvas", (read["width"], read["height"]), (canvas["width"], canvas["height"])
        )
        info = json.loads(web.fetch(f"{read['image']}/info.json").body)
        equal(
            f"size in {read['image']}",
            (info["width"], info["height"]),
            (read["width"], read["height"]),
        )
    return len(found["items"])


def _crawl(site: Site) -> str:
    root = f"{site.base}/iiif/presentation/3/collection"
    todo, seen, canvases = [root], set(), 0
    while todo:
        address = todo.pop()
        if address in seen:
            continue
        seen.add(address)
        document, found = _read(site, address)
        if document["type"] == "Manifest":
            canvases += _check_manifest(document, found)
        else:
            todo += [item["id"] for item in document["items"]]
        todo += [part["id"] for part in document.get("partOf", [])]
    demand(any(web.segment(CUBE) in address for address in seen), "the cube is in no collection")
    return f"{len(seen)} manifests and collections from {root}, {canvases} canvases"


PARSER_OF_OBJECTS = Gate(
    name="iiif-parser-objects",
    tool=lambda: workshop.node_package("@allmaps/iiif-parser"),
    run=_crawl,
    faults=(
        Fault("height of canvases is missing", "height", text(r'"height": ?\d+,', "", "manifest")),
        Fault(
            "type of pictures", "Image", text('"type": "Image"', '"type": "Picture"', "manifest")
        ),
        Fault(
            "plain text for a label",
            "received string",
            text(r'"label": \{\s*"none": \[\s*("[^"]*")\s*\]\s*\}', r'"label": \1', ""),
        ),
        Fault("plain JSON", "media type of", header("content-type", "application/json")),
        Fault(
            "another size in info.json",
            "size in",
            text(r'("width": ?)3', r"\g<1>4", "cube.fits.*info"),
        ),
        Fault(
            "the cube is in no folder",
            "in no collection",
            text(r'\{\s*"id": "[^"]*/cube.fits/manifest",.*?\]\s*\}\s*\},', "", "collection"),
        ),
        Fault("another id", "uri", text(r'"id": "([^"]+/manifest)"', r'"id": "\1x"', "/manifest")),
    ),
)
