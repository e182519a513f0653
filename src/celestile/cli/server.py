"""``celestile serve``: serve an archive."""

import argparse
import gc
import logging
from pathlib import Path

from celestile.cli.absences import absences
from celestile.cli.console import configure_logging
from celestile.errors import SettingsError
from celestile.settings import Settings, load_settings

logger = logging.getLogger(__name__)

FLAGS = {
    "data": ("data.root", "--data"),
    "host": ("server.host", "--host"),
    "port": ("server.port", "--port"),
    "workers": ("server.workers", "--workers"),
    "server": ("server.backend", "--server"),
    "root_path": ("server.root_path", "--root-path"),
    "cache_dir": ("cache.directory", "--cache-dir"),
    "cors": ("server.cors", "--cors"),
}


def settings_from(arguments: argparse.Namespace) -> Settings:
    """Return the settings of the settings file, if any, overridden by the command-line options."""
    given = vars(arguments)
    overrides = {
        key: (flag, given[name])
        for name, (key, flag) in FLAGS.items()
        if given.get(name) is not None
    }
    return load_settings(given.get("config"), overrides)


def _check_configuration(path: Path) -> None:
    """Raise an error with a hint if the settings file is a folder or a FITS file."""
    if path.is_dir():
        raise SettingsError(
            f"{path} is a folder, not a settings file; to serve it: celestile serve --data {path}"
        )
    if path.is_file():
        with path.open("rb") as file:
            if file.read(9) == b"SIMPLE  =":
                raise SettingsError(
                    f"{path} is a FITS file, not a settings file; to view it: celestile {path}"
                )


def run(arguments: argparse.Namespace) -> int:
    """Serve until a signal stops the server."""
    configure_logging(verbose=arguments.verbose)
    if arguments.config is not None:
        _check_configuration(arguments.config)
    settings = settings_from(arguments)
    if settings.data.root is None and not settings.images:
        raise SettingsError(
            "nothing to serve: use --data DIR, or a settings file with data.root or images"
        )
    for sentence in absences(settings):
        logger.warning("%s", sentence)
    gc.disable()  # until the app is ready: imports create no garbage
    from celestile.cli.hosting import address, check_cache, host, host_many, listen

    check_cache(settings.cache.path)
    server = settings.server
    listener = listen(server.host, server.port, shared=server.workers > 1)
    place = address(listener) + settings.server.root_path

    def announce() -> None:
        print(f"Celestile is running at {place}/", flush=True)

    if settings.server.workers > 1:
        announce()
        return host_many(settings, listener, verbose=arguments.verbose)
    host(settings, listener, announce)
    return 0
