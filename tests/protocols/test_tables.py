"""Images in tables through the protocols: HEALPix maps, target pixels, lists of events."""

import io
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy_healpix import healpix_to_lonlat, lonlat_to_healpix
from PIL import Image
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, Settings

NSIDE, WIDTH = 64, 512
MAPS = {"c.fits": ("C", "nested"), "g.fits": ("G", "ring"), "e.fits": ("E", "ring")}
VALUES = np.random.default_rng(5).normal(size=(2, 12 * NSIDE**2)).astype(np.float32)
VALUES[0, 1000:3000] = -1.6375e30
FRAMES = {"C": "icrs", "G": "galactic", "E": "barycentricmeanecliptic"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("root")
    for name, (frame, order) in MAPS.items():
        columns = [
            fits.Column("I", "E", array=VALUES[0], unit="mK"),
            fits.Column("HITS", "E", array=VALUES[1], unit="count"),
        ]
        table = fits.BinTableHDU.from_columns(columns)
        table.header.update(PIXTYPE="HEALPIX", ORDERING=order.upper(), NSIDE=NSIDE, COORDSYS=frame)
        table.writeto(root / name)
    time = np.array([1000.0, 1000.5, np.nan])
    flux = np.arange(3 * 8 * 9, dtype=np.float32).reshape(3, 8, 9)
    columns = [
        fits.Column("TIME", "D", array=time, unit="BJD - 2454833"),
        fits.Column("FLUX", "72E", dim="(9,8)", array=flux, unit="e-/s"),
        fits.Column("FLUX_ERR", "72E", dim="(9,8)", array=flux + 1000, unit="e-/s"),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="PIXELS")
    table.header.update(BJDREFI=2454833, BJDREFF=0.0, TIMEUNIT="d", OBJECT="KIC 1")
    table.writeto(root / "tpf.fits")
    x, y = np.random.default_rng(1).integers(1, 301, (2, 900))
    table = fits.BinTableHDU.from_columns(
        [fits.Column("X", "I", array=x), fits.Column("Y", "I", array=y)], name="EVENTS"
    )
    table.header.update(
        TLMIN1=1, TLMAX1=300, TLMIN2=1, TLMAX2=300, TCTYP1="RA---TAN", TCTYP2="DEC--TAN",
        TCRPX1=150.5, TCRPX2=150.5, TCRVL1=10.0, TCRVL2=20.0, TCDLT1=-1e-3, TCDLT2=1e-3,
    )  # fmt: skip
    table.writeto(root / "evt.fits")
    fits.BinTableHDU.from_columns([fits.Column("A", "E", array=[1.0])]).writeto(root / "t.fits")
    settings = Settings(
        data=DataSettings(root=root), cache=CacheSettings(directory=tmp_path_factory.mktemp("c"))
    )
    with TestClient(create_app(settings)) as client:
        yield client


def tile(client: TestClient, name: str, order: int, cell: int, view: str = "") -> Any:
    url = f"/hips/{name}{view}/Norder{order}/Dir0/Npix{cell}.fits"
    response = client.get(url)
    assert response.status_code == 200, response.text
    with fits.open(io.BytesIO(response.content)) as opened:
        return opened[0].data.copy()


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("cell", [0, 17, 400, 767])
def test_fine_tiles_of_hips_have_the_values_of_cells(
    client: TestClient, name: str, cell: int
) -> None:
    frame, scheme = MAPS[name]
    row, column = np.mgrid[0:WIDTH, 0:WIDTH]
    # Figure 5 of HiPS 1.0: columns go to the north west, rows of FITS to the south west.
    dx, dy = 1 - (row + 0.5) / WIDTH, (column + 0.5) / WIDTH
    lon, lat = healpix_to_lonlat(np.full(dx.shape, cell), 8, dx=dx, dy=dy, order="nested")
    here = SkyCoord(lon, lat, frame="icrs").transform_to(FRAMES[frame]).spherical
    wanted = VALUES[0][lonlat_to_healpix(here.lon, here.lat, NSIDE, order=scheme)].copy()
    wanted[wanted < -1e30] = np.nan
    found = tile(client, name, 3, cell)
    same = (found == wanted) | (np.isnan(found) & np.isnan(wanted))
    # The frames of astropy and a matrix differ by rounding, at edges of cells.
    assert same.mean() > 0.9995
    properties = client.get(f"/hips/{name}/properties").text
    assert "nearest" in properties.split("hips_sampling")[1].splitlines()[0]


def test_coarse_tiles_of_hips_have_the_mean(client: TestClient) -> None:
    found = tile(client, "c.fits", 0, 6)
    cells = VALUES[0].reshape(12, -1)[6]
    assert np.nanmean(found) == pytest.approx(cells[cells > -1e30].mean(), abs=0.02)
    assert np.isfinite(found).mean() > 0.999


def test_each_channel_has_its_unit(client: TestClient) -> None:
    about = client.get("/api/images/c.fits").json()
    assert about["channelAxis"] == "column"
    assert [(c["name"], c["unit"]) for c in about["channels"]] == [("I", "mK"), ("HITS", "count")]
    assert about["unit"] == "mK"
    for channel, unit in (("I", "mK"), ("HITS", "count")):
        answer = client.get(f"/api/images/c.fits/value?x=250&y=100&channel={channel}").json()
        assert [value["unit"] for value in answer["values"]] == [unit]


def test_a_value_is_that_of_the_cell_at_its_place(client: TestClient) -> None:
    answer = client.get("/api/images/c.fits/value?x=250&y=70").json()
    world = answer["world"]
    cell = lonlat_to_healpix(world["lon"] * u.deg, world["lat"] * u.deg, NSIDE, order="nested")
    assert answer["values"][0]["value"] == float(VALUES[0][cell])


@pytest.mark.parametrize(("hdu", "more"), [("", 0), ("FLUX", 0), ("FLUX_ERR", 1000), ("1", 0)])
def test_columns_and_times_of_target_pixels(client: TestClient, hdu: str, more: int) -> None:
    view = f"&hdu={hdu}" if hdu else ""
    answer = client.get(f"/api/images/tpf.fits/value?x=2&y=7&frame=2{view}").json()
    assert answer["values"][0]["value"] == 72 + 2 + more
    info = client.get("/api/images/tpf.fits").json()
    times = [frame["time"] for frame in info["frames"]]
    assert times == ["2011-09-28T12:00:00Z", "2011-09-29T00:00:00Z", None]
    header = client.get(f"/api/images/tpf.fits/header?hdu={hdu or 1}").json()
    assert ["OBJECT", "KIC 1"] in [card[:2] for card in header["cards"]]
    picture = client.get(f"/iiif/3/tpf.fits/full/max/0/default.png?frame=3{view}")
    assert Image.open(io.BytesIO(picture.content)).size == (9, 8)
    assert picture.status_code == 200


@pytest.mark.parametrize("name", [*MAPS, "evt.fits"])
def test_tiles_of_the_sky_in_wmts(client: TestClient, name: str) -> None:
    space = {"w": "http://www.opengis.net/wmts/1.0", "o": "http://www.opengis.net/ows/1.1"}
    document = client.get("/wmts?service=WMTS&request=GetCapabilities").content
    layers = ET.fromstring(document).iterfind(".//w:Layer", space)  # noqa: S314 - our own
    layer = next(e for e in layers if e.findtext("o:Identifier", namespaces=space) == name)
    links = {
        str(link.findtext("w:TileMatrixSet", namespaces=space)): link
        for link in layer.iterfind("w:TileMatrixSetLink", space)
    }
    grid = next(each for each in links if each.startswith("sky-"))
    for limits in links[grid].iterfind(".//w:TileMatrixLimits", space):
        place = [
            limits.findtext(f"w:{key}", namespaces=space)
            for key in ("TileMatrix", "MinTileRow", "MinTileCol")
        ]
        url = f"/wmts/1.0.0/{name}/default/{grid}/{'/'.join(map(str, place))}.png"
        answer = client.get(url)
        assert answer.status_code == 200
        assert Image.open(io.BytesIO(answer.content)).width == 256


def test_a_table_without_images_is_refused_with_a_sentence(client: TestClient) -> None:
    answer = client.get("/iiif/3/t.fits/info.json")
    assert answer.status_code >= 400
    assert "no image" in answer.text
