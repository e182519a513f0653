import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celestile.geometry import Region
from celestile.pixels.sky.sky import PixelTransform

places = st.floats(-1e5, 1e5)
steps = st.floats(0.01, 100).map(lambda step: round(step, 3)) | st.sampled_from([-4.0, -1.0, -0.5])
transforms = st.builds(
    PixelTransform, x0=places, sx=steps, y0=places, sy=steps, transposed=st.booleans()
)
regions = st.builds(
    Region, st.integers(0, 5000), st.integers(0, 5000), st.integers(1, 5000), st.integers(1, 5000)
)


@given(transforms, places, places)
def test_there_and_back_again(transform: PixelTransform, x: float, y: float) -> None:
    assert transform.to_image(*transform.to_fits(x, y)) == pytest.approx((x, y), abs=1e-6)


@given(transforms, places, places)
def test_equal_transforms_hash_and_pickle_alike(
    transform: PixelTransform, x: float, y: float
) -> None:
    copy = pickle.loads(pickle.dumps(transform))  # noqa: S301
    assert copy == transform
    assert hash(copy) == hash(transform)
    assert copy.to_fits(x, y) == transform.to_fits(x, y)


@given(transforms, places, places, places, places)
def test_a_moved_origin_shows_the_same_pixels(
    transform: PixelTransform, x: float, y: float, dx: float, dy: float
) -> None:
    moved = transform.shifted(dx, dy).to_fits(x, y)
    assert moved == pytest.approx(transform.to_fits(x + dx, y + dy), abs=1e-4)


@given(regions, st.integers(1, 4), st.integers(-100, 100), st.booleans(), st.booleans())
def test_a_chip_fills_its_region_edge_to_edge(
    region: Region, binning: int, start: int, mirrored: bool, upside_down: bool
) -> None:
    columns = (start, start + binning * region.width - 1)
    rows = (start, start + binning * region.height - 1)
    transform = PixelTransform.over(
        region,
        columns[::-1] if mirrored else columns,
        rows if upside_down else rows[::-1],
    )
    left, top = transform.to_fits(float(region.x), float(region.y))
    right, bottom = transform.to_fits(float(region.right), float(region.bottom))
    assert sorted((left, right)) == pytest.approx([columns[0] - 0.5, columns[1] + 0.5])
    assert sorted((top, bottom)) == pytest.approx([rows[0] - 0.5, rows[1] + 0.5])
    # A section of one column or row does not tell which way round it is.
    assert (left > right) == (mirrored and columns[0] != columns[1])
    assert (top < bottom) == (upside_down and rows[0] != rows[1])
    assert abs(transform.sx) == pytest.approx(binning)


def test_the_first_fits_pixel_is_at_the_bottom_left() -> None:
    # FITS 4.0, section 5.1: its centre is (1, 1); ours is half a pixel from either edge.
    assert PixelTransform.plain(80).to_image(1.0, 1.0) == (0.5, 79.5)
    assert PixelTransform.plain(80, flip=False).to_image(1.0, 1.0) == (0.5, 0.5)


def test_a_plain_image_is_a_chip_that_fills_it() -> None:
    chip = PixelTransform.over(Region(0, 0, 100, 80), (1, 100), (80, 1))
    assert chip == PixelTransform.plain(80)


@pytest.mark.parametrize("numbers", [(0.5, 0, 0.5, 1), (0.5, 1, 0.5, 0), (float("nan"), 1, 0, 1)])
def test_a_transform_without_an_inverse_raises(numbers: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="transform between pixels"):
        PixelTransform(*numbers)
