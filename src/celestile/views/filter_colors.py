"""Default colors of channels: the longest wavelength is red."""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from celestile.pixels.image import Channel, Image

AUTOMATIC_MIX = 3
"""Unnamed channels of this number are taken for colors."""

_PRIMARIES = ("ff0000", "00ff00", "0000ff")


@lru_cache(maxsize=64)
def automatic_colors(image: Image) -> tuple[str, ...]:
    """Colors of the channels of an image that is a mix by default; empty for other images.

    The longest wavelength is red. Without wavelengths the order of the channels counts, as in the
    planes of a color picture.
    """
    channels = image.channels
    declared = [channel for channel in channels if channel.color]
    is_picture = image.channel_axis == "band" and len(channels) == AUTOMATIC_MIX
    is_named = image.channel_axis == "band" and all(not c.name.isdigit() for c in channels)
    if len(channels) < 2 or not (declared or is_picture or (is_named and len(channels) <= 8)):
        return ()
    ranks = _ranks(channels)
    hues = _hues(len(channels))
    return tuple(channel.color or hues[rank] for channel, rank in zip(channels, ranks, strict=True))


def _ranks(channels: Sequence[Channel]) -> list[int]:
    """Place of each channel from the longest wavelength to the shortest."""
    wavelengths = [wavelength(channel) for channel in channels]
    known = [value for value in wavelengths if value is not None]
    if len(known) < len(channels):
        return list(range(len(channels)))
    order = sorted(range(len(channels)), key=lambda index: -known[index])
    return [order.index(index) for index in range(len(channels))]


_FILTERS = {
    "u": 355e-9, "b": 445e-9, "g": 480e-9, "v": 551e-9, "r": 625e-9, "i": 770e-9, "z": 900e-9,
    "y": 1020e-9, "j": 1235e-9, "h": 1662e-9, "k": 2159e-9, "ks": 2159e-9,
    "w1": 3.4e-6, "w2": 4.6e-6, "w3": 12e-6, "w4": 22e-6, "ha": 656e-9, "oiii": 501e-9,
    "sii": 672e-9, "red": 650e-9, "green": 550e-9, "blue": 450e-9,
}  # fmt: skip
"""Effective wavelengths of common filters in metres (Bessell 2005, ARA&A 43, 293; WISE; 2MASS)."""

_SPACE = re.compile(r"f(\d{3,4})(?:w2|lp|[wmnx])")
_WEBB = {
    "f200w", "f210m", "f212n", "f250m", "f277w", "f300m", "f322w2", "f323n", "f335m", "f356w",
    "f360m", "f380m", "f405n", "f430m", "f444w", "f460m", "f466n", "f470n", "f480m", "f560w",
    "f770w", "f1000w", "f1130w", "f1280w", "f1500w", "f1800w", "f2100w", "f2550w",
}  # fmt: skip
"""Filters of JWST whose numbers might be those of a filter of HST."""


def wavelength(channel: Channel) -> float | None:
    """Wavelength of a channel in metres: as known, or by the name of its filter.

    The numbers in names of filters of HST and JWST are nanometres, or tens of them in the infrared
    (WFC3, NIRCam and MIRI instrument handbooks).
    """
    if channel.wavelength is not None:
        return channel.wavelength
    name = channel.name.lower()
    found = _SPACE.fullmatch(name)
    if found:
        number = int(found[1])
        return number * (1e-8 if number < 200 or name in _WEBB else 1e-9)
    parts = (part.rstrip("'") for part in re.split("[-_ ]", name))
    return next((_FILTERS[part] for part in parts if part in _FILTERS), None)


def _hues(count: int) -> tuple[str, ...]:
    """Colors from red to blue."""
    if count == 1:
        return ("ffffff",)
    if count == 2:
        return ("ff8000", "0080ff")
    if count == AUTOMATIC_MIX:
        return _PRIMARIES
    steps = np.linspace(0.0, 240.0, count)
    return tuple(_hue(float(step)) for step in steps)


def _hue(degrees: float) -> str:
    """Return the pure color of a hue between red (0) and blue (240)."""
    position = degrees / 120.0
    if position <= 1.0:
        parts = (min(1.0, 2 - 2 * position), min(1.0, 2 * position), 0.0)
    else:
        parts = (0.0, min(1.0, 4 - 2 * position), min(1.0, 2 * position - 2))
    return "".join(f"{round(255 * part):02x}" for part in parts)
