"""Faster connections for Hypercorn: a short path for plain requests, and a timer for idle time.

After each response, Hypercorn starts a task that closes the connection if no request follows, and
cancels it with the next request. A timer of the event loop takes a tenth of the time, and does not
keep the connection of a client that has disconnected.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from hypercorn.asyncio import run
from hypercorn.asyncio.tcp_server import TCPServer

from celestile.cli.plain import PlainRequests


class IdleTimer:
    """Replaces Hypercorn's `AsyncioSingleTask`.

    Parameters
    ----------
    loop : asyncio.AbstractEventLoop
        The event loop.
    seconds : float
        Maximum idle time of a connection.
    close : callable
        Returns a coroutine that closes the connection.
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
        """Start the idle time."""
        await self.stop()
        self._handle = self._loop.call_later(self._seconds, lambda: task_group.spawn(self._close))

    async def stop(self) -> None:
        """End the idle time."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


class TileConnection(TCPServer):
    """A connection with `PlainRequests` and an `IdleTimer`; Hypercorn passes its parameters."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.idle_task: Any = IdleTimer(
            self.loop, self.config.keep_alive_timeout, self._initiate_server_close
        )

    @property
    def task_group(self) -> Any:
        """The tasks of this connection."""
        return self._task_group

    async def _read_data(self) -> None:
        self.protocol: Any = PlainRequests(self)
        # One task for each connection: a server that stops does not wait for idle clients.
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
