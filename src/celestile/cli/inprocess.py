"""Sends a request to the app in this process, without HTTP."""

import json
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette

from celestile.errors import CelestileError


async def ask(app: Starlette, path: str, query: str = "") -> dict[str, Any]:
    """Return the JSON response of an address.

    Parameters
    ----------
    app : Starlette
        The app, after its start-up.
    path : str
        Percent-encoded.
    query : str
        Without the question mark.

    Raises
    ------
    CelestileError
        If the response is an error, with the same message.
    """
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 80),
    }
    status = 500
    body = bytearray()

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)
        body.extend(message.get("body", b""))

    await app(scope, receive, send)
    answer: dict[str, Any] = json.loads(body)
    if status != 200:
        raise CelestileError(answer["error"])
    return answer
