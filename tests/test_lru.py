"""The cache of recent things, against a list that keeps the order of use."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celestile.lru import LruCache

OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["get", "put", "remove"]), st.integers(0, 7), st.integers(0, 5)),
    min_size=40,
    max_size=80,
)


class Model:
    """The same by a list of pairs, least recently used first."""

    def __init__(self, capacity, weigh):
        self.capacity, self.weigh, self.pairs = capacity, weigh, []

    def get(self, key):
        for pair in self.pairs:
            if pair[0] == key:
                self.pairs.remove(pair)
                self.pairs.append(pair)
                return pair[1]
        return None

    def put(self, key, value):
        self.remove(key)
        if self.weigh(value) <= self.capacity:
            self.pairs.append((key, value))
        while sum(self.weigh(value) for _, value in self.pairs) > self.capacity:
            self.pairs.pop(0)

    def remove(self, key):
        self.pairs = [pair for pair in self.pairs if pair[0] != key]


def check(cache, model, operations):
    for name, key, value in operations:
        arguments = (key, value) if name == "put" else (key,)
        assert getattr(cache, name)(*arguments) == getattr(model, name)(*arguments)
        assert len(cache) == len(model.pairs)


@pytest.mark.parametrize("weigh", [None, lambda _: 1])
def test_a_value_that_was_read_or_set_again_outlasts_an_older_one(weigh):
    cache = LruCache(3, weigh)
    for key in "abc":
        cache.put(key, key)
    assert cache.get("a") == "a"
    cache.put("b", "B")
    cache.put("d", "d")
    assert [cache.get(key) for key in "abcd"] == ["a", "B", None, "d"]


@given(OPERATIONS)
def test_least_recently_used_entries_go_first(operations):
    check(LruCache(3), Model(3, lambda _: 1), operations)


@given(OPERATIONS)
def test_weights_stay_within_the_capacity(operations):
    check(LruCache(4, weigh=int), Model(4, int), operations)


def test_a_value_of_none_is_told_apart_from_no_value():
    cache = LruCache(2)
    cache.put("known", None)
    missing = object()
    assert cache.get("known", missing) is None
    assert cache.get("unknown", missing) is missing


def test_entries_are_dropped_by_their_value():
    cache = LruCache(5)
    for number in range(5):
        cache.put(number, number)
    cache.remove_where(lambda value: value % 2 == 0)
    assert [cache.get(number) for number in range(5)] == [None, 1, None, 3, None]
    cache.clear()
    assert len(cache) == 0


def test_threads_share_a_cache():
    cache = LruCache(50, weigh=int)
    failures = []

    def work(start):
        try:
            for number in range(start, start + 3000):
                cache.put(number % 97, number % 7)
                cache.get((number * 31) % 97)
                cache.remove((number * 17) % 97)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a failure
            failures.append(error)

    threads = [threading.Thread(target=work, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert sum(cache.get(key, 0) for key in range(97)) <= 50
