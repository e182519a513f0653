"""Brings the chips of a mosaic to one level: gain by the header, background by the sky itself."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from celestile.errors import CelestileError
from celestile.pixels.fits import Hdu
from celestile.pixels.limits import sample, statistics
from celestile.pixels.planes import Placement
from celestile.pyramid.geometry import Region


def matched(placements: Sequence[Placement], chips: Sequence[Hdu]) -> list[Placement]:
    """Scale chips by GAIN (electrons per count) and shift them to a common median.

    Parameters
    ----------
    placements : sequence of Placement
        The readable chips.
    chips : sequence of Hdu
        All chips, for their headers.

    Returns
    -------
    list of Placement
        value * scale + offset has the same median on each; the mean gain and the median of the
        medians stay what they were.
    """
    readable = [chip for chip in chips if chip.problem is None]
    gains = [chip.number("GAIN") for chip in readable]
    known = [gain for gain in gains if gain and gain > 0]
    reference = float(np.mean(known)) if len(known) == len(readable) and known else None
    scales = [gain / reference if gain and reference else 1.0 for gain in gains]
    medians = [
        _median(placement) * scale for placement, scale in zip(placements, scales, strict=True)
    ]
    target = float(np.nanmedian(medians)) if np.isfinite(medians).any() else 0.0
    return [
        replace(p, scale=scale, offset=target - median if np.isfinite(median) else 0.0)
        for p, scale, median in zip(placements, scales, medians, strict=True)
    ]


def _median(placement: Placement) -> float:
    """Median of the part of a chip that is shown; NaN if it cannot be told."""
    part = placement.source

    def read(region: Region) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        inner = Region(region.x + part.x, region.y + part.y, region.width, region.height)
        return placement.plane.read(inner)

    try:
        found = statistics(sample(read, part.width, part.height)).median
    except CelestileError:
        return float("nan")
    return float("nan") if found is None else found
