"""Tiles of a time: which frame of a sequence is meant."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from celestile.settings import ImageSettings

TIMES = ["2020-01-01T22:00:00", "2020-01-01T23:30:00", "2020-01-02T01:00:00", "2020-01-05T12:00:00"]


@pytest.fixture(scope="module")
def night(tmp_path_factory: Any, serve_at: Any) -> Iterator[Any]:
    """Client of a server with a sequence of four files and an image without a time."""
    root = tmp_path_factory.mktemp("night")
    for number, time in enumerate(TIMES):
        array = np.full((40, 50), 40.0 * (number + 1), np.float32)
        fits.PrimaryHDU(array, fits.Header({"DATE-OBS": time})).writeto(root / f"n{number}.fits")
    fits.PrimaryHDU(np.ones((40, 50), np.float32)).writeto(root / "plain.fits")
    images = (ImageSettings(identifier="night", frames=("n*.fits",)),)
    with serve_at(root, tmp_path_factory.mktemp("cache"), images=images) as client:
        yield client


def tile(client: Any, query: str, identifier: str = "night") -> Any:
    address = f"/ogc/collections/{identifier}/map/tiles/pixels-50x40/0/0/0"
    return client.get(f"{address}?f=png&limits=0,255&stretch=linear&{query}")


@pytest.mark.parametrize(
    ("when", "frame"),
    [
        ("2020-01-01T22:00:00Z", 1),
        ("2020-01-01T22:00:00", 1),
        ("2020-01-02T00:00:00%2B02:00", 1),
        ("2020-01-02T00:00:00+02:00", 1),
        ("2020-01-01", 2),
        ("2020-01-01/2020-01-02", 3),
        ("2020-01-01T22:00:00Z/2020-01-01T23:29:59Z", 1),
        ("2020-01-02T01:00:00Z/2020-01-03", 3),
        ("2020-01-02/..", 4),
        ("2020-01-02/", 4),
        ("../2020-01-01T23:00:00Z", 1),
        ("/2020-01-02T01:00:00Z", 3),
    ],
)
def test_the_latest_frame_of_the_time_is_shown(night: Any, when: str, frame: int) -> None:
    response = tile(night, f"datetime={when}")
    assert response.status_code == 200, response.text
    assert response.content == tile(night, f"frame={frame}").content
    assert response.headers["etag"] == tile(night, f"frame={frame}").headers["etag"]
    document = night.json(f"/ogc/collections/night/map/tiles?datetime={when}")
    assert f"night;frame={frame}/map" in document["tilesets"][0]["links"][0]["href"]


@pytest.mark.parametrize("when", ["2020-01-01T22:00:01Z", "2020-01-03", "2021-01-01/.."])
def test_a_time_without_a_frame_has_tiles_without_content(night: Any, when: str) -> None:
    response = tile(night, f"datetime={when}")
    assert (response.status_code, response.content) == (204, b"")
    assert night.get(f"/ogc/collections/night?datetime={when}").status_code == 404


@pytest.mark.parametrize(
    "when",
    [
        "",
        "now",
        "../..",
        "/",
        "2020-13-01",
        "2020-01-02/2020-01-01",
        "2020-01-01/x",
        "a/b/c",
        "1999",
    ],
)
def test_what_is_no_time_is_refused(night: Any, when: str) -> None:
    response = tile(night, f"datetime={when}")
    assert response.status_code == 400, response.text
    assert response.json()["parameter"] == "datetime"


def test_an_image_without_times_is_of_any_time(night: Any) -> None:
    response = tile(night, "datetime=2020-01-01", "plain.fits")
    assert response.content == tile(night, "", "plain.fits").content


def test_the_frame_counts_over_the_time(night: Any) -> None:
    assert tile(night, "frame=2&datetime=2020-01-05").content == tile(night, "frame=2").content
