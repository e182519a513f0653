"""Charts: pictures of the sky in other geometries than the image's own.

The warp from a chart to an image is computed once for all views of the image, in a thread.
"""

import hashlib
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Levels, Region
from celestile.lru import LruCache
from celestile.pixels.image import Image
from celestile.pixels.plane import ReadCells, cells_of
from celestile.render.canvas import Raster, lay_under
from celestile.render.chart import Chart, compute_warp, pixel_positions
from celestile.render.render import finish, paint, render_values
from celestile.render.request import Output, Picture, Style, Warp
from celestile.render.warp import finest_level, warped
from celestile.service.service import ProvisionalPicture, Service, Subject

__all__ = ["Chart", "Charts"]

Values = NDArray[np.float32]

_WARPS = 512  # of some ten kilobytes each


class Charts:
    """Draws charts of images.

    Parameters
    ----------
    service : Service
        Provides the pixels.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._warps: LruCache[tuple[str, str], tuple[Warp, int | None]] = LruCache(_WARPS)

    def output(self, subject: Subject, chart: Chart, media: str) -> Output:
        """Output of a chart of an image, for callers that process its values first."""
        image = subject.image
        return replace(self._output(chart, media), region=Region(0, 0, image.width, image.height))

    def etag(self, subjects: Sequence[Subject], chart: Chart, media: str) -> str:
        """Strong entity tag of a chart."""
        identity = repr(self._key(subjects, chart, media)).encode()
        return f'"{hashlib.blake2b(identity, digest_size=12).hexdigest()}"'

    async def draw(self, subjects: Sequence[Subject], chart: Chart, media: str) -> bytes:
        """Draw a chart.

        Parameters
        ----------
        subjects : sequence of Subject
            Images to show. Where several have a value, the first one is shown. Pixels outside all
            of them are missing.
        chart : Chart
            Geometry of the picture.
        media : str
            One of the renderer's formats.

        Raises
        ------
        SourceChangedError, StorageError, UnservableImageError
            If the pixels cannot be read.
        """
        key = self._key(subjects, chart, media)
        known = self._service.encoded.get(key)
        if known is not None:
            return known
        output = self._output(chart, media)
        if len(subjects) == 1:
            view, is_final = await self._view(subjects[0], chart, may_be_provisional=True)
            picture = _picture(subjects[0], output)
            body = await self._service.run(lambda: render_values(picture, view()))
            if not is_final:
                return ProvisionalPicture(body)
        else:
            raster = await self._stack(subjects, chart)
            plain = Picture(components=(), style=Style(), output=output)
            body = await self._service.run(lambda: finish(plain, raster))
        self._service.encoded.put(key, body)
        return body

    def _key(self, subjects: Sequence[Subject], chart: Chart, media: str) -> Hashable:
        digests = tuple(subject.digest for subject in subjects)
        return (digests, chart.key, self._output(chart, media))

    def _output(self, chart: Chart, media: str) -> Output:
        options = self._service.options
        return Output(
            region=Region(0, 0, *chart.size),
            size=chart.size,
            format=media,
            jpeg_quality=options.jpeg_quality,
            jpeg_subsampling=options.jpeg_subsampling,
        )

    async def _stack(self, subjects: Sequence[Subject], chart: Chart) -> Raster:
        """Composite pictures, the first on top, until all pixels are opaque."""
        width, height = chart.size
        nothing = np.zeros((height, width), np.uint8)
        stack = Raster(nothing[:, :, np.newaxis], nothing)
        output = self._output(chart, "png")
        for subject in subjects:
            view, _ = await self._view(subject, chart)
            stack = await self._service.run(partial(_add, stack, _picture(subject, output), view))
            if stack.opacity.all():
                break
        return stack

    async def values(
        self, subject: Subject, chart: Chart, *, painted: bool = False
    ) -> list[Values]:
        """Values of all components in a chart, NaN where missing; errors as in `draw`.

        If they are to be `painted`, those of flags are bits.
        """
        view, _ = await self._view(subject, chart, painted=painted)
        return await self._service.run(view)

    async def _view(
        self,
        subject: Subject,
        chart: Chart,
        *,
        may_be_provisional: bool = False,
        painted: bool = True,
    ) -> tuple[Callable[[], list[Values]], bool]:
        """Return a function that computes the values of a chart, and whether they will be final."""
        warp, level = await self._warp_and_level(subject.image, chart)
        if level is None:
            width, height = chart.size
            return (
                lambda: [np.full((height, width), np.nan, np.float32)] * len(subject.planes),
                True,
            )
        shown = subject.painted if painted else subject.planes
        cells = [read for plane in shown if (read := cells_of(plane)) is not None]
        if level == 0 and len(cells) == len(shown):
            # The picture is as fine as the cells: theirs are the exact values.
            return lambda: _of_cells(cells, chart, subject.image), True
        of_level = self._service.painted if painted else self._service.pixels
        pixels, is_final = await of_level(subject, level, may_be_provisional=may_be_provisional)
        return lambda: warped(pixels, warp), is_final

    async def warp(self, image: Image, chart: Chart) -> Warp:
        """Positions of the pixels of a chart in an image."""
        return (await self._warp_and_level(image, chart))[0]

    async def _warp_and_level(self, image: Image, chart: Chart) -> tuple[Warp, int | None]:
        """Warp of a chart, and the finest level that it needs; None if it shows nothing."""
        key = (image.key, chart.key)
        known = self._warps.get(key)
        if known is not None:
            return known
        levels = Levels(image.width, image.height, self._service.options.tile_size)

        def find() -> tuple[Warp, int | None]:
            warp = compute_warp(chart, image.sky)
            return warp, finest_level(warp, levels)

        found = await self._service.run(find)
        self._warps.put(key, found)
        return found


def _of_cells(cells: Sequence[ReadCells], chart: Chart, image: Image) -> list[Values]:
    positions = pixel_positions(chart, image.sky.celestial_frame)
    return [read(*positions) for read in cells]


def _picture(subject: Subject, output: Output) -> Picture:
    return Picture(components=subject.components, style=subject.style, output=output)


def _add(stack: Raster, picture: Picture, view: Callable[[], list[Values]]) -> Raster:
    return lay_under(stack, paint(picture, view()))
