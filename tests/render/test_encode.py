"""Encoded pictures as another decoder sees them."""

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, features

from celestile.errors import UnsupportedFeatureError
from celestile.pyramid.geometry import Region
from celestile.render import encode as module
from celestile.render.canvas import Raster
from celestile.render.encode import ALPHA_FORMATS, encode
from celestile.render.request import FORMATS, Output

PILLOW = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "tif": "TIFF", "gif": "GIF"}


def smooth(bands: int) -> NDArray[np.uint8]:
    y, x = np.mgrid[0:48, 0:64]
    planes = [127 + 100 * np.sin(x / (9 + k)) * np.cos(y / (14 - k)) for k in range(bands)]
    return np.stack(planes, axis=-1).astype(np.uint8)


def checkers() -> NDArray[np.uint8]:
    y, x = np.mgrid[0:48, 0:64]
    return np.where((x // 8 + y // 8) % 2, np.uint8(255), np.uint8(0))


def decoded(pixels: NDArray[Any], alpha: NDArray[Any] | None = None, **output: Any) -> Image.Image:
    height, width = pixels.shape[:2]
    asked = Output(region=Region(0, 0, width, height), size=(width, height), **output)
    image = Image.open(io.BytesIO(encode(Raster(pixels, alpha), asked)))
    image.load()
    assert image.format == PILLOW[output["format"]]
    assert image.size == (width, height)
    return image


def test_every_format_offered_is_built_into_pillow() -> None:
    Image.init()
    assert {PILLOW[name] for name in FORMATS} - {"JPEG"} <= set(Image.SAVE)
    assert all(features.check(name) for name in ("zlib", "webp", "libtiff"))


@pytest.mark.parametrize("bands", [1, 3])
@pytest.mark.parametrize(("name", "tolerance"), [
    ("png", 0), ("tif", 0), ("gif", 0), ("jpg", 6), ("webp", 24),
])  # fmt: skip
def test_pixels_survive(name: str, tolerance: int, bands: int) -> None:
    image = decoded(smooth(bands), format=name, jpeg_subsampling="444")
    if name == "gif" and bands == 3:
        tolerance = 60
    got = np.asarray(image.convert("RGB" if bands == 3 else "L"), dtype=float)
    difference = np.abs(got.reshape(48, 64, bands) - smooth(bands))
    assert difference.max() <= tolerance
    assert difference.mean() <= tolerance / 4


def test_modes_are_the_plainest_that_hold_the_picture() -> None:
    assert decoded(smooth(1), format="png").mode == "L"
    assert decoded(smooth(3), format="png").mode == "RGB"
    assert decoded(smooth(1), checkers(), format="png").mode == "LA"
    assert decoded(smooth(3), checkers(), format="png").mode == "RGBA"
    assert decoded(smooth(1), format="jpg").mode == "L"
    assert decoded(smooth(3), format="jpg").mode == "RGB"
    bitonal = checkers()[:, :, np.newaxis]
    assert decoded(bitonal, format="png", quality="bitonal").mode == "1"
    assert decoded(bitonal, format="tif", quality="bitonal").mode == "1"


@pytest.mark.parametrize("name", FORMATS)
def test_black_and_white_survive(name: str) -> None:
    bitonal = checkers()[:, :, np.newaxis]
    image = decoded(bitonal, format=name, quality="bitonal").convert("L")
    tolerance = 0 if name != "jpg" else 10
    np.testing.assert_allclose(np.asarray(image, float), checkers(), atol=tolerance)


@pytest.mark.parametrize("name", sorted(ALPHA_FORMATS))
@pytest.mark.parametrize("bands", [1, 3])
@pytest.mark.parametrize("quality", ["default", "bitonal"])
def test_opacity_survives(name: str, bands: int, quality: str) -> None:
    image = decoded(smooth(bands), checkers(), format=name, quality=quality).convert("RGBA")
    np.testing.assert_array_equal(np.asarray(image.getchannel("A")), checkers())
    if name in {"png", "tif"}:
        shown = np.asarray(image)[..., :3][checkers() > 0]
        wanted = np.broadcast_to(smooth(bands), (48, 64, 3))[checkers() > 0]
        np.testing.assert_array_equal(shown, wanted)


def test_partial_opacity_survives_in_png() -> None:
    alpha = smooth(1)[:, :, 0]
    image = decoded(smooth(3), alpha, format="png")
    np.testing.assert_array_equal(np.asarray(image)[..., 3], alpha)


def test_jpeg_quality_and_subsampling_are_heeded() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)

    def size(**output: Any) -> int:
        asked = Output(region=Region(0, 0, 64, 64), size=(64, 64), format="jpg", **output)
        return len(encode(Raster(noise), asked))

    assert size(jpeg_quality=40) < size(jpeg_quality=90)
    sizes = [size(jpeg_subsampling=name) for name in ("420", "422", "444")]
    assert sizes == sorted(sizes)


def test_views_of_arrays_are_encoded_as_they_look() -> None:
    pixels = smooth(3)[::-1, ::-1]
    image = decoded(pixels, format="png")
    np.testing.assert_array_equal(np.asarray(image), pixels)
    assert decoded(pixels, format="jpg").mode == "RGB"


def test_a_picture_too_long_for_its_format_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(module._LONGEST, "webp", 63)
    with pytest.raises(UnsupportedFeatureError, match="webp holds at most 63") as caught:
        decoded(smooth(1), format="webp")
    assert caught.value.parameter == "format"


@pytest.mark.parametrize("name", ["jpg", "webp", "gif"])
def test_the_longest_sides_are_encodable(name: str) -> None:
    line = np.zeros((1, module._LONGEST[name], 1), np.uint8)
    assert decoded(line, format=name).height == 1
