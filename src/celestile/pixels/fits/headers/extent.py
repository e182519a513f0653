"""How far the HDUs of a stream reach, by the headers that have passed so far."""

import io

from celestile.pixels.fits.headers.cards import BLOCK
from celestile.pixels.fits.headers.structure import data_size, header_integers

_MOST_HEADER = 1 << 23  # bytes; a longer header is not followed


class Extent:
    """Follows the headers of a FITS stream that is fed part by part.

    Attributes
    ----------
    end : int
        Offset in bytes of the end of the last HDU whose header has passed, as the header says.
    """

    def __init__(self) -> None:
        self.end = 0
        self._header = bytearray()
        self._place = 0
        self._lost = False

    def feed(self, part: bytes) -> None:
        """Take the next bytes of the stream."""
        begin, self._place = self._place, self._place + len(part)
        while not self._lost and self._place > self.end:
            # The bytes of a header that began in an earlier part are kept.
            self._header += part[max(self.end + len(self._header) - begin, 0) :]
            step = self._step()
            if step is None:
                self._lost = len(self._header) > _MOST_HEADER
                return
            self._header.clear()
            self._lost = step <= 0
            self.end += max(step, 0)

    def _step(self) -> int | None:
        """Size of the HDU whose header begins at the end of the one before; None without END."""
        stream = io.BytesIO(self._header)
        values = header_integers(stream, 0)
        if values is None:
            return None
        size = data_size({keyword: found[0] for keyword, found in values.items()})
        # The rest of the block of END may not have passed yet.
        return -(-stream.tell() // BLOCK) * BLOCK + -(-size // BLOCK) * BLOCK
