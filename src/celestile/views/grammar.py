"""How the values of a view's keys are spelled: the one grammar, as patterns for whole values.

The readers (`celestile.views.values`) and the API descriptions use these patterns, which are valid
in Python and in ECMA-262. Words of a list are in lower case; readers accept any case.
A value that matches is valid unless

- a range runs backwards (``5-3``),
- a mix or limits name a channel twice,
- a number is too large for a float, or outside the bounds of its key.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from celestile.pixels.image import CFA_VALUES
from celestile.pixels.plane import COLLAPSES
from celestile.render.request import STRETCH_PARAMETERS, STRETCHES, TRANSPARENT

# Every character but those that separate keys, values and lists, or that a URL would be cut at.
_CHARACTER = r"[^;=&,:~/?#\u0000-\u001f\u007f]"
NAME = f"{_CHARACTER}+"

INDEX = "0{0,8}[1-9][0-9]{0,8}"
"""A number counted from 1."""
RANGE = f"{INDEX}-{INDEX}"
STEP_NAME = rf"(?!(?:[+-]?[0-9]+|[0-9]+-[0-9]+)(?!{_CHARACTER})){NAME}"
"""A name of a frame or channel: of these, none looks like a number or a range."""
PICK = f"(?:{INDEX}|{RANGE}|{STEP_NAME})"

HDU_NUMBER = "[0-9]{1,9}"
HDU = f"{NAME}(?:,{HDU_NUMBER})?"
"""A number counted from 0 or a name, with an optional version."""

# Digits, with an optional decimal point and exponent; no infinity, underscores or foreign digits.
_UNSIGNED = r"(?:[0-9]{1,60}(?:\.[0-9]{0,60})?|\.[0-9]{1,60})(?:[eE][+-]?[0-9]{1,3})?"
NUMBER = f"[+-]?{_UNSIGNED}"
POSITIVE = rf"\+?(?=[0-9]*\.?[0-9]*[1-9]){_UNSIGNED}"

COLOR = "[0-9a-fA-F]{6}"
MIX = f"{PICK}:{COLOR}(?:,{PICK}:{COLOR})*"

RULES = ("minmax", "zscale")
"""Intervals that are a rule without a number."""
PERCENTILE = "percentile"


def _any(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(words)})"


INTERVAL = _any((*RULES, f"{PERCENTILE}:{POSITIVE}", f"{NUMBER},{NUMBER}"))
_LIMITS_OF_ONE = f"(?:{PICK}:)?{INTERVAL}"
LIMITS = f"{_LIMITS_OF_ONE}(?:~{_LIMITS_OF_ONE})*"

BITS_WORDS = ("all", "none", "off")
"""All flags, none of them, and numbers instead of flags."""
BIT_NUMBER = "[0-9]{1,3}"
BIT_RANGE = f"{BIT_NUMBER}-{BIT_NUMBER}"
BIT = f"(?:{BIT_NUMBER}|{BIT_RANGE}|{STEP_NAME})"
BITS = f"{BIT}(?:,{BIT})*"

STRETCH = _any((*STRETCHES, f"{_any(STRETCH_PARAMETERS)}:{POSITIVE}"))
NAN = _any((TRANSPARENT, COLOR))

VALUES: Mapping[str, str] = MappingProxyType(
    {
        "view": NAME,
        "hdu": HDU,
        "stokes": NAME,
        "frame": PICK,
        "channel": PICK,
        "collapse": _any(COLLAPSES),
        "mix": MIX,
        "limits": LIMITS,
        "stretch": STRETCH,
        "gamma": POSITIVE,
        "contrast": NUMBER,
        "bias": NUMBER,
        "saturation": NUMBER,
        "cmap": NAME,
        "invert": "[01]",
        "nan": NAN,
        "cfa": _any(CFA_VALUES),
        "bits": BITS,
    }
)
"""By key; colormaps, which come from a package that is slow to load, are any name here."""
