"""The Stokes parameters of an image: those of its Stokes axis, and those computed from them."""

from collections.abc import Sequence

from celestile.pixels.image import Stokes
from celestile.pixels.planes.derived import formulas

_NAMES = {
    1: "I", 2: "Q", 3: "U", 4: "V", -1: "RR", -2: "LL", -3: "RL", -4: "LR",
    -5: "XX", -6: "YY", -7: "XY", -8: "YX", 5: "P", 6: "PF", 7: "PA",
}  # fmt: skip
"""FITS 4.0, table 29; codes from 5 are the conventions of AIPS (PPOL, FPOL, PANG)."""
_TITLES = {
    "I": "Total intensity",
    "Q": "Linear polarization Q",
    "U": "Linear polarization U",
    "V": "Circular polarization",
    "P": "Linearly polarized intensity",
    "PF": "Linearly polarized fraction",
    "PA": "Polarization angle",
}
_CORRELATION = "Correlation {}"
_SIGNED = frozenset({"Q", "U", "V", "RL", "LR", "XY", "YX"})
_UNITS = {"PF": None, "PA": "deg"}
_ALIASES = {"ptotal": "Ptotal", "plinear": "P", "pftotal": "PFtotal", "pflinear": "PF",
            "pangle": "PA", "ppol": "P", "fpol": "PF", "pang": "PA"}  # fmt: skip
"""Names in CASA and AIPS."""


def code_name(code: float | None) -> str:
    """Name of a code of a Stokes axis; empty for one without a name."""
    if code is None or abs(code - round(code)) > 0.01:
        return ""
    return _NAMES.get(round(code), "")


def described(names: Sequence[str], unit: str | None) -> tuple[Stokes, ...]:
    """Describe the planes along a Stokes axis, then the parameters that can be computed.

    Parameters
    ----------
    names : sequence of str
        Of the planes, each unique.
    unit : str or None
        Of the image.
    """
    measured = [
        Stokes(
            name=name,
            title=_title(name),
            unit=_UNITS.get(name, unit),
            derived=False,
            is_signed=name in _SIGNED,
        )
        for name in names
    ]
    derived = [
        Stokes(
            name=formula.name,
            title=formula.title,
            unit=None if formula.is_ratio else formula.unit or unit,
            derived=True,
            is_angle=formula.is_angle,
            is_signed=formula.name in _SIGNED,
        )
        for formula in formulas(names)
    ]
    return (*measured, *derived)


def _title(name: str) -> str:
    if name.isdecimal():
        return f"Plane {name}"
    return _TITLES.get(name, _CORRELATION.format(name))


def find(offered: Sequence[Stokes], text: str) -> Stokes | None:
    """Find a parameter by name in any case, by its name in CASA, or by the number of its plane.

    Parameters
    ----------
    offered : sequence of Stokes
        Of an image.
    text : str
        As a view has it.
    """
    names = {stokes.name.lower(): stokes for stokes in offered}
    found = names.get(text.lower()) or names.get(_ALIASES.get(text.lower(), "").lower())
    measured = [stokes for stokes in offered if not stokes.derived]
    if found is None and text.isascii() and text.isdecimal() and 0 < int(text) <= len(measured):
        return measured[int(text) - 1]
    return found
