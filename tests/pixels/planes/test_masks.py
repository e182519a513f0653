"""Flags do not fade: a coarser pixel of a mask is the largest of its finer ones."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.geometry import Levels, Region
from celestile.pixels.plane import Selection
from celestile.pyramid.cache import Cache
from celestile.pyramid.provisional import ProvisionalPyramid
from celestile.settings import CacheSettings, DataSettings, Settings

RNG = np.random.default_rng(35)
HEIGHT, WIDTH = 1030, 777
FLAGS = np.zeros((HEIGHT, WIDTH), np.int32)
FLAGS[RNG.integers(0, HEIGHT, 60), RNG.integers(0, WIDTH, 60)] = 4
FLAGS[500:540, 300:340] = 1024


def _file(path: Path, name: str, flags: Any, **options: Any) -> Path:
    science = fits.ImageHDU(RNG.normal(size=FLAGS.shape).astype(np.float32), name="SCI")
    kind = fits.CompImageHDU if options else fits.ImageHDU
    hdus = [fits.PrimaryHDU(), science, kind(flags, name=name, **options)]
    fits.HDUList(hdus).writeto(path)
    return path


def _maximum(values: Any, level: int) -> Any:
    """Level by the definition: blocks of 2**level pixels from the top left."""
    step = 1 << level
    rows, columns = -(-values.shape[0] // step), -(-values.shape[1] // step)
    padded = np.full((rows * step, columns * step), -np.inf)
    padded[: values.shape[0], : values.shape[1]] = values
    return padded.reshape(rows, step, columns, step).max(axis=(1, 3))


@pytest.mark.parametrize(
    ("name", "kind", "options"),
    [
        ("DQ", np.int32, {}),
        ("FLAGS", np.uint8, {}),
        ("MASK", np.int16, {"compression_type": "RICE_1", "tile_shape": (1, WIDTH)}),
        ("BPM", np.int64, {}),
    ],
)
def test_levels_are_the_maxima_of_blocks(
    name: str, kind: Any, options: Any, tmp_path: Path, open_image: Any
) -> None:
    flags = np.minimum(FLAGS, 200).astype(kind) if kind is np.uint8 else FLAGS.astype(kind)
    path = _file(tmp_path / "a.fits", name, flags, **options)
    plane = open_image(path, name).plane(Selection())
    pyramid = Cache(tmp_path / "cache", 1 << 30).open_or_build(plane)
    for level in range(pyramid.levels.count):
        width, height = pyramid.levels.size(level)
        found = pyramid.read(level, Region(0, 0, width, height))
        np.testing.assert_array_equal(found, _maximum(flags[::-1], level))


def test_a_provisional_level_keeps_the_maximum_along_its_row(
    tmp_path: Path, open_image: Any
) -> None:
    path = _file(tmp_path / "a.fits", "DQ", FLAGS)
    plane = open_image(path, "DQ").plane(Selection())
    levels = Levels(WIDTH, HEIGHT, 256)
    found = ProvisionalPyramid(plane, levels).read(2, Region(0, 0, *levels.size(2)))
    rows = np.minimum(np.arange(found.shape[0]) * 4 + 2, HEIGHT - 1)
    expected = _maximum(np.repeat(FLAGS[::-1][rows], 4, axis=0), 2)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("name", ["ERR", "DQ"])
def test_float_arrays_and_other_roles_are_averaged(
    name: str, tmp_path: Path, open_image: Any
) -> None:
    kind = np.float32 if name == "DQ" else np.int32
    path = _file(tmp_path / "a.fits", name, FLAGS.astype(kind))
    plane = open_image(path, name).plane(Selection())
    pyramid = Cache(tmp_path / "cache", 1 << 30).open_or_build(plane)
    found = pyramid.read(1, Region(0, 0, WIDTH // 2, HEIGHT // 2))
    blocks = FLAGS[::-1][:, : WIDTH // 2 * 2].reshape(HEIGHT // 2, 2, WIDTH // 2, 2)
    np.testing.assert_allclose(found, blocks.mean(axis=(1, 3)))


@pytest.mark.parametrize("width", [777, 389, 98, 100, 33])
def test_pictures_of_any_size_show_every_flag(width: int, tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    _file(tmp_path / "root" / "a.fits", "DQ", np.minimum(FLAGS, 4))
    settings = Settings(
        data=DataSettings(root=tmp_path / "root"), cache=CacheSettings(directory=tmp_path / "cache")
    )
    with TestClient(create_app(settings)) as client:
        view = "hdu=DQ&limits=0,4&stretch=linear"
        body = client.get(f"/iiif/3/a.fits/full/{width},/0/default.png?{view}")
        assert body.status_code == 200, body.text
        shown = np.asarray(Image.open(io.BytesIO(body.content)).convert("L"))
    assert set(np.unique(shown)) == {0, 255}
    rows, columns = np.nonzero(FLAGS[::-1])
    # A last pixel may be cut short, so that places are only known to a pixel.
    near = np.pad(shown, 1)
    for row, column in zip(rows, columns, strict=True):
        y, x = row * shown.shape[0] // HEIGHT, column * shown.shape[1] // WIDTH
        assert near[y : y + 3, x : x + 3].max() == 255
