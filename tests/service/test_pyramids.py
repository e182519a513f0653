"""Pyramids of several planes are built side by side."""

import asyncio
import threading

import numpy as np

from celestile.geometry import Levels
from celestile.pyramid.store import Pyramid
from celestile.service.pyramids import Pyramids


class ColdPlane:
    """A plane that cannot be read at random, so that no provisional picture is made of it."""

    direct = by_rows = False
    width = height = 600

    def __init__(self, key):
        self.key = key

    def read(self, region):
        return np.zeros((region.height, region.width), np.float32)


class MeetingCache:
    """A cache in which each build waits until another one is under way, too."""

    def __init__(self):
        self._meeting = threading.Barrier(2)

    def available(self, plane):
        return Pyramid(plane, Levels(plane.width, plane.height, 256), {})

    def open_or_build(self, plane):
        self._meeting.wait(timeout=60)  # raises BrokenBarrierError if nobody comes
        return self.available(plane)


def test_planes_of_a_cold_mix_are_built_side_by_side():
    pyramids = Pyramids(MeetingCache(), None)
    planes = [ColdPlane("red"), ColdPlane("green")]
    try:
        pixels, is_final = asyncio.run(pyramids.pixels(planes, 1))
    finally:
        pyramids.close()
    assert is_final
    assert [len(pixels), pixels[0] is pixels[1]] == [2, False]
