"""Errors as problem details (RFC 9457)."""

from http import HTTPStatus

import orjson
from starlette.responses import Response

from celestile.errors import CelestileError
from celestile.protocols.web.statuses import status_of

MEDIA_TYPE = "application/problem+json"


class ProblemError(CelestileError):
    """An error with its HTTP status.

    Parameters
    ----------
    status : int
        HTTP status.
    message : str
        One sentence for people.
    parameter : str or None
        Name of the query parameter at fault.
    """

    def __init__(self, status: int, message: str, parameter: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.parameter = parameter


def translate(error: CelestileError) -> ProblemError:
    """Add the HTTP status to an error."""
    if isinstance(error, ProblemError):
        return error
    return ProblemError(status_of(error), str(error), getattr(error, "parameter", None))


def respond(problem: ProblemError) -> Response:
    """Write the problem document."""
    document = {
        # "about:blank": the problem has no meaning beyond that of its status.
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": int(problem.status),
        "detail": str(problem).encode(errors="replace").decode(),
    }
    if problem.parameter is not None:
        document["parameter"] = problem.parameter
    headers = {"Cache-Control": "no-store"}
    if problem.status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = "GET, HEAD, OPTIONS"
    return Response(orjson.dumps(document), problem.status, headers, media_type=MEDIA_TYPE)
