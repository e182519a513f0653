"""The axes of an array: the two axes of the image, the channels and the frames.

Axes are classified by CTYPE (FITS 4.0, section 8; Greisen et al. 2006, A&A 446, 747, table 1):
spectral and Stokes axes are channels, time axes are frames, axes of length 1 are dropped. An axis
of unknown kind becomes channels (colors, amplifiers) if it has up to four planes, frames otherwise.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from celestile.pixels.axes.spectral import axis_values, code, wavelengths
from celestile.pixels.axes.times import axis_time
from celestile.pixels.fits.hdus import AxisValues, Hdu
from celestile.pixels.image import Channel, Frame
from celestile.pixels.planes.array import Slice

_SPECTRAL = (
    "FREQ", "ENER", "WAVN", "VRAD", "WAVE", "VOPT", "ZOPT", "AWAV", "VELO", "BETA", "FELO",
    "LAMBDA", "WAVELENG", "FREQUENC", "ENERGY", "PHOTON E", "SPECTRAL",
)  # fmt: skip
_SPECTRAL_UNITS = (
    "angstrom", "nm", "um", "micron", "hz", "khz", "mhz", "ghz", "km/", "ev", "kev", "mev", "gev",
)  # fmt: skip
"""In lower case, without a final s; units that are also used for lengths in space are excluded."""
_TIME = ("TIME", "UTC", "UT1", "TAI", "TT", "TDT", "ET", "TDB", "TCB", "TCG", "GPS", "LOCAL")
_CELESTIAL = re.compile(r"(RA|DEC|.?LON|.?LAT|..LN|..LT)(-|$)")
_MOST_UNKNOWN_CHANNELS = 4
_STOKES = {
    1: "I", 2: "Q", 3: "U", 4: "V", -1: "RR", -2: "LL", -3: "RL", -4: "LR",
    -5: "XX", -6: "YY", -7: "XY", -8: "YX",
}  # fmt: skip
"""FITS 4.0, table 29."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis of an array.

    Parameters
    ----------
    number : int
        FITS number: axis 1 varies fastest.
    length : int
        In pixels.
    kind : {"celestial", "spectral", "stokes", "time", "unknown"}
        Kind, by CTYPE.
    ctype : str
        As in the header.
    """

    number: int
    length: int
    kind: str
    ctype: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisLayout:
    """The roles of the axes of an array in an image.

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
        """Kind of the channels: "spectral", "stokes", "band", or "" for a single channel."""
        kinds = [axis.kind for axis in self.channel_axes]
        if not kinds:
            return ""
        return "spectral" if "spectral" in kinds else "stokes" if "stokes" in kinds else "band"

    def slice(self, frame: int, channel: int) -> Slice:
        """Slice of the array for a frame and a channel, both counted from 1."""
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
    if code(name) in _SPECTRAL or name[:8] in _SPECTRAL:
        return "spectral"
    return "time" if code(name) in _TIME else "unknown"


def _kind(hdu: Hdu, number: int) -> str:
    """Kind of an axis; for an unknown name, by its unit or by a table of its values."""
    kind = axis_kind(hdu.text(f"CTYPE{number}"))
    if kind == "unknown" and number > 2:
        unit = hdu.text(f"CUNIT{number}").lower().removesuffix("s")
        kind = "spectral" if number in hdu.tabulated or unit in _SPECTRAL_UNITS else kind
    return kind


def layout(hdu: Hdu) -> AxisLayout:
    """Classify the axes of an array."""
    axes = [
        Axis(
            number=number,
            length=length,
            kind=_kind(hdu, number),
            ctype=hdu.text(f"CTYPE{number}").upper(),
        )
        for number, length in enumerate(reversed(hdu.shape), 1)
    ]
    x, y = _image_axes(axes)
    channel_axes: list[Axis] = []
    frame_axes: list[Axis] = []
    for axis in axes:
        if axis in (x, y) or axis.length == 1:
            continue
        # Slower axes repeat the frames: integrations follow groups of reads.
        few = axis.length <= _MOST_UNKNOWN_CHANNELS and not channel_axes and not frame_axes
        is_channel = axis.kind in ("spectral", "stokes") or (axis.kind == "unknown" and few)
        (channel_axes if is_channel else frame_axes).append(axis)
    return AxisLayout(
        x=x,
        y=y,
        channel_axes=tuple(channel_axes),
        frame_axes=tuple(frame_axes),
        dimensions=len(axes),
    )


def _image_axes(axes: Sequence[Axis]) -> tuple[Axis, Axis]:
    """Celestial axes if two of them are longer than 1, else the first two axes longer than 1."""
    celestial = [axis for axis in axes if axis.kind == "celestial" and axis.length > 1]
    if len(celestial) >= 2:
        return celestial[0], celestial[1]
    extended = [axis for axis in axes if axis.length > 1]
    if len(axes) > 2 and len(extended) >= 2:
        nothing = axes[0].length * axes[1].length == 1
        nameless = extended[1].kind == "unknown" and extended[1].number > 2
        if nothing or nameless:
            return extended[0], extended[1]
    return axes[0], axes[1]


def _split(axes: Sequence[Axis], index: int) -> dict[int, int]:
    """Convert an index to one along each of several axes, the first varying fastest."""
    at = {}
    for axis in axes:
        index, at[axis.number] = divmod(index, axis.length)
    return at


def channels(hdu: Hdu, arrangement: AxisLayout) -> tuple[Channel, ...]:
    """Channels of an array with their physical values; a single channel without such an axis."""
    axes = arrangement.channel_axes
    if not axes:
        return (Channel(index=1, name=plain_name(hdu.text("FILTER")) or "1"),)
    columns = {axis.number: _axis_values(hdu, axis) for axis in axes}
    spectral = next((axis for axis in axes if axis.kind == "spectral"), None)
    lengths = wavelengths(hdu, spectral.ctype, columns[spectral.number]) if spectral else ()
    made = []
    names: set[str] = set()
    for index in range(1, arrangement.channels + 1):
        at = _split(axes, index - 1)
        name = _channel_name(hdu, axes, at, columns)
        name = str(index) if name in names or not name else name
        names.add(name)
        value, unit, length = None, None, None
        if spectral is not None:
            step = at[spectral.number]
            value = columns[spectral.number].values[step]
            unit = columns[spectral.number].unit if value is not None else None
            length = lengths[step]
        made.append(Channel(index=index, name=name, value=value, unit=unit, wavelength=length))
    return tuple(made)


def _channel_name(
    hdu: Hdu,
    axes: Sequence[Axis],
    at: Mapping[int, int],
    columns: Mapping[int, AxisValues],
) -> str:
    """Name from the labels of each axis in the header; empty without labels."""
    parts = [_label(hdu, axis, at[axis.number], columns[axis.number].values) for axis in axes]
    if not any(parts):
        return ""
    # "I_3": a word first, so that no name is parsed as a number or a range.
    numbered = [part or str(at[axis.number] + 1) for axis, part in zip(axes, parts, strict=True)]
    return "_".join(sorted(numbered, key=str.isdecimal))


def frames(hdu: Hdu, arrangement: AxisLayout, time: str | None) -> tuple[Frame, ...]:
    """Frames of an array; a single frame without such an axis."""
    if not arrangement.frame_axes:
        return (Frame(index=1, name="1", time=time),)
    axis = next((a for a in arrangement.frame_axes if a.kind == "time"), arrangement.frame_axes[0])
    column = _axis_values(hdu, axis)
    unit = column.unit or ""
    made = []
    for index in range(1, arrangement.frames + 1):
        value = column.values[_split(arrangement.frame_axes, index - 1)[axis.number]]
        name, moment = _numbers(arrangement.frame_axes, index - 1), None
        if axis.kind == "time" and value is not None:
            name = plain_name(f"{value:.12g} {unit}".strip())
            moment = axis_time(hdu.get, value, unit)
        made.append(Frame(index=index, name=name, time=moment))
    return tuple(made)


def _numbers(axes: Sequence[Axis], index: int) -> str:
    """Number along each of several axes, the slowest first: "2.15" is the 15th of set 2."""
    at = _split(axes, index)
    return ".".join(str(at[axis.number] + 1) for axis in reversed(axes))


def _label(hdu: Hdu, axis: Axis, index: int, values: Sequence[float | None]) -> str:
    """Label of an element of an axis, or an empty string."""
    value = values[index]
    if axis.kind == "stokes" and value is not None:
        return _STOKES.get(round(value), "")
    given = hdu.text(f"CNAME{axis.number}_{index + 1}") or hdu.text(f"BAND{index + 1}")
    return plain_name(given)


def plain_name(text: str) -> str:
    """Replace characters that are reserved in views."""
    return re.sub(r"[;&=,:~/?\s%#\[\]@+]+", "_", text.strip()).strip("_")


def _axis_values(hdu: Hdu, axis: Axis) -> AxisValues:
    if axis.kind == "unknown" and axis.number not in hdu.tabulated:
        return AxisValues((None,) * axis.length)
    return axis_values(hdu, axis.number, axis.length, axis.ctype)
