"""Names of the flags of quality planes, in the words of headers and of documentation."""

from typing import Any

import numpy as np
import pytest
from astropy.io import fits

FLAGS = np.zeros((6, 8), np.int32)


def _names(image: Any) -> dict[int, str]:
    return {flag.number: flag.name for flag in image.flags.items}


OF_HEADERS: list[Any] = [
    ({"MP_BAD": 0, "MP_SAT": 1, "HIERARCH MP_DETECTED_NEGATIVE": 6},
     {0: "BAD", 1: "SAT", 6: "DETECTED_NEGATIVE", 2: "bit 2"}),
    ({"MSKNUM": 2, "MSKNAM00": "DETECTOR", "MSKVAL00": 1, "MSKNAM01": "BURNTOOL",
      "MSKVAL01": 128, "MSKNAM02": "TWO BITS", "MSKVAL02": 3},
     {0: "DETECTOR", 7: "BURNTOOL", 1: "bit 1"}),
    ({"BIT00": (0, "AIRCRAFT/SATELLITE TRACK"), "BIT11": (11, "SPLIT GHOST")},
     {0: "AIRCRAFT_SATELLITE_TRACK", 11: "SPLIT_GHOST"}),
    ({"MP_BAD": 99, "MP_X": "text"}, {0: "bit 0"}),
]  # fmt: skip
DOCUMENTED: list[Any] = [
    ({"TELESCOP": "JWST"}, {0: "DO_NOT_USE", 2: "JUMP_DET", 11: "HOT", 31: "REFERENCE_PIXEL"}),
    ({"TELESCOP": "HST", "INSTRUME": "WFC3", "DETECTOR": "IR"},
     {8: "SATURATION", 13: "CR", 11: "SIGNAL_IN_ZERO_READ"}),
    ({"TELESCOP": "HST", "INSTRUME": "ACS", "DETECTOR": "WFC"}, {4: "HOT", 10: "SINK_PIXEL"}),
    ({"TELESCOP": "HST", "INSTRUME": "WFPC2"}, {8: "QUESTIONABLE", 7: "CHARGE_TRAP"}),
    ({"INSTRUME": "DECam", "PLVER": "V3.2"}, {1: "SATURATED", 4: "CR"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cards", "expected", "in_primary"),
    [
        *((*case, False) for case in (*OF_HEADERS, *DOCUMENTED)),
        *((*case, True) for case in DOCUMENTED),
    ],
)
def test_names_of_bits(
    cards: dict[str, Any], expected: dict[int, str], in_primary: bool, tmp_path: Any,
    open_image: Any,
) -> None:  # fmt: skip
    header = fits.Header()
    for key, value in cards.items():
        header[key] = value
    primary = fits.PrimaryHDU(header=header if in_primary else None)
    mask = fits.ImageHDU(FLAGS, None if in_primary else header, name="MASK")
    fits.HDUList([primary, mask]).writeto(tmp_path / "a.fits")
    image = open_image(tmp_path / "a.fits", "MASK")
    assert image.flags.kind == "bits"
    found = _names(image)
    assert len(found) == 32
    assert {number: found[number] for number in expected} == expected


def test_a_table_of_definitions_has_precedence(tmp_path: Any, open_image: Any) -> None:
    primary = fits.PrimaryHDU()
    primary.header["TELESCOP"] = "JWST"
    columns = [
        fits.Column("BIT", "J", array=[0, 3]),
        fits.Column("VALUE", "J", array=[1, 8]),
        fits.Column("NAME", "20A", array=["DO_NOT_USE", "WEIRD"]),
        fits.Column("DESCRIPTION", "40A", array=["Bad pixel", "Odd; not to be used"]),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="DQ_DEF")
    hdus = [primary, fits.ImageHDU(FLAGS, name="DQ"), table]
    fits.HDUList(hdus).writeto(tmp_path / "a.fits")
    flags = {flag.number: flag for flag in open_image(tmp_path / "a.fits", "DQ").flags.items}
    assert (flags[3].name, flags[3].description) == ("WEIRD", "Odd; not to be used")
    assert flags[2].name == "bit 2"


def test_codes_are_no_bits(tmp_path: Any, open_image: Any) -> None:
    primary = fits.PrimaryHDU()
    primary.header["INSTRUME"], primary.header["PLVER"] = "DECam", "V5.2"
    hdus = [primary, fits.ImageHDU(FLAGS.astype(np.int16), name="DQ")]
    fits.HDUList(hdus).writeto(tmp_path / "a.fits")
    flags = open_image(tmp_path / "a.fits", "DQ").flags
    assert flags.kind == "codes"
    assert {1: "BAD", 3: "SATURATED", 5: "CR"}.items() <= {
        f.number: f.name for f in flags.items
    }.items()
    assert [flag.name for flag in flags.at(5.0)] == ["CR"]


@pytest.mark.parametrize(
    ("name", "kind"), [("SCI", np.int32), ("DQ", np.float32), ("SEGM", np.int32)]
)
def test_other_arrays_have_no_flags(name: str, kind: Any, write_fits: Any, open_image: Any) -> None:
    path = write_fits("a.fits", (FLAGS.astype(kind), {"EXTNAME": name, "MP_BAD": 0}), FLAGS)
    assert open_image(path, name).flags is None
