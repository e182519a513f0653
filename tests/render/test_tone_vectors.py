"""The table that holds the server's tones and colors to those of the viewer.

`make_tone_vectors.py` computes it by astropy; the viewer's tests read the same file.
"""

import json

import numpy as np
import pytest
from tests.render.make_tone_vectors import TARGET, vectors

from celestile.geometry import Region
from celestile.pixels.plane import Selection
from celestile.render.color import paint
from celestile.render.request import Component, Output, Picture, Style
from celestile.render.samples import samples

VECTORS = json.loads(TARGET.read_text())
OUTPUT = Output(region=Region(0, 0, 44, 1), size=(44, 1))


def _style(case, **more):
    keys = ("stretch", "parameter", "gamma", "contrast", "bias")
    return Style(**{key: case[key] for key in keys}, **more)


def _name(case):
    return "-".join(str(case[key]) for key in ("stretch", "parameter", "gamma", "contrast", "bias"))


def _single(case):
    """The only component, with the quantiles of `histeq`."""
    vmin, vmax = case["limits"]
    places = np.array(case.get("places", ()))
    values = tuple((vmin + (vmax - vmin) * places).tolist())
    return Component(selection=Selection(), limits=(vmin, vmax), quantiles=values)


def test_the_table_is_what_astropy_computes():
    assert json.loads(json.dumps(vectors())) == VECTORS


@pytest.mark.parametrize("case", VECTORS["single"], ids=_name)
def test_gray_levels(case):
    picture = Picture(components=(_single(case),), style=_style(case), output=OUTPUT)
    drawn = paint(picture, [np.array([case["values"]], np.float32)]).pixels
    # Values of single precision lie beside their level's edge where limits are close.
    slack = 0.51 if case["limits"][0] == 99.9 else 0.501
    assert np.abs(drawn[0, :, 0].astype(float) - case["levels"]).max() < 1 + slack


@pytest.mark.parametrize("case", VECTORS["mix"], ids=_name)
def test_colors(case):
    components = tuple(
        Component(selection=Selection(channel=(k, k)), limits=tuple(limits), color=color)
        for k, (limits, color) in enumerate(zip(case["limits"], case["colors"], strict=True), 1)
    )
    style = _style(case, saturation=case["saturation"], invert=case["invert"])
    planes = [np.array([plane], np.float32) for plane in case["planes"]]
    drawn = paint(Picture(components=components, style=style, output=OUTPUT), planes).pixels
    assert np.abs(drawn[0].astype(float) - case["rgb"]).max() < 1.51


@pytest.mark.parametrize("case", VECTORS["single"], ids=_name)
def test_levels_survive_the_codes(case):
    """Values that were encoded for a view are drawn as before in it."""
    component, style = _single(case), _style(case)
    values = np.array([case["values"]], np.float32)
    found = samples(values, np.sort(values[0]), component, style)
    decoded = np.interp(found.codes, np.linspace(2, 65534, found.knots.size), found.knots)
    picture = Picture(components=(component,), style=style, output=OUTPUT)
    before, after = (paint(picture, [each.astype(np.float32)]).pixels for each in (values, decoded))
    if case["limits"][0] != case["limits"][1]:  # a step is at a single value
        assert np.abs(before.astype(int) - after.astype(int)).max() <= 1
