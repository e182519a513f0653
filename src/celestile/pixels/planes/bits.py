"""Quality planes as bits: all 32 bits of a pixel, of which float32 numbers would lose some.

A pixel of such a plane is a float32 whose 32 bits are those of the mask. It is only copied and
combined by bits, never used as a number. The bits of the ordinary NaN mark a missing pixel; a mask
with exactly those nine high bits is not to be expected.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.plane import PixelValue, Plane
from celestile.pixels.planes.array import ArrayPlane, combined_key
from celestile.pixels.planes.collapse import CollapsedPlane
from celestile.pixels.planes.placement import MosaicPlane
from celestile.pixels.planes.reproject import ReprojectedPlane
from celestile.pixels.planes.shifted import unshifted

Values = NDArray[np.float32]
MISSING = np.array(np.nan, np.float32).view(np.uint32)[()]


class BitsPlane:
    """The bits of an array of integers.

    Parameters
    ----------
    plane : ArrayPlane
        The array.
    """

    reduction = "or"

    def __init__(self, plane: ArrayPlane) -> None:
        self._plane = plane
        self.width = plane.width
        self.height = plane.height
        self.direct = plane.direct
        self.by_rows = plane.by_rows
        self.key = combined_key("bits", plane.key)

    def read(self, region: Region) -> Values:
        """Bits as float32, shape (height, width)."""
        bits, missing = self._plane.bits(region)
        if missing is not None:
            bits[missing] = MISSING
        return bits.view(np.float32)

    def value(self, x: int, y: int) -> PixelValue:
        """One pixel as a number."""
        return self._plane.value(x, y)


class CombinedBits:
    """The bits that are set in any of several planes.

    Parameters
    ----------
    planes : sequence of Plane
        Planes of bits, of equal size.
    numbers : Plane
        The same as numbers.
    """

    reduction = "or"
    direct = False
    by_rows = False

    def __init__(self, planes: Sequence[Plane], numbers: Plane) -> None:
        self._planes = tuple(planes)
        self._numbers = numbers
        self.width = numbers.width
        self.height = numbers.height
        self.key = combined_key("any bit", *(plane.key for plane in planes))

    def read(self, region: Region) -> Values:
        """Bits as float32, shape (height, width)."""
        return reduce(either, (plane.read(region) for plane in self._planes))

    def value(self, x: int, y: int) -> PixelValue:
        """One pixel as a number."""
        return self._numbers.value(x, y)


def as_bits(plane: Plane) -> Plane | None:
    """Return the bits of a plane of integers; None for other planes."""
    plane = unshifted(plane)
    if isinstance(plane, ArrayPlane):
        return BitsPlane(plane)
    if isinstance(plane, CollapsedPlane):
        found = [as_bits(each) for each in plane.planes]
        known = [each for each in found if each is not None]
        return CombinedBits(known, plane) if len(known) == len(found) else None
    if isinstance(plane, MosaicPlane):
        places = [(place, as_bits(place.plane)) for place in plane.placements]
        if any(bits is None for _, bits in places):
            return None
        placed = [replace(place, plane=bits) for place, bits in places if bits is not None]
        return MosaicPlane(placed, plane.width, plane.height, reduction="or")
    if isinstance(plane, ReprojectedPlane):
        pairs = [(part, as_bits(part.plane)) for part in plane.parts]
        if any(bits is None for _, bits in pairs):
            return None
        parts = [replace(part, plane=bits) for part, bits in pairs if bits is not None]
        return ReprojectedPlane(parts, plane.width, plane.height, plane.grid_key)
    return None


def either(one: Values, other: Values) -> Values:
    """Bits that are set in one of two arrays; missing only where both are."""
    a, b = (np.ascontiguousarray(each, np.float32).view(np.uint32) for each in (one, other))
    joined = np.where(a == MISSING, b, np.where(b == MISSING, a, a | b))
    return joined.view(np.float32)


def combine(name: str) -> Callable[[Values, Values], Values]:
    """Function that combines two arrays by a reduction, ``max`` or ``or``."""
    return either if name == "or" else np.fmax


def combined_along(name: str, values: Values, axis: int) -> Values:
    """Combine an array along an axis by a reduction, ``max`` or ``or``."""
    if name != "or":
        largest: Values = np.fmax.reduce(values, axis=axis)
        return largest
    bits = np.ascontiguousarray(values).view(np.uint32)
    missing = bits == MISSING
    joined = np.bitwise_or.reduce(np.where(missing, 0, bits).astype(np.uint32), axis=axis)
    return np.where(missing.all(axis=axis), MISSING, joined).astype(np.uint32).view(np.float32)


def combined_at(name: str, values: Values, starts: NDArray[np.intp]) -> Values:
    """Combine runs along the last axis, as `numpy.ufunc.reduceat`, by ``max`` or ``or``."""
    if name != "or":
        largest: Values = np.fmax.reduceat(values, starts, axis=1)
        return largest
    bits = np.ascontiguousarray(values).view(np.uint32)
    missing = bits == MISSING
    joined = np.bitwise_or.reduceat(np.where(missing, 0, bits).astype(np.uint32), starts, axis=1)
    nothing = np.logical_and.reduceat(missing, starts, axis=1)
    return np.where(nothing, MISSING, joined).astype(np.uint32).view(np.float32)
