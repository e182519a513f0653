"""Celestial frames against astropy's own transformations."""

import numpy as np
import pytest
from astropy.coordinates import FK4, FK5, BarycentricMeanEcliptic, SkyCoord

from celestile.errors import UnservableImageError
from celestile.pixels.sky.frames import ICRS, CelestialFrame, to_frame

RANDOM = np.random.default_rng(3)
LON = RANDOM.uniform(0, 360, 200)
LAT = np.degrees(np.arcsin(RANDOM.uniform(-1, 1, 200)))
FRAMES = {
    "fk5": ("fk5", None),
    "fk4": ("fk4", None),
    "galactic": ("galactic", None),
    "supergalactic": ("supergalactic", None),
    "fk4-no-e": ("fk4noeterms", None),
    "ecliptic": ("barycentricmeanecliptic", None),
    "fk5 of 1975": (FK5(equinox="J1975"), 1975.0),
    "fk4 of 1900": (FK4(equinox="B1900"), 1900.0),
    "ecliptic of 2050": (BarycentricMeanEcliptic(equinox="J2050"), 2050.0),
}


@pytest.mark.parametrize("name", FRAMES)
def test_there_and_back(name: str) -> None:
    frame, equinox = FRAMES[name]
    ours = CelestialFrame(name.partition(" ")[0], equinox)
    lon, lat = to_frame(LON, LAT, ICRS, ours)
    there = SkyCoord(lon, lat, unit="deg", frame=frame)
    exact = SkyCoord(LON, LAT, unit="deg", frame="icrs").transform_to(frame)
    assert there.separation(exact).arcsec.max() < 1e-6
    assert np.all((lon >= 0) & (lon < 360))
    back = to_frame(lon, lat, ours, ICRS)
    returned = SkyCoord(*back, unit="deg").separation(SkyCoord(LON, LAT, unit="deg"))
    assert returned.arcsec.max() < 1e-3


@pytest.mark.parametrize(("kind", "years"), [("fk5", (2000.0, 2015.5)), ("fk4", (1950.0, 1900.0))])
def test_between_equinoxes_of_one_system(kind: str, years: tuple[float, float]) -> None:
    """Precession by astropy; the Earth's axis moves by half a degree in a century."""
    one, other = (
        FK5(equinox=f"J{year}") if kind == "fk5" else FK4(equinox=f"B{year}") for year in years
    )
    lon, lat = to_frame(LON, LAT, *(CelestialFrame(kind, year) for year in years))
    exact = SkyCoord(LON, LAT, unit="deg", frame=one).transform_to(other)
    assert SkyCoord(lon, lat, unit="deg", frame=other).separation(exact).arcsec.max() < 1e-6
    moved = SkyCoord(lon, lat, unit="deg").separation(SkyCoord(LON, LAT, unit="deg")).arcsec
    assert np.median(moved) > 100


def test_the_standard_equinox_need_not_be_given() -> None:
    for kind, year in (("fk5", 2000.0), ("fk4", 1950.0), ("ecliptic", 2000.0)):
        given, bare = (to_frame(LON, LAT, CelestialFrame(kind, y), ICRS) for y in (year, None))
        np.testing.assert_allclose(given, bare, atol=1e-12)


def test_unknown_places_stay_unknown() -> None:
    lon, lat = to_frame(
        np.array([10.0, np.nan]), np.array([20.0, 5.0]), ICRS, CelestialFrame("galactic")
    )
    assert np.isfinite(lon[0])
    assert np.isnan([lon[1], lat[1]]).all()


def test_frames_without_a_way_between_them() -> None:
    with pytest.raises(UnservableImageError, match="helioprojective"):
        to_frame(LON, LAT, CelestialFrame("helioprojective"), ICRS)
