"""Write `reference/data-files.md`: how Celestile opens every file of a folder.

Run it after a change that can affect the results: ``.venv/bin/python docs/data_files.py``.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from celestile.assembly import create_service
from celestile.errors import CelestileError
from celestile.service.service import Service, Subject
from celestile.settings import load_settings
from celestile.views.view import View

HERE = Path(__file__).resolve().parent
HEAD = """\
# Results on real files

This page lists how Celestile opens each of the {count} real survey, observatory and mission files
that are used in its development. All settings have their defaults. The files are not part of the
repository. `docs/data_files.py` writes this page. Every file with an image is shown; for every
other file, the page lists the reason. [Images in tables](tables.md) describes target pixel files,
HEALPix maps and lists of events.

"""
REASONS = "\n## Files without an image\n\n| file | reason |\n|---|---|\n"
TABLE = "| file | image | shown | numbers | sky | first view |\n|---|---|---|---|---|---|\n"


MADE = """
## Made files

These small files were made because real ones were shown incorrectly: steps of a cube in `PC3_3`,
bands counted from 0, errors without coordinates, coordinates in the primary header, exposures that
resembled colors, several exposures of one field, spellings of units, values beyond 32-bit floats,
sines of latitude, flags from afar, and unusual file names.

"""


def main() -> None:
    """Open every file and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    shared = HERE.parent.parent / "shared"
    parser.add_argument("folder", nargs="?", type=Path, default=shared / "data")
    parser.add_argument("cases", nargs="?", type=Path, default=shared / "cases")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        shown, refused = opened(arguments.folder, Path(scratch) / "cache")
        text = HEAD.format(count=len(shown) + len(refused)) + TABLE + "".join(shown)
        text += REASONS + "".join(refused)
        made = Path(scratch) / "made"
        make(arguments.cases, made)
        shown, refused = opened(made, Path(scratch) / "cache")
        text += MADE + TABLE + "".join(shown)
        text += REASONS.replace("## ", "### ") + "".join(refused) if refused else ""
    (HERE / "reference/data-files.md").write_text(text, "utf-8")


def make(cases: Path, folder: Path) -> None:
    """Write the files of all generators."""
    folder.mkdir()
    for generator in sorted(cases.glob("f*.py")):
        subprocess.run([sys.executable, str(generator), str(folder)], check=True)  # noqa: S603


def opened(folder: Path, scratch: Path) -> tuple[list[str], list[str]]:
    """Return the rows of the files of a folder that have an image, and of those that have none."""
    settings = load_settings(
        None, {"data.root": ("folder", str(folder)), "cache.directory": ("scratch", str(scratch))}
    )
    service = create_service(settings)
    try:
        return asyncio.run(rows(service))
    finally:
        service.close()


async def rows(service: Service) -> tuple[list[str], list[str]]:
    """Return the rows of all images of a service, and those of files without an image."""
    shown, refused = [], []
    for entry in service.library.every():
        name = entry.identifier
        try:
            subject = await service.subject(name, View())
        except CelestileError as error:
            reason = str(error).split(": ", 1)[-1].replace("|", "∣")
            refused.append(f"| `{name}` | {reason} |\n")
        else:
            shown.append(row(name, subject))
    return shown, refused


def row(name: str, subject: Subject) -> str:
    """Return the table row of an image."""
    image = subject.image
    size = f"{image.width} × {image.height}"
    if len(image.measured_stokes) > 1:
        size += f", Stokes {' '.join(image.measured_stokes)}"
    for steps, word in ((image.channels, "channels"), (image.frames, "frames")):
        if len(steps) > 1:
            size += f", {len(steps)} {word}"
    cells = [f"`{name}`", size, choice(subject), numbers(subject), sky(subject), view(subject)]
    return f"| {' | '.join(cell.replace('|', '∣') for cell in cells)} |\n"


def choice(subject: Subject) -> str:
    """Return the HDU that is shown and the number of others, or how chips are placed."""
    image = subject.image
    if image.chips:
        placed = next(note for note in image.notes if note.startswith("chips placed"))
        return f"{len(image.chips)} {placed}"
    current = next(hdu for hdu in image.hdus if hdu.selector == image.hdu)
    others = len(image.hdus) - 1
    return f"{current.name} ({current.selector})" + (f", {others} more" if others else "")


def numbers(subject: Subject) -> str:
    """Return the unit, the range or names of the channels, and the time."""
    channels = subject.image.channels
    parts = [subject.image.unit or ""]
    if len(channels) > 1 and channels[0].value is not None:
        ends = (channels[0], channels[-1])
        parts.append(" to ".join(f"{channel.value:.6g}" for channel in ends))
        parts[-1] += f" {channels[0].unit or ''}"
    elif len(channels) > 1 and not channels[0].name.isdigit():
        parts.append(", ".join(channel.name for channel in channels[:6]))
    times = [frame.time for frame in subject.image.frames if frame.time]
    if times:
        parts.append(times[0])
    return "; ".join(part.strip() for part in parts if part.strip())


def sky(subject: Subject) -> str:
    """Return the celestial frame and projection, or why there is none."""
    found = subject.image.sky
    if found.reason:
        return f"none: {found.reason}"
    celestial = found.charted[0].coordinates.celestial
    return f"{found.frame}, {celestial.projection}" if celestial else found.frame


def view(subject: Subject) -> str:
    """Return the automatic stretch and limits."""
    style = subject.style
    stretch = style.stretch if style.parameter is None else f"{style.stretch}:{style.parameter:g}"
    low, high = subject.components[0].limits
    mixed = f"{len(subject.components)} colors, " if len(subject.components) > 1 else ""
    return f"{mixed}{stretch}, {low:.4g} to {high:.4g}"


if __name__ == "__main__":
    main()
