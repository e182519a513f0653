"""Choice of the plane of a cube that is shown first: the one with the most signal.

A few rows of a few planes are examined: the first channels of a spectrum often hold only noise or
nothing, and a cube may be larger than memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from celestile.errors import CelestileError
from celestile.geometry import Region
from celestile.pixels.image import UNSHIFTED, Channel, Image, Plane, Selection, Shift, shift_of

_PLANES = 24  # that are examined if they are large
_PIXELS = 1 << 20  # in total, of small planes
_MOST_PLANES = 512
_BANDS = 6  # of rows, evenly spaced
_ROWS = 4  # of a band: next to each other, as they are on disk
_COLUMNS = 1024
_SMALL = 1 << 14  # pixels; smaller planes are read completely
_MOST_UNPACKED = 1 << 18  # pixels of a plane that cannot be read by rows
_BLOCK = 4  # pixels along each side, to be averaged
_SMOOTHED = 5  # neighboring channels: a spectral line spans several
_CLEARLY = 1.25  # times the signal of a typical plane
_MAD_TO_SIGMA = 1.482602218505602  # of a normal distribution

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Numbers = Floats | Doubles


@dataclass(frozen=True, slots=True)
class FirstPlane:
    """The plane that is shown first.

    Parameters
    ----------
    frame, channel : int
        Counted from 1.
    """

    frame: int = 1
    channel: int = 1


def first_plane(image: Image) -> FirstPlane:
    """Choose the plane of an image that is shown first.

    Along a spectrum it is the channel with the most signal if one stands out, else the first, or
    the middle one if the first shows less than most. The frame is the first that is not empty.
    """
    channel = _channel(image) if image.channel_axis == "spectral" else 1
    frame = _frame(image, channel) if len(image.frames) > 1 else 1
    return FirstPlane(frame, channel)


def _channel(image: Image) -> int:
    channels = _of_one_kind(image.channels)
    candidates = _spread(channels, image.width * image.height)
    excerpts = _in_one_scale([_excerpt(image, 1, candidate) for candidate in candidates])
    middle = candidates[len(candidates) // 2]
    if all(excerpt is None for excerpt in excerpts):
        return middle
    nothing = np.empty((0, 0), np.float32)
    scores = _scores([nothing if excerpt is None else excerpt for excerpt in excerpts])
    dense = 2 * len(candidates) > len(channels)
    half = min(_SMOOTHED, len(candidates) // 8 * 2 + 1) // 2 if dense else 0
    near = np.lib.stride_tricks.sliding_window_view(np.pad(scores, half, "edge"), 2 * half + 1)
    smoothed = near.mean(axis=-1)
    ordinary = float(np.median(smoothed))
    best = int(np.argmax(smoothed))
    if smoothed[best] > _CLEARLY * ordinary:
        first = max(best - half, 0)
        return candidates[first + int(np.argmax(scores[first : best + half + 1]))]
    return 1 if _CLEARLY * smoothed[0] >= ordinary else middle


def _frame(image: Image, channel: int) -> int:
    """First frame of a sample with more than one value; frame 1 if all are empty."""
    first = _excerpt(image, 1, channel)
    if first is None or _has_something(first.numbers):
        return 1
    for candidate in _spread(range(1, len(image.frames) + 1), image.width * image.height)[1:]:
        excerpt = _excerpt(image, candidate, channel)
        if excerpt is not None and _has_something(excerpt.numbers):
            return candidate
    return 1


def _of_one_kind(channels: Sequence[Channel]) -> Sequence[int]:
    """Channels along the spectrum, of one Stokes parameter if there are several."""
    values = [channel.value for channel in channels]
    steps = len(set(values))
    if None in values or len(channels) % steps:
        return range(1, len(channels) + 1)
    repeats = len(channels) // steps
    stride = repeats if repeats > 1 and values[0] == values[1] else 1
    return range(1, stride * steps + 1, stride)


def _spread(numbers: Sequence[int], pixels: int) -> list[int]:
    """Evenly spaced elements including both ends; more of them if planes are small."""
    most = min(_PIXELS // pixels, _MOST_PLANES) if pixels <= _SMALL else _PLANES
    places = np.linspace(0, len(numbers) - 1, min(len(numbers), most)).round()
    return [numbers[int(place)] for place in places]


def _in_one_scale(excerpts: Sequence["_Excerpt | None"]) -> list[Numbers | None]:
    """Numbers of several planes, less the origin of the first and in its scale."""
    first = next((excerpt.shift for excerpt in excerpts if excerpt is not None), UNSHIFTED)
    return [None if excerpt is None else excerpt.shifted(first) for excerpt in excerpts]


class _Excerpt(NamedTuple):
    numbers: Floats
    shift: Shift

    def shifted(self, other: Shift) -> Numbers:
        """Numbers in which a plane of another shift is read."""
        if self.shift == other:
            return self.numbers
        factor = self.shift.scale / other.scale
        offset = (self.shift.origin - other.origin) / other.scale
        return self.numbers.astype(np.float64) * factor + offset


def _excerpt(image: Image, frame: int, channel: int) -> _Excerpt | None:
    """Some rows of a plane; None if reading them would be slow or fails."""
    try:
        plane = image.plane(Selection((frame, frame), (channel, channel)))
        pixels = plane.width * plane.height
        if not plane.by_rows and pixels > _MOST_UNPACKED:
            return None
        if pixels <= _SMALL or not plane.by_rows:
            numbers = plane.read(Region(0, 0, plane.width, plane.height))
        else:
            numbers = _rows(plane)
        return _Excerpt(numbers, shift_of(plane))
    except CelestileError:
        return None


def _rows(plane: Plane) -> Floats:
    columns = min(plane.width, _COLUMNS)
    rows = min(plane.height, _ROWS)
    left = (plane.width - columns) // 2
    tops = np.linspace(0, plane.height - rows, _BANDS + 2).astype(int)[1:-1]
    bands = [plane.read(Region(left, int(top), columns, rows)) for top in np.unique(tops)]
    return np.concatenate(bands)


def _has_something(values: Numbers) -> bool:
    finite = values[np.isfinite(values)]
    return bool(finite.size and finite.min() < finite.max())


def _scores(excerpts: Sequence[Numbers]) -> Doubles:
    """Signal-to-noise ratio of each plane, weighted by its share of valid pixels.

    The signal is the range of the means of blocks of pixels and of the level common to all planes;
    the noise is the difference between adjacent pixels. If most neighbors are equal, as in counts
    of photons, the mean is used instead.
    """
    noise = np.array([_noise(excerpt) for excerpt in excerpts])
    if np.median(noise) > 0.0:
        middles = [float(np.median(known)) for g in excerpts if (known := g[np.isfinite(g)]).size]
        common = float(np.median(middles))
        signal = np.array([_signal(excerpt, common) for excerpt in excerpts])
        scores = np.divide(signal, noise, out=np.zeros(signal.shape), where=noise > 0.0)
    else:
        scores = np.array([_mean(excerpt) for excerpt in excerpts])
    shares = np.array([np.isfinite(g).mean(dtype=float) if g.size else 0.0 for g in excerpts])
    weighted: Doubles = np.nan_to_num(scores) * shares
    return weighted


def _noise(values: Numbers) -> float:
    """Robust standard deviation of a pixel, from differences of neighbors."""
    with np.errstate(invalid="ignore", over="ignore"):
        steps = np.abs(np.diff(values.astype(np.float64), axis=-1))
    steps = steps[np.isfinite(steps)]
    return float(_MAD_TO_SIGMA * np.median(steps) / np.sqrt(2.0)) if steps.size else 0.0


def _signal(values: Numbers, common: float) -> float:
    block = min(_BLOCK, *values.shape)
    if block == 0:
        return 0.0
    height, width = (length // block * block for length in values.shape)
    wide = np.where(np.isfinite(values), values, np.nan)[:height, :width].astype(np.float64)
    means = wide.reshape(height // block, block, width // block, block).mean(axis=(1, 3))
    means = means[~np.isnan(means)]
    if not means.size:
        return 0.0
    low, high = np.percentile(means, [2.0, 98.0])
    return float(max(high, common) - min(low, common))


def _mean(values: Numbers) -> float:
    finite = values[np.isfinite(values)]
    return float(np.abs(finite).mean(dtype=np.float64)) if finite.size else 0.0
