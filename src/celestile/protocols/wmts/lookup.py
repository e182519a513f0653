"""Content of GetFeatureInfo: the values under a pixel, and its sky coordinates."""

import math
from functools import partial

import numpy as np

from celestile.pixels.image import Image
from celestile.pixels.sky.frames import ICRS, to_frame
from celestile.protocols.wmts.featureinfo import Feature, FeatureValue
from celestile.protocols.wmts.parameters import FeatureInfoRequest
from celestile.protocols.wmts.target import Target, Targets, check_pixel, pointed_at
from celestile.service.service import ComponentValue, Service, Subject


async def feature(service: Service, targets: Targets, request: FeatureInfoRequest) -> Feature:
    """Describe the pixel that a request points at."""
    target = await targets.locate(request.tile)
    check_pixel(request, service.options.tile_size)
    layer = request.tile.layer
    if isinstance(target, Target):
        return await _describe(
            service, target.subject, layer, pointed_at(target, request.i, request.j)
        )
    place = target.tile.place(request.i, request.j)
    nothing = Feature(layer=layer, x=None, y=None)
    for subject in target.subjects:
        pixel = await service.run(partial(pixel_at, subject.image, *place))
        found = await _describe(service, subject, layer, pixel)
        if any(reading.value is not None for reading in found.values):
            return found
        if nothing.x is None:
            nothing = found
    return nothing


def pixel_at(image: Image, lon: float, lat: float) -> tuple[int, int] | None:
    """Pixel of an image at a place of the sky (ICRS, degrees); None outside of the image."""
    sky = image.sky
    here = to_frame(np.array([lon]), np.array([lat]), ICRS, sky.celestial_frame)
    found = sky.pixel(float(here[0][0]), float(here[1][0]))
    if found is None:
        return None
    x, y = math.floor(found[0]), math.floor(found[1])
    return (x, y) if 0 <= x < image.width and 0 <= y < image.height else None


async def _describe(
    service: Service, subject: Subject, layer: str, place: tuple[int, int] | None
) -> Feature:
    if place is None:
        return Feature(layer=layer, x=None, y=None)
    x, y = place
    values = await service.value(subject, x, y)
    return Feature(
        layer=layer,
        x=x,
        y=y,
        values=tuple(_reading(value) for value in values),
        # The pixel's center; astropy may have to be loaded for it.
        world=await service.run(partial(subject.image.sky.world, x + 0.5, y + 0.5)),
    )


def _reading(value: ComponentValue) -> FeatureValue:
    return FeatureValue(
        channel=value.channel,
        frame=value.frame,
        name=value.name,
        value=value.pixel.value,
        raw=value.pixel.raw,
        unit=value.unit,
        stokes=value.stokes,
    )
