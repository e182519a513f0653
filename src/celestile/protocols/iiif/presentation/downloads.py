"""The FITS files that an image is made of, linked where the operator hands them out."""

from functools import cached_property
from pathlib import Path
from typing import Any

from celestile.protocols.iiif.presentation.addresses import Addresses
from celestile.protocols.iiif.presentation.contents import CanvasContent, Contents
from celestile.protocols.iiif.presentation.language import english
from celestile.protocols.web.media_types import fits_media_type
from celestile.service.service import Service
from celestile.views.view import Pick, View

Document = dict[str, Any]


class Downloads:
    """Links to FITS files: of the image if it is one file, else of each canvas.

    Parameters
    ----------
    service : Service
        Knows the files, and whether they are handed out.
    contents : Contents
        The canvases.
    addresses : Addresses
        Of everything.
    """

    def __init__(self, service: Service, contents: Contents, addresses: Addresses) -> None:
        self._service = service
        self._contents = contents
        self._addresses = addresses

    @cached_property
    def _originals(self) -> tuple[Path, ...]:
        if not self._service.options.download:
            return ()
        return self._service.library.originals(self._contents.identifier)

    def whole(self) -> list[Document]:
        """Link the file of an image that has one; touches the disk."""
        return [self._link("FITS file", View())] if len(self._originals) == 1 else []

    def of(self, sheet: CanvasContent) -> list[Document]:
        """Link the files that a canvas shows, of an image that has several; touches the disk."""
        if len(self._originals) < 2:
            return []
        image = sheet.image
        if image.channel_axis == "band" and len(self._originals) == len(image.channels):
            shown = [
                channel
                for channel in image.channels
                if sheet.channel in (None, _one(channel.index))
            ]
            return [
                self._link(f"FITS file of {channel.name}", View(channel=_one(channel.index)))
                for channel in shown
            ]
        first = sheet.frame.first
        if not isinstance(first, int) or first != sheet.frame.last:
            return []
        return [self._link(f"FITS file of frame {first}", View(frame=_one(first)))]

    def _link(self, label: str, view: View) -> Document:
        document: Document = {
            "id": self._addresses.data(self._contents.identifier, "fits", view),
            "type": "Dataset",
            "label": english(label),
        }
        kinds = {fits_media_type(path) for path in self._originals}
        if len(kinds) == 1:
            document["format"] = kinds.pop()
        return document


def _one(number: int) -> Pick:
    return Pick(number, number)
