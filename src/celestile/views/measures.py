"""Looks at pixels for what a view leaves open, and remembers what it saw."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from celestile.pixels.display import limits
from celestile.pixels.display.first_view import FirstView, first_view
from celestile.pixels.display.limits import Sample
from celestile.pixels.display.start import FirstPlane, first_plane
from celestile.pixels.image import Image, Plane, Selection
from celestile.pixels.planes.shifted import origin_of
from celestile.pyramid.cache import Cache
from celestile.views.view import Interval

_SAMPLES = 6
_RESULTS = 8192

Found = TypeVar("Found")


class NotCachedError(Exception):
    """The answer takes longer than an event loop may wait."""


class PlaneStatistics:
    """Samples of planes and what follows from them, shared by all images.

    Parameters
    ----------
    cache : Cache
        Pyramids: a plane that cannot be read at random is sampled from its own.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._samples: OrderedDict[str, Sample] = OrderedDict()
        self._results: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = threading.Lock()

    def sample(self, plane: Plane) -> Sample:
        """Sample a plane; may take long."""
        with self._lock:
            known = self._samples.get(plane.key)
        if known is None:
            origin = origin_of(plane)
            if plane.by_rows:
                known = limits.sample(plane.read, plane.width, plane.height, origin)
            else:
                pyramid = self._cache.open_or_build(plane)
                known = limits.sample(
                    lambda region: pyramid.read(0, region), plane.width, plane.height, origin
                )
            with self._lock:
                self._samples[plane.key] = known
                while len(self._samples) > _SAMPLES:
                    self._samples.popitem(last=False)
        return known

    def cached(self, key: Hashable) -> object:
        """Result known under a key.

        Raises
        ------
        NotAtHandError
            If it is not known.
        """
        with self._lock:
            if key not in self._results:
                raise NotCachedError
            return self._results[key]

    def remembered(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """Result known under a key, or found now."""
        with self._lock:
            if key in self._results:
                return cast("Found", self._results[key])
        found = find()
        with self._lock:
            self._results[key] = found
            while len(self._results) > _RESULTS:
                self._results.popitem(last=False)
        return found

    def extent(self, plane: Plane) -> tuple[float, float]:
        """Smallest and largest finite value of every pixel; (0, 1) if there is none."""
        sampled = self.sample(plane)
        if sampled.whole:
            return limits.minmax(sampled)
        extent = self._cache.open_or_build(plane).extent
        if extent is None or extent.low is None or extent.high is None:
            return limits.minmax(sampled)
        return extent.low + sampled.origin, extent.high + sampled.origin


class ImageMeasures:
    """What a view may need to know of one image's pixels.

    Parameters
    ----------
    image : Image
        The image.
    observatory : PlaneStatistics
        Samples.
    at_hand_only : bool
        Whether to raise `NotCachedError` rather than to look at pixels.
    """

    def __init__(
        self, image: Image, plane_statistics: PlaneStatistics, *, cached_only: bool = False
    ) -> None:
        self._image = image
        self._statistics = plane_statistics
        self._cached_only = cached_only

    def _remembered(self, key: Hashable, find: Callable[[], Found]) -> Found:
        if self._cached_only:
            return cast("Found", self._statistics.cached(key))
        return self._statistics.remembered(key, find)

    def start(self) -> FirstPlane:
        """Plane to begin with for somebody who has not said any."""
        image = self._image
        if len(image.frames) == 1 and image.channel_axis != "spectral":
            return FirstPlane()
        return self._remembered(("start", image.key), lambda: first_plane(image))

    def origin(self, selection: Selection) -> float:
        """What has to be added to the values that are read of a selection."""
        plane = self._image.plane(selection)
        return self._remembered(("origin", plane.key), lambda: origin_of(plane))

    def sample(self, selection: Selection) -> Sample:
        """Values of a selection."""
        return self._statistics.sample(self._image.plane(selection))

    def first_view(self, selection: Selection) -> FirstView:
        """Limits and stretch for somebody who has not said any."""
        plane = self._image.plane(selection)
        return self._remembered(
            ("first", plane.key), lambda: first_view(self._statistics.sample(plane))
        )

    def limits(self, selection: Selection, interval: Interval) -> tuple[float, float]:
        """Limits by a rule."""
        plane = self._image.plane(selection)
        return self._remembered(
            ("limits", plane.key, interval), lambda: self._limits(plane, interval)
        )

    def _limits(self, plane: Plane, interval: Interval) -> tuple[float, float]:
        if interval.kind == "minmax":
            return self._statistics.extent(plane)
        sampled = self._statistics.sample(plane)
        if interval.kind == "zscale":
            return limits.zscale(sampled)
        return limits.percentile(sampled, interval.percentile)

    def quantiles(self, selection: Selection, bounds: tuple[float, float]) -> tuple[float, ...]:
        """Values of equal spacing in rank between the limits."""
        plane = self._image.plane(selection)
        return self._remembered(
            ("quantiles", plane.key, bounds),
            lambda: limits.quantiles(self._statistics.sample(plane), bounds),
        )
