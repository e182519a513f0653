"""Whole pictures, decoded."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from celestile.geometry import Region
from celestile.render.color import colormap
from celestile.render.encode import ALPHA_FORMATS
from celestile.render.render import render
from celestile.render.request import FORMATS, Picture, Style

Make = Callable[..., Any]


def shown(picture: Picture, *pixels: Any, mode: str | None = None) -> NDArray[np.uint8]:
    image = Image.open(io.BytesIO(render(picture, pixels)))
    return np.asarray(image.convert(mode) if mode else image)


@pytest.fixture
def gradient(memory_pixels: Make) -> Any:
    return memory_pixels(np.arange(256, dtype=np.float32).reshape(16, 16))


@pytest.fixture
def holed(memory_pixels: Make) -> Any:
    values = np.full((8, 8), 200.0)
    values[:, :3] = np.nan
    return memory_pixels(values)


def test_values_of_8_bits_pass_unchanged(gradient: Any, picture: Make) -> None:
    np.testing.assert_array_equal(shown(picture(16, 16), gradient), gradient.full)


def test_the_order_is_crop_scale_mirror_rotate(gradient: Any, picture: Make) -> None:
    asked = picture(16, 16, region=Region(2, 4, 6, 4), size=(12, 8), mirror=True, rotation=90.0)
    crop = gradient.full[4:8, 2:8]
    wanted = np.rot90(np.kron(crop, np.ones((2, 2)))[:, ::-1], -1)
    np.testing.assert_array_equal(shown(asked, gradient), wanted)


def test_the_canvas_surrounds_before_anything_is_turned(gradient: Any, picture: Make) -> None:
    asked = picture(16, 16, canvas=(20, 18), rotation=180.0)
    got = shown(asked, gradient, mode="LA")
    assert got.shape == (18, 20, 2)
    np.testing.assert_array_equal(got[2:, 4:, 0], gradient.full[::-1, ::-1])
    assert np.all(got[:2, :, 1] == 0)
    assert np.all(got[:, :4, 1] == 0)


@pytest.mark.parametrize("name", sorted(ALPHA_FORMATS & {*FORMATS}))
@pytest.mark.parametrize("nan", [None, "transparent"])
def test_missing_pixels_are_transparent_where_they_can_be(
    holed: Any, picture: Make, name: str, nan: str | None
) -> None:
    got = shown(picture(8, 8, format=name, style=Style(nan=nan)), holed, mode="RGBA")
    assert np.all(got[:, :3, 3] == 0)
    assert np.all(got[:, 3:, 3] == 255)


@pytest.mark.parametrize("nan", [None, "transparent"])
@pytest.mark.parametrize("invert", [False, True])
def test_missing_pixels_are_black_in_jpeg(
    holed: Any, picture: Make, nan: str | None, invert: bool
) -> None:
    style = Style(nan=nan, invert=invert)
    got = shown(picture(8, 8, format="jpg", style=style, jpeg_quality=100), holed)
    np.testing.assert_allclose(got[:, :3].astype(int), 0, atol=3)


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "pdf"])
def test_missing_pixels_have_the_color_asked_for(holed: Any, picture: Make, name: str) -> None:
    asked = picture(
        8, 8, format=name, style=Style(nan="ff8000"), jpeg_quality=100, jpeg_subsampling="444"
    )
    got = shown(asked, holed, mode="RGBA").astype(int)
    assert np.all(got[..., 3] == 255)
    exact = name in {"png", "tif", "gif", "jp2"}
    columns = slice(0, 3) if exact else slice(0, 2)  # WebP halves the resolution of color
    wanted = np.broadcast_to([255, 128, 0], got[:, columns, :3].shape)
    np.testing.assert_allclose(got[:, columns, :3], wanted, atol=0 if exact else 40)


def test_the_color_of_missing_pixels_follows_the_quality(holed: Any, picture: Make) -> None:
    gray = shown(picture(8, 8, quality="gray", style=Style(nan="ff8000")), holed)
    np.testing.assert_allclose(gray[:, :3], 0.299 * 255 + 0.587 * 128, atol=1)
    bitonal = shown(picture(8, 8, quality="bitonal", style=Style(nan="ff8000")), holed)
    assert bitonal.all()


def test_nothing_missing_means_no_alpha_channel(gradient: Any, picture: Make) -> None:
    image = Image.open(io.BytesIO(render(picture(16, 16), [gradient])))
    assert image.mode == "L"


def test_corners_of_a_rotated_picture(holed: Any, picture: Make) -> None:
    png = shown(picture(8, 8, size=(80, 80), rotation=45.0), holed, mode="RGBA")
    assert png.shape[:2] == (114, 114)
    assert png[0, 0, 3] == 0
    jpeg = shown(picture(8, 8, size=(80, 80), rotation=45.0, format="jpg"), holed, mode="RGB")
    assert jpeg[0, 0].max() <= 4
    blue = Style(nan="0000ff")
    jpeg = shown(picture(8, 8, size=(80, 80), rotation=45.0, format="jpg", style=blue), holed)
    np.testing.assert_allclose(jpeg[0, 0].astype(int), [0, 0, 255], atol=6)
    png = shown(picture(8, 8, size=(80, 80), rotation=45.0, style=blue), holed, mode="RGBA")
    assert png[0, 0, 3] == 0
    assert tuple(png[57, 35]) == (0, 0, 255, 255)


@pytest.mark.parametrize("rotation", [0.0, 90.0, 30.0])
@pytest.mark.parametrize("cmap", ["gray", "viridis"])
def test_bitonal_pictures_have_two_tones(
    gradient: Any, picture: Make, rotation: float, cmap: str
) -> None:
    style = Style(cmap=cmap)
    asked = picture(16, 16, quality="bitonal", rotation=rotation, style=style)
    got = shown(asked, gradient, mode="LA")
    assert set(np.unique(got[..., 0])) <= {0, 255}
    if rotation == 0:
        gray = colormap(cmap).astype(float) @ [0.299, 0.587, 0.114]
        np.testing.assert_array_equal(got[..., 0].ravel() > 0, np.rint(gray) >= 128)


def test_default_quality_is_gray_for_the_gray_colormap_only(gradient: Any, picture: Make) -> None:
    modes = {
        (cmap, quality): Image.open(
            io.BytesIO(render(picture(16, 16, quality=quality, style=Style(cmap=cmap)), [gradient]))
        ).mode
        for cmap in ("gray", "magma")
        for quality in ("default", "color", "gray")
    }
    assert modes == {
        ("gray", "default"): "L", ("gray", "color"): "RGB", ("gray", "gray"): "L",
        ("magma", "default"): "RGB", ("magma", "color"): "RGB", ("magma", "gray"): "L",
    }  # fmt: skip


def test_components_of_a_mix_have_limits_of_their_own(memory_pixels: Make, picture: Make) -> None:
    planes = [memory_pixels(np.full((2, 2), value)) for value in (5.0, 30.0, 1.0)]
    components = (((0.0, 10.0), "ff0000"), ((20.0, 40.0), "00ff00"), ((0.0, 4.0), "0000ff"))
    got = shown(picture(2, 2, components=components), *planes)
    np.testing.assert_allclose(got[0, 0].astype(int), [128, 128, 64], atol=1)


def test_histogram_equalisation_of_each_component(memory_pixels: Make, picture: Make) -> None:
    plane = memory_pixels(np.array([[0.0, 1.0], [2.0, 100.0]]))
    asked = picture(
        2, 2, components=(((0.0, 100.0), None),), style=Style(stretch="histeq"),
        quantiles=(0.0, 1.0, 2.0, 100.0),
    )  # fmt: skip
    np.testing.assert_array_equal(shown(asked, plane), [[0, 85], [170, 255]])


def test_a_picture_is_the_same_however_often_it_is_drawn(gradient: Any, picture: Make) -> None:
    asked = picture(16, 16, style=Style(stretch="asinh", cmap="batlow"), format="jpg")
    assert render(asked, [gradient]) == render(asked, [gradient])


def test_pixels_handed_out_are_not_written_to(picture: Make, memory_pixels: Make) -> None:
    class Frozen:
        levels = memory_pixels(np.zeros((4, 4))).levels

        def read(self, level: int, region: Region) -> NDArray[np.float32]:
            assert level == 0
            values = np.full((region.height, region.width), 7.0, np.float32)
            values[0, 0] = np.nan
            values.flags.writeable = False
            return values

    for style in (Style(), Style(cmap="hot"), Style(gamma=9.0)):
        assert render(picture(4, 4, style=style), [Frozen()])
    for stretch in ("linear", "lupton"):
        mixed = picture(4, 4, components=(((0, 1), "ff0000"),), style=Style(stretch=stretch))
        assert render(mixed, [Frozen()])
    assert render(picture(4, 4, size=(3, 3)), [Frozen()])
