"""The command line: ``celestile FILE…``, ``celestile serve`` and their companions."""

import sys
from collections.abc import Sequence

from celestile.cli.arguments import parse
from celestile.errors import CelestileError, SettingsError

SUCCESS, FAILURE, USAGE, INTERRUPTED = 0, 1, 2, 130


def complain(error: object) -> None:
    """Write one sentence to standard error."""
    print(f"celestile: {error}", file=sys.stderr)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments, without the program's name; those of the process by default.

    Returns
    -------
    int
        Exit code: 0 done, 1 failed, 2 wrong usage or configuration, 130 interrupted.
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
        # The reader of our output (head, less) has seen enough; nothing more can be written.
        sys.stderr.close()
        return SUCCESS
    except OSError as error:
        complain(f"{error.strerror}: {error.filename}" if error.filename else error)
        return FAILURE
    except KeyboardInterrupt:
        return INTERRUPTED
