"""Quality planes as they are shown: colors of flags, their names, and the same on the sky."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, Settings

SIDE = 300
BAD, SAT, DETECTED = 0, 1, 5
MASK = np.zeros((SIDE, SIDE), np.int32)
MASK[:, 200:230] = 1 << BAD
MASK[50:100, 40:90] = 1 << DETECTED
MASK[60:80, 50:70] |= 1 << SAT
MASK[150, 150] = 1 << SAT
WCS = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.0, "CRVAL2": 2.0, "CRPIX1": 150.0,
    "CRPIX2": 150.0, "CDELT1": -0.01, "CDELT2": 0.01,
}  # fmt: skip


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    (tmp_path / "root").mkdir()
    header = fits.Header({**WCS, "MP_BAD": BAD, "MP_SAT": SAT, "HIERARCH MP_DETECTED": DETECTED})
    science = fits.ImageHDU(np.zeros((SIDE, SIDE), np.float32), fits.Header(WCS), name="IMAGE")
    hdus = [fits.PrimaryHDU(), science, fits.ImageHDU(MASK, header, name="MASK")]
    fits.HDUList(hdus).writeto(tmp_path / "root" / "a.fits")
    settings = Settings(
        data=DataSettings(root=tmp_path / "root"), cache=CacheSettings(directory=tmp_path / "cache")
    )
    with TestClient(create_app(settings)) as client:
        yield client


def _document(client: TestClient, view: str = "hdu=MASK") -> dict[str, Any]:
    response = client.get(f"/api/images/a.fits?{view}")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def _colors(client: TestClient) -> dict[str, tuple[int, ...]]:
    items = _document(client)["flags"]["items"]
    return {item["name"]: tuple(bytes.fromhex(item["color"])) for item in items}


def _picture(client: TestClient, size: str = "max", view: str = "hdu=MASK") -> Any:
    response = client.get(f"/iiif/3/a.fits/full/{size}/0/default.png?{view}")
    assert response.status_code == 200, response.text
    return np.asarray(Image.open(io.BytesIO(response.content)).convert("RGB"))


def _expected(colors: dict[str, tuple[int, ...]], *shown: str) -> Any:
    """Picture by the rule of the reference: the highest bit, and DETECTED below all others."""
    picture = np.zeros((SIDE, SIDE, 3), np.uint8)
    for name, bit in (("DETECTED", DETECTED), ("BAD", BAD), ("SAT", SAT)):
        if not shown or name in shown:
            picture[MASK[::-1] >> bit & 1 == 1] = colors[name]
    return picture


def test_pixels_have_the_color_of_one_flag(client: TestClient) -> None:
    colors = _colors(client)
    assert len(set(colors.values())) == 32
    np.testing.assert_array_equal(_picture(client), _expected(colors))


@pytest.mark.parametrize("bits", ["SAT,BAD", "0-1", "sat,0"])
def test_a_view_chooses_flags(bits: str, client: TestClient) -> None:
    colors = _colors(client)
    view = f"hdu=MASK&bits={bits}"
    np.testing.assert_array_equal(_picture(client, view=view), _expected(colors, "SAT", "BAD"))
    found = _document(client, view)
    assert (found["view"], found["shown"]["bits"]) == ("hdu=2;bits=0-1", [0, 1])


def test_no_flag_fades_in_small_pictures(client: TestClient) -> None:
    colors = _colors(client)
    for size in ("75,", "37,", "50,"):
        seen = {tuple(pixel) for row in _picture(client, size) for pixel in row.tolist()}
        assert {colors["SAT"], colors["BAD"], colors["DETECTED"], (0, 0, 0)} == seen
        alone = _picture(client, size, "hdu=MASK&bits=SAT")
        y, x = (149 * alone.shape[0] // SIDE), (150 * alone.shape[1] // SIDE)
        assert tuple(alone[y, x]) == colors["SAT"]


@pytest.mark.parametrize(
    ("view", "drawn"),
    [
        ("cmap=viridis", False), ("limits=0,4", False), ("stretch=linear", False),
        ("bits=off", False), ("bits=all", True), ("bits=none", True), ("invert=1", True),
        ("limits=0,4&bits=all", True), ("gamma=2", True),
    ],
)  # fmt: skip
def test_numbers_are_drawn_if_a_view_says_so(view: str, drawn: bool, client: TestClient) -> None:
    found = _document(client, f"hdu=MASK&{view}")
    assert (found["shown"]["bits"] is not None) == drawn
    if view == "bits=none":
        assert not _picture(client, view=f"hdu=MASK&{view}").any()
    if view == "limits=0,4":
        shown = _picture(client, view="hdu=MASK&limits=0,4&stretch=linear")[..., 0]
        np.testing.assert_array_equal(shown, np.rint(np.clip(MASK[::-1] / 4, 0, 1) * 255))


def test_words_that_change_nothing_are_left_out(client: TestClient) -> None:
    assert _document(client, "hdu=MASK&bits=all")["view"] == "hdu=2"
    assert _document(client, "hdu=MASK&limits=0,4&bits=off")["view"] == "hdu=2;limits=0,4"
    assert _document(client, "hdu=MASK&limits=0,4&bits=all")["view"] == "hdu=2;limits=0,4;bits=all"
    assert _document(client, "hdu=MASK&bits=none")["view"] == "hdu=2;bits=none"
    assert _document(client, "hdu=IMAGE&bits=3")["view"] == ""


@pytest.mark.parametrize("bits", ["NOPE", "32", "1,77"])
def test_an_unknown_flag_is_refused_with_those_there_are(bits: str, client: TestClient) -> None:
    response = client.get(f"/api/images/a.fits?hdu=MASK&bits={bits}")
    assert response.status_code == 400
    assert response.json()["parameter"] == "bits"
    assert "1 (SAT)" in response.json()["error"]


def test_flags_that_no_pixel_has_are_not_seen(client: TestClient) -> None:
    items = _document(client)["flags"]["items"]
    assert {item["number"] for item in items if item["seen"]} == {BAD, SAT, DETECTED}
    assert _document(client, "hdu=IMAGE")["flags"] is None


def test_a_pixel_names_its_flags(client: TestClient) -> None:
    y = SIDE - 1 - 65
    found = client.get(f"/api/images/a.fits/value?x=55&y={y}&hdu=MASK").json()
    assert found["flags"] == [
        {"number": SAT, "name": "SAT"}, {"number": DETECTED, "name": "DETECTED"}
    ]  # fmt: skip
    assert found["values"][0]["raw"] == 2**SAT + 2**DETECTED
    assert client.get("/api/images/a.fits/value?x=0&y=0&hdu=MASK").json()["flags"] == []
    assert client.get("/api/images/a.fits/value?x=0&y=0").json()["flags"] is None


def test_measures_are_of_numbers(client: TestClient) -> None:
    region = f"x=40&y={SIDE - 100}&width=50&height=50"
    found = client.get(f"/api/images/a.fits/region?{region}&hdu=MASK")
    assert found.status_code == 200, found.text
    (plane,) = found.json()["planes"]
    assert (plane["min"], plane["max"]) == (32.0, 34.0)
    assert plane["mean"] == pytest.approx(MASK[50:100, 40:90].mean())


def test_tiles_of_the_sky_do_not_mix_flags(client: TestClient) -> None:
    colors = _colors(client)
    allowed = {colors["SAT"], colors["BAD"], colors["DETECTED"], (0, 0, 0)}
    seen = set()
    for query in ("hdu=MASK", "hdu=MASK&limits=0,32&stretch=linear&cmap=gray"):
        body = client.get(f"/hips/a.fits;{query.replace('&', ';')}/Norder3/Allsky.png")
        assert body.status_code == 200, body.text
        raster = np.asarray(Image.open(io.BytesIO(body.content)).convert("RGBA"))
        pixels = {tuple(pixel[:3]) for row in raster.tolist() for pixel in row if pixel[3]}
        if "limits" in query:
            levels = {round(value / 32 * 255) for value in (0, 1, 2, 32, 34)} | {255}
            assert pixels <= {(level,) * 3 for level in levels}
        else:
            assert pixels <= allowed
            seen |= pixels
    assert colors["BAD"] in seen


def test_the_legend_of_wmts_has_the_colors(client: TestClient) -> None:
    colors = _colors(client)
    response = client.get("/wmts/1.0.0/a.fits;hdu=MASK;bits=SAT,BAD/default/legend.png")
    assert response.status_code == 200, response.text
    raster = np.asarray(Image.open(io.BytesIO(response.content)).convert("RGB"))
    seen = {tuple(pixel) for row in raster.tolist() for pixel in row}
    assert {colors["SAT"], colors["BAD"]} <= seen
    assert colors["DETECTED"] not in seen


def test_a_pixel_of_combined_frames_names_the_flags_of_all(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    cube = np.zeros((2, 4, 4), np.uint32)
    cube[0, 3, 0], cube[1, 3, 0] = 2**31 + 1, 2**30 + 4
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(cube, name="DQ")]).writeto(
        tmp_path / "root" / "a.fits"
    )
    settings = Settings(
        data=DataSettings(root=tmp_path / "root"), cache=CacheSettings(directory=tmp_path / "cache")
    )
    with TestClient(create_app(settings)) as client:
        for frame, expected in (("1", [0, 31]), ("2", [2, 30]), ("1-2", [0, 2, 30, 31])):
            found = client.get(f"/api/images/a.fits/value?x=0&y=0&frame={frame}").json()
            assert [flag["number"] for flag in found["flags"]] == expected
