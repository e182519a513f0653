"""The mosaic of the chips of a file as an image."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from celestile.errors import UnservableImageError
from celestile.geometry import Region
from celestile.pixels.axes import cube
from celestile.pixels.axes.arrays import (
    ImageRequest,
    Planes,
    array_plane,
    coordinates,
    exposure_time,
    is_top_down,
)
from celestile.pixels.axes.units import standard_unit
from celestile.pixels.fits.file import FitsFile
from celestile.pixels.fits.hdus import Hdu, cards, header_value
from celestile.pixels.image import Chip, HduChoice, Image
from celestile.pixels.mosaic.aligned import by_whole_pixels
from celestile.pixels.mosaic.by_sky import by_sky
from celestile.pixels.mosaic.choice import is_mask, unplaced
from celestile.pixels.mosaic.detector import Arrangement, by_detector, contact_sheet, upright
from celestile.pixels.mosaic.gaps import absences
from celestile.pixels.mosaic.matching import leveled
from celestile.pixels.mosaic.readings import data_section
from celestile.pixels.plane import Plane
from celestile.pixels.planes.array import combined_key
from celestile.pixels.planes.placement import MosaicPlane, Placement
from celestile.pixels.sky.sky import PixelTransform, Sky, SkyChip, SkyCoordinates

_KEPT_PLANES = 64  # of a mosaic of cubes

MOSAIC = "mosaic"
"""Value of the view key ``hdu`` that shows all chips."""


Regions = tuple[tuple[Hdu, Region], ...]
"""Position of each chip in the mosaic."""


def mosaic_image(
    file: FitsFile, chips: Sequence[Hdu], request: ImageRequest, choices: tuple[HduChoice, ...]
) -> Image:
    """Create one image of all chips, placed by detector, else by sky, else as a contact sheet."""
    chips = [_probed(file, chip) for chip in chips]
    readable = [chip for chip in chips if chip.problem is None]
    mosaic = _arranged(file, chips, request.match)
    first = readable[0] if readable else chips[0]
    named = tuple(
        Chip(name=chip_name(hdu), selector=str(hdu.index), region=region, problem=hdu.problem)
        for hdu, region in mosaic.regions
    )
    layout = cube.layout(first)
    unit = standard_unit(first.text("BUNIT")) or None
    # Chips placed by the sky are reprojected; of these, the mosaic has the first plane alone.
    stokes = cube.stokes_parameters(first, layout, unit) if mosaic.plane_of else ()
    return Image(
        identifier=request.identifier,
        title=request.title,
        key=combined_key(file.key, MOSAIC, request.match),
        width=mosaic.plane.width,
        height=mosaic.plane.height,
        hdu=MOSAIC,
        hdus=choices,
        channels=cube.channels(first, layout),
        frames=cube.frames(first, layout, exposure_time(file, first)),
        channel_axis=layout.channel_axis,
        unit=stokes[0].unit if stokes else unit,
        cards=cards(file.written_header(first)),
        primary_cards=cards(file.primary) if first.file_index else (),
        sky=mosaic.sky,
        source=Planes(
            mosaic.plane_of or (lambda *_: mosaic.plane),
            [each.name for each in stokes if not each.derived],
        ),
        stokes=stokes,
        chips=named,
        arrangement=mosaic.kind,
        find_chip=mosaic.find_chip,
        notes=(f"chips placed by {mosaic.how}", *_gaps(file, chips, mosaic), *file.notes),
        reason=None if readable else chips[0].problem,
    )


def _gaps(file: FitsFile, chips: Sequence[Hdu], mosaic: "_Mosaic") -> Iterator[str]:
    """Notes about chips that are turned over, cannot be read, are absent, or are left out."""
    if mosaic.find_chip is None and any(map(is_top_down, chips)):
        yield "ROWORDER is TOP-DOWN: the first rows of the chips are at the top"
    for chip in chips:
        if chip.problem:
            yield f"chip {chip_name(chip)} is a gap: {chip.problem}"
        yield from (f"chip {chip_name(chip)}: {note}" for note in chip.notes)
    placed = [region for _, region in mosaic.regions] if mosaic.kind == "detector" else []
    left = unplaced(file.hdus, chips)
    yield from absences(
        file.primary, len(file.headers) - 1, [*chips, *left], placed, mosaic.plane.height
    )
    for hdu in left:
        yield f"{chip_name(hdu)} is not placed: it has no detector section"


def _probed(file: FitsFile, chip: Hdu) -> Hdu:
    """Mark a chip whose compressed pixels cannot be decoded; one pixel is tested."""
    if not chip.compressed or chip.problem is not None:
        return chip
    try:
        file.read(chip, tuple(length // 2 for length in chip.shape))
    except UnservableImageError as error:
        return replace(chip, problem=str(error))
    return chip


@dataclass(frozen=True, slots=True, eq=False)
class _Mosaic:
    """Pixels and sky of a mosaic, the positions of its chips, and how they were found."""

    plane: Plane
    sky: Sky
    regions: Regions
    kind: str
    how: str
    find_chip: Callable[[int, int], int | None] | None = None
    plane_of: Callable[[int, int, int], Plane] | None = None


def _arranged(file: FitsFile, chips: Sequence[Hdu], match: str) -> _Mosaic:
    detector_size = str(header_value(file.primary, "DETSIZE", ""))
    arrangement = by_detector(chips, detector_size)
    if arrangement is None:
        parts = [_sky_part(chip) for chip in chips]
        skies = [_sky_of(file, *pair) for pair in zip(chips, parts, strict=True)]
        arrangement = by_whole_pixels(chips, parts, skies)
    if arrangement is None:
        trimmed = [_trimmed(*pair) for pair in zip(chips, parts, strict=True)]
        by_index = {chip.index: part for chip, part in zip(chips, parts, strict=True)}
        planes = _planes(file, chips, by_index, match)
        cropped = {index: _cropped(plane, by_index[index]) for index, plane in planes.items()}
        found = by_sky(trimmed, cropped, skies)
        if found is not None:
            plane = found.plane
            return _Mosaic(plane, found.sky, found.chips, "sky", "sky coordinates", plane.part_at)
        arrangement = contact_sheet(chips)
    turned = [chip.index for chip in chips if is_top_down(chip)]
    if turned:
        arrangement = upright(arrangement, turned)
    regions = tuple((place.hdu, place.region) for place in arrangement.places)
    sky = _placed_sky(file, arrangement)

    # Matching the levels of the chips samples their pixels, so planes are cached.
    @lru_cache(maxsize=_KEPT_PLANES)
    def plane_of(frame: int, channel: int, stokes: int) -> Plane:
        return _placed_plane(file, arrangement, match, (frame, channel, stokes))

    return _Mosaic(
        plane_of(1, 1, 1), sky, regions, arrangement.kind, arrangement.how, plane_of=plane_of
    )


def _sky_part(chip: Hdu) -> Region:
    """Rectangle of the array of a chip that holds sky, without overscan; row 0 at the top."""
    columns, rows = data_section(chip)
    top = chip.shape[-2] - rows.high
    return Region(columns.low - 1, top, columns.length, rows.length)


def _trimmed(chip: Hdu, part: Region) -> Hdu:
    return replace(chip, shape=(part.height, part.width))


def _cropped(plane: Plane, part: Region) -> Plane:
    if (part.width, part.height) == (plane.width, plane.height):
        return plane
    return MosaicPlane([Placement(plane, part, 0, 0)], part.width, part.height)


def _sky_of(file: FitsFile, chip: Hdu, part: Region) -> SkyCoordinates:
    """Sky of a part of a chip, in pixels from that part's corner."""
    whole = PixelTransform.plain(chip.shape[-2])
    return coordinates(file, chip, whole.shifted(part.x, part.y))


def _planes(
    file: FitsFile,
    chips: Sequence[Hdu],
    parts: Mapping[int, Region],
    match: str,
    at: tuple[int, int, int] = (1, 1, 1),
    turned: Collection[int] = (),
) -> dict[int, Plane]:
    """Pixels of the readable chips, by HDU index.

    `parts` are the regions that hold sky (by default whole chips), `at` is the frame,
    the channel and the Stokes parameter, and `turned` are the HDU indices of chips with exchanged
    axes.
    """
    readable = [chip for chip in chips if chip.problem is None]
    planes = [
        array_plane(file, c, *at, transposed=c.index in turned, is_mask=is_mask(c))
        for c in readable
    ]
    if match == "background":
        whole = [Region(0, 0, plane.width, plane.height) for plane in planes]
        regions = [parts.get(c.index, r) for c, r in zip(readable, whole, strict=True)]
        planes = leveled(planes, regions, readable)
    return {chip.index: plane for chip, plane in zip(readable, planes, strict=True)}


def chip_name(hdu: Hdu) -> str:
    """Name of a chip: EXTNAME, with EXTVER if it distinguishes chips, or the HDU index."""
    if not hdu.name:
        return hdu.text("CCDNAME") or f"HDU {hdu.index}"
    return f"{hdu.name},{hdu.version}" if hdu.version > 1 or hdu.name == "SCI" else hdu.name


def _placed_plane(
    file: FitsFile, arrangement: Arrangement, match: str, at: tuple[int, int, int]
) -> Plane:
    parts = {place.hdu.index: place.source for place in arrangement.places}
    turned = {place.hdu.index for place in arrangement.places if place.transposed}
    chips = [place.hdu for place in arrangement.places]
    planes = _planes(file, chips, parts, match, at, turned)
    placements = [
        Placement(
            plane=planes[place.hdu.index],
            source=place.source,
            x=place.region.x,
            y=place.region.y,
            flip_x=place.flip_x,
            flip_y=place.flip_y,
            name=chip_name(place.hdu),
        )
        for place in arrangement.places
        if place.hdu.index in planes
    ]
    return MosaicPlane(placements, arrangement.width, arrangement.height)


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
