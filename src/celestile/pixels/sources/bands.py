"""Band sets: files of one field in several filters become the channels of one image."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from celestile.errors import UnservableImageError
from celestile.pixels.axes.arrays import ImageRequest, Planes
from celestile.pixels.axes.spectral import filter_wavelength
from celestile.pixels.fits.file import FitsFile
from celestile.pixels.fits.hdus import header_value
from celestile.pixels.image import RAW_MOSAIC, Channel, Image
from celestile.pixels.plane import Plane, Selection
from celestile.pixels.planes.align import onto, same_grid
from celestile.pixels.planes.array import combined_key
from celestile.pixels.planes.shifted import unshifted
from celestile.pixels.sources.single import readable_image

_KEPT_PLANES = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A file that is one channel.

    Parameters
    ----------
    name : str
        Name of the channel.
    path : pathlib.Path
        The file.
    hdu : str or None
        View key ``hdu`` for the file.
    color : str or None
        RRGGBB in a mix; None for a color by wavelength.
    """

    name: str
    path: Path
    hdu: str | None = None
    color: str | None = None


class _Member(NamedTuple):
    image: Image
    wavelength: float | None


def band_image(
    bands: Sequence[Band], request: ImageRequest, scan: Callable[[Path], FitsFile]
) -> Image:
    """Create an image from several files, all aligned with the grid of the first.

    Raises
    ------
    UnservableImageError
        If a file cannot be read, or has another grid and cannot be aligned for lack of sky
        coordinates.
    """
    members = [_member(band, request, scan) for band in bands]
    first = members[0].image
    names = first.measured_stokes
    in_all = len(names) > 1 and all(set(names) <= set(m.image.measured_stokes) for m in members)

    @lru_cache(maxsize=_KEPT_PLANES)
    def single(_frame: int, channel: int, stokes: int) -> Plane:
        selection = Selection(stokes=names[stokes - 1] if in_all else "")
        return _aligned(first, bands[channel - 1], members[channel - 1], selection)

    for number in range(1, len(bands) + 1):
        single(1, number, 1)
    has_one_unit = len({member.image.unit for member in members}) == 1
    return replace(
        first,
        identifier=request.identifier,
        title=request.title,
        key=combined_key("bands", *(member.image.key for member in members)),
        unit=first.unit if has_one_unit else None,
        channels=_channels(bands, members, own_units=not has_one_unit),
        channel_axis="band",
        stokes=first.stokes if in_all else (),
        source=Planes(single, names if in_all else ()),
    )


def _channels(
    bands: Sequence[Band], members: Sequence[_Member], *, own_units: bool
) -> tuple[Channel, ...]:
    return tuple(
        Channel(
            index=index,
            name=band.name,
            unit=member.image.unit if own_units else None,
            wavelength=member.wavelength,
            color=band.color,
        )
        for index, (band, member) in enumerate(zip(bands, members, strict=True), start=1)
    )


def _aligned(first: Image, band: Band, member: _Member, selection: Selection) -> Plane:
    """Plane of a file on the grid of the first."""
    plane = member.image.plane(selection)
    if same_grid(first, member.image):
        return plane
    try:
        return onto(first, member.image, unshifted(plane))
    except UnservableImageError as error:
        raise UnservableImageError(f"channel {band.name!r}: {error}") from error


def _member(band: Band, request: ImageRequest, scan: Callable[[Path], FitsFile]) -> _Member:
    try:
        file = scan(band.path)
        image = readable_image(file, replace(request, hdu=band.hdu or request.hdu, cfa=RAW_MOSAIC))
    except UnservableImageError as error:
        raise UnservableImageError(f"channel {band.name!r}: {error}") from error
    own = {card.keyword: card.value for card in image.cards}
    by_filter = filter_wavelength(
        lambda keyword: own.get(keyword) or header_value(file.primary, keyword)
    )
    return _Member(image, image.channels[0].wavelength or by_filter)
