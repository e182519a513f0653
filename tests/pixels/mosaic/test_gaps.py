"""Chips that are absent from a file: named where its headers tell of them, and only there."""

import re
from typing import Any

import numpy as np
import pytest

A = np.zeros((20, 30), np.float32)


def camera(numbers: list[int], columns: int = 2, **more: Any) -> list[Any]:
    """Chips of a grid, numbered from 1, row by row."""
    hdus = []
    for n in numbers:
        row, column = divmod(n - 1, columns)
        x, y = 1 + column * 30, 1 + row * 20
        cards = {"DETSEC": f"[{x}:{x + 29},{y}:{y + 19}]"}
        cards |= {key: value.format(n) if isinstance(value, str) else value + n
                  for key, value in more.items()}  # fmt: skip
        hdus.append((A, cards))
    return hdus


def told(image: Any) -> list[str]:
    return [note for note in image.notes if not note.startswith("chips placed")]


NAMED = {
    "by name": ({"EXTNAME": "ccd{:02d}"}, "ccd03"),
    "by name without zeros": ({"EXTNAME": "im{}"}, "im3"),
    "by version": ({"EXTNAME": "SCI", "EXTVER": 0}, "SCI,3"),
    "by IMAGEID": ({"IMAGEID": 0}, "IMAGEID 3"),
    "by CCDNUM": ({"EXTNAME": "side{}x", "CCDNUM": 0}, "side3x"),
}


@pytest.mark.parametrize("case", NAMED)
@pytest.mark.parametrize("primary", [{"NEXTEND": 4}, {"NCCDS": 4}, {"DETSIZE": "[1:60,1:40]"}])
def test_an_absent_chip_has_its_name(
    case: str, primary: dict[str, Any], write_fits: Any, open_image: Any
) -> None:
    cards, name = NAMED[case]
    image = open_image(write_fits("a.fits", *camera([1, 2, 4], **cards), primary=primary))
    assert (image.width, image.height) == (60, 40)
    notes = told(image)
    assert f"chip {name} is a gap: it is absent from the file" in notes
    counted = [note for note in notes if re.search(r"\b4 extensions \(NEXTEND\).*\b3$", note)]
    assert len(counted) == ("NEXTEND" in primary)
    assert len(notes) == 1 + ("NEXTEND" in primary)


def test_the_first_chip_is_missed_where_a_count_tells(write_fits: Any, open_image: Any) -> None:
    hdus = [(A, {"EXTNAME": f"ccd{n}"}) for n in (2, 3, 4)]
    image = open_image(write_fits("a.fits", *hdus, primary={"NCCDS": 4}))
    assert told(image) == ["chip ccd1 is a gap: it is absent from the file"]
    assert told(open_image(write_fits("b.fits", *hdus, primary={}))) == []


def test_a_place_without_a_name_has_its_section(write_fits: Any, open_image: Any) -> None:
    hdus = [(a, {"DETSEC": cards["DETSEC"]}) for a, cards in camera([1, 2, 3, 5, 6], 3)]
    image = open_image(write_fits("a.fits", *hdus, primary={"DETSIZE": "[1:90,1:40]"}))
    assert told(image) == ["no chip covers [1:30,21:40] of the mosaic"]


def test_a_declared_number_of_extensions_is_compared_with_the_file(
    write_fits: Any, open_image: Any
) -> None:
    hdus = [(A, {"EXTNAME": "SCI", "EXTVER": n}) for n in (1, 2)]
    image = open_image(write_fits("a.fits", *hdus, primary={"NEXTEND": 8}))
    (note,) = told(image)
    assert re.search(r"\b8 extensions \(NEXTEND\).*\b2$", note)


@pytest.mark.parametrize(
    ("numbers", "primary"),
    [
        ([1, 2, 3, 4], {"NEXTEND": 4, "NCCDS": 4}),
        ([1, 2, 3, 4], {"NEXTEND": 3}),
        ([1, 2, 3, 4], {"NEXTEND": "four"}),
        ([1, 2, 3, 4], {"NCCDS": -1}),
    ],
)
def test_nothing_is_missed_in_a_whole_camera(
    numbers: list[int], primary: dict[str, Any], write_fits: Any, open_image: Any
) -> None:
    image = open_image(write_fits("a.fits", *camera(numbers, EXTNAME="ccd{}"), primary=primary))
    assert told(image) == []


def test_a_gap_in_the_numbers_alone_is_none(write_fits: Any, open_image: Any) -> None:
    # A camera of three chips in a row, one of them called 9.
    hdus = [(a, cards | {"EXTNAME": f"ccd{n}"})
            for (a, cards), n in zip(camera([1, 2, 3], 3), (1, 2, 9), strict=True)]  # fmt: skip
    image = open_image(write_fits("a.fits", *hdus, primary={"DETSIZE": "[1:90,1:20]"}))
    assert told(image) == []


def test_numbers_of_another_kind_are_no_numbering(write_fits: Any, open_image: Any) -> None:
    cards = [{"EXTNAME": f"t{n}", "IMAGEID": n} for n in (20260101, 99999999999999)]
    image = open_image(write_fits("a.fits", *((A, each) for each in cards), primary={"NCCDS": 3}))
    assert told(image) == []


def test_corners_of_a_round_camera_are_not_missed(write_fits: Any, open_image: Any) -> None:
    hdus = camera([2, 4, 5, 6, 8], 3, EXTNAME="S{}")
    image = open_image(write_fits("a.fits", *hdus, primary={"DETSIZE": "[1:90,1:60]"}))
    assert len(image.chips) == 5
    assert told(image) == []


def test_a_chip_without_its_section_is_named(write_fits: Any, open_image: Any) -> None:
    hdus = camera([1, 2, 3, 4], EXTNAME="ccd{}")
    hdus[2][1]["DETSEC"] = "nowhere"
    image = open_image(write_fits("a.fits", *hdus))
    assert [chip.name for chip in image.chips] == ["ccd1", "ccd2", "ccd4"]
    assert "ccd3 is not placed: it has no detector section" in told(image)
    assert not any("absent" in note for note in told(image))
