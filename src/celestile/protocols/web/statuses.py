"""HTTP statuses of errors: the one table, for all protocols."""

from http import HTTPStatus

from celestile.errors import (
    BusyError,
    CelestileError,
    ForbiddenError,
    RequestError,
    ResolverError,
    SourceChangedError,
    StorageError,
    UnknownImageError,
    UnservableImageError,
    UnsupportedFeatureError,
)

_STATUSES: tuple[tuple[type[CelestileError], HTTPStatus], ...] = (
    (UnsupportedFeatureError, HTTPStatus.NOT_IMPLEMENTED),
    (RequestError, HTTPStatus.BAD_REQUEST),
    (ForbiddenError, HTTPStatus.FORBIDDEN),
    (UnknownImageError, HTTPStatus.NOT_FOUND),
    (UnservableImageError, HTTPStatus.NOT_FOUND),
    (SourceChangedError, HTTPStatus.SERVICE_UNAVAILABLE),
    (ResolverError, HTTPStatus.BAD_GATEWAY),
    (StorageError, HTTPStatus.SERVICE_UNAVAILABLE),
    (BusyError, HTTPStatus.SERVICE_UNAVAILABLE),
)
"""The first class that an error is an instance of decides."""


def status_of(error: CelestileError) -> HTTPStatus:
    """HTTP status of an error; 500 if no class in the table fits."""
    return next(
        (status for kind, status in _STATUSES if isinstance(error, kind)),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )
