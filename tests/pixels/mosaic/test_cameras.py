"""Mosaics in the styles of many cameras, cut from a known detector by what their sections mean."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.plane import Selection

RNG = np.random.default_rng(20260107)
Sections = tuple[int, int, int, int]
"""First and last column, first and last row, as a header writes them."""


@dataclass(frozen=True)
class Chip:
    """A chip as its header describes it; sections that are not written are None in `written`."""

    detector: Sections
    data: Sections
    size: tuple[int, int]
    cards: dict[str, Any] = field(default_factory=dict)
    written: tuple[str, ...] = ("DETSEC", "DATASEC")


def text(section: Sections) -> str:
    return "[{}:{},{}:{}]".format(*section)


def counted(first: int, last: int, step: int = 1) -> NDArray[np.intp]:
    """Indices of (binned) pixels from one end of a section to the other, both included."""
    pixels = np.arange(first, last + 1) if first <= last else np.arange(first, last - 1, -1)
    return (pixels[::step] - 1) // step


def cut(truth: Any, chip: Chip, binning: tuple[int, int]) -> tuple[Any, dict[str, Any]]:
    """Array and cards of a chip: truth where it holds sky, -999 elsewhere."""
    array = np.full(chip.size[::-1], 999, truth.dtype)
    x1, x2, y1, y2 = chip.detector
    columns, rows = counted(x1, x2, binning[0]), counted(y1, y2, binning[1])
    u1, u2, v1, v2 = chip.data
    array[np.ix_(counted(v1, v2), counted(u1, u2))] = truth[np.ix_(rows, columns)]
    known = {"DETSEC": text(chip.detector), "DATASEC": text(chip.data)}
    return array, {k: known[k] for k in chip.written} | chip.cards


def assembled(truth: Any, chips: Sequence[Chip], binning: tuple[int, int]) -> Any:
    """What the chips saw of the truth, row 0 at the top; NaN elsewhere."""
    shown = np.full(truth.shape, np.nan, np.float32)
    for chip in chips:
        x1, x2, y1, y2 = chip.detector
        place = np.ix_(counted(y1, y2, binning[1]), counted(x1, x2, binning[0]))
        shown[place] = truth[place]
    return shown[::-1]


def megacam() -> tuple[list[Chip], dict[str, Any]]:
    """36 of them; the upper rows upside down; overscan at both sides and above."""
    chips = []
    for row in range(4):
        for column in range(9):
            x, y = 1 + column * 22, 1 + row * 47
            sky = (x + 19, x, y + 44, y) if row > 1 else (x, x + 19, y, y + 44)
            name = {"EXTNAME": f"ccd{row * 9 + column:02d}", "CCDSUM": "1 1"}
            chips.append(Chip(sky, (4, 23, 1, 45), (26, 48), name))
    return chips, {"DETSIZE": "[1:196,1:186]", "NEXTEND": 36}


def decam() -> tuple[list[Chip], dict[str, Any]]:
    """Science and focus chips, the latter half as high; chips named by their side."""
    chips = []
    for n in range(12):
        x, y = 1 + (n % 4) * 24, 1 + (n // 4) * 44
        half = n in (3, 11)
        name = {"EXTNAME": f"F{'NS'[n > 5]}{n}" if half else f"{'NS'[n > 5]}{n}", "CCDNUM": n + 1}
        height = 20 if half else 40
        sky = (x, x + 19, y, y + height - 1)
        chips.append(Chip(sky, (6, 25, 3, height + 2), (30, height + 4), name))
    return chips, {"DETSIZE": "[1:92,1:128]"}


def mosaic_imager() -> tuple[list[Chip], dict[str, Any]]:
    """16 amplifiers, the right one of each chip read backwards; with the cards of IRAF."""
    chips = []
    for n in range(16):
        right, row = n % 2 == 1, n // 8
        x, y = 1 + (n % 8) * 12, 1 + row * 50
        sky = (x + 11, x, y, y + 49) if right else (x, x + 11, y, y + 49)
        more = {
            "EXTNAME": f"im{n + 1}", "IMAGEID": n + 1, "CCDNAME": f"SITe #{n // 2}",
            "TRIMSEC": "[7:18,1:50]", "BIASSEC": "[19:22,1:50]", "CCDSUM": "1 1",
            "ATM1_1": -1.0 if right else 1.0, "ATM2_2": 1.0, "ATV1": 25.0 if right else 0.0,
            "LTM1_1": 1.0, "LTM2_2": 1.0, "LTV1": 6.0, "LTV2": 0.0,
            "DTM1_1": 1.0, "DTM2_2": 1.0, "DTV1": float(x - 1), "DTV2": float(y - 1),
        }  # fmt: skip
        chips.append(Chip(sky, (7, 18, 1, 50), (22, 50), more))
    return chips, {"DETSIZE": "[1:96,1:100]", "NEXTEND": 16}


def gmos(across: int, up: int) -> tuple[list[Chip], dict[str, Any]]:
    """12 amplifiers, binned, overscan on the left or on the right."""
    chips = []
    for n in range(12):
        x, width, height = 1 + n * 16, 16 // across, 48 // up
        left = n % 2 == 0
        data = (1, width, 1, height) if left else (9, 8 + width, 1, height)
        bias = (width + 1, width + 8, 1, height) if left else (1, 8, 1, height)
        more = {"EXTVER": n + 1, "CCDSUM": f"{across} {up}", "BIASSEC": text(bias)}
        chips.append(Chip((x, x + 15, 1, 48), data, (width + 8, height), more))
    return chips, {"DETSIZE": "[1:192,1:48]", "NEXTEND": 12, "NCCDS": 3}


def segments() -> tuple[list[Chip], dict[str, Any]]:
    """16 segments of one chip of LSST, the upper ones reversed in both directions."""
    chips = []
    for n in range(8):
        x = 1 + n * 10
        names = {"CHANNEL": n + 1}
        chips.append(
            Chip((x + 9, x, 1, 30), (3, 12, 1, 30), (20, 34), names | {"EXTNAME": f"Segment1{n}"})
        )
    for n in range(8):
        x = 1 + n * 10
        chips.append(
            Chip((x + 9, x, 60, 31), (3, 12, 1, 30), (20, 34), {"EXTNAME": f"Segment0{n}"})
        )
    return chips, {"DETSIZE": "[1:80,1:60]"}


def keck() -> tuple[list[Chip], dict[str, Any]]:
    """Four amplifiers of two chips, binned as only the primary header says."""
    chips = []
    for n in range(4):
        x = 1 + n * 20
        sky = (x + 19, x, 40, 1) if n % 2 else (x, x + 19, 40, 1)
        chips.append(Chip(sky, (5, 14, 1, 20), (18, 20), {"EXTNAME": f"VidInp{n + 1}"}))
    return chips, {"BINNING": "2,2", "NUMAMPS": 2}


def cells() -> tuple[list[Chip], dict[str, Any]]:
    """Cells of an orthogonal transfer array; some are dead and absent."""
    chips = []
    for column in range(8):
        for row in range(8):
            if (column, row) in ((2, 3), (7, 7)):
                continue
            x, y = 1 + column * 12, 1 + row * 13
            name = {"EXTNAME": f"xy{column}{row}"}
            chips.append(Chip((x, x + 9, y + 10, y), (1, 10, 1, 11), (14, 13), name))
    return chips, {"DETSIZE": "[1:94,1:102]"}


def bias_section_only() -> tuple[list[Chip], dict[str, Any]]:
    """Nothing but BIASSEC tells where the overscan is: on the left, the right, above, below."""
    written = ("DETSEC",)
    places = [
        ((1, 20, 1, 30), (7, 26, 1, 30), (26, 30), "[1:6,1:30]"),
        ((21, 40, 1, 30), (1, 20, 1, 30), (25, 30), "[21:25,1:30]"),
        ((60, 41, 1, 30), (1, 20, 1, 30), (20, 34), "[1:20,31:34]"),
        ((61, 80, 30, 1), (1, 20, 5, 34), (20, 34), "[1:20,1:4]"),
    ]
    chips = [Chip(s, d, size, {"BIASSEC": b}, written) for s, d, size, b in places]
    return chips, {}


def unbinned_data_sections() -> tuple[list[Chip], dict[str, Any]]:
    """Two chips binned 2 by 2 whose sections all count unbinned pixels."""
    chips = []
    for n in range(2):
        sky = (1 + n * 40, 40 + n * 40, 1, 60)
        cards = {"CCDSUM": "2 2", "DATASEC": "[9:48,1:60]"}
        chips.append(Chip(sky, (5, 24, 1, 30), (28, 30), cards, ("DETSEC",)))
    return chips, {"DETSIZE": "[1:80,1:60]"}


def spaced_sections() -> tuple[list[Chip], dict[str, Any]]:
    """Blanks, steps, parentheses, counting from 0: sections that are odd, but plain."""
    size = (20, 30)
    data = (1, 20, 1, 30)
    texts = ["[ 1 : 20 , 1 : 30 ]", "( 40:21, 1:30 )", "[41:60:1,30:1:1]", "61:80,1:30"]
    sky = [(1, 20, 1, 30), (40, 21, 1, 30), (41, 60, 30, 1), (61, 80, 1, 30)]
    chips = [Chip(s, data, size, {"DETSEC": t}, ()) for s, t in zip(sky, texts, strict=True)]
    return chips, {"DETSIZE": "[1:80, 1:30]"}


def amplifiers_of_one_chip() -> tuple[list[Chip], dict[str, Any]]:
    """A chip with four amplifiers and no DETSEC: its own sections are all there is."""
    chips = []
    for n, sky in enumerate([(1, 20, 1, 30), (40, 21, 1, 30), (1, 20, 60, 31), (40, 21, 60, 31)]):
        cards = {"EXTNAME": f"amp{n + 1}", "CCDSEC": text(sky), "CCDSIZE": "[1:40,1:60]"}
        chips.append(Chip(sky, (3, 22, 1, 30), (26, 30), cards, ("DATASEC",)))
    return chips, {}


def wide_field_imager() -> tuple[list[Chip], dict[str, Any]]:
    """32 chips in 4 rows with cards of ESO beside the sections."""
    chips = []
    for n in range(32):
        x, y = 1 + (n % 8) * 22, 1 + (n // 8) * 45
        flipped = n >= 16
        sky = (x + 19, x, y + 39, y) if flipped else (x, x + 19, y, y + 39)
        cards = {
            "EXTNAME": f"ESO_CCD_#{65 + n}", "HIERARCH ESO DET CHIP1 X": n % 8 + 1,
            "HIERARCH ESO DET CHIP1 Y": n // 8 + 1, "HIERARCH ESO DET OUT1 PRSCX": 5,
        }  # fmt: skip
        chips.append(Chip(sky, (6, 25, 1, 40), (30, 42), cards))
    return chips, {}


def binned_by_three() -> tuple[list[Chip], dict[str, Any]]:
    """Three chips of 63 by 128 pixels: the last two rows make no binned one."""
    chips = []
    for n in range(3):
        sky = (1 + n * 63, 63 + n * 63, 1, 126)
        cards = {"CCDSUM": "3 3", "DETSEC": f"[{1 + n * 63}:{63 + n * 63},1:128]"}
        chips.append(Chip(sky, (1, 21, 1, 42), (21, 42), cards, ("DATASEC",)))
    return chips, {"DETSIZE": "[1:189,1:128]"}


CAMERAS: dict[str, tuple[tuple[list[Chip], dict[str, Any]], tuple[int, int]]] = {
    "MegaCam": (megacam(), (1, 1)),
    "DECam": (decam(), (1, 1)),
    "Mosaic": (mosaic_imager(), (1, 1)),
    "GMOS 1x2": (gmos(1, 2), (1, 2)),
    "GMOS 2x2": (gmos(2, 2), (2, 2)),
    "GMOS 4x4": (gmos(4, 4), (4, 4)),
    "GMOS 2x4": (gmos(2, 4), (2, 4)),
    "LSST": (segments(), (1, 1)),
    "LRIS": (keck(), (2, 2)),
    "ODI": (cells(), (1, 1)),
    "OmegaCAM": (wide_field_imager(), (1, 1)),
    "BIASSEC only": (bias_section_only(), (1, 1)),
    "unbinned DATASEC": (unbinned_data_sections(), (2, 2)),
    "odd spelling": (spaced_sections(), (1, 1)),
    "3x3": (binned_by_three(), (3, 3)),
    "one chip": (amplifiers_of_one_chip(), (1, 1)),
}


def truth_of(chips: Sequence[Chip], binning: tuple[int, int]) -> NDArray[np.uint16]:
    width = max(max(chip.detector[:2]) for chip in chips) // binning[0]
    height = max(max(chip.detector[2:]) for chip in chips) // binning[1]
    return RNG.integers(0, 65536, (height, width)).astype(np.uint16)


@pytest.mark.parametrize("camera", CAMERAS)
def test_cameras_are_put_together_exactly(
    camera: str, write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    (chips, primary), binning = CAMERAS[camera]
    truth = truth_of(chips, binning)
    hdus = [cut(truth, chip, binning) for chip in chips]
    image = open_image(write_fits("a.fits", *hdus, primary=primary))
    assert image.notes[0] == "chips placed by detector sections"
    assert len(image.chips) == len(chips)
    np.testing.assert_array_equal(read_pixels(image), assembled(truth, chips, binning))


def test_compressed_cameras_are_put_together_exactly(
    tmp_path: Any, open_image: Any, read_pixels: Any
) -> None:
    chips, primary = megacam()
    truth = truth_of(chips, (1, 1))
    hdus: list[Any] = [fits.PrimaryHDU(header=fits.Header(primary))]
    for chip in chips:
        array, cards = cut(truth, chip, (1, 1))
        hdus.append(fits.CompImageHDU(array, fits.Header(cards), compression_type="RICE_1"))
    fits.HDUList(hdus).writeto(tmp_path / "a.fits.fz")
    image = open_image(tmp_path / "a.fits.fz")
    np.testing.assert_array_equal(read_pixels(image), assembled(truth, chips, (1, 1)))


def sky_of(x: int, y: int, **cards: Any) -> dict[str, Any]:
    """One tangent plane as a chip sees it whose lower left pixel is (x, y) of the detector."""
    return {
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 359.99, "CRVAL2": -70.0,
        "CRPIX1": 77.25 - x + 1, "CRPIX2": 31.75 - y + 1, "CD1_1": -2e-4, "CD1_2": 3e-5,
        "CD2_1": 3e-5, "CD2_2": 2e-4,
    } | cards  # fmt: skip


def quadrants() -> list[Chip]:
    """Four chips of four quadrants each, the upper ones read backwards; no section but DATASEC."""
    chips = []
    for column, row, letter in ((c, r, q) for c in (0, 1) for r in (0, 1) for q in "EFGH"):
        x, y = 1 + column * 70 + (letter in "FG") * 30, 1 + row * 60 + (letter in "GH") * 25
        sky = sky_of(x, y) | {"EXTNAME": f"CCDID {column + 1}-{row + 1}.{letter}.SCI"}
        sky["CRPIX1"] += 4
        place = (x, x + 29, y, y + 24)
        if letter in "GH":
            place = (x, x + 29, y + 24, y)
            sky["CRPIX2"] = 25 + 1 - sky["CRPIX2"]
            sky["CD1_2"], sky["CD2_2"] = -sky["CD1_2"], -sky["CD2_2"]
        chips.append(Chip(place, (5, 34, 1, 25), (40, 27), sky, ("DATASEC",)))
    return chips


def test_quadrants_on_one_grid_of_the_sky_are_not_resampled(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    chips = quadrants()
    truth = truth_of(chips, (1, 1))
    hdus = []
    for chip in chips:
        array, cards = cut(truth, chip, (1, 1))
        hdus += [(array, cards), (array, cards | {"EXTNAME": cards["EXTNAME"][:-3] + "RMS"})]
    image = open_image(write_fits("a.fits", *hdus, primary={}))
    assert image.notes == ("chips placed by sky coordinates, in whole pixels",)
    assert len(image.chips) == 16
    np.testing.assert_array_equal(read_pixels(image), assembled(truth, chips, (1, 1)))
    for chip, (array, cards) in zip(image.chips, hdus[::2], strict=True):
        x, y = chip.region.x + np.array([2.3, 17.4]), chip.region.y + np.array([20.1, 3.7])
        lon, lat = image.sky.world_array(x, y)
        own_x, own_y = WCS(fits.Header(cards)).all_world2pix(lon, lat, 0)
        for k in (0, 1):
            own = array[round(float(own_y[k])), round(float(own_x[k]))]
            assert image.plane(Selection()).value(int(x[k]), int(y[k])).value == own


def test_chips_that_are_off_whole_pixels_are_resampled(write_fits: Any, open_image: Any) -> None:
    array = np.ones((25, 30), np.float32)
    for stray, exact in ((0.0, True), (0.01, True), (0.3, False)):
        second = sky_of(40, 1)
        second["CRPIX1"] += stray
        hdus = [(array, sky_of(1, 1) | {"EXTNAME": "c1"}), (array, second | {"EXTNAME": "c2"})]
        image = open_image(write_fits("a.fits", *hdus))
        assert image.notes[0].endswith("whole pixels") == exact


def test_the_primary_array_may_be_a_chip(tmp_path: Any, open_image: Any, read_pixels: Any) -> None:
    truth = RNG.normal(size=(30, 80)).astype(np.float32)
    left, right = (truth[:, n * 40 : n * 40 + 40] for n in (0, 1))
    hdus = [
        fits.PrimaryHDU(left, fits.Header({"DETSEC": "[1:40,1:30]"})),
        fits.ImageHDU(right, fits.Header({"DETSEC": "[41:80,1:30]"})),
    ]
    fits.HDUList(hdus).writeto(tmp_path / "a.fits")
    np.testing.assert_array_equal(read_pixels(open_image(tmp_path / "a.fits")), truth[::-1])


def test_pictures_all_over_the_sky_are_no_camera(write_fits: Any, open_image: Any) -> None:
    array = np.ones((25, 30), np.float32)
    hdus = [(array, sky_of(1, 1, CRVAL1=10.0 * n, EXTNAME=f"cut{n}")) for n in range(6)]
    image = open_image(write_fits("a.fits", *hdus))
    assert "contact sheet" in image.notes[0]


def test_numbered_masks_are_no_chips(write_fits: Any, open_image: Any) -> None:
    array = np.ones((25, 30), np.float32)
    names = [f"{kind}{n}" for n in range(3) for kind in ("BPM", "im", "VAR")]
    image = open_image(write_fits("a.fits", *((array, {"EXTNAME": name}) for name in names)))
    assert [chip.name for chip in image.chips] == ["im0", "im1", "im2"]


@pytest.mark.parametrize("axis", [{"CTYPE3": "BAND"}, {}, {"CTYPE3": "TIME"}])
def test_chips_that_are_cubes_make_a_mosaic_of_each_plane(
    axis: dict[str, str], write_fits: Any, open_image: Any
) -> None:
    truth = RNG.integers(0, 60000, (3, 40, 60)).astype(np.uint16)
    hdus = [
        (truth[:, y : y + 20, x : x + 30],
         {"DETSEC": f"[{x + 1}:{x + 30},{y + 1}:{y + 20}]", "EXTNAME": f"ccd{x}{y}"} | axis)
        for y in (0, 20) for x in (0, 30)
    ]  # fmt: skip
    for match in ("none", "background"):
        image = open_image(write_fits("a.fits", *hdus, primary={}), match=match)
        assert (len(image.chips), image.width, image.height) == (4, 60, 40)
        assert {len(image.frames), len(image.channels)} == {1, 3}
        for n in range(3):
            step = (n + 1, n + 1)
            is_band = axis.get("CTYPE3") == "BAND"
            selection = Selection(channel=step) if is_band else Selection(frame=step)
            plane = image.plane(selection)
            assert plane.value(7, 3).value == truth[n, -4, 7]
            values = plane.read(Region(0, 0, 60, 40))
            if match == "none":
                np.testing.assert_array_equal(values, truth[n, ::-1])
            else:
                medians = [np.median(values[y : y + 20, x : x + 30])
                           for y in (0, 20) for x in (0, 30)]  # fmt: skip
                assert np.ptp(medians) < 1


def test_cubes_of_unlike_length_are_no_mosaic(write_fits: Any, open_image: Any) -> None:
    hdus = [(np.ones((n + 2, 20, 30), np.float32), {"DETSEC": f"[{30 * n + 1}:{30 * n + 30},1:20]"})
            for n in range(2)]  # fmt: skip
    assert open_image(write_fits("a.fits", *hdus)).chips == ()


def oriented(chip: Any, cards: dict[str, Any], *, transposed: bool, flip: tuple[bool, bool]) -> Any:
    """Array and cards of a chip that is read out along other axes, in other directions."""
    array, (height, width) = chip, chip.shape
    matrix = np.array([[cards["CD1_1"], cards["CD1_2"]], [cards["CD2_1"], cards["CD2_2"]]])
    pixel = [cards["CRPIX1"], cards["CRPIX2"]]
    for axis, (backwards, length) in enumerate(zip(flip, (width, height), strict=True)):
        if backwards:
            array = np.flip(array, 1 - axis)
            pixel[axis] = length + 1 - pixel[axis]
            matrix[:, axis] *= -1
    if transposed:
        array, matrix, pixel = array.T, matrix[:, ::-1], pixel[::-1]
    turned = {"CRPIX1": pixel[0], "CRPIX2": pixel[1]}
    turned |= {f"CD{i + 1}_{j + 1}": matrix[i, j] for i in (0, 1) for j in (0, 1)}
    return np.ascontiguousarray(array), cards | turned


def test_a_mosaic_is_the_way_up_that_most_chips_are(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    truth = RNG.integers(0, 60000, (30, 108)).astype(np.int32)
    hdus = []
    for n in range(3):
        piece = truth[:, n * 36 : n * 36 + 36]
        array, cards = oriented(
            piece, sky_of(n * 36 + 1, 1), transposed=n == 0, flip=(n == 0, False)
        )
        hdus.append((array, cards | {"EXTNAME": f"chip{n}"}))
    image = open_image(write_fits("a.fits", *hdus, primary={}))
    assert image.notes == ("chips placed by sky coordinates, in whole pixels",)
    np.testing.assert_array_equal(read_pixels(image), truth[::-1])


@pytest.mark.parametrize("match", ["none", "background"])
@pytest.mark.parametrize("compressed", [False, True])
def test_chips_turned_and_mirrored_on_one_grid_of_the_sky_are_put_together_exactly(
    match: str, compressed: bool, tmp_path: Any, open_image: Any, read_pixels: Any
) -> None:
    truth = RNG.integers(0, 60000, (70, 150)).astype(np.int32)
    shown = np.full(truth.shape, np.nan, np.float32)
    kind = fits.CompImageHDU if compressed else fits.ImageHDU
    hdus: list[Any] = [fits.PrimaryHDU()]
    for n in range(8):
        x, y = n % 4 * 38, n // 4 * 40
        place = np.s_[y : y + 30, x : x + 36]
        shown[place] = truth[place]
        array, cards = oriented(
            truth[place],
            sky_of(x + 1, y + 1),
            transposed=bool(n & 4),
            flip=(bool(n & 1), bool(n & 2)),
        )
        hdus.append(kind(array, fits.Header(cards | {"EXTNAME": f"chip{n}"})))
    fits.HDUList(hdus).writeto(tmp_path / "a.fits")
    image = open_image(tmp_path / "a.fits", match=match)
    assert image.notes == ("chips placed by sky coordinates, in whole pixels",)
    assert [chip.name for chip in image.chips] == [f"chip{n}" for n in range(8)]
    pixels = read_pixels(image)
    if match == "none":
        np.testing.assert_array_equal(pixels, shown[::-1])
    else:
        steps = pixels - shown[::-1]
        for chip in image.chips:
            r = chip.region
            assert np.ptp(steps[r.y : r.bottom, r.x : r.right]) < 0.05
    for n, chip in enumerate(image.chips):
        x, y = chip.region.x + np.array([2.3, 29.4]), chip.region.y + np.array([20.1, 3.7])
        own = hdus[n + 1]
        at_x, at_y = WCS(own.header).all_world2pix(*image.sky.world_array(x, y), 0)
        back = image.sky.pixel_array(*image.sky.world_array(x, y))
        np.testing.assert_allclose(back, (x, y), atol=1e-6)
        for k in (0, 1):
            value = own.data[round(float(at_y[k])), round(float(at_x[k]))]
            assert image.plane(Selection()).value(int(x[k]), int(y[k])).value == value
