"""Starts VisiOmatic with tiles sent in one piece. Run in VisiOmatic's own Python environment.

As released, it hands a tile to `StreamingResponse(io.BytesIO(tile))`, which iterates over the
*lines* of the JPEG, each through a thread. Here this name is replaced by a response in one piece,
in this process and in the workers that import the application by the name below.
"""

import io
import sys
from typing import Any

from fastapi import responses


class _WholeResponse(responses.Response):
    def __init__(self, content: io.BytesIO, **options: Any) -> None:
        super().__init__(content.getvalue(), **options)


responses.StreamingResponse = _WholeResponse  # type: ignore[assignment,misc]


def create_app() -> Any:
    """Return VisiOmatic's application, with the replacement above."""
    from visiomatic.server.app import create_app as create  # noqa: PLC0415

    return create()


if __name__ == "__main__":
    from visiomatic.cmd import start

    start.start_server.__defaults__ = (
        "visiomatic_patched:create_app",
        *start.start_server.__defaults__[1:],
    )
    sys.exit(start.main())
