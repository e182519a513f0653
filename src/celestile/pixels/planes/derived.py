"""Planes computed pixel by pixel from others: polarized intensity and angle from Stokes parameters.

I, Q, U and V are those of the IAU: the angle counts from north through east. Images of single feeds
follow the convention of CASA and AIPS, ``I = (RR + LL) / 2``. No intensity is corrected for the
bias of its noise.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.plane import UNSHIFTED, PixelValue, Plane, Shift, is_computed
from celestile.pixels.planes.array import combined_key
from celestile.pixels.planes.wide import doubles, is_wide, shifted_values

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """How a parameter is computed from others.

    Parameters
    ----------
    name : str
        Of the parameter, as a view names it.
    title : str
        For people.
    needs : tuple of str
        Names of the parameters that it is computed from.
    compute : callable
        Takes an array of each, returns an array.
    unit : str or None
        Unit of its values; None if they are in the unit of the others.
    is_ratio : bool
        Whether its values have no unit.
    is_angle : bool
        Whether its values are angles in degrees that repeat after 180.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    compute: Callable[..., Doubles]
    unit: str | None = None
    is_ratio: bool = False
    is_angle: bool = False


def _half_sum(one: Doubles, other: Doubles) -> Doubles:
    return 0.5 * one + 0.5 * other


def _half_difference(one: Doubles, other: Doubles) -> Doubles:
    return 0.5 * one - 0.5 * other


def _total(q: Doubles, u: Doubles, v: Doubles) -> Doubles:
    found: Doubles = np.hypot(np.hypot(q, u), v)
    return found


def _angle(q: Doubles, u: Doubles) -> Doubles:
    found: Doubles = 0.5 * np.degrees(np.arctan2(u, q))
    return found


def _share(polarized: Doubles, intensity: Doubles) -> Doubles:
    """Fraction of the intensity; missing where that is 0."""
    return polarized / np.where(intensity == 0.0, np.nan, intensity)


FORMULAS = (
    Formula(name="I", title="Total intensity", needs=("RR", "LL"), compute=_half_sum),
    Formula(name="I", title="Total intensity", needs=("XX", "YY"), compute=_half_sum),
    Formula(name="V", title="Circular polarization", needs=("RR", "LL"), compute=_half_difference),
    Formula(name="P", title="Linearly polarized intensity", needs=("Q", "U"), compute=np.hypot),
    Formula(
        name="PF", title="Linearly polarized fraction", needs=("I", "Q", "U"),
        compute=lambda i, q, u: _share(np.hypot(q, u), i), is_ratio=True,
    ),
    Formula(
        name="PA", title="Polarization angle", needs=("Q", "U"), compute=_angle,
        unit="deg", is_angle=True,
    ),
    Formula(
        name="Ptotal", title="Polarized intensity", needs=("Q", "U", "V"), compute=_total,
    ),
    Formula(
        name="PFtotal", title="Polarized fraction", needs=("I", "Q", "U", "V"),
        compute=lambda i, q, u, v: _share(_total(q, u, v), i), is_ratio=True,
    ),
)  # fmt: skip
"""In the order in which they are offered; of equal names, the first that can be computed."""


def formulas(measured: Sequence[str]) -> Iterator[Formula]:
    """Formulas of the parameters that can be computed and are not measured."""
    found = set(measured)
    for formula in FORMULAS:
        if formula.name not in found and set(formula.needs) <= set(measured):
            found.add(formula.name)
            yield formula


class DerivedPlane:
    """A plane computed from others, in double precision; missing where one of them is.

    Parameters
    ----------
    formula : Formula
        The formula.
    planes : sequence of Plane
        What the formula needs, in its order; of equal size.
    """

    is_mask = False

    def __init__(self, formula: Formula, planes: Sequence[Plane]) -> None:
        self._formula = formula
        self._planes = tuple(planes)
        self.width = planes[0].width
        self.height = planes[0].height
        self.direct = all(plane.direct for plane in planes)
        self.by_rows = all(plane.by_rows for plane in planes)
        self.is_angle = formula.is_angle
        self.is_computed = any(map(is_computed, planes))
        bounded = formula.is_angle or formula.is_ratio
        self.scaling_is_wide = not bounded and any(map(is_wide, planes))
        self.key = combined_key("derived", formula.name, *(plane.key for plane in planes))

    def read(self, region: Region, shift: Shift = UNSHIFTED) -> NDArray[np.float32]:
        """Read physical values, shifted: float32 of shape (height, width); missing is NaN."""
        return shifted_values(self.doubles(region), shift)

    def doubles(self, region: Region) -> Doubles:
        """Read physical values in double precision; missing is NaN."""
        return self._computed([doubles(plane, region) for plane in self._planes])

    def value(self, x: int, y: int) -> PixelValue:
        """One pixel in physical units; it has no stored number."""
        values = [plane.value(x, y).value for plane in self._planes]
        numbers = [np.array(np.nan if value is None else value) for value in values]
        value = float(self._computed(numbers))
        return PixelValue(value=None if np.isnan(value) else value, raw=None)

    def _computed(self, parts: Sequence[Doubles]) -> Doubles:
        with np.errstate(all="ignore"):
            return self._formula.compute(*parts)
