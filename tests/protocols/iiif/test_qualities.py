"""Named views as qualities, over HTTP."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.errors import SettingsError
from celestile.settings import (
    CacheSettings,
    DataSettings,
    IiifSettings,
    ImageSettings,
    NamedViewSettings,
    Settings,
)
from celestile.views.view import View

PART = "0,0,99,60/50,/0"


def named(name: str, view: str) -> NamedViewSettings:
    return NamedViewSettings(name=name, title=name.title(), view=view, where="c.yaml line 7")


VIEWS = (
    named("faint", "limits=0,90;stretch=sqrt"),
    named("hot_2", "cmap=hot;limits=0,255"),
    named("second", "channel=2;limits=0,300"),
    named("errors", "hdu=ERR"),
)


def settings(folder: Path, cache: Path, *views: NamedViewSettings, on: bool = True) -> Settings:
    return Settings(
        data=DataSettings(root=folder),
        cache=CacheSettings(directory=cache),
        iiif=IiifSettings(view_qualities=on),
        views=views,
        images=(
            ImageSettings(
                identifier="other", file=Path("a.fits"), views=(named("own", "invert=1"),)
            ),
        ),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("images")
    plane = np.add.outer(np.arange(80.0), np.arange(120.0)).astype(np.float32)
    fits.PrimaryHDU(plane).writeto(root / "a.fits")
    fits.PrimaryHDU(np.stack([plane, plane[::-1]])).writeto(root / "cube.fits")
    return root


@pytest.fixture(scope="module")
def client(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with TestClient(create_app(settings(folder, tmp_path_factory.mktemp("c"), *VIEWS))) as client:
        yield client


def told(client: TestClient, image: str, version: int = 3) -> list[str]:
    info: dict[str, Any] = client.get(f"/iiif/{version}/{image}/info.json").json()
    found: list[str] = info["profile"][1]["qualities"] if version == 2 else info["extraQualities"]
    return found


def test_views_are_listed_behind_the_standards_qualities(client: TestClient) -> None:
    assert told(client, "a.fits") == ["gray", "bitonal", "faint", "hot_2"]
    assert told(client, "a.fits", 2) == ["gray", "faint", "hot_2"]
    # What has a second channel, or views of its own, has other qualities.
    assert told(client, "cube.fits") == ["gray", "bitonal", "faint", "hot_2", "second"]
    assert told(client, "other") == ["gray", "bitonal", "faint", "hot_2", "own"]


def test_every_quality_listed_is_the_view_of_that_name(client: TestClient) -> None:
    for image in ("a.fits", "cube.fits", "other"):
        for quality in told(client, image)[2:]:
            for version in (2, 3):
                base = f"/iiif/{version}/{image}"
                got = client.get(f"{base}/{PART}/{quality}.png")
                assert got.status_code == 200
                wanted = client.get(f"{base};view={quality}/{PART}/default.png")
                assert got.content == wanted.content
                assert got.headers["etag"] == wanted.headers["etag"]
                assert got.content != client.get(f"{base}/{PART}/default.png").content


@pytest.mark.parametrize("image", ["a.fits", "cube.fits;frame=1;gamma=2", "a.fits;view=hot_2"])
def test_the_canonical_address_keeps_the_quality(client: TestClient, image: str) -> None:
    got = client.get(f"/iiif/3/{image}/pct:0,0,50,50/30,/360/faint.png")
    link = got.headers["link"].split(">")[0].removeprefix("<http://testserver")
    assert link.endswith("/0,0,60,40/30,20/0/faint.png")
    again = client.get(link)
    assert again.content == got.content
    assert again.headers["link"] == got.headers["link"]
    assert client.get(link, headers={"If-None-Match": got.headers["etag"]}).status_code == 304


def test_a_quality_wins_over_what_the_identifier_says_and_leaves_the_rest(
    client: TestClient,
) -> None:
    got = client.get(f"/iiif/3/a.fits;invert=1;cmap=viridis/{PART}/hot_2.png").content
    wanted = client.get(f"/iiif/3/a.fits;invert=1;cmap=hot;limits=0,255/{PART}/default.png")
    assert got == wanted.content


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize(
    ("image", "quality"),
    [("a.fits", "weak"), ("a.fits", "second"), ("a.fits", "errors"), ("a.fits", "own"),
     ("a.fits", "Faint"), ("a.fits", "native")],
)  # fmt: skip
def test_other_qualities_are_refused_and_those_allowed_are_named(
    client: TestClient, version: int, image: str, quality: str
) -> None:
    got = client.get(f"/iiif/{version}/{image}/{PART}/{quality}.png")
    assert got.status_code == 400
    assert f"quality='{quality}'" in got.text
    assert "default, color, gray, bitonal, faint, hot_2" in got.text


@pytest.mark.parametrize("ending", ["faint", "faint.xyz", "faint.jpg.jpg", "faint."])
def test_a_quality_needs_its_format(client: TestClient, ending: str) -> None:
    assert client.get(f"/iiif/3/a.fits/{PART}/{ending}").status_code == 400


def test_wmts_and_manifests_know_nothing_of_it(folder: Path, tmp_path: Path) -> None:
    documents = []
    for on in (True, False):
        with TestClient(create_app(settings(folder, tmp_path, *VIEWS, on=on))) as client:
            capabilities = client.get("/wmts/1.0.0/WMTSCapabilities.xml").text
            documents.append([
                re.sub(r' updateSequence="[^"]*"', "", capabilities),
                client.get("/iiif/presentation/3/cube.fits/manifest").text,
            ])  # fmt: skip
    assert documents[0] == documents[1]
    assert documents[0][0].count("faint") > 0


def test_it_is_off_unless_asked_for(folder: Path, tmp_path: Path) -> None:
    assert not Settings().iiif.view_qualities
    with TestClient(create_app(settings(folder, tmp_path, *VIEWS, on=False))) as client:
        assert told(client, "a.fits") == ["gray", "bitonal"]
        assert client.get(f"/iiif/3/a.fits/{PART}/faint.png").status_code == 400


@pytest.mark.parametrize("name", ["color", "default", "native", "a.b"])
def test_a_name_that_is_no_quality_stops_the_start(folder: Path, tmp_path: Path, name: str) -> None:
    wrong = named(name, "invert=1")
    with pytest.raises(SettingsError, match=rf"c.yaml line 7: the view '{name}' cannot be a qual"):
        create_app(settings(folder, tmp_path, wrong))
    # Only qualities are so narrow.
    app = create_app(settings(folder, tmp_path, wrong, on=False))
    service = app.state.service
    assert asyncio.run(service.subject("a.fits", View(name=name))).style.invert
    service.close()
