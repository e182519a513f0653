"""From a view to a picture's components and style: names become numbers, rules become limits.

What a view leaves open is chosen from the pixels, by `celestile.pixels.first_view`, so that every
image shows something on first sight.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from celestile.errors import OutOfRangeError, RequestError
from celestile.pixels.first_view import FirstView
from celestile.pixels.image import COLLAPSES, Channel, Frame, Image, Selection
from celestile.pixels.start import Start
from celestile.protocols.view import Interval, Pick, View, overlay
from celestile.render.request import Component, Style

AUTOMATIC_MIX = 3
"""Unnamed channels of this number are taken for colors."""

_FIRST = Pick(1, 1)
_PALETTE = ("ff0000", "00ff00", "0000ff", "ffff00", "00ffff", "ff00ff", "ff8000", "8000ff")


class Measures(Protocol):
    """Looks at the pixels of a selection; may take long."""

    def start(self) -> Start:
        """Plane to begin with for somebody who has not said any."""

    def first_view(self, selection: Selection) -> FirstView:
        """Limits and stretch for somebody who has not said any."""

    def origin(self, selection: Selection) -> float:
        """What has to be added to the values that are read of a selection."""

    def limits(self, selection: Selection, interval: Interval) -> tuple[float, float]:
        """Limits by a rule."""

    def quantiles(self, selection: Selection, limits: tuple[float, float]) -> tuple[float, ...]:
        """Values of equal spacing in rank between the limits."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """How a picture looks.

    Parameters
    ----------
    components : tuple of Component
        One, or several to be mixed.
    style : Style
        Of the picture.
    """

    components: tuple[Component, ...]
    style: Style


def implied(image: Image, operators: View, measures: Measures) -> View:
    """View of an image when nothing is asked for.

    Parameters
    ----------
    image : Image
        The image.
    operators : View
        The operator's view for images of this kind; what it says counts.
    measures : Measures
        Of that image.
    """
    start = measures.start()
    begin = View(
        frame=Pick(start.frame, start.frame) if start.frame > 1 else None,
        channel=Pick(start.channel, start.channel) if start.channel > 1 else None,
    )
    return overlay(begin, aliased(image, operators))


def appearance(image: Image, view: View, measures: Measures) -> Appearance:
    """Make a view concrete for an image.

    Parameters
    ----------
    image : Image
        With the HDU that the view asks for.
    view : View
        Named views and what is implied are merged into it already.
    measures : Measures
        Of that image.

    Raises
    ------
    RequestError
        If the view asks for a frame or channel that the image does not have, or makes no sense.
    """
    view = aliased(image, view)
    if view.mix and view.channel is not None:
        raise RequestError(
            "channel and mix exclude each other: a mix names its channels", "channel"
        )
    frames = _frames(image, view.frame)
    mix = _mix(image, view)
    if mix:
        selections = [_selection(image, frames, pick, view) for pick, _ in mix]
        colors: list[str | None] = [color for _, color in mix]
    else:
        selections = [_selection(image, frames, view.channel, view)]
        colors = [None]
    firsts = _Firsts(measures, selections)
    limits = [_limits(image, view, s, firsts, measures) for s in selections]
    style = _style(view, firsts, is_mix=bool(mix))
    components = tuple(
        Component(
            selection=selection,
            limits=limit,
            color=color,
            origin=measures.origin(selection),
            quantiles=measures.quantiles(selection, limit) if style.stretch == "histeq" else (),
        )
        for selection, limit, color in zip(selections, limits, colors, strict=True)
    )
    return Appearance(components, style)


class _Firsts:
    """First views of the components, looked for only if something depends on them."""

    def __init__(self, measures: Measures, selections: Sequence[Selection]) -> None:
        self._measures = measures
        self._selections = selections

    def of(self, selection: Selection) -> FirstView:
        if selection.frame[0] == selection.frame[1]:
            # The frames of a sequence are seen one after the other: they must not flicker.
            frame = self._measures.start().frame
            selection = replace(selection, frame=(frame, frame))
        return self._measures.first_view(selection)

    def stretch(self) -> tuple[str, float | None]:
        """One stretch for all: of several softenings the one in the middle."""
        found = [self.of(selection) for selection in self._selections]
        softened = sorted(first.parameter for first in found if first.parameter is not None)
        if not softened:
            return found[0].stretch, found[0].parameter
        return "asinh", softened[len(softened) // 2]


def aliased(image: Image, view: View) -> View:
    """Let an axis of no known kind be asked for as channel or frame, whichever it was taken for."""
    if len(image.channels) == 1 and len(image.frames) > 1 and view.frame is None and view.channel:
        return replace(view, frame=view.channel, channel=None)
    if len(image.frames) == 1 and image.channel_axis == "band" and view.channel is None:
        return replace(view, channel=view.frame, frame=None) if view.frame else view
    return view


def _mix(image: Image, view: View) -> tuple[tuple[Pick, str], ...]:
    if view.mix:
        return view.mix
    if view.channel is not None or view.cmap is not None:
        return ()
    colors = automatic_colors(image)
    return (
        tuple(
            (Pick(channel.index, channel.index), color)
            for channel, color in zip(image.channels, colors, strict=True)
        )
        if colors
        else ()
    )


def automatic_colors(image: Image) -> tuple[str, ...]:
    """Colors of the channels where an image is shown as a mix by itself; empty where it is not.

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


def wavelength(channel: Channel) -> float | None:
    """Wavelength of a channel in metres: as known, or by the name of its filter."""
    if channel.wavelength is not None:
        return channel.wavelength
    name = channel.name.lower().split("_")[0].split("-")[-1].rstrip("'")
    return _FILTERS.get(name)


def _hues(count: int) -> tuple[str, ...]:
    """Colors from red to blue."""
    if count == 1:
        return ("ffffff",)
    if count == 2:
        return ("ff8000", "0080ff")
    if count == AUTOMATIC_MIX:
        return _PALETTE[:3]
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


def _selection(image: Image, frames: tuple[int, int], pick: Pick | None, view: View) -> Selection:
    channels = (1, 1) if pick is None else _range(pick, image.channels, "channel")
    collapse = view.collapse or COLLAPSES[0]
    alone = frames[0] == frames[1] and channels[0] == channels[1]
    return Selection(frames, channels, COLLAPSES[0] if alone else collapse)


def _frames(image: Image, pick: Pick | None) -> tuple[int, int]:
    return (1, 1) if pick is None else _range(pick, image.frames, "frame")


def _range(pick: Pick, steps: Sequence[Channel | Frame], key: str) -> tuple[int, int]:
    first, last = (_index(end, steps, key) for end in (pick.first, pick.last))
    if last < first:
        raise RequestError(f"the range {key}={first}-{last} runs backwards", key)
    return first, last


def _index(end: int | str, steps: Sequence[Channel | Frame], key: str) -> int:
    if isinstance(end, int):
        if 1 <= end <= len(steps):
            return end
        raise OutOfRangeError(f"{key}={end} is outside the image, which has 1 to {len(steps)}", key)
    for step in steps:
        if step.name.lower() == end.lower() or getattr(step, "time", None) == end:
            return step.index
    names = ", ".join(step.name for step in steps[:20])
    raise RequestError(f"the image has no {key} {end!r}; it has {names}", key)


def _limits(
    image: Image, view: View, selection: Selection, firsts: _Firsts, measures: Measures
) -> tuple[float, float]:
    """Limits of one component: its own, else those for all, else by looking."""
    common = None
    for pick, interval in view.limits:
        if pick is None:
            common = interval
        elif _range(pick, image.channels, "limits") == selection.channel:
            return _by_rule(selection, interval, measures)
    if common is not None:
        return _by_rule(selection, common, measures)
    return firsts.of(selection).limits


def _by_rule(selection: Selection, interval: Interval, measures: Measures) -> tuple[float, float]:
    if interval.kind == "manual":
        return interval.vmin, interval.vmax
    return measures.limits(selection, interval)


def _style(view: View, firsts: _Firsts, *, is_mix: bool) -> Style:
    default = Style()
    stretch, parameter = view.stretch, view.parameter
    if stretch is None:
        # Limits that somebody chose are meant for the curve that everybody knows.
        stretch, parameter = ("linear", None) if view.limits else firsts.stretch()
    chosen = {
        key: value
        for key in ("gamma", "contrast", "bias", "saturation", "cmap", "invert", "nan")
        if (value := getattr(view, key)) is not None
    }
    if is_mix:
        chosen.pop("cmap", None)
    return replace(default, stretch=stretch, parameter=parameter, **chosen)


def concrete(image: Image, view: View, base: View | None = None) -> View:
    """Put numbers for names, and leave out what is so anyway.

    Parameters
    ----------
    image : Image
        With the HDU that the view asks for.
    view : View
        Named views are merged into it already.
    base : View, optional
        What the view will be put over: the image's automatic view. Without it, whatever the view
        says is kept but for the HDU.

    Raises
    ------
    RequestError
        As `appearance`.
    """
    view = aliased(image, view)

    def numbered(pick: Pick, steps: Sequence[Channel | Frame], key: str) -> Pick:
        return Pick(*_range(pick, steps, key))

    default = next((choice.selector for choice in image.hdus if choice.default), None)
    found = replace(
        view,
        name=None,
        hdu=None if image.hdu == default or view.hdu is None else image.hdu,
        frame=numbered(view.frame, image.frames, "frame") if view.frame else None,
        channel=numbered(view.channel, image.channels, "channel") if view.channel else None,
        mix=tuple((numbered(p, image.channels, "mix"), color) for p, color in view.mix),
        limits=tuple(
            (p if p is None else numbered(p, image.channels, "limits"), interval)
            for p, interval in view.limits
        ),
    )
    return found if base is None else _shortened(image, found, aliased(image, base))


_NEUTRAL: dict[str, Any] = {
    "frame": Pick(1, 1),
    "collapse": COLLAPSES[0],
    **{key: getattr(Style(), key) for key in ("gamma", "contrast", "bias", "saturation", "invert")},
    "cmap": None,  # to ask for any is to ask for no mix
    "nan": None,
}


def _shortened(image: Image, view: View, base: View) -> View:
    """Leave out of a view in numbers what is the same without it."""
    left_out: dict[str, Any] = {
        key: None for key in _NEUTRAL if getattr(view, key) == _underneath(image, base, key)
    }
    if view.channel is not None and not base.mix:
        # Without a channel, one that is a color of the automatic mix would be mixed.
        first = None if automatic_colors(image) and base.cmap is None else Pick(1, 1)
        if view.channel == (_numbered(image.channels, base.channel) or first):
            left_out["channel"] = None
    return replace(view, **left_out)


def _underneath(image: Image, base: View, key: str) -> Any:
    value = getattr(base, key)
    if value is None:
        return _NEUTRAL[key]
    return _numbered(image.frames, value) if key == "frame" else value


def _numbered(steps: Sequence[Channel | Frame], pick: Pick | None) -> Pick | None:
    """Numbers of steps, None if there are none of that name: the operator's view may not fit."""
    try:
        return None if pick is None else Pick(*_range(pick, steps, ""))
    except RequestError:
        return None
