"""From a FITS file to decoded tiles: every pixel against numpy, over the real service."""

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from astropy.io import fits
from PIL import Image

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, NamedViewSettings, Settings

WIDTH, HEIGHT = 700, 333
LINEAR = {"limits": "0,255", "stretch": "linear"}


def pixels() -> np.ndarray:
    """Brightness by column and row, row 0 at the top; every pixel differs from its neighbors."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    return ((rows * 3 + columns * 7) % 16 * 16).astype(np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("images")
    (root / "sub").mkdir()
    header = fits.Header(
        {
            "BUNIT": "Jy", "CTYPE1": "RA---CAR", "CTYPE2": "DEC--CAR",
            "CRPIX1": 1.0, "CRPIX2": 1.0, "CRVAL1": 10.0, "CRVAL2": 0.0,
            "CDELT1": -0.01, "CDELT2": 0.01,
        }
    )  # fmt: skip
    # The first row of a FITS image is the lowest.
    fits.PrimaryHDU(pixels()[::-1], header).writeto(root / "sub" / "plain.fits")
    cube = np.stack([pixels()[::-1], 255 - pixels()[::-1]])
    bands = fits.Header([("CTYPE3", "BAND")])
    fits.PrimaryHDU(cube, bands).writeto(root / "cube.fits")
    (root / "torn.fits").write_bytes(b"SIMPLE  =")
    return root


@pytest.fixture(scope="module")
def get(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    settings = Settings(
        data=DataSettings(root=folder),
        cache=CacheSettings(directory=tmp_path_factory.mktemp("cache")),
        views=(
            NamedViewSettings(
                name="negative", title="Negative", view="limits=255,0;stretch=linear", where="test"
            ),
        ),
    )
    app = create_app(settings)
    with asyncio.Runner() as runner:

        async def ask(address: str, parameters: dict[str, str] | None) -> httpx.Response:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://host") as client:
                return await client.get(address, params=parameters)

        def send(address: str, parameters: dict[str, str] | None = None) -> httpx.Response:
            return runner.run(ask(address, parameters))

        yield send
        app.state.service.close()


def tile(**more: str) -> dict[str, str]:
    place = {"TileMatrixSet": f"pixels-{WIDTH}x{HEIGHT}", "TileMatrix": "2"}
    place |= {"TileRow": "0", "TileCol": "0", "layer": "sub/plain.fits", "style": "default"}
    common = {"service": "WMTS", "request": "GetTile", "version": "1.0.0", "format": "image/png"}
    return common | place | LINEAR | more


def decode(response: httpx.Response) -> np.ndarray:
    assert response.status_code == 200, response.text
    with Image.open(io.BytesIO(response.content)) as image:
        return np.asarray(image.convert("RGBA"))


def coarse(level: int) -> np.ndarray:
    """Means over squares of four, `level` times; over fewer at the right and bottom edge."""
    found = pixels()
    for _ in range(level):
        height, width = found.shape
        even = np.pad(found, ((0, height % 2), (0, width % 2)), constant_values=np.nan)
        found = np.nanmean(even.reshape(-(-height // 2), 2, -1, 2), axis=(1, 3))
    return found


@pytest.mark.parametrize(("matrix", "level"), [("2", 0), ("1", 1), ("0", 2)])
def test_tiles_of_a_level_make_the_image(get: Any, matrix: str, level: int) -> None:
    expected = coarse(level)
    rows, columns = (-(-side // 256) for side in expected.shape)
    canvas = np.zeros((rows * 256, columns * 256, 4), np.uint8)
    for row in range(rows):
        for column in range(columns):
            place = {"TileMatrix": matrix, "TileRow": str(row), "TileCol": str(column)}
            found = decode(get("/wmts", tile(**place)))
            assert found.shape == (256, 256, 4)
            canvas[row * 256 :, column * 256 :][:256, :256] = found
    height, width = expected.shape
    # A mean may lie between two grays.
    assert np.abs(canvas[:height, :width, 0] - expected).max() <= 0.51
    assert (canvas[:height, :width, 3] == 255).all()
    assert (canvas[height:, :, 3] == 0).all()
    assert (canvas[:, width:, 3] == 0).all()


@pytest.mark.parametrize(("media", "color", "alpha"), [("jpeg", 0, 255), ("webp", None, 0)])
def test_edge_of_other_formats(get: Any, media: str, color: int | None, alpha: int) -> None:
    last = {"TileRow": "1", "TileCol": "2", "format": f"image/{media}"}
    found = decode(get("/wmts", tile(**last)))
    assert found.shape == (256, 256, 4)
    beyond = found[HEIGHT - 256 + 16 :]
    assert (beyond[..., 3] == alpha).all()
    if color is not None:
        assert (beyond[..., :3] == color).all()


def test_color_of_missing_pixels(get: Any) -> None:
    found = decode(get("/wmts", tile(TileRow="1", nan="ff0000")))
    assert (found[HEIGHT - 256 :] == (255, 0, 0, 255)).all()


def test_named_view_is_a_style(get: Any) -> None:
    asked = tile(style="negative")
    for key in LINEAR:
        del asked[key]
    assert (decode(get("/wmts", asked))[..., 0] == 255 - pixels()[:256, :256]).all()


def test_channel_is_a_dimension(get: Any) -> None:
    first = decode(get("/wmts", tile(layer="cube.fits", CHANNEL="1")))
    second = decode(get("/wmts", tile(layer="cube.fits", CHANNEL="2")))
    assert (second[..., 0] == 255 - first[..., 0]).all()


def test_path_is_as_good_as_keys(get: Any) -> None:
    grid = f"pixels-{WIDTH}x{HEIGHT}/2/0/1"
    by_path = get(f"/wmts/1.0.0/sub%2Fplain.fits/default/{grid}.png?limits=0,255&stretch=linear")
    by_keys = get("/wmts", tile(TileCol="1"))
    assert by_path.content == by_keys.content
    assert by_path.headers["etag"] == by_keys.headers["etag"]


def test_value_and_place(get: Any) -> None:
    info = {"request": "GetFeatureInfo", "TileRow": "1", "TileCol": "2"}
    info |= {"I": "7", "J": "9", "InfoFormat": "application/json"}
    found = get("/wmts", tile(**info)).json()
    x, y = 2 * 256 + 7, 256 + 9
    assert (found["x"], found["y"]) == (x, y)
    (value,) = found["values"]
    assert value["value"] == pixels()[y, x]
    assert value["unit"] == "Jy"
    # FITS pixel x + 1 from the left and HEIGHT - y from the bottom; plate carrée.
    assert found["world"]["lon"] == pytest.approx(10 - 0.01 * x, abs=1e-9)
    assert found["world"]["lat"] == pytest.approx(0.01 * (HEIGHT - y - 1), abs=1e-9)


def test_capabilities(get: Any) -> None:
    response = get("/wmts", {"service": "WMTS", "request": "GetCapabilities"})
    assert response.status_code == 200
    assert b">sub/plain.fits<" in response.content
    assert b"torn.fits" not in response.content


@pytest.mark.parametrize("layer", ["torn.fits", "none.fits", "../images/cube.fits", "sub"])
def test_no_error_tells_where_files_are(get: Any, folder: Path, layer: str) -> None:
    response = get("/wmts", tile(layer=layer))
    assert response.status_code == 400
    assert b'exceptionCode="InvalidParameterValue" locator="layer"' in response.content
    assert str(folder.parent) not in response.text
