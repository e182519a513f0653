"""Identifiers as one segment of a URL: encoded one way everywhere, decoded once."""

import re
from functools import lru_cache
from urllib.parse import quote, unquote

from celestile.errors import UnknownImageError
from celestile.protocols.view import View, join_identifier, split_identifier

# Beside letters, digits and "-._~". These are legal in a segment (RFC 3986, section 3.3) and keep a
# view readable; the Image API asks that "/?#[]@%" be encoded.
SAFE = ";=,:"


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
    bare = identifier.replace("/", substitute) if substitute else identifier
    return quote(join_identifier(bare, view or View()), safe=SAFE)


@lru_cache(maxsize=4096)
def read_segment(segment: str, substitute: str | None = None) -> tuple[str, View]:
    """Split a segment as it was sent into identifier and view.

    Raises
    ------
    UnknownImageError
        If it is no text at all.
    RequestError
        If the view is wrong.
    """
    identifier, view = split_identifier(_decode(segment))
    return (identifier.replace(substitute, "/") if substitute else identifier), view


def _decode(segment: str) -> str:
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError as error:
        raise UnknownImageError("the identifier is not UTF-8, percent-encoded") from error


def file_name(identifier: str, extension: str) -> str:
    """Name to save a picture under: the identifier's last part, in ASCII, with its new ending."""
    stem = identifier.rpartition("/")[2].partition(".")[0]
    return f"{re.sub(r'[^A-Za-z0-9_-]+', '_', stem) or 'image'}.{extension}"
