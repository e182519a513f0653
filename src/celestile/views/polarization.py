"""The Stokes parameter that a view shows: by its key, or by old names of channels.

Earlier versions folded the Stokes axis into the channels: ``channel=Q_3`` was the third channel of
Q, and ``channel=Q`` or ``channel=2`` was Q in a file without a spectral axis.
"""

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
    return view if found.name == view.stokes else view._replace(stokes=found.name)


def _without_old_names(image: Image, view: View) -> View:
    """Take the parameter from old names of channels, all of which must be of the same one."""
    named: set[str] = set()
    changes: dict[str, Any] = {}
    if view.channel is not None:
        alone = _alone(image, view.channel)
        named |= {alone} if alone else set()
        changes["channel"] = None if alone else _parted(image, view.channel, named)
    if view.mix:
        changes["mix"] = tuple((_parted(image, pick, named), color) for pick, color in view.mix)
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
    return view._replace(**changes, stokes=view.stokes or named.pop())


def _alone(image: Image, pick: Pick) -> str | None:
    """Parameter that the key `channel` named in a file without a spectral axis."""
    if len(image.channels) > 1 or pick.first != pick.last or pick.first in _names(image):
        return None
    found = None if pick.first == 1 else find(image.stokes, str(pick.first))
    return None if found is None else found.name


def _parted(image: Image, pick: Pick, named: set[str]) -> Pick:
    """Channel without its Stokes parameter, whose name is added to `named`."""
    first = pick.first
    if not isinstance(first, str) or first in (names := _names(image)):
        return pick
    parameters = {stokes.name.lower() for stokes in image.stokes}
    for place in (place for place, sign in enumerate(first) if sign == "_"):
        before, after = first[:place], first[place + 1 :]
        for stokes, rest in ((before, after), (after, before)):
            if stokes.lower() in parameters and (rest in names or rest.isdecimal()):
                named.add(stokes)
                end = int(rest) if rest.isdecimal() else rest
                return Pick(end, end)
    return pick


def _names(image: Image) -> set[str]:
    """Names of channels and frames, which have precedence."""
    return {step.name for steps in (image.channels, image.frames) for step in steps}
