"""Files that are compressed as a whole: gzip, bzip2, xz."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from celestile.errors import SourceChangedError

CORRUPT = (EOFError, lzma.LZMAError, gzip.BadGzipFile, zlib.error)
"""What a corrupt stream makes its reader raise, besides an OSError without a number for bzip2."""

Opener = Callable[[Path], IO[bytes]]
"""Opens a file for reading the plain bytes."""


def opener_of(path: Path) -> Opener | None:
    """Return what opens a compressed file, told by its first bytes; None for any other.

    Raises
    ------
    SourceChangedError
        If the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(6)
    except OSError as error:
        raise SourceChangedError(f"the file cannot be read: {error.strerror}") from error
    for magic, opener in _OPENERS.items():
        if head.startswith(magic):
            return opener
    return None


def _gzip(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "rb"))


def _bzip2(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", bz2.open(path, "rb"))


def _xz(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", lzma.open(path, "rb"))


_OPENERS: dict[bytes, Opener] = {b"\x1f\x8b": _gzip, b"BZh": _bzip2, b"\xfd7zXZ\x00": _xz}
