"""Coarser levels of polarization angles are means of directions, not of numbers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from celestile.geometry import Levels, Region
from celestile.pyramid.cache import Cache
from celestile.pyramid.provisional import ProvisionalPyramid


def mean_direction(angles: np.ndarray, step: int) -> np.ndarray:
    """Mean of each square, by complex numbers; missing where all of them are."""
    height, width = angles.shape
    blocks = angles.reshape(height // step, step, width // step, step)
    total = np.nansum(np.exp(2j * np.radians(blocks)), axis=(1, 3))
    missing = np.isnan(blocks).all(axis=(1, 3))
    return np.where(missing, np.nan, np.degrees(np.angle(total)) / 2)


def apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Difference of angles that repeat after 180 degrees."""
    return np.abs((one - other + 90) % 180 - 90)


@pytest.fixture
def angles() -> np.ndarray:
    """Angles about 90 degrees, half of which are negative, with a hole."""
    turned = np.random.default_rng(1).normal(90.0, 8.0, (512, 768))
    values = ((turned + 90) % 180 - 90).astype(np.float32)
    values[:4, :4] = np.nan
    values[10, 11] = np.nan
    return values


@pytest.mark.parametrize("direct", [False, True])
def test_levels(tmp_path: Path, memory_plane: Any, angles: np.ndarray, direct: bool) -> None:
    plane = memory_plane(angles, direct=direct)
    plane.is_angle = True
    pyramid = Cache(tmp_path, 10**8, tile_size=64).open_or_build(plane)
    for level in (1, 2):
        width, height = pyramid.levels.size(level)
        found = pyramid.read(level, Region(0, 0, width, height))
        expected = angles
        for _ in range(level):
            expected = mean_direction(expected.astype(np.float64), 2)
        missing = np.isnan(expected)
        np.testing.assert_array_equal(np.isnan(found), missing)
        assert missing.any()
        assert apart(found, expected)[~missing].max() < 1e-3
        assert np.abs(found[~missing]).min() > 45  # as numbers, their mean is 0


def test_provisional_levels(memory_plane: Any, angles: np.ndarray) -> None:
    plane = memory_plane(angles, direct=True)
    plane.is_angle = True
    found = ProvisionalPyramid(plane, Levels(768, 512, 64)).read(2, Region(0, 0, 192, 128))
    rows = angles.astype(np.float64)[2::4].reshape(128, 192, 4)
    total = np.nansum(np.exp(2j * np.radians(rows)), axis=2)
    known = ~np.isnan(rows).all(axis=2)
    np.testing.assert_array_equal(~np.isnan(found), known)
    assert apart(found, np.degrees(np.angle(total)) / 2)[known].max() < 1e-3
