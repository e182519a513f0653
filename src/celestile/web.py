"""Plain ASGI middleware: who may read the answers, OPTIONS, and what proxies say of the client."""

import ipaddress
from collections.abc import MutableMapping, Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = b"GET, HEAD, OPTIONS"
_EXPOSED = b"Link, ETag, Content-Type, Content-Disposition"


class AccessHeaders:
    """Lets pages of other origins read the answers (the Fetch standard's CORS protocol).

    Parameters
    ----------
    app : ASGIApp
        What is behind it.
    origins : sequence of str
        Origins that may; ``*`` for all.
    statuses : mutable mapping of int to int, optional
        Counts the answers by status.
    """

    def __init__(
        self,
        app: ASGIApp,
        origins: Sequence[str] = ("*",),
        statuses: MutableMapping[int, int] | None = None,
    ) -> None:
        self._app = app
        self._statuses = {} if statuses is None else statuses
        self._everybody = "*" in origins
        self._origins = {origin.encode() for origin in origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer OPTIONS, and add the headers to everything else."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = self._headers(scope)
        if scope["method"] == "OPTIONS":
            await _options(scope, headers, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *headers]
                status = message["status"]
                self._statuses[status] = self._statuses.get(status, 0) + 1
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _headers(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        exposed = (b"access-control-expose-headers", _EXPOSED)
        if self._everybody:
            return [(b"access-control-allow-origin", b"*"), exposed]
        vary = (b"vary", b"Origin")
        origin = next((value for name, value in scope["headers"] if name == b"origin"), b"")
        if origin in self._origins:
            return [(b"access-control-allow-origin", origin), exposed, vary]
        return [vary]


async def _options(scope: Scope, headers: list[tuple[bytes, bytes]], send: Send) -> None:
    asked = next((v for n, v in scope["headers"] if n == b"access-control-request-headers"), b"*")
    answer = [
        *headers,
        (b"allow", _METHODS),
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", asked),
        (b"access-control-max-age", b"86400"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": answer})
    await send({"type": "http.response.body", "body": b""})


class ForwardedHeaders:
    """Believes X-Forwarded-Proto, -Host and -Prefix of proxies that the operator trusts.

    Parameters
    ----------
    app : ASGIApp
        What is behind it.
    trusted : sequence of str
        Addresses or networks of proxies; ``*`` for all.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[str] = ()) -> None:
        self._app = app
        self._everybody = "*" in trusted
        self._networks = [ipaddress.ip_network(t, strict=False) for t in trusted if t != "*"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put what the proxy says in the place of what we see ourselves."""
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
