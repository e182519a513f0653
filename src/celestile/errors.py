"""All errors of Celestile, named after their cause.

Each message is one sentence and is shown to clients unchanged, so it must never contain a path on
the server's disk. `celestile.protocols.web.statuses` maps these errors to HTTP statuses.
"""


class CelestileError(Exception):
    """Base class of all errors that Celestile raises."""


class RequestError(CelestileError):
    """The request of the client is invalid.

    Parameters
    ----------
    message : str
        What was wrong and what is allowed, in one sentence.
    parameter : str, optional
        Name of the invalid parameter, as its protocol spells it.
    """

    def __init__(self, message: str, parameter: str | None = None) -> None:
        super().__init__(message)
        self.parameter = parameter


class UnsupportedFeatureError(RequestError):
    """The request is valid, but asks for a feature that is not supported."""


class MissingParameterError(RequestError):
    """A mandatory parameter is absent."""


class OutOfRangeError(RequestError):
    """A pixel, tile, frame or channel lies outside the image."""


class ForbiddenError(CelestileError):
    """The operator does not allow the request."""


class UnknownImageError(CelestileError):
    """There is no image with this identifier."""


class UnservableImageError(CelestileError):
    """A file exists but cannot be served as an image: not FITS, truncated, only tables."""


class SourceChangedError(CelestileError):
    """A file changed, shrank or disappeared while it was being read."""


class StorageError(CelestileError):
    """The pyramid cache cannot be written or read: disk full, directory gone, no permission."""


class BusyError(CelestileError):
    """Newer requests of the same kind displaced this one; it can be repeated."""


class ResolverError(CelestileError):
    """The operator's name resolver does not answer as it should."""


class SettingsError(CelestileError):
    """The settings file or a command-line option is invalid; names the key and the reason."""


def shortened(text: str, most: int = 80) -> str:
    """Cut a text of a request that is too long to be quoted in an error."""
    return text if len(text) <= most else f"{text[:most]}…"
