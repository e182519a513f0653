"""Mosaics of color cameras, against scipy's convolution, closed forms and Siril's rule."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from scipy.ndimage import convolve

from celestile.geometry import Region
from celestile.pixels.plane import Selection
from celestile.pyramid.cache import Cache

RNG = np.random.default_rng(7)
PATTERNS = ("RGGB", "BGGR", "GRBG", "GBRG")
ROWS, COLUMNS = 31, 44
MOSAIC = RNG.integers(0, 65536, (ROWS, COLUMNS)).astype(np.uint16)


def letters(pattern: str, shape: tuple[int, int], cards: Mapping[str, Any]) -> Any:
    """Color of each stored pixel, by the rule of Siril, written out pixel by pixel."""
    rows, columns = shape
    found = np.empty(shape, "U1")
    for row in range(rows):
        from_start = rows - 1 - row if cards.get("ROWORDER") == "BOTTOM-UP" else row
        for column in range(columns):
            y, x = from_start + cards.get("YBAYROFF", 0), column + cards.get("XBAYROFF", 0)
            found[row, column] = pattern[2 * (y % 2) + x % 2]
    return found


def bilinear(mosaic: Any, sites: Any, color: str) -> Any:
    """Interpolate by convolution: the mean of the neighbors that exist."""
    weights = [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    own = sites == color
    known = convolve(np.where(own, mosaic, 0).astype(float), weights, mode="constant")
    share = convolve(own.astype(float), weights, mode="constant")
    return np.where(own, mosaic, known / share)


def shown(stored: Any, cards: Mapping[str, Any]) -> Any:
    return stored if cards.get("ROWORDER") == "TOP-DOWN" else stored[::-1]


CASES: list[dict[str, Any]] = [
    {},
    {"ROWORDER": "TOP-DOWN"},
    {"ROWORDER": "BOTTOM-UP"},
    {"XBAYROFF": 1},
    {"YBAYROFF": 1, "ROWORDER": "BOTTOM-UP"},
    {"XBAYROFF": 3, "YBAYROFF": 1, "ROWORDER": "TOP-DOWN"},
]


@pytest.mark.parametrize("cards", CASES)
@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("rows", [ROWS, ROWS - 1])
def test_each_color_is_interpolated_from_its_own_pixels(
    rows: int, pattern: str, cards: dict[str, Any], write_fits: Any, open_image: Any,
    read_pixels: Any,
) -> None:  # fmt: skip
    mosaic = MOSAIC[:rows]
    image = open_image(write_fits("a.fits", (mosaic, {"BAYERPAT": pattern, **cards})))
    assert [channel.name for channel in image.channels] == ["R", "G", "B"]
    assert [channel.color for channel in image.channels] == ["ff0000", "00ff00", "0000ff"]
    sites = letters(pattern, mosaic.shape, cards)
    for number, color in enumerate("RGB", start=1):
        expected = shown(bilinear(mosaic, sites, color), cards)
        found = read_pixels(image, channel=number)
        np.testing.assert_allclose(found, expected, rtol=1e-6)
        own = shown(sites, cards) == color
        np.testing.assert_array_equal(found[own], shown(mosaic, cards)[own])


def test_a_plane_of_each_color_is_reproduced(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    y, x = np.mgrid[:40, :50]
    planes = {"R": 100 + 2 * x + 3 * y, "G": 900 - 4 * x + y, "B": 50 + x + 8 * y}
    sites = letters("GRBG", x.shape, {})
    mosaic = np.select([sites == color for color in "RGB"], list(planes.values()))
    image = open_image(write_fits("a.fits", (mosaic.astype(np.float32), {"BAYERPAT": "GRBG"})))
    for number, plane in enumerate(planes.values(), start=1):
        inside = np.s_[1:-1, 1:-1]
        np.testing.assert_array_equal(
            read_pixels(image, channel=number)[inside], plane[::-1][inside]
        )


@pytest.mark.parametrize("options", [{}, {"compression_type": "RICE_1", "tile_shape": (7, 13)}])
def test_blocks_have_no_seams(options: Any, tmp_path: Path, open_image: Any) -> None:
    header = fits.Header({"BAYERPAT": "BGGR"})
    kind = fits.CompImageHDU if options else fits.ImageHDU
    hdu = kind(MOSAIC.astype(np.int16), header, **options)
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(tmp_path / "a.fits")
    plane = open_image(tmp_path / "a.fits").plane(Selection(channel=(2, 2)))
    whole = plane.read(Region(0, 0, COLUMNS, ROWS))
    for region in (
        Region(0, 0, 5, 4),
        Region(7, 3, 1, 1),
        Region(13, 9, 31, 22),
        Region(43, 30, 1, 1),
    ):
        part = plane.read(region)
        expected = whole[region.y : region.bottom, region.x : region.right]
        np.testing.assert_array_equal(part, expected)


@pytest.mark.parametrize("shape", [(1030, 777), (600, 512)])
@pytest.mark.parametrize("pattern", ["RGGB", "GBRG"])
@pytest.mark.parametrize("compressed", [False, True])
def test_coarser_levels_average_the_measured_pixels(
    shape: tuple[int, int], pattern: str, compressed: bool, tmp_path: Path, open_image: Any
) -> None:
    mosaic = RNG.integers(0, 30000, shape).astype(np.int16)
    header = fits.Header({"BAYERPAT": pattern})
    hdu = (fits.CompImageHDU if compressed else fits.ImageHDU)(mosaic, header)
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(tmp_path / "a.fits")
    image = open_image(tmp_path / "a.fits")
    sites = letters(pattern, shape, {})[::-1]
    rows, columns = (length // 2 for length in shape)
    for number, color in enumerate("RGB", start=1):
        plane = image.plane(Selection(channel=(number, number)))
        pyramid = Cache(tmp_path / "cache", 1 << 30).open_or_build(plane)
        found = pyramid.read(1, Region(0, 0, *pyramid.levels.size(1)))
        assert np.isfinite(found).all()
        own = np.where(sites == color, mosaic[::-1], 0.0)[: 2 * rows, : 2 * columns]
        count = 2 if color == "G" else 1
        expected = own.reshape(rows, 2, columns, 2).sum(axis=(1, 3)) / count
        np.testing.assert_allclose(found[:rows, :columns], expected, rtol=1e-6)
        second = pyramid.read(2, Region(0, 0, columns // 2, rows // 2))
        blocks = expected[: rows // 2 * 2, : columns // 2 * 2]
        np.testing.assert_allclose(
            second, blocks.reshape(rows // 2, 2, columns // 2, 2).mean(axis=(1, 3)), rtol=1e-6
        )


def test_missing_pixels_are_missing_in_all_colors_and_are_no_neighbors(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    mosaic = MOSAIC.astype(np.float32)
    mosaic[10, 20] = np.nan
    cards = {"BAYERPAT": "RGGB", "ROWORDER": "TOP-DOWN"}
    image = open_image(write_fits("a.fits", (mosaic, cards)))
    red, green, blue = (read_pixels(image, channel=number) for number in (1, 2, 3))
    for plane in (red, green, blue):
        assert np.argwhere(np.isnan(plane)).tolist() == [[10, 20]]
    assert red[10, 21] == mosaic[10, 22]
    np.testing.assert_allclose(
        red[11, 21], np.mean([mosaic[10, 22], mosaic[12, 20], mosaic[12, 22]]), rtol=1e-6
    )
    plane = image.plane(Selection(channel=(1, 1)))
    block = plane.coarser(Region(20, 10, 2, 2))
    np.testing.assert_allclose(block, [[np.nanmean(red[10:12, 20:22])]], rtol=1e-6)


def test_values_of_the_mosaic_stay_reachable(write_fits: Any, open_image: Any) -> None:
    cards = {"BAYERPAT": "RGGB", "ROWORDER": "TOP-DOWN"}
    path = write_fits("a.fits", (MOSAIC, cards))
    image = open_image(path)
    sites = letters("RGGB", MOSAIC.shape, cards)
    for x, y in ((4, 6), (5, 6), (5, 7)):
        for number, color in enumerate("RGB", start=1):
            found = image.plane(Selection(channel=(number, number))).value(x, y)
            assert found.value == pytest.approx(bilinear(MOSAIC, sites, color)[y, x])
            # BZERO is 32768.
            assert found.raw == (MOSAIC[y, x] - 32768.0 if sites[y, x] == color else None)
    raw = open_image(path, cfa="none")
    assert [channel.name for channel in raw.channels] == ["1"]
    assert raw.plane(Selection()).value(5, 6).value == MOSAIC[6, 5]
    assert raw.key != image.key


@pytest.mark.parametrize(
    ("cards", "pattern"),
    [
        ({"COLORTYP": "GBRG"}, "gbrg"),
        ({"CFAIMAGE": " rggb "}, "rggb"),
        ({"BAYERPAT": "TRUE", "COLORTYP": "BAYER_GRBG"}, "grbg"),
        ({"BAYERPAT": "0"}, "none"),
        ({"BAYERPAT": "NONE"}, "none"),
        ({"BAYERPAT": "GGRGGBGGBGGRBRGRBGGGBGGRGGRGGBRBGBRG"}, "none"),
        ({"COLORTYP": "MONO"}, "none"),
        ({}, "none"),
    ],
)
def test_the_header_decides(
    cards: dict[str, Any], pattern: str, write_fits: Any, open_image: Any
) -> None:
    path = write_fits("a.fits", (MOSAIC, cards))
    image = open_image(path)
    assert (image.cfa, image.cfa_default) == (pattern, pattern)
    assert len(image.channels) == (1 if pattern == "none" else 3)
    # A request has precedence.
    assert open_image(path, cfa="bggr").cfa == "bggr"


def test_frames_of_a_camera_are_in_colors(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    cube = RNG.integers(0, 4096, (5, 12, 16)).astype(np.int16)
    image = open_image(write_fits("a.fits", (cube, {"BAYERPAT": "GRBG"})))
    assert (len(image.frames), len(image.channels)) == (5, 3)
    sites = letters("GRBG", cube.shape[1:], {})
    np.testing.assert_allclose(
        read_pixels(image, frame=4, channel=3), bilinear(cube[3], sites, "B")[::-1], rtol=1e-6
    )


@pytest.mark.parametrize(
    "images",
    [
        [(np.zeros((3, 8, 8), np.float32), {"BAYERPAT": "RGGB"})],
        [(np.zeros((1, 8), np.float32), {"BAYERPAT": "RGGB"})],
        [(np.zeros((8, 8), np.int32), {"BAYERPAT": "RGGB", "EXTNAME": "DQ"}), np.zeros((2, 2))],
    ],
)
def test_other_arrays_are_as_they_are(images: Any, write_fits: Any, open_image: Any) -> None:
    path = write_fits("a.fits", *images)
    hdu = "1" if len(images) > 1 else None
    for cfa in (None, "rggb"):
        image = open_image(path, hdu, cfa=cfa)
        assert image.cfa is None
        assert not any("mosaic (" in note for note in image.notes)
