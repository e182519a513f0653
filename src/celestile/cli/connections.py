"""Hypercorn, lighter: plain requests take a short way, and idle time costs a timer.

Hypercorn starts a task with every response, to close the connection if no request follows, and
cancels it with every request. A timer of the event loop does the same for a tenth of the time, and
does not keep the connection of a client that has left until the idle time is over.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from hypercorn.asyncio import run
from hypercorn.asyncio.tcp_server import TCPServer

from celestile.cli.plain import PlainRequests


class IdleTimer:
    """Takes the place of Hypercorn's `AsyncioSingleTask`.

    Parameters
    ----------
    loop : asyncio.AbstractEventLoop
        The loop.
    seconds : float
        How long a connection may be idle.
    close : callable
        Makes the coroutine that closes the connection.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        seconds: float,
        close: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        self._loop = loop
        self._seconds = seconds
        self._close = close
        self._handle: asyncio.TimerHandle | None = None

    @property
    def is_running(self) -> bool:
        """Whether the connection is idle."""
        return self._handle is not None

    async def restart(self, task_group: Any, _: object) -> None:
        """Begin to wait."""
        await self.stop()
        self._handle = self._loop.call_later(self._seconds, lambda: task_group.spawn(self._close))

    async def stop(self) -> None:
        """Wait no longer."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


class TileConnection(TCPServer):
    """A connection with `PlainRequests` and an `IdleTimer`; has its parameters from Hypercorn."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.idle_task: Any = IdleTimer(
            self.loop, self.config.keep_alive_timeout, self._initiate_server_close
        )

    @property
    def task_group(self) -> Any:
        """What runs for this connection."""
        return self._task_group

    async def _read_data(self) -> None:
        self.protocol: Any = PlainRequests(self)
        # One task for the life of the connection: a server that stops waits for no idle client.
        watch = self.loop.create_task(self._close_when_terminated())
        try:
            await super()._read_data()
        finally:
            watch.cancel()
            await self.idle_task.stop()

    async def _close_when_terminated(self) -> None:
        await self.context.terminated.wait()
        if self.idle_task.is_running:
            await self._initiate_server_close()


def install_tile_connections() -> None:
    """Have Hypercorn use `TileConnection` for the connections of this process."""
    run.TCPServer = TileConnection  # type: ignore[attr-defined]
