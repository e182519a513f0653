"""Decompressed copies of files that are compressed as a whole, which cannot be mapped."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BufferedIOBase
from pathlib import Path
from typing import IO, cast

from celestile.errors import SourceChangedError, StorageError, UnservableImageError
from celestile.locks import locked
from celestile.lru import LruCache
from celestile.pixels.fits.headers.extent import Extent
from celestile.pixels.fits.unpack import CORRUPT, Opener, opener_of

DERIVED = ".counts"
"""Ending of files that are computed from tables."""

_CHUNK = 1 << 22
_STEP = 1 << 26
"""Bytes after which a growing copy makes room again: a decompression bomb grows a thousandfold."""
_REFUSALS = 4096
_MOST_BEYOND = 1 << 26
"""Bytes beyond the end of the last HDU that are unpacked, unless the HDUs are larger."""
_TRAILING = "Not a gzipped file"
"""Message of the gzip module for trailing bytes, which the gzip program ignores."""


def file_key(path: Path) -> str:
    """Identity of a file's content: resolved path, size, modification time in nanoseconds."""
    try:
        status = path.stat()
    except OSError as error:
        raise SourceChangedError("the file no longer exists") from error
    text = f"{path.resolve()}|{status.st_size}|{status.st_mtime_ns}"
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


Stamp = tuple[int, int, int, int]
"""Device, inode, size and modification time of a file."""


def file_stamp(path: Path | str) -> Stamp | None:
    """Stamp of a file, cheap enough to check for every tile; None if the file does not exist."""
    try:
        status = os.stat(path)  # noqa: PTH116 - Path.stat costs twice as much
    except OSError:
        return None
    return stamp_of(status)


def stamp_of(status: os.stat_result) -> Stamp:
    """Stamp of a file with a known status."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


class Spool:
    """A directory of decompressed files, created on demand.

    Parameters
    ----------
    directory : pathlib.Path
        Directory of the copies; created on demand.
    make_room : callable
        Called with the number of bytes that a copy has or is about to have; raises `StorageError`
        if they are too many.
    """

    def __init__(self, directory: Path, make_room: Callable[[int], None] | None = None) -> None:
        self._directory = directory
        self._make_room = make_room
        self._refused: LruCache[str, StorageError | UnservableImageError] = LruCache(_REFUSALS)

    def plain(self, path: Path) -> tuple[Path, str]:
        """Return an uncompressed file with the content of `path`, and the key of the content.

        Raises
        ------
        UnservableImageError
            If the compressed stream is corrupt.
        StorageError
            If the copy cannot be written, or exceeds the space available.
        """
        key = file_key(path)
        opener = opener_of(path)
        if opener is None:
            return path, key
        copy = self._directory / f"{key}.fits"
        if not copy.exists():
            self._decompress(path, opener, copy)
        _touch(copy)
        return copy, key

    def derived(self, name: str, nbytes: int, write: Callable[[Path], None]) -> Path:
        """Return a file that is computed from another one, made if it does not exist.

        Parameters
        ----------
        name : str
            Identity of the content.
        nbytes : int
            Size of the file.
        write : callable
            Writes it to the path given.

        Raises
        ------
        StorageError
            If it cannot be written, or exceeds the space available.
        """
        path = self._directory / f"{name}{DERIVED}"
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            with ExitStack() as stack:
                if not path.exists():
                    stack.enter_context(locked(Path(f"{path}.lock")))
                # Another process may have made it while this one waited for the lock.
                if not path.exists():
                    self._reserve(nbytes)
                    _write_atomically(path, write)
        except OSError as error:
            raise StorageError(f"the cache cannot be written: {error.strerror}") from error
        _touch(path)
        return path

    def _decompress(self, path: Path, opener: Opener, copy: Path) -> None:
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            with locked(Path(f"{copy}.lock")):
                # Another process may have made it while this one waited for the lock.
                if not copy.exists():
                    self._write_once(path, opener, copy)
        except OSError as error:
            raise StorageError(f"cannot decompress into the cache: {error.strerror}") from error

    def _write_once(self, path: Path, opener: Opener, copy: Path) -> None:
        """Make a copy, unless an earlier attempt failed: finding that out takes as long."""
        refusal = self._refused.get(copy.name)
        if refusal is not None:
            raise type(refusal)(str(refusal))
        try:
            self._write(path, opener, copy)
        except (StorageError, UnservableImageError) as error:
            # Remember errors of the file itself; an OSError of the disk may be temporary.
            self._refused.put(copy.name, type(error)(str(error)))
            raise

    def _write(self, path: Path, opener: Opener, copy: Path) -> None:
        temporary = Path(f"{copy}.tmp")
        room = self._reserve(3 * path.stat().st_size)
        try:
            with opener(path) as source, temporary.open("wb") as target:
                for written in _copy(source, target):
                    if written > room + _STEP:
                        room = self._reserve(written)
                if target.tell() > room:
                    self._reserve(target.tell())
            temporary.replace(copy)
        finally:
            temporary.unlink(missing_ok=True)

    def _reserve(self, size: int) -> int:
        if self._make_room is not None:
            self._make_room(size)
        return size


def _write_atomically(path: Path, write: Callable[[Path], None]) -> None:
    temporary = Path(f"{path}.tmp")
    try:
        write(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _copy(source: IO[bytes], target: IO[bytes]) -> Iterator[int]:
    """Copy chunk by chunk; yield the number of bytes copied so far."""
    # One read at a time: `read` would lose what came before an error in the same chunk.
    read = cast("BufferedIOBase", source).read1
    written = 0
    extent = Extent()
    try:
        while chunk := read(_CHUNK):
            written += target.write(chunk)
            extent.feed(chunk)
            if written - extent.end > max(_MOST_BEYOND, extent.end):
                raise UnservableImageError(
                    f"it unpacks to more than its headers declare, which is {extent.end} bytes"
                )
            yield written
    except CORRUPT as error:
        if written and str(error).startswith(_TRAILING):
            return
        raise UnservableImageError("the compressed file is truncated or corrupt") from error
    except OSError as error:
        # bz2 reports corrupt data as an OSError without an error number.
        if error.errno is None:
            raise UnservableImageError("the compressed file is corrupt") from error
        raise


def _touch(path: Path) -> None:
    """Record the use for least-recently-used eviction, at most once a minute."""
    try:
        if time.time() - path.stat().st_mtime > 60:
            os.utime(path)
    except OSError:
        # Another process may have evicted it, which the next reader detects.
        return
