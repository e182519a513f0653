"""The grammar of views: what matches is accepted, what is refused does not match."""

import json
import math
import re
import shutil
import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from celestile.errors import RequestError
from celestile.protocols.data.openapi import openapi
from celestile.render.color import colormaps
from celestile.views import grammar
from celestile.views.view import VIEW_KEYS, parse_view

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)
ABOVE_0 = {"gamma"}
FROM_0 = {"contrast", "saturation"}
NUMERIC = {"limits", "stretch", "gamma", "contrast", "bias", "saturation"}


def is_refused_by_meaning(key: str, value: str) -> bool:
    """Whether one of the three reasons holds that no pattern can express."""
    tokens = re.split("[,:~]", value)
    if key == "cmap":
        return value.lower() not in colormaps()
    if key in {"frame", "channel", "mix", "limits", "bits"}:
        ranges = [token.split("-") for token in tokens if re.fullmatch("[0-9]+-[0-9]+", token)]
        if any(int(first) > int(last) for first, last in ranges):
            return True
    if key in {"mix", "limits"}:
        channels = [channel_of(entry) for entry in re.split("~" if key == "limits" else ",", value)]
        if len(set(channels)) < len(channels):
            return True
    return key in NUMERIC and has_number_out_of_bounds(key, value, tokens)


def has_number_out_of_bounds(key: str, value: str, tokens: list[str]) -> bool:
    for before, token in zip(["", *tokens], tokens, strict=False):
        if not NUMBER.fullmatch(token) or (key == "limits" and is_channel(token, value)):
            continue
        found = float(token)
        is_percentile = before.lower() == "percentile" and f"{before}:{token}," not in value
        must_be_positive = key in ABOVE_0 or key == "stretch" or is_percentile
        if not math.isfinite(found) or (must_be_positive and found <= 0):
            return True
        if (is_percentile and found > 100) or (key in FROM_0 and found < 0):
            return True
    return False


def channel_of(entry: str) -> object:
    """Channel that an entry of a mix or of limits is for; None for all."""
    head, colon, rest = entry.partition(":")
    if not colon or (head.lower() == "percentile" and NUMBER.fullmatch(rest)):
        return None
    if re.fullmatch("[0-9]+(-[0-9]+)?", head):
        first, _, last = head.partition("-")
        return int(first), int(last or first)
    return head


def is_channel(token: str, value: str) -> bool:
    """Whether a token of limits stands where a channel does."""
    return any(entry.startswith(f"{token}:") for entry in value.split("~"))


def is_accepted(key: str, value: str) -> bool:
    try:
        parse_view(f"{key}={value}")
    except RequestError as error:
        return error.parameter != key
    return True


def matches(key: str, value: str) -> bool:
    return re.fullmatch(grammar.VALUES[key], value.lower()) is not None


def test_every_key_is_in_the_grammar() -> None:
    assert grammar.VALUES.keys() == VIEW_KEYS


@pytest.mark.parametrize("key", sorted(VIEW_KEYS))
@given(data=st.data())
def test_what_is_made_from_the_grammar_is_accepted(key: str, data: st.DataObject) -> None:
    if key == "cmap":
        value = data.draw(st.sampled_from(colormaps()))
    else:
        value = data.draw(st.from_regex(grammar.VALUES[key], fullmatch=True))
    assert is_accepted(key, value) != is_refused_by_meaning(key, value)


FRAGMENTS = [
    "0", "1", "2", "10", "007", "-", "+", ".", ",", ":", "~", "e", "E5", "1e999", "5-3", "1-2",
    "0-2", "ff0000", "FF0000", "f00", "minmax", "ZScale", "percentile", "percentile:99.5",
    "percentile:0", "percentile:101", "asinh", "log", "linear", "transparent", "max", "mean",
    "viridis", "nan", "inf", "SCI", " ", "\n", "٣", "Hα", "%", "#", "&", "=", "?", "/", "\x7f",
    "1:ff0000", "0.1,250", "_",
]  # fmt: skip


PICKS = ["1", "2", "03", "2-3", "5-3", "0", "r", "percentile", "Hα", "-1"]
WORDS = ["minmax", "zscale", "0,1", "-1e3,.5", "percentile:5", "1:2,3", "ff0000", "00FF00", "asinh"]
entries = st.sampled_from(WORDS) | st.builds(
    "{}:{}".format, st.sampled_from(PICKS), st.sampled_from(WORDS)
)
mixes = st.builds("{}:{}".format, st.sampled_from(PICKS), st.sampled_from(["ff0000", "00FF00"]))
values = (
    st.lists(st.sampled_from(FRAGMENTS), max_size=6).map("".join)
    | st.text(max_size=8)
    | st.sampled_from(PICKS + WORDS)
    | st.builds(
        lambda separator, parts: separator.join(parts),
        st.sampled_from(",~"),
        st.lists(entries, min_size=1, max_size=3) | st.lists(mixes, min_size=1, max_size=3),
    )
)


@pytest.mark.parametrize("key", sorted(VIEW_KEYS))
@settings(max_examples=500)
@given(value=values)
@example(value="1")
def test_exactly_what_matches_is_accepted(key: str, value: str) -> None:
    if ";" in value:  # ends a value
        return
    expected = matches(key, value) and not is_refused_by_meaning(key, value)
    assert is_accepted(key, value) == expected


def patterns() -> dict[str, str]:
    parameters = openapi("http://testserver")["components"]["parameters"]
    return {
        key: parameter["schema"]["pattern"]
        for key, parameter in parameters.items()
        if "pattern" in parameter["schema"]
    }


def test_the_api_describes_the_grammar() -> None:
    for key, pattern in patterns().items():
        assert pattern == f"^(?:{grammar.VALUES[key]})$"
    assert {"frame", "mix", "limits", "stretch", "hdu", "nan"} <= patterns().keys()


PROGRAM = """
const [patterns, values] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const found = Object.entries(patterns).map(([key, pattern]) => {
    const expression = new RegExp(pattern, "u");
    return [key, values.map((value) => expression.test(value))];
});
console.log(JSON.stringify(Object.fromEntries(found)));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_patterns_mean_the_same_in_javascript() -> None:
    """JSON Schema's regular expressions are those of ECMA-262."""
    pairs = [f"{a}{b}" for a in FRAGMENTS for b in FRAGMENTS]
    values = ["", *FRAGMENTS, *pairs, *(f"1:{pair}" for pair in pairs)]
    done = subprocess.run(
        ["node", "-e", PROGRAM],
        input=json.dumps([patterns(), values]),
        capture_output=True,
        text=True,
        check=True,
    )
    for key, found in json.loads(done.stdout).items():
        expected = [re.fullmatch(grammar.VALUES[key], value) is not None for value in values]
        assert found == expected
