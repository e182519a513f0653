"""The info.json of both versions: what may be asked of an image, no more and no less."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from celestile.protocols.iiif.astronomy import CONTEXT, PROFILE, TYPE
from celestile.protocols.iiif.parameters import Offer
from celestile.render.request import FORMATS

PROTOCOL = "http://iiif.io/api/image"

# Level 2 of either version has these; the rest is listed.
_LEVEL_2_FORMATS = frozenset({"jpg", "png"})
_EXTRA_FORMATS = [name for name in FORMATS if name not in _LEVEL_2_FORMATS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What an info.json says of an image.

    Parameters
    ----------
    id : str
        Base URI of the image in its view, without a trailing slash.
    offer : Offer
        Sizes and limits.
    data : str
        Address of the image's metadata in that view.
    astronomy : mapping
        What `celestile.protocols.iiif.astronomy` tells of the image.
    server : str
        Public address of the server.
    manifest : str
        Address of the manifest that the image is part of.
    transparent : bool
        Whether missing pixels were asked to be transparent.
    rights, attribution : str or None
        License URI; text to be shown with the picture.
    """

    id: str
    offer: Offer
    data: str
    astronomy: Mapping[str, Any]
    server: str
    manifest: str
    transparent: bool = False
    rights: str | None = None
    attribution: str | None = None


def info_3(description: Description) -> dict[str, Any]:
    """Info.json of Image API 3.0 (section 5)."""
    offer = description.offer
    info: dict[str, Any] = {
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": description.id,
        "type": "ImageService3",
        "protocol": PROTOCOL,
        "profile": "level2",
        **_geometry(offer),
        **_limits(offer),
        **_steps(offer),
        "preferredFormats": ["png", "webp"] if description.transparent else ["jpg", "png"],
        "extraFormats": _EXTRA_FORMATS,
        # "The server SHOULD NOT include color in the extraQualities list" of what has no color.
        "extraQualities": [
            *(["color"] if offer.colored else []),
            *("gray", "bitonal"),
            *offer.views,
        ],
        "extraFeatures": [
            "canonicalLinkHeader",
            "mirroring",
            "profileLinkHeader",
            "rotationArbitrary",
            *(["sizeUpscaling"] if offer.limits.bounded else []),
        ],
    }
    if description.rights:
        info["rights"] = description.rights
    info["partOf"] = [{"id": description.manifest, "type": "Manifest"}]
    info["service"] = [
        {
            "@context": f"{description.server}{CONTEXT}",
            "id": description.data,
            "type": TYPE,
            "profile": f"{description.server}{PROFILE}",
            **description.astronomy,
        }
    ]
    return info


def info_2(description: Description) -> dict[str, Any]:
    """Info.json of Image API 2.1.1 (section 5)."""
    offer = description.offer
    info: dict[str, Any] = {
        "@context": "http://iiif.io/api/image/2/context.json",
        "@id": description.id,
        "protocol": PROTOCOL,
        **_geometry(offer),
        **_steps(offer),
        "profile": [
            "http://iiif.io/api/image/2/level2.json",
            {
                "formats": _EXTRA_FORMATS,
                "qualities": [*(["color"] if offer.colored else []), "gray", *offer.views],
                **_limits(offer),
                "supports": [
                    "canonicalLinkHeader",
                    "mirroring",
                    "profileLinkHeader",
                    "regionSquare",
                    "rotationArbitrary",
                    *(["sizeAboveFull"] if offer.limits.bounded else []),
                ],
            },
        ],
    }
    if description.attribution:
        info["attribution"] = description.attribution
    if description.rights:
        info["license"] = description.rights
    info["service"] = {
        "@context": f"{description.server}{CONTEXT}",
        "@id": description.data,
        "@type": TYPE,
        "profile": f"{description.server}{PROFILE}",
        **description.astronomy,
    }
    return info


def _geometry(offer: Offer) -> Mapping[str, int]:
    return {"width": offer.levels.width, "height": offer.levels.height}


def _limits(offer: Offer) -> Mapping[str, int]:
    limits: dict[str, int] = {}
    if offer.limits.sides is not None:
        limits["maxWidth"], limits["maxHeight"] = offer.limits.sides
    if offer.limits.max_area is not None:
        limits["maxArea"] = offer.limits.max_area
    return limits


def _steps(offer: Offer) -> Mapping[str, Any]:
    levels = offer.levels
    sizes = [levels.size(level) for level in reversed(range(levels.count))]
    return {
        "sizes": [
            {"width": width, "height": height}
            for width, height in sizes
            if offer.limits.allow((width, height))
        ],
        "tiles": [
            {
                "width": levels.tile_size,
                "height": levels.tile_size,
                "scaleFactors": [1 << level for level in range(levels.count)],
            }
        ],
    }
