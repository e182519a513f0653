"""Plain ASGI middleware: the Host header, CORS, OPTIONS, and forwarded headers of proxies."""

import ipaddress
import re
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from functools import lru_cache
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = b"GET, HEAD, OPTIONS"
_METHOD_NOT_ALLOWED = 405
_EXPOSED = b"Link, ETag, Content-Type, Content-Disposition"


class AccessHeaders:
    """Lets pages of other origins read the responses (the Fetch standard's CORS protocol).

    Parameters
    ----------
    app : ASGIApp
        The application that responds.
    origins : sequence of str
        Origins that may read; ``*`` for all.
    statuses : mutable mapping of int to int, optional
        Counts the responses by status.
    failure : callable, optional
        Makes the response to a request at which the application raised. Starlette's own handler is
        outside of all middleware: its response would lack the headers, and would not be counted.
    """

    def __init__(
        self,
        app: ASGIApp,
        origins: Sequence[str] = ("*",),
        statuses: MutableMapping[int, int] | None = None,
        failure: Callable[[Request], Awaitable[Response]] | None = None,
    ) -> None:
        self._app = app
        self._statuses = {} if statuses is None else statuses
        self._failure = failure
        self._everybody = "*" in origins
        self._origins = {origin.encode() for origin in origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer OPTIONS, and add the headers to everything else."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = self._headers(scope)
        has_started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_started
            if message["type"] == "http.response.start":
                has_started = True
                status = message["status"]
                sent = message["headers"]
                if status == _METHOD_NOT_ALLOWED:
                    sent = [*map(_with_options, sent)]
                message["headers"] = [*sent, *headers]
                self._statuses[status] = self._statuses.get(status, 0) + 1
            await send(message)

        if scope["method"] == "OPTIONS":
            await _options(scope, send_with_headers)
            return
        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            if self._failure is not None and not has_started:
                response = await self._failure(Request(scope))
                await response(scope, receive, send_with_headers)
            raise  # the HTTP server logs it

    def _headers(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        exposed = (b"access-control-expose-headers", _EXPOSED)
        if self._everybody:
            return [(b"access-control-allow-origin", b"*"), exposed]
        vary = (b"vary", b"Origin")
        origin = next((value for name, value in scope["headers"] if name == b"origin"), b"")
        if origin in self._origins:
            return [(b"access-control-allow-origin", origin), exposed, vary]
        return [vary]


def _with_options(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Add OPTIONS, which is answered here for all routes, to the methods that a route allows."""
    name, value = header
    if name.lower() != b"allow" or b"OPTIONS" in value:
        return header
    return name, value + b", OPTIONS"


async def _options(scope: Scope, send: Send) -> None:
    asked = next((v for n, v in scope["headers"] if n == b"access-control-request-headers"), b"*")
    answer = [
        (b"allow", _METHODS),
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", asked),
        (b"access-control-max-age", b"86400"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": answer})
    await send({"type": "http.response.body", "body": b""})


class ForwardedHeaders:
    """Applies X-Forwarded-Proto and X-Forwarded-Host of proxies that the operator trusts.

    Hypercorn's `ProxyFixMiddleware` counts hops instead: it would trust any client of the port.

    Parameters
    ----------
    app : ASGIApp
        The application behind it.
    trusted : sequence of str
        Addresses or networks of proxies; ``*`` for all.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[str] = ()) -> None:
        self._app = app
        self._everybody = "*" in trusted
        self._networks = [ipaddress.ip_network(t, strict=False) for t in trusted if t != "*"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Replace scheme and host by those that the proxy reports."""
        if scope["type"] == "http" and self._is_trusted(scope.get("client")):
            given = {name: value.decode("latin-1") for name, value in scope["headers"]}
            scope = dict(scope)
            scheme = given.get(b"x-forwarded-proto", "").split(",")[0].strip()
            if scheme in ("http", "https"):
                scope["scheme"] = scheme
            host = given.get(b"x-forwarded-host", "").split(",")[0].strip()
            if host:
                others = [pair for pair in scope["headers"] if pair[0] != b"host"]
                scope["headers"] = [*others, (b"host", host.encode("latin-1"))]
        await self._app(scope, receive, send)

    def _is_trusted(self, client: tuple[str, int] | None) -> bool:
        if self._everybody:
            return True
        if client is None or not self._networks:
            return False
        try:
            address = ipaddress.ip_address(client[0])
        except ValueError:
            return False
        return any(address in network for network in self._networks)


#   request-target = "http" [ "s" ] "://" authority path      (RFC 9112, section 3.2.2)
_ABSOLUTE = re.compile(rb"https?://(?P<host>[^/?#]*)(?P<path>/?.*)", re.IGNORECASE | re.DOTALL)

#   Host = uri-host [ ":" port ]      (RFC 9110, section 7.2), of which names of hosts and addresses
# are allowed: every URL in a response begins with it.
_HOST = re.compile(rb"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5})?)?")


class Authority:
    """Determines the host that a request is for, and refuses an invalid Host header.

    Parameters
    ----------
    app : ASGIApp
        The application behind it. It sees at most one Host header, and only the path.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the request target and the Host header, or answer 400."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not (scope.get("raw_path") or b"/").startswith(b"/"):
            scope = _origin_form(scope)
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) == 1 and _is_host(hosts[0]):
            await self._app(scope, receive, send)
            return
        if not hosts and scope.get("http_version", "1.1") != "1.1":
            await self._app(scope, receive, send)
            return
        given = ", ".join(repr(host.decode("latin-1")[:100]) for host in hosts) or "missing"
        refusal = PlainTextResponse(
            f"the Host header is {given}; expected one name or address of a host, with a port"
            " after a colon where it is not the default, such as example.org:8000\n",
            400,
        )
        await refusal(scope, receive, send)


def _origin_form(scope: Scope) -> Scope:
    """Split an absolute request target; its host overrides the Host header."""
    found = _ABSOLUTE.fullmatch(scope["raw_path"])
    if found is None:
        return scope
    path = found["path"] or b"/"
    others = [pair for pair in scope["headers"] if pair[0] != b"host"]
    return {
        **scope,
        "raw_path": path,
        "path": unquote(path.split(b"?", 1)[0].decode("ascii", "replace")),
        "headers": [*others, (b"host", found["host"])],
    }


@lru_cache(maxsize=1024)
def _is_host(value: bytes) -> bool:
    found = _HOST.fullmatch(value)
    return found is not None and int(found["port"] or 0) <= 65535
