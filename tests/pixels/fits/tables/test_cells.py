"""Images in the cells of tables: target pixel files as of Kepler and TESS, and others."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.time import Time
from astropy.wcs import WCS
from tests.pixels.conftest import OpenImage, ReadPixels

from celestile.errors import RequestError, UnservableImageError
from celestile.geometry import Region
from celestile.pixels.plane import Selection

ROWS, HEIGHT, WIDTH = 40, 6, 5
WORLD = {
    "1CTYP5": "RA---TAN", "2CTYP5": "DEC--TAN", "1CRPX5": 2.5, "2CRPX5": 3.25,
    "1CRVL5": 290.5, "2CRVL5": 44.5, "1CUNI5": "deg", "2CUNI5": "deg",
    "1CDLT5": -0.001106, "2CDLT5": 0.001106,
    "11PC5": 0.47, "12PC5": -0.88, "21PC5": 0.88, "22PC5": 0.47,
    "WCSN5P": "PHYSICAL", "1CTY5P": "RAWX", "1CRV5P": 600, "1CRP5P": 1, "1CDE5P": 1.0,
}  # fmt: skip


def target_pixels(path: Path, **more: object) -> fits.FITS_rec:
    """Write a file as of Kepler: names, order, types and coordinates of its columns."""
    rng = np.random.default_rng(4)
    time = 1325.0 + 0.0204335 * np.arange(ROWS)
    time[3] = np.nan
    cells = (ROWS, HEIGHT, WIDTH)
    dim = f"({WIDTH},{HEIGHT})"
    count = WIDTH * HEIGHT
    raw = rng.integers(0, 90_000, cells).astype(np.int32)
    raw[:, 0, 0] = -1
    flux = rng.normal(1000, 30, cells).astype(np.float32)
    flux[5] = np.nan
    columns = [
        fits.Column("TIME", "D", array=time, unit="BJD - 2454833"),
        fits.Column("TIMECORR", "E", array=np.zeros(ROWS), unit="d"),
        fits.Column("CADENCENO", "J", array=np.arange(ROWS)),
        fits.Column("RAW_CNTS", f"{count}J", dim=dim, array=raw, unit="count", null=-1),
        fits.Column("FLUX", f"{count}E", dim=dim, array=flux, unit="e-/s"),
        fits.Column("FLUX_ERR", f"{count}E", dim=dim, array=flux / 30, unit="e-/s"),
        fits.Column("FLUX_BKG", f"{count}E", dim=dim, array=flux / 9, unit="e-/s"),
        fits.Column("QUALITY", "J", array=np.zeros(ROWS)),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="TARGETTABLES")
    table.header.update(WORLD)
    table.header.update(BJDREFI=2454833, BJDREFF=0.25, TIMEUNIT="d", TIMESYS="TDB")
    table.header.update(more)
    aperture = fits.ImageHDU(np.full((HEIGHT, WIDTH), 3, np.int32), name="APERTURE")
    fits.HDUList([fits.PrimaryHDU(), table, aperture]).writeto(path)
    with fits.open(path) as written:
        return written[1].data.copy()


def test_each_row_is_a_frame(
    tmp_path: Path, open_image: OpenImage, read_pixels: ReadPixels
) -> None:
    data = target_pixels(tmp_path / "tpf.fits")
    image = open_image(tmp_path / "tpf.fits")
    assert (image.width, image.height, len(image.frames)) == (WIDTH, HEIGHT, ROWS)
    assert image.unit == "electron/s"
    for row in (0, 3, ROWS - 1):
        np.testing.assert_array_equal(read_pixels(image, row + 1)[::-1], data["FLUX"][row])
    value = image.plane(Selection((8, 8))).value(1, 0)
    assert value.value == float(data["FLUX"][7][HEIGHT - 1, 1])


@pytest.mark.parametrize("column", ["RAW_CNTS", "FLUX", "FLUX_ERR", "FLUX_BKG"])
def test_the_key_hdu_chooses_a_column(
    tmp_path: Path, open_image: OpenImage, read_pixels: ReadPixels, column: str
) -> None:
    data = target_pixels(tmp_path / "tpf.fits")
    image = open_image(tmp_path / "tpf.fits", column)
    expected = data[column][20].astype(np.float32)
    if column == "RAW_CNTS":
        expected[expected == -1] = np.nan
    np.testing.assert_array_equal(read_pixels(image, 21)[::-1], expected)
    choice = next(each for each in image.hdus if each.name == column)
    assert choice.selector == image.hdu
    assert open_image(tmp_path / "tpf.fits", choice.selector).key == image.key
    assert choice.shape == (ROWS, HEIGHT, WIDTH)


def test_flux_is_the_default_and_all_others_are_choices(
    tmp_path: Path, open_image: OpenImage
) -> None:
    target_pixels(tmp_path / "tpf.fits")
    image = open_image(tmp_path / "tpf.fits")
    listed = {choice.name: choice for choice in image.hdus}
    assert set(listed) == {"APERTURE", "RAW_CNTS", "FLUX", "FLUX_ERR", "FLUX_BKG"}
    assert [choice.name for choice in image.hdus if choice.default] == ["FLUX"]
    assert {name: choice.kind for name, choice in listed.items()} == {
        "APERTURE": "quality", "RAW_CNTS": "science", "FLUX": "science", "FLUX_ERR": "error",
        "FLUX_BKG": "context",
    }  # fmt: skip
    assert listed["FLUX"].selector == "1"
    assert listed["APERTURE"].selector == "2"
    assert len({choice.selector for choice in image.hdus}) == 5
    assert open_image(tmp_path / "tpf.fits", "TARGETTABLES").hdu == "1"
    with pytest.raises(RequestError, match="FLUX_BKG"):
        open_image(tmp_path / "tpf.fits", "CADENCENO")


def test_the_sky_is_that_of_the_column(tmp_path: Path, open_image: OpenImage) -> None:
    target_pixels(tmp_path / "tpf.fits")
    header = fits.getheader(tmp_path / "tpf.fits", 1)
    oracle = WCS(header, keysel=["binary"], colsel=[5])
    image = open_image(tmp_path / "tpf.fits")
    for x, y in ((0.5, 0.5), (2.0, 4.75), (4.5, 5.5)):
        # FITS pixel centres are whole numbers, and rows are counted from the bottom.
        expected = oracle.wcs_pix2world([[x + 0.5, HEIGHT - y + 0.5]], 1)[0]
        world = image.sky.world(x, y)
        assert world is not None
        assert (world.lon, world.lat) == pytest.approx(expected, abs=1e-9)
    # RAW_CNTS is column 4, for which the header has no coordinates.
    assert open_image(tmp_path / "tpf.fits", "RAW_CNTS").sky.world(1, 1) is None


def test_times_are_those_of_the_rows(tmp_path: Path, open_image: OpenImage) -> None:
    data = target_pixels(tmp_path / "tpf.fits")
    image = open_image(tmp_path / "tpf.fits")
    expected = Time(2454833.25, data["TIME"][20], format="jd", scale="tdb").utc
    found = image.frames[20].time
    assert found is not None
    assert abs((Time(found.rstrip("Z"), scale="utc") - expected).sec) < 0.001
    assert image.frames[3].time is None
    assert image.frames[3].name == "4"
    assert len({frame.name for frame in image.frames}) == ROWS


def test_modified_julian_dates_need_no_reference(tmp_path: Path, open_image: OpenImage) -> None:
    columns = [
        fits.Column("MJD", "D", array=[60000.5, 60001.5]),
        fits.Column("STAMP", "63E", dim="(9,7)", array=np.zeros((2, 7, 9), np.float32)),
    ]
    fits.BinTableHDU.from_columns(columns).writeto(tmp_path / "stamps.fits")
    times = [frame.time for frame in open_image(tmp_path / "stamps.fits").frames]
    assert times == ["2023-02-25T12:00:00Z", "2023-02-26T12:00:00Z"]


@pytest.mark.parametrize(
    ("form", "kind", "scale", "zero"),
    [("B", "u1", 1.0, 0.0), ("I", "i2", 1.0, 32768.0), ("I", "i2", 0.01, 5.0), ("D", "f8", 1, 0),
     ("K", "i8", 1.0, 0.0)],
)  # fmt: skip
def test_every_type_of_number(
    tmp_path: Path,
    open_image: OpenImage,
    read_pixels: ReadPixels,
    form: str,
    kind: str,
    scale: float,
    zero: float,
) -> None:
    stored = np.arange(3 * 7 * 8).reshape(3, 7, 8).astype(kind)
    pad = fits.Column("PAD", "3A", array=["abc"] * 3)  # so that numbers are not aligned
    column = fits.Column("CUTOUT", f"56{form}", dim="(8,7)", array=np.zeros(stored.shape, kind))
    hdu = fits.BinTableHDU.from_columns([pad, column])
    hdu.writeto(tmp_path / "cells.fits")
    # The numbers as stored, and their scale, are written past astropy, which would convert them.
    raw = bytearray((tmp_path / "cells.fits").read_bytes())
    start = len(raw) // 2880 * 2880 - 2880 * -(-hdu.header["NAXIS1"] * 3 // 2880)
    row = hdu.header["NAXIS1"]
    for number in range(3):
        cell = stored[number].astype(f">{kind}").tobytes()
        raw[start + number * row + 3 : start + number * row + 3 + len(cell)] = cell
    (tmp_path / "cells.fits").write_bytes(raw)
    with fits.open(tmp_path / "cells.fits", mode="update") as opened:
        opened[1].header.update(TSCAL2=scale, TZERO2=zero)
    image = open_image(tmp_path / "cells.fits")
    for number in range(3):
        expected = (stored[number] * np.float64(scale) + zero).astype(np.float32)
        np.testing.assert_array_equal(read_pixels(image, number + 1)[::-1], expected)


def test_an_image_in_one_cell(
    tmp_path: Path, open_image: OpenImage, read_pixels: ReadPixels
) -> None:
    data = np.random.default_rng(1).normal(size=(1, 30, 40)).astype(np.float32)
    column = fits.Column("PSF", "1200E", dim="(40,30)", array=data)
    fits.BinTableHDU.from_columns([column]).writeto(tmp_path / "one.fits")
    image = open_image(tmp_path / "one.fits")
    assert (image.width, image.height, len(image.frames)) == (40, 30, 1)
    np.testing.assert_array_equal(read_pixels(image)[::-1], data[0])


def test_cubes_in_cells_have_frames_of_frames(
    tmp_path: Path, open_image: OpenImage, read_pixels: ReadPixels
) -> None:
    data = np.arange(2 * 3 * 7 * 8, dtype=np.float32).reshape(2, 3, 7, 8)
    column = fits.Column("CUBE", "168E", dim="(8,7,3)", array=data)
    fits.BinTableHDU.from_columns([column]).writeto(tmp_path / "cubes.fits")
    image = open_image(tmp_path / "cubes.fits")
    assert len(image.frames) == 6
    np.testing.assert_array_equal(read_pixels(image, 5)[::-1], data[1, 1])


def test_only_the_pixels_wanted_are_read(tmp_path: Path, open_image: OpenImage) -> None:
    data = np.zeros((50, 300, 400), np.float32)
    data[31, 17, 390] = 5.0
    column = fits.Column("FLUX", "120000E", dim="(400,300)", array=data)
    fits.BinTableHDU.from_columns([column]).writeto(tmp_path / "large.fits")
    image = open_image(tmp_path / "large.fits")
    plane = image.plane(Selection((32, 32)))
    assert plane.direct
    part = plane.read(Region(388, 300 - 17 - 3, 5, 4))
    assert part[2, 2] == part.sum() == 5.0
    whole = image.plane(Selection((1, 50), collapse="max"))
    assert whole.read(Region(0, 0, 400, 300)).sum() == 5.0


@pytest.mark.parametrize(
    ("form", "dim"),
    [("9E", "(3,3)"), ("36E", "(6,6)"), ("64E", "(4,16)"), ("64E", ""), ("64A", "(8,8)")],
)
def test_matrices_vectors_and_text_are_not_images(
    tmp_path: Path, open_image: OpenImage, form: str, dim: str
) -> None:
    hdu = fits.BinTableHDU.from_columns([fits.Column("C", form)], nrows=4)
    if dim:
        hdu.header["TDIM1"] = dim
    hdu.writeto(tmp_path / "matrix.fits")
    with pytest.raises(UnservableImageError, match="no image"):
        open_image(tmp_path / "matrix.fits")


def test_images_stay_the_default(tmp_path: Path, open_image: OpenImage) -> None:
    column = fits.Column("CUTOUT", "120E", dim="(12,10)", array=np.ones((3, 10, 12), np.float32))
    table = fits.BinTableHDU.from_columns([column], name="SOURCES")
    image = fits.ImageHDU(np.zeros((4, 4), np.float32), name="SCI")
    fits.HDUList([fits.PrimaryHDU(), table, image]).writeto(tmp_path / "both.fits")
    assert open_image(tmp_path / "both.fits").hdu == "2"
    assert open_image(tmp_path / "both.fits", "CUTOUT").width == 12
    assert open_image(tmp_path / "both.fits", "1").width == 12


def test_truncated_and_contradictory_tables(tmp_path: Path, open_image: OpenImage) -> None:
    target_pixels(tmp_path / "tpf.fits")
    whole = (tmp_path / "tpf.fits").read_bytes()
    header = fits.getheader(tmp_path / "tpf.fits", 1)
    start = whole.index(b"XTENSION")
    start += -(-(len(header) + 1) * 80 // 2880) * 2880
    (tmp_path / "cut.fits").write_bytes(whole[: start + header["NAXIS1"] * 21 + 7])
    image = open_image(tmp_path / "cut.fits")
    assert len(image.frames) == 21
    assert any("21 of the 40 rows" in note for note in image.notes)
    for card in (b"NAXIS2  =                   40", b"NAXIS1  = %20d" % header["NAXIS1"]):
        assert card in whole
        keyword = card[:8]
        hostile = whole.replace(card, keyword + b"= %20d" % (2**61))
        (tmp_path / "hostile.fits").write_bytes(hostile)
        with pytest.raises(UnservableImageError):
            open_image(tmp_path / "hostile.fits")
    # TDIM with more pixels than TFORM is not that of an image.
    (tmp_path / "dim.fits").write_bytes(whole.replace(b"'(5,6)   '", b"'(5,600) '"))
    assert open_image(tmp_path / "dim.fits").hdu == "2"
