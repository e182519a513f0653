"""The sky document, read as a client would from its description alone, against astropy.

The viewer's own reading of it, all projections and the way back are in `test_wcs_viewer`.
"""

import bz2
import gzip
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.sky import grid as sky_grid
from celestile.pixels.sky.sky import Sky

Floats = NDArray[np.float64]

FILES = [
    ("wcs/1904-66_ARC.fits", 0),
    ("wcs/1904-66_STG.fits", 0),
    ("wcs/1904-66_TAN.fits", 0),
    ("wcs/1904-66_ZEA.fits", 0),
    ("wcs/allWISE_W3_cutout.fits", 0),
    ("wcs/allsky_rosat_AIT.fits", 0),
    ("wcs/dss_midas_wcstest.fits", 0),
    ("wcs/drao_allsky_CAR.fits.gz", 0),
    ("wcs/hips_Npix_HPX.fits", 0),
    ("wcs/sip_pole.fits", 0),
    ("wcs/sipsample.fits", 0),
    ("wcs/spitzer_glimpse_CAR.fits", 0),
    ("wcs/stereo_hi_AZP.fts", 0),
    ("wcs/tanflip_DEC_first.fits", 0),
    ("wcs/tanpv.fits", 0),
    ("wcs/tnx.fits", 0),
    ("blink/a478hst-cutout.fits.gz", 2),
    ("blink/bolocam_gc.fits", 0),
    ("color_2mass_gc/gc_2mass_k.fits", 0),
    ("color_decam_grz/c4d_181214_050844_ooi_g_ls9.S9.fits", 1),
    ("color_sdss/reprojected_sdss_r.fits.bz2", 0),
    ("cube/casa_noise_4d.fits", 0),
    ("cube/muse_a478_minicube.fits.gz", 1),
    ("cube/region5_hcn.fits", 0),
    ("image/ESO479-G1_r.fits", 0),
    ("image/acs_hrc_47tuc.fits.gz", 1),
    ("image/chandra_m101_region.fits", 0),
    ("mosaic/acs_test.fits.gz", 1),
    ("mosaic/ctio_mosaic2_tpv.fits", 0),
    ("mosaic/wfpc2_mef.fits.gz", 1),
    ("pix/aia171_i32_bscale.fits", 0),
    ("pix/comp.fits", 1),
    ("pix/m13_rice.fits", 1),
    ("bad/badfitskeys.fits.gz", 0),
]
OFF_THE_SKY = [
    ("pix/eso_suite_tst0001.fits", 0),
    ("pix/eso_suite_tst0003.fits", 0),
    ("pix/eso_suite_tst0013.fits", 0),
    ("color_irac/irac_ch1_flight.fits", 0),
    ("bad/truncated_solis.fts", 0),
    ("time/soho_eit/efz20040301.000010_s.fits", 0),
]


class GridReader:
    """Interpolates one grid of a sky document with 4 by 4 nodes."""

    def __init__(self, grid: dict[str, Any]) -> None:
        self.grid = grid
        self.nx, self.ny = grid["nx"], grid["ny"]
        flat = np.array([np.nan if v is None else v for v in grid["vectors"]], dtype=float)
        self.vectors = flat.reshape(self.ny, self.nx, 3)
        valid = np.array([c == "1" for c in grid["valid"]])
        self.valid = valid.reshape(self.ny - 1, self.nx - 1)

    def cells(self, x: Floats, y: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        i = np.floor((x - self.grid["x0"]) / self.grid["dx"]).astype(int)
        j = np.floor((y - self.grid["y0"]) / self.grid["dy"]).astype(int)
        return np.clip(i, 0, self.nx - 2), np.clip(j, 0, self.ny - 2)

    def is_valid(self, x: Floats, y: Floats) -> NDArray[np.bool_]:
        i, j = self.cells(x, y)
        return self.valid[j, i]

    def __call__(self, x: Floats, y: Floats) -> Floats:
        i, j = self.cells(x, y)
        first_i, first_j = np.clip(i - 1, 0, self.nx - 4), np.clip(j - 1, 0, self.ny - 4)
        u = (x - self.grid["x0"]) / self.grid["dx"] - first_i
        v = (y - self.grid["y0"]) / self.grid["dy"] - first_j
        total = np.zeros((*np.shape(x), 3))
        for row, down in enumerate(_lagrange(v)):
            for column, across in enumerate(_lagrange(u)):
                total += (down * across)[..., None] * self.vectors[first_j + row, first_i + column]
        return total / np.linalg.norm(total, axis=-1, keepdims=True)


def _lagrange(t: Floats) -> list[Floats]:
    """Weights of nodes 0, 1, 2, 3 at place t."""
    return [
        -(t - 1) * (t - 2) * (t - 3) / 6,
        t * (t - 2) * (t - 3) / 2,
        -t * (t - 1) * (t - 3) / 2,
        t * (t - 1) * (t - 2) / 6,
    ]


def unit(wcs: Any, x: Floats, y: Floats) -> Floats:
    """Unit vectors of FITS pixels."""
    world = wcs.all_pix2world(x, y, 1)
    lon, lat = np.deg2rad(world[wcs.wcs.lng]), np.deg2rad(world[wcs.wcs.lat])
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def pixel_size(wcs: Any, x: Floats, y: Floats) -> Floats:
    """Square root of a pixel's solid angle, in radians."""
    h = 0.01
    a = (unit(wcs, x + h, y) - unit(wcs, x - h, y)) / (2 * h)
    b = (unit(wcs, x, y + h) - unit(wcs, x, y - h)) / (2 * h)
    size: Floats = np.sqrt(np.linalg.norm(np.cross(a, b), axis=-1))
    return size


def open_fits(data_dir: Path, name: str) -> Any:
    path = data_dir / name
    if not path.exists():
        pytest.skip(f"{name} is not among the data files")
    opener = {".gz": gzip.open, ".bz2": bz2.open}.get(path.suffix)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        hdulist = fits.open(opener(path) if opener else path)
        assert len(hdulist) > 0  # reads all headers, with what is to be said about them
    return hdulist


def check(sky: Sky, wcs: Any, width: int, height: int) -> float:
    """Compare a sky with astropy at random places; the share of the sky that is interpolated."""
    random = np.random.default_rng(width * height)
    x, y = random.uniform(0, width, 20_000), random.uniform(0, height, 20_000)
    fits_x, fits_y = x + 0.5, height + 0.5 - y
    truth = unit(wcs, fits_x, fits_y)
    lon, lat = (np.deg2rad(angle) for angle in sky.world_array(x, y))
    ours = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)
    on_sky = np.isfinite(truth[:, 0])
    assert ours[on_sky] == pytest.approx(truth[on_sky], abs=1e-12)

    document = sky.document()
    (grid,) = document["grids"]
    assert grid["region"] == [0, 0, width, height]
    reader = GridReader(grid)
    valid = reader.is_valid(x, y)
    assert np.isfinite(ours[valid]).all(), "a valid cell holds pixels that are off the sky"
    there = valid & on_sky
    with np.errstate(invalid="ignore"):
        error = np.linalg.norm(reader(x, y) - truth, axis=-1) / pixel_size(wcs, fits_x, fits_y)
    assert np.nanmax(error[there], initial=0) <= sky_grid.TOLERANCE
    return float(valid.sum() / max(1, np.isfinite(ours[:, 0]).sum()))


@pytest.mark.parametrize(("name", "hdu"), FILES, ids=[name for name, _ in FILES])
def test_grids_of_real_files_are_exact_where_they_say_so(
    data_dir: Path, name: str, hdu: int
) -> None:
    with open_fits(data_dir, name) as hdulist:
        header = hdulist[hdu].header
        width, height = header["NAXIS1"], header["NAXIS2"]
        sky = Sky.from_header(header, width, height, hdulist=hdulist)
        assert sky.reason is None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            wcs = WCS(header).celestial
        share = check(sky, wcs, width, height)
    all_sky = {"allsky_rosat_AIT.fits": 0.8, "drao_allsky_CAR.fits.gz": 0.96, "hips": 0.4}
    expected = next((v for k, v in all_sky.items() if k in name), 1.0)
    assert share >= expected


@pytest.mark.parametrize(("name", "hdu"), OFF_THE_SKY, ids=[name for name, _ in OFF_THE_SKY])
def test_real_files_without_a_sky_say_why(data_dir: Path, name: str, hdu: int) -> None:
    with open_fits(data_dir, name) as hdulist:
        header = hdulist[hdu].header
        document = Sky.from_header(header, header["NAXIS1"], header["NAXIS2"]).document()
    assert document["grids"] == []
    assert "no sky coordinates" in document["reason"]


def test_a_fold_makes_the_cells_around_it_invalid() -> None:
    def folded(x: Floats, y: Floats) -> Floats:
        # Pixels of a milliradian, and a kink of slope along x = 50.3.
        lon, lat = np.where(x > 50.3, 50.3 + 2 * (x - 50.3), x) / 1000, y / 1000
        return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], -1)

    grid = sky_grid.sample(folded, Region(0, 0, 100, 100))
    cell = 100 / grid.valid.shape[1]
    middle = int(50.3 / cell)
    assert not grid.valid[:, middle - 1 : middle + 2].any()
    assert grid.valid[:, 5].all()
    assert grid.valid.shape == (66, 66)


def test_an_easy_field_keeps_a_coarse_grid() -> None:
    header = fits.Header()
    header["CTYPE1"], header["CTYPE2"] = "RA---TAN", "DEC--TAN"
    header["CDELT1"], header["CDELT2"] = -1e-4, 1e-4
    (grid,) = Sky.from_header(header, 2048, 1024).document()["grids"]
    assert (grid["nx"], grid["ny"]) == (19, 10)
    assert grid["x0"] + (grid["nx"] - 1) * grid["dx"] == pytest.approx(2048)
    assert grid["y0"] + (grid["ny"] - 1) * grid["dy"] == pytest.approx(1024)
    assert grid["valid"] == "1" * (18 * 9)
