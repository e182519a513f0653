"""From settings to a service: builds the library, the cache and the service."""

from collections.abc import Mapping
from pathlib import Path

from celestile import compiled
from celestile.errors import RequestError, SettingsError
from celestile.pixels.declared import DeclaredImage
from celestile.pixels.fits.spool import Spool
from celestile.pixels.library import Library
from celestile.pixels.patterns import literal
from celestile.pixels.resolver import shown_name, shown_names
from celestile.pixels.sources.bands import Band
from celestile.protocols.iiif.qualities import NAME as QUALITY_NAME
from celestile.protocols.iiif.qualities import RESERVED as RESERVED_QUALITIES
from celestile.protocols.tiles.mosaic import IDENTIFIER as MOSAIC
from celestile.pyramid.cache import Cache
from celestile.service.service import DefaultView, NamedView, Service, ServiceOptions
from celestile.settings import DefaultSettings, ImageSettings, NamedViewSettings, Settings
from celestile.views.view import View, overlay, parse_view, split_identifier


def create_service(settings: Settings) -> Service:
    """Make the service that all protocols use."""
    _check_tiles(settings)
    if settings.iiif.view_qualities:
        _check_qualities(settings)
    views = _named_views(settings.views)
    directory = settings.cache.path
    compiled.keep_in(directory / "machine-code")
    cache = Cache(
        directory,
        settings.cache.size,
        settings.tiles.size,
        keep_level0=settings.cache.level0 == "always",
    )
    library = Library(
        settings.data.root,
        Spool(directory, cache.make_room),
        _declared(settings),
        hidden=settings.data.hidden,
    )
    return Service(
        library,
        cache,
        _options(settings),
        views=views,
        image_views={image.identifier: _named_views(image.views) for image in settings.images},
        defaults=[
            DefaultView(when=default.when, view=_default_view(default, views))
            for default in settings.defaults
        ],
    )


def _check_tiles(settings: Settings) -> None:
    size, limits = settings.tiles.size, settings.limits
    for key, value, needed in (
        ("max_width", limits.max_width, size),
        ("max_height", limits.max_height, size),
        ("max_area", limits.max_area, size * size),
    ):
        if value is not None and value < needed:
            raise SettingsError(
                f"limits.{key} is {value}, but must be at least {needed}: tiles.size is {size}"
            )


def _check_qualities(settings: Settings) -> None:
    of_images = [view for image in settings.images for view in image.views]
    for view in (*settings.views, *of_images):
        if not QUALITY_NAME.fullmatch(view.name) or view.name in RESERVED_QUALITIES:
            reserved = ", ".join(sorted(RESERVED_QUALITIES))
            raise SettingsError(
                f"{view.where}: the view {view.name!r} cannot be a quality, as iiif.view_qualities"
                f" asks: expected letters, digits, '_' and '-', but none of {reserved}"
            )


def _options(settings: Settings) -> ServiceOptions:
    tiles, limits, iiif, wmts = settings.tiles, settings.limits, settings.iiif, settings.wmts
    return ServiceOptions(
        tile_size=tiles.size,
        max_width=limits.max_width,
        max_height=limits.max_height,
        max_area=limits.max_area,
        jpeg_quality=tiles.jpeg_quality,
        jpeg_subsampling=tiles.jpeg_subsampling,
        slash_substitute=iiif.slash_substitute,
        resolver=settings.search.resolver,
        resolver_timeout=settings.search.timeout,
        view_qualities=iiif.view_qualities,
        title=wmts.title,
        abstract=wmts.abstract,
        keywords=wmts.keywords,
        provider=wmts.provider,
        provider_url=wmts.provider_url,
        sky_longitude=wmts.sky_longitude,
        mosaic=_mosaic(wmts.mosaic),
        index_grids=wmts.index_grids,
        templates=wmts.templates,
        style_variable=wmts.style_variable,
        rights=iiif.rights,
        attribution=iiif.attribution,
        download=settings.data.download,
        retile_after={"auto": 200, "always": 1, "never": None}[settings.cache.level0],
        max_age=settings.server.max_age,
        memory=settings.cache.memory,
        threads=limits.threads or 4,
    )


def _default_view(default: DefaultSettings, views: Mapping[str, NamedView]) -> View:
    view = _view(default.view, default.where)
    if view.name is None:
        return view
    named = views.get(view.name)
    if named is None:
        names = ", ".join(sorted(views)) or "none"
        raise SettingsError(
            f"{default.where}: view={view.name} does not exist; expected one of: {names}"
        )
    return overlay(named.view, view._replace(name=None))


def _mosaic(patterns: tuple[str, ...]) -> tuple[str, ...]:
    for pattern in patterns:
        try:
            split_identifier(pattern)
        except RequestError as error:
            raise SettingsError(f"wmts.mosaic: {pattern!r}: {error}") from error
    return patterns


def _view(specification: str, where: str) -> View:
    try:
        return parse_view(specification)
    except RequestError as error:
        raise SettingsError(f"{where}: {error}") from error


def _named_views(views: tuple[NamedViewSettings, ...]) -> dict[str, NamedView]:
    found = {}
    for each in views:
        view = _view(each.view, each.where)
        if view.name is not None:
            raise SettingsError(
                f"{each.where}: the view {each.name!r} cannot refer to another one, {view.name!r}"
            )
        found[each.name] = NamedView(title=each.title, view=view)
    return found


def _declared(settings: Settings) -> dict[str, DeclaredImage]:
    """Images named in the configuration or on the command line."""
    declared = {image.identifier: _declare(image, settings.base) for image in settings.images}
    if settings.wmts.mosaic and MOSAIC in declared:
        raise SettingsError(f"images.{MOSAIC} is reserved: it is the layer of wmts.mosaic")
    files = settings.files
    if len(files) > 1:
        declared["sequence"] = DeclaredImage(title=f"{len(files)} frames", frames=files)
    for path, title in zip(files, shown_names(files), strict=True):
        name = shown_name(path)
        number = 2
        while name in declared:
            name, number = f"{number}-{shown_name(path)}", number + 1
        declared[name] = DeclaredImage(title=title, file=path)
    return declared


def _declare(image: ImageSettings, base: Path) -> DeclaredImage:
    for channel in image.channels:
        if channel.hdu is not None:
            _view(f"hdu={channel.hdu}", f"{image.where}: channels.{channel.name}")
    return DeclaredImage(
        title=image.title,
        file=base / image.file if image.file else None,
        bands=tuple(
            Band(name=c.name, path=base / c.file, hdu=c.hdu, color=c.color) for c in image.channels
        ),
        frames=tuple(literal(base, pattern) for pattern in image.frames),
        align=image.align,
        match=image.match,
    )
