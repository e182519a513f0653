"""Encoding of a response: by the parameter ``f``, else by the ``Accept`` header."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from celestile.protocols.ogcapi.problems import ProblemError
from celestile.protocols.web import media_types
from celestile.protocols.web.accept import weight

JSON = "application/json"
HTML = "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding on offer.

    Parameters
    ----------
    name : str
        Value of ``f``.
    media_type : str
        As in ``Accept`` and ``Content-Type``.
    """

    name: str
    media_type: str


DOCUMENTS = (Encoding("json", JSON), Encoding("html", HTML))
DEFINITIONS = (Encoding("json", OPENAPI), Encoding("json", JSON), Encoding("html", HTML))
MATRIX_SETS = (*DOCUMENTS, Encoding("json1", JSON))
"""The last one is JSON that version 1.0 of the standard and GDAL 3.6 understand, too."""
PICTURES = tuple(Encoding(ending, media_types.PICTURES[ending]) for ending in media_types.TILES)
_ALIASES: Mapping[str, str] = {"jpeg": "jpg"}


def choose(encodings: Sequence[Encoding], asked: str | None, accept: str | None) -> Encoding:
    """Choose among encodings; of those with equal weight, the first.

    Parameters
    ----------
    encodings : sequence of Encoding
        In order of our own preference.
    asked : str or None
        The parameter ``f``: a name or a media type. It overrides the header.
    accept : str or None
        The header.

    Raises
    ------
    ProblemError
        400 for an unknown ``f``, 406 if no encoding is acceptable.
    """
    if asked is not None:
        name = _ALIASES.get(asked, asked)
        for encoding in encodings:
            if name in (encoding.name, encoding.media_type):
                return encoding
        names = ", ".join(dict.fromkeys(encoding.name for encoding in encodings))
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"f={asked} is invalid; expected {names}", "f")
    best = max(encodings, key=lambda encoding: weight(accept, encoding.media_type))
    if not weight(accept, best.media_type):
        names = ", ".join(encoding.media_type for encoding in encodings)
        message = f"the Accept header excludes every format; expected one of {names}"
        raise ProblemError(HTTPStatus.NOT_ACCEPTABLE, message)
    return best
