"""Facts of headers, compared with what astropy reads from the whole header."""

import gzip

import numpy as np
import pytest
from astropy.io import fits

from celestile.pixels.facts import Facts, read_facts


def write(path, cards, data=None):
    header = fits.Header()
    for keyword, value in cards.items():
        header[keyword] = value
    fits.PrimaryHDU(np.zeros((4, 6), np.int16) if data is None else data, header).writeto(path)
    return path


def test_common_cards(tmp_path):
    path = write(
        tmp_path / "a.fits",
        {
            "OBJECT": "NGC  4151 'core'", "FILTER": "R", "EXPTIME": 30, "INSTRUME": "ALFOSC",
            "DATE-OBS": "2024-03-01T02:03:04.5",
        },
    )  # fmt: skip
    assert read_facts(path) == Facts(
        object="NGC 4151 'core'", filter="R", exposure=30.0, instrument="ALFOSC",
        date="2024-03-01T02:03:04.500Z", shape=(6, 4), wavelength=625e-9,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        ({"FILTER1": "CLEAR1L", "FILTER2": "F606W"}, "F606W"),
        ({"FILTER1": "open1-6", "FILTER2": "g_G0301"}, "g_G0301"),
        ({"FILTNAM1": "F533N", "FILTNAM2": "POLQ"}, "F533N+POLQ"),
        ({"FILTER1": "CLEAR", "FILTER2": "CLEAR"}, None),
        ({"HIERARCH ESO INS FILT1 NAME": "R_SPECIAL"}, "R_SPECIAL"),
        ({"FILTER": ""}, None),
    ],
)
def test_filters(tmp_path, cards, expected):
    assert read_facts(write(tmp_path / "a.fits", cards)).filter == expected


def test_a_primary_header_without_data_is_completed_by_the_first_extension(tmp_path):
    hdus = [fits.PrimaryHDU(), fits.ImageHDU(np.zeros((3, 5)), name="SCI")]
    hdus[0].header["OBJECT"] = "M 51"
    hdus[1].header["EXPTIME"] = 12.5
    fits.HDUList(hdus).writeto(tmp_path / "a.fits")
    facts = read_facts(tmp_path / "a.fits")
    assert (facts.object, facts.exposure) == ("M 51", 12.5)


def test_compressed_files(tmp_path):
    plain = write(tmp_path / "a.fits", {"OBJECT": "M 31"})
    (tmp_path / "b.fits.gz").write_bytes(gzip.compress(plain.read_bytes()))
    assert read_facts(tmp_path / "b.fits.gz").object == "M 31"


def test_files_that_are_no_images(tmp_path):
    (tmp_path / "empty.fits").touch()
    (tmp_path / "text.fits").write_text("not FITS at all\n" * 400)
    assert read_facts(tmp_path / "empty.fits").problem == "the file is empty"
    assert read_facts(tmp_path / "text.fits").problem == "the file has no FITS header"
    assert "cannot be read" in (read_facts(tmp_path / "gone.fits").problem or "")


def test_real_files(data_dir):
    """Values of cards that both read are the same."""
    compared = 0
    for path in sorted(data_dir.glob("*/*.fits")):
        facts = read_facts(path)
        if facts.problem:
            continue
        with path.open("rb") as stream:
            header = fits.Header.fromfile(stream)
            for keyword, found in (("OBJECT", facts.object), ("INSTRUME", facts.instrument)):
                if isinstance(header.get(keyword), str) and header[keyword].strip():
                    assert found == " ".join(header[keyword].split())[:80], path
                    compared += 1
            if header["NAXIS"] and header["NAXIS1"]:
                sides = tuple(header[f"NAXIS{n}"] for n in range(1, header["NAXIS"] + 1))
                assert facts.shape == sides, path
                compared += 1
    assert compared > 50
