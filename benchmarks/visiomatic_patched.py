"""Starts VisiOmatic with its tile response sent whole. Run by VisiOmatic's own Python.

As released, it hands a tile to `StreamingResponse(io.BytesIO(tile))`, which iterates over the
*lines* of the JPEG, each through a thread. Here that one name stands for a response of one piece,
in this process and in the workers that import the application by the name given below.
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
    """Make VisiOmatic's application, after the above."""
    from visiomatic.server.app import create_app as create  # noqa: PLC0415

    return create()


if __name__ == "__main__":
    from visiomatic.cmd import start

    start.start_server.__defaults__ = (
        "visiomatic_patched:create_app",
        *start.start_server.__defaults__[1:],
    )
    sys.exit(start.main())
