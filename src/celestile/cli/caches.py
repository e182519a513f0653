"""``celestile cache list`` and ``celestile cache clear``."""

import argparse
import datetime as dt
import shutil

from celestile.cli.server import settings_from
from celestile.cli.text import human_bytes
from celestile.pyramid.cache import Cache
from celestile.settings import Settings


def _cache(settings: Settings) -> Cache:
    return Cache(settings.cache.path, settings.cache.size, settings.tiles.size)


def list_entries(arguments: argparse.Namespace) -> int:
    """Print the entries, least recently used first."""
    settings = settings_from(arguments)
    entries = _cache(settings).entries()
    for entry in entries:
        used = dt.datetime.fromtimestamp(entry.used, dt.UTC).astimezone()
        print(f"{human_bytes(entry.size):>9}  {used:%Y-%m-%d %H:%M}  {entry.name}")
    total = human_bytes(sum(entry.size for entry in entries))
    limit = human_bytes(settings.cache.size)
    print(f"{total} of {limit} in {len(entries)} files in {settings.cache.path}")
    return 0


def clear_entries(arguments: argparse.Namespace) -> int:
    """Remove all entries and the demonstration image."""
    settings = settings_from(arguments)
    freed = _cache(settings).clear()
    demo = settings.cache.path / "demo"
    if demo.is_dir():
        freed += sum(file.stat().st_size for file in demo.iterdir())
        shutil.rmtree(demo)
    print(f"{human_bytes(freed)} freed in {settings.cache.path}")
    return 0
