"""The image that a viewer opens first, if nobody asked for one."""

import contextlib
import re
import threading
import time
from itertools import islice
from typing import cast

from celestile.errors import CelestileError
from celestile.lru import LruCache
from celestile.pixels.image import Image
from celestile.pixels.library import Library
from celestile.pixels.resolver import Entry

CANDIDATES = 20
"""Images that are examined: the first ones in the order of the list."""

_SECONDS_AT_START = 3.0
_SECONDS_OF_REQUEST = 0.2
_PACKED = (".gz", ".bz2", ".xz", ".zip", ".z", ".ftz")
_MOST_PACKED = 1 << 22  # bytes of a file that is decompressed to be examined
_TYPES = ("OBSTYPE", "IMAGETYP", "ESO DPR TYPE", "ESO DPR CATG", "HIERARCH ESO DPR TYPE")
_CALIBRATION = re.compile(r"(?<![a-z])(bias|dark|flat|zero|lamp|arc|calib|mask)", re.IGNORECASE)
_FLAT_FIELD = re.compile(r"(flat|bias|mask)s?(field)?(?![a-z])", re.IGNORECASE)
_BROKEN = re.compile(r"truncated|cannot be read|damaged|corrupt")

_RANKS = 4 * CANDIDATES  # that are kept: files may come and go
_UNKNOWN = object()

Rank = tuple[bool, bool, bool, int]


class Opening:
    """Chooses the image that a viewer opens first.

    Of the first `CANDIDATES` images of the list, it is one that can be opened: rather an undamaged
    one than a damaged one, rather a science image than a calibration or a mask, rather one with
    sky coordinates, rather a larger one, and of equal ones the first.

    Parameters
    ----------
    library : Library
        The images.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._ranks: LruCache[tuple[str, object], Rank | None] = LruCache(_RANKS)
        self._stopped = threading.Event()

    def prepare(self) -> None:
        """Examine all candidates in advance, for at most a few seconds; may be run in a thread."""
        deadline = time.monotonic() + _SECONDS_AT_START
        for entry in sorted(self._candidates(), key=_is_packed):
            if self._stopped.is_set() or time.monotonic() > deadline:
                return
            if not _is_packed(entry) or (entry.size or 0) <= _MOST_PACKED:
                self._rank(entry)

    def stop(self) -> None:
        """End `prepare` at the next candidate."""
        self._stopped.set()

    def identifier(self) -> str | None:
        """Identifier of the image; None if no candidate can be opened.

        Candidates that are not examined yet are examined within a fraction of a second, or until
        the first can be opened; compressed files, only if there are no others.
        """
        deadline = time.monotonic() + _SECONDS_OF_REQUEST
        found: list[tuple[Rank, str]] = []
        later = []
        for entry in self._candidates():
            is_known = self._ranks.get(_key(entry), _UNKNOWN) is not _UNKNOWN
            if not is_known and (_is_packed(entry) or (found and time.monotonic() > deadline)):
                later.append(entry)
                continue
            rank = self._rank(entry)
            if rank is not None:
                found.append((rank, entry.identifier))
        for entry in later if not found else ():
            if self._rank(entry) is not None:
                return entry.identifier
        # The first of equal ones: `max` keeps it.
        return max(found, key=lambda item: item[0])[1] if found else None

    def _candidates(self) -> list[Entry]:
        with contextlib.suppress(CelestileError):
            return list(islice(self._library.walk(), CANDIDATES))
        return []

    def _rank(self, entry: Entry) -> Rank | None:
        """Preference for an image; None if it cannot be opened."""
        key = _key(entry)
        known = self._ranks.get(key, _UNKNOWN)
        if known is not _UNKNOWN:
            return cast("Rank | None", known)
        rank = None
        with contextlib.suppress(CelestileError):
            rank = _rank_of(self._library.open(entry.identifier))
        self._ranks.put(key, rank)
        return rank


def _key(entry: Entry) -> tuple[str, object]:
    """Identity of an entry: a changed file is examined again."""
    return entry.identifier, entry.stamp


def _is_packed(entry: Entry) -> bool:
    """Whether the whole file must be decompressed to be opened."""
    return entry.identifier.lower().endswith(_PACKED)


def _rank_of(image: Image) -> Rank | None:
    if image.reason is not None:
        return None
    is_whole = not any(_BROKEN.search(note) for note in (*image.notes, *image.damage()))
    area = image.width * image.height if min(image.width, image.height) > 1 else 0
    return is_whole, _is_science(image), image.sky.reason is None, area


def _is_science(image: Image) -> bool:
    kinds = {choice.kind for choice in image.hdus if choice.selector == image.hdu}
    if not kinds <= {"science", "mosaic"}:
        return False
    values = {card.keyword.upper(): str(card.value).replace("_", " ") for card in image.cards}
    if any(_CALIBRATION.search(values.get(keyword, "")) for keyword in _TYPES):
        return False
    name = image.identifier.rpartition("/")[2].replace("_", " ")
    return not any(_FLAT_FIELD.search(text) for text in (values.get("OBJECT", ""), name))
