"""The configuration file: what it may hold, and what is said when it holds something else."""

import dataclasses
import pickle
import re
from pathlib import Path

import pytest

from celestile.errors import SettingsError
from celestile.settings import (
    ChannelSettings,
    DefaultSettings,
    NamedViewSettings,
    Settings,
    load_settings,
)

SHIPPED = Path(__file__).parent.parent / "config" / "celestile.yaml"


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Write a configuration file and load it; its folder is the working directory."""
    monkeypatch.chdir(tmp_path)

    def write_and_load(text: str, **overrides: tuple[str, str]) -> Settings:
        Path("c.yaml").write_text(text, encoding="utf-8")
        dotted = {key.replace("__", "."): value for key, value in overrides.items()}
        return load_settings(Path("c.yaml"), dotted)

    return write_and_load


def test_shipped_file_holds_exactly_the_defaults():
    shipped = load_settings(SHIPPED)
    assert dataclasses.replace(shipped, folder=Path()) == Settings()


def test_shipped_file_mentions_every_key():
    text = SHIPPED.read_text(encoding="utf-8")
    for section in dataclasses.fields(Settings):
        if section.name in ("files", "folder"):  # of the command line, not of the file
            continue
        assert re.search(rf"^{section.name}:", text, re.MULTILINE), section.name
        value = getattr(Settings(), section.name)
        if dataclasses.is_dataclass(value):
            for key in dataclasses.fields(value):
                assert re.search(rf"^  {key.name}:", text, re.MULTILINE), key.name


def test_examples_in_the_comments_of_the_shipped_file_load(load):
    text = SHIPPED.read_text(encoding="utf-8")
    examples = re.findall(r"^#   (.*)$", text, re.MULTILINE)
    settings = load("\n".join(examples))
    assert [view.name for view in settings.views] == ["faint", "negative"]
    assert settings.views[1].view == "stretch=log;invert=1"
    assert [image.identifier for image in settings.images] == ["m51", "asteroids", "survey/field7"]
    assert settings.defaults[0].when == (("INSTRUME", "WFPC2"), ("FILTNAM1", "F6*"))


def test_empty_file_gives_the_defaults(load):
    assert dataclasses.replace(load("# nothing\n"), folder=Path()) == Settings()


def test_no_file_gives_the_defaults():
    assert dataclasses.replace(load_settings(), folder=Path()) == Settings()


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("10 GB", 10_000_000_000),
        ("10GB", 10_000_000_000),
        ("1.5 kb", 1500),
        ("512 MiB", 536_870_912),
        ("2 TiB", 2_199_023_255_552),
        ("12345", 12345),
        ("0", 0),
    ],
)
def test_sizes_carry_units(load, text, size):
    assert load(f"cache: {{size: {text}}}").cache.size == size


def test_relative_paths_start_at_the_folder_of_the_file(tmp_path):
    (tmp_path / "sub" / "fits").mkdir(parents=True)
    (tmp_path / "sub" / "c.yaml").write_text("data: {root: fits}\ncache: {directory: ../k}\n")
    settings = load_settings(tmp_path / "sub" / "c.yaml")
    assert settings.data.root == tmp_path / "sub" / "fits"
    assert settings.cache.directory == tmp_path / "sub" / ".." / "k"
    assert settings.base == settings.data.root


def test_paths_of_images_start_at_the_file_without_a_data_root(load, tmp_path):
    assert load("images: {a: {file: b.fits}}").base == tmp_path


def test_the_tilde_is_the_users_home(load, monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    images = load("images: {a: {file: ~/a.fits}, b: {frames: ~/n*.fits}}").images
    assert images[0].file == Path("/home/somebody/a.fits")
    assert images[1].frames == ("/home/somebody/n*.fits",)


def test_flags_win_over_the_file(load, tmp_path):
    settings = load(
        "server: {port: 9000, host: 0.0.0.0}\ncache: {size: 1 GB}",
        server__port=("--port", "9001"),
        cache__directory=("--cache-dir", "here"),
    )
    assert settings.server.port == 9001
    assert settings.server.host == "0.0.0.0"  # noqa: S104
    assert settings.cache.size == 10**9
    assert settings.cache.directory == tmp_path / "here"


def test_scalars_that_yaml_would_turn_into_numbers_stay_text(load):
    settings = load(
        "images: {m: {channels: {on: {file: 1.fits, color: 000000}, 1e3: 2.fits}}}\n"
        "views: {v: {view: {mix: 1:20, nan: 000000}}}"
    )
    assert settings.images[0].channels == (
        ChannelSettings(name="on", file=Path("1.fits"), color="000000"),
        ChannelSettings(name="1e3", file=Path("2.fits")),
    )
    assert settings.views[0].view == "mix=1:20;nan=000000"


def test_view_may_be_a_bare_text(load):
    assert load("views:\n  v: stretch=log").views == (
        NamedViewSettings(name="v", title="v", view="stretch=log", where="c.yaml line 2"),
    )


def test_defaults_keep_their_order_and_their_lines(load):
    settings = load(
        "defaults:\n- when: {filter: R}\n  view: cmap=gray\n- when: {A: 1, B: x}\n  view: cmap=b"
    )
    assert settings.defaults == (
        DefaultSettings(when=(("FILTER", "R"),), view="cmap=gray", where="c.yaml line 2"),
        DefaultSettings(when=(("A", "1"), ("B", "x")), view="cmap=b", where="c.yaml line 4"),
    )


def test_one_origin_may_stand_without_a_list(load):
    assert load("server: {cors: https://a.org}").server.cors == ("https://a.org",)
    assert load("server: {cors: []}").server.cors == ()


# The text of a file; the line, the key and the value that the error must name, and what is allowed.
ERRORS = [
    ("server:\n  prot: 80", 2, ("'server.prot'", "'port'")),
    ("sever: {}", 1, ("'sever'", "'server'")),
    ("data: {xyzzy: 1}", 1, ("'data.xyzzy'", "root", "hidden", "download")),
    ("\nserver:\n  port: many", 3, ("server.port", "'many'", "0 to 65535")),
    ("server: {port: 65536}", 1, ("server.port", "'65536'", "0 to 65535")),
    ("server: {port: }", 1, ("server.port", "''", "0 to 65535")),
    ("server: {workers: 0}", 1, ("server.workers", "'0'", "1 to 1024")),
    ("server: {access_log: maybe}", 1, ("server.access_log", "'maybe'", "true", "false")),
    ("server: {root_path: tiles}", 1, ("server.root_path", "'tiles'", "/tiles", "empty")),
    (
        "server:\n  cors:\n  - https://a.org\n  - a.org",
        4,
        ("server.cors.2", "'a.org'", "https://example.org", "*"),
    ),
    (
        "server: {trusted_proxies: [127.0.0.1, nginx]}",
        1,
        ("server.trusted_proxies.2", "'nginx'", "127.0.0.1", "10.0.0.0/8", "*"),
    ),
    ("cache: {size: 10 parsecs}", 1, ("cache.size", "'10 parsecs'", "10 GB", "512 MiB")),
    (
        "cache: {level0: alway}",
        1,
        ("cache.level0", "'alway'", "auto, never, always", "did you mean 'always'?"),
    ),
    ("data: {root: nowhere}", 1, ("data.root", "'nowhere'", "existing folder")),
    ("data: 5", 1, ("data", "'5'", "mapping")),
    ("- 1", 1, ("a list", "mapping")),
    ("server: {host: [a]}", 1, ("server.host", "a list", "string")),
    ("server:\n  port: 1\n  port: 2", 3, ("server.port", "twice")),
    ("iiif: {slash_substitute: '%2F'}", 1, ("iiif.slash_substitute", "'%2F'", "~~")),
    ("search: {resolver: 'file:///etc/passwd'}", 1, ("search.resolver", "file:", "nph-sesame")),
    ("search: {resolver: 'https://a.org/x?y'}", 1, ("search.resolver", "without a query")),
    ("search: {timeout: 0}", 1, ("search.timeout", "1", "60")),
    ("iiif: {rights: CC-BY}", 1, ("iiif.rights", "'CC-BY'", "http://", "https://")),
    (
        "images:\n  m51:\n    title: x",
        2,
        ("images.m51", "exactly one", "'file'", "'channels'", "'frames'"),
    ),
    (
        "images: {m51: {file: a, frames: b}}",
        1,
        ("images.m51", "exactly one", "'file'", "'channels'", "'frames'"),
    ),
    ("images: {../m51: {file: a}}", 1, ("'../m51'", "identifier", "'/'", "';'", "'..'")),
    (
        "images: {m: {file: ~nobody-here/a.fits}}",
        1,
        ("images.m.file", "'~nobody-here/a.fits'", "path of a FITS file", "user"),
    ),
    (f"data: {{root: /{'x' * 256}}}", 1, ("data.root", f"'/{'x' * 58}…'", "path", "255 bytes")),
    ("server: {host: ''}", 1, ("server.host", "''", "127.0.0.1", "all addresses")),
    ("images: {m: {frames: [a.fits, '']}}", 1, ("images.m.frames.2", "''", "night/*.fits")),
    ("images: {m: {channels: {a;b: x.fits}}}", 1, ("channel 'a;b'", "; & = , : ~ / ?")),
    (
        "images: {m: {channels: {g: {file: a, color: red}}}}",
        1,
        ("images.m.channels.g.color", "'red'", "ff8800"),
    ),
    ("images: {m: {frames: a, align: star}}", 1, ("images.m.align", "'star'", "none, wcs")),
    ("views: {a b: stretch=log}", 1, ("view 'a b'", "letters, digits", "'.'", "'_'", "'-'")),
    ("views: {v: {title: V}}", 1, ("views.v", "a mapping", "'stretch=asinh;cmap=viridis'")),
    ("defaults: [{view: cmap=gray}]", 1, ("defaults.1", "a mapping", "'when'", "'view'")),
    ("a: [1", 1, ("not valid YAML", "expected ',' or ']'")),
    ("a: b: c", 1, ("not valid YAML", "mapping values are not allowed here")),
]


@pytest.mark.parametrize(("text", "line", "facts"), ERRORS)
def test_errors_name_line_key_value_and_what_is_allowed(load, text, line, facts):
    with pytest.raises(SettingsError) as caught:
        load(text)
    where, _, sentence = str(caught.value).partition(": ")
    assert where == f"c.yaml line {line}"
    assert "\n" not in sentence
    for fact in facts:
        assert fact in sentence


def test_complaints_are_one_line_whatever_the_value(load):
    with pytest.raises(SettingsError) as caught:
        load("server:\n  port: |\n    a\n    b\n" + "    c\n" * 99)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_complaint_about_a_flag_names_the_flag(load):
    with pytest.raises(SettingsError, match=r"^command line: --port .*'-1'.* 0 to 65535$"):
        load("", server__port=("--port", "-1"))


def test_missing_file_is_a_complaint():
    with pytest.raises(SettingsError, match=r"^nowhere\.yaml: cannot be read: No such file"):
        load_settings(Path("nowhere.yaml"))


def test_file_that_is_not_text_is_a_complaint(tmp_path):
    (tmp_path / "c.yaml").write_bytes(b"server: \xff\xfe")
    with pytest.raises(SettingsError, match=r"c\.yaml: is not UTF-8 text$"):
        load_settings(tmp_path / "c.yaml")


def test_deep_nesting_is_a_complaint(load):
    with pytest.raises(SettingsError, match=r"^c\.yaml: is nested too deeply$"):
        load(f"a: {'[' * 500}{']' * 500}")


def test_control_characters_are_a_complaint(tmp_path):
    (tmp_path / "c.yaml").write_bytes(b"server: \x07")
    with pytest.raises(SettingsError, match=r"c\.yaml: is not valid YAML"):
        load_settings(tmp_path / "c.yaml")


def test_default_cache_is_the_users_own(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Settings().cache.path == tmp_path / "celestile"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # to be ignored, says the XDG specification
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert Settings().cache.path == tmp_path / "home" / ".cache" / "celestile"


def test_settings_are_hashable_and_survive_pickling(load):
    settings = load("views: {v: cmap=gray}\nimages: {m: {frames: '*.fits'}}")
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301
    assert hash(settings) == hash(pickle.loads(pickle.dumps(settings)))  # noqa: S301
