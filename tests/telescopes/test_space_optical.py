"""HST, JWST, Roman, Euclid and Rubin, against astropy on the whole file."""

import re

import numpy as np
import pytest
from telescopes import euclid, hst, jwst, rubin
from telescopes.checks import Bench, expect_chips, expect_sky, names, shown, values

from celestile.errors import CelestileError


def test_chips_of_acs_are_placed_with_their_tables_of_distortion(bench: Bench) -> None:
    picture = bench.open("j8bt06nyq_flc.fits", hst.acs_flc())
    assert [chip.name for chip in picture.chips] == ["SCI,1", "SCI,2"]
    assert picture.arrangement == "sky"
    assert picture.unit == "electron"
    expect_chips(picture, bench.headers("j8bt06nyq_flc.fits"), [1, 4], 4.0)
    for index in (1, 4):
        alone = bench.again("j8bt06nyq_flc.fits", str(index))
        expect_sky(alone, bench.wcs("j8bt06nyq_flc.fits", index))


def test_tables_of_distortion_matter_in_the_made_file_of_acs(bench: Bench) -> None:
    bench.write("a.fits", hst.acs_flc())
    bare, whole = bench.wcs("a.fits", 1), bench.wcs("a.fits", 1)
    bare.cpdis1 = bare.cpdis2 = bare.det2im1 = bare.det2im2 = None
    x, y = np.array([80.0]), np.array([30.0])
    near = bare.all_world2pix(*whole.all_pix2world(x, y, 0), 0)
    assert np.hypot(near[0] - x, near[1] - y) > 0.1


def test_drizzled_images_open_on_their_science(bench: Bench) -> None:
    picture = bench.open("a_drz.fits", hst.drizzled())
    assert shown(picture) == ("SCI", "science")
    assert [choice.kind for choice in picture.hdus] == ["science", "weight", "context"]
    assert picture.unit == "electron/s"
    expect_sky(picture, bench.wcs("a_drz.fits", 1))


def test_the_arrays_of_wfc3_have_roles(bench: Bench) -> None:
    picture = bench.open("a_flt.fits", hst.wfc3_ir_flt())
    kinds = {choice.name: choice.kind for choice in picture.hdus}
    assert kinds == {
        "SCI": "science", "ERR": "error", "DQ": "quality", "SAMP": "context", "TIME": "context",
    }  # fmt: skip
    expect_sky(bench.again("a_flt.fits", "TIME"), bench.wcs("a_flt.fits", 1))


def test_rectified_spectra_have_no_sky(bench: Bench) -> None:
    picture = bench.open("a_x2d.fits", hst.stis_x2d())
    assert shown(picture) == ("SCI", "science")
    assert "WAVE" in str(picture.sky.reason)
    assert (picture.width, picture.height) == (80, 40)


@pytest.mark.parametrize("product", [hst.cos_x1d, jwst.x1d])
def test_extracted_spectra_are_refused_with_a_reason(product: object, bench: Bench) -> None:
    with pytest.raises(CelestileError, match=r"no image"):
        bench.open("a_x1d.fits", product())  # type: ignore[operator]


def test_groups_and_integrations_of_jwst_are_frames(bench: Bench) -> None:
    picture = bench.open("jw_uncal.fits", jwst.uncal())
    assert shown(picture) == ("SCI", "science")
    assert [frame.name for frame in picture.frames] == ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3"]
    assert len(picture.channels) == 1
    hdus = bench.headers("jw_uncal.fits")
    assert np.array_equal(values(picture, frame=5), hdus["SCI"].data[1, 1])
    expect_sky(picture, bench.wcs("jw_uncal.fits", "SCI").celestial)


def test_rates_of_jwst(bench: Bench) -> None:
    picture = bench.open("jw_rate.fits", jwst.rate())
    assert shown(picture) == ("SCI", "science")
    assert picture.unit == "DN/s"
    roles = {choice.name: choice.kind for choice in picture.hdus}
    assert roles["VAR_POISSON"] == roles["VAR_RNOISE"] == roles["ERR"] == "error"
    sky = bench.wcs("jw_rate.fits", "SCI")
    for name in ("SCI", "ERR", "DQ", "VAR_RNOISE"):
        expect_sky(bench.again("jw_rate.fits", name), sky)


def test_rates_of_integrations_are_frames(bench: Bench) -> None:
    picture = bench.open("jw_rateints.fits", jwst.rateints())
    assert (len(picture.frames), len(picture.channels)) == (3, 1)
    assert np.array_equal(values(picture, frame=3), jwst.rateints()[1].data[2])


def test_calibrated_exposures_of_jwst(bench: Bench) -> None:
    picture = bench.open("jw_cal.fits", jwst.cal())
    assert shown(picture) == ("SCI", "science")
    assert picture.unit == "MJy/sr"
    sky = bench.wcs("jw_cal.fits", "SCI")
    for name in ("SCI", "AREA", "VAR_FLAT"):
        expect_sky(bench.again("jw_cal.fits", name), sky)


def test_resampled_images_of_jwst(bench: Bench) -> None:
    picture = bench.open("jw_i2d.fits", jwst.i2d())
    assert shown(picture) == ("SCI", "science")
    context = bench.again("jw_i2d.fits", "CON")
    assert (shown(context)[1], len(context.frames)) == ("context", 2)
    expect_sky(context, bench.wcs("jw_i2d.fits", "SCI"))


def test_cubes_of_jwst_have_wavelengths(bench: Bench) -> None:
    picture = bench.open("jw_s3d.fits", jwst.s3d())
    assert (len(picture.channels), picture.channel_axis) == (20, "spectral")
    wcs = bench.wcs("jw_s3d.fits", "SCI")
    wanted = wcs.spectral.all_pix2world(np.arange(20), 0)[0]
    assert np.allclose([c.value for c in picture.channels], wanted, rtol=1e-12)
    assert picture.channels[0].unit == "m"
    expect_sky(picture, wcs.celestial)
    errors = bench.again("jw_s3d.fits", "ERR")
    assert np.allclose([c.value or 0 for c in errors.channels], wanted, rtol=1e-12)


def test_spectra_of_slits_of_jwst_have_no_sky(bench: Bench) -> None:
    picture = bench.open("jw_s2d.fits", jwst.s2d())
    assert [chip.name for chip in picture.chips] == ["SCI,1", "SCI,2"]
    assert picture.arrangement == "contact sheet"
    assert picture.sky.reason


def test_files_of_roman_are_refused_and_not_listed(bench: Bench) -> None:
    (bench.folder / "r0000101001001_wfi01_cal.asdf").write_bytes(jwst.ASDF)
    bench.write("m51.fits", jwst.rate())
    assert bench.listed() == ["m51.fits"]
    with pytest.raises(CelestileError, match=r"ASDF"):
        bench.again("r0000101001001_wfi01_cal.asdf")


def test_quadrants_of_vis_are_one_picture(bench: Bench) -> None:
    picture = bench.open("EUC_VIS_SWL-DET.fits", euclid.vis_quadrants())
    assert len(picture.chips) == 144
    assert all(re.fullmatch(r"[1-6]-[1-6]\.[E-H]\.SCI", chip.name) for chip in picture.chips)
    assert picture.arrangement == "sky"
    expect_chips(picture, bench.headers("EUC_VIS_SWL-DET.fits"), range(1, 433, 3), 12.0)
    errors = bench.again("EUC_VIS_SWL-DET.fits", "3-4.F.RMS")
    expect_sky(errors, bench.wcs("EUC_VIS_SWL-DET.fits", "3-4.F.RMS"))
    kinds = {choice.name[-3:]: choice.kind for choice in picture.hdus[1:]}
    assert kinds == {"SCI": "science", "RMS": "error", "FLG": "quality"}


def test_detectors_of_nisp_are_one_picture(bench: Bench) -> None:
    picture = bench.open("EUC_NIR_W-CAL-IMAGE.fits", euclid.nisp_frame())
    assert len(picture.chips) == 16
    expect_chips(picture, bench.headers("EUC_NIR_W-CAL-IMAGE.fits"), range(1, 49, 3), 6.0)


def test_mosaics_of_euclid(bench: Bench) -> None:
    name = "EUC_MER_BGSUB-MOSAIC-VIS_TILE102018211.fits.gz"
    picture = bench.open(name, euclid.mer_mosaic())
    assert bench.listed() == [name]
    assert names(picture) == ["VIS"]
    expect_sky(picture, bench.wcs(name))


def test_exposures_of_rubin(bench: Bench) -> None:
    picture = bench.open("calexp.fits", rubin.exposure())
    assert shown(picture) == ("IMAGE", "science")
    roles = {choice.name: choice.kind for choice in picture.hdus}
    assert roles == {"IMAGE": "science", "MASK": "quality", "VARIANCE": "error"}
    assert np.array_equal(values(picture), rubin.exposure()[1].data)
    assert picture.unit == "nJy"
    # 37 seconds of TAI less UTC since 2017.
    assert "2024-11-09T06:11:33" in str(picture.frames[0].time)
    expect_sky(picture, bench.wcs("calexp.fits", "IMAGE"))


def test_coadds_of_rubin_have_the_sky_of_their_tract(bench: Bench) -> None:
    picture = bench.open("deepCoadd.fits.fz", rubin.coadd())
    assert shown(picture) == ("IMAGE", "science")
    expect_sky(picture, bench.wcs("deepCoadd.fits.fz", "IMAGE"))


def test_segments_of_rubin_are_one_ccd(bench: Bench) -> None:
    picture = bench.open("MC_O_20241109_raw.fits", rubin.raw())
    assert (picture.width, picture.height) == (104, 100)
    assert (len(picture.chips), picture.arrangement) == (16, "detector")
    read = values(picture)
    lower, upper = (rubin.raw()[index].data for index in (1, 9))
    assert np.array_equal(read[:50, :13], lower[:50, 3:16][:, ::-1])
    assert np.array_equal(read[50:, :13], upper[:50, 3:16][::-1, ::-1])
