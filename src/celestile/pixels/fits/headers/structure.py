"""Find headers with which astropy would run out of memory, before it reads them.

FITS 4.0 allows 999 axes (section 4.4.1.1) and 999 columns (section 7.3.1). For each axis or column
that a header declares, astropy creates an object; it also searches the whole file for the end of a
header.
"""

from dataclasses import dataclass
from io import FileIO
from math import prod
from pathlib import Path
from typing import IO

from celestile.pixels.fits.headers.cards import (
    BLOCK,
    MOST_BLOCKS,
    MOST_CARDS,
    integer,
    raw_cards,
    value_of,
)

_MOST = 999
_FEW_BLOCKS = 100  # that astropy may search for the end of a header
_BEGINNINGS = ("SIMPLE", "XTENSION")
_COUNTS = ("NAXIS", "ZNAXIS", "TFIELDS")
_SIZES = ("BITPIX", "PCOUNT", "GCOUNT")


@dataclass(frozen=True, slots=True)
class HeaderFault:
    """Where a file stops being readable: an invalid header, or something else than an HDU.

    Parameters
    ----------
    index : int
        Index of the HDU.
    offset : int
        Offset of the header in bytes.
    reason : str
        Description of the problem.
    note : str
        Remark for users; empty for padding.
    """

    index: int
    offset: int
    reason: str
    note: str


def _fault(index: int, offset: int, reason: str) -> HeaderFault:
    note = f"from HDU {index} on the file cannot be read: {reason}"
    return HeaderFault(index, offset, reason, note)


def find_header_fault(path: Path) -> HeaderFault | None:
    """Find the first header without END or with an impossible count, or what follows the last HDU.

    Special records may follow the last HDU (FITS 4.0, section 3.5). They do not begin with
    XTENSION. None if all of the file can be read.

    Parameters
    ----------
    path : pathlib.Path
        An uncompressed file.
    """
    index, offset = 0, 0
    with path.open("rb") as stream:
        size = path.stat().st_size
        while True:
            if index > 0 and offset >= size:
                return None
            if index > 0 and (tail := _tail(stream, index, offset, size)):
                return tail
            values = header_integers(stream, offset)
            if values is None:
                return _without_end(stream, index, offset, size)
            for keyword in _COUNTS:
                most = max(values.get(keyword, [0]))
                if most > _MOST:
                    said = f"{keyword} is {most}; it must be an integer from 0 to {_MOST}"
                    return _fault(index, offset, said)
            step = stream.tell() - offset + _padded(data_size({k: v[0] for k, v in values.items()}))
            if step <= 0:
                return None
            index, offset = index + 1, offset + step


def _tail(stream: IO[bytes], index: int, offset: int, size: int) -> HeaderFault | None:
    """Describe bytes after the last HDU that are not an HDU."""
    stream.seek(offset)
    block = stream.read(BLOCK)
    if block.startswith(b"XTENSION"):
        return None
    is_padding = len(block) < BLOCK or not block.strip(b"\0 ")
    reason = f"{size - offset} bytes follow that are not an HDU"
    note = f"{reason}, such as special records; they are ignored"
    return HeaderFault(index, offset, reason, "" if is_padding else note)


def _without_end(stream: IO[bytes], index: int, offset: int, size: int) -> HeaderFault | None:
    """Describe a header without END; None if astropy finds that out quickly."""
    read = (stream.tell() - offset) // BLOCK
    if read >= MOST_BLOCKS:
        return _fault(index, offset, f"its header has more than {MOST_CARDS} cards")
    if index > 0 and stream.tell() >= size:
        reason = "the file ends within its header"
        return HeaderFault(index, offset, reason, f"HDU {index} is cut off: {reason}")
    searched = (size - offset) // BLOCK
    found = _fault(index, offset, "its header has no END card")
    return found if searched > _FEW_BLOCKS else None


def header_integers(stream: IO[bytes], offset: int) -> dict[str, list[int]] | None:
    """All integers given for the relevant keywords; None for a header without END."""
    stream.seek(offset)
    found: dict[str, list[int]] = {}
    begun = False
    for keyword, text in raw_cards(stream, MOST_BLOCKS):
        if not begun and keyword not in _BEGINNINGS:
            return None
        begun = True
        if keyword == "END":
            return found
        if keyword.startswith(_COUNTS) or keyword in _SIZES:
            value = integer(value_of(text))
            if value is not None:
                found.setdefault(keyword, []).append(value)
    return None


def data_size(values: dict[str, int]) -> int:
    """Size in bytes of the data after a header (FITS 4.0, equations 1 and 2)."""
    axes = [values.get(f"NAXIS{axis}", 0) for axis in range(1, values.get("NAXIS", 0) + 1)]
    if not axes:
        return 0
    pixels = prod(axes[1:] if axes[0] == 0 and len(axes) > 1 else axes)
    size = abs(values.get("BITPIX", 8)) // 8
    return size * values.get("GCOUNT", 1) * (values.get("PCOUNT", 0) + pixels)


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK


class TruncatedFile(FileIO):
    """A file that appears to end at a given offset.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    end : int
        Offset in bytes at which it ends.
    """

    def __init__(self, path: Path, end: int) -> None:
        super().__init__(path, "rb")
        self._end = end

    def read(self, size: int | None = -1, /) -> bytes:
        """Read at most up to the end given."""
        left = max(self._end - self.tell(), 0)
        return super().read(left if size is None or size < 0 else min(size, left)) or b""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Change the position; `whence` 2 counts from the end given."""
        return super().seek(offset + self._end) if whence == 2 else super().seek(offset, whence)
