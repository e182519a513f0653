"""The view specification: which plane of an image to show, and how; text to frozen `View` and back."""

from dataclasses import dataclass

from celestile.render.request import Style


@dataclass(frozen=True, slots=True)
class Interval:
    """How limits are found: numbers, or a rule applied to the plane's values.

    Parameters
    ----------
    kind : {"manual", "minmax", "zscale", "percentile"}
        The rule.
    vmin, vmax : float
        Of ``manual``; physical units.
    percentile : float
        Of ``percentile``: percentage of the valid pixels kept, centred on the median rank.
    """

    kind: str
    vmin: float = 0.0
    vmax: float = 0.0
    percentile: float = 0.0


@dataclass(frozen=True, slots=True)
class Pick:
    """A frame or channel as a view names it: by number, by name, or a range.

    Parameters
    ----------
    first, last : int or str
        Number counted from 1, or a name; equal unless it is a range.
    """

    first: int | str
    last: int | str


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

# parse_view(text, separator) / view_from_pairs / canonical(view) / overlay(view, named): see contract
