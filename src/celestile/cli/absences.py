"""Warnings about declared files that are missing. They are not errors: the files can come later."""

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

from celestile.pixels.patterns import literal, matching
from celestile.settings import ImageSettings, Settings

_MOST_NAMES = 20_000
"""Limit of the file names that are compared with a pattern, to keep the start fast."""


def absences(settings: Settings) -> Iterator[str]:
    """Yield a sentence for each declared file that is missing and each pattern without a match."""
    base = settings.base
    for image in settings.images:
        for key, path in _named_files(image):
            if not os.path.isfile(base / path):  # noqa: PTH113 - the folder may be unreadable
                yield f"{image.where}: images.{image.identifier}.{key}: there is no file {path}"
        for pattern in image.frames:
            if not any(map(os.path.isfile, matching([literal(base, pattern)]))):
                key = f"images.{image.identifier}.frames"
                yield f"{image.where}: {key}: no file matches {pattern!r}"
    for pattern in settings.wmts.mosaic:
        wanted = pattern.partition(";")[0]
        if not any(wanted == name or fnmatchcase(name, wanted) for name in _names(settings)):
            yield f"wmts.mosaic: no image matches {wanted!r}"


def _named_files(image: ImageSettings) -> Iterator[tuple[str, Path]]:
    if image.file is not None:
        yield "file", image.file
    for channel in image.channels:
        yield f"channels.{channel.name}", channel.file


def _names(settings: Settings) -> Iterator[str]:
    """Yield possible identifiers of images, up to the limit."""
    yield from (image.identifier for image in settings.images)
    root = settings.data.root
    if root is not None:
        found = (
            (Path(folder) / name).relative_to(root).as_posix()
            for folder, _, names in os.walk(root)
            for name in names
        )
        yield from islice(found, _MOST_NAMES)
