"""A spectral axis of one element gives the channel its value: continuum images, spectrographs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

C = 299792458.0
SKY = {
    "CTYPE1": "RA---SIN", "CRVAL1": 150.0, "CDELT1": -1e-4, "CRPIX1": 5.0, "CUNIT1": "deg",
    "CTYPE2": "DEC--SIN", "CRVAL2": 2.0, "CDELT2": 1e-4, "CRPIX2": 4.0, "CUNIT2": "deg",
}  # fmt: skip
ALMA = {
    "CTYPE3": "FREQ", "CRVAL3": 2.33e11, "CDELT3": 2.0e9, "CRPIX3": 1.0, "CUNIT3": "Hz",
    "CTYPE4": "STOKES", "CRVAL4": 1.0, "CDELT4": 1.0, "CRPIX4": 1.0, "CUNIT4": "",
}  # fmt: skip
DKIST = {"CTYPE3": "WAVE", "CRVAL3": 656.28, "CDELT3": 0.05, "CRPIX3": 1.5, "CUNIT3": "nm"}
FRAMES = {"CTYPE4": "TIME", "CRVAL4": 0.0, "CDELT4": 1.0, "CRPIX4": 1.0, "CUNIT4": "s"}


def _write(path: Path, shape: tuple[int, ...], cards: dict[str, Any]) -> fits.Header:
    header = fits.Header({**SKY, **cards})
    fits.writeto(path, np.ones(shape, np.float32), header)
    return fits.getheader(path)


@pytest.mark.parametrize(
    ("shape", "cards"),
    [((1, 1, 8, 10), ALMA), ((1, 8, 10), DKIST), ((3, 1, 8, 10), DKIST | FRAMES)],
    ids=["ALMA", "DKIST", "frames"],
)
def test_the_only_channel_has_the_value_of_astropy(
    shape: tuple[int, ...], cards: dict[str, Any], tmp_path: Path, open_image: Any
) -> None:
    header = _write(tmp_path / "a.fits", shape, cards)
    image = open_image(tmp_path / "a.fits")
    (channel,) = image.channels
    wcs = WCS(header)
    expected = wcs.wcs_pix2world([[0.0] * wcs.naxis], 0)[0][2]
    assert channel.value == pytest.approx(expected, rel=1e-12)
    assert channel.unit == str(wcs.wcs.cunit[2])
    wavelength = C / expected if channel.unit == "Hz" else expected
    assert channel.wavelength == pytest.approx(wavelength, rel=1e-12)
    assert len(image.frames) == (shape[0] if len(shape) == 4 and "TIME" in cards.values() else 1)


def test_an_image_without_a_spectral_axis_has_none(tmp_path: Path, open_image: Any) -> None:
    _write(tmp_path / "a.fits", (8, 10), {})
    (channel,) = open_image(tmp_path / "a.fits").channels
    assert (channel.value, channel.unit, channel.wavelength) == (None, None, None)


def test_single_elements_beside_a_long_spectrum_are_left_out(
    tmp_path: Path, open_image: Any
) -> None:
    second = {"CTYPE4": "FREQ", "CRVAL4": 9e9, "CDELT4": 1.0, "CRPIX4": 1.0, "CUNIT4": "Hz"}
    _write(tmp_path / "a.fits", (1, 4, 8, 10), DKIST | second)
    channels = open_image(tmp_path / "a.fits").channels
    assert len(channels) == 4
    assert {channel.unit for channel in channels} == {"m"}
