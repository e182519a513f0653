"""Which images a capabilities document is about: large archives have one for each folder."""

from collections.abc import Sequence
from dataclasses import dataclass

from celestile.pixels.resolver import Entry

DOCUMENT = "WMTSCapabilities.xml"

# More layers than that make a document that no client reads.
MOST_LAYERS = 1000

_MOST_FOLDERS = 1000


@dataclass(frozen=True, slots=True)
class CapabilitiesPage:
    """Some of the images.

    Parameters
    ----------
    prefix : str
        Of their identifiers: empty, or a folder that ends with a slash.
    offset : int
        How many of them are in earlier documents.
    """

    prefix: str = ""
    offset: int = 0

    @property
    def title(self) -> str:
        """For people; empty for the whole."""
        where = f"Images in {self.prefix}" if self.prefix else "Images"
        if self.offset:
            return f"{where}, from number {self.offset + 1} on"
        return where if self.prefix else ""


WHOLE = CapabilitiesPage()


def within(entries: Sequence[Entry], part: CapabilitiesPage) -> list[Entry]:
    """All images of a folder, on any page."""
    return [entry for entry in entries if entry.identifier.startswith(part.prefix)]


def listed(entries: Sequence[Entry], part: CapabilitiesPage) -> tuple[Entry, ...]:
    """Those of a folder's images that one document has room for."""
    return tuple(entries[part.offset : part.offset + MOST_LAYERS])


def others(entries: Sequence[Entry], part: CapabilitiesPage) -> tuple[CapabilitiesPage, ...]:
    """Parts that list the layers that a document has no room for.

    Parameters
    ----------
    entries : sequence of Entry
        All images of the folder.
    part : CapabilitiesPage
        The part that the document describes.

    Returns
    -------
    tuple of CapabilitiesPage
        The next images, then the subfolders; empty where one document holds all.
    """
    if len(entries) <= MOST_LAYERS:
        return ()
    after = part.offset + MOST_LAYERS
    following = (CapabilitiesPage(part.prefix, after),) if after < len(entries) else ()
    start = len(part.prefix)
    paths = (entry.identifier[start:].partition("/") for entry in entries)
    folders = sorted({name for name, slash, _ in paths if slash})
    return following + tuple(
        CapabilitiesPage(f"{part.prefix}{name}/") for name in folders[:_MOST_FOLDERS]
    )
