"""A quick look at a header's cards without astropy: a thousand files in a fraction of a second."""

import lzma
import zlib
from pathlib import Path
from typing import IO, Any

from celestile.errors import SourceChangedError
from celestile.pixels.fits.unpack import opener_of

_BLOCK = 2880
_CARD = 80
_MOST_BLOCKS = 400


def peek_header(path: Path) -> dict[str, Any]:
    """Read the simple cards of the first header, and of the second where the first has no data.

    Returns
    -------
    dict
        Keyword to str, int, float or bool; the first header's values win. Empty if the file
        cannot be read: whoever opens it in earnest says why.
    """
    found: dict[str, Any] = {}
    try:
        with _open(path) as stream:
            _read_cards(stream, found)
            if found.get("NAXIS") == 0:
                _read_cards(stream, found)
    except (SourceChangedError, OSError, EOFError, zlib.error, lzma.LZMAError):
        return found
    return found


def _open(path: Path) -> IO[bytes]:
    opener = opener_of(path)
    return path.open("rb") if opener is None else opener(path)


def _read_cards(stream: IO[bytes], found: dict[str, Any]) -> None:
    for _ in range(_MOST_BLOCKS):
        block = stream.read(_BLOCK)
        if len(block) < _BLOCK:
            return
        for start in range(0, _BLOCK, _CARD):
            card = block[start : start + _CARD].decode("ascii", "replace")
            if card.startswith("END     "):
                return
            if card[8:10] == "= ":
                found.setdefault(card[:8].rstrip(), _value(card[10:]))


def _value(text: str) -> str | int | float | bool | None:
    text = text.strip()
    if text.startswith("'"):
        # A quote within a string is written twice (FITS 4.0, section 4.2.1).
        return text[1:].replace("''", "\0").split("'", 1)[0].replace("\0", "'").rstrip()
    text = text.split("/", 1)[0].strip()
    if text in ("T", "F"):
        return text == "T"
    for kind in (int, float):
        try:
            return kind(text.replace("D", "E"))
        except ValueError:
            continue
    return None
