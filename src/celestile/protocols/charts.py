"""Pictures of the sky in geometries of their own, for all protocols that have one.

Where the pixels of such a picture lie in an image is found once for all its views, in a thread.
"""

import asyncio
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.image import Image
from celestile.protocols.service import Service, Subject
from celestile.pyramid.geometry import Levels, Region
from celestile.render.canvas import Raster
from celestile.render.chart import Chart, draw_up
from celestile.render.render import finish, paint
from celestile.render.request import Output, Picture, Warp
from celestile.render.warp import finest_level, warped

__all__ = ["Chart", "Charts"]

_WARPS = 512  # of some ten kilobytes each


class Charts:
    """Draws charts of images.

    Parameters
    ----------
    service : Service
        Knows the pixels.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._warps: OrderedDict[tuple[str, str], Warp] = OrderedDict()

    def output(self, subject: Subject, chart: Chart, media: str) -> Output:
        """Encoding of a chart, in one of the renderer's formats."""
        options, image = self._service.options, subject.image
        return Output(
            region=Region(0, 0, image.width, image.height),
            size=chart.size,
            format=media,
            jpeg_quality=options.jpeg_quality,
            jpeg_subsampling=options.jpeg_subsampling,
        )

    def etag(self, subject: Subject, chart: Chart, media: str) -> str:
        """Strong entity tag of a chart."""
        return self._service.etag(subject, chart.key, self.output(subject, chart, media))

    async def draw(self, subject: Subject, chart: Chart, media: str) -> bytes:
        """Draw a chart in one of the renderer's formats; what lies beyond the image is missing.

        Raises
        ------
        SourceChangedError, StorageError, UnservableImageError
            If the pixels cannot be had.
        """
        output = self.output(subject, chart, media)
        key = (subject.digest, chart.key, output)
        known = self._service.encoded.get(key)
        if known is not None:
            return known
        values = await self.values(subject, chart)
        picture = Picture(components=subject.components, style=subject.style, output=output)
        body = await self._service.run(lambda: finish(picture, paint(picture, values)))
        self._service.encoded.put(key, body)
        return body

    async def raster(self, subject: Subject, chart: Chart) -> Raster | None:
        """Colors of a chart, to be laid over others; None where it shows nothing of the image."""
        if not (await self.warp(subject.image, chart)).sheets:
            return None
        values = await self.values(subject, chart)
        if all(np.isnan(plane).all() for plane in values):
            return None
        output = self.output(subject, chart, "png")
        picture = Picture(components=subject.components, style=subject.style, output=output)
        return await self._service.run(lambda: paint(picture, values))

    async def values(self, subject: Subject, chart: Chart) -> list[NDArray[np.float32]]:
        """Values of all components in a chart, NaN where missing; errors as of `draw`."""
        warp = await self.warp(subject.image, chart)
        image = subject.image
        levels = Levels(image.width, image.height, self._service.options.tile_size)
        level = await self._service.run(lambda: finest_level(warp, levels))
        if level is None:
            width, height = chart.size
            return [np.full((height, width), np.nan, np.float32) for _ in subject.components]
        pyramids = await self._service.pyramids(subject, level)
        return await self._service.run(lambda: warped(pyramids, warp))

    async def warp(self, image: Image, chart: Chart) -> Warp:
        """Where the pixels of a chart lie in an image."""
        key = (image.key, chart.key)
        known = self._warps.get(key)
        if known is not None:
            self._warps.move_to_end(key)
            return known
        warp = await asyncio.shield(self._service.run(lambda: draw_up(chart, image.sky)))
        self._warps[key] = warp
        if len(self._warps) > _WARPS:
            self._warps.popitem(last=False)
        return warp
