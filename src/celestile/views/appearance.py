"""From a view to the components and the style of a picture: rules become numbers.

`celestile.pixels.display.first_view` chooses from the pixels whatever a view leaves open, so that
the first view of every image shows something.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from celestile.errors import RequestError
from celestile.pixels.display.first_view import FirstView
from celestile.pixels.display.start import FirstPlane
from celestile.pixels.image import COLLAPSES, Image, Plane, Selection
from celestile.render.request import Component, Style
from celestile.views.filter_colors import automatic_colors
from celestile.views.picks import aliased, numbers_of
from celestile.views.view import Interval, Pick, View, overlay

_STYLE_KEYS = ("gamma", "contrast", "bias", "saturation", "cmap", "invert", "nan")


class Measures(Protocol):
    """Measures the pixels of one image; may take long."""

    def start(self) -> FirstPlane:
        """Plane that is shown where a view does not choose one."""

    def plane(self, selection: Selection) -> Plane:
        """Plane of a selection."""

    def first_view(self, selection: Selection) -> FirstView:
        """Limits and stretch where a view does not choose them."""

    def origin(self, selection: Selection) -> float:
        """Number to add to the values that the plane of a selection returns."""

    def limits(self, selection: Selection, interval: Interval) -> tuple[float, float]:
        """Limits by a rule."""

    def quantiles(self, selection: Selection, limits: tuple[float, float]) -> tuple[float, ...]:
        """Values of equal spacing in rank between the limits."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """Everything about a picture except its geometry.

    Parameters
    ----------
    components : tuple of Component
        One, or several to be mixed.
    planes : tuple of Plane
        Pixels of each component.
    style : Style
        Of the picture.
    """

    components: tuple[Component, ...]
    planes: tuple[Plane, ...]
    style: Style


def implied(image: Image, operators: View, measures: Measures) -> View:
    """Default view of an image.

    Parameters
    ----------
    image : Image
        The image.
    operators : View
        The operator's view for images of this kind; it has precedence.
    measures : Measures
        Of that image.
    """
    start, operators = measures.start(), aliased(image, operators)
    if start == FirstPlane():
        return operators
    begin = View(
        frame=Pick(start.frame, start.frame) if start.frame > 1 else None,
        channel=Pick(start.channel, start.channel) if start.channel > 1 else None,
    )
    return overlay(begin, operators)


def appearance(image: Image, view: View, measures: Measures) -> Appearance:
    """Make a view concrete for an image.

    Parameters
    ----------
    image : Image
        With the HDU that the view asks for.
    view : View
        The view; named views and the default view are merged into it already.
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
    firsts = _FirstViews(measures, selections)
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
    return Appearance(components, tuple(map(measures.plane, selections)), style)


class _FirstViews:
    """First views of the components, computed only if they are needed."""

    def __init__(self, measures: Measures, selections: Sequence[Selection]) -> None:
        self._measures = measures
        self._selections = selections

    def of(self, selection: Selection) -> FirstView:
        if selection.frame[0] == selection.frame[1]:
            # The frames of a sequence are shown one after the other and must not flicker.
            frame = self._measures.start().frame
            selection = replace(selection, frame=(frame, frame))
        return self._measures.first_view(selection)

    def stretch(self) -> tuple[str, float | None]:
        """One stretch for all components: the median of their softening parameters."""
        found = [self.of(selection) for selection in self._selections]
        softened = sorted(first.parameter for first in found if first.parameter is not None)
        if not softened:
            return found[0].stretch, found[0].parameter
        return "asinh", softened[len(softened) // 2]


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


def _selection(image: Image, frames: tuple[int, int], pick: Pick | None, view: View) -> Selection:
    channels = (1, 1) if pick is None else numbers_of(pick, image.channels, "channel")
    collapse = view.collapse or COLLAPSES[0]
    alone = frames[0] == frames[1] and channels[0] == channels[1]
    return Selection(frames, channels, COLLAPSES[0] if alone else collapse)


def _frames(image: Image, pick: Pick | None) -> tuple[int, int]:
    return (1, 1) if pick is None else numbers_of(pick, image.frames, "frame")


def _limits(
    image: Image, view: View, selection: Selection, firsts: _FirstViews, measures: Measures
) -> tuple[float, float]:
    """Limits of one component: its own, else those for all, else those of its first view."""
    common = None
    for pick, interval in view.limits:
        if pick is None:
            common = interval
        elif numbers_of(pick, image.channels, "limits") == selection.channel:
            return _by_rule(selection, interval, measures)
    if common is not None:
        return _by_rule(selection, common, measures)
    return firsts.of(selection).limits


def _by_rule(selection: Selection, interval: Interval, measures: Measures) -> tuple[float, float]:
    if interval.kind == "manual":
        return interval.vmin, interval.vmax
    return measures.limits(selection, interval)


def _style(view: View, firsts: _FirstViews, *, is_mix: bool) -> Style:
    stretch, parameter = view.stretch, view.parameter
    if stretch is None:
        # Limits that were chosen by hand are meant for the most familiar curve.
        stretch, parameter = ("linear", None) if view.limits else firsts.stretch()
    chosen = {key: value for key in _STYLE_KEYS if (value := getattr(view, key)) is not None}
    if is_mix:
        chosen.pop("cmap", None)
    return Style(stretch=stretch, parameter=parameter, **chosen)
