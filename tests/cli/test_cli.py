"""The command line: exit codes, sentences on standard error, and what it does not import."""

import io
import os
import subprocess
import sys

import pytest

from celestile import __version__
from celestile.cli import console, main
from celestile.cli.console import progress
from celestile.cli.hosting import check_cache
from celestile.cli.text import human_bytes, number
from celestile.cli.viewer import open_browser
from celestile.errors import StorageError


@pytest.fixture
def run(tmp_path):
    """Run ``celestile`` in an empty folder, with a cache of its own."""

    def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "celestile", *arguments],
            cwd=tmp_path,
            env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return call


def test_version():
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0


def test_version_is_printed_without_importing_anything_large():
    program = (
        "import sys\nfrom celestile.cli import main\n"
        "try:\n    main(['--version'])\nexcept SystemExit:\n    pass\n"
        "large = {'astropy', 'numba', 'numpy', 'starlette', 'hypercorn', 'rich', 'yaml', 'PIL'}\n"
        "print(sorted(large & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"celestile {__version__}\n[]\n"


def test_help_lists_the_commands(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    shown = capsys.readouterr().out
    for command in ("FILE", "serve", "demo", "info", "cache"):
        assert command in shown


@pytest.mark.parametrize(
    ("arguments", "code", "program", "facts"),
    [
        ([], 2, "celestile", ("FILE", "celestile --help")),
        (["nowhere.fits"], 1, "celestile", ("nowhere.fits", "no such file or command")),
        (["serv"], 1, "celestile", ("serv", "no such file or command", "'celestile serve'")),
        (["--no-browser", "nowhere.fits"], 1, "celestile", ("nowhere.fits", "no such file")),
        (["serve"], 2, "celestile", ("nothing to serve", "--data DIR", "data.root", "images")),
        (["serve", "nowhere.yaml"], 2, "celestile", ("nowhere.yaml", "No such file")),
        (
            ["serve", "--data", "nowhere"],
            2,
            "celestile",
            ("command line", "--data", "'nowhere'", "existing folder"),
        ),
        (
            ["serve", "--data", ".", "--port", "http"],
            2,
            "celestile",
            ("command line", "--port", "'http'", "0 to 65535"),
        ),
        (["serve", "--wat"], 2, "celestile serve", ("--wat", "celestile serve --help")),
        (["cache"], 2, "celestile cache", ("list|clear", "celestile cache --help")),
        (["info", "nowhere.fits"], 1, "celestile", ("nowhere.fits", "no such file")),
        (["info", "."], 2, "celestile", (". is a folder", "file")),
        ([".", "nowhere.fits"], 2, "celestile", ("files", "a single folder")),
        (
            ["https://example.org/m13.fits"],
            2,
            "celestile",
            ("FILE", "https://example.org/m13.fits", "URL", "local files", "celestile --help"),
        ),
        (
            ["info", "-"],
            2,
            "celestile info",
            ("FILE", "standard input", "a file", "celestile info --help"),
        ),
        ([os.devnull], 1, "celestile", (os.devnull, "not a regular file")),
        (["serve", "."], 2, "celestile", (". is a folder", "celestile serve --data .")),
        (
            ["contact-sheet", ".", "--size", "0"],
            2,
            "celestile contact-sheet",
            ("--size", "'0'", "at least 1", "celestile contact-sheet --help"),
        ),
        (
            ["contact-sheet", ".", "-o", "sheet.xyz"],
            2,
            "celestile",
            ("sheet.xyz", ".gif", ".jpg", ".pdf", ".png", ".tif", ".webp"),
        ),
        (["contact-sheet", ".", "-o", "nowhere/sheet.png"], 2, "celestile", ("no folder nowhere",)),
    ],
)
def test_errors_are_one_line_with_the_facts(run, arguments, code, program, facts):
    done = run(*arguments)
    assert done.stderr.startswith(f"{program}: ")
    assert done.stderr.count("\n") == 1
    for fact in facts:
        assert fact in done.stderr
    assert done.stdout == ""
    assert done.returncode == code


def test_fits_file_is_no_settings_file(run, tmp_path):
    (tmp_path / "m13.fits").write_bytes(b"SIMPLE  =                    T" + b"\xff" * 50)
    done = run("serve", "m13.fits")
    assert "m13.fits is a FITS file" in done.stderr
    assert done.stderr.endswith(" celestile m13.fits\n")
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("name", "content", "facts"),
    [
        ("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(100), ("not a FITS file",)),
        ("empty.fits", b"", ("empty",)),
        ("sky.yaml", b"data: {root: .}\n", ("not a FITS file", "celestile serve sky.yaml")),
    ],
)
def test_file_that_is_not_fits_is_refused_before_the_start(run, tmp_path, name, content, facts):
    (tmp_path / name).write_bytes(content)
    done = run(name, "--no-browser")
    for fact in (name, *facts):
        assert fact in done.stderr
    assert done.stdout == ""
    assert done.returncode == 1


def test_unusable_cache_folder_is_a_warning(tmp_path, caplog):
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        check_cache(place)
        (record,) = caplog.records
        assert record.levelname == "WARNING"
        for fact in (f"{place} ", f"{tmp_path / 'file'} is not a folder", "--cache-dir"):
            assert fact in record.getMessage()
        caplog.clear()
    check_cache(tmp_path / "to" / "come")
    assert caplog.records == []
    assert not (tmp_path / "to").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_cache_folder_that_is_not_writable_is_a_warning(tmp_path, caplog):
    (tmp_path / "mine").mkdir(mode=0o500)
    check_cache(tmp_path / "mine" / "below")
    assert f"{tmp_path / 'mine'} is not writable" in caplog.text


def test_wrong_configuration_names_file_line_and_key(run, tmp_path):
    (tmp_path / "c.yaml").write_text("server:\n  prot: 80\n")
    done = run("serve", "c.yaml")
    assert done.returncode == 2
    assert done.stderr.startswith("celestile: c.yaml line 2: ")
    assert done.stderr.count("\n") == 1
    for fact in ("unknown key", "'server.prot'", "'port'"):
        assert fact in done.stderr


def test_cache_is_listed_and_cleared(run, tmp_path):
    folder = tmp_path / "cache" / "celestile"
    folder.mkdir(parents=True)
    (folder / "0123.pyramid").write_bytes(bytes(2500))
    (folder / "demo").mkdir()
    (folder / "demo" / "sky.fits").write_bytes(bytes(1500))
    listed = run("cache", "list")
    assert listed.returncode == 0
    assert listed.stdout.splitlines()[0].split()[:2] == ["2.5", "kB"]
    assert listed.stdout.splitlines()[-1] == f"2.5 kB of 10.0 GB in 1 files in {folder}"
    cleared = run("cache", "clear")
    assert cleared.stdout == f"4.0 kB freed in {folder}\n"
    assert run("cache", "list").stdout == f"0 B of 10.0 GB in 0 files in {folder}\n"


def test_cache_of_a_configuration(run, tmp_path):
    (tmp_path / "c.yaml").write_text("cache: {directory: here, size: 3 MB}")
    assert run("cache", "list", "c.yaml").stdout == f"0 B of 3.0 MB in 0 files in {tmp_path}/here\n"


def test_an_unknown_option_is_named_also_without_a_file(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--bogus"])
    assert stopped.value.code == 2
    assert "--bogus" in capsys.readouterr().err


def test_reader_that_has_seen_enough_is_no_error(tmp_path):
    command = f"{sys.executable} -m celestile cache list --cache-dir . | true"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""


def test_browser_is_not_looked_for_without_a_display(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    open_browser("http://127.0.0.1:1/")
    assert opened == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_940, "999.9 kB"),
        (999_960, "1.0 MB"),
        (47_779_200, "47.8 MB"),
        (10**10, "10.0 GB"),
        (2.5e15, "2500.0 TB"),
    ],
)
def test_bytes_are_shown_with_units(value, text):
    assert human_bytes(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (3, "3"), (0.1234567, "0.123457"), (1.4e9, "1.4e+09")]
)
def test_numbers_are_shown_in_six_digits(value, text):
    assert number(value) == text


def test_progress_is_a_bar_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with progress("Counting stars") as report:
        report(0.5)
    shown = capsys.readouterr()
    assert "Counting stars" in shown.err
    assert "50%" in shown.err
    assert shown.out == ""


def test_progress_is_a_log_line_elsewhere(capsys, caplog):
    caplog.set_level("INFO")
    with progress("Counting stars") as report:
        report(0.5)
    assert caplog.messages == ["Counting stars"]
    assert capsys.readouterr().err == ""


class Terminal(io.StringIO):
    """Standard error, drawn on by a person's side."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "shows"), [(Terminal, True), (io.StringIO, False)])
def test_builds_show_on_a_terminal_only(monkeypatch, stream, shows):
    monkeypatch.setattr(console, "_LONG", -1.0)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", seen := stream())
    bars = console.BuildBars()
    with bars.watch() as first, bars.watch() as second:
        first(1, 4)
        second(4, 4)

    def fail():
        with bars.watch() as third:
            third(2, 4)
            raise StorageError("the server is stopping")

    with pytest.raises(StorageError):
        fail()
    assert (" 25%" in seen.getvalue()) == shows
    assert (" 50%" in seen.getvalue()) == shows
    # The cursor is hidden while a bar is there.
    assert seen.getvalue().endswith("\x1b[?25h\r" if shows else "")


def test_a_build_that_is_over_soon_shows_nothing(monkeypatch):
    monkeypatch.setattr(console, "_LONG", 3600.0)
    monkeypatch.setattr(sys, "stderr", seen := Terminal())
    with console.BuildBars().watch() as report:
        report(4, 4)
    assert seen.getvalue() == ""


def test_kernels_load_without_linear_algebra():
    """Where scipy is installed, numba would load it for BLAS."""
    pytest.importorskip("scipy.linalg")
    code = (
        "import sys; import celestile.pyramid.kernels as kernels; kernels.halve.compile();"
        "sys.exit('scipy.linalg' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
