"""The linear part of the coordinates along one axis: reference value, reference pixel and step.

The step is ``PCi_i * CDELTi`` or ``CDi_i`` (FITS 4.0, section 8.1; Greisen & Calabretta 2002, A&A
395, 1061, equations 1 and 3). Where the standard leaves a choice, it is that of `astropy.wcs`: PC
takes precedence over CD, CDELT is ignored beside CD, and the step of an axis that a CD matrix
leaves out is 1.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from celestile.pixels.fits.hdus import Hdu


class LinearTerms(NamedTuple):
    """Intermediate coordinate ``reference + step * (p - pixel)`` at FITS pixel *p*.

    Parameters
    ----------
    reference : float
        CRVAL, in the unit of the header.
    pixel : float
        CRPIX.
    step : float
        In the unit of the header.
    """

    reference: float
    pixel: float
    step: float

    def along(self, length: int, *, logarithmic: bool = False) -> tuple[float | None, ...]:
        """Coordinates of all pixels of an axis.

        Parameters
        ----------
        length : int
            Of the axis.
        logarithmic : bool
            Whether the axis is ``-LOG``: ``reference * exp(w / reference)``, where *w* is the
            linear offset (Greisen et al. 2006, A&A 446, 747, equation 5).
        """
        offsets = (np.arange(1.0, length + 1) - self.pixel) * self.step
        with np.errstate(all="ignore"):
            values = self.reference + offsets
            if logarithmic:
                values = self.reference * np.exp(offsets / self.reference)
        return tuple(float(value) if np.isfinite(value) else None for value in values)


def linear_terms(hdu: Hdu, number: int) -> LinearTerms | None:
    """Linear terms of an axis; None without CRVAL, a step, or if only other axes change its values.

    Parameters
    ----------
    hdu : Hdu
        The array.
    number : int
        FITS number of the axis.
    """
    reference = hdu.number(f"CRVAL{number}")
    step = _step(hdu, number)
    if reference is None or step is None or (step == 0 and _coupled(hdu, number)):
        return None
    return LinearTerms(
        reference, hdu.number(f"CRPIX{number}") or 0.0, step
    )  # CRPIX is 0 by default


def _step(hdu: Hdu, number: int) -> float | None:
    """Diagonal element of the matrix times CDELT; None if no card gives it."""
    increment = hdu.number(f"CDELT{number}")
    kind = _matrix(hdu)
    element = _element(hdu, kind, number, number)
    if kind == "CD":
        if element is None:
            given = increment is not None or _coupled(hdu, number)
            return (0.0 if _coupled(hdu, number) else 1.0) if given else None
        return element
    if increment is None and element is None:
        return None
    return (1.0 if increment is None else increment) * (1.0 if element is None else element)


def _matrix(hdu: Hdu) -> str:
    """Which matrix counts: ``PC``, ``CD``, or an empty string if there is none."""
    axes = range(1, _axes(hdu) + 1)
    for kind in ("PC", "CD"):
        if any(_element(hdu, kind, i, j) is not None for i in axes for j in axes):
            return kind
    return ""


def _element(hdu: Hdu, kind: str, i: int, j: int) -> float | None:
    """Element of the matrix; ``PC003003`` is the spelling of the standard's drafts."""
    if not kind:
        return None
    found = hdu.number(f"{kind}{i}_{j}")
    return hdu.number(f"PC{i:03d}{j:03d}") if found is None and kind == "PC" else found


def _coupled(hdu: Hdu, number: int) -> tuple[int, ...]:
    """Numbers of the other axes along which the values of an axis change."""
    kind = _matrix(hdu)
    others = (other for other in range(1, _axes(hdu) + 1) if other != number)
    return tuple(other for other in others if _element(hdu, kind, number, other))


def _axes(hdu: Hdu) -> int:
    return min(max(len(hdu.shape), int(hdu.number("WCSAXES") or 0)), 9)


def notes(hdu: Hdu, number: int) -> Iterator[str]:
    """Describe in which respects the values along an axis are a choice.

    Parameters
    ----------
    hdu : Hdu
        The array.
    number : int
        FITS number of the axis.
    """
    if hdu.number(f"CRVAL{number}") is None:
        return
    kind = _matrix(hdu)
    coupled = _coupled(hdu, number)
    if coupled:
        cards = ", ".join(f"{kind}{number}_{other}" for other in coupled)
        if _step(hdu, number) == 0:
            yield f"the values along axis {number} are unknown: they only change by {cards}"
        else:
            yield (
                f"the values along axis {number} also change by {cards}; "
                "those at the reference pixel are given"
            )
    increment = hdu.number(f"CDELT{number}")
    alone = kind == "CD" and _element(hdu, kind, number, number) is None and not coupled
    if alone and increment not in (None, 1.0):
        yield f"CDELT{number} is ignored beside the CD matrix; the step of axis {number} is 1"
