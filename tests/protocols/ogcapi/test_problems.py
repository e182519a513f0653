"""What is refused, with which status, in the words of RFC 9457."""

from typing import Any

import pytest

from celestile.errors import SourceChangedError, StorageError, UnsupportedFeatureError
from celestile.protocols.ogcapi.problems import translate

PLAIN = "/ogc/collections/sub%2Fplain.fits"
TILES = f"{PLAIN}/map/tiles/pixels-700x500"


@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("/ogc/nothing", 404, None),
        ("/ogc/a%0Ab", 404, None),
        ("/ogc/collections/a%0A%0Db.fits/map/tiles", 404, None),
        ("/ogc/conformance/more", 404, None),
        ("/ogc/collections/missing.fits", 404, None),
        ("/ogc/collections/..%2F..%2Fetc%2Fpasswd", 404, None),
        ("/ogc/collections/%252E%252E%252Fx.fits", 404, None),
        ("/ogc/collections/%FF", 404, None),
        ("/ogc/collections/torn.fits", 404, None),
        ("/ogc/collections/torn.fits/map/tiles", 404, None),
        (f"{PLAIN}/items", 404, None),
        (f"{PLAIN}/map", 404, None),
        (f"{PLAIN}/map/tiles/WebMercatorQuad", 404, None),
        (f"{PLAIN}/map/tiles/pixels-1x1", 404, None),
        (f"{PLAIN}/styles/nope/map/tiles", 404, None),
        (f"{PLAIN}/styles/nope/map/tiles/pixels-700x500/0/0/0", 404, None),
        (f"{PLAIN}/styles/negative/styles", 404, None),
        ("/ogc/tileMatrixSets/nope", 404, None),
        ("/ogc/tileMatrixSets/pixels-0x5", 404, None),
        (f"{TILES}/3/0/0", 404, None),
        (f"{TILES}/-1/0/0", 404, None),
        (f"{TILES}/2/2/0", 404, None),
        (f"{TILES}/2/0/3", 404, None),
        (f"{TILES}/2/x/0", 404, None),
        (f"{TILES}/2/0/0/0", 404, None),
        (f"{TILES}/2/0", 404, None),
        ("/ogc?bogus=1", 400, "bogus"),
        ("/ogc/collections?cmap=viridis", 400, "cmap"),
        ("/ogc/collections?limit=0", 400, "limit"),
        ("/ogc/collections?limit=ten", 400, "limit"),
        ("/ogc/collections?offset=-1", 400, "offset"),
        ("/ogc?f=pdf", 400, "f"),
        (f"{TILES}/0/0/0?f=gif", 400, "f"),
        (f"{TILES}/0/0/0?frame=7", 400, "frame"),
        (f"{TILES}/0/0/0?cmap=nope", 400, "cmap"),
        (f"{TILES}/0/0/0?gamma=1&gamma=2", 400, "gamma"),
        (f"{PLAIN};stretch=nope/map/tiles", 400, "stretch"),
        (f"{PLAIN}?view=nope", 400, "view"),
    ],
)
def test_refused(client: Any, path: str, status: int, parameter: str | None) -> None:
    response = client.get(path)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["type"] == "about:blank"
    assert problem["title"] == {400: "Bad Request", 404: "Not Found"}[status]
    assert problem["detail"]
    assert problem.get("parameter") == parameter


@pytest.mark.parametrize(
    ("path", "accept"), [("/ogc", "image/png"), (f"{TILES}/0/0/0", "text/html, image/gif")]
)
def test_nothing_acceptable(client: Any, path: str, accept: str) -> None:
    response = client.get(path, accept=accept)
    assert response.status_code == 406
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed(client: Any, method: str) -> None:
    response = client.request(method, "/ogc/collections")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"
    assert response.json()["status"] == 405


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SourceChangedError("it shrank"), 503),
        (StorageError("no room"), 503),
        (UnsupportedFeatureError("not offered"), 501),
    ],
)
def test_our_errors_have_their_status(error: Any, status: int) -> None:
    assert translate(error).status == status
