"""Profiles, spectra and statistics of rectangles, against numpy on the same arrays."""

import numpy as np
import pytest
from astropy.io import fits

from celestile.protocols.data.measurements import MOST_PIXELS
from celestile.settings import CacheSettings, DataSettings, Settings

RANDOM = np.random.default_rng(7)
FIELD = RANDOM.normal(100, 15, (300, 401)).astype(np.float32)
FIELD[250:260, 30:50] = np.nan
FIELD[0, 0] = np.inf
CUBE = RANDOM.normal(size=(6, 20, 30))
SHOWN = FIELD[::-1]  # row 0 at the top


@pytest.fixture(scope="module")
def get(serve, tmp_path_factory):
    folder = tmp_path_factory.mktemp("measured")
    fits.PrimaryHDU(FIELD, fits.Header([("BUNIT", "adu")])).writeto(folder / "field.fits")
    cube = fits.PrimaryHDU(CUBE, fits.Header([("CTYPE3", "FREQ")]))
    cube.writeto(folder / "cube.fits")
    packed = fits.CompImageHDU(FIELD, compression_type="GZIP_2", quantize_level=0)
    fits.HDUList([fits.PrimaryHDU(), packed]).writeto(folder / "packed.fits")
    client = serve(
        Settings(data=DataSettings(root=folder), cache=CacheSettings(directory=folder / "cache"))
    )
    return lambda name, resource: client.get(f"/api/images/{name}/{resource}")


@pytest.mark.parametrize("name", ["field.fits", "packed.fits"])
@pytest.mark.parametrize(
    "ends",
    [
        (0.5, 0.5, 400.5, 299.5),
        (400.9, 10.2, 3.3, 10.2),
        (40.5, 299.5, 40.5, 0.5),
        (7.5, 8.5, 7.5, 8.5),
        (-20, 100, 450, 180),
    ],
)
def test_a_profile_has_the_pixels_along_its_line(get, name, ends):
    found = get(name, "profile?x1={}&y1={}&x2={}&y2={}".format(*ends)).json()
    values = found["profiles"][0]["values"]
    length = np.hypot(ends[2] - ends[0], ends[3] - ends[1])
    assert found["length"] == pytest.approx(length)
    assert len(values) == np.ceil(length) + 1
    for step, value in zip(np.linspace(0, 1, len(values)), values, strict=True):
        x, y = (int(np.floor(ends[k] + step * (ends[k + 2] - ends[k]))) for k in (0, 1))
        is_inside = 0 <= x < 401 and 0 <= y < 300
        expected = float(SHOWN[y, x]) if is_inside else np.nan
        assert value == (pytest.approx(expected) if np.isfinite(expected) else None), (x, y)


@pytest.mark.parametrize("box", [(0, 0, 401, 300), (10, 20, 33, 44), (395, 290, 50, 50)])
def test_statistics_of_a_rectangle(get, box):
    x, y, width, height = box
    found = get("field.fits", f"region?x={x}&y={y}&width={width}&height={height}").json()
    part = SHOWN[y : y + height, x : x + width].astype(float)
    finite = part[np.isfinite(part)]
    plane = found["planes"][0]
    assert found["unit"] == "adu"
    assert found["region"] == [x, y, *part.shape[::-1]]
    assert (plane["pixels"], plane["valid"]) == (part.size, finite.size)
    for key in ("sum", "mean", "median", "std", "min", "max"):
        assert plane[key] == pytest.approx(getattr(np, key)(finite), rel=1e-9), key


def test_a_rectangle_without_values(get):
    plane = get("field.fits", "region?x=32&y=42&width=5&height=5").json()["planes"][0]
    assert (plane["pixels"], plane["valid"], plane["mean"]) == (25, 0, None)


def test_a_spectrum_is_a_column_of_the_cube(get):
    found = get("cube.fits", "spectrum?x=12&y=4").json()
    assert found["values"] == CUBE[:, 19 - 4, 12].tolist()


def test_each_channel_of_a_mix_is_measured(get):
    view = "mix=2:ff0000,5:00ff00"
    found = get("cube.fits", f"region?x=0&y=0&width=30&height=20&{view}").json()["planes"]
    assert [plane["channel"] for plane in found] == [2, 5]
    for plane in found:
        assert plane["mean"] == pytest.approx(CUBE[plane["channel"] - 1].mean(), rel=1e-5)


@pytest.mark.parametrize(
    ("asked", "facts"),
    [
        ("profile?x1=0&y1=0&x2=5000&y2=0", ["5000 pixels", "at most 4095"]),
        ("profile?x1=0&y1=0&x2=nan&y2=0", ["x2='nan'", "decimal number"]),
        ("region?x=0&y=0&width=0&height=1", ["width='0'", "integer of at least 1"]),
        ("region?x=401&y=0&width=1&height=1", ["x='401'", "0 to 400"]),
        ("region?x=0&y=300&width=1&height=1", ["y='300'", "0 to 299"]),
        ("spectrum?x=401&y=0", ["x='401'", "0 to 400"]),
        ("spectrum?x=1", ["'y' is missing"]),
    ],
)
def test_what_makes_no_sense_is_refused(get, asked, facts):
    response = get("field.fits", asked)
    assert response.status_code in (400, 404)
    for fact in facts:
        assert fact in response.json()["error"]


def test_an_enormous_rectangle_is_cut_to_the_image_first(get):
    side = MOST_PIXELS
    assert get("field.fits", f"region?x=0&y=0&width={side}&height={side}").status_code == 200
