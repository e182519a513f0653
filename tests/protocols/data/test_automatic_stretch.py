"""The stretch in effect, as the viewer computes it from the document while a limit is dragged."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, Settings


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    rng = np.random.default_rng(7)
    y, x = np.mgrid[:80, :90]
    galaxy = np.exp(-np.hypot(x - 40, y - 45) / 6)
    planes = [rng.normal(size=(80, 90)) + peak * galaxy for peak in (300, 900, 2700)]
    (tmp_path / "root").mkdir()
    header = fits.Header({"CTYPE3": "WAVE", "CUNIT3": "nm", "CRVAL3": 500.0, "CRPIX3": 1.0})
    fits.writeto(tmp_path / "root" / "galaxy.fits", np.array(planes, np.float32), header)
    settings = Settings(
        data=DataSettings(root=tmp_path / "root"), cache=CacheSettings(directory=tmp_path / "cache")
    )
    with TestClient(create_app(settings)) as client:
        yield client


def shown(client: TestClient, view: str) -> Any:
    response = client.get(f"/api/images/galaxy.fits?{view}")
    assert response.status_code == 200, response.text
    return response.json()["shown"]


def expected(limits: Any) -> float:
    """The formula of the reference."""
    found = []
    for entry in limits:
        low, high, softening = (entry["automatic"][key] for key in ("vmin", "vmax", "softening"))
        span = entry["vmax"] - entry["vmin"]
        found.append(softening * (high - low) / abs(span) + max(0, (low - entry["vmin"]) / span))
    return sorted(found)[len(found) // 2]


PLANES = ("channel=1", "channel=2-3", "mix=1:ff0000,2:00ff00,3:0000ff", "mix=1-2:ff0000,3:0000ff")
LIMITS = ("0,50", "-5,900", "minmax", "zscale", "percentile:99", "50,0", "1:0,9", "3:0,9~0,100")


@pytest.mark.parametrize("plane", PLANES)
@pytest.mark.parametrize("limits", LIMITS)
def test_with_limits_alone_the_automatic_stretch_stays(
    plane: str, limits: str, client: TestClient
) -> None:
    automatic, found = shown(client, plane), shown(client, f"{plane}&limits={limits}")
    assert automatic["stretch"].startswith("asinh:")
    name, parameter = found["stretch"].split(":")
    assert name == "asinh"
    assert float(parameter) == pytest.approx(expected(found["limits"]))
    for one, other in zip(automatic["limits"], found["limits"], strict=True):
        assert one["automatic"] == other["automatic"]
        basis = {key: one["automatic"][key] for key in ("vmin", "vmax")}
        assert basis == {key: one[key] for key in ("vmin", "vmax")}


@pytest.mark.parametrize("stretch", ["linear", "asinh:0.3", "sqrt"])
def test_a_given_stretch_has_no_basis(stretch: str, client: TestClient) -> None:
    found = shown(client, f"stretch={stretch}&limits=0,50")
    assert found["stretch"] == stretch
    assert [entry["automatic"] for entry in found["limits"]] == [None]


def test_ranges_of_a_mix_are_reported(client: TestClient) -> None:
    found = shown(client, "mix=1-2:ff0000,3:0000ff&limits=1-2:0,9")
    assert [(part["channel"], part["last"]) for part in found["mix"]] == [(1, 2), (3, 3)]
    assert [(part["channel"], part["last"]) for part in found["limits"]] == [(1, 2), (3, 3)]
    assert (found["limits"][0]["vmin"], found["limits"][0]["vmax"]) == (0, 9)
