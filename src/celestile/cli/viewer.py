"""``celestile FILE…`` and ``celestile demo``: a local server and a browser."""

import argparse
import gc
import os
import sys
import threading
import webbrowser
from dataclasses import replace
from itertools import islice
from pathlib import Path

from celestile.cli.console import BuildBars, configure_logging, progress
from celestile.cli.server import settings_from
from celestile.errors import CelestileError, SettingsError
from celestile.pixels.names import may_be_fits_name
from celestile.settings import ChannelSettings, ImageSettings, NamedViewSettings, Settings

_MOST_NAMES = 20_000
"""File names of a folder that are looked at before it is shown, to keep the start fast."""


def open_browser(url: str) -> None:
    """Open the user's browser, if there is a graphical one, without waiting for it."""
    graphical = sys.platform in ("win32", "darwin") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
    # Without a display, webbrowser would open a text browser in this terminal.
    if graphical:
        threading.Thread(target=_open, args=(url,), daemon=True).start()


def _open(url: str) -> None:
    try:
        webbrowser.open(url)
    except webbrowser.Error:  # the address is printed anyway
        return


def with_files(settings: Settings, files: list[Path]) -> Settings:
    """Return settings for viewing files, or the files of one folder.

    Raises
    ------
    CelestileError
        If a file does not exist or is not readable.
    SettingsError
        If one of several arguments is a folder.
    """
    folders = [path for path in files if path.is_dir()]
    if folders and len(files) > 1:
        raise SettingsError("expected either files or a single folder")
    if folders:
        return replace(settings, data=replace(settings.data, root=folders[0].absolute()))
    for path in files:
        if not path.exists():
            raise CelestileError(f"{path}: no such file")
        if not path.is_file():
            raise CelestileError(f"{path}: is not a regular file")
        if not os.access(path, os.R_OK):
            raise CelestileError(f"{path}: cannot be read: permission denied")
    return replace(settings, files=tuple(path.absolute() for path in files))


def _local(arguments: argparse.Namespace) -> Settings:
    """Return settings for a local server. Other web pages must not be able to read its images."""
    settings = settings_from(arguments)
    server = settings.server
    return replace(
        settings,
        server=replace(
            server,
            cors=server.cors if arguments.cors else (),
            port=server.port if arguments.port else 0,
        ),
    )


def _expect_images(settings: Settings) -> None:
    """Check the first bytes of files, and whether a folder has files to show.

    Raises
    ------
    CelestileError
        If a file is not FITS.
    """
    from celestile.pixels.fits.file import check_beginning

    for path in settings.files:
        try:
            check_beginning(path)
        except CelestileError as error:
            hint = ""
            if path.suffix in (".yaml", ".yml"):
                hint = f"; to serve an archive with these settings: celestile serve {path.name}"
            raise CelestileError(f"{path}: {error}{hint}") from None
    root = settings.data.root
    if root is not None and not settings.files:
        names = (name for _, _, found in os.walk(root) for name in found)
        if not any(map(may_be_fits_name, islice(names, _MOST_NAMES))):
            print(f"celestile: note: there are no FITS files in {root} yet", file=sys.stderr)


def _view(settings: Settings, *, browser: bool) -> int:
    gc.disable()  # until the app is ready: imports create no garbage
    from celestile.cli.hosting import address, check_cache, host, listen

    check_cache(settings.cache.path)
    listener = listen(settings.server.host, settings.server.port)
    url = address(listener) + "/"
    if browser:
        open_browser(url)  # it connects and waits while the app loads

    def ready() -> None:
        print(f"Celestile is running at {url} (press Ctrl-C to stop)", flush=True)

    host(settings, listener, ready, BuildBars().watch)
    return 0


def run(arguments: argparse.Namespace) -> int:
    """View files or a folder."""
    configure_logging(verbose=arguments.verbose)
    settings = with_files(_local(arguments), arguments.files)
    _expect_images(settings)
    return _view(settings, browser=not arguments.no_browser)


def _demo_image(files: dict[str, Path]) -> ImageSettings:
    """Declare the generated files as one image, with a few example views."""
    views = {
        "faint": (
            "Faint structures",
            "channel=r;limits=-0.01,0.8;stretch=asinh:0.02;cmap=inferno",
        ),
        "heart": ("Heart of the galaxy", "channel=i;limits=0,6;stretch=log;cmap=magma"),
        "negative": ("Negative", "channel=g;limits=0,0.5;stretch=sqrt;invert=1"),
    }
    return ImageSettings(
        identifier="demonstration-sky",
        title="Demonstration sky",
        channels=tuple(ChannelSettings(name=name, file=file) for name, file in files.items()),
        views=tuple(
            NamedViewSettings(name=name, title=title, view=view, where="demo")
            for name, (title, view) in views.items()
        ),
    )


def run_demo(arguments: argparse.Namespace) -> int:
    """View the demonstration image, which is generated on the first call and kept."""
    configure_logging(verbose=arguments.verbose)
    settings = _local(arguments)
    from celestile.demo import ensure_demo

    with progress("Generating the demonstration image") as report:
        files = ensure_demo(settings.cache.path.absolute() / "demo", report)
    settings = replace(settings, images=(_demo_image(files),))
    return _view(settings, browser=not arguments.no_browser)
