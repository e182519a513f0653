"""What Presentation 3.0 says a document MUST be, as a walk through all of it.

Written from the text of the specification, for the validators that exist let most of it pass.
"""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
RIGHTS = re.compile(r"http://(creativecommons\.org/(licenses|publicdomain)|rightsstatements\.org)/")
BEHAVIORS = {"unordered", "individuals", "continuous", "paged", "multi-part", "no-nav", "together"}
DIRECTIONS = {"left-to-right", "right-to-left", "top-to-bottom", "bottom-to-top"}
LINKS = ("thumbnail", "homepage", "logo", "rendering", "seeAlso", "partOf", "provider", "service")
LABELED = {"Manifest", "Collection", "Agent"}
ITEMS = {
    "Collection": {"Collection", "Manifest"},
    "Manifest": {"Canvas"},
    "Canvas": {"AnnotationPage"},
    "AnnotationPage": {"Annotation"},
    "Range": {"Range", "Canvas", "SpecificResource"},
}
# What the consortium's own schema allows; of others it knows nothing.
KEYS = {
    "Manifest": {
        "@context", "accompanyingCanvas", "annotations", "behavior", "homepage", "id", "items",
        "label", "metadata", "navDate", "navPlace", "partOf", "placeholderCanvas", "provider",
        "rendering", "requiredStatement", "rights", "seeAlso", "service", "services", "start",
        "structures", "summary", "thumbnail", "type", "viewingDirection",
    },
    "AnnotationPage": {
        "@context", "first", "id", "items", "label", "last", "next", "partOf", "prev", "rendering",
        "service", "thumbnail", "type",
    },
}  # fmt: skip
FORMAT = re.compile(r"[a-z]+/.+")
CONTENT = {"Image", "Choice", "Text", "Dataset", "Sound", "Video", "Model"}


def broken(document: Json) -> Iterator[str]:
    """Give everything in a manifest or collection that breaks a MUST."""
    context = document.get("@context")
    if (context[-1] if isinstance(context, list) else context) != CONTEXT:
        yield f"@context is {context}"
    yield from _resource(document, document.get("type", ""), full=True)
    if document.get("type") == "Manifest":
        yield from _manifest(document)


def _resource(given: Json, at: str, *, full: bool = False) -> Iterator[str]:
    """Whatever holds of each resource; `full` where it is not only named, but all here."""
    kind, identity = given.get("type"), given.get("id", "")
    if not re.fullmatch(r"https?://[^\s\"<>]+", str(identity)):
        yield f"{at}: id is {identity!r}"
    # Where a canvas is only named, as in a range, a fragment names a part of it.
    if (kind in {"Manifest", "Collection"} or (kind == "Canvas" and full)) and "#" in str(identity):
        yield f"{at}: id has a fragment"
    if not isinstance(kind, str):
        yield f"{at}: type is {kind!r}"
        return
    if kind in LABELED and "label" not in given and not at.endswith("partOf"):
        yield f"{at}: no label"
    unknown = set(given) - KEYS.get(kind, set(given))
    if unknown:
        yield f"{at}: not of the properties of {kind}: {', '.join(sorted(unknown))}"
    for key, form in (("format", FORMAT), ("profile", re.compile(".+"))):
        if key in given and not (isinstance(given[key], str) and form.fullmatch(given[key])):
            yield f"{at}: {key} is {given[key]!r}"
    yield from _description(given, at)
    yield from _links(given, at)
    yield from _parts(given, kind, at, full=full)


def _description(given: Json, at: str) -> Iterator[str]:
    """Whatever is said of a resource."""
    for key in ("label", "summary"):
        if key in given:
            yield from _language_map(given[key], f"{at}.{key}")
    for pair in [*given.get("metadata", []), *filter(None, [given.get("requiredStatement")])]:
        for key in ("label", "value"):
            yield from _language_map(pair.get(key), f"{at}.metadata.{key}")
    if "rights" in given and not RIGHTS.match(given["rights"]):
        yield f"{at}: rights {given['rights']!r}"
    if not set(given.get("behavior", [])) <= BEHAVIORS:
        yield f"{at}: behavior {given['behavior']}"
    if given.get("viewingDirection", "left-to-right") not in DIRECTIONS:
        yield f"{at}: viewingDirection {given['viewingDirection']}"


def _language_map(given: object, at: str) -> Iterator[str]:
    if not isinstance(given, dict) or not given:
        yield f"{at} is no language map: {given!r}"
        return
    for language, values in given.items():
        if not re.fullmatch(r"none|[a-z]{2,3}(-[A-Za-z0-9]+)*", language):
            yield f"{at}: language {language!r}"
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            yield f"{at}: {values!r} is no list of strings"


def _links(given: Json, at: str) -> Iterator[str]:
    for key in LINKS:
        linked = given.get(key, [])
        if not isinstance(linked, list) or not all(isinstance(item, dict) for item in linked):
            yield f"{at}.{key} is no list of objects"
            continue
        for item in linked:
            if key == "service" and "@id" in item and "@type" in item:
                continue
            if key in {"homepage", "rendering"} and "label" not in item:
                yield f"{at}.{key}: no label"
            yield from _resource(item, f"{at}.{key}")


def _parts(given: Json, kind: str, at: str, *, full: bool) -> Iterator[str]:
    sides = [given[key] for key in ("width", "height") if key in given]
    if not all(type(side) is int and side > 0 for side in sides) or len(sides) == 1:
        yield f"{at}: width and height are {sides}"
    if kind == "Canvas" and full and not sides:
        yield f"{at}: no width and height"
    needed = kind in {"AnnotationPage", "Range", "Choice"} or (kind in ITEMS and full)
    items = given.get("items", [] if kind == "Canvas" else None)
    if needed and not isinstance(items, list):
        yield f"{at}: items is {items!r}"
    if kind == "Manifest" and full and not items:
        yield f"{at}: no canvas"
    for item in items or ():
        allowed = ITEMS.get(kind, CONTENT)
        if item.get("type") not in allowed:
            yield f"{at}.items: {item.get('type')!r} in a {kind}"
        inside = full and item.get("type") not in {"Manifest", "Collection"} and kind != "Range"
        yield from _resource(item, f"{at}.items", full=inside)
    if kind == "Manifest":
        for item in given.get("structures", ()):
            if item.get("type") != "Range":
                yield f"{at}.structures: {item.get('type')!r}"
            yield from _resource(item, f"{at}.structures")


def _manifest(manifest: Json) -> Iterator[str]:
    """Whatever holds of a manifest as a whole: canvases are painted, and named once."""
    canvases = {canvas.get("id") for canvas in manifest.get("items", ())}
    names: list[str] = list(canvases)
    for canvas in manifest.get("items", ()):
        for page in canvas.get("items", ()):
            names.append(page.get("id"))
            for annotation in page.get("items", ()):
                names.append(annotation.get("id"))
                yield from _painting(annotation, canvas)
    if len(set(names)) < len(names) or len(canvases) < len(manifest.get("items", ())):
        yield "an id is that of two resources"
    ranges = list(_ranges(manifest.get("structures", ())))
    if len({found["id"] for found in ranges}) < len(ranges):
        yield "an id is that of two ranges"
    pointed = [found for outer in ranges for found in outer["items"]]
    pointed += [manifest[key] for key in ("start",) if key in manifest]
    for found in pointed:
        source = found.get("source", found)
        name = source if isinstance(source, str) else source.get("id", "")
        if found.get("type") != "Range" and name.partition("#")[0] not in canvases:
            yield f"{name} is pointed at, and no canvas of the manifest"


def _ranges(given: list[Json]) -> Iterator[Json]:
    for found in given:
        if found.get("type") == "Range":
            yield found
            yield from _ranges(found["items"])


def _painting(annotation: Json, canvas: Json) -> Iterator[str]:
    at = f"the annotation {annotation.get('id')}"
    if annotation.get("motivation") != "painting":
        yield f"{at} has the motivation {annotation.get('motivation')!r}"
    if annotation.get("target") != canvas.get("id"):
        yield f"{at} has the target {annotation.get('target')!r}"
    body = annotation.get("body")
    if not isinstance(body, dict):
        yield f"{at} has no body"
        return
    for picture in bodies(body):
        if picture.get("type") != "Image":
            yield f"{at} paints {picture.get('type')!r}"
        yield from _resource(picture, f"{at}: body")


def bodies(body: Json) -> list[Json]:
    """Pictures of an annotation: one, or those of a choice."""
    return list(body.get("items", ())) if body.get("type") == "Choice" else [body]
