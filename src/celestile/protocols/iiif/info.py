"""The info.json of both versions: exactly the requests that an image supports."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from celestile.protocols.iiif.astronomy import CONTEXT, PROFILE, TYPE
from celestile.protocols.iiif.parameters import ImageProfile
from celestile.render.request import FORMATS

PROTOCOL = "http://iiif.io/api/image"

# Level 2 of either version has these; the rest is listed.
_LEVEL_2_FORMATS = frozenset({"jpg", "png"})
_EXTRA_FORMATS = [name for name in FORMATS if name not in _LEVEL_2_FORMATS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Content of an info.json.

    Parameters
    ----------
    id : str
        Base URI of the image in its view, without a trailing slash.
    profile : ImageProfile
        Sizes and limits.
    data : str
        Address of the image's metadata in that view.
    astronomy : mapping
        Description by `celestile.protocols.iiif.astronomy`.
    server : str
        Public address of the server.
    manifest : str
        Address of the manifest that the image is part of.
    transparent : bool
        Whether missing pixels are transparent.
    rights, attribution : str or None
        License URI; text to be shown with the picture.
    """

    id: str
    profile: ImageProfile
    data: str
    astronomy: Mapping[str, Any]
    server: str
    manifest: str
    transparent: bool = False
    rights: str | None = None
    attribution: str | None = None


def info_3(description: Description) -> dict[str, Any]:
    """Info.json of Image API 3.0 (section 5)."""
    profile = description.profile
    info: dict[str, Any] = {
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": description.id,
        "type": "ImageService3",
        "protocol": PROTOCOL,
        "profile": "level2",
        **_geometry(profile),
        **_limits(profile),
        **_steps(profile),
        "preferredFormats": ["png", "webp"] if description.transparent else ["jpg", "png"],
        "extraFormats": _EXTRA_FORMATS,
        # "The server SHOULD NOT include color in the extraQualities list" of what has no color.
        "extraQualities": [
            *(["color"] if profile.colored else []),
            *("gray", "bitonal"),
            *profile.views,
        ],
        "extraFeatures": [
            "canonicalLinkHeader",
            "mirroring",
            "profileLinkHeader",
            "rotationArbitrary",
            *(["sizeUpscaling"] if profile.limits.bounded else []),
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
    profile = description.profile
    info: dict[str, Any] = {
        "@context": "http://iiif.io/api/image/2/context.json",
        "@id": description.id,
        "protocol": PROTOCOL,
        **_geometry(profile),
        **_steps(profile),
        "profile": [
            "http://iiif.io/api/image/2/level2.json",
            {
                "formats": _EXTRA_FORMATS,
                "qualities": [*(["color"] if profile.colored else []), "gray", *profile.views],
                **_limits(profile),
                "supports": [
                    "canonicalLinkHeader",
                    "mirroring",
                    "profileLinkHeader",
                    "regionSquare",
                    "rotationArbitrary",
                    *(["sizeAboveFull"] if profile.limits.bounded else []),
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


def _geometry(profile: ImageProfile) -> Mapping[str, int]:
    return {"width": profile.levels.width, "height": profile.levels.height}


def _limits(profile: ImageProfile) -> Mapping[str, int]:
    limits: dict[str, int] = {}
    if profile.limits.sides is not None:
        limits["maxWidth"], limits["maxHeight"] = profile.limits.sides
    if profile.limits.max_area is not None:
        limits["maxArea"] = profile.limits.max_area
    return limits


def _steps(profile: ImageProfile) -> Mapping[str, Any]:
    levels = profile.levels
    sizes = [levels.size(level) for level in reversed(range(levels.count))]
    return {
        "sizes": [
            {"width": width, "height": height}
            for width, height in sizes
            if profile.limits.allow((width, height))
        ],
        "tiles": [
            {
                "width": levels.tile_size,
                "height": levels.tile_size,
                "scaleFactors": [1 << level for level in range(levels.count)],
            }
        ],
    }
