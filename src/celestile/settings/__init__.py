"""Settings: a YAML file and command-line options become one frozen `Settings`.

``config/celestile.yaml`` describes every key. Only `celestile.cli`, `celestile.app` and
`celestile.assembly` read settings; all other modules receive plain values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from celestile.settings.images import (
    ChannelSettings,
    DefaultSettings,
    ImageSettings,
    NamedViewSettings,
    read_defaults,
    read_images,
    read_views,
)
from celestile.settings.sections import (
    CacheSettings,
    DataSettings,
    IiifSettings,
    LimitSettings,
    SearchSettings,
    ServerSettings,
    TileSettings,
    WmtsSettings,
)
from celestile.settings.values import Value, flag, load

__all__ = [
    "CacheSettings",
    "ChannelSettings",
    "DataSettings",
    "DefaultSettings",
    "IiifSettings",
    "ImageSettings",
    "LimitSettings",
    "NamedViewSettings",
    "SearchSettings",
    "ServerSettings",
    "Settings",
    "TileSettings",
    "WmtsSettings",
    "load_settings",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings.

    Parameters
    ----------
    server, data, cache, tiles, limits, search, iiif, wmts : dataclass
        The sections of the file with fixed keys.
    views : tuple of NamedViewSettings
        Named views of all images.
    images : tuple of ImageSettings
        Declared images, in addition to the files under the data root.
    defaults : tuple of DefaultSettings
        Automatic views by header; the first match is used.
    files : tuple of Path
        Files from the command line, at any path; several also form one sequence.
    folder : Path
        Folder of the settings file.
    """

    server: ServerSettings = field(default_factory=ServerSettings)
    data: DataSettings = field(default_factory=DataSettings)
    cache: CacheSettings = field(default_factory=CacheSettings)
    tiles: TileSettings = field(default_factory=TileSettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    search: SearchSettings = field(default_factory=SearchSettings)
    iiif: IiifSettings = field(default_factory=IiifSettings)
    wmts: WmtsSettings = field(default_factory=WmtsSettings)
    views: tuple[NamedViewSettings, ...] = ()
    images: tuple[ImageSettings, ...] = ()
    defaults: tuple[DefaultSettings, ...] = ()
    files: tuple[Path, ...] = ()
    folder: Path = field(default_factory=Path)

    @property
    def base(self) -> Path:
        """The folder to which the paths of declared images are relative."""
        return self.data.root or self.folder


_SECTIONS: dict[str, type[Any]] = {
    "server": ServerSettings,
    "data": DataSettings,
    "cache": CacheSettings,
    "tiles": TileSettings,
    "limits": LimitSettings,
    "search": SearchSettings,
    "iiif": IiifSettings,
    "wmts": WmtsSettings,
}
_LISTS = {"views": read_views, "images": read_images, "defaults": read_defaults}


def _read_section(kind: type[Any], value: Value) -> Any:
    readers = {item.name: item.metadata["read"] for item in fields(kind)}
    return kind(**{name: readers[name](part) for name, part in value.known_items(readers)})


def load_settings(
    path: Path | None = None, overrides: Mapping[str, tuple[str, str]] | None = None
) -> Settings:
    """Read settings: options override the file, which overrides the defaults.

    Parameters
    ----------
    path : Path, optional
        A YAML file.
    overrides : mapping, optional
        Dotted name of a setting to the option that sets it and the text of the option:
        ``{"server.port": ("--port", "8080")}``.

    Raises
    ------
    SettingsError
        If a key or value is invalid. The message names the file and line, or the option, the key,
        the value and what is allowed, in one sentence.
    """
    given: dict[str, Any] = {"folder": Path.cwd()}
    if path is not None:
        file = load(path)
        given["folder"] = file.folder
        for name, value in file.known_items((*_SECTIONS, *_LISTS)):
            kind = _SECTIONS.get(name)
            given[name] = _read_section(kind, value) if kind else _LISTS[name](value)
    settings = Settings(**given)
    for key, (name, text) in (overrides or {}).items():
        settings = _override(settings, key, flag(name, text))
    return settings


def _override(settings: Settings, key: str, value: Value) -> Settings:
    section_name, name = key.split(".")
    section = getattr(settings, section_name)
    read = next(item.metadata["read"] for item in fields(section) if item.name == name)
    return replace(settings, **{section_name: replace(section, **{name: read(value)})})
