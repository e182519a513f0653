"""What a Presentation 3.0 document must be like, written from the specification alone."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Document = dict[str, Any]

_NEEDED = {
    "Collection": {"id", "type", "label", "items"},
    "Manifest": {"id", "type", "label", "items"},
    "Canvas": {"id", "type", "items", "height", "width"},
    "AnnotationPage": {"id", "type"},
    "Annotation": {"id", "type", "motivation", "target"},
    "Range": {"id", "type", "items"},
    "Image": {"id", "type", "format", "width", "height"},
    "Choice": {"type", "items"},
    "Agent": {"id", "type", "label"},
    "TextualBody": {"type", "value"},
    "ImageService3": {"id", "type", "profile"},
    "Dataset": {"id", "type", "label"},
    "Text": {"id", "type", "label"},
}
"""Sections 3.1 and 3.2: MUST, by type; of images and what is linked the SHOULD as well."""

_ITEMS = {
    "Collection": {"Collection", "Manifest"},
    "Manifest": {"Canvas"},
    "Canvas": {"AnnotationPage"},
    "AnnotationPage": {"Annotation"},
    "Range": {"Range", "Canvas", "SpecificResource"},
    "Choice": {"Image"},
}
_LANGUAGE_MAPS = {"label", "summary", "value"}
_ARRAYS = {"thumbnail", "provider", "homepage", "seeAlso", "rendering", "partOf", "service",
           "behavior", "items", "annotations", "structures", "metadata"}  # fmt: skip
_RIGHTS = re.compile(
    r"http://(creativecommons\.org/(licenses|publicdomain)/|rightsstatements\.org/vocab/)"
)
_BEHAVIORS = {
    "Collection": {"multi-part", "unordered", "individuals", "continuous", "paged", "together"},
    "Manifest": {"individuals", "continuous", "paged", "unordered", "auto-advance", "repeat"},
}


def _language_map(value: object) -> bool:
    return (
        isinstance(value, dict)
        and bool(value)
        and all(re.fullmatch(r"none|[a-z]{2,3}(-[A-Za-z0-9]+)*", key) for key in value)
        and all(
            isinstance(texts, list) and texts and all(isinstance(t, str) for t in texts)
            for texts in value.values()
        )
    )


def _walk(resource: Document, path: str, *, embedded: bool) -> Iterator[str]:
    kind = resource.get("type") or resource.get("@type")
    if kind == "ImageService2":
        if not str(resource.get("@id", "")).startswith("http"):
            yield f"{path}: a 2.1 service needs @id"
        return
    needed = _NEEDED.get(str(kind), {"id", "type"})
    # What is only mentioned has no items, and what is part of something has no size.
    if not embedded:
        needed = needed - {"items", "height", "width", "format"}
    if missing := needed - resource.keys():
        yield f"{path}: {kind} without {sorted(missing)}"
    if "id" in resource and not re.match(r"https?://[^\s<>\"{}|\\^`]+$", str(resource["id"])):
        yield f"{path}: {resource['id']!r} is not an address"
    for key in ("height", "width"):
        if key in resource and not (isinstance(resource[key], int) and resource[key] > 0):
            yield f"{path}: {key} {resource[key]!r}"
    yield from _properties(resource, str(kind), path)


def _properties(resource: Document, kind: str, path: str) -> Iterator[str]:
    for key, value in resource.items():
        here = f"{path}/{key}"
        if key in _ARRAYS and not (isinstance(value, list) and (value or key == "items")):
            yield f"{here}: not an array with something in it"
        elif key in _LANGUAGE_MAPS and kind != "TextualBody" and not _language_map(value):
            yield f"{here}: {value!r} is not a language map"
    for pair in [*resource.get("metadata", []), resource.get("requiredStatement")]:
        if pair is not None and not (_language_map(pair["label"]) and _language_map(pair["value"])):
            yield f"{path}: metadata {pair!r}"
    if "rights" in resource and not _RIGHTS.match(resource["rights"]):
        yield f"{path}: rights {resource['rights']!r}"
    date = resource.get("navDate")
    if date and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", date):
        yield f"{path}: navDate {date!r}"
    if set(resource.get("behavior", [])) - _BEHAVIORS.get(kind, set()):
        yield f"{path}: behavior {resource['behavior']}"
    yield from _children(resource, kind, path)


def _children(resource: Document, kind: str, path: str) -> Iterator[str]:
    for number, item in enumerate(resource.get("items", [])):
        if item.get("type") not in _ITEMS.get(kind, set()):
            yield f"{path}/items/{number}: {item.get('type')} in {kind}"
        embedded = kind not in ("Collection", "Range") or item["type"] == "Range"
        yield from _walk(item, f"{path}/items/{number}", embedded=embedded)
    for key in ("annotations", "structures", "provider"):
        for number, item in enumerate(resource.get(key, [])):
            yield from _walk(item, f"{path}/{key}/{number}", embedded=True)
    for key in ("seeAlso", "rendering", "homepage", "partOf", "service"):
        for number, item in enumerate(resource.get(key, [])):
            yield from _walk(item, f"{path}/{key}/{number}", embedded=False)
    for number, item in enumerate(resource.get("thumbnail", [])):
        yield from _walk(item, f"{path}/thumbnail/{number}", embedded=True)
    if kind == "Annotation" and "body" in resource:
        yield from _walk(resource["body"], f"{path}/body", embedded=True)


def _painted(manifest: Document) -> Iterator[str]:
    """Section 5.6: what is painted targets the canvas whose page it stands in."""
    for canvas in manifest.get("items", []):
        if canvas["type"] != "Canvas":
            continue
        found = [annotation for page in canvas["items"] for annotation in page["items"]]
        if not found:
            yield f"{canvas['id']}: nothing is painted"
        for annotation in found:
            if annotation["motivation"] != "painting" or annotation["target"] != canvas["id"]:
                yield f"{annotation['id']}: {annotation['motivation']} of {annotation['target']}"


def _identified(manifest: Document) -> Iterator[str]:
    """Ids of what is embedded are unique, and ranges and starts mention canvases that are there."""
    canvases = [item["id"] for item in manifest["items"] if item["type"] == "Canvas"]
    if len(set(canvases)) != len(canvases):
        yield "canvases share an id"
    ranges = list(manifest.get("structures", []))
    seen: set[str] = set()
    while ranges:
        found = ranges.pop()
        if found["id"] in seen:
            yield f"ranges share {found['id']}"
        seen.add(found["id"])
        for item in found["items"]:
            if item["type"] == "Range":
                ranges.append(item)
            elif item["id"].split("#")[0] not in canvases:
                yield f"{found['id']} mentions {item['id']}"
    start = manifest.get("start")
    if start and start["id"] not in canvases:
        yield f"it starts at {start['id']}"


@pytest.fixture(scope="session")
def presentation_problems() -> Callable[[Document], list[str]]:
    """What is wrong with a document by the rules of Presentation 3.0; nothing, if all is well."""

    def check(document: Document) -> list[str]:
        found = list(_walk(document, "", embedded=True))
        if document.get("@context") != "http://iiif.io/api/presentation/3/context.json":
            found.append("@context")
        if document["type"] == "Manifest":
            found += [*_painted(document), *_identified(document)]
            if not document["items"]:
                found.append("a manifest MUST have a canvas")
        return found

    return check
