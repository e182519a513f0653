"""Map identifiers to paths of files below the data root, and list these files."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unicodedata import category

from celestile.errors import UnknownImageError
from celestile.pixels.fits.spool import Stamp, file_stamp, stamp_of
from celestile.pixels.names import Recognizer, is_fits_name, may_be_fits_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An image in a listing; its file has not been opened.

    Parameters
    ----------
    identifier : str
        Argument of `Library.open`.
    title : str
        Title for display.
    size : int or None
        Size in bytes; None for declared images.
    modified : datetime.datetime or None
        Of the file, UTC.
    stamp : tuple of int or None
        Of the file, as `file_stamp` returns it.
    """

    identifier: str
    title: str
    size: int | None = None
    modified: datetime | None = None
    stamp: Stamp | None = None


def shown_name(path: Path) -> str:
    """Name of a file as text; bytes that are not UTF-8 become `?`."""
    return path.name.encode(errors="replace").decode()


def shown_names(paths: Sequence[Path]) -> list[str]:
    """Names of files as text; equal names are distinguished by parent folders.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        Files; a file given twice has the same name both times.
    """
    names = [shown_name(path) for path in paths]
    alike: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        alike.setdefault(name, []).append(place)
    for places in alike.values():
        ways = {place: paths[place].parts for place in places}
        depth = 1
        while len({way[-depth:] for way in ways.values()}) < len(set(ways.values())):
            depth += 1
        for place, way in ways.items():
            names[place] = str(Path(*way[-depth:])).encode(errors="replace").decode()
    return names


class Resolver:
    """Find files below a directory.

    Parameters
    ----------
    root : pathlib.Path
        The directory; symbolic links to targets outside of it are ignored.
    hidden : bool
        Whether to list and find names that begin with a dot.
    """

    def __init__(self, root: Path, *, hidden: bool = False) -> None:
        self._root = root.resolve()
        self._hidden = hidden
        self._recognizer = Recognizer()

    def path(self, identifier: str) -> Path:
        """Path of an image.

        Raises
        ------
        UnknownImageError
            If there is no such file under the root.
        """
        unknown = UnknownImageError(f"there is no image {identifier!r}")
        parts = identifier.split("/")
        if "\0" in identifier or not all(self._is_allowed(part) for part in parts):
            raise unknown
        path = self._resolved(self._root.joinpath(*parts))
        # Only files that the listing shows can be opened.
        if path is None or not path.is_file() or not self._is_fits_file(parts[-1], path):
            raise unknown
        return path

    def _is_fits_file(self, name: str, path: Path) -> bool:
        """Whether a file is FITS by the name under which it is found, or by its first bytes."""
        return is_fits_name(name) or (
            may_be_fits_name(name) and self._recognizer.begins_fits(str(path), file_stamp(path))
        )

    def _is_fits(self, item: "os.DirEntry[str]") -> bool:
        if is_fits_name(item.name) or not may_be_fits_name(item.name):
            return is_fits_name(item.name)
        try:
            status = item.stat()
        except OSError:
            return False
        return item.is_file() and self._recognizer.begins_fits(item.path, stamp_of(status))

    def _resolved(self, path: Path) -> Path | None:
        """Resolve all links; None if they are broken, circular or lead out of the root."""
        try:
            found = path.resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            return None
        # Both sides are resolved: links within the root are allowed.
        return found if found.is_relative_to(self._root) else None

    def _is_allowed(self, part: str) -> bool:
        is_shown = self._hidden or not part.startswith(".")
        return part not in ("", ".", "..") and is_shown and _is_text(part)

    def folder(self, prefix: str) -> tuple[list[str], list[Entry]]:
        """Subfolders and images directly in a folder, given as "" or as "a/b/"; sorted."""
        folders, images = [], []
        for item in self._scan(prefix):
            if item.is_dir():
                if self._holds_images(item.path):
                    folders.append(f"{prefix}{item.name}/")
            elif self._is_fits(item):
                images.append(_entry(f"{prefix}{item.name}", item))
        return sorted(folders), sorted(images, key=lambda entry: entry.identifier)

    def _holds_images(self, folder: str) -> bool:
        """Whether `walk` would find an image below a folder; searched until the first."""
        below = []
        try:
            with os.scandir(folder) as items:
                for item in items:
                    if not self._is_allowed(item.name) or not self._is_within_root(item):
                        continue
                    if not item.is_dir():
                        if self._is_fits(item):
                            return True
                    elif not item.is_symlink():
                        below.append(item.path)
        except OSError:
            return False
        return any(self._holds_images(path) for path in below)

    def walk(self, prefix: str = "") -> Iterator[Entry]:
        """All images below a folder, in order of their identifiers within each folder."""
        items = sorted(self._scan(prefix), key=lambda item: item.name)
        for item in items:
            if not item.is_dir() and self._is_fits(item):
                yield _entry(f"{prefix}{item.name}", item)
        for item in items:
            # A linked folder may contain itself.
            if item.is_dir() and not item.is_symlink():
                yield from self.walk(f"{prefix}{item.name}/")

    def _scan(self, prefix: str) -> list["os.DirEntry[str]"]:
        parts = prefix.split("/")[:-1]
        if not all(self._is_allowed(part) for part in parts):
            return []
        folder = self._resolved(self._root.joinpath(*parts))
        if folder is None:
            return []
        try:
            with os.scandir(folder) as items:
                return [
                    item
                    for item in items
                    if self._is_allowed(item.name) and self._is_within_root(item)
                ]
        except OSError:
            return []

    def _is_within_root(self, item: "os.DirEntry[str]") -> bool:
        """Whether an item is a file or folder, or a link to one within the root."""
        if item.is_symlink() and self._resolved(Path(item.path)) is None:
            return False
        return item.is_dir() or item.is_file()


def _entry(identifier: str, item: "os.DirEntry[str]") -> Entry:
    try:
        status = item.stat()
    except OSError:
        return Entry(identifier=identifier, title=item.name)
    return Entry(
        identifier=identifier,
        title=item.name,
        size=status.st_size,
        modified=datetime.fromtimestamp(status.st_mtime, UTC),
        stamp=stamp_of(status),
    )


def _is_text(name: str) -> bool:
    """Whether a name is UTF-8 without control characters, so that a URL can contain it."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return not any(category(letter) == "Cc" for letter in name)
