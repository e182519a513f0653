"""``celestile info``: describe a file."""

import argparse
import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from celestile.app import create_app
from celestile.cli.console import configure_logging, progress
from celestile.cli.inprocess import ask
from celestile.cli.server import settings_from
from celestile.cli.text import number
from celestile.cli.viewer import with_files
from celestile.errors import SettingsError
from celestile.protocols.web.identifiers import encode_identifier
from celestile.settings import Settings

MANY = 12
"""Longer lists are shortened in the middle."""


async def _look(settings: Settings, hdu: str | None) -> dict[str, Any]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        start = (await ask(app, "/api"))["start"]
        query = urlencode({"hdu": hdu} if hdu else {})
        address = f"/api/images/{encode_identifier(start)}"
        seen = await ask(app, address, query)
        values = await ask(app, f"{address}/statistics", query)
        return {**seen, "statistics": values["planes"]}


def _shortened(lines: list[str]) -> list[str]:
    if len(lines) <= MANY:
        return lines
    left_out = len(lines) - MANY + 1
    return [*lines[: MANY - 4], f"… {left_out} more …", *lines[-3:]]


def _hdus(seen: dict[str, Any]) -> list[str]:
    lines = []
    names = [hdu["name"] for hdu in seen["hdus"]]
    for hdu in seen["hdus"]:
        name = hdu["name"] if names.count(hdu["name"]) == 1 else f"{hdu['name']},{hdu['version']}"
        shape = " × ".join(str(length) for length in reversed(hdu["shape"]))
        mark = "*" if hdu["selector"] == seen["hdu"] else " "
        lines.append(f"{mark} {hdu['selector']:>6}  {name:<12} {shape}  {hdu['kind']}")
    return lines


def _stokes(seen: dict[str, Any]) -> list[str]:
    return [f"{stokes['name']:>8}  {stokes['title']}" for stokes in seen["stokes"]]


def _channels(seen: dict[str, Any]) -> list[str]:
    lines = []
    for channel in seen["channels"]:
        value = channel["value"]
        where = "" if value is None else f"  {number(value)} {channel['unit'] or ''}"
        lines.append(f"{channel['index']:>4}  {channel['name']}{where}".rstrip())
    return lines if len(lines) > 1 else []


def _frames(seen: dict[str, Any]) -> list[str]:
    lines = [
        f"{frame['index']:>4}  {frame['name']}  {frame['time'] or ''}".rstrip()
        for frame in seen["frames"]
    ]
    return lines if len(lines) > 1 else []


def _sky(seen: dict[str, Any]) -> list[str]:
    sky = seen["sky"]
    if sky["reason"]:
        return [f"none: {sky['reason']}"]
    parts = [" and ".join(sky["names"]), sky["frame"], sky["projection"]]
    if sky["scale"] is not None:
        parts.append(f"{number(float(sky['scale']))} arcsec per pixel")
    if sky["north"] is not None:
        side = "left" if sky["parity"] == 1 else "right"
        angle = round(sky["north"], 1) + 0.0  # avoids -0.0
        parts.append(f"north {angle}° from up, east to the {side} of it")
    return [", ".join(part for part in parts if part)]


def _automatic(seen: dict[str, Any]) -> list[str]:
    shown = seen["shown"]
    lines = [f"stretch {shown['stretch']}"]
    if not shown["mix"]:
        lines[0] += f", colormap {shown['cmap']}"
    colors = {part["channel"]: part["color"] for part in shown["mix"]}
    for limits in shown["limits"]:
        channel = limits["channel"]
        color = f"  color {colors[channel]}" if channel in colors else ""
        lines.append(
            f"channel {channel}: {number(limits['vmin'])} to {number(limits['vmax'])}{color}"
        )
    return lines


def _values(seen: dict[str, Any]) -> list[str]:
    """Ranges of the planes shown; those of a sample of the pixels say so."""
    lines = []
    for plane in seen["statistics"]:
        if plane["min"] is None:
            continue
        least, most, middle = (number(plane[key]) for key in ("min", "max", "median"))
        sampled = "" if plane["range_exact"] else " (sampled)"
        lines.append(f"{least} to {most}{sampled}, median {middle}")
        if not plane["exact"]:
            lines[-1] += " (sampled)"
    return lines


def _report(seen: dict[str, Any]) -> Iterator[str]:
    unit = f", {seen['unit']}" if seen["unit"] else ""
    yield f"{seen['title']}: {seen['width']} × {seen['height']} pixels{unit}"
    chips = [
        f"{chip['name']}: {chip['problem'] or 'at ' + ', '.join(map(str, chip['region']))}"
        for chip in seen["chips"]
    ]
    sections = {
        "images": _hdus(seen),
        "chips": chips,
        "Stokes": _stokes(seen),
        "channels": _channels(seen),
        "frames": _frames(seen),
        "sky": _sky(seen),
        "values": _values(seen),
        "shown as": _automatic(seen),
        "notes": seen["notes"],
    }
    for title, lines in sections.items():
        for index, line in enumerate(_shortened(lines)):
            yield f"{title if index == 0 else '':>9}  {line}"


def run(arguments: argparse.Namespace) -> int:
    """Print a description of a file."""
    configure_logging(verbose=arguments.verbose)
    if arguments.file.is_dir():
        raise SettingsError(f"{arguments.file} is a folder; name a file")
    settings = with_files(settings_from(arguments), [arguments.file])
    with progress(f"Reading {arguments.file.name}"):
        seen = asyncio.run(_look(settings, arguments.hdu))
    if arguments.json:
        print(json.dumps(seen, indent=1, ensure_ascii=False))
    else:
        print("\n".join(_report(seen)))
    return 0
