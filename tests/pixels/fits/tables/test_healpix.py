"""Maps in HEALPix: every pixel has the value of the cell at its centre, by astropy-healpix."""

from pathlib import Path

import numpy as np
import pytest
from astropy import units as u
from astropy.io import fits
from astropy.wcs import WCS
from astropy_healpix import level_ipix_to_uniq, lonlat_to_healpix, uniq_to_level_ipix
from numpy.typing import NDArray
from tests.pixels.conftest import OpenImage, ReadPixels

from celestile.errors import UnservableImageError
from celestile.pixels.fits.spool import Spool
from celestile.pixels.image import Image
from celestile.pixels.library import DeclaredImage, Library
from celestile.pixels.plane import Selection

DATA = Path(__file__).resolve().parents[5] / "shared" / "data" / "table"
AXES = {"G": "GLON-MOL", "C": "RA---MOL", "E": "ELON-MOL"}


def mollweide(image: Image, axis: str) -> WCS:
    """Coordinates made independently: the ellipse touches the edges, longitude 0 in the middle."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = [axis, axis.replace("LON", "LAT").replace("RA---", "DEC--")]
    wcs.wcs.crpix = [(image.width + 1) / 2, (image.height + 1) / 2]
    wcs.wcs.cdelt = [
        -np.degrees(4 * np.sqrt(2)) / image.width,
        np.degrees(2 * np.sqrt(2)) / image.height,
    ]
    return wcs


def positions(image: Image, axis: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude of the centre of each pixel, row 0 at the top."""
    x, y = np.meshgrid(np.arange(image.width), np.arange(image.height)[::-1])
    lon, lat = mollweide(image, axis).wcs_pix2world(x, y, 0)
    return lon, lat


def expected(
    image: Image, axis: str, values: NDArray[np.float64], nside: int, order: str
) -> NDArray[np.float64]:
    lon, lat = positions(image, axis)
    known = np.isfinite(lon)
    cells = lonlat_to_healpix(lon[known] * u.deg, lat[known] * u.deg, nside, order=order)
    made = np.full(lon.shape, np.nan)
    made[known] = values[cells]
    return made


def agree(found: NDArray[np.float32], wanted: NDArray[np.float64]) -> None:
    """All pixels, but for those whose centres are on the edge of a cell or of the ellipse."""
    same = (found == wanted.astype(np.float32)) | (np.isnan(found) & np.isnan(wanted))
    assert same.mean() > 0.999
    assert (np.isfinite(found) == np.isfinite(wanted)).mean() > 0.999


def healpix_table(
    path: Path, columns: dict[str, NDArray[np.generic]], form: str = "", **cards: object
) -> None:
    made = []
    for name, values in columns.items():
        kind = {"f4": "E", "f8": "D", "i4": "J", "i8": "K"}[values.dtype.str[1:]]
        rows = values.reshape(-1, int(form)) if form else values
        made.append(fits.Column(name, f"{form}{kind}", array=rows))
    table = fits.BinTableHDU.from_columns(made, name="MAP")
    table.header.update(PIXTYPE="HEALPIX", **cards)
    table.writeto(path)


@pytest.mark.parametrize("order", ["ring", "nested"])
@pytest.mark.parametrize(("nside", "form"), [(1, ""), (4, ""), (32, "1024"), (64, "")])
@pytest.mark.parametrize("frame", ["G", "C", "E"])
def test_whole_skies(
    tmp_path: Path,
    open_image: OpenImage,
    read_pixels: ReadPixels,
    order: str,
    nside: int,
    form: str,
    frame: str,
) -> None:
    values = np.random.default_rng(nside).normal(size=12 * nside**2)
    values = values.astype(np.float32).astype(np.float64)
    healpix_table(
        tmp_path / "map.fits", {"SIGNAL": values.astype(np.float32)}, form,
        ORDERING=order.upper(), NSIDE=nside, COORDSYS=frame, INDXSCHM="IMPLICIT",
    )  # fmt: skip
    image = open_image(tmp_path / "map.fits")
    assert image.width == 2 * image.height == max(8 * nside, 512)
    agree(read_pixels(image), expected(image, AXES[frame], values, nside, order))


def test_the_sky_of_the_picture_is_true(tmp_path: Path, open_image: OpenImage) -> None:
    values = np.zeros(12 * 16**2, np.float32)
    for frame, name in (("G", "galactic"), ("C", "icrs"), ("E", "ecliptic")):
        path = tmp_path / f"{frame}.fits"
        healpix_table(path, {"T": values}, ORDERING="RING", NSIDE=16, COORDSYS=frame)
        image = open_image(path)
        assert image.sky.frame == name
        lon, lat = positions(image, AXES[frame])
        for row, column in ((3, 256), (128, 100), (200, 300)):
            world = image.sky.world(column + 0.5, row + 0.5)
            assert world is not None
            assert world.lat == pytest.approx(lat[row, column], abs=1e-9)
            assert (world.lon - lon[row, column] + 180) % 360 - 180 == pytest.approx(0, abs=1e-9)
        assert image.sky.world(1.5, 1.5) is None


def test_columns_are_channels_with_names_and_units(
    tmp_path: Path, open_image: OpenImage, read_pixels: ReadPixels
) -> None:
    rng = np.random.default_rng(8)
    cells = 12 * 32**2
    columns = [
        fits.Column("I_STOKES", "1024E", unit="K_CMB", array=rng.normal(size=(12, 1024))),
        fits.Column("Q_STOKES", "1024E", unit="K_CMB", array=rng.normal(size=(12, 1024))),
        fits.Column("HITS", "1024J", unit="", array=rng.integers(0, 9, (12, 1024))),
    ]
    table = fits.BinTableHDU.from_columns(columns)
    table.header.update(PIXTYPE="HEALPIX", ORDERING="NESTED", NSIDE=32, COORDSYS="GALACTIC")
    table.writeto(tmp_path / "planck.fits")
    image = open_image(tmp_path / "planck.fits")
    assert [channel.name for channel in image.channels] == ["I_STOKES", "Q_STOKES", "HITS"]
    assert image.channel_axis == "column"
    assert image.unit is None
    units = [image.unit_of(Selection(channel=(n, n))) for n in (1, 2, 3)]
    assert units == ["K_CMB", "K_CMB", None]
    assert image.unit_of(Selection(channel=(1, 3))) is None
    data = fits.getdata(tmp_path / "planck.fits")
    for number, name in enumerate(("I_STOKES", "Q_STOKES", "HITS"), 1):
        values = np.asarray(data[name], np.float64).reshape(cells)
        found = read_pixels(image, channel=number)
        agree(found, expected(image, "GLON-MOL", values, 32, "nested"))


@pytest.mark.parametrize(("bad", "cards"), [(-1.6375e30, {}), (-99.0, {"BAD_DATA": -99.0})])
def test_cells_without_data_are_missing(
    tmp_path: Path,
    open_image: OpenImage,
    read_pixels: ReadPixels,
    bad: float,
    cards: dict[str, float],
) -> None:
    values = np.ones(12 * 16**2, np.float32)
    values[::2] = bad
    values[1] = -1.0e30  # unusual, but not missing
    healpix_table(tmp_path / "m.fits", {"T": values}, ORDERING="RING", NSIDE=16, **cards)
    found = read_pixels(open_image(tmp_path / "m.fits"))
    finite = found[np.isfinite(found)]
    assert set(finite.tolist()) == {1.0, float(np.float32(-1.0e30))}
    assert 0.35 < finite.size / found.size < 0.43  # half of the ellipse, which is π/4 of the whole


@pytest.mark.parametrize("order", ["ring", "nested"])
@pytest.mark.parametrize("shuffled", [False, True])
def test_partial_maps(
    tmp_path: Path, open_image: OpenImage, read_pixels: ReadPixels, order: str, shuffled: bool
) -> None:
    rng = np.random.default_rng(3)
    nside = 32
    cells = np.sort(rng.choice(12 * nside**2, 3000, replace=False))
    if shuffled:
        rng.shuffle(cells)
    data = rng.normal(size=cells.size)
    healpix_table(
        tmp_path / "part.fits", {"PIXEL": cells, "SIGNAL": data, "N_OBS": cells.astype(np.int32)},
        ORDERING=order.upper(), NSIDE=nside, INDXSCHM="EXPLICIT", OBJECT="PARTIAL", COORDSYS="G",
    )  # fmt: skip
    image = open_image(tmp_path / "part.fits")
    assert [channel.name for channel in image.channels] == ["SIGNAL", "N_OBS"]
    whole = np.full(12 * nside**2, np.nan)
    whole[cells] = data
    agree(read_pixels(image), expected(image, "GLON-MOL", whole, nside, order))


def test_rows_with_many_listed_cells(
    tmp_path: Path, open_image: OpenImage, read_pixels: ReadPixels
) -> None:
    cells = np.arange(640)[::-1] * 4
    healpix_table(
        tmp_path / "rows.fits", {"PIXEL": cells, "SIGNAL": cells.astype(np.float32)}, "64",
        ORDERING="NESTED", NSIDE=16, INDXSCHM="EXPLICIT", COORDSYS="G",
    )  # fmt: skip
    image = open_image(tmp_path / "rows.fits")
    whole = np.full(12 * 16**2, np.nan)
    whole[cells] = cells
    agree(read_pixels(image), expected(image, "GLON-MOL", whole, 16, "nested"))


def test_parts_of_the_numbers_of_cells(
    tmp_path: Path, open_image: OpenImage, read_pixels: ReadPixels
) -> None:
    values = np.arange(500, dtype=np.float32)
    healpix_table(
        tmp_path / "first.fits", {"T": values}, ORDERING="NESTED", NSIDE=16, COORDSYS="G",
        INDXSCHM="IMPLICIT", FIRSTPIX=700, LASTPIX=1199,
    )  # fmt: skip
    image = open_image(tmp_path / "first.fits")
    whole = np.full(12 * 16**2, np.nan)
    whole[700:1200] = values
    agree(read_pixels(image), expected(image, "GLON-MOL", whole, 16, "nested"))


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("told", [False, True])
def test_multi_order_maps(
    tmp_path: Path, open_image: OpenImage, read_pixels: ReadPixels, shuffled: bool, told: bool
) -> None:
    """Every cell of order 2 whole, or divided into cells of order 5; as of LIGO."""
    rng = np.random.default_rng(6)
    divided = rng.random(12 * 4**2) < 0.4
    coarse = np.flatnonzero(~divided)
    fine = (np.flatnonzero(divided)[:, None] * 64 + np.arange(64)).ravel()
    unique = np.concatenate([level_ipix_to_uniq(2, coarse), level_ipix_to_uniq(5, fine)])
    unique = np.delete(unique, 17)  # a gap
    rng.shuffle(unique) if shuffled else unique.sort()
    density = rng.random(unique.size)
    columns = [
        fits.Column("UNIQ", "K", array=unique),
        fits.Column("PROBDENSITY", "D", array=density, unit="sr-1"),
        fits.Column("DISTMU", "D", array=-density, unit="Mpc"),
    ]
    table = fits.BinTableHDU.from_columns(columns)
    table.header.update(
        PIXTYPE="HEALPIX", ORDERING="NUNIQ", COORDSYS="C", INDXSCHM="EXPLICIT",
        **({"MOCORDER": 5} if told else {}),
    )  # fmt: skip
    table.header["DATE-OBS"] = "2023-05-29T18:15:00"
    table.writeto(tmp_path / "sky.multiorder.fits")
    image = open_image(tmp_path / "sky.multiorder.fits")
    assert image.width == 512
    assert image.unit_of(Selection()) == "sr-1"
    assert [channel.name for channel in image.channels] == ["PROBDENSITY", "DISTMU"]
    assert image.frames[0].time == "2023-05-29T18:15:00Z"
    whole = np.full(12 * 32**2, np.nan)
    for number, value in zip(unique, density, strict=True):
        level, cell = uniq_to_level_ipix(number)
        span = 4 ** (5 - level)
        whole[cell * span : (cell + 1) * span] = value
    agree(read_pixels(image), expected(image, "RA---MOL", whole, 32, "nested"))


def test_a_row_with_several_values_of_a_cell(
    tmp_path: Path, open_image: OpenImage, read_pixels: ReadPixels
) -> None:
    data = np.random.default_rng(2).normal(size=(12 * 8**2, 3)).astype(np.float32)
    table = fits.BinTableHDU.from_columns([fits.Column("FLUX", "3E", array=data)])
    table.header.update(PIXTYPE="HEALPIX", ORDERING="RING", NSIDE=8, COORDSYS="G")
    table.writeto(tmp_path / "rows.fits")
    image = open_image(tmp_path / "rows.fits")
    assert [channel.name for channel in image.channels] == ["FLUX_0", "FLUX_1", "FLUX_2"]
    wanted = expected(image, "GLON-MOL", data[:, 1].astype(np.float64), 8, "ring")
    agree(read_pixels(image, channel=2), wanted)


def test_large_maps_have_a_bounded_picture(tmp_path: Path, open_image: OpenImage) -> None:
    healpix_table(
        tmp_path / "large.fits", {"PIXEL": np.array([5, 9]), "T": np.ones(2)},
        ORDERING="NESTED", NSIDE=2**29, INDXSCHM="EXPLICIT",
    )  # fmt: skip
    image = open_image(tmp_path / "large.fits")
    assert (image.width, image.height) == (16384, 8192)
    assert any("fewer than the map has cells" in note for note in image.notes)


@pytest.mark.parametrize(
    ("cards", "words"),
    [
        ({"NSIDE": 0, "ORDERING": "RING"}, "NSIDE"),
        ({"NSIDE": 2**40, "ORDERING": "RING"}, "NSIDE"),
        ({"NSIDE": 3, "ORDERING": "NESTED"}, "power of two"),
        ({"NSIDE": 2, "ORDERING": "SPIRAL"}, "RING or NESTED"),
        ({"NSIDE": 2, "ORDERING": "RING", "INDXSCHM": "SPARSE"}, "INDXSCHM"),
    ],
)
def test_invalid_headers(
    tmp_path: Path, open_image: OpenImage, cards: dict[str, object], words: str
) -> None:
    healpix_table(tmp_path / "bad.fits", {"T": np.ones(48, np.float32)}, **cards)
    with pytest.raises(UnservableImageError, match=words):
        open_image(tmp_path / "bad.fits")


def test_a_map_without_all_of_its_cells(
    tmp_path: Path, open_image: OpenImage, read_pixels: ReadPixels
) -> None:
    values = np.arange(100, dtype=np.float32)
    healpix_table(tmp_path / "few.fits", {"T": values}, ORDERING="RING", NSIDE=4, COORDSYS="G")
    image = open_image(tmp_path / "few.fits")
    assert any("100 of the 192" in note for note in image.notes)
    whole = np.full(192, np.nan)
    whole[:100] = values
    agree(read_pixels(image), expected(image, "GLON-MOL", whole, 4, "ring"))


def test_a_list_of_cells_alone_is_not_an_image(tmp_path: Path, open_image: OpenImage) -> None:
    table = fits.BinTableHDU.from_columns([fits.Column("UNIQ", "K", array=[4, 5, 6])])
    table.header.update(PIXTYPE="HEALPIX", ORDERING="NUNIQ", COORDSYS="C", MOCORDER=0)
    table.writeto(tmp_path / "moc.fits")
    with pytest.raises(UnservableImageError, match="no image"):
        open_image(tmp_path / "moc.fits")


@pytest.mark.parametrize(
    ("name", "order", "axis"),
    [("wmap_W_nside32.fits", "ring", "GLON-MOL"), ("earth_healpix_gal.fits", "nested", "GLON-MOL")],
)
def test_real_maps(
    open_image: OpenImage, read_pixels: ReadPixels, name: str, order: str, axis: str
) -> None:
    if not DATA.is_dir():
        pytest.skip(f"there is no folder {DATA}")
    data = fits.getdata(DATA / name)
    image = open_image(DATA / name)
    for number, column in enumerate(data.names, 1):
        values = np.asarray(data[column], np.float64).ravel()
        nside = int(np.sqrt(values.size / 12))
        agree(read_pixels(image, channel=number), expected(image, axis, values, nside, order))


def test_a_real_map_of_fifty_million_cells(open_image: OpenImage) -> None:
    """A few pixels of the largest real map, which is packed by gzip."""
    if not DATA.is_dir():
        pytest.skip(f"there is no folder {DATA}")
    image = open_image(DATA / "ligo_simulated.fits.gz")
    assert (image.width, image.height) == (16384, 8192)
    data = fits.getdata(DATA / "ligo_simulated.fits.gz")["PROB"]
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, image.width, 300), rng.integers(0, image.height, 300)
    lon, lat = mollweide(image, "RA---MOL").wcs_pix2world(x, image.height - 1 - y, 0)
    plane = image.plane(Selection())
    same = 0
    for column, row, ra, dec in zip(x.tolist(), y.tolist(), lon, lat, strict=True):
        value = plane.value(column, row).value
        if np.isnan(ra):
            same += value is None
        else:
            cell = int(lonlat_to_healpix(ra * u.deg, dec * u.deg, 2048, order="nested"))
            same += value == float(data[cell // 1024, cell % 1024])
    assert same >= 299


def test_values_are_exact(tmp_path: Path, spool: Spool) -> None:
    values = 1e-12 * np.arange(12 * 4**2)
    healpix_table(tmp_path / "p.fits", {"PROB": values}, ORDERING="RING", NSIDE=4, COORDSYS="C")
    image = Library(None, spool, {"it": DeclaredImage(file=tmp_path / "p.fits")}).open("it")
    lon, lat = positions(image, "RA---MOL")
    for row, column in ((30, 250), (100, 20), (230, 256)):
        cell = lonlat_to_healpix(lon[row, column] * u.deg, lat[row, column] * u.deg, 4)
        assert image.plane(Selection()).value(column, row).value == values[cell]
