"""Color pictures in three extensions, as DS9 saves its RGB frames."""

from collections.abc import Sequence
from dataclasses import replace

from celestile.pixels.axes.arrays import ImageRequest, Planes, array_plane
from celestile.pixels.fits.file import FitsFile
from celestile.pixels.fits.hdus import Hdu
from celestile.pixels.image import Channel, Image
from celestile.pixels.mosaic import choice
from celestile.pixels.mosaic.image import MOSAIC
from celestile.pixels.plane import Plane
from celestile.pixels.planes.array import combined_key

_NAMES = (("RED", "GREEN", "BLUE"), ("R", "G", "B"))


def color_planes(hdus: Sequence[Hdu]) -> tuple[Hdu, ...]:
    """Arrays of one size whose names are the colors, red first; else none."""
    science = {hdu.name.upper(): hdu for hdu in hdus if choice.kind(hdu) == "science"}
    for names in _NAMES:
        found = tuple(science[name] for name in names if name in science)
        same = len({hdu.shape for hdu in found}) == 1 and len(found[0].shape) == 2
        if len(found) == len(names) and same and not any(hdu.problem for hdu in found):
            return found
    return ()


def color_image(
    file: FitsFile, planes: Sequence[Hdu], first: Image, request: ImageRequest
) -> Image:
    """Make an image whose channels are the colors; `first` is the image of the red one."""

    def single(_frame: int, channel: int, stokes: int) -> Plane:
        return array_plane(file, planes[channel - 1], stokes=stokes, top_down=first.top_down)

    return replace(
        first,
        title=request.title,
        key=combined_key(file.key, "colors", *(plane.index for plane in planes)),
        hdu=MOSAIC,
        channels=tuple(
            Channel(index=index, name=plane.name.lower()) for index, plane in enumerate(planes, 1)
        ),
        channel_axis="band",
        source=Planes(single, first.measured_stokes),
        notes=("the extensions are the colors of a picture, by their names", *first.notes),
    )
