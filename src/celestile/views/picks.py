"""Channels and frames that views pick, by number or by name."""

from collections.abc import Sequence
from dataclasses import replace

from celestile.errors import OutOfRangeError, RequestError, shortened
from celestile.pixels.image import Channel, Frame, Image
from celestile.views.view import Pick, View

_MOST_NAMES = 20  # in an error


def aliased(image: Image, view: View) -> View:
    """Accept both `frame` and `channel` for an axis of unknown kind."""
    if len(image.channels) == 1 and len(image.frames) > 1 and view.frame is None and view.channel:
        return replace(view, frame=view.channel, channel=None)
    if len(image.frames) == 1 and image.channel_axis == "band" and view.channel is None:
        return replace(view, channel=view.frame, frame=None) if view.frame else view
    return view


def numbers_of(pick: Pick, steps: Sequence[Channel | Frame], key: str) -> tuple[int, int]:
    """First and last index of a pick.

    Parameters
    ----------
    pick : Pick
        Numbers or names.
    steps : sequence
        Channels or frames of the image.
    key : str
        Of the view, for errors.

    Raises
    ------
    OutOfRangeError
        If the image has fewer steps.
    RequestError
        If no step has that name, or the range runs backwards.
    """
    first, last = (_index(end, steps, key) for end in (pick.first, pick.last))
    if last < first:
        raise RequestError(f"{key}={first}-{last} is invalid; expected a range first-last", key)
    return first, last


def _index(end: int | str, steps: Sequence[Channel | Frame], key: str) -> int:
    if isinstance(end, int):
        if 1 <= end <= len(steps):
            return end
        raise OutOfRangeError(f"{key}={end} is outside the image; expected 1 to {len(steps)}", key)
    for step in steps:
        if step.name.lower() == end.lower() or getattr(step, "time", None) == end:
            return step.index
    names = ", ".join(step.name for step in steps[:_MOST_NAMES])
    more = f" and {len(steps) - _MOST_NAMES} more" if len(steps) > _MOST_NAMES else ""
    raise RequestError(f"the image has no {key} {shortened(end)!r}; it has {names}{more}", key)
