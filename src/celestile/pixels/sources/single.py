"""Create an image from a file: one of its arrays, or the mosaic of several."""

from collections.abc import Sequence
from dataclasses import replace

from celestile.errors import RequestError, UnservableImageError
from celestile.geometry import Region
from celestile.pixels.axes import cube
from celestile.pixels.axes.arrays import (
    ImageRequest,
    Planes,
    coordinates,
    exposure_time,
    is_top_down,
)
from celestile.pixels.axes.units import standard_unit
from celestile.pixels.fits.file import FitsFile
from celestile.pixels.fits.hdus import Hdu, cards
from celestile.pixels.image import RAW_MOSAIC, HduChoice, Image
from celestile.pixels.mosaic import choice
from celestile.pixels.mosaic.color_planes import color_image, color_planes
from celestile.pixels.mosaic.exposures import exposures, exposures_image
from celestile.pixels.mosaic.image import MOSAIC, mosaic_image
from celestile.pixels.planes.array import ArrayPlane, combined_key
from celestile.pixels.sky.sky import PixelTransform, Sky, SkyChip
from celestile.pixels.sources.companions import with_science_world
from celestile.pixels.sources.demosaic import in_colors
from celestile.pixels.sources.quality import quality_flags

_MOST_PLANES = 200_000


def readable_image(file: FitsFile, request: ImageRequest) -> Image:
    """Create an image from a file.

    Raises
    ------
    RequestError
        If the file has no such HDU.
    UnservableImageError
        If its pixels cannot be read.
    """
    image = file_image(file, request)
    if image.reason:
        raise UnservableImageError(image.reason)
    return image


def file_image(file: FitsFile, request: ImageRequest) -> Image:
    """Create an image from a file, even if the pixels of the array cannot be read.

    Raises
    ------
    RequestError
        If the file has no such HDU.
    """
    chips = choice.chips(file.hdus)
    default = choice.default(file.hdus)
    colors = () if chips else color_planes(file.hdus)
    frames = exposures(file, chips)
    together = "colors" if colors else "exposures" if frames else "chips"
    choices = _choices(file.hdus, chips or colors, default, together)
    if (chips or colors) and (request.hdu is None or request.hdu.lower() == MOSAIC):
        if chips and not frames:
            located = [with_science_world(chip, file.hdus) for chip in chips]
            return mosaic_image(file, located, request, choices)
        raw = replace(request, cfa=RAW_MOSAIC)
        first = _array_image(file, (frames or colors)[0], raw, choices)
        make = exposures_image if frames else color_image
        return make(file, frames or colors, replace(first, cfa=None, cfa_default=None), request)
    has_mosaic = bool(chips or colors)
    asked = request.hdu
    hdu = default if asked is None else _find(file, asked, has_mosaic=has_mosaic)
    return _array_image(file, with_science_world(hdu, file.hdus), request, choices)


def _choices(
    hdus: Sequence[Hdu], chips: Sequence[Hdu], default: Hdu, together: str
) -> tuple[HduChoice, ...]:
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
            selector=MOSAIC, name=f"{len(chips)} {together}", version=1, shape=shape,
            kind="mosaic", default=True,
        )  # fmt: skip
        listed.insert(0, whole)
    return tuple(listed)


def _find(file: FitsFile, selector: str, *, has_mosaic: bool) -> Hdu:
    """Find an array by the view key ``hdu``: an index, EXTNAME, or EXTNAME and EXTVER.

    Images in columns of a table have the names of the columns; the EXTNAME of the table is the
    first of them.
    """
    hdus = file.hdus
    name, _, version = selector.partition(",")
    for hdu in hdus:
        if not version and name == str(hdu.index):
            return hdu
    for hdu in hdus:
        its_name = hdu.name or ("PRIMARY" if hdu.index == 0 else "")
        if its_name.upper() == name.strip().upper() and version in ("", str(hdu.version)):
            return hdu
    for header in file.headers:
        is_named = header.name.upper() == name.strip().upper()
        if is_named and version in ("", str(header.version)):
            for hdu in hdus:
                if hdu.in_table and hdu.index == header.index:
                    return hdu
    allowed = [str(hdu.index) + (f" ({hdu.name})" if hdu.name else "") for hdu in hdus[:40]]
    if has_mosaic:
        allowed.insert(0, MOSAIC)
    raise RequestError(
        f"hdu={selector!r} is not an image; expected one of: {', '.join(allowed)}", "hdu"
    )


def _array_image(
    file: FitsFile, hdu: Hdu, request: ImageRequest, choices: tuple[HduChoice, ...]
) -> Image:
    arrangement = cube.layout(hdu)
    planes = arrangement.frames * arrangement.channels * arrangement.stokes
    if planes > _MOST_PLANES:
        message = hdu.problem or f"it has {planes} planes; at most {_MOST_PLANES} are supported"
        raise UnservableImageError(message)
    top_down = is_top_down(hdu)

    def single(frame: int, channel: int, stokes: int) -> ArrayPlane:
        found = replace(arrangement.slice(frame, channel, stokes), top_down=top_down)
        return ArrayPlane(file, hdu, found, is_mask=choice.is_mask(hdu))

    first = single(1, 1, 1)
    unit = standard_unit(hdu.text("BUNIT")) or None
    stokes = cube.stokes_parameters(hdu, arrangement, unit)
    # World coordinates count rows as the file does (FITS 4.0, section 8.1).
    transform = PixelTransform.plain(first.height, flip=not top_down)
    whole = Region(0, 0, first.width, first.height)
    sky = Sky([SkyChip(whole, coordinates(file, hdu, transform))])
    order = ("ROWORDER is TOP-DOWN: the first row of the file is at the top",) if top_down else ()

    image = Image(
        identifier=request.identifier,
        title=request.title,
        key=combined_key(file.key, hdu.index),
        width=first.width,
        height=first.height,
        hdu=str(hdu.index),
        hdus=choices,
        channels=cube.channels(hdu, arrangement),
        frames=cube.frames(hdu, arrangement, exposure_time(file, hdu)),
        channel_axis=arrangement.channel_axis,
        unit=stokes[0].unit if stokes else unit,
        cards=cards(file.written_header(hdu)),
        primary_cards=cards(file.primary) if hdu.file_index else (),
        sky=sky,
        source=Planes(single, [each.name for each in stokes if not each.derived]),
        stokes=stokes,
        notes=(
            *((hdu.problem,) if hdu.problem else ()),
            *order,
            *hdu.notes,
            *cube.notes(hdu, arrangement),
            *file.notes,
        ),
        damage=lambda: file.damage(hdu),
        reason=hdu.problem,
        top_down=top_down,
        flags=quality_flags(file, hdu),
    )
    return in_colors(image, hdu, single, request.cfa)
