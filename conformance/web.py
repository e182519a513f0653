"""HTTP for the gates: one request, without following redirects or raising for a status."""

import socket
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import quote, urlencode, urlsplit


@dataclass(frozen=True)
class Answer:
    """A response; header names are in lower case."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """Content-Type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip()

    @property
    def text(self) -> str:
        """The body, decoded as UTF-8."""
        return self.body.decode("utf-8", "replace")


def fetch(url: str, *, method: str = "GET", headers: dict[str, str] | None = None) -> Answer:
    """Send one request and read the whole response."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        connection.request(method, target or "/", headers=headers or {})
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(url, response.status, found, response.read())
    finally:
        connection.close()


def segment(text: str) -> str:
    """Return a path segment with all reserved characters escaped, including slashes."""
    return quote(text, safe="")


def query(url: str, **parameters: object) -> str:
    """Append parameters to a URL, which may already have some; lists become several parameters."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters, doseq=True)}"


def free_port() -> int:
    """Return a free port of the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
