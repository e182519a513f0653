"""Images by identifier: files below the data root, and images that the settings declare."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from celestile.errors import SourceChangedError, UnknownImageError, UnservableImageError
from celestile.lru import LruCache
from celestile.pixels import patterns
from celestile.pixels.axes.arrays import ImageRequest
from celestile.pixels.declared import DeclaredImage
from celestile.pixels.fits import file as fits
from celestile.pixels.fits.file import FitsFile
from celestile.pixels.fits.hdus import cards
from celestile.pixels.fits.spool import Spool, Stamp, file_key, file_stamp
from celestile.pixels.image import Card, Image
from celestile.pixels.names import spellings
from celestile.pixels.resolver import Entry, Resolver, shown_name
from celestile.pixels.sets import (
    FileSet,
    declared_set,
    member_paths,
    ordered_members,
    parse_set,
)
from celestile.pixels.sources.bands import band_image
from celestile.pixels.sources.headers import (
    FoundHeader,
    header_without_image,
    selected_header,
    shown_header,
)
from celestile.pixels.sources.sequence import sequence_image, sequence_order
from celestile.pixels.sources.single import readable_image

_OPEN_IMAGES = 256
_OPEN_FILES = 512
_MOST_CHECKED = 8  # files of an image whose change is noticed at once; of more, within a second
_CHECK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list of images.

    Parameters
    ----------
    total : int
        Number of images in the whole list.
    entries : tuple of Entry
        Those of the page.
    folders : tuple of str
        Subfolders, as prefixes.
    """

    total: int
    entries: tuple[Entry, ...]
    folders: tuple[str, ...] = ()


@dataclass(slots=True)
class _Opened:
    image: Image
    stamps: tuple[tuple[str, Stamp | None], ...]
    files: tuple[tuple[str, Stamp | None], ...]
    checked: float


class Library:
    """Opens images, and keeps the most recently used ones.

    Parameters
    ----------
    root : pathlib.Path or None
        The data root.
    spool : Spool
        Decompressed copies.
    declared : mapping of str to DeclaredImage
        By identifier; they hide files of the same name.
    hidden : bool
        Whether to include files and folders that begin with a dot.
    """

    def __init__(
        self,
        root: Path | None,
        spool: Spool,
        declared: Mapping[str, DeclaredImage] | None = None,
        *,
        hidden: bool = False,
    ) -> None:
        self.root = root
        self._resolver = Resolver(root, hidden=hidden) if root is not None else None
        self._spool = spool
        self._declared = dict(declared or {})
        self._images: LruCache[tuple[str, str | None, str | None], _Opened] = LruCache(_OPEN_IMAGES)
        self._files: LruCache[str, FitsFile] = LruCache(_OPEN_FILES)
        self._members: LruCache[tuple[str, str], tuple[str, ...]] = LruCache(_OPEN_IMAGES)

    def entries(
        self, prefix: str = "", search: str = "", offset: int = 0, limit: int | None = None
    ) -> Listing:
        """List images without opening them: a folder, or all whose identifier holds a text."""
        folders: tuple[str, ...] = ()
        found = self._declared_entries(prefix, search)
        if self._resolver is not None:
            if search:
                walked = self._resolver.walk(prefix)
                found += [e for e in walked if search.lower() in e.identifier.lower()]
            else:
                names, images = self._resolver.folder(prefix)
                folders, found = tuple(names), found + images
        known: dict[str, Entry] = {}
        for entry in found:
            known.setdefault(entry.identifier, entry)
        stop = None if limit is None else offset + limit
        return Listing(len(known), tuple(islice(known.values(), offset, stop)), folders)

    def below(self, prefix: str = "") -> Listing:
        """List all images in a folder and below it, without opening them."""
        known = {entry.identifier: entry for entry in self._declared_entries(prefix, "")}
        if self._resolver is not None:
            for entry in self._resolver.walk(prefix):
                known.setdefault(entry.identifier, entry)
        return Listing(len(known), tuple(known.values()))

    def walk(self) -> Iterator[Entry]:
        """All images, declared ones first, then files folder by folder, without opening them."""
        declared = self._declared_entries("", "")
        yield from declared
        if self._resolver is not None:
            hidden = {entry.identifier for entry in declared}
            yield from (e for e in self._resolver.walk() if e.identifier not in hidden)

    def every(self) -> tuple[Entry, ...]:
        """All images, in the order of `walk`."""
        return tuple(self.walk())

    def _declared_entries(self, prefix: str, search: str) -> list[Entry]:
        return [
            Entry(identifier=identifier, title=declared.title or identifier)
            for identifier, declared in self._declared.items()
            if identifier.startswith(prefix) and search.lower() in identifier.lower()
        ]

    def if_open(
        self, identifier: str, hdu: str | None = None, cfa: str | None = None
    ) -> Image | None:
        """Return an image that is open and unchanged on disk; fast enough for an event loop."""
        opened = self._images.get((identifier, hdu, cfa))
        if opened is None:
            return None
        now = time.monotonic()
        if len(opened.stamps) > _MOST_CHECKED and now - opened.checked < _CHECK_SECONDS:
            return opened.image
        if not _is_current(opened):
            return None
        opened.checked = now
        return opened.image

    def open(self, identifier: str, hdu: str | None = None, cfa: str | None = None) -> Image:
        """Open an image; may take long.

        Parameters
        ----------
        identifier : str
            Path below the data root with slashes, or the name of a declared image.
        hdu, cfa : str or None
            View keys of these names.

        Raises
        ------
        UnknownImageError
            If there is no such image.
        UnservableImageError
            If the file holds none.
        RequestError
            If the file has no such HDU.
        """
        image = self.if_open(identifier, hdu, cfa)
        if image is not None:
            return image
        declared = self._declaration(identifier)
        if declared is None:
            declared = DeclaredImage(
                title=identifier.rsplit("/", 1)[-1], file=self._path(identifier)
            )
        try:
            # The folders first: files that are added during the search change them afterwards.
            folders = _stamps(patterns.folders(declared.frames))
            declared = declared.found()
            files = _stamps(declared.files)
            known = self._images.get((identifier, hdu, cfa))
            if folders and known is not None and known.files == files:
                image = known.image  # another file was added to a folder
            else:
                image = self._make(identifier, declared, hdu, cfa)
        except UnservableImageError as error:
            message = f"image {identifier!r} cannot be served: {error}"
            raise UnservableImageError(message) from error
        opened = _Opened(image, folders + files, files, time.monotonic())
        self._images.put((identifier, hdu, cfa), opened)
        return image

    def _path(self, identifier: str) -> Path:
        if self._resolver is None:
            raise UnknownImageError(f"there is no image {identifier!r}")
        for spelling in spellings(identifier):
            with suppress(UnknownImageError):
                return self._resolver.path(spelling)
        raise UnknownImageError(f"there is no image {identifier!r}")

    def _declaration(self, identifier: str) -> DeclaredImage | None:
        found = map(self._declared.get, spellings(identifier))
        declared = next((declared for declared in found if declared is not None), None)
        return declared or self._gathered(identifier)

    def _gathered(self, identifier: str) -> DeclaredImage | None:
        """Declaration of a set that its identifier describes; errors as in `open`."""
        found = self._file_set(identifier)
        if found is None:
            return None
        return declared_set(found, member_paths(found, self._member))

    def members(self, image: Image) -> tuple[str, ...]:
        """Identifiers of the files of a set, one for each channel or frame; () for other images.

        Errors as in `open`.
        """
        if "|" not in image.identifier:
            return ()
        key = image.identifier, image.key
        known = self._members.get(key)
        if known is None:
            found = self._file_set(image.identifier)
            known = ordered_members(found, member_paths(found, self._member)) if found else ()
            self._members.put(key, known)
        return known

    def _file_set(self, identifier: str) -> FileSet | None:
        """Set that an identifier describes; None for files and declared images."""
        if "|" not in identifier:
            return None
        with suppress(UnknownImageError):
            self._path(identifier)
            return None  # a file with such a name
        return parse_set(identifier)

    def _member(self, name: str) -> Path:
        """Single file with an identifier, as a member of a set; errors as in `open`."""
        declared = next(filter(None, map(self._declared.get, spellings(name))), None)
        if declared is None:
            return self._path(name)
        if declared.file is None:
            raise UnservableImageError(f"{name!r} has several files; expected a single one")
        return declared.file

    def originals(self, identifier: str) -> tuple[Path, ...]:
        """Files of an image; errors as in `open`."""
        declared = self._declaration(identifier)
        return declared.found().files if declared else (self._path(identifier),)

    def original(self, identifier: str, frame: int, channel: int) -> Path:
        """File that a plane of an image comes from; may take long, errors as in `open`."""
        declared = self._declaration(identifier)
        if declared is not None and declared.frames:
            steps = sequence_order(declared.found().frames)
            if frame > len(steps):
                raise SourceChangedError(f"frame {frame} of image {identifier!r} is gone")
            return steps[frame - 1].path
        if declared is not None and declared.bands:
            return declared.bands[channel - 1].path
        return self.originals(identifier)[0]

    def primary_cards(self, identifier: str) -> tuple[Card, ...]:
        """Primary header of an image's file; errors as in `open`."""
        return cards(self.file(self.originals(identifier)[0]).primary)

    def header(self, identifier: str, hdu: str | None = None) -> FoundHeader:
        """Header of an HDU of an image's (first) file; may take long.

        Parameters
        ----------
        identifier : str
            As in `open`.
        hdu : str or None
            View key ``hdu``, also for an HDU without an image; None for the one shown.

        Raises
        ------
        UnknownImageError, RequestError
            As in `open`.
        UnservableImageError
            If the file has no readable header. It need not hold an image.
        """
        path = self.originals(identifier)[0]
        try:
            file = self.file(path)
        except UnservableImageError:
            return header_without_image(fits.read_headers(path, self._spool), hdu)
        return selected_header(file, hdu) or shown_header(file, self.open(identifier, hdu))

    def _make(
        self, identifier: str, declared: DeclaredImage, hdu: str | None, cfa: str | None
    ) -> Image:
        missing = [shown_name(path) for path in declared.single_files if file_stamp(path) is None]
        if missing:
            raise UnservableImageError(f"there is no file {', '.join(missing)}")
        request = ImageRequest(
            identifier=identifier,
            title=declared.title or identifier,
            hdu=hdu,
            match=declared.match,
            cfa=cfa,
        )
        if declared.bands:
            return band_image(declared.bands, request, self.file)
        if any(map(file_stamp, declared.frames)):
            ordered = sequence_order(declared.frames)
            return sequence_image(ordered, request, declared.align, self.file)
        if declared.file is None:
            raise UnservableImageError("no file matches its declaration")
        return readable_image(self.file(declared.file), request)

    def file(self, path: Path) -> FitsFile:
        """Find the arrays of a file; cached until the file changes."""
        key = file_key(path)
        known = self._files.get(key)
        if known is not None and known.path.exists():
            return known
        scanned = fits.scan(path, self._spool)
        self._files.put(key, scanned)
        return scanned


def _stamps(paths: Iterable[Path]) -> tuple[tuple[str, Stamp | None], ...]:
    return tuple((str(path), file_stamp(path)) for path in paths)


def _is_current(opened: _Opened) -> bool:
    return all(file_stamp(path) == stamp for path, stamp in opened.stamps)
