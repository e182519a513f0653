"""Charts against the exact coordinates of every single pixel."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from celestile.geometry import Region
from celestile.pixels.sky.frames import ICRS, to_frame
from celestile.pixels.sky.pixel_transform import PixelTransform
from celestile.pixels.sky.sky import Sky, SkyChip, SkyCoordinates
from celestile.render.chart import compute_warp
from celestile.render.request import EMPTY, Warp, WarpMesh

SIDE = 128
WIDTH, HEIGHT = 400, 300


@dataclass(frozen=True)
class PlateCarree:
    """A square of the sky around a place, or beside it."""

    lon: float
    lat: float
    pixel: float

    key = "test"
    size = (SIDE, SIDE)

    def world(self, u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        lat = self.lat + (SIDE / 2 - v) * self.pixel
        return (self.lon + (SIDE / 2 - u) * self.pixel) % 360, np.where(abs(lat) <= 90, lat, np.nan)


def header(code: str, lon: float, lat: float, scale: float, **cards: Any) -> fits.Header:
    galactic = cards.pop("galactic", False)
    names = ("GLON", "GLAT") if galactic else ("RA--", "DEC-")
    found = {
        "NAXIS": 2, "NAXIS1": WIDTH, "NAXIS2": HEIGHT,
        "CTYPE1": f"{names[0]}-{code}", "CTYPE2": f"{names[1]}-{code}",
        "CRVAL1": lon, "CRVAL2": lat, "CRPIX1": WIDTH / 2, "CRPIX2": HEIGHT / 2,
        "CDELT1": -scale, "CDELT2": scale,
    }  # fmt: skip
    return fits.Header(found | cards)


SIP = {
    "A_ORDER": 3, "A_2_0": 3e-5, "A_1_1": -1e-5, "A_3_0": 2e-8,
    "B_ORDER": 3, "B_0_2": -2e-5, "B_1_1": 1e-5, "B_2_1": 1e-8,
}  # fmt: skip
ALL_SKY = 360 / WIDTH
SKIES = {
    "TAN": header("TAN", 83.8, -5.4, 2e-4),
    "TAN across 0h": header("TAN", 0.01, 20.0, 1e-3),
    "TAN turned": header("TAN", 200.0, 60.0, 2e-3, PC1_1=0.6, PC1_2=-0.8, PC2_1=0.8, PC2_2=0.6),
    "TAN on the pole": header("TAN", 10.0, 90.0, 0.01),
    "TAN near the pole": header("TAN", 10.0, 88.0, 0.01),
    "SIP": header("TAN-SIP", 150.0, 47.0, 3e-4, **SIP),
    "STG of half the sky": header("STG", 40.0, 30.0, 0.5),
    "SIN limb": header("SIN", 120.0, -30.0, 0.35),
    "CAR all-sky": header("CAR", 0.0, 0.0, ALL_SKY, galactic=True),
    "CAR elsewhere": header("CAR", 266.4, 0.0, 1e-3, LATPOLE=90.0),
    "AIT": header("AIT", 0.0, 0.0, ALL_SKY, galactic=True),
    "HPX": header("HPX", 45.0, 0.0, 0.5),
    "galactic": header("TAN", 359.9, 0.1, 1e-3, galactic=True),
    "FK4": header("TAN", 50.0, -37.0, 1e-3, RADESYS="FK4", EQUINOX=1950.0),
    "FK5 of 1975": header("TAN", 50.0, -37.0, 1e-3, RADESYS="FK5", EQUINOX=1975.0),
}
# Picture pixels for an image pixel.
ZOOMS = (0.02, 0.3, 1.0, 3.0)


def cases() -> list[Any]:
    return [
        pytest.param(name, zoom, shift, id=f"{name}-{zoom}-{shift}")
        for name in SKIES
        for zoom in ZOOMS
        for shift in (0.0, 0.45)
    ]


@pytest.mark.parametrize(("name", "zoom", "shift"), cases())
def test_places_are_exact_to_a_tenth_of_a_pixel(name: str, zoom: float, shift: float) -> None:
    sky = Sky.from_header(SKIES[name], WIDTH, HEIGHT)
    chart = chart_over(sky, SKIES[name], zoom, shift)
    region = Region(0, 0, WIDTH, HEIGHT)
    x, y = exact(sky, chart)
    inside = within(x, y, region)
    warp = compute_warp(chart, sky)
    assert warp.size == chart.size
    if not warp.meshes:
        assert not inside.any()
        return
    u, v = charted(warp.meshes[0])
    size = np.maximum(1.0, pixel_size(x, y))
    error = np.hypot(u - x, v - y) / size
    assert np.all(error[inside] <= 0.1)
    # What is not of the image does not appear, but for a hair's breadth at its edges.
    strangers = within(u, v, region) & ~inside
    margin = np.minimum.reduce([u, v, WIDTH - u, HEIGHT - v]) / size
    assert np.all(margin[strangers] <= 0.1)


def chart_over(sky: Sky, cards: fits.Header, zoom: float, shift: float) -> PlateCarree:
    lon, lat = sky.world_array(np.array([WIDTH * 0.5]), np.array([HEIGHT * 0.5]))
    lon, lat = to_frame(lon, lat, sky.celestial_frame, ICRS)
    pixel = min(cards["CDELT2"] / zoom, 360 / SIDE)
    away = shift * SIDE * pixel
    return PlateCarree(float(lon[0]) + away, float(np.clip(lat[0] + away, -90, 90)), pixel)


def exact(sky: Sky, chart: PlateCarree) -> tuple[np.ndarray, np.ndarray]:
    u, v = np.meshgrid(np.arange(SIDE) + 0.5, np.arange(SIDE) + 0.5)
    return sky.pixel_array(*to_frame(*chart.world(u, v), ICRS, sky.celestial_frame))


def within(x: np.ndarray, y: np.ndarray, region: Region) -> np.ndarray:
    across = (x >= region.x) & (x < region.right)
    return across & (y >= region.y) & (y < region.bottom)


def pixel_size(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Image pixels between neighboring picture pixels, the lesser of both directions."""
    across = np.hypot(np.gradient(x, axis=1), np.gradient(y, axis=1))
    down = np.hypot(np.gradient(x, axis=0), np.gradient(y, axis=0))
    return np.nan_to_num(np.fmin(across, down), nan=1.0)


def charted(sheet: WarpMesh) -> tuple[np.ndarray, np.ndarray]:
    """Places of all pixels, as the description of a sheet has it; NaN where it has none."""
    side = 2 * sheet.step
    found = []
    for nodes, refined in ((sheet.nodes_x, sheet.exact_x), (sheet.nodes_y, sheet.exact_y)):
        places = np.full((SIDE, SIDE), np.nan)
        for (row, column), index in np.ndenumerate(sheet.blocks):
            block = places[row * side : (row + 1) * side, column * side : (column + 1) * side]
            if index >= 0:
                block[:] = refined[index, : block.shape[0], : block.shape[1]]
            elif index != EMPTY:
                at = (np.arange(side) + 0.5) / sheet.step
                corner = nodes[2 * row : 2 * row + 3, 2 * column : 2 * column + 3]
                along = np.array([np.interp(at, [0, 1, 2], line) for line in corner])
                full = np.array([np.interp(at, [0, 1, 2], line) for line in along.T]).T
                block[:] = full[: block.shape[0], : block.shape[1]]
        found.append(places)
    return found[0], found[1]


def test_chips_have_sheets_of_their_own() -> None:
    cards = SKIES["TAN"]
    left, right = Region(0, 0, 100, HEIGHT), Region(300, 0, 100, HEIGHT)
    whole = PixelTransform.plain(HEIGHT)
    # The second chip is drawn 100 pixels to the left of its true place.
    chips = [
        SkyChip(region, SkyCoordinates.from_header(cards, WIDTH, HEIGHT, transform=transform))
        for region, transform in ((left, whole), (right, whole.shifted(-100, 0)))
    ]
    sky = Sky(chips)
    chart = chart_over(Sky.from_header(cards, WIDTH, HEIGHT), cards, 0.3, 0.0)
    warp = compute_warp(chart, sky)
    assert [sheet.region for sheet in warp.meshes] == [left, right]
    x, _ = exact(Sky.from_header(cards, WIDTH, HEIGHT), chart)
    for sheet, region, shift in zip(warp.meshes, (left, right), (0, 100), strict=True):
        u, v = charted(sheet)
        seen = within(u, v, region)
        assert seen.any()
        np.testing.assert_allclose(u[seen], x[seen] + shift, atol=0.1 / 0.3)


def test_out_of_sight() -> None:
    sky = Sky.from_header(SKIES["TAN"], WIDTH, HEIGHT)
    assert compute_warp(PlateCarree(263.8, 5.4, 1e-3), sky).meshes == ()


@pytest.mark.parametrize(
    "cards",
    [
        {"NAXIS": 2, "NAXIS1": WIDTH, "NAXIS2": HEIGHT},
        dict(header("TAN", 0, 0, 1e-3)) | {"CTYPE1": "HPLN-TAN", "CTYPE2": "HPLT-TAN"},
    ],
)
def test_images_that_are_not_on_the_sky(cards: dict[str, Any]) -> None:
    warp = compute_warp(PlateCarree(0, 0, 1e-3), Sky.from_header(fits.Header(cards), WIDTH, HEIGHT))
    assert isinstance(warp, Warp)
    assert warp.meshes == ()


def test_few_coordinates_are_computed_for_a_smooth_map(monkeypatch: pytest.MonkeyPatch) -> None:
    computed = []
    exactly = SkyCoordinates.pixel_array

    def counted(self: Any, lon: Any, *rest: Any) -> Any:
        computed.append(np.size(lon))
        return exactly(self, lon, *rest)

    sky = Sky.from_header(SKIES["TAN"], WIDTH, HEIGHT)
    monkeypatch.setattr(SkyCoordinates, "pixel_array", counted)
    compute_warp(chart_over(sky, SKIES["TAN"], 1.0, 0.0), sky)
    assert sum(computed) <= (SIDE // 16 + 1) ** 2
