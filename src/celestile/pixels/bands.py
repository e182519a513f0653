"""Band sets: files of one field in several filters become the channels of one image."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from celestile.errors import UnservableImageError
from celestile.pixels.arrays import Planes, Wish
from celestile.pixels.assemble import readable_image
from celestile.pixels.fits import FitsFile
from celestile.pixels.image import Channel, Image, Plane, Selection
from celestile.pixels.planes import combined_key
from celestile.pixels.regrid import onto, same_grid
from celestile.pixels.shifted import unshifted


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A file that is one channel.

    Parameters
    ----------
    name : str
        Of the channel.
    path : pathlib.Path
        The file.
    hdu : str or None
        Which HDU of it.
    color : str or None
        RRGGBB in a mix; None for one by wavelength.
    """

    name: str
    path: Path
    hdu: str | None = None
    color: str | None = None


def band_image(bands: Sequence[Band], wish: Wish, scan: Callable[[Path], FitsFile]) -> Image:
    """Make an image of several files, all brought onto the grid of the first.

    Raises
    ------
    UnservableImageError
        If a file cannot be read, or if it is on another grid and one of the two has no sky
        coordinates.
    """
    members = [_member(band, wish, scan) for band in bands]
    first = members[0]
    planes: list[Plane] = []
    for band, member in zip(bands, members, strict=True):
        plane = member.plane(Selection())
        if not same_grid(first, member):
            try:
                plane = onto(first, member, unshifted(plane))
            except UnservableImageError as error:
                raise UnservableImageError(f"channel {band.name!r}: {error}") from error
        planes.append(plane)
    channels = tuple(
        Channel(
            index=index,
            name=band.name,
            wavelength=member.channels[0].wavelength,
            color=band.color,
        )
        for index, (band, member) in enumerate(zip(bands, members, strict=True), start=1)
    )
    return replace(
        first,
        identifier=wish.identifier,
        title=wish.title,
        key=combined_key("bands", *(member.key for member in members)),
        channels=channels,
        channel_axis="band",
        source=Planes(lambda _frame, channel: planes[channel - 1]),
    )


def _member(band: Band, wish: Wish, scan: Callable[[Path], FitsFile]) -> Image:
    try:
        return readable_image(scan(band.path), replace(wish, hdu=band.hdu or wish.hdu))
    except UnservableImageError as error:
        raise UnservableImageError(f"channel {band.name!r}: {error}") from error
