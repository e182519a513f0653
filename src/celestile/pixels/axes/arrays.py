"""Planes, sky and time of a single array of a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from celestile.lru import LruCache
from celestile.pixels.axes import cube
from celestile.pixels.axes.times import header_time
from celestile.pixels.fits.file import FitsFile
from celestile.pixels.fits.hdus import Hdu, header_value
from celestile.pixels.plane import Plane, Selection
from celestile.pixels.planes.array import ArrayPlane
from celestile.pixels.planes.collapse import CollapsedPlane
from celestile.pixels.planes.derived import DerivedPlane, formulas
from celestile.pixels.planes.shifted import shifted, unshifted
from celestile.pixels.sky.cards import needs_tables
from celestile.pixels.sky.reordered import with_axes_first
from celestile.pixels.sky.sky import PixelTransform, SkyCoordinates

_PLANES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRequest:
    """How an image is to be made from a file.

    Parameters
    ----------
    identifier, title : str
        Identifier and title of the image.
    hdu : str or None
        View key ``hdu``; None for the default.
    match : {"none", "background"}
        How the levels of the chips of a mosaic are matched.
    cfa : str or None
        View key ``cfa``; None for what the header says.
    """

    identifier: str
    title: str
    hdu: str | None = None
    match: str = "none"
    cfa: str | None = None


class Planes:
    """Source of single planes, of collapsed ranges of planes, and of derived Stokes parameters.

    Parameters
    ----------
    single : callable
        Creates the plane of a frame, a channel and a Stokes parameter, all counted from 1.
    stokes : sequence of str
        Names of the planes along the Stokes axis; empty without one.
    """

    def __init__(
        self, single: Callable[[int, int, int], Plane], stokes: Sequence[str] = ()
    ) -> None:
        self._single = single
        self._stokes = {name: number for number, name in enumerate(stokes, 1)}
        self._formulas = {formula.name: formula for formula in formulas(stokes)}
        # Each view of an image requests its planes, and their keys are expensive digests.
        self._planes: LruCache[Selection, Plane] = LruCache(_PLANES)

    def plane(self, selection: Selection) -> Plane:
        """Return the plane of a selection which must be within the image."""
        plane = self._planes.get(selection)
        if plane is None:
            plane = self._make(selection)
            self._planes.put(selection, plane)
        return plane

    def _make(self, selection: Selection) -> Plane:
        (first_frame, last_frame), (first, last) = selection.frame, selection.channel
        numbers = list(product(range(first_frame, last_frame + 1), range(first, last + 1)))
        formula = self._formulas.get(selection.stokes)
        if formula is None:
            stokes = self._stokes.get(selection.stokes, 1)
            planes = [self._single(*at, stokes) for at in numbers]
        elif formula.is_angle and len(numbers) > 1 and selection.collapse != "max":
            # The mean of 1 and 179 degrees is 0: Q and U are combined, not their angles.
            parts = [self.plane(selection._replace(stokes=name)) for name in formula.needs]
            return DerivedPlane(formula, parts)
        else:
            needed = [self._stokes[name] for name in formula.needs]
            planes = [
                DerivedPlane(formula, [unshifted(self._single(*at, one)) for one in needed])
                for at in numbers
            ]
        if len(planes) == 1:
            return shifted(planes[0])
        return CollapsedPlane([unshifted(plane) for plane in planes], selection.collapse)


def array_plane(
    file: FitsFile,
    hdu: Hdu,
    frame: int = 1,
    channel: int = 1,
    stokes: int = 1,
    *,
    transposed: bool = False,
    is_mask: bool = False,
    top_down: bool = False,
) -> Plane:
    """Return one plane of an array, with its axes exchanged if `transposed`."""
    found = replace(cube.layout(hdu).slice(frame, channel, stokes), top_down=top_down)
    if transposed:
        found = replace(found, y_axis=found.x_axis, x_axis=found.y_axis)
    return ArrayPlane(file, hdu, found, is_mask=is_mask)


def is_top_down(hdu: Hdu) -> bool:
    """Whether the first row of an array is at the top, by ROWORDER."""
    return hdu.text("ROWORDER").upper() == "TOP-DOWN"


def coordinates(
    file: FitsFile, hdu: Hdu, transform: PixelTransform | None = None
) -> SkyCoordinates:
    """Sky coordinates of an array, with the distortion tables of its file if it has any."""
    axes = cube.layout(hdu)
    width, height = axes.x.length, axes.y.length
    if (axes.x.number, axes.y.number) != (1, 2):
        header = with_axes_first(hdu.header, axes.x.number, axes.y.number, axes.dimensions)
        return SkyCoordinates.from_header(header, width, height, transform=transform)
    if needs_tables(hdu.header):
        with file.opened() as hdulist:
            return SkyCoordinates.from_header(
                hdu.header, width, height, transform=transform, hdulist=hdulist
            )
    return SkyCoordinates.from_header(hdu.header, width, height, transform=transform)


def exposure_time(file: FitsFile, hdu: Hdu) -> str | None:
    """When an array was exposed, by its own header or the primary one."""
    return header_time(hdu.get) or header_time(lambda key: header_value(file.primary, key))
