"""Manifests: the canvases of an image in order, its structure, and links."""

from collections.abc import Iterable, Sequence
from typing import Any

from celestile.pixels.image import Image
from celestile.protocols.iiif.presentation.addresses import Addresses
from celestile.protocols.iiif.presentation.canvases import Canvases, chip_words, fragment
from celestile.protocols.iiif.presentation.contents import PAGE, CanvasContent, Contents, page_of
from celestile.protocols.iiif.presentation.language import LanguageMap, english, untranslated
from celestile.protocols.iiif.presentation.metadata import (
    credits_of,
    hdu_title,
    metadata,
    nav_date,
    summary,
)
from celestile.service.service import Service
from celestile.views.view import View

CONTEXT = "http://iiif.io/api/presentation/3/context.json"

Document = dict[str, Any]


def manifest(
    service: Service, contents: Contents, addresses: Addresses, address: str, page: int
) -> Document:
    """Describe one page of an image's canvases.

    Parameters
    ----------
    service : Service
        For named views and the operator's options.
    contents : Contents
        The canvases.
    addresses : Addresses
        Of everything.
    address : str
        Of the manifest itself.
    page : int
        Counted from 1.
    """
    canvases = Canvases(service, contents, addresses)
    sheets = list(contents.page(page))
    first = contents.start % PAGE if page == page_of(contents.start) else 0
    image = contents.image
    primary = service.library.primary_cards(contents.identifier)
    document: Document = {
        "@context": CONTEXT,
        "id": address,
        "type": "Manifest",
        "label": untranslated(image.title + _part(contents, page)),
        "summary": english(summary(image)),
        "metadata": metadata(contents, primary, service.options),
        **credits_of(service.options, addresses.base),
        "thumbnail": [canvases.thumbnail(sheets[first])],
        "homepage": [_homepage(contents, addresses)],
        "seeAlso": _see_also(contents.identifier, addresses),
        "partOf": _wholes(contents, addresses),
        "behavior": ["individuals"],
        "items": [canvases.describe(sheet) for sheet in sheets],
    }
    date = nav_date(image.frames[0].time)
    if date:
        document["navDate"] = date
    downloads = canvases.downloads.whole()
    if downloads:
        document["rendering"] = downloads
    return document | _order(contents, addresses, canvases, page)


def _order(contents: Contents, addresses: Addresses, canvases: Canvases, page: int) -> Document:
    """Describe the first canvas to show, and the structure of the canvases."""
    found: Document = {}
    if contents.start and page == page_of(contents.start):
        start = canvases.address(contents.sheet(contents.start))
        found["start"] = {"id": start, "type": "Canvas"}
    if _is_structured(contents):
        sheets = list(contents.page(page))
        found["structures"] = [_Structure(contents, addresses, canvases).root(sheets)]
    return found


def parts(service: Service, contents: Contents, addresses: Addresses, address: str) -> Document:
    """Describe the manifests of an image that has too many canvases for one."""
    identifier, style, title = contents.identifier, contents.style, contents.image.title
    return {
        "@context": CONTEXT,
        "id": address,
        "type": "Collection",
        "label": untranslated(title),
        "summary": english(summary(contents.image)),
        **credits_of(service.options, addresses.base),
        "behavior": ["multi-part"],
        "partOf": [_folder(identifier, addresses)],
        "items": [
            {
                "id": addresses.manifest(identifier, style, page),
                "type": "Manifest",
                "label": untranslated(title + _part(contents, page)),
            }
            for page in range(1, contents.pages + 1)
        ],
    }


def _part(contents: Contents, page: int) -> str:
    if contents.pages == 1:
        return ""
    last = min(page * PAGE, contents.total)
    return f" ({(page - 1) * PAGE + 1} to {last} of {contents.total})"


def _wholes(contents: Contents, addresses: Addresses) -> list[Document]:
    identifier = contents.identifier
    found = [_folder(identifier, addresses)]
    if contents.pages > 1:
        label = english(f"All {contents.total} planes of {contents.image.title}")
        address = addresses.parts(identifier, contents.style)
        found.insert(0, {"id": address, "type": "Collection", "label": label})
    return found


def _folder(identifier: str, addresses: Addresses) -> Document:
    folder, slash, _ = identifier.rpartition("/")
    label = untranslated(folder) if folder else english("All images")
    return {"id": addresses.collection(folder + slash), "type": "Collection", "label": label}


def _homepage(contents: Contents, addresses: Addresses) -> Document:
    return {
        "id": addresses.viewer(contents.identifier, contents.style),
        "type": "Text",
        "label": english("Viewer with pixel values and sky coordinates"),
        "format": "text/html",
        "language": ["en"],
    }


def _see_also(identifier: str, addresses: Addresses) -> list[Document]:
    words = {"header": "Complete FITS header", "": "Axes, limits and sky coordinates"}
    return [
        {
            "id": addresses.data(identifier, resource),
            "type": "Dataset",
            "label": english(label),
            "format": "application/json",
            "profile": f"{addresses.base}/api/openapi.json",
        }
        for resource, label in words.items()
    ]


def _is_structured(contents: Contents) -> bool:
    """Whether the canvases have a structure beyond their order."""
    return len(contents.groups) > 1 or any(
        group.image.chips or (group.frames > 1 and group.channels > 1) for group in contents.groups
    )


class _Structure:
    """Table of contents: HDUs, frames that have several channels, chips of mosaics."""

    def __init__(self, contents: Contents, addresses: Addresses, canvases: Canvases) -> None:
        self._contents = contents
        self._canvases = canvases
        self._base = f"{addresses.object(contents.identifier, contents.style)}/range"

    def root(self, sheets: Sequence[CanvasContent]) -> Document:
        """Arrange the canvases of a manifest."""
        ranges = []
        for group in self._contents.groups:
            mine = [sheet for sheet in sheets if sheet.image is group.image]
            if mine:
                nested = group.frames > 1 and group.channels > 1
                ranges.append(self._of_image(group.image, mine, nested=nested))
        return self._range("all", untranslated(self._contents.image.title), ranges)

    def _of_image(self, image: Image, sheets: Sequence[CanvasContent], *, nested: bool) -> Document:
        name = hdu_title(image, image.hdu)
        if not nested:
            items = [item for sheet in sheets for item in self._of_sheet(sheet)]
            return self._range(image.hdu, untranslated(name), items)
        frames: dict[int, list[CanvasContent]] = {}
        for sheet in sheets:
            frames.setdefault(int(sheet.frame.first), []).append(sheet)
        items = [
            self._range(
                f"{image.hdu}/frame{frame}",
                english(f"Frame {frame}"),
                [item for sheet in among for item in self._of_sheet(sheet)],
            )
            for frame, among in frames.items()
        ]
        return self._range(image.hdu, untranslated(name), items)

    def _of_sheet(self, sheet: CanvasContent) -> list[Document]:
        address = self._canvases.address(sheet)
        chips = [
            self._range(
                f"{sheet.name}/chip{number}",
                untranslated(chip_words(chip)),
                [{"id": fragment(address, chip), "type": "Canvas"}],
            )
            for number, chip in enumerate(sheet.image.chips, start=1)
        ]
        return [{"id": address, "type": "Canvas"}, *chips]

    def _range(self, name: str, label: LanguageMap, items: Iterable[Document]) -> Document:
        return {
            "id": f"{self._base}/{name}",
            "type": "Range",
            "label": label,
            "items": list(items),
        }


def reference(identifier: str, title: str, addresses: Addresses) -> Document:
    """Reference to the manifest of an image that need not be open."""
    return {
        "id": addresses.manifest(identifier, View()),
        "type": "Manifest",
        "label": untranslated(title),
    }
