"""From a view to the components and the style of a picture: rules become numbers.

`celestile.pixels.display.first_view` chooses from the pixels whatever a view leaves open, so that
the first view of every image shows something.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from celestile.errors import RequestError
from celestile.pixels.display.first_view import FirstView
from celestile.pixels.display.start import FirstPlane
from celestile.pixels.image import Image
from celestile.pixels.plane import COLLAPSES, Plane, Selection, Shift
from celestile.pixels.planes.bits import as_bits
from celestile.pixels.planes.shifted import unshifted
from celestile.render.request import Component, Style
from celestile.views import flags
from celestile.views.filter_colors import automatic_colors
from celestile.views.picks import Numbers, aliased, is_series, mixable, mixed_numbers, numbers_of
from celestile.views.polarization import with_stokes
from celestile.views.view import Interval, Pick, View, overlay

_STYLE_KEYS = ("gamma", "contrast", "bias", "saturation", "cmap", "invert", "nan")

ANGLES = "twilight"
"""Colormap of angles: it ends with the color that it begins with."""


class Measures(Protocol):
    """Measures the pixels of one image; may take long."""

    def start(self) -> FirstPlane:
        """Plane that is shown where a view does not choose one."""

    def first_view(self, plane: Plane) -> FirstView:
        """Limits and stretch where a view does not choose them."""

    def shift(self, plane: Plane) -> Shift:
        """How the numbers that a plane returns convert to physical values."""

    def limits(self, plane: Plane, interval: Interval) -> tuple[float, float]:
        """Limits by a rule."""

    def quantiles(self, plane: Plane, limits: tuple[float, float]) -> tuple[float, ...]:
        """Values of equal spacing in rank between the limits."""


class ShownPlane(NamedTuple):
    """A plane that a view shows, and its color in a mix."""

    selection: Selection
    color: str | None
    plane: Plane


class Appearance(NamedTuple):
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
    painted : tuple of Plane
        Planes that pictures are drawn from; those of flags have bits instead of numbers.
    """

    components: tuple[Component, ...]
    planes: tuple[Plane, ...]
    style: Style
    first_views: tuple[FirstView, ...] = ()
    painted: tuple[Plane, ...] = ()


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
    limits = [_limits(image, view, each, measures) for each in shown]
    firsts = () if view.stretch else tuple([_first_view(image, each, measures) for each in shown])
    style = _style(view, firsts, limits, is_mix=shown[0].color is not None)
    components = tuple(
        [
            Component(
                selection=selection,
                limits=limit,
                color=color,
                shift=measures.shift(plane),
                quantiles=measures.quantiles(plane, limit) if style.stretch == "histeq" else (),
            )
            for (selection, color, plane), limit in zip(shown, limits, strict=True)
        ]
    )
    planes = tuple([each.plane for each in shown])
    style, painted = _with_flags(image, view, style, planes)
    return Appearance(components, planes, style, firsts, painted)


def _with_flags(
    image: Image, view: View, style: Style, planes: tuple[Plane, ...]
) -> tuple[Style, tuple[Plane, ...]]:
    """Style and planes of a quality plane in the colors of its flags; unchanged for others."""
    if image.flags is None or len(planes) != 1 or not flags.are_drawn(image, view):
        return style, planes
    plane = unshifted(planes[0]) if image.flags.kind == "codes" else as_bits(planes[0])
    if plane is None:
        return style, planes
    drawn = tuple(
        (flag.number, flags.color_of(flag.number)) for flag in flags.shown(image.flags, view)
    )
    return style._replace(flags=drawn, flag_kind=image.flags.kind), (plane,)


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
) -> tuple[ShownPlane, ...]:
    """Planes that a view shows; errors as in `appearance`."""
    if mix and channel is not None:
        raise RequestError(
            "channel and mix exclude each other: a mix names its channels", "channel"
        )
    frames = (1, 1) if frame is None else numbers_of(frame, image.frames, "frame")

    def shown(frames: Numbers, channels: Numbers, color: str | None = None) -> ShownPlane:
        is_single = frames[0] == frames[1] and channels[0] == channels[1]
        rule = COLLAPSES[0] if is_single else collapse or COLLAPSES[0]
        selection = Selection(frames, channels, rule)
        return ShownPlane(selection, color, image.plane(selection))

    if not mix and channel is None and is_mixable:
        mix = _automatic_mix(image)
    if not mix:
        return (shown(frames, numbers_of(channel or Pick(1, 1), image.channels, "channel")),)
    picks = [(numbers_of(pick, mixable(image), "mix"), color) for pick, color in mix]
    if is_series(image):
        return tuple(shown(numbers, (1, 1), color) for numbers, color in picks)
    return tuple(shown(frames, numbers, color) for numbers, color in picks)


def _automatic_mix(image: Image) -> tuple[tuple[Pick, str], ...]:
    colors = automatic_colors(image)
    picks = (Pick(channel.index, channel.index) for channel in image.channels)
    return tuple(zip(picks, colors, strict=True)) if colors else ()


def _first_view(image: Image, shown: ShownPlane, measures: Measures) -> FirstView:
    selection, color, plane = shown
    is_mixed_frame = color is not None and is_series(image)
    if selection.frame[0] == selection.frame[1] and not is_mixed_frame:
        # The frames of a sequence are shown one after the other and must not flicker.
        frame = measures.start().frame
        if frame != selection.frame[0]:
            plane = image.plane(selection._replace(frame=(frame, frame)))
    return measures.first_view(plane)


def _limits(image: Image, view: View, shown: ShownPlane, measures: Measures) -> tuple[float, float]:
    """Limits of one component: its own, else those for all, else those of its first view."""
    common = None
    for pick, interval in view.limits:
        if pick is None:
            common = interval
        elif numbers_of(pick, mixable(image), "limits") == mixed_numbers(image, shown.selection):
            return _by_rule(shown.plane, interval, measures)
    if common is not None:
        return _by_rule(shown.plane, common, measures)
    return _first_view(image, shown, measures).limits


def _by_rule(plane: Plane, interval: Interval, measures: Measures) -> tuple[float, float]:
    if interval.kind == "manual":
        return interval.vmin, interval.vmax
    return measures.limits(plane, interval)


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
