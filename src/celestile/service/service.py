"""Opens images, resolves views of them and draws pictures, for all protocols.

Cached results are returned at once, in the event loop. Everything that may take long (opening,
sampling, building, large pictures) runs in threads, so that no client waits for another's image.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from typing import TypeVar

import orjson

from celestile import __version__
from celestile.errors import ForbiddenError, RequestError
from celestile.geometry import Levels
from celestile.lru import LruCache
from celestile.pixels.image import Image
from celestile.pixels.library import Library, Listing
from celestile.pixels.plane import is_computed
from celestile.pixels.resolver import Entry
from celestile.pyramid.cache import Cache
from celestile.render import RENDERING
from celestile.render.encode import SLOW_FORMATS
from celestile.render.render import Pixels, render
from celestile.render.request import Component, Output, Picture
from celestile.render.resample import crop_level
from celestile.service.catalogue import Catalogue, Page
from celestile.service.encoded import EncodedPictures
from celestile.service.pyramids import Pyramids
from celestile.service.query import Query
from celestile.service.sesame import Resolved, Sesame
from celestile.views.appearance import Appearance, appearance, implied
from celestile.views.canonical import shortened
from celestile.views.measures import ImageMeasures, NotCachedError, PlaneStatistics
from celestile.views.options import DefaultView, NamedView, ServiceOptions
from celestile.views.picks import is_series, numbered
from celestile.views.polarization import with_stokes
from celestile.views.subject import ComponentValue, Subject
from celestile.views.view import AUTOMATIC, View, overlay

__all__ = [
    "ComponentValue",
    "DefaultView",
    "Entry",
    "Listing",
    "NamedView",
    "Service",
    "ServiceOptions",
    "Subject",
]

_SUBJECTS = 8192
_IMPLIED_VIEWS = 512
_INLINE_PIXELS = 512 * 512

Result = TypeVar("Result")


class ProvisionalPicture(bytes):
    """A picture drawn before its pyramid was complete; a later request returns a better one."""


class Service:
    """Images, views and pictures, for all protocols.

    Parameters
    ----------
    library : Library
        The images.
    cache : Cache
        Their pyramids.
    options : ServiceOptions
        Settings of the operator.
    views : mapping of str to NamedView
        Offered for every image.
    image_views : mapping of str to mapping
        Offered for single images, by identifier.
    defaults : sequence of DefaultView
        The first that matches an image's header is its automatic view.
    """

    def __init__(
        self,
        library: Library,
        cache: Cache,
        options: ServiceOptions,
        *,
        views: Mapping[str, NamedView] | None = None,
        image_views: Mapping[str, Mapping[str, NamedView]] | None = None,
        defaults: Sequence[DefaultView] = (),
    ) -> None:
        self.options = options
        self.library = library
        self.cache = cache
        self.plane_statistics = PlaneStatistics(cache)
        self._views = dict(views or {})
        self._image_views = {key: dict(value) for key, value in (image_views or {}).items()}
        self._defaults = tuple(defaults)
        self._implied_views: LruCache[Image, View] = LruCache(_IMPLIED_VIEWS)
        self._subjects: LruCache[tuple[str, View], Subject] = LruCache(_SUBJECTS)
        self.encoded = EncodedPictures(options.memory)
        self.catalogue = Catalogue(library)
        self._resolver = (
            Sesame(options.resolver, options.resolver_timeout) if options.resolver else None
        )
        self._pool = ThreadPoolExecutor(options.threads, thread_name_prefix="celestile")
        # Lists wait for headers; pictures must not wait for lists.
        self._listers = ThreadPoolExecutor(2, thread_name_prefix="lists")
        self._pyramids = Pyramids(cache, options.retile_after)

    @property
    def building(self) -> int:
        """Number of pyramids that are being built."""
        return self._pyramids.building

    def close(self) -> None:
        """Cancel builds, wait for other work in progress and release the threads."""
        self.cache.stop()
        self.catalogue.stop()
        self._listers.shutdown(cancel_futures=True)
        self._pool.shutdown(cancel_futures=True)
        self._pyramids.close()

    async def run(self, work: Callable[[], Result]) -> Result:
        """Run work that may take long in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def page(self, query: Query) -> Page:
        """List a page of images with the facts of their headers."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._listers, self.catalogue.page, query)

    def entries(
        self, prefix: str = "", search: str = "", offset: int = 0, limit: int | None = None
    ) -> Listing:
        """List images without opening them; touches the disk."""
        return self.library.entries(prefix, search, offset, limit)

    async def resolve(self, name: str) -> Resolved | None:
        """Ask the operator's name resolver; errors as in `Sesame.resolve`.

        Raises
        ------
        ForbiddenError
            If the operator has set none.
        """
        if self._resolver is None:
            raise ForbiddenError("this server has no name resolver")
        # Not in the pool that opens images: the resolver may be slow.
        return await asyncio.to_thread(self._resolver.resolve, name)

    @property
    def all_named_views(self) -> object:
        """Named views of all images, as declared; for what depends on any of them."""
        return self._views, self._image_views

    @property
    def automatic_views(self) -> object:
        """What the automatic views of all images depend on, beside the images."""
        return self._defaults, self._views, self._image_views

    def named_views(self, image: Image) -> Mapping[str, NamedView]:
        """Views that an image offers by name."""
        return self._views | self._image_views.get(image.identifier, {})

    async def open(self, identifier: str, hdu: str | None = None, cfa: str | None = None) -> Image:
        """Open an image; errors as in `Library.open`."""
        image = self.library.if_open(identifier, hdu, cfa)
        if image is None:
            image = await self.run(lambda: self.library.open(identifier, hdu, cfa))
        return image

    async def subject(self, identifier: str, view: View, *, keep: bool = True) -> Subject:
        """Resolve a view of an image, and keep the result unless many images are only passed by.

        Raises
        ------
        UnknownImageError, UnservableImageError
            If there is no such image.
        RequestError
            If the view asks for something that the image does not have.
        """
        known = self._subjects.get((identifier, view))
        if known is not None and self.is_current(known):
            return known
        subject = self._resolve_cached(identifier, view)
        if subject is None:
            subject = await self.run(lambda: self._resolve(identifier, view))
        if keep:
            self._subjects.put((identifier, view), subject)
        return subject

    def is_current(self, subject: Subject) -> bool:
        """Whether the files of a subject are unchanged since it was resolved."""
        image = subject.image.first_stokes
        return self.library.if_open(image.identifier, subject.hdu, subject.cfa) is image

    def named(self, identifier: str, view: View) -> View:
        """Merge in the named view that a view mentions."""
        if view.name is None:
            return view
        offered = self._views | self._image_views.get(identifier, {})
        named = offered.get(view.name)
        if named is None:
            names = ", ".join(sorted(offered)) or "none"
            message = f"there is no view {view.name!r}; the image offers: {names}"
            raise RequestError(message, "view")
        return overlay(named.view, view)

    def polarized(self, image: Image, view: View) -> tuple[Image, View]:
        """Choose the Stokes parameter of an image by a view, else the operator's, else the first.

        Parameters
        ----------
        image : Image
            As it is opened.
        view : View
            Named views are merged into it already.

        Returns
        -------
        tuple of Image and View
            The image of that parameter, and the view with the parameter's name.

        Raises
        ------
        RequestError
            If the image has no such parameter.
        """
        view = with_stokes(image, view)
        if not image.stokes:
            return image, view
        name = view.stokes or with_stokes(image, self.automatic_view(image)).stokes
        return image.of_stokes(name or image.stokes[0].name), view

    def _resolve_cached(self, identifier: str, view: View) -> Subject | None:
        """Resolve a view in the event loop, if that does not require reading pixels."""
        view = self.named(identifier, view)
        image = self.library.if_open(identifier, view.hdu, view.cfa)
        if image is None:
            return None
        try:
            image, view = self.polarized(image, view)
            measures = ImageMeasures(image, self.plane_statistics, cached_only=True)
            return self._subject(image, view, measures)
        except NotCachedError:
            return None

    def _resolve(self, identifier: str, view: View) -> Subject:
        view = self.named(identifier, view)
        opened = self.library.open(identifier, view.hdu, view.cfa)
        image, view = self.polarized(opened, view)
        return self._subject(image, view, ImageMeasures(image, self.plane_statistics))

    def _subject(self, image: Image, view: View, measures: ImageMeasures) -> Subject:
        base = self._implied(image, measures)
        view_in_numbers = numbered(image, view)
        found = appearance(image, overlay(base, view_in_numbers), measures)
        return Subject(
            image=image,
            view=shortened(image, view_in_numbers, base),
            components=found.components,
            planes=found.planes,
            painted=found.painted,
            style=found.style,
            digest=_digest(image, found),
            hdu=view.hdu,
            cfa=view.cfa,
            first_views=found.first_views,
        )

    def _implied(self, image: Image, measures: ImageMeasures) -> View:
        known = self._implied_views.get(image)
        if known is None:
            known = implied(image, self.automatic_view(image), measures)
            self._implied_views.put(image, known)
        return known

    async def implied(self, image: Image) -> View:
        """Default view of an image: its starting plane and the operator's view."""

        def find(*, cached_only: bool) -> View:
            measures = ImageMeasures(image, self.plane_statistics, cached_only=cached_only)
            return self._implied(image, measures)

        try:
            return find(cached_only=True)
        except NotCachedError:
            return await self.run(lambda: find(cached_only=False))

    def automatic_view(self, image: Image) -> View:
        """Operator's default view for an image, chosen by its header."""
        if not self._defaults:
            return AUTOMATIC
        shown = image.cards + image.primary_cards
        cards = {card.keyword: str(card.value).strip() for card in reversed(shown)}
        for default in self._defaults:
            if all(fnmatchcase(cards.get(key, ""), match) for key, match in default.when):
                return default.view
        return AUTOMATIC

    async def draw(self, subject: Subject, output: Output) -> bytes:
        """Draw a picture.

        Raises
        ------
        SourceChangedError, StorageError, UnservableImageError
            If the pixels cannot be read.
        """
        key = subject.digest + output.identity
        known = self.encoded.get(key)
        if known is not None:
            return known
        level = needed_level(subject, output, self.options.tile_size)
        picture = Picture(components=subject.components, style=subject.style, output=output)
        is_small = output.size[0] * output.size[1] <= _INLINE_PIXELS
        is_quick = is_small and not any(map(is_computed, subject.planes))
        pyramids, is_final = await self.painted(subject, level, may_be_provisional=True)
        if not is_final:
            return ProvisionalPicture(await self.run(lambda: render(picture, pyramids)))
        if is_quick and output.format not in SLOW_FORMATS:
            body = render(picture, pyramids)
        else:
            body = await self.run(lambda: render(picture, pyramids))
        self.encoded.put(key, body)
        return body

    async def pixels(
        self, subject: Subject, level: int, *, may_be_provisional: bool = False
    ) -> tuple[list[Pixels], bool]:
        """Numbers of a level, and whether all of them are final; errors as in `draw`."""
        return await self._pyramids.pixels(
            subject.planes, level, may_be_provisional=may_be_provisional
        )

    async def painted(
        self, subject: Subject, level: int, *, may_be_provisional: bool = False
    ) -> tuple[list[Pixels], bool]:
        """Pixels to draw a level from, and whether all of them are final; errors as in `draw`."""
        return await self._pyramids.pixels(
            subject.painted, level, may_be_provisional=may_be_provisional
        )

    async def ready(self, subject: Subject) -> None:
        """Wait until pictures of a subject are final at all levels; errors as in `draw`."""
        await self._pyramids.ready(subject.painted)

    async def value(self, subject: Subject, x: int, y: int) -> list[ComponentValue]:
        """Values of a pixel, 0-based from the top left; one for each component.

        Raises
        ------
        OutOfRangeError
            If it lies outside the image.
        """
        subject.image.expect(x, y)
        return await self.run(lambda: self._values(subject, x, y))

    @staticmethod
    def _values(subject: Subject, x: int, y: int) -> list[ComponentValue]:
        found = []
        stokes = subject.image.current_stokes
        for component, plane in zip(subject.components, subject.planes, strict=True):
            channel = component.selection.channel[0]
            found.append(
                ComponentValue(
                    channel=channel,
                    frame=component.selection.frame[0],
                    name=_plane_name(subject.image, component),
                    pixel=plane.value(x, y),
                    unit=subject.image.unit_of(component.selection),
                    stokes=stokes.name if stokes is not None else None,
                )
            )
        return found

    def etag(self, subject: Subject, *parts: object) -> str:
        """Strong entity tag of a response that depends on a subject and some other values."""
        text = repr((subject.digest, parts)).encode()
        return f'"{hashlib.blake2b(text, digest_size=12).hexdigest()}"'


def _plane_name(image: Image, component: Component) -> str:
    """Name of the channel, or of the frame in a mix of frames."""
    if component.color is not None and is_series(image):
        return image.frames[component.selection.frame[0] - 1].name
    return image.channels[component.selection.channel[0] - 1].name


def _digest(image: Image, shown: Appearance) -> str:
    """Identity of the pixels of an image and of how they are rendered."""
    components = [component.identity for component in shown.components]
    whose = (image.key, image.shown_stokes)
    identity = (__version__, RENDERING, *whose, components, tuple(shown.style))
    return hashlib.blake2b(orjson.dumps(identity), digest_size=12).hexdigest()


def needed_level(subject: Subject, output: Output, tile_size: int) -> int:
    """Level that a picture is drawn from."""
    levels = Levels(subject.image.width, subject.image.height, tile_size)
    region, size = output.region, output.size
    level = crop_level(levels, region, size)
    if level is not None:
        return level
    return levels.level_for(min(region.width / size[0], region.height / size[1]))
