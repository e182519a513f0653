"""Everything that can go wrong, named by whose fault it is.

Messages are one sentence each and are shown to clients as they are: they never contain a path of
the server's disk. HTTP statuses are given in `celestile.protocols.web.statuses`, not here.
"""


class CelestileError(Exception):
    """Base of all errors that Celestile raises on purpose."""


class RequestError(CelestileError):
    """The client asked for something that makes no sense.

    Parameters
    ----------
    message : str
        What was wrong and what is allowed, in one sentence.
    parameter : str, optional
        Name of the parameter at fault, as its protocol spells it.
    """

    def __init__(self, message: str, parameter: str | None = None) -> None:
        super().__init__(message)
        self.parameter = parameter


class UnsupportedFeatureError(RequestError):
    """The request is well formed but asks for something that is not offered."""


class MissingParameterError(RequestError):
    """A mandatory parameter is absent."""


class OutOfRangeError(RequestError):
    """A pixel, tile, frame or channel lies outside the image."""


class ForbiddenError(CelestileError):
    """The operator does not allow what is asked for."""


class UnknownImageError(CelestileError):
    """No image goes by that identifier."""


class UnservableImageError(CelestileError):
    """A file is there, but no image can be made of it: not FITS, truncated, tables only."""


class SourceChangedError(CelestileError):
    """A file changed, shrank or vanished while it was being read."""


class StorageError(CelestileError):
    """The pyramid cache cannot be written or read: disk full, directory gone, no permission."""


class SettingsError(CelestileError):
    """The configuration file or a command line flag is wrong; names the key and the reason."""


def shortened(text: str, most: int = 80) -> str:
    """Cut a text of a request that is too long to be quoted in an error."""
    return text if len(text) <= most else f"{text[:most]}…"
