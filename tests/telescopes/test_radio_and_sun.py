"""ALMA, VLA, ASKAP, MeerKAT, SDO, Solar Orbiter and DKIST, against astropy and closed forms."""

import numpy as np
import pytest
from telescopes import jwst, radio, solar
from telescopes.checks import Bench, away, expect_sky, shown, values

from celestile.errors import CelestileError
from celestile.pixels.library import DeclaredImage, Library


@pytest.mark.parametrize("product", [radio.alma_continuum, radio.nvss, radio.vlass, radio.racs])
def test_axes_of_one_element_leave_a_picture(product: object, bench: Bench) -> None:
    hdus = product()  # type: ignore[operator]
    picture = bench.open("cont.fits", hdus)
    assert (len(picture.channels), len(picture.frames)) == (1, 1)
    assert picture.unit == "Jy/beam"
    assert np.array_equal(values(picture), hdus[0].data[0, 0], equal_nan=True)
    expect_sky(picture, bench.wcs("cont.fits").celestial)


@pytest.mark.parametrize(
    ("product", "axis"), [(radio.alma_cube, 3), (radio.wallaby, 4), (radio.meerkat_cube, 3)]
)
def test_cubes_have_the_spectrum_of_their_header(product: object, axis: int, bench: Bench) -> None:
    hdus = product()  # type: ignore[operator]
    picture = bench.open("cube.fits", hdus)
    wanted = (
        bench.wcs("cube.fits").sub([axis]).all_pix2world(np.arange(len(picture.channels)), 0)[0]
    )
    assert picture.channel_axis == "spectral"
    assert len(picture.channels) == max(hdus[0].data.shape[:-2])
    assert np.allclose([c.value or 0.0 for c in picture.channels], wanted, rtol=1e-12)
    planes = hdus[0].data.reshape(-1, *hdus[0].data.shape[-2:])
    assert np.array_equal(values(picture, channel=3), planes[2])
    expect_sky(picture, bench.wcs("cube.fits").celestial)


def test_planes_of_obit_have_names(bench: Bench) -> None:
    picture = bench.open("Abell_85_aFix_pol_I_15arcsec_5pln_cor.fits", radio.mgcls())
    assert [frame.name for frame in picture.frames] == [
        "intensity", "spectral_index", "900_MHz", "1280_MHz", "1650_MHz",
    ]  # fmt: skip
    assert np.array_equal(values(picture, frame=2), radio.mgcls()[0].data[0, 1])


@pytest.mark.parametrize("product", [solar.aia, solar.hmi, solar.eui, solar.dkist_image])
def test_pictures_of_the_sun(product: object, bench: Bench) -> None:
    picture = bench.open("sun.fits", product())  # type: ignore[operator]
    assert picture.hdu == "1"
    assert picture.sky.frame == "helioprojective"
    expect_sky(picture, bench.wcs("sun.fits", 1).celestial)


def test_magnetograms_of_hmi_have_gaps_and_are_upside_down(bench: Bench) -> None:
    picture = bench.open("hmi.M_720s.fits", solar.hmi())
    assert picture.unit == "G"
    assert np.isnan(values(picture)[:3]).all()
    lon, lat = picture.sky.world_array(np.array([10.5, 50.5]), np.array([30.5, 30.5]))
    # Solar west is at positive longitude; turned by 180 degrees, it is on the left.
    west = [(value + 180) % 360 - 180 for value in lon]
    assert west[0] > west[1]
    assert lat.shape == (2,)


def test_statistics_of_aia_that_are_not_numbers_do_no_harm(bench: Bench) -> None:
    hdus = solar.aia()
    hdus[1].header["OSCNMEAN"] = "NOT-KNOW"
    path = bench.write("aia.lev1.fits", hdus)
    content = path.read_bytes()
    assert b"'NOT-KNOW'" in content
    path.write_bytes(content.replace(b"'NOT-KNOW'", b"       nan"))
    picture = bench.again("aia.lev1.fits")
    assert picture.sky.reason is None
    assert {card.keyword: card.value for card in picture.cards}["OSCNMEAN"] == "nan"


def test_times_of_the_sun(bench: Bench) -> None:
    assert bench.open("a.fits", solar.aia()).frames[0].time == "2021-06-01T00:00:09.350Z"
    assert bench.open("e.fits", solar.eui()).frames[0].time == "2022-03-17T10:00:00.123Z"


def test_profiles_of_phi_are_frames_of_wavelength_and_stokes(bench: Bench) -> None:
    picture = bench.open("solo_L2_phi-hrt-stokes.fits", solar.phi_stokes())
    assert len(picture.frames) == 24
    assert picture.frames[6].name == "2.3"
    assert np.array_equal(values(picture, frame=7), solar.phi_stokes()[0].data[1, 2])
    expect_sky(picture, bench.wcs("solo_L2_phi-hrt-stokes.fits").celestial)


def test_windows_of_spice_are_cubes(bench: Bench) -> None:
    picture = bench.open("solo_L2_spice-n-ras.fits", solar.spice())
    assert shown(picture) == ("O III 703 / Mg IX 706 (Merged)", "science")
    whole = bench.wcs("solo_L2_spice-n-ras.fits")
    pixels = np.zeros((10, 4))
    pixels[:, 2] = np.arange(10)
    wanted = whole.all_pix2world(pixels, 0)[:, 2]
    assert np.allclose([c.value or 0.0 for c in picture.channels], wanted, rtol=1e-12)
    assert picture.channels[0].unit == "m"
    corner = np.array([[0.0, 0.0, 0.0, 0.0], [23.0, 59.0, 0.0, 0.0]])
    lon, lat = whole.all_pix2world(corner, 0)[:, :2].T
    found = picture.sky.world_array(np.array([0.5, 23.5]), np.array([59.5, 0.5]))
    assert np.abs(away(found, (lon, lat))).max() < 1e-9
    other = bench.again("solo_L2_spice-n-ras.fits", "1")
    assert (len(other.channels), shown(other)[0]) == (11, "LY BETA 1025 (MERGED)")


def test_slit_spectra_of_dkist_have_no_sky(bench: Bench) -> None:
    picture = bench.open("VISP_L1.fits", solar.dkist_slit())
    assert (picture.width, picture.height) == (40, 30)
    assert "AWAV" in str(picture.sky.reason)
    assert np.array_equal(values(picture), solar.dkist_slit()[1].data[0])


def test_files_of_dkist_can_be_a_sequence(bench: Bench) -> None:
    for step in range(3):
        bench.write(f"VBI_2022_06_03T17_00_{step:02d}_I.fits", solar.dkist_image(step))
    declared = DeclaredImage(frames=(bench.folder / "VBI_*.fits",))
    library = Library(bench.folder, bench.spool, {"vbi": declared})
    picture = library.open("vbi")
    assert [frame.time for frame in picture.frames] == [
        f"2022-06-03T17:00:{second:02d}.500Z" for second in (0, 3, 6)
    ]
    assert np.array_equal(values(picture, frame=2), solar.dkist_image(1)[1].data[0])


def test_the_asdf_file_of_a_data_set_of_dkist_is_refused(bench: Bench) -> None:
    (bench.folder / "VBI_L1_metadata.asdf").write_bytes(jwst.ASDF)
    with pytest.raises(CelestileError, match="ASDF"):
        bench.again("VBI_L1_metadata.asdf")
