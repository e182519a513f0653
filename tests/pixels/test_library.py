"""The library keeps images that are in use, however many others are opened."""

import numpy as np
import pytest

from celestile.pixels import library
from celestile.pixels.library import Library


@pytest.fixture
def three_images(write_fits, spool, tmp_path, monkeypatch):
    monkeypatch.setattr(library, "_OPEN_IMAGES", 2)
    for name in ("a.fits", "b.fits", "c.fits"):
        write_fits(name, np.ones((4, 5), np.float32))
    return Library(tmp_path, spool)


def test_an_image_that_is_in_use_outlasts_one_that_is_not(three_images):
    used, idle = three_images.open("a.fits"), three_images.open("b.fits")
    assert three_images.if_open("a.fits") is used
    three_images.open("c.fits")
    assert three_images.if_open("a.fits") is used
    assert three_images.if_open("b.fits") is None
    assert three_images.open("b.fits") is not idle
