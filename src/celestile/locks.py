"""Lock files, which processes and threads hold one at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold a lock file while the context lasts; the file is removed at the end.

    Parameters
    ----------
    path : pathlib.Path
        The lock file. Its directory must exist.
    wait : bool
        Whether to wait until another holder releases it.

    Raises
    ------
    BlockingIOError
        If the lock is held elsewhere and `wait` is false.
    OSError
        If the file cannot be created.
    """
    operation = fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, operation)
            # The previous holder removed the name: only a file that still has it is the lock.
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
