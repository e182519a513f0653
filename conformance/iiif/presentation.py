"""Manifests, collections and content states keep every MUST, and what they link to is there."""

import base64
import io
import json
from typing import Any
from urllib.parse import unquote, urlsplit

import web
from faults import Fault, status, text
from gate import Gate, Site, demand, equal
from iiif.musts import Json, bodies, broken
from images import CUBE, FIELD, MOSAIC
from PIL import Image

REGION = (10, 20, 60, 50)
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


class _Crawl:
    """Follows every link from the collection of everything on."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.manifests: list[Json] = []
        self.collections = 0
        self._seen: set[str] = set()

    def read(self, address: str) -> None:
        """Check a document, then those that it lists."""
        if address in self._seen:
            return
        self._seen.add(address)
        document = _document(address)
        equal(f"id of {address}", document.get("id"), address)
        complaints = list(broken(document))
        demand(not complaints, f"{address}: {'; '.join(complaints[:5])}")
        if document["type"] == "Manifest":
            self.manifests.append(document)
            self._targets(document)
        else:
            self.collections += 1
            for item in document["items"]:
                self.read(item["id"])
        for whole in document.get("partOf", ()):
            self.read(whole["id"])

    def _targets(self, manifest: Json) -> None:
        """Ask for whatever is not another document of the same kind."""
        for resource in (manifest, *manifest["items"]):
            for key in ("thumbnail", "rendering", "homepage", "seeAlso"):
                for link in resource.get(key, ()):
                    self._target(link)
        for canvas in manifest["items"]:
            found = _document(canvas["id"])
            equal(f"canvas at {canvas['id']}", found["id"], canvas["id"])
            for page in canvas["items"]:
                for annotation in page["items"]:
                    for picture in bodies(annotation["body"]):
                        self._target(picture)

    def _target(self, link: Json) -> None:
        address = link["id"].partition("#")[0]
        if address in self._seen or not address.startswith(self.base):
            return
        self._seen.add(address)
        answer = web.fetch(address)
        equal(f"status of {address}", answer.status, 200)
        equal(f"media type of {address}", answer.media_type, link.get("format", answer.media_type))
        if link["type"] == "Image":
            with Image.open(io.BytesIO(answer.body)) as image:
                equal(f"format of {address}", FORMATS.get(image.format or ""), answer.media_type)
                size = (link.get("width", image.width), link.get("height", image.height))
                equal(f"size of {address}", image.size, size)


def _document(address: str) -> Json:
    answer = web.fetch(address)
    equal(f"status of {address}", answer.status, 200)
    found: Json = json.loads(answer.text)
    return found


def _states(site: Site) -> int:
    """Content states name a canvas of a manifest, plain and encoded alike."""
    query = f"region={','.join(map(str, REGION))}"
    for name in (web.segment(FIELD), f"{CUBE};frame=2;channel=2"):
        place = f"{site.base}/iiif/presentation/3/{name}/content-state"
        state = _document(f"{place}?{query}")
        equal(f"type of {place}", state["type"], "Annotation")
        equal(f"motivation of {place}", state["motivation"], ["contentState"])
        target = state["target"]
        canvas, _, fragment = target["id"].partition("#")
        equal(f"region of {place}", fragment, f"xywh={','.join(map(str, REGION))}")
        (whole,) = target["partOf"]
        canvases = [item["id"] for item in _document(whole["id"])["items"]]
        demand(canvas in canvases, f"{place}: {canvas} is no canvas of {whole['id']}")
        if name.startswith(CUBE):
            equal(f"place of the canvas of {name}", canvases.index(canvas), 3)
        plain = web.fetch(f"{place}/encoded?{query}").text.strip()
        padded = plain + "=" * (-len(plain) % 4)
        decoded: Any = json.loads(unquote(base64.urlsafe_b64decode(padded).decode("ascii")))
        equal(f"content of {place}/encoded", decoded, target)
        demand("=" not in plain and "+" not in plain and "/" not in plain, f"{place}: {plain}")
    return 2


def _check(site: Site) -> str:
    crawl = _Crawl(site.base)
    crawl.read(f"{site.base}/iiif/presentation/3/collection")
    names = [unquote(urlsplit(manifest["id"]).path) for manifest in crawl.manifests]
    for identifier in site.pictures:
        demand(any(identifier in name for name in names), f"{identifier} is in no collection")
    canvases = sum(len(manifest["items"]) for manifest in crawl.manifests)
    return (
        f"{crawl.collections} collections, {len(crawl.manifests)} manifests, {canvases} canvases"
        f" and all that they link to; {_states(site)} content states"
    )


PRESENTATION = Gate(
    name="iiif-presentation",
    tool=lambda: "Presentation 3.0, our own table",
    run=_check,
    faults=(
        Fault("a plain label", "no language map", text(r'"label": \{.*?\}', '"label":"x"', "cube")),
        Fault(
            "canvases of no height", "width and height", text(r'"height": 200,', "", "/manifest")
        ),
        Fault(
            "annotations of another target",
            "has the target",
            text(r'("target": "[^"]*)"', r'\1x"', "/manifest"),
        ),
        Fault(
            "ranges of canvases that are not there",
            "no canvas of the manifest",
            text(r"(structures.*?/canvas/)", r"\1no-", "cube.fits/manifest"),
        ),
        Fault(
            "rights in a sentence",
            "rights",
            text(r'("rights": ")http', r"\1see http", "collection"),
        ),
        Fault(
            "canvases named like a part of one",
            "has a fragment",
            text(r'("id": "[^"]*/canvas/[^"/#]*)"', r'\1#xywh=0,0,9,9"', f"{MOSAIC}/manifest"),
        ),
        Fault(
            "chips of a canvas that is not there",
            "no canvas of the manifest",
            text(r"/canvas/([^\"/#]*#xywh)", r"/canvas/no-\1", f"{MOSAIC}/manifest"),
        ),
        Fault(
            "pages of a property of their own",
            "not of the properties of AnnotationPage: mood",
            text(r'"type": "AnnotationPage",', r'\g<0>"mood": "good",', "/manifest"),
        ),
        Fault(
            "profiles in lists", "profile is", text(r'("profile": )("[^"]*")', r"\1[\2]", "cube")
        ),
        Fault("thumbnails are gone", "status of .*200,", status(404, 200, "/full/200,")),
        Fault(
            "content states of another canvas",
            "no canvas of|place of the canvas",
            text(r"/canvas/", "/canvas/no-", "content-state"),
        ),
    ),
)
