"""Patterns of file names, as a shell's, that are looked at again when a folder changes."""

import glob
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_MAGIC = re.compile(r"[*?[]")


def matching(patterns: Iterable[Path]) -> tuple[Path, ...]:
    """Files that patterns match now, each once: pattern by pattern, by name within each.

    Parameters
    ----------
    patterns : iterable of pathlib.Path
        Absolute, with ``*``, ``?``, ``[…]`` and ``**`` as in a shell: ``*`` does not match a dot at
        the beginning of a name. What exists as it is written, or has none of these, is a name.
    """
    found = (name for pattern in patterns for name in _names(str(pattern)))
    return tuple(dict.fromkeys(Path(name) for name in found))


def folders(patterns: Iterable[Path]) -> tuple[Path, ...]:
    """Folders whose modification time tells that `matching` may find other files now."""
    found: dict[Path, None] = {}
    for pattern in patterns:
        parts = pattern.parts
        # A name tells by itself whether it is there.
        wild = next((i for i, part in enumerate(parts) if _MAGIC.search(part)), len(parts))
        for end in range(wild, len(parts)):
            names = _expanded(str(Path(*parts[:end])))
            found |= dict.fromkeys(map(Path, filter(os.path.isdir, names)))
    return tuple(found)


def literal(folder: Path, pattern: str) -> Path:
    """Put a pattern behind a folder whose own name is no pattern."""
    return Path(glob.escape(str(folder))) / pattern


def _names(pattern: str) -> list[str]:
    # Unlike those of Path, these functions say no where a folder is closed to us.
    if not _MAGIC.search(pattern) or os.path.isfile(pattern):  # noqa: PTH113
        return [pattern]
    return sorted(filter(os.path.isfile, _expanded(pattern)))


def _expanded(pattern: str) -> Iterator[str]:
    # Path.glob would match names that begin with a dot.
    return glob.iglob(pattern, recursive=True)  # noqa: PTH207
