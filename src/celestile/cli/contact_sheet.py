"""``celestile contact-sheet``: the automatic view of every image of a folder on one picture."""

import argparse
import asyncio
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from celestile.assembly import create_service
from celestile.cli.console import configure_logging, progress
from celestile.cli.server import settings_from
from celestile.errors import CelestileError, SettingsError
from celestile.geometry import Region
from celestile.render.request import Output
from celestile.service.service import Service
from celestile.views.view import View

_GAP = 8
_TEXT = 13  # height of the letters in pixels
_LINES = 3
_NARROWEST = 16
_KINDS = (".gif", ".jpg", ".pdf", ".png", ".tif", ".webp")
_PAPER, _INK, _FAINT, _WARNING = "#202124", "#e8eaed", "#9aa0a6", "#f28b82"


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """The automatic view of an image, or the reason why there is none.

    Parameters
    ----------
    name : str
        Identifier.
    about : tuple of str
        One or two lines that describe the image, or the reason.
    picture : PIL.Image.Image or None
        The picture, if there is one.
    """

    name: str
    about: tuple[str, ...]
    picture: Pillow.Image | None


def run(arguments: argparse.Namespace) -> int:
    """Draw the contact sheet and print its path."""
    configure_logging(verbose=arguments.verbose)
    folder: Path = arguments.folder
    if not folder.is_dir():
        raise SettingsError(f"{folder} is not a folder")
    _check_output(arguments.output)
    arguments.data = str(folder)
    service = create_service(settings_from(arguments))
    try:
        with progress(f"Reading {folder}") as report:
            thumbnails = asyncio.run(_look(service, arguments.size, report))
    finally:
        service.close()
    if not thumbnails:
        raise SettingsError(f"{folder} contains no FITS file")
    sheet(thumbnails, arguments.size, arguments.columns).save(arguments.output)
    refused = sum(thumbnail.picture is None for thumbnail in thumbnails)
    print(
        f"{arguments.output}: {len(thumbnails) - refused} images, {refused} files without an image"
    )
    return 0


def _check_output(path: Path) -> None:
    """Raise an error for an invalid output path before the work starts."""
    if path.suffix.lower() not in _KINDS:
        raise SettingsError(
            f"{path}: the name must end in {', '.join(_KINDS[:-1])} or {_KINDS[-1]}"
        )
    if not path.parent.is_dir():
        raise SettingsError(f"{path}: there is no folder {path.parent}")


async def _look(service: Service, size: int, report: Callable[[float], None]) -> list[Thumbnail]:
    names = [entry.identifier for entry in service.library.every()]
    found = []
    for index, name in enumerate(names):
        found.append(await thumbnail(service, name, size))
        report((index + 1) / len(names))
    return found


async def thumbnail(service: Service, identifier: str, size: int) -> Thumbnail:
    """Draw the automatic view of an image; its longer side has `size` pixels."""
    try:
        subject = await service.subject(identifier, View())
        image = subject.image
        # A spectrum of a single row or column is drawn thick enough to see.
        scale = size / max(image.width, image.height)
        width, height = (
            max(min(size, _NARROWEST), round(length * scale))
            for length in (image.width, image.height)
        )
        region = Region(0, 0, image.width, image.height)
        body = await service.draw(
            subject, Output(region=region, size=(width, height), format="png")
        )
    except CelestileError as error:
        return Thumbnail(identifier, (str(error).split(": ", 1)[-1],), None)
    counts = [
        f"{len(steps)} {word}s"
        for steps, word in ((image.channels, "channel"), (image.frames, "frame"))
        if len(steps) > 1
    ]
    if len(image.measured_stokes) > 1:
        counts.insert(0, f"Stokes {' '.join(image.measured_stokes)}")
    shape = ", ".join([f"{image.width} x {image.height}", *counts])
    parts = [f"{part.limits[0]:.4g} to {part.limits[1]:.4g}" for part in subject.components[:1]]
    stretch = subject.style.stretch
    if subject.style.parameter is not None:
        stretch += f":{subject.style.parameter:g}"
    picture = Pillow.open(io.BytesIO(body)).convert("RGBA")
    return Thumbnail(identifier, (shape, " ".join([stretch, *parts])), picture)


def sheet(thumbnails: Sequence[Thumbnail], size: int, columns: int) -> Pillow.Image:
    """Arrange thumbnails in rows, each with its name below."""
    font = ImageFont.load_default(_TEXT)
    cell_width, cell_height = size + _GAP, size + _LINES * (_TEXT + 3) + 2 * _GAP
    rows = ceil(len(thumbnails) / columns)
    columns = min(columns, len(thumbnails))
    made = Pillow.new("RGB", (columns * cell_width + _GAP, rows * cell_height + _GAP), _PAPER)
    draw = ImageDraw.Draw(made)
    for index, each in enumerate(thumbnails):
        row, column = divmod(index, columns)
        left, top = _GAP + column * cell_width, _GAP + row * cell_height
        if each.picture is not None:
            corner = (
                left + (size - each.picture.width) // 2,
                top + (size - each.picture.height) // 2,
            )
            made.paste(each.picture, corner, each.picture)
        lines = [(each.name, _INK), *((line, _FAINT) for line in each.about)]
        if each.picture is None:
            lines = [(each.name, _INK), (each.about[0], _WARNING)]
        for number, (line, color) in enumerate(lines[:_LINES]):
            at = (left, top + size + 4 + number * (_TEXT + 3))
            draw.text(at, _shortened(line, size, font), fill=color, font=font)
    return made


def _shortened(line: str, width: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    """Cut the middle of a line that is wider than its cell, because names differ at their ends."""
    if font.getlength(line) <= width:
        return line
    kept = len(line)
    while kept > 4 and font.getlength(line[: kept // 2] + "..." + line[-(kept // 2) :]) > width:
        kept -= 1
    return line[: kept // 2] + "..." + line[-(kept // 2) :]
