"""Requests by key-value pairs: text becomes frozen requests. No image is opened here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from celestile.protocols.web.media_types import PICTURES, TILES
from celestile.protocols.web.numbers import MOST_OFFSET, read_integer
from celestile.protocols.wmts.dimensions import DEFAULT, IDENTIFIERS
from celestile.protocols.wmts.exceptions import OwsError, invalid, missing
from celestile.protocols.wmts.pages import WHOLE, CapabilitiesPage
from celestile.views.view import VIEW_KEYS

VERSION = "1.0.0"
SECTIONS = ("ServiceIdentification", "ServiceProvider", "OperationsMetadata", "Contents", "Themes")
OPERATIONS = ("GetCapabilities", "GetTile", "GetFeatureInfo")

# Media type to Celestile's name of a format, which is also its extension in a path.
TILE_FORMATS = {PICTURES[ending]: ending for ending in TILES}
INFO_FORMATS = {
    "application/json": "json",
    "text/plain": "txt",
    "text/html": "html",
    "text/xml": "xml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilitiesRequest:
    """A request for the service's metadata.

    Parameters
    ----------
    sections : frozenset of str
        Those of `SECTIONS` that are wanted.
    media_type : str
        Media type of the document.
    update_sequence : int or None
        Version of the document that the client has; None for those of other servers.
    layers : tuple of str
        Identifiers of the only layers to describe, views included; empty for all.
    part : CapabilitiesPage
        The folder whose layers to describe, and how many to leave out.
    """

    sections: frozenset[str] = frozenset(SECTIONS)
    media_type: str = "application/xml"
    update_sequence: int | None = None
    layers: tuple[str, ...] = ()
    part: CapabilitiesPage = WHOLE


@dataclass(frozen=True, slots=True, kw_only=True)
class TileRequest:
    """A request for a tile, or the part of a feature request that names the tile.

    Parameters
    ----------
    layer, style : str
        Identifiers.
    format : str
        Media type.
    tile_matrix_set, tile_matrix : str
        Identifiers.
    tile_row, tile_col : int
        Counted from the top left, not yet known to exist.
    dimensions : tuple of (str, str)
        Identifier and value.
    positional : tuple of str
        Values of the layer's dimensions in its own order, from a path.
    options : tuple of (str, str)
        View keys beside the dimensions, which override the style.
    """

    layer: str
    style: str
    format: str
    tile_matrix_set: str
    tile_matrix: str
    tile_row: int
    tile_col: int
    dimensions: tuple[tuple[str, str], ...] = ()
    positional: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureInfoRequest:
    """A request for information about one pixel of a tile.

    Parameters
    ----------
    tile : TileRequest
        The tile.
    i, j : int
        Column and row within it, from its top left, not yet known to lie within.
    info_format : str
        Media type.
    """

    tile: TileRequest
    i: int
    j: int
    info_format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendRequest:
    """A request for the legend of a layer in a style.

    Parameters
    ----------
    layer, style : str
        Identifiers.
    dimensions, options : tuple of (str, str)
        As of tiles.
    """

    layer: str
    style: str
    dimensions: tuple[tuple[str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = ()


class KvpParameters:
    """Key-value pairs of a query; names without regard to case, the first of equal names counts."""

    def __init__(self, query: str) -> None:
        self.pairs = tuple(
            (name.lower(), value) for name, value in parse_qsl(query, keep_blank_values=True)
        )
        self._values = dict(reversed(self.pairs))

    def get(self, name: str) -> str | None:
        """Value of a parameter; None where it is absent or empty."""
        return self._values.get(name.lower()) or None

    def required(self, name: str) -> str:
        """Value of a mandatory parameter."""
        value = self.get(name)
        if value is None:
            raise missing(name)
        return value

    def integer(self, name: str) -> int:
        """Value of a mandatory parameter, an integer of any size."""
        return read_integer(self.required(name), name)

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """View keys other than dimensions, an empty value left out."""
        return tuple(
            (name, value)
            for name, value in self.pairs
            if name in VIEW_KEYS and name.upper() not in IDENTIFIERS and value
        )

    @property
    def dimensions(self) -> tuple[tuple[str, str], ...]:
        """Dimensions given, an empty value left out."""
        given = ((identifier, self.get(identifier)) for identifier in IDENTIFIERS)
        return tuple((identifier, value) for identifier, value in given if value is not None)


def operation(parameters: KvpParameters) -> str:
    """Name of the operation that a query asks of us."""
    service = parameters.required("service")
    if service.upper() != "WMTS":
        raise invalid("service", service, "expected WMTS")
    request = parameters.required("request")
    for name in OPERATIONS:
        if name.lower() == request.lower():
            return name
    raise invalid("request", request, f"expected {', '.join(OPERATIONS)}")


def capabilities_request(
    parameters: KvpParameters, folder: str | None = None
) -> CapabilitiesRequest:
    """Read a GetCapabilities request (OWS Common 1.1.0, section 7.2).

    Parameters
    ----------
    parameters : KvpParameters
        Of the query.
    folder : str, optional
        From the path; the query's `prefix` does not count then.
    """
    versions = parameters.get("AcceptVersions")
    if versions is not None and VERSION not in _list(versions):
        message = f"AcceptVersions={versions!r} is invalid; expected {VERSION}."
        raise OwsError("VersionNegotiationFailed", message)
    accepted = _list(parameters.get("AcceptFormats") or "")
    known = (media for media in accepted if media in {"application/xml", "text/xml"})
    return CapabilitiesRequest(
        sections=_sections(parameters),
        # Unknown formats are not an error: the server answers in its own (table 3).
        media_type=next(known, "application/xml"),
        update_sequence=_sequence(parameters.get("updateSequence") or ""),
        layers=_layers(parameters),
        part=_part(parameters, folder),
    )


def tile_request(parameters: KvpParameters) -> TileRequest:
    """Read the parameters of a GetTile request, which GetFeatureInfo has too."""
    version = parameters.required("version")
    if version != VERSION:
        raise invalid("version", version, f"expected {VERSION}")
    layer = parameters.required("layer")
    style = parameters.required("Style")
    media = parameters.required("format")
    if media not in TILE_FORMATS:
        raise invalid("format", media, f"expected {', '.join(TILE_FORMATS)}")
    return TileRequest(
        layer=layer,
        style=style,
        format=media,
        tile_matrix_set=parameters.required("TileMatrixSet"),
        tile_matrix=parameters.required("TileMatrix"),
        tile_row=parameters.integer("TileRow"),
        tile_col=parameters.integer("TileCol"),
        dimensions=parameters.dimensions,
        options=parameters.options,
    )


def feature_info_request(parameters: KvpParameters) -> FeatureInfoRequest:
    """Read a GetFeatureInfo request."""
    tile = tile_request(parameters)
    i, j = parameters.integer("I"), parameters.integer("J")
    media = parameters.required("InfoFormat")
    if media not in INFO_FORMATS:
        raise invalid("InfoFormat", media, f"expected {', '.join(INFO_FORMATS)}")
    return FeatureInfoRequest(tile=tile, i=i, j=j, info_format=media)


def dimension_values(request: TileRequest, orders: Sequence[Sequence[str]]) -> dict[str, str]:
    """Merge a path's dimensions with those of its query, which take precedence.

    Parameters
    ----------
    request : TileRequest
        Where they are given.
    orders : sequence of sequences of str
        Identifiers of the layer's dimensions in the orders that a path may have, each of another
        length; the advertised order first.

    Raises
    ------
    OwsError
        If the path has another number of dimensions.
    """
    count = len(request.positional)
    order = next((order for order in orders if len(order) == count), None)
    if count and order is None:
        message = f"The layer has {len(orders[0])} dimensions, the path {count}."
        raise OwsError("InvalidParameterValue", message, "layer")
    given = (*zip(order or (), request.positional, strict=False), *request.dimensions)
    # QGIS leaves the template's placeholder in the path where it has no value.
    return {
        name: value
        for name, value in given
        if value.lower() not in {DEFAULT, f"{{{name.lower()}}}"}
    }


def _part(parameters: KvpParameters, folder: str | None) -> CapabilitiesPage:
    prefix = (parameters.get("prefix") or "") if folder is None else folder
    offset = read_integer(parameters.get("offset") or "0", "offset", 0, MOST_OFFSET)
    return CapabilitiesPage(f"{prefix.strip('/')}/" if prefix.strip("/") else "", offset)


def _sequence(text: str) -> int | None:
    """Read a version; anything else cannot be one of ours, so that the client gets a document."""
    return int(text) if re.fullmatch("[0-9]{1,32}", text) else None


def _list(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _sections(parameters: KvpParameters) -> frozenset[str]:
    if not any(name == "sections" for name, _ in parameters.pairs):
        return frozenset(SECTIONS)
    known = {name.lower(): name for name in SECTIONS}
    wanted = [name.lower() for name in _list(parameters.required("sections"))]
    for name in wanted:
        if name != "all" and name not in known:
            raise invalid("sections", name, f"expected {', '.join(SECTIONS)} or All")
    return frozenset(SECTIONS if "all" in wanted else (known[name] for name in wanted))


def _layers(parameters: KvpParameters) -> tuple[str, ...]:
    """Layers to restrict the document to.

    A view holds commas, so ``layer`` is one identifier as it stands and may be repeated, and the
    identifiers of the list ``layers`` are percent-encoded once more.
    """
    found = [value for name, value in parameters.pairs if name == "layer" and value]
    for name, value in parameters.pairs:
        if name == "layers":
            found += [unquote(item) for item in _list(value)]
    return tuple(dict.fromkeys(found))
