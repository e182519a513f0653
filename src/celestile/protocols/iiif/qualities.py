"""Named views as qualities (Image API 3.0, section 4.4), if the operator enables them."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from celestile.errors import RequestError
from celestile.pixels.image import Image
from celestile.render.request import QUALITIES
from celestile.service.service import Service
from celestile.views.canonical import concrete
from celestile.views.view import View

# Nothing that an address has to encode, and no dot: that is where the format begins.
NAME = re.compile(r"[A-Za-z0-9_-]+")

# Also those of versions that went before.
RESERVED = frozenset({*QUALITIES, "native", "grey"})


def view_qualities(service: Service, image: Image) -> Mapping[str, View]:
    """Views that are qualities of an image, by name; none unless the operator says so.

    A view that picks another HDU or filter array is left out, because info.json describes this one,
    and so is one that names planes that the image does not have.
    """
    if not service.options.view_qualities:
        return {}
    return {
        name: named.view
        for name, named in service.named_views(image).items()
        if named.view.hdu is None and named.view.cfa is None and fits(image, named.view)
    }


def fits(image: Image, view: View) -> bool:
    """Whether a view is valid for an image."""
    try:
        concrete(image, view)
    except RequestError:
        return False
    return True


def chosen(quality_format: str, qualities: Mapping[str, View]) -> str | None:
    """Name of the view in the last segment of a request, or None."""
    if not qualities:
        return None
    name = unquote(quality_format).partition(".")[0]
    return name if name in qualities else None


def exchange(quality_format: str, quality: str) -> str:
    """Replace the quality in the last segment of a path."""
    before, slash, last = quality_format.rpartition("/")
    return f"{before}{slash}{quality}.{unquote(last).partition('.')[2]}"
