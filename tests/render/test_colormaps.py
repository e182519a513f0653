"""Colormaps: names, shapes, and corners known from elsewhere."""

import subprocess
import sys

import numpy as np
import pytest

from celestile.render.color import colormap, colormaps


def test_gray_comes_first_and_names_need_no_encoding() -> None:
    names = colormaps()
    assert names[0] == "gray"
    assert len(names) >= 30
    assert len(set(names)) == len(names)
    assert all(name.isascii() and name.isalnum() and name == name.lower() for name in names)


@pytest.mark.parametrize("name", colormaps())
def test_every_colormap_is_a_table_of_256_colors(name: str) -> None:
    table = colormap(name)
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    assert not table.flags.writeable
    assert len(np.unique(table, axis=0)) > 5


def test_gray_is_the_identity() -> None:
    np.testing.assert_array_equal(colormap("gray"), np.repeat(np.arange(256)[:, None], 3, axis=1))


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        # As published: van der Walt & Smith (2015), Mikhailov (2019), Nuñez et al. (2018)
        ("viridis", "440154", "fde725"),
        ("magma", "000004", "fcfdbf"),
        ("inferno", "000004", "fcffa4"),
        ("plasma", "0d0887", "f0f921"),
        ("cividis", "00224e", "fee838"),
        ("turbo", "30123b", "7a0403"),
        ("hot", "0b0000", "ffffff"),
        ("heat", "000000", "ffffff"),
        ("bb", "000000", "ffffff"),
        ("rainbow", "ff00ff", "ff0000"),
        ("i8", "000000", "ffffff"),
    ],
)
def test_the_ends_of_published_colormaps(name: str, first: str, last: str) -> None:
    table = colormap(name).astype(int)
    for entry, wanted in ((table[0], first), (table[-1], last)):
        np.testing.assert_allclose(entry, list(bytes.fromhex(wanted)), atol=2)


def test_the_black_body_of_ds9_has_its_corners() -> None:
    table = colormap("bb").astype(float) / 255
    x = np.linspace(0, 1, 256)
    np.testing.assert_allclose(table[:, 0], np.clip(2 * x, 0, 1), atol=1 / 255)
    np.testing.assert_allclose(table[:, 1], np.clip(2 * x - 0.5, 0, 1), atol=1 / 255)
    np.testing.assert_allclose(table[:, 2], np.clip(2 * x - 1, 0, 1), atol=1 / 255)


def test_an_unknown_name_raises() -> None:
    with pytest.raises(KeyError):
        colormap("parrot")


def test_neither_numba_nor_cmap_is_imported_before_it_is_used() -> None:
    code = (
        "import sys, celestile.render.render, celestile.views.view\n"
        "assert not {'numba', 'cmap'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
