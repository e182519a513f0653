"""Requests for lists of images: words to search for, and the order."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property
from typing import Any

from celestile.errors import RequestError, shortened
from celestile.pixels.facts import Facts
from celestile.pixels.resolver import Entry
from celestile.pixels.sources.sequence import natural

_TEXTS = ("object", "filter", "instrument", "date")
_NUMBER = re.compile(r"(<=|>=|<|>|)(\d+(?:\.\d*)?|\.\d+)")
_WILD = re.compile(r"[*?]")

Reader = Callable[[Entry, Facts | None], Any]


def _fact(name: str) -> Reader:
    return lambda _, facts: None if facts is None else getattr(facts, name)


SORTS: Mapping[str, Reader] = {
    "name": lambda entry, _: entry.identifier,
    "object": _fact("object"),
    "filter": _fact("filter"),
    "exposure": _fact("exposure"),
    "instrument": _fact("instrument"),
    "date": _fact("date"),
    "bytes": lambda entry, _: entry.size,
    "modified": lambda entry, _: None if entry.modified is None else entry.modified.timestamp(),
}
"""Values that lists can be sorted by."""

_HEADER = frozenset({"object", "filter", "exposure", "instrument", "date"})


def sort_value(value: Any) -> Any:
    """Value to compare: text in natural order, without regard to case."""
    return natural(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Query:
    """A request for a page of the list of images.

    Parameters
    ----------
    prefix : str
        Folder, "" or ending in a slash.
    search : str
        Words that must all match: parts of identifiers or facts, patterns with ``*`` and ``?``, or
        ``filter:R``, ``date:2024-03``, ``exposure:>60``.
    sort : str
        A key of `SORTS`, with a minus before it for descending order.
    offset, limit : int
        Images to leave out, and to list.
    at : str or None
        Identifier of an image that shall be on the page, if the list has it.
    """

    prefix: str = ""
    search: str = ""
    sort_key: str = "name"
    offset: int = 0
    limit: int = 100
    at: str | None = None

    def __post_init__(self) -> None:
        """Check the order.

        Raises
        ------
        RequestError
            If there is no such order.
        """
        if self.sort not in SORTS:
            allowed = ", ".join(SORTS)
            message = (
                f"sort={shortened(self.sort_key)!r} is invalid; expected one of {allowed}, with "
                "'-' before it for descending order"
            )
            raise RequestError(message, "sort")

    @property
    def sort(self) -> str:
        """The value to sort by."""
        return self.sort_key.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the largest value comes first."""
        return self.sort_key.startswith("-")

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words to search for."""
        return tuple(self.search.lower().split())

    @property
    def needs_facts(self) -> bool:
        """Whether the list depends on headers of all images."""
        return bool(self.words) or self.sort in _HEADER

    def matches(self, entry: Entry, facts: Facts | None) -> bool:
        """Whether an image is found."""
        return all(test(entry, facts) for test in self._tests)

    @cached_property
    def _tests(self) -> tuple[Callable[[Entry, Facts | None], bool], ...]:
        return tuple(map(_test, self.words))


def _test(word: str) -> Callable[[Entry, Facts | None], bool]:
    name, colon, value = word.partition(":")
    if colon and value and name in _TEXTS:
        fits = _begins(value) if name == "filter" else _matcher(value)
        return lambda _, facts: facts is not None and fits(getattr(facts, name))
    number = _NUMBER.fullmatch(value)
    if name == "exposure" and number:
        return _exposure(number[1], float(number[2]))
    fits = _matcher(word)

    def test(entry: Entry, facts: Facts | None) -> bool:
        name = entry.identifier.rpartition("/")[2]
        if any(map(fits, (entry.identifier, entry.title, name, name.partition(".")[0]))):
            return True
        if facts is None:
            return False
        # A date only from its year on: the 10 of `FIELD 10` is no day.
        is_date = len(word) >= 4 and (facts.date or "").lower().startswith(word)
        return is_date or any(map(fits, (facts.object, facts.filter, facts.instrument)))

    return test


def _matcher(word: str) -> Callable[[str | None], bool]:
    """Test of a text: it contains the word, or matches the pattern from beginning to end."""
    if not _WILD.search(word):
        return lambda text: text is not None and word in text.lower()
    # Brackets are common in names of files, and no pattern here.
    pattern = re.compile(translate(word.replace("[", "[[]")))
    return lambda text: text is not None and pattern.match(text.lower()) is not None


def _begins(word: str) -> Callable[[str | None], bool]:
    """Test of the name of a filter: `r` fits `R` and `r DECam`, but not `clear`."""
    fits = _matcher(f"{word.rstrip('*')}*")
    return lambda text: text is not None and any(map(fits, re.split(r"[\s+]+", text)))


def _exposure(comparison: str, seconds: float) -> Callable[[Entry, Facts | None], bool]:
    def test(_: Entry, facts: Facts | None) -> bool:
        if facts is None or facts.exposure is None:
            return False
        found = facts.exposure
        match comparison:
            case "<":
                return found < seconds
            case "<=":
                return found <= seconds
            case ">":
                return found > seconds
            case ">=":
                return found >= seconds
        return abs(found - seconds) <= 0.005 * max(seconds, 1.0)

    return test
