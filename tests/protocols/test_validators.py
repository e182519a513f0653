"""Entity tags are those of what is sent: new settings and new software reach every cache."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import (
    ChannelSettings,
    ImageSettings,
    LimitSettings,
    NamedViewSettings,
    Settings,
    WmtsSettings,
)
from celestile.settings.sections import CacheSettings, DataSettings

VIEW = NamedViewSettings(name="dark", title="Dark", view="invert=1", where="test")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    root = tmp_path / "data"
    root.mkdir()
    header = fits.Header([("CTYPE1", "RA---TAN"), ("CTYPE2", "DEC--TAN")])
    header.update(CRVAL1=10.0, CRVAL2=20.0, CRPIX1=32.0, CRPIX2=32.0, CDELT1=-0.01, CDELT2=0.01)
    for name in ("a.fits", "b.fits"):
        fits.writeto(root / name, np.arange(4096, dtype=np.float32).reshape(64, 64), header)
    bands = tuple(
        ChannelSettings(name=name, file=root / f"{name}.fits", color=color)
        for name, color in (("a", "ff0000"), ("b", "0000ff"))
    )
    return Settings(
        data=DataSettings(root=root),
        cache=CacheSettings(directory=tmp_path / "cache"),
        images=(ImageSettings(identifier="set", title="Set", channels=bands),),
    )


def other_view(settings: Settings) -> Settings:
    return replace(settings, views=(VIEW,))


def other_title(settings: Settings) -> Settings:
    return replace(settings, images=(replace(settings.images[0], title="Other"),))


def other_limit(settings: Settings) -> Settings:
    return replace(settings, limits=LimitSettings(max_width=300))


def other_channel(settings: Settings) -> Settings:
    first, second = settings.images[0].channels
    image = replace(settings.images[0], channels=(replace(first, name="red"), second))
    return replace(settings, images=(image,))


def other_service(settings: Settings) -> Settings:
    return replace(settings, wmts=WmtsSettings(title="Other"))


WMTS = "/wmts?service=WMTS&request=GetCapabilities&version=1.0.0"
CHANGES = [
    ("/api/images/set", other_view),
    ("/api/images/set", other_title),
    ("/api/images/set", other_limit),
    ("/api/images/set", other_channel),
    ("/iiif/3/set/info.json", other_limit),
    ("/iiif/presentation/3/set/manifest", other_title),
    ("/iiif/presentation/3/set/manifest", other_view),
    ("/wmts/1.0.0/set/default/legend.png", other_channel),
    (WMTS, other_view),
    (WMTS, other_title),
    (WMTS, other_service),
    ("/ogc/collections/set/styles", other_view),
    ("/ogc/collections/set", other_title),
]


@pytest.mark.parametrize(("path", "change"), CHANGES)
def test_new_settings_are_seen_by_those_who_have_a_copy(settings, path, change):
    with TestClient(create_app(settings)) as client:
        before = client.get(path)
        assert before.status_code == 200
        tag = {"If-None-Match": before.headers["etag"]}
        assert client.get(path, headers=tag).status_code == 304
    with TestClient(create_app(settings)) as client:
        assert client.get(path, headers=tag).status_code == 304
    with TestClient(create_app(change(settings))) as client:
        after = client.get(path, headers=tag)
    assert after.status_code == 200
    assert after.content != before.content
    assert after.headers["etag"] != before.headers["etag"]


@pytest.mark.parametrize("change", [other_view, other_title, other_service])
def test_new_settings_are_a_new_sequence(settings, change):
    def sequence(settings: Settings) -> str:
        with TestClient(create_app(settings)) as client:
            return client.get(WMTS).text.partition('updateSequence="')[2].partition('"')[0]

    assert sequence(settings) == sequence(settings)
    assert sequence(settings) != sequence(change(settings))


PROGRAM = """
import json, re, sys
from pathlib import Path
import celestile
celestile.__version__ = sys.argv[1]  # before anything has read it
from starlette.testclient import TestClient
from celestile.app import create_app
from celestile.settings import Settings
from celestile.settings.sections import CacheSettings, DataSettings

root = Path(sys.argv[2])
settings = Settings(data=DataSettings(root=root), cache=CacheSettings(directory=root / ".cache"))
tags = {}
with TestClient(create_app(settings)) as client:
    sets = client.get("/ogc/collections/a.fits/map/tiles?f=json").text
    for name in set(re.findall(r"/collections/a.fits/map/tiles/([A-Za-z0-9-]+)", sets)):
        tags[f"ogc {name}"] = client.get(f"/ogc/collections/a.fits/map/tiles/{name}/0/0/0?f=png")
    capabilities = client.get("/wmts/1.0.0/WMTSCapabilities.xml").text
    for name in set(re.findall(r"<TileMatrixSet>([^<]+)<", capabilities)):
        tags[f"wmts {name}"] = client.get(f"/wmts/1.0.0/a.fits/default/{name}/0/0/0.png")
    tags["iiif 3"] = client.get("/iiif/3/a.fits/full/max/0/default.png")
    tags["iiif 2"] = client.get("/iiif/2/a.fits/full/max/0/default.png")
    tags["statistics"] = client.get("/api/images/a.fits/statistics")
    tags["hips"] = client.get("/hips/a.fits/Norder3/Allsky.jpg")
found = {key: (answer.status_code, answer.headers.get("etag")) for key, answer in tags.items()}
print(json.dumps(found))
"""


def test_pictures_of_other_software_are_other_pictures(settings):
    def tags(version: str) -> dict[str, tuple[int, str | None]]:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, version, settings.data.root],
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    first, again, second = tags("1.0"), tags("1.0"), tags("1.1")
    assert first == again
    assert first.keys() == second.keys()
    assert len(first) > 6
    assert [key for key, (status, _) in first.items() if status != 200] == []
    pictures = first.keys() - {"statistics"}
    assert {key for key in pictures if first[key][1] == second[key][1]} == set()
