"""JSON documents about lists of images."""

from typing import Any

from celestile.pixels.facts import Facts
from celestile.service.catalogue import ListedImage, Page

Document = dict[str, Any]


def listing(found: Page) -> Document:
    """Describe a page of the list of images."""
    return {
        "total": found.total,
        "offset": found.offset,
        "folders": list(found.folders),
        "images": [_entry(image) for image in found.images],
        "headers": {"read": found.read, "wanted": found.wanted},
    }


def _entry(image: ListedImage) -> Document:
    entry, facts = image.entry, image.facts
    modified = entry.modified
    return {
        "id": entry.identifier,
        "title": entry.title,
        "bytes": entry.size,
        "modified": None if modified is None else f"{modified:%Y-%m-%dT%H:%M:%SZ}",
        "facts": None if facts is None else _facts(facts),
    }


def _facts(facts: Facts) -> Document:
    return {
        "object": facts.object,
        "filter": facts.filter,
        "exposure": facts.exposure,
        "instrument": facts.instrument,
        "date": facts.date,
        "shape": list(facts.shape),
        "problem": facts.problem,
    }
