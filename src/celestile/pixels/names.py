"""Names of FITS files as listed and as requested, and first bytes for names that leave it open."""

import re
from pathlib import Path
from zlib import decompressobj
from zlib import error as ZlibError  # noqa: N812 - a class

from celestile.lru import LruCache
from celestile.pixels.fits.spool import Stamp

_SUFFIXES = (".fits", ".fit", ".fts", ".fz", ".ftz", ".fits.gz", ".fit.gz", ".fts.gz",
             ".fits.bz2", ".fit.bz2", ".fts.bz2", ".fits.xz", ".fits.zip", ".fits.z", ".mt",
             ".imh.fits")  # fmt: skip
_OPEN = (
    "img", "new", "ima", "map", "mos", "cube", "exp", "wht", "weight", "msk", "mask", "sky",
    "raw", "bkg", "hpx", "ccd", "flt", "dat", "data", "bin", "hdr", "fpk", "fitz", "lv1", "lev1",
)  # fmt: skip
"""Endings of FITS files (Swift, astrometry.net, SExtractor, Terapix, …) and of other files."""

_SOMETIMES = tuple(f".{ending}{packed}" for ending in _OPEN for packed in ("", ".gz"))
_POSSIBLE = (*_SUFFIXES, *_SOMETIMES)
_BEGINNING = b"SIMPLE  ="
_GZIP = b"\x1f\x8b"
_READ = 512  # bytes; enough for the header of a gzip stream with a name
_KNOWN = 1 << 17  # files
_ENCODED = re.compile(r"%(?=(?:25)*3[Bb])")


def is_fits_name(name: str) -> bool:
    """Whether a file name has a suffix of FITS files."""
    return name.lower().endswith(_SUFFIXES)


def may_be_fits_name(name: str) -> bool:
    """Whether a file name has a suffix of FITS files, or one that they share with others."""
    return name.lower().endswith(_POSSIBLE)


def spellings(identifier: str) -> tuple[str, ...]:
    """Names that an identifier may mean, best first.

    A semicolon of a name arrives as ``%3B``, and so does that of a client that does not know of it
    where the name itself contains ``%3B``.
    """
    as_sent = _ENCODED.sub("%25", identifier)
    if ";" not in identifier:
        return (identifier,) if as_sent == identifier else (identifier, as_sent)
    return (identifier, as_sent.replace(";", "%3B"), as_sent.replace(";", "%3b"))


class Recognizer:
    """Recognizes FITS files by their first bytes, for names that leave it open.

    The first bytes are read once for each state of a file, so that folders of a hundred thousand
    files stay cheap to list.
    """

    def __init__(self) -> None:
        self._known: LruCache[str, tuple[Stamp, bool]] = LruCache(_KNOWN)

    def begins_fits(self, path: str, stamp: Stamp | None) -> bool:
        """Whether a file begins as FITS does, also within gzip.

        Parameters
        ----------
        path : str
            The file.
        stamp : tuple of int or None
            Its state, as `celestile.pixels.fits.spool.file_stamp` returns it; None if it is gone.
        """
        if stamp is None:
            return False
        known = self._known.get(path)
        if known is None or known[0] != stamp:
            known = stamp, _begins_fits(path)
            self._known.put(path, known)
        return known[1]


def _begins_fits(path: str) -> bool:
    """Whether the first bytes of a file, unpacked from gzip, are those of FITS."""
    try:
        with Path(path).open("rb", buffering=0) as stream:
            head = stream.read(_READ) or b""
        if head.startswith(_GZIP):
            # 31: a gzip stream with the largest window.
            head = decompressobj(31).decompress(head, len(_BEGINNING))
    except (OSError, ZlibError):
        return False
    return head.startswith(_BEGINNING)
