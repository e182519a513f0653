"""Exposures of one field are frames, in order of time; chips of a camera stay a mosaic."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

from celestile.geometry import Region
from celestile.pixels.plane import Selection

SHAPE = (80, 100)


def _sky(dx: float = 0.0, dy: float = 0.0) -> fits.Header:
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval, wcs.wcs.crpix, wcs.wcs.cdelt = [53.1, -27.8], [50 + dx, 40 + dy], [-1e-4, 1e-4]
    return wcs.to_header()


def _file(path: Path, *members: tuple[str, int, fits.Header]) -> Path:
    hdus: list[Any] = [fits.PrimaryHDU()]
    for number, (name, version, header) in enumerate(members):
        values = np.full(SHAPE, number, np.float32)
        hdus.append(fits.ImageHDU(values, header, name=name, ver=version))
    fits.HDUList(hdus).writeto(path)
    return path


def _reads() -> list[tuple[str, int, fits.Header]]:
    found = []
    for version in range(1, 5):
        science, flags = _sky(), _sky()
        science["SAMPTIME"] = 50.0 * (5 - version)
        found += [("SCI", version, science), ("DQ", version, flags)]
    return found


def _stamps() -> list[tuple[str, int, fits.Header]]:
    found = []
    for version in range(1, 4):
        header = fits.Header({"DATE-OBS": f"2025-06-01T03:00:0{version}"})
        found.append(("STAMP", version, header))
    return found


def _snapshots() -> list[tuple[str, int, fits.Header]]:
    found = []
    for number in range(3):
        header = _sky(6 * number, -4 * number)
        header["EXPOSURE"] = 100.0 * (number + 1)
        found.append((f"uu49820{number}597I", 1, header))
    return found


@pytest.mark.parametrize(
    ("members", "values"),
    [(_reads(), [6, 4, 2, 0]), (_stamps(), [0, 1, 2]), (_snapshots(), [0, 1, 2])],
    ids=["reads", "stamps", "snapshots"],
)
def test_exposures_are_frames_in_order_of_time(
    members: Any, values: list[int], tmp_path: Path, open_image: Any
) -> None:
    image = open_image(_file(tmp_path / "a.fits", *members))
    assert (image.width, image.height) == (100, 80)
    assert len(image.frames) == len(values)
    assert not image.chips
    found = [
        image.plane(Selection((frame, frame), (1, 1))).value(5, 5).value
        for frame in range(1, len(values) + 1)
    ]
    assert found == values


def test_frames_have_the_times_of_their_headers(tmp_path: Path, open_image: Any) -> None:
    image = open_image(_file(tmp_path / "a.fits", *_stamps()))
    seconds = [(frame.time or "")[:19] for frame in image.frames]
    assert seconds == [f"2025-06-01T03:00:0{second}" for second in (1, 2, 3)]


@pytest.mark.parametrize(
    "members",
    [
        [("SCI", 1, _sky()), ("SCI", 2, _sky(0, 90))],
        [("CCD1", 1, _sky()), ("CCD2", 1, _sky(105, 0)), ("CCD3", 1, _sky(0, 85))],
        [("SCI", 1, fits.Header()), ("SCI", 2, fits.Header())],
        [("AMP1", 1, _sky()), ("AMP2", 1, _sky())],
    ],
    ids=["two chips", "three chips", "without sky and time", "amplifiers"],
)
def test_chips_stay_a_mosaic(members: Any, tmp_path: Path, open_image: Any) -> None:
    image = open_image(_file(tmp_path / "a.fits", *members))
    assert len(image.chips) == len(members)
    assert len(image.frames) == 1


def test_exposures_that_share_a_name_have_numbers(tmp_path: Path, open_image: Any) -> None:
    image = open_image(_file(tmp_path / "a.fits", *(("SCI", 1, _sky()) for _ in range(3))))
    assert [frame.name for frame in image.frames] == ["1", "2", "3"]


STAR = SkyCoord(53.0985, -27.7985, unit="deg")


def _dither(dx: float, dy: float, angle: float, order: str = "") -> tuple[fits.Header, Any]:
    """Header and pixels of a pointing, with one star at a place of the sky."""
    header = _sky(dx, dy)
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    header.update({"PC1_1": c, "PC1_2": -s, "PC2_1": s, "PC2_2": c})
    x, y = WCS(header).world_to_pixel(STAR)
    columns, rows = np.meshgrid(np.arange(SHAPE[1]), np.arange(SHAPE[0]))
    values = 100 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 2 / 3**2)
    if order:
        header["ROWORDER"] = order
    return header, values


def _dithers(path: Path, pointings: Any, dtype: Any = np.float32, factor: float = 1.0) -> list[Any]:
    hdus: list[Any] = [fits.PrimaryHDU()]
    for number, pointing in enumerate(pointings, 1):
        header, values = _dither(*pointing)
        header["DATE-OBS"] = f"2025-06-01T03:00:{number:02d}"
        hdus.append(fits.ImageHDU((values * factor).astype(dtype), header, name="SCI", ver=number))
    fits.HDUList(hdus).writeto(path)
    return hdus[1:]


@pytest.mark.parametrize("order", ["", "TOP-DOWN"])
def test_dithers_are_aligned_with_the_first(
    order: str, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    pointings = [(0, 0, 0), (6, -9, 0), (-4.4, 7.3, 0), (3, 2, 12)]
    hdus = _dithers(tmp_path / "a.fits", [(*each, order) for each in pointings])
    image = open_image(tmp_path / "a.fits")
    first = hdus[0].data if order else hdus[0].data[::-1]
    np.testing.assert_array_equal(read_pixels(image, 1), first)
    for frame in range(2, 5):
        found = read_pixels(image, frame)
        known = np.isfinite(found)
        assert known.mean() > 0.75
        # Bilinear interpolation of this star is off by at most 1/8 of its curvature, twice.
        assert np.abs(found - first)[known].max() < 100 / 9 / 4
        # The value is that of the pixel of the exposure that astropy finds there.
        column, row = 55, 33
        sky = image.sky.world(column + 0.5, row + 0.5)
        header = hdus[frame - 1].header
        x, y = WCS(header).world_to_pixel(SkyCoord(sky.lon, sky.lat, unit="deg"))
        stored = hdus[frame - 1].data[int(np.round(y)), int(np.round(x))]
        plane = image.plane(Selection((frame, frame), (1, 1)))
        assert plane.value(column, row).value == stored


def test_exposures_of_one_pointing_are_not_resampled(
    tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    hdus = _dithers(tmp_path / "a.fits", [(0, 0, 0), (0.03, -0.02, 0)])
    image = open_image(tmp_path / "a.fits")
    for frame, hdu in enumerate(hdus, 1):
        np.testing.assert_array_equal(read_pixels(image, frame), hdu.data[::-1])


def test_an_exposure_alone_has_its_own_sky(tmp_path: Path, open_image: Any) -> None:
    hdus = _dithers(tmp_path / "a.fits", [(0, 0, 0), (6, -9, 0)])
    image = open_image(tmp_path / "a.fits", "2")
    sky = image.sky.world(10.5, SHAPE[0] - 20 - 0.5)
    expected = WCS(hdus[1].header).pixel_to_world(10, 20)
    assert SkyCoord(sky.lon, sky.lat, unit="deg").separation(expected).arcsec < 1e-5


def test_dithers_beyond_float32_are_aligned_in_their_scale(tmp_path: Path, open_image: Any) -> None:
    pointings = [(0, 0, 0), (6, -9, 5)]
    _dithers(tmp_path / "a.fits", pointings, np.float64)
    _dithers(tmp_path / "b.fits", pointings, np.float64, 1e45)
    selection = Selection((2, 2))
    near, far = (open_image(tmp_path / f"{name}.fits").plane(selection) for name in "ab")
    region = Region(0, 0, near.width, near.height)
    physical = far.read(region).astype(np.float64) * far.shift.scale
    expected = near.read(region).astype(np.float64) * 1e45
    # Numbers 38 powers of ten below the peak are subnormal in float32 and have fewer digits.
    least = float(np.finfo(np.float32).tiny) * far.shift.scale
    assert least < 1e-37 * np.nanmax(expected)
    np.testing.assert_allclose(physical, expected, rtol=1e-5, atol=least)
