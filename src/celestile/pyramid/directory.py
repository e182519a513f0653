"""The directory of the cache: its files, and their eviction in least-recently-used order."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from celestile.errors import StorageError
from celestile.locks import locked
from celestile.pixels.fits.spool import DERIVED

SUFFIX = ".pyramid"
_SUFFIXES = (SUFFIX, ".fits", DERIVED)  # the others are decompressed copies and counts of events
_UNFINISHED = ".tmp"


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """A file of the cache.

    Parameters
    ----------
    name : str
        File name.
    size : int
        Bytes.
    used : float
        Time of last use, seconds since the epoch, to about a minute.
    """

    name: str
    size: int
    used: float


class CacheDirectory:
    """Files in a directory, within a budget of bytes.

    Parameters
    ----------
    directory : pathlib.Path
        The directory; need not exist.
    budget : int
        Maximum total size of the files in bytes.
    """

    def __init__(self, directory: Path, budget: int) -> None:
        self.directory = directory
        self._budget = budget

    def entries(self) -> tuple[CacheEntry, ...]:
        """Complete files, least recently used first."""
        found = [entry for entry in self._files() if entry.name.endswith(_SUFFIXES)]
        return tuple(sorted(found, key=lambda entry: entry.used))

    def _files(self) -> list[CacheEntry]:
        found = []
        with suppress(OSError), os.scandir(self.directory) as files:
            for file in files:
                with suppress(FileNotFoundError):
                    status = file.stat()
                    found.append(CacheEntry(file.name, status.st_size, status.st_mtime))
        return found

    def _taken(self) -> int:
        """Total size of all files, including those being written."""
        counted = (*_SUFFIXES, _UNFINISHED)
        return sum(entry.size for entry in self._files() if entry.name.endswith(counted))

    def could_hold(self, needed: int) -> bool:
        """Whether a number of bytes fits the budget if all files are evicted."""
        return needed <= self._budget

    def has_room(self, needed: int) -> bool:
        """Whether a number of bytes fits the budget without eviction."""
        return self._taken() + needed <= self._budget

    def make_room(self, needed: int, on_eviction: Callable[[str], None]) -> None:
        """Evict the least recently used files until `needed` more bytes fit the budget.

        Parameters
        ----------
        needed : int
            Bytes.
        on_eviction : callable
            Called with the name of each evicted file.

        Raises
        ------
        StorageError
            If `needed` alone exceeds the budget.
        """
        if not self.could_hold(needed):
            message = (
                f"the image needs {needed} bytes of pyramid cache, "
                f"of which cache.size allows {self._budget} in all"
            )
            raise StorageError(message)
        excess = self._taken() + needed - self._budget
        for entry in self.entries():
            if excess <= 0:
                return
            self.remove(entry.name)
            on_eviction(entry.name)
            excess -= entry.size

    def remove(self, name: str) -> bool:
        """Remove a file; its space is freed when its last reader closes it."""
        try:
            (self.directory / name).unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def clear(self) -> int:
        """Remove all complete files; return the number of bytes freed."""
        return sum(entry.size for entry in self.entries() if self.remove(entry.name))

    def sweep(self) -> None:
        """Remove files of killed builds; builds in progress hold their lock."""
        with suppress(OSError):
            for left in (*self.directory.glob("*.tmp"), *self.directory.glob("*.lock")):
                # A lock removes its own file when it is released.
                with suppress(OSError), locked(left.with_suffix(".lock"), wait=False):
                    left.with_suffix(_UNFINISHED).unlink(missing_ok=True)


def touch(path: Path | None) -> bool:
    """Record the use of a file; return False if it no longer exists."""
    if path is not None:
        try:
            os.utime(path)
        except FileNotFoundError:
            return False
        except OSError:
            return True
    return True
