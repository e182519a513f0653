"""The axes of an array: which two make the image, which are channels, which are frames.

Axes are told apart by CTYPE (FITS 4.0, section 8; Greisen et al. 2006, A&A 446, 747, table 1):
spectral and Stokes axes are channels, time axes are frames, axes of length 1 vanish. Of the others,
up to four planes are taken for channels (colors, amplifiers), more for frames.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from celestile.pixels.fits import Hdu
from celestile.pixels.image import Channel, Frame
from celestile.pixels.planes import Slice

_SPECTRAL = (
    "FREQ", "ENER", "WAVN", "VRAD", "WAVE", "VOPT", "ZOPT", "AWAV", "VELO", "BETA", "FELO",
    "LAMBDA", "WAVELENG", "FREQUENC", "ENERGY", "SPECTRAL",
)  # fmt: skip
_TIME = ("TIME", "UTC", "UT1", "TAI", "TT", "TDT", "ET", "TDB", "TCB", "TCG", "GPS", "LOCAL")
_CELESTIAL = re.compile(r"(RA|DEC|.?LON|.?LAT|..LN|..LT)(-|$)")
_MOST_UNKNOWN_CHANNELS = 4
_LIGHT_SPEED = 299792458.0  # m/s
_PLANCK = 6.62607015e-34  # J s
_STOKES = {
    1: "I", 2: "Q", 3: "U", 4: "V", -1: "RR", -2: "LL", -3: "RL", -4: "LR",
    -5: "XX", -6: "YY", -7: "XY", -8: "YX",
}  # fmt: skip
"""FITS 4.0, table 29."""

_UNITS = {
    "FREQ": "Hz", "ENER": "J", "WAVN": "1/m", "WAVE": "m", "AWAV": "m", "VRAD": "m/s",
    "VOPT": "m/s", "VELO": "m/s", "FELO": "m/s",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis of an array.

    Parameters
    ----------
    number : int
        As FITS counts: 1 varies fastest.
    length : int
        In pixels.
    kind : {"celestial", "spectral", "stokes", "time", "unknown"}
        By CTYPE.
    ctype : str
        As in the header.
    """

    number: int
    length: int
    kind: str
    ctype: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How an array's axes make an image.

    Parameters
    ----------
    x, y : Axis
        The axes of the image.
    channel_axes, frame_axes : tuple of Axis
        Fastest first.
    dimensions : int
        NAXIS.
    """

    x: Axis
    y: Axis
    channel_axes: tuple[Axis, ...]
    frame_axes: tuple[Axis, ...]
    dimensions: int

    @property
    def channels(self) -> int:
        """Number of channels."""
        return prod(axis.length for axis in self.channel_axes)

    @property
    def frames(self) -> int:
        """Number of frames."""
        return prod(axis.length for axis in self.frame_axes)

    @property
    def channel_axis(self) -> str:
        """What the channels are: "spectral", "stokes", "band", or "" for a single one."""
        kinds = [axis.kind for axis in self.channel_axes]
        if not kinds:
            return ""
        return "spectral" if "spectral" in kinds else "stokes" if "stokes" in kinds else "band"

    def slice(self, frame: int, channel: int) -> Slice:
        """Place of a frame and a channel, both counted from 1, in the array."""
        at = {
            **_split(self.channel_axes, channel - 1),
            **_split(self.frame_axes, frame - 1),
        }
        image_axes = (self.x.number, self.y.number)
        slowest_first = range(self.dimensions, 0, -1)
        return Slice(
            y_axis=self.dimensions - self.y.number,
            x_axis=self.dimensions - self.x.number,
            fixed=tuple(at.get(number, 0) for number in slowest_first if number not in image_axes),
        )


def axis_kind(ctype: str) -> str:
    """Kind of an axis by its CTYPE."""
    name = ctype.strip().upper()
    if name == "STOKES":
        return "stokes"
    if _CELESTIAL.match(name):
        return "celestial"
    if name.split("-")[0] in _SPECTRAL or name[:8] in _SPECTRAL:
        return "spectral"
    return "time" if name.split("-")[0] in _TIME else "unknown"


def layout(hdu: Hdu) -> Layout:
    """Tell the axes of an array apart."""
    axes = [
        Axis(
            number=number,
            length=length,
            kind=axis_kind(hdu.text(f"CTYPE{number}")),
            ctype=hdu.text(f"CTYPE{number}").upper(),
        )
        for number, length in enumerate(reversed(hdu.shape), 1)
    ]
    x, y = _image_axes(axes)
    channel_axes, frame_axes = [], []
    for axis in axes:
        if axis in (x, y) or axis.length == 1:
            continue
        few = axis.length <= _MOST_UNKNOWN_CHANNELS and not channel_axes
        is_channel = axis.kind in ("spectral", "stokes") or (axis.kind == "unknown" and few)
        (channel_axes if is_channel else frame_axes).append(axis)
    return Layout(
        x=x,
        y=y,
        channel_axes=tuple(channel_axes),
        frame_axes=tuple(frame_axes),
        dimensions=len(axes),
    )


def _image_axes(axes: Sequence[Axis]) -> tuple[Axis, Axis]:
    """Celestial axes if there are two of some extent, else the first two of some extent."""
    celestial = [axis for axis in axes if axis.kind == "celestial" and axis.length > 1]
    if len(celestial) >= 2:
        return celestial[0], celestial[1]
    extended = [axis for axis in axes if axis.length > 1]
    if len(axes) > 2 and len(extended) >= 2 and axes[0].length * axes[1].length == 1:
        return extended[0], extended[1]
    return axes[0], axes[1]


def _split(axes: Sequence[Axis], index: int) -> dict[int, int]:
    """Index along each of several axes, the first varying fastest."""
    at = {}
    for axis in axes:
        index, at[axis.number] = divmod(index, axis.length)
    return at


def channels(hdu: Hdu, arrangement: Layout) -> tuple[Channel, ...]:
    """Channels of an array with their physical values; a single one if it has no such axis."""
    if not arrangement.channel_axes:
        return (Channel(index=1, name=(hdu.text("FILTER") and _name(hdu.text("FILTER"))) or "1"),)
    columns = [_axis_values(hdu, axis) for axis in arrangement.channel_axes]
    made = []
    names: set[str] = set()
    for index in range(1, arrangement.channels + 1):
        at = _split(arrangement.channel_axes, index - 1)
        parts, value, unit, wavelength = [], None, None, None
        for axis, column in zip(arrangement.channel_axes, columns, strict=True):
            number = column[at[axis.number]]
            parts.append(_label(hdu, axis, at[axis.number], number))
            if axis.kind == "spectral":
                value, unit = number, _unit(hdu, axis)
                wavelength = _wavelength(axis, number, hdu)
        name = "-".join(part for part in parts if part) or str(index)
        name = name if name not in names else str(index)
        names.add(name)
        made.append(Channel(index=index, name=name, value=value, unit=unit, wavelength=wavelength))
    return tuple(made)


def frames(hdu: Hdu, arrangement: Layout, time: str | None) -> tuple[Frame, ...]:
    """Frames of an array; a single one if it has no such axis."""
    if not arrangement.frame_axes:
        return (Frame(index=1, name="1", time=time),)
    axis = arrangement.frame_axes[0]
    column = _axis_values(hdu, axis)
    made = []
    for index in range(1, arrangement.frames + 1):
        value = column[_split(arrangement.frame_axes, index - 1)[axis.number]]
        known = axis.kind == "time" and value is not None
        name = f"{value:g}{hdu.text(f'CUNIT{axis.number}')}" if known else str(index)
        made.append(Frame(index=index, name=name, time=None))
    return tuple(made)


def _label(hdu: Hdu, axis: Axis, index: int, value: float | None) -> str:
    """Name of a step along an axis, free of the signs that a view reserves."""
    if axis.kind == "stokes" and value is not None:
        return _STOKES.get(round(value), str(index + 1))
    given = hdu.text(f"CNAME{axis.number}_{index + 1}") or hdu.text(f"BAND{index + 1}")
    return _name(given) if given else ""


def _name(text: str) -> str:
    return re.sub(r"[;&=,:~/?\s%#\[\]@]+", "_", text.strip())


def _unit(hdu: Hdu, axis: Axis) -> str | None:
    # astropy brings spectral coordinates to SI; the linear fallback leaves the header's unit.
    return _UNITS.get(axis.ctype.split("-")[0], hdu.text(f"CUNIT{axis.number}") or None)


def _axis_values(hdu: Hdu, axis: Axis) -> list[float | None]:
    """World coordinate of each pixel along an axis, in SI for spectral ones."""
    if axis.kind == "unknown":
        return [None] * axis.length
    if axis.kind == "spectral" and axis.ctype.split("-")[0] in _UNITS:
        values = _spectral_values(hdu, axis)
        if values is not None:
            return values
    reference, pixel, step = (
        hdu.number(f"{keyword}{axis.number}") for keyword in ("CRVAL", "CRPIX", "CDELT")
    )
    matrix = hdu.number(f"CD{axis.number}_{axis.number}")
    step = matrix if matrix is not None else step
    if reference is None or step is None:
        return [None] * axis.length
    first = 1.0 - (1.0 if pixel is None else pixel)
    return [reference + (first + index) * step for index in range(axis.length)]


def _spectral_values(hdu: Hdu, axis: Axis) -> list[float | None] | None:
    """Spectral coordinates through astropy, which knows the non-linear algorithms; None on failure."""
    import warnings  # noqa: PLC0415

    from astropy.wcs import WCS  # noqa: PLC0415 - astropy loads slowly

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            wcs: Any = WCS(hdu.header, fix=True).sub([axis.number])
            values = wcs.wcs_pix2world(np.arange(axis.length, dtype=np.float64), 0)[0]
    except Exception:  # noqa: BLE001 - wcslib raises many kinds; the linear terms remain
        return None
    return [float(value) if np.isfinite(value) else None for value in values]


def _wavelength(axis: Axis, value: float | None, hdu: Hdu) -> float | None:
    """Vacuum wavelength in metres of a spectral coordinate in SI, where it can be told."""
    if value is None:
        return None
    kind = axis.ctype.split("-")[0]
    if kind in ("WAVE", "AWAV"):
        return value
    if kind == "WAVN" and value > 0:
        return 1.0 / value
    if kind == "FREQ" and value > 0:
        return _LIGHT_SPEED / value
    if kind == "ENER" and value > 0:
        return _PLANCK * _LIGHT_SPEED / value
    rest = hdu.number("RESTFRQ") or hdu.number("RESTFREQ")
    if kind == "VRAD" and rest and abs(value) < _LIGHT_SPEED:
        return _LIGHT_SPEED / (rest * (1.0 - value / _LIGHT_SPEED))
    return None
