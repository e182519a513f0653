"""The service metadata document (OGC 07-057r7, section 7.1.1.2; element order as in its schema)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote
from xml.etree.ElementTree import Element

from celestile.protocols.tiles.pixel_grid import INDEX_CRS, TileMatrixSet
from celestile.protocols.tiles.sky_grid import SKY_CRS, SkySet
from celestile.protocols.web.identifiers import encode_identifier
from celestile.protocols.wmts.dimensions import DEFAULT, Dimension
from celestile.protocols.wmts.gridmarkup import (
    add_box,
    add_tile_matrix_set,
    add_wgs84_box,
)
from celestile.protocols.wmts.layers import Layer
from celestile.protocols.wmts.links import TileMatrixSetLink, tile_matrix_set_links
from celestile.protocols.wmts.markup import OWS, WMTS, XLINK, XSI, add, element, serialize
from celestile.protocols.wmts.pages import DOCUMENT, WHOLE, CapabilitiesPage
from celestile.protocols.wmts.parameters import (
    INFO_FORMATS,
    OPERATIONS,
    SECTIONS,
    TILE_FORMATS,
    VERSION,
)
from celestile.protocols.wmts.paths import LEGEND
from celestile.protocols.wmts.themes import add_themes
from celestile.service.service import ServiceOptions

_SCHEMA = "http://schemas.opengis.net/wmts/1.0/wmtsGetCapabilities_response.xsd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Content of the document.

    Parameters
    ----------
    base : str
        Public address of the server, without a trailing slash.
    options : ServiceOptions
        Title, abstract, rights, tile size.
    sequence : int
        Version of the metadata.
    sections : frozenset of str
        Which parts are wanted.
    layers : tuple of Layer
        Of the sections Contents and Themes.
    remark : str
        Appended to the abstract.
    part : CapabilitiesPage
        The images that it is about.
    others : tuple of CapabilitiesPage
        Documents about others.
    """

    base: str
    options: ServiceOptions
    sequence: int
    sections: frozenset[str]
    layers: tuple[Layer, ...] = ()
    remark: str = ""
    part: CapabilitiesPage = WHOLE
    others: tuple[CapabilitiesPage, ...] = ()

    @property
    def kvp(self) -> str:
        """Address of the KVP encoding, ready for parameters."""
        return f"{self.base}/wmts?"

    @property
    def rest(self) -> str:
        """Address below which the RESTful resources are."""
        return f"{self.base}/wmts/{VERSION}"


# Large archives make large documents, and clients ask for them one after the other.
@lru_cache(maxsize=2)
def document(metadata: Metadata) -> bytes:
    """Write the service metadata document."""
    root = _root(metadata)
    sections = metadata.sections
    if "ServiceIdentification" in sections:
        _service_identification(root, metadata)
    if "ServiceProvider" in sections:
        _service_provider(root, metadata)
    if "OperationsMetadata" in sections:
        _operations(root, metadata)
    if "Contents" in sections:
        _contents(root, metadata)
    if "Themes" in sections:
        add_themes(root, metadata.layers)
    # A request for some sections is answered with these alone.
    if sections.issuperset(SECTIONS):
        for part in (metadata.part, *metadata.others):
            _elsewhere(root, metadata, part)
    return serialize(root)


def _elsewhere(root: Element, metadata: Metadata, part: CapabilitiesPage) -> None:
    """Link the document about a part of the images."""
    folder = part.prefix.rstrip("/")
    if metadata.options.slash_substitute:
        folder = folder.replace("/", metadata.options.slash_substitute)
    href = "/".join(filter(None, (metadata.rest, quote(folder, safe=""), DOCUMENT)))
    href += f"?offset={part.offset}" if part.offset else ""
    link = {"xlink:href": href} | ({"xlink:title": part.title} if part.title else {})
    add(root, "ServiceMetadataURL", attributes=link)


def unchanged(metadata: Metadata) -> bytes:
    """Write the document for a client that has the current one: a root without content."""
    return serialize(_root(metadata))


def _root(metadata: Metadata) -> Element:
    return element(
        "Capabilities",
        {
            "xmlns": WMTS,
            "xmlns:ows": OWS,
            "xmlns:xlink": XLINK,
            "xmlns:xsi": XSI,
            "xsi:schemaLocation": f"{WMTS} {_SCHEMA}",
            "version": VERSION,
            "updateSequence": str(metadata.sequence),
        },
    )


def _service_identification(root: Element, metadata: Metadata) -> None:
    options = metadata.options
    parent = add(root, "ows:ServiceIdentification")
    add(parent, "ows:Title", options.title)
    abstract = " ".join(filter(None, (options.abstract, metadata.remark)))
    if abstract:
        add(parent, "ows:Abstract", abstract)
    if options.keywords:
        keywords = add(parent, "ows:Keywords")
        for keyword in options.keywords:
            add(keywords, "ows:Keyword", keyword)
    add(parent, "ows:ServiceType", "OGC WMTS")
    add(parent, "ows:ServiceTypeVersion", VERSION)
    add(parent, "ows:Fees", "none")
    add(parent, "ows:AccessConstraints", options.rights or "none")


def _service_provider(root: Element, metadata: Metadata) -> None:
    options = metadata.options
    site = options.provider_url or f"{metadata.base}/"
    parent = add(root, "ows:ServiceProvider")
    add(parent, "ows:ProviderName", options.provider or options.title)
    add(parent, "ows:ProviderSite", attributes={"xlink:href": site})
    add(parent, "ows:ServiceContact")


def _operations(root: Element, metadata: Metadata) -> None:
    parent = add(root, "ows:OperationsMetadata")
    for name in OPERATIONS:
        operation = add(parent, "ows:Operation", attributes={"name": name})
        http = add(add(operation, "ows:DCP"), "ows:HTTP")
        get = add(http, "ows:Get", attributes={"xlink:href": metadata.kvp})
        _allowed(add(get, "ows:Constraint", attributes={"name": "GetEncoding"}), "KVP")
        if name == "GetCapabilities":
            formats = add(operation, "ows:Parameter", attributes={"name": "AcceptFormats"})
            _allowed(formats, "application/xml", "text/xml")


def _allowed(parent: Element, *values: str) -> None:
    allowed = add(parent, "ows:AllowedValues")
    for value in values:
        add(allowed, "ows:Value", value)


def _contents(root: Element, metadata: Metadata) -> None:
    parent = add(root, "Contents")
    shared: dict[str, TileMatrixSet | SkySet] = {}
    for layer in metadata.layers:
        size = (layer.width, layer.height) if layer.width else None
        options = metadata.options
        offered = tile_matrix_set_links(
            size, layer.sky, options.tile_size, index=options.index_grids
        )
        _layer(parent, metadata, layer, offered)
        shared |= {offer.matrix_set.identifier: offer.matrix_set for offer in offered}
    # Those that clients can draw come first here too.
    for matrix_set in sorted(shared.values(), key=_matrix_set_order):
        add_tile_matrix_set(parent, matrix_set)


def _matrix_set_order(matrix_set: TileMatrixSet | SkySet) -> tuple[float, ...]:
    late = (SKY_CRS, INDEX_CRS)
    turn = late.index(matrix_set.crs) + 1 if matrix_set.crs in late else 0
    return turn, len(matrix_set.matrices) if turn == 1 else 0, *matrix_set.box


def _layer(
    contents: Element, metadata: Metadata, layer: Layer, offered: Sequence[TileMatrixSetLink]
) -> None:
    parent = add(contents, "Layer")
    add(parent, "ows:Title", layer.title)
    add(parent, "ows:Abstract", layer.abstract)
    add_wgs84_box(parent, layer)
    add(parent, "ows:Identifier", layer.identifier)
    for offer in offered:
        if offer.matrix_set.crs != INDEX_CRS:
            add_box(parent, offer.matrix_set.crs, offer.box)
    for title, href in _links(metadata, layer):
        link = {"xlink:href": href, "xlink:title": title}
        add(parent, "ows:Metadata", attributes=link)
    for index, (identifier, title) in enumerate(layer.styles):
        attributes = {"isDefault": "true"} if index == 0 else {}
        style = add(parent, "Style", attributes=attributes)
        add(style, "ows:Title", title)
        add(style, "ows:Identifier", identifier)
        if layer.image:
            href = f"{_address(metadata, layer)}/{quote(identifier, safe='')}/{LEGEND}"
            add(style, "LegendURL", attributes={"format": "image/png", "xlink:href": href})
    for media in TILE_FORMATS:
        add(parent, "Format", media)
    for media in INFO_FORMATS:
        add(parent, "InfoFormat", media)
    for dimension in layer.dimensions:
        _dimension(parent, dimension)
    for offer in offered:
        _link(parent, offer)
    _resource_urls(parent, metadata, layer)


def _links(metadata: Metadata, layer: Layer) -> tuple[tuple[str, str], ...]:
    if not layer.image:
        return ()
    identifier = encode_identifier(layer.image)
    return (
        ("Metadata of the image (JSON)", f"{metadata.base}/api/images/{identifier}"),
        ("IIIF Image API 3.0", f"{metadata.base}/iiif/3/{identifier}/info.json"),
    )


def _dimension(layer: Element, dimension: Dimension) -> None:
    parent = add(layer, "Dimension")
    add(parent, "ows:Title", dimension.title)
    add(parent, "ows:Identifier", dimension.identifier)
    if dimension.unit:
        add(parent, "ows:UOM", dimension.unit)
    add(parent, "Default", DEFAULT)
    if dimension.identifier == "TIME":
        add(parent, "Current", "true")
    for value in dimension.values:
        add(parent, "Value", value)


def _link(layer: Element, offer: TileMatrixSetLink) -> None:
    parent = add(layer, "TileMatrixSetLink")
    add(parent, "TileMatrixSet", offer.matrix_set.identifier)
    limits = add(parent, "TileMatrixSetLimits")
    for identifier, extent in offer.limits:
        limit = add(limits, "TileMatrixLimits")
        add(limit, "TileMatrix", identifier)
        add(limit, "MinTileRow", str(extent.min_row))
        add(limit, "MaxTileRow", str(extent.max_row))
        add(limit, "MinTileCol", str(extent.min_column))
        add(limit, "MaxTileCol", str(extent.max_column))


def _resource_urls(parent: Element, metadata: Metadata, layer: Layer) -> None:
    axes = "".join(f"/{{{dimension.identifier}}}" for dimension in layer.dimensions)
    tile = (
        f"{_address(metadata, layer)}/{{{metadata.options.style_variable}}}{axes}"
        "/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}"
    )
    for media, extension in TILE_FORMATS.items():
        # Some clients take several templates for mirrors of the same pictures, and mix them. PNG is
        # transparent beyond the image.
        if metadata.options.templates == "all" or extension == "png":
            _resource_url(parent, media, "tile", f"{tile}.{extension}")
    for media, extension in INFO_FORMATS.items():
        _resource_url(parent, media, "FeatureInfo", f"{tile}/{{J}}/{{I}}.{extension}")


def _address(metadata: Metadata, layer: Layer) -> str:
    """Address below which the RESTful resources of a layer are."""
    identifier = layer.identifier
    if metadata.options.slash_substitute:
        identifier = identifier.replace("/", metadata.options.slash_substitute)
    return f"{metadata.rest}/{quote(identifier, safe='')}"


def _resource_url(parent: Element, media: str, kind: str, template: str) -> None:
    attributes = {"format": media, "resourceType": kind, "template": template}
    add(parent, "ResourceURL", attributes=attributes)
