"""Views: every key read, every wrong value named, equal views spelt alike."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celestile.errors import RequestError
from celestile.pixels.plane import COLLAPSES
from celestile.render.color import colormaps
from celestile.render.request import STRETCH_PARAMETERS, STRETCHES
from celestile.views.view import (
    VIEW_KEYS,
    Interval,
    Pick,
    View,
    canonical,
    join_identifier,
    overlay,
    parse_view,
    split_identifier,
    view_from_pairs,
)


def test_the_keys_are_those_of_the_public_contract() -> None:
    one = {"hdu", "frame", "channel", "collapse", "mix", "limits", "stretch", "gamma", "contrast"}
    other = {"bias", "saturation", "cmap", "invert", "nan", "view", "cfa", "bits"} | {"stokes"}
    assert one | other == VIEW_KEYS


def test_nothing_is_the_automatic_view() -> None:
    assert parse_view("") == View()
    assert canonical(View()) == ""


READ: list[tuple[str, dict[str, Any]]] = [
    ("hdu=0", {"hdu": "0"}),
    ("hdu=007", {"hdu": "7"}),
    ("hdu=SCI", {"hdu": "SCI"}),
    ("hdu=SCI,2", {"hdu": "SCI,2"}),
    ("hdu=SCI,02", {"hdu": "SCI,2"}),
    ("hdu=mosaic", {"hdu": "mosaic"}),
    ("frame=3", {"frame": Pick(3, 3)}),
    ("frame=night-2.fits", {"frame": Pick("night-2.fits", "night-2.fits")}),
    ("channel=Hα", {"channel": Pick("Hα", "Hα")}),
    ("channel=100-120", {"channel": Pick(100, 120)}),
    ("channel=4-4", {"channel": Pick(4, 4)}),
    ("channel=a-b", {"channel": Pick("a-b", "a-b")}),
    ("collapse=Max", {"collapse": "max"}),
    ("mix=1:FF0000", {"mix": ((Pick(1, 1), "ff0000"),)}),
    ("mix=r:ff0000,2-3:00ff00", {"mix": ((Pick("r", "r"), "ff0000"), (Pick(2, 3), "00ff00"))}),
    ("limits=0.1,250", {"limits": ((None, Interval("manual", 0.1, 250.0)),)}),
    ("limits=-1e3,-.5", {"limits": ((None, Interval("manual", -1000.0, -0.5)),)}),
    ("limits=250,0", {"limits": ((None, Interval("manual", 250.0, 0.0)),)}),
    ("limits=MinMax", {"limits": ((None, Interval("minmax")),)}),
    ("limits=zscale", {"limits": ((None, Interval("zscale")),)}),
    ("limits=percentile:99.5", {"limits": ((None, Interval("percentile", percentile=99.5)),)}),
    (
        "limits=1:0,100~r:percentile:98",
        {
            "limits": (
                (Pick(1, 1), Interval("manual", 0.0, 100.0)),
                (Pick("r", "r"), Interval("percentile", percentile=98.0)),
            )
        },
    ),
    (
        "limits=percentile:minmax",
        {"limits": ((Pick("percentile", "percentile"), Interval("minmax")),)},
    ),
    ("stretch=asinh", {"stretch": "asinh"}),
    ("stretch=asinh:0.02", {"stretch": "asinh", "parameter": 0.02}),
    ("gamma=2.2", {"gamma": 2.2}),
    ("contrast=0", {"contrast": 0.0}),
    ("bias=-0.5", {"bias": -0.5}),
    ("saturation=1.5", {"saturation": 1.5}),
    ("cmap=Viridis", {"cmap": "viridis"}),
    ("invert=1", {"invert": True}),
    ("invert=0", {"invert": False}),
    ("nan=00FF00", {"nan": "00ff00"}),
    ("nan=transparent", {"nan": "transparent"}),
    ("view=deep-red", {"name": "deep-red"}),
]


@pytest.mark.parametrize(("text", "fields"), READ)
def test_values_are_read(text: str, fields: dict[str, Any]) -> None:
    assert parse_view(text) == View(**fields)
    key, _, value = text.partition("=")
    assert view_from_pairs([(key, value)]) == View(**fields)


WRONG = [
    "hdu=SCI,b", "hdu=a/b", "hdu=a,1,2", "hdu=,1",
    "frame=0", "frame=-1", "frame=+1", "frame=5-3", "frame=0-2", "frame=a:b", "frame=99999999999",
    "channel=a~b", "channel=a/b",
    "collapse=mode",
    "mix=1", "mix=1:f00", "mix=1:ff0000,1:00ff00", "mix=:ff0000", "mix=1:ff0000,", "mix=0:ff0000",
    "limits=1", "limits=1,2,3", "limits=1,nan", "limits=inf,1", "limits=1e999,2", "limits=auto",
    "limits=percentile", "limits=percentile:0", "limits=percentile:100.1", "limits=1_0,2",
    "limits=1:0,1~1:0,2", "limits=zscale~minmax", "limits=1:", "limits=0x1,2", "limits=1, 2",
    "stretch=cubic", "stretch=linear:1", "stretch=sqrt:2", "stretch=asinh:", "stretch=asinh:0",
    "stretch=log:-1", "stretch=histeq:4", "stretch=asinh:0.1:2",
    "gamma=0", "gamma=-1", "gamma=x", "gamma=٣", "contrast=-1", "bias=NaN", "saturation=-0.1",
    "cmap=nosuchmap", "invert=yes", "nan=red", "nan=#ff0000", "view=a=b", "view=a/b",
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_value_is_named_with_its_key_and_what_is_allowed(text: str) -> None:
    key, _, value = text.partition("=")
    with pytest.raises(RequestError) as caught:
        parse_view(text)
    assert caught.value.parameter == key
    message = str(caught.value)
    assert key in message
    assert value in message
    assert "expected" in message


@pytest.mark.parametrize("key", sorted(VIEW_KEYS))
def test_an_empty_value_is_refused(key: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_view(f"{key}=")
    assert caught.value.parameter == key


def test_the_names_of_colormaps_are_told() -> None:
    with pytest.raises(RequestError, match=r"gray.*viridis"):
        parse_view("cmap=parrot")


@pytest.mark.parametrize("text", ["colour=red", "FRAME=1", "=1"])
def test_an_unknown_key_is_refused_with_the_list_of_keys(text: str) -> None:
    with pytest.raises(RequestError, match="hdu, stokes, frame, channel") as caught:
        parse_view(text)
    assert caught.value.parameter == text.partition("=")[0]


@pytest.mark.parametrize("text", ["frame", "frame=1;", ";", "frame=1;;gamma=2"])
def test_a_part_without_equals_sign_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="key=value"):
        parse_view(text)


def test_a_repeated_key_is_refused() -> None:
    with pytest.raises(RequestError, match="twice") as caught:
        view_from_pairs([("frame", "1"), ("gamma", "2"), ("frame", "1")])
    assert caught.value.parameter == "frame"


def test_channel_beside_mix_is_refused() -> None:
    with pytest.raises(RequestError) as caught:
        parse_view("mix=1:ff0000;channel=2")
    assert caught.value.parameter == "channel"


def numbers(**bounds: Any) -> st.SearchStrategy[float]:
    return st.floats(allow_nan=False, allow_infinity=False, **bounds)


names = st.text("abXYZ0189.+ -_αβ%", min_size=1, max_size=6).filter(
    lambda name: not name.lstrip("+-").replace("-", "").isdecimal()
)
picks = st.one_of(
    st.integers(1, 10**9 - 1).map(lambda n: Pick(n, n)),
    st.tuples(st.integers(1, 500), st.integers(0, 500)).map(lambda t: Pick(t[0], t[0] + t[1])),
    names.map(lambda name: Pick(name, name)),
)
colors = st.integers(0, 0xFFFFFF).map(lambda n: f"{n:06x}")
intervals = st.one_of(
    st.sampled_from([Interval("minmax"), Interval("zscale")]),
    st.builds(Interval, st.just("manual"), vmin=numbers(), vmax=numbers()),
    numbers(min_value=0, max_value=100, exclude_min=True).map(
        lambda p: Interval("percentile", percentile=p)
    ),
)
positive = numbers(min_value=0, exclude_min=True)


@st.composite
def views(draw: st.DrawFn) -> View:
    stretch = draw(st.none() | st.sampled_from(STRETCHES))
    mixed = draw(st.booleans())
    entries = st.lists(st.tuples(picks, colors), min_size=1, max_size=4, unique_by=lambda e: e[0])
    limits = st.lists(st.tuples(st.none() | picks, intervals), max_size=4, unique_by=lambda e: e[0])
    return View(
        name=draw(st.none() | names),
        hdu=draw(st.none() | st.sampled_from(["0", "3", "SCI", "SCI,2", "mosaic", "a b"])),
        frame=draw(st.none() | picks),
        channel=None if mixed else draw(st.none() | picks),
        collapse=draw(st.none() | st.sampled_from(COLLAPSES)),
        mix=tuple(draw(entries)) if mixed else (),
        limits=tuple(draw(limits)),
        stretch=stretch,
        parameter=draw(st.none() | positive) if stretch in STRETCH_PARAMETERS else None,
        gamma=draw(st.none() | positive),
        contrast=draw(st.none() | numbers(min_value=0)),
        bias=draw(st.none() | numbers()),
        saturation=draw(st.none() | numbers(min_value=0)),
        cmap=draw(st.none() | st.sampled_from(colormaps())),
        invert=draw(st.none() | st.booleans()),
        nan=draw(st.none() | colors | st.just("transparent")),
    )


@given(views())
def test_canonical_text_reads_back_to_itself(view: View) -> None:
    text = canonical(view)
    assert canonical(parse_view(text)) == text


@given(views(), st.randoms(use_true_random=False))
def test_order_and_case_do_not_matter(view: View, random: Any) -> None:
    parts = canonical(view).split(";") if canonical(view) else []
    random.shuffle(parts)
    respelt = []
    for part in parts:
        key, _, value = part.partition("=")
        if key == "mix":
            entries = value.split(",")
            random.shuffle(entries)
            value = ",".join(entries)
        elif key == "limits":
            entries = value.split("~")
            random.shuffle(entries)
            value = "~".join(entries)
        elif key in {"gamma", "contrast", "bias", "saturation"} and "e" not in value:
            value += "0" if "." in value else ".0"
        elif key in {"cmap", "nan", "stretch", "collapse"}:
            value = value.upper()
        respelt.append(f"{key}={value}")
    assert canonical(parse_view(";".join(respelt))) == canonical(view)


@given(views())
def test_nothing_in_a_canonical_text_ends_a_path_or_query(view: View) -> None:
    assert not set(canonical(view)) & set("/?#&")


@given(views(), views())
def test_overlay_keeps_what_the_upper_view_gives(base: View, top: View) -> None:
    merged = overlay(base, top)
    assert overlay(merged, top) == merged
    assert overlay(base, View()) == base
    assert overlay(View(), top) == top
    for name in ("hdu", "frame", "gamma", "cmap", "invert", "nan", "name"):
        expected = getattr(top, name) if getattr(top, name) is not None else getattr(base, name)
        assert getattr(merged, name) == expected
    assert not (merged.mix and merged.channel and not (base.mix and base.channel))
    assert canonical(parse_view(canonical(merged))) == canonical(merged)


def test_overlay_of_a_stretch_takes_its_own_parameter() -> None:
    merged = overlay(parse_view("stretch=asinh:0.02"), parse_view("stretch=log"))
    assert canonical(merged) == "stretch=log"


def test_overlay_of_neutral_values_restores_them() -> None:
    merged = overlay(parse_view("gamma=2.2;invert=1;cmap=hot"), parse_view("gamma=1;invert=0"))
    assert canonical(merged) == "gamma=1;cmap=hot;invert=0"


def test_overlay_of_channel_and_mix_replace_each_other() -> None:
    mixed, single = parse_view("mix=1:ff0000"), parse_view("channel=2")
    assert canonical(overlay(mixed, single)) == "channel=2"
    assert canonical(overlay(single, mixed)) == "mix=1:ff0000"


@pytest.mark.parametrize(
    ("identifier", "bare", "view"),
    [
        ("a/b.fits", "a/b.fits", ""),
        ("a/b.fits;frame=3;cmap=viridis", "a/b.fits", "frame=3;cmap=viridis"),
        ("a;b.fits", "a;b.fits", ""),
        ("a;b.fits;frame=3", "a;b.fits", "frame=3"),
        ("a%3Bframe=2.fits", "a;frame=2.fits", ""),
        ("a%253Bb.fits", "a%3Bb.fits", ""),
        ("50%25.fits", "50%25.fits", ""),
    ],
)
def test_identifiers_are_parted_from_views(identifier: str, bare: str, view: str) -> None:
    assert split_identifier(identifier) == (bare, parse_view(view))


@pytest.mark.parametrize(
    "identifier", ["a.fits;colour=red", "a.fits;frame=0", "a.fits;frame=2;b", "a.fits;frame=1;"]
)
def test_wrong_views_in_identifiers_are_refused(identifier: str) -> None:
    with pytest.raises(RequestError):
        split_identifier(identifier)


@given(st.text("ab;=%253Bb/.é", max_size=12), views())
def test_identifiers_survive_being_joined_and_split(bare: str, view: View) -> None:
    assert split_identifier(join_identifier(bare, view)) == (bare, parse_view(canonical(view)))


def test_every_pair_of_keys_may_stand_together() -> None:
    examples = {text.partition("=")[0]: text for text, _ in READ}
    for one, other in itertools.combinations(sorted(examples), 2):
        if {one, other} != {"channel", "mix"}:
            parse_view(f"{examples[one]};{examples[other]}")
