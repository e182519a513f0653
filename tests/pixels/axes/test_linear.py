"""Values along linear and logarithmic axes, against `astropy.wcs` on the whole header."""

from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS, SingularMatrixError
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from celestile.pixels.axes.linear import linear_terms
from celestile.pixels.fits.hdus import header_value

SKY = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CUNIT1": "deg", "CUNIT2": "deg", "CRPIX1": 3.0,
    "CRPIX2": 2.0, "CRVAL1": 338.2, "CRVAL2": -60.5,
}  # fmt: skip
AIR = {"CTYPE3": "AWAV", "CUNIT3": "Angstrom", "CRPIX3": 2.0, "CRVAL3": 4750.0}
CD = {"CD1_1": -5.5e-5, "CD2_2": 5.5e-5}
PC = {"CDELT1": -5.5e-5, "CDELT2": 5.5e-5, "PC1_1": 1.0, "PC2_2": 1.0}
STEPS = {
    "CD": CD | {"CD3_3": 1.25},
    "CD beside CDELT": CD | {"CD3_3": 1.25, "CDELT3": 3.0},
    "CD of other axes": CD | {"CDELT3": 1.25},
    "PC and CDELT": PC | {"CDELT3": 2.5, "PC3_3": 0.5},
    "PC alone": {"PC1_1": -5.5e-5, "PC2_2": 5.5e-5, "PC3_3": 0.5},
    "PC of other axes": PC | {"CDELT3": 2.5},
    "PC beside CD": PC | {"CDELT3": 2.5, "CD3_3": 1.25},
    "negative": PC | {"CDELT3": 2.5, "PC3_3": -0.5},
    "PC of the drafts": {"CDELT1": -1e-4, "CDELT2": 1e-4, "CDELT3": 2.5, "PC003003": 0.5},
    "CDELT": {"CDELT1": -5.5e-5, "CDELT2": 5.5e-5, "CDELT3": 2.5, "CROTA2": 10.0},
}
AXES: dict[str, dict[str, Any]] = {
    "air": AIR,
    "vacuum, logarithmic": AIR | {"CTYPE3": "WAVE-LOG"},
    "air, logarithmic": AIR | {"CTYPE3": "AWAV-LOG"},
    "frequency, logarithmic": AIR | {"CTYPE3": "FREQ-LOG", "CUNIT3": "GHz"},
    "wavelength of frequency": AIR | {"CTYPE3": "WAVE-F2W"},
    "grism": AIR | {"CTYPE3": "AWAV-GRA", "CRVAL3": 7245.2, "PV3_0": 4.5e5, "PV3_1": 1.0,
                    "PV3_2": 27.0, "PV3_3": 1.765, "PV3_4": -1.077e6},
    "velocity of frequency": AIR | {"CTYPE3": "VOPT-F2W", "CUNIT3": "km/s", "RESTFRQ": 1.42e9},
    "no standard name": AIR | {"CTYPE3": "TIME", "CUNIT3": "s"},
    "no standard name, logarithmic": AIR | {"CTYPE3": "TIME-LOG", "CUNIT3": "s"},
}  # fmt: skip


def header_of(data: Any, cards: dict[str, Any]) -> fits.Header:
    return fits.PrimaryHDU(data, fits.Header(cards)).header


def whole(header: fits.Header, length: int) -> Any:
    """Values by the whole header, at the reference pixel of the sky."""
    at = [[header["CRPIX1"], header["CRPIX2"], pixel] for pixel in range(1, length + 1)]
    return WCS(header).wcs_pix2world(at, 1)[:, 2]


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize("axis", AXES)
def test_values_are_those_of_the_whole_header(
    axis: str, steps: str, write_fits: Any, open_image: Any
) -> None:
    data = np.zeros((9, 4, 5), np.float32)
    cards = SKY | STEPS[steps] | AXES[axis]
    image = open_image(write_fits("a.fits", (data, cards)))
    expected = whole(header_of(data, cards), 9)
    if "TIME" in cards["CTYPE3"]:
        names = [float(frame.name.removesuffix("_s")) for frame in image.frames]
        np.testing.assert_allclose(names, expected, rtol=1e-11)
    else:
        found = [channel.value for channel in image.channels]
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_header_written_by_astropy_has_the_same_values(write_fits: Any, open_image: Any) -> None:
    data = np.zeros((9, 4, 5), np.float32)
    first = header_of(data, SKY | AIR | STEPS["CD"])
    again = WCS(first).to_header()
    assert (again["PC3_3"], again.get("CDELT3", 1.0)) == (pytest.approx(1.25e-10), 1.0)
    found = [
        [channel.value for channel in open_image(write_fits("a.fits", (data, cards))).channels]
        for cards in (first, again)
    ]
    np.testing.assert_allclose(found[0], 4.75e-7 + 1.25e-10 * np.arange(-1, 8), rtol=1e-12)
    np.testing.assert_allclose(found[1], found[0], rtol=1e-12)


def test_names_that_are_not_standard_have_steps_as_well(write_fits: Any, open_image: Any) -> None:
    cards = SKY | AIR | STEPS["PC and CDELT"] | {"CTYPE3": "WAVELENGTH"}
    image = open_image(write_fits("a.fits", (np.zeros((4, 4, 5), np.float32), cards)))
    assert [channel.value for channel in image.channels] == [4748.75, 4750.0, 4751.25, 4752.5]


def test_values_that_change_across_the_image_are_noted(write_fits: Any, open_image: Any) -> None:
    data = np.zeros((9, 4, 5), np.float32)
    cards = SKY | AIR | STEPS["PC and CDELT"] | {"PC3_1": 0.25}
    image = open_image(write_fits("a.fits", (data, cards)))
    found = [channel.value for channel in image.channels]
    np.testing.assert_allclose(found, whole(header_of(data, cards), 9), rtol=1e-12)
    assert any("PC3_1" in note for note in image.notes)


@pytest.mark.parametrize("cards", [{"PC3_3": 0.0, "PC3_1": 0.25}, {"PC3_3": 0.0, "PC3_4": 1.0}])
def test_an_axis_that_only_others_change_has_no_values(
    cards: dict[str, float], write_fits: Any, open_image: Any
) -> None:
    cards = SKY | AIR | PC | {"CDELT3": 2.5} | cards | {"WCSAXES": 4}
    image = open_image(write_fits("a.fits", (np.zeros((9, 4, 5), np.float32), cards)))
    assert {channel.value for channel in image.channels} == {None}
    assert any("axis 3 are unknown" in note for note in image.notes)


def test_an_ignored_step_is_noted(write_fits: Any, open_image: Any) -> None:
    def notes(steps: str) -> tuple[str, ...]:
        path = write_fits("a.fits", (np.zeros((9, 4, 5), np.float32), SKY | AIR | STEPS[steps]))
        found: tuple[str, ...] = open_image(path).notes
        return found

    assert any("CDELT3" in note for note in notes("CD of other axes"))
    for steps in ("CD", "PC and CDELT", "PC alone", "CDELT"):
        assert notes(steps) == ()


def test_without_its_parameters_a_nonlinear_axis_has_no_values(
    write_fits: Any, open_image: Any
) -> None:
    cards = SKY | STEPS["CDELT"] | AXES["velocity of frequency"]
    del cards["RESTFRQ"]
    image = open_image(write_fits("a.fits", (np.zeros((9, 4, 5), np.float32), cards)))
    assert {channel.value for channel in image.channels} == {None}


class Cards:
    """An array with only a header."""

    def __init__(self, header: fits.Header) -> None:
        self.header, self.shape = header, (7, 4, 5)

    def number(self, keyword: str) -> float | None:
        value = header_value(self.header, keyword)
        return None if value is None else float(value)


@settings(max_examples=200, deadline=None)
@given(
    matrix=st.sampled_from(["PC", "CD"]),
    given_=st.fixed_dictionaries(
        {}, optional={key: st.sampled_from([-2.0, 0.5, 1.0, 3.0]) for key in (
            "1_1", "1_2", "2_1", "2_2", "3_3", "CDELT3",
        )},
    ),
)  # fmt: skip
def test_steps_of_any_matrix_are_those_of_astropy(matrix: str, given_: dict[str, float]) -> None:
    cards = {key if key == "CDELT3" else matrix + key: value for key, value in given_.items()}
    linear = {"CTYPE1": "X", "CTYPE2": "Y", "CTYPE3": "Z", "CRVAL3": 10.0, "CRPIX3": 2.0}
    header = fits.Header({"NAXIS": 3} | linear | cards)
    terms = linear_terms(Cards(header), 3)  # type: ignore[arg-type]
    if terms is None:
        assert "CDELT3" not in cards
        assert f"{matrix}3_3" not in cards
        return
    try:
        step = float(WCS(header).pixel_scale_matrix[2, 2])
    except SingularMatrixError:
        assume(False)
    assert terms.along(7) == pytest.approx(tuple(10.0 + step * (k - 1) for k in range(7)))
