"""The pyramid cache: entries are built once, shared by processes and evicted by last use.

Every entry is a file named by its key. A build writes under a temporary name and renames, so that a
reader sees all or nothing; a lock beside the entry lets one process build while others wait. A file
that is evicted while mapped stays readable until its last reader closes it (POSIX).
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from celestile.errors import StorageError
from celestile.geometry import Levels
from celestile.locks import locked
from celestile.lru import LruCache
from celestile.pixels.plane import Plane
from celestile.pyramid.build import Progress, build
from celestile.pyramid.directory import SUFFIX, CacheDirectory, CacheEntry, touch
from celestile.pyramid.store import FORMAT, LAST_FIRST, Pyramid, PyramidLayout, open_pyramid

logger = logging.getLogger(__name__)

Watch = Callable[[], AbstractContextManager[Progress]]
"""Called for each build; the context manager that it returns is entered while the build runs."""

_TOUCH_SECONDS = 60.0
_OPEN_FILES = 256


@dataclass(slots=True)
class _Open:
    pyramid: Pyramid
    path: Path | None
    touched: float


class Cache:
    """Pyramids of planes, on disk, within a budget of bytes.

    Parameters
    ----------
    directory : pathlib.Path
        Created on demand, and again if it is removed.
    budget : int
        Most bytes that the entries may take together.
    tile_size : int
        Of the pyramids.
    keep_level0 : bool
        Whether level 0 is stored even where the source could serve it.

    Attributes
    ----------
    watch : callable
        Returns a progress callback for each build.
    """

    def __init__(
        self, directory: Path, budget: int, tile_size: int = 256, *, keep_level0: bool = False
    ) -> None:
        self.directory = directory
        self._files = CacheDirectory(directory, budget)
        self._tile_size = tile_size
        self._keep_level0 = keep_level0
        self.watch: Watch = lambda: nullcontext(lambda *_: None)
        self._stopping = threading.Event()
        self._open: LruCache[str, _Open] = LruCache(_OPEN_FILES)

    def if_open(self, plane: Plane) -> Pyramid | None:
        """Return the pyramid of a plane if this process has it open: quick, for an event loop."""
        found = self._open.get(plane.key)
        if found is None:
            return None
        if time.monotonic() - found.touched > _TOUCH_SECONDS:
            if not touch(found.path):
                # Evicted by another process: its space is freed once it is no longer mapped.
                self._open.remove(plane.key)
                return None
            found.touched = time.monotonic()
        return found.pyramid

    def open_or_build(self, plane: Plane) -> Pyramid:
        """Return the pyramid of a plane, built if need be; may take long.

        Raises
        ------
        StorageError
            If the cache cannot be written, or the entry alone is larger than the budget.
        SourceChangedError, UnservableImageError
            If the source cannot be read.
        """
        pyramid = self.if_open(plane)
        if pyramid is None:
            pyramid, path = self._opened_or_built(plane)
            self._remember(plane.key, pyramid, path)
        return pyramid

    def retile(self, plane: Plane) -> Pyramid | None:
        """Store level 0 of a plane too, where its source serves it; may take long.

        A tile of the cache is one contiguous read, one of a FITS file is a read a row.

        Returns
        -------
        Pyramid or None
            None if there is no room for it without evicting others.

        Raises
        ------
        StorageError, SourceChangedError, UnservableImageError
            As in `open_or_build`.
        """
        layout = PyramidLayout(self._levels(plane), 0)
        if not self._files.has_room(layout.nbytes):
            return None
        pyramid, path = self._opened_or_built_at(plane, layout)
        self._remember(plane.key, pyramid, path)
        if layout.levels.count > 1:
            self._files.remove(self._name(plane, 1))
        return pyramid

    def available(self, plane: Plane) -> Pyramid:
        """Return a pyramid without building: the open one, or just level 0 of a direct plane."""
        pyramid = self.if_open(plane)
        return pyramid or Pyramid(plane, self._levels(plane), {})

    def stop(self) -> None:
        """Cancel builds in progress, and refuse new ones."""
        self._stopping.set()

    def forget(self) -> None:
        """Close all open pyramids."""
        self._open.clear()

    def _levels(self, plane: Plane) -> Levels:
        return Levels(plane.width, plane.height, self._tile_size)

    def _opened_or_built(self, plane: Plane) -> tuple[Pyramid, Path | None]:
        """Pyramid of a plane and its file, which a single level of a direct plane does not need."""
        levels = self._levels(plane)
        first = 1 if plane.direct and not self._keep_level0 else 0
        if first >= levels.count:
            return Pyramid(plane, levels, {}), None
        if first == 1:
            whole = self.directory / self._name(plane, 0)
            with suppress(FileNotFoundError):
                return self._opened(whole, plane, levels), whole
        return self._opened_or_built_at(plane, self._layout(plane, levels, first))

    def _layout(self, plane: Plane, levels: Levels, first: int) -> PyramidLayout:
        """Return what to store: all from `first` on, or less if that is beyond the budget."""
        layouts = [PyramidLayout(levels, first)]
        if plane.direct:
            layouts += [
                PyramidLayout(levels, n)
                for n in range(first + 1, min(LAST_FIRST, levels.count - 1) + 1)
            ]
        return next((each for each in layouts if self._files.could_hold(each.nbytes)), layouts[0])

    def _opened_or_built_at(self, plane: Plane, layout: PyramidLayout) -> tuple[Pyramid, Path]:
        levels = layout.levels
        path = self.directory / self._name(plane, layout.first)
        with suppress(FileNotFoundError):
            return self._opened(path, plane, levels), path
        with self._locked(path):
            # Another thread or process may have built it while this one waited for the lock.
            with suppress(FileNotFoundError):
                return self._opened(path, plane, levels), path
            self.make_room(layout.nbytes)
            temporary = path.with_suffix(".tmp")
            try:
                with self.watch() as report:
                    build(plane, layout, temporary, self._while_running(report))
                pyramid = open_pyramid(temporary, plane, levels)
                temporary.replace(path)
            except OSError as error:
                message = f"the pyramid cache cannot be written: {error.strerror}"
                raise StorageError(message) from error
            finally:
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)
            return pyramid, path

    def _while_running(self, report: Progress) -> Progress:
        def advance(done: int, total: int) -> None:
            if self._stopping.is_set():
                raise StorageError("the server is stopping")
            report(done, total)

        return advance

    @staticmethod
    def _opened(path: Path, plane: Plane, levels: Levels) -> Pyramid:
        try:
            return open_pyramid(path, plane, levels)
        except StorageError:
            logger.warning("damaged cache entry %s removed", path.name)
            with suppress(OSError):
                path.unlink(missing_ok=True)
            raise FileNotFoundError from None
        except FileNotFoundError:
            raise
        except OSError as error:
            message = f"the pyramid cache cannot be read: {error.strerror}"
            raise StorageError(message) from error

    def _name(self, plane: Plane, first: int) -> str:
        text = f"{plane.key}|{self._tile_size}|{first}|{FORMAT}"
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest() + SUFFIX

    def _remember(self, key: str, pyramid: Pyramid, path: Path | None) -> None:
        touch(path)
        self._open.put(key, _Open(pyramid, path, time.monotonic()))

    @contextmanager
    def _locked(self, path: Path) -> Iterator[None]:
        """Hold the lock of an entry against other threads and processes."""
        with ExitStack() as stack:
            try:
                self.directory.mkdir(parents=True, exist_ok=True)
                stack.enter_context(locked(path.with_suffix(".lock")))
            except OSError as error:
                message = f"the pyramid cache cannot be written: {error.strerror}"
                raise StorageError(message) from error
            yield

    def entries(self) -> tuple[CacheEntry, ...]:
        """Files of the cache, least recently used first."""
        return self._files.entries()

    def make_room(self, needed: int) -> None:
        """Evict the least recently used entries until `needed` more bytes fit the budget.

        Raises
        ------
        StorageError
            If they alone exceed the budget.
        """
        self._files.make_room(needed, self._let_go)

    def _let_go(self, name: str) -> None:
        self._open.remove_where(lambda each: each.path is not None and each.path.name == name)

    def clear(self) -> int:
        """Remove all entries; return the number of bytes freed."""
        self.forget()
        freed = self._files.clear()
        self.sweep()
        return freed

    def sweep(self) -> None:
        """Remove the files of killed builds; builds in progress hold their lock."""
        self._files.sweep()
