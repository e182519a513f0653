"""Information about a pixel, in the formats of GetFeatureInfo."""

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType

import orjson

from celestile.pixels.sky.sky import World
from celestile.protocols.wmts.markup import WMTS, add, element, serialize


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureValue:
    """The value of one plane.

    Parameters
    ----------
    channel, frame : int
        Counted from 1; the first, where several are collapsed into one.
    name : str
        Of the channel.
    value, raw : float or None
        In physical units and as stored; None where missing.
    unit : str or None
        Of the value.
    stokes : str or None
        Name of the Stokes parameter; None without a Stokes axis.
    """

    channel: int
    frame: int
    name: str
    value: float | None
    raw: float | None
    unit: str | None
    stokes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """Information about a pixel.

    Parameters
    ----------
    layer : str
        Identifier.
    x, y : int or None
        Column and row in the image, from 0 at the top left; None beyond the image's edge, where
        the grid of tiles goes on.
    values : sequence of FeatureValue
        One for each plane shown.
    world : World or None
        Center of the pixel on the sky, where that is known.
    """

    layer: str
    x: int | None
    y: int | None
    values: Sequence[FeatureValue] = ()
    world: World | None = None


def write(feature: Feature, media: str) -> bytes:
    """Write a feature in one of the formats on offer."""
    return _WRITERS[media](feature)


def _json(feature: Feature) -> bytes:
    return orjson.dumps(
        {
            "layer": feature.layer.encode(errors="replace").decode(),
            "x": feature.x,
            "y": feature.y,
            "values": [asdict(reading) for reading in feature.values],
            "world": None if feature.world is None else asdict(feature.world),
        }
    )


def _rows(feature: Feature) -> list[tuple[str, str]]:
    """Put a feature into words: label and value."""
    rows = [("Layer", feature.layer)]
    if feature.x is None or feature.y is None:
        return [*rows, ("Pixel", "outside the image")]
    rows.append(("Pixel", f"{feature.x}, {feature.y}"))
    rows += (
        (f"{_stokes(reading)}Channel {reading.name}, frame {reading.frame}", _value(reading))
        for reading in feature.values
    )
    if feature.world is not None:
        world = feature.world
        rows.append((f"Sky ({world.frame_title})", f"{world.lon:.8f}, {world.lat:.8f} degrees"))
    return rows


def _stokes(reading: FeatureValue) -> str:
    return f"Stokes {reading.stokes}, " if reading.stokes else ""


def _value(reading: FeatureValue) -> str:
    if reading.value is None:
        return "missing"
    return f"{reading.value!r} {reading.unit or ''}".rstrip()


def _text(feature: Feature) -> bytes:
    lines = (f"{label}: {value}\n" for label, value in _rows(feature))
    return "".join(lines).encode(errors="replace")


def _html(feature: Feature) -> bytes:
    rows = "".join(
        f'<tr><th scope="row">{html.escape(label)}</th><td>{html.escape(value)}</td></tr>'
        for label, value in _rows(feature)
    )
    page = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Pixel</title></head>'
        f"<body><table>{rows}</table></body></html>"
    )
    return page.encode(errors="replace")


def _xml(feature: Feature) -> bytes:
    """Write the standard's FeatureInfoResponse (its schema's AnyContent: no GML is needed)."""
    root = element("FeatureInfoResponse", {"xmlns": WMTS})
    content = add(add(root, "AnyContent"), "Pixel", attributes={"layer": feature.layer})
    if feature.x is not None and feature.y is not None:
        add(content, "X", str(feature.x))
        add(content, "Y", str(feature.y))
    for reading in feature.values:
        attributes = {"name": reading.name, "channel": str(reading.channel)}
        attributes["frame"] = str(reading.frame)
        if reading.stokes:
            attributes["stokes"] = reading.stokes
        if reading.unit:
            attributes["unit"] = reading.unit
        text = None if reading.value is None else repr(reading.value)
        add(content, "Value", text, attributes)
    if feature.world is not None:
        parts = asdict(feature.world).items()
        world = {key: str(value) for key, value in parts if value is not None}
        add(content, "World", attributes=world)
    return serialize(root)


_WRITERS: Mapping[str, Callable[[Feature], bytes]] = MappingProxyType(
    {
        "application/json": _json,
        "text/plain": _text,
        "text/html": _html,
        "text/xml": _xml,
    }
)
