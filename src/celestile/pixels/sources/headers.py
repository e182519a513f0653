"""The header of any HDU of a file, with an image or without."""

from collections.abc import Sequence
from dataclasses import dataclass

from celestile.errors import RequestError
from celestile.pixels.fits.file import FitsFile
from celestile.pixels.fits.hdus import HduHeader, cards
from celestile.pixels.image import Card, Image


@dataclass(frozen=True, slots=True)
class FoundHeader:
    """The header of an HDU.

    Parameters
    ----------
    index : int
        Of the HDU.
    cards, primary : tuple of Card
        Its header, and the primary one if that is another.
    headers : tuple of HduHeader
        All HDUs of the file.
    """

    index: int
    cards: tuple[Card, ...]
    primary: tuple[Card, ...]
    headers: tuple[HduHeader, ...]


def selected_header(file: FitsFile, hdu: str | None) -> FoundHeader | None:
    """Header that the view key ``hdu`` selects; None if it selects no single HDU."""
    found = None if hdu is None else _find(file.headers, hdu)
    if found is None:
        return None
    primary = cards(file.primary) if found.index else ()
    return FoundHeader(found.index, cards(found.header), primary, file.headers)


def shown_header(file: FitsFile, image: Image) -> FoundHeader:
    """Header of the HDU that an image of a file shows; of the first readable chip of a mosaic."""
    readable = [chip.selector for chip in image.chips if chip.problem is None]
    shown = next(iter(readable), image.hdu)
    index = next((one.index for one in file.headers if str(one.index) == shown), 0)
    return FoundHeader(index, image.cards, image.primary_cards, file.headers)


def header_without_image(headers: Sequence[HduHeader], hdu: str | None) -> FoundHeader:
    """Header that the view key ``hdu`` selects in a file without an image; that of its first table.

    Raises
    ------
    RequestError
        If there is no such HDU.
    """
    default = headers[min(1, len(headers) - 1)]
    found = default if hdu is None else _find(headers, hdu)
    if found is None:
        allowed = ", ".join(str(one.index) for one in headers)
        raise RequestError(f"hdu={hdu!r} is not in the file; expected one of: {allowed}", "hdu")
    primary = cards(headers[0].header) if found.index else ()
    return FoundHeader(found.index, cards(found.header), primary, tuple(headers))


def _find(headers: Sequence[HduHeader], selector: str) -> HduHeader | None:
    """Find a header by an index, EXTNAME, or EXTNAME and EXTVER."""
    name, _, version = selector.partition(",")
    for one in headers:
        if not version and name == str(one.index):
            return one
    for one in headers:
        is_named = one.name != "" and one.name.upper() == name.strip().upper()
        if is_named and version in ("", str(one.version)):
            return one
    return None
