"""Shell-style patterns of file names, evaluated again when a folder changes."""

import glob
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_MAGIC = re.compile(r"[*?[]")


def matching(patterns: Iterable[Path]) -> tuple[Path, ...]:
    """Files that match patterns now, without duplicates: in order of patterns, then of names.

    Parameters
    ----------
    patterns : iterable of pathlib.Path
        Absolute, with ``*``, ``?``, ``[…]`` and ``**`` as in a shell: ``*`` does not match a dot at
        the beginning of a name. A pattern without these, or equal to the name of a file, is a name.
    """
    found = (name for pattern in patterns for name in _names(str(pattern)))
    return tuple(dict.fromkeys(Path(name) for name in found))


def folders(patterns: Iterable[Path]) -> tuple[Path, ...]:
    """Folders whose modification times change when the result of `matching` may change."""
    found: dict[Path, None] = {}
    for pattern in patterns:
        parts = pattern.parts
        # A file name does not depend on the other names in its folder.
        wild = next((i for i, part in enumerate(parts) if _MAGIC.search(part)), len(parts))
        for end in range(wild, len(parts)):
            names = _expanded(str(Path(*parts[:end])))
            found |= dict.fromkeys(map(Path, filter(os.path.isdir, names)))
    return tuple(found)


def literal(folder: Path, pattern: str) -> Path:
    """Join a pattern to a folder, escaping the name of the folder."""
    return Path(glob.escape(str(folder))) / pattern


def _names(pattern: str) -> list[str]:
    # Unlike the methods of Path, these functions return False for unreadable folders.
    if not _MAGIC.search(pattern) or os.path.isfile(pattern):  # noqa: PTH113
        return [pattern]
    return sorted(filter(os.path.isfile, _expanded(pattern)))


def _expanded(pattern: str) -> Iterator[str]:
    # Path.glob would also match names that begin with a dot.
    return glob.iglob(pattern, recursive=True)  # noqa: PTH207
