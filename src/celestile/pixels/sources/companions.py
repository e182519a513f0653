"""Arrays that accompany a science array: its errors, flags and weights have its coordinates."""

import re
from collections.abc import Sequence
from dataclasses import replace

from celestile.pixels.fits.hdus import Hdu
from celestile.pixels.fits.headers.inheritance import has_axes, with_world
from celestile.pixels.mosaic import choice

_SCIENCE = re.compile(r"SCI|SCIENCE|DATA|IMAGE|PRIMARY|FLUX|\d*")
_SEPARATORS = re.compile(r"[.\-_ ]")


def with_science_world(hdu: Hdu, hdus: Sequence[Hdu]) -> Hdu:
    """Give an array without coordinates those of the science array that it accompanies.

    The pipelines of JWST and Roman write coordinates only into SCI. ERR, DQ, VAR_POISSON, WHT,
    AREA, … of the same size and EXTVER describe the same pixels.

    Parameters
    ----------
    hdu : Hdu
        The array.
    hdus : sequence of Hdu
        All arrays of its file.

    Returns
    -------
    Hdu
        The array given if it has coordinates, or accompanies no other.
    """
    if has_axes(hdu.header):
        return hdu
    science = _science_of(hdu, hdus)
    if science is None:
        return hdu
    name = f"{science.name} (HDU {science.index})" if science.name else f"HDU {science.index}"
    note = f"its header has no coordinates; those of {name}, of the same size, are used"
    return replace(
        hdu,
        header=with_world(hdu.header, science.header),
        tabulated=science.tabulated if science.shape == hdu.shape else hdu.tabulated,
        notes=(*hdu.notes, note),
    )


def _science_of(hdu: Hdu, hdus: Sequence[Hdu]) -> Hdu | None:
    """Science array that an array accompanies; None if there is none, or more than one."""
    alike = [
        other
        for other in hdus
        if other is not hdu
        and other.shape[-2:] == hdu.shape[-2:]
        and choice.kind(other) == "science"
        and has_axes(other.header)
    ]
    # The data format of ESO names the science array.
    named = hdu.text("SCIDATA").upper()
    if named:
        return _only([other for other in alike if other.name.upper() == named])
    if choice.kind(hdu) == "science":
        alike = [other for other in alike if other.name.upper() == "SCI" and hdu.name]
    same = [other for other in alike if other.version == hdu.version]
    of_one_chip = [other for other in same if _chip(other) == _chip(hdu)]
    called_sci = [other for other in same if other.name.upper() == "SCI"]
    return _only(of_one_chip) or _only(called_sci) or _only(same)


def _only(hdus: Sequence[Hdu]) -> Hdu | None:
    return hdus[0] if len(hdus) == 1 else None


def _chip(hdu: Hdu) -> tuple[str, ...]:
    """Name of an array without the words for its role: "CCD1.SCI" and "CCD1.ERR" are one chip."""
    words = _SEPARATORS.split(hdu.name.upper())
    return tuple(
        word for word in words if not _SCIENCE.fullmatch(word) and choice.role(word) == "science"
    )
