"""One key changes one thing: the table of dependencies in the reference of views, held to."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from celestile.pixels.display.first_view import FirstView
from celestile.pixels.display.start import FirstPlane
from celestile.pixels.image import Channel, Frame, Image
from celestile.pixels.plane import Selection, Shift
from celestile.views.appearance import Appearance, appearance
from celestile.views.picks import numbered
from celestile.views.view import VIEW_KEYS, Interval, parse_view

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "views.md"

# Columns of the reference's table, and the properties of a picture that they stand for.
COLUMNS = {
    "planes": {"planes"},
    "automatic limits": {"limits"},
    "automatic stretch": {"stretch", "parameter"},
    "parameter of an automatic asinh": {"parameter"},
    "color mix": {"planes", "colors", "limits", "stretch", "parameter", "cmap"},
}
OWN = {
    "frame": {"planes", "shift"},
    "channel": {"planes", "colors", "shift", "cmap"},
    "collapse": {"planes", "shift"},
    "mix": {"planes", "colors", "shift", "cmap"},
    "limits": {"limits", "quantiles"},
    "stretch": {"stretch", "parameter", "quantiles"},
    "bits": {"flags", "flag_kind"},
}
GIVEN_BY = {"limits": "limits", "stretch": "stretch", "parameter": "stretch", "cmap": "cmap"}
"""Keys that settle a property, which then follows no other key."""


class Planes:
    """Each plane is its selection."""

    def plane(self, selection: Selection) -> Any:
        return selection


class Measures:
    """Each plane has numbers of its own, so that nothing stays the same by accident."""

    def start(self) -> FirstPlane:
        return FirstPlane()

    def shift(self, selection: Selection) -> Shift:
        return Shift(origin=1000.0 * selection.frame[0])

    def first_view(self, selection: Selection) -> FirstView:
        number = sum(selection.frame) + 3 * sum(selection.channel) + len(selection.collapse)
        return FirstView((float(number), 9.0 * number), "asinh", 0.01 * number)

    def limits(self, selection: Selection, interval: Interval) -> tuple[float, float]:
        low = 100.0 * selection.frame[0] + 10.0 * selection.channel[0]
        return low, low + len(interval.kind)

    def quantiles(self, selection: Selection, limits: tuple[float, float]) -> tuple[float, ...]:
        return (limits[0], float(selection.channel[0]), limits[1])


def image(names: tuple[str, ...], axis: str) -> Image:
    return Image(
        identifier="a.fits",
        title="a",
        key="a",
        width=10,
        height=10,
        hdu="0",
        hdus=(),
        channels=tuple(Channel(index=i, name=name) for i, name in enumerate(names, 1)),
        frames=tuple(Frame(index=i, name=f"f{i}", time=None) for i in (1, 2, 3)),
        channel_axis=axis,
        unit=None,
        cards=(),
        sky=None,  # type: ignore[arg-type]  # views do not depend on it
        source=Planes(),  # type: ignore[arg-type]
    )


IMAGES = {"gray": image(("1", "2", "3", "4"), "spectral"), "mixed": image(("r", "g", "b"), "band")}

VALUES = {
    "frame": ("2", "3", "1-2"),
    "channel": ("2", "3", "1-2"),
    "collapse": ("max", "sum"),
    "mix": ("1:ff0000,2:0000ff", "2:ff0000,3:0000ff", "1-2:ffffff"),
    "limits": ("0,9", "5,200", "minmax", "2:0,5~1:3,4", "9,0"),
    "stretch": ("linear", "asinh:0.03", "histeq", "sqrt"),
    "gamma": ("2", "0.5"),
    "contrast": ("3", "0.5"),
    "bias": ("0.1", "0.9"),
    "saturation": ("0", "2"),
    "cmap": ("viridis", "magma"),
    "invert": ("1", "0"),
    "nan": ("ff0000", "transparent"),
    "cfa": ("none", "rggb"),
    "bits": ("all", "off", "3"),
}
BASES = (
    {},
    {"limits": "1,8"},
    {"limits": "2:1,8"},
    {"stretch": "sqrt"},
    {"stretch": "histeq", "limits": "minmax"},
    {"frame": "1-3", "channel": "1-2", "collapse": "max"},
    {"channel": "2", "cmap": "viridis", "gamma": "3"},
    {"mix": "1:00ff00,3:ff00ff", "stretch": "lupton"},
    {"mix": "1-2:00ff00,3:ff00ff", "limits": "0,7", "gamma": "3", "saturation": "2"},
    {"frame": "3", "contrast": "2", "bias": "0.4", "invert": "1", "nan": "00ff00"},
)


def dependencies() -> dict[str, set[str]]:
    """Properties that follow each key, as the reference has them."""
    section = REFERENCE.read_text().split("## What depends on what", 1)[1].split("\n## ", 1)[0]
    found: dict[str, set[str]] = {}
    for row in re.findall(r"^\| (`.*?) \| (.*?) \|", section, re.MULTILINE):
        words = [word for word in COLUMNS if word in row[1]]
        assert words or row[1].startswith("nothing"), row
        for key in re.findall(r"`([a-z]+)`", row[0]):
            found[key] = set().union(*(COLUMNS[word] for word in words))
    return found


def properties(shown: Appearance) -> dict[str, Any]:
    parts = shown.components
    return {
        "planes": [part.selection for part in parts],
        "colors": [part.color for part in parts],
        # Sets, because limits that all planes share do not depend on the number of planes.
        "limits": {part.limits for part in parts},
        "quantiles": {part.quantiles for part in parts},
        "shift": {part.shift for part in parts},
        **shown.style._asdict(),
    }


def resolved(of: Image, keys: dict[str, str]) -> dict[str, Any]:
    view = parse_view(";".join(f"{key}={value}" for key, value in keys.items()))
    return properties(appearance(of, numbered(of, view), Measures()))


def cases() -> Iterator[Any]:
    for kind in IMAGES:
        for base in BASES:
            for key in VALUES:
                excluded = {"channel": "mix", "mix": "channel"}.get(key)
                if excluded not in base:
                    name = f"{kind}-{';'.join(base.values()) or 'automatic'}-{key}"
                    yield pytest.param(kind, base, key, id=name)


@pytest.mark.parametrize(("kind", "base", "key"), list(cases()))
def test_a_key_changes_its_own_property_and_what_the_reference_names(
    kind: str, base: dict[str, str], key: str
) -> None:
    given = {*base} - {key}
    if not re.fullmatch(r"[\d.,]+", base.get("limits", "")):
        given -= {"limits"}  # a rule, or limits of one channel only
    allowed = OWN.get(key, {key}) | {
        name for name in dependencies()[key] if GIVEN_BY.get(name, "") not in given
    }
    if allowed & {"planes", "limits"}:
        allowed.add("quantiles")  # ranks of these pixels between these limits
    before = resolved(IMAGES[kind], base)
    for value in VALUES[key]:
        after = resolved(IMAGES[kind], base | {key: value})
        changed = {name for name, seen in after.items() if seen != before[name]}
        assert changed <= allowed, (value, changed - allowed)


def test_the_reference_has_every_key() -> None:
    assert dependencies().keys() == set(VIEW_KEYS)


@pytest.mark.parametrize("kind", IMAGES)
def test_single_frames_share_their_automatic_limits(kind: str) -> None:
    first, third = (resolved(IMAGES[kind], {"frame": frame}) for frame in "13")
    assert {name for name, seen in first.items() if seen != third[name]} == {"planes", "shift"}


@pytest.mark.parametrize(
    ("key", "follows"),
    [("limits", "parameter"), ("mix", "stretch"), ("channel", "limits"), ("cmap", "planes")],
)
def test_the_reference_names_dependencies(key: str, follows: str) -> None:
    assert follows in dependencies()[key]
