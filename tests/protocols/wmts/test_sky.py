"""Tiles of the sky against reproject and astropy, from FITS files to decoded pictures."""

import asyncio
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from PIL import Image
from reproject import reproject_interp

from celestile.app import create_app
from celestile.errors import SettingsError
from celestile.protocols.tiles.sky_grid import SkyTile, sky_set
from celestile.pyramid.provisional import ProvisionalPyramid
from celestile.service.charts import Charts
from celestile.settings import CacheSettings, DataSettings, Settings, WmtsSettings
from celestile.views.view import View

SIDE = 256
WIDTH, HEIGHT = 300, 240
STARS = SkyCoord([83.80, 83.82, 83.86, 83.77], [-5.40, -5.37, -5.43, -5.44], unit="deg")
ENDS = ("Lower", "Upper")
STAR_LEVELS = 12  # of the grid in which a star's pixel is about one of a tile


def header(code: str, lon: float, lat: float, scale: float, **cards: Any) -> fits.Header:
    names = ("GLON", "GLAT") if cards.pop("galactic", False) else ("RA--", "DEC-")
    found = {
        "CTYPE1": f"{names[0]}-{code}", "CTYPE2": f"{names[1]}-{code}",
        "CRVAL1": lon, "CRVAL2": lat, "CRPIX1": WIDTH / 2, "CRPIX2": HEIGHT / 2,
        "CDELT1": -scale, "CDELT2": scale,
    }  # fmt: skip
    return fits.Header(found | cards)


SIP = {
    "A_ORDER": 2, "A_2_0": 5e-5, "A_1_1": -1e-5, "B_ORDER": 2, "B_0_2": -3e-5, "B_1_1": 1e-5
}  # fmt: skip
GENERATED = {
    "TAN": header("TAN", 83.8, -5.4, 2e-4),
    "turned TAN across 0h": header(
        "TAN", 0.01, 60.0, 1e-3, PC1_1=0.6, PC1_2=-0.8, PC2_1=0.8, PC2_2=0.6
    ),
    "SIP": header("TAN-SIP", 150.0, 47.0, 3e-4, **SIP),
    "CAR": header("CAR", 30.0, 0.0, 0.02, galactic=True),
    "AIT": header("AIT", 0.0, 0.0, 360 / WIDTH, galactic=True),
    "pole": header("TAN", 10.0, 90.0, 0.01),
}
REAL = (
    "image/w5_wise.fits",
    "wcs/sipsample.fits",
    "wcs/sip_pole.fits",
    "wcs/spitzer_glimpse_CAR.fits",
    "wcs/drao_allsky_CAR.fits.gz",
    "wcs/allsky_rosat_AIT.fits",
    "wcs/hips_Npix_HPX.fits",
    "wcs/tanpv.fits",
    "pix/comp.fits",
)


def stars(cards: fits.Header) -> np.ndarray:
    """Round stars at `STARS`, 2 pixels wide, on a floor of 10."""
    x, y = WCS(cards).world_to_pixel(STARS)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    picture = np.full((HEIGHT, WIDTH), 10.0)
    for place in zip(x, y, strict=True):
        picture += 200 * np.exp(-((columns - place[0]) ** 2 + (rows - place[1]) ** 2) / 8)
    return picture.astype(np.float32)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    scale = 360 / 512 / 2 ** (STAR_LEVELS - 1)
    equatorial = header("TAN", 83.81, -5.41, scale)
    center = SkyCoord(83.81, -5.41, unit="deg").galactic
    galactic = header("TAN", center.l.deg, center.b.deg, scale * 1.3, galactic=True)
    for name, cards in (("equatorial", equatorial), ("galactic", galactic)):
        fits.PrimaryHDU(stars(cards), cards).writeto(folder / f"{name}.fits")
    half = stars(equatorial)
    half[:, : WIDTH // 2] = np.nan
    fits.PrimaryHDU(half, equatorial).writeto(folder / "half.fits")
    fits.PrimaryHDU(np.zeros((20, 20), np.float32)).writeto(folder / "nowhere.fits")
    return folder


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """Return a function that makes an application of a folder."""
    with asyncio.Runner() as runner:
        clients = []

        def make(folder: Path, **wmts: Any) -> Any:
            settings = Settings(
                data=DataSettings(root=folder),
                cache=CacheSettings(directory=tmp_path_factory.mktemp("cache")),
                wmts=WmtsSettings(**wmts),
            )
            app = create_app(settings)
            transport = httpx.ASGITransport(app)
            client = httpx.AsyncClient(transport=transport, base_url="http://host")
            clients.append((client, app))

            def get(path: str, **params: Any) -> httpx.Response:
                return runner.run(client.get(path, params=params or None))

            get.run = runner.run  # type: ignore[attr-defined]
            get.service = app.state.service  # type: ignore[attr-defined]
            return get

        yield make
        for client, app in clients:
            runner.run(client.aclose())
            app.state.service.close()


@pytest.fixture(scope="module")
def get(serve: Any, root: Path) -> Any:
    mosaic = ("half.fits;limits=0,255;stretch=linear", "equ*;limits=0,255;stretch=linear;cmap=gray")
    return serve(root, mosaic=mosaic)


def target(tile: SkyTile) -> WCS:
    """Describe a tile as FITS does, its first row at the top."""
    found = WCS(naxis=2)
    found.wcs.ctype = ["RA---CAR", "DEC--CAR"]
    found.wcs.crval = [tile.world(np.array([SIDE / 2]), np.array([0.5]))[0][0], 0.0]
    pixel = tile.matrix.pixel
    found.wcs.cdelt = [-pixel if tile.matrix_set.mirrored else pixel, -pixel]
    found.wcs.crpix = [SIDE / 2 + 0.5, 90 / pixel - tile.row * SIDE + 0.5]
    return found


def tile_at(place: SkyCoord, levels: int, *, mirrored: bool = True) -> SkyTile:
    matrix_set = sky_set(levels, SIDE, mirrored=mirrored)
    matrix = matrix_set.matrices[-1]
    longitude = float(place.ra.wrap_at("180d").deg) * (-1 if mirrored else 1)
    span = matrix.pixel * SIDE
    column, row = int((longitude + 180) // span), int((90 - place.dec.deg) // span)
    return SkyTile(matrix_set, matrix, column, row)


def values(get: Any, identifier: str, tile: SkyTile) -> np.ndarray:
    async def ask() -> np.ndarray:
        subject = await get.service.subject(identifier, View())
        return (await Charts(get.service).values(subject, tile))[0]

    return get.run(ask())


def compare(serve: Any, folder: Path, cards: fits.Header, shape: tuple[int, int]) -> None:
    """Look at the columns and rows of an image through tiles, where reproject sees them too."""
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    for name, field in (("x", columns), ("y", rows)):
        fits.PrimaryHDU(field, cards).writeto(folder / f"{name}.fits")
    get = serve(folder)
    wcs = WCS(fits.getheader(folder / "x.fits"))
    parts = np.array([0.5, 0.3, 0.1, 0.7, 0.9])
    spread = wcs.pixel_to_world(shape[1] * parts, shape[0] * parts[[0, 1, 4, 3, 2]]).icrs
    places = spread[np.isfinite(spread.ra.deg)][:2]
    scale = float(np.sqrt(abs(np.linalg.det(wcs.pixel_scale_matrix))))
    levels = max(int(np.ceil(np.log2(180 / SIDE / scale))), 0) + 2
    for place, mirrored in zip(places, (True, False), strict=False):
        check_places(get, tile_at(place, levels, mirrored=mirrored), wcs, (columns, rows))


def check_places(get: Any, tile: SkyTile, wcs: WCS, fields: tuple[np.ndarray, ...]) -> None:
    height, width = fields[0].shape
    there = np.stack(
        [
            reproject_interp((field, wcs), target(tile), (SIDE, SIDE), return_footprint=False)
            for field in fields
        ]
    )
    found = np.stack([values(get, name, tile) for name in ("x.fits", "y.fits")])
    both = np.isfinite(there).all(axis=0) & np.isfinite(found).all(axis=0)
    assert both.any()
    # Values are interpolated between centers, so that there is no telling beyond the outermost.
    both &= (there >= 0.1).all(axis=0)
    both &= (there[0] <= width - 1.1) & (there[1] <= height - 1.1)
    assert np.hypot(*(found - there)[:, both]).max() <= 0.1
    # Transparent is what lies outside, and nothing else.
    u, v = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    place = target(tile).pixel_to_world(u, v)
    x, y = wcs.world_to_pixel(place.transform_to(wcs.pixel_to_world(width / 2, height / 2).frame))
    depth = np.minimum.reduce([x + 0.5, y + 0.5, width - 0.5 - x, height - 0.5 - y])
    shown = np.isfinite(found[0])
    assert np.all(shown[depth > 0.1])
    assert not np.any(shown[depth < -0.1])


@pytest.mark.parametrize("name", GENERATED)
def test_places_of_generated_images(name: str, serve: Any, tmp_path: Path) -> None:
    compare(serve, tmp_path, GENERATED[name], (HEIGHT, WIDTH))


@pytest.mark.parametrize("name", REAL)
@pytest.mark.filterwarnings("ignore")  # astropy's, about headers of the archives
def test_places_of_real_images(name: str, serve: Any, data_dir: Path, tmp_path: Path) -> None:
    with fits.open(data_dir / name) as hdus:
        hdu = next(each for each in hdus if each.is_image and each.header["NAXIS"] >= 2)
        cards, shape = hdu.header, hdu.shape[-2:]
    for keyword in ("BSCALE", "BZERO", "BLANK"):
        cards.remove(keyword, ignore_missing=True)
    compare(serve, tmp_path, cards, shape)


@pytest.mark.filterwarnings("ignore")  # astropy's, about headers of the archives
def test_chips_of_a_mosaic(serve: Any, data_dir: Path, tmp_path: Path) -> None:
    name = "made8_mosaic.fits.gz"
    (tmp_path / name).write_bytes((data_dir / "mosaic" / name).read_bytes())
    get = serve(tmp_path)
    with fits.open(tmp_path / name) as hdus:
        chips = [(hdu.data.astype(float), hdu.header) for hdu in hdus[1:]]
    compared = 0
    for data, cards in chips:
        wcs = WCS(cards)
        tile = tile_at(wcs.pixel_to_world(400, 700).icrs, 15)
        left, right, bottom, top = (
            int(number) for number in cards["DATASEC"].strip("[]").replace(":", ",").split(",")
        )
        chip = np.full(data.shape, np.nan)
        chip[bottom - 1 : top, left - 1 : right] = data[bottom - 1 : top, left - 1 : right]
        there = reproject_interp((chip, wcs), target(tile), (SIDE, SIDE), return_footprint=False)
        found = values(get, name, tile)
        both = np.isfinite(there) & np.isfinite(found)
        steps = np.abs([np.gradient(there, axis=0), np.gradient(there, axis=1)]).max(axis=0)
        allowed = 0.1 * np.nan_to_num(steps) * 2 + 1
        assert np.mean(np.abs(found - there)[both] <= allowed[both]) > 0.99
        compared += both.sum()
    assert compared > 8 * SIDE**2 / 2


def picture(get: Any, layer: str, tile: SkyTile, **params: str) -> np.ndarray:
    matrix_set = tile.matrix_set.identifier
    path = f"/wmts/1.0.0/{layer}/default/{matrix_set}/{tile.matrix.zoom}/{tile.row}/{tile.column}"
    response = get(f"{path}.png", **params)
    assert response.status_code == 200, response.text
    return np.asarray(Image.open(io.BytesIO(response.content)).convert("RGBA"))


LINEAR = {"limits": "0,255", "stretch": "linear", "cmap": "gray"}


def centroids(gray: np.ndarray, tile: SkyTile) -> np.ndarray:
    """Brightness-weighted places of the stars in a tile, continuous from its top left corner."""
    found = []
    bright = np.clip(gray.astype(float) - 14, 0, None)
    for x, y in zip(*target(tile).world_to_pixel(STARS), strict=True):
        if not (16 < x < SIDE - 16 and 16 < y < SIDE - 16):
            continue
        column, row = round(float(x)), round(float(y))
        cut = bright[row - 15 : row + 16, column - 15 : column + 16]
        rows, columns = np.mgrid[row - 15 : row + 16, column - 15 : column + 16]
        found.append(((cut * columns).sum() / cut.sum() - x, (cut * rows).sum() / cut.sum() - y))
    return np.array(found)


def sky_levels(get: Any, layer: str) -> int:
    document = get("/wmts", service="WMTS", request="GetCapabilities").content
    root = ET.fromstring(document)  # noqa: S314 - of our own making
    space = {"w": "http://www.opengis.net/wmts/1.0", "o": "http://www.opengis.net/ows/1.1"}
    for element in root.iterfind(".//w:Layer", space):
        if element.findtext("o:Identifier", namespaces=space) == layer:
            names = [each.text or "" for each in element.iterfind(".//w:TileMatrixSet", space)]
            return int(next(name for name in names if name.startswith("sky-")).split("-")[-1])
    raise AssertionError(f"no layer {layer}")


def test_stars_of_both_frames_lie_on_top_of_each_other(get: Any) -> None:
    seen = 0
    for name in ("equatorial.fits", "galactic.fits"):
        for place in (SkyCoord(83.81, -5.41, unit="deg"), SkyCoord(83.84, -5.40, unit="deg")):
            tile = tile_at(place, sky_levels(get, name))
            offsets = centroids(picture(get, name, tile, **LINEAR)[..., 0], tile)
            seen += len(offsets)
            if len(offsets):
                assert np.hypot(*offsets.T).max() <= 0.1
    assert seen >= 4


def test_other_directions_are_out_of_limits(get: Any) -> None:
    tile = tile_at(SkyCoord(263, 5, unit="deg"), sky_levels(get, "equatorial.fits"))
    params = {
        "service": "WMTS", "request": "GetTile", "version": "1.0.0", "layer": "equatorial.fits",
        "style": "default", "format": "image/png", "TileMatrixSet": tile.matrix_set.identifier,
        "TileMatrix": str(tile.matrix.zoom), "TileRow": str(tile.row), "TileCol": str(tile.column),
    }  # fmt: skip
    response = get("/wmts", **params)
    assert response.status_code == 400
    assert "TileOutOfRange" in response.text
    missing = get("/wmts", **params | {"layer": "nowhere.fits"})
    assert 'locator="TileMatrixSet"' in missing.text


def test_conditional_requests(get: Any) -> None:
    tile = tile_at(SkyCoord(83.81, -5.41, unit="deg"), sky_levels(get, "equatorial.fits"))
    place = f"{tile.matrix_set.identifier}/{tile.matrix.zoom}/{tile.row}/{tile.column}"
    path = f"/wmts/1.0.0/equatorial.fits/default/{place}"
    tags = {
        get(f"{path}.png").headers["etag"],
        get(f"{path}.jpg").headers["etag"],
        get(f"{path}.png", cmap="viridis").headers["etag"],
    }
    assert len(tags) == 3
    assert get(f"{path}.png").headers["etag"] in tags


def test_feature_info_tells_the_pixel_under_the_pointer(get: Any, root: Path) -> None:
    with fits.open(root / "galactic.fits") as hdus:
        data, wcs = hdus[0].data, WCS(hdus[0].header)
    tile = tile_at(STARS[0], sky_levels(get, "galactic.fits"))
    u, v = (round(float(each)) for each in target(tile).world_to_pixel(STARS[0]))
    place = f"{tile.matrix_set.identifier}/{tile.matrix.zoom}/{tile.row}/{tile.column}/{v}/{u}"
    found = get(f"/wmts/1.0.0/galactic.fits/default/{place}.json").json()
    x, y = wcs.world_to_pixel(target(tile).pixel_to_world(u, v))
    column, row = round(float(x)), round(float(y))
    assert (found["x"], found["y"]) == (column, HEIGHT - 1 - row)
    assert found["values"][0]["value"] == data[row, column]
    sky = wcs.pixel_to_world(column, row)
    assert (found["world"]["lon"], found["world"]["lat"]) == pytest.approx((sky.l.deg, sky.b.deg))
    assert found["world"]["frame"] == "galactic"


def test_mosaic_shows_the_first_image_that_has_a_value(get: Any) -> None:
    tile = tile_at(SkyCoord(83.81, -5.41, unit="deg"), sky_levels(get, "mosaic"))
    mosaic = picture(get, "mosaic", tile)
    alone = picture(get, "equatorial.fits", tile, **LINEAR)
    half = picture(get, "half.fits", tile, **LINEAR)
    np.testing.assert_array_equal(mosaic[..., 3], alone[..., 3])
    shown = alone[..., 3] > 0
    # The images are alike but for what half of them lacks.
    difference = mosaic[shown].astype(int) - alone[shown]
    assert np.abs(difference).max() <= 1
    assert 0 < half[shown][:, 3].mean() < 255


def test_mosaic_tells_the_value_that_it_shows(get: Any) -> None:
    tile = tile_at(STARS[0], sky_levels(get, "mosaic"))
    u, v = (round(float(each)) for each in target(tile).world_to_pixel(STARS[0]))
    place = f"{tile.matrix_set.identifier}/{tile.matrix.zoom}/{tile.row}/{tile.column}"
    found = get(f"/wmts/1.0.0/mosaic/default/{place}/{v}/{u}.json").json()
    assert found["layer"] == "mosaic"
    assert found["values"][0]["value"] > 150
    wrong = get(f"/wmts/1.0.0/mosaic/negative/{place}.png")
    assert wrong.status_code == 404
    assert 'locator="Style"' in wrong.text


def test_right_ascension_as_longitude(serve: Any, root: Path) -> None:
    get = serve(root, sky_longitude="right_ascension")
    tile = tile_at(STARS[0], sky_levels(get, "equatorial.fits"), mirrored=False)
    assert tile.matrix_set.identifier.startswith("sky-ra-")
    offsets = centroids(picture(get, "equatorial.fits", tile, **LINEAR)[..., 0], tile)
    assert np.hypot(*offsets.T).max() <= 0.1
    # Without the setting there is no mosaic.
    assert get("/wmts/1.0.0/mosaic/default/sky-ra-12/0/0/0.png").status_code == 404


def test_mosaic_that_makes_no_sense(serve: Any, root: Path) -> None:
    with pytest.raises(SettingsError, match=r"wmts\.mosaic.*stretch"):
        serve(root, mosaic=("*.fits;stretch=loud",))


def test_mosaic_without_images_is_no_layer(serve: Any, root: Path) -> None:
    get = serve(root, mosaic=("nowhere.fits", "absent/*"))
    document = get("/wmts", service="WMTS", request="GetCapabilities").text
    assert "<ows:Identifier>mosaic<" not in document
    assert get("/wmts/1.0.0/mosaic/default/sky-12/0/0/0.png").status_code == 404


def test_overview_before_the_pyramid_is_there(
    serve: Any, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ProvisionalPyramid, "suits", lambda _: True)
    monkeypatch.setattr("celestile.service.pyramids._PATIENCE", 0.0)
    get = serve(root)
    coarse = sky_levels(get, "equatorial.fits") - 2
    tile = tile_at(SkyCoord(83.81, -5.41, unit="deg"), coarse)
    place = f"sky-{coarse + 2}/{tile.matrix.zoom}/{tile.row}/{tile.column}.png"
    path = f"/wmts/1.0.0/equatorial.fits/default/{place}?limits=0,255&stretch=linear"
    first = get(path)
    assert first.headers["cache-control"] == "no-store"
    assert "etag" not in first.headers
    monkeypatch.setattr("celestile.service.pyramids._PATIENCE", 60.0)
    second = get(path)
    assert "etag" in second.headers
    seen, final = (
        np.asarray(Image.open(io.BytesIO(each.content)).convert("RGBA")).astype(int)
        for each in (first, second)
    )
    np.testing.assert_array_equal(seen[..., 3], final[..., 3])
    assert np.abs(seen - final).mean() < 3


# GDAL and QGIS take the width of a raster from its box, which a client reads as least and greatest
# longitude: an image across longitude 180 must not take the whole circle.
@pytest.mark.parametrize("longitude", ["mirrored", "right_ascension"])
@pytest.mark.parametrize("ascension", [180.0, 179.99, 180.01])
def test_images_across_longitude_180(
    serve: Any, tmp_path: Path, ascension: float, longitude: str
) -> None:
    cards = header("TAN", ascension, 20.0, 2e-4)
    values = np.random.default_rng(1).normal(size=(HEIGHT, WIDTH)).astype(np.float32)
    fits.PrimaryHDU(values, cards).writeto(tmp_path / "edge.fits")
    get = serve(tmp_path, sky_longitude=longitude)
    query = {"service": "WMTS", "request": "GetCapabilities", "layer": "edge.fits"}
    root = ET.fromstring(get("/wmts", **query).content)  # noqa: S314 - our own
    layer = root.find("{*}Contents/{*}Layer")
    assert layer is not None
    corners = WCS(cards).calc_footprint(axes=(WIDTH, HEIGHT))
    extent = np.ptp(corners[:, 0])
    for box in (layer.find("{*}WGS84BoundingBox"), layer.findall("{*}BoundingBox")[1]):
        assert box is not None
        west, east = (float(box.findtext(f"{{*}}{end}Corner", "").split()[0]) for end in ENDS)
        assert 0 <= west < 180 < east <= 360
        assert east - west == pytest.approx(extent, rel=0.05)
    link = layer.findall("{*}TileMatrixSetLink")[1]
    name = link.findtext("{*}TileMatrixSet", "")
    limits = link.findall("{*}TileMatrixSetLimits/{*}TileMatrixLimits")[-1]
    matrix, row, _, first, last = (child.text or "" for child in limits)
    columns = 2 << int(matrix)
    assert int(last) - int(first) <= 3
    # The tiles are those of the grid from -180 to 180, where that image is at both ends.
    address = f"/wmts/1.0.0/edge.fits/default/{{}}/{matrix}/{row}/{{}}.png"
    other = name.replace("-360", "")
    shown = []
    for column in range(int(first), int(last) + 1):
        found = get(address.format(name, column))
        twin = get(address.format(other, (column + columns // 2) % columns))
        assert (found.status_code, twin.status_code) == (200, 200)
        assert found.headers["etag"] == twin.headers["etag"]
        shown.append(
            np.asarray(Image.open(io.BytesIO(found.content)).convert("RGBA"))[..., 3].max()
        )
    assert set(shown) == {255}
