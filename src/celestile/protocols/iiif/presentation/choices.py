"""The pictures that a canvas may be painted with: the one requested, then its alternatives."""

from collections.abc import Iterator
from dataclasses import dataclass

from celestile.errors import RequestError
from celestile.pixels.image import Channel, Stokes
from celestile.protocols.iiif.presentation.contents import CanvasContent
from celestile.protocols.iiif.presentation.language import LanguageMap, english, untranslated
from celestile.service.service import NamedView, Service
from celestile.views.canonical import concrete
from celestile.views.view import Pick, View, overlay

MOST_BANDS = 24
"""Channels that are offered one by one beside their mix."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A picture of a canvas.

    Parameters
    ----------
    label : dict
        For people.
    view : View
        View of the image.
    """

    label: LanguageMap
    view: View


def choices(service: Service, sheet: CanvasContent) -> list[Choice]:
    """List the distinct pictures of a canvas, the default one first."""
    found = [Choice(english("Default view"), sheet.automatic)]
    if sheet.view != sheet.automatic:
        found.insert(0, Choice(english("Requested view"), sheet.view))
    for name, named in service.named_views(sheet.image).items():
        view = _named_view(name, named, sheet)
        if view is not None:
            found.append(Choice(untranslated(named.title), view))
    found += _stokes(sheet)
    found += _bands(sheet)
    return list({choice.view: choice for choice in reversed(found)}.values())[::-1]


def _named_view(name: str, named: NamedView, sheet: CanvasContent) -> View | None:
    """Restrict a named view to a canvas; None if it shows another plane or does not fit the image.

    A view that picks its own plane belongs to the canvas of that plane, one that picks several to
    the first canvas.
    """
    image, own = sheet.image, named.view
    selection = View(name=name, hdu=sheet.automatic.hdu)
    try:
        shown = concrete(image, overlay(own, View(hdu=own.hdu and image.hdu)))
    except RequestError:
        return None
    if own.hdu is not None and own.hdu not in _names_of_hdu(sheet):
        return None
    if own.frame is None:
        selection = selection._replace(frame=sheet.automatic.frame)
    elif not _belongs(shown.frame, sheet.frame):
        return None
    if own.channel is None and not own.mix:
        return selection._replace(channel=sheet.automatic.channel)
    if sheet.channel is not None and not _belongs(shown.channel, sheet.channel):
        return None
    return selection


def _names_of_hdu(sheet: CanvasContent) -> set[str]:
    """All names of the HDU of a canvas."""
    names = {sheet.image.hdu}
    for choice in sheet.image.hdus:
        if choice.selector == sheet.image.hdu:
            names |= {choice.name, f"{choice.name},{choice.version}"}
    return names


def _belongs(shown: Pick | None, place: Pick) -> bool:
    first = Pick(1, 1)
    shown = shown or first
    return place == (shown if shown.first == shown.last else first)


def _stokes(sheet: CanvasContent) -> Iterator[Choice]:
    """Stokes parameters one by one, with automatic limits: those of another do not suit them."""
    if len(sheet.image.stokes) < 2:
        return
    for stokes in sheet.image.stokes:
        if stokes != sheet.image.current_stokes:
            alone = sheet.automatic._replace(stokes=stokes.name)
            yield Choice(english(stokes_title(stokes)), alone)


def stokes_title(stokes: Stokes) -> str:
    """Name and meaning of a Stokes parameter."""
    return f"Stokes {stokes.name}: {stokes.title}"


def _bands(sheet: CanvasContent) -> Iterator[Choice]:
    """Channels one by one, where the canvas shows them mixed."""
    if sheet.channel is not None:
        return
    for channel in sheet.image.channels[:MOST_BANDS]:
        alone = View(channel=Pick(channel.index, channel.index))
        yield Choice(channel_label(channel), overlay(sheet.view, alone))


def channel_label(channel: Channel) -> LanguageMap:
    """Name a channel, with its place on the axis where that is known."""
    title = channel_title(channel)
    return untranslated(title) if title else english(f"Channel {channel.index}")


def channel_title(channel: Channel) -> str:
    """Name and physical coordinate of a channel; empty where it has neither."""
    name = "" if channel.name == str(channel.index) else channel.name
    value = "" if channel.value is None else f"{channel.value:.6g} {channel.unit or ''}".strip()
    return f"{name} ({value})" if name and value else name or value
