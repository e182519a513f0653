"""Lists of events: counts by numpy.histogram2d, coordinates by astropy for pixel lists."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from numpy.typing import NDArray
from tests.pixels.conftest import OpenImage, ReadPixels

from celestile.errors import UnservableImageError
from celestile.geometry import Region
from celestile.pixels.fits.tables import binning
from celestile.pixels.image import Image
from celestile.pixels.plane import Selection

Doubles = NDArray[np.float64]
SIZE = 5000


def chandra(path: Path, x: Doubles, y: Doubles, form: str = "E", **cards: object) -> fits.Header:
    """Write a list as of Chandra: sky positions in columns 4 and 5, limits, coordinates."""
    columns = [
        fits.Column("time", "D", array=np.arange(x.size), unit="s"),
        fits.Column("ccd_id", "I", array=np.full(x.size, 7)),
        fits.Column("energy", "E", array=np.ones(x.size), unit="eV"),
        fits.Column("x", form, array=x, unit="pixel"),
        fits.Column("y", form, array=y, unit="pixel"),
        fits.Column("status", "32X", array=np.zeros((x.size, 32), bool)),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="EVENTS")
    table.header.update(
        HDUCLASS="OGIP", HDUCLAS1="EVENTS", TLMIN4=0.5, TLMAX4=1024.5, TLMIN5=0.5, TLMAX5=512.5,
        TCTYP4="RA---TAN", TCRVL4=210.8, TCRPX4=512.5, TCDLT4=-0.000136667, TCUNI4="deg",
        TCTYP5="DEC--TAN", TCRVL5=54.35, TCRPX5=256.5, TCDLT5=0.000136667, TCUNI5="deg",
        RADESYS="ICRS", EQUINOX=2000.0, MTYPE1="sky", MFORM1="x,y",
    )  # fmt: skip
    table.header.update(cards)
    for keyword in [key for key, value in cards.items() if value is None]:
        del table.header[keyword]
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(path)
    return table.header


def scattered(seed: int = 1) -> tuple[Doubles, Doubles]:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(500, 200, SIZE), rng.normal(250, 120, SIZE)
    x[:3], y[:3] = [np.nan, 4.0, 2000.0], [5.0, np.nan, 5.0]
    return x.astype(np.float32).astype(float), y.astype(np.float32).astype(float)


def histogram(
    x: Doubles, y: Doubles, low: tuple[float, float], size: float, shape: tuple[int, int]
) -> Doubles:
    edges = [start + size * np.arange(count + 1) for start, count in zip(low, shape, strict=True)]
    return np.histogram2d(x, y, bins=edges)[0].T


def same_sky(image: Image, header: fits.Header, low: float, size: float) -> None:
    """Compare with astropy's coordinates of columns 4 and 5."""
    oracle = WCS(header, keysel=["pixel"], colsel=[4, 5])
    for x, y in ((0.5, 0.5), (image.width / 3, image.height / 2), (image.width - 0.5, 1.25)):
        pixel = [low + x * size, low + (image.height - y) * size]
        lon, lat = oracle.wcs_pix2world([pixel], 1)[0]
        world = image.sky.world(x, y)
        assert world is not None
        assert (world.lon, world.lat) == pytest.approx((lon, lat), abs=1e-9)


def test_events_are_counted_on_their_own_pixels(
    tmp_path: Path, open_image: OpenImage, read_pixels: ReadPixels
) -> None:
    x, y = scattered()
    header = chandra(tmp_path / "evt2.fits", x, y)
    image = open_image(tmp_path / "evt2.fits")
    assert (image.width, image.height) == (1024, 512)
    wanted = histogram(x, y, (0.5, 0.5), 1.0, (1024, 512))
    np.testing.assert_array_equal(read_pixels(image)[::-1], wanted)
    assert image.unit == "count"
    same_sky(image, header, 0.5, 1.0)
    row, column = np.unravel_index(wanted.argmax(), wanted.shape)
    value = image.plane(Selection()).value(int(column), 511 - int(row))
    assert (value.value, value.raw) == (wanted.max(), wanted.max())


@pytest.mark.parametrize("rows", [7, 1000, 1 << 20])
def test_rows_are_read_in_parts(
    tmp_path: Path,
    open_image: OpenImage,
    read_pixels: ReadPixels,
    monkeypatch: pytest.MonkeyPatch,
    rows: int,
) -> None:
    monkeypatch.setattr(binning, "_ROWS", rows)
    x, y = scattered(2)
    chandra(tmp_path / "evt2.fits", x, y)
    wanted = histogram(x, y, (0.5, 0.5), 1.0, (1024, 512))
    np.testing.assert_array_equal(read_pixels(open_image(tmp_path / "evt2.fits"))[::-1], wanted)


@pytest.mark.parametrize(("longest", "size"), [(8192, 1), (8193, 2), (51840, 8), (100_000, 16)])
def test_large_pictures_have_larger_bins(
    tmp_path: Path, open_image: OpenImage, longest: int, size: int
) -> None:
    rng = np.random.default_rng(5)
    x, y = rng.integers(1, longest + 1, (2, SIZE)).astype(float)
    x[:2], y[:2] = [1, longest], [1, longest]
    header = chandra(
        tmp_path / "xmm.fits", x, y, "J", TLMIN4=1, TLMAX4=longest, TLMIN5=1, TLMAX5=longest
    )
    image = open_image(tmp_path / "xmm.fits")
    side = -(-longest // size)
    assert (image.width, image.height) == (side, side)
    assert side <= 8192
    assert any(f"{size} by {size}" in note for note in image.notes) == (size > 1)
    part = image.plane(Selection()).read(Region(0, side - 1500, side, 1500))[::-1]
    wanted = histogram(x, y, (0.5, 0.5), size, (side, 1500))
    np.testing.assert_array_equal(part, wanted)
    same_sky(image, header, 0.5, size)


def test_undefined_and_outlying_positions_are_left_out(
    tmp_path: Path, open_image: OpenImage, read_pixels: ReadPixels
) -> None:
    x = np.array([1, -99999, 30, 64, 65, 0], float)
    y = np.array([1, 10, 20, 64, 1, 1], float)
    chandra(
        tmp_path / "null.fits", x, y, "J",
        TNULL4=30, TLMIN4=1, TLMAX4=64, TLMIN5=1, TLMAX5=64,
    )  # fmt: skip
    found = read_pixels(open_image(tmp_path / "null.fits"))[::-1]
    assert found.shape == (64, 64)
    assert np.argwhere(found).tolist() == [[0, 0], [63, 63]]


def test_limits_from_the_events(
    tmp_path: Path, open_image: OpenImage, read_pixels: ReadPixels
) -> None:
    x, y = scattered(3)
    x[2] = 900.0
    chandra(tmp_path / "free.fits", x, y, TLMIN4=None, TLMAX4=None, TLMIN5=None, TLMAX5=None)
    image = open_image(tmp_path / "free.fits")
    found = read_pixels(image)
    known = np.isfinite(x) & np.isfinite(y)
    assert found.sum() == known.sum()
    low = tuple(np.floor(np.nanmin(v) + 0.5) - 0.5 for v in (x, y))
    wanted = histogram(x, y, low, 1.0, (image.width, image.height))
    np.testing.assert_array_equal(found[::-1], wanted)


@pytest.mark.parametrize("keyword", ["CPREF", "PREF"])
def test_preferred_columns(
    tmp_path: Path, open_image: OpenImage, read_pixels: ReadPixels, keyword: str
) -> None:
    rng = np.random.default_rng(7)
    values = {name: rng.integers(1, 65, 800) for name in ("X", "Y", "DETX", "DETY")}
    columns = [fits.Column(name, "I", array=array) for name, array in values.items()]
    table = fits.BinTableHDU.from_columns(columns, name="STDEVT")
    for number in (1, 2, 3, 4):
        table.header[f"TLMIN{number}"], table.header[f"TLMAX{number}"] = 1, 64
    table.writeto(tmp_path / "rosat.fits")
    plain = read_pixels(open_image(tmp_path / "rosat.fits"))[::-1]
    np.testing.assert_array_equal(
        plain, histogram(values["X"], values["Y"], (0.5, 0.5), 1, (64, 64))
    )
    table.header[keyword] = "(DETX, DETY)"
    table.writeto(tmp_path / "preferred.fits")
    preferred = read_pixels(open_image(tmp_path / "preferred.fits"))[::-1]
    wanted = histogram(values["DETX"], values["DETY"], (0.5, 0.5), 1, (64, 64))
    np.testing.assert_array_equal(preferred, wanted)


def test_rotated_and_skewed_coordinates(tmp_path: Path, open_image: OpenImage) -> None:
    x, y = scattered()
    header = chandra(tmp_path / "pc.fits", x, y, TP4_4=0.8, TP4_5=-0.6, TP5_4=0.6, TP5_5=0.8)
    same_sky(open_image(tmp_path / "pc.fits"), header, 0.5, 1.0)
    del header["TCDLT4"], header["TCDLT5"]
    for key in ("TP4_4", "TP4_5", "TP5_4", "TP5_5"):
        del header[key]
    matrix = {"TC4_4": -1e-4, "TC4_5": 2e-5, "TC5_4": 3e-5, "TC5_5": 1.1e-4}
    header = chandra(tmp_path / "cd.fits", x, y, TCDLT4=None, TCDLT5=None, **matrix)
    same_sky(open_image(tmp_path / "cd.fits"), header, 0.5, 1.0)


def test_coordinates_by_the_keywords_of_xmm(tmp_path: Path, open_image: OpenImage) -> None:
    x, y = scattered()
    gone = {
        f"{word}{number}": None
        for number in (4, 5)
        for word in ("TCTYP", "TCRVL", "TCRPX", "TCDLT", "TCUNI")
    }
    reference = {
        "REFXCTYP": "RA---TAN", "REFXCRPX": 512.5, "REFXCDLT": -1e-4, "REFXCRVL": 12.0,
        "REFXCUNI": "deg",
        "REFYCTYP": "DEC--TAN", "REFYCRPX": 256.5, "REFYCDLT": 1e-4, "REFYCRVL": -3.0,
        "REFYCUNI": "deg",
    }  # fmt: skip
    chandra(tmp_path / "xmm.fits", x, y, **gone, **reference)
    world = open_image(tmp_path / "xmm.fits").sky.world(512.0, 256.0)
    assert world is not None
    assert (world.lon, world.lat) == pytest.approx((12.0, -3.0), abs=1e-9)


@pytest.mark.parametrize("spread", [0.5, 20.0])
@pytest.mark.parametrize("latitude", [-30.0, 89.9])
def test_lists_with_positions_on_the_sky_alone(
    tmp_path: Path,
    open_image: OpenImage,
    read_pixels: ReadPixels,
    spread: float,
    latitude: float,
) -> None:
    """As of gamma-ray telescopes; the sky of each pixel with events holds their positions."""
    rng = np.random.default_rng(9)
    away, angle = spread * np.sqrt(rng.random(2000)), rng.uniform(0, 2 * np.pi, 2000)
    oracle = WCS(naxis=2)
    oracle.wcs.ctype, oracle.wcs.crval = ["RA---ARC", "DEC--ARC"], [359.9, latitude]
    oracle.wcs.cdelt = [-1.0, 1.0]
    ra, dec = oracle.wcs_pix2world(away * np.cos(angle), away * np.sin(angle), 0)
    columns = [
        fits.Column("EVENT_ID", "K", array=np.arange(ra.size)),
        fits.Column("RA", "D", array=ra, unit="deg"),
        fits.Column("DEC", "D", array=dec, unit="deg"),
        fits.Column("ENERGY", "E", array=ra, unit="TeV"),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="EVENTS")
    table.writeto(tmp_path / "dl3.fits")
    image = open_image(tmp_path / "dl3.fits")
    found = read_pixels(image)
    assert found.sum() == 2000
    assert 500 <= image.width == image.height <= 1100
    wanted = np.zeros(found.shape)
    px, py = image.sky.pixel_array(ra, dec)
    np.add.at(wanted, (np.floor(py).astype(int), np.floor(px).astype(int)), 1)
    assert (wanted == found).mean() > 0.9999


def test_events_of_the_whole_sky(
    tmp_path: Path, open_image: OpenImage, read_pixels: ReadPixels
) -> None:
    rng = np.random.default_rng(10)
    lon, lat = rng.uniform(0, 360, 3000), np.degrees(np.arcsin(rng.uniform(-1, 1, 3000)))
    columns = [
        fits.Column("RA", "E", array=lon), fits.Column("DEC", "E", array=lat),
        fits.Column("L", "E", array=lon, unit="deg"), fits.Column("B", "E", array=lat, unit="deg"),
    ]  # fmt: skip
    fits.BinTableHDU.from_columns(columns, name="EVENTS").writeto(tmp_path / "lat.fits")
    image = open_image(tmp_path / "lat.fits")
    assert image.sky.frame == "galactic"
    assert (image.width, image.height) == (3600, 1800)
    found = read_pixels(image)
    assert found.sum() == 3000
    world = image.sky.world(*(np.argwhere(found)[0][::-1] + 0.5))
    assert world is not None
    distance = np.hypot((lon - world.lon) * np.cos(np.radians(world.lat)), lat - world.lat)
    assert distance.min() < 0.071


def test_catalogues_are_not_lists_of_events(tmp_path: Path, open_image: OpenImage) -> None:
    columns = [fits.Column("RA", "D", array=[1.0]), fits.Column("DEC", "D", array=[1.0])]
    fits.BinTableHDU.from_columns(columns, name="SOURCES").writeto(tmp_path / "catalogue.fits")
    with pytest.raises(UnservableImageError, match="no image"):
        open_image(tmp_path / "catalogue.fits")


@pytest.mark.parametrize("name", ["REGION", "SRCLIST"])
def test_regions_and_sources_are_not_lists_of_events(
    tmp_path: Path, open_image: OpenImage, name: str
) -> None:
    columns = [
        fits.Column("X", "E", array=np.ones(2000)),
        fits.Column("Y", "E", array=np.ones(2000)),
    ]
    table = fits.BinTableHDU.from_columns(columns, name=name)
    table.header.update(
        HDUCLAS1=name, TCTYP1="RA---TAN", TCTYP2="DEC--TAN", TCRVL1=1.0, TCRVL2=1.0,
        TCDLT1=-1e-4, TCDLT2=1e-4,
    )  # fmt: skip
    table.writeto(tmp_path / "region.fits")
    with pytest.raises(UnservableImageError, match="no image"):
        open_image(tmp_path / "region.fits")


def test_lists_without_events(tmp_path: Path, open_image: OpenImage) -> None:
    nothing = np.full(3, np.nan)
    chandra(tmp_path / "all.fits", nothing, nothing)
    assert open_image(tmp_path / "all.fits").width == 1024
    chandra(
        tmp_path / "none.fits", nothing, nothing,
        TLMIN4=None, TLMAX4=None, TLMIN5=None, TLMAX5=None,
    )  # fmt: skip
    with pytest.raises(UnservableImageError, match="empty"):
        open_image(tmp_path / "none.fits")


@pytest.mark.parametrize("limit", [1e300, 2.0**62])
def test_hostile_limits(tmp_path: Path, open_image: OpenImage, limit: float) -> None:
    x, y = scattered()
    chandra(tmp_path / "far.fits", x, y, TLMIN4=-limit, TLMAX4=limit)
    image = open_image(tmp_path / "far.fits")
    assert max(image.width, image.height) <= 8192


def test_images_stay_the_default(tmp_path: Path, open_image: OpenImage) -> None:
    x, y = scattered()
    chandra(tmp_path / "evt2.fits", x, y)
    with fits.open(tmp_path / "evt2.fits") as hdus:
        hdus[0].data = np.zeros((5, 6), np.int16)
        hdus.writeto(tmp_path / "both.fits")
    assert open_image(tmp_path / "both.fits").hdu == "0"
    assert open_image(tmp_path / "both.fits", "EVENTS").width == 1024
    assert open_image(tmp_path / "both.fits", "1").width == 1024


def test_the_counts_are_kept_and_made_again(
    tmp_path: Path, open_image: OpenImage, read_pixels: ReadPixels, spool: object
) -> None:
    x, y = scattered()
    chandra(tmp_path / "evt2.fits", x, y)
    first = read_pixels(open_image(tmp_path / "evt2.fits"))
    (kept,) = Path(spool._directory).glob("*.counts")  # type: ignore[attr-defined]
    assert kept.stat().st_size == 1024 * 512 * 4
    made = kept.stat().st_mtime_ns
    np.testing.assert_array_equal(read_pixels(open_image(tmp_path / "evt2.fits")), first)
    assert kept.stat().st_mtime_ns == made
    kept.unlink()
    np.testing.assert_array_equal(read_pixels(open_image(tmp_path / "evt2.fits")), first)
