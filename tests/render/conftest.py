"""A pyramid in memory, and pictures of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from celestile.geometry import Levels, Region
from celestile.pixels.plane import Selection
from celestile.render.request import Component, Output, Picture, Style


@dataclass
class MemoryPixels:
    """Levels of an array, averaged in float64; remembers what was read."""

    full: NDArray[np.float32]
    levels: Levels
    reads: list[tuple[int, Region]] = field(default_factory=list)

    def read(self, level: int, region: Region) -> NDArray[np.float32]:
        self.reads.append((level, region))
        width, height = self.levels.size(level)
        assert region.right <= width
        assert region.bottom <= height
        step = 1 << level
        out = np.empty((region.height, region.width), np.float32)
        for row in range(region.height):
            for column in range(region.width):
                y, x = (region.y + row) * step, (region.x + column) * step
                block = self.full[y : y + step, x : x + step].astype(np.float64)
                valid = block[~np.isnan(block)]
                out[row, column] = valid.mean() if valid.size else np.nan
        return out


@pytest.fixture
def memory_pixels() -> Callable[..., MemoryPixels]:
    def make(values: Any, tile_size: int = 4) -> MemoryPixels:
        full = np.asarray(values, dtype=np.float32)
        return MemoryPixels(full, Levels(full.shape[1], full.shape[0], tile_size))

    return make


@pytest.fixture
def picture() -> Callable[..., Picture]:
    """Make a picture of a whole image of some size, at that size."""

    def make(
        width: int,
        height: int,
        *,
        components: tuple[tuple[tuple[float, float], str | None], ...] = (((0.0, 255.0), None),),
        style: Style | None = None,
        quantiles: tuple[float, ...] = (),
        **output: Any,
    ) -> Picture:
        whole = {"region": Region(0, 0, width, height), "size": (width, height), "format": "png"}
        return Picture(
            components=tuple(
                Component(selection=Selection(), limits=limits, color=color, quantiles=quantiles)
                for limits, color in components
            ),
            style=style or Style(),
            output=Output(**{**whole, **output}),
        )

    return make
