"""Addresses of everything that manifests and collections mention."""

from urllib.parse import quote

from celestile.protocols.web.addresses import Base
from celestile.protocols.web.identifiers import SAFE, encode_identifier, normalize_segment
from celestile.views.view import View, canonical

PREFIX = "/iiif/presentation/3"
COLLECTION = "collection"


class Addresses(Base):
    """Addresses below one base."""

    __slots__ = ()

    def segment(self, identifier: str, view: View) -> str:
        """Write an image and a view as one segment of a path."""
        return apart(self.name(identifier, view))

    def image(self, version: int, identifier: str, view: View) -> str:
        """Address of an image service."""
        return f"{self.base}/iiif/{version}/{self.name(identifier, view)}"

    def object(self, identifier: str, view: View) -> str:
        """Address that those of a manifest's parts begin with."""
        return f"{self.base}{PREFIX}/{self.segment(identifier, view)}"

    def manifest(self, identifier: str, view: View, page: int = 1) -> str:
        """Address of a manifest; of a later part of it where there are several."""
        address = f"{self.object(identifier, view)}/manifest"
        return address if page == 1 else f"{address}/{page}"

    def parts(self, identifier: str, view: View) -> str:
        """Address of the collection of an image's manifests."""
        return f"{self.object(identifier, view)}/{COLLECTION}"

    def collection(self, folder: str = "", page: int | None = None) -> str:
        """Address of the collection of a folder, given as "" or as "a/b/"."""
        parts = [quote(part, safe=SAFE) for part in folder.split("/") if part]
        address = "/".join([f"{self.base}{PREFIX}", COLLECTION, *parts])
        return address if page is None else f"{address}?page={page}"

    def data(self, identifier: str, resource: str = "", view: View | None = None) -> str:
        """Address of an image's metadata, or of a resource below it."""
        address = f"{self.base}/api/images/{encode_identifier(identifier)}"
        query = quote(canonical(view or View()), safe=SAFE).replace(";", "&")
        return f"{address}{'/' if resource else ''}{resource}{'?' if query else ''}{query}"

    def viewer(self, identifier: str = "", view: View | None = None) -> str:
        """Address of the bundled viewer showing an image."""
        if not identifier:
            return f"{self.base}/"
        address = f"{self.base}/#image={quote(identifier, safe=SAFE + '/')}"
        shown = quote(canonical(view or View()), safe=SAFE)
        return f"{address}&view={shown}" if shown else address


def apart(segment: str) -> str:
    """Encode the name of an image called "collection", to distinguish it from the collections."""
    return f"%63{segment[1:]}" if segment == COLLECTION else segment


def as_sent(segment: str) -> str:
    """Write a segment as it was sent, with just those characters encoded that have to be."""
    return apart(normalize_segment(segment))
