"""Settings of the operator, as plain values."""

from dataclasses import dataclass

from celestile.views.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedView:
    """A view with a name.

    Parameters
    ----------
    title : str
        For people.
    view : View
        The view.
    """

    title: str
    view: View


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultView:
    """A view that replaces the automatic one where header keywords match.

    Parameters
    ----------
    when : tuple of (str, str)
        Keywords and patterns that all have to match.
    view : View
        The view.
    """

    when: tuple[tuple[str, str], ...]
    view: View


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOptions:
    """The operator's options, as plain values.

    Parameters
    ----------
    tile_size : int
        Of the pyramid, and of the tiles that documents describe.
    max_width, max_height, max_area : int or None
        Largest picture that is drawn, in pixels.
    jpeg_quality, jpeg_subsampling : int, str
        Of JPEG where the request does not say.
    slash_substitute : str or None
        Stands for a slash in identifiers, for proxies that refuse an encoded one.
    resolver, resolver_timeout : str or None, float
        URL of a name resolver as CDS Sesame, and how long it may take, in seconds.
    view_qualities : bool
        Whether IIIF offers named views as qualities.
    title, abstract, provider, provider_url, keywords : str
        Of the service.
    rights, attribution : str or None
        Of the images.
    download : bool
        Whether FITS files may be downloaded.
    sky_longitude : {"mirrored", "right_ascension"}
        What longitude stands for on maps of the sky.
    mosaic : tuple of str
        Identifiers of images, or patterns of them, views included, that the layer of all of them
        shows; the first is on top.
    index_grids : bool
        Whether WMTS lists the grids of pixels without a map's coordinates, too.
    templates : {"all", "png"}
        Formats of tiles for which WMTS lists a template of addresses.
    style_variable : {"Style", "style"}
        Spelling of the style in these templates.
    retile_after : int or None
        Pictures drawn straight from a source before its level 0 is copied into the cache; None for
        never.
    max_age : int
        Seconds that clients may cache pictures without revalidation.
    memory : int
        Bytes of encoded pictures that are kept.
    threads : int
        Number of threads for slow work.
    """

    tile_size: int = 256
    max_width: int = 4096
    max_height: int = 4096
    max_area: int | None = None
    jpeg_quality: int = 90
    jpeg_subsampling: str = "420"
    slash_substitute: str | None = None
    resolver: str | None = None
    resolver_timeout: float = 5
    view_qualities: bool = False
    title: str = "Celestile"
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    provider: str = ""
    provider_url: str | None = None
    rights: str | None = None
    attribution: str | None = None
    download: bool = False
    sky_longitude: str = "mirrored"
    mosaic: tuple[str, ...] = ()
    index_grids: bool = False
    templates: str = "all"
    style_variable: str = "Style"
    retile_after: int | None = 200
    max_age: int = 600
    memory: int = 256 * 10**6
    threads: int = 4
