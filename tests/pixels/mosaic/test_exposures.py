"""Exposures of one field are frames, in order of time; chips of a camera stay a mosaic."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

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
