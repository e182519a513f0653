"""Stokes parameters are a dimension under their own name."""

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from celestile.pixels.axes.stokes import described

NAMES = {"wmts": "http://www.opengis.net/wmts/1.0", "ows": "http://www.opengis.net/ows/1.1"}


@pytest.fixture
def polarized(service: Any) -> str:
    """Add an image of four Stokes parameters to the service."""
    template = service.images["cube/movie.fits"]
    identifier = "cube/stokes.fits"
    service.images[identifier] = type(template)(
        **{
            name: getattr(template, name)
            for name in template.__dataclass_fields__
            if name not in ("identifier", "stokes", "frames", "channels", "_others")
        },
        identifier=identifier,
        stokes=described("IQUV", "Jy"),
        frames=template.frames[:1],
        channels=template.channels[:1],
    )
    return identifier


@pytest.fixture
def cube(service: Any) -> str:
    """Add a spectral cube of two Stokes parameters to the service."""
    template = service.images["cube/lines.fits"]
    identifier = "cube/polarized.fits"
    service.images[identifier] = replace(
        template, identifier=identifier, stokes=described("IV", "Jy")
    )
    return identifier


def test_it_is_listed_beside_channels(client: Any, cube: str) -> None:
    query = f"service=WMTS&request=GetCapabilities&layer={cube}"
    root = ET.fromstring(client.get(f"/wmts?{query}").content)  # noqa: S314 - our own
    found = root.findall("wmts:Contents/wmts:Layer/wmts:Dimension", NAMES)
    names = [each.findtext("ows:Identifier", None, NAMES) for each in found]
    assert names == ["CHANNEL", "STOKES"]
    assert [value.text for value in found[1].findall("wmts:Value", NAMES)] == ["default", "I", "V"]


@pytest.mark.parametrize(
    ("places", "channel", "stokes"),
    [("7/V", 7, "V"), ("default/V", None, "V"), ("7/default", 7, None), ("7", 7, None)],
)
def test_a_path_has_both(
    client: Any, service: Any, cube: str, places: str, channel: int | None, stokes: str | None
) -> None:
    path = f"/wmts/1.0.0/cube%2Fpolarized.fits/default/{places}/pixels-300x300/0/0/0.png"
    assert client.get(path).status_code == 200
    view = service.drawn[-1][0].view
    assert (view.channel and view.channel.first, view.stokes) == (channel, stokes)


def test_it_is_listed(client: Any, polarized: str) -> None:
    query = f"service=WMTS&request=GetCapabilities&layer={polarized}"
    root = ET.fromstring(client.get(f"/wmts?{query}").content)  # noqa: S314 - our own
    layer = root.find("wmts:Contents/wmts:Layer", NAMES)
    assert layer is not None
    (dimension,) = layer.findall("wmts:Dimension", NAMES)
    assert dimension.findtext("ows:Identifier", None, NAMES) == "STOKES"
    values = [value.text for value in dimension.findall("wmts:Value", NAMES)]
    assert values == [
        "default", "I", "Q", "U", "V", "P", "PF", "PA", "Ptotal", "PFtotal",
    ]  # fmt: skip
    url = layer.find("wmts:ResourceURL", NAMES)
    assert url is not None
    assert "/{Style}/{STOKES}/{TileMatrixSet}/" in url.attrib["template"]


@pytest.mark.parametrize("name", ["STOKES", "stokes"])
@pytest.mark.parametrize(
    ("value", "shown"), [("Q", "Q"), ("2", "Q"), ("PA", "PA"), ("pangle", "PA"), ("q", "Q")]
)
def test_it_chooses_the_parameter(
    client: Any, service: Any, tile: Any, polarized: str, name: str, value: str, shown: str
) -> None:
    given = tile | {"layer": polarized, "TileMatrixSet": "pixels-300x300", name: value}
    given |= {"TileMatrix": "0"}
    assert client.get("/wmts", params=given).status_code == 200
    assert service.drawn[-1][0].view.stokes == shown
    assert service.drawn[-1][0].view.channel is None


@pytest.mark.parametrize("value", ["2", "9", "x"])
def test_channels_are_of_other_layers(
    client: Any, service: Any, tile: Any, polarized: str, value: str
) -> None:
    given = tile | {"layer": polarized, "TileMatrixSet": "pixels-300x300", "TileMatrix": "0"}
    assert client.get("/wmts", params=given | {"CHANNEL": value}).status_code == 200
    assert service.drawn[-1][0].view.channel is None


def test_it_stands_in_the_path(client: Any, service: Any, polarized: str) -> None:
    path = "/wmts/1.0.0/cube%2Fstokes.fits/default/{}/pixels-300x300/0/0/0.png"
    assert client.get(path.format("V")).status_code == 200
    assert service.drawn[-1][0].view.stokes == "V"
    assert client.get(path.format("default")).status_code == 200
    assert service.drawn[-1][0].view.stokes is None


def test_a_value_that_is_none_is_named(client: Any, tile: Any, polarized: str) -> None:
    given = tile | {"layer": polarized, "TileMatrixSet": "pixels-300x300", "TileMatrix": "0"}
    response = client.get("/wmts", params=given | {"Stokes": "X"})
    assert response.status_code == 400
    (found,) = ET.fromstring(response.content)  # noqa: S314 - our own
    assert found.attrib == {"exceptionCode": "InvalidParameterValue", "locator": "STOKES"}
