"""The command line: ``celestile FILE…``, ``celestile serve`` and other commands."""

import sys
from collections.abc import Sequence

from celestile.cli.arguments import parse
from celestile.errors import CelestileError, SettingsError

SUCCESS, FAILURE, USAGE, INTERRUPTED = 0, 1, 2, 130


def complain(error: object) -> None:
    """Print an error to standard error."""
    print(f"celestile: {error}", file=sys.stderr)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the name of the program; by default those of the process.

    Returns
    -------
    int
        Exit code: 0 success, 1 failure, 2 invalid arguments or settings, 130 interrupted.
    """
    arguments = parse(sys.argv[1:] if argv is None else argv)
    try:
        return int(arguments.run(arguments))
    except SettingsError as error:
        complain(error)
        return USAGE
    except CelestileError as error:
        complain(error)
        return FAILURE
    except BrokenPipeError:
        # The reader of our output (head, less) has closed it, so nothing more can be written.
        sys.stderr.close()
        return SUCCESS
    except OSError as error:
        complain(f"{error.strerror}: {error.filename}" if error.filename else error)
        return FAILURE
    except KeyboardInterrupt:
        return INTERRUPTED
