"""Sequences: files become the frames of one image, in order of time."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from celestile.errors import CelestileError, SourceChangedError, UnservableImageError
from celestile.geometry import Region
from celestile.lru import LruCache
from celestile.pixels.axes.arrays import ImageRequest, Planes
from celestile.pixels.axes.times import header_time
from celestile.pixels.fits.file import FitsFile
from celestile.pixels.fits.headers.peek import peek_header
from celestile.pixels.fits.spool import file_key
from celestile.pixels.image import Frame, Image, Plane, Selection
from celestile.pixels.planes.align import onto, same_grid
from celestile.pixels.planes.array import combined_key
from celestile.pixels.planes.placement import MosaicPlane, Placement
from celestile.pixels.planes.shifted import unshifted
from celestile.pixels.resolver import shown_name, shown_names
from celestile.pixels.sources.single import readable_image

_OPEN_FRAMES = 64


@dataclass(frozen=True, slots=True)
class Step:
    """A file of a sequence.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    time : str or None
        ISO 8601, UTC.
    """

    path: Path
    time: str | None


def sequence_order(paths: Sequence[Path]) -> tuple[Step, ...]:
    """Order files by time where all tell it, else by name with numbers in their natural order.

    Files that are gone tell no time and come last.
    """
    steps = [Step(path, header_time(peek_header(path).get)) for path in paths]
    by_name = sorted(steps, key=lambda step: natural(step.path.name))
    if all(step.time or not step.path.exists() for step in steps):
        return tuple(sorted(by_name, key=lambda step: (step.time is None, step.time or "")))
    return tuple(by_name)


def natural(name: str) -> list[tuple[int, str]]:
    """Key that sorts a9 before a10."""
    parts = re.split(r"(\d+)", name.lower(), flags=re.ASCII)
    # Every second part is a number.
    return [(int(part), "") if index % 2 else (-1, part) for index, part in enumerate(parts)]


def sequence_image(
    steps: Sequence[Step], wish: ImageRequest, align: str, scan: Callable[[Path], FitsFile]
) -> Image:
    """Make an image whose frames are files; only the first readable one is opened now.

    Parameters
    ----------
    steps : sequence of Step
        In order.
    wish : ImageRequest
        As for a single file.
    align : {"none", "wcs"}
        Whether frames are brought onto the grid of the first.
    scan : callable
        Opens a file.

    Raises
    ------
    UnservableImageError
        If there are no files, or none of them can be read.
    SourceChangedError
        If they are gone.
    """
    reference, first = _first(steps, wish, scan)
    members = _Members(steps, wish, scan, first)

    def single(frame: int, channel: int) -> Plane:
        member = first if frame == reference else members.image(frame)
        selection = Selection(channel=(min(channel, len(member.channels)),) * 2)
        plane = member.plane(selection)
        if align == "wcs" and not same_grid(first, member):
            return onto(first, member, unshifted(plane))
        return _fitted(plane, first.width, first.height)

    frames = tuple(
        Frame(index=index, name=name, time=step.time)
        for index, (step, name) in enumerate(
            zip(steps, shown_names([step.path for step in steps]), strict=True), start=1
        )
    )
    return replace(
        first,
        title=wish.title,
        key=combined_key("sequence", align, *(_key(step.path) for step in steps)),
        frames=frames,
        source=Planes(single),
    )


def _first(
    steps: Sequence[Step], wish: ImageRequest, scan: Callable[[Path], FitsFile]
) -> tuple[int, Image]:
    """First frame that can be read, and its number: what the others are laid upon."""
    failure: CelestileError = UnservableImageError("no file matches its declaration")
    for frame, step in enumerate(steps, start=1):
        try:
            return frame, readable_image(scan(step.path), wish)
        except (UnservableImageError, SourceChangedError) as error:
            failure = error if frame == 1 else failure
    raise failure


def _key(path: Path) -> str:
    """Identity of a frame's content; a frame that is gone costs no other frame."""
    try:
        return file_key(path)
    except SourceChangedError:
        return f"{path} is gone"


class _Members:
    """Images of the frames, opened when first shown; the most recently used ones are kept."""

    def __init__(
        self,
        steps: Sequence[Step],
        wish: ImageRequest,
        scan: Callable[[Path], FitsFile],
        first: Image,
    ) -> None:
        self._steps = tuple(steps)
        self._wish = wish
        self._scan = scan
        self._first = first
        self._open: LruCache[int, Image] = LruCache(_OPEN_FRAMES)

    def image(self, frame: int) -> Image:
        known = self._open.get(frame)
        if known is None:
            step = self._steps[frame - 1]
            try:
                known = readable_image(self._scan(step.path), self._wish)
            except UnservableImageError as error:
                message = f"frame {frame} ({shown_name(step.path)}) cannot be served: {error}"
                raise UnservableImageError(message) from error
            self._open.put(frame, known)
        return known


def _fitted(plane: Plane, width: int, height: int) -> Plane:
    """Cut or fill a plane of another size, first FITS pixel on first FITS pixel (bottom left)."""
    if (plane.width, plane.height) == (width, height):
        return plane
    columns, rows = min(plane.width, width), min(plane.height, height)
    part = Region(0, plane.height - rows, columns, rows)
    return MosaicPlane([Placement(unshifted(plane), part, 0, height - rows)], width, height)
