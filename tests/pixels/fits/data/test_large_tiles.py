"""Compressed tiles that are large, or whose streams claim more than their tile holds."""

import gzip
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from celestile.errors import UnservableImageError
from celestile.geometry import Region
from celestile.pixels.fits.data import decoded
from celestile.pixels.plane import Selection
from celestile.pyramid.cache import Cache

RNG = np.random.default_rng(11)


def _write(path: Path, array: Any, codec: str, tile: tuple[int, ...]) -> Path:
    hdu = fits.CompImageHDU(array, compression_type=codec, tile_shape=tile, quantize_level=0)
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(path)
    return path


@pytest.mark.parametrize(
    ("codec", "kind", "tile"),
    [
        ("RICE_1", np.int16, (1100, 1300)),
        ("GZIP_2", np.float32, (1100, 1300)),
        ("GZIP_1", np.float64, (700, 900)),
        ("RICE_1", np.int32, (1100, 650)),
    ],
)
def test_a_large_tile_is_decoded_once(
    codec: str,
    kind: Any,
    tile: tuple[int, int],
    tmp_path: Path,
    open_image: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    array = RNG.normal(1000, 30, (1100, 1300)).astype(kind)
    plane = open_image(_write(tmp_path / "a.fits", array, codec, tile)).plane(Selection())
    decode, indices = decoded._section, []

    def counted(opened: Any, index: Any) -> Any:
        indices.append(index)
        return decode(opened, index)

    monkeypatch.setattr(decoded, "_section", counted)
    pyramid = Cache(tmp_path / "cache", 1 << 30).open_or_build(plane)
    found = pyramid.read(0, Region(0, 0, 1300, 1100))
    expected = fits.getdata(tmp_path / "a.fits")[::-1].astype(np.float32)
    np.testing.assert_array_equal(found, expected)
    assert plane.value(3, 4).value == array[1100 - 1 - 4, 3]
    assert len(indices) == -(-1100 // tile[0]) * -(-1300 // tile[1])


def test_a_tile_beyond_the_memory_allowed_is_refused(tmp_path: Path, open_image: Any) -> None:
    path = _write(tmp_path / "a.fits", np.zeros((64, 64), np.int16), "RICE_1", (64, 64))
    with fits.open(path, disable_image_compression=True, mode="update") as hdus:
        for key in ("ZNAXIS1", "ZNAXIS2", "ZTILE1", "ZTILE2"):
            hdus[1].header[key] = 30000
    with pytest.raises(UnservableImageError, match="30000 by 30000"):
        open_image(path)


def _with_stream(path: Path, stream: bytes, codec: str, side: int = 100) -> Path:
    column = fits.Column("COMPRESSED_DATA", "1QB", array=[np.frombuffer(stream, np.uint8)])
    table = fits.BinTableHDU.from_columns([column])
    cards = {
        "ZIMAGE": True, "ZCMPTYPE": codec, "ZBITPIX": 32, "ZNAXIS": 2, "ZNAXIS1": side,
        "ZNAXIS2": side, "ZTILE1": side, "ZTILE2": side, "ZNAME1": "SCALE", "ZVAL1": 0,
        "ZNAME2": "SMOOTH", "ZVAL2": 0,
    }  # fmt: skip
    table.header.update(cards)
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(path)
    return path


def _hcompress(width: int, height: int) -> bytes:
    sizes = b"".join(number.to_bytes(4, "big") for number in (width, height, 0))
    return b"\xdd\x99" + sizes + bytes(8) + b"\x20\x20\x20" + bytes(2000)


@pytest.mark.parametrize(
    ("codec", "stream"),
    [
        ("GZIP_1", gzip.compress(bytes(1 << 29), 9)),
        ("GZIP_2", gzip.compress(bytes(1 << 28), 9) + gzip.compress(bytes(1 << 28), 9)),
        ("HCOMPRESS_1", _hcompress(30000, 30000)),
        ("HCOMPRESS_1", _hcompress(100, 101)),
        ("RICE_1", bytes(24)),
        ("PLIO_1", np.array([0, 7, -100, 1, 2000, 0, 0, 5], ">i2").tobytes()),
    ],
)
def test_a_stream_that_claims_more_than_its_tile_is_refused_in_little_memory(
    codec: str, stream: bytes, tmp_path: Path
) -> None:
    path = _with_stream(tmp_path / "a.fits", stream, codec)
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from celestile.errors import UnservableImageError\n"
        "from celestile.pixels.fits.spool import Spool\n"
        "from celestile.pixels.image import Selection\n"
        "from celestile.pixels.library import DeclaredImage, Library\n"
        "from celestile.geometry import Region\n"
        "file = DeclaredImage(file=Path(sys.argv[1]))\n"
        "library = Library(None, Spool(Path(sys.argv[2])), {'a': file})\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n"
        "    library.open('a').plane(Selection()).read(Region(0, 0, 100, 100))\n"
        "except UnservableImageError:\n"
        "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    limit = 1 << 32

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    command = [sys.executable, "-c", program, str(path), str(tmp_path / "spool")]
    done = subprocess.run(command, capture_output=True, preexec_fn=limited, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 200_000  # KiB
