"""Colors from planes that no header names: the same picture as from planes that are bands."""

from io import BytesIO

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import Settings
from celestile.settings.sections import CacheSettings, DataSettings

MIX = "mix=1:ff0000,2:00ff00,3:0000ff"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory):
    root = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(5)
    # Planes of different levels: limits of one plane would saturate the others.
    values = rng.normal(size=(3, 40, 50)) + np.array([0.0, 50.0, -80.0])[:, None, None]
    values = values.astype(np.float32)
    fits.writeto(root / "frames.fits", values)
    fits.writeto(root / "bands.fits", values, fits.Header([("CTYPE3", "BAND")]))
    settings = Settings(
        data=DataSettings(root=root),
        cache=CacheSettings(directory=tmp_path_factory.mktemp("cache")),
    )
    with TestClient(create_app(settings)) as client:
        yield client


def picture(client: TestClient, name: str, view: str) -> np.ndarray:
    answer = client.get(f"/iiif/3/{name};{view}/full/max/0/default.png")
    assert answer.status_code == 200, answer.text
    return np.asarray(Image.open(BytesIO(answer.content)))


@pytest.mark.parametrize(
    "view",
    [
        MIX,
        f"{MIX};limits=minmax",
        f"{MIX};limits=1:-1,1~2:49,51~3:-81,-79;stretch=linear",
        f"{MIX};stretch=lupton:5",
        "mix=1-2:ff8000,3:0080ff;collapse=max",
    ],
)
def test_frames_are_mixed_as_bands_are(client, view):
    mixed = picture(client, "frames.fits", view)
    assert mixed.ndim == 3
    assert np.ptp(mixed[..., 0]) > 50
    np.testing.assert_array_equal(mixed, picture(client, "bands.fits", view))


def test_frame_that_does_not_exist(client):
    answer = client.get("/iiif/3/frames.fits;mix=4:ff0000/full/max/0/default.png")
    assert answer.status_code == 400
    assert "mix=4" in answer.text
    assert "1 to 3" in answer.text


def test_values_of_a_mix_name_their_frames(client):
    found = client.get(f"/api/images/frames.fits;{MIX}/value", params={"x": 3, "y": 4}).json()
    names = [each["name"] for each in found["values"]]
    assert names == [
        frame["name"] for frame in client.get("/api/images/frames.fits").json()["frames"]
    ]
