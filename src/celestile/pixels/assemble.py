"""From the arrays of a file to an image: one array, or the mosaic of several."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from celestile.errors import RequestError
from celestile.pixels import choice, cube
from celestile.pixels.fits import CompressedReader, FitsFile, Hdu, cards, header_value, open_hdus
from celestile.pixels.image import Chip, HduChoice, Image, Plane, Selection
from celestile.pixels.matching import matched
from celestile.pixels.mosaic import Arrangement, Place, by_detector, contact_sheet
from celestile.pixels.mosaic_sky import SkyArrangement, by_sky
from celestile.pixels.planes import (
    ArrayPlane,
    CollapsedPlane,
    MappedArray,
    MosaicPlane,
    Placement,
    combined_key,
)
from celestile.pixels.times import header_time
from celestile.pixels.wcs import PixelTransform, Sky, SkyChip, SkyCoordinates
from celestile.pixels.wcs_cards import needs_tables
from celestile.pyramid.geometry import Region

MOSAIC = "mosaic"
"""Value of the view key ``hdu`` that shows all chips."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How an image is to be made from a file.

    Parameters
    ----------
    identifier, title : str
        Passed on.
    hdu : str or None
        View key ``hdu``; None for the default.
    match : {"none", "background"}
        How the chips of a mosaic are made to agree.
    """

    identifier: str
    title: str
    hdu: str | None = None
    match: str = "none"


class Planes:
    """Hands out single planes, and collapses ranges of them.

    Parameters
    ----------
    single : callable
        Makes the plane of a frame and a channel, both counted from 1.
    """

    def __init__(self, single: Callable[[int, int], Plane]) -> None:
        self._single = single

    def plane(self, selection: Selection) -> Plane:
        """Return the plane of a selection that is known to lie within the image."""
        (first_frame, last_frame), (first, last) = selection.frame, selection.channel
        planes = [
            self._single(frame, channel)
            for frame in range(first_frame, last_frame + 1)
            for channel in range(first, last + 1)
        ]
        return planes[0] if len(planes) == 1 else CollapsedPlane(planes, selection.collapse)


def file_image(file: FitsFile, wish: Wish) -> Image:
    """Make an image from a file.

    Raises
    ------
    RequestError
        If the file has no such HDU.
    UnservableImageError
        If the HDU asked for cannot be read.
    """
    chips = choice.chips(file.hdus)
    default = choice.default(file.hdus)
    # The arrangement by sky costs time, so an array asked for by name does not wait for it.
    wants_mosaic = bool(chips) and (wish.hdu is None or wish.hdu.lower() == MOSAIC)
    arrangement = _arrange(file, chips) if wants_mosaic else None
    if arrangement is not None:
        return _mosaic_image(file, arrangement, wish, _choices(file.hdus, chips, default))
    hdu = default if wish.hdu is None else _find(file.hdus, wish.hdu, has_mosaic=bool(chips))
    return _array_image(file, hdu, wish, _choices(file.hdus, chips, default))


def _arrange(file: FitsFile, chips: Sequence[Hdu]) -> Arrangement | SkyArrangement:
    return (
        by_detector(chips)
        or by_sky(chips, lambda hdu: array_plane(file, hdu), lambda hdu: coordinates(file, hdu))
        or contact_sheet(chips)
    )


def _choices(hdus: Sequence[Hdu], chips: Sequence[Hdu], default: Hdu) -> tuple[HduChoice, ...]:
    listed = [
        HduChoice(
            selector=str(hdu.index),
            name=hdu.name or ("PRIMARY" if hdu.index == 0 else f"HDU {hdu.index}"),
            version=hdu.version,
            shape=hdu.shape,
            kind=choice.kind(hdu),
            default=hdu is default and not chips,
        )
        for hdu in hdus
    ]
    if chips:
        shape = (len(chips), *chips[0].shape[-2:])
        whole = HduChoice(
            selector=MOSAIC, name=f"{len(chips)} chips", version=1, shape=shape,
            kind="mosaic", default=True,
        )  # fmt: skip
        listed.insert(0, whole)
    return tuple(listed)


def _find(hdus: Sequence[Hdu], selector: str, *, has_mosaic: bool) -> Hdu:
    """Find an array by the view key ``hdu``: an index, EXTNAME, or EXTNAME and EXTVER."""
    name, _, version = selector.partition(",")
    for hdu in hdus:
        if not version and name == str(hdu.index):
            return hdu
    for hdu in hdus:
        its_name = hdu.name or ("PRIMARY" if hdu.index == 0 else "")
        if its_name.upper() == name.strip().upper() and version in ("", str(hdu.version)):
            return hdu
    allowed = [str(hdu.index) + (f" ({hdu.name})" if hdu.name else "") for hdu in hdus[:40]]
    if has_mosaic:
        allowed.insert(0, MOSAIC)
    raise RequestError(
        f"hdu={selector!r} holds no image; what there is: {', '.join(allowed)}", "hdu"
    )


def array_plane(file: FitsFile, hdu: Hdu, frame: int = 1, channel: int = 1) -> Plane:
    """Return one plane of an array."""
    return _plane_maker(file, hdu, cube.layout(hdu))(frame, channel)


def _plane_maker(file: FitsFile, hdu: Hdu, arrangement: cube.Layout) -> Callable[[int, int], Plane]:
    source: MappedArray | CompressedReader = (
        CompressedReader(file.path, hdu.index) if hdu.compressed else MappedArray(file.path, hdu)
    )

    def single(frame: int, channel: int) -> Plane:
        return ArrayPlane(hdu, arrangement.slice(frame, channel), file.key, source)

    return single


def _array_image(file: FitsFile, hdu: Hdu, wish: Wish, choices: tuple[HduChoice, ...]) -> Image:
    arrangement = cube.layout(hdu)
    single = _plane_maker(file, hdu, arrangement)
    first = single(1, 1)
    sky = Sky([SkyChip(Region(0, 0, first.width, first.height), coordinates(file, hdu))])
    return Image(
        identifier=wish.identifier,
        title=wish.title,
        key=combined_key(file.key, hdu.index),
        width=first.width,
        height=first.height,
        hdu=str(hdu.index),
        hdus=choices,
        channels=cube.channels(hdu, arrangement),
        frames=cube.frames(hdu, arrangement, _time(file, hdu)),
        channel_axis=arrangement.channel_axis,
        unit=hdu.text("BUNIT") or None,
        cards=cards(hdu.header),
        sky=sky,
        source=Planes(single),
        notes=(hdu.problem,) if hdu.problem else (),
        reason=hdu.problem,
    )


def coordinates(
    file: FitsFile, hdu: Hdu, transform: PixelTransform | None = None
) -> SkyCoordinates:
    """Sky coordinates of an array, with the distortion tables of its file if it has any."""
    width, height = hdu.shape[-1], hdu.shape[-2]
    if needs_tables(hdu.header):
        with open_hdus(file.path) as hdulist:
            return SkyCoordinates.from_header(
                hdu.header, width, height, transform=transform, hdulist=hdulist
            )
    return SkyCoordinates.from_header(hdu.header, width, height, transform=transform)


def _time(file: FitsFile, hdu: Hdu) -> str | None:
    return header_time(hdu.get) or header_time(lambda key: header_value(file.primary, key))


def _mosaic_image(
    file: FitsFile,
    arrangement: Arrangement | SkyArrangement,
    wish: Wish,
    choices: tuple[HduChoice, ...],
) -> Image:
    if isinstance(arrangement, SkyArrangement):
        plane, sky = arrangement.plane, arrangement.sky
        regions = arrangement.chips
    else:
        plane = _placed_plane(file, arrangement, wish.match)
        sky = _placed_sky(file, arrangement)
        regions = tuple((place.hdu, place.region) for place in arrangement.places)
    first = regions[0][0]
    chips = tuple(
        Chip(name=chip_name(hdu), selector=str(hdu.index), region=region, problem=hdu.problem)
        for hdu, region in regions
    )
    gaps = tuple(f"chip {chip.name} is a gap: {chip.problem}" for chip in chips if chip.problem)
    frame = cube.frames(first, replace(cube.layout(first), frame_axes=()), _time(file, first))
    return Image(
        identifier=wish.identifier,
        title=wish.title,
        key=combined_key(file.key, MOSAIC, wish.match),
        width=plane.width,
        height=plane.height,
        hdu=MOSAIC,
        hdus=choices,
        channels=cube.channels(first, cube.layout(first)),
        frames=frame,
        channel_axis="",
        unit=first.text("BUNIT") or None,
        cards=cards(file.primary) + cards(first.header),
        sky=sky,
        source=Planes(lambda _frame, _channel: plane),
        chips=chips,
        notes=(f"chips placed by {arrangement.how}", *gaps),
    )


def chip_name(hdu: Hdu) -> str:
    """What a chip is called: EXTNAME with EXTVER where that tells them apart, or its index."""
    if not hdu.name:
        return hdu.text("CCDNAME") or f"HDU {hdu.index}"
    return f"{hdu.name},{hdu.version}" if hdu.version > 1 or hdu.name == "SCI" else hdu.name


def _placed_plane(file: FitsFile, arrangement: Arrangement, match: str) -> Plane:
    placements = [
        _placement(file, place) for place in arrangement.places if place.hdu.problem is None
    ]
    if match == "background":
        placements = matched(placements, [place.hdu for place in arrangement.places])
    return MosaicPlane(placements, arrangement.width, arrangement.height)


def _placement(file: FitsFile, place: Place) -> Placement:
    return Placement(
        plane=array_plane(file, place.hdu),
        source=place.source,
        x=place.region.x,
        y=place.region.y,
        flip_x=place.flip_x,
        flip_y=place.flip_y,
    )


def _placed_sky(file: FitsFile, arrangement: Arrangement) -> Sky:
    return Sky(
        [
            SkyChip(
                place.region,
                coordinates(file, place.hdu, place.transform),
                name=chip_name(place.hdu),
            )
            for place in arrangement.places
        ]
    )
