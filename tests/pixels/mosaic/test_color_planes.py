"""Colors in three extensions."""

from typing import Any

import numpy as np
import pytest

RNG = np.random.default_rng(20261130)


def planes(names: tuple[str, ...], shape: tuple[int, int] = (20, 30)) -> list[Any]:
    return [(RNG.normal(0, 1, shape).astype(np.float32), {"EXTNAME": name}) for name in names]


@pytest.mark.parametrize("names", [("RED", "GREEN", "BLUE"), ("B", "R", "G")])
def test_extensions_named_after_colors_are_a_picture(
    names: tuple[str, ...], write_fits: Any, open_image: Any, read_pixels: Any
) -> None:
    hdus = planes(names)
    image = open_image(write_fits("a.fits", *hdus))
    assert image.channel_axis == "band"
    wanted = ["red", "green", "blue"] if len(names[0]) > 1 else ["r", "g", "b"]
    assert [channel.name for channel in image.channels] == wanted
    for channel in image.channels:
        array = hdus[names.index(channel.name.upper())][0]
        assert np.array_equal(read_pixels(image, channel=channel.index), array[::-1])
    alone = open_image(write_fits("a.fits", *hdus), "2")
    assert np.array_equal(read_pixels(alone), hdus[1][0][::-1])


def test_colors_of_unequal_size_are_not_a_picture(write_fits: Any, open_image: Any) -> None:
    hdus = [*planes(("RED", "GREEN")), *planes(("BLUE",), (10, 10))]
    assert len(open_image(write_fits("a.fits", *hdus)).channels) == 1


def test_two_colors_are_not_a_picture(write_fits: Any, open_image: Any) -> None:
    assert len(open_image(write_fits("a.fits", *planes(("RED", "BLUE")))).channels) == 1
