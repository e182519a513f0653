"""The demonstration sky: a sound FITS cube with something worth looking at in it."""

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from celestile.demo import ensure_demo, write_demo
from celestile.demo.galaxy import CENTRE
from celestile.demo.scene import BANDS
from celestile.errors import StorageError


@pytest.fixture(scope="module")
def sky(tmp_path_factory):
    path = tmp_path_factory.mktemp("demo") / "sky.fits"
    write_demo(path)
    return path


def test_is_a_cube_of_three_bands_below_fifty_megabytes(sky):
    with fits.open(sky) as hdus:
        hdus.verify("exception")
        assert hdus[0].data.shape == (3, 1728, 2304)
        assert hdus[0].header["BITPIX"] == -32
        assert np.isfinite(hdus[0].data).all()
    assert sky.stat().st_size < 50_000_000


def test_same_sky_every_time(sky, tmp_path):
    write_demo(tmp_path / "again.fits")
    assert (tmp_path / "again.fits").read_bytes() == sky.read_bytes()


def test_sky_coordinates_have_north_up_and_east_left(sky):
    wcs = WCS(fits.getheader(sky))
    here = wcs.pixel_to_world_values(1000, 800, 0)
    above = wcs.pixel_to_world_values(1000, 900, 0)
    left = wcs.pixel_to_world_values(900, 800, 0)
    assert above[1] - here[1] == pytest.approx(100 * 0.4 / 3600, rel=1e-3)
    assert left[0] > here[0]


def test_third_axis_is_the_wavelength_of_the_bands(sky):
    wcs = WCS(fits.getheader(sky)).spectral
    expected = [band.wavelength for band in BANDS]
    assert wcs.pixel_to_world_values([0, 1, 2]) == pytest.approx(expected, rel=1e-9)


def test_background_is_noise_around_zero(sky):
    data = fits.getdata(sky)
    for plane, band in zip(data, BANDS, strict=True):
        corner = plane[1500:, 1900:]
        middle = np.median(corner)
        deviation = 1.4826 * np.median(np.abs(corner - middle))
        assert abs(middle) < band.noise
        assert deviation == pytest.approx(band.noise, rel=0.2)


def test_bulge_is_redder_than_the_arms(sky):
    blue, _, red = fits.getdata(sky)
    x, y = CENTRE
    bulge = np.s_[y - 10 : y + 10, x - 10 : x + 10]
    disk = np.s_[y - 400 : y + 400, x - 400 : x + 400]
    assert red[bulge].mean() > 2 * blue[bulge].mean()
    assert np.median(red[disk] / blue[disk]) < 0.7 * (red[bulge].mean() / blue[bulge].mean())


def test_kept_sky_is_not_painted_again(tmp_path):
    path = ensure_demo(tmp_path)
    before = path.stat()
    assert ensure_demo(tmp_path) == path
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_progress_rises_to_one(tmp_path):
    seen = []
    ensure_demo(tmp_path, seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"^demonstration-sky-1\.fits cannot be written: "):
        ensure_demo(tmp_path / "file" / "demo")
