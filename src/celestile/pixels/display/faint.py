"""Cubes whose channels are noise, one by one, but whose mean shows something."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.display.excerpts import MAD_TO_SIGMA, excerpt, noise
from celestile.pixels.image import Image
from celestile.pixels.plane import Shift

_MOST_AVERAGED = 1 << 26  # values that are read for the first picture: about a second
_PLANES = 24  # that are examined; more of small ones
_PIXELS = 1 << 20  # in total, of small planes
_FEWEST_PLANES = 4
_MOST_READ = 1 << 18  # pixels of a plane that is examined completely
_BLOCK = 4  # pixels along each side, to be averaged
_FEWEST_BLOCKS = 64
_TAIL = 0.003  # of the blocks: more than defects, fewer than most sources have
# Standard deviations of that tail. Of noise it has 2.7, and the highest of a few hundred blocks 3.
_BEATS_NOISE = 6.0
_SEEN_IN_MEAN = 5.0
_CHUNKS = 8

Doubles = NDArray[np.float64]


class Faint:
    """Compares the mean of the channels of a spectrum with single channels.

    The noise is measured by differences of channels, which also hold for correlated pixels.

    Parameters
    ----------
    image : Image
        The image.
    channels : sequence of int
        Channels along the spectrum, in order.
    """

    def __init__(self, image: Image, channels: Sequence[int]) -> None:
        self._image = image
        self._channels = channels
        self._shift: Shift | None = None  # of all numbers: channels may be stored in different ones

    @property
    def averaged(self) -> tuple[int, int]:
        """First and last channel to be averaged: all, or the middle ones of a large cube."""
        most = _MOST_AVERAGED // (self._image.width * self._image.height)
        count = min(len(self._channels), most)
        start = (len(self._channels) - count) // 2
        return self._channels[start], self._channels[start + max(count, 1) - 1]

    def needs_mean(self, channel: int) -> bool:
        """Whether the mean shows something that a channel does not show."""
        first, last = self.averaged
        steps = self._channels[1] - self._channels[0] if len(self._channels) > 1 else 0
        if steps != 1 or last - first + 1 < _FEWEST_PLANES:
            return False
        most = max(_PLANES, _PIXELS // (self._image.width * self._image.height))
        picked = np.linspace(first, last, min(last - first + 1, most)).round().astype(int)
        alone = self._blocks(channel)
        if alone is None:
            return False
        planes = [self._blocks(int(number)) for number in picked]
        known = [plane for plane in planes if plane is not None]
        if len(known) < _FEWEST_PLANES:
            return False
        means, noises = np.array([plane[0] for plane in known]), [plane[1] for plane in known]
        typical = _spread(np.diff(means, axis=0)) / np.sqrt(2.0) / float(np.median(noises))
        if _contrast(alone[0]) > _BEATS_NOISE * typical * alone[1]:
            return False
        return _is_seen(means)

    def _blocks(self, channel: int) -> tuple[Doubles, float] | None:
        """Means of blocks of a channel, shape (blocks,), and the noise of its pixels."""
        found = excerpt(self._image, 1, channel, most_read=_MOST_READ)
        if found is None:
            return None
        self._shift = self._shift or found.shift
        part = found.shifted(self._shift)
        height, width = (length // _BLOCK for length in part.shape)
        sigma = noise(part)
        if height * width < _FEWEST_BLOCKS or not sigma > 0.0:
            return None
        wide = np.where(np.isfinite(part), part, np.nan)[: height * _BLOCK, : width * _BLOCK]
        blocks = wide.astype(np.float64).reshape(height, _BLOCK, width, _BLOCK)
        return blocks.mean(axis=(1, 3)).ravel(), sigma


def _is_seen(planes: Doubles) -> bool:
    """Whether the mean of planes of shape (planes, blocks) holds more than noise."""
    count = len(planes)
    chunk = max(1, count // _CHUNKS)
    even = count // (2 * chunk) * 2 * chunk
    signs = 1.0 - 2.0 * (np.arange(even) // chunk % 2)
    # What is in all channels cancels out; noise, even if it extends over some channels, does not.
    sigma = _spread((signs[:, np.newaxis] * planes[:even]).mean(axis=0))
    return sigma > 0.0 and _contrast(planes.mean(axis=0)) > _SEEN_IN_MEAN * sigma


def _spread(values: Doubles) -> float:
    """Robust standard deviation of finite values; 0 without any."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0
    return float(MAD_TO_SIGMA * np.median(np.abs(finite - np.median(finite))))


def _contrast(values: Doubles) -> float:
    """Distance of the highest or lowest blocks from the median."""
    finite = values[np.isfinite(values)]
    if finite.size < _FEWEST_BLOCKS:
        return 0.0
    low, middle, high = np.quantile(finite, [_TAIL, 0.5, 1.0 - _TAIL])
    return float(max(high - middle, middle - low))
