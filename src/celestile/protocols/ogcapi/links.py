"""Addresses and links of the resources."""

from typing import Any

from celestile.protocols.ogcapi.formats import HTML, JSON
from celestile.protocols.web.addresses import Base
from celestile.views.view import View

Document = dict[str, Any]

PREFIX = "/ogc"
_RELATIONS = "http://www.opengis.net/def/rel/ogc/1.0/"
TILING_SCHEME = f"{_RELATIONS}tiling-scheme"
TILING_SCHEMES = f"{_RELATIONS}tiling-schemes"
TILESETS = f"{_RELATIONS}tilesets-map"
STYLES = f"{_RELATIONS}styles"
GEODATA = f"{_RELATIONS}geodata"


def link(href: str, rel: str, media_type: str, title: str = "", **more: object) -> Document:
    """Write a link (RFC 8288 in the JSON of OGC 19-072, section 8.1.3)."""
    written = {"href": href, "rel": rel, "type": media_type}
    return written | ({"title": title} if title else {}) | more


def own(address: str, name: str = "json", media_type: str = JSON) -> list[Document]:
    """Link a document to itself and to its other encoding.

    Parameters
    ----------
    address : str
        Without ``f``; it may have other parameters.
    name : str
        Encoding in which the document is sent.
    media_type : str
        Of the document where it is JSON.
    """
    sign = "&" if "?" in address else "?"
    name = "html" if name == "html" else "json"
    kinds = {"json": ("This document", media_type), "html": ("This document as a page", HTML)}
    return [
        link(f"{address}{sign}f={kind}", "self" if kind == name else "alternate", media, title)
        for kind, (title, media) in sorted(kinds.items(), key=lambda item: item[0] != name)
    ]


class Addresses(Base):
    """Where the resources are."""

    __slots__ = ()

    @property
    def root(self) -> str:
        """Address of the landing page."""
        return f"{self.base}{PREFIX}"

    @property
    def collections(self) -> str:
        """Address of the list of images."""
        return f"{self.root}/collections"

    @property
    def dataset(self) -> str:
        """Address of the tilesets of all images together."""
        return f"{self.root}/map/tiles"

    @property
    def matrix_sets(self) -> str:
        """Address of the list of tile matrix sets."""
        return f"{self.root}/tileMatrixSets"

    def matrix_set(self, identifier: str) -> str:
        """Address, and identity, of a tile matrix set."""
        return f"{self.matrix_sets}/{identifier}"

    def collection(self, identifier: str, view: View) -> str:
        """Address of an image in a view."""
        return f"{self.collections}/{self.name(identifier, view)}"
