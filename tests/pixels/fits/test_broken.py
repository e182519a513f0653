"""Files that are not what they should be: a sentence each, and whatever can be shown is shown."""

import gzip
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from celestile.errors import CelestileError, SourceChangedError, UnservableImageError
from celestile.geometry import Region
from celestile.pixels.fits.spool import Spool
from celestile.pixels.library import Library
from celestile.pixels.plane import Selection

ARRAY = np.arange(40 * 50, dtype=np.float32).reshape(40, 50)


def refusal(open_image: Any, path: Path) -> str:
    with pytest.raises(UnservableImageError) as caught:
        open_image(path)
    message = str(caught.value)
    assert str(path.parent) not in message
    assert "\n" not in message
    return message


def test_empty(tmp_path: Path, open_image: Any) -> None:
    (tmp_path / "a.fits").touch()
    assert "empty" in refusal(open_image, tmp_path / "a.fits")


@pytest.mark.parametrize("content", [b"hello", b"SIMPLE", b"\x89PNG\r\n\x1a\n", bytes(10**5)])
def test_not_fits(content: bytes, tmp_path: Path, open_image: Any) -> None:
    (tmp_path / "a.fits").write_bytes(content)
    assert "not a FITS file" in refusal(open_image, tmp_path / "a.fits")


def test_a_gzipped_text(tmp_path: Path, open_image: Any) -> None:
    (tmp_path / "a.fits.gz").write_bytes(gzip.compress(b"no image at all"))
    assert "not a FITS file" in refusal(open_image, tmp_path / "a.fits.gz")


def test_a_file_that_went_away(tmp_path: Path, open_image: Any) -> None:
    with pytest.raises(UnservableImageError, match=r"there is no file a\.fits$"):
        open_image(tmp_path / "a.fits")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(write_fits: Any, open_image: Any) -> None:
    path = write_fits("a.fits", ARRAY)
    path.chmod(0)
    with pytest.raises(SourceChangedError, match="Permission denied"):
        open_image(path)


def test_a_folder(tmp_path: Path, open_image: Any) -> None:
    (tmp_path / "a.fits").mkdir()
    with pytest.raises(CelestileError):
        open_image(tmp_path / "a.fits")


def test_a_header_without_end(tmp_path: Path, open_image: Any) -> None:
    (tmp_path / "a.fits").write_bytes(b"SIMPLE  =                    T".ljust(80) + b" " * 8000)
    assert "cannot be read" in refusal(open_image, tmp_path / "a.fits")


def test_a_truncated_image(write_fits: Any, open_image: Any) -> None:
    path = write_fits("a.fits", ARRAY)
    with path.open("r+b") as stream:
        stream.truncate(2880 + 40)
    message = refusal(open_image, path)
    assert "truncated" in message
    assert "10880 bytes" in message
    assert "2920" in message


def test_missing_padding_is_no_damage(write_fits: Any, open_image: Any, read_pixels: Any) -> None:
    path = write_fits("a.fits", ARRAY)
    with path.open("r+b") as stream:
        stream.truncate(2880 + ARRAY.nbytes)
    np.testing.assert_array_equal(read_pixels(open_image(path)), ARRAY[::-1])


def header_of(shape: tuple[int, ...], bitpix: int = -32, **cards: Any) -> bytes:
    lines = {"SIMPLE": "T", "BITPIX": bitpix, "NAXIS": len(shape)}
    lines |= {f"NAXIS{axis}": length for axis, length in enumerate(reversed(shape), 1)}
    lines |= cards
    text = "".join(f"{key:<8}= {value!s:>20}".ljust(80) for key, value in lines.items())
    return (text + "END".ljust(80)).ljust(2880).encode()


@pytest.mark.parametrize("shape", [(), (0, 5), (5, 0), (3, 0, 4)])
def test_no_pixel(shape: tuple[int, ...], tmp_path: Path, open_image: Any) -> None:
    (tmp_path / "a.fits").write_bytes(header_of(shape))
    assert "no image" in refusal(open_image, tmp_path / "a.fits")


@pytest.mark.parametrize("bitpix", [0, 12, -16, 128])
def test_an_unknown_kind_of_number(bitpix: int, tmp_path: Path, open_image: Any) -> None:
    (tmp_path / "a.fits").write_bytes(header_of((5, 5), bitpix) + bytes(2880))
    refusal(open_image, tmp_path / "a.fits")


@pytest.mark.parametrize(
    "cards",
    [
        {"NAXIS1": -5},
        {"NAXIS1": "'many'"},
        {"NAXIS": 1000},
        {"NAXIS2": 10**15},
        {"BITPIX": "F"},
        {"NAXIS1": 2**62, "NAXIS2": 2**62},
    ],
)
def test_nonsense_in_the_cards_that_matter(
    cards: dict[str, Any], tmp_path: Path, open_image: Any
) -> None:
    (tmp_path / "a.fits").write_bytes(header_of((5, 5), **cards) + bytes(2880))
    refusal(open_image, tmp_path / "a.fits")


@pytest.mark.parametrize("number", ["1E400", "-1E400", "9" * 30])
def test_numbers_beyond_all_bounds_cost_nothing(
    number: str, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    words = "BLANK BSCALE BZERO CRPIX3 CRVAL3 CDELT3 MJDREF CCDBIN1 CCDBIN2 EXTVER"
    eso = [f"HIERARCH ESO DET {name}" for name in ("OUT1 PRSCX", "OUT1 NX", "CHIP1 X", "CHIP1 Y")]
    array = np.arange(36, dtype=np.int16).reshape(3, 3, 4)
    hdus = [fits.PrimaryHDU(), *(fits.ImageHDU(array, name=f"ccd{n}") for n in range(2))]
    for hdu, columns in zip(hdus[1:], ("1:4", "5:8"), strict=True):
        hdu.header["CTYPE3"], hdu.header["DETSEC"] = "TIME", f"[{columns},1:3]"
    fits.HDUList(hdus).writeto(tmp_path / "a.fits")
    content = (tmp_path / "a.fits").read_bytes()
    cards = b"".join(
        f"{word:<8}= {number}".encode()[:80].ljust(80) for word in (*words.split(), *eso)
    )
    end = b"END".ljust(80)
    for place in (content.rindex(end), content.index(end, content.index(b"XTENSION"))):
        content = content[:place] + cards + end + content[place + len(cards) + 80 :]
    (tmp_path / "a.fits").write_bytes(content)
    image = open_image(tmp_path / "a.fits")
    assert image.frames
    assert image.sky.reason
    assert np.isfinite(read_pixels(image)).any()


def test_a_missing_axis(tmp_path: Path, open_image: Any) -> None:
    content = header_of((5, 5)).replace(b"NAXIS2  ", b"NAXISX  ")
    (tmp_path / "a.fits").write_bytes(content + bytes(2880))
    refusal(open_image, tmp_path / "a.fits")


def test_odd_cards_are_kept_as_text(tmp_path: Path, open_image: Any) -> None:
    content = header_of((5, 5), OBJECT="'M 13 ", FILTER="'unclosed", GAIN="1.2.3", EXPTIME="")
    content = content.replace(b"OBJECT ", b"OBJ\xc3\xa9T ")
    (tmp_path / "a.fits").write_bytes(content + bytes(2880))
    image = open_image(tmp_path / "a.fits")
    assert (image.width, image.height) == (5, 5)
    assert any("1.2.3" in str(card.value) for card in image.cards)


def test_the_image_before_a_damaged_one_is_served(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    path = write_fits("a.fits", (ARRAY, {"EXTNAME": "SCI"}), (ARRAY, {"EXTNAME": "WHT"}))
    content = bytearray(path.read_bytes())
    at = content.rindex(b"XTENSION")
    content[at : at + 2880] = b"\xff" * 2880
    path.write_bytes(content)
    image = open_image(path)
    np.testing.assert_array_equal(read_pixels(image), ARRAY[::-1])


def test_an_array_of_unknown_numbers_costs_no_other(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    path = write_fits("a.fits", (ARRAY, {"EXTNAME": "ODD"}), (ARRAY, {"EXTNAME": "SCI"}))
    content = path.read_bytes()
    at = content.index(b"BITPIX", content.index(b"XTENSION"))
    card = b"BITPIX  =                  -16".ljust(80)
    path.write_bytes(content[:at] + card + content[at + 80 :])
    try:
        image = open_image(path)
    except UnservableImageError:
        # astropy cannot tell where the next HDU begins; the sentence says what is wrong.
        return
    np.testing.assert_array_equal(read_pixels(image), ARRAY[::-1])


def test_the_truncated_second_image_is_no_default(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    path = write_fits("a.fits", (ARRAY, {"EXTNAME": "ONE"}), (2 * ARRAY, {"EXTNAME": "TWO"}))
    with path.open("r+b") as stream:
        stream.truncate(path.stat().st_size - 5000)
    image = open_image(path)
    assert image.hdu == "1"
    np.testing.assert_array_equal(read_pixels(image), ARRAY[::-1])
    assert "truncated" in open_image(path, hdu="TWO").notes[0]


def test_a_file_that_shrinks_is_an_error_and_no_crash(write_fits: Any, open_image: Any) -> None:
    path = write_fits("a.fits", np.ones((400, 500), np.float32))
    plane = open_image(path).plane(Selection())
    assert plane.read(Region(0, 0, 500, 1))[0, 0] == 1
    with path.open("r+b") as stream:
        stream.truncate(2880 + 100)
    for region in (Region(0, 0, 500, 400), Region(499, 399, 1, 1)):
        with pytest.raises(SourceChangedError, match="shrunk"):
            plane.read(region)


def test_a_file_that_shrank_before_it_was_mapped(write_fits: Any, open_image: Any) -> None:
    path = write_fits("a.fits", ARRAY)
    plane = open_image(path).plane(Selection())
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(SourceChangedError):
        plane.read(Region(0, 0, 5, 5))


def test_a_removed_file_that_was_mapped_is_still_read(write_fits: Any, open_image: Any) -> None:
    path = write_fits("a.fits", ARRAY)
    plane = open_image(path).plane(Selection())
    plane.read(Region(0, 0, 1, 1))
    path.unlink()
    np.testing.assert_array_equal(plane.read(Region(0, 0, 50, 40)), ARRAY[::-1])


def test_a_removed_file_that_was_not_mapped_is_an_error(write_fits: Any, open_image: Any) -> None:
    path = write_fits("a.fits", ARRAY)
    plane = open_image(path).plane(Selection())
    path.unlink()
    with pytest.raises(SourceChangedError):
        plane.read(Region(0, 0, 50, 40))


def test_a_changed_file_is_another_image(write_fits: Any, tmp_path: Path) -> None:
    path = write_fits("root/a.fits", ARRAY)
    library = Library(tmp_path / "root", Spool(tmp_path / "spool"))
    first = library.open("a.fits")
    assert library.open("a.fits") is first
    assert library.if_open("a.fits") is first
    write_fits("root/a.fits", ARRAY[:, ::-1])
    os.utime(path, ns=(0, 1))
    second = library.open("a.fits")
    assert second.key != first.key
    assert second.plane(Selection()).key != first.plane(Selection()).key
    assert second.plane(Selection()).value(0, 0).value == ARRAY[39, 49]


def test_random_groups_and_tables_are_no_image(tmp_path: Path, open_image: Any) -> None:
    table = fits.BinTableHDU.from_columns([fits.Column("flux", "E", array=np.arange(5.0))])
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(tmp_path / "t.fits")
    assert "only headers or tables" in refusal(open_image, tmp_path / "t.fits")
    group = fits.GroupData(
        np.zeros((2, 1, 1, 3, 4), np.float32), bitpix=-32, parnames=["UU"], pardata=[np.ones(2)]
    )
    fits.HDUList([fits.GroupsHDU(group)]).writeto(tmp_path / "g.fits")
    assert "no image" in refusal(open_image, tmp_path / "g.fits")


BAD = {
    "bad/empty2.fits": "empty",
    "bad/longstrn.fits": "only headers or tables",
    "bad/not_actually_fits.fits": "not a FITS file",
    "bad/theap-gap.fits": "only headers or tables",
    "mosaic/odi_5x6_wcs_skeleton.fits": "only headers or tables",
    "table/brightstars.fits": "only headers or tables",
}


@pytest.mark.parametrize("name", BAD)
def test_real_bad_files(data_dir: Path, name: str, open_image: Any) -> None:
    assert BAD[name] in refusal(open_image, data_dir / name)


@pytest.mark.parametrize("name", ["bad/badfitskeys.fits.gz", "bad/nocdelt.fits"])
def test_real_files_with_odd_headers_are_served(
    data_dir: Path, name: str, open_image: Any, read_pixels: Any
) -> None:
    image = open_image(data_dir / name)
    expected = fits.getdata(data_dir / name)
    expected = expected if expected.ndim == 2 else expected[0]
    np.testing.assert_array_equal(read_pixels(image), expected[::-1].astype(np.float32))
    assert image.cards


def test_large_reads_do_not_pile_up_in_memory(
    tmp_path: Path, open_image: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read is let go of, and read again all the same."""
    from celestile.pixels.fits.data import mapped  # noqa: PLC0415

    monkeypatch.setattr(mapped, "_LARGE_READ", 1)
    monkeypatch.setattr(mapped, "_MOST_MAPPED", 10_000)
    array = np.arange(200 * 300, dtype=np.float32).reshape(200, 300)
    fits.PrimaryHDU(array).writeto(tmp_path / "a.fits")
    plane = open_image(tmp_path / "a.fits").plane(Selection())
    for _ in range(3):
        for row in range(0, 200, 20):
            found = plane.read(Region(0, row, 300, 20))
            np.testing.assert_array_equal(found, array[::-1][row : row + 20])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"PCOUNT  =                    0", b"PCOUNT  =                1E400", "PCOUNT is 1E400"),
        (b"GCOUNT  =                    1", b"GCOUNT  =                  1.5", "GCOUNT is 1.5"),
        (b"BITPIX  =", b"BITPOX  =", "BITPIX is missing from its header"),
        (b"NAXIS1  =", b"NAXIT1  =", "NAXIS1 is missing from its header"),
        (b"NAXIS1  =                    4", b"NAXIS1  =                  4.5", "NAXIS1 is 4.5"),
    ],
)
def test_what_is_wrong_with_a_later_header_is_named(
    old: bytes, new: bytes, said: str, tmp_path: Path, open_image: Any
) -> None:
    array = np.ones((3, 4), np.int16)
    fits.HDUList([fits.PrimaryHDU(array), fits.ImageHDU(array)]).writeto(tmp_path / "a.fits")
    content = (tmp_path / "a.fits").read_bytes()
    place = content.index(b"XTENSION")
    (tmp_path / "a.fits").write_bytes(content[:place] + content[place:].replace(old, new))
    notes = open_image(tmp_path / "a.fits").notes
    assert any(note.startswith(f"from HDU 1 on the file cannot be read: {said}") for note in notes)
