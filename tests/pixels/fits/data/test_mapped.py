"""Parts of uncompressed arrays against astropy, whichever way they are read."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from celestile.errors import SourceChangedError
from celestile.geometry import Region
from celestile.pixels.fits.data import mapped
from celestile.pixels.plane import Selection

RNG = np.random.default_rng(20260211)
WHOLE = Region(0, 0, 300, 200)
ARRAY = RNG.normal(size=(200, 300)).astype(np.float32)


@pytest.fixture
def read_from_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have small parts read as large ones are."""
    monkeypatch.setattr(mapped, "_LARGE_READ", 1)
    monkeypatch.setattr(mapped, "_LONG_RUN", 40)


@pytest.mark.parametrize("dtype", ["u1", "i2", "i4", "f4", "f8"])
@pytest.mark.parametrize("scratch", [1 << 20, 100])
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=15,
    deadline=None,
)
@given(data=st.data())
def test_any_part_of_any_plane(
    dtype: str, scratch: int, data: Any, tmp_path: Path, open_image: Any, read_from_files: None
) -> None:
    array = RNG.integers(0, 200, (3, 23, 31)).astype(dtype)
    header = fits.Header([("CTYPE3", "BAND")])
    fits.PrimaryHDU(array, header).writeto(tmp_path / "a.fits", overwrite=True)
    x, y = data.draw(st.integers(0, 30)), data.draw(st.integers(0, 22))
    region = Region(x, y, data.draw(st.integers(1, 31 - x)), data.draw(st.integers(1, 23 - y)))
    channel = data.draw(st.integers(1, 3))
    image = open_image(tmp_path / "a.fits")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mapped._scratch, "_bytes", np.empty(scratch, np.uint8))
        found = image.plane(Selection(channel=(channel, channel))).read(region)
    expected = fits.getdata(tmp_path / "a.fits")[channel - 1, ::-1]
    np.testing.assert_array_equal(
        found, expected[region.y : region.bottom, region.x : region.right].astype(np.float32)
    )


def test_large_parts_are_read_from_the_file(
    write_fits: Any, open_image: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plane = open_image(write_fits("a.fits", np.ones((600, 20_000), np.float32))).plane(Selection())
    sizes: list[int] = []
    fill = mapped._fill

    def noted(array: Any, *rest: Any) -> None:
        sizes.append(array.nbytes)
        fill(array, *rest)

    monkeypatch.setattr(mapped, "_fill", noted)
    assert (plane.read(Region(0, 7, 20_000, 10)) == 1).all()
    assert sizes == [800_000]
    assert (plane.read(Region(3, 7, 10_000, 10)) == 1).all()
    assert sizes == [800_000] + 10 * [40_000]
    plane.read(Region(0, 0, 256, 256))
    plane.read(Region(0, 0, 256, 600))
    assert len(sizes) == 11


def test_what_was_read_stays_when_more_is_read(
    write_fits: Any, open_image: Any, read_from_files: None
) -> None:
    plane = open_image(write_fits("a.fits", ARRAY)).plane(Selection())
    upper = plane.read(Region(0, 0, 300, 100))
    lower = plane.read(Region(0, 100, 300, 100))
    np.testing.assert_array_equal(np.concatenate([upper, lower]), ARRAY[::-1])


def test_a_file_that_took_the_place_of_another_is_not_mixed_with_it(
    write_fits: Any, open_image: Any, read_from_files: None
) -> None:
    path = write_fits("a.fits", ARRAY)
    plane = open_image(path).plane(Selection())
    plane.read(Region(0, 0, 1, 1))
    write_fits("b.fits", -ARRAY).replace(path)
    np.testing.assert_array_equal(plane.read(WHOLE), ARRAY[::-1])


def test_a_file_that_shrinks_during_a_large_read_is_an_error(
    write_fits: Any, open_image: Any, read_from_files: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_fits("a.fits", ARRAY)
    plane = open_image(path).plane(Selection())
    fill = mapped._fill

    def shrunk(*arguments: Any) -> None:
        os.truncate(path, 5000)
        fill(*arguments)

    monkeypatch.setattr(mapped, "_fill", shrunk)
    with pytest.raises(SourceChangedError, match="shrunk"):
        plane.read(WHOLE)
