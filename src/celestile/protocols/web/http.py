"""Parts of HTTP that all protocols share: addresses, conditional requests, caching."""

from collections.abc import Awaitable, Callable
from hashlib import blake2b

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from celestile.service.service import ProvisionalPicture

Headers = tuple[tuple[bytes, bytes], ...]
"""As ASGI has them: names in lower case."""


class _Rest(Convertor[str]):
    """The rest of a path, line breaks included; Starlette's own converter stops at one."""

    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("rest", _Rest())


class Endpoint:
    """A function that answers requests, as an ASGI application.

    Starlette would wrap such a function itself, and handle errors a second time.

    Parameters
    ----------
    respond : callable
        Takes a request and returns a response.
    """

    def __init__(self, respond: Callable[[Request], Awaitable[Response]]) -> None:
        self._respond = respond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        response = await self._respond(Request(scope))
        await response(scope, receive, send)


class PictureResponse(Response):
    """A response whose headers are bytes already: nothing is encoded for each tile.

    Parameters
    ----------
    body : bytes
        The picture.
    headers : tuple
        All but the length.
    status : int
        200, or 304 without a body.
    """

    def __init__(self, body: bytes, headers: Headers, status: int = 200) -> None:
        self.status_code = status
        self.body = body
        self.background = None
        self.raw_headers = list(headers)
        if status != 304:
            self.raw_headers.append((b"content-length", b"%d" % len(body)))


def base_url(request: Request) -> str:
    """Public address of the server: scheme, host and root path, without a trailing slash."""
    scope = request.scope
    root_path = str(scope.get("root_path", "")).rstrip("/")
    # Starlette's URL object takes longer to make than a small tile to encode.
    for name, value in scope["headers"]:
        if name == b"host":
            return f"{scope['scheme']}://{value.decode('latin-1')}{root_path}"
    return f"{request.url.scheme}://{request.url.netloc}{root_path}"


def raw_path(request: Request) -> str:
    """Path below the root path as it was sent: percent-encoded, starting with a slash.

    Identifiers hold encoded slashes, which the decoded path no longer distinguishes from its own.
    """
    raw = request.scope.get("raw_path") or request.scope["path"].encode()
    # Servers disagree on whether the raw path carries the query.
    path: str = raw.split(b"?", 1)[0].decode("ascii", "replace")
    root_path = str(request.scope.get("root_path", "")).rstrip("/")
    if root_path and path.startswith(f"{root_path}/"):
        path = path[len(root_path) :]
    return path


def caching(etag: str, max_age: int) -> dict[str, str]:
    """Headers of a response that may be cached and revalidated."""
    return {"ETag": etag, "Cache-Control": f"public, max-age={max_age}"}


def picture_headers(body: bytes, etag: str, max_age: int) -> dict[str, str]:
    """Headers of a picture; a provisional one must not be cached."""
    if isinstance(body, ProvisionalPicture):
        return {"Cache-Control": "no-store"}
    return caching(etag, max_age)


def not_modified(request: Request, etag: str, max_age: int = 0) -> Response | None:
    """Answer 304 if the client's copy is current, else None."""
    if has_current_copy(request, etag):
        return Response(status_code=304, headers=caching(etag, max_age))
    return None


def document_response(
    request: Request,
    body: bytes,
    media_type: str,
    max_age: int = 0,
    *,
    vary: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Send a document, or 304 if the client's copy is current.

    The entity tag comes from the bytes, so that it depends on all that they depend on.

    Parameters
    ----------
    request : Request
        Its conditions are evaluated.
    body : bytes
        The document.
    media_type : str
        Of the document.
    max_age : int
        Seconds that clients may keep it without asking.
    vary : str, optional
        Request header that the document depends on.
    headers : dict of str to str, optional
        More headers of a document that is sent.
    """
    digest = blake2b(body, digest_size=16)
    digest.update(media_type.encode())
    etag = f'"{digest.hexdigest()}"'
    response = not_modified(request, etag, max_age)
    if response is None:
        sent = {**caching(etag, max_age), **(headers or {})}
        response = Response(body, headers=sent, media_type=media_type)
    if vary is not None:
        response.headers["Vary"] = vary
    return response


async def picture_response(
    request: Request,
    etag: str,
    media_type: str,
    max_age: int,
    draw: Callable[[], Awaitable[bytes]],
) -> Response:
    """Send a picture, or 304 without drawing it if the client's copy is current."""
    response = not_modified(request, etag, max_age)
    if response is None:
        body = await draw()
        headers = picture_headers(body, etag, max_age)
        response = Response(body, headers=headers, media_type=media_type)
    return response


def has_current_copy(request: Request, etag: str) -> bool:
    """Whether the client has a current copy (RFC 9110, section 13.1.2)."""
    for name, value in request.scope["headers"]:
        if name == b"if-none-match":
            # A proxy that compresses may have made our tag a weak one; they compare as equal here.
            sent = value.decode("latin-1").split(",")
            tags = {tag.strip().removeprefix("W/") for tag in sent}
            return etag in tags or "*" in tags
    return False
