"""Read header cards quickly, without astropy: a thousand files in a fraction of a second."""

import lzma
import zlib
from pathlib import Path
from typing import IO, Any

from celestile.errors import SourceChangedError
from celestile.pixels.fits.headers.cards import has_value, integer, raw_cards, value_of
from celestile.pixels.fits.unpack import opener_of

_MOST_BLOCKS = 400


def peek_header(path: Path) -> dict[str, Any]:
    """Read simple cards of the first header, and of the second if the first HDU has no data.

    Returns
    -------
    dict
        Keyword to str, int, float or bool; ``ESO INS FILT1 NAME`` for cards with HIERARCH. Values
        of the first header take precedence. Empty if the file cannot be read: the error is reported
        when the file is opened.
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
    for keyword, text in raw_cards(stream, _MOST_BLOCKS):
        if keyword == "HIERARCH":
            # ESO writes its own keywords this way: HIERARCH ESO INS FILT1 NAME = 'R_SPECIAL'.
            name, equals, value = text.partition("=")
            if equals:
                found.setdefault(name.strip(), _typed(value_of(f"= {value}")))
        elif keyword not in found and has_value(text):
            found[keyword] = _typed(value_of(text))


def _typed(text: str) -> str | int | float | bool | None:
    if text.startswith("'"):
        # A quote within a string is written twice (FITS 4.0, section 4.2.1).
        return text[1:].removesuffix("'").replace("''", "'").rstrip()
    if text in ("T", "F"):
        return text == "T"
    number = integer(text)
    if number is not None:
        return number
    try:
        return float(text.replace("D", "E"))
    except ValueError:
        return None
