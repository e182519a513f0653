"""Padding, mirroring, rotation and filling."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from celestile.render.canvas import Raster, fill, lay_under, mirror, pad, rotate, rotated_size


def sample(height: int, width: int, bands: int) -> NDArray[np.uint8]:
    generator = np.random.default_rng(height)
    return generator.integers(0, 256, (height, width, bands), dtype=np.uint8)


def test_padding_is_to_the_right_and_below_and_missing() -> None:
    pixels = sample(3, 4, 1)
    padded = pad(Raster(pixels), (6, 5))
    assert padded.alpha is not None
    np.testing.assert_array_equal(padded.pixels[:3, :4], pixels)
    np.testing.assert_array_equal(padded.alpha[:3, :4], 255)
    assert padded.pixels.shape == (5, 6, 1)
    assert padded.alpha.sum() == 255 * 12


def test_padding_to_the_same_size_changes_nothing() -> None:
    raster = Raster(sample(3, 4, 1))
    assert pad(raster, (4, 3)) is raster


def test_mirroring_swaps_left_and_right() -> None:
    pixels, alpha = sample(2, 5, 3), sample(2, 5, 1)[:, :, 0]
    mirrored = mirror(Raster(pixels, alpha))
    np.testing.assert_array_equal(mirrored.pixels, pixels[:, ::-1])
    np.testing.assert_array_equal(mirrored.alpha, alpha[:, ::-1])


@pytest.mark.parametrize(("degrees", "turns"), [(0.0, 0), (90.0, 3), (180.0, 2), (270.0, 1)])
def test_quarter_turns_are_exact_and_clockwise(degrees: float, turns: int) -> None:
    pixels, alpha = sample(3, 5, 3), sample(3, 5, 1)[:, :, 0]
    turned = rotate(Raster(pixels, alpha), degrees)
    np.testing.assert_array_equal(turned.pixels, np.rot90(pixels, turns))
    np.testing.assert_array_equal(turned.alpha, np.rot90(alpha, turns))
    assert rotate(Raster(pixels), degrees).alpha is None


def test_a_quarter_turn_takes_the_top_left_to_the_top_right() -> None:
    pixels = np.zeros((2, 3, 1), np.uint8)
    pixels[0, 0] = 9
    assert rotate(Raster(pixels), 90.0).pixels[0, -1, 0] == 9


@pytest.mark.parametrize("degrees", [1.0, 22.5, 45.0, 120.0, 200.3, 359.0])
def test_rotation_matches_pillow_inside(degrees: float) -> None:
    # A smooth picture, so that half a pixel of difference in the canvas's center is little.
    y, x = np.mgrid[0:60, 0:80]
    smooth = (127 + 60 * np.sin(x / 15) + 60 * np.cos(y / 18)).astype(np.uint8)
    turned = rotate(Raster(smooth[:, :, np.newaxis]), degrees)
    width, height = rotated_size(80, 60, degrees)
    assert turned.pixels.shape == (height, width, 1)
    theirs = Image.fromarray(smooth).rotate(-degrees, Image.Resampling.BILINEAR, expand=True)
    assert abs(theirs.width - width) <= 1
    assert abs(theirs.height - height) <= 1
    middle = np.s_[height // 2 - 15 : height // 2 + 15, width // 2 - 15 : width // 2 + 15]
    other = theirs.crop(
        (
            theirs.width // 2 - 15, theirs.height // 2 - 15,
            theirs.width // 2 + 15, theirs.height // 2 + 15,
        )
    )  # fmt: skip
    np.testing.assert_allclose(turned.pixels[middle][..., 0], np.asarray(other, float), atol=12)


@pytest.mark.parametrize("degrees", [30.0, 45.0, 133.7])
def test_the_canvas_is_the_box_around_the_rotated_picture(degrees: float) -> None:
    angle = math.radians(degrees)
    corners = np.array([[-20, -10], [20, -10], [20, 10], [-20, 10]])
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    wanted = np.ceil(np.ptp(corners @ turn, axis=0))
    assert rotated_size(40, 20, degrees) == tuple(wanted)


def test_the_canvas_of_whole_half_turns_is_exact() -> None:
    assert rotated_size(7, 5, 0.0) == (7, 5)
    assert rotated_size(7, 5, 90.0) == (5, 7)
    assert rotated_size(7, 5, 180.0) == (7, 5)


def test_corners_are_transparent_and_do_not_bleed() -> None:
    turned = rotate(Raster(np.full((40, 40, 3), 200, np.uint8)), 45.0)
    assert turned.alpha is not None
    assert turned.alpha[0, 0] == 0
    assert turned.alpha[28, 28] == 255
    assert np.all(turned.pixels[turned.alpha > 0] == 200)
    area = turned.alpha.sum(dtype=float) / 255
    assert area == pytest.approx(1600, rel=0.02)


def test_missing_pixels_do_not_bleed_when_rotated() -> None:
    pixels = np.full((30, 30, 1), 90, np.uint8)
    alpha = np.full((30, 30), 255, np.uint8)
    pixels[10:20, 10:20] = 0
    alpha[10:20, 10:20] = 0
    turned = rotate(Raster(pixels, alpha), 20.0)
    assert turned.alpha is not None
    assert np.all(turned.pixels[turned.alpha > 0] == 90)
    middle = turned.alpha.shape[0] // 2
    assert turned.alpha[middle, middle] == 0


def test_filling_lays_the_picture_over_the_color() -> None:
    pixels, alpha = sample(9, 8, 3), sample(9, 8, 1)[:, :, 0]
    filled = fill(Raster(pixels, alpha), (10, 200, 30))
    share = alpha[:, :, np.newaxis] / 255
    wanted = pixels * share + np.array([10, 200, 30]) * (1 - share)
    assert filled.alpha is None
    np.testing.assert_array_equal(filled.pixels, np.floor(wanted + 0.5 + 1e-9))


def test_filling_where_opacity_is_all_or_nothing() -> None:
    pixels = sample(9, 8, 3)
    alpha = np.where(sample(9, 8, 1)[:, :, 0] > 100, np.uint8(255), np.uint8(0))
    filled = fill(Raster(pixels, alpha), (7, 8, 9))
    np.testing.assert_array_equal(filled.pixels[alpha > 0], pixels[alpha > 0])
    assert np.all(filled.pixels[alpha == 0] == [7, 8, 9])


def test_filling_gray_with_a_color_makes_rgb() -> None:
    pixels = np.full((1, 2, 1), 50, np.uint8)
    alpha = np.array([[255, 0]], np.uint8)
    filled = fill(Raster(pixels, alpha), (1, 2, 3))
    np.testing.assert_array_equal(filled.pixels, [[[50, 50, 50], [1, 2, 3]]])
    assert fill(Raster(pixels, alpha), (4,)).pixels.shape == (1, 2, 1)


def test_filling_what_is_opaque_changes_nothing() -> None:
    raster = Raster(sample(2, 2, 1))
    assert fill(raster, (1, 2, 3)) is raster


@pytest.mark.parametrize(("above", "below"), [(1, 1), (1, 3), (3, 1), (3, 3)])
def test_what_lies_under_shows_where_nothing_is_above(above: int, below: int) -> None:
    alpha = np.array([[0, 255, 128], [255, 0, 0]], np.uint8)
    under = np.array([[255, 255, 255], [255, 255, 0]], np.uint8)
    top, bottom = Raster(sample(2, 3, above), alpha), Raster(sample(2, 3, below) // 2, under)
    found = lay_under(top, bottom)
    bands = max(above, below)
    empty = alpha == 0
    for raster, mask in ((top, ~empty), (bottom, empty)):
        wanted = np.broadcast_to(raster.pixels, (2, 3, bands))
        np.testing.assert_array_equal(found.pixels[mask], wanted[mask])
    np.testing.assert_array_equal(found.opacity, [[255, 255, 128], [255, 255, 0]])


def test_nothing_shows_under_an_opaque_picture() -> None:
    top = Raster(sample(2, 3, 1))
    assert lay_under(top, Raster(sample(2, 3, 3))) is top
