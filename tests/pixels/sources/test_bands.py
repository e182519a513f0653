"""Band sets: one grid as it is, another brought onto the first."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.coordinates import FK4, FK5, BarycentricMeanEcliptic, SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

from celestile.errors import UnservableImageError
from celestile.geometry import Region
from celestile.pixels.plane import Selection
from celestile.pixels.sources.bands import Band

SKY = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 266.4, "CRVAL2": -28.9, "CRPIX1": 30.5,
    "CRPIX2": 25.5, "CDELT1": -2e-4, "CDELT2": 2e-4, "RADESYS": "ICRS",
}  # fmt: skip


def smooth(shape: tuple[int, int]) -> Any:
    y, x = np.mgrid[: shape[0], : shape[1]]
    return (np.sin(x / 6) + np.cos(y / 7)).astype(np.float32)


def test_one_grid_is_used_as_it_is(write_fits: Any, open_image: Any, read_pixels: Any) -> None:
    arrays = [np.random.default_rng(n).normal(size=(50, 60)).astype(np.float32) for n in range(3)]
    bands = tuple(
        Band(name=name, path=write_fits(f"{name}.fits", (array, SKY)), color=color)
        for name, array, color in zip("gri", arrays, ("0000ff", None, "ff0000"), strict=True)
    )
    image = open_image(bands=bands)
    assert image.channel_axis == "band"
    assert [(c.index, c.name, c.color) for c in image.channels] == [
        (1, "g", "0000ff"), (2, "r", None), (3, "i", "ff0000"),
    ]  # fmt: skip
    for number, array in enumerate(arrays, 1):
        np.testing.assert_array_equal(read_pixels(image, 1, number), array[::-1])
        assert image.plane(Selection(channel=(number, number))).direct


@pytest.mark.parametrize(
    ("cards", "wavelength"),
    [
        ({"PHOTPLAM": 8045.5}, 804.55e-9),
        ({"WAVELNTH": 171, "WAVEUNIT": "angstrom"}, 17.1e-9),
        ({"WAVELNTH": 1083.0, "WAVEUNIT": "nm"}, 1083e-9),
        ({"WAVELNTH": 171}, None),
        ({"FILTER": "z DECam SDSS c0004 9260.0 1520.0"}, 926e-9),
        ({"FILTER": "r"}, None),
        ({"PHOTPLAM": "unknown", "WAVELNTH": 0, "WAVEUNIT": "nm"}, None),
        ({}, None),
    ],
)
def test_wavelengths_of_filters(
    cards: dict[str, Any], wavelength: float | None, write_fits: Any, open_image: Any
) -> None:
    """Keywords of HST, of solar missions and of NOAO, as files of theirs have them."""
    array = np.zeros((5, 6), np.float32)
    paths = write_fits("a.fits", (array, cards)), write_fits("b.fits", array)
    image = open_image(bands=tuple(Band(name=str(path), path=path) for path in paths))
    expected = None if wavelength is None else pytest.approx(wavelength)
    assert [channel.wavelength for channel in image.channels] == [expected, None]


def test_the_same_size_without_sky_is_one_grid(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    bands = tuple(
        Band(name=str(n), path=write_fits(f"{n}.fits", np.full((5, 6), n, np.float32)))
        for n in range(2)
    )
    image = open_image(bands=bands)
    assert [read_pixels(image, 1, n)[0, 0] for n in (1, 2)] == [0, 1]


def test_another_size_without_sky_is_refused(write_fits: Any, open_image: Any) -> None:
    bands = (
        Band(name="one", path=write_fits("1.fits", np.zeros((5, 6), np.float32))),
        Band(name="two", path=write_fits("2.fits", np.zeros((6, 6), np.float32))),
    )
    with pytest.raises(UnservableImageError, match="channel 'two': it is on another grid"):
        open_image(bands=bands)


def test_a_file_that_cannot_be_read_is_named(
    write_fits: Any, tmp_path: Path, open_image: Any
) -> None:
    (tmp_path / "b.fits").write_bytes(b"nothing")
    bands = (
        Band(name="one", path=write_fits("1.fits", np.zeros((5, 6), np.float32))),
        Band(name="two", path=tmp_path / "b.fits"),
    )
    with pytest.raises(UnservableImageError, match="channel 'two': this is not a FITS file"):
        open_image(bands=bands)


def test_another_hdu_of_one_file(write_fits: Any, open_image: Any, read_pixels: Any) -> None:
    arrays = [np.full((5, 6), n, np.float32) for n in range(3)]
    path = write_fits("a.fits", *((a, {"EXTNAME": f"B{n}"}) for n, a in enumerate(arrays)))
    bands = tuple(Band(name=f"b{n}", path=path, hdu=f"B{n}") for n in (2, 0))
    image = open_image(bands=bands)
    assert [read_pixels(image, 1, n)[0, 0] for n in (1, 2)] == [2, 0]


@pytest.mark.parametrize(
    "other",
    [
        {"CRPIX1": 33.25, "CRPIX2": 21.75},
        {"CDELT1": -1.7e-4, "CDELT2": 1.7e-4, "CRPIX1": 36.0},
        {"CROTA2": 25.0},
        {"CTYPE1": "RA---SIN", "CTYPE2": "DEC--SIN"},
        {"CRVAL1": 266.401, "CRVAL2": -28.9005},
    ],
)
def test_another_grid_is_brought_onto_the_first(
    other: dict[str, Any], write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    reproject = pytest.importorskip("reproject", reason="reproject is not installed")
    array = smooth((50, 60))
    first = write_fits("1.fits", (np.zeros((52, 58), np.float32), SKY))
    second = write_fits("2.fits", (array, SKY | other))
    image = open_image(bands=(Band(name="a", path=first), Band(name="b", path=second)))
    ours = read_pixels(image, 1, 2)
    theirs, _ = reproject.reproject_interp(
        (array, WCS(fits.getheader(second))), WCS(fits.getheader(first)), (52, 58)
    )
    both = np.isfinite(ours) & np.isfinite(theirs[::-1])
    assert both.mean() > 0.6
    np.testing.assert_allclose(ours[both], theirs[::-1][both], atol=2e-3)
    # They stop at the same edge, to a pixel.
    assert np.abs(np.isfinite(ours).sum() - np.isfinite(theirs).sum()) <= 2 * (50 + 60)


FRAMES = {
    "FK5 J2000": (FK5(equinox="J2000"), {"RADESYS": "FK5", "EQUINOX": 2000.0}),
    "FK5 J2015.5": (FK5(equinox="J2015.5"), {"RADESYS": "FK5", "EQUINOX": 2015.5}),
    "FK4 B1950": (FK4(equinox="B1950"), {"RADESYS": "FK4", "EQUINOX": 1950.0}),
    "FK4 B1900": (FK4(equinox="B1900"), {"RADESYS": "FK4", "EQUINOX": 1900.0}),
    "ecliptic J2000": (
        BarycentricMeanEcliptic(equinox="J2000"),
        {"CTYPE1": "ELON-TAN", "CTYPE2": "ELAT-TAN", "EQUINOX": 2000.0},
    ),
    "ecliptic J2050": (
        BarycentricMeanEcliptic(equinox="J2050"),
        {"CTYPE1": "ELON-TAN", "CTYPE2": "ELAT-TAN", "EQUINOX": 2050.0},
    ),
}


def field_around(star: SkyCoord, frame: str, x: float, y: float) -> tuple[Any, dict[str, Any]]:
    """An image with a star at a FITS pixel, in the coordinates of a frame by astropy."""
    system, cards = FRAMES[frame]
    there = star.transform_to(system).spherical
    rows, columns = np.mgrid[1:51, 1:61]
    array = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 8).astype(np.float32)
    place = {"CRVAL1": there.lon.deg, "CRVAL2": there.lat.deg, "CRPIX1": x, "CRPIX2": y}
    return array, {key: value for key, value in SKY.items() if key != "RADESYS"} | cards | place


def centroid(values: Any) -> tuple[float, float]:
    rows, columns = np.indices(values.shape)
    weights = np.nan_to_num(values)
    return np.average(columns, weights=weights), np.average(rows, weights=weights)


@pytest.mark.parametrize("align", ["bands", "frames"])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FK5 J2000", "FK5 J2015.5"),
        ("FK5 J2015.5", "FK5 J2000"),
        ("FK4 B1950", "FK4 B1900"),
        ("FK4 B1900", "FK5 J2015.5"),
        ("ecliptic J2000", "ecliptic J2050"),
        ("ecliptic J2050", "FK5 J2000"),
    ],
)
def test_a_star_is_one_place_whatever_the_equinox(
    one: str, other: str, align: str, write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    star = SkyCoord(266.4, -28.9, unit="deg", frame="icrs")
    first = write_fits("1.fits", field_around(star, one, 30.0, 25.0))
    second = write_fits("2.fits", field_around(star, other, 20.0, 28.0))
    if align == "bands":
        image = open_image(bands=(Band(name="a", path=first), Band(name="b", path=second)))
        planes = read_pixels(image, 1, 1), read_pixels(image, 1, 2)
    else:
        image = open_image(frames=(first, second), align="wcs")
        planes = read_pixels(image, 1), read_pixels(image, 2)
    np.testing.assert_allclose(centroid(planes[1]), centroid(planes[0]), atol=0.05)


def test_equal_pixels_of_two_equinoxes_are_two_grids(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    """The same reference values of J2000 and of J2015.5 are 773 arcseconds apart."""
    array = smooth((50, 60))
    bands = tuple(
        Band(name=f"e{n}", path=write_fits(f"{n}.fits", (array, SKY | FRAMES[frame][1])))
        for n, frame in enumerate(("FK5 J2000", "FK5 J2015.5"))
    )
    places = [
        SkyCoord(SKY["CRVAL1"], SKY["CRVAL2"], unit="deg", frame=FRAMES[frame][0])
        for frame in ("FK5 J2000", "FK5 J2015.5")
    ]
    away = places[0].separation(places[1].transform_to("fk5")).deg
    assert away > 60 * abs(SKY["CDELT1"])  # more than the whole image
    assert np.isnan(read_pixels(open_image(bands=bands), 1, 2)).all()


def test_a_coarser_grid_averages_the_finer_one(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    fine = np.random.default_rng(5).normal(10, 1, (90, 120)).astype(np.float32)
    fine_sky = SKY | {"CDELT1": -1e-4, "CDELT2": 1e-4, "CRPIX1": 60.5, "CRPIX2": 45.5}
    coarse_sky = SKY | {"CDELT1": -4e-4, "CDELT2": 4e-4, "CRPIX1": 8.5, "CRPIX2": 6.5}
    bands = (
        Band(name="a", path=write_fits("1.fits", (np.zeros((12, 16), np.float32), coarse_sky))),
        Band(name="b", path=write_fits("2.fits", (fine, fine_sky))),
    )
    values = read_pixels(open_image(bands=bands), 1, 2)
    inner = values[2:-2, 2:-2]
    # The noise of a mean of sixteen pixels is a quarter.
    assert inner.std() < 0.4
    assert inner.mean() == pytest.approx(10, abs=0.1)


def test_missing_pixels_stay_missing_on_another_grid(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    array = np.ones((50, 60), np.float32)
    array[20:30, 20:40] = np.nan
    bands = (
        Band(name="a", path=write_fits("1.fits", (np.zeros((50, 60), np.float32), SKY))),
        Band(name="b", path=write_fits("2.fits", (array, SKY | {"CRPIX1": 30.75}))),
    )
    values = read_pixels(open_image(bands=bands), 1, 2)
    hole = np.isnan(values[5:45, 5:55]).sum()
    assert 9 * 18 < hole < 12 * 22
    known = values[np.isfinite(values)]
    np.testing.assert_array_equal(known, 1)


def test_parts_of_a_resampled_plane_agree(write_fits: Any, open_image: Any) -> None:
    bands = (
        Band(name="a", path=write_fits("1.fits", (np.zeros((120, 130), np.float32), SKY))),
        Band(name="b", path=write_fits("2.fits", (smooth((100, 110)), SKY | {"CROTA2": 10.0}))),
    )
    plane = open_image(bands=bands).plane(Selection(channel=(2, 2)))
    whole = plane.read(Region(0, 0, 130, 120))
    for region in (Region(0, 0, 64, 64), Region(37, 51, 70, 40), Region(129, 119, 1, 1)):
        part = whole[region.y : region.bottom, region.x : region.right]
        np.testing.assert_allclose(plane.read(region), part, atol=1e-4)


def test_real_bands_on_one_grid(data_dir: Path, open_image: Any, read_pixels: Any) -> None:
    bands = tuple(Band(name=n, path=data_dir / f"color_2mass_gc/gc_2mass_{n}.fits") for n in "jhk")
    image = open_image(bands=bands)
    # astropy scales 16 bits in single precision.
    np.testing.assert_allclose(
        read_pixels(image, 1, 3), fits.getdata(bands[2].path)[::-1], rtol=2e-7
    )


def test_a_galactic_map_on_an_equatorial_grid(
    data_dir: Path, open_image: Any, read_pixels: Any
) -> None:
    reproject = pytest.importorskip("reproject", reason="reproject is not installed")
    from celestile.pixels.sky.astropy_wcs import quiet  # noqa: PLC0415

    first = data_dir / "color_2mass_gc/gc_2mass_k.fits"
    second = data_dir / "blink/bolocam_gc.fits"
    image = open_image(bands=(Band(name="k", path=first), Band(name="mm", path=second)))
    ours = read_pixels(image, 1, 2)
    with quiet():
        theirs, _ = reproject.reproject_interp(
            (fits.getdata(second), WCS(fits.getheader(second))),
            WCS(fits.getheader(first)),
            (image.height, image.width),
        )
    both = np.isfinite(ours) & np.isfinite(theirs[::-1])
    assert both.mean() > 0.3
    scale = np.nanpercentile(theirs, 99.9)
    assert np.percentile(np.abs(ours - theirs[::-1])[both], 99.9) < 0.01 * scale
