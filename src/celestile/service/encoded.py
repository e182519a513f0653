"""A cache of encoded pictures."""

from collections.abc import Hashable

from celestile.lru import LruCache


class EncodedPictures:
    """The most recently used encoded pictures, within a budget of bytes.

    Parameters
    ----------
    budget : int
        Most bytes.

    Attributes
    ----------
    hits, misses : int
        How many look-ups found a picture, and how many did not.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self.hits = 0
        self.misses = 0
        self._pictures: LruCache[Hashable, bytes] = LruCache(budget, weigh=len)

    def get(self, key: Hashable) -> bytes | None:
        """Return a picture, or None."""
        body = self._pictures.get(key)
        if body is None:
            self.misses += 1
        else:
            self.hits += 1
        return body

    def put(self, key: Hashable, body: bytes) -> None:
        """Keep a picture, unless it alone would take more than an eighth of the budget."""
        if len(body) <= self._budget // 8:
            self._pictures.put(key, body)
