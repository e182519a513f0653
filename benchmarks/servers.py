"""The servers: how each is started, and the address of the same tile on each."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import peers
from data import VMAX, VMIN
from places import ALL_CORES, CACHES, CELESTILE, DATA, HERE, LOAD_CORE, QUALITY, SERVER_CORE, WORK
from process import Program, free_port, wait_for, wait_for_port

_number = itertools.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A running server."""

    program: Program
    port: int
    ready: float
    cache: Path
    proxy: Program | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A server to measure.

    Parameters
    ----------
    name : str
        Name in the tables.
    start : callable
        Returns the command: (data folder, port, cache folder, workers) -> (command, environment).
    gray, mix : str
        Address of a tile of ``8k-float32.fits`` and of the mix of three channels of the cube, for
        ``tiles.lua``.
    missing : str or None
        Instructions if it is not installed.
    workers : int
        Number of processes. A single one has its own core; several share all cores with the load.
    fastcgi : bool
        Whether it needs a web server in front of it.
    """

    name: str
    start: Callable[[Path, int, Path, int], tuple[list[str | Path], dict[str, str]]]
    gray: str
    mix: str | None = None
    health: str = "/"
    missing: str | None = None
    workers: int = 1
    fastcgi: bool = False


def fresh_cache() -> Path:
    """Return an empty folder."""
    folder = CACHES / f"{next(_number)}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@contextmanager
def serving(
    contender: Contender,
    *,
    cores: str | None = None,
    data: Path = DATA,
    cache: Path | None = None,
) -> Iterator[Running]:
    """Run a server until the end of the block, then remove its cache."""
    if cores is None:
        cores = str(SERVER_CORE) if contender.workers == 1 else ALL_CORES
    port, own = free_port(), cache is None
    folder = cache or fresh_cache()
    command, environment = contender.start(data, port, folder, contender.workers)
    name = contender.name.replace(" ", "-").replace("/", "-")
    before = _shared_memory()
    try:
        with ExitStack() as stack:
            program = stack.enter_context(Program(command, cores, name, environment, folder))
            proxy = None
            if contender.fastcgi:
                more = _more_iipsrv(stack, command, cores, environment, contender.workers)
                backends = [port, *more]
                proxy, port = _lighttpd(stack, folder, backends)
            ready = wait_for(proxy or program, port, contender.health)
            yield Running(program=program, port=port, ready=ready, cache=folder, proxy=proxy)
    finally:
        _tidy(before)
        if own:
            shutil.rmtree(folder, ignore_errors=True)


def _shared_memory() -> set[Path]:
    return {path for path in Path("/dev/shm").glob("*") if "visiomatic" in path.name.lower()}


def _tidy(before: set[Path]) -> None:
    """Remove shared memory segments that VisiOmatic left behind."""
    for path in _shared_memory() - before:
        path.unlink(missing_ok=True)


def celestile(
    name: str = "Celestile",
    *,
    settings: str = "",
    flags: tuple[str, ...] = (),
    missing: str | None = None,
) -> Contender:
    """Return Celestile, with additional lines of YAML or options."""

    def start(
        data: Path, port: int, cache: Path, workers: int
    ) -> tuple[list[str | Path], dict[str, str]]:
        given: list[str | Path] = []
        if settings:
            file = cache.with_suffix(".yaml")
            file.write_text(settings)
            given = [file]
        return [
            CELESTILE, "serve", *given, "--data", data, "--port", str(port), "--cache-dir", cache,
            "--workers", str(workers), *flags,
        ], {}  # fmt: skip

    view = f"limits={VMIN:g},{{v}};stretch=linear;gamma=2.2"
    geometry = "{x},{y},256,256/256,256/0/default.jpg"
    mix = f"mix=1:ff0000,2:00ff00,3:0000ff;{view}"
    return Contender(
        name=name,
        start=start,
        gray=f"/iiif/3/8k-float32.fits;{view}/{geometry}",
        mix=f"/iiif/3/cube-4x4k.fits;{mix}/{geometry}",
        health="/healthz",
        missing=missing,
    )


def visiomatic(*, patched: bool) -> Contender:
    """Return VisiOmatic, as released or patched to send tiles in one piece."""

    def start(
        data: Path, port: int, cache: Path, workers: int
    ) -> tuple[list[str | Path], dict[str, str]]:
        python = peers.VISIOMATIC / "bin" / "python"
        program = HERE / "visiomatic_patched.py" if patched else peers.VISIOMATIC / "bin/visiomatic"
        command: list[str | Path] = [
            python, program, "-H", "127.0.0.1", "-p", str(port), "-w", str(workers),
            "--data_dir", data, "--cache_dir", cache, "--quality", str(QUALITY),
            "--ultradict_cache_file", cache / "dictionary.pkl",
        ]  # fmt: skip
        # It reads settings from the home directory; it must not find those of the user.
        return command, {"HOME": str(cache), "PYTHONPATH": str(HERE)}

    common = f"CNT={{c}}&GAM=2.2&QLT={QUALITY}"
    cuts = "&".join(f"MINMAX={channel}:{VMIN},{VMAX}" for channel in (1, 2, 3))
    colors = "MIX=1:1,0,0&MIX=2:0,1,0&MIX=3:0,0,1"
    return Contender(
        name="VisiOmatic, patched" if patched else "VisiOmatic",
        start=start,
        gray=f"/api?FIF=8k-float32.fits&CHAN=1&MINMAX=1:{VMIN},{VMAX}&{common}&JTL=6,{{i}}",
        mix=f"/api?FIF=cube-4x4k.fits&{cuts}&{colors}&{common}&JTL=5,{{i}}",
        missing=peers.visiomatic(),
    )


def iipsrv() -> Contender:
    """Return iipsrv behind lighttpd, with a pyramid made by vips."""

    def start(
        data: Path, port: int, cache: Path, workers: int
    ) -> tuple[list[str | Path], dict[str, str]]:
        del data, workers
        return [peers.IIPSRV, "--bind", f"127.0.0.1:{port}", "--backlog", "1024"], {
            "FILESYSTEM_PREFIX": f"{WORK / 'iip'}/",
            "VERBOSITY": "0",
            "LOGFILE": str(cache / "log"),
            "MAX_IMAGE_CACHE_SIZE": "100",
            "JPEG_QUALITY": str(QUALITY),
        }

    # Its gamma is the exponent itself. With limits alone, its pixels equal those of the others.
    common = f"MINMAX=1:{VMIN},{{v}}&GAM={1 / 2.2:.6f}&QLT={QUALITY}"
    return Contender(
        name="iipsrv",
        start=start,
        gray=f"/iipsrv?FIF=8k-float32.tif&{common}&JTL=5,{{i}}",
        health="/iipsrv?FIF=8k-float32.tif&obj=Max-size",
        missing=peers.iipsrv(),
        fastcgi=True,
    )


def _more_iipsrv(
    stack: ExitStack,
    command: list[str | Path],
    cores: str,
    environment: dict[str, str],
    workers: int,
) -> list[int]:
    """Start further processes of iipsrv, which has one thread."""
    ports = [free_port() for _ in range(workers - 1)]
    for port in ports:
        more = [command[0], "--bind", f"127.0.0.1:{port}", *command[3:]]
        stack.enter_context(Program(more, cores, f"iipsrv-{port}", environment))
    return ports


def _lighttpd(stack: ExitStack, folder: Path, backends: list[int]) -> tuple[Program, int]:
    """Start a web server in front of iipsrv, which supports only FastCGI."""
    port = free_port()
    for number in backends:
        wait_for_port(number)  # lighttpd avoids a process that did not respond for a long time
    hosts = ", ".join(
        f'( "host" => "127.0.0.1", "port" => {number}, "check-local" => "disable" )'
        for number in backends
    )
    configuration = folder / "lighttpd.conf"
    configuration.write_text(
        f"""server.modules = ( "mod_fastcgi" )
server.document-root = "{folder}"
server.bind = "127.0.0.1"
server.port = {port}
server.max-keep-alive-requests = 100000000
fastcgi.server = ( "/iipsrv" => ( {hosts} ) )
"""
    )
    command: list[str | Path] = [peers.lighttpd() or "lighttpd", "-D", "-f", configuration]
    return stack.enter_context(Program(command, str(LOAD_CORE), "lighttpd")), port
