"""Celestial frames against astropy's own transformations."""

import numpy as np
import pytest
from astropy.coordinates import FK4, FK5, SkyCoord

from celestile.errors import UnservableImageError
from celestile.pixels.sky.frames import to_frame

RANDOM = np.random.default_rng(3)
LON = RANDOM.uniform(0, 360, 200)
LAT = np.degrees(np.arcsin(RANDOM.uniform(-1, 1, 200)))
FRAMES = {
    "fk5": ("fk5", None),
    "fk4": ("fk4", None),
    "galactic": ("galactic", None),
    "ecliptic": ("barycentricmeanecliptic", None),
    "fk5 of 1975": (FK5(equinox="J1975"), 1975.0),
    "fk4 of 1900": (FK4(equinox="B1900"), 1900.0),
}


@pytest.mark.parametrize("name", FRAMES)
def test_there_and_back(name: str) -> None:
    frame, equinox = FRAMES[name]
    ours = name.partition(" ")[0]
    lon, lat = to_frame(LON, LAT, "icrs", ours, equinox)
    there = SkyCoord(lon, lat, unit="deg", frame=frame)
    exact = SkyCoord(LON, LAT, unit="deg", frame="icrs").transform_to(frame)
    assert there.separation(exact).arcsec.max() < 1e-6
    assert np.all((lon >= 0) & (lon < 360))
    back = to_frame(lon, lat, ours, "icrs", equinox)
    returned = SkyCoord(*back, unit="deg").separation(SkyCoord(LON, LAT, unit="deg"))
    assert returned.arcsec.max() < 1e-3


def test_unknown_places_stay_unknown() -> None:
    lon, lat = to_frame(np.array([10.0, np.nan]), np.array([20.0, 5.0]), "icrs", "galactic")
    assert np.isfinite(lon[0])
    assert np.isnan([lon[1], lat[1]]).all()


def test_frames_without_a_way_between_them() -> None:
    with pytest.raises(UnservableImageError, match="helioprojective"):
        to_frame(LON, LAT, "helioprojective", "icrs")
