"""Bands, colors and exposures, told apart by the words of headers."""

from typing import Any

import numpy as np
import pytest

from celestile.pixels.image import Image
from celestile.pixels.plane import Selection
from celestile.views.filter_colors import automatic_colors, wavelength
from celestile.views.picks import numbered
from celestile.views.view import parse_view

LABELS: list[tuple[dict[str, Any], list[str]]] = [
    ({"BAND0": "g", "BAND1": "r", "BAND2": "z"}, ["g", "r", "z"]),  # Legacy Surveys
    ({"BANDS": "grz", "BAND0": "g", "BAND1": "r", "BAND2": "z"}, ["g", "r", "z"]),
    ({"BANDS": "griz", "BAND0": "g", "BAND1": "r", "BAND2": "i", "BAND3": "z"},
     ["g", "r", "i", "z"]),
    ({"BAND1": "g", "BAND2": "r", "BAND3": "z"}, ["g", "r", "z"]),
    ({"BANDS": "grz", "BAND0": "w", "BAND1": "g", "BAND2": "r", "BAND3": "z"}, ["g", "r", "z"]),
    ({"BANDS": "grz", "BAND0": "g", "BAND1": "r", "BAND2": "z", "BAND3": "x"}, ["g", "r", "z"]),
    ({"FILTER0": "J", "FILTER1": "H", "FILTER2": "Ks"}, ["J", "H", "Ks"]),
    ({"FILTER1": "F814W", "FILTER2": "F606W", "FILTER3": "F435W"}, ["F814W", "F606W", "F435W"]),
    ({"FILT1": "V", "FILT2": "B"}, ["V", "B"]),
    ({"BAND_0": "g", "BAND_1": "r"}, ["g", "r"]),
    ({"FILTER01": "H", "FILTER02": "J"}, ["H", "J"]),
    ({"COLOR1": "red", "COLOR2": "green", "COLOR3": "blue"}, ["red", "green", "blue"]),
    ({"CTYPE3": "BAND", "BAND0": "g", "BAND2": "z"}, ["g", "2", "z"]),
    ({"BANDS": "grz"}, ["g", "r", "z"]),
    ({"BANDS": "W1 W2 W3 W4"}, ["W1", "W2", "W3", "W4"]),
    ({"FILTERS": "u,g,r,i,z"}, ["u", "g", "r", "i", "z"]),
    ({"FILTER": "R,G,B"}, ["R", "G", "B"]),
    ({"FILTER": "RGB"}, ["R", "G", "B"]),
    ({"BAND1": "r", "BAND2": "R"}, ["r", "R"]),
    ({"BAND0": "g", "BAND1": "r", "BAND2": "g"}, ["1", "r", "3"]),
    ({"CNAME3_1": "left", "CNAME3_2": "right"}, ["left", "right"]),
]  # fmt: skip


@pytest.mark.parametrize(("cards", "names"), LABELS)
def test_names_are_those_of_the_header(
    cards: dict[str, Any], names: list[str], write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    data = np.arange(len(names), dtype=np.float32)[:, None, None] * np.ones((1, 4, 5), np.float32)
    image = open_image(write_fits("a.fits", (data, cards)))
    assert [channel.name for channel in image.channels] == names
    assert (image.channel_axis, len(image.frames)) == ("band", 1)
    for index, name in enumerate(names):
        view = numbered(image, parse_view(f"channel={name}"))
        assert view.channel == (index + 1, index + 1)
        assert (read_pixels(image, 1, index + 1) == index).all()


def test_the_colors_of_a_cutout_follow_its_names(write_fits: Any, open_image: Any) -> None:
    cards = {"BANDS": "grz", "BAND0": "g", "BAND1": "r", "BAND2": "z"}
    image = open_image(write_fits("a.fits", (np.zeros((3, 4, 5), np.float32), cards)))
    assert automatic_colors(image) == ("0000ff", "00ff00", "ff0000")
    assert [round(1e9 * (wavelength(c) or 0)) for c in image.channels] == [480, 625, 900]
    value = image.plane(Selection((1, 1), (2, 2))).value(0, 0).value
    assert value == 0.0


def opened(write_fits: Any, open_image: Any, cards: dict[str, Any], dtype: Any) -> Image:
    comments = {key: value for key, value in cards.items() if key != "comment"}
    path = write_fits("a.fits", (np.zeros((3, 4, 5), dtype), comments))
    if "comment" in cards:
        raw = path.read_bytes()
        at = raw.index(b"NAXIS3  ")
        card = f"NAXIS3  = {3:>20} / {cards['comment']}".ljust(80).encode()
        path.write_bytes(raw[:at] + card + raw[at + 80 :])
    found: Image = open_image(path)
    return found


PICTURES: list[tuple[dict[str, Any], Any]] = [
    ({"CTYPE3": "RGB"}, np.float32),  # Aladin, Siril with that option, fitscut, astrometry.net
    ({"CTYPE3": "COLOR"}, np.int16),
    ({"CNAME3": "color"}, np.float32),
    ({"COLORSPC": "RGB"}, np.float32),  # PixInsight
    ({"COLORTYP": "RGB24"}, np.uint16),  # SharpCap
    ({"PROGRAM": "Siril v1.2.0"}, np.float32),
    ({"PROGRAM": "PixInsight 1.8.9-2"}, np.float32),
    ({"SOFTWARE": "DeepSkyStacker 5.1.6"}, np.float32),
    ({"SWCREATE": "MaxIm DL Version 6.40"}, np.uint16),
    ({"COMMENT": "  Written by Astrometric Stacking Program. www.hnsky.org"}, np.float32),
    ({"CREATOR": "ZWO Seestar S50", "BAYERPAT": "GRBG"}, np.uint16),
    ({"BAYERPAT": "RGGB"}, np.float32),
    ({"comment": "length of z axis (mostly colors)"}, np.float32),  # ASTAP
    ({"FILTER": "OSC"}, np.float32),
    ({"IMAGETYP": "Light Frame (color)"}, np.float32),
    ({}, np.uint8),
    ({"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN"}, np.uint8),
    ({"COLORSPC": "RGB", "NFRAMES": 3}, np.float32),
]


@pytest.mark.parametrize(("cards", "dtype"), PICTURES)
def test_pictures_are_in_color(
    cards: dict[str, Any], dtype: Any, write_fits: Any, open_image: Any
) -> None:
    image = opened(write_fits, open_image, cards, dtype)
    assert (len(image.channels), len(image.frames), image.channel_axis) == (3, 1, "band")
    assert automatic_colors(image) == ("ff0000", "00ff00", "0000ff")


EXPOSURES: list[tuple[dict[str, Any], Any]] = [
    ({}, np.float32),
    ({}, np.uint16),
    ({"NINTS": 3, "NGROUPS": 5}, np.float32),
    ({"INSTRUME": "NAOS+CONICA", "ORIGIN": "ESO", "NDIT": 3}, np.float32),
    ({"NFRAMES": 3}, np.uint8),
    ({"EXTNAME": "DQ"}, np.uint8),
    ({"EXTNAME": "MASK"}, np.uint8),
    ({"COLORTYP": "MONO16"}, np.uint16),
    ({"FILTER": "K"}, np.float32),
    ({"FILTER": "g DECam SDSS c0001 4720.0 1520.0"}, np.float32),
    ({"FILTER1": "CLEAR1L", "FILTER2": "F814W"}, np.float32),  # wheels of a camera
    ({"FILTER1": "J", "FILTER2": "OPEN", "FILTER3": "OPEN"}, np.float32),
    ({"FILTER1": 2, "FILTER2": 3, "FILTER3": 4}, np.float32),
    ({"BAND": 1}, np.float32),
    ({"BAND1": "r"}, np.float32),
    ({"PROGRAM": "1234"}, np.float32),
    ({"CTYPE3": "INTEGRATION"}, np.float32),
    ({"comment": "length of data axis 3"}, np.float32),
]


@pytest.mark.parametrize(("cards", "dtype"), EXPOSURES)
def test_exposures_are_frames(
    cards: dict[str, Any], dtype: Any, write_fits: Any, open_image: Any
) -> None:
    image = opened(write_fits, open_image, cards, dtype)
    assert (len(image.channels), len(image.frames)) == (1, 3)
    assert automatic_colors(image) == ()


def test_groups_of_integrations_are_frames(write_fits: Any, open_image: Any) -> None:
    cards = {"EXTNAME": "SCI", "BUNIT": "DN"}
    path = write_fits(
        "a.fits", (np.zeros((2, 3, 4, 5), np.uint16), cards), primary={"NINTS": 2, "NGROUPS": 3}
    )
    image = open_image(path)
    assert (len(image.channels), len(image.frames)) == (1, 6)
    assert [frame.name for frame in image.frames] == ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3"]
