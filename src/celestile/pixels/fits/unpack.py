"""Files that are compressed as a whole: gzip, bzip2, xz, and zip with a single file inside."""

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from celestile.errors import SourceChangedError, UnservableImageError

CORRUPT = (EOFError, lzma.LZMAError, gzip.BadGzipFile, zlib.error, zipfile.BadZipFile)
"""Errors raised for a corrupt stream; bzip2 also raises an OSError without an error number."""

Opener = Callable[[Path], IO[bytes]]
"""Opens a file for reading its uncompressed bytes."""


def opener_of(path: Path) -> Opener | None:
    """Return the opener for a compressed file, recognized by its first bytes; None for others.

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


def _zip(path: Path) -> IO[bytes]:
    with zipfile.ZipFile(path) as archive:
        names = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(names) != 1:
            raise UnservableImageError(
                f"the zip archive holds {len(names)} files; expected a single one"
            )
        if names[0].flag_bits & 1:
            raise UnservableImageError("the zip archive is encrypted")
        try:
            return archive.open(names[0])
        except NotImplementedError as error:
            message = "the compression of the zip archive is not supported; expected deflate"
            raise UnservableImageError(message) from error


_OPENERS: dict[bytes, Opener] = {
    b"\x1f\x8b": _gzip,
    b"BZh": _bzip2,
    b"\xfd7zXZ\x00": _xz,
    b"PK\x03\x04": _zip,
}
