"""The sections of the settings file with free names: views, images and defaults."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celestile.settings.values import Value

_VIEW_NAME = re.compile(r"[A-Za-z0-9._-]+")
# As in `celestile.pixels.image.Channel`: a view must be able to name the channel.
_CHANNEL_NAME = re.compile(r"[^;&=,:~/?\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedViewSettings:
    """A view that clients request by name; also a WMTS style.

    Parameters
    ----------
    name : str
        Name after ``view=``.
    title : str
        Title to display.
    view : str
        View specification.
    where : str
        File and line, for errors in the specification.
    """

    name: str
    title: str
    view: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultSettings:
    """A view that replaces the automatic view if header keywords match.

    Parameters
    ----------
    when : tuple of (str, str)
        Keywords and values that the header must all match; ``*`` and ``?`` as in file names.
    view : str
        View specification.
    where : str
        File and line, for errors in the specification.
    """

    when: tuple[tuple[str, str], ...]
    view: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """A file that is one channel of a band set.

    Parameters
    ----------
    name : str
        Name of the channel.
    file : Path
        Relative to `Settings.base`, or absolute.
    hdu : str or None
        HDU of the file, as in the view key ``hdu``.
    color : str or None
        Color as RRGGBB.
    """

    name: str
    file: Path
    hdu: str | None = None
    color: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSettings:
    """An image declared by the operator, with exactly one of file, channels and frames.

    Parameters
    ----------
    identifier : str
        Its name in URLs.
    title : str or None
        Title to display.
    file : Path or None
        One file, relative to `Settings.base`, or absolute.
    channels : tuple of ChannelSettings
        Files of a band set.
    frames : tuple of str
        Files of a sequence: shell patterns, relative to `Settings.base`, or absolute.
    align : {"none", "wcs"}
        Whether frames are resampled onto the grid of the first.
    match : {"none", "background"}
        How the background levels of the chips of a mosaic are matched.
    views : tuple of NamedViewSettings
        Named views of this image only.
    where : str
        File and line, for errors.
    """

    identifier: str
    title: str | None = None
    file: Path | None = None
    channels: tuple[ChannelSettings, ...] = ()
    frames: tuple[str, ...] = ()
    align: str = "none"
    match: str = "none"
    views: tuple[NamedViewSettings, ...] = ()
    where: str = ""


def _specification(value: Value) -> str:
    """Return a view specification, given as text or as a mapping of its keys."""
    if value.is_text:
        return value.text()
    parts = []
    for name, part in value.items():
        if ";" in part.text():
            part.fail("text without ';'")
        parts.append(f"{name}={part.text()}")
    return ";".join(parts)


def _named_view(name: str, value: Value) -> NamedViewSettings:
    if not _VIEW_NAME.fullmatch(name):
        raise value.error(
            f"the name of view {name!r} can contain only letters, digits, '.', '_' and '-'"
        )
    title, view = name, ""
    if value.is_text:
        view = value.text()
    else:
        for key, part in value.known_items(("title", "view")):
            if key == "title":
                title = part.text()
            else:
                view = _specification(part)
    if not view:
        value.fail("a view specification such as 'stretch=asinh;cmap=viridis'")
    return NamedViewSettings(name=name, title=title, view=view, where=value.where)


def read_views(value: Value) -> tuple[NamedViewSettings, ...]:
    """Read named views."""
    return tuple(_named_view(name, part) for name, part in value.items())


def _default(value: Value) -> DefaultSettings:
    when: tuple[tuple[str, str], ...] = ()
    view = ""
    for key, part in value.known_items(("when", "view")):
        if key == "when":
            when = tuple((keyword.upper(), match.text()) for keyword, match in part.items())
        else:
            view = _specification(part)
    if not when or not view:
        value.fail("a mapping with 'when' (header keywords and values) and 'view'")
    return DefaultSettings(when=when, view=view, where=value.where)


def read_defaults(value: Value) -> tuple[DefaultSettings, ...]:
    """Read views that depend on the header."""
    return tuple(_default(element) for element in value.elements())


def _file(value: Value) -> Path:
    return value.name("the path of a FITS file")


def _color(value: Value) -> str:
    text = value.text().lower()
    if not re.fullmatch(r"[0-9a-f]{6}", text):
        value.fail("a color such as ff8800")
    return text


def _channel(name: str, value: Value) -> ChannelSettings:
    if not _CHANNEL_NAME.fullmatch(name):
        raise value.error(f"the name of channel {name!r} must not contain any of ; & = , : ~ / ?")
    if value.is_text:
        return ChannelSettings(name=name, file=_file(value))
    file, hdu, color = None, None, None
    for key, part in value.known_items(("file", "hdu", "color")):
        if key == "file":
            file = _file(part)
        elif key == "hdu":
            hdu = part.text()
        else:
            color = _color(part)
    if file is None:
        value.fail("the path of a FITS file, or a mapping with 'file'")
    return ChannelSettings(name=name, file=file, hdu=hdu, color=color)


def _frames(value: Value) -> tuple[str, ...]:
    what = "a file name, or a pattern such as night/*.fits"
    return tuple(str(element.name(what)) for element in value.elements())


def _mosaic(value: Value) -> str:
    match = "none"
    for _, part in value.known_items(("match",)):
        match = part.word("none", "background")
    return match


_IMAGE_KEYS: dict[str, tuple[str, Callable[[Value], object]]] = {
    "title": ("title", Value.text),
    "file": ("file", _file),
    "channels": ("channels", lambda v: tuple(_channel(name, part) for name, part in v.items())),
    "frames": ("frames", _frames),
    "align": ("align", lambda value: value.word("none", "wcs")),
    "mosaic": ("match", _mosaic),
    "views": ("views", read_views),
}


def _image(identifier: str, value: Value) -> ImageSettings:
    parts = identifier.split("/")
    is_plain = identifier.isprintable() and ";" not in identifier
    if not all(parts) or "." in parts or ".." in parts or not is_plain:
        raise value.error(
            f"{identifier!r} is an invalid image identifier; expected names separated by '/',"
            " without ';' and control characters, and other than '.' and '..'"
        )
    given: dict[str, Any] = {}
    for key, part in value.known_items(_IMAGE_KEYS):
        name, read = _IMAGE_KEYS[key]
        given[name] = read(part)
    if sum(bool(given.get(key)) for key in ("file", "channels", "frames")) != 1:
        raise value.error(f"{value.key} must have exactly one of 'file', 'channels' and 'frames'")
    return ImageSettings(identifier=identifier, where=value.where, **given)


def read_images(value: Value) -> tuple[ImageSettings, ...]:
    """Read declared images."""
    return tuple(_image(identifier, part) for identifier, part in value.items())
