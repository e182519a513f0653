"""Odd and broken headers, against the standard's text and astropy: a picture, or what is wrong."""

import bz2
import gzip
import lzma
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from celestile.errors import UnknownImageError, UnservableImageError
from celestile.pixels.resolver import Resolver

VALUES = np.random.default_rng(3).normal(100, 10, (37, 53)).astype(np.float32)
RAW = VALUES.astype(">f4").tobytes().ljust(8640, b"\0")
IMAGE = "XTENSION= 'IMAGE   '"


def card(keyword: str, value: object) -> str:
    return f"{keyword:<8}= {value!s:>20}"


def header(
    shape: tuple[int, ...] = (37, 53), bitpix: object = -32, *extra: str,
    first: str = card("SIMPLE", "T"), end: bool = True,
) -> bytes:  # fmt: skip
    cards = [first, card("BITPIX", bitpix), card("NAXIS", len(shape))]
    cards += [card(f"NAXIS{axis}", n) for axis, n in enumerate(reversed(shape), 1)]
    cards += [*extra, *(["END"] if end else [])]
    text = "".join(line.ljust(80)[:80] for line in cards)
    return text.ljust(-(-len(text) // 2880) * 2880).encode("latin-1")


EMPTY = header(())
EXTENSION = [card("PCOUNT", 0), card("GCOUNT", 1)]

SHOWN = {
    "lower case": header((37, 53), -32, "object  = 3.0"),
    "long strings": header((37, 53), -32, "LONG    = 'abc&'", "CONTINUE  'def'"),
    "hierarch": header((37, 53), -32, "HIERARCH ESO DET ID = 'x' / c", "HIERARCH ESO bad"),
    "not ASCII": header((37, 53), -32, "OBJECT  = '\xe9\xff\x80'", "\xe9\xe8\xe7    = 3"),
    "zero bytes": header((37, 53), -32, "OBJECT  = 'a\0b'", "\0" * 80),
    "line ends": header((37, 53), -32, "OBJECT  = 'a\rb\nc'"),
    "negative PCOUNT": header((37, 53), -32, card("PCOUNT", -7), card("GCOUNT", 1)),
    "BLANK of floats": header((37, 53), -32, card("BLANK", 0)),
    "many cards": header((37, 53), -32, *["COMMENT " + 70 * "x"] * 5000),
    "behind an unknown extension": EMPTY
    + header((37, 53), -32, *EXTENSION, first="XTENSION= 'FOREIGN '") + RAW
    + header((37, 53), -32, *EXTENSION, first=IMAGE),
}  # fmt: skip


@pytest.mark.parametrize("kind", SHOWN)
@pytest.mark.parametrize("tail", [b"", b"X", b"garbage" * 1000, bytes(28800), b" " * 5000])
def test_odd_headers_and_tails_cost_nothing(
    kind: str, tail: bytes, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    path = tmp_path / "a.fits"
    path.write_bytes(SHOWN[kind] + RAW + tail)
    np.testing.assert_array_equal(read_pixels(open_image(path))[::-1], VALUES)


REFUSED = {
    "no END card": header(end=False),
    "BITPIX is -32.0; it must be one of 8, 16, 32, 64, -32, -64": header((37, 53), -32.0),
    "NAXIS1 is given twice, as 53 and as 7": header((37, 53), -32, card("NAXIS1", 7)) + RAW,
    "4835703278458516698824704 bytes": header((2**40, 2**40)),
    "must be an integer from 0 to 2^63 - 1": header((10**30, 5)),
    "at most 64": header((1,) * 999) + bytes(2880),
    "7844002880 bytes": header((10**6, 37, 53)) + RAW,
    "SIMPLE is F": header(first=card("SIMPLE", "F")),
    "more data than any file": EMPTY
    + header((37, 53), -32, card("PCOUNT", 10**17), card("GCOUNT", 1), first=IMAGE),
    "random groups": header(
        (3, 4, 0), -32, card("GROUPS", "T"), card("PCOUNT", 2), card("GCOUNT", 0)
    ),
    "packed by compress": b"\x1f\x9d\x90abcd",
    "not a FITS file": b"SIMPLE=                       T".ljust(2880),
}


@pytest.mark.parametrize("said", REFUSED)
def test_what_is_wrong_is_named(said: str, tmp_path: Path, open_image: Any) -> None:
    path = tmp_path / "a.fits"
    path.write_bytes(REFUSED[said])
    with pytest.raises(UnservableImageError) as caught:
        open_image(path)
    assert said in str(caught.value)


def test_hdus_that_would_be_read_for_ever(
    tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    """A size below zero leads back to the same header."""
    negative = [card("PCOUNT", -2880), card("GCOUNT", 1)]
    path = tmp_path / "a.fits"
    path.write_bytes(EMPTY + header((37, 53), -32, *negative, first=IMAGE) + RAW)
    image = open_image(path)
    assert any("overlap" in note for note in image.notes)
    np.testing.assert_array_equal(read_pixels(image)[::-1], VALUES)


def test_a_scale_that_is_not_a_number_is_named(tmp_path: Path, open_image: Any) -> None:
    """More pixels than the header declares follow, which are not an HDU."""
    path = tmp_path / "a.fits"
    path.write_bytes(header((37, 53), 16, "BSCALE  = 'two'", "BZERO = nan") + RAW)
    notes = open_image(path).notes
    assert any("BSCALE is 'two'" in note for note in notes)
    assert any("bytes follow" in note for note in notes)


def test_a_header_that_is_cut_off_is_told(tmp_path: Path, open_image: Any) -> None:
    path = tmp_path / "a.fits"
    path.write_bytes(header() + RAW + header(first=IMAGE)[:1000])
    assert open_image(path).notes == ("HDU 1 is cut off: the file ends within its header",)


def test_a_scale_of_magnitudes_is_told(tmp_path: Path, open_image: Any) -> None:
    header = fits.Header({"BSOFTEN": 123.0, "BOFFSET": 4.5})
    fits.PrimaryHDU(np.ones((3, 4), np.float32), header).writeto(tmp_path / "a.fits")
    (said,) = open_image(tmp_path / "a.fits").notes
    assert "4.5 + 2 * 123 * sinh(value * 0.4 ln 10)" in said


def test_bscale_of_zero_is_told(tmp_path: Path, open_image: Any) -> None:
    path = tmp_path / "a.fits"
    path.write_bytes(header((37, 53), -32, card("BSCALE", 0.0)) + RAW)
    assert "BSCALE is 0" in open_image(path).notes[0]


def table(columns: list[fits.Column], **cards: object) -> fits.HDUList:
    made = fits.BinTableHDU.from_columns(columns, fits.Header(cards))
    return fits.HDUList([fits.PrimaryHDU(), made])


@pytest.mark.parametrize(
    ("names", "cards", "said"),
    [
        (("X", "Y", "TIME"), {}, "list of events"),
        (("UNIQ",), {"PIXTYPE": "HEALPIX", "ORDERING": "NUNIQ"}, "HEALPix"),
        (("A",), {"ZTABLE": True}, "funpack"),
        (("FLUX",), {}, "only headers or tables"),
    ],
)
def test_tables_are_told_apart(
    names: tuple[str, ...], cards: dict[str, Any], said: str, tmp_path: Path, open_image: Any
) -> None:
    columns = [fits.Column(name, "E", array=np.zeros(12)) for name in names]
    table(columns, **cards).writeto(tmp_path / "a.fits")
    with pytest.raises(UnservableImageError, match=said):
        open_image(tmp_path / "a.fits")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_compressed_in_pieces(pack: Any, tmp_path: Path, open_image: Any, read_pixels: Any) -> None:
    whole = header() + RAW
    path = tmp_path / "a.fits.gz"
    path.write_bytes(pack(whole[:3000]) + pack(whole[3000:]))
    np.testing.assert_array_equal(read_pixels(open_image(path))[::-1], VALUES)


def test_a_zip_archive_of_one_file(tmp_path: Path, open_image: Any, read_pixels: Any) -> None:
    path = tmp_path / "a.fits.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deep/a.fits", header() + RAW)
    np.testing.assert_array_equal(read_pixels(open_image(path))[::-1], VALUES)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("b.fits", header() + RAW)
    with pytest.raises(UnservableImageError, match="holds 2 files"):
        open_image(path)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(UnservableImageError, match="corrupt"):
        open_image(path)


@pytest.mark.parametrize("compression", ["RICE_1", "GZIP_1", "GZIP_2"])
def test_a_compressed_spectrum(
    compression: str, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    values = np.arange(500, dtype=np.int16)
    hdu = fits.CompImageHDU(values, compression_type=compression, tile_shape=(70,))
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(tmp_path / "a.fits.fz")
    image = open_image(tmp_path / "a.fits.fz")
    assert (image.width, image.height) == (500, 1)
    np.testing.assert_array_equal(read_pixels(image)[0], values)


QUANTIZED: dict[str, dict[str, Any]] = {
    "plain": {"quantize_level": 4},
    "dither 1": {"quantize_level": 8, "quantize_method": 1},
    "dither 2": {"quantize_method": 2},
    "lossless": {"quantize_level": 0},
}
WHOLE = (37, 53)
# Floats are lossless in GZIP only; HCOMPRESS takes tiles of four pixels and more, at edges too.
COMPRESSED = [
    (algorithm, tile, kind)
    for algorithm in ("RICE_1", "GZIP_1", "GZIP_2", "HCOMPRESS_1")
    for tile in (WHOLE, (1, 53), (5, 7), (37, 1))
    for kind in QUANTIZED
    if (kind != "lossless" or algorithm.startswith("GZIP"))
    and (tile == WHOLE or algorithm != "HCOMPRESS_1")
]


@pytest.mark.parametrize(("algorithm", "tile", "kind"), COMPRESSED)
def test_quantized_floats_are_those_of_astropy(
    algorithm: str, tile: tuple[int, int], kind: str, tmp_path: Path,
    open_image: Any, read_pixels: Any,
) -> None:  # fmt: skip
    values = np.where(VALUES > 115, np.nan, np.where(VALUES < 85, 0, VALUES)).astype(np.float32)
    smooth = {"hcomp_scale": 1, "hcomp_smooth": 1} if algorithm == "HCOMPRESS_1" else {}
    hdu = fits.CompImageHDU(
        values, compression_type=algorithm, tile_shape=tile, **QUANTIZED[kind], **smooth
    )
    path = tmp_path / "a.fits.fz"
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(path)
    with fits.open(path) as hdulist:
        expected = hdulist[1].data
    np.testing.assert_array_equal(read_pixels(open_image(path))[::-1], expected)


def test_names_with_control_characters_are_neither_listed_nor_opened(tmp_path: Path) -> None:
    """XML 1.0 (section 2.2) has no way to write most of them, and no client copes with the rest."""
    for name in ("a\nb.fits", "a\rb.fits", "a\x1bb.fits", "plain.fits"):
        (tmp_path / name).write_bytes(header() + RAW)
    resolver = Resolver(tmp_path)
    assert [entry.identifier for entry in resolver.walk()] == ["plain.fits"]
    with pytest.raises(UnknownImageError):
        resolver.path("a\nb.fits")


def test_cells_too_small_for_images_are_named(tmp_path: Path, open_image: Any) -> None:
    columns = [
        fits.Column("COVARIANCE", "36E", dim="(6,6)", array=np.ones((5, 6, 6), np.float32)),
        fits.Column("SPECTRUM", "7D", dim="(1,7)", array=np.ones((5, 7, 1))),
    ]
    hdus = [fits.PrimaryHDU(), fits.BinTableHDU.from_columns(columns)]
    fits.HDUList(hdus).writeto(tmp_path / "a.fits")
    with pytest.raises(UnservableImageError, match=r"too small for images: COVARIANCE$"):
        open_image(tmp_path / "a.fits")
