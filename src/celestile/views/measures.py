"""Measures of pixels: limits, first views and starting planes, where a view leaves them open."""

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from celestile.lru import LruCache
from celestile.pixels.display import limits
from celestile.pixels.display.first_view import FirstView, first_view, signed_view
from celestile.pixels.display.limits import Sample
from celestile.pixels.display.start import FirstPlane, first_plane
from celestile.pixels.image import Image
from celestile.pixels.plane import UNSHIFTED, Plane, Shift, is_angle, shift_of
from celestile.pyramid.cache import Cache
from celestile.views.view import Interval

_SAMPLES = 6
_RESULTS = 8192
_UNKNOWN = object()

Found = TypeVar("Found")


class NotCachedError(Exception):
    """A result is not cached, and computing it would block the event loop."""


class PlaneStatistics:
    """Samples of planes and cached results computed from them, for all images.

    Parameters
    ----------
    cache : Cache
        A plane without random access is sampled from its pyramid.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._samples: LruCache[str, Sample] = LruCache(_SAMPLES)
        self._results: LruCache[Hashable, object] = LruCache(_RESULTS)

    def sample(self, plane: Plane) -> Sample:
        """Sample a plane; may take long."""
        known = self._samples.get(plane.key)
        if known is None:
            shift = shift_of(plane)
            if plane.by_rows:
                known = limits.sample(plane.read, plane.width, plane.height, shift)
            else:
                pyramid = self._cache.open_or_build(plane)
                known = limits.sample(
                    lambda region: pyramid.read(0, region), plane.width, plane.height, shift
                )
            self._samples.put(plane.key, known)
        return known

    def cached(self, key: Hashable) -> object:
        """Cached result.

        Raises
        ------
        NotCachedError
            If it is not cached.
        """
        found = self._results.get(key, _UNKNOWN)
        if found is _UNKNOWN:
            raise NotCachedError
        return found

    def remembered(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """Cached result, computed now if there is none."""
        known = self._results.get(key, _UNKNOWN)
        if known is not _UNKNOWN:
            return cast("Found", known)
        found = find()
        self._results.put(key, found)
        return found

    def extent(self, plane: Plane) -> tuple[float, float]:
        """Smallest and largest finite value of every pixel; (0, 1) if there is none."""
        sampled = self.sample(plane)
        if sampled.whole:
            return limits.minmax(sampled)
        extent = self._cache.open_or_build(plane).extent
        if extent is None or extent.low is None or extent.high is None:
            return limits.minmax(sampled)
        return sampled.shift.physical(extent.low), sampled.shift.physical(extent.high)

    def known_extent(self, plane: Plane) -> tuple[float, float] | None:
        """Smallest and largest finite value of every pixel, if they are known without a build."""
        pyramid = self._cache.if_open(plane)
        extent = None if pyramid is None else pyramid.extent
        if extent is None or extent.low is None or extent.high is None:
            return None
        shift = shift_of(plane)
        return shift.physical(extent.low), shift.physical(extent.high)


class ImageMeasures:
    """Measures the pixels of one image, for one view of it.

    Parameters
    ----------
    image : Image
        The image.
    statistics : PlaneStatistics
        Samples, and results that are known.
    cached_only : bool
        Whether to raise `NotCachedError` rather than to read pixels.
    """

    def __init__(
        self, image: Image, statistics: PlaneStatistics, *, cached_only: bool = False
    ) -> None:
        self._image = image
        self._statistics = statistics
        self._cached_only = cached_only

    def _remembered(self, key: Hashable, find: Callable[[], Found]) -> Found:
        if self._cached_only:
            return cast("Found", self._statistics.cached(key))
        return self._statistics.remembered(key, find)

    def start(self) -> FirstPlane:
        """Plane that is shown where a view does not choose one."""
        image = self._image
        if len(image.frames) == 1 and image.channel_axis != "spectral":
            return FirstPlane()
        return self._remembered(("start", image.key), lambda: first_plane(image.first_stokes))

    def shift(self, plane: Plane) -> Shift:
        """How the numbers that a plane returns convert to physical values."""
        if not hasattr(type(plane), "shift"):
            return UNSHIFTED
        return self._remembered(("shift", plane.key), lambda: shift_of(plane))

    def first_view(self, plane: Plane) -> FirstView:
        """Limits and stretch where a view does not choose them."""
        if is_angle(plane):
            return FirstView((-90.0, 90.0), "linear")
        shown = self._image.current_stokes
        find = signed_view if shown is not None and shown.is_signed else first_view
        return self._remembered(("first", plane.key), lambda: find(self._statistics.sample(plane)))

    def limits(self, plane: Plane, interval: Interval) -> tuple[float, float]:
        """Limits by a rule."""
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

    def quantiles(self, plane: Plane, bounds: tuple[float, float]) -> tuple[float, ...]:
        """Values of equal spacing in rank between the limits."""
        return self._remembered(
            ("quantiles", plane.key, bounds),
            lambda: limits.quantiles(self._statistics.sample(plane), bounds),
        )
