"""Integers of all protocols, huge, negative, foreign, absent: refused with a reason, never 5xx."""

import html
import re
from urllib.parse import quote

import numpy as np
import pytest
from astropy.io import fits
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import Settings
from celestile.settings.sections import CacheSettings, DataSettings

HUGE = "9" * 20
VALUES = {
    "huge": HUGE,
    "longer than Python reads": "9" * 5000,
    "negative": "-1",
    "huge and negative": f"-{HUGE}",
    "of another script": "٣",
    "empty": "",
    "with a plus sign": "+1",
    "with a separator": "1_0",
    "with a space": " 1",
    "hexadecimal": "0x1",
}
API = "/api/images/a.fits"
TILE = "/wmts?service=WMTS&version=1.0.0&layer=a.fits&style=default&tilematrixset=index-64x64"
GET_TILE = f"{TILE}&request=GetTile&format=image/png"
FEATURE = f"{TILE}&request=GetFeatureInfo&format=image/png&infoformat=text/plain"
PLACE = "&tilematrix=0&tilerow=0&tilecol=0"
REST = "/wmts/1.0.0/a.fits/default/index-64x64"
OGC = "/ogc/collections/a.fits/map/tiles/{grid}"
SEVERAL = "/iiif/presentation/3/cube.fits"

QUERIES = {
    "api offset": ("/api/images?offset={}", "offset", "0 to 999999999"),
    "api limit": ("/api/images?limit={}", "limit", "at least 1"),
    "api value x": (f"{API}/value?y=0&x={{}}", "x", "0 to 63"),
    "api value y": (f"{API}/value?x=0&y={{}}", "y", "0 to 63"),
    "api spectrum x": (f"{API}/spectrum?y=0&x={{}}", "x", "0 to 63"),
    "api spectrum y": (f"{API}/spectrum?x=0&y={{}}", "y", "0 to 63"),
    "api region x": (f"{API}/region?y=0&width=1&height=1&x={{}}", "x", "0 to 63"),
    "api region y": (f"{API}/region?x=0&width=1&height=1&y={{}}", "y", "0 to 63"),
    "api region width": (f"{API}/region?x=0&y=0&height=1&width={{}}", "width", "at least 1"),
    "api region height": (f"{API}/region?x=0&y=0&width=1&height={{}}", "height", "at least 1"),
    "api frame": (f"{API}?frame={{}}", "frame", "from 1|1 to 1|it has 1"),
    "api channel": (f"{API}?channel={{}}", "channel", "from 1|1 to 1|it has 1"),
    "iiif frame": ("/iiif/3/a.fits/info.json?frame={}", "frame", "from 1|1 to 1|it has 1"),
    "collection page": ("/iiif/presentation/3/collection?page={}", "page", "1 to 999999999"),
    "wmts row": (f"{GET_TILE}&tilematrix=0&tilecol=0&tilerow={{}}", "TileRow", "0 to 0"),
    "wmts column": (f"{GET_TILE}&tilematrix=0&tilerow=0&tilecol={{}}", "TileCol", "0 to 0"),
    "wmts matrix": (f"{GET_TILE}&tilerow=0&tilecol=0&tilematrix={{}}", "TileMatrix", "0 to 0"),
    "wmts i": (f"{FEATURE}{PLACE}&j=0&i={{}}", "I", "0 to 255"),
    "wmts j": (f"{FEATURE}{PLACE}&i=0&j={{}}", "J", "0 to 255"),
    "wmts channel": (
        f"{GET_TILE.replace('a.fits', 'cube.fits')}{PLACE}&channel={{}}",
        "channel|CHANNEL",
        "from 1|1 to 3|it has 1, 2, 3",
    ),
    "wmts offset": (
        "/wmts?service=WMTS&request=GetCapabilities&offset={}",
        "offset",
        "0 to 999999999",
    ),
    "wmts folder offset": (
        "/wmts/1.0.0/WMTSCapabilities.xml?offset={}",
        "offset",
        "0 to 999999999",
    ),
    "ogc limit": ("/ogc/collections?limit={}", "limit", "at least 1"),
    "ogc offset": ("/ogc/collections?offset={}", "offset", "0 to 999999999"),
    "ogc sets limit": ("/ogc/tileMatrixSets?limit={}", "limit", "at least 1"),
    "hips limit": ("/hips/hipslist?limit={}", "limit", "at least 1"),
    "hips offset": ("/hips/hipslist?offset={}", "offset", "0 to 999999999"),
}
PATHS = {
    "iiif region": ("/iiif/3/a.fits/{},0,1,1/max/0/default.png", "region", "64|x,y,w,h"),
    "iiif region y": ("/iiif/3/a.fits/0,{},1,1/max/0/default.png", "region", "64|x,y,w,h"),
    "iiif region width": ("/iiif/3/a.fits/0,0,{},1/max/0/default.png", "region", "x,y,w,h"),
    "iiif region height": ("/iiif/2/a.fits/0,0,1,{}/full/0/default.png", "region", "x,y,w,h"),
    "iiif size": ("/iiif/3/a.fits/full/{},/0/default.png", "size", "w,h|64"),
    "iiif 2 size": ("/iiif/2/a.fits/full/{},/0/default.png", "size", "w,h|4096"),
    "iiif height": ("/iiif/3/a.fits/full/,{}/0/default.png", "size", "w,h|64"),
    "iiif upscaled": ("/iiif/3/a.fits/full/^{},{}/0/default.png", "size", "w,h|4096"),
    "iiif percentage": ("/iiif/3/a.fits/full/pct:{}/0/default.png", "size", "pct:n|64"),
    "iiif rotation": ("/iiif/3/a.fits/full/max/{}/default.png", "rotation", "0 to 360"),
    "manifest": (f"{SEVERAL}/manifest/{{}}", "page|manifests", "at least 1|1 to 1"),
    "state": (f"{SEVERAL}/content-state?region=0,0,1,{{}}", "region", "x,y,width,height|64 by 64"),
    "wmts row": (f"{REST}/0/{{}}/0.png", "TileRow", "0 to 0"),
    "wmts column": (f"{REST}/0/0/{{}}.png", "TileCol", "0 to 0"),
    "wmts i": (f"{REST}/0/0/0/0/{{}}.txt", "I", "0 to 255"),
    "wmts j": (f"{REST}/0/0/0/{{}}/0.txt", "J", "0 to 255"),
    "ogc matrix": (f"{OGC}/{{}}/0/0?f=png", "tileMatrix", "0 to 0"),
    "ogc row": (f"{OGC}/0/{{}}/0?f=png", "tileRow", "0 to 0"),
    "ogc column": (f"{OGC}/0/0/{{}}?f=png", "tileCol", "0 to 0"),
    "hips order": ("/hips/sky.fits/Norder{}/Dir0/Npix0.png", "", ""),
    "hips folder": ("/hips/sky.fits/Norder3/Dir{}/Npix0.png", "", ""),
    "hips cell": ("/hips/sky.fits/Norder3/Dir0/Npix{}.png", "", ""),
    "hips folder and cell": ("/hips/sky.fits/Norder3/Dir{}/Npix{}.png", "", ""),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory):
    root = tmp_path_factory.mktemp("data")
    values = np.arange(4096, dtype=np.float32).reshape(64, 64)
    fits.writeto(root / "a.fits", values)
    fits.writeto(root / "cube.fits", np.stack([values] * 3))
    header = fits.Header([("CTYPE1", "RA---TAN"), ("CTYPE2", "DEC--TAN")])
    header.update(CRVAL1=10.0, CRVAL2=20.0, CRPIX1=32.0, CRPIX2=32.0, CDELT1=-0.1, CDELT2=0.1)
    fits.writeto(root / "sky.fits", values, header)
    settings = Settings(
        data=DataSettings(root=root),
        cache=CacheSettings(directory=tmp_path_factory.mktemp("cache")),
    )
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def grid(client) -> str:
    """Identifier of the first grid of the OGC API for an image."""
    text = client.get("/ogc/collections/a.fits/map/tiles?f=json").text
    return re.search(r"/a\.fits/map/tiles/([A-Za-z0-9-]+)", text)[1]


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize(("form", "name", "allowed"), QUERIES.values(), ids=QUERIES)
def test_integers_of_queries(client, form, name, allowed, value):
    answer = client.get(form.format(quote(value)))
    assert answer.status_code < 500
    if answer.status_code >= 400:
        said = html.unescape(answer.text)
        assert re.search(rf"\b({name})\b", said, re.IGNORECASE), said
        # That a value is missing needs no range.
        assert re.search(f"missing|integer|{allowed}", said), said
        if value in {HUGE, "-1"}:
            assert re.search(allowed, said), said
        assert len(said) < 1500


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize(("form", "name", "allowed"), PATHS.values(), ids=PATHS)
def test_integers_of_paths(client, grid, form, name, allowed, value):
    answer = client.get(form.replace("{grid}", grid).replace("{}", quote(value)))
    assert answer.status_code < 500
    if answer.status_code >= 400 and value not in {"", "/"}:
        said = html.unescape(answer.text)
        assert re.search(name, said), said
        assert re.search(f"integer|{allowed}", said), said
        if value in {HUGE, "-1"}:
            assert re.search(allowed, said), said


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_ranges_of_files(client, value):
    for given in (f"bytes={value}-", f"bytes=-{value}", f"bytes=0-{value}"):
        sent = {"Range": given.encode()}
        assert client.get(f"{API}/fits", headers=sent).status_code < 500
