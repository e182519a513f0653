"""Header cards as bytes, in the order of a stream (FITS 4.0, sections 3.3.1 and 4.1)."""

import re
from collections.abc import Iterator
from typing import IO

BLOCK = 2880
"""Bytes; headers and data fill whole blocks."""

MOST_BLOCKS = 20_000
"""Maximum number of blocks of a header."""

_CARD = 80
MOST_CARDS = MOST_BLOCKS * (BLOCK // _CARD)
# As astropy finds the end: END may be followed by anything that is not the rest of a keyword.
_END = re.compile(r"END *([^A-Z0-9_\- ].*)?", re.DOTALL)
# A quote within a string is written twice (FITS 4.0, section 4.2.1).
_STRING = re.compile(r" *('[^']*(?:''[^']*)*'?)")


def raw_cards(stream: IO[bytes], most_blocks: int) -> Iterator[tuple[str, str]]:
    """Read the cards of a header, up to and including END.

    A header without END yields its cards up to the end of the stream, or to `most_blocks`.

    Parameters
    ----------
    stream : file of bytes
        At the first byte of a header. It is read block by block, and is behind the block of END
        when that card is yielded.
    most_blocks : int
        Maximum number of blocks to read.

    Yields
    ------
    keyword : str
        Without trailing blanks.
    text : str
        The characters from the ninth on, for `has_value` and `value_of`. Bytes that
        are not ASCII become U+FFFD.
    """
    # Plain pairs: a thousand files are a hundred thousand cards, and objects double the time.
    for _ in range(most_blocks):
        block = stream.read(BLOCK).decode("ascii", "replace")
        for start in range(0, len(block), _CARD):
            keyword = block[start : start + 8].rstrip()
            is_end = keyword.startswith("END") and _END.fullmatch(keyword) is not None
            yield "END" if is_end else keyword, block[start + 8 : start + _CARD]
            if is_end:
                return
        if len(block) < BLOCK:
            return


def has_value(text: str) -> bool:
    """Whether a card has the value indicator in columns 9 and 10."""
    return text.startswith("= ")


def value_of(text: str) -> str:
    """Value of a card as written, without blanks around it; a string keeps its quotes."""
    quoted = _STRING.match(text, 2) if "'" in text else None
    return quoted[1].rstrip() if quoted else text[2:].partition("/")[0].strip()


def integer(value: str | None) -> int | None:
    """Convert the text of a value to an integer; None if it is missing or not an integer."""
    try:
        return None if value is None else int(value)
    except ValueError:
        return None
