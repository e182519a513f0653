"""Pictures in another geometry, against formulas for each of their pixels."""

import numpy as np
import pytest

from celestile.geometry import Levels, Region
from celestile.render.request import EMPTY, SMOOTH, Warp, WarpMesh
from celestile.render.warp import finest_level, warped

SIDE = 64
STEP = 16


class Planes:
    """A plane whose levels are means of squares, and which remembers what was read."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = [values.astype(np.float32)]
        self.levels = Levels(values.shape[1], values.shape[0], 32)
        for _ in range(1, self.levels.count):
            finer = np.pad(
                self.values[-1],
                [(0, side % 2) for side in self.values[-1].shape],
                constant_values=np.nan,
            )
            squares = finer.reshape(finer.shape[0] // 2, 2, finer.shape[1] // 2, 2)
            with np.errstate(invalid="ignore"):
                known = np.isfinite(squares)
                total = np.where(known, squares, 0).sum(axis=(1, 3))
                self.values.append((total / known.sum(axis=(1, 3))).astype(np.float32))
        self.read_so_far: list[tuple[int, Region]] = []

    def read(self, level: int, region: Region) -> np.ndarray:
        self.read_so_far.append((level, region))
        return self.values[level][region.y : region.bottom, region.x : region.right]


def sheet(
    nodes: tuple[np.ndarray, np.ndarray], region: Region, blocks: np.ndarray | None = None
) -> WarpMesh:
    count = SIDE // (2 * STEP)
    nothing = np.empty((0, 2 * STEP, 2 * STEP))
    if blocks is None:
        blocks = np.full((count, count), SMOOTH)
    return WarpMesh(
        region=region,
        step=STEP,
        nodes_x=np.ascontiguousarray(nodes[0], dtype=np.float64),
        nodes_y=np.ascontiguousarray(nodes[1], dtype=np.float64),
        blocks=blocks.astype(np.int64),
        exact_x=nothing,
        exact_y=nothing,
    )


def affine(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> tuple:
    corners = np.arange(0, SIDE + 1, STEP, dtype=np.float64)
    u, v = np.meshgrid(corners, corners)
    return x + ax * u + bx * v, y + ay * u + by * v


def look(planes: Planes, *meshes: WarpMesh) -> np.ndarray:
    return warped([planes], Warp(key="", size=(SIDE, SIDE), meshes=meshes))[0]


def noise(shape: tuple[int, int] = (100, 120)) -> np.ndarray:
    return np.random.default_rng(5).normal(size=shape).astype(np.float32)


def whole(values: np.ndarray) -> Region:
    return Region(0, 0, values.shape[1], values.shape[0])


def test_pixels_that_fall_on_pixels_are_copied() -> None:
    values = noise()
    values[20, 30] = np.nan
    values[21, 31] = np.inf
    found = look(Planes(values), sheet(affine(1, 0, 0, 1, 7, 9), whole(values)))
    np.testing.assert_array_equal(found, values[9 : 9 + SIDE, 7 : 7 + SIDE])


def test_pictures_may_be_turned() -> None:
    values = noise()
    found = look(Planes(values), sheet(affine(0, 1, -1, 0, 80, 10), whole(values)))
    np.testing.assert_array_equal(found, np.rot90(values[10 : 10 + SIDE, 80 - SIDE : 80]))


def test_between_pixels_values_are_interpolated() -> None:
    rows, columns = np.mgrid[0:100, 0:120]
    values = 3.0 * columns + 5.0 * rows
    found = look(Planes(values), sheet(affine(0.4, 0.1, -0.2, 0.5, 20.3, 10.2), whole(values)))
    v, u = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    x, y = 20.3 + 0.4 * u - 0.2 * v - 0.5, 10.2 + 0.1 * u + 0.5 * v - 0.5
    np.testing.assert_allclose(found, 3 * x + 5 * y, rtol=1e-5)


def test_missing_pixels_stay_where_they_are_and_spoil_nobody() -> None:
    values = np.full((100, 120), 7.0)
    values[30, 40] = np.nan
    found = look(Planes(values), sheet(affine(0.25, 0, 0, 0.25, 36, 26), whole(values)))
    v, u = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    missing = ((36 + u / 4) // 1 == 40) & ((26 + v / 4) // 1 == 30)
    np.testing.assert_array_equal(np.isnan(found), missing)
    np.testing.assert_array_equal(found[~missing], 7)


def test_nothing_beyond_the_region() -> None:
    values = noise()
    region = Region(30, 20, 50, 40)
    found = look(Planes(values), sheet(affine(1.5, 0, 0, 1.5, 10, 5), region))
    v, u = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    x, y = 10 + 1.5 * u, 5 + 1.5 * v
    inside = (x >= 30) & (x < 80) & (y >= 20) & (y < 60)
    np.testing.assert_array_equal(np.isfinite(found), inside)


@pytest.mark.parametrize(("scale", "level"), [(0.5, 0), (1, 0), (1.9, 0), (2, 1), (3.9, 1), (4, 2)])
def test_level_has_a_pixel_for_each_of_the_picture(scale: float, level: int) -> None:
    values = noise((400, 400))
    planes = Planes(values)
    seen = sheet(affine(scale, 0, 0, scale, 3, 5), whole(values))
    assert finest_level(Warp(key="", size=(SIDE, SIDE), meshes=(seen,)), planes.levels) == level
    look(planes, seen)
    assert {each for each, _ in planes.read_so_far} == {level}


def test_averages_are_those_of_the_area() -> None:
    values = noise((200, 200))
    found = look(Planes(values), sheet(affine(2, 0, 0, 2, 4, 6), whole(values)))
    squares = values[6 : 6 + 2 * SIDE, 4 : 4 + 2 * SIDE].reshape(SIDE, 2, SIDE, 2)
    np.testing.assert_allclose(found, squares.mean(axis=(1, 3)), atol=1e-6)


def test_uneven_scales_lose_nothing_along_the_finer_one() -> None:
    values = np.tile(np.arange(400.0) % 2, (400, 1))  # stripes of one column
    found = look(Planes(values), sheet(affine(1, 0, 0, 6, 100, 4), whole(values)))
    np.testing.assert_allclose(found, np.tile(np.arange(SIDE) % 2, (SIDE, 1)), atol=1e-6)


def test_only_what_is_needed_is_read() -> None:
    planes = Planes(noise((1000, 1000)))
    look(planes, sheet(affine(1, 0, 0, 1, 500, 300), Region(0, 0, 1000, 1000)))
    assert sum(region.width * region.height for _, region in planes.read_so_far) < 4 * SIDE**2


def test_both_ends_of_a_map_without_its_middle() -> None:
    values = noise((300, 4000))
    planes = Planes(values)
    x, y = affine(1, 0, 0, 1, 3968, 10)
    x[:, 2:] -= 4000
    blocks = np.array([[SMOOTH, SMOOTH], [SMOOTH, SMOOTH]])
    # The nodes on the seam serve both sides: one sheet each, as for two parts of the image.
    left, right = (np.where(x > 2000, x, x + 4000), y), (np.where(x > 2000, x - 4000, x), y)
    found = look(planes, sheet(left, whole(values), blocks), sheet(right, whole(values), blocks))
    expected = np.hstack([values[10:74, 3968:], values[10:74, :32]])
    np.testing.assert_array_equal(found, expected)
    assert sum(region.width * region.height for _, region in planes.read_so_far) < 8 * SIDE**2


def test_exact_places_across_a_seam() -> None:
    values = noise((300, 4000))
    planes = Planes(values)
    v, u = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    x, y = (3968 + u) % 4000, 10 + v
    size = 2 * STEP
    tiles = [
        each.reshape(SIDE // size, size, SIDE // size, size).swapaxes(1, 2).reshape(-1, size, size)
        for each in (x, y)
    ]
    nowhere = np.full((5, 5), np.nan)
    seam = WarpMesh(
        region=whole(values),
        step=STEP,
        nodes_x=nowhere,
        nodes_y=nowhere,
        blocks=np.arange(4).reshape(2, 2),
        exact_x=np.ascontiguousarray(tiles[0]),
        exact_y=np.ascontiguousarray(tiles[1]),
    )
    expected = np.hstack([values[10:74, 3968:], values[10:74, :32]])
    np.testing.assert_array_equal(look(planes, seam), expected)
    assert sum(region.width * region.height for _, region in planes.read_so_far) < 8 * SIDE**2


def test_the_first_sheet_with_a_value_is_seen() -> None:
    values = noise()
    values[:, 20] = np.nan
    first = sheet(affine(1, 0, 0, 1, 0, 0), Region(0, 0, 40, 100))
    second = sheet(affine(1, 0, 0, 1, 5, 0), whole(values))
    found = look(Planes(values), first, second)
    expected = np.hstack([values[:SIDE, :40], values[:SIDE, 45 : 5 + SIDE]])
    expected[:, 20] = values[:SIDE, 25]
    np.testing.assert_array_equal(found, expected)


def test_empty_blocks_and_empty_pictures() -> None:
    values = noise()
    blocks = np.array([[SMOOTH, EMPTY], [EMPTY, EMPTY]])
    found = look(Planes(values), sheet(affine(1, 0, 0, 1, 0, 0), whole(values), blocks))
    assert np.isfinite(found).sum() == (2 * STEP) ** 2
    assert np.isnan(look(Planes(values))).all()
    away = sheet(affine(1, 0, 0, 1, 500, 500), whole(values))
    assert np.isnan(look(Planes(values), away)).all()
    assert finest_level(Warp(key="", size=(1, 1), meshes=(away,)), Levels(120, 100)) is None


def test_an_edge_pixel_of_a_level_that_is_cut_short() -> None:
    values = np.ones((67, 67))
    found = look(Planes(values), sheet(affine(4, 0, 0, 4, 0, 0), whole(values)))
    # 67 pixels are sixteen picture pixels and three quarters, whose center is inside.
    assert np.isfinite(found).sum() == 17**2
    np.testing.assert_allclose(found[np.isfinite(found)], 1)


def test_angles_are_interpolated_as_directions() -> None:
    planes = Planes(np.where(np.indices((64, 64)).sum(axis=0) % 2, 89.0, -89.0))
    planes.is_angle = True  # type: ignore[attr-defined]
    corners = affine(0.5, 0.0, 0.0, 0.5, 3.3, 4.7)
    warp = Warp(key="half", size=(SIDE, SIDE), meshes=(sheet(corners, Region(0, 0, 64, 64)),))
    (found,) = warped([planes], warp)
    assert np.isfinite(found).mean() > 0.5
    assert np.nanmin(np.abs(found)) > 88.9
