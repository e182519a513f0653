"""Stokes parameters: an axis of their own, and parameters computed from them, against numpy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from astropy.coordinates import StokesCoord
from astropy.io import fits
from astropy.wcs import WCS
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.image import Image
from celestile.pixels.plane import Selection

Doubles = NDArray[np.float64]

SKY = {"CTYPE1": "RA---SIN", "CTYPE2": "DEC--SIN", "CDELT1": -0.01, "CDELT2": 0.01}
FREQ = {"CTYPE": "FREQ", "CRVAL": 1.4e9, "CDELT": 1e6, "CRPIX": 1.0, "CUNIT": "Hz"}
SHAPE = (4, 7, 5, 6)  # Stokes, channel, y, x


def along(code: float, step: float) -> dict[str, Any]:
    return {"CTYPE": "STOKES", "CRVAL": code, "CDELT": step, "CRPIX": 1.0}


def cards(*axes: dict[str, Any], **others: Any) -> dict[str, Any]:
    found: dict[str, Any] = {**SKY, "BUNIT": "Jy/beam", **others}
    for number, axis in enumerate(axes, 3):
        found |= {f"{key}{number}": value for key, value in axis.items()}
    return found


def values(count: int = 4, seed: int = 3) -> NDArray[np.float32]:
    numbers = np.random.default_rng(seed).normal(0.0, 2.0, (count, *SHAPE[1:]))
    return numbers.astype(np.float32)


def shown(image: Image, name: str, channel: int = 1, last: int | None = None, **kind: Any) -> Any:
    """All pixels, in the order of the file."""
    selection = Selection(channel=(channel, last or channel), **kind)
    plane = image.of_stokes(name).plane(selection)
    return plane.read(Region(0, 0, image.width, image.height))[::-1]


@pytest.mark.parametrize("order", ["stokes last", "stokes first"])
def test_it_is_an_axis_of_its_own_beside_a_spectrum(
    order: str, write_fits: Any, open_image: Any
) -> None:
    cube = values()
    axes = (FREQ, along(1, 1)) if order == "stokes last" else (along(1, 1), FREQ)
    stored = cube if order == "stokes last" else cube.swapaxes(0, 1)
    path = write_fits("a.fits", (stored, cards(*axes)))
    image = open_image(path)
    assert image.measured_stokes == ("I", "Q", "U", "V")
    assert (len(image.channels), image.channel_axis, len(image.frames)) == (7, "spectral", 1)
    assert [channel.value for channel in image.channels] == [1.4e9 + 1e6 * k for k in range(7)]
    assert [channel.name for channel in image.channels] == [str(k) for k in range(1, 8)]
    for number, name in enumerate("IQUV"):
        for channel in range(7):
            np.testing.assert_array_equal(shown(image, name, channel + 1), cube[number, channel])
    keys = {image.of_stokes(each.name).plane(Selection()).key for each in image.stokes}
    assert len(keys) == len(image.stokes)


def compressed(cube: NDArray[np.float32]) -> fits.HDUList:
    header = fits.Header(cards(FREQ, along(1, 1)))
    options = {"compression_type": "GZIP_1", "quantize_level": 0, "tile_shape": (1, 1, 5, 6)}
    return fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(cube, header, **options)])


def with_stokes_fastest(cube: NDArray[np.float32]) -> fits.HDUList:
    hdu = fits.PrimaryHDU(np.ascontiguousarray(np.moveaxis(cube, 0, -1)))
    celestial = ({"CTYPE": "RA---SIN", "CDELT": -0.01}, {"CTYPE": "DEC--SIN", "CDELT": 0.01})
    for number, axis in enumerate((along(1, 1), *celestial, FREQ), 1):
        hdu.header.update({f"{key}{number}": value for key, value in axis.items()})
    return fits.HDUList([hdu])


def with_header_of_astropy(cube: NDArray[np.float32]) -> fits.HDUList:
    wcs = WCS(naxis=4)
    wcs.wcs.ctype = ["RA---SIN", "DEC--SIN", "STOKES", "FREQ"]
    wcs.wcs.crval, wcs.wcs.crpix = [10.0, 20.0, 3.0, 1.4e9], [1.0, 1.0, 3.0, 1.0]
    wcs.wcs.cd = np.diag([-0.01, 0.01, 1.0, 1e6])
    return fits.HDUList([fits.PrimaryHDU(cube.swapaxes(0, 1), wcs.to_header())])


def with_more_axes(cube: NDArray[np.float32]) -> fits.HDUList:
    beam = {"CTYPE": "BEAM", "CRVAL": 0.0}
    header = fits.Header(cards(beam, FREQ, along(1, 1)))
    return fits.HDUList([fits.PrimaryHDU(cube[:, :, None].astype(np.float64), header)])


@pytest.mark.parametrize(
    "layout", [compressed, with_stokes_fastest, with_header_of_astropy, with_more_axes]
)
def test_layouts_of_files(layout: Any, open_image: Any, tmp_path: Any) -> None:
    cube = values()
    layout(cube).writeto(tmp_path / "a.fits")
    image = open_image(tmp_path / "a.fits")
    assert image.measured_stokes == ("I", "Q", "U", "V")
    assert (image.width, image.height) == (6, 5)
    assert [channel.value for channel in image.channels] == [1.4e9 + 1e6 * k for k in range(7)]
    np.testing.assert_array_equal(shown(image, "U", 5), cube[2, 4])
    expected = np.hypot(cube[1, 4].astype(np.float64), cube[2, 4])
    np.testing.assert_allclose(shown(image, "P", 5), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("code", "step", "length"),
    [
        (1, 1, 4),
        (1, 3, 2),
        (-1, -1, 4),
        (-1, -1, 2),
        (-5, -1, 4),
        (-8, 1, 4),
        (4, -1, 4),
        (3, -2, 2),
    ],
)
def test_names_are_those_of_the_standard(
    code: int, step: int, length: int, write_fits: Any, open_image: Any
) -> None:
    path = write_fits("s.fits", (np.zeros((length, 4, 5), np.float32), cards(along(code, step))))
    image = open_image(path)
    wcs = WCS(fits.getheader(path)).sub([3])
    codes = wcs.pixel_to_world_values(np.arange(length))
    # astropy's own table of the codes of FITS
    assert image.measured_stokes == tuple(np.atleast_1d(StokesCoord(codes).symbol))
    assert (len(image.channels), image.channel_axis) == (1, "")


def test_planes_without_a_code_have_numbers(write_fits: Any, open_image: Any) -> None:
    path = write_fits("s.fits", (np.zeros((2, 4, 5), np.float32), cards(along(1, 40))))
    assert open_image(path).measured_stokes == ("I", "2")
    path = write_fits("t.fits", (np.zeros((3, 4, 5), np.float32), cards(along(1, 0))))
    assert open_image(path).measured_stokes == ("1", "2", "3")


def test_an_axis_of_length_1_names_the_parameter(write_fits: Any, open_image: Any) -> None:
    path = write_fits("q.fits", (values()[:1], cards(FREQ, along(2, 1))))
    image = open_image(path)
    assert [stokes.name for stokes in image.stokes] == ["Q"]
    assert len(image.channels) == 7
    path = write_fits("beam.fits", (values()[:1], cards(FREQ, along(0, 1))))
    assert open_image(path).stokes == ()
    path = write_fits("plain.fits", (values()[0], cards(FREQ)))
    assert open_image(path).stokes == ()


def test_it_stands_beside_times(write_fits: Any, open_image: Any) -> None:
    cube = values()
    time = {"CTYPE": "TIME", "CUNIT": "s", "CRVAL": 0.0, "CDELT": 10.0, "CRPIX": 1.0}
    image = open_image(write_fits("a.fits", (cube, cards(time, along(1, 1)))))
    assert (len(image.frames), len(image.channels)) == (7, 1)
    found = image.of_stokes("U").plane(Selection(frame=(5, 5))).read(Region(0, 0, 6, 5))
    np.testing.assert_array_equal(found[::-1], cube[2, 4])


DERIVED: dict[str, tuple[Callable[[Doubles], Doubles], str | None]] = {
    "P": (lambda c: np.sqrt(c[1] ** 2 + c[2] ** 2), "Jy/beam"),
    "PF": (lambda c: np.sqrt(c[1] ** 2 + c[2] ** 2) / c[0], None),
    "PA": (lambda c: 0.5 * np.rad2deg(np.arctan2(c[2], c[1])), "deg"),
    "Ptotal": (lambda c: np.sqrt(c[1] ** 2 + c[2] ** 2 + c[3] ** 2), "Jy/beam"),
    "PFtotal": (lambda c: np.sqrt(c[1] ** 2 + c[2] ** 2 + c[3] ** 2) / c[0], None),
}


@pytest.mark.parametrize("name", DERIVED)
def test_derived_parameters_are_those_of_numpy(name: str, write_fits: Any, open_image: Any) -> None:
    cube = values()
    cube[1, :, 1, 2] = np.nan
    cube[2, :, 3, 3] = np.nan
    image = open_image(write_fits("a.fits", (cube, cards(FREQ, along(1, 1)))))
    compute, unit = DERIVED[name]
    expected = compute(cube.astype(np.float64))
    assert np.isnan(expected[:, [1, 3], [2, 3]]).all()
    for channel in range(7):
        found = shown(image, name, channel + 1)
        np.testing.assert_allclose(found, expected[channel].astype(np.float32), rtol=1.2e-7)
    assert image.of_stokes(name).unit == unit
    plane = image.of_stokes(name).plane(Selection(channel=(4, 4)))
    # A pixel has the precision of the file's numbers, not that of a picture.
    assert plane.value(4, 0).value == pytest.approx(expected[3, -1, 4], rel=1e-14)
    assert plane.value(4, 0).raw is None
    assert plane.value(2, 3).value is None


def test_what_cannot_be_derived_is_not_offered(write_fits: Any, open_image: Any) -> None:
    def derived(code: int, step: int, length: int) -> list[str]:
        array = np.ones((length, 4, 5), np.float32)
        image = open_image(write_fits("s.fits", (array, cards(along(code, step)))))
        return [stokes.name for stokes in image.stokes if stokes.derived]

    assert derived(1, 1, 4) == ["P", "PF", "PA", "Ptotal", "PFtotal"]
    assert derived(1, 1, 3) == ["P", "PF", "PA"]
    assert derived(2, 1, 2) == ["P", "PA"]
    assert derived(1, 3, 2) == []
    assert derived(-1, -1, 2) == ["I", "V"]
    assert derived(-5, -1, 2) == ["I"]
    assert derived(-7, -1, 2) == []


def test_intensities_of_feeds(write_fits: Any, open_image: Any) -> None:
    cube = values(2)
    image = open_image(write_fits("a.fits", (cube, cards(FREQ, along(-1, -1)))))
    right, left = cube.astype(np.float64)
    np.testing.assert_allclose(shown(image, "I", 2), (right[1] + left[1]) / 2, rtol=1e-6)
    np.testing.assert_allclose(shown(image, "V", 2), (right[1] - left[1]) / 2, rtol=1e-6)
    np.testing.assert_array_equal(shown(image, "RR", 2), cube[0, 1])


def test_a_fraction_of_nothing_is_missing(write_fits: Any, open_image: Any) -> None:
    cube = values()
    cube[0, 0, 2, 2] = 0.0
    image = open_image(write_fits("a.fits", (cube, cards(FREQ, along(1, 1)))))
    assert np.argwhere(~np.isfinite(shown(image, "PF"))).tolist() == [[2, 2]]


def test_stored_numbers_are_scaled_first(write_fits: Any, open_image: Any, tmp_path: Any) -> None:
    stored = np.arange(4 * 20).reshape(4, 4, 5).astype(np.int16) - 30
    hdu = fits.PrimaryHDU(stored, fits.Header(cards(along(1, 1))))
    hdu.header["BLANK"] = -30 + 27  # in Q
    hdu.header["BSCALE"], hdu.header["BZERO"] = 0.25, 3.0
    path = tmp_path / "scaled.fits"
    hdu.writeto(path)
    physical = stored * 0.25 + 3.0
    physical[stored == -3] = np.nan
    image = open_image(path)
    found = shown(image, "P")
    np.testing.assert_allclose(found, np.hypot(physical[1], physical[2]), rtol=1e-6)
    assert np.argwhere(np.isnan(found)).tolist() == [[1, 2]]


@pytest.mark.parametrize("size", [1e300, 1e39, 1e-300])
def test_values_beyond_single_precision(size: float, write_fits: Any, open_image: Any) -> None:
    cube = values().astype(np.float64) * size
    image = open_image(write_fits("a.fits", (cube, cards(FREQ, along(1, 1)))))
    unscaled = cube / size
    for name, expected in (("P", np.hypot(unscaled[1], unscaled[2])), ("PA", None)):
        plane = image.of_stokes(name).plane(Selection(channel=(3, 3)))
        numbers = plane.read(Region(0, 0, 6, 5))[::-1].astype(np.float64)
        if expected is None:
            angle = 0.5 * np.rad2deg(np.arctan2(unscaled[2], unscaled[1]))
            np.testing.assert_allclose(numbers, angle[2], rtol=1e-6)
            continue
        shift = plane.shift
        np.testing.assert_allclose(numbers * (shift.scale / size), expected[2], rtol=1e-6)
        averaged = image.of_stokes(name).plane(Selection(channel=(2, 5), collapse="mean"))
        numbers = averaged.read(Region(0, 0, 6, 5))[::-1].astype(np.float64)
        np.testing.assert_allclose(
            numbers * (averaged.shift.scale / size), expected[1:5].mean(axis=0), rtol=1e-6
        )


@pytest.mark.parametrize("method", ["mean", "sum", "max", "median"])
def test_a_range_combines_the_derived_planes(method: str, write_fits: Any, open_image: Any) -> None:
    cube = values()
    image = open_image(write_fits("a.fits", (cube, cards(FREQ, along(1, 1)))))
    intensity = np.hypot(*cube[1:3].astype(np.float64))
    expected = getattr(np, method)(intensity[1:6], axis=0)
    np.testing.assert_allclose(shown(image, "P", 2, 6, collapse=method), expected, rtol=1e-6)


@pytest.mark.parametrize("method", ["mean", "sum", "median"])
def test_the_angle_of_a_range_is_that_of_its_directions(
    method: str, write_fits: Any, open_image: Any
) -> None:
    cube = values()
    image = open_image(write_fits("a.fits", (cube, cards(FREQ, along(1, 1)))))
    q, u = (getattr(np, method)(part[1:6].astype(np.float64), axis=0) for part in cube[1:3])
    expected = 0.5 * np.rad2deg(np.arctan2(u, q))
    np.testing.assert_allclose(shown(image, "PA", 2, 6, collapse=method), expected, atol=1e-4)


def test_the_same_parameter_is_the_same_image(write_fits: Any, open_image: Any) -> None:
    image = open_image(write_fits("a.fits", (values(), cards(FREQ, along(1, 1)))))
    assert image.of_stokes("I") is image
    other = image.of_stokes("Q")
    assert other is image.of_stokes("P").of_stokes("Q")
    assert other.first_stokes is image
    assert other.sky is image.sky
