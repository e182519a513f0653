"""A short path for plain requests, which are nearly all requests of viewers.

A plain request is an HTTP/1.1 GET or HEAD without body, upgrade or connection options that arrives
in one piece on an idle connection. It is handled where it is read, and the response is one write.
Hypercorn handles all other requests, including HTTP/2. h11 parses all headers; viewers send the
same headers with every request, so its results are cached.
"""

import re
from collections.abc import MutableMapping
from functools import lru_cache
from http import HTTPStatus
from time import time
from typing import Any, Protocol
from urllib.parse import unquote

import h11
from hypercorn.events import Closed, Event, RawData
from hypercorn.protocol.h11 import H11Protocol

Headers = list[tuple[bytes, bytes]]
Message = MutableMapping[str, Any]

_REQUEST_LINE = re.compile(rb"(GET|HEAD) (/[!-~]*) HTTP/1\.1\r\n")
_LARGEST = 8192
"""Maximum number of bytes of a plain request."""
_NOT_PLAIN = frozenset({b"content-length", b"transfer-encoding", b"upgrade", b"expect"})
_FORBIDDEN = re.compile(rb"[\r\n\0]")
"""Forbidden in the value of a header (RFC 9110, section 5.5), to prevent header injection."""
_FAILED = {"status": 500, "headers": [(b"content-length", b"0")]}


class Connection(Protocol):
    """The part of Hypercorn's connection that is used here; its classes are untyped."""

    app: Any
    config: Any
    context: Any
    idle_task: Any
    protocol: Any
    state: Any
    writer: Any

    @property
    def task_group(self) -> Any:
        """Tasks of the connection."""

    async def protocol_send(self, event: Event) -> None:
        """Write bytes, or close the connection."""


class PlainRequests:
    """Replaces Hypercorn's protocol for plain requests, and passes all others on to it.

    Parameters
    ----------
    connection : Connection
        A connection that still has Hypercorn's protocol.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._others = connection.protocol
        self._app: Any = connection.app

    async def handle(self, event: Event) -> None:
        """Handle a plain request, or pass the event on to Hypercorn."""
        if isinstance(event, RawData) and self._is_idle():
            found = _read(event.data)
            if found is not None:
                await self._answer(*found)
                return
        await self._others.handle(event)

    def _is_idle(self) -> bool:
        """Whether the next byte begins a request of HTTP/1.1."""
        protocol = self._others.protocol
        if not isinstance(protocol, H11Protocol) or protocol.stream is not None:
            return False
        http = protocol.connection
        return (
            http.our_state is h11.IDLE
            and http.their_state is h11.IDLE
            and not http.trailing_data[0]
        )

    async def _answer(self, method: bytes, target: bytes, headers: Headers) -> None:
        connection, began = self._connection, time()
        await connection.idle_task.stop()
        path, _, query = target.partition(b"?")
        scope: Any = {
            "type": "http",
            "http_version": "1.1",
            "asgi": {"spec_version": "2.1", "version": "3.0"},
            "method": method.decode(),
            "scheme": "https" if self._others.ssl else "http",
            "path": unquote(path.decode()),
            "raw_path": path,
            "query_string": query,
            "root_path": connection.config.root_path,
            "headers": headers.copy(),
            "client": self._others.client,
            "server": self._others.server,
            "state": connection.state.copy(),
            "extensions": {},
        }
        answer = _Answer(connection, has_body=method != b"HEAD")
        try:
            await self._app(scope, answer.receive, answer.send, None, None)
        except Exception:  # noqa: BLE001 - only this connection is closed
            await connection.config.log.exception("the application failed")
            if answer.response is None:
                await answer.send({**_FAILED, "type": "http.response.start"})
                await answer.send({"type": "http.response.body"})
        log = connection.config.log
        if log.access_logger is not None:
            await log.access(scope, answer.response, time() - began)
        if not answer.is_complete or connection.context.terminated.is_set():
            await connection.protocol_send(Closed())
        else:
            await connection.idle_task.restart(connection.task_group, None)


class _Answer:
    """Writes the response of the application to the connection.

    Parameters
    ----------
    connection : Connection
        The connection.
    has_body : bool
        Whether responses to the method have a body.

    Attributes
    ----------
    response : dict or None
        The message that started the response.
    is_complete : bool
        Whether the whole response was sent, so that another request can follow.
    """

    def __init__(self, connection: Connection, *, has_body: bool) -> None:
        self.response: Any = None
        self.is_complete = False
        self._connection = connection
        self._has_body = has_body
        self._head = b""
        self._left: int | None = None
        self._asked = False

    async def receive(self) -> Message:
        """Return an empty body first, then wait for the end of the connection."""
        if self._asked:
            await self._connection.writer.wait_closed()
            return {"type": "http.disconnect"}
        self._asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: Message) -> None:
        """Write the head and the body together."""
        if message["type"] == "http.response.start":
            self._begin(message)
            return
        body, goes_on = message.get("body", b""), message.get("more_body", False)
        data, self._head = self._head, b""
        if self._has_body:
            data += self._framed(body, goes_on=goes_on)
        if data:
            await self._connection.protocol_send(RawData(data))
        self.is_complete = not goes_on and self._left in {0, None}

    def _begin(self, message: Message) -> None:
        status = message["status"]
        self._has_body = self._has_body and status not in {204, 304}
        lines = [b"HTTP/1.1 %d %b" % (status, _reason(status))]
        for name, value in message["headers"]:
            if name == b"content-length" and self._has_body:
                self._left = int(value)
            if _FORBIDDEN.search(value):
                raise ValueError(f"the header {name!r} would break the line: {value!r}")
            lines.append(b"%b: %b" % (name, value))
        if self._has_body and self._left is None:
            lines.append(b"transfer-encoding: chunked")
        self._head = b"\r\n".join([*lines, b"", b""])
        self.response = message

    def _framed(self, body: bytes, *, goes_on: bool) -> bytes:
        if self._left is not None:
            self._left -= len(body)
            return body
        chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
        return chunk if goes_on else chunk + b"0\r\n\r\n"


@lru_cache(64)
def _reason(status: int) -> bytes:
    try:
        return HTTPStatus(status).phrase.encode()
    except ValueError:
        return b""


def _read(data: bytes) -> tuple[bytes, bytes, Headers] | None:
    """Return the method, target and headers of a plain request; None for any other."""
    line = _REQUEST_LINE.match(data)
    if line is None or len(data) > _LARGEST or data.find(b"\r\n\r\n") != len(data) - 4:
        return None
    headers = _headers(data[line.end() :])
    return None if headers is None else (line[1], line[2], headers)


@lru_cache(1024)
def _headers(block: bytes) -> Headers | None:
    """Return the headers as parsed by h11; None if they are invalid or not of a plain request."""
    http = h11.Connection(h11.SERVER)
    http.receive_data(b"GET / HTTP/1.1\r\n" + block)
    try:
        request, end = http.next_event(), http.next_event()
    except h11.RemoteProtocolError:
        return None
    if type(request) is not h11.Request or type(end) is not h11.EndOfMessage:
        return None
    if http.trailing_data[0]:
        return None
    headers = list(request.headers)
    for name, value in headers:
        if name in _NOT_PLAIN or (name == b"connection" and value.lower() != b"keep-alive"):
            return None
    return headers
