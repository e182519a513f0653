"""A bounded cache of recently used entries."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar, cast, overload

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Default = TypeVar("Default")

_MISSING = object()


class LruCache(Generic[Key, Value]):
    """Values by key; the least recently used are evicted. Safe to share between threads.

    Parameters
    ----------
    capacity : int
        Most entries; with `weigh`, the most that the weights of all entries may add up to.
    weigh : callable, optional
        Returns the weight of a value, such as its bytes. A value that alone outweighs the capacity
        is not kept.
    """

    def __init__(self, capacity: int, weigh: Callable[[Value], int] | None = None) -> None:
        self._capacity = capacity
        self._weigh = weigh
        self._weight = 0
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    @overload
    def get(self, key: Key) -> Value | None: ...

    @overload
    def get(self, key: Key, default: Default) -> Value | Default: ...

    def get(self, key: Key, default: object = None) -> object:
        """Value of a key, which counts as used by that; `default` if there is none."""
        with self._lock:
            found = self._values.get(key, _MISSING)
            if found is _MISSING:
                return default
            self._values.move_to_end(key)
            return found

    def put(self, key: Key, value: Value) -> None:
        """Set the value of a key, and evict what no longer fits."""
        with self._lock:
            if self._weigh is None:
                self._values[key] = value
                self._values.move_to_end(key)
                if len(self._values) > self._capacity:
                    self._values.popitem(last=False)
            else:
                self._put_weighed(key, value, self._weigh)

    def _put_weighed(self, key: Key, value: Value, weigh: Callable[[Value], int]) -> None:
        self._remove(key)
        if weigh(value) > self._capacity:
            return
        self._values[key] = value
        self._weight += weigh(value)
        while self._weight > self._capacity:
            self._weight -= weigh(self._values.popitem(last=False)[1])

    def remove(self, key: Key) -> None:
        """Drop a key, if it is there."""
        with self._lock:
            self._remove(key)

    def remove_where(self, applies: Callable[[Value], bool]) -> None:
        """Drop every entry whose value a condition applies to."""
        with self._lock:
            for key in [key for key, value in self._values.items() if applies(value)]:
                self._remove(key)

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._values.clear()
            self._weight = 0

    def __len__(self) -> int:
        return len(self._values)

    def _remove(self, key: Key) -> None:
        value = self._values.pop(key, _MISSING)
        if self._weigh is not None and value is not _MISSING:
            self._weight -= self._weigh(cast("Value", value))
