"""The FITS files themselves, where the operator lets them go."""

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
        If there is no such image, or it has no such plane.
    SourceChangedError
        If the file has just gone.
    """
    if not service.options.download:
        raise ForbiddenError("this server does not hand out its FITS files, only pictures of them")
    named = service.named(identifier, view)
    image = await service.open(identifier, named.hdu)
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
