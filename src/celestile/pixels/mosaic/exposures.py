"""Exposures of one field in one file: frames of an image, not chips beside each other."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from celestile.geometry import Region
from celestile.pixels.axes.arrays import ImageRequest, Planes, array_plane, coordinates
from celestile.pixels.axes.cube import distinct_names, plain_name
from celestile.pixels.axes.times import header_time
from celestile.pixels.fits.file import FitsFile
from celestile.pixels.fits.hdus import Hdu
from celestile.pixels.image import Frame, Image
from celestile.pixels.mosaic.image import MOSAIC, chip_name
from celestile.pixels.plane import Plane
from celestile.pixels.planes.align import onto, same_grid
from celestile.pixels.planes.array import combined_key
from celestile.pixels.sky.frames import to_frame
from celestile.pixels.sky.sky import PixelTransform, Sky, SkyChip

_KEPT_SKIES = 64

_NEAR = 0.25  # of the shorter side: chips of a camera are about a side apart


def exposures(file: FitsFile, chips: Sequence[Hdu]) -> tuple[Hdu, ...]:
    """Arrays that show one field again and again, in order of time; else none.

    They have one size, no places on a detector, and the same sky within a few pixels; and one
    EXTNAME, or each a time, EXPOSURE or range of energies of its own. Without sky coordinates, they
    have one EXTNAME, and each has an EXTVER and a time of its own; or they are a sequence of Siril.
    """
    first = chips[0] if chips else None
    if first is None or any(
        chip.shape != first.shape or chip.text("DETSEC") or chip.problem for chip in chips
    ):
        return ()
    times = [_moment(chip) for chip in chips]
    one_name = len({chip.name for chip in chips}) == 1
    timed_apart = None not in times and len(set(times)) == len(chips)
    lengths = {chip.number("EXPOSURE") for chip in chips} - {None}
    # The amplifiers of a detector may all have the sky of the telescope's axis.
    bands = {_energies(chip) for chip in chips} - {""}
    apart_somehow = timed_apart or len(lengths) == len(chips) or len(bands) == len(chips)
    if not (one_name or apart_somehow):
        return ()
    versions = {chip.version for chip in chips}
    same = _same_sky(file, chips)
    is_sequence = chips[0].index == 0 and not first.name
    apart = one_name and timed_apart and (is_sequence or len(versions) == len(chips))
    if not (same or (same is None and apart)):
        return ()
    if timed_apart:
        return tuple(sorted(chips, key=_moment_of))
    return tuple(sorted(chips, key=lambda chip: (chip.version, chip.index)))


def _energies(chip: Hdu) -> str:
    """Range of energies of an image, as HEASARC's keywords give it; empty if there is none."""
    low, high = chip.number("E_MIN"), chip.number("E_MAX")
    if low is None or high is None:
        return ""
    return f"{low:g}-{high:g}{chip.text('EUNIT') or 'keV'}"


def _moment(chip: Hdu) -> tuple[int, float | str] | None:
    """Time of an exposure by its own header: seconds since the reset of a read, or a date."""
    seconds = chip.number("SAMPTIME")
    if seconds is not None:
        return 0, seconds
    time = header_time(chip.get)
    return None if time is None else (1, time)


def _moment_of(chip: Hdu) -> tuple[int, float | str]:
    return _moment(chip) or (2, 0.0)


def _same_sky(file: FitsFile, chips: Sequence[Hdu]) -> bool | None:
    """Whether all arrays have the sky of the first within a few pixels; None without sky."""
    skies = [coordinates(file, chip) for chip in chips]
    first = skies[0]
    frame = first.celestial_frame
    if frame is None or any(sky.reason is not None for sky in skies):
        return None
    height, width = chips[0].shape[-2:]
    x, y = np.array([0.5, 0.1, 0.9]) * width, np.array([0.5, 0.1, 0.9]) * height
    for sky in skies[1:]:
        if sky.celestial_frame is None:
            return None
        lon, lat = to_frame(*sky.world_array(x, y), sky.celestial_frame, frame)
        there_x, there_y = first.pixel_array(lon, lat)
        away = np.hypot(there_x - x, there_y - y)
        if not np.all(away <= _NEAR * min(width, height)):
            return False
    return True


def exposures_image(
    file: FitsFile, chips: Sequence[Hdu], first: Image, request: ImageRequest
) -> Image:
    """Make an image whose frames are exposures; `first` is the image of the first one.

    Exposures whose sky differs, such as those of a dither, are resampled onto its pixel grid, as
    the files of an aligned sequence are.
    """

    @lru_cache(maxsize=_KEPT_SKIES)
    def located(frame: int) -> Image:
        """First image with the sky of an exposure."""
        if frame == 1:
            return first
        transform = PixelTransform.plain(first.height, flip=not first.top_down)
        sky = coordinates(file, chips[frame - 1], transform)
        return replace(first, sky=Sky([SkyChip(Region(0, 0, first.width, first.height), sky)]))

    def single(frame: int, _channel: int, stokes: int) -> Plane:
        plane = array_plane(file, chips[frame - 1], stokes=stokes, top_down=first.top_down)
        own = located(frame)
        return plane if same_grid(first, own) else onto(first, own, plane)

    numbers = [str(index) for index in range(1, len(chips) + 1)]
    names = distinct_names([_name(chip) for chip in chips], numbers)
    frames = tuple(
        Frame(index=index, name=name, time=header_time(chip.get))
        for index, (name, chip) in enumerate(zip(names, chips, strict=True), start=1)
    )
    return replace(
        first,
        title=request.title,
        key=combined_key(file.key, "aligned exposures", *(chip.index for chip in chips)),
        hdu=MOSAIC,
        frames=frames,
        stokes=first.stokes if len(first.measured_stokes) > 1 else (),
        source=Planes(single, first.measured_stokes),
        notes=(_note(len(chips), first), *first.notes),
    )


def _note(count: int, first: Image) -> str:
    note = f"{count} exposures of one field are frames"
    return note if first.sky.reason else f"{note}, aligned on the sky with the first"


def _name(chip: Hdu) -> str:
    seconds = chip.number("SAMPTIME")
    name = _energies(chip) or (chip_name(chip) if chip.name else f"HDU {chip.index}")
    return plain_name(name if seconds is None else f"{name}_{seconds:g}s")
