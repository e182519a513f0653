"""The directory of the cache: what lies in it, what goes first when room is needed."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from celestile.errors import StorageError
from celestile.locks import locked

SUFFIX = ".pyramid"
_SUFFIXES = (SUFFIX, ".fits")  # the latter are decompressed copies
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
        It need not exist.
    budget : int
        Most bytes that the files may take together.
    """

    def __init__(self, directory: Path, budget: int) -> None:
        self.directory = directory
        self._budget = budget

    def entries(self) -> tuple[CacheEntry, ...]:
        """Finished files, least recently used first."""
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
        """Bytes of all files, those included that are being written."""
        counted = (*_SUFFIXES, _UNFINISHED)
        return sum(entry.size for entry in self._files() if entry.name.endswith(counted))

    def could_hold(self, needed: int) -> bool:
        """Whether so many bytes fit the budget if all else is evicted."""
        return needed <= self._budget

    def has_room(self, needed: int) -> bool:
        """Whether so many more bytes fit the budget without evicting anything."""
        return self._taken() + needed <= self._budget

    def make_room(self, needed: int, on_eviction: Callable[[str], None]) -> None:
        """Evict what was used longest ago until `needed` more bytes fit the budget.

        Parameters
        ----------
        needed : int
            Bytes.
        on_eviction : callable
            Hears the name of each file that is removed.

        Raises
        ------
        StorageError
            If they alone are more than the budget.
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
        """Remove a file; its space is free once the last of its readers is done."""
        try:
            (self.directory / name).unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def clear(self) -> int:
        """Remove all finished files; return the number of bytes freed."""
        return sum(entry.size for entry in self.entries() if self.remove(entry.name))

    def sweep(self) -> None:
        """Remove what killed builds left behind; those that are under way hold their lock."""
        with suppress(OSError):
            for left in (*self.directory.glob("*.tmp"), *self.directory.glob("*.lock")):
                # A lock removes its own file when it is let go.
                with suppress(OSError), locked(left.with_suffix(".lock"), wait=False):
                    left.with_suffix(_UNFINISHED).unlink(missing_ok=True)


def touch(path: Path | None) -> bool:
    """Note the use of a file; whether it is still there, or None was needed at all."""
    if path is not None:
        try:
            os.utime(path)
        except FileNotFoundError:
            return False
        except OSError:
            return True
    return True
