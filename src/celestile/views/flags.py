"""Flags of quality planes: which a view draws, and in which colors.

A pixel has the color of one flag, which the legend names: the highest bit that is set and shown.
Bits that give no cause, such as DETECTED or DO_NOT_USE, come last.
"""

import colorsys
from collections.abc import Sequence
from functools import lru_cache

from celestile.errors import RequestError, shortened
from celestile.pixels.image import Image
from celestile.pixels.plane import Flag, Flags
from celestile.views.view import View

ALL, NONE, OFF = "all", "none", "off"

_GOLDEN = 0.6180339887498949  # of the color circle: neighbors are far apart
_SHADES = ((0.55, 0.85), (0.72, 0.75), (0.45, 0.70))  # lightness and saturation in HLS
_MOST_NAMES = 40  # in an error


def are_drawn(image: Image, view: View) -> bool:
    """Whether a view draws the flags of an image, and not its numbers.

    A colormap, limits or a stretch are of numbers, unless the view chooses bits.
    """
    if image.flags is None or view.mix:
        return False
    if view.bits:
        return view.bits != (OFF,)
    return view.cmap is None and not view.limits and view.stretch is None


def shown(flags: Flags, view: View) -> tuple[Flag, ...]:
    """Flags that a view draws, the first on top.

    Raises
    ------
    RequestError
        If it names one that the image does not have.
    """
    numbers = set(numbered(flags, view.bits))
    chosen = [flag for flag in flags.items if view.bits in ((), (ALL,)) or flag.number in numbers]
    return tuple(sorted(chosen, key=lambda flag: (flag.last, -flag.number)))


def numbered(flags: Flags, bits: Sequence[int | str]) -> tuple[int, ...]:
    """Numbers of flags, in ascending order; none for a word. Errors as in `shown`."""
    if tuple(bits) in ((ALL,), (NONE,), (OFF,)):
        return ()
    known = {flag.number for flag in flags.items}
    named = {flag.name.lower(): flag.number for flag in reversed(flags.items)}
    found = set()
    for bit in bits:
        number = bit if isinstance(bit, int) else named.get(bit.lower())
        if number is None or number not in known:
            names = ", ".join(f"{flag.number} ({flag.name})" for flag in flags.items[:_MOST_NAMES])
            message = f"the image has no flag {shortened(str(bit))!r}; it has {names}"
            raise RequestError(message, "bits")
        found.add(number)
    return tuple(sorted(found))


@lru_cache(maxsize=1024)
def color_of(number: int) -> str:
    """Color RRGGBB of a flag: the same for a number in all images."""
    lightness, saturation = _SHADES[number % len(_SHADES)]
    red, green, blue = colorsys.hls_to_rgb(number * _GOLDEN % 1.0, lightness, saturation)
    return "".join(f"{round(255 * part):02x}" for part in (red, green, blue))
