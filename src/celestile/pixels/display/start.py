"""Choice of the plane of a cube that is shown first: the one with the most signal.

A few rows of a few planes are examined: the first channels of a spectrum often hold only noise or
nothing, and a cube may be larger than memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.display.excerpts import Numbers, excerpt, in_one_scale, noise
from celestile.pixels.display.faint import Faint
from celestile.pixels.image import Channel, Image

_PLANES = 24  # that are examined if they are large
_PIXELS = 1 << 20  # in total, of small planes
_MOST_PLANES = 512
_SMALL = 1 << 14  # pixels; of smaller planes, more are examined
_BLOCK = 4  # pixels along each side, to be averaged
_SMOOTHED = 5  # neighboring channels: a spectral line spans several
_CLEARLY = 1.25  # times the signal of a typical plane

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FirstPlane:
    """The plane that is shown first.

    Parameters
    ----------
    frame, channel : int
        Counted from 1.
    last_channel : int or None
        Last channel of a range that is averaged; None for a single channel.
    """

    frame: int = 1
    channel: int = 1
    last_channel: int | None = None


def first_plane(image: Image) -> FirstPlane:
    """Choose the plane of an image that is shown first.

    Along a spectrum it is the channel with the most signal if one stands out, else the first, or
    the middle one if the first shows less than most. If that channel is no more than noise, but
    the mean of the channels shows something, it is the mean. The frame is the first that is not
    empty.
    """
    channel, last = _channels(image) if image.channel_axis == "spectral" else (1, None)
    frame = _frame(image, channel) if len(image.frames) > 1 else 1
    return FirstPlane(frame, channel, last)


def _channels(image: Image) -> tuple[int, int | None]:
    channels = _of_one_kind(image.channels)
    candidates = _spread(channels, image.width * image.height)
    excerpts = in_one_scale([excerpt(image, 1, candidate) for candidate in candidates])
    if all(part is None for part in excerpts):
        return candidates[len(candidates) // 2], None
    dense = 2 * len(candidates) > len(channels)
    channel = _best(candidates, excerpts, dense=dense)
    faint = Faint(image, channels)
    return faint.averaged if faint.needs_mean(channel) else (channel, None)


def _best(candidates: Sequence[int], excerpts: Sequence[Numbers | None], *, dense: bool) -> int:
    scores = _scores([np.empty((0, 0), np.float32) if g is None else g for g in excerpts])
    half = min(_SMOOTHED, len(candidates) // 8 * 2 + 1) // 2 if dense else 0
    near = np.lib.stride_tricks.sliding_window_view(np.pad(scores, half, "edge"), 2 * half + 1)
    smoothed = near.mean(axis=-1)
    ordinary = float(np.median(smoothed))
    best = int(np.argmax(smoothed))
    if smoothed[best] > _CLEARLY * ordinary:
        first = max(best - half, 0)
        return candidates[first + int(np.argmax(scores[first : best + half + 1]))]
    return 1 if _CLEARLY * smoothed[0] >= ordinary else candidates[len(candidates) // 2]


def _frame(image: Image, channel: int) -> int:
    """First frame of a sample with more than one value; frame 1 if all are empty."""
    first = excerpt(image, 1, channel)
    if first is None or _has_something(first.numbers):
        return 1
    for candidate in _spread(range(1, len(image.frames) + 1), image.width * image.height)[1:]:
        part = excerpt(image, candidate, channel)
        if part is not None and _has_something(part.numbers):
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


def _has_something(values: Numbers) -> bool:
    finite = values[np.isfinite(values)]
    return bool(finite.size and finite.min() < finite.max())


def _scores(excerpts: Sequence[Numbers]) -> Doubles:
    """Signal-to-noise ratio of each plane, weighted by its share of valid pixels.

    The signal is the range of the means of blocks of pixels and of the level common to all planes;
    the noise is the difference between adjacent pixels. If most neighbors are equal, as in counts
    of photons, the mean is used instead.
    """
    noises = np.array([noise(part) for part in excerpts])
    if np.median(noises) > 0.0:
        middles = [float(np.median(known)) for g in excerpts if (known := g[np.isfinite(g)]).size]
        common = float(np.median(middles))
        signal = np.array([_signal(part, common) for part in excerpts])
        scores = np.divide(signal, noises, out=np.zeros(signal.shape), where=noises > 0.0)
    else:
        scores = np.array([_mean(part) for part in excerpts])
    shares = np.array([np.isfinite(g).mean(dtype=float) if g.size else 0.0 for g in excerpts])
    weighted: Doubles = np.nan_to_num(scores) * shares
    return weighted


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
