"""Headers as they are found, against the numbers that their authors meant."""

import warnings
from typing import Any

import numpy as np
import pytest
from astropy.io.fits import Card, Header
from astropy.wcs import WCS
from hypothesis import given, settings
from hypothesis import strategies as st

from celestile.pixels.sky.frames import FRAMES
from celestile.pixels.sky.sky import Sky

PLAIN: dict[str, Any] = {
    "NAXIS": 2,
    "NAXIS1": 100,
    "NAXIS2": 80,
    "CTYPE1": "RA---TAN",
    "CTYPE2": "DEC--TAN",
    "CRPIX1": 50.5,
    "CRPIX2": 40.5,
    "CRVAL1": 10.0,
    "CRVAL2": 20.0,
    "CDELT1": -1e-3,
    "CDELT2": 1e-3,
}


def make(**cards: Any) -> Header:
    header = Header()
    for keyword, value in {**PLAIN, **cards}.items():
        if value is not None:
            header[keyword.replace("__", "-")] = value
    return header


def sky_of(**cards: Any) -> Sky:
    return Sky.from_header(make(**cards), 100, 80)


@pytest.mark.parametrize(
    "cards",
    [
        {},
        {"CTYPE1": "ra---tan", "CTYPE2": "dec--tan"},
        {"CTYPE1": "RA--TAN", "CTYPE2": "DEC-TAN"},
        {"CRVAL1": "10.0", "CRPIX1": " 50.5 ", "CDELT1": "-1.0D-3"},
        {"CUNIT1": "DEGREES", "CUNIT2": "DEGREES"},
        {"CUNIT1": "pixel", "CUNIT2": "pixel"},
        *(
            {
                "CUNIT1": unit,
                "CUNIT2": unit,
                "CRVAL1": 10 * n,
                "CRVAL2": 20 * n,
                "CDELT1": -1e-3 * n,
                "CDELT2": 1e-3 * n,
            }
            for unit, n in (("arcseconds", 3600.0), ("Arcmins", 60.0), ("Radians", np.pi / 180))
        ),
        {"CUNIT1": "no unit", "CUNIT2": "at all"},
        {"EPOCH": 0.0},
        {"DATE__OBS": "31/13/99x", "MJD__OBS": "soon"},
        {"LONPOLE": 180.0, "LATPOLE": 0.0},
        {"A_ORDER": 2, "A_2_0": 1e-6},
        {"XPIXELSZ": 15.0, "YPIXELSZ": 15.0},
        {"D2IMARR1": "x", "D2IMERR1": 0.1, "D2IMDIS1": "Lookup"},
        {"CPDIS1": "LOOKUP", "CPDIS2": "LOOKUP"},
        {"CTYPE3": "WAVE-TAB", "CRVAL3": 1.0, "CUNIT3": "furlong", "NAXIS": 3, "NAXIS3": 9},
        {"CTYPE3": "STOKES", "CTYPE4": "FREQ", "CDELT4": 0.0, "NAXIS": 4, "NAXIS4": 1},
        {"CTYPE1P": "X", "CTYPE2P": "Y", "CRVAL1P": "broken"},
        {"CD1_1": -1e-3, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": 1e-3, "CROTA2": 30.0},
        {"CTYPE1": "RA---TNX", "CTYPE2": "DEC--TNX", "WAT1_001": 'lngcor = "1. 4. b'},
    ],
)
def test_slips_of_the_pen_do_not_move_the_sky(cards: dict[str, Any]) -> None:
    sky = sky_of(**cards)
    assert sky.reason is None
    world = sky.world(50, 40)
    assert world is not None
    assert (world.lon, world.lat) == pytest.approx((10, 20), abs=1e-9)
    assert sky.pixel(10, 20) == pytest.approx((50, 40), abs=1e-6)
    assert sky.document()["scale"] == pytest.approx(3.6)


@pytest.mark.parametrize(
    ("cards", "reason"),
    [
        ({key: None for key in PLAIN if key[0] == "C"}, "no sky coordinates"),
        ({"CTYPE1": "PIXEL", "CTYPE2": "PIXEL"}, "axes are 'PIXEL' and 'PIXEL'"),
        ({"CTYPE1": "RA", "CTYPE2": "DEC"}, "axes are 'RA' and 'DEC'"),
        ({"CTYPE2": "GLAT-TAN"}, "sky coordinates of the header"),
        ({"CTYPE2": "DEC--SIN"}, "sky coordinates of the header"),
        ({"CTYPE2": "LINEAR"}, "only one of the two axes"),
        ({"CTYPE1": "RA---XYZ", "CTYPE2": "DEC--XYZ"}, "projection code"),
        ({"CDELT1": None, "CDELT2": None}, "no pixel scale"),
        ({"CDELT1": 0.0}, "singular"),
        ({"CUNIT1": "hours", "CUNIT2": "deg"}, "CUNIT1"),
        ({"CDELT1": None, "CDELT2": None, "CD1_1": 0.0, "CD2_2": 0.0}, "no pixel scale"),
        ({"CRVAL2": 91.0}, "sky coordinates of the header"),
        ({"CRVAL1": "NaN"}, "CRVAL1 of the header"),
        ({"CRPIX2": "middle"}, "CRPIX2 of the header"),
    ],
)
def test_a_header_that_makes_no_sense_says_why(cards: dict[str, Any], reason: str) -> None:
    sky = sky_of(**cards)
    assert reason in (sky.reason or "")
    assert sky.world(50, 40) is None
    assert sky.pixel(10, 20) is None
    assert sky.document()["grids"] == []
    assert "/" not in (sky.reason or "")


@pytest.mark.parametrize(
    ("cards", "frame", "equinox"),
    [
        ({}, "icrs", None),
        ({"RADESYS": "ICRS", "EQUINOX": 2000.0}, "icrs", None),
        ({"EQUINOX": 2000.0}, "fk5", 2000.0),
        ({"EQUINOX": "J2000.0"}, "fk5", 2000.0),
        ({"RADESYS": "FK5"}, "fk5", 2000.0),
        ({"RADECSYS": "FK5"}, "fk5", 2000.0),
        ({"EPOCH": 1950.0}, "fk4", 1950.0),
        ({"EQUINOX": 1975.0}, "fk4", 1975.0),
        ({"RADESYS": "FK4"}, "fk4", 1950.0),
        ({"RADESYS": "GAPPT"}, "apparent", None),
        ({"CTYPE1": "GLON-TAN", "CTYPE2": "GLAT-TAN", "EQUINOX": 2000.0}, "galactic", None),
        ({"CTYPE1": "ELON-TAN", "CTYPE2": "ELAT-TAN"}, "ecliptic", 2000.0),
        ({"CTYPE1": "HPLN-TAN", "CTYPE2": "HPLT-TAN"}, "helioprojective", None),
        ({"CTYPE1": "MALN-CAR", "CTYPE2": "MALT-CAR"}, "body-fixed", None),
    ],
)
def test_frame_follows_fits_wcs_paper_two(
    cards: dict[str, Any], frame: str, equinox: float | None
) -> None:
    document = sky_of(**cards).document()
    assert (document["frame"], document["equinox"]) == (frame, equinox)


@pytest.mark.parametrize(
    ("system", "frame"),
    [
        ("FK5/J2000", "fk5"),
        ("ICRF2", "icrs"),
        ("fk4-no-e", "fk4-no-e"),
        ("FK4/B1950", "fk4"),
        ("GAPPT", "apparent"),
        ("SOMETHING", "unknown"),
    ],
)
def test_frame_is_told_by_how_its_name_begins(system: str, frame: str) -> None:
    assert sky_of(RADESYS=system).frame == frame


def test_zpx_without_corrections_is_zpn() -> None:
    powers = {0: 0.0, 1: 1.0, 3: 337.74}
    words = " ".join(f"projp{n}={value}" for n, value in powers.items())
    iraf = {
        "CTYPE1": "RA---ZPX", "CTYPE2": "DEC--ZPX", "WAT0_001": "system=image",
        "WAT1_001": f"wtype=zpx axtype=ra {words}", "WAT2_001": f"wtype=zpx axtype=dec {words}",
    }  # fmt: skip
    plain = {"CTYPE1": "RA---ZPN", "CTYPE2": "DEC--ZPN"}
    plain |= {f"PV2_{n}": value for n, value in powers.items()}
    sky = sky_of(CDELT1=-0.01, CDELT2=0.01, **iraf)
    assert sky.reason is None
    expected = WCS(make(CDELT1=-0.01, CDELT2=0.01, **plain)).all_pix2world([[1.0, 1.0]], 1)[0]
    assert sky.world_array(0.5, 79.5) == pytest.approx(tuple(expected), abs=1e-10)
    assert sky.summary()["projection"] == "ZPX"


def test_longitudes_around_the_sun_are_counted_from_its_centre() -> None:
    sky = sky_of(CTYPE1="HPLN-TAN", CTYPE2="HPLT-TAN", CRVAL1=0.0, CRVAL2=0.0)
    world = sky.world(60, 40)
    assert world is not None
    assert world.lon == pytest.approx(-0.01, rel=1e-6)


def test_an_alternate_description_stands_in_for_a_main_one_off_the_sky() -> None:
    galactic = {
        "CTYPE1A": "GLON-CAR",
        "CTYPE2A": "GLAT-CAR",
        "CRPIX1A": 50.5,
        "CRPIX2A": 40.5,
        "CRVAL1A": 3.0,
        "CRVAL2A": 0.0,
        "CDELT1A": -0.1,
        "CDELT2A": 0.1,
    }
    sky = sky_of(CTYPE1="PIXEL", CTYPE2="PIXEL", **galactic)
    world = sky.world(50, 40)
    assert world is not None
    assert (world.lon, world.lat, world.frame) == pytest.approx((3, 0, "galactic"))
    assert sky.notes == ("the sky is taken from the header's alternate description A",)


def test_a_sky_that_moves_from_plane_to_plane_is_that_of_the_first() -> None:
    header = make(
        NAXIS=3, NAXIS3=4, CTYPE3="WAVE", CRPIX3=11.0, PC1_3=0.1, PC2_3=-0.2, PC1_1=1.0, PC1_2=0.3
    )
    lon, lat, _ = WCS(header).wcs_pix2world([[20.0, 30.0, 1.0]], 1)[0]
    world = Sky.from_header(header, 100, 80).world(19.5, 50.5)
    assert world is not None
    assert (world.lon, world.lat) == pytest.approx((lon, lat), abs=1e-10)


def test_a_plate_of_the_digitized_sky_survey_needs_no_ctype() -> None:
    plate = {key: None for key in PLAIN if key[0] == "C"}
    solution = {f"AMD{axis}{i}": 0.0 for axis in "XY" for i in range(1, 21)}
    solution |= {"AMDX1": 67.2, "AMDY1": 67.2, "PPO3": 177500.0, "PPO6": 177500.0}
    centre = {"PLTRAH": 2, "PLTRAM": 0, "PLTRAS": 0.0, "PLTDECSN": "+", "PLTDECD": 20}
    centre |= {"PLTDECM": 0, "PLTDECS": 0.0, "XPIXELSZ": 25.0, "YPIXELSZ": 25.0}
    header = make(**plate, **solution, **centre, CNPIX1=7050, CNPIX2=7060)
    expected = WCS(header).all_pix2world([[50.5, 40.5]], 1)[0]
    world = Sky.from_header(header, 100, 80).world(50, 40)
    assert world is not None
    assert (world.lon, world.lat) == pytest.approx(tuple(expected), abs=1e-10)
    assert world.lon == pytest.approx(30, abs=0.1)


def test_a_card_that_cannot_be_parsed_costs_only_itself() -> None:
    header = make()
    header.append(Card.fromstring("CTYPE3  = 'never closed".ljust(80)))
    header.append(Card.fromstring("PV2_1   = 1.2.3".ljust(80)))
    sky = Sky.from_header(header, 100, 80)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sky.reason is None
    (note,) = sky.notes
    assert note.startswith("PV2_1 ")
    assert "ignored" in note


def test_polynomials_that_ctype_does_not_name_are_applied_as_astropy_does() -> None:
    header = make(A_ORDER=2, A_2_0=1e-4, B_ORDER=2, B_0_2=1e-4)
    sky = Sky.from_header(header, 100, 80)
    expected = WCS(header).all_pix2world([[1.0, 1.0]], 1)[0]
    world = sky.world(0.5, 79.5)
    assert world is not None
    assert (world.lon, world.lat) == pytest.approx(tuple(expected), abs=1e-10)
    assert any("SIP" in note for note in sky.notes)


words = st.sampled_from(
    ["RA---TAN", "DEC--TAN", "GLON-CAR", "GLAT-CAR", "FREQ", "RA", "", "x" * 60]
)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-3, 3) | st.just("oops")
keywords = (
    "CRPIX1 CRPIX3 CRVAL1 CRVAL2 CDELT1 CD1_1 CD2_2 PC1_2 PC1_3 PV2_1 LONPOLE LATPOLE EQUINOX "
    "CROTA2 A_ORDER A_2_0 B_ORDER"
)
junk = st.dictionaries(st.sampled_from(keywords.split()), numbers)
ctypes = st.fixed_dictionaries({"CTYPE1": words, "CTYPE2": words})


@settings(deadline=None, max_examples=150)
@given(ctypes, junk)
def test_no_header_raises_or_warns(types: dict[str, str], cards: dict[str, Any]) -> None:
    header = make(**types, **cards)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sky = Sky.from_header(header, 100, 80)
        document = sky.document()
        sky.pixel(10, 20)
    assert (document["reason"] is None) == bool(document["grids"])
    for grid in document["grids"]:
        nodes = np.array(grid["vectors"], dtype=float).reshape(-1, 3)
        lengths = np.linalg.norm(nodes[~np.isnan(nodes[:, 0])], axis=1)
        assert lengths == pytest.approx(np.ones(len(lengths)), abs=1e-6)


CD = {"CD1_1": -1e-3, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": 1e-3}
PC = {"PC1_1": 0.0, "PC1_2": 1.0, "PC2_1": -1.0, "PC2_2": 0.0}


@pytest.mark.parametrize(
    ("cards", "named"),
    [
        (CD | PC, ("PCi_j", "CDi_j", "PCi_j is used")),
        (CD | {"CROTA2": 30.0}, ("CDi_j", "CROTA2", "CDi_j is used")),
        (PC | {"CROTA2": 30.0}, ("PCi_j", "CROTA2", "PCi_j is used")),
        # Consistent ways are not contradictory.
        (CD | {"CROTA2": 360.0}, ()),
        (CD | {"PC1_1": 1.0, "PC2_2": 1.0}, ()),
        (CD, ()),
        (PC, ()),
    ],
)
def test_contradictory_scales(cards: dict[str, Any], named: tuple[str, ...]) -> None:
    sky = sky_of(**cards)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exact = WCS(make(**cards))
    for x, y in ((1, 1), (100, 1), (30.5, 70)):
        world = sky.world(x - 0.5, 80 - y + 0.5)
        assert world is not None
        lon, lat = exact.wcs_pix2world([[x, y]], 1)[0]
        assert (world.lon, world.lat) == pytest.approx((lon, lat), abs=1e-9)
    notes = [note for note in sky.notes if " is used" in note]
    assert bool(notes) == bool(named)
    assert all(part in notes[0] for part in named)


@pytest.mark.parametrize(
    ("keyword", "values", "noted"),
    [("CRVAL1", (10.0, 11.0), True), ("CDELT2", (1e-3, 2e-3), True),
     ("CRVAL1", (10.0, 10.0), False),
     ("CTYPE2", ("DEC--TAN", "DEC--SIN"), True)],
)  # fmt: skip
def test_repeated_cards(keyword: str, values: tuple[Any, Any], noted: bool) -> None:
    header = make()
    header[keyword] = values[0]
    header.append(Card(keyword, values[1]), end=True)
    if keyword == "CTYPE2":
        header["CTYPE1"] = "RA---SIN"
    sky = Sky.from_header(header, 100, 80)
    world = sky.world(9.5, 9.5)
    assert world is not None
    lon, lat = WCS(header).wcs_pix2world([[10, 71]], 1)[0]
    assert (world.lon, world.lat) == pytest.approx((lon, lat), abs=1e-9)
    said = [note for note in sky.notes if keyword in note and str(values[1]) in note]
    assert bool(said) == noted


@pytest.mark.parametrize(
    ("longitude", "latitude", "frame"),
    [
        ("GLON", "GLAT", "galactic"), ("SLON", "SLAT", "supergalactic"),
        ("ELON", "ELAT", "ecliptic"), ("HLON", "HLAT", "helioecliptic"),
        ("TLON", "TLAT", "terrestrial"), ("HPLN", "HPLT", "helioprojective"),
        ("HGLN", "HGLT", "heliographic"), ("CRLN", "CRLT", "carrington"),
        ("MALN", "MALT", "body-fixed"), ("SELN", "SELT", "body-fixed"),
        ("HA--", "DEC-", "hour-angle"), ("AZ--", "ALT-", "horizontal"),
        ("AZ--", "EL--", "horizontal"), ("XLON", "XLAT", "unknown"),
    ],
)  # fmt: skip
def test_frames_have_names(longitude: str, latitude: str, frame: str) -> None:
    sky = sky_of(CTYPE1=f"{longitude}-TAN", CTYPE2=f"{latitude}-TAN")
    assert sky.frame == frame
    assert frame in FRAMES
    world = sky.world(9.5, 9.5)
    assert world is not None
    # The projection does not depend on the frame.
    lon, lat = WCS(make()).wcs_pix2world([[10, 71]], 1)[0]
    assert (world.lon, world.lat) == pytest.approx((lon, lat), abs=1e-9)
