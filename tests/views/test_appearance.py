"""Views in concrete terms: shorter, and with the same picture in the end."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celestile.errors import RequestError
from celestile.pixels.display.first_view import FirstView
from celestile.pixels.image import Channel, Frame, Image
from celestile.pixels.plane import UNSHIFTED, Selection, Shift
from celestile.views.appearance import Appearance, appearance
from celestile.views.canonical import concrete
from celestile.views.picks import numbered
from celestile.views.view import Interval, View, canonical, overlay, parse_view


class Planes:
    """Each plane is its selection."""

    def plane(self, selection: Selection) -> Any:
        return selection


class Measures:
    """Numbers that tell which plane was looked at."""

    def start(self) -> SimpleNamespace:
        return SimpleNamespace(frame=1, channel=1)

    def shift(self, _selection: Selection) -> Shift:
        return UNSHIFTED

    def first_view(self, selection: Selection) -> FirstView:
        low = 100.0 * selection.frame[0] + 10.0 * selection.channel[0]
        return FirstView(limits=(low, low + 5.0), stretch="asinh", parameter=0.2)

    def limits(self, selection: Selection, interval: Interval) -> tuple[float, float]:
        low = 100.0 * selection.frame[0] + 10.0 * selection.channel[0]
        return low, low + len(interval.kind)

    def quantiles(self, selection: Selection, limits: tuple[float, float]) -> tuple[float, ...]:
        return (limits[0], float(selection.channel[0]), limits[1])


def image(frames: int, channels: tuple[str, ...], axis: str) -> Image:
    return Image(
        identifier="a.fits",
        title="a",
        key="a",
        width=10,
        height=10,
        hdu="0",
        hdus=(),
        channels=tuple(Channel(index=i, name=name) for i, name in enumerate(channels, 1)),
        frames=tuple(Frame(index=i, name=f"f{i}", time=None) for i in range(1, frames + 1)),
        channel_axis=axis,
        unit=None,
        cards=(),
        sky=None,  # type: ignore[arg-type]  # nobody looks at the sky here
        source=Planes(),  # type: ignore[arg-type]
    )


IMAGES = {
    "colored": image(3, ("r", "g", "b"), "band"),
    "cube": image(3, ("1", "2", "3", "4"), "spectral"),
    "frames": image(4, ("1",), ""),
    "bands": image(1, ("1", "2", "3", "4"), "band"),
}


def shown(of: Image, base: View, view: View) -> Appearance:
    return appearance(of, overlay(base, numbered(of, view)), Measures())


def some(*values: str) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(values)


KEYS: dict[str, tuple[str, ...]] = {
    "frame": ("1", "2", "1-3"),
    "collapse": ("mean", "max"),
    "stretch": ("asinh", "asinh:0.02", "linear", "histeq"),
    "limits": ("0,9", "minmax", "2:0,5~1:3,4"),
    "gamma": ("1", "2"),
    "contrast": ("1", "3"),
    "bias": ("0.5", "0.1"),
    "saturation": ("1", "0"),
    "cmap": ("gray", "viridis"),
    "invert": ("0", "1"),
    "nan": ("transparent", "ff0000"),
}
planes = st.none() | st.sampled_from(
    ["channel=1", "channel=2", "channel=1-2", "mix=1:ff0000,2:0000ff", "mix=1:00ff00"]
)


@st.composite
def views(draw: st.DrawFn) -> View:
    given = {key: draw(some(*values)) for key, values in KEYS.items()}
    parts = [f"{key}={value}" for key, value in given.items() if value]
    plane = draw(planes)
    return parse_view(";".join([*parts, plane] if plane else parts))


@given(st.sampled_from(["colored", "cube"]), views(), views())
def test_a_view_in_concrete_terms_shows_the_same(name: str, base: View, view: View) -> None:
    """Over whatever the operator has made the default: it is what a canonical address says."""
    of = IMAGES[name]
    wanted = shown(of, base, view)
    told = parse_view(canonical(concrete(of, view, base)))
    assert shown(of, base, told) == wanted
    assert canonical(concrete(of, told, base)) == canonical(told)


@given(st.sampled_from(["colored", "cube"]), views(), views())
def test_without_a_base_nothing_is_lost_over_any(name: str, base: View, view: View) -> None:
    of = IMAGES[name]
    told = parse_view(canonical(concrete(of, view)))
    assert shown(of, base, told) == shown(of, base, view)


@pytest.mark.parametrize(
    ("base", "view", "told"),
    [
        ("", "gamma=1;contrast=1;bias=.5;saturation=1;invert=0;collapse=mean;frame=1", ""),
        ("", "channel=1", ""),
        ("invert=1;gamma=2;frame=2", "invert=0;gamma=1;frame=1", "frame=1;gamma=1;invert=0"),
        ("invert=1;gamma=2;frame=2", "invert=1;gamma=2;frame=2", ""),
        ("channel=2", "channel=1", "channel=1"),
        ("channel=2", "channel=2", ""),
        ("mix=1:ff0000,2:0000ff", "channel=1", "channel=1"),
        ("cmap=viridis;nan=ff0000", "cmap=gray;nan=ff0000", "cmap=gray"),
        ("collapse=max", "collapse=mean;channel=1-2", "channel=1-2;collapse=mean"),
        ("", "frame=f2", "frame=2"),
    ],
)
def test_what_the_base_has_anyway_is_left_out(base: str, view: str, told: str) -> None:
    found = concrete(IMAGES["cube"], parse_view(view), parse_view(base))
    assert canonical(found) == told


def test_the_first_channel_of_a_mix_is_no_default() -> None:
    found = concrete(IMAGES["colored"], parse_view("channel=r"), View())
    assert canonical(found) == "channel=1"


@pytest.mark.parametrize(
    ("name", "asked", "told"),
    [("frames", "channel=3", "frame=3"), ("bands", "frame=3", "channel=3")],
)
def test_axes_by_either_name(name: str, asked: str, told: str) -> None:
    view = parse_view(asked)
    for base in (View(), View(invert=True)):
        found = concrete(IMAGES[name], view, base)
        assert canonical(found) == told
        assert shown(IMAGES[name], base, found) == shown(IMAGES[name], base, view)


def test_an_error_does_not_list_a_thousand_names() -> None:
    many = image(1, tuple(f"c{number}" for number in range(1000)), "spectral")
    with pytest.raises(RequestError, match=r"no channel 'x'; it has c0, .*, c19 and 980 more$"):
        shown(many, View(), parse_view("channel=x"))
