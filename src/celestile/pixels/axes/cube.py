"""The axes of an array: the two axes of the image, Stokes parameters, channels and frames.

Axes are classified by CTYPE (FITS 4.0, section 8; Greisen et al. 2006, A&A 446, 747, table 1):
spectral axes are channels, time axes are frames, axes of length 1 are dropped, except that a Stokes
axis of length 1 still names the parameter. Planes
along an axis of unknown kind are channels if the header says that they are bands or colors (see
`celestile.pixels.axes.bands`), and frames otherwise.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from celestile.pixels.axes import bands, linear, obit, stokes
from celestile.pixels.axes.spectral import axis_values, code, wavelengths
from celestile.pixels.axes.times import axis_times
from celestile.pixels.axes.units import standard_unit
from celestile.pixels.fits.hdus import AxisValues, Hdu
from celestile.pixels.image import Channel, Frame, Stokes
from celestile.pixels.planes.array import Slice

_SPECTRAL = (
    "FREQ", "ENER", "WAVN", "VRAD", "WAVE", "VOPT", "ZOPT", "AWAV", "VELO", "BETA", "FELO",
    "LAMBDA", "WAVELENG", "FREQUENC", "ENERGY", "PHOTON E", "SPECTRAL",
)  # fmt: skip
_SPECTRAL_UNITS = {
    "Angstrom", "nm", "um", "Hz", "kHz", "MHz", "GHz", "THz", "km/s", "km s-1", "eV", "keV", "MeV",
    "GeV", "TeV",
}  # fmt: skip
"""Units that are also used for lengths in space are excluded."""
_TIME = ("TIME", "UTC", "UT1", "TAI", "TT", "TDT", "ET", "TDB", "TCB", "TCG", "GPS", "LOCAL")
_CELESTIAL = re.compile(r"(RA|DEC|.?LON|.?LAT|..LN|..LT)(-|$)")
_NUMBER = re.compile(r"[+-]?\d+|\d+-\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis of an array.

    Parameters
    ----------
    number : int
        FITS number: axis 1 varies fastest.
    length : int
        In pixels.
    kind : {"celestial", "spectral", "stokes", "time", "band", "column", "unknown"}
        Kind, by CTYPE or other words of the header.
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
    stokes_axis : Axis or None
        May be of length 1.
    single : Axis or None
        Spectral axis of length 1, if there is no other: it gives the only channel its value.
    """

    x: Axis
    y: Axis
    channel_axes: tuple[Axis, ...]
    frame_axes: tuple[Axis, ...]
    dimensions: int
    stokes_axis: Axis | None = None
    single: Axis | None = None

    @property
    def channels(self) -> int:
        """Number of channels."""
        return prod(axis.length for axis in self.channel_axes)

    @property
    def frames(self) -> int:
        """Number of frames."""
        return prod(axis.length for axis in self.frame_axes)

    @property
    def stokes(self) -> int:
        """Number of planes along the Stokes axis; 1 without one."""
        return self.stokes_axis.length if self.stokes_axis is not None else 1

    @property
    def channel_axis(self) -> str:
        """Kind of the channels: "spectral", "band", "column", or "" for a single channel."""
        kinds = [axis.kind for axis in self.channel_axes]
        if not kinds or kinds == ["column"]:
            return "".join(kinds)
        return "spectral" if "spectral" in kinds else "band"

    def slice(self, frame: int, channel: int, stokes: int = 1) -> Slice:
        """Slice of the array for a frame, a channel and a Stokes parameter, counted from 1."""
        at = {
            **_split(self.channel_axes, channel - 1),
            **_split(self.frame_axes, frame - 1),
        }
        if self.stokes_axis is not None:
            at[self.stokes_axis.number] = stokes - 1
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
    """Kind of an axis; for an unknown name, by its unit, a table of its values or its labels."""
    if hdu.layers and number == len(hdu.shape):
        return "column"
    kind = axis_kind(hdu.text(f"CTYPE{number}"))
    if kind == "unknown" and number > 2:
        unit = standard_unit(hdu.text(f"CUNIT{number}"))
        kind = "spectral" if number in hdu.tabulated or unit in _SPECTRAL_UNITS else kind
    # Rows of a table are never colors.
    of_rows = hdu.step is not None and number == len(hdu.shape)
    if kind == "unknown" and number > 2 and hdu.shape[-number] > 1 and not of_rows:
        kind = "band" if bands.are_bands(hdu, number, hdu.shape[-number]) else kind
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
    stokes_axes = [axis for axis in axes if axis.kind == "stokes" and axis not in (x, y)]
    stokes_axis = max(stokes_axes, key=lambda axis: axis.length > 1, default=None)
    for axis in axes:
        if axis in (x, y, stokes_axis) or axis.length == 1:
            continue
        # Only one axis has the bands: a second one of the same length repeats them.
        is_band = axis.kind == "band" and not any(other.kind == "band" for other in channel_axes)
        is_channel = axis.kind in ("spectral", "column") or is_band
        (channel_axes if is_channel else frame_axes).append(axis)
    singles = [axis for axis in axes if axis.kind == "spectral" and axis.length == 1]
    return AxisLayout(
        x=x,
        y=y,
        channel_axes=tuple(channel_axes),
        frame_axes=tuple(frame_axes),
        dimensions=len(axes),
        stokes_axis=stokes_axis,
        single=singles[0] if singles and not channel_axes else None,
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
        named = hdu.layers[0].name if hdu.layers else hdu.text("FILTER")
        (name,) = distinct_names([plain_name(named)], ["1"])
        return (_only_channel(hdu, arrangement.single, name),)
    columns = {axis.number: _axis_values(hdu, axis) for axis in axes}
    spectral = next((axis for axis in axes if axis.kind == "spectral"), None)
    lengths = wavelengths(hdu, spectral.ctype, columns[spectral.number]) if spectral else ()
    names = _channel_names(axes, [_labels(hdu, axis) for axis in axes])
    made = []
    for index, name in enumerate(names, 1):
        value, unit, length = None, None, None
        if spectral is not None:
            step = _split(axes, index - 1)[spectral.number]
            value = columns[spectral.number].values[step]
            unit = columns[spectral.number].unit if value is not None else None
            length = lengths[step]
        if hdu.layers:
            unit = standard_unit(hdu.layers[index - 1].unit) or None
        made.append(Channel(index=index, name=name, value=value, unit=unit, wavelength=length))
    return tuple(made)


def _only_channel(hdu: Hdu, axis: Axis | None, name: str) -> Channel:
    """Channel of an array without an axis of channels, with the value of a spectral one, if any."""
    if axis is None:
        return Channel(index=1, name=name)
    held = _axis_values(hdu, axis)
    (value,), (wavelength,) = held.values, wavelengths(hdu, axis.ctype, held)
    unit = held.unit if value is not None else None
    return Channel(index=1, name=name, value=value, unit=unit, wavelength=wavelength)


def _channel_names(axes: Sequence[Axis], labels: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Names from the labels of each axis in the header; numbers without labels."""
    made = []
    for index in range(prod(axis.length for axis in axes)):
        at = _split(axes, index).values()
        parts = [own[step] for own, step in zip(labels, at, strict=True)]
        # "g_3": a word first, so that no name is parsed as a number or a range.
        numbered = [part or str(step + 1) for part, step in zip(parts, at, strict=True)]
        made.append("_".join(sorted(numbered, key=str.isdecimal)) if any(parts) else "")
    return distinct_names(made, [str(index) for index in range(1, len(made) + 1)])


def stokes_parameters(hdu: Hdu, arrangement: AxisLayout, unit: str | None) -> tuple[Stokes, ...]:
    """Stokes parameters of an array, and those computed from them; none without names.

    Parameters
    ----------
    hdu : Hdu
        The array.
    arrangement : AxisLayout
        Of its axes.
    unit : str or None
        Of its values.
    """
    axis = arrangement.stokes_axis
    if axis is None:
        return ()
    names = [stokes.code_name(value) for value in _axis_values(hdu, axis).values]
    if axis.length == 1 and not names[0]:
        return ()
    numbers = [str(number) for number in range(1, axis.length + 1)]
    return stokes.described(distinct_names(names, numbers), unit)


def distinct_names(names: Sequence[str], numbers: Sequence[str]) -> tuple[str, ...]:
    """Replace names that several planes share, and those that look like numbers, by numbers."""
    counts = Counter(names)
    return tuple(
        number if counts[name] > 1 or not name or _NUMBER.fullmatch(name) else name
        for name, number in zip(names, numbers, strict=True)
    )


def frames(hdu: Hdu, arrangement: AxisLayout, time: str | None) -> tuple[Frame, ...]:
    """Frames of an array; a single frame without such an axis."""
    if not arrangement.frame_axes:
        return (Frame(index=1, name="1", time=time),)
    axis = next((a for a in arrangement.frame_axes if a.kind == "time"), arrangement.frame_axes[0])
    column = _axis_values(hdu, axis)
    unit = column.unit or ""
    is_time = axis.kind == "time"
    places = [_split(arrangement.frame_axes, i)[axis.number] for i in range(arrangement.frames)]
    values = [column.values[place] if is_time else None for place in places]
    names = ["" if v is None else plain_name(f"{v:.12g} {unit}".strip()) for v in values]
    moments = axis_times(hdu.get, values, unit)
    if axis.ctype == obit.CTYPE and len(arrangement.frame_axes) == 1:
        names = list(obit.plane_names(hdu, axis.length))
    # Steps of 0, and further axes, give several frames the same time.
    numbers = [_numbers(arrangement.frame_axes, index) for index in range(arrangement.frames)]
    return tuple(
        Frame(index=index, name=name, time=moment)
        for index, (name, moment) in enumerate(
            zip(distinct_names(names, numbers), moments, strict=True), 1
        )
    )


def _numbers(axes: Sequence[Axis], index: int) -> str:
    """Number along each of several axes, the slowest first: "2.15" is the 15th of set 2."""
    at = _split(axes, index)
    return ".".join(str(at[axis.number] + 1) for axis in reversed(axes))


def _labels(hdu: Hdu, axis: Axis) -> tuple[str, ...]:
    """Label of each element of an axis, or an empty string."""
    if axis.kind == "column":
        return tuple(plain_name(layer.name) for layer in hdu.layers)
    given = bands.labels(hdu, axis.number, axis.length) or ("",) * axis.length
    return tuple(plain_name(label) for label in given)


def notes(hdu: Hdu, arrangement: AxisLayout) -> tuple[str, ...]:
    """Describe in which respects the values of channels and frames are a choice."""
    axes = (*arrangement.channel_axes, *arrangement.frame_axes)
    if arrangement.stokes > 1 and arrangement.stokes_axis is not None:
        axes += (arrangement.stokes_axis,)
    valued = (axis for axis in axes if axis.kind in ("spectral", "stokes", "time"))
    return tuple(
        note
        for axis in valued
        if axis.number not in hdu.tabulated
        for note in linear.notes(hdu, axis.number)
    )


def plain_name(text: str) -> str:
    """Replace characters that are reserved in views."""
    return re.sub(r"[;&=,:~/?\s%#\[\]@+]+", "_", text.strip()).strip("_")


def _axis_values(hdu: Hdu, axis: Axis) -> AxisValues:
    if axis.kind in ("unknown", "band", "column") and axis.number not in hdu.tabulated:
        return AxisValues((None,) * axis.length)
    return axis_values(hdu, axis.number, axis.length, axis.ctype)
