"""Pyramids of tile-compressed files: right whatever the tiles, each of which is decoded once."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from celestile.geometry import Levels, Region
from celestile.pixels.fits.data import decoded
from celestile.pixels.fits.spool import Spool
from celestile.pixels.library import Library
from celestile.pixels.plane import Selection
from celestile.pyramid import build as build_module
from celestile.pyramid.build import build
from celestile.pyramid.store import PyramidLayout, open_pyramid

ARRAY = np.random.default_rng(20260212).integers(0, 1000, (517, 1203)).astype(np.int16)


@pytest.fixture
def tiles_decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that gets the number of tiles that each decoding touches."""
    counts: list[int] = []
    section = decoded._section

    def counted(opened: Any, index: Any) -> Any:
        spans = [range(*part.indices(n)) for part, n in zip(index, opened.shape, strict=True)]
        counts.append(
            int(
                np.prod(
                    [
                        len({place // step for place in span})
                        for span, step in zip(spans, opened.tile_shape, strict=True)
                    ]
                )
            )
        )
        return section(opened, index)

    monkeypatch.setattr(decoded, "_section", counted)
    return counts


def plane_of(array: Any, tile: tuple[int, int], folder: Path) -> Any:
    packed = fits.CompImageHDU(array, compression_type="RICE_1", tile_shape=tile)
    packed.writeto(folder / "a.fits")
    library = Library(folder, Spool(folder / "spool", lambda _: None), {})
    return library.open("a.fits").plane(Selection())


@pytest.mark.parametrize("most", [1 << 12, 1 << 15, 1 << 21])
@pytest.mark.parametrize("tile", [(1, 1203), (64, 64), (100, 300), (33, 17), (517, 30), (16, 1203)])
def test_every_level_whatever_the_tiles(
    tile: tuple[int, int], most: int, tmp_path: Path, reference: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(build_module, "_MOST_PIXELS", most)
    monkeypatch.setattr(build_module, "_ROWS", 32)
    plane = plane_of(ARRAY, tile, tmp_path)
    levels = Levels(plane.width, plane.height, 16)
    build(plane, PyramidLayout(levels, 0), tmp_path / "p")
    pyramid = open_pyramid(tmp_path / "p", plane, levels)
    for level, expected in enumerate(reference(ARRAY[::-1].astype(np.float32), levels.count)):
        height, width = expected.shape
        found = pyramid.read(level, Region(0, 0, width, height))
        np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert (pyramid.extent.low, pyramid.extent.high) == (ARRAY.min(), ARRAY.max())
    assert pyramid.extent.valid == ARRAY.size


@pytest.mark.parametrize(
    ("tile", "most_times"), [((32, 32), 1.0), ((1, 1200), 1.0), ((64, 30), 1.0), ((40, 100), 1.3)]
)
def test_tiles_of_a_wide_image_are_decoded_once(
    tile: tuple[int, int], most_times: float, tmp_path: Path, tiles_decoded: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Once and for all; but twice where they lie across the edge of a block."""
    # To whole rows, as many as a tile has would be too much at once.
    monkeypatch.setattr(build_module, "_MOST_PIXELS", 30_000)
    monkeypatch.setattr(build_module, "_ROWS", 32)
    plane = plane_of(ARRAY[:512, :1200], tile, tmp_path)
    build(plane, PyramidLayout(Levels(1200, 512, 64), 0), tmp_path / "p")
    total = -(-512 // tile[0]) * -(-1200 // tile[1])
    assert total <= sum(tiles_decoded) <= most_times * total
