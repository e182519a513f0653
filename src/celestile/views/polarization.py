"""The Stokes parameter that a view shows: by its key, or by old names of channels.

Earlier versions folded the Stokes axis into the channels: ``channel=Q_3`` was the third channel of
Q, and ``channel=Q`` or ``channel=2`` was Q in a file without a spectral axis.
"""

from dataclasses import replace
from typing import Any

from celestile.errors import RequestError, shortened
from celestile.pixels.axes.stokes import find
from celestile.pixels.image import Image
from celestile.views.view import Pick, View


def with_stokes(image: Image, view: View) -> View:
    """Put the name of the parameter for any spelling, and for old names of channels.

    Parameters
    ----------
    image : Image
        The image, of any of its parameters.
    view : View
        Named views are merged into it already.

    Returns
    -------
    View
        Its key `stokes` is the name of a parameter of the image, or None.

    Raises
    ------
    RequestError
        If the image has no such parameter.
    """
    if image.stokes:
        view = _without_old_names(image, view)
    if view.stokes is None:
        return view
    found = find(image.stokes, view.stokes)
    if found is None:
        names = ", ".join(stokes.name for stokes in image.stokes)
        has = f"it has {names}" if names else "it has no Stokes axis"
        message = f"stokes={shortened(view.stokes)} is not in the image; {has}"
        raise RequestError(message, "stokes")
    return view if found.name == view.stokes else replace(view, stokes=found.name)


def _without_old_names(image: Image, view: View) -> View:
    """Take the parameter from old names of channels, all of which must be of the same one."""
    named: set[str] = set()
    changes: dict[str, Any] = {}
    if view.channel is not None:
        changes["channel"] = _parted(image, view.channel, named)
    if view.mix:
        changes["mix"] = tuple((_parted(image, pick, named) or pick, rgb) for pick, rgb in view.mix)
    if view.limits:
        changes["limits"] = tuple(
            (pick and _parted(image, pick, named), interval) for pick, interval in view.limits
        )
    if not named:
        return view
    if view.stokes is not None:
        named.add(view.stokes)
    chosen = {find(image.stokes, name) or name for name in named}
    if len(chosen) > 1:
        key = "mix" if view.mix else "channel"
        message = f"{key} is of several Stokes parameters, {', '.join(sorted(named))}"
        raise RequestError(f"{message}; expected one Stokes parameter", key)
    return replace(view, **changes, stokes=view.stokes or named.pop())


def _parted(image: Image, pick: Pick, named: set[str]) -> Pick | None:
    """Channel without its Stokes parameter, whose name is added to `named`; None for no channel."""
    first = pick.first
    channels = {channel.name.lower() for channel in image.channels}
    if pick.first != pick.last or (isinstance(first, str) and first.lower() in channels):
        return pick
    alone = len(image.channels) == 1
    if alone and (isinstance(first, str) or first > 1) and find(image.stokes, str(first)):
        named.add(str(first))
        return None
    if not isinstance(first, str):
        return pick
    for place, sign in enumerate(first):
        before, after = first[:place], first[place + 1 :]
        for stokes, rest in ((before, after), (after, before)) if sign == "_" else ():
            is_channel = rest.isdecimal() or rest.lower() in channels
            if is_channel and stokes.lower() in {each.name.lower() for each in image.stokes}:
                named.add(stokes)
                return Pick(int(rest), int(rest)) if rest.isdecimal() else Pick(rest, rest)
    return pick
