"""Download of FITS files, if the operator allows it."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from celestile.errors import ForbiddenError, SourceChangedError
from celestile.protocols.web.http import not_modified
from celestile.protocols.web.media_types import fits_media_type
from celestile.service.service import Service
from celestile.views.canonical import concrete
from celestile.views.view import Pick, View


async def fits_file(service: Service, request: Request, identifier: str, view: View) -> Response:
    """Send the file that a plane comes from, whole or in ranges (RFC 9110, section 14).

    Raises
    ------
    ForbiddenError
        If the operator does not allow it.
    UnknownImageError, UnservableImageError, RequestError
        If the image or the plane does not exist.
    SourceChangedError
        If the file has disappeared.
    """
    if not service.options.download:
        raise ForbiddenError("this server does not allow downloads of FITS files")
    named = service.named(identifier, view)
    image = await service.open(identifier, named.hdu, named.cfa)
    asked = concrete(image, named)
    frame, channel = _first(asked.frame), _first(asked.channel)
    path = await service.run(lambda: service.library.original(identifier, frame, channel))
    try:
        status = await service.run(path.stat)
    except OSError as error:
        raise SourceChangedError(f"the file of image {identifier!r} is gone") from error
    response = FileResponse(
        path,
        media_type=fits_media_type(path),
        filename=path.name,
        stat_result=status,
        headers={"Cache-Control": "no-cache"},
    )
    return not_modified(request, response.headers["etag"]) or response


def _first(pick: Pick | None) -> int:
    return pick.first if pick is not None and isinstance(pick.first, int) else 1
