"""Collections: folders and the images in them, without opening the images."""

from typing import Any

from celestile.errors import UnknownImageError
from celestile.protocols.iiif.presentation.addresses import Addresses
from celestile.protocols.iiif.presentation.language import LanguageMap, untranslated
from celestile.protocols.iiif.presentation.manifest import CONTEXT, reference
from celestile.protocols.iiif.presentation.metadata import credits_of
from celestile.service.service import Entry, Listing, Service

PAGE = 500
"""Most manifests of a collection; more are divided into collections of that many."""

Document = dict[str, Any]


def collection(
    service: Service, addresses: Addresses, folder: str = "", page: int | None = None
) -> Document:
    """Describe a folder; touches the disk.

    Parameters
    ----------
    service : Service
        Lists the images.
    addresses : Addresses
        Of everything.
    folder : str
        "" for the whole server, or as "a/b/".
    page : int or None
        Part of a folder with many images, counted from 1.

    Raises
    ------
    UnknownImageError
        If the folder or its part does not exist.
    """
    found = _listed(service, folder, page)
    label = _label(service, folder)
    if page is None:
        items = _whole(found, folder, label, addresses)
    else:
        items, label = _page(found, folder, addresses), _part(label, page, found.total)
    document: Document = {
        "@context": CONTEXT,
        "id": addresses.collection(folder, page),
        "type": "Collection",
        "label": label,
        **credits_of(service.options, addresses.base),
        "items": items,
    }
    abstract = service.options.abstract
    if abstract and not folder:
        document["summary"] = untranslated(abstract)
    above = _above(service, folder, page, addresses)
    if above:
        document["partOf"] = [above]
    return document


def _listed(service: Service, folder: str, page: int | None) -> Listing:
    found = service.entries(folder, offset=PAGE * ((page or 1) - 1), limit=PAGE)
    is_whole_server = not folder and page is None
    if found.entries or is_whole_server or (page is None and found.folders):
        return found
    part = f"part {page} of " if page else ""
    raise UnknownImageError(f"{part}folder {folder.rstrip('/')!r} does not exist or has no images")


def _label(service: Service, folder: str) -> LanguageMap:
    return untranslated(folder.rstrip("/").rpartition("/")[2] or service.options.title)


def _part(label: LanguageMap, page: int, total: int) -> LanguageMap:
    (name,) = label["none"]
    return untranslated(f"{name} ({(page - 1) * PAGE + 1} to {min(page * PAGE, total)} of {total})")


def _above(
    service: Service, folder: str, page: int | None, addresses: Addresses
) -> Document | None:
    if page is not None:
        above = folder
    elif folder:
        above = folder.rstrip("/").rpartition("/")[0]
        above = f"{above}/" if above else ""
    else:
        return None
    label = _label(service, above)
    return {"id": addresses.collection(above), "type": "Collection", "label": label}


def _whole(found: Listing, folder: str, label: LanguageMap, addresses: Addresses) -> list[Document]:
    items = [
        {
            "id": addresses.collection(sub),
            "type": "Collection",
            "label": untranslated(sub.rstrip("/").rpartition("/")[2]),
        }
        for sub in found.folders
    ]
    if found.total <= PAGE:
        return items + _page(found, folder, addresses)
    pages = range(1, -(-found.total // PAGE) + 1)
    return items + [
        {
            "id": addresses.collection(folder, page),
            "type": "Collection",
            "label": _part(label, page, found.total),
        }
        for page in pages
    ]


def _page(found: Listing, folder: str, addresses: Addresses) -> list[Document]:
    return [
        reference(entry.identifier, _title(entry, folder), addresses) for entry in found.entries
    ]


def _title(entry: Entry, folder: str) -> str:
    """Title of an image; of one that has none its name below the folder."""
    name = entry.identifier.removeprefix(folder)
    return name if entry.title == entry.identifier else entry.title or name
