"""Products whose images are in tables: target pixels, events, HEALPix; closed forms and numpy."""

import numpy as np
from telescopes import energetic, infrared
from telescopes.checks import Bench, names, shown, values


def test_target_pixels_are_frames_with_times(bench: Bench) -> None:
    hdus = infrared.target_pixels()
    picture = bench.open("tess_tp.fits", hdus)
    assert shown(picture) == ("FLUX", "science")
    # 2458325.8 TDB is 2018-07-25T19:12:00, 69.183 seconds after UTC.
    assert str(picture.frames[0].time).startswith("2018-07-25T19:10:50.8")
    assert np.array_equal(values(picture, frame=4), hdus[1].data["FLUX"][3].reshape(11, 13))
    assert picture.sky.reason is None
    lon, lat = picture.sky.world_array(np.array([6.5]), np.array([11 - 5.5]))
    assert np.allclose((lon[0], lat[0]), (90.0, -66.0), atol=1e-6)


def test_events_of_chandra_are_counted_on_their_pixels(bench: Bench) -> None:
    hdus = energetic.events()
    picture = bench.open("acis_evt2.fits", hdus)
    assert (picture.width, picture.height) == (8192, 8192)
    columns = hdus[1].data
    x, y = (np.floor(columns[name] + 0.5).astype(int) for name in ("x", "y"))
    wanted = np.zeros((8192, 8192))
    np.add.at(wanted, (y - 1, x - 1), 1)
    assert np.array_equal(values(picture), wanted)
    lon, lat = picture.sky.world_array(np.array([4096.0]), np.array([8192 - 4096.0]))
    assert np.allclose((lon[0], lat[0]), (210.8, 54.35), atol=1e-6)


def test_maps_of_planck_have_the_values_of_their_cells(bench: Bench) -> None:
    picture = bench.open("HFI_SkyMap_100.fits", energetic.planck_map())
    assert (names(picture), picture.sky.frame) == (["I_STOKES"], "galactic")
    from astropy import units  # noqa: PLC0415
    from astropy_healpix import HEALPix  # noqa: PLC0415

    x, y = np.array([256.5, 100.5, 400.5]), np.array([128.5, 60.5, 180.5])
    lon, lat = picture.sky.world_array(x, y)
    cells = HEALPix(16, "nested").lonlat_to_healpix(lon * units.deg, lat * units.deg)
    read = values(picture)[::-1]
    assert np.allclose(read[y.astype(int), x.astype(int)], cells * 1e-6)
