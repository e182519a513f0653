"""Values beyond the range of float32 are drawn and measured as if a power of ten were taken out."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, Settings
from celestile.settings.images import ChannelSettings, ImageSettings

HEIGHT, WIDTH = 120, 150
Y, X = np.mgrid[:HEIGHT, :WIDTH]
NOISE = np.random.default_rng(29).normal(0, 1, X.shape)
SOURCE = np.exp(-((X - 70) ** 2 + (Y - 60) ** 2) / 2 / 15**2) + 0.01 * NOISE
SIZES = (1e39, -1e39, 1e45, 1e300, 1e-46, 1e-300)
VIEWS = ("", "limits=minmax&stretch=linear", "limits=zscale&stretch=asinh:0.1", "stretch=histeq")


def _client(folder: Path, **files: fits.HDUList) -> TestClient:
    (folder / "root").mkdir()
    for name, hdus in files.items():
        hdus.writeto(folder / "root" / f"{name}.fits")
    data, cache = DataSettings(root=folder / "root"), CacheSettings(directory=folder / "cache")
    return TestClient(create_app(Settings(data=data, cache=cache)))


def _file(values: Any, **cards: Any) -> fits.HDUList:
    hdu = fits.PrimaryHDU(values)
    hdu.header.update(cards)
    return fits.HDUList([hdu])


def _picture(client: TestClient, name: str, query: str, size: str = "max") -> Any:
    body = client.get(f"/iiif/3/{name}.fits/full/{size}/0/default.png?{query}")
    assert body.status_code == 200
    return np.asarray(Image.open(io.BytesIO(body.content)).convert("L")).astype(int)


@pytest.mark.parametrize("size", ["max", "75,60"])
@pytest.mark.parametrize("factor", SIZES)
def test_pictures_are_those_of_the_values_divided(factor: float, size: str, tmp_path: Path) -> None:
    ordinary = SOURCE * np.sign(factor)
    with _client(tmp_path, far=_file(SOURCE * factor), near=_file(ordinary)) as client:
        for view in VIEWS:
            far, near = (_picture(client, name, view, size) for name in ("far", "near"))
            assert np.unique(far).size > 40
            assert np.abs(far - near).max() <= 1


@pytest.mark.parametrize("factor", SIZES)
def test_statistics_are_those_of_numpy(factor: float, tmp_path: Path) -> None:
    values = (SOURCE * factor).astype(np.longdouble)  # whose squares do not overflow
    with _client(tmp_path, a=_file(SOURCE * factor)) as client:
        (found,) = client.get("/api/images/a.fits/statistics").json()["planes"]
        for key in ("min", "max", "mean", "median", "std"):
            expected = float(getattr(np, key)(values))
            assert found[key] == pytest.approx(expected, rel=1e-6, abs=1e-9 * abs(factor))
        assert sum(found["histogram"]["counts"]) > 0.8 * values.size
        query = "x=60&y=50&width=21&height=21"
        (part,) = client.get(f"/api/images/a.fits/region?{query}").json()["planes"]
        box = values[HEIGHT - 71 : HEIGHT - 50, 60:81]
        assert part["max"] == pytest.approx(float(box.max()), rel=1e-6)
        assert part["mean"] == pytest.approx(float(box.mean()), rel=1e-6)


@pytest.mark.parametrize("factor", SIZES)
def test_values_are_exact_and_profiles_physical(factor: float, tmp_path: Path) -> None:
    values = SOURCE * factor
    with _client(tmp_path, a=_file(values)) as client:
        found = client.get("/api/images/a.fits/value?x=5&y=7").json()["values"][0]["value"]
        assert found == values[HEIGHT - 1 - 7, 5]
        line = client.get("/api/images/a.fits/profile?x1=0.5&y1=60.5&x2=149.5&y2=60.5").json()
        row = values[HEIGHT - 1 - 60]
        np.testing.assert_allclose(line["profiles"][0]["values"], row, rtol=1e-6)


def test_integers_with_a_large_step_are_scaled(tmp_path: Path) -> None:
    counts = np.round(1000 * SOURCE).astype(np.int16)
    far, near = _file(counts, BSCALE=1e42, BZERO=0.0), _file(counts)
    with _client(tmp_path, far=far, near=near) as client:
        assert np.abs(_picture(client, "far", "") - _picture(client, "near", "")).max() <= 1
        (found,) = client.get("/api/images/far.fits/statistics").json()["planes"]
        assert found["max"] == pytest.approx(1e42 * counts.max(), rel=1e-6)


@pytest.mark.parametrize("collapse", ["mean", "sum", "max", "median"])
def test_collapsed_cubes_are_scaled(collapse: str, tmp_path: Path) -> None:
    cube = np.stack([SOURCE, 2 * SOURCE, 4 * SOURCE, 0.5 * SOURCE])
    files = {"far": _file(cube * 1e45), "near": _file(cube)}
    view = f"channel=1-4&collapse={collapse}"
    with _client(tmp_path, **files) as client:
        assert np.abs(_picture(client, "far", view) - _picture(client, "near", view)).max() <= 1
        found = client.get(f"/api/images/far.fits/value?x=70&y=59&{view}").json()["values"]
        expected = getattr(np, collapse)(cube, axis=0)[HEIGHT - 1 - 59, 70] * 1e45
        assert found[0]["value"] == pytest.approx(expected, rel=1e-6)


def test_a_marker_of_missing_pixels_does_not_set_the_scale(tmp_path: Path) -> None:
    marked = SOURCE.copy()
    marked[:10] = -np.finfo(np.float64).max
    blank = SOURCE.copy()
    blank[:10] = np.nan
    with _client(tmp_path, a=_file(marked), b=_file(blank)) as client:
        (one,), (other,) = (
            client.get(f"/api/images/{name}.fits/statistics").json()["planes"] for name in "ab"
        )
        assert one["max"] == other["max"]
        assert one["median"] == other["median"]


def test_tiles_of_values_are_physical(tmp_path: Path) -> None:
    sky = {
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 75.0, "CRPIX2": 60.0,
        "CRVAL1": 45.0, "CRVAL2": 0.1, "CDELT1": -0.1, "CDELT2": 0.1,
    }  # fmt: skip
    with _client(tmp_path, a=_file(SOURCE * 1e45, **sky)) as client:
        tile = client.get("/hips/a.fits/Norder3/Dir0/Npix0.fits")
        listing = client.get("/hips/a.fits/properties").text
    assert "1.0" in listing.split("hips_data_range")[1].splitlines()[0]
    assert "hips_pixel_bitpix    = -64" in listing
    assert "e+45" in listing.split("hips_data_range")[1].splitlines()[0]
    with fits.open(io.BytesIO(tile.content)) as hdus:
        assert 1e42 < np.nanmax(hdus[0].data) < 1.1e45


SKY = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 75.0, "CRPIX2": 60.0,
    "CRVAL1": 45.0, "CRVAL2": 0.1, "CDELT1": -0.1, "CDELT2": 0.1,
}  # fmt: skip


def _chip(values: Any, name: str, **cards: Any) -> fits.ImageHDU:
    hdu = fits.ImageHDU(values, name=name)
    hdu.header.update({**SKY, **cards})
    return hdu


def _detector(factor: float) -> fits.HDUList:
    left = _chip(SOURCE[:, :70] * factor, "CCD1", DETSEC="[1:70,1:120]")
    right = _chip(SOURCE[:, 70:] * factor, "CCD2", DETSEC="[71:150,1:120]")
    return fits.HDUList([fits.PrimaryHDU(), left, right])


def _tilted(factor: float) -> fits.HDUList:
    turn = {"PC1_1": 0.96, "PC1_2": -0.28, "PC2_1": 0.28, "PC2_2": 0.96}
    one = _chip(SOURCE * factor, "CCD1")
    other = _chip(2 * SOURCE[::-1] * factor, "CCD2", CRPIX1=-95.0, **turn)
    return fits.HDUList([fits.PrimaryHDU(), one, other])


def _dithered(factor: float) -> fits.HDUList:
    chips = [
        _chip(SOURCE * factor, "SCI", CRPIX1=75.0 + step, **{"DATE-OBS": f"2025-01-0{1 + step}"})
        for step in range(3)
    ]
    return fits.HDUList([fits.PrimaryHDU(), *chips])


@pytest.mark.parametrize(
    ("make", "view"),
    [
        (_detector, ""),
        (_tilted, ""),
        (_dithered, "frame=3"),
        (_dithered, "frame=1-3&collapse=median"),
        (_dithered, "frame=2-3&collapse=mean"),
    ],
)
@pytest.mark.parametrize("factor", [1e45, 1e-300])
def test_combined_arrays_are_scaled(make: Any, view: str, factor: float, tmp_path: Path) -> None:
    with _client(tmp_path, far=make(factor), near=make(1.0)) as client:
        for size in ("max", "40,"):
            far, near = (_picture(client, name, view, size) for name in ("far", "near"))
            assert np.unique(far).size > 40
            assert np.abs(far - near).max() <= 1
        found, expected = (
            client.get(f"/api/images/{name}.fits/statistics?{view}").json()["planes"][0]
            for name in ("far", "near")
        )
        for key in ("min", "max", "mean", "median", "std"):
            rest = {"rel": 1e-5, "abs": 1e-9 * factor}
            assert found[key] == pytest.approx(expected[key] * factor, **rest)
        measured = 0
        size = client.get("/api/images/near.fits").json()
        for part in range(1, 20):
            x, y = part * size["width"] // 20, size["height"] // 2
            at = f"value?x={x}&y={y}&{view}"
            far, near = (
                client.get(f"/api/images/{name}.fits/{at}").json()["values"][0]["value"]
                for name in ("far", "near")
            )
            assert far == (near and pytest.approx(near * factor, rel=1e-6))
            measured += near is not None
        assert measured > 1


def test_chips_matched_by_background_are_scaled(tmp_path: Path) -> None:
    root = tmp_path / "root"
    pictures, ranges = [], []
    for name, factor in (("far", 1e45), ("near", 1.0)):
        hdus = _detector(factor)
        hdus[2].data = hdus[2].data + 3 * factor
        root.mkdir(exist_ok=True)
        hdus.writeto(root / f"{name}.fits")
    images = tuple(
        ImageSettings(identifier=name, file=root / f"{name}.fits", match="background")
        for name in ("far", "near")
    )
    cache = CacheSettings(directory=tmp_path / "cache")
    with TestClient(create_app(Settings(images=tuple(images), cache=cache))) as client:
        for name in ("far", "near"):
            body = client.get(f"/iiif/3/{name}/full/max/0/default.png?stretch=linear").content
            pictures.append(np.asarray(Image.open(io.BytesIO(body)).convert("L")).astype(int))
            (plane,) = client.get(f"/api/images/{name}/statistics").json()["planes"]
            ranges.append(plane["max"] - plane["min"])
    assert np.unique(pictures[0]).size > 40
    assert np.abs(pictures[0] - pictures[1]).max() <= 1
    assert ranges[0] == pytest.approx(1e45 * ranges[1], rel=1e-5)
    assert ranges[1] < 2.5


def test_band_sets_are_scaled(tmp_path: Path) -> None:
    images = []
    for name, factor in (("far", 1e45), ("near", 1.0)):
        bands = []
        for band, step in (("g", 0.0), ("r", 3.5), ("z", -2.0)):
            path = tmp_path / f"{name}-{band}.fits"
            _file(SOURCE * factor, **{**SKY, "CRPIX1": 75.0 + step}).writeto(path)
            bands.append(ChannelSettings(name=band, file=path))
        images.append(ImageSettings(identifier=name, channels=tuple(bands)))
    cache = CacheSettings(directory=tmp_path / "cache")
    with TestClient(create_app(Settings(images=tuple(images), cache=cache))) as client:
        pictures = []
        for name in ("far", "near"):
            body = client.get(f"/iiif/3/{name}/full/max/0/default.png").content
            pictures.append(np.asarray(Image.open(io.BytesIO(body)).convert("RGB")).astype(int))
        far, near = (
            client.get(f"/api/images/{name}/statistics").json()["planes"]
            for name in ("far", "near")
        )
    assert np.abs(pictures[0] - pictures[1]).max() <= 1
    assert np.unique(pictures[0]).size > 40
    assert len(far) == len(near) == 3
    for one, other in zip(far, near, strict=True):
        for key in ("max", "median", "std"):
            assert one[key] == pytest.approx(1e45 * other[key], rel=1e-5)


def test_values_of_collapsed_doubles_are_exact(tmp_path: Path) -> None:
    cube = np.stack([SOURCE, 2 * SOURCE, 4 * SOURCE]) * 1e45
    with _client(tmp_path, a=_file(cube)) as client:
        for collapse in ("mean", "median", "max", "sum"):
            at = f"value?x=70&y=59&channel=1-3&collapse={collapse}"
            found = client.get(f"/api/images/a.fits/{at}").json()["values"][0]["value"]
            expected = getattr(np, collapse)(cube, axis=0)[HEIGHT - 1 - 59, 70]
            assert found == pytest.approx(expected, rel=1e-15)
