"""Locks between processes, each a file beside what it guards."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold a lock file against other threads and processes; it is gone afterwards.

    Parameters
    ----------
    path : pathlib.Path
        The lock; its directory exists.
    wait : bool
        Whether to wait for whoever holds it.

    Raises
    ------
    BlockingIOError
        If somebody holds it and `wait` is false.
    OSError
        If the file cannot be made.
    """
    operation = fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, operation)
            # Whoever held it before has removed the name: only a file that still has it counts.
            if _is_named(file, path):
                try:
                    yield
                finally:
                    with suppress(OSError):
                        path.unlink(missing_ok=True)
                return
        finally:
            os.close(file)


def _is_named(file: int, path: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file), path.stat())
    return False
