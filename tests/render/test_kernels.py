"""Compilation: once, by whoever comes first, and also where nothing can be kept."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from celestile import compiled
from celestile.render import kernels

PROBE = """
import numpy as np
from celestile.render import kernels
out = np.empty((1, 3), np.uint8)
table = np.arange(65536, dtype=np.uint16).view(np.uint8)[1::2].copy()
values = np.array([[0.0, np.nan, 255.0]], np.float32)
assert kernels.tone(values, 0.0, 1 / 255, table, out) == 1
assert out.tolist() == [[0, 0, 255]]
"""


def test_warming_leaves_nothing_to_compile() -> None:
    kernels.warm()
    assert compiled._kernels
    assert all(kernel._compiled is not None for kernel in compiled._kernels)


def test_a_kernel_works_where_its_machine_code_cannot_be_kept(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import numba  # noqa: PLC0415

    real = numba.njit

    def unwritable(*arguments: object, cache: bool = False, **options: object) -> object:
        if cache:
            message = "cannot cache function: no locator available"
            raise RuntimeError(message)
        return real(*arguments, **options)

    monkeypatch.setattr(numba, "njit", unwritable)
    monkeypatch.setattr(compiled, "_spare_folder", None)
    compiled._warn_once.cache_clear()
    monkeypatch.setattr(compiled, "_kernels", [])

    def double(number: float) -> float:
        return number * 2

    assert compiled.kernel("d")(double)(4.0) == 8.0
    assert "cannot be cached" in caplog.text


def test_a_cache_folder_that_is_a_file_is_survived(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.touch()
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(blocker / "cache")}
    subprocess.run([sys.executable, "-c", PROBE], check=True, env=environment)


@pytest.mark.parametrize("mode", [None, 0o700, 0o777])
def test_spare_folder_takes_what_no_other_can_unless_others_may_write_there(
    tmp_path: Path, mode: int | None
) -> None:
    blocker = tmp_path / "file"
    blocker.touch()
    spare = tmp_path / "spare"
    if mode is not None:
        spare.mkdir()
        spare.chmod(mode)
    # Nowhere to write: a file in the place of the folder that numba asks first, and no other place.
    environment = {
        **os.environ,
        "NUMBA_CACHE_DIR": str(blocker / "cache"),
        "NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator",
    }
    choose = f"from celestile import compiled\ncompiled.keep_in(pathlib.Path({str(spare)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", f"import pathlib\n{choose}{PROBE}"],
        check=True, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    kept = [file.name for file in spare.rglob("*") if file.suffix in (".nbi", ".nbc")]
    assert bool(kept) == (mode != 0o777)
    assert ("cannot be cached" in done.stderr) == (mode == 0o777)


def test_a_second_process_loads_what_the_first_compiled(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", PROBE], check=True, env=environment)
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb?")}
    assert kept
    subprocess.run([sys.executable, "-c", PROBE], check=True, env=environment)
    assert kept == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb?")}
