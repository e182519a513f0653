"""Compressed arrays and files against astropy's own decoding."""

import bz2
import gzip
import lzma
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from celestile.errors import SourceChangedError, StorageError, UnservableImageError
from celestile.geometry import Region
from celestile.pixels.fits.data import decoded
from celestile.pixels.fits.spool import Spool
from celestile.pixels.library import DeclaredImage, Library
from celestile.pixels.plane import Selection
from celestile.pyramid.cache import Cache

RNG = np.random.default_rng(20260102)
NOISE = (RNG.normal(size=(61, 83)) * 40 + 1000).cumsum(axis=1)

LOSSLESS = [
    ("RICE_1", np.uint8),
    ("RICE_1", np.int16),
    ("RICE_1", np.uint16),
    ("RICE_1", np.int32),
    ("RICE_1", np.uint32),
    ("GZIP_1", np.int16),
    ("GZIP_1", np.float32),
    ("GZIP_2", np.int32),
    ("GZIP_2", np.float64),
    ("PLIO_1", np.int16),
    ("PLIO_1", np.uint8),
    ("HCOMPRESS_1", np.int16),
    ("HCOMPRESS_1", np.int32),
    ("NOCOMPRESS", np.int16),
]


def made(kind: Any) -> Any:
    values = NOISE - NOISE.min()
    largest = {np.uint8: 255, np.int16: 30000, np.uint16: 65000}.get(kind, 1e6)
    return (values / values.max() * largest).astype(kind)


def write_compressed(path: Path, array: Any, codec: str, **options: Any) -> Path:
    hdu = fits.CompImageHDU(array, compression_type=codec, name="PIC", **options)
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(path)
    return path


@pytest.mark.parametrize(("codec", "kind"), LOSSLESS)
def test_lossless_codecs_give_back_every_number(
    codec: str, kind: Any, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    array = made(kind)
    options = {"quantize_level": 0} if np.dtype(kind).kind == "f" else {}
    path = write_compressed(tmp_path / "a.fits.fz", array, codec, **options)
    image = open_image(path)
    np.testing.assert_array_equal(read_pixels(image), array[::-1].astype(np.float32))
    assert image.plane(Selection()).direct is False
    assert image.plane(Selection()).value(3, 60).value == array[0, 3]


@pytest.mark.parametrize("codec", ["RICE_1", "GZIP_1", "GZIP_2", "HCOMPRESS_1"])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_quantized_floats_are_what_astropy_makes_of_them(
    codec: str, kind: Any, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    array = NOISE.astype(kind)
    array[10:20, 30:50] = np.nan if codec != "HCOMPRESS_1" else 7.0
    path = write_compressed(tmp_path / "a.fits", array, codec, quantize_level=16)
    expected = fits.getdata(path, "PIC")[::-1].astype(np.float32)
    found = read_pixels(open_image(path))
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(array[::-1]))


def test_blank_pixels_of_compressed_integers_are_missing(
    tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    array = made(np.int16)
    array[5, 6] = -32768
    hdu = fits.CompImageHDU(array, compression_type="RICE_1")
    hdu.header["BLANK"] = -32768
    path = tmp_path / "a.fits"
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(path)
    values = read_pixels(open_image(path))
    assert np.argwhere(np.isnan(values)).tolist() == [[60 - 5, 6]]


def test_a_compressed_cube_and_parts_of_it(tmp_path: Path, open_image: Any) -> None:
    cube = RNG.integers(0, 9999, (5, 40, 50)).astype(np.int32)
    path = write_compressed(tmp_path / "a.fits", cube, "RICE_1", tile_shape=(1, 16, 16))
    image = open_image(path)
    assert len(image.frames) == 5
    plane = image.plane(Selection(frame=(4, 4)))
    np.testing.assert_array_equal(
        plane.read(Region(7, 3, 20, 30)), cube[3][::-1][3:33, 7:27].astype(np.float32)
    )


@pytest.mark.parametrize(
    ("name", "opener"), [("a.fits.gz", gzip), ("a.fits.bz2", bz2), ("a.fits.xz", lzma)]
)
def test_files_compressed_as_a_whole(
    name: str, opener: Any, write_fits: Any, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    array = made(np.float32)
    packed = tmp_path / name
    packed.write_bytes(opener.compress(write_fits("plain.fits", array).read_bytes()))
    image = open_image(packed)
    np.testing.assert_array_equal(read_pixels(image), array[::-1])
    assert image.plane(Selection()).direct


@pytest.mark.parametrize(
    ("name", "opener"), [("a.fits.gz", gzip), ("a.fits.bz2", bz2), ("a.fits.xz", lzma)]
)
def test_a_truncated_stream_has_its_sentence(
    name: str, opener: Any, write_fits: Any, tmp_path: Path, open_image: Any
) -> None:
    whole = opener.compress(write_fits("plain.fits", made(np.float32)).read_bytes())
    packed = tmp_path / name
    packed.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnservableImageError, match="truncated or corrupt"):
        open_image(packed)


@pytest.mark.parametrize(
    ("name", "opener"), [("a.fits.gz", gzip), ("a.fits.bz2", bz2), ("a.fits.xz", lzma)]
)
def test_a_corrupt_stream_has_its_sentence(
    name: str, opener: Any, write_fits: Any, tmp_path: Path, open_image: Any
) -> None:
    whole = bytearray(opener.compress(write_fits("plain.fits", made(np.float32)).read_bytes()))
    whole[len(whole) // 2 : len(whole) // 2 + 40] = bytes(40)
    packed = tmp_path / name
    packed.write_bytes(whole)
    with pytest.raises(UnservableImageError, match="corrupt"):
        open_image(packed)


def test_nothing_is_left_of_a_failed_decompression(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("copies")
    packed = tmp_path / "a.fits.gz"
    packed.write_bytes(gzip.compress(bytes(10**6))[:-20])
    with pytest.raises(UnservableImageError):
        Spool(folder).plain(packed)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("trailing", [b"rubbish" * 99, bytes(999), b"\x1f"])
def test_bytes_behind_the_compressed_ones_are_ignored(
    trailing: bytes, write_fits: Any, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    array = made(np.float32)
    packed = tmp_path / "a.fits.gz"
    packed.write_bytes(gzip.compress(write_fits("plain.fits", array).read_bytes()) + trailing)
    np.testing.assert_array_equal(read_pixels(open_image(packed)), array[::-1])


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_does_not_outgrow_the_cache(compress: Any, tmp_path: Path) -> None:
    budget = 20_000_000
    cache = Cache(tmp_path / "copies", budget)
    cards = ["SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 20000", "NAXIS2  = 10000"]
    header = "".join(f"{card:80}" for card in [*cards, "END"]).ljust(2880).encode()
    packed = tmp_path / "a.fits.gz"
    packed.write_bytes(compress(header + bytes(200_000_000)))
    most = [0]

    def make_room(size: int) -> None:
        most[0] = max(most[0], *(p.stat().st_size for p in (tmp_path / "copies").iterdir()))
        cache.make_room(size)

    with pytest.raises(StorageError, match=r"cache\.size"):
        Spool(cache.directory, make_room).plain(packed)
    assert most[0] < 120_000_000
    assert list(cache.directory.iterdir()) == []


def test_what_is_not_fits_is_not_decompressed(tmp_path: Path) -> None:
    packed = tmp_path / "a.fits.gz"
    packed.write_bytes(gzip.compress(bytes(10**6)))
    library = Library(None, Spool(tmp_path / "copies"), {"a": DeclaredImage(file=packed)})
    with pytest.raises(UnservableImageError, match="not a FITS file"):
        library.open("a")
    assert not (tmp_path / "copies").exists()


def test_an_evicted_copy_is_made_anew(write_fits: Any, tmp_path: Path, read_pixels: Any) -> None:
    array = made(np.float32)
    packed = tmp_path / "a.fits.gz"
    packed.write_bytes(gzip.compress(write_fits("plain.fits", array).read_bytes()))
    copies = tmp_path / "copies"
    library = Library(None, Spool(copies), {"a": DeclaredImage(file=packed)})
    image = library.open("a")
    for copy in copies.iterdir():
        copy.unlink()
    # The image is open and its file unchanged, but nothing of it is mapped yet.
    np.testing.assert_array_equal(read_pixels(image), array[::-1])
    for copy in copies.iterdir():
        copy.unlink()
    np.testing.assert_array_equal(read_pixels(library.open("a")), array[::-1])


def test_an_evicted_copy_of_compressed_pixels_is_made_anew(
    tmp_path: Path, read_pixels: Any
) -> None:
    array = made(np.int16)
    plain = write_compressed(tmp_path / "a.fits", array, "RICE_1")
    packed = tmp_path / "b.fits.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    copies = tmp_path / "copies"
    image = Library(None, Spool(copies), {"a": DeclaredImage(file=packed)}).open("a")
    for _ in range(2):
        for copy in copies.iterdir():
            copy.unlink()
        np.testing.assert_array_equal(read_pixels(image), array[::-1])


def test_a_spool_that_cannot_be_written(write_fits: Any, tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.touch()
    packed = tmp_path / "a.fits.gz"
    packed.write_bytes(gzip.compress(write_fits("plain.fits", made(np.uint8)).read_bytes()))
    with pytest.raises(StorageError) as caught:
        Spool(blocker / "copies").plain(packed)
    assert str(tmp_path) not in str(caught.value)


def test_one_copy_however_many_ask(write_fits: Any, tmp_path: Path) -> None:
    packed = tmp_path / "a.fits.gz"
    packed.write_bytes(gzip.compress(write_fits("plain.fits", made(np.float64)).read_bytes()))
    asked: list[int] = []
    spool = Spool(tmp_path / "copies", asked.append)
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(spool.plain(packed)[0])) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(asked) <= 2  # before, and perhaps when its size is known
    assert [path.name for path in (tmp_path / "copies").iterdir()] == [found[0].name]


def test_compressed_pixels_that_are_garbage(tmp_path: Path, open_image: Any) -> None:
    path = write_compressed(tmp_path / "a.fits", made(np.int16), "GZIP_1")
    with fits.open(path, disable_image_compression=True) as hdulist:
        table = hdulist[1]
        start = table.fileinfo()["datLoc"] + table.header["NAXIS1"] * table.header["NAXIS2"]
    content = bytearray(path.read_bytes())
    content[start : start + 2000] = b"\xff" * 2000
    path.write_bytes(content)
    image = open_image(path)
    values = image.plane(Selection()).read(Region(0, 0, 83, 61))[::-1]
    known = np.isfinite(values)
    assert 0 < known.sum() < values.size
    np.testing.assert_array_equal(values[known], made(np.int16)[known])
    assert "cannot be decoded" in image.damage()[0]


def test_a_truncated_compressed_array_is_told_when_it_is_opened(
    tmp_path: Path, open_image: Any
) -> None:
    path = write_compressed(tmp_path / "a.fits", RNG.integers(0, 2**31, (300, 300)), "GZIP_1")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "truncated" in open_image(path).notes[0]


def test_a_compressed_file_that_shrinks_is_an_error(tmp_path: Path, open_image: Any) -> None:
    path = write_compressed(tmp_path / "a.fits", made(np.int16), "RICE_1")
    plane = open_image(path).plane(Selection())
    plane.read(Region(0, 0, 3, 3))
    with path.open("r+b") as stream:
        stream.truncate(2880)
    with pytest.raises(SourceChangedError, match="shrunk"):
        plane.read(Region(0, 0, 3, 3))


def test_only_so_many_compressed_files_stay_open(
    tmp_path: Path, open_image: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoded, "_OPEN_FILES", 2)
    monkeypatch.setattr(decoded._Reader, "recent", decoded.deque())
    array = made(np.int16)
    planes = [
        open_image(write_compressed(tmp_path / f"{n}.fits", array, "RICE_1")).plane(Selection())
        for n in range(5)
    ]
    for _ in range(2):
        for plane in planes:
            np.testing.assert_array_equal(
                plane.read(Region(0, 0, 4, 4)), array[::-1][:4, :4].astype(np.float32)
            )
    assert len(decoded._Reader.recent) == 2
    readers = [reader for plane in planes for reader in plane._file._compressed._readers]
    assert sum(reader._hdulist is not None for reader in readers) == 2


@pytest.mark.parametrize(
    "name",
    [
        "pix/m13_rice.fits",
        "pix/m13_gzip.fits",
        "pix/m13_plio.fits",
        "pix/comp.fits",
        "pix/m13real_rice.fits",
    ],
)
def test_real_compressed_files(
    data_dir: Path, name: str, open_image: Any, read_pixels: Any
) -> None:
    np.testing.assert_array_equal(
        read_pixels(open_image(data_dir / name)),
        fits.getdata(data_dir / name, 1)[::-1].astype(np.float32),
    )
