"""Pictures that were drawn already, as they go out."""

from collections import OrderedDict
from collections.abc import Hashable


class EncodedPictures:
    """Encoded pictures, those used last, within a budget of bytes.

    Parameters
    ----------
    budget : int
        Most bytes.

    Attributes
    ----------
    hits, misses : int
        How often a picture was held, and how often it was not.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._held = 0
        self.hits = 0
        self.misses = 0
        self._pictures: OrderedDict[Hashable, bytes] = OrderedDict()

    def get(self, key: Hashable) -> bytes | None:
        """Return a picture that is held, or None."""
        body = self._pictures.get(key)
        if body is None:
            self.misses += 1
        else:
            self.hits += 1
            self._pictures.move_to_end(key)
        return body

    def put(self, key: Hashable, body: bytes) -> None:
        """Hold a picture, unless it alone would take much of the budget."""
        if len(body) > self._budget // 8 or key in self._pictures:
            return
        self._pictures[key] = body
        self._held += len(body)
        while self._held > self._budget:
            _, dropped = self._pictures.popitem(last=False)
            self._held -= len(dropped)
