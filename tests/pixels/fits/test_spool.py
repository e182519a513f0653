"""Decompressed copies that cannot be made: found out once, not with every request."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from celestile.errors import CelestileError, StorageError, UnservableImageError
from celestile.pixels.fits import spool as module
from celestile.pixels.fits.spool import Spool


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files whose decompression was begun, in order."""
    found: list[Path] = []

    def opener(path: Path) -> object:
        found.append(path)
        return gzip.open(path, "rb")

    monkeypatch.setattr(module, "opener_of", lambda _: opener)
    return found


def refuse(size: int) -> None:
    if size > 1_000_000:
        raise StorageError("too much")


@pytest.mark.parametrize(
    ("content", "make_room", "error"),
    [
        (gzip.compress(bytes(200_000_000)), refuse, StorageError),
        (gzip.compress(os.urandom(10_000))[:-20], None, UnservableImageError),
    ],
    ids=["bomb", "cut short"],
)
def test_refused_file_is_not_decompressed_again_until_it_changes(
    content: bytes,
    make_room: Callable[[int], None] | None,
    error: type[CelestileError],
    opened: list[Path],
    tmp_path: Path,
) -> None:
    packed = tmp_path / "a.fits.gz"
    packed.write_bytes(content)
    spool = Spool(tmp_path / "copies", make_room)
    sentences = []
    for _ in range(3):
        with pytest.raises(error) as caught:
            spool.plain(packed)
        sentences.append(str(caught.value))
    assert opened == [packed]
    assert len(set(sentences)) == 1
    packed.write_bytes(gzip.compress(b"well"))
    copy, _ = spool.plain(packed)
    assert copy.read_bytes() == b"well"


def test_full_disk_is_tried_again(
    opened: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = tmp_path / "a.fits.gz"
    packed.write_bytes(gzip.compress(b"well"))
    spool = Spool(tmp_path / "copies")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", _no_space)
        with pytest.raises(StorageError, match="No space left on device"):
            spool.plain(packed)
    copy, _ = spool.plain(packed)
    assert copy.read_bytes() == b"well"


def _no_space(*_: object) -> None:
    raise OSError(28, os.strerror(28))
