"""Accuracy of the viewer's sky coordinates against astropy; writes `reference/sky-accuracy.md`.

The viewer interpolates a grid of directions and inverts it by Newton's method. Where the grid is
not valid, it asks the server. Here the viewer's own code runs in Node.js on grids of real files.
Run it after a change that can affect the results: ``.venv/bin/python docs/sky_accuracy.py``.
"""

import argparse
import bz2
import gzip
import json
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS
from numpy.typing import NDArray

from celestile.errors import CelestileError
from celestile.pixels.fits.spool import Spool
from celestile.pixels.image import Image
from celestile.pixels.library import DeclaredImage, Library
from celestile.pixels.sky.sky import Sky

Floats = NDArray[np.float64]
World = Callable[[Floats, Floats], tuple[Floats, Floats]]
"""Converts continuous pixel coordinates to longitudes and latitudes in degrees."""

HERE = Path(__file__).resolve().parent
CONVERTER = HERE.parent / "client/test/support/convert.js"
FOLDERS = (
    "wcs", "mosaic", "cube", "image", "blink", "color_2mass_gc", "color_decam_grz", "color_irac",
    "color_sdss", "color_wfpc2", "pix", "bad",
)  # fmt: skip
CLOSED = ("CYP", "CEA", "CAR", "MER", "HPX")
POINTS = 1500
HEAD = """\
# Accuracy of sky coordinates

The viewer does not implement projections. It interpolates a grid of directions that the server
computes with `astropy.wcs`, and inverts it by Newton's method to find pixels. A cell of the grid is
marked valid only if the result is within 0.01 pixel. Elsewhere the viewer asks the server, which
uses astropy.

The table lists the largest errors of the viewer's own code for each of the real files that are used
in the development of Celestile, at {points} random positions and along the edges. *To the sky* is
the error of the position of a pixel, and *to pixels* is the error of the pixel at a position. Both
are in pixels of the image, compared with `astropy.wcs`. *By the grid* is the fraction of the
positions that the viewer computes without the server. `docs/sky_accuracy.py` writes this page. The
tests require an error below 0.01 pixel for every file and for every projection of the FITS
standard.

| file | HDU | projection | nodes | by the grid | to the sky | to pixels |
|---|---|---|---|---|---|---|
"""


class Viewer:
    """The coordinates that the viewer's own code computes.

    Parameters
    ----------
    process : subprocess.Popen
        Node.js with `client/test/support/convert.js`.
    """

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def convert(
        self, sky: dict[str, Any], points: Floats, positions: Floats
    ) -> tuple[Floats, Floats]:
        """Convert points and positions, all of shape (n, 2); NaN where it would ask the server."""
        job = {"sky": sky, "points": points.tolist(), "positions": positions.tolist()}
        stream, answers = self._process.stdin, self._process.stdout
        if stream is None or answers is None:
            raise RuntimeError("the viewer's input and output have to be pipes")
        stream.write(json.dumps(job) + "\n")
        stream.flush()
        result = json.loads(answers.readline())
        return _pairs(result["positions"]), _pairs(result["points"])


def _pairs(found: Sequence[Sequence[float] | None]) -> Floats:
    return np.array([pair or (np.nan, np.nan) for pair in found], np.float64).reshape(-1, 2)


@contextmanager
def viewer() -> Iterator[Viewer]:
    """Start Node.js; FileNotFoundError if it is not installed."""
    node = shutil.which("node")
    if node is None:
        raise FileNotFoundError("Node.js is not installed")
    with subprocess.Popen(  # noqa: S603 - a program of the project
        [node, str(CONVERTER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Viewer(process)


@dataclass(frozen=True)
class Accuracy:
    """Errors of the viewer, in pixels; 0 if there is nothing to compare.

    Parameters
    ----------
    share : float
        Fraction of the positions on the sky that the viewer computes without the server.
    forward, inverse : float
        Largest errors of the viewer's positions, and of the pixels that it finds for positions.
    false : float
        Largest distance between a position, in the image or anywhere on the sky, and that of the
        pixel that the viewer finds for it.
    lost : float
        Fraction of the random points with a known position whose pixel the viewer does not find
        without the server.
    wrong : int
        Number of points off the sky for which the viewer or the server returns a position, and of
        points on the sky for which the server returns none.
    exact_forward, exact_inverse : float
        Like `forward` and `inverse`, for the server at all points on the sky.
    """

    share: float
    forward: float
    inverse: float
    false: float
    lost: float
    wrong: int
    exact_forward: float
    exact_inverse: float


def measure(
    client: Viewer, sky: Sky, world: World, width: int, height: int, count: int = POINTS
) -> Accuracy:
    """Compare the viewer and the server with the true coordinates all over an image."""
    points = _places(width, height, count)
    lon, lat = world(points[:, 0], points[:, 1])
    on_sky = np.isfinite(lon)
    there, truth = points[on_sky], np.stack([lon, lat], axis=-1)[on_sky]
    asked = np.concatenate([truth, _anywhere(count // 5)])
    found, pixels = client.convert(sky.document(), points, asked)
    known = np.isfinite(found[:, 0])
    both = known & on_sky
    answered = np.isfinite(pixels[:, 0])
    again = pixels[: len(truth)]
    exact = np.stack(sky.world_array(points[:, 0], points[:, 1]), axis=-1)
    exact_pixels = np.stack(sky.pixel_array(truth[:, 0], truth[:, 1]), axis=-1)
    # Along the edges rounding decides whether a pixel is found inside the grid.
    inner = known[on_sky] & (np.flatnonzero(on_sky) < count)
    unlike = np.isfinite(exact[:, 0]) != on_sky
    return Accuracy(
        share=float(both.sum() / max(1, on_sky.sum())),
        forward=_largest(_errors(world, points[both], found[both])),
        inverse=_largest(_missed(world, there, again, truth)[answered[: len(truth)]]),
        false=_largest(_errors(world, pixels[answered], asked[answered])),
        lost=float((inner & np.isnan(again[:, 0])).sum() / max(1, inner.sum())),
        wrong=int((known & ~on_sky).sum() + unlike.sum()),
        exact_forward=_largest(_errors(world, there, exact[on_sky])),
        exact_inverse=_largest(_missed(world, there, exact_pixels, truth)),
    )


def _missed(world: World, points: Floats, found: Floats, positions: Floats) -> Floats:
    """Return the distances of the pixels found for positions from the true points.

    If a map shows a position more than once, either point is correct.
    """
    away = np.hypot(*(found - points).T)
    away[np.isnan(away)] = np.inf
    elsewhere = np.isfinite(away) & (away > 1)
    away[elsewhere] = _errors(world, found[elsewhere], positions[elsewhere])
    missed: Floats = away
    return missed


def _largest(errors: Floats) -> float:
    return float(errors.max(initial=0))


def _anywhere(count: int) -> Floats:
    """Return random positions all over the sky."""
    random = np.random.default_rng(7)
    lon, z = random.uniform(0, 360, count), random.uniform(-1, 1, count)
    return np.stack([lon, np.degrees(np.arcsin(z))], axis=-1)


def _places(width: int, height: int, count: int) -> Floats:
    """Return random points, and points along the edges."""
    random = np.random.default_rng(width * 7919 + height)
    inside = random.uniform(0, [width, height], (count, 2))
    t = np.linspace(0, 1 - 1e-9, 41)
    ends = (np.zeros_like(t), np.full_like(t, 1 - 1e-9))
    sides = [np.stack([t, end], axis=-1) for end in ends]
    sides += [np.stack([end, t], axis=-1) for end in ends]
    return np.concatenate([inside, np.concatenate(sides) * (width, height)])


def _errors(world: World, points: Floats, positions: Floats) -> Floats:
    """Return the distance in pixels between the true positions of points and given positions.

    This is the larger of two measures: in the image, which matters for long and thin pixels, and on
    the sky, in units of the mean width of a pixel.
    """
    if not len(points):
        return np.zeros(0)
    x, y = points.T
    here = vectors(*world(x, y))
    offset = vectors(*positions.T) - here
    tangents = []
    for dx, dy in ((0.01, 0.0), (0.0, 0.01)):
        after, before = vectors(*world(x + dx, y + dy)), vectors(*world(x - dx, y - dy))
        # At the edge of a map, only one of the neighbors is on the sky.
        tangents.append(
            np.where(
                np.isnan(after), here - before,
                np.where(np.isnan(before), after - here, (after - before) / 2),
            ) / 0.01
        )  # fmt: skip
    matrix = np.stack(tangents, axis=-1)
    usable = np.isfinite(matrix).all(axis=(1, 2))
    matrix[~usable] = np.nan_to_num(matrix[~usable])
    moved = np.linalg.norm(np.linalg.pinv(matrix) @ offset[..., None], axis=(1, 2))
    size = np.sqrt(np.linalg.norm(np.cross(*tangents), axis=-1))
    with np.errstate(all="ignore"):
        angle = np.linalg.norm(offset, axis=-1) / size
    errors: Floats = np.where(usable, np.maximum(moved, angle), np.inf)
    return errors


def vectors(lon: Floats, lat: Floats) -> Floats:
    """Return unit vectors of directions in degrees, shape (…, 3)."""
    a, d = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)], axis=-1)


def astropy_world(wcs: Any, height: int) -> World:
    """Return a function for positions by astropy alone; the first row is at the bottom.

    Maps that repeat after 360 degrees are continued by copies, for which astropy has no value.
    """

    turn = np.zeros(2)
    code = str(wcs.wcs.ctype[wcs.wcs.lng])[5:8]
    if code in CLOSED:
        parameters = {(axis, m): value for axis, m, value in wcs.wcs.get_pv()}
        radius = parameters.get((wcs.wcs.lat + 1, 2), 1.0) if code == "CYP" else 1.0
        degrees = np.where(np.arange(2) == wcs.wcs.lng, 360.0 * radius, 0.0)
        turn = np.linalg.solve(wcs.pixel_scale_matrix, degrees)

    def world(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        found = np.full((2, len(x)), np.nan)
        for turns in (0, -1, 1) if turn.any() else (0,):
            unknown = np.isnan(found[0])
            if unknown.any():
                there = (x[unknown] + 0.5, height + 0.5 - y[unknown]) + turns * turn[:, None]
                found[:, unknown] = np.stack(wcs.all_pix2world(*there, 1))
            found[:, ~np.isfinite(found).all(axis=0)] = np.nan
        return found[wcs.wcs.lng], found[wcs.wcs.lat]

    return world


def astropy_wcs(hdulist: Any, index: int) -> Any:
    """Return the celestial part of the WCS of an HDU, as far as astropy can parse it."""
    header = fits.Header([card for card in hdulist[index].header.cards if _readable(card)])
    plane = header.copy()
    # wcslib uses cards about a digitized plate even if its polynomials are missing.
    for keyword in ("NAXIS3", "PLTSCALE", "XPIXELSZ", "YPIXELSZ"):
        plane.remove(keyword, ignore_missing=True)
    plane["NAXIS"] = 2
    for cards, arguments in ((header, {"fobj": hdulist}), (header, {}), (plane, {})):
        try:
            return WCS(cards, **arguments).celestial
        except Exception as error:  # noqa: BLE001 - astropy raises many kinds
            first = error
    raise ValueError(f"astropy refuses HDU {index}") from first


def _readable(card: Any) -> bool:
    try:
        return bool(card.image)
    except fits.VerifyError:
        return False


def open_fits(path: Path) -> Any:
    """Open a file with astropy, whatever its compression."""
    opener = {".gz": gzip.open, ".bz2": bz2.open}.get(path.suffix)
    hdulist = fits.open(opener(path) if opener else path)
    len(hdulist)  # reads all headers
    return hdulist


def images(path: Path, spool: Spool) -> Iterator[Image]:
    """Return the default image of a file or, for a mosaic, all of its chips."""
    library = Library(None, spool, {"it": DeclaredImage(file=path)})
    try:
        whole = library.open("it")
    except CelestileError:
        return
    if not whole.chips:
        yield whole
    if any(chip.name.startswith("GROUP") for chip in whole.chips):
        # Headers of groups are in a table, which astropy does not apply.
        yield library.open("it", "0")
        return
    for chip in whole.chips:
        yield library.open("it", chip.selector)


def accuracies(
    client: Viewer, path: Path, spool: Spool, count: int = POINTS
) -> Iterator[tuple[Image, Accuracy]]:
    """Measure each image of a file that has sky coordinates."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = [image for image in images(path, spool) if image.sky.reason is None]
        if not found:
            return
        with open_fits(path) as hdulist:
            for image in found:
                wcs = astropy_wcs(hdulist, int(image.hdu))
                world = astropy_world(wcs, image.height)
                size = (image.width, image.height)
                yield image, measure(client, image.sky, world, *size, count)


def files(folder: Path, names: Sequence[str] = FOLDERS) -> list[Path]:
    """Return the FITS files in some subfolders of a folder."""
    return sorted(
        path
        for name in names
        for path in (folder / name).glob("*")
        if {".fits", ".fts"} & set(path.suffixes)
    )


def main() -> None:
    """Measure all files and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=HERE.parent.parent / "shared/data")
    folder = parser.parse_args().folder
    rows = []
    with tempfile.TemporaryDirectory() as scratch, viewer() as client:
        spool = Spool(Path(scratch))
        for path in files(folder):
            for image, errors in accuracies(client, path, spool):
                document = image.sky.document()
                nodes = " ".join(f"{grid['nx']} × {grid['ny']}" for grid in document["grids"])
                cells = (
                    f"`{path.relative_to(folder)}`", image.hdu, str(document["projection"]), nodes,
                    f"{errors.share:.1%}", f"{errors.forward:.1e}", f"{errors.inverse:.1e}",
                )  # fmt: skip
                rows.append(f"| {' | '.join(cells)} |\n")
    text = HEAD.format(points=f"{POINTS:,}") + "".join(rows)
    (HERE / "reference/sky-accuracy.md").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
