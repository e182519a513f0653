"""Headers that astropy must not be shown: they would keep it busy until memory runs out.

FITS 4.0 allows 999 axes (section 4.4.1.1) and 999 columns (section 7.3.1); astropy makes as many
objects as a header says before it looks for any of them, and it looks for the end of a header all
through the file.
"""

from dataclasses import dataclass
from io import FileIO
from math import prod
from pathlib import Path
from typing import IO

from celestile.pixels.fits.headers.cards import BLOCK, integer, raw_cards, value_of

_MOST = 999
_MOST_BLOCKS = 2000  # of a header
_FEW_BLOCKS = 100  # that astropy may look through for the end of a header
_BEGINNINGS = ("SIMPLE", "XTENSION")
_COUNTS = ("NAXIS", "ZNAXIS", "TFIELDS")
_SIZES = ("BITPIX", "PCOUNT", "GCOUNT")


@dataclass(frozen=True, slots=True)
class HeaderFault:
    """Where a file stops making sense.

    Parameters
    ----------
    index : int
        Of the HDU.
    offset : int
        Byte at which its header begins.
    reason : str
        What is wrong with it.
    """

    index: int
    offset: int
    reason: str


def find_header_fault(path: Path) -> HeaderFault | None:
    """Find the first header without an end, or with a count that no file has; None if all is well.

    Parameters
    ----------
    path : pathlib.Path
        A file of plain bytes.
    """
    index, offset = 0, 0
    with path.open("rb") as stream:
        while True:
            values = _header(stream, offset)
            if values is None:
                searched = (path.stat().st_size - offset) // BLOCK
                said = "its header has no END card"
                return HeaderFault(index, offset, said) if searched > _FEW_BLOCKS else None
            for keyword in _COUNTS:
                most = max(values.get(keyword, [0]))
                if most > _MOST:
                    said = f"{keyword} is {most}; it must be an integer from 0 to {_MOST}"
                    return HeaderFault(index, offset, said)
            step = stream.tell() - offset + _padded(_data({k: v[0] for k, v in values.items()}))
            if step <= 0:
                return None
            index, offset = index + 1, offset + step


def _header(stream: IO[bytes], offset: int) -> dict[str, list[int]] | None:
    """Integers of the cards that matter, of all that are given twice; None if it has no end."""
    stream.seek(offset)
    found: dict[str, list[int]] = {}
    begun = False
    for keyword, text in raw_cards(stream, _MOST_BLOCKS):
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


def _data(values: dict[str, int]) -> int:
    """Bytes of the data behind a header (FITS 4.0, equations 1 and 2)."""
    axes = [values.get(f"NAXIS{axis}", 0) for axis in range(1, values.get("NAXIS", 0) + 1)]
    if not axes:
        return 0
    pixels = prod(axes[1:] if axes[0] == 0 and len(axes) > 1 else axes)
    size = abs(values.get("BITPIX", 8)) // 8
    return size * values.get("GCOUNT", 1) * (values.get("PCOUNT", 0) + pixels)


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK


class TruncatedFile(FileIO):
    """A file that is read as if it ended earlier.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    end : int
        Byte behind the last that is read.
    """

    def __init__(self, path: Path, end: int) -> None:
        super().__init__(path, "rb")
        self._end = end

    def read(self, size: int | None = -1, /) -> bytes:
        """Read up to the end."""
        left = max(self._end - self.tell(), 0)
        return super().read(left if size is None or size < 0 else min(size, left)) or b""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a byte, counted from the end that is pretended if so asked."""
        return super().seek(offset + self._end) if whence == 2 else super().seek(offset, whence)
