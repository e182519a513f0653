"""Values that float32 cannot tell apart are drawn and measured with their differences."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.geometry import Region
from celestile.pixels.fits.spool import Spool
from celestile.pixels.library import DeclaredImage, Library
from celestile.pixels.plane import UNSHIFTED, Selection, shift_of
from celestile.settings import CacheSettings, DataSettings, Settings

HEIGHT, WIDTH = 60, 80
RAMP = np.add.outer(np.arange(HEIGHT), np.arange(WIDTH))  # 0 at the bottom left

KINDS: dict[str, tuple[Any, dict[str, Any], float]] = {
    "Julian dates": (2459000.5 + RAMP / 86400.0, {}, 2459000.5),
    "int32": ((10**9 + RAMP).astype(np.int32), {}, 1e9),
    "int64": (10**15 + RAMP, {}, 1e15),
    "uint64": (2**63 + 10**14 + 4096 * RAMP.astype(np.uint64), {}, 2.0**63 + 1e14),
    "scaled": (RAMP.astype(np.int16), {"BSCALE": 1e-3, "BZERO": 5e6}, 5e6),
    "negative": (-3e10 - RAMP / 100.0, {}, -3e10),
}


@pytest.fixture
def client(tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    values, cards, _ = KINDS[request.param]
    (tmp_path / "root").mkdir()
    hdu = fits.PrimaryHDU(values)
    hdu.header.update(cards)
    hdu.writeto(tmp_path / "root" / "a.fits")
    settings = Settings(
        data=DataSettings(root=tmp_path / "root"), cache=CacheSettings(directory=tmp_path / "cache")
    )
    with TestClient(create_app(settings)) as client:
        client.kind = request.param  # type: ignore[attr-defined]
        client.origin = KINDS[request.param][2]  # type: ignore[attr-defined]
        yield client


@pytest.mark.parametrize("client", KINDS, indirect=True)
@pytest.mark.parametrize("size", ["max", "40,30"])
def test_the_picture_shows_the_differences(client: Any, size: str) -> None:
    body = client.get(f"/iiif/3/a.fits/full/{size}/0/default.png?limits=minmax&stretch=linear")
    shown = np.asarray(Image.open(io.BytesIO(body.content)).convert("L")).astype(float)
    rows, columns = np.mgrid[: shown.shape[0], : shown.shape[1]]
    step = WIDTH // shown.shape[1]
    expected = (columns + shown.shape[0] - 1 - rows) * step / RAMP.max()
    if client.origin < 0:
        expected = 1.0 - expected
    assert np.abs(shown / 255.0 - expected).max() < 0.03


@pytest.mark.parametrize("client", KINDS, indirect=True)
def test_the_first_view_has_many_levels(client: Any) -> None:
    body = client.get("/iiif/3/a.fits/full/max/0/default.png").content
    shown = np.asarray(Image.open(io.BytesIO(body)).convert("L"))
    assert np.unique(shown).size > 60


@pytest.mark.parametrize("client", KINDS, indirect=True)
def test_numbers_are_physical_and_exact(client: Any) -> None:
    document = client.get("/api/images/a.fits?limits=minmax").json()
    (limits,) = document["shown"]["limits"]
    assert min(limits["vmin"], limits["vmax"]) == pytest.approx(client.origin, rel=1e-6)
    values, cards, _ = KINDS[client.kind]
    stored = values[HEIGHT - 1 - 7, 5].item()
    found = client.get("/api/images/a.fits/value?x=5&y=7").json()["values"][0]["value"]
    assert found == stored * cards.get("BSCALE", 1) + cards.get("BZERO", 0)


@pytest.mark.parametrize("client", ["Julian dates"], indirect=True)
def test_statistics_and_histogram_are_physical(client: Any) -> None:
    (found,) = client.get("/api/images/a.fits/statistics").json()["planes"]
    values = KINDS["Julian dates"][0]
    for key, expected in (
        ("min", values.min()), ("max", values.max()), ("mean", values.mean()),
        ("median", np.median(values)),
    ):  # fmt: skip
        assert found[key] == pytest.approx(expected, abs=1e-7)
    assert sum(found["histogram"]["counts"]) == pytest.approx(values.size, rel=0.02)
    assert found["zscale"][0] == pytest.approx(values.min(), abs=1e-3)


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int32])
def test_ordinary_values_are_left_as_they_are(kind: Any, write_fits: Any, tmp_path: Path) -> None:
    path = write_fits("a.fits", (1000 + RAMP).astype(kind))
    library = Library(None, Spool(tmp_path / "spool"), {"a": DeclaredImage(file=path)})
    plane = library.open("a").plane(Selection())
    assert shift_of(plane) == UNSHIFTED
    np.testing.assert_array_equal(plane.read(Region(0, 0, WIDTH, HEIGHT)), 1000 + RAMP[::-1])
