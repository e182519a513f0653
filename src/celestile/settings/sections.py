"""The sections of the settings file with fixed keys, and the reader of each value."""

import ipaddress
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from celestile.settings.values import Value

T = TypeVar("T")


def _by(read: Callable[[Value], Any]) -> dict[str, Callable[[Value], Any]]:
    """Return the metadata of a field: the reader of its value."""
    return {"read": read}


def _or_none(read: Callable[[Value], T]) -> Callable[[Value], T | None]:
    return lambda value: None if value.is_null else read(value)


def _integer(least: int, most: int) -> Callable[[Value], int]:
    return lambda value: value.integer(least, most)


def _word(*allowed: str) -> Callable[[Value], str]:
    return lambda value: value.word(*allowed)


def _folder(value: Value) -> Path:
    path = value.path()
    if not os.path.isdir(path):  # noqa: PTH112 - false for unreadable folders, too
        value.fail("an existing folder")
    return path


def _host(value: Value) -> str:
    if not value.text().strip():
        value.fail("a host name or an address such as 127.0.0.1, or 0.0.0.0 for all addresses")
    return value.text()


def _root_path(value: Value) -> str:
    text = value.text().rstrip("/")
    if text and not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", text):
        value.fail("a path such as /tiles, or empty")
    return text


def _origins(value: Value) -> tuple[str, ...]:
    for element in value.elements():
        if not re.fullmatch(r"\*|https?://[^/\s]+", element.text()):
            element.fail("an origin such as https://example.org, or *")
    return value.texts()


def _networks(value: Value) -> tuple[str, ...]:
    for element in value.elements():
        try:
            if element.text() != "*":
                ipaddress.ip_network(element.text(), strict=False)
        except ValueError:
            element.fail("an address or network such as 127.0.0.1 or 10.0.0.0/8, or *")
    return value.texts()


def _substitute(value: Value) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._~!$'()*+,@-]{1,16}", value.text()):
        value.fail("one to sixteen characters that are not escaped in a URL, such as ~~")
    return value.text()


def _url(value: Value) -> str:
    if not re.fullmatch(r"https?://\S+", value.text()):
        value.fail("a URL that starts with http:// or https://")
    return value.text()


def _resolver(value: Value) -> str:
    if not re.fullmatch(r"https?://[^/?#\s@]+/[^?#\s]*", value.text()):
        value.fail("a URL such as https://cds.unistra.fr/cgi-bin/nph-sesame, without a query")
    return value.text()


def default_cache_directory() -> Path:
    """Return the default of `cache.directory`."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "celestile"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Where and how the server listens."""

    host: str = field(default="127.0.0.1", metadata=_by(_host))
    port: int = field(default=8000, metadata=_by(_integer(0, 65535)))
    workers: int = field(default=1, metadata=_by(_integer(1, 1024)))
    backend: str = field(default="hypercorn", metadata=_by(_word("hypercorn", "uvicorn")))
    root_path: str = field(default="", metadata=_by(_root_path))
    cors: tuple[str, ...] = field(default=("*",), metadata=_by(_origins))
    max_age: int = field(default=600, metadata=_by(_integer(0, 31_536_000)))
    access_log: bool = field(default=False, metadata=_by(Value.boolean))
    trusted_proxies: tuple[str, ...] = field(default=(), metadata=_by(_networks))


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSettings:
    """Which files are served."""

    root: Path | None = field(default=None, metadata=_by(_or_none(_folder)))
    hidden: bool = field(default=False, metadata=_by(Value.boolean))
    download: bool = field(default=False, metadata=_by(Value.boolean))


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheSettings:
    """Folder and size of the pyramid cache."""

    directory: Path | None = field(default=None, metadata=_by(_or_none(Value.path)))
    size: int = field(default=10 * 10**9, metadata=_by(Value.bytes))
    memory: int = field(default=256 * 10**6, metadata=_by(Value.bytes))
    level0: str = field(default="auto", metadata=_by(_word("auto", "never", "always")))

    @property
    def path(self) -> Path:
        """The directory, or the default in the user's cache folder."""
        return self.directory or default_cache_directory()


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSettings:
    """Size and encoding of tiles."""

    size: int = field(default=256, metadata=_by(_integer(64, 4096)))
    jpeg_quality: int = field(default=90, metadata=_by(_integer(1, 100)))
    jpeg_subsampling: str = field(default="420", metadata=_by(_word("420", "422", "444")))


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSettings:
    """Limits of a request."""

    max_width: int = field(default=4096, metadata=_by(_integer(256, 65500)))
    max_height: int = field(default=4096, metadata=_by(_integer(256, 65500)))
    max_area: int | None = field(default=None, metadata=_by(_or_none(_integer(65536, 10**12))))
    threads: int = field(default=4, metadata=_by(_integer(1, 256)))


@dataclass(frozen=True, slots=True, kw_only=True)
class IiifSettings:
    """Options of the IIIF APIs."""

    slash_substitute: str | None = field(default=None, metadata=_by(_or_none(_substitute)))
    view_qualities: bool = field(default=False, metadata=_by(Value.boolean))
    rights: str | None = field(default=None, metadata=_by(_or_none(_url)))
    attribution: str | None = field(default=None, metadata=_by(_or_none(Value.text)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """Where the viewer's search finds objects."""

    resolver: str | None = field(default=None, metadata=_by(_or_none(_resolver)))
    timeout: int = field(default=5, metadata=_by(_integer(1, 60)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WmtsSettings:
    """How the service describes itself in WMTS capabilities."""

    title: str = field(default="Celestile", metadata=_by(Value.text))
    abstract: str = field(default="", metadata=_by(Value.text))
    keywords: tuple[str, ...] = field(default=(), metadata=_by(Value.texts))
    sky_longitude: str = field(
        default="mirrored", metadata=_by(_word("mirrored", "right_ascension"))
    )
    mosaic: tuple[str, ...] = field(default=(), metadata=_by(Value.texts))
    index_grids: bool = field(default=False, metadata=_by(Value.boolean))
    templates: str = field(default="all", metadata=_by(_word("all", "png")))
    style_variable: str = field(default="Style", metadata=_by(_word("Style", "style")))
    provider: str = field(default="", metadata=_by(Value.text))
    provider_url: str | None = field(default=None, metadata=_by(_or_none(_url)))
