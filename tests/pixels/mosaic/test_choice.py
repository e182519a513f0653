"""Which array of a file is shown, and what the others are."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from celestile.errors import RequestError

A = np.zeros((20, 30), np.float32)

ROLES = {
    "science": [
        "SCI",
        "IMAGE",
        "CCD1",
        "CHIP1.INT1",
        "N4",
        "im1",
        "",
        "DATA",
        "FLUX",
        "COADD",
        "STOKES Q",
        "Q",
        "BKG_SUB",
        "CCDID 1-1.SCI",
        "Segment10",
        "EXP1",
    ],
    "error": [
        "ERR",
        "ERROR",
        "STAT",
        "VAR",
        "SCI_ERR",
        "RMS",
        "SIGMA",
        "UNC",
        "chip1.VAR",
        "NOISE",
        "VAR_2",
    ],
    "quality": [
        "DQ",
        "MASK",
        "FLAGS",
        "BPM",
        "amp3_mask",
        "QUALITY",
        "BADPIX",
        "SCI.DQ",
        "DET11.FLG",
        "BPM3",
        "PIXELDQ",
        "MSK",
    ],
    "weight": ["WHT", "WEIGHT", "EXP", "EXPMAP", "IVAR", "COVERAGE", "WEXP"],
    "context": [
        "CTX",
        "CON",
        "SEGM",
        "SEGMENTATION_MAP",
        "PSF",
        "BKG",
        "SKY",
        "BACKGROUND",
        "MDRIZSKY",
        "AREA",
        "ZEROFRAME",
    ],
}


@pytest.mark.parametrize(("role", "name"), [(r, n) for r, names in ROLES.items() for n in names])
def test_roles_by_name(role: str, name: str, write_fits: Any, open_image: Any) -> None:
    cards = {"EXTNAME": name} if name else {}
    image = open_image(write_fits("a.fits", (A, cards), primary={}))
    assert image.hdus[0].kind == role


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["ERR", "SCI", "DQ"], "SCI"),
        (["SCI", "ERR", "DQ"], "SCI"),
        (["WHT", "CTX", "SCI"], "SCI"),
        (["DQ", "ERR"], "ERR"),
        (["MASK"], "MASK"),
        (["INPUT", "MODEL", "RESIDUAL"], "INPUT"),
        (["CTX", "WHT"], "WHT"),
    ],
)
def test_science_comes_before_its_errors(
    names: list[str], shown: str, write_fits: Any, open_image: Any
) -> None:
    image = open_image(write_fits("a.fits", *((A, {"EXTNAME": n}) for n in names), primary={}))
    assert next(c.name for c in image.hdus if c.default) == shown
    assert image.hdu == next(c.selector for c in image.hdus if c.default)
    assert not image.chips


def test_the_larger_one_is_shown(write_fits: Any, open_image: Any) -> None:
    big = np.zeros((40, 50), np.float32)
    image = open_image(write_fits("a.fits", (A, {"EXTNAME": "THUMB"}), (big, {"EXTNAME": "FULL"})))
    assert (image.width, image.height) == (50, 40)


def test_an_image_is_shown_before_a_long_spectrum(write_fits: Any, open_image: Any) -> None:
    spectrum = np.zeros(5000, np.float32)
    image = open_image(write_fits("a.fits", (spectrum, {"EXTNAME": "S"}), (A, {"EXTNAME": "I"})))
    assert (image.width, image.height) == (30, 20)


@pytest.mark.parametrize(
    ("selector", "value"),
    [("1", 1), ("SCI", 1), ("sci", 1), ("SCI,2", 3), ("SCI,1", 1), ("ERR", 2), ("ERR,1", 2),
     ("3", 3), ("4", 4), ("ERR,2", 4)],
)  # fmt: skip
def test_any_array_is_reached(
    selector: str, value: int, write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    hdus = [
        (A + n, {"EXTNAME": name, "EXTVER": version})
        for n, (name, version) in enumerate([("SCI", 1), ("ERR", 1), ("SCI", 2), ("ERR", 2)], 1)
    ]
    image = open_image(write_fits("a.fits", *hdus), hdu=selector)
    assert read_pixels(image)[0, 0] == value
    assert image.hdu == str(value)


@pytest.mark.parametrize("selector", ["9", "-1", "SCI,9", "NOPE", "", "SCI,x", "1,1", "mosaic"])
def test_what_is_not_there_has_its_sentence(
    selector: str, write_fits: Any, open_image: Any
) -> None:
    path = write_fits("a.fits", (A, {"EXTNAME": "SCI"}), (A, {"EXTNAME": "ERR"}))
    with pytest.raises(RequestError, match=r"1 \(SCI\), 2 \(ERR\)") as caught:
        open_image(path, hdu=selector)
    assert caught.value.parameter == "hdu"


def test_chips_are_reached_alone_and_together(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    path = write_fits("a.fits", *((A + n, {"EXTNAME": f"CCD{n}"}) for n in (1, 2, 3)))
    assert open_image(path).hdu == "mosaic"
    assert open_image(path, hdu="Mosaic").hdu == "mosaic"
    assert read_pixels(open_image(path, hdu="CCD2"))[0, 0] == 2
    with pytest.raises(RequestError, match="mosaic, 1"):
        open_image(path, hdu="CCD9")


def test_the_primary_image_among_extensions(
    write_fits: Any, tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    from astropy.io import fits  # noqa: PLC0415

    path = tmp_path / "a.fits"
    extension = fits.ImageHDU(A + 1, name="ERR")
    fits.HDUList([fits.PrimaryHDU(A), extension]).writeto(path)
    assert open_image(path).hdu == "0"
    assert read_pixels(open_image(path, hdu="primary"))[0, 0] == 0
    assert read_pixels(open_image(path, hdu="ERR"))[0, 0] == 1


def test_extensions_beside_a_primary_image_are_no_chips(
    tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    from astropy.io import fits  # noqa: PLC0415

    path = tmp_path / "a.fits"
    more = [fits.ImageHDU(A + 1), fits.ImageHDU(A + 2)]
    fits.HDUList([fits.PrimaryHDU(A), *more]).writeto(path)
    assert open_image(path).hdu == "0"
    # A thumbnail is no science.
    fits.HDUList([fits.PrimaryHDU(A[:4, :4]), *more]).writeto(path, overwrite=True)
    assert len(open_image(path).chips) == 2


@pytest.mark.parametrize(
    ("name", "hdu", "count"),
    [
        ("blink/a478hst-cutout.fits.gz", "1", 3),
        ("image/acs_hrc_47tuc.fits.gz", "1", 3),
        ("bad/nocdelt.fits", "0", 2),
        ("image/chandra_m101_region.fits", "0", 1),
        ("pix/eso_suite_tst0009.fits", "2", 1),
    ],
)
def test_real_files(data_dir: Path, name: str, hdu: str, count: int, open_image: Any) -> None:
    image = open_image(data_dir / name)
    assert image.hdu == hdu
    assert len(image.hdus) == count
