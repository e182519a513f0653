"""The folder through which worker processes add up their metrics."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

logger = logging.getLogger(__name__)


@contextmanager
def shared_folder() -> Iterator[str | None]:
    """Make a private temporary folder; without one, each worker reports its own metrics."""
    try:
        folder = TemporaryDirectory(prefix="celestile-metrics-")
    except OSError as error:
        logger.warning("/metrics shows one worker only: no temporary folder: %s", error)
        yield None
        return
    with folder as path:
        yield path


def join(folder: str | None) -> None:
    """Share the metrics of this process; to be called before their library is imported."""
    from celestile.protocols.web.metrics import SHARED_FOLDER

    if folder is not None:
        os.environ[SHARED_FOLDER] = folder


def forget(pid: int | None, folder: str | None) -> None:
    """Remove the gauges of a worker that died. Its counters stay: a sum must not fall."""
    if folder is not None:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(pid, folder)  # type: ignore[no-untyped-call]
