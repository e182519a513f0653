"""What the user sees: log lines, and progress bars where there is a terminal to draw them on."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)


def configure_logging(*, verbose: bool) -> None:
    """Send log lines to standard error."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )


@contextmanager
def progress(title: str) -> Iterator[Callable[[float], None]]:
    """Show a long piece of work: a bar on a terminal, a log line elsewhere.

    Parameters
    ----------
    title : str
        What is being done.

    Yields
    ------
    callable
        To be called with the fraction that is done, from 0 to 1; until then the bar pulses.
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
