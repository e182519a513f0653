"""The view specification: the plane of an image to show, and its style; text to `View` and back.

An identifier carries a view behind a semicolon, ``a/b.fits;frame=3;cmap=viridis``; a query carries
the same keys as parameters. `canonical` spells equal views alike.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from celestile.errors import RequestError, shortened
from celestile.pixels.image import COLLAPSES
from celestile.render.color import colormaps
from celestile.views.values import (
    Interval,
    Pick,
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
    read_limits,
    read_stretch,
    switch,
    text,
)

__all__ = [
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


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view specification; None and empty mean "as the image's automatic view has it"."""

    name: str | None = None  # view=
    hdu: str | None = None
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


# A reader turns a key's value into fields of `View`; its ValueError says which are expected.
_Reader = Callable[[str], dict[str, Any]]


_READERS: Mapping[str, _Reader] = MappingProxyType(
    {
        "view": lambda value: {"name": text(value, "the name of a view")},
        "hdu": lambda value: {"hdu": hdu(value)},
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
    }
)
VIEW_KEYS: frozenset[str] = frozenset(_READERS)


@lru_cache(maxsize=4096)
def parse_view(specification: str) -> View:
    """Read a view from text: ``key=value`` joined by semicolons; empty is the automatic view.

    Raises
    ------
    RequestError
        On an unknown, repeated or empty key, on a value that it cannot have, and on ``channel``
        beside ``mix``; `parameter` is the key.
    """
    if not specification:
        return View()
    pairs = []
    for part in specification.split(";"):
        key, equals, value = part.partition("=")
        if not equals:
            message = f"{shortened(part)!r} is invalid; expected key=value; {_allowed_keys()}"
            raise RequestError(message, parameter=part)
        pairs.append((key, value))
    return view_from_pairs(pairs)


def view_from_pairs(pairs: Iterable[tuple[str, str]]) -> View:
    """Read a view from keys and values, all of which must be its own; errors as `parse_view`."""
    seen: set[str] = set()
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key not in _READERS:
            message = f"{shortened(key)!r} is not a key of a view; {_allowed_keys()}"
            raise RequestError(message, parameter=key)
        if key in seen:
            raise RequestError(f"{key} is given twice; expected once", parameter=key)
        seen.add(key)
        try:
            found |= _READERS[key](value)
        except ValueError as error:
            message = f"{key}={shortened(value)} is invalid; expected {error}"
            raise RequestError(message, parameter=key) from None
    if {"channel", "mix"} <= seen:
        message = "channel cannot be combined with mix, which names its channels; expected only one"
        raise RequestError(message, parameter="channel")
    return View(**found)


def overlay(base: View, top: View) -> View:
    """Put a view over another: values of `top` override those of `base`.

    A stretch brings its own parameter, a mix replaces the single channel, and a channel the mix.
    """
    given: dict[str, Any] = {
        item.name: value
        for item in fields(View)
        if (value := getattr(top, item.name)) is not None and value != ()
    }
    if top.stretch is not None:
        given["parameter"] = top.parameter
    if top.mix:
        given["channel"] = None
    elif top.channel is not None:
        given["mix"] = ()
    return replace(base, **given)


@lru_cache(maxsize=4096)
def canonical(view: View) -> str:
    """Canonical spelling, equal for views of the same keys and values; ``''`` for none.

    Neutral values stay: they may undo a default that is not known here.
    """
    words = {
        "view": view.name,
        "hdu": view.hdu,
        "frame": view.frame and format_pick(view.frame),
        "channel": view.channel and format_pick(view.channel),
        "collapse": view.collapse,
        "mix": format_mix(view.mix),
        "limits": format_limits(view.limits),
        "stretch": view.stretch and format_stretch(view.stretch, view.parameter),
        "cmap": view.cmap,
        "invert": None if view.invert is None else str(int(view.invert)),
        "nan": view.nan,
    }
    for key in ("gamma", "contrast", "bias", "saturation"):
        value = getattr(view, key)
        if value is not None:
            words[key] = format_number(value)
    return ";".join(f"{key}={words[key]}" for key in _READERS if words.get(key))


def split_identifier(identifier: str) -> tuple[str, View]:
    """Split an identifier and the view behind it.

    Parameters
    ----------
    identifier : str
        Percent-decoded once. The view starts at the first ``;word=``; a semicolon that belongs to
        a file name and looks like that arrives encoded once more, as ``%3B``.

    Returns
    -------
    tuple of str and View
        The bare identifier, and the view, which may be empty.

    Raises
    ------
    RequestError
        As `parse_view`.
    """
    start = re.search(r";[A-Za-z_]+=", identifier)
    bare = identifier[: start.start()] if start else identifier
    view = parse_view(identifier[start.start() + 1 :]) if start else View()
    # %253B stands for a %3B of the file name itself, and so on.
    decoded = re.sub(r"%(25)?((?:25)*3[Bb])", lambda m: f"%{m[2]}" if m[1] else ";", bare)
    return decoded, view


def join_identifier(bare: str, view: View) -> str:
    """Put a view behind an identifier, such that `split_identifier` takes them apart again."""
    encoded = re.sub(r"%(?=(?:25)*3[Bb])", "%25", bare)
    encoded = re.sub(r";(?=[A-Za-z_]+=)", "%3B", encoded)
    suffix = canonical(view)
    return f"{encoded};{suffix}" if suffix else encoded


def _allowed_keys() -> str:
    return f"the keys are {', '.join(_READERS)}"
