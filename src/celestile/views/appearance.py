"""From a view to the components and the style of a picture: rules become numbers.

`celestile.pixels.display.first_view` chooses from the pixels whatever a view leaves open, so that
the first view of every image shows something.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from celestile.errors import RequestError
from celestile.pixels.display.first_view import FirstView
from celestile.pixels.display.start import FirstPlane
from celestile.pixels.image import COLLAPSES, Image, Plane, Selection, Shift
from celestile.render.request import Component, Style
from celestile.views.filter_colors import automatic_colors
from celestile.views.picks import aliased, numbers_of
from celestile.views.polarization import with_stokes
from celestile.views.view import Interval, Pick, View, overlay

_STYLE_KEYS = ("gamma", "contrast", "bias", "saturation", "cmap", "invert", "nan")

ANGLES = "twilight"
"""Colormap of angles: it ends with the color that it begins with."""


class Measures(Protocol):
    """Measures the pixels of one image; may take long."""

    def start(self) -> FirstPlane:
        """Plane that is shown where a view does not choose one."""

    def plane(self, selection: Selection) -> Plane:
        """Plane of a selection."""

    def first_view(self, selection: Selection) -> FirstView:
        """Limits and stretch where a view does not choose them."""

    def shift(self, selection: Selection) -> Shift:
        """How the numbers that the plane of a selection returns convert to physical values."""

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
    first_views : tuple of FirstView
        Of each component, if the stretch follows from them; empty if the view chooses it.
    """

    components: tuple[Component, ...]
    planes: tuple[Plane, ...]
    style: Style
    first_views: tuple[FirstView, ...] = ()


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
    start, operators = measures.start(), aliased(image, with_stokes(image, operators))
    shown = image.current_stokes
    cmap = ANGLES if shown is not None and shown.is_angle else None
    if start == FirstPlane() and cmap is None:
        return operators
    channel = Pick(start.channel, start.last_channel or start.channel)
    begin = View(
        frame=Pick(start.frame, start.frame) if start.frame > 1 else None,
        channel=None if channel == Pick(1, 1) else channel,
        cmap=cmap,
    )
    return overlay(begin, operators)


def appearance(image: Image, view: View, measures: Measures) -> Appearance:
    """Make a view concrete for an image.

    Parameters
    ----------
    image : Image
        With the HDU that the view asks for.
    view : View
        The view. Named views and the default view are merged into it already, and axes of unknown
        kind are named as the image has them (`celestile.views.picks.aliased`).
    measures : Measures
        Of that image.

    Raises
    ------
    RequestError
        If the view asks for a frame or channel that the image does not have, or makes no sense.
    """
    shown = _shown_planes(
        image, view.frame, view.channel, view.collapse, view.mix, is_mixable=view.cmap is None
    )
    firsts = _FirstViews(measures)
    limits = [_limits(image, view, selection, firsts, measures) for selection, _ in shown]
    found = () if view.stretch else tuple([firsts.of(selection) for selection, _ in shown])
    style = _style(view, found, limits, is_mix=shown[0][1] is not None)
    components = tuple(
        [
            Component(
                selection=selection,
                limits=limit,
                color=color,
                shift=measures.shift(selection),
                quantiles=measures.quantiles(selection, limit) if style.stretch == "histeq" else (),
            )
            for (selection, color), limit in zip(shown, limits, strict=True)
        ]
    )
    planes = tuple([measures.plane(selection) for selection, _ in shown])
    return Appearance(components, planes, style, found)


# The controls of a viewer change limits and stretch far more often than planes.
@lru_cache(maxsize=64)
def _shown_planes(
    image: Image,
    frame: Pick | None,
    channel: Pick | None,
    collapse: str | None,
    mix: tuple[tuple[Pick, str], ...],
    *,
    is_mixable: bool,
) -> tuple[tuple[Selection, str | None], ...]:
    """Planes that a view shows, each with its color in a mix; errors as in `appearance`."""
    if mix and channel is not None:
        raise RequestError(
            "channel and mix exclude each other: a mix names its channels", "channel"
        )
    frames = (1, 1) if frame is None else numbers_of(frame, image.frames, "frame")

    def selection(pick: Pick | None) -> Selection:
        channels = (1, 1) if pick is None else numbers_of(pick, image.channels, "channel")
        is_single = frames[0] == frames[1] and channels[0] == channels[1]
        return Selection(frames, channels, COLLAPSES[0] if is_single else collapse or COLLAPSES[0])

    if not mix and channel is None and is_mixable:
        mix = _automatic_mix(image)
    if mix:
        return tuple((selection(pick), color) for pick, color in mix)
    return ((selection(channel), None),)


def _automatic_mix(image: Image) -> tuple[tuple[Pick, str], ...]:
    colors = automatic_colors(image)
    picks = (Pick(channel.index, channel.index) for channel in image.channels)
    return tuple(zip(picks, colors, strict=True)) if colors else ()


class _FirstViews:
    """First views of the components, computed only if they are needed."""

    def __init__(self, measures: Measures) -> None:
        self._measures = measures

    def of(self, selection: Selection) -> FirstView:
        if selection.frame[0] == selection.frame[1]:
            # The frames of a sequence are shown one after the other and must not flicker.
            frame = self._measures.start().frame
            selection = selection._replace(frame=(frame, frame))
        return self._measures.first_view(selection)


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


def _style(
    view: View,
    firsts: Sequence[FirstView],
    limits: Sequence[tuple[float, float]],
    *,
    is_mix: bool,
) -> Style:
    stretch, parameter = view.stretch, view.parameter
    if stretch is None:
        stretch, parameter = _automatic_stretch(firsts, limits)
    chosen = {key: value for key in _STYLE_KEYS if (value := getattr(view, key)) is not None}
    if is_mix:
        chosen.pop("cmap", None)
    return Style(stretch=stretch, parameter=parameter, **chosen)


def _automatic_stretch(
    firsts: Sequence[FirstView], limits: Sequence[tuple[float, float]]
) -> tuple[str, float | None]:
    """One stretch for all components: the median of their softening parameters."""
    softened = sorted(
        parameter
        for first, its in zip(firsts, limits, strict=True)
        if (parameter := first.softening(its)) is not None
    )
    if not softened:
        return firsts[0].stretch, firsts[0].parameter
    return "asinh", softened[len(softened) // 2]
