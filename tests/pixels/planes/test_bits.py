"""The bits of quality planes: none is lost at coarser levels, in other geometries or in ranges."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from celestile.geometry import Levels, Region
from celestile.pixels.plane import Selection
from celestile.pixels.planes.bits import as_bits
from celestile.pyramid.cache import Cache
from celestile.pyramid.provisional import ProvisionalPyramid
from celestile.render.nearest import sample_flags
from celestile.render.resample import fit

RNG = np.random.default_rng(3)
HEIGHT, WIDTH = 1030, 777
BITS = np.zeros((HEIGHT, WIDTH), np.uint32)
for number in range(32):
    BITS[RNG.integers(0, HEIGHT, 40), RNG.integers(0, WIDTH, 40)] |= np.uint32(1 << number)
BITS[400:430, 200:260] |= np.uint32(2**31 + 1)  # float32 would lose the lower one


def _write(path: Path, stored: Any, *, compressed: bool = False, **cards: Any) -> Path:
    kind = fits.CompImageHDU if compressed else fits.ImageHDU
    hdu = kind(stored, fits.Header(cards), name="DQ")
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(path)
    return path


def _either(values: Any, level: int) -> Any:
    """Level by the definition: all bits of blocks of 2**level pixels from the top left."""
    step = 1 << level
    rows, columns = -(-values.shape[0] // step), -(-values.shape[1] // step)
    padded = np.zeros((rows * step, columns * step), np.uint32)
    padded[: values.shape[0], : values.shape[1]] = values
    blocks = padded.reshape(rows, step, columns, step)
    return np.bitwise_or.reduce(np.bitwise_or.reduce(blocks, axis=3), axis=1)


# The convention of compressed tiles has no 64-bit integers.
@pytest.mark.parametrize(
    ("kind", "compressed"),
    [
        *((kind, False) for kind in (np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64)),
        *((kind, True) for kind in (np.uint8, np.int16, np.int32, np.uint32)),
    ],
)
def test_levels_have_all_bits_of_their_blocks(
    kind: Any, compressed: bool, tmp_path: Path, open_image: Any
) -> None:
    stored = BITS.astype(kind)
    path = _write(tmp_path / "a.fits", stored, compressed=compressed)
    plane = as_bits(open_image(path, "DQ").plane(Selection()))
    assert plane is not None
    expected = stored.astype(np.int64)[::-1] & 0xFFFFFFFF
    pyramid = Cache(tmp_path / "cache", 1 << 30).open_or_build(plane)
    for level in range(pyramid.levels.count):
        found = pyramid.read(level, Region(0, 0, *pyramid.levels.size(level)))
        np.testing.assert_array_equal(
            np.ascontiguousarray(found).view(np.uint32), _either(expected.astype(np.uint32), level)
        )


@pytest.mark.parametrize("width", [777, 500, 389, 98, 33])
def test_pictures_of_any_size_have_every_bit(width: int, tmp_path: Path, open_image: Any) -> None:
    plane = as_bits(open_image(_write(tmp_path / "a.fits", BITS), "DQ").plane(Selection()))
    pyramid = Cache(tmp_path / "cache", 1 << 30).open_or_build(plane)
    height = round(width * HEIGHT / WIDTH)
    found = fit(pyramid, Region(0, 0, WIDTH, HEIGHT), (width, height)).view(np.uint32)
    near = np.pad(found, 1)
    for row, column in zip(*np.nonzero(BITS[::-1]), strict=True):
        y, x = row * height // HEIGHT, column * width // WIDTH
        around = np.bitwise_or.reduce(near[y : y + 3, x : x + 3], axis=None)
        assert BITS[::-1][row, column] & ~around == 0


def test_a_provisional_level_has_the_bits_along_its_row(tmp_path: Path, open_image: Any) -> None:
    plane = as_bits(open_image(_write(tmp_path / "a.fits", BITS), "DQ").plane(Selection()))
    levels = Levels(WIDTH, HEIGHT, 256)
    found = ProvisionalPyramid(plane, levels).read(2, Region(0, 0, *levels.size(2)))
    rows = np.minimum(np.arange(found.shape[0]) * 4 + 2, HEIGHT - 1)
    expected = _either(np.repeat(BITS[::-1][rows], 4, axis=0), 2)
    np.testing.assert_array_equal(found.view(np.uint32), expected)


def test_blank_pixels_are_missing_only_where_all_are(tmp_path: Path, open_image: Any) -> None:
    stored = np.array([[1, -9, -9, -9], [2, 4, -9, -9]], np.int16)
    path = _write(tmp_path / "a.fits", stored, BLANK=-9)
    plane = as_bits(open_image(path, "DQ").plane(Selection()))
    values = plane.read(Region(0, 0, 4, 2))
    assert np.isnan(values).tolist() == [[False, False, True, True], [False, True, True, True]]
    picture = np.full((1, 2), np.nan, np.float32)
    x, y = np.meshgrid([1.0, 3.0], [1.0])
    places = np.stack([x, y, 2 + 0 * x, 0 * x, 0 * x, 2 + 0 * x])
    sample_flags("or", values, np.array([0, 0, 1, 0, 0, 4, 2, 0, 0.0]), places, picture)
    assert picture.view(np.uint32)[0, 0] == 7
    assert np.isnan(picture[0, 1])


@pytest.mark.parametrize("method", ["mean", "median", "max"])
def test_ranges_of_frames_have_all_bits(method: str, tmp_path: Path, open_image: Any) -> None:
    cube = RNG.integers(0, 2**32, (3, 9, 11), dtype=np.uint32)
    image = open_image(_write(tmp_path / "a.fits", cube), "DQ")
    plane = image.plane(Selection((1, 3), (1, 1), method))
    found = as_bits(plane).read(Region(0, 0, 11, 9)).view(np.uint32)
    np.testing.assert_array_equal(found, np.bitwise_or.reduce(cube, axis=0)[::-1])
    # Numbers have no mean either.
    small = open_image(_write(tmp_path / "b.fits", (cube % 100).astype(np.int32)), "DQ")
    numbers = small.plane(Selection((1, 3), (1, 1), method)).read(Region(0, 0, 11, 9))
    np.testing.assert_array_equal(numbers, (cube % 100).max(axis=0)[::-1])


def test_aligned_masks_have_the_bits_of_the_nearest_pixels(tmp_path: Path, open_image: Any) -> None:
    """The second file is shifted by 10.25 columns and -4.25 rows against the first."""
    mask = RNG.integers(0, 2**32, (60, 80), dtype=np.uint32)
    paths = []
    for number, (x, y) in enumerate([(40.0, 30.0), (50.25, 25.75)]):
        world = {
            "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 83.0, "CRVAL2": 1.0,
            "CRPIX1": x, "CRPIX2": y, "CDELT1": -1e-4, "CDELT2": 1e-4,
        }  # fmt: skip
        paths.append(_write(tmp_path / f"{number}.fits", mask, **world))
    image = open_image(None, "DQ", frames=tuple(paths), align="wcs")
    plane = as_bits(image.plane(Selection((2, 2))))
    found = plane.read(Region(0, 0, 80, 60))
    # A pixel of the first grid is at 10.25 more columns, and 4.25 fewer rows from the bottom.
    expected = mask[: 60 - 4, 10:]
    np.testing.assert_array_equal(found.view(np.uint32)[::-1][4:, :70], expected)
    assert np.isnan(found[:, 70:]).all()
