"""The region parameter: text to a `Region` of the image and back (Image API, section 4.1)."""

from fractions import Fraction

from celestile.errors import RequestError, shortened
from celestile.geometry import Levels, Region
from celestile.protocols.iiif import grammar


def parse_region(text: str, levels: Levels) -> Region:
    """Read a region, clipped to the image."""
    match = grammar.REGION.fullmatch(text)
    if match is None:
        raise malformed("region", text, "full, square, x,y,w,h or pct:x,y,w,h")
    width, height = levels.width, levels.height
    if match["full"]:
        return Region(0, 0, width, height)
    if match["square"]:
        side = min(width, height)
        return Region((width - side) // 2, (height - side) // 2, side, side)
    if match["pixels"]:
        x, y, across, down = (int(number) for number in match["pixels"].split(","))
    else:
        x, y, across, down = _percentages(match["percent"], levels)
    if across == 0 or down == 0:
        raise RequestError(
            f"region={text!r} is empty; expected a width and a height of at least 1 pixel of the"
            f" image's {width} x {height}",
            "region",
        )
    if x >= width or y >= height:
        raise RequestError(
            f"region={text!r} is outside the image of {width} x {height} pixels", "region"
        )
    return Region(x, y, min(across, width - x), min(down, height - y))


def _percentages(text: str, levels: Levels) -> tuple[int, int, int, int]:
    x, y, across, down = (Fraction(number) / 100 for number in text.split(","))
    # A region that starts within the image keeps at least its last pixel, and one pixel of extent.
    return (
        min(nearest(x * levels.width), levels.width - (x < 1)),
        min(nearest(y * levels.height), levels.height - (y < 1)),
        max(nearest(across * levels.width), int(across > 0)),
        max(nearest(down * levels.height), int(down > 0)),
    )


def canonical_region(region: Region, levels: Levels) -> str:
    """Write a region in its preferred form."""
    if region == Region(0, 0, levels.width, levels.height):
        return "full"
    return f"{region.x},{region.y},{region.width},{region.height}"


def nearest(value: Fraction) -> int:
    """Round to an integer, halves up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def malformed(name: str, value: str, allowed: str) -> RequestError:
    """Error for a parameter that does not match its grammar."""
    return RequestError(f"{name}={shortened(value)!r} is invalid; expected {allowed}", name)
