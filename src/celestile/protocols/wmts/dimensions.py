"""Frames, channels and Stokes parameters as WMTS dimensions.

The default of every dimension is the word ``default``: "as the layer's style has it". A number
would be wrong where the automatic view mixes all channels, and a client that always sends its
defaults would override the frame of a named view.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from celestile.pixels.image import Channel, Image
from celestile.protocols.tiles.moments import read_moment
from celestile.protocols.wmts.exceptions import invalid

DEFAULT = "default"
CURRENT = "current"
_KEYWORDS = frozenset({DEFAULT, CURRENT})
IDENTIFIERS = ("FRAME", "TIME", "CHANNEL", "STOKES")

# View keys that the dimensions stand for; the later one counts where two are given.
_KEYS = {"FRAME": "frame", "CHANNEL": "channel", "STOKES": "stokes"}

# Clients offer the values that are listed, so all are, within reason; more become
# first/last/step, the notation of intervals of WMS 1.3.0 (annex C).
MOST_VALUES = 4096

# Names that need no escape in an address, which some clients would forget.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension of a layer.

    Parameters
    ----------
    identifier, title : str
        For programs and for people.
    unit : str or None
        Unit of measure of the values.
    values : tuple of str
        All that are offered, `DEFAULT` first.
    """

    identifier: str
    title: str
    unit: str | None
    values: tuple[str, ...]


def dimension_identifiers(image: Image) -> tuple[str, ...]:
    """Name the dimensions along which an image extends, in the order of a RESTful address."""
    frames, times = len(image.frames), {frame.time for frame in image.frames}
    # Both are the same axis, and listed as two they would promise all combinations. A time must
    # identify its frame.
    timed = None not in times and len(times) == frames
    present = {
        "FRAME": frames > 1 and not timed,
        "TIME": frames > 1 and timed,
        "CHANNEL": len(image.channels) > 1,
        "STOKES": len(image.stokes) > 1,
    }
    return tuple(identifier for identifier in IDENTIFIERS if present[identifier])


def dimension_orders(image: Image) -> tuple[tuple[str, ...], ...]:
    """Name the dimensions in the orders that a RESTful address may have, the advertised first."""
    listed = dimension_identifiers(image)
    orders = [listed]
    if "TIME" in listed:
        orders.append(("FRAME", *listed))  # earlier versions advertised both
    if "STOKES" in listed and len(listed) > 1:
        # Earlier versions folded Stokes parameters into the channels.
        orders.append(tuple(each for each in listed if each != "STOKES"))
    return tuple(orders)


def understood(image: Image, values: Mapping[str, str]) -> dict[str, str]:
    """Keep the dimensions that an image has, advertised or not.

    The others are ignored (OGC 07-057r7, text after table 26): clients send one TIME to all layers.

    Parameters
    ----------
    image : Image
        The image.
    values : mapping
        Identifier to value, as requested.

    Returns
    -------
    dict
        FRAME for images with times, too, unless a time is given.
    """
    listed = dimension_identifiers(image)
    found = {identifier: values[identifier] for identifier in listed if identifier in values}
    if "TIME" in listed and "FRAME" in values and _is(found.get("TIME", DEFAULT), DEFAULT):
        found["FRAME"] = values["FRAME"]
    return found


def dimensions(image: Image) -> tuple[Dimension, ...]:
    """Describe the dimensions of an image, in the order of `dimension_identifiers`."""
    describe = {"FRAME": _frames, "TIME": _times, "CHANNEL": _channels, "STOKES": _stokes}
    return tuple(describe[identifier](image) for identifier in dimension_identifiers(image))


def _frames(image: Image) -> Dimension:
    numbers = tuple(str(frame.index) for frame in image.frames)
    return Dimension("FRAME", f"Frame, 1 to {len(numbers)}", None, _offer(numbers))


def _times(image: Image) -> Dimension:
    times = (frame.time for frame in image.frames if frame.time is not None)
    return Dimension("TIME", "Time of the frame", "ISO8601", (DEFAULT, *times))


def _channels(image: Image) -> Dimension:
    return Dimension("CHANNEL", _channel_title(image), None, _offer(_channel_names(image)))


def _stokes(image: Image) -> Dimension:
    names = tuple(stokes.name for stokes in image.stokes)
    return Dimension("STOKES", "Stokes parameter", None, _offer(names))


def dimension_keys(image: Image, values: Mapping[str, str]) -> dict[str, str]:
    """Translate the values of dimensions into the view keys ``frame``, ``channel``, ``stokes``.

    Parameters
    ----------
    image : Image
        The image that they are dimensions of.
    values : mapping
        Identifier to value, as returned by `understood`; missing ones are as `DEFAULT`.

    Returns
    -------
    dict
        View key to value; empty where everything is as the style has it.

    Raises
    ------
    OwsError
        If a time is not offered.
    """
    keys: dict[str, str] = {}
    for identifier, key in _KEYS.items():
        value = values.get(identifier, DEFAULT)
        if not _is(value, DEFAULT):
            keys[key] = value
    if _is(keys.get("frame", ""), CURRENT):
        keys["frame"] = str(len(image.frames))
    for key in ("channel", "stokes"):
        if _is(keys.get(key, ""), CURRENT):
            del keys[key]
    time = values.get("TIME", DEFAULT)
    if not _is(time, DEFAULT):
        keys["frame"] = str(_frame_at(image, time))
    return keys


def locator_of(key: str, values: Mapping[str, str]) -> str | None:
    """Name of the dimension by which a request gave a view key; None where it did not."""
    named = (identifier for identifier, named in _KEYS.items() if named == key)
    return next((identifier for identifier in reversed([*named]) if identifier in values), None)


def _is(value: str, keyword: str) -> bool:
    return value.lower() == keyword


def _offer(values: tuple[str, ...]) -> tuple[str, ...]:
    if len(values) > MOST_VALUES:
        return (DEFAULT, f"1/{len(values)}/1")
    return (DEFAULT, *values)


def _channel_names(image: Image) -> tuple[str, ...]:
    """Name bands and columns; number the planes of a spectrum."""
    names = tuple(channel.name for channel in image.channels)
    have_names = image.channel_axis in {"band", "column"} and all(
        _PLAIN_NAME.fullmatch(name) and not name.isdecimal() and name.lower() not in _KEYWORDS
        for name in names
    )
    return names if have_names else tuple(str(channel.index) for channel in image.channels)


def _channel_title(image: Image) -> str:
    title = {"band": "Band", "column": "Column"}.get(image.channel_axis, "Channel")
    return title + _span(image.channels[0], image.channels[-1])


def _span(first: Channel, last: Channel) -> str:
    if first.value is None or last.value is None:
        return ""
    return f", {first.value:.8g} to {last.value:.8g} {first.unit or ''}".rstrip()


def _frame_at(image: Image, time: str) -> int:
    """Index of the frame of a time, in any spelling."""
    if _is(time, CURRENT):
        return len(image.frames)
    sought = read_moment(time)
    for frame in image.frames:
        if frame.time is None:
            continue
        if frame.time == time or (sought is not None and read_moment(frame.time) == sought):
            return frame.index
    raise invalid("TIME", time, "expected one of the times in the capabilities")
