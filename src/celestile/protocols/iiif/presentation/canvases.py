"""Canvases: the pixels of one plane, with the pictures painted on them and the chips marked."""

from typing import Any

from celestile.pixels.image import Chip
from celestile.protocols.iiif.presentation.addresses import Addresses
from celestile.protocols.iiif.presentation.choices import Choice, channel_title, choices
from celestile.protocols.iiif.presentation.contents import CanvasContent, Contents, page_of
from celestile.protocols.iiif.presentation.downloads import Downloads
from celestile.protocols.iiif.presentation.language import english, untranslated
from celestile.protocols.iiif.presentation.metadata import hdu_title, nav_date
from celestile.protocols.iiif.sizes import SizeLimits
from celestile.protocols.web.media_types import PICTURES
from celestile.render.request import TRANSPARENT
from celestile.service.service import Service
from celestile.views.view import View, overlay

Document = dict[str, Any]

THUMBNAIL = (200, 200)


class Canvases:
    """Describes the canvases of an image.

    Parameters
    ----------
    service : Service
        For named views and limits.
    contents : Contents
        The canvases.
    addresses : Addresses
        Of everything.
    """

    def __init__(self, service: Service, contents: Contents, addresses: Addresses) -> None:
        self._service = service
        self._contents = contents
        self._addresses = addresses
        self.downloads = Downloads(service, contents, addresses)
        options = service.options
        self._limits = SizeLimits(
            max_width=options.max_width, max_height=options.max_height, max_area=options.max_area
        )

    def address(self, sheet: CanvasContent) -> str:
        """Address of a canvas."""
        parts = self._addresses.object(self._contents.identifier, self._contents.style)
        return f"{parts}/canvas/{sheet.name}"

    def describe(self, sheet: CanvasContent) -> Document:
        """Describe a canvas."""
        address, image = self.address(sheet), sheet.image
        document: Document = {
            "id": address,
            "type": "Canvas",
            "label": self.label(sheet),
            "height": image.height,
            "width": image.width,
            "thumbnail": [self.thumbnail(sheet)],
            "rendering": [self.full_size(sheet), *self.downloads.of(sheet)],
            "items": [self._page(sheet)],
        }
        if len(self._contents.groups) > 1:
            hdu = View(hdu=image.hdu)
            document["seeAlso"] = [
                {
                    "id": self._addresses.data(self._contents.identifier, "header", hdu),
                    "type": "Dataset",
                    "label": english("Complete header of this HDU"),
                    "format": "application/json",
                }
            ]
        date = nav_date(self._time(sheet))
        if date:
            document["navDate"] = date
        if image.chips:
            document["annotations"] = [_chips(address, sheet)]
        return document

    def _page(self, sheet: CanvasContent) -> Document:
        address = self.address(sheet)
        return {
            "id": f"{address}/page",
            "type": "AnnotationPage",
            "items": [
                {
                    "id": f"{address}/page/painting",
                    "type": "Annotation",
                    "motivation": "painting",
                    "body": self._body(sheet, choices(self._service, sheet)),
                    "target": address,
                }
            ],
        }

    def alone(self, sheet: CanvasContent, index: int) -> Document:
        """Describe a canvas as a separate document."""
        contents = self._contents
        whole = self._addresses.manifest(contents.identifier, contents.style, page_of(index))
        return {
            **self.describe(sheet),
            "partOf": [
                {"id": whole, "type": "Manifest", "label": untranslated(sheet.image.title)},
            ],
        }

    def label(self, sheet: CanvasContent) -> dict[str, list[str]]:
        """Label that distinguishes a canvas from the others of its image."""
        image, contents, words = sheet.image, self._contents, []
        if len(contents.groups) > 1:
            words.append(hdu_title(image, image.hdu))
        stokes = image.current_stokes
        if stokes is not None and len(image.stokes) > 1:
            words.append(f"Stokes {stokes.name}")
        if len(image.frames) > 1:
            words.append(self._frame_words(sheet))
        if sheet.channel is not None and len(image.channels) > 1:
            words.append(_channel_words(sheet))
        return english(" · ".join(words)) if words else untranslated(image.title)

    def thumbnail(self, sheet: CanvasContent) -> Document:
        """Small picture of a canvas, with its size, so that viewers need not request another."""
        image = sheet.image
        box = (min(THUMBNAIL[0], image.width), min(THUMBNAIL[1], image.height))
        width, height = self._limits.fit((image.width, image.height), box)
        return self._picture(sheet.view, width, height, f"{width},{height}")

    def full_size(self, sheet: CanvasContent) -> Document:
        """Largest picture of a canvas that is sent, for downloading."""
        document = self._picture(sheet.view, *self._full(sheet), "max", "png")
        size = f"{document.pop('width')} × {document.pop('height')}"
        return {**document, "label": english(f"Picture of {size} pixels (PNG)")}

    def _full(self, sheet: CanvasContent) -> tuple[int, int]:
        whole = (sheet.image.width, sheet.image.height)
        return whole if self._limits.allow(whole) else self._limits.fit(whole, whole)

    def _body(self, sheet: CanvasContent, pictures: list[Choice]) -> Document:
        bodies = [self._painting(sheet, picture) for picture in pictures]
        if len(bodies) == 1:
            return {key: value for key, value in bodies[0].items() if key != "label"}
        return {"type": "Choice", "items": bodies}

    def _painting(self, sheet: CanvasContent, picture: Choice) -> Document:
        return {
            **self._picture(picture.view, *self._full(sheet), "max"),
            "label": picture.label,
            "service": self._services(sheet, picture.view),
        }

    def _services(self, sheet: CanvasContent, view: View) -> list[Document]:
        """Image services of a picture, the one that viewers should use first.

        Services of other types are in info.json alone: strict readers reject them here.
        """
        identifier = self._contents.identifier
        services = [
            {
                "id": self._addresses.image(3, identifier, view),
                "type": "ImageService3",
                "profile": "level2",
            },
            {
                "@id": self._addresses.image(2, identifier, view),
                "@type": "ImageService2",
                "profile": "http://iiif.io/api/image/2/level2.json",
            },
        ]
        # Viewers ask for thumbnails of their own size, which of a small image 3.0 has to refuse.
        is_small = min(sheet.image.width, sheet.image.height) < min(THUMBNAIL)
        return services[::-1] if is_small else services

    def _picture(
        self, view: View, width: int, height: int, size: str, extension: str = "jpg"
    ) -> Document:
        service = self._addresses.image(3, self._contents.identifier, view)
        if self._has_holes(view):
            extension = "png"
        return {
            "id": f"{service}/full/{size}/0/default.{extension}",
            "type": "Image",
            "format": PICTURES[extension],
            "width": width,
            "height": height,
        }

    def _has_holes(self, view: View) -> bool:
        """Whether missing pixels are transparent, which JPEG cannot encode."""
        named = self._service.named(self._contents.identifier, view)
        return overlay(self._service.automatic_view(self._contents.image), named).nan == TRANSPARENT

    def _time(self, sheet: CanvasContent) -> str | None:
        first = sheet.frame.first
        return sheet.image.frames[first - 1].time if isinstance(first, int) else None

    def _frame_words(self, sheet: CanvasContent) -> str:
        first, last = sheet.frame.first, sheet.frame.last
        if first != last:
            return f"Frames {first} to {last}"
        frame = sheet.image.frames[int(first) - 1]
        detail = frame.time or ("" if frame.name == str(frame.index) else frame.name)
        return f"Frame {frame.index}" + (f" ({detail})" if detail else "")


def _channel_words(sheet: CanvasContent) -> str:
    if sheet.channel is None:
        return ""
    first, last = sheet.channel.first, sheet.channel.last
    if first != last:
        return f"Channels {first} to {last}"
    title = channel_title(sheet.image.channels[int(first) - 1])
    return f"Channel {first}" + (f": {title}" if title else "")


def _chips(address: str, sheet: CanvasContent) -> Document:
    """Mark the chips of a mosaic with their names."""
    return {
        "id": f"{address}/chips",
        "type": "AnnotationPage",
        "label": english("Chips"),
        "items": [
            {
                "id": f"{address}/chips/{number}",
                "type": "Annotation",
                "motivation": "tagging",
                "body": {
                    "type": "TextualBody",
                    "value": chip_words(chip),
                    "format": "text/plain",
                },
                "target": fragment(address, chip),
            }
            for number, chip in enumerate(sheet.image.chips, start=1)
        ],
    }


def chip_words(chip: Chip) -> str:
    """Name of a chip, with the reason if it is a gap."""
    return f"{chip.name}: {chip.problem}" if chip.problem else chip.name


def fragment(address: str, chip: Chip) -> str:
    """Address of a chip's part of a canvas (W3C Media Fragments)."""
    region = chip.region
    return f"{address}#xywh={region.x},{region.y},{region.width},{region.height}"
