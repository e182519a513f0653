"""Patterns of names: what they match, and when they have to be looked at again."""

import os
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from celestile.errors import UnservableImageError
from celestile.pixels.image import Image
from celestile.pixels.library import DeclaredImage, Library
from celestile.pixels.patterns import folders, literal, matching

NAMES = ["a1.fits", "a2.fits", ".a3.fits", "b.fits", "x[1].fits", "n1/a.fits", "n2/deep/a.fits"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    for name in NAMES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["a?.fits"], ["a1.fits", "a2.fits"]),
        (["b.fits", "*.fits"], ["b.fits", "a1.fits", "a2.fits", "x[1].fits"]),
        (["a[2-3].fits"], ["a2.fits"]),
        (["*/a.fits"], ["n1/a.fits"]),
        (["**/a.fits"], ["n1/a.fits", "n2/deep/a.fits"]),
        (["nothing*"], []),
        (["gone.fits"], ["gone.fits"]),
        (["n?"], []),
    ],
)
def test_patterns_match_as_in_a_shell(tree: Path, patterns: list[str], expected: list[str]) -> None:
    found = matching([tree / pattern for pattern in patterns])
    assert [path.relative_to(tree).as_posix() for path in found] == expected


def test_the_name_of_the_folder_is_no_pattern(tmp_path: Path) -> None:
    root = tmp_path / "odd [folder]*"
    root.mkdir()
    (root / "a.fits").touch()
    assert matching([literal(root, "*.fits")]) == (root / "a.fits",)


def test_a_name_that_looks_like_a_pattern_is_found(tmp_path: Path) -> None:
    (tmp_path / "x[1].fits").touch()
    assert matching([literal(tmp_path, "x[1].fits")]) == (tmp_path / "x[1].fits",)


@pytest.mark.parametrize(
    ("pattern", "added"),
    [
        ("*.fits", "c.fits"),
        ("n?/*.fits", "n1/b.fits"),
        ("n?/*.fits", "n3/a.fits"),
        ("n?/deep/*.fits", "n2/deep/b.fits"),
        ("**/*.fits", "n1/new/a.fits"),
        ("gone/*.fits", "gone/a.fits"),
    ],
)
def test_a_file_that_comes_changes_a_folder_or_makes_one(
    tree: Path, pattern: str, added: str
) -> None:
    patterns = [tree / pattern]
    before = folders(patterns)
    for folder in before:
        os.utime(folder, (1, 1))
    (tree / added).parent.mkdir(exist_ok=True)
    (tree / added).touch()
    assert tree / added in matching(patterns)
    assert folders(patterns) != before or any(f.stat().st_mtime != 1 for f in before)


def test_a_name_needs_no_folder_to_be_watched(tree: Path) -> None:
    assert folders([tree / "a1.fits"]) == ()
    assert folders([tree / "a1.fits", tree / "n1" / "*.fits"]) == (tree / "n1",)


def times(image: Image) -> list[str | None]:
    return [frame.time for frame in image.frames]


def test_frames_come_and_go_while_a_night_is_observed(
    tmp_path: Path, spool: Any, write_fits: Any, read_pixels: Any
) -> None:
    clock = count(1)

    def changed() -> None:
        # The clock of a file system may stand still between two changes.
        os.utime(tmp_path, (0, next(clock)))

    def observe(number: int) -> Path:
        array = np.full((4, 5), number, np.float32)
        path: Path = write_fits(f"n{number}.fits", (array, {"DATE-OBS": f"2020-01-0{number}"}))
        changed()
        return path

    declared = DeclaredImage(frames=(literal(tmp_path, "n*.fits"),))
    library = Library(None, spool, {"night": declared})
    with pytest.raises(UnservableImageError, match="'night' cannot be served: no file matches"):
        library.open("night")
    second = observe(2)
    image = library.open("night")
    assert times(image) == ["2020-01-02T00:00:00Z"]
    assert library.open("night") is image
    (tmp_path / "notes.txt").touch()
    changed()
    assert library.if_open("night") is None
    assert library.open("night") is image
    first, third = observe(1), observe(3)
    image = library.open("night")
    assert [read_pixels(image, frame)[0, 0] for frame in (1, 2, 3)] == [1, 2, 3]
    assert library.originals("night") == (first, second, third)
    assert library.original("night", 3, 1) == third
    second.unlink()
    changed()
    assert times(library.open("night")) == ["2020-01-01T00:00:00Z", "2020-01-03T00:00:00Z"]


def test_a_declared_file_that_is_not_there_is_named(tmp_path: Path, spool: Any) -> None:
    library = Library(None, spool, {"a": DeclaredImage(file=tmp_path / "sub" / "no.fits")})
    with pytest.raises(UnservableImageError) as caught:
        library.open("a")
    assert str(caught.value) == "image 'a' cannot be served: there is no file no.fits"
