"""Thumbnails: few at a time, the latest first, from few rows, without pyramids."""

import asyncio

import pytest

from celestile.errors import BusyError
from celestile.service.thumbnails import Turns


def test_turns_are_bounded_and_the_latest_comes_first():
    async def run():
        turns = Turns(2, 3)
        order, running, most = [], 0, 0

        async def task(name):
            nonlocal running, most
            async with turns.turn():
                running += 1
                most = max(most, running)
                order.append(name)
                await asyncio.sleep(0.01)
                running -= 1

        tasks = [asyncio.create_task(task(name)) for name in range(7)]
        results = await asyncio.gather(*tasks, return_exceptions=True)
        return order, most, results

    order, most, results = asyncio.run(run())
    assert most == 2
    assert order == [0, 1, 6, 5, 4]
    assert [isinstance(result, BusyError) for result in results] == [False] * 2 + [True] * 2 + [
        False
    ] * 3


def test_cancelled_tasks_leave_their_turn_to_others():
    async def run():
        turns = Turns(1, 8)

        async def hold(seconds):
            async with turns.turn():
                await asyncio.sleep(seconds)

        first, second, third = (asyncio.create_task(hold(s)) for s in (60, 60, 0))
        await asyncio.sleep(0)
        second.cancel()
        first.cancel()
        await asyncio.wait_for(third, 5)
        await asyncio.wait_for(hold(0), 5)
        with pytest.raises(asyncio.CancelledError):
            await second

    asyncio.run(run())
