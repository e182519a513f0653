"""Cells that images take, against all of their pixels' places."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy_healpix import HEALPix, uniq_to_level_ipix

from celestile.pixels.fits.spool import Spool
from celestile.pixels.library import Library
from celestile.protocols.hips.coverage import Moc
from celestile.protocols.hips.healpix import DEEPEST
from celestile.protocols.hips.survey import Survey, make_survey

NAMES = ("tan.fits", "car.fits", "whole.fits", "pole.fits")


@pytest.fixture(scope="module")
def library(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library(root, Spool(tmp_path_factory.mktemp("spool"), lambda _: None))


def survey(library: Library, name: str) -> Survey:
    return make_survey(library.open(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_pixel_is_covered(library: Library, truth: Any, name: str) -> None:
    coverage = survey(library, name).coverage
    grid = HEALPix(1 << coverage.order, "nested")
    there = truth.places(name)
    cells = np.unique(grid.lonlat_to_healpix(there.ra, there.dec))
    assert all(coverage.holds(coverage.order, int(cell)) for cell in cells)


@pytest.mark.parametrize("name", NAMES)
def test_little_else_is_covered(library: Library, truth: Any, name: str) -> None:
    found = survey(library, name)
    level, cells = uniq_to_level_ipix(found.coverage.uniq)
    fine = int(level.max())
    grid = HEALPix(1 << fine, "nested")
    for order, cell in zip(level.tolist(), cells.tolist(), strict=True):
        inside = np.arange(cell << 2 * (fine - order), cell + 1 << 2 * (fine - order))[:64]
        x, y = truth.pixels(name, SkyCoord(*grid.healpix_to_lonlat(inside), frame="icrs"))
        allowed = 4 * np.degrees(grid.pixel_resolution.to_value(u.rad)) / found.pixel_scale + 1
        width, height = truth.size(name)
        near = (x > -allowed) & (x < width + allowed) & (y > -allowed) & (y < height + allowed)
        assert near.all()


@pytest.mark.parametrize("name", NAMES)
def test_no_cell_lies_within_another_and_no_four_make_one(library: Library, name: str) -> None:
    level, cells = uniq_to_level_ipix(survey(library, name).coverage.uniq)
    shifts = 2 * (DEEPEST - level)
    starts, stops = cells << shifts, cells + 1 << shifts
    ascending = np.argsort(starts)
    assert (starts[ascending][1:] >= stops[ascending][:-1]).all()
    for order in range(1, level.max() + 1):
        _, counts = np.unique(cells[level == order] >> 2, return_counts=True)
        assert (counts < 4).all()


def test_the_whole_sky_is_twelve_cells(library: Library) -> None:
    coverage = survey(library, "whole.fits").coverage
    assert coverage.fraction == 1.0
    assert coverage.uniq.tolist() == list(range(4, 16))


def test_the_fraction_is_the_images_area(library: Library) -> None:
    found = survey(library, "car.fits")
    area = (48 * 2 * np.sin(np.radians(12))) / (360 * 2)  # 48 degrees by 24, on the equator
    assert area < found.coverage.fraction < area * 1.1


def test_boxes_hold_what_is_covered() -> None:
    none = np.empty(0, np.int64)
    # Of cell 6 of order 1: the third child of its second child, and its first child.
    coverage = Moc(3, (none, none, np.array([24]), np.array([25 * 4 + 2])))
    # The child is at the top left; the other goes from x = 2 to 3 and from y = 1 to 2 of 4.
    assert coverage.box(1, 6, 2) == (0, 0, 2, 3)
    assert coverage.box(1, 6, 4) == (0, 0, 8, 12)
    assert coverage.box(1, 6, 1) == (0, 0, 1, 2)
    assert coverage.box(1, 5, 2) is None


@pytest.mark.parametrize(
    ("name", "order"),
    # 36", 0.2 degrees, 0.45 degrees, 14.4": pixels of order 3 are 51.5" wide.
    [("tan.fits", 4), ("car.fits", 3), ("whole.fits", 3), ("pole.fits", 5)],
)
def test_pixels_of_the_deepest_order_are_as_fine_as_the_images(
    library: Library, name: str, order: int
) -> None:
    found = survey(library, name)
    assert found.order == order
    assert found.finest <= found.pixel_scale * 1.01
