"""The viewer's list of objects has what astronomers look for, where it is."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from astropy.coordinates import SkyCoord

CLIENT = Path(__file__).parent.parent / "client"


@pytest.fixture(scope="module")
def module():
    spec = importlib.util.spec_from_file_location("objects", CLIENT / "objects.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def objects(module, tmp_path_factory):
    """Rows by each of their names; the first of several."""
    packages = CLIENT / "node_modules"
    if not (packages / "d3-celestial").is_dir():
        pytest.skip("the client's packages are not installed; npm --prefix client ci installs them")
    target = tmp_path_factory.mktemp("list") / "objects.json"
    module.write(target, packages)
    found = {}
    for row in json.loads(target.read_text("utf-8"))["objects"]:
        for name in row[0].split("|"):
            found.setdefault(name, row)
    return found


# Published positions (ICRS): SIMBAD, and Hipparcos at J2000.
PLACES = {
    "M 1": "05 34 31.94 +22 00 52.2",
    "M 31": "00 42 44.33 +41 16 07.5",
    "NGC 5194": "13 29 52.71 +47 11 42.6",
    "NGC 5139": "13 26 47.24 -47 28 46.5",
    "NGC 104": "00 24 05.36 -72 04 53.2",
    "IC 10": "00 20 17.34 +59 18 13.6",
    "M 87": "12 30 49.42 +12 23 28.04",
    "Sombrero Galaxy": "12 39 59.43 -11 37 23.0",
    "Vega": "18 36 56.34 +38 47 01.3",
    "alpha CMa": "06 45 08.92 -16 42 58.0",
    "Polaris": "02 31 49.09 +89 15 50.8",
    "HD 39801": "05 55 10.31 +07 24 25.4",
    "61 Cyg": "21 06 53.94 +38 44 57.9",
}


@pytest.mark.parametrize("name", PLACES)
def test_objects_are_where_they_are(objects, name):
    names, lon, lat, _ = objects[name]
    expected = SkyCoord(PLACES[name], unit=("hourangle", "deg"))
    # Clusters have no sharp center.
    assert expected.separation(SkyCoord(lon, lat, unit="deg")).arcsec < 20, names


def test_all_of_messier_and_nearly_all_of_the_ngc_are_there(objects):
    assert all(f"M {number}" in objects for number in range(1, 111))
    assert sum(f"NGC {number}" in objects for number in range(1, 7841)) > 7700
    assert sum(f"IC {number}" in objects for number in range(1, 5387)) > 4900


def test_rows_are_of_the_sky(objects):
    rows = [row[1:] for row in objects.values()]
    lon, lat, size = np.array(rows).T
    assert ((lon >= 0) & (lon < 360) & (np.abs(lat) <= 90) & (size >= 0)).all()
    assert objects["M 31"][3] == pytest.approx(180, abs=15)


def test_missing_package_is_named(module, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(FileNotFoundError, match="pyongc is not installed"):
        module.write(tmp_path / "objects.json", tmp_path)
