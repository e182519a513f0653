"""Decompressed copies that cannot be made: found out once, not with every request."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from celestile.errors import CelestileError, StorageError, UnservableImageError
from celestile.pixels.fits import spool as module
from celestile.pixels.fits.headers.extent import Extent
from celestile.pixels.fits.spool import Spool


def _header(*shape: int) -> bytes:
    header = fits.PrimaryHDU(np.zeros((1, 1), np.int16)).header
    header["NAXIS2"], header["NAXIS1"] = shape
    return header.tostring().encode()


SMALL = _header(10, 10) + bytes(2880)
BIG = _header(10_000, 10_000)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files whose decompression was begun, in order."""
    found: list[Path] = []

    def opener(path: Path) -> object:
        found.append(path)
        return gzip.open(path, "rb")

    monkeypatch.setattr(module, "opener_of", lambda _: opener)
    return found


def refuse(size: int) -> None:
    if size > 1_000_000:
        raise StorageError("too much")


@pytest.mark.parametrize(
    ("content", "make_room", "error"),
    [
        (gzip.compress(BIG + bytes(200_000_000)), refuse, StorageError),
        (gzip.compress(SMALL + bytes(200_000_000)), None, UnservableImageError),
        (gzip.compress(bytes(200_000_000)), None, UnservableImageError),
        (gzip.compress(SMALL * 2 + b"x" * 200_000_000), None, UnservableImageError),
        (gzip.compress(os.urandom(10_000))[:-20], None, UnservableImageError),
    ],
    ids=["too large", "small header", "no header", "two small arrays", "cut short"],
)
def test_refused_file_is_not_decompressed_again_until_it_changes(
    content: bytes,
    make_room: Callable[[int], None] | None,
    error: type[CelestileError],
    opened: list[Path],
    tmp_path: Path,
) -> None:
    packed = tmp_path / "a.fits.gz"
    packed.write_bytes(content)
    spool = Spool(tmp_path / "copies", make_room)
    sentences = []
    for _ in range(3):
        with pytest.raises(error) as caught:
            spool.plain(packed)
        sentences.append(str(caught.value))
    assert opened == [packed]
    assert len(set(sentences)) == 1
    packed.write_bytes(gzip.compress(b"well"))
    copy, _ = spool.plain(packed)
    assert copy.read_bytes() == b"well"


def test_full_disk_is_tried_again(
    opened: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = tmp_path / "a.fits.gz"
    packed.write_bytes(gzip.compress(b"well"))
    spool = Spool(tmp_path / "copies")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", _no_space)
        with pytest.raises(StorageError, match="No space left on device"):
            spool.plain(packed)
    copy, _ = spool.plain(packed)
    assert copy.read_bytes() == b"well"


def _no_space(*_: object) -> None:
    raise OSError(28, os.strerror(28))


@pytest.mark.parametrize("extra", [0, 2880, 1_000_000])
def test_what_follows_the_last_hdu_is_kept_if_it_is_short(extra: int, tmp_path: Path) -> None:
    hdus = [fits.PrimaryHDU(np.ones((900, 700), np.int16))]
    hdus += [fits.ImageHDU(np.full((50, 3000), number, np.float32)) for number in range(40)]
    plain = tmp_path / "a.fits"
    fits.HDUList(hdus).writeto(plain)
    content = plain.read_bytes() + bytes(extra)
    packed = tmp_path / "a.fits.gz"
    packed.write_bytes(gzip.compress(content, 1))
    copy, _ = Spool(tmp_path / "copies").plain(packed)
    assert copy.read_bytes() == content


@pytest.mark.parametrize("step", [1000, 2880, 100_000])
def test_the_extent_is_that_of_astropy_however_the_stream_is_cut(step: int, tmp_path: Path) -> None:
    table = fits.BinTableHDU.from_columns(
        [fits.Column("A", "PJ()", array=np.array([[1], [2, 3]], dtype=object))]
    )
    image = fits.CompImageHDU(np.arange(10_000, dtype=np.int32).reshape(100, 100))
    path = tmp_path / "a.fits"
    fits.HDUList([fits.PrimaryHDU(), table, image, fits.ImageHDU(np.ones((3, 5, 7)))]).writeto(path)
    content = path.read_bytes() + bytes(30_000)
    extent = Extent()
    for start in range(0, len(content), step):
        extent.feed(content[start : start + step])
    with fits.open(path, disable_image_compression=True) as hdus:
        place = hdus[-1].fileinfo()
    assert extent.end == place["datLoc"] + place["datSpan"]
