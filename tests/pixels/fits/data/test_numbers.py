"""Stored numbers become physical ones, as astropy has them, for every kind of array."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from celestile.geometry import Region
from celestile.pixels.fits.scaling import Scaling
from celestile.pixels.plane import Selection, shift_of

RNG = np.random.default_rng(20260101)

KINDS = {
    "uint8": RNG.integers(0, 256, (7, 5), np.uint8),
    "int8": RNG.integers(-128, 128, (7, 5)).astype(np.int8),
    "int16": RNG.integers(-32768, 32768, (7, 5)).astype(np.int16),
    "uint16": RNG.integers(0, 65536, (7, 5)).astype(np.uint16),
    "int32": RNG.integers(-(2**31), 2**31, (7, 5)).astype(np.int32),
    "uint32": RNG.integers(0, 2**32, (7, 5)).astype(np.uint32),
    "int64": RNG.integers(-(2**62), 2**62, (7, 5)),
    "uint64": RNG.integers(0, 2**63, (7, 5)).astype(np.uint64) * 2,
    "float32": RNG.normal(size=(7, 5)).astype(np.float32),
    "float64": RNG.normal(size=(7, 5)),
}


def upright(array: Any) -> Any:
    """Row 0 at the top, in the precision that pictures are drawn in."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(array)[::-1].astype(np.float32)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_array_is_read_as_astropy_reads_it(
    kind: str, write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    path = write_fits("a.fits", KINDS[kind])
    np.testing.assert_array_equal(read_pixels(open_image(path)), upright(KINDS[kind]))
    np.testing.assert_array_equal(upright(fits.getdata(path)), upright(KINDS[kind]))


@pytest.mark.parametrize("kind", ["int16", "uint16", "int32", "uint32", "int64", "uint64"])
def test_single_integers_are_told_to_the_last_digit(
    kind: str, write_fits: Any, open_image: Any
) -> None:
    plane = open_image(write_fits("a.fits", KINDS[kind])).plane(Selection())
    for row in range(7):
        for column in range(5):
            found = plane.value(column, row)
            assert found.value == int(KINDS[kind][::-1][row, column])
            assert isinstance(found.raw, int)


def test_the_raw_number_is_the_stored_one(write_fits: Any, open_image: Any) -> None:
    image = open_image(write_fits("a.fits", np.array([[40000, 3]], np.uint16)))
    found = image.plane(Selection()).value(0, 0)
    assert (found.value, found.raw) == (40000, 40000 - 32768)


def write_stored(path: Path, stored: Any, **cards: Any) -> Path:
    """Write numbers as they are, with cards that say what they mean."""
    header = fits.Header()
    header["SIMPLE"] = True
    header["BITPIX"] = {"i1": 8, "u1": 8, "i2": 16, "i4": 32, "i8": 64, "f4": -32, "f8": -64}[
        stored.dtype.str[1:]
    ]
    header["NAXIS"] = stored.ndim
    for axis, length in enumerate(reversed(stored.shape), 1):
        header[f"NAXIS{axis}"] = length
    for keyword, value in cards.items():
        header[keyword] = value
    body = stored.astype(stored.dtype.newbyteorder(">")).tobytes()
    text = header.tostring(padding=True).encode()
    path.write_bytes(text + body + bytes(-len(body) % 2880))
    return path


@pytest.mark.parametrize("kind", ["u1", "i2", "i4", "i8"])
def test_scaled_integers_with_blank(
    kind: str, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    top = 255 if kind == "u1" else 32767
    stored = RNG.integers(0, top, (6, 9)).astype(kind)
    stored[2, 3] = stored[0, 0] = top
    path = write_stored(tmp_path / "a.fits", stored, BSCALE=0.0625, BZERO=-3.5, BLANK=top)
    expected = stored * 0.0625 - 3.5
    expected[stored == top] = np.nan
    image = open_image(path)
    np.testing.assert_array_equal(read_pixels(image), upright(expected))
    missing = image.plane(Selection()).value(0, 5)
    assert missing.value is None
    assert missing.raw == top


def test_a_sum_that_cancels_keeps_its_digits(
    tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    stored = np.arange(-32768, 32767, 655, np.int64).astype("i2")[None]
    path = write_stored(tmp_path / "a.fits", stored, BSCALE=1 / 3, BZERO=32768 / 3)
    np.testing.assert_array_equal(
        read_pixels(open_image(path)), upright(stored.astype(float) * (1 / 3) + 32768 / 3)
    )


@pytest.mark.parametrize("blank", [-1, 300, 70000])
def test_a_blank_that_cannot_be_stored_is_of_no_effect(
    blank: int, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    stored = np.arange(12, dtype="u1").reshape(3, 4)
    path = write_stored(tmp_path / "a.fits", stored, BLANK=blank)
    np.testing.assert_array_equal(read_pixels(open_image(path)), upright(stored))


def test_blank_has_no_meaning_for_floating_point(
    tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    stored = np.array([[0.0, 1.0, -99.0]], "f4")
    path = write_stored(tmp_path / "a.fits", stored, BLANK=-99)
    np.testing.assert_array_equal(read_pixels(open_image(path)), stored)


def test_scaled_floats(tmp_path: Path, open_image: Any, read_pixels: Any) -> None:
    stored = RNG.normal(size=(4, 5)).astype("f4")
    path = write_stored(tmp_path / "a.fits", stored, BSCALE=2.5, BZERO=1e4)
    expected = stored.astype(np.float64) * 2.5 + 1e4
    np.testing.assert_array_equal(read_pixels(open_image(path)), upright(expected))


def test_nan_and_infinities(write_fits: Any, open_image: Any) -> None:
    row = np.array([[np.nan, np.inf, -np.inf, -0.0, 1e-44]], np.float32)
    plane = open_image(write_fits("a.fits", row)).plane(Selection())
    np.testing.assert_array_equal(plane.read(Region(0, 0, 5, 1)), row)
    assert plane.value(0, 0).value is None
    assert plane.value(0, 0).raw is None
    assert plane.value(1, 0).value == np.inf
    assert plane.value(2, 0).value == -np.inf


def test_signalling_nan_and_doubles_beyond_float32(tmp_path: Path, open_image: Any) -> None:
    stored = np.frombuffer(
        struct.pack(">QQQ", 0x7FF0000000000001, 0x7FEFFFFFFFFFFFFF, 0xFFEFFFFFFFFFFFFF), ">f8"
    )
    path = write_stored(tmp_path / "a.fits", stored.reshape(1, 3).astype("f8"))
    plane = open_image(path).plane(Selection())
    with np.errstate(all="raise"):
        values = plane.read(Region(0, 0, 3, 1))[0]
    assert np.isnan(values[0])
    scale = shift_of(plane).scale
    assert np.isfinite(scale)
    assert values[1] == np.float32(np.finfo(np.float64).max / scale)
    assert values[2] == -values[1]
    assert plane.value(1, 0).value == np.finfo(np.float64).max


@pytest.mark.parametrize("name", ["pix/eso_suite_tst0007.fits", "pix/eso_suite_tst0008.fits"])
def test_ieee_specials_of_the_eso_suite(
    data_dir: Path, name: str, open_image: Any, read_pixels: Any
) -> None:
    expected = np.atleast_2d(fits.getdata(data_dir / name))
    np.testing.assert_array_equal(read_pixels(open_image(data_dir / name)), upright(expected))


@given(
    stored=arrays.arrays(np.int16, (3, 4)),
    slope=st.sampled_from([1.0, 0.5, -2.0, 1e-3, 7.3]),
    offset=st.sampled_from([0.0, 32768.0, -1.5, 1e6]),
    blank=st.one_of(st.none(), st.integers(-5, 5)),
)
def test_scaling_against_doubles(stored: Any, slope: float, offset: float, blank: Any) -> None:
    before = stored.copy()
    values = Scaling(slope=slope, offset=offset, blank=blank).apply(stored)
    expected = stored.astype(np.float64) * slope + offset
    if blank is not None:
        expected[stored == blank] = np.nan
    np.testing.assert_array_equal(values, expected.astype(np.float32))
    np.testing.assert_array_equal(stored, before)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=60,
)
@given(data=st.data())
def test_any_part_is_the_part_of_the_whole(data: st.DataObject, tmp_path: Path) -> None:
    from celestile.pixels.fits.spool import Spool  # noqa: PLC0415
    from celestile.pixels.library import DeclaredImage, Library  # noqa: PLC0415

    array = np.arange(13 * 17, dtype=np.int16).reshape(13, 17)
    path = tmp_path / "part.fits"
    if not path.exists():
        fits.PrimaryHDU(array).writeto(path)
    plane = (
        Library(None, Spool(tmp_path), {"a": DeclaredImage(file=path)}).open("a").plane(Selection())
    )
    x, y = data.draw(st.integers(0, 16)), data.draw(st.integers(0, 12))
    region = Region(x, y, data.draw(st.integers(1, 17 - x)), data.draw(st.integers(1, 13 - y)))
    expected = array[::-1][region.y : region.bottom, region.x : region.right]
    np.testing.assert_array_equal(plane.read(region), expected)


def test_undefined_scale_cards_are_taken_for_absent(
    tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    stored = np.arange(6, dtype="i2").reshape(2, 3)
    path = write_stored(tmp_path / "a.fits", stored, BSCALE=0.0, BZERO="none")
    np.testing.assert_array_equal(read_pixels(open_image(path)), upright(stored))
