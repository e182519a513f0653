"""Resample an image to another geometry: choose a level of the pyramid and sample its pixels."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Levels, Region, ceil_divide
from celestile.pixels.plane import reduction
from celestile.pyramid.kernels import angles_of, directions
from celestile.render import kernels
from celestile.render.nearest import sample_flags
from celestile.render.request import EMPTY, SMOOTH, Warp, WarpMesh
from celestile.render.resample import Pixels

Floats = NDArray[np.float64]

# Maximum ratio of scales along two directions for the choice of the level: near the poles of a
# plate carrée it is unbounded.
_MOST_UNEVEN = 8.0
_MOST_PIXELS_AT_ONCE = 1 << 22
# Neighbors this many times as far apart as elsewhere are separated by a seam.
_SEAM = 2.0
# Intervals along the width of an image, to find separate parts of it in a picture.
_BINS = 64
_WIDEST_GAP = 8


def warped(pixels: Sequence[Pixels], warp: Warp) -> list[NDArray[np.float32]]:
    """Resample planes by a warp.

    Parameters
    ----------
    pixels : sequence of Pixels
        Planes with the same levels.
    warp : Warp
        Mapping of the pixels of the picture to the planes.

    Returns
    -------
    list of ndarray
        One for each plane, float32 of shape (height, width); NaN where no image is shown.
    """
    width, height = warp.size
    # Angles are sampled as directions.
    layers = [
        np.full((1 + (reduction(plane) == "angle"), height, width), np.nan, np.float32)
        for plane in pixels
    ]
    if not pixels:
        return []
    levels = pixels[0].levels
    for sheet in warp.meshes:
        level = level_of(sheet, levels)
        if level is None:
            continue
        corner, places = _places(sheet)
        for left, right in _parts(sheet):
            source, place = _source(sheet, levels, level, left, right)
            part = np.array([*place, *corner], np.float64)
            for plane, own in zip(pixels, layers, strict=True):
                values = np.ascontiguousarray(plane.read(level, source), dtype=np.float32)
                kind = reduction(plane)
                if kind not in ("mean", "angle"):
                    sample_flags(kind, values, part, places, own[0])
                    continue
                for layer, numbers in zip(own, _layers(values, len(own)), strict=True):
                    kernels.sample(numbers, part, places, layer)
    return [own[0] if len(own) == 1 else angles_of(*own) for own in layers]


def _layers(values: NDArray[np.float32], count: int) -> tuple[NDArray[np.float32], ...]:
    return (values,) if count == 1 else directions(values)


def _places(sheet: WarpMesh) -> tuple[tuple[int, int], Floats]:
    """Positions of the pixels of a picture that show the region, in the format of the kernels.

    Returns
    -------
    tuple of int
        Column and row of the first pixel.
    ndarray
        The positions.
    """
    side = 2 * sheet.step
    shown = _visible(sheet) | (sheet.blocks >= 0)
    down, across = (np.nonzero(shown.any(axis=axis))[0] for axis in (1, 0))
    top, bottom, left, right = down[0], down[-1] + 1, across[0], across[-1] + 1
    blocks = np.ascontiguousarray(np.where(shown, sheet.blocks, EMPTY)[top:bottom, left:right])
    shape = (6, blocks.shape[0] * side, blocks.shape[1] * side)
    whole = np.empty(shape) if (blocks == SMOOTH).all() else np.full(shape, np.nan)
    for axis, nodes in enumerate((sheet.nodes_x, sheet.nodes_y)):
        some = nodes[2 * top : 2 * bottom + 1, 2 * left : 2 * right + 1]
        kernels.unfold(np.ascontiguousarray(some), blocks, axis, whole)
    if sheet.exact_x.size:
        exact = np.stack([sheet.exact_x, sheet.exact_y])
        farthest = _SEAM * float(np.max(_scales(sheet), initial=0.0))
        refined = np.concatenate([exact, *(_steps(exact, axis, farthest) for axis in (3, 2))])
        for row, column in np.argwhere(blocks >= 0).tolist():
            block = whole[:, row * side : (row + 1) * side, column * side : (column + 1) * side]
            block[:] = refined[:, blocks[row, column]]
    return (int(left) * side, int(top) * side), whole


def _steps(places: Floats, axis: int, farthest: float) -> Floats:
    """Differences from the nearer of two neighbors along an axis.

    The other one may be beyond a seam; if both are, or there is none, the difference is 0.
    """
    steps = np.diff(places, axis=axis)
    edge = np.full_like(np.take(steps, [0], axis=axis), np.nan)
    before = np.concatenate([edge, steps], axis=axis)
    after = np.concatenate([steps, edge], axis=axis)
    lengths = [np.nan_to_num(np.hypot(*each), nan=np.inf) for each in (before, after)]
    nearer = np.where(lengths[0] < lengths[1], before, after)
    return np.where(np.minimum(*lengths) <= farthest, nearer, 0.0)


def finest_level(warp: Warp, levels: Levels) -> int | None:
    """Finest level used by a warp; None if the image is not in the picture."""
    found = [level_of(sheet, levels) for sheet in warp.meshes]
    return min((level for level in found if level is not None), default=None)


def level_of(sheet: WarpMesh, levels: Levels) -> int | None:
    """Coarsest level with at least one pixel per picture pixel at the finest scale."""
    scales = _scales(sheet)
    if not scales.size:
        return None
    longest = float(scales.max())
    level = levels.level_for(max(float(scales.min()), longest / _MOST_UNEVEN))
    while level + 1 < levels.count and _area(sheet, levels, level) > _MOST_PIXELS_AT_ONCE:
        level += 1
    return level


def _scales(sheet: WarpMesh) -> Floats:
    """Image pixels per picture pixel along either direction, in visible blocks."""
    found = [np.empty(0)]
    seen = _visible(sheet)
    for axis in (0, 1):
        x, y = (np.diff(nodes, axis=axis)[::2, ::2] for nodes in (sheet.nodes_x, sheet.nodes_y))
        rows, columns = sheet.blocks.shape
        found.append((np.hypot(x, y)[:rows, :columns] / sheet.step)[seen])
        steps = np.hypot(
            np.diff(sheet.exact_x, axis=axis + 1), np.diff(sheet.exact_y, axis=axis + 1)
        )
        inside = _inside(sheet)[:, : steps.shape[1], : steps.shape[2]]
        usable = steps[inside & np.isfinite(steps)]
        if usable.size:
            # Steps across seams are long, but few.
            found.append(np.atleast_1d(np.median(usable)))
    return np.concatenate(found)


def _visible(sheet: WarpMesh) -> NDArray[np.bool_]:
    """Smooth blocks that show a part of the region."""
    (left, right), (top, bottom) = _ranges(sheet.nodes_x), _ranges(sheet.nodes_y)
    region = sheet.region
    seen: NDArray[np.bool_] = sheet.blocks == SMOOTH
    seen &= (left < region.right) & (right > region.x)
    seen &= (top < region.bottom) & (bottom > region.y)
    return seen


def _ranges(nodes: Floats) -> tuple[Floats, Floats]:
    """Minimum and maximum of the nodes of each block."""
    rows, columns = (nodes.shape[0] - 1) // 2, (nodes.shape[1] - 1) // 2
    views = np.stack(
        [
            nodes[row : row + 2 * rows : 2, column : column + 2 * columns : 2]
            for row in range(3)
            for column in range(3)
        ]
    )
    return views.min(axis=0), views.max(axis=0)


def _inside(sheet: WarpMesh) -> NDArray[np.bool_]:
    """Whether exact positions are in the region."""
    region = sheet.region
    found: NDArray[np.bool_] = (sheet.exact_x >= region.x) & (sheet.exact_x < region.right)
    return found & (sheet.exact_y >= region.y) & (sheet.exact_y < region.bottom)


def _parts(sheet: WarpMesh) -> Iterator[tuple[float, float]]:
    """Left and right edges of the parts of the region that a picture shows.

    At the edge of an all-sky map, a picture may show both ends of the map and not its centre.
    """
    region = sheet.region
    bins = region.width / _BINS
    used = np.zeros(_BINS, np.bool_)
    left, right = _ranges(sheet.nodes_x)
    seen = _visible(sheet)
    first = np.clip((left[seen] - region.x) // bins, 0, _BINS - 1).astype(np.int64)
    last = np.clip((right[seen] - region.x) // bins, 0, _BINS - 1).astype(np.int64)
    for start, stop in set(zip(first.tolist(), last.tolist(), strict=True)):
        used[start : stop + 1] = True
    within = sheet.exact_x[_inside(sheet)]
    used[np.clip((within - region.x) // bins, 0, _BINS - 1).astype(np.int64)] = True
    (places,) = np.nonzero(used)
    if not places.size:
        return
    breaks = np.nonzero(np.diff(places) > _WIDEST_GAP)[0]
    starts, stops = np.r_[0, breaks + 1], np.r_[breaks, places.size - 1]
    for start, stop in zip(places[starts].tolist(), places[stops].tolist(), strict=True):
        yield (region.x + start * bins, region.x + (stop + 1) * bins)


def _vertical(sheet: WarpMesh) -> tuple[float, float]:
    """Top and bottom edges of the part of the region that a picture shows."""
    top, bottom = _ranges(sheet.nodes_y)
    seen = _visible(sheet)
    exact = sheet.exact_y[_inside(sheet)]
    least = min(float(each.min()) for each in (top[seen], exact) if each.size)
    greatest = max(float(each.max()) for each in (bottom[seen], exact) if each.size)
    return max(least, float(sheet.region.y)), min(greatest, float(sheet.region.bottom))


def _area(sheet: WarpMesh, levels: Levels, level: int) -> int:
    boxes = (_source(sheet, levels, level, *part)[0] for part in _parts(sheet))
    return sum(box.width * box.height for box in boxes)


def _source(
    sheet: WarpMesh, levels: Levels, level: int, left: float, right: float
) -> tuple[Region, tuple[float, ...]]:
    """Pixels of a level to read for a part, and its geometry in the format of the kernel."""
    top, bottom = _vertical(sheet)
    width, height = levels.size(level)
    scale = 1 << level
    # Samples extend beyond the centers of pixels, and interpolation beyond samples.
    margin = 2 + int(_MOST_UNEVEN)
    x, y = max(int(left) // scale - margin, 0), max(int(top) // scale - margin, 0)
    to_x = min(ceil_divide(int(right) + 1, scale) + margin, width)
    to_y = min(ceil_divide(int(bottom) + 1, scale) + margin, height)
    region = sheet.region
    place = (x, y, scale, left, region.y, right, region.bottom)
    return Region(x, y, max(to_x - x, 1), max(to_y - y, 1)), place
