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
from celestile.pixels.image import Frame, Image
from celestile.pixels.plane import Plane, Selection
from celestile.pixels.planes.align import onto, same_grid
from celestile.pixels.planes.array import combined_key
from celestile.pixels.planes.placement import MosaicPlane, Placement
from celestile.pixels.planes.shifted import unshifted
from celestile.pixels.resolver import shown_name, shown_names
from celestile.pixels.sources.single import readable_image

_OPEN_FRAMES = 64


@dataclass(frozen=True, slots=True)
class SequenceFile:
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


def sequence_order(paths: Sequence[Path]) -> tuple[SequenceFile, ...]:
    """Order files by time if all have one, else by name with numbers in natural order.

    Files that no longer exist come last.
    """
    files = [SequenceFile(path, header_time(peek_header(path).get)) for path in paths]
    by_name = sorted(files, key=lambda file: natural(file.path.name))
    if all(file.time or not file.path.exists() for file in files):
        return tuple(sorted(by_name, key=lambda file: (file.time is None, file.time or "")))
    return tuple(by_name)


def natural(name: str) -> list[tuple[int, str]]:
    """Sort key that orders a9 before a10."""
    parts = re.split(r"(\d+)", name.lower(), flags=re.ASCII)
    # Every second part is a number.
    return [(int(part), "") if index % 2 else (-1, part) for index, part in enumerate(parts)]


def sequence_image(
    files: Sequence[SequenceFile],
    request: ImageRequest,
    align: str,
    scan: Callable[[Path], FitsFile],
) -> Image:
    """Create an image whose frames are files; only the first readable one is opened now.

    Parameters
    ----------
    files : sequence of SequenceFile
        Files in order.
    request : ImageRequest
        As for a single file.
    align : {"none", "wcs"}
        Whether frames are brought onto the grid of the first.
    scan : callable
        Opens a file.

    Raises
    ------
    UnservableImageError
        If there are no files, or none can be read.
    SourceChangedError
        If they no longer exist.
    """
    reference, first = _first(files, request, scan)
    members = _Members(files, request, scan, first)
    # Files of one parameter each may be of different ones.
    offered = first.stokes if len(first.measured_stokes) > 1 else ()
    names = first.measured_stokes if offered else ()

    def single(frame: int, channel: int, stokes: int) -> Plane:
        member = first if frame == reference else members.image(frame)
        selection = Selection(channel=(min(channel, len(member.channels)),) * 2)
        if names:
            selection = selection._replace(stokes=_stokes(member, names[stokes - 1], frame))
        plane = member.plane(selection)
        if align == "wcs" and not same_grid(first, member):
            return onto(first, member, unshifted(plane))
        return _fitted(plane, first.width, first.height)

    frames = tuple(
        Frame(index=index, name=name, time=file.time)
        for index, (file, name) in enumerate(
            zip(files, shown_names([file.path for file in files]), strict=True), start=1
        )
    )
    return replace(
        first,
        title=request.title,
        key=combined_key("sequence", align, *(_key(file.path) for file in files)),
        frames=frames,
        stokes=offered,
        source=Planes(single, names),
    )


def _stokes(member: Image, name: str, frame: int) -> str:
    """Name of a Stokes parameter, if a frame has it."""
    if name not in member.measured_stokes:
        raise UnservableImageError(f"frame {frame} has no Stokes parameter {name}")
    return name


def _first(
    files: Sequence[SequenceFile], request: ImageRequest, scan: Callable[[Path], FitsFile]
) -> tuple[int, Image]:
    """First readable frame and its number; it defines the grid of the image."""
    failure: CelestileError = UnservableImageError("no file matches its declaration")
    for frame, file in enumerate(files, start=1):
        try:
            return frame, readable_image(scan(file.path), request)
        except (UnservableImageError, SourceChangedError) as error:
            failure = error if frame == 1 else failure
    raise failure


def _key(path: Path) -> str:
    """Key of the content of a frame, also of a file that no longer exists."""
    try:
        return file_key(path)
    except SourceChangedError:
        return f"{path} is gone"


class _Members:
    """Images of the frames, opened on demand; the most recently used ones are kept."""

    def __init__(
        self,
        files: Sequence[SequenceFile],
        request: ImageRequest,
        scan: Callable[[Path], FitsFile],
        first: Image,
    ) -> None:
        self._files = tuple(files)
        self._request = request
        self._scan = scan
        self._first = first
        self._open: LruCache[int, Image] = LruCache(_OPEN_FRAMES)

    def image(self, frame: int) -> Image:
        known = self._open.get(frame)
        if known is None:
            file = self._files[frame - 1]
            try:
                known = readable_image(self._scan(file.path), self._request)
            except UnservableImageError as error:
                message = f"frame {frame} ({shown_name(file.path)}) cannot be served: {error}"
                raise UnservableImageError(message) from error
            self._open.put(frame, known)
        return known


def _fitted(plane: Plane, width: int, height: int) -> Plane:
    """Crop or pad a plane of another size, aligned at the first FITS pixel (bottom left)."""
    if (plane.width, plane.height) == (width, height):
        return plane
    columns, rows = min(plane.width, width), min(plane.height, height)
    part = Region(0, plane.height - rows, columns, rows)
    return MosaicPlane([Placement(unshifted(plane), part, 0, height - rows)], width, height)
