"""Axes by CTYPE: which make the image, which are channels and frames, and what they are called."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import given, settings
from hypothesis import strategies as st

from celestile.pixels.axes.cube import axis_kind, plain_name
from celestile.pixels.plane import Selection
from celestile.views.picks import numbered
from celestile.views.view import parse_view

RNG = np.random.default_rng(20260103)

KINDS = {
    "celestial": [
        "RA---TAN", "DEC--TAN", "RA", "DEC", "GLON-CAR", "GLAT-CAR", "ELON-AIT", "ELAT-AIT",
        "HPLN-TAN", "HPLT-TAN", "SLON-SIN", "XYLN-CAR", "XYLT-CAR", "RA---TAN-SIP", "dec--tpv",
    ],
    "spectral": [
        "FREQ", "FREQ-LSR", "FREQ-F2W", "ENER", "WAVN", "VRAD", "WAVE", "WAVE-LOG", "VOPT",
        "VOPT-F2W", "ZOPT", "AWAV", "AWAV-GRI", "VELO", "VELO-LSR", "VELO-HEL", "BETA",
        "FELO-HEL", "LAMBDA", "wave", "Energy", "photon energy",
    ],
    "stokes": ["STOKES", "stokes "],
    "time": ["TIME", "UTC", "TAI", "TT", "TDB", "LOCAL", "GPS"],
    "unknown": ["", "LINEAR", "PIXEL", "COMPLEX", "CHANNEL", "SOLAR-X", "TABULAR", "RADIUS",
                "DECLINE", "TTT", "X", "AMPLIF"],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "ctype"), [(k, c) for k, names in KINDS.items() for c in names])
def test_kinds_of_axes(kind: str, ctype: str) -> None:
    assert axis_kind(ctype) == kind


# Shape as numpy counts, CTYPEs as FITS counts; width, height, channels, frames, and their kind.
CASES = [
    ((4, 5), ["RA---TAN", "DEC--TAN"], 5, 4, 1, 1, ""),
    ((1, 4, 5), ["RA---TAN", "DEC--TAN", "FREQ"], 5, 4, 1, 1, ""),
    ((1, 1, 4, 5), ["RA---SIN", "DEC--SIN", "FREQ", "STOKES"], 5, 4, 1, 1, ""),
    ((7, 4, 5), ["RA---TAN", "DEC--TAN", "FREQ"], 5, 4, 7, 1, "spectral"),
    ((7, 4, 5), ["RA---TAN", "DEC--TAN", "TIME"], 5, 4, 1, 7, ""),
    ((7, 4, 5), ["", "", ""], 5, 4, 1, 7, ""),
    ((3, 4, 5), ["", "", ""], 5, 4, 1, 3, ""),
    ((4, 4, 5), ["", "", ""], 5, 4, 1, 4, ""),
    ((3, 4, 5), ["", "", "RGB"], 5, 4, 3, 1, "band"),
    ((5, 4, 5), ["RA---TAN", "DEC--TAN", "BAND"], 5, 4, 5, 1, "band"),
    ((4, 4, 5), ["RA---TAN", "DEC--TAN", "STOKES"], 5, 4, 1, 1, ""),
    ((2, 7, 4, 5), ["RA---SIN", "DEC--SIN", "FREQ", "STOKES"], 5, 4, 7, 1, "spectral"),
    ((7, 2, 4, 5), ["RA---SIN", "DEC--SIN", "STOKES", "FREQ"], 5, 4, 7, 1, "spectral"),
    ((6, 3, 4, 5), ["RA---SIN", "DEC--SIN", "WAVE", "TIME"], 5, 4, 3, 6, "spectral"),
    ((6, 3, 4, 5), ["", "", "", ""], 5, 4, 1, 18, ""),
    ((6, 3, 4, 5), ["", "", "COLOR", ""], 5, 4, 3, 6, "band"),
    ((3, 6, 4, 5), ["", "", "", "RGB"], 5, 4, 3, 6, "band"),
    ((2, 6, 4, 5), ["", "", "", ""], 5, 4, 1, 12, ""),
    ((4, 1, 5), ["", "", ""], 5, 4, 1, 1, ""),
    ((7, 4, 1, 5), ["", "", "", ""], 5, 4, 1, 7, ""),
    ((7, 1, 5), ["RA---TAN", "DEC--TAN", "FREQ"], 5, 1, 7, 1, "spectral"),
    ((4, 5, 7), ["FREQ", "RA---TAN", "DEC--TAN"], 5, 4, 7, 1, "spectral"),
    ((4, 7, 5), ["GLON-CAR", "VELO-LSR", "GLAT-CAR"], 5, 4, 7, 1, "spectral"),
    ((4, 1, 7, 5), ["RA---SIN", "FREQ", "STOKES", "DEC--SIN"], 5, 4, 7, 1, "spectral"),
    ((4, 5), ["WAVE", "DEC--TAN"], 5, 4, 1, 1, ""),
    ((4, 5), ["FREQ", "TIME"], 5, 4, 1, 1, ""),
    ((9, 8, 1, 1), ["RA---SIN", "DEC--SIN", "FREQ", "TIME"], 8, 9, 1, 1, ""),
    ((6,), [""], 6, 1, 1, 1, ""),
    ((2, 2, 2, 3, 4, 5), ["", "", "", "", "", ""], 5, 4, 1, 24, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "ctypes", "width", "height", "channels", "frames", "axis"), CASES
)
def test_axes_are_told_apart(
    shape: Any, ctypes: Any, width: int, height: int, channels: int, frames: int, axis: str,
    write_fits: Any, open_image: Any,
) -> None:  # fmt: skip
    cards = {f"CTYPE{number}": name for number, name in enumerate(ctypes, 1) if name}
    image = open_image(write_fits("a.fits", (np.zeros(shape, np.float32), cards)))
    assert (image.width, image.height) == (width, height)
    assert (len(image.channels), len(image.frames)) == (channels, frames)
    assert image.channel_axis == axis
    names = [channel.name for channel in image.channels]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("unit", "axis", "length"),
    [("Angstrom", "spectral", 5e-7), ("angstroms", "spectral", 5e-7), ("MHz", "spectral", None),
     ("km/s", "spectral", None), ("mm", "", None), ("s", "", None)],
)  # fmt: skip
def test_an_axis_of_unknown_name_is_told_by_its_unit(
    unit: str, axis: str, length: float | None, write_fits: Any, open_image: Any
) -> None:
    cards = {"CTYPE3": "LINEAR", "CUNIT3": unit, "CRVAL3": 5000.0, "CD3_3": 2.0, "CRPIX3": 1.0}
    image = open_image(write_fits("a.fits", (np.zeros((7, 4, 5), np.float32), cards)))
    assert image.channel_axis == axis
    assert image.channels[0].wavelength == (length and pytest.approx(length))
    if axis:
        assert [c.value for c in image.channels[:2]] == [5000.0, 5002.0]
        assert image.channels[0].unit == unit.replace("angstroms", "Angstrom")
    else:
        assert len(image.frames) == 7


def test_frames_of_several_axes_are_numbered_along_each(write_fits: Any, open_image: Any) -> None:
    image = open_image(write_fits("a.fits", np.zeros((2, 6, 4, 5), np.float32)))
    assert [frame.name for frame in image.frames[::4]] == ["1.1", "1.5", "2.3"]


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"CRVAL3": 15.58, "CDELT3": 0.0, "CUNIT3": "s"}, ["1", "2", "3"]),  # IRIS
        ({"CRVAL3": 15.58, "CDELT3": 2.5, "CUNIT3": "s"}, ["15.58_s", "18.08_s", "20.58_s"]),
        ({"CRVAL3": 100.0, "CDELT3": 1.0}, ["1", "2", "3"]),  # 100 would be the 100th frame
        ({"CRVAL3": 1e9, "CDELT3": 1e-5, "CUNIT3": "s"}, ["1", "2", "3"]),  # by 12 digits
        ({"CRVAL3": 0.0, "CDELT3": 0.5}, ["1", "0.5", "3"]),
    ],
)
def test_every_name_of_a_frame_picks_its_own(
    values: dict[str, Any], names: list[str], write_fits: Any, open_image: Any
) -> None:
    cards = {"CTYPE3": "TIME", "CRPIX3": 1.0, **values}
    image = open_image(write_fits("a.fits", (np.zeros((3, 4, 5), np.float32), cards)))
    assert [frame.name for frame in image.frames] == names
    for frame in image.frames:
        view = numbered(image, parse_view(f"frame={frame.name}"))
        assert view.frame == (frame.index, frame.index)


def test_frames_of_one_time_are_numbered_along_both_axes(write_fits: Any, open_image: Any) -> None:
    cards = {"CTYPE3": "TIME", "CRPIX3": 1.0, "CRVAL3": 5.5, "CDELT3": 1.0, "CUNIT3": "s"}
    image = open_image(write_fits("a.fits", (np.zeros((2, 2, 4, 5), np.float32), cards)))
    assert [frame.name for frame in image.frames] == ["1.1", "1.2", "2.1", "2.2"]


@settings(max_examples=30)
@given(
    order=st.permutations(["RA---TAN", "DEC--TAN", "FREQ", "TIME"]),
    frame=st.integers(1, 3),
    channel=st.integers(1, 2),
)
def test_planes_are_found_whatever_the_order_of_the_axes(
    order: list[str], frame: int, channel: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from celestile.geometry import Region  # noqa: PLC0415
    from celestile.pixels.fits.spool import Spool  # noqa: PLC0415
    from celestile.pixels.library import DeclaredImage, Library  # noqa: PLC0415

    lengths = {"RA---TAN": 5, "DEC--TAN": 4, "FREQ": 2, "TIME": 3}
    shape = tuple(lengths[name] for name in reversed(order))
    array = np.arange(120, dtype=np.float32).reshape(shape)
    header = fits.Header()
    for number, name in enumerate(order, 1):
        header[f"CTYPE{number}"] = name
    path = tmp_path_factory.mktemp("order") / "a.fits"
    fits.PrimaryHDU(array, header).writeto(path)
    image = Library(None, Spool(path.parent), {"a": DeclaredImage(file=path)}).open("a")
    # Whichever celestial axis comes first in the file runs along x.
    x = min(order.index("RA---TAN"), order.index("DEC--TAN"))
    y = max(order.index("RA---TAN"), order.index("DEC--TAN"))
    index: list[Any] = [slice(None)] * 4
    index[3 - order.index("FREQ")] = channel - 1
    index[3 - order.index("TIME")] = frame - 1
    expected = array[tuple(index)]
    assert x < y  # so that numpy has y before x already
    plane = image.plane(Selection((frame, frame), (channel, channel)))
    found = plane.read(Region(0, 0, image.width, image.height))
    np.testing.assert_array_equal(found, expected[::-1])
    assert plane.value(1, 2).value == expected[::-1][2, 1]


SPECTRAL = [
    ("FREQ", "Hz", 1.4e9, 1e6, {}, "Hz"),
    ("FREQ", "GHz", 1.4, 1e-3, {}, "Hz"),
    ("WAVE", "nm", 656.0, 0.5, {}, "m"),
    ("AWAV", "Angstrom", 6563.0, 1.25, {}, "m"),
    ("AWAV", "um", 2.1, 1e-3, {}, "m"),
    ("VRAD", "km/s", -20.0, 0.5, {"RESTFRQ": 88.63e9}, "m/s"),
    ("VOPT", "m/s", 1000.0, 50.0, {"RESTWAV": 0.2110611405}, "m/s"),
    ("ENER", "keV", 1.0, 0.1, {}, "J"),
    ("WAVN", "1/m", 5e5, 10.0, {}, "1/m"),
    ("VOPT-F2W", "m/s", 9e5, 2e4, {"RESTFRQ": 1.420405752e9, "SPECSYS": "BARYCENT"}, "m/s"),
    ("WAVE-LOG", "m", 5e-7, 1e-10, {}, "m"),
]  # fmt: skip


@pytest.mark.parametrize(("ctype", "cunit", "value", "step", "more", "unit"), SPECTRAL)
def test_spectral_axes_have_their_values_in_si(
    ctype: str, cunit: str, value: float, step: float, more: Any, unit: str, write_fits: Any,
    open_image: Any,
) -> None:  # fmt: skip
    cards = {
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CTYPE3": ctype, "CUNIT3": cunit,
        "CRVAL3": value, "CDELT3": step, "CRPIX3": 3.0, **more,
    }  # fmt: skip
    path = write_fits("a.fits", (np.zeros((9, 4, 5), np.float32), cards))
    image = open_image(path)
    expected = WCS(fits.getheader(path)).spectral.wcs_pix2world(np.arange(9), 0)[0]
    found = [channel.value for channel in image.channels]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert {channel.unit for channel in image.channels} == {unit}


def test_wavelengths_of_spectral_coordinates(write_fits: Any, open_image: Any) -> None:
    from astropy import units as u  # noqa: PLC0415

    def wavelengths(ctype: str, cunit: str, value: float, step: float, **more: Any) -> Any:
        cards = {"CTYPE3": ctype, "CUNIT3": cunit, "CRVAL3": value, "CDELT3": step, "CRPIX3": 1.0}
        path = write_fits("w.fits", (np.zeros((5, 4, 5), np.float32), cards | more))
        return np.array([channel.wavelength for channel in open_image(path).channels], float)

    steps = np.arange(5)
    rest = 115.271 * u.GHz
    velocity = (-5 + 2.5 * steps) * u.km / u.s
    cases = [
        (("FREQ", "GHz", 1.4, 0.1), ((1.4 + 0.1 * steps) * u.GHz).to(u.m, u.spectral())),
        (("ENER", "keV", 1.0, 0.1), ((1.0 + 0.1 * steps) * u.keV).to(u.m, u.spectral())),
        (("WAVN", "1/m", 5e5, 1e3), ((5e5 + 1e3 * steps) / u.m).to(u.m, u.spectral())),
        (("WAVE", "nm", 500.0, 1.0), ((500 + steps) * u.nm).to(u.m)),
    ]
    for arguments, expected in cases:
        # wcslib has an older value of the electronvolt.
        np.testing.assert_allclose(wavelengths(*arguments), expected.value, rtol=2e-7)
    radio = velocity.to(u.m, u.doppler_radio(rest)).value
    found = wavelengths("VRAD", "km/s", -5.0, 2.5, RESTFRQ=rest.to_value(u.Hz))
    np.testing.assert_allclose(found, radio, rtol=1e-12)
    optical = velocity.to(u.m, u.doppler_optical(rest)).value
    found = wavelengths("VOPT", "km/s", -5.0, 2.5, RESTFRQ=rest.to_value(u.Hz))
    np.testing.assert_allclose(found, optical, rtol=1e-9)
    # The refractive index of air at 500 nm and 15 degrees is 1.000279; the standard takes 0.
    air = wavelengths("AWAV", "nm", 500.0, 1.0)
    assert air[0] == pytest.approx(500e-9 * 1.000279, rel=2e-5)
    assert np.isnan(wavelengths("VRAD", "km/s", -5.0, 2.5)).all()
    assert wavelengths("LAMBDA", "Angstrom", 5000.0, 1.0)[1] == pytest.approx(5001e-10)


def test_nonsense_on_the_sky_costs_no_spectrum(write_fits: Any, open_image: Any) -> None:
    cards = {
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--ZZZ", "CRVAL1": 400.0, "CDELT1": 0.0,
        "CTYPE3": "FREQ", "CUNIT3": "GHz", "CRVAL3": 1.5, "CDELT3": 0.5, "CRPIX3": 1.0,
    }  # fmt: skip
    image = open_image(write_fits("a.fits", (np.zeros((5, 4, 5), np.float32), cards)))
    assert [c.value for c in image.channels] == [1.5e9, 2e9, 2.5e9, 3e9, 3.5e9]


def test_a_unit_that_nobody_knows_stays_with_its_numbers(write_fits: Any, open_image: Any) -> None:
    cards = {"CTYPE3": "FREQ", "CUNIT3": "furlong", "CRVAL3": 1.5, "CDELT3": 0.5, "CRPIX3": 1.0}
    image = open_image(write_fits("a.fits", (np.zeros((5, 4, 5), np.float32), cards)))
    assert [c.value for c in image.channels] == [1.5, 2.0, 2.5, 3.0, 3.5]
    assert {(c.unit, c.wavelength) for c in image.channels} == {("furlong", None)}


def test_channels_of_two_axes_are_named_by_both(write_fits: Any, open_image: Any) -> None:
    cards = {
        "CTYPE3": "FREQ", "CRVAL3": 1e9, "CDELT3": 1e6, "CRPIX3": 1.0, "CUNIT3": "Hz",
        "CTYPE4": "BAND", "CNAME4_1": "g", "CNAME4_2": "r",
    }  # fmt: skip
    image = open_image(write_fits("a.fits", (np.zeros((2, 3, 4, 5), np.float32), cards)))
    assert [channel.name for channel in image.channels] == [
        "g_1", "g_2", "g_3", "r_1", "r_2", "r_3",
    ]  # fmt: skip
    assert [channel.value for channel in image.channels] == [1e9, 1.001e9, 1.002e9] * 2


@given(st.text(max_size=20))
def test_names_are_free_of_the_signs_that_a_view_reserves(text: str) -> None:
    assert not set(plain_name(text)) & set(";&=,:~/? %#\t\n+")


def test_a_time_axis_tells_the_time_of_each_frame(write_fits: Any, open_image: Any) -> None:
    cards = {
        "CTYPE3": "TIME", "CUNIT3": "min", "CRVAL3": 30.0, "CDELT3": 10.0, "CRPIX3": 1.0,
        "DATEREF": "2021-05-06T07:00:00",
    }  # fmt: skip
    image = open_image(write_fits("a.fits", (np.zeros((3, 4, 5), np.float32), cards)))
    assert [frame.time for frame in image.frames] == [
        "2021-05-06T07:30:00Z", "2021-05-06T07:40:00Z", "2021-05-06T07:50:00Z",
    ]  # fmt: skip
    assert [frame.name for frame in image.frames] == ["30_min", "40_min", "50_min"]


REAL = {
    "cube/region5_hcn.fits": (47, 37, 352, 1, "spectral"),
    "cube/visir_17planes.fits.gz": (256, 256, 1, 17, ""),
    "cube/muse_a478_minicube.fits.gz": (40, 40, 1200, 1, "spectral"),
    "cube/casa_noise_4d.fits": (10, 10, 5, 1, "spectral"),
    "image/carta_default.fits": (1024, 1024, 1, 1, ""),
    "color_wfpc2/WFPC2u5780205r_c0fx.fits": (200, 200, 1, 4, ""),
}


@pytest.mark.parametrize("name", REAL)
def test_real_cubes(data_dir: Path, name: str, open_image: Any, read_pixels: Any) -> None:
    # The planes of WFPC2 are chips by default.
    image = open_image(data_dir / name, "0" if "wfpc2" in name else None)
    width, height, channels, frames, axis = REAL[name]
    assert (image.width, image.height) == (width, height)
    assert (len(image.channels), len(image.frames)) == (channels, frames)
    assert image.channel_axis == axis
    stored = fits.getdata(data_dir / name, int(image.hdu))
    stored = stored.reshape(-1, frames, channels, height, width)[0]  # of several, Stokes I
    last = read_pixels(image, frames, channels)
    np.testing.assert_array_equal(last, stored[-1, -1][::-1].astype(np.float32))


def test_a_real_cube_has_its_wavelengths(data_dir: Path, open_image: Any) -> None:
    path = data_dir / "cube/muse_a478_minicube.fits.gz"
    image = open_image(path)
    header = fits.getheader(path, 1)
    expected = WCS(header).spectral.wcs_pix2world(np.arange(1200), 0)[0]
    np.testing.assert_allclose([c.value for c in image.channels], expected, rtol=1e-12)
    assert image.channels[0].unit == "m"
    assert image.channels[0].wavelength == pytest.approx(image.channels[0].value, rel=4e-4)
