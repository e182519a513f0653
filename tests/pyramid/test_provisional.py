"""What is drawn while a pyramid is being built."""

import numpy as np
import pytest
from numpy.typing import NDArray

from celestile.geometry import Levels, Region
from celestile.pixels.plane import PixelValue
from celestile.pyramid.provisional import ProvisionalPyramid


class ArrayOf:
    """A plane in memory."""

    key = "memory"
    direct = True
    by_rows = True

    def __init__(self, values: NDArray[np.float32]) -> None:
        self.values = values
        self.height, self.width = values.shape

    def read(self, region: Region) -> NDArray[np.float32]:
        return self.values[region.y : region.bottom, region.x : region.right]

    def value(self, x: int, y: int) -> PixelValue:
        raise NotImplementedError


@pytest.mark.parametrize("level", [0, 1, 3])
@pytest.mark.parametrize("shape", [(256, 512), (131, 257), (7, 9)])
def test_a_picture_without_vertical_structure_is_already_exact(
    shape: tuple[int, int], level: int
) -> None:
    across = np.random.default_rng(1).normal(size=shape[1]).astype(np.float32)
    across[3] = np.nan
    pyramid = ProvisionalPyramid(ArrayOf(np.tile(across, (shape[0], 1))), Levels(*shape[::-1], 16))
    width, height = pyramid.levels.size(level)
    found = pyramid.read(level, Region(0, 0, width, height))
    step = 2**level
    expected = [np.nanmean(across[x : x + step]) if not np.isnan(across[x : x + step]).all()
                else np.nan for x in range(0, shape[1], step)]  # fmt: skip
    assert found.shape == (height, width)
    np.testing.assert_allclose(found, np.tile(expected, (height, 1)), rtol=1e-5, atol=1e-6)


def test_every_coarse_pixel_comes_from_under_itself() -> None:
    down = np.arange(301, dtype=np.float32)
    plane = ArrayOf(np.repeat(down[:, None], 20, axis=1))
    pyramid = ProvisionalPyramid(plane, Levels(20, 301, 16))
    for level in (1, 2, 4):
        _, height = pyramid.levels.size(level)
        found = pyramid.read(level, Region(1, 2, 1, height - 2))[:, 0]
        assert np.array_equal(found.astype(int) >> level, np.arange(2, height))


def test_small_images_are_never_provisional() -> None:
    assert not ProvisionalPyramid.suits(ArrayOf(np.zeros((3000, 3000), np.float32)))
