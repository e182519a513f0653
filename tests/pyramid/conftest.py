"""Planes in memory, and a plain reference of what a pyramid holds."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.plane import PixelValue
from celestile.pyramid.cache import Cache

Floats = NDArray[np.float32]


class MemoryPlane:
    """A plane in memory that counts what is read of it."""

    def __init__(self, array: Floats, key: str = "plane", *, direct: bool = False) -> None:
        self.array = array
        self.height, self.width = array.shape
        self.key = key
        self.direct = self.by_rows = direct
        self.pixels_read = 0
        self._lock = threading.Lock()

    def read(self, region: Region) -> Floats:
        assert region.right <= self.width
        assert region.bottom <= self.height
        with self._lock:
            self.pixels_read += region.width * region.height
        return np.ascontiguousarray(self.array[region.y : region.bottom, region.x : region.right])

    def value(self, x: int, y: int) -> PixelValue:
        return PixelValue(float(self.array[y, x]), None)


def coarser(fine: Floats) -> Floats:
    """Mean of the valid pixels of each block of two by two, in double precision."""
    height, width = fine.shape
    padded = np.full((height + height % 2, width + width % 2), np.nan)
    padded[:height, :width] = fine
    blocks = padded.reshape(padded.shape[0] // 2, 2, padded.shape[1] // 2, 2)
    valid = ~np.isnan(blocks)
    count = valid.sum(axis=(1, 3))
    with np.errstate(invalid="ignore"):
        total = np.where(valid, blocks, 0.0).sum(axis=(1, 3))
        mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean.astype(np.float32)


@pytest.fixture
def reference() -> Callable[[Floats, int], list[Floats]]:
    """Return a function that makes all levels of an array."""

    def levels(array: Floats, count: int) -> list[Floats]:
        made = [array]
        while len(made) < count:
            made.append(coarser(made[-1]))
        return made

    return levels


@pytest.fixture
def memory_plane() -> type[MemoryPlane]:
    return MemoryPlane


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", 10**9, 16)
