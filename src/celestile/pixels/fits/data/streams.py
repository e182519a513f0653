"""Compressed tiles whose streams claim more than their tile holds; decoders would believe them.

The sizes come from ZTILE and the type of the numbers. A stream is only looked into where it could
do harm: most tiles are too short for that.
"""

import gzip
import io
import zlib
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.fits.data.partial import Tile, pixels_of
from celestile.pixels.fits.hdus import Hdu

_CHUNK = 1 << 20
_HARMLESS = 1 << 26  # bytes
_DEFLATE = 1032  # largest ratio of compression by deflate
_WIDEST = 8  # bytes of a number
_RICE_BITS = {1: 3, 2: 4, 4: 5}  # least size of a block of pixels, by bytes of a pixel
_BEGINNING = 16
_HCOMPRESS_MAGIC = b"\xdd\x99"


class TileStreams:
    """The streams of the tiles of an array.

    Parameters
    ----------
    table : astropy.io.fits.BinTableHDU
        The table that holds them.
    hdu : Hdu
        The array.
    """

    def __init__(self, table: Any, hdu: Hdu) -> None:
        # The table itself is not kept: its file may be closed and opened again.
        self._hdu = hdu
        self._kind = str(table.header.get("ZCMPTYPE", ""))
        self._counts = tuple(
            -(-length // step) for length, step in zip(hdu.shape, hdu.tile_shape, strict=True)
        )
        self._columns = [
            (name, self._kind if name == "COMPRESSED_DATA" else "GZIP_1")
            for name in ("COMPRESSED_DATA", "GZIP_COMPRESSED_DATA")
            if name in table.columns.names
        ]
        self._places = {
            # Not by `table.data[name]`, which makes astropy copy the column when it is closed.
            name: table.data.view(np.ndarray)[name].astype(np.int64)
            for name, _ in self._columns
        }
        self._doubtful: dict[str, NDArray[np.bool_]] = {
            name: self._could_harm(kind, self._places[name][:, 0]) for name, kind in self._columns
        }
        self._widths = {name: _width(table, name) for name, _ in self._columns}
        self._rice_bits, self._rice_block = _rice_block(table.header)
        self._known: dict[Tile, bool] = {}
        self.any_doubtful = any(rows.any() for rows in self._doubtful.values())

    def is_false(self, table: Any, tile: Tile) -> bool:
        """Whether the stream of a tile does not fit the tile."""
        if tile not in self._known:
            row = int(np.ravel_multi_index(tile, self._counts))
            self._known[tile] = any(
                row < len(self._doubtful[name])
                and bool(self._doubtful[name][row])
                and self._contradicts(table, name, kind, row, tile)
                for name, kind in self._columns
            )
        return self._known[tile]

    def _could_harm(self, kind: str, lengths: NDArray[np.int64]) -> NDArray[np.bool_]:
        if kind.startswith("GZIP"):
            return lengths > _HARMLESS // _DEFLATE
        looked_into = kind in ("HCOMPRESS_1", "PLIO_1", "RICE_1", "RICE_ONE")
        return (lengths > 0) & looked_into

    def _contradicts(self, table: Any, name: str, kind: str, row: int, tile: Tile) -> bool:
        length, start = (int(number) for number in self._places[name][row][:2])
        shape = tuple(map(len, pixels_of(tile, self._hdu.tile_shape, self._hdu.shape)))
        if kind.startswith("RICE"):
            return length < self._least_of_rice(prod(shape))
        if kind == "HCOMPRESS_1":
            return _hcompress_contradicts(
                self._bytes(table, name, start, length, _BEGINNING), shape
            )
        if kind == "PLIO_1":
            return _plio_contradicts(self._bytes(table, name, start, length, _BEGINNING), length)
        return _inflates_beyond(
            self._bytes(table, name, start, length, None), _WIDEST * prod(shape)
        )

    def _bytes(self, table: Any, name: str, start: int, length: int, most: int | None) -> bytes:
        size = length * self._widths[name]
        offset = table._data_offset + table._theap + start
        size = size if most is None else min(size, most)
        return bytes(table._get_raw_data(size, np.uint8, offset))

    def _least_of_rice(self, pixels: int) -> int:
        return -(-pixels // self._rice_block) * self._rice_bits // 8


def _width(table: Any, name: str) -> int:
    """Bytes of an element of a column of arrays of variable length."""
    code = str(table.columns[name].format).lstrip("0123456789")[1:2]
    return {"B": 1, "I": 2, "J": 4}.get(code, 1)


def _rice_block(header: Any) -> tuple[int, int]:
    """Least number of bits of a block of pixels, and number of pixels of a block."""
    found = {
        str(header[key]).upper(): header.get(f"ZVAL{key[5:]}")
        for key in header
        if key.startswith("ZNAME")
    }
    block, width = found.get("BLOCKSIZE", 32), found.get("BYTEPIX", 4)
    if not isinstance(block, int) or block < 1:
        return 0, 1
    return _RICE_BITS.get(width, 0), block


def _hcompress_contradicts(begin: bytes, shape: tuple[int, ...]) -> bool:
    """Whether a stream begins with other lengths of the axes than those of its tile."""
    sides = [length for length in shape if length != 1]
    said = [int.from_bytes(begin[at : at + 4], "big", signed=True) for at in (2, 6)]
    return not begin.startswith(_HCOMPRESS_MAGIC) or (len(sides) == 2 and said != sides)


def _plio_contradicts(begin: bytes, length: int) -> bool:
    """Whether a list of lines says that it is longer than its stream."""
    words = np.frombuffer(begin[: len(begin) // 2 * 2], ">i2").astype(int)
    if words.size < 3:
        return True
    if words[2] > 0:
        return bool(words[2] > length)
    return words.size < 5 or bool(words[3] + (words[4] << 15) > length)


def _inflates_beyond(packed: bytes, most: int) -> bool:
    """Whether a gzip stream unpacks to more bytes; it is not unpacked any further."""
    found = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
            while chunk := stream.read1(_CHUNK):
                found += len(chunk)
                if found > most:
                    return True
    except (OSError, EOFError, zlib.error):
        return False  # the decoder reports it
    return False
