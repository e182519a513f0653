"""Log lines, and progress bars if there is a terminal."""

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:  # loaded only when it is needed
    from rich.progress import Progress, TaskID

logger = logging.getLogger(__name__)

_LONG = 0.5
"""Seconds after which a build shows a progress bar."""


class _StandardError(logging.StreamHandler[TextIO]):
    """Write to the current `sys.stderr`: progress bars replace it, to stay below the log lines."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def configure_logging(*, verbose: bool) -> None:
    """Send log lines to standard error."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=[_StandardError()],
    )


@contextmanager
def progress(title: str) -> Iterator[Callable[[float], None]]:
    """Show the progress of a long operation: a bar on a terminal, otherwise one log line.

    Parameters
    ----------
    title : str
        Description of the operation.

    Yields
    ------
    callable
        Progress callback, with the completed fraction from 0 to 1. Until the first call, the bar
        pulses.
    """
    if not sys.stderr.isatty():
        logger.info("%s", title)
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda fraction: bar.update(task, total=1.0, completed=fraction)


class BuildBars:
    """A progress bar for each pyramid build that takes long; nothing if there is no terminal.

    Builds run in parallel threads, but a terminal supports only one display.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._display: Progress | None = None

    @contextmanager
    def watch(self) -> Iterator[Callable[[int, int], None]]:
        """Show the progress of a build.

        Yields
        ------
        callable
            Progress callback, with the number of completed pixels and the total.
        """
        began = time.monotonic()
        task: TaskID | None = None

        def report(done: int, total: int) -> None:
            nonlocal task
            with self._lock:
                if task is None and time.monotonic() - began > _LONG and sys.stderr.isatty():
                    title = "Building the pyramid"
                    task = self._shown().add_task(title, completed=done, total=total)
                elif task is not None:
                    self._shown().update(task, completed=done)

        try:
            yield report
        finally:
            with self._lock:
                if task is not None:
                    self._remove(task)

    def _shown(self) -> "Progress":
        if self._display is None:
            from rich.console import Console
            from rich.progress import Progress

            self._display = Progress(console=Console(stderr=True), transient=True)
            self._display.start()
        return self._display

    def _remove(self, task: "TaskID") -> None:
        display = self._shown()
        display.remove_task(task)
        if not display.tasks:
            display.stop()
            self._display = None
