"""What GetFeatureInfo has to tell: asks the image for the values under a pixel and its place."""

from functools import partial

from celestile.protocols.service import ComponentValue, Service
from celestile.protocols.wmts.featureinfo import Feature, Reading
from celestile.protocols.wmts.parameters import FeatureInfoRequest
from celestile.protocols.wmts.target import locate_pixel


async def feature(service: Service, request: FeatureInfoRequest) -> Feature:
    """Tell what is known of the pixel that a request points at."""
    target, place = await locate_pixel(service, request)
    if place is None:
        return Feature(layer=request.tile.layer, x=None, y=None)
    x, y = place
    values = await service.value(target.subject, x, y)
    return Feature(
        layer=request.tile.layer,
        x=x,
        y=y,
        values=tuple(_reading(value) for value in values),
        # The pixel's center; astropy may have to be loaded for it.
        world=await service.run(partial(target.subject.image.sky.world, x + 0.5, y + 0.5)),
    )


def _reading(value: ComponentValue) -> Reading:
    return Reading(
        channel=value.channel,
        frame=value.frame,
        name=value.name,
        value=value.pixel.value,
        raw=value.pixel.raw,
        unit=value.unit,
    )
