"""The view specification: the plane of an image to show, and its style; text to `View` and back.

An identifier carries a view behind a semicolon, ``a/b.fits;frame=3;cmap=viridis``; a query carries
the same keys as parameters. `canonical` spells equal views alike.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from celestile.errors import RequestError, shortened
from celestile.pixels.image import CFA_VALUES
from celestile.pixels.names import may_be_fits_name
from celestile.pixels.plane import COLLAPSES
from celestile.render.color import colormaps
from celestile.views.values import (
    STOKES_ALLOWED,
    Interval,
    Pick,
    format_bits,
    format_limits,
    format_mix,
    format_number,
    format_pick,
    format_stretch,
    hdu,
    missing,
    mix_entries,
    number,
    one_of,
    pick,
    read_bits,
    read_limits,
    read_stretch,
    switch,
    text,
)

__all__ = [
    "AUTOMATIC",
    "VIEW_KEYS",
    "Interval",
    "Pick",
    "View",
    "canonical",
    "join_identifier",
    "overlay",
    "parse_view",
    "split_identifier",
    "view_from_pairs",
]


class View(NamedTuple):
    """A view specification; None and empty mean "as the image's automatic view has it".

    A tuple, since each step of a slider makes a new one, which is the key of several caches.
    """

    name: str | None = None  # view=
    hdu: str | None = None
    stokes: str | None = None
    frame: Pick | None = None
    channel: Pick | None = None
    collapse: str | None = None
    mix: tuple[tuple[Pick, str], ...] = ()  # (channel, rrggbb)
    limits: tuple[tuple[Pick | None, Interval], ...] = ()  # (None, …): for all
    stretch: str | None = None
    parameter: float | None = None  # the stretch's
    gamma: float | None = None
    contrast: float | None = None
    bias: float | None = None
    saturation: float | None = None
    cmap: str | None = None
    invert: bool | None = None
    nan: str | None = None
    cfa: str | None = None
    bits: tuple[int | str, ...] = ()  # numbers and names, or one of BITS_WORDS


AUTOMATIC = View()
"""The view that says nothing."""

# A reader turns a key's value into fields of `View`; its ValueError says which are expected.
_Reader = Callable[[str], dict[str, Any]]


_READERS: Mapping[str, _Reader] = MappingProxyType(
    {
        "view": lambda value: {"name": text(value, "the name of a view")},
        "hdu": lambda value: {"hdu": hdu(value)},
        "stokes": lambda value: {"stokes": text(value, STOKES_ALLOWED)},
        "frame": lambda value: {"frame": pick(value)},
        "channel": lambda value: {"channel": pick(value)},
        "collapse": lambda value: {"collapse": one_of(value, COLLAPSES)},
        "mix": lambda value: {"mix": mix_entries(value)},
        "limits": lambda value: {"limits": read_limits(value)},
        "stretch": read_stretch,
        "gamma": lambda value: {"gamma": number(value, above=0.0)},
        "contrast": lambda value: {"contrast": number(value, least=0.0)},
        "bias": lambda value: {"bias": number(value)},
        "saturation": lambda value: {"saturation": number(value, least=0.0)},
        "cmap": lambda value: {"cmap": one_of(value, colormaps())},
        "invert": lambda value: {"invert": switch(value)},
        "nan": lambda value: {"nan": missing(value)},
        "cfa": lambda value: {"cfa": one_of(value, CFA_VALUES)},
        "bits": lambda value: {"bits": read_bits(value)},
    }
)
# How the values of keys are spelled that are not text already.
_WRITERS: Mapping[str, Callable[[Any], str]] = MappingProxyType(
    {
        "frame": format_pick,
        "channel": format_pick,
        "mix": format_mix,
        "limits": format_limits,
        "bits": format_bits,
        **dict.fromkeys(("gamma", "contrast", "bias", "saturation"), format_number),
        "invert": lambda value: str(int(value)),
    }
)
_KEYS = tuple({"name": "view", "parameter": ""}.get(name, name) for name in View._fields)
"""The key of each field; the parameter is a part of the stretch."""
# What begins a view behind an identifier, and what stands for it within a file name.
_VIEW_START = re.compile(r";[A-Za-z_]+=")
_ENCODED = re.compile(r"%(25)?((?:25)*3[Bb])")
_PERCENT = re.compile(r"%(?=(?:25)*3[Bb])")

VIEW_KEYS: frozenset[str] = frozenset(_READERS)


def parse_view(specification: str) -> View:
    """Read a view from text: ``key=value`` joined by semicolons; empty is the automatic view.

    Raises
    ------
    RequestError
        On an unknown, repeated or empty key, on a value that it cannot have, and on ``channel``
        beside ``mix``; `parameter` is the key.
    """
    return _joined(map(_read_part, specification.split(";"))) if specification else View()


def view_from_pairs(pairs: Iterable[tuple[str, str]]) -> View:
    """Read a view from keys and values, all of which must be its own; errors as `parse_view`."""
    return _joined((key, _read(key, value)) for key, value in pairs)


def _joined(parts: Iterable[tuple[str, Mapping[str, Any]]]) -> View:
    """Make a view of keys and the fields that their values set."""
    seen: set[str] = set()
    found: dict[str, Any] = {}
    for key, given in parts:
        if key in seen:
            raise RequestError(f"{key} is given twice; expected once", parameter=key)
        seen.add(key)
        found |= given
    if {"channel", "mix"} <= seen:
        message = "channel cannot be combined with mix, which names its channels; expected only one"
        raise RequestError(message, parameter="channel")
    return View(**found)


# Of a new view, most parts were read before: a slider changes one.
@lru_cache(maxsize=4096)
def _read_part(part: str) -> tuple[str, Mapping[str, Any]]:
    key, equals, value = part.partition("=")
    if not equals:
        message = f"{shortened(part)!r} is invalid; expected key=value; {_allowed_keys()}"
        raise RequestError(message, parameter=part)
    return key, _read(key, value)


def _read(key: str, value: str) -> Mapping[str, Any]:
    reader = _READERS.get(key)
    if reader is None:
        message = f"{shortened(key)!r} is not a key of a view; {_allowed_keys()}"
        raise RequestError(message, parameter=key)
    try:
        return reader(value)
    except ValueError as error:
        message = f"{key}={shortened(value)} is invalid; expected {error}"
        raise RequestError(message, parameter=key) from None


def overlay(base: View, top: View) -> View:
    """Put a view over another: values of `top` override those of `base`.

    A stretch brings its own parameter, a mix replaces the single channel, and a channel the mix.
    """
    if base is AUTOMATIC:
        return top
    given: dict[str, Any] = {
        name: value
        for name, value in zip(View._fields, top, strict=True)
        if value is not None and value != ()
    }
    if top.stretch is not None:
        given["parameter"] = top.parameter
    if top.mix:
        given["channel"] = None
    elif top.channel is not None:
        given["mix"] = ()
    return base._replace(**given)


def canonical(view: View) -> str:
    """Canonical spelling, equal for views of the same keys and values; ``''`` for none.

    Neutral values stay: they may undo a default that is not known here.
    """
    words = [
        _written(key, view.parameter if key == "stretch" else None, value)
        for key, value in zip(_KEYS, view, strict=True)
        if key and value is not None and value != ()
    ]
    return ";".join(words)


@lru_cache(maxsize=4096)
def _written(key: str, parameter: float | None, value: Any) -> str:
    if key == "stretch":
        value = format_stretch(value, parameter)
    return f"{key}={_WRITERS.get(key, str)(value)}"


def split_identifier(identifier: str) -> tuple[str, View]:
    """Split an identifier and the view behind it.

    Parameters
    ----------
    identifier : str
        Percent-decoded once. The view starts at the first ``;word=``; a semicolon that belongs to
        a file name and looks like that arrives encoded once more, as ``%3B``. Without that, a
        text that is not a view is a part of the name if the name ends as those of FITS files do.

    Returns
    -------
    tuple of str and View
        The bare identifier, and the view, which may be empty.

    Raises
    ------
    RequestError
        As `parse_view`.
    """
    bare, view = _parted(identifier)
    if "%" in bare:
        # %253B stands for a %3B of the file name itself, and so on.
        bare = _ENCODED.sub(lambda match: f"%{match[2]}" if match[1] else ";", bare)
    return bare, view


def _parted(identifier: str) -> tuple[str, View]:
    """Split before the view, as given."""
    failure: RequestError | None = None
    for start in _VIEW_START.finditer(identifier):
        bare = identifier[: start.start()]
        if failure is not None and not may_be_fits_name(bare):
            continue
        try:
            return bare, parse_view(identifier[start.start() + 1 :])
        except RequestError as error:
            failure = failure or error
    if failure is not None and not may_be_fits_name(identifier):
        raise failure
    return identifier, View()


def join_identifier(bare: str, view: View) -> str:
    """Put a view behind an identifier, such that `split_identifier` takes them apart again."""
    encoded = _escaped(bare) if "%" in bare or ";" in bare else bare
    suffix = canonical(view)
    return f"{encoded};{suffix}" if suffix else encoded


def _escaped(bare: str) -> str:
    return _VIEW_START.sub(lambda match: f"%3B{match[0][1:]}", _PERCENT.sub("%25", bare))


def _allowed_keys() -> str:
    return f"the keys are {', '.join(_READERS)}"
