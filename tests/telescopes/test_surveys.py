"""Surveys from the ground, and WISE, Spitzer, GALEX, TESS and Kepler, against astropy."""

from math import log, sinh

import numpy as np
import pytest
from telescopes import infrared, surveys
from telescopes.checks import Bench, expect_chips, expect_sky, names, shown, values


@pytest.mark.parametrize("kind", ["ooi", "ood", "oow"])
def test_exposures_of_decam_are_one_camera(kind: str, bench: Bench) -> None:
    name = f"c4d_181215_051332_{kind}_r_ls9.fits.fz"
    picture = bench.open(name, surveys.decam(kind))
    assert (len(picture.chips), picture.arrangement) == (61, "detector")
    assert {chip.name for chip in picture.chips} >= {"S1", "S31", "N1", "N31"}
    assert bench.listed() == [name]
    hdus = bench.headers(name)
    expect_chips(picture, hdus, [1, 30, 60], 22.0)
    # By DETSEC, pixels are not resampled: chip 5 is at its section, counted from the bottom.
    section = hdus[5].header["DETSEC"]
    left, right, bottom, top = map(int, section.strip("[]").replace(",", ":").split(":"))
    first = min(int(hdu.header["DETSEC"][1:].split(":")[0]) for hdu in hdus[1:])
    read = values(picture)[bottom - 1 : top, left - first : right - first + 1]
    assert np.array_equal(read, hdus[5].data)


def test_each_chip_of_decam_has_its_own_sky(bench: Bench) -> None:
    bench.write("a.fits.fz", surveys.decam())
    for hdu in (1, 33, 61):
        expect_sky(bench.again("a.fits.fz", str(hdu)), bench.wcs("a.fits.fz", hdu))


def test_bricks_of_the_legacy_surveys(bench: Bench) -> None:
    picture = bench.open("legacysurvey-1501p022-image-r.fits.fz", surveys.brick())
    assert (picture.hdu, names(picture), picture.unit) == ("1", ["r"], "nanomaggy")
    assert "1501p022" in {card.value for card in picture.primary_cards}
    expect_sky(picture, bench.wcs("legacysurvey-1501p022-image-r.fits.fz", 1))


def test_cutouts_of_the_legacy_surveys_have_bands(bench: Bench) -> None:
    picture = bench.open("cutout.fits", surveys.cutout())
    assert (names(picture), picture.channel_axis) == (["g", "r", "i", "z"], "band")
    assert np.array_equal(values(picture, channel=2), surveys.cutout()[0].data[1])
    expect_sky(picture, bench.wcs("cutout.fits").celestial)


def test_frames_of_sdss(bench: Bench) -> None:
    picture = bench.open("frame-r-003704-3-0091.fits.bz2", surveys.sdss_frame())
    assert (shown(picture)[0], names(picture), picture.unit) == ("PRIMARY", ["r"], "nanomaggy")
    assert (picture.width, picture.height) == (80, 60)
    expect_sky(picture, bench_wcs_of(bench, surveys.sdss_frame()))
    # The sky is an image in a cell of a table.
    assert "ALLSKY" in {choice.name for choice in picture.hdus}


def bench_wcs_of(bench: Bench, hdus: list[object]) -> object:
    """Coordinates of the first array of HDUs, which the bench cannot read from .bz2 by name."""
    bench.write("plain-copy.fits", hdus)
    return bench.wcs("plain-copy.fits")


def test_cubes_of_manga_have_logarithmic_wavelengths(bench: Bench) -> None:
    picture = bench.open("manga-7443-12703-LOGCUBE.fits.gz", surveys.manga())
    assert shown(picture) == ("FLUX", "science")
    # Greisen et al. 2006, equation 5: w = w0 exp(step / w0), in vacuum.
    wanted = 3621.6e-10 * np.exp(0.834 / 3621.6 * np.arange(12))
    assert np.allclose([c.value or 0.0 for c in picture.channels], wanted, rtol=1e-12)
    assert {choice.name: choice.kind for choice in picture.hdus}["IVAR"] == "weight"
    expect_sky(picture, bench.wcs("manga-7443-12703-LOGCUBE.fits.gz", 1).celestial)


def test_stacks_of_pan_starrs_say_that_their_scale_is_asinh(bench: Bench) -> None:
    name = "rings.v3.skycell.1725.051.stk.g.unconv.fits"
    picture = bench.open(name, surveys.ps1_stack())
    expect_sky(picture, bench.wcs(name, 1))
    note = next(note for note in picture.notes if "sinh" in note)
    formula = note.split("they count ")[1].replace("sinh", "*").replace("ln 10", "")
    assert [
        float(part)
        for part in formula.replace("+", "*").replace("(value", "1").replace(")", "").split("*")
        if part.strip()
    ] == [12.5, 2.0, 95.0, 1.0, 0.4]
    # The archive's formula, which the note must equal, for a value of 2.
    archive = 12.5 + 95.0 * (10 ** (0.4 * 2) - 10 ** (-0.4 * 2))
    assert 12.5 + 2 * 95 * sinh(2 * 0.4 * log(10)) == pytest.approx(archive)


def test_exposures_of_ztf(bench: Bench) -> None:
    picture = bench.open("ztf_sciimg.fits", surveys.ztf_science())
    assert names(picture) == ["ZTF_r"]
    assert picture.frames[0].time == "2018-07-01T08:00:00.123Z"
    expect_sky(picture, bench.wcs("ztf_sciimg.fits"))


def test_raw_quadrants_of_ztf_are_one_ccd_without_overscan(bench: Bench) -> None:
    picture = bench.open("ztf_raw.fits.fz", surveys.ztf_raw())
    assert [chip.name for chip in picture.chips] == ["1", "2", "3", "4"]
    assert (picture.width, picture.height) == (96, 100)
    expect_chips(picture, bench.headers("ztf_raw.fits.fz"), [1, 2, 3, 4], 0.0)


def test_the_atlas_of_2mass(bench: Bench) -> None:
    picture = bench.open("ki0010010.fits", surveys.twomass_atlas())
    assert names(picture) == ["k"]
    expect_sky(picture, bench.wcs("ki0010010.fits"))


@pytest.mark.parametrize("kind", ["int", "unc", "msk"])
def test_exposures_of_wise(kind: str, bench: Bench) -> None:
    name = f"00712a145-w1-{kind}-1b.fits" + (".gz" if kind != "int" else "")
    picture = bench.open(name, infrared.wise_exposure(kind))
    assert picture.unit == "DN"
    expect_sky(picture, bench.wcs(name))
    assert bench.listed() == [name]


@pytest.mark.parametrize("kind", ["int", "unc", "cov"])
def test_the_atlas_of_wise(kind: str, bench: Bench) -> None:
    picture = bench.open(f"0410p000_ac51-w3-{kind}-3.fits", infrared.wise_atlas(kind))
    expect_sky(picture, bench.wcs(f"0410p000_ac51-w3-{kind}-3.fits"))


@pytest.mark.parametrize("kind", ["bcd", "bunc", "bimsk"])
def test_exposures_of_irac(kind: str, bench: Bench) -> None:
    name = f"SPITZER_I2_3520768_0000_0000_2_{kind}.fits"
    picture = bench.open(name, infrared.irac_bcd(kind))
    assert picture.unit == "MJy/sr"
    assert str(picture.frames[0].time).startswith("2004-05-18")
    expect_sky(picture, bench.wcs(name))


def test_subarrays_of_irac_are_frames(bench: Bench) -> None:
    picture = bench.open("sub.fits", infrared.irac_subarray())
    assert (len(picture.frames), len(picture.channels)) == (64, 1)
    assert np.array_equal(values(picture, frame=64), infrared.irac_subarray()[0].data[63])
    expect_sky(picture, bench.wcs("sub.fits", axes=2))


def test_intensity_maps_of_galex(bench: Bench) -> None:
    picture = bench.open("AIS_1_sg01-nd-int.fits.gz", infrared.galex_intensity())
    expect_sky(picture, bench.wcs("AIS_1_sg01-nd-int.fits.gz"))
    assert np.array_equal(values(picture), infrared.galex_intensity()[0].data)


def test_full_frames_of_tess(bench: Bench) -> None:
    picture = bench.open("tess_s_ffic.fits", infrared.tess_ffi())
    assert shown(picture) == ("CAMERA.CCD 1.1 CAL", "science")
    assert [choice.kind for choice in picture.hdus] == ["science", "error"]
    assert picture.unit == "electron/s"
    expect_sky(picture, bench.wcs("tess_s_ffic.fits", 1))


def test_full_frames_of_kepler_are_one_picture(bench: Bench) -> None:
    picture = bench.open("kplr_ffi-cal.fits", infrared.kepler_ffi())
    assert len(picture.chips) == 84
    expect_chips(picture, bench.headers("kplr_ffi-cal.fits"), range(1, 85), 8.0)
