"""Parts of made files: smooth pixels, headers, HDUs, and a way to write them."""

import bz2
import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

Cards = dict[str, Any]
Array = NDArray[Any]


def smooth(shape: tuple[int, ...], tag: float = 0.0, dtype: Any = np.float32) -> Array:
    """Return pixels that change slowly, and differ in every plane and by the tag."""
    *planes, height, width = shape
    y, x = np.mgrid[:height, :width]
    plane = 500 + 100 * np.sin(x / 9 + tag) + 80 * np.cos(y / 7 - tag) + 0.5 * x + 0.25 * y
    count = int(np.prod(planes)) if planes else 1
    steps = np.arange(count).reshape(-1, 1, 1) * 3.0
    return (plane + steps + 10 * tag).reshape(shape).astype(dtype)


def tan(
    lon: float,
    lat: float,
    scale: float,
    shape: tuple[int, int],
    *,
    angle: float = 0.0,
    flips: tuple[int, int] = (1, 1),
    offset: tuple[float, float] = (0.0, 0.0),
    code: str = "TAN",
    axes: tuple[str, str] = ("RA", "DEC"),
    **more: Any,
) -> Cards:
    """Return cards of a chip in a tangent plane.

    Parameters
    ----------
    lon, lat, scale : float
        Pointing in degrees, and size of a pixel in arcseconds.
    shape : tuple of int
        Rows and columns.
    angle : float
        Of the chip, in degrees.
    flips : tuple of int
        -1 where columns or rows run the other way.
    offset : tuple of float
        Of the centre of the chip from the pointing, in pixels along its axes before they flip.
    code : str
        Projection: the pointing remains the reference point.
    """
    turn, step = np.radians(angle), scale / 3600
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    camera = np.diag([-step, step]) @ spin
    matrix = camera @ np.diag(flips)
    centre = np.array([(shape[1] + 1) / 2, (shape[0] + 1) / 2])
    reference = centre - np.linalg.solve(matrix, camera @ np.array(offset))
    first, second = (f"{name:-<5}{code:->3}" for name in axes)
    if len(code) > 3:
        first, second = (f"{name:-<5}{code}" for name in axes)
    return {
        "CTYPE1": first, "CTYPE2": second, "CUNIT1": "deg", "CUNIT2": "deg",
        "CRVAL1": lon, "CRVAL2": lat, "CRPIX1": reference[0], "CRPIX2": reference[1],
        "CD1_1": matrix[0, 0], "CD1_2": matrix[0, 1], "CD2_1": matrix[1, 0],
        "CD2_2": matrix[1, 1],
    } | more  # fmt: skip


def sip(order: int = 2, size: float = 1e-6) -> Cards:
    """Return the cards of a distortion polynomial (Shupe et al. 2005)."""
    cards: Cards = {"A_ORDER": order, "B_ORDER": order}
    for p in range(order + 1):
        for q in range(order + 1 - p):
            if p + q >= 2:
                cards[f"A_{p}_{q}"] = size * (1 + p - q / 2) * 10.0 ** (3 * (2 - p - q))
                cards[f"B_{p}_{q}"] = -size * (1 - p + q / 3) * 10.0 ** (3 * (2 - p - q))
    return cards


def tpv(size: float = 1e-3) -> Cards:
    """Return the cards of the polynomial of SCAMP: linear terms, and a cubic along each axis."""
    return {
        "PV1_0": 0.0, "PV1_1": 1.0, "PV1_4": size, "PV1_7": size / 2,
        "PV2_0": 0.0, "PV2_1": 1.0, "PV2_4": -size, "PV2_7": size / 3,
    }  # fmt: skip


def header(cards: Mapping[str, Any]) -> fits.Header:
    """Return a header of cards; a value may be a tuple of value and comment."""
    made = fits.Header()
    for keyword, value in cards.items():
        made[keyword] = value
    return made


def primary(array: Array | None = None, **cards: Any) -> fits.PrimaryHDU:
    """Return a primary HDU, by default one without pixels."""
    return fits.PrimaryHDU(array, header(cards))


def image(array: Array, name: str = "", version: int | None = None, **cards: Any) -> fits.ImageHDU:
    """Return an image extension."""
    return fits.ImageHDU(array, header(cards), name=name or None, ver=version)


def compressed(array: Array, name: str = "", kind: str = "RICE_1", **cards: Any) -> Any:
    """Return an image extension compressed row by row, as fpack does; floats are not quantized."""
    floating = np.issubdtype(array.dtype, np.floating)
    return fits.CompImageHDU(
        array,
        header(cards),
        name=name or None,
        compression_type="GZIP_2" if floating else kind,
        quantize_level=0,
    )


def table(name: str, version: int | None = None, **columns: Array) -> fits.BinTableHDU:
    """Return a table of columns of numbers."""
    codes = {"f": "D", "i": "J", "u": "J"}
    made = [
        fits.Column(name=column, format=codes[np.asarray(values).dtype.kind], array=values)
        for column, values in columns.items()
    ]
    return fits.BinTableHDU.from_columns(made, name=name, ver=version)


def write(path: Path, hdus: fits.HDUList) -> Path:
    """Write a file, compressed as a whole if its name says so."""
    plain = path.with_name("plain.fits")
    hdus.writeto(plain, overwrite=True, output_verify="ignore")
    content = plain.read_bytes()
    plain.unlink()
    if path.suffix in (".gz", ".FTZ"):
        content = gzip.compress(content, 1)
    elif path.suffix == ".bz2":
        content = bz2.compress(content, 1)
    path.write_bytes(content)
    return path
