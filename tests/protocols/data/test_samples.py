"""Samples against the pixels of the files, read by astropy and averaged by numpy."""

import json

import numpy as np
import pytest
from astropy.io import fits
from tests.protocols.data.test_openapi import problems

from celestile.settings import CacheSettings, DataSettings, LimitSettings, Settings

RANDOM = np.random.default_rng(11)
FIELD = RANDOM.normal(100, 3, (1300, 1024)).astype(np.float32)
FIELD[700, 500] = 1e6  # an outlier, as the core of a galaxy
FIELD[250:260, 32:48] = np.nan
FIELD[0, 0], FIELD[0, 1] = np.inf, -np.inf
CUBE = RANDOM.normal(size=(3, 20, 30))
OFFSET = 2.4e9 + RANDOM.normal(0, 1e-3, (40, 50))  # what float32 cannot tell apart
SHOWN = FIELD[::-1]


@pytest.fixture(scope="module")
def get(serve, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sampled")
    fits.PrimaryHDU(FIELD).writeto(folder / "field.fits")
    fits.PrimaryHDU(CUBE, fits.Header([("CTYPE3", "FREQ")])).writeto(folder / "cube.fits")
    fits.PrimaryHDU(OFFSET).writeto(folder / "offset.fits")
    fits.PrimaryHDU(np.full((7, 9), 4.0)).writeto(folder / "flat.fits")
    fits.PrimaryHDU(np.full((7, 9), np.nan)).writeto(folder / "empty.fits")
    client = serve(
        Settings(
            data=DataSettings(root=folder),
            cache=CacheSettings(directory=folder / "cache"),
            limits=LimitSettings(max_width=2000, max_height=1200),
        )
    )
    return lambda query, **headers: client.get(f"/api/images/{query}", **headers)


def read(body):
    """Header, codes and values of an answer, as its documentation says."""
    length = int.from_bytes(body[:4], "little")
    header = json.loads(body[4 : 4 + length])
    assert (4 + length) % 8 == 0
    assert problems("SamplesHeader", header) == []
    columns, rows = header["size"]
    codes = np.frombuffer(body, "<u2", offset=4 + length).reshape(-1, rows, columns)
    values = np.empty(codes.shape)
    for plane, code, value in zip(header["planes"], codes, values, strict=True):
        value[:] = np.interp(code, np.linspace(2, 65534, len(plane["knots"])), plane["knots"])
        for special, meaning in ((0, np.nan), (1, -np.inf), (65535, np.inf)):
            value[code == special] = meaning
    return header, values


def test_values_are_exact_to_a_fraction_of_a_gray_level(get):
    header, values = read(get("field.fits/samples?region=0,0,1024,1200&size=1024,1200").content)
    expected = SHOWN[:1200]
    assert header["region"] == [0, 0, 1024, 1200]
    assert (header["size"], header["final"]) == ([1024, 1200], True)
    shown = get("field.fits").json()["shown"]["limits"][0]
    ordinary = np.abs(expected - 100) < 30
    error = np.abs(values[0] - expected)[ordinary]
    assert error.max() < (shown["vmax"] - shown["vmin"]) / 255 / 4
    assert values[0][1299 - 700, 500] == pytest.approx(1e6, rel=1e-3)


def test_missing_and_infinite_pixels_are_marked(get):
    _, values = read(get("field.fits/samples?region=0,200,64,1100&size=64,1100").content)
    np.testing.assert_array_equal(np.isnan(values[0]), np.isnan(SHOWN[200:, :64]))
    np.testing.assert_array_equal(values[0][-1, :2], [np.inf, -np.inf])


def test_reduced_samples_are_means_as_in_tiles(get):
    _, values = read(get("field.fits/samples?region=0,0,1024,1040&size=256,260").content)
    with np.errstate(invalid="ignore"):
        blocks = SHOWN[:1040].astype(float).reshape(260, 4, 256, 4)
        expected = np.nanmean(blocks, axis=(1, 3))
    ordinary = np.abs(expected - 100) < 30
    assert ordinary.mean() > 0.99
    np.testing.assert_allclose(values[0][ordinary], expected[ordinary], atol=0.02)


def test_the_faint_end_of_other_limits_is_kept(get):
    """At limits that the answer was not made for, near and far."""
    for limits in ("0,1000000", "99.9,100.1", "1e6,2e6"):
        query = f"field.fits/samples?region=0,0,1024,1200&size=1024,1200&limits={limits}"
        _, values = read(get(query).content)
        error = np.abs(values[0] - SHOWN[:1200])[np.abs(SHOWN[:1200] - 100) < 10]
        assert error.max() < 0.02, limits  # 150 of the noise's sigma of 3


@pytest.mark.parametrize("stretch", ["linear", "histeq", "log", "asinh:0.00001"])
def test_every_stretch_has_fine_levels(get, stretch):
    query = f"field.fits/samples?region=0,0,512,512&size=512,512&stretch={stretch}&limits=90,120"
    header, values = read(get(query).content)
    assert np.abs(values[0] - SHOWN[:512, :512]).max() < 30 / 255 / 2
    ranks = header["planes"][0]["ranks"]
    finite = np.sort(FIELD[np.isfinite(FIELD)])
    below = np.searchsorted(finite, header["planes"][0]["knots"]) / finite.size
    np.testing.assert_allclose(ranks, below, atol=0.002)


def test_all_planes_of_a_mix(get):
    query = "cube.fits/samples?region=0,0,30,20&size=30,20&mix=1:ff0000,3:00ff00"
    header, values = read(get(query).content)
    assert [plane["channel"] for plane in header["planes"]] == [[1, 1], [3, 3]]
    np.testing.assert_allclose(values, CUBE[[0, 2], ::-1], atol=1e-3)


def test_values_that_single_precision_cannot_hold(get):
    _, values = read(get("offset.fits/samples?region=0,0,50,40&size=50,40").content)
    np.testing.assert_allclose(values[0], OFFSET[::-1], rtol=0, atol=2e-6)


@pytest.mark.parametrize(("name", "value"), [("flat.fits", 4.0), ("empty.fits", np.nan)])
def test_images_with_one_value_or_none(get, name, value):
    _, values = read(get(f"{name}/samples?region=0,0,9,7&size=9,7").content)
    np.testing.assert_array_equal(values[0], np.full((7, 9), value))


def test_answers_are_packed_for_those_who_can_unpack(get):
    query = "cube.fits/samples?region=0,0,30,20&size=30,20"
    plain = get(query, **{"accept-encoding": "identity, gzip;q=0"})
    packed = get(query, **{"accept-encoding": "br, gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert plain.content == packed.content  # httpx unpacks
    assert packed.headers["etag"] != plain.headers["etag"]
    again = get(query, **{"accept-encoding": "br, gzip", "if-none-match": packed.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("query", "facts"),
    [
        ("size=3,3", ("region",)),
        ("region=0,0,9,9", ("size",)),
        ("region=0,0,9&size=3,3", ("region", "4 integers")),
        ("region=a,0,9,9&size=3,3", ("region", "integer")),
        ("region=0,0,9,9&size=3", ("size", "2 integers")),
        ("region=0,0,9,9&size=10,9", ("size", "9,9")),
        ("region=0,0,9,9&size=0,9", ("size", "9,9")),
        ("region=0,0,1024,1300&size=1024,1300", ("size", "1024,1200")),
        ("region=-1,0,9,9&size=3,3", ("region", "1024 by 1300")),
        ("region=1020,0,9,9&size=3,3", ("region", "1024 by 1300")),
        ("region=0,0,0,9&size=3,3", ("region", "1024 by 1300")),
    ],
)
def test_errors_say_what_is_allowed(get, query, facts):
    response = get(f"field.fits/samples?{query}")
    assert response.status_code == 400
    assert all(fact in response.json()["error"] for fact in facts)
