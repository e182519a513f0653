"""Canonical views: the shortest view, in numbers, that shows the same picture."""

from typing import Any

from celestile.errors import RequestError
from celestile.pixels.image import Image
from celestile.pixels.plane import COLLAPSES
from celestile.render.request import Style
from celestile.views import flags
from celestile.views.filter_colors import automatic_colors
from celestile.views.picks import Steps, aliased, numbered, numbers_of
from celestile.views.polarization import with_stokes
from celestile.views.view import Pick, View, overlay

_NEUTRAL: dict[str, Any] = {
    "frame": Pick(1, 1),
    "collapse": COLLAPSES[0],
    **{key: getattr(Style(), key) for key in ("gamma", "contrast", "bias", "saturation", "invert")},
}
"""Values that change nothing. A colormap has none: naming one turns the mix off."""

_CAN_BE_LEFT_OUT = (*_NEUTRAL, "cmap", "nan")


def concrete(image: Image, view: View, base: View | None = None) -> View:
    """Replace names by numbers, and drop keys that have no effect.

    Parameters
    ----------
    image : Image
        With the HDU that the view asks for.
    view : View
        Named views are merged into it already.
    base : View, optional
        The view that this one will be put over: the image's automatic view. Without it, every
        key is kept except for the default HDU.

    Raises
    ------
    RequestError
        As `celestile.views.appearance.appearance`.
    """
    found = numbered(image, view)
    if base is None:
        return found
    return shortened(image, found, aliased(image, with_stokes(image, base)))


def shortened(image: Image, view: View, base: View) -> View:
    """Drop the keys of a view in numbers that have no effect; the rest as in `concrete`."""
    left_out: dict[str, Any] = {
        key: None
        for key in _CAN_BE_LEFT_OUT
        if (value := getattr(view, key)) is not None and value == _underneath(image, base, key)
    }
    if view.stokes is not None:
        default = base.stokes or (image.stokes[0].name if image.stokes else None)
        if view.stokes == default:
            left_out["stokes"] = None
    if view.channel is not None and not base.mix:
        # Without a channel, one that is a color of the automatic mix would be mixed.
        first = None if automatic_colors(image) and base.cmap is None else Pick(1, 1)
        if view.channel == (_numbers(image.channels, base.channel) or first):
            left_out["channel"] = None
    if view.bits in ((flags.ALL,), (flags.OFF,)):
        without = overlay(base, view._replace(bits=()))
        if not base.bits and flags.are_drawn(image, without) == (view.bits == (flags.ALL,)):
            left_out["bits"] = ()
    return view._replace(**left_out) if left_out else view


def _underneath(image: Image, base: View, key: str) -> Any:
    value = getattr(base, key)
    if value is None:
        return _NEUTRAL.get(key)
    return _numbers(image.frames, value) if key == "frame" else value


def _numbers(steps: Steps, pick: Pick | None) -> Pick | None:
    """Numbers of steps, None if there are none of that name: the operator's view may not fit."""
    try:
        return None if pick is None else Pick(*numbers_of(pick, steps, ""))
    except RequestError:
        return None
