"""Encoded pictures as another decoder sees them."""

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, features

from celestile.errors import UnsupportedFeatureError
from celestile.geometry import Region
from celestile.render import encode as module
from celestile.render.canvas import Raster
from celestile.render.encode import ALPHA_FORMATS, encode
from celestile.render.request import FORMATS, Output

PILLOW = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "tif": "TIFF", "gif": "GIF"}
PILLOW |= {"pdf": "PDF", "jp2": "JPEG2000"}
READABLE = [name for name in FORMATS if name != "pdf"]  # by Pillow, that is


def smooth(bands: int) -> NDArray[np.uint8]:
    y, x = np.mgrid[0:48, 0:64]
    planes = [127 + 100 * np.sin(x / (9 + k)) * np.cos(y / (14 - k)) for k in range(bands)]
    return np.stack(planes, axis=-1).astype(np.uint8)


def checkers() -> NDArray[np.uint8]:
    y, x = np.mgrid[0:48, 0:64]
    return np.where((x // 8 + y // 8) % 2, np.uint8(255), np.uint8(0))


def encoded(pixels: NDArray[Any], alpha: NDArray[Any] | None = None, **output: Any) -> bytes:
    height, width = pixels.shape[:2]
    asked = Output(region=Region(0, 0, width, height), size=(width, height), **output)
    return encode(Raster(pixels, alpha), asked)


def printed(file: bytes, folder: Path) -> NDArray[np.uint8]:
    """Pixels of a PDF's only page at every point, by Poppler."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler-utils) is not installed")
    (folder / "page.pdf").write_bytes(file)
    # Finer than the pixels, whose edges Poppler softens.
    command = ["pdftoppm", "-r", "288", "-png", "-singlefile", "page.pdf", "page"]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    assert not done.stderr
    with Image.open(folder / "page.png") as image:
        assert (image.width % 4, image.height % 4) == (0, 0)
        return np.asarray(image.convert("RGB"))[2::4, 2::4]


def decoded(pixels: NDArray[Any], alpha: NDArray[Any] | None = None, **output: Any) -> Image.Image:
    height, width = pixels.shape[:2]
    image = Image.open(io.BytesIO(encoded(pixels, alpha, **output)))
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
    ("png", 0), ("tif", 0), ("gif", 0), ("jp2", 0), ("jpg", 6), ("webp", 24),
])  # fmt: skip
def test_pixels_survive(name: str, tolerance: int, bands: int) -> None:
    if name not in FORMATS:
        pytest.skip("Pillow was built without OpenJPEG")
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


@pytest.mark.parametrize("name", READABLE)
def test_black_and_white_survive(name: str) -> None:
    bitonal = checkers()[:, :, np.newaxis]
    image = decoded(bitonal, format=name, quality="bitonal").convert("L")
    tolerance = 0 if name != "jpg" else 10
    np.testing.assert_allclose(np.asarray(image, float), checkers(), atol=tolerance)


@pytest.mark.parametrize("name", sorted(ALPHA_FORMATS & {*FORMATS}))
@pytest.mark.parametrize("bands", [1, 3])
@pytest.mark.parametrize("quality", ["default", "bitonal"])
def test_opacity_survives(name: str, bands: int, quality: str) -> None:
    image = decoded(smooth(bands), checkers(), format=name, quality=quality).convert("RGBA")
    np.testing.assert_array_equal(np.asarray(image.getchannel("A")), checkers())
    if name in {"png", "tif", "jp2"}:
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


@pytest.mark.parametrize("bands", [1, 3])
def test_a_page_of_pdf_is_the_picture(bands: int, tmp_path: Path) -> None:
    file = encoded(smooth(bands), format="pdf", jpeg_quality=100, jpeg_subsampling="444")
    wanted = np.broadcast_to(smooth(bands), (48, 64, 3)).astype(int)
    np.testing.assert_allclose(printed(file, tmp_path), wanted, atol=5)


def test_black_and_white_survive_in_pdf(tmp_path: Path) -> None:
    file = encoded(checkers()[:, :, np.newaxis], format="pdf", quality="bitonal")
    np.testing.assert_array_equal(printed(file, tmp_path)[:, :, 0], checkers())
    assert b"/BitsPerComponent 1" in file


def test_jpeg_settings_hold_for_pdf() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    sizes = [
        len(encoded(noise, format="pdf", jpeg_quality=quality, jpeg_subsampling=subsampling))
        for quality, subsampling in ((40, "420"), (90, "420"), (90, "444"))
    ]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 3


@pytest.mark.parametrize("name", FORMATS)
def test_no_file_tells_when_it_was_made(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = encoded(smooth(3), format=name)
    monkeypatch.setattr("time.gmtime", lambda *_: (2001, 2, 3, 4, 5, 6, 5, 34, 0))
    assert encoded(smooth(3), format=name) == first
    assert b"Date" not in first


@pytest.mark.skipif("jp2" not in FORMATS, reason="Pillow was built without OpenJPEG")
@pytest.mark.parametrize("bands", [1, 3])
@pytest.mark.parametrize("holed", [False, True])
def test_gdal_reads_jpeg_2000_without_loss(bands: int, holed: bool, tmp_path: Path) -> None:
    if shutil.which("gdal_translate") is None:
        pytest.skip("gdal_translate (gdal-bin) is not installed")
    alpha = checkers() if holed else None
    (tmp_path / "a.jp2").write_bytes(encoded(smooth(bands), alpha, format="jp2"))
    told = subprocess.run(["gdalinfo", "a.jp2"], cwd=tmp_path, check=True, capture_output=True)
    assert (b"ColorInterp=Alpha" in told.stdout) == holed
    command = ["gdal_translate", "-q", "-of", "PNG", "a.jp2", "a.png"]
    subprocess.run(command, cwd=tmp_path, check=True)
    with Image.open(tmp_path / "a.png") as image:
        got = np.asarray(image).reshape(48, 64, -1)
    np.testing.assert_array_equal(got[:, :, :bands], smooth(bands))
    if holed:
        np.testing.assert_array_equal(got[:, :, -1], checkers())


@pytest.mark.skipif("jp2" not in FORMATS, reason="Pillow was built without OpenJPEG")
@pytest.mark.parametrize("size", [(1, 1), (1, 7), (5, 1), (33, 2)])
def test_the_smallest_jpeg_2000(size: tuple[int, int]) -> None:
    pixels = np.arange(size[0] * size[1] * 3, dtype=np.uint8).reshape(*size, 3)
    np.testing.assert_array_equal(np.asarray(decoded(pixels, format="jp2")), pixels)


def test_a_page_of_pdf_has_an_end() -> None:
    with pytest.raises(UnsupportedFeatureError, match="pdf holds at most 14400"):
        encoded(np.zeros((1, 14401, 1), np.uint8), format="pdf")
