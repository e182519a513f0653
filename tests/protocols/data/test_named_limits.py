"""Limits of channels and frames by their names, as the metadata reports them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, Settings

BANDS = {"BAND1": "g", "BAND2": "r", "BAND3": "z"}
TIMES = {"CTYPE3": "TIME", "CUNIT3": "s", "CRVAL3": 1.5, "CDELT3": 1.0, "CRPIX3": 1.0}


def _shown(folder: Path, cards: dict[str, Any], view: str) -> Any:
    root = folder / "root"
    root.mkdir()
    cube = np.random.default_rng(4).normal(5, 1, (3, 20, 30)).astype(np.float32)
    fits.writeto(root / "a.fits", cube, fits.Header(cards))
    settings = Settings(data=DataSettings(root=root), cache=CacheSettings(directory=folder / "c"))
    with TestClient(create_app(settings)) as client:
        answer = client.get(f"/api/images/a.fits?{view}")
    assert answer.status_code == 200, answer.text
    return answer.json()["shown"]


def _limits(shown: Any) -> dict[int, tuple[float, float]]:
    return {each["channel"]: (each["vmin"], each["vmax"]) for each in shown["limits"]}


@pytest.mark.parametrize(
    "names", ["r:0,1~g:0,2", "g:0,2~r:0,1", "G:0,2~R:0,1", "2:0,1~1:0,2", "r:0,1~1:0,2"]
)
def test_of_channels(names: str, tmp_path: Path) -> None:
    shown = _shown(tmp_path, BANDS, f"mix=g:0000ff,r:00ff00,z:ff0000&limits={names}")
    limits = _limits(shown)
    assert limits[1] == (0, 2)
    assert limits[2] == (0, 1)
    assert limits[3] not in ((0, 2), (0, 1))
    assert [part["channel"] for part in shown["mix"]] == [1, 2, 3]


def test_of_a_single_channel(tmp_path: Path) -> None:
    shown = _shown(tmp_path, BANDS, "channel=r&limits=r:0,1~g:0,2")
    assert _limits(shown) == {2: (0, 1)}


def test_of_frames_of_an_image_without_channels(tmp_path: Path) -> None:
    shown = _shown(tmp_path, TIMES, "mix=2.5_s:ff0000,3:00ff00&limits=2.5_s:0,1~3:0,2")
    assert _limits(shown) == {2: (0, 1), 3: (0, 2)}
    assert [part["channel"] for part in shown["mix"]] == [2, 3]
