"""Versions of the capabilities across restarts, workers and lost directories."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from celestile.protocols.wmts import sequence
from celestile.protocols.wmts.sequence import UpdateSequence


def test_the_same_content_has_the_same_version_after_a_restart(tmp_path: Path) -> None:
    first = UpdateSequence(tmp_path, "root").of("a")
    assert UpdateSequence(tmp_path, "root").of("a") == first
    assert UpdateSequence(tmp_path, "root").of("b") > first
    assert UpdateSequence(tmp_path, "root").of("a") > first + 1


def test_workers_agree(tmp_path: Path) -> None:
    one, other = (UpdateSequence(tmp_path, "root") for _ in range(2))
    for digest in ("a", "b", "a", "c"):
        assert one.of(digest) == other.of(digest)


def test_workers_that_ask_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: UpdateSequence(tmp_path, "root").of("a"), range(16)))
    assert len(set(found)) == 1


def test_servers_of_other_data_do_not_count(tmp_path: Path) -> None:
    one, other = UpdateSequence(tmp_path, "one"), UpdateSequence(tmp_path, "other")
    first = one.of("a")
    other.of("b")
    assert one.of("a") == first


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"number": "x", "digest": 1}'])
def test_a_damaged_file_is_replaced(tmp_path: Path, content: bytes) -> None:
    first = UpdateSequence(tmp_path, "root").of("a")
    (path,) = tmp_path.iterdir()
    path.write_bytes(content)
    again = UpdateSequence(tmp_path, "root")
    assert again.of("a") >= first
    assert UpdateSequence(tmp_path, "root").of("a") == again.of("a")


def test_a_directory_that_is_not_writable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    counter = UpdateSequence(tmp_path / "file" / "below", "root")
    first = counter.of("a")
    assert counter.of("a") == first
    second = counter.of("b")
    assert second > first
    assert counter.of("a") > second


def test_a_lost_directory_does_not_count_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequence.time, "time", lambda: 1_800_000_000.5)
    first = UpdateSequence(tmp_path / "one", "root").of("a")
    assert first == 1_800_000_000
    monkeypatch.setattr(sequence.time, "time", lambda: 1_800_000_900.0)
    assert UpdateSequence(tmp_path / "two", "root").of("b") > first
    # A clock that goes back does not matter either.
    monkeypatch.setattr(sequence.time, "time", lambda: 1_700_000_000.0)
    assert UpdateSequence(tmp_path / "one", "root").of("b") == first + 1
