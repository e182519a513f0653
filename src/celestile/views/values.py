"""The values of a view's keys: each read from text, and written in its shortest form.

Readers raise ValueError with the words for what is expected; `celestile.views.view` adds the
key.
"""

import math
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from celestile.render.request import STRETCH_PARAMETERS, STRETCHES, TRANSPARENT
from celestile.views import grammar

_NUMBER = re.compile(grammar.NUMBER)
_NAME = re.compile(grammar.NAME)
_INDEX = re.compile(grammar.INDEX)
_RANGE = re.compile(grammar.RANGE)
_STEP_NAME = re.compile(grammar.STEP_NAME)
_COLOR = re.compile(grammar.COLOR)
_HDU = re.compile(grammar.HDU)
_HDU_NUMBER = re.compile(grammar.HDU_NUMBER)
_PICK_ALLOWED = "a number from 1, a name, or a range first-last of numbers"
STOKES_ALLOWED = "the name of a Stokes parameter, such as I, Q, RR or P"
_BIT_NUMBER = re.compile(grammar.BIT_NUMBER)
_BIT_RANGE = re.compile(grammar.BIT_RANGE)
_BITS_ALLOWED = "all, none, off, or numbers from 0, ranges of them and names, separated by commas"
_INTERVAL_ALLOWED = "vmin,vmax, minmax, zscale or percentile:p with 0 < p <= 100"
_LIMITS_ALLOWED = f"{_INTERVAL_ALLOWED}; or channel:limits, separated by ~, each channel once"


class Interval(NamedTuple):
    """How limits are found: numbers, or a rule applied to the plane's values.

    Parameters
    ----------
    kind : {"manual", "minmax", "zscale", "percentile"}
        The rule.
    vmin, vmax : float
        Of ``manual``; physical units.
    percentile : float
        Of ``percentile``: percentage of the valid pixels kept, centered on the median rank.
    """

    kind: str
    vmin: float = 0.0
    vmax: float = 0.0
    percentile: float = 0.0


class Pick(NamedTuple):
    """A frame or channel as a view names it: by number, by name, or a range.

    Parameters
    ----------
    first, last : int or str
        Number counted from 1, or a name; equal unless it is a range.
    """

    first: int | str
    last: int | str


def text(value: str, allowed: str) -> str:
    """Read a name."""
    if not _NAME.fullmatch(value):
        raise ValueError(allowed)
    return value


def number(
    value: str, *, above: float = -math.inf, least: float = -math.inf, most: float = math.inf
) -> float:
    """Read a finite decimal number within bounds."""
    if _NUMBER.fullmatch(value):
        result = float(value)
        if math.isfinite(result) and result > above and least <= result <= most:
            return result
    bounds = ((above, ">"), (least, ">="), (most, "<="))
    wanted = " and ".join(
        f"{sign} {format_number(bound)}" for bound, sign in bounds if math.isfinite(bound)
    )
    raise ValueError(f"a decimal number {wanted}".rstrip())


def one_of(value: str, names: Sequence[str]) -> str:
    """Read one of some lowercase names, in any case."""
    if value.lower() not in names:
        raise ValueError(f"one of {', '.join(names)}")
    return value.lower()


def switch(value: str) -> bool:
    """Read 1 or 0."""
    return one_of(value, ("1", "0")) == "1"


def color(value: str, allowed: str = "six hexadecimal digits RRGGBB") -> str:
    """Read a color."""
    if not _COLOR.fullmatch(value):
        raise ValueError(allowed)
    return value.lower()


def hdu(value: str) -> str:
    """Read the choice of an HDU, whose numbers are written without leading zeros."""
    allowed = "an HDU's number, EXTNAME, EXTNAME,EXTVER or mosaic"
    if not _HDU.fullmatch(value):
        raise ValueError(allowed)
    name, comma, version = value.partition(",")
    if comma:
        return f"{name},{int(version)}"
    return str(int(name)) if _HDU_NUMBER.fullmatch(name) else name


def missing(value: str) -> str:
    """Read the color of missing pixels."""
    if value.lower() == TRANSPARENT:
        return TRANSPARENT
    return color(value, f"six hexadecimal digits RRGGBB, or {TRANSPARENT}")


def pick(value: str) -> Pick:
    """Read the choice of a frame or channel."""
    if _INDEX.fullmatch(value):
        return Pick(int(value), int(value))
    if _STEP_NAME.fullmatch(value):
        return Pick(value, value)
    if _RANGE.fullmatch(value):
        first, last = map(int, value.split("-"))
        if first <= last:
            return Pick(first, last)
    raise ValueError(_PICK_ALLOWED)


def mix_entries(value: str) -> tuple[tuple[Pick, str], ...]:
    """Read the channels of a mix and their colors."""
    allowed = "channel:RRGGBB, one or several, separated by commas, each channel once"
    entries = []
    for entry in value.split(","):
        channel, _, rgb = entry.partition(":")
        try:
            entries.append((pick(channel), color(rgb)))
        except ValueError:
            raise ValueError(allowed) from None
    if len({channel for channel, _ in entries}) < len(entries):
        raise ValueError(allowed)
    return tuple(entries)


def read_limits(value: str) -> tuple[tuple[Pick | None, Interval], ...]:
    """Read limits: an interval for all channels, or ``channel:interval`` separated by ``~``."""
    entries: list[tuple[Pick | None, Interval]] = []
    for entry in value.split("~"):
        channel, colon, rest = entry.partition(":")
        try:
            # `percentile:99.5` is an interval; `percentile:minmax` a channel of that name.
            if not colon or (channel.lower() == grammar.PERCENTILE and _NUMBER.fullmatch(rest)):
                entries.append((None, _interval(entry)))
            else:
                entries.append((pick(channel), _interval(rest)))
        except ValueError:
            raise ValueError(_LIMITS_ALLOWED) from None
    if len(entries) > 1 and len({channel for channel, _ in entries}) < len(entries):
        raise ValueError(_LIMITS_ALLOWED)
    return tuple(entries)


def _interval(value: str) -> Interval:
    vmin, comma, vmax = value.partition(",")
    if comma:
        return Interval("manual", number(vmin), number(vmax))
    kind, colon, rest = value.lower().partition(":")
    if kind == grammar.PERCENTILE and colon:
        return Interval(kind, percentile=number(rest, above=0.0, most=100.0))
    if value.lower() in grammar.RULES:
        return Interval(value.lower())
    raise ValueError(_INTERVAL_ALLOWED)


def read_bits(value: str) -> tuple[int | str, ...]:
    """Read flags: numbers from 0, ranges of them and names, in ascending order, or one word."""
    numbers: set[int] = set()
    names: set[str] = set()
    for item in value.split(","):
        if _BIT_NUMBER.fullmatch(item) or _BIT_RANGE.fullmatch(item):
            first, _, last = item.partition("-")
            if int(last or first) < int(first):
                raise ValueError(_BITS_ALLOWED)
            numbers |= set(range(int(first), int(last or first) + 1))
        elif _STEP_NAME.fullmatch(item):
            names.add(item)
        else:
            raise ValueError(_BITS_ALLOWED)
    found: tuple[int | str, ...] = (*sorted(numbers), *sorted(names))
    # A word that is repeated is that word.
    is_word = len(found) == 1 and str(found[0]).lower() in grammar.BITS_WORDS
    return (str(found[0]).lower(),) if is_word else found


def format_bits(bits: tuple[int | str, ...]) -> str:
    """Write flags, consecutive numbers as ranges."""
    numbers = [bit for bit in bits if isinstance(bit, int)]
    runs: list[list[int]] = []
    for number_ in numbers:
        if runs and number_ == runs[-1][1] + 1:
            runs[-1][1] = number_
        else:
            runs.append([number_, number_])
    spelled = [str(first) if first == last else f"{first}-{last}" for first, last in runs]
    return ",".join([*spelled, *(bit for bit in bits if isinstance(bit, str))])


def read_stretch(value: str) -> dict[str, Any]:
    """Read a stretch and its parameter, None for the default."""
    name, colon, rest = value.lower().partition(":")
    if name not in STRETCHES or (colon and name not in STRETCH_PARAMETERS):
        tunable = ", ".join(STRETCH_PARAMETERS)
        raise ValueError(f"one of {', '.join(STRETCHES)}; a :parameter may follow {tunable}")
    parameter = number(rest, above=0.0) if colon else None
    return {"stretch": name, "parameter": parameter}


def format_number(value: float) -> str:
    """Write a number in its shortest form that reads back the same, without a plus sign."""
    # adding 0 takes the sign from -0
    mantissa, exponent, power = repr(value + 0.0).partition("e")
    mantissa = mantissa.removesuffix(".0")
    return f"{mantissa}e{int(power)}" if exponent else mantissa


def format_pick(choice: Pick) -> str:
    """Write the choice of a frame or channel."""
    return str(choice.first) if choice.first == choice.last else f"{choice.first}-{choice.last}"


def format_stretch(name: str, parameter: float | None) -> str:
    """Write a stretch, with its parameter unless that is the default."""
    if parameter is None or parameter == STRETCH_PARAMETERS.get(name):
        return name
    return f"{name}:{format_number(parameter)}"


def format_mix(entries: tuple[tuple[Pick, str], ...]) -> str:
    """Write a mix, its channels in ascending order: they are added, so that none comes first."""
    ordered = sorted(entries, key=lambda entry: _order(entry[0]))
    return ",".join(f"{format_pick(channel)}:{rgb}" for channel, rgb in ordered)


def format_limits(entries: tuple[tuple[Pick | None, Interval], ...]) -> str:
    """Write limits, those for all channels first, then channels in ascending order."""
    ordered = sorted(entries, key=lambda entry: _order(entry[0])) if len(entries) > 1 else entries
    return "~".join(
        (f"{format_pick(channel)}:" if channel else "") + _format_interval(interval)
        for channel, interval in ordered
    )


def _order(choice: Pick | None) -> tuple[int, int, int, str]:
    if choice is None:
        return (0, 0, 0, "")
    if isinstance(choice.first, int) and isinstance(choice.last, int):
        return (1, choice.first, choice.last, "")
    return (2, 0, 0, str(choice.first))


def _format_interval(interval: Interval) -> str:
    if interval.kind == "manual":
        return f"{format_number(interval.vmin)},{format_number(interval.vmax)}"
    if interval.kind == "percentile":
        return f"percentile:{format_number(interval.percentile)}"
    return interval.kind
