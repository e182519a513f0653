"""X-rays, gamma rays, ultraviolet and Planck, against astropy and closed forms."""

import numpy as np
import pytest
from reproject import reproject_interp
from telescopes import energetic
from telescopes.checks import Bench, expect_sky, names, shown, values


@pytest.mark.parametrize(
    ("name", "product"),
    [
        ("acisf00934N003_full_img2.fits.gz", energetic.chandra_image),
        ("P0123700101M1S001IMAGE_8000.FTZ", energetic.xmm_image),
        ("sw00030793001xpcw3po_sk.img.gz", energetic.xrt_image),
    ],
)
def test_images_of_counts(name: str, product: object, bench: Bench) -> None:
    picture = bench.open(name, product())  # type: ignore[operator]
    assert shown(picture) == ("PRIMARY", "science")
    assert bench.listed() == [name]
    expect_sky(picture, bench.wcs(name))
    assert np.array_equal(values(picture), product()[0].data)  # type: ignore[operator]


def test_exposures_of_uvot_are_frames(bench: Bench) -> None:
    picture = bench.open("sw00030793001uw1_sk.img.gz", energetic.uvot_sky())
    assert not picture.chips
    assert [frame.time for frame in picture.frames] == [
        f"2015-09-13T{hour}:40:09.200Z" for hour in (11, 12, 13)
    ]
    expect_sky(picture, bench.wcs("sw00030793001uw1_sk.img.gz", 1))
    # Pointings differ by a third of a pixel each: they are aligned with the first.
    first, *others = energetic.uvot_sky()[1:]
    assert np.array_equal(values(picture, frame=1), first.data)
    for frame, other in enumerate(others, 2):
        expected, _ = reproject_interp((other.data, other.header), first.header)
        inside = np.isfinite(expected)
        assert inside.mean() > 0.9
        found = values(picture, frame=frame)
        np.testing.assert_allclose(found[1:-1, 1:-1], expected[1:-1, 1:-1], rtol=1e-5)


def test_exposures_of_uvot_of_several_sizes_can_be_selected(bench: Bench) -> None:
    hdus = energetic.uvot_sky((60, 40, 40))
    picture = bench.open("a_sk.img.gz", hdus)
    assert {choice.name for choice in picture.hdus} >= {hdu.name for hdu in hdus[1:]}
    expect_sky(bench.again("a_sk.img.gz", "2"), bench.wcs("a_sk.img.gz", 2))


def test_bands_of_bat_are_frames_with_their_energies(bench: Bench) -> None:
    picture = bench.open("sw00030793001b_sk.img", energetic.bat_bands())
    assert [frame.name for frame in picture.frames] == ["14-24keV", "24-50keV", "50-100keV"]
    assert np.array_equal(values(picture, frame=2), energetic.bat_bands()[1].data)
    expect_sky(picture, bench.wcs("sw00030793001b_sk.img"))


def test_counts_cubes_of_fermi_have_the_energies_of_their_table(bench: Bench) -> None:
    picture = bench.open("ccube.fits", energetic.counts_cube())
    assert picture.channel_axis == "spectral"
    wanted = 1e5 * 10.0 ** (np.arange(5) * 0.4 + 0.2)  # the middle of bins of 0.4 dex from 1e5 keV
    found = [channel.value or 0.0 for channel in picture.channels]
    assert np.allclose(found, wanted, rtol=1e-6)
    assert {channel.unit for channel in picture.channels} == {"keV"}
    expect_sky(picture, bench.wcs("ccube.fits").celestial)
    assert np.array_equal(values(picture, channel=4), energetic.counts_cube()[0].data[3])


def test_models_of_fermi_have_the_energies_of_their_table(bench: Bench) -> None:
    picture = bench.open("gll_iem_v07.fits", energetic.diffuse_model())
    found = [channel.value or 0.0 for channel in picture.channels]
    assert np.allclose(found, np.geomspace(50, 8e5, 7))
    assert {channel.unit for channel in picture.channels} == {"MeV"}
    assert names(picture) == ["1", "2", "3", "4", "5", "6", "7"]
