"""Measures the speed of JPEG encoding alone; run by `rates.py` on the servers' core.

Prints tiles per second and microseconds per tile of this thread's time.
"""

import sys
import time

import numpy as np
import simplejpeg
from astropy.io import fits
from data import VMAX, VMIN
from places import DATA, QUALITY, TILE

_TILES = 128


def main(seconds: float) -> None:
    """Encode the tiles of the test image for some seconds, each with another contrast."""
    rng = np.random.default_rng(1)
    with fits.open(DATA / "8k-float32.fits", memmap=True) as opened:
        values = opened[0].data
        places = rng.integers(0, values.shape[0] // TILE, (_TILES, 2)) * TILE
        tiles = []
        for y, x in places:
            contrast = rng.uniform(0.5, 1.5)
            scaled = (values[y : y + TILE, x : x + TILE] - VMIN) / (VMAX - VMIN) * contrast
            levels = 255 * scaled.clip(0, 1) ** (1 / 2.2)
            tiles.append(np.ascontiguousarray(levels.round().astype(np.uint8)[:, :, np.newaxis]))
    for tile in tiles:
        simplejpeg.encode_jpeg(tile, quality=QUALITY, colorspace="GRAY")
    count = 0
    began, cpu_began = time.perf_counter(), time.thread_time()
    while time.perf_counter() - began < seconds:
        simplejpeg.encode_jpeg(tiles[count % _TILES], quality=QUALITY, colorspace="GRAY")
        count += 1
    elapsed, cpu = time.perf_counter() - began, time.thread_time() - cpu_began
    print(count / elapsed, 1e6 * cpu / count)


if __name__ == "__main__":
    main(float(sys.argv[1]))
