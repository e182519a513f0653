"""Chips placed by their sky coordinates, against astropy and an exact bilinear reference."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.image import Image
from celestile.pixels.plane import Selection
from celestile.pixels.sky.frames import CelestialFrame

Floats = NDArray[np.float64]
RNG = np.random.default_rng(20260105)


def sky_cards(
    lon: float,
    lat: float,
    scale: float = 0.2,
    angle: float = 0.0,
    size: tuple[int, int] = (60, 50),
    parity: int = -1,
) -> dict[str, Any]:
    """Cards of a chip whose centre is at a place; scale in arcsec, angle in degrees."""
    step, turn = scale / 3600, np.radians(angle)
    return {
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": lon, "CRVAL2": lat,
        "CRPIX1": size[0] / 2 + 0.5, "CRPIX2": size[1] / 2 + 0.5, "RADESYS": "ICRS",
        "CD1_1": parity * step * np.cos(turn), "CD1_2": step * np.sin(turn),
        "CD2_1": parity * step * np.sin(turn) * -1, "CD2_2": step * np.cos(turn),
    }  # fmt: skip


def smooth(shape: tuple[int, int], seed: int) -> NDArray[np.float32]:
    y, x = np.mgrid[: shape[0], : shape[1]]
    phase = np.random.default_rng(seed).uniform(0, 6, 2)
    return (100 + np.sin(x / 4 + phase[0]) * 20 + np.cos(y / 5 + phase[1]) * 20).astype(np.float32)


def bilinear(array: Any, x: Floats, y: Floats) -> Floats:
    """Value at 0-based FITS pixels, NaN outside the pixels' centres."""
    height, width = array.shape
    column, row = np.floor(x).astype(int), np.floor(y).astype(int)
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    column, row = np.clip(column, 0, width - 2), np.clip(row, 0, height - 2)
    fx, fy = x - column, y - row
    with np.errstate(invalid="ignore"):
        value = (
            array[row, column] * (1 - fx) * (1 - fy)
            + array[row, column + 1] * fx * (1 - fy)
            + array[row + 1, column] * (1 - fx) * fy
            + array[row + 1, column + 1] * fx * fy
        )
    return np.where(inside, value, np.nan)


def world(image: Image) -> tuple[Floats, Floats]:
    x, y = np.meshgrid(np.arange(image.width) + 0.5, np.arange(image.height) + 0.5)
    return image.sky.world_array(x, y)


def test_a_mosaic_keeps_the_equinox_of_its_chips(write_fits: Any, open_image: Any) -> None:
    frame = {"RADESYS": "FK5", "EQUINOX": 2015.5}
    cards = [sky_cards(10.0 + shift, 5.0) | frame for shift in (0.0, 0.005)]
    image = open_image(write_fits("a.fits", *((smooth((50, 60), 0), each) for each in cards)))
    assert "sky coordinates" in image.notes[0]
    assert image.sky.celestial_frame == CelestialFrame("fk5", 2015.5)


CAMERAS = {
    "side by side": [(10.0, 5.0, 0.2, 0.0), (10.005, 5.0, 0.2, 0.0)],
    "rotated": [(10.0, 5.0, 0.2, 30.0), (10.004, 5.004, 0.2, 32.0)],
    "unequal scales": [(10.0, 5.0, 0.1, 0.0), (10.004, 5.0, 0.2, 90.0)],
    "near the pole": [(40.0, 89.9, 0.2, 10.0), (44.0, 89.9, 0.2, 14.0)],
    "across longitude 0": [(359.999, -30.0, 0.2, 5.0), (0.003, -30.0, 0.2, 5.0)],
}


@pytest.mark.parametrize("camera", CAMERAS)
def test_pixels_are_those_of_the_chip_under_them(
    camera: str, write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    arrays = [smooth((50, 60), seed) for seed in range(2)]
    cards = [sky_cards(*place) for place in CAMERAS[camera]]
    image = open_image(write_fits("a.fits", *zip(arrays, cards, strict=True)))
    assert "sky coordinates" in image.notes[0]
    values = read_pixels(image)
    lon, lat = world(image)
    found = np.zeros(values.shape, bool)
    for array, header in zip(arrays, cards, strict=True):
        x, y = WCS(fits.Header(header)).all_world2pix(lon, lat, 0)
        expected = bilinear(array, x, y)
        inner = (x > 1) & (x < 58) & (y > 1) & (y < 48)
        # Where the grid is coarser than the chip several samples are averaged.
        tolerance = 0.05 if "unequal" not in camera else 3.0
        assert inner.sum() > 500
        assert np.abs(values - expected)[inner].max() < tolerance
        found |= (x > -0.4) & (x < 59.4) & (y > -0.4) & (y < 49.4)
        beyond = (x < -0.6) | (x > 59.6) | (y < -0.6) | (y > 49.6)
        found |= ~beyond & np.isnan(values)
    assert not np.isnan(values[found & ~np.isnan(values)]).any()
    assert np.isnan(values[~found]).mean() > 0.95


def test_every_chip_lies_wholly_within_the_mosaic(write_fits: Any, open_image: Any) -> None:
    cards = [sky_cards(10 + 0.005 * n, 5 + 0.001 * n, angle=11.0 * n) for n in range(3)]
    arrays = [np.full((50, 60), n + 1, np.float32) for n in range(3)]
    image = open_image(write_fits("a.fits", *zip(arrays, cards, strict=True)))
    for header in cards:
        lon, lat = WCS(fits.Header(header)).all_pix2world([0, 59, 0, 59], [0, 0, 49, 49], 0)
        x, y = image.sky.pixel_array(lon, lat)
        assert ((x > 0) & (x < image.width) & (y > 0) & (y < image.height)).all()


def test_the_orientation_and_the_finest_scale_are_kept(write_fits: Any, open_image: Any) -> None:
    cards = [sky_cards(10, 5, 0.1), sky_cards(10.008, 5, 0.2, angle=20, size=(160, 150))]
    arrays = [np.ones((50, 60), np.float32), np.ones((150, 160), np.float32)]
    image = open_image(write_fits("a.fits", *zip(arrays, cards, strict=True)))
    x = np.array([image.width / 2, image.width / 2 + 1])
    lon, lat = image.sky.world_array(x, np.full(2, image.height / 2))
    dx, dy = np.diff(lon)[0] * np.cos(np.radians(lat[0])), np.diff(lat)[0]
    assert np.hypot(dx, dy) * 3600 == pytest.approx(0.1, rel=1e-3)
    # One pixel to the right goes where it goes on the larger chip.
    assert np.arctan2(dy, dx) == pytest.approx(
        np.arctan2(cards[1]["CD2_1"], cards[1]["CD1_1"]), abs=1e-2
    )


def test_exposures_of_one_field_are_no_chips(write_fits: Any, open_image: Any) -> None:
    array = smooth((50, 60), 1)
    hdus = [(array, sky_cards(10, 5) | {"EXTNAME": f"exp{n}"}) for n in range(3)]
    image = open_image(write_fits("a.fits", *hdus))
    assert "contact sheet" in image.notes[0]
    assert [c.name for c in image.chips] == ["exp0", "exp1", "exp2"]


def test_a_chip_without_sky_makes_a_contact_sheet(write_fits: Any, open_image: Any) -> None:
    array = smooth((50, 60), 1)
    image = open_image(write_fits("a.fits", (array, sky_cards(10, 5)), (array, {})))
    assert "contact sheet" in image.notes[0]


def test_chips_far_apart_do_not_make_a_mosaic_of_emptiness(
    write_fits: Any, open_image: Any
) -> None:
    array = smooth((50, 60), 1)
    image = open_image(write_fits("a.fits", (array, sky_cards(10, 5)), (array, sky_cards(40, 25))))
    assert image.width * image.height <= 10 * 2 * array.size


def test_a_corrupt_chip_is_a_gap_on_the_sky(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    arrays = [smooth((50, 60), n) for n in range(2)]
    cards = [sky_cards(10 + 0.005 * n, 5) for n in range(2)]
    path = write_fits("a.fits", *zip(arrays, cards, strict=True))
    with path.open("r+b") as stream:
        stream.truncate(path.stat().st_size - 14300)
    image = open_image(path)
    assert [c.problem is None for c in image.chips] == [True, False]
    values = read_pixels(image)
    region = image.chips[0].region
    part = values[region.y + 1 : region.bottom - 1, region.x + 1 : region.right - 1]
    assert not np.isnan(part).any()
    assert np.isnan(values).sum() > 2500


def test_the_values_told_are_the_chips_own(write_fits: Any, open_image: Any) -> None:
    arrays = [RNG.integers(0, 60000, (50, 60)).astype(np.uint16) for _ in range(2)]
    cards = [sky_cards(10 + 0.005 * n, 5, angle=n) for n in range(2)]
    image = open_image(write_fits("a.fits", *zip(arrays, cards, strict=True)))
    plane = image.plane(Selection())
    lon, lat = world(image)
    checked = 0
    for array, header in zip(arrays, cards, strict=True):
        x, y = WCS(fits.Header(header)).all_world2pix(lon, lat, 0)
        for row, column in RNG.integers(0, [image.height, image.width], (60, 2)):
            if 0 <= x[row, column] <= 59 and 0 <= y[row, column] <= 49:
                own = array[round(float(y[row, column])), round(float(x[row, column]))]
                assert plane.value(int(column), int(row)).value == own
                checked += 1
    assert checked > 20


@pytest.mark.parametrize(
    ("name", "size"),
    [("mosaic/wfpc2_mef.fits.gz", (3322, 3341)), ("mosaic/acs_test.fits.gz", (4327, 4361))],
)
def test_real_cameras_without_detector_sections(
    data_dir: Path, name: str, size: tuple[int, int], open_image: Any
) -> None:
    image = open_image(data_dir / name)
    assert (image.width, image.height) == size
    assert "sky coordinates" in image.notes[0]
    from celestile.pixels.sky.astropy_wcs import quiet  # noqa: PLC0415

    with fits.open(data_dir / name) as hdulist:
        for each in image.chips:
            hdu = hdulist[int(each.selector)]
            with quiet():
                wcs = WCS(hdu.header, hdulist if "wfpc2" in name else None)
            height, width = hdu.data.shape
            x = RNG.uniform(20, width - 20, 30)
            y = RNG.uniform(20, height - 20, 30)
            lon, lat = wcs.all_pix2world(x, y, 0)
            at_x, at_y = image.sky.pixel_array(lon, lat)
            region = each.region
            assert ((at_x >= region.x) & (at_x <= region.right)).all()
            assert ((at_y >= region.y) & (at_y <= region.bottom)).all()
            again_lon, again_lat = image.sky.world_array(at_x, at_y)
            np.testing.assert_allclose(again_lon, lon, atol=1e-6)
            np.testing.assert_allclose(again_lat, lat, atol=1e-6)


def test_real_chips_agree_with_reproject(data_dir: Path, open_image: Any) -> None:
    """Pixel values through the sky, against another program that does the same."""
    reproject = pytest.importorskip("reproject", reason="reproject is not installed")
    name = "mosaic/wfpc2_mef.fits.gz"
    image = open_image(data_dir / name)
    grid = image.sky.chips[0].coordinates.celestial_wcs
    corner = Region(*[image.chips[0].region.x + 100, image.chips[0].region.y + 100, 300, 300])
    found = image.plane(Selection()).read(corner)
    header = grid.to_header()
    # Our row 0 is at the top: the corner's last row is its first in FITS.
    header["CRPIX1"] -= corner.x
    header["CRPIX2"] -= image.height - corner.bottom
    with fits.open(data_dir / name) as hdulist:
        hdu = hdulist[int(image.chips[0].selector)]
        theirs, _ = reproject.reproject_interp((hdu.data, WCS(hdu.header)), header, (300, 300))
    both = np.isfinite(theirs[::-1]) & np.isfinite(found)
    assert both.mean() > 0.9
    scale = np.nanpercentile(theirs, 99.9) - np.nanpercentile(theirs, 0.1)
    assert np.abs(theirs[::-1] - found)[both].max() < 2e-3 * scale + 0.05


def own_chip(image: Image, headers: dict[str, Any], x: int, y: int) -> tuple[str, Floats, Floats]:
    """Chip under a pixel; its astropy pixels, from 0, of the pixel's centre and their position."""
    found = image.chip_at(x, y)
    assert found is not None
    lon, lat = image.sky.world_array(np.array([x + 0.5]), np.array([y + 0.5]))
    pixel = np.concatenate(headers[found.selector].all_world2pix(lon, lat, 0))
    position = np.concatenate(headers[found.selector].all_pix2world(*pixel[:, None], 0))
    np.testing.assert_allclose(position, [lon[0], lat[0]], rtol=0, atol=1e-6)
    return found.selector, pixel, position


def test_the_chip_told_is_the_one_that_is_shown(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    # Chips as of WFPC2: one of twice the scale, all turned; their rectangles overlap, and two of
    # them do, too. Each holds its own number only.
    places = [(10.0, 5.0, 0.1, 45.0), (10.0026, 5.0, 0.2, 0.0), (10.0002, 5.0031, 0.2, 30.0)]
    arrays = [np.full((50, 60), n, np.float32) for n in (1, 2, 3)]
    arrays[0][20:25, 50:] = np.nan
    cards = [sky_cards(*place) for place in places]
    image = open_image(write_fits("a.fits", *zip(arrays, cards, strict=True)))
    assert "sky coordinates" in image.notes[0]
    regions = [chip.region for chip in image.chips]
    values = read_pixels(image)
    shown = np.full(values.shape, np.nan)
    ambiguous = 0
    drawn = np.zeros(values.shape, bool)
    for y, x in RNG.integers(0, values.shape, (2500, 2)).tolist():
        drawn[y, x] = True
        within = sum(r.x <= x < r.right and r.y <= y < r.bottom for r in regions)
        ambiguous += within > 1
        chip = image.chip_at(x, y)
        value = image.plane(Selection()).value(x, y).value
        if chip is not None and value is not None:
            assert chip.selector == f"{value:.0f}"
            shown[y, x] = float(chip.selector)
    assert ambiguous > 100
    both = drawn & np.isfinite(values) & np.isfinite(shown)
    pure = both & (values == np.round(values))
    assert pure.sum() > 1000
    assert (values[pure] == shown[pure]).all()
    # A picture blends, and begins, at the margin of half a pixel.
    assert (np.isfinite(values) != np.isfinite(shown))[drawn].mean() < 0.02


def test_a_gap_between_turned_chips_is_of_none_and_a_bad_pixel_of_its_chip(
    write_fits: Any, open_image: Any
) -> None:
    arrays = [np.full((50, 60), 1, np.float32), np.full((70, 80), 2, np.float32)]
    arrays[0][20:30, 25:35] = np.nan
    cards = [sky_cards(10.0, 5.0, 0.2, 45.0), sky_cards(10.006, 5.0, 0.2, 0.0, (80, 70))]
    cards[0]["EXTNAME"], cards[1]["EXTNAME"] = "ccd1", "ccd2"
    image = open_image(write_fits("a.fits", *zip(arrays, cards, strict=True)))
    first = image.chips[0].region
    assert image.chip_at(first.x + 1, first.y + 1) is None
    middle = image.chip_at(first.x + first.width // 2, first.y + first.height // 2)
    assert middle is not None
    assert middle.name == "ccd1"


def test_a_chip_that_cannot_be_read_is_named_where_it_would_be(
    write_fits: Any, open_image: Any
) -> None:
    arrays = [smooth((50, 60), n) for n in range(2)]
    cards = [sky_cards(10 + 0.005 * n, 5) | {"EXTNAME": f"ccd{n}"} for n in range(2)]
    path = write_fits("a.fits", *zip(arrays, cards, strict=True))
    with path.open("r+b") as stream:
        stream.truncate(path.stat().st_size - 9000)
    image = open_image(path)
    region = image.chips[1].region
    found = image.chip_at(region.x + region.width // 2, region.y + region.height // 2)
    assert found is image.chips[1]


@pytest.mark.parametrize("name", ["mosaic/wfpc2_mef.fits.gz", "mosaic/acs_test.fits.gz"])
def test_the_readout_of_a_real_camera_is_that_of_its_chip(
    name: str, data_dir: Path, open_image: Any
) -> None:
    image = open_image(data_dir / name)
    from celestile.pixels.sky.astropy_wcs import quiet  # noqa: PLC0415

    with fits.open(data_dir / name) as hdulist, quiet():
        headers = {chip.selector: WCS(hdulist[int(chip.selector)].header) for chip in image.chips}
        arrays = {chip.selector: hdulist[int(chip.selector)].data for chip in image.chips}
    plane = image.plane(Selection())
    seen = set()
    for x, y in RNG.integers(0, [image.width, image.height], (400, 2)).tolist():
        if image.chip_at(x, y) is None:
            assert plane.value(x, y).value is None
            continue
        selector, pixel, _ = own_chip(image, headers, x, y)
        column, row = (int(p) for p in np.floor(pixel + 0.5))
        assert plane.value(x, y).value == pytest.approx(float(arrays[selector][row, column]))
        seen.add(selector)
    assert seen == {chip.selector for chip in image.chips}


OVERSCANS: dict[str, dict[str, Any]] = {
    "DATASEC": {"DATASEC": "[9:68,1:50]"},
    "TRIMSEC": {"TRIMSEC": "[9:68,1:50]"},
    "BIASSEC": {"DATASEC": "[9:68,1:50]", "BIASSEC": "[69:80,1:54]"},
    "ESO": {
        "HIERARCH ESO DET OUT1 NX": 60, "HIERARCH ESO DET OUT1 NY": 50,
        "HIERARCH ESO DET OUT1 PRSCX": 8, "HIERARCH ESO DET OUT1 OVSCX": 12,
        "HIERARCH ESO DET OUT1 OVSCY": 4,
    },
}  # fmt: skip


@pytest.mark.parametrize("cards", OVERSCANS)
def test_overscan_covers_no_neighbour(
    cards: str, write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    hdus, wholes = [], []
    for n, place in enumerate([(10.0, 5.0), (10.0034, 5.0), (10.0, 5.0029)]):
        sky = smooth((50, 60), n)
        array = np.full((54, 80), -999, np.float32)
        array[:50, 8:68] = sky
        header = sky_cards(*place, angle=3.0 * n)
        header["CRPIX1"] += 8
        hdus.append((array, header | OVERSCANS[cards]))
        wholes.append((sky, sky_cards(*place, angle=3.0 * n)))
    image = open_image(write_fits("a.fits", *hdus))
    assert "sky coordinates" in image.notes[0]
    clean = open_image(write_fits("b.fits", *wholes))
    values = read_pixels(image)
    assert np.nanmin(values) > 50
    np.testing.assert_allclose(values, read_pixels(clean), atol=0.01)
    for place in [(20, 20), (60, 60), (image.width - 20, image.height - 20)]:
        own = image.plane(Selection()).value(*place)
        assert own == clean.plane(Selection()).value(*place)


def test_sky_chips_are_brought_to_one_level(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    # One flat sky with noise, seen by chips of known gains and offsets, beside their overscan.
    gains, offsets = np.array([1.0, 1.25, 2.0]), np.array([300.0, 1000.0, 50.0])
    noise = [RNG.normal(0, 6, (50, 60)) for _ in gains]
    hdus = []
    for n, (gain, offset) in enumerate(zip(gains, offsets, strict=True)):
        array = np.full((50, 90), offset, np.float32)
        array[:, :60] = (400 + noise[n]) / gain + offset
        cards = sky_cards(10 + 0.0036 * n, 5) | {"GAIN": gain, "DATASEC": "[1:60,1:50]"}
        hdus.append((array, cards))
    path = write_fits("a.fits", *hdus)
    plain, image = open_image(path), open_image(path, match="background")
    assert "sky coordinates" in image.notes[0]
    before, values = read_pixels(plain), read_pixels(image)
    shown = []
    for n, chip in enumerate(image.chips):
        r = chip.region
        part = (slice(r.y + 2, r.bottom - 2), slice(r.x + 2, r.right - 2))
        scale, shift = np.polyfit(before[part].ravel(), values[part].ravel(), 1)
        # Electrons, in units of the mean chip's counts: the gain is that of the header.
        assert scale == pytest.approx(gains[n] / gains.mean(), rel=1e-3)
        sky = (400 + np.median(noise[n])) / gains.mean() + offsets[n] * scale + shift
        shown.append(sky)
        assert np.median(values[part]) == pytest.approx(sky, abs=0.6)
    # Chips show one level, which is the median of what they showed before but for the gain.
    assert np.ptp(shown) < 0.02
    levels = [((400 + np.median(x)) / g + o) * g / gains.mean()
              for x, g, o in zip(noise, gains, offsets, strict=True)]  # fmt: skip
    assert np.mean(shown) == pytest.approx(np.median(levels), abs=0.05)
    # What is told of a pixel is what was measured.
    r = image.chips[1].region
    at = (r.x + 20, r.y + 20)
    assert image.plane(Selection()).value(*at) == plain.plane(Selection()).value(*at)
