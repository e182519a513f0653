"""Images of color cameras: red, green and blue as channels of a mosaic."""

from collections.abc import Callable
from dataclasses import replace

from celestile.pixels.axes.arrays import Planes
from celestile.pixels.axes.cfa import FilterArray, filter_array, red_site
from celestile.pixels.fits.hdus import Hdu
from celestile.pixels.image import RAW_MOSAIC, Channel, Image
from celestile.pixels.mosaic import choice
from celestile.pixels.plane import Plane
from celestile.pixels.planes.array import combined_key
from celestile.pixels.planes.demosaiced import COLORS, DemosaicedPlane

_DISPLAY = ("ff0000", "00ff00", "0000ff")


def in_colors(
    image: Image, hdu: Hdu, single: Callable[[int, int, int], Plane], requested: str | None
) -> Image:
    """Show the mosaic of a color camera in colors.

    Parameters
    ----------
    image : Image
        The array as it is.
    hdu : Hdu
        The array.
    single : callable
        Creates the plane of a frame and a channel.
    requested : str or None
        View key ``cfa``; None for the pattern of the header, if it has one.

    Returns
    -------
    Image
        With the channels R, G and B, or the image given if it is shown as it is: it has channels
        already, is no science array of two rows and columns or more, or has no pattern.
    """
    if not _can_be_mosaic(image, hdu):
        return image
    array = filter_array(hdu)
    default = array.pattern or RAW_MOSAIC
    pattern = requested or default
    if pattern == RAW_MOSAIC:
        return replace(
            image, cfa=RAW_MOSAIC, cfa_default=default, notes=(*_raw_notes(array), *image.notes)
        )
    red = red_site(hdu, pattern, image.height, top_down=image.top_down)

    def color(frame: int, channel: int, _stokes: int) -> Plane:
        return DemosaicedPlane(single(frame, 1, 1), red, channel - 1)

    channels = tuple(
        Channel(index=index, name=name, color=rgb)
        for index, (name, rgb) in enumerate(zip(COLORS, _DISPLAY, strict=True), start=1)
    )
    source = array.keyword if pattern == default else "as requested"
    note = f"colors are interpolated from a {pattern.upper()} mosaic ({source})"
    return replace(
        image,
        key=combined_key(image.key, "colors", pattern),
        channels=channels,
        channel_axis="band",
        source=Planes(color),
        stokes=(),
        cfa=pattern,
        cfa_default=default,
        notes=(note, *image.notes),
    )


def _can_be_mosaic(image: Image, hdu: Hdu) -> bool:
    """Whether an array can be the mosaic of a camera: a single channel of science pixels."""
    is_alone = len(image.channels) == 1 and min(image.width, image.height) > 1
    return is_alone and choice.kind(hdu) == "science"


def _raw_notes(array: FilterArray) -> tuple[str, ...]:
    if array.pattern is not None:
        return (f"the mosaic is shown without colors; {array.keyword} is {array.pattern.upper()}",)
    if array.unsupported:
        return (f"the filter array {array.keyword} = {array.unsupported} is shown without colors",)
    return ()
