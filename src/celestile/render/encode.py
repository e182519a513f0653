"""Encode pictures as files."""

import io
from typing import Any

import numpy as np
import simplejpeg  # type: ignore[import-untyped]
from numpy.typing import NDArray
from PIL import Image

from celestile.errors import UnsupportedFeatureError
from celestile.render.canvas import Raster
from celestile.render.request import Output

# Formats with transparency.
ALPHA_FORMATS = frozenset({"png", "webp", "tif", "gif", "jp2"})

# Formats that take at least ten times as long as the others.
SLOW_FORMATS = frozenset({"jp2"})

# Maximum side length in each format.
_LONGEST = {"jpg": 65500, "webp": 16383, "gif": 65535, "png": 2**31 - 1, "tif": 2**31 - 1}
# A page of PDF has 14400 points a side (ISO 32000-1, annex C.2), one per pixel.
_LONGEST |= {"pdf": 14400, "jp2": 2**31 - 1}
_PNG_LEVEL = 1
_SUBSAMPLING = {"444": 0, "422": 1, "420": 2}  # codes of Pillow
_WEBP_QUALITY = 90
_WEBP_METHOD = 0  # others take several times as long for a small reduction in size


def encode(raster: Raster, output: Output) -> bytes:
    """Encode a picture.

    Parameters
    ----------
    raster : Raster
        Picture, without alpha for formats without transparency.
    output : Output
        Format, its options, and whether the quality is ``bitonal``.

    Raises
    ------
    UnsupportedFeatureError
        If the format cannot hold a picture of that size.
    """
    longest = max(raster.pixels.shape[:2])
    if longest > _LONGEST[output.format]:
        message = f"{output.format} holds at most {_LONGEST[output.format]} pixels a side"
        raise UnsupportedFeatureError(message, parameter="format")
    if output.format == "jpg":
        return _jpeg(raster.pixels, output.jpeg_quality, output.jpeg_subsampling)
    image = _image(raster)
    bitonal = output.quality == "bitonal" and raster.alpha is None
    if bitonal and output.format not in {"webp", "jp2"}:  # without bilevel images
        image = image.convert("1", dither=Image.Dither.NONE)
    if output.format == "gif":
        image = _indexed(image)
    buffer = io.BytesIO()
    image.save(buffer, **_options(output, lossless=bitonal))
    return buffer.getvalue()


def _jpeg(pixels: NDArray[np.uint8], quality: int, subsampling: str) -> bytes:
    gray = pixels.shape[2] == 1
    data: bytes = simplejpeg.encode_jpeg(
        np.ascontiguousarray(pixels),
        quality=quality,
        colorspace="GRAY" if gray else "RGB",
        colorsubsampling="Gray" if gray else subsampling,
    )
    return data


def _image(raster: Raster) -> Image.Image:
    pixels = raster.pixels
    if raster.alpha is not None:
        pixels = np.concatenate([pixels, raster.alpha[:, :, np.newaxis]], axis=2)
    if pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    return Image.fromarray(np.ascontiguousarray(pixels))


def _options(output: Output, *, lossless: bool) -> dict[str, Any]:
    name = output.format
    if name == "png":
        return {"format": "PNG", "compress_level": _PNG_LEVEL}
    if name == "webp":
        quality = {"lossless": True} if lossless else {"quality": _WEBP_QUALITY}
        return {"format": "WEBP", "method": _WEBP_METHOD, **quality}
    if name == "tif":
        return {"format": "TIFF", "compression": "tiff_lzw"}
    if name == "jp2":
        return {"format": "JPEG2000", "no_jp2": False}  # lossless, as a JP2 file
    if name == "pdf":
        # Without dates, so that equal pictures have equal bytes, as strong entity tags require.
        undated = {"format": "PDF", "creationDate": None, "modDate": None}
        if lossless:
            return undated
        subsampling = _SUBSAMPLING[output.jpeg_subsampling]
        return {**undated, "quality": output.jpeg_quality, "subsampling": subsampling}
    return {"format": "GIF"}


def _indexed(image: Image.Image) -> Image.Image:
    """Convert to at most 256 colors, one of them for transparent pixels."""
    if image.mode in {"1", "L"}:
        return image
    opacity = np.asarray(image.getchannel("A")) if image.mode in {"LA", "RGBA"} else None
    if opacity is None:
        return image.quantize(256)
    indexed = image.convert("RGB").quantize(255)
    places = np.asarray(indexed).copy()
    places[opacity < 128] = 255
    result = Image.fromarray(places, mode="P")
    palette = indexed.getpalette() or []
    result.putpalette(palette + [0] * (768 - len(palette)))
    result.info["transparency"] = 255
    return result
