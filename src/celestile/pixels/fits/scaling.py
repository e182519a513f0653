"""Conversion from stored to physical numbers (FITS 4.0, sections 4.4.2.5 and 5.3)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.plane import UNSHIFTED, Shift

_EXACT_IN_DOUBLE = 2**53
_EXACT_IN_SINGLE = 2**24


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """How the stored numbers of an array convert to physical units.

    Parameters
    ----------
    slope, offset : float
        BSCALE and BZERO: physical = stored * slope + offset.
    blank : int or None
        Stored integer that marks missing pixels.
    """

    slope: float = 1.0
    offset: float = 0.0
    blank: int | None = None

    def apply(self, stored: NDArray[Any], shift: Shift = UNSHIFTED) -> NDArray[np.float32]:
        """Physical values in native float32, shifted; missing is NaN.

        The input is not changed.
        """
        # Doubles beyond the range of float32 become infinite; a signalling NaN is a NaN.
        with np.errstate(over="ignore", invalid="ignore"):
            values = self._scaled(stored) if shift == UNSHIFTED else self._shifted(stored, shift)
            values = values.astype(np.float32, copy=False)
        if self.blank is not None:
            values[stored == self.blank] = np.nan
        return values

    def _shifted(self, stored: NDArray[Any], shift: Shift) -> NDArray[np.float64]:
        values = self.doubles(stored)
        values -= shift.origin
        values /= shift.scale
        return values

    def _scaled(self, stored: NDArray[Any]) -> NDArray[np.floating[Any]]:
        if self.slope == 1.0 and self.offset == 0.0:
            return stored.astype(np.float32)
        if self._is_exact_in_single(stored.dtype):
            shifted = stored.astype(np.float32)
            shifted += np.float32(self.offset)
            return shifted
        # Adding BZERO may cancel most digits: only double precision has enough.
        return self.doubles(stored)

    def doubles(self, stored: NDArray[Any]) -> NDArray[np.float64]:
        """Physical values in double precision; BLANK is converted like any other number."""
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = stored.astype(np.float64)
            scaled *= self.slope
            scaled += self.offset
        return scaled

    def is_wide(self, dtype: np.dtype[Any]) -> bool:
        """Whether values may exceed the range of float32, or differ by less than its precision."""
        if self.slope == 1.0 and self.offset == 0.0:
            return dtype.itemsize > 4 or (dtype.kind in "iu" and dtype.itemsize == 4)
        return not self._is_exact_in_single(dtype)

    def _is_exact_in_single(self, dtype: np.dtype[Any]) -> bool:
        """Whether all sums are integers that float32 holds, as those of 16 bits and 32768 are."""
        small = dtype.kind in "iu" and dtype.itemsize <= 2
        whole = self.offset.is_integer() and abs(self.offset) < _EXACT_IN_SINGLE // 2
        return small and whole and self.slope == 1.0

    def physical(self, stored: float) -> float | None:
        """One number in physical units at full precision; None where missing."""
        if self.blank is not None and stored == self.blank:
            return None
        if self.slope != 1.0:
            value = stored * self.slope + self.offset
        elif isinstance(stored, int) and self.offset.is_integer():
            value = stored + int(self.offset)
            # Integers beyond the precision of float64 are returned as integers.
            return value if abs(value) > _EXACT_IN_DOUBLE else float(value)
        else:
            value = stored + self.offset
        return None if value != value else value
