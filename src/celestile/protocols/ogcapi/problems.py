"""What goes wrong, as problem details (RFC 9457) say it."""

from http import HTTPStatus

import orjson
from starlette.responses import Response

from celestile.errors import (
    CelestileError,
    RequestError,
    SourceChangedError,
    StorageError,
    UnknownImageError,
    UnservableImageError,
    UnsupportedFeatureError,
)

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
    """Give any of our errors its status."""
    match error:
        case ProblemError():
            return error
        case UnknownImageError() | UnservableImageError():
            status = HTTPStatus.NOT_FOUND
        case UnsupportedFeatureError():
            status = HTTPStatus.NOT_IMPLEMENTED
        case RequestError():
            return ProblemError(HTTPStatus.BAD_REQUEST, str(error), error.parameter)
        case SourceChangedError() | StorageError():
            status = HTTPStatus.SERVICE_UNAVAILABLE
        case _:
            status = HTTPStatus.INTERNAL_SERVER_ERROR
    return ProblemError(status, str(error))


def respond(problem: ProblemError) -> Response:
    """Write the problem document."""
    document = {
        # "about:blank": the problem has no more to it than its status says.
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
