"""Headers that would keep astropy busy until memory runs out."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from celestile.errors import UnservableImageError
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
