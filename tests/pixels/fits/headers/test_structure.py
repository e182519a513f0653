"""Headers that would keep astropy busy until memory runs out."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from celestile.errors import UnservableImageError
from celestile.pixels.fits.headers.cards import MOST_CARDS
from celestile.pixels.fits.headers.structure import find_header_fault

ARRAY = np.arange(12, dtype=np.int16).reshape(3, 4)


def card(keyword: str, value: int) -> bytes:
    return f"{keyword:<8}= {value:>20}".encode().ljust(80)


def write(path: Path) -> bytes:
    """Three HDUs: an image, a table, an image; their bytes."""
    table = fits.BinTableHDU.from_columns([fits.Column("A", "J", array=[1, 2])])
    fits.HDUList([fits.PrimaryHDU(ARRAY), table, fits.ImageHDU(ARRAY)]).writeto(path)
    return path.read_bytes()


def test_sound_files_are_read_to_their_end(tmp_path: Path) -> None:
    write(tmp_path / "a.fits")
    assert find_header_fault(tmp_path / "a.fits") is None


@pytest.mark.parametrize(
    ("keyword", "old"), [("TFIELDS", 1), ("NAXIS", 2)], ids=["columns", "axes"]
)
def test_a_table_of_impossible_counts_costs_no_image_before_it(
    keyword: str, old: int, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    path = tmp_path / "a.fits"
    content = bytearray(write(path))
    table = content.index(b"XTENSION= 'BINTABLE'")
    place = content.index(card(keyword, old)[:30], table)
    content[place : place + 80] = card(keyword, 2**31 - 1)
    path.write_bytes(content)
    found = find_header_fault(path)
    assert found is not None
    assert (found.index, found.offset) == (1, table)
    image = open_image(path)
    np.testing.assert_array_equal(read_pixels(image), ARRAY[::-1])
    said = f"from HDU 1 on the file cannot be read: {keyword} is 2147483647"
    assert any(note.startswith(said) for note in image.notes)


def test_impossible_counts_of_the_first_header_are_named(tmp_path: Path, open_image: Any) -> None:
    path = tmp_path / "a.fits"
    content = bytearray(write(path))
    place = content.index(b"EXTEND")
    content[place : place + 80] = card("NAXIS", 2**31 - 1)
    path.write_bytes(content)
    with pytest.raises(UnservableImageError, match=r"NAXIS .*2147483647"):
        open_image(path)


@pytest.mark.parametrize("tail", [b"\x00", b"HISTORY "], ids=["zeros", "no end"])
def test_a_tail_that_is_no_hdu_is_not_searched(
    tail: bytes, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    path = tmp_path / "a.fits"
    content = write(path)
    long = (b"XTENSION" + tail * 72)[:80].ljust(80) + tail * (3_000_000 // len(tail))
    path.write_bytes(content + long)
    found = find_header_fault(path)
    assert found is not None
    assert (found.index, found.offset) == (3, len(content))
    image = open_image(path)
    np.testing.assert_array_equal(read_pixels(image), ARRAY[::-1])
    assert len(image.hdus) == 2


def image_bytes(extension: bool, tmp_path: Path) -> bytes:
    """A complete file with one image; its primary header does not mention EXTEND."""
    hdus = [fits.PrimaryHDU(), fits.ImageHDU(ARRAY)] if extension else [fits.PrimaryHDU(ARRAY)]
    fits.HDUList(hdus).writeto(tmp_path / "whole.fits", overwrite=True)
    content = (tmp_path / "whole.fits").read_bytes()
    at = content.find(b"EXTEND  =")
    return content if at < 0 else content[:at] + b"COMMENT  ".ljust(30) + content[at + 30 :]


RECORDS = {
    "END alone": (b"END".ljust(2880), True),
    "END alone, many": (b"END".ljust(2880) * 150, True),
    "text": (b"any special record".ljust(2880), True),
    "cards": ((b"COMMENT x".ljust(80) + b"END".ljust(80)).ljust(2880), True),
    "bytes": (np.random.default_rng(1).integers(128, 256, 2880, np.uint8).tobytes(), True),
    "many bytes": (np.random.default_rng(1).integers(0, 256, 500_000, np.uint8).tobytes(), True),
    "a second SIMPLE": ((b"SIMPLE  =                    T".ljust(80)).ljust(2880), True),
    "zeros": (bytes(5760), False),
    "blanks": (b" " * 2880, False),
    "a few bytes": (b"\x92\n", False),
}


@pytest.mark.parametrize("extension", [False, True])
@pytest.mark.parametrize("record", RECORDS)
def test_what_follows_the_last_hdu_costs_nothing(
    record: str, extension: bool, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    tail, noted = RECORDS[record]
    path = tmp_path / "a.fits"
    path.write_bytes(image_bytes(extension, tmp_path) + tail)
    image = open_image(path)
    np.testing.assert_array_equal(read_pixels(image), ARRAY[::-1])
    assert bool(image.notes) == noted
    assert all(f"{len(tail)} bytes" in note for note in image.notes)


@pytest.mark.parametrize("extension", [False, True])
def test_an_extension_cut_off_in_its_header(
    extension: bool, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    path = tmp_path / "a.fits"
    tail = b"XTENSION= 'IMAGE   '".ljust(80) + b"BITPIX  =  8".ljust(80)
    path.write_bytes(image_bytes(extension, tmp_path) + tail)
    image = open_image(path)
    np.testing.assert_array_equal(read_pixels(image), ARRAY[::-1])
    assert any("cut off" in note and "header" in note for note in image.notes)


def with_cards(count: int, end: bytes) -> bytes:
    header = b"".join(
        word.ljust(80)
        for word in (
            b"SIMPLE  =  T",
            b"BITPIX  = 16",
            b"NAXIS   = 2",
            b"NAXIS1  = 4",
            b"NAXIS2  = 3",
        )
    )
    header += b"HISTORY x".ljust(80) * count + end
    return header.ljust(-(-len(header) // 2880) * 2880) + ARRAY.astype(">i2").tobytes().ljust(2880)


@pytest.mark.parametrize("count", [1, 60_000])
def test_long_headers(count: int, tmp_path: Path, open_image: Any, read_pixels: Any) -> None:
    (tmp_path / "a.fits").write_bytes(with_cards(count, b"END".ljust(80)))
    np.testing.assert_array_equal(read_pixels(open_image(tmp_path / "a.fits")), ARRAY[::-1])


def test_a_header_beyond_the_limit_is_called_long(tmp_path: Path, open_image: Any) -> None:
    (tmp_path / "a.fits").write_bytes(with_cards(MOST_CARDS, b"END".ljust(80)))
    with pytest.raises(UnservableImageError, match=str(MOST_CARDS)):
        open_image(tmp_path / "a.fits")


@pytest.mark.parametrize("end", [b"END\0\0\0\0\0", b"END / end", b"END     = 'x'"])
def test_ends_that_astropy_accepts(
    end: bytes, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    content = with_cards(3, end.ljust(80)) + bytes(2880 * 150)
    (tmp_path / "a.fits").write_bytes(content)
    np.testing.assert_array_equal(read_pixels(open_image(tmp_path / "a.fits")), ARRAY[::-1])
