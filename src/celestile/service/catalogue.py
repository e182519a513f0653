"""The list of images with facts of their headers: searched, sorted, in pages.

Headers are read on the server, by one thread, within a time limit: a client that sorts thousands of
files would otherwise send thousands of requests. What is read is kept in memory, by the state of
the file. An index on disk can replace `FactsReader` without a change of the interface.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from celestile.errors import CelestileError
from celestile.lru import LruCache
from celestile.pixels.facts import Facts, read_facts
from celestile.pixels.library import Library, Listing
from celestile.pixels.resolver import Entry
from celestile.pixels.sources.sequence import natural
from celestile.service.query import SORTS, Query, sort_value

_KNOWN = 1 << 17  # files
_MOST_READ = 50_000  # headers that one search or sort reads
_PATIENCE = 0.4  # seconds that an answer waits for headers
_SNAPSHOTS = 16
_SNAPSHOT_SECONDS = 3.0  # that a list of files is used again, while a client scrolls through it
_WAITING = 4  # lists whose headers are still to be read

Key = tuple[str, object]


@dataclass(frozen=True, slots=True)
class ListedImage:
    """An image in a list.

    Parameters
    ----------
    entry : Entry
        Identifier, title, size and time.
    facts : Facts or None
        Of its header; None if it is not read yet.
    """

    entry: Entry
    facts: Facts | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list of images.

    Parameters
    ----------
    total : int
        Number of images in the whole list.
    offset : int
        Number of images before the page.
    images : tuple of ListedImage
        Those of the page.
    folders : tuple of str
        Subfolders, as prefixes.
    read, wanted : int
        Headers that are read, and that the list or the page depends on.
    """

    total: int
    offset: int
    images: tuple[ListedImage, ...]
    folders: tuple[str, ...]
    read: int
    wanted: int


class Catalogue:
    """Lists images with the facts of their headers.

    Parameters
    ----------
    library : Library
        The images.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._reader = FactsReader(library)
        self._snapshots: LruCache[tuple[str, bool], tuple[float, Listing]] = LruCache(_SNAPSHOTS)
        self._arrangements: LruCache[tuple[object, ...], list[Entry]] = LruCache(_SNAPSHOTS)

    def stop(self) -> None:
        """End the reading of headers in the background."""
        self._reader.stop()

    def page(self, query: Query) -> Page:
        """List a page; reads folders and headers, for at most about half a second."""
        made, listing = self._listing(query.prefix, everywhere=bool(query.words))
        reads_all = query.needs_facts
        if reads_all:
            self._reader.read(listing.entries[:_MOST_READ], _PATIENCE)
        known = self._reader.known
        entries = self._arranged(made, listing, query)
        offset = query.offset
        if query.at is not None:
            names = (place for place, e in enumerate(entries) if e.identifier == query.at)
            place = next(names, None)
            offset = offset if place is None else max(0, place - query.limit // 2)
        shown = entries[offset : offset + query.limit]
        self._reader.read(shown, _PATIENCE)
        images = tuple(ListedImage(entry, known(entry)) for entry in shown)
        counted = listing.entries[:_MOST_READ] if reads_all else shown
        read = sum(known(entry) is not None for entry in counted)
        folders = () if query.words else listing.folders
        return Page(len(entries), offset, images, folders, read, len(counted))

    def _arranged(self, made: float, listing: Listing, query: Query) -> Sequence[Entry]:
        """Entries that are found, in order; kept for the next pages while no facts are added."""
        entries, known = listing.entries, self._reader.known
        if not query.words and query.sort_key == "name":
            return entries
        key = query.prefix, query.search, query.sort_key, made, self._reader.count
        arranged = self._arrangements.get(key)
        if arranged is None:
            arranged = [entry for entry in entries if query.matches(entry, known(entry))]
            if query.sort_key != "name":
                arranged = _sorted(arranged, query, known)
            self._arrangements.put(key, arranged)
        return arranged

    def _listing(self, prefix: str, *, everywhere: bool) -> tuple[float, Listing]:
        """All images of a folder, or below it, in natural order of their names, and since when."""
        key = prefix, everywhere
        snapshot = self._snapshots.get(key)
        if snapshot is not None and time.monotonic() - snapshot[0] < _SNAPSHOT_SECONDS:
            return snapshot
        # A search for nothing in particular walks through all folders.
        found = self._library.below(prefix) if everywhere else self._library.entries(prefix)
        entries = tuple(sorted(found.entries, key=lambda entry: natural(entry.identifier)))
        listing = Listing(found.total, entries, tuple(sorted(found.folders, key=natural)))
        snapshot = time.monotonic(), listing
        self._snapshots.put(key, snapshot)
        return snapshot


def _sorted(
    entries: Sequence[Entry], query: Query, known: Callable[[Entry], Facts | None]
) -> list[Entry]:
    """Sort by a fact; entries without it come last, and equal ones keep their order."""
    read = SORTS[query.sort]
    pairs = [(sort_value(read(entry, known(entry))), entry) for entry in entries]
    there = [pair for pair in pairs if pair[0] is not None]
    # Sorting is stable also in reverse.
    there.sort(key=lambda pair: pair[0], reverse=query.descending)
    return [entry for _, entry in there] + [entry for value, entry in pairs if value is None]


class FactsReader:
    """Reads headers in one thread, the latest list first, and keeps their facts.

    Parameters
    ----------
    library : Library
        The images.

    Attributes
    ----------
    count : int
        Headers that were read so far.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._facts: LruCache[Key, Facts] = LruCache(_KNOWN)
        self._waiting: list[list[Entry]] = []
        self._changed = threading.Condition()
        self._is_running = False
        self._is_stopped = False
        self.count = 0

    def known(self, entry: Entry) -> Facts | None:
        """Facts of an image, if they are read."""
        return self._facts.get((entry.identifier, entry.stamp))

    def read(self, entries: Sequence[Entry], patience: float) -> None:
        """Read the facts of images; returns when all are read, or after some seconds."""
        missing = [entry for entry in entries if self.known(entry) is None]
        if not missing:
            return
        deadline = time.monotonic() + patience
        with self._changed:
            if self._is_stopped:
                return
            self._waiting.append(missing[::-1])
            del self._waiting[:-_WAITING]
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, name="headers", daemon=True).start()
            while self.known(missing[-1]) is None and not self._is_stopped:
                if not self._changed.wait(deadline - time.monotonic()):
                    return

    def stop(self) -> None:
        """End the thread."""
        with self._changed:
            self._is_stopped = True
            self._waiting.clear()
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                while self._waiting and not self._waiting[-1]:
                    self._waiting.pop()
                    self._changed.notify_all()
                if not self._waiting:
                    self._is_running = False
                    return
                entry = self._waiting[-1].pop()
            if self.known(entry) is None:
                self._facts.put((entry.identifier, entry.stamp), self._read(entry))
                self.count += 1

    def _read(self, entry: Entry) -> Facts:
        try:
            return read_facts(self._library.originals(entry.identifier)[0])
        except (CelestileError, IndexError) as error:
            return Facts(problem=str(error) or "no file matches its declaration")
        except Exception:  # noqa: BLE001 - a list must not fail for one file
            return Facts()
