"""The shortest view in numbers that says what a view says: one address for one picture."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from celestile.errors import RequestError
from celestile.pixels.image import COLLAPSES, Channel, Frame, Image
from celestile.render.request import Style
from celestile.views.filter_colors import automatic_colors
from celestile.views.picks import aliased, numbers_of
from celestile.views.view import Pick, View


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
        return Pick(*numbers_of(pick, steps, key))

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
        return None if pick is None else Pick(*numbers_of(pick, steps, ""))
    except RequestError:
        return None
