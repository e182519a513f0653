"""Channels and frames that views pick, by number or by name."""

from collections.abc import Sequence
from typing import Any

from celestile.errors import OutOfRangeError, RequestError, shortened
from celestile.pixels.image import Channel, Frame, Image
from celestile.pixels.plane import Selection
from celestile.views import flags
from celestile.views.polarization import with_stokes
from celestile.views.view import Pick, View

_MOST_NAMES = 20  # in an error

Steps = Sequence[Channel] | Sequence[Frame]
Numbers = tuple[int, int]
"""First and last, counted from 1."""


def aliased(image: Image, view: View) -> View:
    """Accept `channel` and `frame` alike for an axis of unknown kind."""
    if is_series(image) and view.frame is None and view.channel:
        return view._replace(frame=view.channel, channel=None)
    if len(image.frames) == 1 and image.channel_axis == "band" and view.channel is None:
        return view._replace(channel=view.frame, frame=None) if view.frame else view
    return view


def mixable(image: Image) -> Steps:
    """Planes that a mix and its limits name: the channels, or the frames of a single channel."""
    return image.frames if is_series(image) else image.channels


def mixed_numbers(image: Image, selection: Selection) -> Numbers:
    """First and last number of a selection among the planes that a mix names."""
    return selection.frame if is_series(image) else selection.channel


def is_series(image: Image) -> bool:
    """Whether all planes of an image are frames."""
    return len(image.channels) == 1 and len(image.frames) > 1


def numbered(image: Image, view: View) -> View:
    """Put numbers for the names of channels and frames, and leave out the default HDU.

    The Stokes parameter has its name (`celestile.views.polarization`).

    Parameters
    ----------
    image : Image
        The image, opened with the HDU that the view selects.
    view : View
        Named views are merged into it already.

    Raises
    ------
    OutOfRangeError, RequestError
        As `numbers_of`.
    """
    view = aliased(image, with_stokes(image, view))
    changes: dict[str, Any] = {}
    if view.name is not None:
        changes["name"] = None
    if view.hdu is not None:
        default = next((choice.selector for choice in image.hdus if choice.default), None)
        changes["hdu"] = None if image.hdu == default else image.hdu
    if view.cfa is not None:
        changes["cfa"] = None if image.cfa == image.cfa_default else image.cfa
    if view.bits:
        changes["bits"] = _numbered_bits(image, view)
    if view.frame is not None:
        changes["frame"] = Pick(*numbers_of(view.frame, image.frames, "frame"))
    if view.channel is not None:
        changes["channel"] = Pick(*numbers_of(view.channel, image.channels, "channel"))
    if view.mix:
        changes["mix"] = tuple(
            (Pick(*numbers_of(pick, mixable(image), "mix")), color) for pick, color in view.mix
        )
    if any(pick is not None for pick, _ in view.limits):
        changes["limits"] = tuple(
            (pick and Pick(*numbers_of(pick, mixable(image), "limits")), interval)
            for pick, interval in view.limits
        )
    return view._replace(**changes) if changes else view


def _numbered_bits(image: Image, view: View) -> tuple[int | str, ...]:
    """Put numbers for the names of flags, and leave out the key where it has no effect."""
    if image.flags is None:
        return ()
    if view.bits in ((flags.ALL,), (flags.NONE,), (flags.OFF,)):
        return view.bits
    return flags.numbered(image.flags, view.bits)


def numbers_of(pick: Pick, steps: Steps, key: str) -> Numbers:
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


def _index(end: int | str, steps: Steps, key: str) -> int:
    if isinstance(end, int):
        if 1 <= end <= len(steps):
            return end
        raise OutOfRangeError(f"{key}={end} is outside the image; expected 1 to {len(steps)}", key)
    # Some names differ by case alone: the filters r and R.
    found = (
        next((step for step in steps if step.name == end), None)
        or next((step for step in steps if step.name.lower() == end.lower()), None)
        or next((step for step in steps if getattr(step, "time", None) == end), None)
    )
    if found is not None:
        return found.index
    names = ", ".join(step.name for step in steps[:_MOST_NAMES])
    more = f" and {len(steps) - _MOST_NAMES} more" if len(steps) > _MOST_NAMES else ""
    raise RequestError(f"the image has no {key} {shortened(end)!r}; it has {names}{more}", key)
