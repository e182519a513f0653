"""ESO, Gemini, Subaru, CFHT, Keck and amateurs' software, against astropy and closed forms."""

import numpy as np
import pytest
from telescopes import amateur, eso, hawaii
from telescopes.checks import Bench, expect_chips, expect_sky, names, shown, values

from celestile.errors import CelestileError


def test_raw_exposures_of_fors(bench: Bench) -> None:
    picture = bench.open("FORS2.2020-01-01T00:00:00.000.fits", eso.fors())
    expect_sky(picture, bench.wcs("FORS2.2020-01-01T00:00:00.000.fits"))
    assert (picture.width, picture.height) == (46, 48)


@pytest.mark.parametrize(
    ("product", "chips", "tolerance"),
    [(eso.hawki, 4, 12.0), (eso.omegacam, 32, 0.0), (eso.vircam, 16, 0.0)],
)
def test_cameras_of_eso_are_one_picture(
    product: object, chips: int, tolerance: float, bench: Bench
) -> None:
    picture = bench.open("camera.fits.fz", product())  # type: ignore[operator]
    assert (len(picture.chips), picture.arrangement) == (chips, "sky")
    expect_chips(picture, bench.headers("camera.fits.fz"), range(1, chips + 1), tolerance)
    expect_sky(bench.again("camera.fits.fz", "3"), bench.wcs("camera.fits.fz", 3))


def test_overscan_of_omegacam_is_left_out(bench: Bench) -> None:
    picture = bench.open("OMEGA.fits", eso.omegacam())
    assert {(chip.region.width, chip.region.height) for chip in picture.chips} == {(40, 48)}


def test_cubes_of_muse(bench: Bench) -> None:
    picture = bench.open("ADP.MUSE.fits", eso.muse_cube())
    assert shown(picture) == ("DATA", "science")
    assert [choice.kind for choice in picture.hdus] == ["science", "error", "quality"]
    wcs = bench.wcs("ADP.MUSE.fits", "DATA")
    wanted = wcs.spectral.all_pix2world(np.arange(16), 0)[0]
    assert np.allclose([c.value or 0.0 for c in picture.channels], wanted, rtol=1e-12)
    assert str(picture.unit).startswith("10**(-20)*erg")
    expect_sky(picture, wcs.celestial)
    errors = bench.again("ADP.MUSE.fits", "STAT")
    assert np.array_equal(values(errors, channel=5), eso.muse_cube()[2].data[4])


def test_raw_spectra_of_muse_are_a_contact_sheet(bench: Bench) -> None:
    picture = bench.open("MUSE.raw.fits.fz", eso.muse_raw())
    assert (len(picture.chips), picture.arrangement) == (24, "contact sheet")
    assert picture.sky.reason


def test_merged_spectra_of_x_shooter_have_no_sky(bench: Bench) -> None:
    picture = bench.open("SCI_SLIT_FLUX_MERGE2D_VIS.fits", eso.merged_spectrum())
    assert shown(picture) == ("FLUX", "science")
    assert [choice.kind for choice in picture.hdus] == ["science", "error", "quality"]
    assert "LINEAR" in str(picture.sky.reason)
    assert np.array_equal(values(picture), eso.merged_spectrum()[0].data)


def test_orders_of_x_shooter_open_on_the_largest(bench: Bench) -> None:
    picture = bench.open("SCI_SLIT_ORDER2D_NIR.fits", eso.order_spectra())
    assert shown(picture) == ("ORD26_FLUX", "science")
    kinds = [choice.kind for choice in picture.hdus]
    assert kinds == ["science", "error", "quality"] * 3
    other = bench.again("SCI_SLIT_ORDER2D_NIR.fits", "ORD25_FLUX")
    assert np.array_equal(values(other), eso.order_spectra()[3].data)


def test_raw_amplifiers_of_gmos_are_one_picture(bench: Bench) -> None:
    picture = bench.open("N20170329S0126.fits.bz2", hawaii.gmos_raw())
    assert (picture.width, picture.height, picture.arrangement) == (192, 60, "detector")
    read, hdus = values(picture), hawaii.gmos_raw()
    for n in range(12):
        data = hdus[n + 1].data[:, :16] if n % 2 == 0 else hdus[n + 1].data[:, 4:]
        assert np.array_equal(read[:, n * 16 : n * 16 + 16], data)


def test_reduced_exposures_of_gmos(bench: Bench) -> None:
    picture = bench.open("N20170329S0126_image.fits", hawaii.gmos_reduced())
    assert [chip.name for chip in picture.chips] == ["SCI,1", "SCI,2", "SCI,3"]
    assert (picture.unit, picture.arrangement) == ("electron", "detector")
    expect_chips(picture, bench.headers("N20170329S0126_image.fits"), [1, 4, 7], 0.0)


def test_raw_chips_of_hyper_suprime_cam_keep_their_overscan(bench: Bench) -> None:
    picture = bench.open("HSCA00000042.fits", hawaii.hsc_raw())
    assert (picture.width, picture.height) == (88, 64)
    expect_sky(picture, bench.wcs("HSCA00000042.fits"))


@pytest.mark.parametrize("chips", [36, 40])
def test_chips_of_megacam_are_one_camera(chips: int, bench: Bench) -> None:
    hdus = hawaii.megacam(chips)
    picture = bench.open("712672o.fits.fz", hdus)
    assert (len(picture.chips), picture.arrangement) == (chips, "detector")
    assert (picture.width, picture.height) == ((260 if chips == 40 else 212), 196)
    read, first = values(picture), 24 if chips == 36 else 0
    upper, lower = hdus[1].data[:, 2:22], hdus[20].data[:, 2:22]
    assert np.array_equal(read[150:196, 24 - first : 44 - first], upper[::-1, ::-1])
    assert np.array_equal(read[50:96, 48 - first : 68 - first], lower)


def test_amplifiers_of_lris_are_one_picture(bench: Bench) -> None:
    picture = bench.open("LR.20200101.00000.fits", hawaii.lris())
    assert (picture.width, picture.height, picture.arrangement) == (80, 60, "detector")
    read, hdus = values(picture), hawaii.lris()
    assert np.array_equal(read[:, :20], hdus[1].data[:, 3:23])
    assert np.array_equal(read[:, 20:40], hdus[2].data[:, 3:23][:, ::-1])


def test_cubes_of_kcwi(bench: Bench) -> None:
    picture = bench.open("kb230605_00098_icubes.fits", hawaii.kcwi())
    assert shown(picture)[1] == "science"
    assert [choice.kind for choice in picture.hdus] == ["science", "error", "quality", "quality"]
    wcs = bench.wcs("kb230605_00098_icubes.fits")
    wanted = wcs.spectral.all_pix2world(np.arange(14), 0)[0]
    assert np.allclose([c.value or 0.0 for c in picture.channels], wanted, rtol=1e-12)
    expect_sky(picture, wcs.celestial)
    expect_sky(bench.again("kb230605_00098_icubes.fits", "UNCERT"), wcs.celestial)


def test_exposures_of_nina_have_the_first_row_at_the_top(bench: Bench) -> None:
    picture = bench.open("2024-04-01_Ha_0001.fits.fz", amateur.nina())
    assert picture.top_down
    assert (names(picture), picture.frames[0].time) == (["Ha"], "2024-04-01T21:10:11.123Z")
    assert np.array_equal(values(picture), amateur.nina()[0].data)


def test_color_cameras_keep_the_measured_values_of_their_mosaic(bench: Bench) -> None:
    picture = bench.open("light.fits", amateur.nina_color())
    raw = amateur.nina_color()[0].data
    assert (names(picture), picture.top_down) == (["R", "G", "B"], True)
    red, green, blue = (values(picture, channel=channel) for channel in (1, 2, 3))
    # RGGB from the first pixel of the first row of the file.
    assert np.array_equal(red[::2, ::2], raw[::2, ::2])
    assert np.array_equal(green[::2, 1::2], raw[::2, 1::2])
    assert np.array_equal(green[1::2, ::2], raw[1::2, ::2])
    assert np.array_equal(blue[1::2, 1::2], raw[1::2, 1::2])


def test_sequences_of_siril_are_frames_with_times(bench: Bench) -> None:
    picture = bench.open("lights.fit", amateur.siril_sequence())
    assert [frame.time for frame in picture.frames] == [
        f"2024-04-01T21:1{minute}:00Z" for minute in range(4)
    ]
    assert not picture.chips
    for n in (0, 3):
        assert np.array_equal(values(picture, frame=n + 1), amateur.siril_sequence()[n].data)
    assert np.array_equal(values(bench.again("lights.fit", "2")), amateur.siril_sequence()[2].data)


@pytest.mark.parametrize("product", [amateur.siril, amateur.pixinsight])
def test_stacks_of_amateurs_are_in_color(product: object, bench: Bench) -> None:
    picture = bench.open("stack.fit", product())  # type: ignore[operator]
    assert (len(picture.channels), picture.channel_axis) == (3, "band")
    assert np.array_equal(
        values(picture, channel=3),
        product()[0].data[2],  # type: ignore[operator]
    )


@pytest.mark.parametrize("product", [amateur.siril, amateur.astap, amateur.kstars])
def test_solutions_of_amateurs_are_the_sky(product: object, bench: Bench) -> None:
    picture = bench.open("solved.fits", product())  # type: ignore[operator]
    expect_sky(picture, bench.wcs("solved.fits", axes=2))
    assert not picture.sky.notes


def test_files_of_pixinsight_are_refused_with_their_format(bench: Bench) -> None:
    (bench.folder / "master.xisf").write_bytes(amateur.XISF)
    assert bench.listed() == []
    with pytest.raises(CelestileError, match="XISF"):
        bench.again("master.xisf")
