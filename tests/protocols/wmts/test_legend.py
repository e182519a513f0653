"""Legends, decoded: their colors are those that tiles have for the values that they name."""

import io
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from astropy import visualization as av
from PIL import Image

from celestile.pixels.image import Channel
from celestile.pixels.plane import Selection
from celestile.protocols.wmts.legend import legend, values_of_levels
from celestile.render.color import colormap
from celestile.render.request import Component, Style

WIDTH = 256


def component(limits: tuple[float, float] = (0.0, 100.0), **more: Any) -> Component:
    return Component(selection=Selection(), limits=limits, **more)


def subject(*components: Component, style: Style | None = None, names: str = "g") -> Any:
    channels = tuple(Channel(index=i, name=name) for i, name in enumerate(names, 1))
    image = SimpleNamespace(unit_of=lambda *_: "Jy", channels=channels, current_stokes=None)
    return SimpleNamespace(image=image, components=components, style=style or Style(), unit="Jy")


def decoded(body: bytes) -> np.ndarray[Any, Any]:
    with Image.open(io.BytesIO(body)) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGB"), dtype=int)


@pytest.mark.parametrize(
    ("style", "stretch"),
    [
        (Style(), av.LinearStretch()),
        (Style(stretch="sqrt"), av.SqrtStretch()),
        (Style(stretch="asinh", parameter=0.02), av.AsinhStretch(0.02)),
        (Style(stretch="log", parameter=500.0), av.LogStretch(500.0)),
    ],
)
@pytest.mark.parametrize("limits", [(0.0, 100.0), (-5.0, 3.0), (8.0, -8.0)])
def test_values_are_where_the_levels_are(style: Style, stretch: Any, limits: Any) -> None:
    values = values_of_levels(style, component(limits)).astype(float)
    assert (values[0], values[-1]) == pytest.approx(limits)
    scaled = (values - limits[0]) / (limits[1] - limits[0])
    reached = 255 * stretch(np.clip(scaled, 0, 1))
    assert np.abs(reached - np.arange(256)).max() < 1


@pytest.mark.parametrize("invert", [False, True])
def test_bar_is_the_colormap(invert: bool) -> None:
    style = Style(stretch="asinh", cmap="viridis", invert=invert)
    bar = decoded(legend(subject(component(), style=style)))[10, 6 : 6 + WIDTH]
    table = colormap("viridis").astype(int)
    assert np.abs(bar - (table[::-1] if invert else table)).max() <= 3


def test_a_level_that_is_never_reached_is_no_obstacle() -> None:
    style = Style(contrast=0.2)
    values = values_of_levels(style, component())
    assert np.isfinite(values).all()
    assert (np.diff(values) >= 0).all()
    assert legend(subject(component((3.0, 3.0)), style=style))


def test_mix_shows_the_color_of_each_channel() -> None:
    parts = [
        Component(selection=Selection(channel=(number, number)), limits=(0.0, 9.0), color=color)
        for number, color in enumerate(("ff0000", "00ff00", "1020ff"), 1)
    ]
    shown = decoded(legend(subject(*parts, names="irg")))
    for row, wanted in enumerate(((255, 0, 0), (0, 255, 0), (16, 32, 255))):
        assert tuple(shown[6 + 16 * row + 7, 10]) == wanted
    one = decoded(legend(subject(parts[0], names="irg")))
    assert shown.shape[0] - one.shape[0] == 32


def test_legend_has_an_address(client: Any, service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(
        "celestile.protocols.wmts.legend.legend", lambda subject: asked.append(subject) or b"PNG"
    )
    path = "/wmts/1.0.0/cube%2Fmovie.fits/{}/legend.png"
    response = client.get(path.format("deep-red") + "?TIME=2004-03-01T00:00:20Z&gamma=3")
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/png"
    view = asked[0].view
    assert (view.name, view.frame.first, view.gamma) == ("deep-red", 2, 3.0)
    again = client.get(path.format("default"), headers={"accept": "image/jpeg"})
    assert again.status_code == 406
    assert client.get(path.format("nope")).status_code == 404
    tag = response.headers["etag"]
    kept = client.get(
        path.format("deep-red") + "?FRAME=2&gamma=3.0", headers={"if-none-match": tag}
    )
    assert kept.status_code == 304
