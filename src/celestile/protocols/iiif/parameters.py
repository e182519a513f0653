"""Image API requests: five strings become an `Output`, and an `Output` its canonical URI.

Version 2.1.1 is expressed by its differences from 3.0, which concern only the size.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from urllib.parse import unquote

from celestile.errors import RequestError, UnsupportedFeatureError
from celestile.geometry import Levels, Region
from celestile.protocols.iiif import grammar
from celestile.protocols.iiif.regions import canonical_region, malformed, nearest, parse_region
from celestile.protocols.iiif.sizes import Size, SizeLimits, height_for, width_for
from celestile.render.request import FORMATS, QUALITIES, Output


@dataclass(frozen=True, slots=True)
class Parameters:
    """The part of an image request after the identifier, percent-decoded.

    Parameters
    ----------
    region, size, rotation : str
        The segments of that name.
    quality_format : str
        The last segment.
    """

    region: str
    size: str
    rotation: str
    quality_format: str

    @classmethod
    def decode(cls, *segments: str) -> "Parameters":
        """Read the four segments as they were sent; some clients encode ``^``, ``!`` or ``:``."""
        try:
            return cls(*(unquote(segment, errors="strict") for segment in segments))
        except UnicodeDecodeError as error:
            raise RequestError("the address is not UTF-8, percent-encoded") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageProfile:
    """Sizes and limits that apply to requests for an image.

    Parameters
    ----------
    levels : Levels
        Size of the full image and of the steps that are quick to draw.
    limits : SizeLimits
        Largest picture sent.
    colored : bool
        Whether the picture has colors: the qualities ``color`` or ``gray`` are else the default.
    jpeg_quality : int
        See `Output`.
    jpeg_subsampling : str
        See `Output`.
    views : tuple of str
        Qualities beyond those of the standard: names of views.
    """

    levels: Levels
    limits: SizeLimits
    colored: bool
    jpeg_quality: int = 90
    jpeg_subsampling: str = "420"
    views: tuple[str, ...] = ()


class Version3:
    """Image API 3.0."""

    number = 3
    compliance = "http://iiif.io/api/image/3/level2.json"

    @property
    def profile(self) -> str:
        """Value of ``Link`` that states the compliance level."""
        return f'<{self.compliance}>;rel="profile"'

    def output(self, parameters: Parameters, profile: ImageProfile) -> Output:
        """Read an image request.

        Raises
        ------
        RequestError
            If it is malformed, outside the image or beyond the limits.
        UnsupportedFeatureError
            If it is larger than the region, and the server does not scale up.
        """
        region = parse_region(parameters.region, profile.levels)
        mirror, rotation = parse_rotation(parameters.rotation)
        quality, extension = parse_quality_format(parameters.quality_format, profile)
        return Output(
            region=region,
            size=self.size(parameters.size, region, profile),
            mirror=mirror,
            rotation=rotation,
            quality=quality,
            format=extension,
            jpeg_quality=profile.jpeg_quality,
            jpeg_subsampling=profile.jpeg_subsampling,
        )

    def canonical(self, output: Output, profile: ImageProfile) -> str:
        """Everything after the identifier in its one preferred form (3.0, section 4.8)."""
        region = canonical_region(output.region, profile.levels)
        return (
            f"{region}/{self.canonical_size(output, profile)}"
            f"/{'!' if output.mirror else ''}{_shortest(output.rotation)}"
            f"/{output.quality}.{output.format}"
        )

    def size(self, text: str, region: Region, profile: ImageProfile) -> Size:
        """Width and height that a size parameter means for a region."""
        match = grammar.SIZE_3.fullmatch(text)
        if match is None:
            raise malformed(
                "size",
                text,
                "max, pct:n, w,h (of which one may be missing), !w,h; ^ before it scales up",
            )
        forms = match.groupdict()
        upscale = forms.pop("upscale") is not None
        if upscale and forms["max"] and not profile.limits.bounded:
            raise _no_upscaling(text)
        size = _wanted(forms, region, profile, upscale=upscale)
        if size[0] > region.width or size[1] > region.height:
            if not upscale:
                raise RequestError(
                    f"size={text!r} is larger than the region of {region.width} x {region.height}"
                    f" pixels; '^{text}' scales up",
                    "size",
                )
            if not profile.limits.bounded:
                raise _no_upscaling(text)
        return _within_limits(size, text, profile.limits)

    def canonical_size(self, output: Output, profile: ImageProfile) -> str:
        """Return the size parameter in its preferred form."""
        region = (output.region.width, output.region.height)
        if output.size == profile.limits.fit(region, region):
            return "max"
        if profile.limits.bounded and output.size == profile.limits.fit(region, None):
            return "^max"
        width, height = output.size
        return f"{'^' if width > region[0] or height > region[1] else ''}{width},{height}"


class Version2(Version3):
    """Image API 2.1.1: ``full`` is a size too, and scaling up needs no sign."""

    number = 2
    compliance = "http://iiif.io/api/image/2/level2.json"

    def size(self, text: str, region: Region, profile: ImageProfile) -> Size:
        """Width and height that a size parameter means for a region."""
        match = grammar.SIZE_2.fullmatch(text)
        if match is None:
            raise malformed(
                "size", text, "full, max, pct:n, w,h (of which one may be missing), !w,h"
            )
        forms = match.groupdict()
        if forms.pop("full"):
            return _within_limits((region.width, region.height), text, profile.limits)
        upscale = profile.limits.bounded and not forms["max"]
        size = _wanted(forms, region, profile, upscale=upscale)
        if not upscale and (size[0] > region.width or size[1] > region.height):
            raise _no_upscaling(text)
        return _within_limits(size, text, profile.limits)

    def canonical_size(self, output: Output, profile: ImageProfile) -> str:
        """Return the size parameter in its preferred form."""
        region = output.region
        width, height = output.size
        if (width, height) == (region.width, region.height):
            return "full"
        if height == height_for(width, region, profile.levels):
            return f"{width},"
        return f"{width},{height}"


def parse_rotation(text: str) -> tuple[bool, float]:
    """Read mirroring and the angle, which is brought into [0, 360) degrees."""
    match = grammar.ROTATION.fullmatch(text)
    if match is None or Decimal(match["degrees"]) > 360:
        raise malformed("rotation", text, "0 to 360 degrees, with ! in front to mirror first")
    return match["mirror"] is not None, float(match["degrees"]) % 360


def parse_quality_format(text: str, profile: ImageProfile) -> tuple[str, str]:
    """Read quality and format; a quality that changes nothing becomes ``default``."""
    match = grammar.QUALITY_FORMAT.fullmatch(text)
    if match is None:
        raise malformed("quality", text, "quality.format, such as default.jpg")
    quality, extension = match["quality"], match["format"]
    if quality not in QUALITIES:
        raise malformed("quality", quality, ", ".join((*QUALITIES, *profile.views)))
    if extension not in FORMATS:
        raise malformed("format", extension, ", ".join(FORMATS))
    # "A request for the color quality MUST NOT result in an error" (3.0, section 4.4).
    same = {"color"} if profile.colored else {"color", "gray"}
    return "default" if quality in same else quality, extension


def _wanted(
    forms: dict[str, str | None], region: Region, profile: ImageProfile, *, upscale: bool
) -> Size:
    """Size that a form of the size parameter describes, whether or not it is allowed."""
    extent = (region.width, region.height)
    match forms:
        case {"max": str()}:
            return profile.limits.fit(extent, None if upscale else extent)
        case {"percent": str(percent)}:
            return _percentage(Fraction(percent) / 100, extent)
        case {"width": str(width)}:
            return _pixels(width), height_for(_pixels(width), region, profile.levels)
        case {"height": str(height)}:
            return width_for(_pixels(height), region, profile.levels), _pixels(height)
    box = (_pixels(forms["w"]), _pixels(forms["h"]))
    if not forms["confined"]:
        return box
    # "As large as possible but not larger than the extracted region, w or h, or server-imposed
    # limits": too large a box is not an error.
    if not upscale:
        box = (min(box[0], extent[0]), min(box[1], extent[1]))
    return profile.limits.fit(extent, box)


def _pixels(digits: str | None) -> int:
    pixels = int(digits or 0)
    if pixels == 0:
        raise RequestError("size is invalid; expected at least 1 pixel", "size")
    return pixels


def _percentage(share: Fraction, extent: Size) -> Size:
    width, height = (nearest(share * side) for side in extent)
    if width == 0 and height == 0:
        raise RequestError("size is invalid; expected a percentage of at least 1 pixel", "size")
    return max(width, 1), max(height, 1)


def _within_limits(size: Size, text: str, limits: SizeLimits) -> Size:
    if limits.allow(size):
        return size
    most = " x ".join(str(side) for side in limits.sides) if limits.sides else ""
    if limits.max_area is not None:
        most += f"{' and ' if most else ''}{limits.max_area} in all"
    raise RequestError(
        f"size={text!r} makes {size[0]} x {size[1]} pixels; expected at most {most};"
        " max is within the limits",
        "size",
    )


def _shortest(degrees: float) -> str:
    """Write a number without sign, exponent or trailing zeros."""
    return str(int(degrees)) if degrees.is_integer() else format(Decimal(repr(degrees)), "f")


def _no_upscaling(text: str) -> UnsupportedFeatureError:
    return UnsupportedFeatureError(
        f"size={text!r} is larger than the region, and scaling up is not supported", "size"
    )
