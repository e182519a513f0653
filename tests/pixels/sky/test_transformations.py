"""The transformations in `transformations.json`, which the viewer's tests read too, are astropy's.

Run this file as a program to compute them again.
"""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.coordinates import ICRS, SkyCoord, frame_transform_graph

from celestile.pixels.sky.frames import FRAMES, TRANSFORMABLE, CelestialFrame, to_frame

FILE = Path(__file__).parent / "transformations.json"
_CLASSES = {
    "icrs": "icrs",
    "fk5": "fk5",
    "fk4": "fk4",
    "fk4-no-e": "fk4noeterms",
    "galactic": "galactic",
    "supergalactic": "supergalactic",
    "ecliptic": "barycentricmeanecliptic",
}
_SYSTEMS = [(name, None) for name in _CLASSES] + [
    ("fk5", 1975.0), ("fk5", 2015.5), ("fk4", 1855.0), ("fk4", 1975.0), ("fk4-no-e", 1900.0),
    ("ecliptic", 1950.0), ("ecliptic", 2026.5),
]  # fmt: skip
_PLACES = [(0.0, 0.0), (83.6331, 22.0145), (201.365, -43.019), (266.417, -29.008), (12.5, 89.3)]


def _frame(name: str, equinox: float | None) -> Any:
    kind = frame_transform_graph.lookup_name(_CLASSES[name])
    return kind() if equinox is None else kind(equinox=f"{FRAMES[name].epoch}{equinox}")


def _celestial(system: dict[str, Any]) -> CelestialFrame:
    return CelestialFrame(system["frame"], system["equinox"])


def _computed() -> list[dict[str, Any]]:
    cases = []
    for (source, before), (target, after) in itertools.permutations(_SYSTEMS, 2):
        lon, lat = np.array(_PLACES).T
        # Through ICRS: astropy's shorter way from galactic to FK4 leaves out the rotation of FK4.
        here = SkyCoord(lon, lat, unit="deg", frame=_frame(source, before)).frame
        there = here.transform_to(ICRS()).transform_to(_frame(target, after))
        cases.append({
            "from": {"frame": source, "equinox": before},
            "to": {"frame": target, "equinox": after},
            "places": [list(place) for place in _PLACES],
            "found": [[round(x, 11), round(y, 11)] for x, y in zip(
                there.spherical.lon.deg, there.spherical.lat.deg, strict=True)],
        })  # fmt: skip
    return cases


def test_a_frame_without_equinox_has_its_standard_one() -> None:
    here = np.array([83.6331]), np.array([22.0145])
    found = to_frame(*here, CelestialFrame("fk5", 1975.0), CelestialFrame("fk4"))
    same = to_frame(*here, CelestialFrame("fk5", 1975.0), CelestialFrame("fk4", 1950.0))
    assert np.allclose(found, same, rtol=0, atol=1e-9)


def test_the_file_has_all_frames_and_astropys_positions() -> None:
    assert set(_CLASSES) == TRANSFORMABLE
    known = json.loads(FILE.read_text("utf-8"))
    computed = _computed()
    assert len(known) == len(computed)
    for one, other in zip(known, computed, strict=True):
        assert {k: one[k] for k in ("from", "to", "places")} == {
            k: other[k] for k in ("from", "to", "places")
        }
        assert np.abs(np.subtract(one["found"], other["found"])).max() < 1e-8


_WITH_ICRS = [
    case
    for case in json.loads(FILE.read_text("utf-8"))
    if "icrs" in (case["from"]["frame"], case["to"]["frame"])
]


@pytest.mark.parametrize("case", _WITH_ICRS)
def test_the_server_transforms_likewise(case: dict[str, Any]) -> None:
    lon, lat = np.array(case["places"]).T
    found = to_frame(lon, lat, _celestial(case["from"]), _celestial(case["to"]))
    expected = np.array(case["found"]).T
    off = (found[0] - expected[0] + 180) % 360 - 180
    assert np.abs(off * np.cos(np.radians(expected[1]))).max() < 1e-8
    assert np.abs(found[1] - expected[1]).max() < 1e-8


if __name__ == "__main__":
    cases = ",\n".join(json.dumps(case) for case in _computed())
    FILE.write_text(f"[\n{cases}\n]\n", "utf-8")
