"""Measures the speed of a pyramid build in a separate process; run by `builds.py`.

Arguments: exposure, cache folder, "warm" or "cold". Prints JSON: seconds to build (wall
clock and CPU), seconds only to read the file, and the number of pixels.
"""

import json
import os
import sys
import time
from pathlib import Path

from places import DATA

from celestile import compiled
from celestile.pixels.fits.spool import Spool
from celestile.pixels.library import Library
from celestile.pixels.plane import Selection
from celestile.pyramid.cache import Cache

_CHUNK = 1 << 24


def drop(path: Path) -> None:
    """Remove a file from the page cache, and nothing else."""
    with path.open("rb") as stream:
        os.fdatasync(stream.fileno())
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def read(path: Path) -> float:
    """Read a file and return the time in seconds."""
    began = time.perf_counter()
    buffer = bytearray(_CHUNK)
    with path.open("rb", buffering=0) as stream:
        while stream.readinto(buffer):
            pass
    return time.perf_counter() - began


def main(name: str, folder: str, state: str) -> None:
    """Build once."""
    compiled.warm()
    path = DATA / name
    cache = Cache(Path(folder), 10**12)
    library = Library(DATA, Spool(Path(folder), cache.make_room), {})
    image = library.open(name)
    plane = image.plane(Selection())
    if state == "cold":
        drop(path)
    reading = read(path)
    if state == "cold":
        drop(path)
    began, cpu_began = time.perf_counter(), time.process_time()
    cache.open_or_build(plane)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    pixels = image.width * image.height
    print(json.dumps({"build": seconds, "cpu": cpu, "read": reading, "pixels": pixels}))


if __name__ == "__main__":
    main(*sys.argv[1:])
