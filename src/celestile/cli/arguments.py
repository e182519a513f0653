"""Command-line arguments. Commands are imported only when they run, so ``--version`` is fast."""

import argparse
import difflib
import importlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from celestile import __version__

DESCRIPTION = "View FITS images in the browser, or serve them over IIIF, WMTS, OGC API and HiPS."
COMMANDS = {
    "serve": "serve an archive of FITS files",
    "demo": "view a demonstration image",
    "info": "describe a FITS file",
    "contact-sheet": "draw all images of a folder on one contact sheet",
    "cache": "list or clear the pyramid cache",
}


class Parser(argparse.ArgumentParser):
    """A parser that reports an error in one line."""

    def knows(self, option: str) -> bool:
        """Whether an option exists, perhaps under a longer name."""
        name = option.partition("=")[0]
        return any(known.startswith(name) for known in self._option_string_actions)

    def error(self, message: str) -> NoReturn:
        """Exit with code 2."""
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _command(module: str, function: str = "run") -> Callable[[argparse.Namespace], int]:
    """Return a function that imports a command's module only when it is called."""

    def run(arguments: argparse.Namespace) -> int:
        code: int = getattr(importlib.import_module(f"celestile.cli.{module}"), function)(arguments)
        return code

    return run


def _add_cache_directory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cache-dir", metavar="DIR", help="folder for the pyramid cache")


def _add_verbosity(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-v", "--verbose", action="store_true", help="enable verbose logging")


def _add_viewing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-browser", action="store_true", help="do not open a browser, only print the address"
    )
    parser.add_argument("--port", metavar="P", help="port to listen on; by default a free one")
    parser.add_argument(
        "--cors", metavar="ORIGIN", help="allow pages of this origin to read the images; * for all"
    )
    _add_cache_directory(parser)
    _add_verbosity(parser)


def _viewer() -> Parser:
    commands = "\n".join(f"  {name:15}{text}" for name, text in COMMANDS.items())
    parser = Parser(
        prog="celestile",
        usage="celestile FILE... [options] | celestile COMMAND ...",
        description=f"{DESCRIPTION}\n\ncommands (see celestile COMMAND --help):\n{commands}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"celestile {__version__}")
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        type=_file,
        help="FITS files, or one folder; several files also form a sequence of frames",
    )
    _add_viewing(parser)
    parser.set_defaults(run=_command("viewer"))
    return parser


def _demo() -> Parser:
    parser = Parser(prog="celestile demo", description="View a demonstration image in the browser.")
    _add_viewing(parser)
    parser.set_defaults(run=_command("viewer", "run_demo"))
    return parser


def _serve() -> Parser:
    parser = Parser(
        prog="celestile serve",
        description="Serve FITS files over IIIF, WMTS, OGC API and HiPS. Options override CONFIG.",
    )
    parser.add_argument(
        "config", nargs="?", type=Path, metavar="CONFIG", help="settings file (YAML)"
    )
    parser.add_argument("--data", metavar="DIR", help="folder with the FITS files to serve")
    parser.add_argument("--host", metavar="H", help="address to listen on")
    parser.add_argument("--port", metavar="P", help="port to listen on; 0 for a free one")
    parser.add_argument("--workers", metavar="N", help="number of worker processes")
    parser.add_argument("--server", metavar="NAME", help="hypercorn (default) or uvicorn")
    parser.add_argument(
        "--root-path", metavar="PATH", help="path at which a reverse proxy publishes the server"
    )
    _add_cache_directory(parser)
    _add_verbosity(parser)
    parser.set_defaults(run=_command("server"))
    return parser


def _info() -> Parser:
    parser = Parser(
        prog="celestile info",
        description="Describe a FITS file: images, axes, sky coordinates, automatic limits.",
    )
    parser.add_argument("file", type=_file, metavar="FILE")
    parser.add_argument("--hdu", help="HDU to describe: an index, EXTNAME or EXTNAME,EXTVER")
    parser.add_argument("--json", action="store_true", help="print all metadata as JSON")
    _add_cache_directory(parser)
    _add_verbosity(parser)
    parser.set_defaults(run=_command("info"))
    return parser


def _contact_sheet() -> Parser:
    parser = Parser(
        prog="celestile contact-sheet",
        description="Draw the automatic view of each image of a folder on one contact sheet.",
    )
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("contact-sheet.png"), metavar="FILE",
        help="file to write (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--size", type=_positive, default=240, metavar="N", help="size of a thumbnail in pixels"
    )
    parser.add_argument(
        "--columns", type=_positive, default=8, metavar="N", help="thumbnails in a row"
    )
    _add_cache_directory(parser)
    _add_verbosity(parser)
    parser.set_defaults(run=_command("contact_sheet"))
    return parser


def _file(text: str) -> Path:
    if text == "-":
        raise argparse.ArgumentTypeError("standard input is not supported; name a file")
    if "://" in text:
        raise argparse.ArgumentTypeError(
            f"{text} is a URL; only local files are supported, so download it first"
        )
    return Path(text)


def _positive(text: str) -> int:
    # Python refuses to parse very long numbers.
    if not (text.isascii() and text.isdigit() and len(text) < 10) or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f"{text!r} is invalid; expected a whole number of at least 1"
        )
    return int(text)


def _cache() -> Parser:
    parser = Parser(prog="celestile cache", description="List or clear the pyramid cache.")
    actions = parser.add_subparsers(required=True, metavar="list|clear", dest="action")
    for name, text in (("list", "list the pyramids"), ("clear", "remove all pyramids")):
        action = actions.add_parser(name, help=text, description=text.capitalize() + ".")
        action.add_argument(
            "config", nargs="?", type=Path, metavar="CONFIG", help="settings file (YAML)"
        )
        _add_cache_directory(action)
        action.set_defaults(run=_command("caches", name + "_entries"))
    return parser


_PARSERS = {
    "serve": _serve,
    "demo": _demo,
    "info": _info,
    "contact-sheet": _contact_sheet,
    "cache": _cache,
}


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return the arguments; ``run`` of the result is the command.

    Any argument that is not the name of a command is a file: ``./demo`` views a file named demo.
    """
    first = argv[0] if argv else ""
    if first in _PARSERS:
        return _PARSERS[first]().parse_args(argv[1:])
    parser = _viewer()
    if first.startswith("--") and not parser.knows(first):
        # argparse would report the missing file instead.
        parser.error(f"unrecognized arguments: {first}")
    arguments = parser.parse_args(argv)
    if first and not first.startswith("-") and not os.path.lexists(first):
        near = difflib.get_close_matches(first, COMMANDS, n=1)
        hint = f"; did you mean 'celestile {near[0]}'?" if near else ""
        parser.exit(1, f"celestile: {first}: no such file or command{hint}\n")
    return arguments
