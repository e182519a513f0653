"""The demonstration sky: a sound FITS cube with something worth looking at in it."""

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from celestile.demo import ensure_demo
from celestile.demo.galaxy import CENTRE
from celestile.demo.scene import BANDS
from celestile.errors import StorageError


@pytest.fixture(scope="module")
def sky(tmp_path_factory):
    return ensure_demo(tmp_path_factory.mktemp("demo"))


def test_is_three_bands_below_fifty_megabytes(sky):
    assert list(sky) == ["g", "r", "i"]
    for name, file in sky.items():
        with fits.open(file) as hdus:
            hdus.verify("exception")
            assert hdus[0].data.shape == (1728, 2304)
            assert hdus[0].header["BITPIX"] == -32
            assert hdus[0].header["FILTER"] == name
            assert np.isfinite(hdus[0].data).all()
    assert sum(file.stat().st_size for file in sky.values()) < 50_000_000


def test_same_sky_every_time(sky, tmp_path):
    for name, file in ensure_demo(tmp_path).items():
        assert file.read_bytes() == sky[name].read_bytes()


def test_sky_coordinates_have_north_up_and_east_left(sky):
    wcs = WCS(fits.getheader(sky["r"]))
    here = wcs.pixel_to_world_values(1000, 800)
    above = wcs.pixel_to_world_values(1000, 900)
    left = wcs.pixel_to_world_values(900, 800)
    assert above[1] - here[1] == pytest.approx(100 * 0.4 / 3600, rel=1e-3)
    assert left[0] > here[0]


def test_background_is_noise_around_zero(sky):
    for band in BANDS:
        corner = fits.getdata(sky[band.name])[1500:, 1900:]
        middle = np.median(corner)
        deviation = 1.4826 * np.median(np.abs(corner - middle))
        assert abs(middle) < band.noise
        assert deviation == pytest.approx(band.noise, rel=0.2)


def test_bulge_is_redder_than_the_arms(sky):
    blue, red = fits.getdata(sky["g"]), fits.getdata(sky["i"])
    x, y = CENTRE
    bulge = np.s_[y - 10 : y + 10, x - 10 : x + 10]
    disk = np.s_[y - 400 : y + 400, x - 400 : x + 400]
    assert red[bulge].mean() > 2 * blue[bulge].mean()
    assert np.median(red[disk] / blue[disk]) < 0.7 * (red[bulge].mean() / blue[bulge].mean())


def test_kept_sky_is_not_painted_again(tmp_path):
    files = ensure_demo(tmp_path)
    before = [file.stat().st_mtime_ns for file in files.values()]
    assert ensure_demo(tmp_path) == files
    assert [file.stat().st_mtime_ns for file in files.values()] == before
    assert sorted(tmp_path.iterdir()) == sorted(files.values())


def test_lost_band_is_painted_again(tmp_path):
    files = ensure_demo(tmp_path)
    files["r"].unlink()
    assert ensure_demo(tmp_path)["r"].is_file()


def test_progress_rises_to_one(tmp_path):
    seen = []
    ensure_demo(tmp_path, seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"^sky1-g\.fits cannot be written: "):
        ensure_demo(tmp_path / "file" / "demo")
