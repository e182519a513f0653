"""Identifiers never lead out of the data root, whatever they are made of."""

import gzip
import os
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celestile.errors import UnknownImageError
from celestile.pixels import names
from celestile.pixels.names import is_fits_name
from celestile.pixels.resolver import Resolver, shown_names

FITS = b"SIMPLE  =                    T" + bytes(3000)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A data root with files, folders and links of all kinds, and secrets around it."""
    root = tmp_path / "root"
    for name in (
        "a.fits", "sub/b.fits", "sub/deep/c.fits.fz", ".hidden.fits", ".secret/d.fits",
        "notes.txt", "odd name;é%20.fits", "sub/e.FITS", "sub/f.fits.gz", "table.csv",
    ):  # fmt: skip
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(FITS)
    (tmp_path / "outside.fits").write_bytes(FITS)
    (tmp_path / "root2").mkdir()
    (tmp_path / "root2" / "near.fits").write_bytes(FITS)
    (root / "out.fits").symlink_to(tmp_path / "outside.fits")
    (root / "outdir").symlink_to(tmp_path / "root2")
    (root / "in.fits").symlink_to("sub/b.fits")
    (root / "indir").symlink_to("sub")
    (root / "loop").symlink_to(root)
    (root / "self.fits").symlink_to("self.fits")
    (root / "dangling.fits").symlink_to("nothing.fits")
    (root / "hiddenlink.fits").symlink_to(".hidden.fits")
    os.mkfifo(root / "pipe.fits")
    return root


@pytest.mark.parametrize(
    "identifier",
    ["a.fits", "sub/b.fits", "sub/deep/c.fits.fz", "odd name;é%20.fits", "sub/e.FITS",
     "sub/f.fits.gz", "in.fits", "indir/b.fits"],
)  # fmt: skip
def test_what_is_there_is_found(identifier: str, root: Path) -> None:
    path = Resolver(root).path(identifier)
    assert path == (root / identifier).resolve()
    assert path.is_relative_to(root)


@pytest.mark.parametrize(
    "identifier",
    [
        "", "/", ".", "..", "../outside.fits", "sub/../a.fits", "sub/../../outside.fits",
        "./a.fits",
        "sub//b.fits", "/a.fits", "a.fits/", "a.fits/x", "sub", "sub/", "missing.fits",
        "out.fits", "outdir/near.fits", "../root2/near.fits", "dangling.fits", "self.fits",
        ".hidden.fits", ".secret/d.fits", "a.fits\0", "a.fits\0.fits", "\0", "pipe.fits",
        "..\\outside.fits", "%2e%2e/outside.fits", "..%2foutside.fits", "a" * 5000 + ".fits",
        "x/" * 3000 + "a.fits", "\udcff.fits", "notes.txt", "table.csv", "sub/.", "sub/..",
        "loop/../../outside.fits", "~/a.fits", "$HOME/a.fits", "//etc/passwd", "C:\\a.fits",
    ],
)  # fmt: skip
def test_everything_else_is_unknown(identifier: str, root: Path) -> None:
    with pytest.raises(UnknownImageError) as caught:
        Resolver(root).path(identifier)
    assert str(root) not in str(caught.value)


def test_absolute_paths_are_unknown(root: Path) -> None:
    for path in (root / "a.fits", root.parent / "outside.fits"):
        for identifier in (str(path), f"file://{path}", str(path).lstrip("/")):
            with pytest.raises(UnknownImageError):
                Resolver(root).path(identifier)


def test_hidden_files_where_they_are_asked_for(root: Path) -> None:
    resolver = Resolver(root, hidden=True)
    assert resolver.path(".secret/d.fits").name == "d.fits"
    assert ".hidden.fits" in {entry.identifier for entry in resolver.walk()}
    with pytest.raises(UnknownImageError):
        resolver.path("../outside.fits")


pieces = st.sampled_from(
    ["..", ".", "", "a.fits", "sub", "out.fits", "outdir", "near.fits", "loop", "%2e%2e", "\0",
     "root2", "outside.fits", "etc", "passwd", "..%00", "..;", " ..", "．．"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(parts=st.lists(pieces, max_size=7), lead=st.sampled_from(["", "/", "//", "./", "%2f"]))
def test_no_identifier_leads_out(
    parts: list[str], lead: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "jail"
    root = folder / "root"
    if not root.exists():
        (root / "sub").mkdir(parents=True)
        (folder / "root2").mkdir()
        for name in ("root/a.fits", "root/sub/a.fits", "outside.fits", "root2/near.fits"):
            (folder / name).write_bytes(FITS)
        (root / "out.fits").symlink_to(folder / "outside.fits")
        (root / "outdir").symlink_to(folder / "root2")
        (root / "loop").symlink_to(root)
    text = lead + "/".join(parts)
    for identifier in (text, unquote(text), unquote(unquote(text))):
        try:
            path = Resolver(root).path(identifier)
        except UnknownImageError:
            continue
        assert path.resolve() == path
        assert path.is_relative_to(root)
        assert path.is_file()


def test_the_list_holds_what_can_be_opened_and_nothing_else(root: Path) -> None:
    resolver = Resolver(root)
    found = [entry.identifier for entry in resolver.walk()]
    assert sorted(found) == [
        "a.fits", "hiddenlink.fits", "in.fits", "odd name;é%20.fits", "sub/b.fits",
        "sub/deep/c.fits.fz", "sub/e.FITS", "sub/f.fits.gz",
    ]  # fmt: skip
    assert len(found) == len(set(found))
    for identifier in found:
        resolver.path(identifier)


def test_folders(root: Path) -> None:
    resolver = Resolver(root)
    folders, images = resolver.folder("")
    assert folders == ["indir/", "loop/", "sub/"]
    assert [entry.title for entry in images] == [
        "a.fits", "hiddenlink.fits", "in.fits", "odd name;é%20.fits",
    ]  # fmt: skip
    assert resolver.folder("sub/")[0] == ["sub/deep/"]
    assert images[0].size == len(FITS)
    assert images[0].modified is not None
    for prefix in ("../", "outdir/", "missing/", ".secret/", "/etc/", "\0/", "sub/../../root2/"):
        assert resolver.folder(prefix) == ([], [])


def test_an_empty_folder_is_not_listed(root: Path) -> None:
    (root / "empty" / "er").mkdir(parents=True)
    assert "empty/" not in Resolver(root).folder("")[0]


@pytest.mark.parametrize("hidden", [False, True])
def test_the_folders_listed_are_those_with_images_below(tmp_path: Path, *, hidden: bool) -> None:
    root = tmp_path / "root"
    for name in (
        "night/.raw/a.fits", "dots/.a.fits", "dots/.b/c.fits", "dots/notes.txt", "plain/a.fits",
        "deep/er/.raw/a.fits", "deep/er/notes.txt", ".top/a.fits", "none/a.txt",
    ):  # fmt: skip
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(FITS)
    (root / "outward").mkdir()
    (root / "outward" / "a.fits").symlink_to(tmp_path / "outside.fits")
    (tmp_path / "outside.fits").write_bytes(FITS)
    resolver = Resolver(root, hidden=hidden)
    below = {identifier.partition("/")[0] for identifier in (e.identifier for e in resolver.walk())}
    folders, _ = resolver.folder("")
    assert folders == sorted(f"{name}/" for name in below)
    shown = {"night/", "dots/", "deep/", ".top/"}
    assert shown.isdisjoint(folders) != hidden
    assert shown.issubset(folders) == hidden
    assert "plain/" in folders


def test_a_root_that_is_a_link(tmp_path: Path, root: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(root)
    assert Resolver(link).path("a.fits") == root / "a.fits"


def test_a_root_that_vanishes(tmp_path: Path) -> None:
    resolver = Resolver(tmp_path / "nowhere")
    assert list(resolver.walk()) == []
    with pytest.raises(UnknownImageError):
        resolver.path("a.fits")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.fits", True), ("a.FIT", True), ("a.fts", True), ("a.fits.fz", True), ("a.fz", True),
     ("a.fits.gz", True), ("a.fits.bz2", True), ("a.fits.xz", True), ("a.mt", True),
     ("fits", False), ("a.gz", False), ("a.fits.txt", False), ("afits", False)],
)  # fmt: skip
def test_names(name: str, *, expected: bool) -> None:
    assert is_fits_name(name) is expected


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["/night/a.fits", "/night/b.fits"], ["a.fits", "b.fits"]),
        (["/old/m.fits", "/new/m.fits", "/new/n.fits"], ["old/m.fits", "new/m.fits", "n.fits"]),
        (["/1/r/m.fits", "/2/r/m.fits", "/2/g/m.fits"], ["1/r/m.fits", "2/r/m.fits", "2/g/m.fits"]),
        (["/m.fits", "/a/m.fits"], ["/m.fits", "a/m.fits"]),
        (["/a/m.fits", "/a/m.fits"], ["m.fits", "m.fits"]),
        ([], []),
    ],
)
def test_files_of_one_name_are_told_apart_by_their_folders(
    paths: list[str], names: list[str]
) -> None:
    assert shown_names([Path(path) for path in paths]) == names


SNIFFED = {
    "sw1.img": (FITS, True),
    "sw2.img.gz": (gzip.compress(FITS), True),
    "ngc.new": (FITS, True),
    "a.weight.fz": (FITS, True),
    "UPPER.IMG": (FITS, True),
    "floppy.img": (b"\xeb\x3c\x90" + bytes(3000), False),
    "text.img.gz": (gzip.compress(b"words" * 100), False),
    "broken.img.gz": (b"\x1f\x8b\x08", False),
    "empty.img": (b"", False),
    "fits in disguise.txt": (FITS, False),
    "notes.tar": (FITS, False),
}


@pytest.mark.parametrize("name", SNIFFED)
def test_names_that_leave_it_open(name: str, tmp_path: Path) -> None:
    content, is_fits = SNIFFED[name]
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / name).write_bytes(content)
    resolver = Resolver(tmp_path)
    listed = [entry.identifier for entry in resolver.folder("sub/")[1]]
    assert listed == ([f"sub/{name}"] if is_fits else [])
    assert [entry.identifier for entry in resolver.walk()] == listed
    assert resolver.folder("")[0] == (["sub/"] if is_fits else [])
    if is_fits:
        assert resolver.path(f"sub/{name}") == (tmp_path / "sub" / name).resolve()
    else:
        with pytest.raises(UnknownImageError):
            resolver.path(f"sub/{name}")


def test_first_bytes_are_read_once_for_each_state_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    genuine = names._begins_fits

    def count(path: str) -> bool:
        opened.append(path)
        return genuine(path)

    monkeypatch.setattr(names, "_begins_fits", count)
    for number in range(20):
        (tmp_path / f"{number}.img").write_bytes(FITS)
        (tmp_path / f"{number}.fits").write_bytes(FITS)
    resolver = Resolver(tmp_path)
    for _ in range(3):
        assert len(resolver.folder("")[1]) == 40
    assert len(opened) == 20
    (tmp_path / "3.img").write_bytes(b"something else now")
    assert len(resolver.folder("")[1]) == 39
    assert len(opened) == 21
