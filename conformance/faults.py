"""A reverse proxy that introduces faults, to check that gates detect them."""

import io
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import web
from PIL import Image, ImageChops, ImageOps
from web import Answer

DROPPED = ("connection", "content-length", "date", "keep-alive", "server", "transfer-encoding")


@dataclass(frozen=True)
class Fault:
    """One deliberate fault.

    Parameters
    ----------
    title : str
        Name of the fault, for the table.
    caught : str
        Pattern that the error of the gate must contain, to fail for the right reason.
    answer : callable
        Changes a response.
    target : callable
        Changes the request's path and query.
    """

    title: str
    caught: str
    answer: Callable[[Answer], Answer] = lambda answer: answer
    target: Callable[[str], str] = lambda target: target

    def noticed(self, complaint: str) -> bool:
        """Return whether the error of a gate is about this fault."""
        return re.search(self.caught, complaint, re.DOTALL) is not None


def proxy(upstream: str, fault: Fault | None) -> ThreadingHTTPServer:
    """Make a proxy that is not yet listening; without a fault, it changes nothing."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            target = fault.target(self.path) if fault else self.path
            answer = web.fetch(upstream + target, method=self.command, headers=dict(self.headers))
            answer = fault.answer(replace(answer, url=self.path)) if fault else answer
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if name not in DROPPED:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = do_DELETE = forward  # noqa: N815 - http.server looks for these names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Suppress the access log."""

    return _Proxy(("127.0.0.1", 0), Handler)


class _Proxy(ThreadingHTTPServer):
    """Ignores clients that disconnect early, as some do on purpose."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def text(
    pattern: str, replacement: str | Callable[[re.Match[str]], str], where: str = ""
) -> Callable[[Answer], Answer]:
    """Replace a pattern in the XML and JSON of paths that match `where`."""

    def answer(given: Answer) -> Answer:
        if "image" in given.media_type or not re.search(where, unquote(given.url)):
            return given
        body = re.sub(pattern, replacement, given.text, flags=re.DOTALL)
        return replace(given, body=body.encode())

    return answer


def status(wrong: int, right: int, where: str = "") -> Callable[[Answer], Answer]:
    """Replace a status by another one, for paths that match `where`."""

    def answer(given: Answer) -> Answer:
        fits = given.status == right and re.search(where, unquote(given.url))
        return replace(given, status=wrong) if fits else given

    return answer


def header(name: str, value: str | None = None) -> Callable[[Answer], Answer]:
    """Remove a header, or change its value."""

    def answer(given: Answer) -> Answer:
        headers = {key: kept for key, kept in given.headers.items() if key != name}
        return replace(given, headers=headers | ({name: value} if value is not None else {}))

    return answer


def picture(change: Callable[[Image.Image], Image.Image]) -> Callable[[Answer], Answer]:
    """Decode each picture, change it, and encode it in the same format."""

    def answer(given: Answer) -> Answer:
        if given.status != 200 or not given.media_type.startswith("image/") or not given.body:
            return given
        with Image.open(io.BytesIO(given.body)) as before:
            output = io.BytesIO()
            change(before).save(output, before.format)
        return replace(given, body=output.getvalue())

    return answer


def mirrored(before: Image.Image) -> Image.Image:
    """Exchange left and right."""
    return ImageOps.mirror(before)


def black(before: Image.Image) -> Image.Image:
    """Make all colors black; keep the transparency."""
    after = Image.new(before.mode, before.size)
    if before.mode in {"RGBA", "LA"}:
        after.putalpha(before.getchannel("A"))
    return after


def brighter(before: Image.Image) -> Image.Image:
    """Add 8 to every color sample; keep the transparency."""
    colors = before.convert("RGB")
    after = ImageChops.add(colors, Image.new("RGB", colors.size, (8, 8, 8)))
    if before.mode in {"RGBA", "LA"}:
        after.putalpha(before.getchannel("A"))
    return after


def opaque(before: Image.Image) -> Image.Image:
    """Make transparent pixels black."""
    after = Image.new("RGB", before.size)
    after.paste(before.convert("RGB"), mask=before.convert("RGBA").getchannel("A"))
    return after
