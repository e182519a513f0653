"""Colors of channels follow wavelength: against the pivot wavelengths of instrument handbooks."""

import pytest

from celestile.pixels.image import Channel
from celestile.views.filter_colors import wavelength

PIVOTS = {
    # ACS, WFC3 and WFPC2 of HST, in nm
    "F435W": 433, "F606W": 592, "F814W": 805, "F850LP": 903, "F300W": 299, "F275W": 271,
    "F438W": 433, "F555W": 531, "F098M": 986, "F110W": 1153, "F125W": 1249, "F160W": 1537,
    # NIRCam and MIRI of JWST
    "F070W": 704, "F090W": 902, "F115W": 1154, "F200W": 1990, "F277W": 2786, "F356W": 3563,
    "F444W": 4421, "F300M": 2996, "F323N": 3237, "F770W": 7639, "F1000W": 9953, "F2550W": 25365,
    # Bessell, SDSS, 2MASS
    "B": 438, "V": 545, "g": 470, "r": 618, "sdss_i": 749, "g_ls9": 470, "z'": 892,
    "J": 1235, "Ks": 2159,
}  # fmt: skip


@pytest.mark.parametrize("name", PIVOTS)
def test_names_of_filters(name: str) -> None:
    found = wavelength(Channel(index=1, name=name))
    assert found == pytest.approx(PIVOTS[name] * 1e-9, rel=0.07)


def test_what_is_known_counts_before_a_name() -> None:
    assert wavelength(Channel(index=1, name="F606W", wavelength=1.0)) == 1.0


@pytest.mark.parametrize("name", ["1", "F6O6W", "Q", "F60W", ""])
def test_other_names_tell_nothing(name: str) -> None:
    assert wavelength(Channel(index=1, name=name)) is None
