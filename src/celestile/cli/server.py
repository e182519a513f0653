"""``celestile serve``: the server of an archive."""

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
    """Return the settings of a configuration file, if any, and of the flags that were given."""
    given = vars(arguments)
    overrides = {
        key: (flag, given[name])
        for name, (key, flag) in FLAGS.items()
        if given.get(name) is not None
    }
    return load_settings(given.get("config"), overrides)


def _check_configuration(path: Path) -> None:
    """Say what else the name of a configuration may have been meant for."""
    if path.is_dir():
        raise SettingsError(
            f"{path} is a folder, not a configuration; celestile serve --data {path} serves it"
        )
    if path.is_file():
        with path.open("rb") as file:
            if file.read(9) == b"SIMPLE  =":
                raise SettingsError(
                    f"{path} is a FITS file, not a configuration; celestile {path} views it"
                )


def run(arguments: argparse.Namespace) -> int:
    """Serve until a signal comes."""
    configure_logging(verbose=arguments.verbose)
    if arguments.config is not None:
        _check_configuration(arguments.config)
    settings = settings_from(arguments)
    if settings.data.root is None and not settings.images:
        raise SettingsError(
            "nothing to serve: give --data DIR, or a configuration with data.root or images"
        )
    for sentence in absences(settings):
        logger.warning("%s", sentence)
    gc.disable()  # until the app is ready: nothing that loads now is garbage
    from celestile.cli.hosting import address, check_cache, host, host_many, listen

    check_cache(settings.cache.path)
    server = settings.server
    listener = listen(server.host, server.port, shared=server.workers > 1)
    place = address(listener) + settings.server.root_path

    def announce() -> None:
        print(f"Celestile serves {place}/", flush=True)

    if settings.server.workers > 1:
        announce()
        return host_many(settings, listener, verbose=arguments.verbose)
    host(settings, listener, announce)
    return 0
