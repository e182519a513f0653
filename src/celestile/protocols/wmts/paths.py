"""Requests by path: the RESTful encoding (OGC 07-057r7, section 10)."""

from urllib.parse import unquote

from celestile.protocols.web.numbers import read_integer
from celestile.protocols.wmts.pages import DOCUMENT
from celestile.protocols.wmts.parameters import (
    INFO_FORMATS,
    TILE_FORMATS,
    FeatureInfoRequest,
    KvpParameters,
    LegendRequest,
    TileRequest,
)

_TILE_EXTENSIONS = {name: media for media, name in TILE_FORMATS.items()} | {"jpeg": "image/jpeg"}
LEGEND = "legend.png"
_INFO_EXTENSIONS = {name: media for media, name in INFO_FORMATS.items()}


def folder_of(path: str, slash: str | None = None) -> str | None:
    """Folder of the capabilities at a path below the version; None if it is another resource."""
    before, _, name = path.rpartition("/")
    if name != DOCUMENT:
        return None
    folder = unquote(before.removeprefix("/"))
    return folder.replace(slash, "/") if slash else folder


def path_request(
    path: str, parameters: KvpParameters, slash: str | None = None
) -> TileRequest | FeatureInfoRequest | LegendRequest | None:
    """Read a RESTful address.

    Parameters
    ----------
    path : str
        Percent-encoded: ``{layer}/{Style}/{dimensions…}/{TileMatrixSet}/{TileMatrix}/{TileRow}/``
        ``{TileCol}.{extension}``, for features with ``/{J}/{I}`` before the extension; for legends
        ``{layer}/{Style}/legend.png``.
    parameters : KvpParameters
        Of the query: view keys, and dimensions that the path leaves out.
    slash : str, optional
        Substitute for a slash in an identifier, for proxies that refuse ``%2F``.

    Returns
    -------
    TileRequest, FeatureInfoRequest, LegendRequest or None
        None if the path has another form.
    """
    stem, dot, extension = path.rpartition(".")
    segments = [unquote(segment) for segment in stem.split("/")]
    if not dot or "" in segments:
        return None
    if slash:
        segments[0] = segments[0].replace(slash, "/")
    if len(segments) == 3 and path.endswith(f"/{LEGEND}"):
        return _path_legend(segments[0], segments[1], parameters)
    if extension in _TILE_EXTENSIONS and len(segments) >= 6:
        return _path_tile(segments, _TILE_EXTENSIONS[extension], parameters)
    if extension in _INFO_EXTENSIONS and len(segments) >= 8:
        *tile, j, i = segments
        return FeatureInfoRequest(
            tile=_path_tile(tile, "image/png", parameters),
            i=read_integer(i, "I"),
            j=read_integer(j, "J"),
            info_format=_INFO_EXTENSIONS[extension],
        )
    return None


def _path_legend(layer: str, style: str, parameters: KvpParameters) -> LegendRequest:
    return LegendRequest(
        layer=layer,
        style=style,
        dimensions=parameters.dimensions,
        options=parameters.options,
    )


def _path_tile(segments: list[str], media: str, parameters: KvpParameters) -> TileRequest:
    layer, style, *positional, matrix_set, matrix, row, column = segments
    return TileRequest(
        layer=layer,
        style=style,
        format=media,
        tile_matrix_set=matrix_set,
        tile_matrix=matrix,
        tile_row=read_integer(row, "TileRow"),
        tile_col=read_integer(column, "TileCol"),
        positional=tuple(positional),
        dimensions=parameters.dimensions,
        options=parameters.options,
    )
