"""Entries are built once, shared, evicted in order of last use, and never half there."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from celestile.errors import StorageError
from celestile.geometry import Region
from celestile.locks import locked
from celestile.pyramid import cache as cache_module
from celestile.pyramid.cache import Cache

RNG = np.random.default_rng(20260107)


def array(seed: int = 0, shape: tuple[int, int] = (61, 83)) -> Any:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def files(cache: Cache) -> list[str]:
    return sorted(path.name for path in cache.directory.iterdir())


def test_a_pyramid_is_built_once_and_found_again(cache: Cache, memory_plane: Any) -> None:
    plane = memory_plane(array())
    assert cache.if_open(plane) is None
    first = cache.open_or_build(plane)
    assert cache.open_or_build(plane) is first
    assert cache.if_open(plane) is first
    assert plane.pixels_read == plane.array.size
    again = Cache(cache.directory, 10**9, 16)
    np.testing.assert_array_equal(
        again.open_or_build(plane).read(1, Region(0, 0, 42, 31)),
        first.read(1, Region(0, 0, 42, 31)),
    )
    assert plane.pixels_read == plane.array.size
    assert len(files(cache)) == 1


def test_another_key_is_another_entry(cache: Cache, memory_plane: Any) -> None:
    old, new = memory_plane(array(1), "file at 1"), memory_plane(array(2), "file at 2")
    cache.open_or_build(old)
    found = cache.open_or_build(new).read(0, Region(0, 0, 83, 61))
    np.testing.assert_array_equal(found, new.array)
    assert len(files(cache)) == 2


def test_another_tile_size_is_another_entry(cache: Cache, memory_plane: Any) -> None:
    plane = memory_plane(array())
    cache.open_or_build(plane)
    other = Cache(cache.directory, 10**9, 32).open_or_build(plane)
    assert other.levels.tile_size == 32
    assert len(files(cache)) == 2


def test_a_direct_plane_keeps_its_first_level(cache: Cache, memory_plane: Any) -> None:
    plane = memory_plane(array(), direct=True)
    pyramid = cache.open_or_build(plane)
    whole = sum(entry.size for entry in cache.entries())
    np.testing.assert_array_equal(pyramid.read(0, Region(3, 4, 20, 10)), plane.array[4:14, 3:23])
    kept = Cache(cache.directory, 10**9, 16, keep_level0=True)
    kept.open_or_build(plane)
    assert sum(entry.size for entry in cache.entries()) > 3 * whole
    assert pyramid.has(0)
    assert pyramid.has(pyramid.levels.count - 1)


def test_a_small_direct_plane_needs_no_file(cache: Cache, memory_plane: Any) -> None:
    plane = memory_plane(array(shape=(10, 16)), direct=True)
    pyramid = cache.open_or_build(plane)
    assert pyramid.levels.count == 1
    assert not cache.directory.exists()
    assert cache.if_open(plane) is pyramid


def test_a_glance_builds_nothing(cache: Cache, memory_plane: Any) -> None:
    plane, other = memory_plane(array(), "a", direct=True), memory_plane(array(), "b")
    assert cache.available(plane).has(0)
    assert not cache.available(plane).has(1)
    assert not cache.available(other).has(0)
    assert plane.pixels_read == 0
    cache.open_or_build(other)
    assert cache.available(other).has(2)


def test_many_threads_wait_for_one_build(cache: Cache, memory_plane: Any) -> None:
    class Slow(memory_plane):  # type: ignore[misc]
        def read(self, region: Region) -> Any:
            time.sleep(0.05)
            return super().read(region)

    plane = Slow(array())
    found: list[Any] = []
    threads = [
        threading.Thread(
            target=lambda: found.append(cache.open_or_build(plane).read(2, Region(0, 0, 9, 9)))
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert plane.pixels_read == plane.array.size
    assert len(found) == 8
    assert all(np.array_equal(values, found[0]) for values in found)
    assert all(not name.endswith((".tmp", ".lock")) for name in files(cache))


BUILDER = """
import sys, time
import numpy as np
from pathlib import Path
from celestile.pyramid.cache import Cache
from celestile.geometry import Region

class Plane:
    key, width, height, direct, by_rows = "shared", 83, 61, False, False
    def read(self, region):
        print("reads", flush=True)
        time.sleep(float(sys.argv[2]))
        values = np.arange(61 * 83, dtype=np.float32).reshape(61, 83)
        return values[region.y : region.bottom, region.x : region.right].copy()

pyramid = Cache(Path(sys.argv[1]), 10**9, 16).open_or_build(Plane())
print(float(pyramid.read(2, Region(0, 0, 21, 16)).sum()), flush=True)
"""


@contextmanager
def builder(cache: Cache, seconds: float) -> Iterator["subprocess.Popen[str]"]:
    """Start a process that builds slowly; it ends with the context, whatever happens in it."""
    with subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(cache.directory), str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_many_processes_wait_for_one_build(cache: Cache) -> None:
    with ExitStack() as stack:
        running = [stack.enter_context(builder(cache, 0.3)) for _ in range(3)]
        said = [process.communicate()[0].split() for process in running]
    assert sum(words.count("reads") for words in said) == 1
    assert len({words[-1] for words in said}) == 1
    assert len(files(cache)) == 1


def test_a_killed_build_is_swept_and_does_not_bar_the_next(cache: Cache) -> None:
    with builder(cache, 3600) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "reads\n"
        # Others that sweep now leave a build under way alone.
        Cache(cache.directory, 10**9, 16).sweep()
        assert any(name.endswith(".tmp") for name in files(cache))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert cache.entries() == ()
    cache.sweep()
    assert files(cache) == []
    with builder(cache, 0) as after:
        assert "reads" in after.communicate()[0]
    assert len(files(cache)) == 1


def test_what_was_used_longest_ago_goes_first(tmp_path: Path, memory_plane: Any) -> None:
    planes = [memory_plane(array(n), f"plane {n}") for n in range(4)]
    probe = Cache(tmp_path / "probe", 10**9, 16)
    probe.open_or_build(planes[0])
    size = probe.entries()[0].size
    cache = Cache(tmp_path / "cache", 3 * size + 10, 16)
    readers: list[Any] = []
    files: list[Path] = []
    for age, plane in enumerate(planes[:3]):
        known = set(tmp_path.glob("cache/*.pyramid"))
        readers.append(cache.open_or_build(plane))
        (path,) = set(tmp_path.glob("cache/*.pyramid")) - known
        files.append(path)
        os.utime(path, (1000 + age, 1000 + age))
    reader = readers[1]
    os.utime(files[0], (2000, 2000))
    cache.open_or_build(planes[3])
    assert cache.if_open(planes[1]) is None
    assert cache.if_open(planes[0]) is not None
    assert cache.if_open(planes[2]) is not None
    assert sum(entry.size for entry in cache.entries()) <= 3 * size + 10
    # Whoever has it open reads on.
    np.testing.assert_array_equal(reader.read(0, Region(0, 0, 83, 61)), planes[1].array)
    cache.open_or_build(planes[1])
    assert planes[1].pixels_read == 2 * planes[1].array.size


def test_an_entry_evicted_elsewhere_is_let_go_of(
    cache: Cache, memory_plane: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "_TOUCH_SECONDS", -1.0)  # at every use, whatever the clock
    plane = memory_plane(array())
    cache.open_or_build(plane)
    assert cache.if_open(plane) is not None
    Cache(cache.directory, 10**9, 16).clear()
    assert cache.if_open(plane) is None
    cache.open_or_build(plane)
    assert len(files(cache)) == 1


def test_use_is_noted_on_the_file(
    cache: Cache, memory_plane: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "_TOUCH_SECONDS", -1.0)  # at every use, whatever the clock
    plane = memory_plane(array())
    cache.open_or_build(plane)
    path = next(cache.directory.iterdir())
    os.utime(path, (1000, 1000))
    cache.if_open(plane)
    assert path.stat().st_mtime > 10**9


def test_an_image_larger_than_the_budget_is_refused(tmp_path: Path, memory_plane: Any) -> None:
    cache = Cache(tmp_path / "cache", 5000, 16)
    with pytest.raises(StorageError, match=r"cache\.size allows 5000"):
        cache.open_or_build(memory_plane(array()))
    assert cache.entries() == ()


@pytest.mark.parametrize(("budget", "stored"), [(13312, {1, 2, 3}), (9000, {2, 3}), (6000, {3})])
def test_levels_beyond_the_budget_come_from_the_source(
    budget: int, stored: set[int], tmp_path: Path, cache: Cache, memory_plane: Any
) -> None:
    values = array()
    values[20:50, 30:60] = np.nan
    values[::7] = np.nan
    plane = memory_plane(values, direct=True)
    small = Cache(tmp_path / "small", budget, 16)
    pyramid, whole = small.open_or_build(plane), cache.open_or_build(plane)
    assert {level for level in range(4) if pyramid.stores(level)} == stored
    assert sum(entry.size for entry in small.entries()) <= budget
    for level in range(whole.levels.count):
        assert pyramid.has(level)
        width, height = whole.levels.size(level)
        for region in (Region(0, 0, width, height), Region(2, 3, width - 3, height - 4)):
            np.testing.assert_array_equal(pyramid.read(level, region), whole.read(level, region))


def test_no_more_than_the_finest_levels_come_from_the_source(
    tmp_path: Path, memory_plane: Any
) -> None:
    small = Cache(tmp_path / "small", 5119, 16)
    with pytest.raises(StorageError, match=r"cache\.size allows 5119"):
        small.open_or_build(memory_plane(array(), direct=True))


def test_room_is_made_for_other_files_too(cache: Cache, memory_plane: Any) -> None:
    plane = memory_plane(array())
    cache.open_or_build(plane)
    (cache.directory / "copy.fits").write_bytes(bytes(50000))
    small = Cache(cache.directory, 60000, 16)
    small.make_room(55000)
    assert sum(entry.size for entry in small.entries()) <= 5000


DAMAGES = {
    "truncated": lambda path: os.truncate(path, path.stat().st_size // 2),
    "longer": lambda path: os.truncate(path, path.stat().st_size + 1),
    "empty": lambda path: os.truncate(path, 0),
    "no header": lambda path: path.open("r+b").write(bytes(4096)),
    "not ours": lambda path: path.write_bytes(b"\xff\xfe" * 5000),
    "a list": lambda path: path.open("r+b").write(b"[1, 2]".ljust(4096)),
    "another size": lambda path: path.write_bytes(
        path.read_bytes().replace(b'"width": 83', b'"width": 84')
    ),
    "another version": lambda path: path.write_bytes(
        path.read_bytes().replace(b'"format": ', b'"format": 9')[:-1]
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.filterwarnings("ignore:unclosed file")
def test_a_damaged_entry_is_built_anew(
    damage: str, cache: Cache, memory_plane: Any, caplog: pytest.LogCaptureFixture
) -> None:
    plane = memory_plane(array())
    cache.open_or_build(plane)
    cache.forget()
    DAMAGES[damage](next(cache.directory.iterdir()))
    found = cache.open_or_build(plane).read(0, Region(0, 0, 83, 61))
    np.testing.assert_array_equal(found, plane.array)
    assert plane.pixels_read == 2 * plane.array.size
    assert "damaged" in caplog.text


def test_a_removed_directory_is_made_again(cache: Cache, memory_plane: Any) -> None:
    plane, other = memory_plane(array(), "a"), memory_plane(array(1), "b")
    pyramid = cache.open_or_build(plane)
    shutil.rmtree(cache.directory)
    np.testing.assert_array_equal(pyramid.read(0, Region(0, 0, 83, 61)), plane.array)
    cache.open_or_build(other)
    assert len(files(cache)) == 1


def test_a_directory_removed_during_a_build_is_an_error(cache: Cache, memory_plane: Any) -> None:
    class Removing(memory_plane):  # type: ignore[misc]
        def read(self, region: Region) -> Any:
            shutil.rmtree(cache.directory, ignore_errors=True)
            return super().read(region)

    with pytest.raises(StorageError):
        cache.open_or_build(Removing(array()))
    np.testing.assert_array_equal(
        cache.open_or_build(memory_plane(array())).read(0, Region(0, 0, 83, 61)), array()
    )


def test_a_directory_that_cannot_be_made_is_an_error(tmp_path: Path, memory_plane: Any) -> None:
    (tmp_path / "file").touch()
    cache = Cache(tmp_path / "file" / "cache", 10**9, 16)
    with pytest.raises(StorageError) as caught:
        cache.open_or_build(memory_plane(array()))
    assert str(tmp_path) not in str(caught.value)
    assert cache.entries() == ()
    cache.sweep()
    assert cache.clear() == 0


def test_a_full_disk_leaves_nothing_behind(
    cache: Cache, memory_plane: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "posix_fallocate", full)
        with pytest.raises(StorageError, match="No space left"):
            cache.open_or_build(memory_plane(array()))
    assert files(cache) == []
    cache.open_or_build(memory_plane(array()))


def test_builds_under_way_count(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1000, 16)
    for name, size, used in (("old.pyramid", 300, 1), ("new.pyramid", 300, 2), ("b.tmp", 300, 3)):
        (tmp_path / name).write_bytes(bytes(size))
        os.utime(tmp_path / name, (used, used))
    cache.make_room(200)
    assert files(cache) == ["b.tmp", "new.pyramid"]


def test_level_0_is_copied_where_there_is_room(cache: Cache, memory_plane: Any) -> None:
    plane = memory_plane(array(), direct=True)
    cache.open_or_build(plane)
    pyramid = cache.retile(plane)
    assert pyramid is not None
    assert cache.if_open(plane) is pyramid
    assert len(files(cache)) == 1
    read = plane.pixels_read
    np.testing.assert_array_equal(pyramid.read(0, Region(0, 0, 83, 61)), plane.array)
    assert plane.pixels_read == read
    assert (
        Cache(cache.directory, 10**9, 16).open_or_build(plane).read(0, Region(0, 0, 1, 1)).size == 1
    )
    assert plane.pixels_read == read
    size = cache.entries()[0].size
    cache.clear()
    assert Cache(cache.directory, size - 1, 16).retile(plane) is None


def test_clearing(cache: Cache, memory_plane: Any) -> None:
    plane = memory_plane(array())
    pyramid = cache.open_or_build(plane)
    size = cache.entries()[0].size
    (cache.directory / "notes.txt").write_text("not ours")
    assert cache.clear() == size
    assert files(cache) == ["notes.txt"]
    assert cache.if_open(plane) is None
    np.testing.assert_array_equal(pyramid.read(0, Region(0, 0, 83, 61)), plane.array)


def test_open_pyramids_are_limited(
    tmp_path: Path, memory_plane: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "_OPEN_FILES", 2)
    cache = Cache(tmp_path / "cache", 10**9, 16)
    planes = [memory_plane(array(n), f"plane {n}") for n in range(4)]
    for plane in planes:
        cache.open_or_build(plane)
    assert [cache.if_open(plane) is not None for plane in planes] == [False, False, True, True]
    cache.open_or_build(planes[0])
    assert planes[0].pixels_read == planes[0].array.size


HOLDER = """
import sys
from pathlib import Path
from celestile.locks import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_lock_keeps_other_processes_out(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BlockingIOError), locked(path, wait=False):
            pass
        assert holder.stdin is not None
        holder.stdin.close()
        with locked(path):
            assert path.exists()
    assert not path.exists()


def test_a_build_that_is_stopped_leaves_nothing(tmp_path: Path, memory_plane: Any) -> None:
    cache = Cache(tmp_path / "cache", 10**9, 16)

    class Long(memory_plane):  # type: ignore[misc]
        def read(self, region: Region) -> Any:
            if region.y > 0:
                cache.stop()
            return super().read(region)

    plane = Long(array(shape=(20_000, 20)))
    with pytest.raises(StorageError, match="stopping"):
        cache.open_or_build(plane)
    assert plane.pixels_read < plane.array.size
    assert files(cache) == []
    with pytest.raises(StorageError, match="stopping"):
        cache.open_or_build(memory_plane(array(), "another"))


def test_builds_are_watched(cache: Cache, memory_plane: Any) -> None:
    heard: list[Any] = []

    @contextmanager
    def watch() -> Iterator[Any]:
        heard.append("begun")
        yield lambda done, total: heard.append((done, total))
        heard.append("ended")

    cache.watch = watch
    cache.open_or_build(memory_plane(array(shape=(20, 30))))
    assert heard == ["begun", (600, 600), "ended"]
