"""Identifiers as one segment of a URL: encoded one way everywhere, decoded once."""

import re
from functools import lru_cache
from urllib.parse import quote, unquote

from starlette.requests import Request

from celestile.errors import UnknownImageError
from celestile.views.view import (
    AUTOMATIC,
    VIEW_KEYS,
    View,
    canonical,
    join_identifier,
    overlay,
    split_identifier,
    view_from_pairs,
)

# Beside letters, digits and "-._~". These are legal in a segment (RFC 3986, section 3.3) and keep a
# view readable; the Image API asks that "/?#[]@%" be encoded.
SAFE = ";=,:"
_SAFE_TEXT = re.compile(rf"[A-Za-z0-9._~{SAFE}-]*")


def normalize_segment(segment: str) -> str:
    """Write a segment as it was sent with just those characters encoded that have to be."""
    return quote(_decode(segment), safe=SAFE)


@lru_cache(maxsize=4096)
def encode_identifier(
    identifier: str, view: View | None = None, substitute: str | None = None
) -> str:
    """Write an identifier and its view as a segment.

    Parameters
    ----------
    identifier : str
        As the library takes it.
    view : View, optional
        Put behind it in its canonical form.
    substitute : str, optional
        Characters that stand for a slash, for proxies that refuse an encoded one.
    """
    bare = _encode_bare(identifier.replace("/", substitute) if substitute else identifier)
    suffix = canonical(view) if view else ""
    if not _SAFE_TEXT.fullmatch(suffix):
        suffix = quote(suffix, safe=SAFE)
    return f"{bare};{suffix}" if suffix else bare


@lru_cache(maxsize=4096)
def _encode_bare(identifier: str) -> str:
    return quote(join_identifier(identifier, AUTOMATIC), safe=SAFE)


@lru_cache(maxsize=4096)
def read_segment(segment: str, substitute: str | None = None) -> tuple[str, View]:
    """Split a segment as it was sent into identifier and view.

    Raises
    ------
    UnknownImageError
        If it is not UTF-8.
    RequestError
        If the view is wrong.
    """
    identifier, view = split_identifier(_decode(segment))
    return (identifier.replace(substitute, "/") if substitute else identifier), view


def read_request(request: Request, segment: str, substitute: str | None) -> tuple[str, View, bool]:
    """Return identifier, view, and whether the query changed it; errors as `read_segment`."""
    identifier, view = read_segment(segment, substitute)
    if not request.scope["query_string"]:
        return identifier, view, False
    asked = query_view(request)
    return identifier, overlay(view, asked), asked != View()


def query_view(request: Request) -> View:
    """Read the view in a query; errors as `parse_view`."""
    pairs = request.query_params.multi_items()
    return view_from_pairs(pair for pair in pairs if pair[0] in VIEW_KEYS)


def _decode(segment: str) -> str:
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError as error:
        raise UnknownImageError("the identifier is not UTF-8, percent-encoded") from error


@lru_cache(maxsize=1024)
def file_name(identifier: str) -> str:
    """Name to save a picture under, without its ending: the identifier's last part, in ASCII."""
    stem = identifier.rpartition("/")[2].partition(".")[0]
    return re.sub(r"[^A-Za-z0-9_-]+", "_", stem) or "image"
