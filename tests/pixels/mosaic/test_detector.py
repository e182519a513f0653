"""Chips by their detector sections: cameras of all kinds, put together again exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import given, settings
from hypothesis import strategies as st

from celestile.geometry import Region
from celestile.pixels.fits.spool import Spool
from celestile.pixels.image import Image
from celestile.pixels.library import DeclaredImage, Library
from celestile.pixels.mosaic.detector import contact_sheet
from celestile.pixels.mosaic.sections import parse_section
from celestile.pixels.plane import Selection

RNG = np.random.default_rng(20260104)


def section(first: int, last: int) -> str:
    return f"{first}:{last}"


@dataclass(frozen=True)
class Cut:
    """A chip cut from a truth image: detector pixels counted from 1, both ends included."""

    x1: int
    x2: int
    y1: int
    y2: int
    flip_x: bool = False
    flip_y: bool = False
    data_backwards: bool = False
    overscan: tuple[int, int, int, int] = (0, 0, 0, 0)


def binned(truth: Any, step: tuple[int, int]) -> Any:
    """Mean of blocks; sizes are multiples of the steps, truth in FITS order."""
    height, width = truth.shape
    blocks = truth.reshape(height // step[1], step[1], width // step[0], step[0])
    return blocks.mean(axis=(1, 3))


def chip(truth: Any, cut: Cut, step: tuple[int, int] = (1, 1), **cards: Any) -> tuple[Any, Any]:
    """Array and cards of a chip of a (binned) truth image."""
    low_x, high_x = (cut.x1 - 1) // step[0], cut.x2 // step[0]
    low_y, high_y = (cut.y1 - 1) // step[1], cut.y2 // step[1]
    pixels = truth[low_y:high_y, low_x:high_x]
    detector_x, detector_y = (cut.x1, cut.x2), (cut.y1, cut.y2)
    if cut.flip_x:
        pixels, detector_x = pixels[:, ::-1], detector_x[::-1]
    if cut.flip_y:
        pixels, detector_y = pixels[::-1], detector_y[::-1]
    left, right, below, above = cut.overscan
    array = np.pad(pixels, ((below, above), (left, right)), constant_values=-999)
    data_x = (left + 1, left + pixels.shape[1])
    data_y = (below + 1, below + pixels.shape[0])
    if cut.data_backwards:
        data_x, detector_x = data_x[::-1], detector_x[::-1]
    header = {
        "DETSEC": f"[{section(*detector_x)},{section(*detector_y)}]",
        "DATASEC": f"[{section(*data_x)},{section(*data_y)}]",
        **cards,
    }
    return np.ascontiguousarray(array), header


def expected(truth: Any, cuts: Sequence[Cut], step: tuple[int, int] = (1, 1)) -> Any:
    """What the chips show of the (binned) truth, row 0 at the top; gaps are NaN."""
    shown = np.full(truth.shape, np.nan, np.float32)
    for cut in cuts:
        rows = slice((cut.y1 - 1) // step[1], cut.y2 // step[1])
        columns = slice((cut.x1 - 1) // step[0], cut.x2 // step[0])
        shown[rows, columns] = truth[rows, columns]
    return shown[::-1]


def test_amplifier_pairs_with_reversed_sections(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    truth = RNG.integers(0, 60000, (40, 60)).astype(np.uint16)
    cuts = [
        Cut(1, 15, 1, 40, overscan=(3, 2, 0, 0)),
        Cut(16, 30, 1, 40, flip_x=True, overscan=(2, 5, 1, 0)),
        Cut(31, 45, 1, 40, flip_y=True),
        Cut(46, 60, 1, 40, flip_x=True, flip_y=True, data_backwards=True, overscan=(1, 1, 1, 1)),
    ]
    chips = [chip(truth, c, EXTNAME=f"im{n}") for n, c in enumerate(cuts, 1)]
    image = open_image(write_fits("a.fits", *chips, primary={"DETSIZE": "[1:60,1:40]"}))
    assert (image.width, image.height, image.hdu) == (60, 40, "mosaic")
    np.testing.assert_array_equal(read_pixels(image), expected(truth, cuts))
    assert [c.name for c in image.chips] == ["im1", "im2", "im3", "im4"]
    assert image.plane(Selection()).direct
    for x in range(0, 60, 7):
        for y in range(0, 40, 7):
            found = image.plane(Selection()).value(x, y)
            assert found.value == truth[::-1][y, x]
            assert found.raw == int(truth[::-1][y, x]) - 32768


def grid(columns: int, rows: int, width: int, height: int, gap: int) -> list[Cut]:
    return [
        Cut(
            1 + c * (width + gap), c * (width + gap) + width,
            1 + r * (height + gap), r * (height + gap) + height,
        )
        for r in range(rows) for c in range(columns)
    ]  # fmt: skip


def test_sixty_chips_named_by_their_side(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    cuts = grid(10, 6, 20, 10, 2)
    truth = RNG.normal(size=(cuts[-1].y2, cuts[-1].x2)).astype(np.float32)
    chips = [
        chip(truth, c, EXTNAME=f"{'N' if n < 30 else 'S'}{n % 30 + 1}") for n, c in enumerate(cuts)
    ]
    image = open_image(write_fits("a.fits", *chips))
    assert len(image.chips) == 60
    np.testing.assert_array_equal(read_pixels(image), expected(truth, cuts))


def test_sixteen_detectors_without_sections_by_sky_or_contact_sheet(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    arrays = [np.full((9, 12), n, np.float32) for n in range(16)]
    chips = [(a, {"EXTNAME": f"DET1.CHIP{n + 1}"}) for n, a in enumerate(arrays)]
    image = open_image(write_fits("a.fits", *chips))
    assert "contact sheet" in image.notes[0]
    values = read_pixels(image)
    for n, each in enumerate(image.chips):
        region = each.region
        part = values[region.y : region.bottom, region.x : region.right]
        np.testing.assert_array_equal(part, arrays[n])
    shown = sum(c.region.width * c.region.height for c in image.chips)
    assert np.isnan(values).sum() == values.size - shown


def test_science_chips_among_errors_and_flags(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    truth = RNG.normal(size=(20, 40)).astype(np.float32)
    cuts = [Cut(1, 20, 1, 20), Cut(21, 40, 1, 20)]
    hdus = []
    for version, cut in enumerate(cuts, 1):
        hdus.append(chip(truth, cut, EXTNAME="SCI", EXTVER=version))
        hdus.append(chip(np.abs(truth), cut, EXTNAME="ERR", EXTVER=version))
        hdus.append(chip(truth * 0, cut, EXTNAME="DQ", EXTVER=version))
    path = write_fits("a.fits", *hdus)
    image = open_image(path)
    np.testing.assert_array_equal(read_pixels(image), truth[::-1])
    assert [c.name for c in image.chips] == ["SCI,1", "SCI,2"]
    alone = open_image(path, hdu="ERR,2")
    np.testing.assert_array_equal(read_pixels(alone), np.abs(truth[::-1, 20:]))
    assert {choice.kind for choice in image.hdus} == {"mosaic", "science", "error", "quality"}


@pytest.mark.parametrize(("step", "told"), [((2, 2), "2 2"), ((1, 4), "1 4"), ((3, 2), None)])
def test_binned_sections(
    step: tuple[int, int], told: str | None, write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    truth = binned(RNG.normal(size=(48, 72)), step)
    cuts = [
        Cut(1, 24, 1, 48, overscan=(0, 4, 0, 0)),
        Cut(25, 48, 1, 48, flip_x=True),
        Cut(49, 72, 1, 48, flip_y=True),
    ]
    more = {"CCDSUM": told} if told else {}
    chips = [chip(truth, cut, step, **more) for cut in cuts]
    image = open_image(write_fits("a.fits", *chips, primary={"DETSIZE": "[1:72,1:48]"}))
    np.testing.assert_array_equal(read_pixels(image), expected(truth, cuts, step))


def test_sections_that_count_binned_pixels(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    truth = RNG.normal(size=(20, 40)).astype(np.float32)
    cuts = [Cut(1, 20, 1, 20), Cut(21, 40, 1, 20)]
    chips = [chip(truth, cut, CCDSUM="2 2") for cut in cuts]
    image = open_image(write_fits("a.fits", *chips))
    np.testing.assert_array_equal(read_pixels(image), truth[::-1])


def test_trimmed_chips_that_kept_their_sections(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    truth = RNG.normal(size=(20, 40)).astype(np.float32)
    cuts = [Cut(1, 20, 1, 20), Cut(21, 40, 1, 20, flip_x=True)]
    chips = [chip(truth, cut) for cut in cuts]
    for _, cards in chips:
        cards["DATASEC"] = "[11:30,3:22]"
    image = open_image(write_fits("a.fits", *chips))
    np.testing.assert_array_equal(read_pixels(image), truth[::-1])


def test_odd_sizes_under_binning_leave_no_overlap(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    # 15 detector pixels make 8 binned ones: the second chip begins at the ninth.
    left, right = RNG.normal(size=(2, 10, 8)).astype(np.float32)
    chips = [
        (left, {"DETSEC": "[1:15,1:20]", "CCDSUM": "2 2"}),
        (right, {"DETSEC": "[16:30,1:20]", "CCDSUM": "2 2"}),
    ]
    image = open_image(write_fits("a.fits", *chips))
    np.testing.assert_array_equal(read_pixels(image), np.hstack([left, right])[::-1])


@pytest.mark.parametrize(
    "sections",
    [
        ["[1:20,1:20]", "[11:30,1:20]"],  # they overlap
        ["[1:20,1:20]", "[21:45,1:20]"],  # 25 pixels are not 20
        ["[1:20,1:20]", "[21:60,1:40]"],  # one is binned, the other is not
        ["[1:20,1:20]", "[1000001:1000020,1:20]"],  # a kilometre of nothing
        ["[1:20,1:20]", ""],
        ["[1:20,1:20]", "somewhere"],
        ["[1:20,1:20]", "[1:20,1:20]"],
    ],
)
def test_sections_that_disagree_are_not_believed(
    sections: list[str], write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    arrays = [np.full((20, 20), n, np.float32) for n in (1, 2)]
    chips = [(a, {"DETSEC": s}) for a, s in zip(arrays, sections, strict=True)]
    image = open_image(write_fits("a.fits", *chips))
    assert "contact sheet" in image.notes[0]
    values = read_pixels(image)
    assert [(values == n).sum() for n in (1, 2)] == [400, 400]


def test_a_cropped_array_that_kept_its_section_is_no_binned_one(
    write_fits: Any, open_image: Any
) -> None:
    cut = {"DETSEC": "[1:2048,1:4096]", "DATASEC": "[1:2048,1:4096]"}
    other = {"DETSEC": "[2049:4096,1:4096]", "DATASEC": "[1:2048,1:4096]"}
    array = np.zeros((101, 101), np.float32)
    image = open_image(write_fits("a.fits", (array, cut), (array, other)))
    assert "contact sheet" in image.notes[0]


def test_a_missing_chip_is_a_gap_within_the_detector(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    truth = RNG.normal(size=(30, 60)).astype(np.float32)
    cuts = [c for n, c in enumerate(grid(3, 2, 20, 15, 0)) if n != 4]
    chips = [chip(truth, c) for c in cuts]
    image = open_image(write_fits("a.fits", *chips, primary={"DETSIZE": "[1:60,1:30]"}))
    values = read_pixels(image)
    np.testing.assert_array_equal(values, expected(truth, cuts))
    assert np.isnan(values[:15, 20:40]).all()


@pytest.mark.parametrize(
    ("size", "shape"), [("[1:60,1:30]", (60, 30)), ("[1:100,1:30]", (40, 30)), ("", (40, 30))]
)
def test_the_frame_is_the_detector_where_the_chips_about_fill_it(
    size: str, shape: tuple[int, int], write_fits: Any, open_image: Any
) -> None:
    width = 50 if shape[0] == 60 else 40
    truth = np.zeros((30, 60), np.float32)
    cuts = [Cut(1, 20, 1, 30), Cut(21, width, 1, 30)]
    chips = [chip(truth, c, **({"DETSIZE": size} if size else {})) for c in cuts]
    image = open_image(write_fits("a.fits", *chips))
    assert (image.width, image.height) == shape


def test_a_chip_that_is_truncated_is_named_and_shown_as_far_as_it_goes(
    write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    truth = RNG.normal(size=(90, 120)).astype(np.float32)
    cuts = grid(3, 1, 40, 90, 0)
    chips = [chip(truth, c, EXTNAME=f"ccd{n}") for n, c in enumerate(cuts, 1)]
    path = write_fits("a.fits", *chips)
    with path.open("r+b") as stream:
        stream.truncate(path.stat().st_size - 5000)
    image = open_image(path)
    values, whole = read_pixels(image), expected(truth, cuts)
    known = np.isfinite(values)
    np.testing.assert_array_equal(values[known], whole[known])
    assert known.sum() == 2 * 40 * 90 + (40 * 90 * 4 - 5000) // 4
    assert known[expected(truth, cuts[:2]) == whole].all()
    assert any("chip ccd3: the file is truncated" in note for note in image.notes)
    assert image.plane(Selection()).value(100, 3).value is None


def compressed_mosaic(path: Path, truth: Any, cuts: Sequence[Cut], damaged: int) -> Path:
    """Write a mosaic of compressed chips, one of them unreadable from its first tile on."""
    hdus: list[Any] = [fits.PrimaryHDU()]
    for n, cut in enumerate(cuts, 1):
        array, cards = chip(truth, cut, EXTNAME=f"ccd{n}")
        hdus.append(fits.CompImageHDU(array, fits.Header(cards), compression_type="GZIP_1"))
    fits.HDUList(hdus).writeto(path)
    with fits.open(path, disable_image_compression=True) as hdulist:
        table = hdulist[damaged]
        start = table.fileinfo()["datLoc"] + table.header["NAXIS1"] * table.header["NAXIS2"]
        length = table.header["PCOUNT"]
    content = bytearray(path.read_bytes())
    content[start : start + length] = b"\xff" * length
    path.write_bytes(content)
    return path


def test_a_chip_that_cannot_be_decoded_is_a_named_gap(
    tmp_path: Path, open_image: Any, read_pixels: Any
) -> None:
    truth = RNG.integers(0, 1000, (30, 60)).astype(np.int16)
    cuts = grid(3, 1, 20, 30, 0)
    image = open_image(compressed_mosaic(tmp_path / "a.fits", truth, cuts, damaged=2))
    np.testing.assert_array_equal(read_pixels(image), expected(truth, [cuts[0], cuts[2]]))
    assert [c.name for c in image.chips if c.problem] == ["ccd2"]
    assert image.plane(Selection()).value(30, 3).value is None


def test_damage_in_the_midst_of_a_chip_is_a_gap_when_it_is_met(
    tmp_path: Path, open_image: Any, read_pixels: Any, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    from celestile.pixels.mosaic import image as mosaic_image  # noqa: PLC0415

    monkeypatch.setattr(mosaic_image, "_probed", lambda _file, hdu: hdu)
    truth = RNG.integers(0, 1000, (30, 60)).astype(np.int16)
    cuts = grid(3, 1, 20, 30, 0)
    image = open_image(compressed_mosaic(tmp_path / "a.fits", truth, cuts, damaged=2))
    np.testing.assert_array_equal(read_pixels(image), expected(truth, [cuts[0], cuts[2]]))
    assert "chip ccd2 is a gap" in caplog.text
    assert image.plane(Selection()).value(30, 3).value is None


def test_chips_that_all_are_damaged_are_no_image(write_fits: Any, open_image: Any) -> None:
    from celestile.errors import UnservableImageError  # noqa: PLC0415

    chips = [(np.zeros((900, 900), np.float32), {"DETSEC": "[1:900,1:900]"})]
    chips.append((np.zeros((900, 900), np.float32), {"DETSEC": "[901:1800,1:900]"}))
    path = write_fits("a.fits", *chips)
    with path.open("r+b") as stream:
        stream.truncate(2880 * 2 + 5000)
    with pytest.raises(UnservableImageError, match="truncated"):
        open_image(path)


def test_chips_are_brought_to_one_level(write_fits: Any, open_image: Any, read_pixels: Any) -> None:
    sky = RNG.normal(100, 3, (50, 120)).astype(np.float32)
    cuts = grid(3, 1, 40, 50, 0)
    chips = []
    for cut, gain, bias in zip(cuts, (1.0, 1.5, 2.0), (300, 500, 900), strict=True):
        array, cards = chip(sky / gain + bias, cut, GAIN=gain)
        chips.append((array.astype(np.float32), cards))
    path = write_fits("a.fits", *chips)
    image = open_image(path, match="background")
    values = read_pixels(image)
    parts = [values[:, n * 40 : n * 40 + 40] for n in range(3)]
    medians = [np.median(part) for part in parts]
    assert np.ptp(medians) < 0.01
    spreads = [part.std() for part in parts]
    assert max(spreads) / min(spreads) < 1.1
    assert image.key != open_image(path).key
    # What is told of a pixel is what was measured.
    assert image.plane(Selection()).value(50, 0).value == chips[1][0][::-1][0, 10]


@pytest.mark.parametrize("unit", ["ELECTRONS", "electron/s", "e-", "E-/S"])
def test_electrons_are_not_scaled_by_the_gain_again(
    unit: str, write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    sky = RNG.normal(100, 3, (50, 80)).astype(np.float32)
    cuts = grid(2, 1, 40, 50, 0)
    chips = [chip(sky, c, GAIN=g, BUNIT=unit) for c, g in zip(cuts, (1.0, 3.0), strict=True)]
    values = read_pixels(open_image(write_fits("a.fits", *chips), match="background"))
    shift = values - sky[::-1]
    assert np.ptp(shift[:, :40]) < 1e-3
    assert np.ptp(shift[:, 40:]) < 1e-3


def test_sections_as_text() -> None:
    spans = parse_section(" [1:2048, 4096:1] ")
    assert spans is not None
    assert (spans[0].length, spans[0].backwards) == (2048, False)
    assert (spans[1].low, spans[1].high, spans[1].backwards) == (1, 4096, True)
    assert parse_section("[1.0:20.,1:30]") == parse_section("[1:20,1:30]") is not None
    for text in ("", "[1:2]", "[a:b,c:d]", "[1:2,3:4,5:6]", "1", "[1.5:2,3:4]"):
        assert parse_section(text) is None


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), min_size=1, max_size=20))
def test_a_contact_sheet_never_overlaps(sizes: list[tuple[int, int]]) -> None:
    from types import SimpleNamespace  # noqa: PLC0415

    chips: Any = [SimpleNamespace(shape=size, number=lambda _: None) for size in sizes]
    sheet = contact_sheet(chips)
    taken = np.zeros((sheet.height, sheet.width), int)
    for place, (height, width) in zip(sheet.places, sizes, strict=True):
        region = place.region
        assert (region.width, region.height) == (width, height)
        taken[region.y : region.bottom, region.x : region.right] += 1
    assert taken.max() == 1
    assert taken.sum() == sum(height * width for height, width in sizes)


def test_chips_of_eso_lie_on_a_contact_sheet_as_in_their_array(
    write_fits: Any, open_image: Any
) -> None:
    hdus = []
    for n in range(8):
        cards = {"EXTNAME": f"WIN1.CHIP{n + 1}.OUT1", "HIERARCH ESO DET CHIP1 X": 4 - n % 4}
        cards["HIERARCH ESO DET CHIP1 Y"] = n // 4 + 1
        hdus.append((np.full((30, 20), n, np.int16), cards))
    image = open_image(write_fits("a.fits", *hdus, primary={}))
    assert image.notes == ("chips placed by contact sheet",)
    corners = [(chip.region.x, chip.region.y) for chip in image.chips]
    assert [x for x, _ in corners] == [66, 44, 22, 0] * 2
    assert [y for _, y in corners] == [32] * 4 + [0] * 4


@st.composite
def cameras(draw: Any) -> tuple[tuple[int, int], list[Cut], tuple[int, int]]:
    """Binning, chips and gaps of a camera."""
    step = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    columns, rows = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    if columns * rows == 1:
        columns = 2

    def edges(count: int, unit: int) -> list[tuple[int, int]]:
        at, found = 0, []
        for _ in range(count):
            at += unit * draw(st.integers(0, 3))
            length = unit * draw(st.integers(2, 9))
            found.append((at + 1, at + length))
            at += length
        return found

    across, up = edges(columns, step[0]), edges(rows, step[1])
    flips = st.booleans()
    margins = st.tuples(*[st.integers(0, 3)] * 4)
    cuts = [
        Cut(*x, *y, draw(flips), draw(flips), draw(flips), draw(margins))
        for y in up
        for x in across
    ]
    return step, cuts, (across[-1][1], up[-1][1])


@settings(max_examples=40, deadline=None)
@given(camera=cameras(), seed=st.integers(0, 2**31))
def test_any_camera_is_put_together_exactly(
    camera: Any, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    step, cuts, (width, height) = camera
    truth = np.random.default_rng(seed).normal(size=(height // step[1], width // step[0]))
    truth = truth.astype(np.float32)
    hdus: list[Any] = [fits.PrimaryHDU(header=fits.Header({"DETSIZE": f"[1:{width},1:{height}]"}))]
    for cut in cuts:
        array, cards = chip(truth, cut, step, CCDSUM=f"{step[0]} {step[1]}")
        hdus.append(fits.ImageHDU(array, fits.Header(cards)))
    path = tmp_path_factory.mktemp("camera") / "a.fits"
    fits.HDUList(hdus).writeto(path)
    image = Library(None, Spool(path.parent), {"a": DeclaredImage(file=path)}).open("a")
    values = image.plane(Selection()).read(Region(0, 0, image.width, image.height))
    shown = expected(truth, cuts, step)
    if values.shape != shown.shape:
        # The chips span less than the detector: the mosaic begins at the first of them.
        low_x, low_y = min(c.x1 for c in cuts) - 1, min(c.y1 for c in cuts) - 1
        shown = shown[: shown.shape[0] - low_y // step[1], low_x // step[0] :]
    np.testing.assert_array_equal(values, shown)


def test_real_sky_recut_as_eight_chips(data_dir: Path, open_image: Any, read_pixels: Any) -> None:
    path = data_dir / "mosaic/made8_mosaic.fits.gz"
    image: Image = open_image(path)
    assert (image.width, image.height) == (3000, 3000)
    assert len(image.chips) == 8
    truth = fits.getdata(data_dir / "image/ESO479-G1_r.fits")[::-1].astype(np.float64)
    values = read_pixels(image)
    covered = np.zeros(values.shape, bool)
    for number, each in enumerate(image.chips, 1):
        header = fits.getheader(path, int(each.selector))
        region = each.region
        part = (slice(region.y, region.bottom), slice(region.x, region.right))
        covered[part] = True
        bias = 1000 + 20 * number  # chips count from 1
        model = 1000 * truth[part] / header["GAIN"] + bias + 200
        assert np.abs(values[part] - np.clip(np.round(model), 0, 65535)).max() <= 1
    assert np.isnan(values[~covered]).all()
    assert not np.isnan(values[covered]).any()


GMOS = {
    "mosaic/gmos-n_EEV_22_3amp.fits.bz2": (3, 3072, 2322),
    "mosaic/gmos-n_HAM_22_12amp.fits.bz2": (12, 3072, 2112),
}


@pytest.mark.parametrize("name", GMOS)
def test_real_binned_mosaics(data_dir: Path, name: str, open_image: Any, read_pixels: Any) -> None:
    image = open_image(data_dir / name)
    count, width, height = GMOS[name]
    assert (len(image.chips), image.width, image.height) == (count, width, height)
    values = read_pixels(image)
    with fits.open(data_dir / name) as hdulist:
        for hdu in hdulist[1:]:
            detector = parse_section(hdu.header["DETSEC"])
            data = parse_section(hdu.header["DATASEC"])
            assert detector is not None
            assert data is not None
            pixels = hdu.data[data[1].low - 1 : data[1].high, data[0].low - 1 : data[0].high]
            pixels = pixels[:, :: -1 if detector[0].backwards else 1]
            x = (detector[0].low - 1) // 2
            bottom = (detector[1].low - 1) // 2
            top = height - bottom - pixels.shape[0]
            part = values[top : top + pixels.shape[0], x : x + pixels.shape[1]]
            np.testing.assert_array_equal(part, pixels[::-1].astype(np.float32))


@pytest.mark.parametrize(
    "name", ["mosaic/made8_mosaic.fits.gz", "mosaic/gmos-n_HAM_22_12amp.fits.bz2"]
)
def test_the_sky_of_a_mosaic_is_that_of_its_chips(
    data_dir: Path, name: str, open_image: Any
) -> None:
    image = open_image(data_dir / name)
    for each in image.chips:
        header = fits.getheader(data_dir / name, int(each.selector))
        detector, data = parse_section(header["DETSEC"]), parse_section(header["DATASEC"])
        assert detector is not None
        assert data is not None
        region = each.region
        across, up = RNG.uniform(0.05, 0.95, (2, 20))
        x, y = region.x + across * region.width, region.y + up * region.height
        mirrored = detector[0].backwards != data[0].backwards
        upside_down = detector[1].backwards != data[1].backwards
        along = (1 - across if mirrored else across) * region.width + data[0].low - 0.5
        height = (up if upside_down else 1 - up) * region.height + data[1].low - 0.5
        lon, lat = WCS(header).all_pix2world(along, height, 1)
        found_lon, found_lat = image.sky.world_array(x, y)
        np.testing.assert_allclose(found_lat, lat, atol=1e-6)
        np.testing.assert_allclose(
            (found_lon - lon + 180) % 360 - 180, 0, atol=1e-6 / np.cos(np.radians(lat[0]))
        )
