"""Tiles against exact coordinates: the images hold the places of their own pixels."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy_healpix import healpix_to_lonlat, uniq_to_level_ipix
from numpy.typing import NDArray
from PIL import Image
from reproject import reproject_interp
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, Settings

WIDTH = 512
DEEPEST = {"tan.fits": 4, "car.fits": 3, "whole.fits": 3, "pole.fits": 5}


def path(order: int, cell: int, ending: str = "fits") -> str:
    return f"Norder{order}/Dir{cell // 10000 * 10000}/Npix{cell}.{ending}"


def tiles(client: TestClient, name: str, order: int) -> list[int]:
    """Tiles of an order, by the coverage map."""
    body = client.get(f"/hips/{name}/Moc.fits").content
    level, cells = uniq_to_level_ipix(fits.getdata(io.BytesIO(body), 1)["UNIQ"].astype(np.int64))
    found: set[int] = set()
    for depth, cell in zip(level.tolist(), cells.tolist(), strict=True):
        shift = 2 * (order - depth)
        found |= {cell >> -shift} if shift < 0 else set(range(cell << shift, cell + 1 << shift))
    return sorted(found)


def hdu(client: TestClient, url: str) -> fits.PrimaryHDU:
    response = client.get(url)
    assert response.status_code == 200, response.text
    with fits.open(io.BytesIO(response.content)) as opened:
        return opened[0].copy()


def exact(
    truth: Any, name: str, order: int, cell: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """FITS columns and rows from 0 of the pixels of a tile, in FITS order."""
    row, column = np.mgrid[0:WIDTH, 0:WIDTH]
    # Hipsgen, and figure 5 of HiPS 1.0: columns go to the north west, rows to the south west.
    dx, dy = 1 - (row + 0.5) / WIDTH, (column + 0.5) / WIDTH
    lon, lat = healpix_to_lonlat(np.full(dx.shape, cell), 1 << order, dx=dx, dy=dy, order="nested")
    return truth.pixels(name, SkyCoord(lon, lat, frame="icrs"))


@pytest.mark.parametrize("name", DEEPEST)
@pytest.mark.parametrize("coarser", [0, 1, 2])
def test_pixels_are_looked_up_where_they_lie(
    client: TestClient, truth: Any, name: str, coarser: int
) -> None:
    order = DEEPEST[name] - coarser
    found = tiles(client, name, order)
    compared = 0
    width, height = truth.size(name)
    for cell in found[:: max(1, len(found) // 5)]:
        x, y = exact(truth, name, order, cell)
        wanted = (x, y)
        # At the edges there is nothing beyond to be averaged.
        margin = 2 + (1 << coarser)
        inside = (x > margin) & (x < width - margin) & (y > margin) & (y < height - margin)
        for channel, place in zip((1, 2), wanted, strict=True):
            shown = hdu(client, f"/hips/{name};channel={channel}/{path(order, cell)}").data
            assert np.isfinite(shown[inside]).all()
            error = np.abs(shown - place)[inside]
            # A tenth of a pixel, of the image or of the tile.
            assert error.max(initial=0) <= 0.1 * (1 << coarser)
            compared += error.size
        # Coarse pixels count as soon as they hold some of a small image.
        far = 2 << coarser
        outside = (x < -far) | (y < -far) | (x > width + far) | (y > height + far)
        assert np.isnan(shown[outside]).all()
    assert compared > 1000


def test_tiles_come_back_to_the_image_through_reproject(client: TestClient, truth: Any) -> None:
    wcs, order = truth.wcs("tan.fits"), DEEPEST["tan.fits"]
    shape = truth.size("tan.fits")[::-1]
    back = np.full(shape, np.nan)
    for cell in tiles(client, "tan.fits", order):
        found = hdu(client, f"/hips/tan.fits/{path(order, cell)}")
        again, _ = reproject_interp(found, wcs, shape_out=shape)
        back = np.where(np.isnan(back), again, back)
    column = np.broadcast_to(np.arange(shape[1]), shape)
    inner = np.s_[3:-3, 3:-3]
    assert np.isfinite(back[inner]).mean() > 0.99  # between tiles there is nothing to interpolate
    error = np.abs(back - column)[inner]
    assert np.nanquantile(error, 0.95) < 0.01
    assert np.nanmax(error) < 0.6  # the outer half of a tile's last pixels is not interpolated


def test_a_tile_says_what_it_is(client: TestClient) -> None:
    (cell, *_) = tiles(client, "tan.fits", 3)
    header = hdu(client, f"/hips/tan.fits/{path(3, cell)}").header
    assert (header["ORDER"], header["NPIX"], header["BUNIT"]) == (3, cell, "Jy")
    assert (header["PIXTYPE"], header["ORDERING"], header["BITPIX"]) == ("HEALPIX", "NESTED", -32)


def test_pictures_have_their_first_row_at_the_top(client: TestClient) -> None:
    cell = tiles(client, "car.fits", 3)[1]
    view = "car.fits;channel=1;limits=0,240;stretch=linear"
    values = hdu(client, f"/hips/{view}/{path(3, cell)}").data[::-1]
    body = client.get(f"/hips/{view}/{path(3, cell, 'png')}").content
    picture = np.asarray(Image.open(io.BytesIO(body)).convert("RGBA"))
    known = np.isfinite(values)
    assert (picture[..., 3] == np.where(known, 255, 0)).all()
    gray = picture[..., 0][known].astype(float)
    assert np.abs(gray - values[known] * 255 / 240).max() <= 1
    jpeg = client.get(f"/hips/{view}/{path(3, cell, 'jpg')}").content
    opened = np.asarray(Image.open(io.BytesIO(jpeg)).convert("L"), float)
    assert np.median(np.abs(opened[known] - gray)) <= 2


@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_a_small_image_is_seen_at_every_order(client: TestClient, order: int) -> None:
    found = tiles(client, "pole.fits", order)
    values = [hdu(client, f"/hips/pole.fits/{path(order, cell)}").data for cell in found]
    known = np.concatenate([each[np.isfinite(each)] for each in values])
    assert known.size
    # The image is 0.51 degrees wide; each order has pixels twice as large.
    assert known.size >= (0.5 / (0.1145 / (1 << order))) ** 2 * 0.8
    if order > 1:
        assert np.mean(known) == pytest.approx(63.5, abs=3)


def test_allsky_is_made_of_small_tiles_side_by_side(client: TestClient) -> None:
    whole = hdu(client, "/hips/whole.fits/Norder3/Allsky.fits").data[::-1]
    assert whole.shape == (29 * 64, 27 * 64)  # HiPS 1.0, section 4.3.2
    for cell in (0, 26, 27, 300, 767):
        tile = hdu(client, f"/hips/whole.fits/{path(3, cell)}").data[::-1]
        row, column = divmod(cell, 27)
        small = whole[row * 64 : row * 64 + 64, column * 64 : column * 64 + 64]
        means = tile.reshape(64, 8, 64, 8).mean(axis=(1, 3))
        # Where the map is cut, means of both its ends tell nothing.
        assert np.nanmedian(np.abs(small - means)) < 0.1
    assert np.isnan(whole[28 * 64 :, 12 * 64 :]).all()


def test_a_mix_is_drawn_in_colors_and_has_no_values(client: TestClient) -> None:
    (cell, *_) = tiles(client, "tan.fits", 3)
    view = "tan.fits;mix=1:ff0000,2:00ff00;limits=0,255"
    body = client.get(f"/hips/{view}/{path(3, cell, 'png')}").content
    picture = np.asarray(Image.open(io.BytesIO(body)).convert("RGBA"))
    shown = picture[picture[..., 3] > 0]
    assert shown[:, 0].max() > 100
    assert shown[:, 1].max() > 100
    assert not shown[:, 2].any()
    assert client.get(f"/hips/{view}/{path(3, cell)}").status_code == 404


def test_a_small_image_at_a_corner_of_a_tile(tmp_path: Path) -> None:
    """The southern corner of base pixel 0 is at 45 degrees on the equator."""
    cards = {
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 30.5, "CRPIX2": 25.5,
        "CRVAL1": 45.0, "CRVAL2": 0.1, "CDELT1": -0.01, "CDELT2": 0.01,
    }  # fmt: skip
    (tmp_path / "root").mkdir()
    fits.writeto(tmp_path / "root" / "a.fits", np.full((50, 60), 7.0, "f4"), fits.Header(cards))
    data, cache = DataSettings(root=tmp_path / "root"), CacheSettings(directory=tmp_path / "cache")
    with TestClient(create_app(Settings(data=data, cache=cache))) as client:
        for order in range(4):
            values = [
                hdu(client, f"/hips/a.fits/{path(order, c)}")
                for c in tiles(client, "a.fits", order)
            ]
            known = np.concatenate([each.data[np.isfinite(each.data)] for each in values])
            assert known.size
            assert (known == 7).all()
        assert np.nanmax(hdu(client, "/hips/a.fits/Norder3/Allsky.fits").data) == 7
