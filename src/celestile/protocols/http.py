"""What all protocols share of HTTP: addresses, conditional requests, caching."""

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response

from celestile.protocols.service import ProvisionalPicture


class _Rest(Convertor[str]):
    """The rest of a path, whatever is in it; Starlette's own stops at the end of a line."""

    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("rest", _Rest())


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

    Identifiers hold encoded slashes, which the decoded path no longer tells from its own.
    """
    raw = request.scope.get("raw_path") or request.scope["path"].encode()
    # Servers disagree on whether the raw path carries the query.
    path: str = raw.split(b"?", 1)[0].decode("ascii", "replace")
    root_path = str(request.scope.get("root_path", "")).rstrip("/")
    if root_path and path.startswith(f"{root_path}/"):
        path = path[len(root_path) :]
    return path


def caching(etag: str, max_age: int) -> dict[str, str]:
    """Headers of a response that may be kept and asked about again."""
    return {"ETag": etag, "Cache-Control": f"public, max-age={max_age}"}


def picture_headers(body: bytes, etag: str, max_age: int) -> dict[str, str]:
    """Headers of a picture: a provisional one is not to be kept by anybody."""
    if isinstance(body, ProvisionalPicture):
        return {"Cache-Control": "no-store"}
    return caching(etag, max_age)


def not_modified(request: Request, etag: str, max_age: int = 0) -> Response | None:
    """Answer 304 if the client's copy is current (RFC 9110, section 13.1.2), else None."""
    sent = request.headers.get("if-none-match")
    if sent is None:
        return None
    # A proxy that compresses may have made our tag a weak one; they compare as equal here.
    tags = {tag.strip().removeprefix("W/") for tag in sent.split(",")}
    if etag in tags or "*" in tags:
        return Response(status_code=304, headers=caching(etag, max_age))
    return None
