"""Styles of an image: the default view, and the named ones."""

from celestile.pixels.image import Image
from celestile.service.service import Service

DEFAULT_STYLE = "default"
"""Identifier of the style of an image without a named view."""


def styles(service: Service, image: Image) -> tuple[tuple[str, str], ...]:
    """Identifiers and titles of the styles of an image, the default one first."""
    titles = {DEFAULT_STYLE: "Default view"}
    titles |= {name: view.title or name for name, view in service.named_views(image).items()}
    return tuple(titles.items())
