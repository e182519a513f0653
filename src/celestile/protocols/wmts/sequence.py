"""The version of the capabilities as an integer that only grows (OWS Common 1.1.0, section 7.3.4).

Clients compare versions by their order, but nothing that the content consists of has one: the
newest file can be deleted, an old one added, a setting changed back. So the last version is kept
with a digest of its content in the directory of the cache, which workers share and a restart
leaves.
"""

import hashlib
import logging
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import orjson

from celestile.locks import locked

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Version:
    """A version and a digest of the content that had it."""

    number: int
    digest: str


class UpdateSequence:
    """Counts the versions of the capabilities.

    Parameters
    ----------
    directory : pathlib.Path
        Where the last version is kept; need not exist. If it is not writable, versions are kept in
        memory.
    subject : str
        What the capabilities are about, such as the data root: several servers may share a
        directory.
    """

    def __init__(self, directory: Path, subject: str) -> None:
        name = hashlib.sha256(subject.encode(errors="surrogateescape")).hexdigest()[:16]
        self._path = directory / f"wmts-{name}.sequence"
        self._last: _Version | None = None
        self._turn = Lock()

    def of(self, digest: str) -> int:
        """Return the version of the content with a digest; accesses the disk.

        A new version is the time in seconds, or one more than the last where that is not less. It
        is therefore greater than all before, even if the directory is lost.
        """
        with self._turn:
            known = self._read()
            if known is not None and known.digest == digest:
                self._last = known
            else:
                self._last = self._next(digest)
            return self._last.number

    def _next(self, digest: str) -> _Version:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with locked(self._path.with_suffix(".lock")):
                known = self._read()  # another worker may have been faster
                if known is None or known.digest != digest:
                    known = self._after(known, digest)
                    self._write(known)
                return known
        except OSError as error:
            _log.warning("the version of the capabilities cannot be kept: %s", error)
            return self._after(self._last, digest)

    def _after(self, last: _Version | None, digest: str) -> _Version:
        versions = (each for each in (last, self._last) if each is not None)
        following = max((each.number + 1 for each in versions), default=0)
        return _Version(max(int(time.time()), following), digest)

    def _read(self) -> _Version | None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            kept = orjson.loads(self._path.read_bytes())
            return _Version(int(kept["number"]), str(kept["digest"]))
        return self._last

    def _write(self, version: _Version) -> None:
        unfinished = self._path.with_suffix(f".{os.getpid()}.tmp")
        unfinished.write_bytes(orjson.dumps({"number": version.number, "digest": version.digest}))
        unfinished.replace(self._path)
