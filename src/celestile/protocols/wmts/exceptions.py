"""Errors as exception reports of OWS Common 1.1.0 (OGC 06-121r3, section 8)."""

from celestile.errors import (
    CelestileError,
    MissingParameterError,
    RequestError,
    UnknownImageError,
    UnservableImageError,
    UnsupportedFeatureError,
    shortened,
)
from celestile.protocols.web.statuses import status_of
from celestile.protocols.wmts.markup import OWS, XSI, add, element, serialize

MEDIA_TYPE = "application/xml"
_SCHEMA = "http://schemas.opengis.net/ows/1.1.0/owsExceptionReport.xsd"

# View keys that are dimensions: WMTS compares parameter names without regard to case, so that the
# key and the dimension are one parameter; locators spell it as the capabilities do.
_LOCATORS = {"frame": "FRAME", "channel": "CHANNEL", "stokes": "STOKES"}

# Parameters in the path of a RESTful address: a value that does not exist is a missing resource.
_IN_PATH = frozenset(
    {
        "layer", "Style", "format", "InfoFormat", "TileMatrixSet", "TileMatrix", "TileRow",
        "TileCol", "I", "J", "FRAME", "TIME", "CHANNEL", "STOKES", "prefix",
    }
)  # fmt: skip


class OwsError(CelestileError):
    """An error with its exception code.

    Parameters
    ----------
    code : str
        Exception code: ``InvalidParameterValue``…
    message : str
        One sentence for people.
    locator : str or None
        Name of the parameter at fault.
    status : int
        HTTP status (OGC 07-057r7, table 24).
    """

    def __init__(
        self, code: str, message: str, locator: str | None = None, status: int = 400
    ) -> None:
        super().__init__(message)
        self.code = code
        self.locator = locator
        self.status = status


def missing(name: str) -> OwsError:
    """Error for a mandatory parameter that is absent or empty."""
    return OwsError("MissingParameterValue", f"The parameter {name} is missing.", name)


def invalid(name: str, value: str, allowed: str) -> OwsError:
    """Error for a parameter's value, with the words for what is expected."""
    message = f"{name}={shortened(value)!r} is invalid; {allowed}."
    return OwsError("InvalidParameterValue", message, name)


def translate(error: CelestileError) -> OwsError:
    """Translate an error to the exception codes of the standard."""
    message = str(error)
    match error:
        case OwsError():
            return error
        case UnknownImageError() | UnservableImageError():
            # A layer is a parameter; for its value OGC 07-057r7, table 24, has 400.
            return OwsError("InvalidParameterValue", message, "layer")
        case UnsupportedFeatureError():
            code = "OptionNotSupported"
        case MissingParameterError():
            code = "MissingParameterValue"
        case RequestError():
            code = "InvalidParameterValue"
        case _:
            code = "NoApplicableCode"
    locator = locator_of(error) if isinstance(error, RequestError) else None
    return OwsError(code, message, locator, status_of(error))


def locator_of(error: RequestError) -> str | None:
    """Name of the parameter at fault, as the capabilities spell it."""
    return _LOCATORS.get(error.parameter, error.parameter) if error.parameter else None


def rest_status(error: OwsError) -> int:
    """HTTP status under the RESTful encoding, where the path names a resource."""
    return 404 if error.status == 400 and error.locator in _IN_PATH else error.status


def report(error: OwsError) -> bytes:
    """Write the ExceptionReport document."""
    root = element(
        "ExceptionReport",
        {
            "xmlns": OWS,
            "xmlns:xsi": XSI,
            "xsi:schemaLocation": f"{OWS} {_SCHEMA}",
            "version": "1.1.0",
            "xml:lang": "en",
        },
    )
    attributes = {"exceptionCode": error.code}
    if error.locator is not None:
        attributes["locator"] = error.locator
    add(add(root, "Exception", attributes=attributes), "ExceptionText", str(error))
    return serialize(root)
