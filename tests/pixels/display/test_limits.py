"""Limits against astropy, and first views that show what is there."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.visualization import MinMaxInterval, PercentileInterval, ZScaleInterval
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.display import limits
from celestile.pixels.display.first_view import FirstView, first_view
from celestile.pixels.display.limits import Sample
from celestile.pixels.plane import Selection
from celestile.pixels.resolver import is_fits_name

Floats = NDArray[np.float32]


def sampled(values: Any) -> Sample:
    array = np.atleast_2d(np.asarray(values, np.float32))
    height, width = array.shape
    return limits.sample(lambda r: array[r.y : r.bottom, r.x : r.right], width, height)


finite = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 20), st.integers(1, 20)),
    elements=st.floats(-1e6, 1e6, width=32),
)


@given(values=finite, share=st.floats(1, 100))
def test_percentiles_are_those_of_astropy(values: Floats, share: float) -> None:
    low, high = PercentileInterval(share).get_limits(values.astype(np.float64))
    assert limits.percentile(sampled(values), share) == (
        pytest.approx(low, rel=1e-6, abs=1e-3), pytest.approx(high, rel=1e-6, abs=1e-3)
    )  # fmt: skip


@given(values=finite)
def test_extremes_are_those_of_astropy(values: Floats) -> None:
    assert limits.minmax(sampled(values)) == MinMaxInterval().get_limits(values)


@pytest.mark.parametrize("shape", [(7, 9), (300, 400), (1, 1), (1, 50)])
def test_zscale_is_that_of_astropy(shape: tuple[int, int]) -> None:
    values = np.random.default_rng(1).normal(100, 5, shape).astype(np.float32)
    values.ravel()[:: max(1, values.size // 7)] += 500
    assert limits.zscale(sampled(values)) == ZScaleInterval().get_limits(values)


def test_missing_and_infinite_values_are_left_out() -> None:
    values = np.array([[np.nan, 1, 2, 3], [np.inf, -np.inf, 4, 5]])
    found = sampled(values)
    assert limits.minmax(found) == (1, 5)
    assert limits.percentile(found, 100) == (1, 5)
    assert found.valid == 7 / 8
    assert np.isfinite(limits.zscale(found)).all()
    numbers = limits.statistics(found)
    assert (numbers.low, numbers.high, numbers.mean, numbers.median) == (1, 5, 3, 3)
    assert numbers.std == pytest.approx(np.std([1, 2, 3, 4, 5]))


def test_nothing_finite_at_all() -> None:
    found = sampled([[np.nan, np.inf]])
    assert limits.minmax(found) == limits.percentile(found, 99) == limits.zscale(found) == (0, 1)
    assert limits.statistics(found).median is None
    assert first_view(found) == FirstView((0.0, 1.0), "linear")
    assert limits.histogram(found, 0, 1) == [0] * 256


@given(values=finite)
def test_statistics_are_those_of_numpy(values: Floats) -> None:
    found = limits.statistics(sampled(values))
    wide = values.astype(np.float64)
    assert found.mean == pytest.approx(wide.mean(), rel=1e-9, abs=1e-9)
    assert found.median == pytest.approx(np.median(wide), rel=1e-9, abs=1e-9)
    assert found.std == pytest.approx(wide.std(), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("bounds", [(-3, 3), (0, 1), (-0.5, 0.5)])
def test_histograms_are_those_of_numpy(bounds: tuple[float, float]) -> None:
    values = np.random.default_rng(2).normal(size=(200, 300)).astype(np.float32)
    expected, _ = np.histogram(values, 256, bounds)
    found = np.array(limits.histogram(sampled(values), *bounds))
    # Values on an edge may fall to either side of it in single precision.
    assert np.abs(found - expected).max() <= 2
    assert abs(found.sum() - expected.sum()) <= 1


def test_a_large_plane_is_sampled_by_rows() -> None:
    reads: list[Region] = []

    def read(region: Region) -> Floats:
        reads.append(region)
        rows = np.arange(region.y, region.bottom, dtype=np.float32)[:, None]
        return np.broadcast_to(rows, (region.height, region.width)).copy()

    found = limits.sample(read, 10_000, 20_000)
    assert not found.whole
    assert found.ordered.size < 2 * limits.SAMPLE
    assert all(region.height == 1 for region in reads)
    assert reads[0].y == 0
    assert reads[-1].y == 19_999
    assert limits.percentile(found, 50) == (
        pytest.approx(5000, rel=0.02), pytest.approx(15000, rel=0.02)
    )  # fmt: skip


def test_a_very_wide_plane_is_sampled_all_across() -> None:
    def read(region: Region) -> Floats:
        columns = np.arange(region.x, region.right, dtype=np.float32)
        return np.broadcast_to(columns, (region.height, region.width)).copy()

    found = limits.sample(read, 10_000_000, 100)
    assert found.ordered.size <= 2 * limits.SAMPLE
    # Columns number themselves: pieces of rows reach from the left to the right without large gaps.
    assert found.ordered[0] < 400_000
    assert found.ordered[-1] > 9_600_000
    assert np.diff(found.ordered).max() < 400_000


def test_quantiles_between_limits() -> None:
    values = np.random.default_rng(3).exponential(size=(100, 100)).astype(np.float32)
    steps = np.array(limits.quantiles(sampled(values), (0.2, 3.0)))
    inside = values[(values >= 0.2) & (values <= 3.0)]
    np.testing.assert_allclose(steps, np.quantile(inside, np.linspace(0, 1, 257)), atol=0.01)
    assert limits.quantiles(sampled(values), (9.0, 5000.0)) == (9.0, 5000.0) or len(steps) == 257
    assert limits.quantiles(sampled([[1, 1, 1]]), (0, 2)) == (0, 2)


def brightness(values: Any, view: FirstView) -> NDArray[np.float64]:
    """Intensity of pixels in a view, from 0 to 1; missing left out."""
    low, high = view.limits
    assert high > low
    assert np.isfinite(view.limits).all()
    shown = values[~np.isnan(values)].astype(np.float64)
    x = np.clip((np.clip(shown, low, high) - low) / (high - low), 0, 1)
    if view.stretch == "asinh":
        assert view.parameter
        return np.arcsinh(x / view.parameter) / np.arcsinh(1 / view.parameter)
    assert view.stretch == "linear"
    return x


RNG = np.random.default_rng(20260108)
NOISE = RNG.normal(size=(300, 300))
Y, X = np.mgrid[:300, :300]
STARS = sum(
    10 ** RNG.uniform(0.5, 4) * np.exp(-((X - x) ** 2 + (Y - y) ** 2) / 6)
    for x, y in RNG.uniform(0, 300, (60, 2))
)

SCENES = {
    "stars": NOISE + STARS,
    "stars on a high bias": 1000 + NOISE * 3 + STARS,
    "negative sky": -5e4 + NOISE + STARS,
    "tiny units": (NOISE + STARS) * 1e-30,
    "huge units": (NOISE + STARS) * 1e30,
    "galaxy": NOISE + 300 * np.exp(-np.hypot(X - 150, Y - 150) / 20),
    "faint cluster": NOISE * 5 + 8 * np.exp(-((X - 150) ** 2 + (Y - 150) ** 2) / 800),
    "hot pixels": np.where(RNG.random((300, 300)) < 0.02, 32767, NOISE * 10 + STARS / 20),
    "gradient": X + 0.0 * Y,
    "nebula": np.abs(NOISE) * 0.1 + np.exp(np.sin(X / 40) + np.cos(Y / 50)),
    "disc": np.where(np.hypot(X - 150, Y - 150) < 100, 500 + NOISE * 50, 0.0),
    "sparse counts": RNG.poisson(0.02, (300, 300)) + RNG.poisson(STARS / 50),
    "half is missing": np.where(X < 150, np.nan, NOISE + STARS),
}


@pytest.mark.parametrize("scene", SCENES)
def test_a_first_view_is_neither_black_nor_white(scene: str) -> None:
    values = SCENES[scene].astype(np.float32)
    shown = brightness(values, first_view(sampled(values)))
    assert shown.std() > 0.03
    assert (shown > 0.97).mean() < 0.2
    if scene not in ("sparse counts", "disc"):
        assert (shown < 0.03).mean() < 0.35
        assert 0.05 < np.median(shown) < 0.7


@pytest.mark.parametrize("scene", ["stars", "stars on a high bias", "negative sky", "tiny units"])
def test_the_sky_is_dark_and_stars_are_bright(scene: str) -> None:
    values = SCENES[scene].astype(np.float32)
    shown = brightness(values, first_view(sampled(values))).reshape(values.shape)
    assert 0.08 < np.median(shown) < 0.3
    assert np.median(shown[STARS > 500]) > 0.6


def test_the_faint_cluster_is_seen() -> None:
    values = SCENES["faint cluster"].astype(np.float32)
    shown = brightness(values, first_view(sampled(values))).reshape(values.shape)
    assert shown[140:160, 140:160].mean() > shown[:100, :100].mean() + 0.25


def test_hot_pixels_do_not_hide_the_stars() -> None:
    values = SCENES["hot pixels"].astype(np.float32)
    view = first_view(sampled(values))
    assert view.limits[1] < 32767


def test_pure_noise_is_not_made_to_look_like_something() -> None:
    values = NOISE.astype(np.float32)
    view = first_view(sampled(values))
    assert view.stretch == "linear"
    shown = brightness(values, view)
    assert (shown > 0.9).mean() < 0.001


@pytest.mark.parametrize("value", [0.0, 1.0, -7.5, 65535.0, 1e-20, 3e38, -3e38])
def test_a_constant_is_gray(value: float) -> None:
    values = np.full((10, 10), value, np.float32)
    shown = brightness(values, first_view(sampled(values)))
    np.testing.assert_allclose(shown, 0.5, atol=1e-6)


@pytest.mark.parametrize("values", [[0, 1], [0, 0, 0, 64], [1, 2, 4, 8], [-1, 0, 1]])
def test_masks_show_all_their_values(values: list[float]) -> None:
    array = np.resize(np.array(values, np.float32), (40, 40))
    view = first_view(sampled(array))
    assert view == FirstView((min(values), max(values)), "linear")


@given(
    arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 12), st.integers(1, 12)),
        elements=st.floats(width=32, allow_nan=True, allow_infinity=True),
    )
)
def test_any_numbers_have_a_first_view(values: Floats) -> None:
    view = first_view(sampled(values))
    assert view.limits[1] > view.limits[0]
    if np.isfinite(values).any():
        assert np.isfinite(view.limits).all()


NOT_A_SCENE = {
    "bad/truncated_solis.fts",  # what is left of it is sky beside the disc: 99.98 % are zeros
    "bad/badfitskeys.fits.gz",  # three quarters of it are saturated
    "image/carta_default.fits",  # black letters on white
    "image/chandra_m101_region.fits",  # three patches of a detector, the rest is empty
    "bad/nocdelt.fits",  # its three planes make one picture
    "wcs/hips_Npix_HPX.fits",  # its numbers span 70 powers of ten
    "table/ligo_simulated.fits.gz",  # 99.99 % of the probability is in 2 % of the sky
    "pix/eso_suite_tst0007.fits",  # limits of the IEEE formats
    "pix/eso_suite_tst0008.fits",
}


@pytest.mark.parametrize("has_source", [True, False])
def test_single_photons_are_seen_from_afar(has_source: bool) -> None:
    """A list of events on fine pixels: one in a hundred has a photon, a source has a few."""
    rng = np.random.default_rng(3)
    values = rng.poisson(0.01, (512, 512)).astype(np.float32)
    if has_source:
        values[250:262, 250:262] += rng.poisson(3, (12, 12))
    found = limits.sample(lambda r: values[r.y : r.bottom, r.x : r.right], 512, 512)
    view = first_view(found)
    afar = values.reshape(32, 16, 32, 16).mean(axis=(1, 3))
    assert np.median(brightness(afar, view)) > 0.08
    near = brightness(values, view)
    assert near[values.ravel() == 0].max() == 0.0
    assert near[values.ravel() == 1].min() > 0.3


def test_probabilities_over_many_powers_of_ten_show_their_peak() -> None:
    """As maps of gravitational waves: a Gaussian on the sky, down to 1e-36 far away."""
    y, x = np.mgrid[:300, :400]
    values = np.exp(-((x - 90) ** 2 + (y - 200) ** 2) / 900).astype(np.float32)
    found = limits.sample(lambda r: values[r.y : r.bottom, r.x : r.right], 400, 300)
    shown = brightness(values, first_view(found)).reshape(values.shape)
    assert (shown > 0.97).mean() < 0.02
    assert shown[200, 90] == shown.max() > 0.97
    assert shown[200, 90 + 45] > 0.3  # a tenth of the peak
    assert shown[20, 380] < 0.01


def test_real_images_are_neither_black_nor_white(
    data_dir: Path, open_image: Any, read_pixels: Any
) -> None:
    from celestile.errors import UnservableImageError  # noqa: PLC0415

    dull = []
    for path in sorted(data_dir.rglob("*")):
        name = path.relative_to(data_dir).as_posix()
        if not is_fits_name(name) or name in NOT_A_SCENE or name.startswith("mosaic/acs"):
            continue
        try:
            image = open_image(path)
        except UnservableImageError:
            continue
        plane = image.plane(Selection())
        found = limits.sample(plane.read, plane.width, plane.height)
        shown = brightness(found.grid, first_view(found))
        few = np.unique(found.ordered[:: max(1, found.ordered.size // 999)]).size < 8
        if (shown > 0.97).mean() > 0.2 and not few:
            dull.append(f"{name}: white")
        if (shown < 0.03).mean() > 0.9:
            dull.append(f"{name}: black")
        if shown.std() < 0.02 and found.ordered[0] != found.ordered[-1]:
            dull.append(f"{name}: flat")
    assert dull == []


@pytest.mark.parametrize("fill", [-999.0, -32768.0, 0.0])
def test_what_fills_the_border_leaves_the_view_as_it_is(fill: float) -> None:
    values = (1000 + NOISE * 3 + 10 * SCENES["galaxy"] + STARS).astype(np.float32)
    filled = np.where(X < 110, np.float32(fill), values)
    blank = np.where(X < 110, np.float32(np.nan), values)
    assert first_view(sampled(filled)) == first_view(sampled(blank))


def test_a_bright_disc_keeps_its_shades() -> None:
    radius = np.hypot(X - 150, Y - 150)
    disc = 1000 * np.sqrt(np.clip(1 - (radius / 120) ** 2, 0, 1)) + 3 * NOISE
    shown = brightness(disc.astype(np.float32), first_view(sampled(disc.astype(np.float32))))
    shown = shown.reshape(disc.shape)
    assert shown[radius < 10].mean() > 0.9
    assert 0.5 < shown[(radius > 90) & (radius < 100)].mean() < 0.75
