"""Files of the viewer, in the coding that the client prefers.

`client/build.js` writes ``NAME.br`` and ``NAME.gz`` beside each file ``NAME``. These are two
codings of one resource, not resources of their own (RFC 9110, section 8.4).
"""

import os
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from celestile.protocols.web.accept import content_coding

_SUFFIXES = {"br": ".br", "gzip": ".gz"}
"""By the registered name of the coding, the smaller first."""


class CodedFiles(StaticFiles):
    """Static files with precompressed copies.

    Each representation has an entity tag of its own, and all depend on ``Accept-Encoding``. Their
    names stay the same in new versions, so clients must ask before they use a copy.
    """

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Find a file; compressed copies have no address of their own."""
        if path.endswith(tuple(_SUFFIXES.values())):
            return "", None
        return super().lookup_path(path)

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Send a file, or 304 if the client's copy of the same coding is current."""
        asked = Headers(scope=scope)
        copies = _copies(Path(full_path), stat_result)
        coding = content_coding(", ".join(asked.getlist("accept-encoding")) or None, [*copies])
        headers = {"Vary": "Accept-Encoding", "Cache-Control": "no-cache"}
        response = FileResponse(full_path, status_code, headers, stat_result=stat_result)
        if coding is not None:
            path, stat = copies[coding]
            headers["Content-Encoding"] = coding
            media_type = response.media_type
            response = FileResponse(path, status_code, headers, media_type, stat_result=stat)
            tag = response.headers["etag"].removesuffix('"')
            response.headers["etag"] = f'{tag}-{coding}"'
        if self.is_not_modified(response.headers, asked):
            return NotModifiedResponse(response.headers)
        return response


def _copies(path: Path, original: os.stat_result) -> dict[str, tuple[Path, os.stat_result]]:
    """Compressed copies of a file by coding; not those of an earlier version."""
    found = {}
    for coding, suffix in _SUFFIXES.items():
        copy = path.with_name(path.name + suffix)
        try:
            stat = copy.stat()
        except OSError:
            continue
        if stat.st_mtime >= original.st_mtime:
            found[coding] = copy, stat
    return found
