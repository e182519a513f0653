"""HTTP as the gates need it: one plain request, no redirect followed, no status an exception."""

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
        """The body, taken for UTF-8."""
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
    """One path segment: everything reserved is escaped, slashes too."""
    return quote(text, safe="")


def query(url: str, **parameters: object) -> str:
    """Append parameters to a URL that may already hold some; those of a list one by one."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters, doseq=True)}"


def free_port() -> int:
    """Return a port of the loopback interface on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
