"""The canvases of an image: one for each frame, channel and HDU that can be shown alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from celestile.errors import CelestileError
from celestile.pixels.image import Image
from celestile.protocols.iiif.qualities import fits
from celestile.service.service import Service
from celestile.views.canonical import concrete
from celestile.views.filter_colors import automatic_colors
from celestile.views.view import Pick, View, overlay

PAGE = 100
"""Most canvases of a manifest: viewers make something of each before they show the first."""

_FIRST = Pick(1, 1)

#   name = hdu "-frame" first [ "-" last ] ( "-mix" / "-channel" first [ "-" last ] )
_NAME = re.compile(
    r".+-frame(?P<frame>[0-9]{1,9})(?:-[0-9]{1,9})?"
    r"-(?:mix|channel(?P<channel>[0-9]{1,9})(?:-(?P<last>[0-9]{1,9}))?)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CanvasContent:
    """The content of one canvas.

    Parameters
    ----------
    image : Image
        With its HDU.
    frame : Pick
        The frame, or a range of them collapsed.
    channel : Pick or None
        Likewise; None where channels are mixed.
    view : View
        Of the picture, in the requested style.
    automatic : View
        Of the picture in the default style.
    """

    image: Image
    frame: Pick
    channel: Pick | None
    view: View
    automatic: View

    @property
    def name(self) -> str:
        """Name of the canvas among those of the image, for its address."""
        channel = "mix" if self.channel is None else f"channel{_range(self.channel)}"
        return f"{self.image.hdu}-frame{_range(self.frame)}-{channel}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The planes of one HDU.

    If the implied view averages a range of channels, its canvas comes before those of the channels.

    Parameters
    ----------
    image : Image
        With that HDU.
    style : View
        The requested view without frame, channel and HDU.
    frame, channel : Pick or None
        The only one shown; None for each in turn.
    collapse : str or None
        How a range becomes one plane.
    mixed : bool
        Whether the channels are shown together.
    implied : View
        The view when nothing is requested.
    """

    image: Image
    style: View
    frame: Pick | None
    channel: Pick | None
    collapse: str | None
    mixed: bool
    implied: View

    @property
    def frames(self) -> int:
        """Number of frames that have a canvas."""
        return 1 if self.frame else len(self.image.frames)

    @property
    def channels(self) -> int:
        """Number of channels that have a canvas."""
        if self.channel or self.mixed:
            return 1
        return len(self.image.channels) + (self._average is not None)

    @property
    def _average(self) -> Pick | None:
        """The range of channels that is shown when nothing is requested."""
        return self.implied.channel if _is_range(self.implied.channel) else None

    def __len__(self) -> int:
        return self.frames * self.channels

    def sheet(self, index: int) -> CanvasContent:
        """Canvas by its place: channels of the first frame, then of the second."""
        frame = self.frame or Pick(*[index // self.channels + 1] * 2)
        channel = self.channel or self._channel(index % self.channels)
        selection = View(
            hdu=None if _is_default(self.image) else self.image.hdu,
            frame=None if frame == (self.implied.frame or _FIRST) else frame,
            channel=None if self.mixed or self._is_implied(channel) else channel,
            collapse=self.collapse if _is_range(frame) or _is_range(channel) else None,
        )
        return CanvasContent(
            image=self.image,
            frame=frame,
            channel=None if self.mixed else channel,
            view=overlay(self.style, selection),
            automatic=selection,
        )

    def _channel(self, column: int) -> Pick:
        if self._average is not None:
            if column == 0:
                return self._average
            column -= 1
        return Pick(column + 1, column + 1)

    def index(self, frame: int, channel: Pick) -> int | None:
        """Place of the canvas of a frame and a channel; None if it does not exist."""
        row = 0 if self.frame else frame - 1
        column = 0
        if self.channels > 1 and channel != self._average:
            column = _single(channel) - 1 + (self._average is not None)
        if not (0 <= row < self.frames and 0 <= column < self.channels):
            return None
        return row * self.channels + column

    def _is_implied(self, channel: Pick) -> bool:
        shown = self.implied
        mixed = shown.mix or (shown.channel is None and automatic_colors(self.image))
        return channel == (shown.channel or _FIRST) and not mixed


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """All canvases of an image.

    Parameters
    ----------
    identifier : str
        Of the image.
    style : View
        In which it is shown.
    groups : tuple of Group
        By HDU, the default one first.
    start : int
        Place of the canvas that the view selects.
    left_out : tuple of str
        Reasons why HDUs are missing.
    """

    identifier: str
    style: View
    groups: tuple[Group, ...]
    start: int = 0
    left_out: tuple[str, ...] = ()

    @property
    def image(self) -> Image:
        """The image with its default HDU."""
        return self.groups[0].image

    @property
    def total(self) -> int:
        """Number of canvases."""
        return sum(len(group) for group in self.groups)

    @property
    def pages(self) -> int:
        """Number of manifests of the image."""
        return -(-self.total // PAGE)

    def page(self, number: int) -> Iterator[CanvasContent]:
        """Canvases of a manifest, counted from 1."""
        for index in range((number - 1) * PAGE, min(number * PAGE, self.total)):
            yield self.sheet(index)

    def sheet(self, index: int) -> CanvasContent:
        """Canvas by its place."""
        for group in self.groups:
            if index < len(group):
                return group.sheet(index)
            index -= len(group)
        raise IndexError

    def find(self, name: str) -> int | None:
        """Place of the canvas of a name; None if the image has no such canvas."""
        parts = _NAME.fullmatch(name)
        if parts is None:
            return None
        first = int(parts["channel"] or 1)
        frame, channel = int(parts["frame"]), Pick(first, int(parts["last"] or first))
        before = 0
        for group in self.groups:
            index = group.index(frame, channel)
            if index is not None and group.sheet(index).name == name:
                return before + index
            before += len(group)
        return None


def page_of(index: int) -> int:
    """Number of the manifest that a canvas is in."""
    return index // PAGE + 1


async def read_contents(service: Service, identifier: str, view: View) -> Contents:
    """Read the canvases of an image.

    Parameters
    ----------
    service : Service
        Opens the image.
    identifier : str
        Of the image.
    view : View
        Its style is that of all canvases, the plane that it picks is where viewers start.

    Raises
    ------
    UnknownImageError, UnservableImageError, RequestError
        If the image cannot be shown in that view.
    """
    named = service.named(identifier, view)
    opened = await service.open(identifier, named.hdu, named.cfa)
    chosen, named = service.polarized(opened, named)
    shown = await service.implied(chosen)
    asked = concrete(chosen, named, shown)
    style = asked._replace(hdu=None, frame=None, channel=None, collapse=None)
    whole = chosen if named.hdu is None else await service.open(identifier, cfa=named.cfa)
    groups = [_group(chosen, style, asked, shown)]
    if chosen.hdu != whole.hdu:
        groups.insert(0, _group(whole, style, View(), await service.implied(whole)))
    left_out = await _add_others(service, whole, style, groups)
    return Contents(
        identifier=identifier,
        style=style,
        groups=tuple(groups),
        start=_start(groups, chosen, asked),
        left_out=tuple(left_out),
    )


async def _add_others(
    service: Service, whole: Image, style: View, groups: list[Group]
) -> list[str]:
    """Add the HDUs that are missing; returns notes on those that cannot be shown."""
    left_out = []
    there = {group.image.hdu for group in groups}
    for choice in whole.hdus:
        if choice.selector in there:
            continue
        try:
            image = await service.open(whole.identifier, choice.selector, style.cfa)
        except CelestileError:
            left_out.append(f"HDU {choice.selector} ({choice.name}) cannot be shown")
            continue
        # A band set may be declared of certain HDUs: it shows those for any selector.
        if image.hdu not in there:
            there.add(image.hdu)
            groups.append(_group(image, style, View(), await service.implied(image)))
    return left_out


def _group(image: Image, style: View, asked: View, implied: View) -> Group:
    # An HDU is shown even if the style does not fit its own channels.
    own = style if fits(image, style) else style._replace(stokes=None, mix=(), limits=())
    together = _is_mix(image, overlay(implied, own))
    frame, channel = asked.frame, asked.channel
    return Group(
        image=image,
        style=own,
        frame=frame if _is_range(frame) else None,
        channel=channel if together or _is_range(channel) else None,
        collapse=asked.collapse,
        mixed=together and channel is None,
        implied=implied,
    )


def _is_mix(image: Image, view: View) -> bool:
    """Whether a view shows channels together."""
    if view.channel is not None:
        return False
    return bool(view.mix) or (view.cmap is None and bool(automatic_colors(image)))


def _is_range(pick: Pick | None) -> bool:
    return pick is not None and pick.first != pick.last


def _start(groups: list[Group], chosen: Image, asked: View) -> int:
    before = 0
    for group in groups:
        if group.image is chosen:
            break
        before += len(group)
    implied = group.implied
    index = group.index(
        _single(asked.frame or implied.frame), asked.channel or implied.channel or _FIRST
    )
    return before + (index or 0)


def _single(pick: Pick | None) -> int:
    return pick.first if pick is not None and isinstance(pick.first, int) else 1


def _is_default(image: Image) -> bool:
    return all(choice.default for choice in image.hdus if choice.selector == image.hdu)


def _range(pick: Pick) -> str:
    return str(pick.first) if pick.first == pick.last else f"{pick.first}-{pick.last}"
