"""The error table of the standard: code, locator and status for each way to ask wrongly."""

import logging
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from celestile.errors import (
    CelestileError,
    MissingParameterError,
    RequestError,
    SourceChangedError,
    StorageError,
    UnknownImageError,
    UnservableImageError,
    UnsupportedFeatureError,
)
from celestile.protocols.wmts.exceptions import OwsError, report, rest_status, translate

OWS = "{http://www.opengis.net/ows/1.1}"


def read(body: bytes) -> tuple[str, str | None, str]:
    root = ET.fromstring(body)  # noqa: S314 (our own)
    assert root.tag == f"{OWS}ExceptionReport"
    assert root.get("version") == "1.1.0"
    (exception,) = root
    return exception.attrib["exceptionCode"], exception.get("locator"), exception[0].text or ""


def check(response: Any, status: int, code: str, locator: str | None) -> None:
    assert response.status_code == status
    assert response.headers["content-type"].partition(";")[0] == "application/xml"
    found = read(response.content)
    assert found[:2] == (code, locator)
    assert found[2]


GET_CAPABILITIES = {"service": "WMTS", "request": "GetCapabilities"}


@pytest.mark.parametrize("name", ["service", "request"])
@pytest.mark.parametrize("empty", [False, True])
def test_missing_operation(client: Any, name: str, empty: bool) -> None:
    parameters = {key: value for key, value in GET_CAPABILITIES.items() if key != name}
    if empty:
        parameters[name] = ""
    check(client.get("/wmts", params=parameters), 400, "MissingParameterValue", name)


@pytest.mark.parametrize(("name", "value"), [("service", "WMS"), ("request", "GetMap")])
def test_unknown_operation(client: Any, name: str, value: str) -> None:
    parameters = GET_CAPABILITIES | {name: value}
    check(client.get("/wmts", params=parameters), 400, "InvalidParameterValue", name)


@pytest.mark.parametrize(
    ("name", "value", "code", "locator"),
    [
        ("AcceptVersions", "2.0.0", "VersionNegotiationFailed", None),
        ("AcceptVersions", "1.0,0.9.9", "VersionNegotiationFailed", None),
        ("Sections", "Bogus", "InvalidParameterValue", "sections"),
        ("Sections", "All,Bogus", "InvalidParameterValue", "sections"),
        ("Sections", "", "MissingParameterValue", "sections"),
        ("updateSequence", "99999999999", "InvalidUpdateSequence", None),
        ("updateSequence", "9" * 32, "InvalidUpdateSequence", None),
        ("layer", "nothing.fits", "InvalidParameterValue", "layer"),
        ("layers", "plain.fits,nothing.fits", "InvalidParameterValue", "layer"),
        ("layer", "bad.fits", "InvalidParameterValue", "layer"),
        ("layer", "plain.fits;frame=7", "InvalidParameterValue", "FRAME"),
    ],
)
def test_get_capabilities(
    client: Any, name: str, value: str, code: str, locator: str | None
) -> None:
    check(client.get("/wmts", params=GET_CAPABILITIES | {name: value}), 400, code, locator)


TILE_NAMES = [
    ("version", "version"),
    ("layer", "layer"),
    ("style", "Style"),
    ("format", "format"),
    ("TileMatrixSet", "TileMatrixSet"),
    ("TileMatrix", "TileMatrix"),
    ("TileRow", "TileRow"),
    ("TileCol", "TileCol"),
]


@pytest.mark.parametrize(("name", "locator"), TILE_NAMES)
def test_get_tile_missing(client: Any, tile: dict[str, str], name: str, locator: str) -> None:
    del tile[name]
    check(client.get("/wmts", params=tile), 400, "MissingParameterValue", locator)


@pytest.mark.parametrize(
    ("name", "locator"),
    [*TILE_NAMES, ("I", "I"), ("J", "J"), ("InfoFormat", "InfoFormat")],
)
def test_get_feature_info_missing(
    client: Any, info: dict[str, str], name: str, locator: str
) -> None:
    del info[name]
    check(client.get("/wmts", params=info), 400, "MissingParameterValue", locator)


INVALID = [
    ("version", "1.1.0", "version"),
    ("layer", "nothing.fits", "layer"),
    ("layer", "bad.fits", "layer"),
    ("layer", "../../etc/passwd", "layer"),
    ("layer", "plain.fits;cmap=nonsense", "layer"),
    ("style", "nonsense", "Style"),
    ("format", "image/x-nonsense", "format"),
    ("format", "png", "format"),
    ("TileMatrixSet", "pixels-999x700", "TileMatrixSet"),
    ("TileMatrix", "3", "TileMatrix"),
    ("TileMatrix", "-1", "TileMatrix"),
    ("TileMatrix", "00", "TileMatrix"),
    ("TileRow", "x", "TileRow"),
    ("TileRow", "1.0", "TileRow"),
    ("TileCol", "١", "TileCol"),
    ("TileCol", "9" * 5000, "TileCol"),
    ("cmap", "nonsense", "cmap"),
    ("GAMMA", "-1", "gamma"),
    ("hdu", "9", "hdu"),
]


@pytest.mark.parametrize(("name", "value", "locator"), INVALID)
def test_get_tile_invalid(
    client: Any, tile: dict[str, str], name: str, value: str, locator: str
) -> None:
    response = client.get("/wmts", params=tile | {name: value})
    check(response, 400, "InvalidParameterValue", locator)


@pytest.mark.parametrize(
    ("name", "value", "locator"),
    [
        *INVALID,
        ("I", "x", "I"),
        ("J", "1.5", "J"),
        ("InfoFormat", "application/x-nonsense", "InfoFormat"),
    ],
)
def test_get_feature_info_invalid(
    client: Any, info: dict[str, str], name: str, value: str, locator: str
) -> None:
    response = client.get("/wmts", params=info | {name: value})
    check(response, 400, "InvalidParameterValue", locator)


# OGC 07-057r7, table 26, "Exception codes for GetFeatureInfo operation":
#
# exceptionCode      meaning                                           locator
# TileOutOfRange     TileRow or TileCol out of range                   name of the parameter
# PointIJOutOfRange  I or J out of range                               name of the parameter
@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("TileRow", "3", "TileOutOfRange"),
        ("TileRow", "-1", "TileOutOfRange"),
        ("TileCol", "4", "TileOutOfRange"),
        ("TileCol", "-1", "TileOutOfRange"),
        ("TileCol", "99999999999999999999", "TileOutOfRange"),
        ("I", "256", "PointIJOutOfRange"),
        ("I", "-1", "PointIJOutOfRange"),
        ("J", "256", "PointIJOutOfRange"),
        ("J", "-1", "PointIJOutOfRange"),
        ("J", "99999999999999999999", "PointIJOutOfRange"),
    ],
)
def test_get_feature_info_out_of_range(
    client: Any, info: dict[str, str], name: str, value: str, code: str
) -> None:
    check(client.get("/wmts", params=info | {name: value}), 400, code, name)


MOVIE = {"layer": "cube/movie.fits", "TileMatrixSet": "pixels-300x300", "TileMatrix": "0"}


@pytest.mark.parametrize(
    ("name", "value", "locator"),
    [
        ("TIME", "1999-01-01", "TIME"),
        ("time", "x", "TIME"),
        ("FRAME", "4", "FRAME"),
        ("frame", "4", "FRAME"),
        ("Channel", "9", "CHANNEL"),
    ],
)
@pytest.mark.parametrize("kind", ["tile", "info"])
def test_dimension_out_of_range(
    request: Any, client: Any, kind: str, name: str, value: str, locator: str
) -> None:
    asked = request.getfixturevalue(kind) | MOVIE | {name: value}
    check(client.get("/wmts", params=asked), 400, "InvalidParameterValue", locator)


@pytest.mark.parametrize(
    ("matrix", "name", "value"),
    [
        ("2", "TileRow", "3"),
        ("2", "TileRow", "-1"),
        ("2", "TileCol", "4"),
        ("1", "TileRow", "2"),
        ("0", "TileCol", "1"),
        ("0", "TileCol", "999999999999999999"),
    ],
)
def test_get_tile_out_of_range(
    client: Any, tile: dict[str, str], matrix: str, name: str, value: str
) -> None:
    response = client.get("/wmts", params=tile | {"TileMatrix": matrix, name: value})
    check(response, 400, "TileOutOfRange", name)


def test_channel_beside_mix(client: Any, tile: dict[str, str]) -> None:
    parameters = tile | MOVIE | {"mix": "1:ff0000", "channel": "1"}
    response = client.get("/wmts", params=parameters)
    check(response, 400, "InvalidParameterValue", "CHANNEL")


def test_full_disk(client: Any, service: Any, tile: dict[str, str]) -> None:
    service.full = True
    check(client.get("/wmts", params=tile), 503, "NoApplicableCode", None)


def test_hostile_text_is_escaped(client: Any) -> None:
    response = client.get("/wmts?service=WMTS&request=%3Cb%3E%00%ff%ed%a0%80&")
    code, locator, text = read(response.content)
    assert (code, locator) == ("InvalidParameterValue", "request")
    assert "<b>" in text


def test_post_is_refused(client: Any) -> None:
    assert client.request("POST", "/wmts").status_code == 405


@pytest.mark.parametrize(
    ("error", "code", "locator", "status"),
    [
        (UnknownImageError("m"), "InvalidParameterValue", "layer", 400),
        (UnservableImageError("m"), "InvalidParameterValue", "layer", 400),
        (RequestError("m", "frame"), "InvalidParameterValue", "FRAME", 400),
        (RequestError("m"), "InvalidParameterValue", None, 400),
        (MissingParameterError("m", "cmap"), "MissingParameterValue", "cmap", 400),
        (UnsupportedFeatureError("m", "stretch"), "OptionNotSupported", "stretch", 501),
        (SourceChangedError("m"), "NoApplicableCode", None, 503),
        (StorageError("m"), "NoApplicableCode", None, 503),
        (CelestileError("m"), "NoApplicableCode", None, 500),
        (OwsError("X", "m", "y", 418), "X", "y", 418),
    ],
)
def test_translate(error: CelestileError, code: str, locator: str | None, status: int) -> None:
    found = translate(error)
    assert (found.code, found.locator, found.status, str(found)) == (code, locator, status, "m")
    assert read(report(found)) == (code, locator, "m")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OwsError("InvalidParameterValue", "m", "layer"), 404),
        (OwsError("TileOutOfRange", "m", "TileRow"), 404),
        (OwsError("InvalidParameterValue", "m", "cmap"), 400),
        (OwsError("NoApplicableCode", "m", None, 503), 503),
    ],
)
def test_rest_status(error: OwsError, status: int) -> None:
    assert rest_status(error) == status


def test_unreadable_file_is_logged_not_fatal(client: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    response = client.get("/wmts", params=GET_CAPABILITIES)
    assert response.status_code == 200
    assert b"bad.fits" not in response.content
    assert "bad.fits" in caplog.text
