"""Damaged files: what can be read is shown, the rest is missing, and the metadata say so."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from numpy.typing import NDArray

from celestile.errors import UnservableImageError
from celestile.geometry import Region
from celestile.pixels.fits.data.partial import read_beginning
from celestile.pixels.plane import Selection

RNG = np.random.default_rng(7)
WHOLE = (1000 + 10 * RNG.normal(size=(120, 150))).astype(np.int16)
TILE = (30, 50)
LOST = np.zeros(WHOLE.shape, bool)
LOST[30:60, 100:150] = True  # the sixth tile
ALGORITHMS = ("GZIP_1", "GZIP_2", "RICE_1", "HCOMPRESS_1", "PLIO_1")


def compressed(path: Path, algorithm: str, values: Any = WHOLE) -> tuple[bytearray, int, int, int]:
    """Write a file; its bytes, and where its descriptors and its heap begin and how they step."""
    hdu = fits.CompImageHDU(values, compression_type=algorithm, tile_shape=TILE)
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(path)
    with fits.open(path, disable_image_compression=True) as hdulist:
        start = hdulist[1].fileinfo()["datLoc"]
        step, rows = hdulist[1].header["NAXIS1"], hdulist[1].header["NAXIS2"]
    return bytearray(path.read_bytes()), start, step, start + step * rows


def descriptor(content: bytearray, start: int, step: int, tile: int) -> NDArray[Any]:
    return np.frombuffer(content, ">i4", 2, start + step * tile).copy()


@pytest.mark.parametrize("algorithm", [name for name in ALGORITHMS if name != "PLIO_1"])
def test_a_tile_of_nonsense_is_missing(
    algorithm: str, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    path = tmp_path / "a.fits.fz"
    content, start, step, heap = compressed(path, algorithm)
    length, offset = descriptor(content, start, step, 5)
    content[heap + offset : heap + offset + length] = b"\xff" * int(length)
    path.write_bytes(content)
    image = open_image(path)
    values = read_pixels(image)[::-1]
    np.testing.assert_array_equal(values, np.where(LOST, np.nan, WHOLE))
    (said,) = image.damage()
    assert "1 of 12 compressed tiles" in said
    assert "[101:150,31:60]" in said
    plane = image.plane(Selection())
    assert plane.value(120, 119 - 40).value is None
    there = plane.value(20, 119 - 40)
    assert (there.value, there.raw) == (WHOLE[40, 20], WHOLE[40, 20])


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("place", [10**8, -5])
def test_a_tile_behind_the_end_is_missing(
    place: int, algorithm: str, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    path = tmp_path / "a.fits.fz"
    content, start, step, _ = compressed(path, algorithm)
    length, _ = descriptor(content, start, step, 5)
    at = start + step * 5
    content[at : at + 8] = np.array([length, place], ">i4").tobytes()
    path.write_bytes(content)
    values = read_pixels(open_image(path))[::-1]
    np.testing.assert_array_equal(values, np.where(LOST, np.nan, WHOLE))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_of_a_truncated_compressed_file_the_first_tiles_are_shown(
    algorithm: str, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    path = tmp_path / "a.fits.fz"
    content, start, step, heap = compressed(path, algorithm)
    _, offset = descriptor(content, start, step, 7)
    path.write_bytes(content[: heap + int(offset) + 3])
    image = open_image(path)
    assert "truncated" in image.notes[0]
    values = read_pixels(image)[::-1]
    tiles = np.isnan(values).reshape(4, 30, 3, 50).mean(axis=(1, 3))
    assert tiles.ravel().tolist() == [0.0] * 7 + [1.0] * 5
    known = ~np.isnan(values)
    np.testing.assert_array_equal(values[known], WHOLE[known])


def test_a_file_without_any_good_tile_is_refused(tmp_path: Path, open_image: Any) -> None:
    path = tmp_path / "a.fits.fz"
    content, _, _, heap = compressed(path, "GZIP_1")
    content[heap:] = b"\xff" * (len(content) - heap)
    path.write_bytes(content)
    plane = open_image(path).plane(Selection())
    for region in (Region(0, 0, 150, 120), Region(7, 7, 1, 1)):
        with pytest.raises(UnservableImageError, match="cannot be decoded"):
            plane.read(region)


@pytest.mark.parametrize("bitpix", [8, 16, 32, 64, -32, -64])
def test_of_a_truncated_file_the_first_rows_are_shown(
    bitpix: int, write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    kind = np.dtype({8: "u1", 16: "i2", 32: "i4", 64: "i8", -32: "f4", -64: "f8"}[bitpix])
    values = (WHOLE % 200).astype(kind)
    path = write_fits("a.fits", values)
    with path.open("r+b") as stream:
        stream.truncate(2880 + (70 * 150 + 20) * kind.itemsize)
    image = open_image(path)
    assert "truncated" in image.notes[0]
    assert "58.4 %" in image.notes[0]
    found = read_pixels(image)[::-1].ravel()
    held = 70 * 150 + 20
    np.testing.assert_array_equal(found[:held], values.ravel()[:held].astype(np.float32))
    assert np.isnan(found[held:]).all()
    plane = image.plane(Selection())
    assert plane.value(0, 0).value is None
    last = plane.value(19, 119 - 70)
    assert (last.value, last.raw) == (values[70, 19], values[70, 19])


def test_a_truncated_cube_keeps_its_planes(write_fits: Any, open_image: Any) -> None:
    values = np.arange(6 * 20 * 30, dtype=np.int16).reshape(6, 20, 30)
    path = write_fits("a.fits", (values, {"CTYPE3": "FREQ"}))
    with path.open("r+b") as stream:
        stream.truncate(2880 + 2 * (3 * 600 + 100))
    image = open_image(path)
    whole = Region(0, 0, 30, 20)
    planes = [image.plane(Selection(channel=(k, k))).read(whole)[::-1] for k in range(1, 7)]
    for index in range(3):
        np.testing.assert_array_equal(planes[index], values[index])
    assert np.isfinite(planes[3]).sum() == 100
    assert np.isnan(planes[4]).all()


def test_next_to_nothing_of_a_promise_is_refused(write_fits: Any, open_image: Any) -> None:
    path = write_fits("a.fits", np.zeros((2000, 2000), np.float32))
    with path.open("r+b") as stream:
        stream.truncate(2880 + 4000)
    with pytest.raises(UnservableImageError, match=r"16002880 bytes.* 6880"):
        open_image(path)


@pytest.mark.parametrize(
    "index",
    [
        (slice(0, 4), slice(1, 5), slice(0, 6)),
        (2, slice(0, 5), slice(2, 3)),
        (slice(1, 3), 4, slice(0, 6)),
        (slice(0, 4), slice(0, 5), 5),
        (3, 4, slice(0, 6)),
    ],
)
@pytest.mark.parametrize("held", [0, 1, 37, 60, 119, 120])
def test_the_beginning_of_an_array(index: Any, held: int) -> None:
    whole = np.arange(120.0).reshape(4, 5, 6)
    expected = np.where(np.arange(120) < held, whole.ravel(), np.nan).reshape(whole.shape)[index]
    found = read_beginning(whole.ravel()[:held], whole.shape, index)
    np.testing.assert_array_equal(found, expected)


def test_a_table_with_fewer_rows_than_tiles(
    tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    """Header and table disagree on the tiles: those that have a row are shown, in no time."""
    path = tmp_path / "a.fits.fz"
    content, _, _, _ = compressed(path, "GZIP_1")
    place = content.index(b"ZNAXIS2 =")
    content[place : place + 80] = f"ZNAXIS2 = {120_000:>20}".encode().ljust(80)
    path.write_bytes(content)
    image = open_image(path)
    assert (image.width, image.height) == (150, 120_000)
    bottom = image.plane(Selection()).read(Region(0, 120_000 - 1200, 150, 1200))[::-1]
    np.testing.assert_array_equal(bottom[:120], WHOLE)
    assert np.isnan(bottom[120:]).all()
    (said,) = image.damage()
    assert said.startswith("11988 of 12000 compressed tiles")


def test_many_tiles_of_nonsense_are_not_all_tried(tmp_path: Path, open_image: Any) -> None:
    from celestile.pixels.fits.data import decoded  # noqa: PLC0415

    path = tmp_path / "a.fits.fz"
    hdu = fits.CompImageHDU(
        np.arange(40_000, dtype=np.int32).reshape(200, 200),
        compression_type="GZIP_1",
        tile_shape=(1, 10),
    )
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(path)
    with fits.open(path, disable_image_compression=True) as hdulist:
        header = hdulist[1].header
        heap = hdulist[1].fileinfo()["datLoc"] + header["NAXIS1"] * header["NAXIS2"]
        end = heap + header["PCOUNT"]
    content = bytearray(path.read_bytes())
    content[heap:end] = b"\xff" * (end - heap)
    path.write_bytes(content)
    tried = 0
    section = decoded._section

    def counted(*arguments: Any) -> Any:
        nonlocal tried
        tried += 1
        return section(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoded, "_section", counted)
        with pytest.raises(UnservableImageError, match="cannot be decoded"):
            open_image(path).plane(Selection()).read(Region(0, 0, 200, 200))
    assert 0 < tried < 1500


def test_far_more_tiles_than_rows_are_refused(tmp_path: Path, open_image: Any) -> None:
    path = tmp_path / "a.fits.fz"
    content, _, _, _ = compressed(path, "GZIP_1")
    place = content.index(b"ZNAXIS2 =")
    content[place : place + 80] = f"ZNAXIS2 = {2**31 - 1:>20}".encode().ljust(80)
    path.write_bytes(content)
    with pytest.raises(UnservableImageError, match="compressed tiles; its table has 12"):
        open_image(path).plane(Selection()).read(Region(0, 0, 10, 10))
