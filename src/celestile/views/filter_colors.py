"""Default colors of channels: the longest wavelength is red."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from celestile.pixels.axes.filters import named_wavelength
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


def wavelength(channel: Channel) -> float | None:
    """Wavelength of a channel in metres: as known, or by the name of its filter."""
    return named_wavelength(channel.name) if channel.wavelength is None else channel.wavelength


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
