"""The viewer's sky coordinates, as its own JavaScript computes them, against astropy.

`docs/sky_accuracy.py` runs the viewer and compares; it also writes the table of the errors.
"""

import importlib.util
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from celestile.pixels.fits.spool import Spool
from celestile.pixels.sky import grid as sky_grid
from celestile.pixels.sky.sky import Sky

ROOT = Path(__file__).resolve().parents[3]
EXACT = 1e-3  # pixels
FOLDERS = (
    "wcs", "mosaic", "cube", "image", "blink", "color_2mass_gc", "color_decam_grz", "color_sdss",
    "color_wfpc2",
)  # fmt: skip
# Maps of the whole sky have cells that no interpolation can cover.
ALL_SKY = {"allsky_rosat_AIT": 0.8, "drao_allsky_CAR": 0.96, "hips_Npix_HPX": 0.5}

PARAMETERS: dict[str, dict[int, float]] = {
    "AZP": {1: 2.0, 2: 30.0},
    "SZP": {1: 2.0, 2: 180.0, 3: 60.0},
    "SIN": {1: 0.1, 2: -0.2},
    "ZPN": {1: 1.0, 3: -0.1},
    "AIR": {1: 45.0},
    "CYP": {1: 1.0, 2: 0.7},
    "CEA": {1: 0.5},
    "COP": {1: 45.0, 2: 25.0},
    "COE": {1: 45.0, 2: 25.0},
    "COD": {1: 45.0, 2: 25.0},
    "COO": {1: 45.0, 2: 25.0},
    "BON": {1: 45.0},
}
PROJECTIONS = [
    *("AZP", "SZP", "TAN", "STG", "SIN", "ARC", "ZPN", "ZEA", "AIR", "CYP", "CEA", "CAR", "MER"),
    *("COP", "COE", "COD", "COO", "SFL", "PAR", "MOL", "AIT", "BON", "PCO", "TSC", "CSC", "QSC"),
    *("HPX", "XPH"),
]
CONIC = ("COP", "COE", "COD", "COO")
# Faces of these meet in kinks, which a field at any native place may hold; wcslib's PCO has one
# along its equator, where its way of computing changes.
KINKED = ("TSC", "CSC", "QSC", "HPX", "XPH", "PCO")
SIZE = (240, 150)

# What a header says beside its projection: axes, reference point, scale, reference pixel, more.
CASES: dict[str, dict[str, Any]] = {
    "a field": {"crval": (83.6, 22.0), "scale": 2e-3, "tilt": 0.3},
    "latitude first, from pixel 0, an odd LONPOLE": {
        "names": ("ELAT", "ELON"), "crval": (0.003, 41.0), "scale": 1e-3, "crpix": (0.0, 0.0),
        "cards": {"LONPOLE": 37.5},
    },
    "beside a pole": {
        "names": ("GLON", "GLAT"), "crval": (200.0, -89.9), "scale": 2e-3, "tilt": 2.0,
    },
    "all sky": {"names": ("GLON", "GLAT"), "crval": (1.0, 0.0), "scale": 1.4},
}  # fmt: skip


def _tool() -> Any:
    spec = importlib.util.spec_from_file_location("sky_accuracy", ROOT / "docs/sky_accuracy.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look it up
    spec.loader.exec_module(module)
    return module


tool = _tool()


@pytest.fixture(scope="module")
def viewer() -> Iterator[Any]:
    try:
        with tool.viewer() as running:
            yield running
    except FileNotFoundError as error:
        pytest.skip(str(error))


def check(accuracy: Any) -> None:
    """Hold the viewer to its grid's claim, and the server to more where there is none."""
    assert accuracy.forward <= sky_grid.TOLERANCE
    assert accuracy.inverse <= sky_grid.TOLERANCE
    assert accuracy.false <= sky_grid.TOLERANCE
    assert accuracy.wrong == 0
    assert accuracy.lost <= (0 if accuracy.share == 1 else 0.3)
    assert accuracy.exact_forward <= EXACT
    assert accuracy.exact_inverse <= EXACT


@pytest.mark.parametrize("folder", FOLDERS)
def test_real_files(folder: str, data_dir: Path, viewer: Any, tmp_path: Path) -> None:
    compared = 0
    for path in tool.files(data_dir / folder, [""]):
        for image, accuracy in tool.accuracies(viewer, path, Spool(tmp_path), 150):
            check(accuracy)
            expected = next((v for k, v in ALL_SKY.items() if k in path.name), 1.0)
            assert accuracy.share >= expected, (path.name, image.hdu)
            compared += 1
    assert compared


def header_of(
    code: str,
    names: tuple[str, str] = ("RA--", "DEC-"),
    crval: tuple[float, float] = (10.0, 20.0),
    scale: float = 1e-3,
    crpix: tuple[float, float] = (SIZE[0] / 2 + 0.5, SIZE[1] / 2 + 0.5),
    tilt: float = 0.0,
    cards: dict[str, Any] | None = None,
) -> fits.Header:
    header = fits.Header()
    header["NAXIS"], header["NAXIS1"], header["NAXIS2"] = 2, *SIZE
    latitude = 1 if names[0].endswith(("LAT", "C-")) else 2
    for axis, name in enumerate(names, start=1):
        header[f"CTYPE{axis}"] = f"{name}-{code}"
        header[f"CRVAL{axis}"] = crval[int(axis == latitude)]
        header[f"CRPIX{axis}"] = crpix[axis - 1]
    cosine, sine = scale * np.cos(tilt), scale * np.sin(tilt)
    # Longitude grows to the left on the screen, on whichever axis it is.
    for axis, (a, b) in ((latitude, (sine, cosine)), (3 - latitude, (-cosine, sine))):
        header[f"CD{axis}_1"], header[f"CD{axis}_2"] = a, b
    header.update({f"PV{latitude}_{m}": v for m, v in PARAMETERS.get(code[:3], {}).items()})
    header.update(cards or {})
    return header


def measured(viewer: Any, header: fits.Header, hdulist: Any = None) -> Any:
    width, height = header["NAXIS1"], header["NAXIS2"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wcs = WCS(header, hdulist)
    sky = Sky.from_header(header, width, height, hdulist=hdulist)
    assert sky.reason is None
    return tool.measure(viewer, sky, tool.astropy_world(wcs, height), width, height, 100)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("code", PROJECTIONS)
def test_every_projection(code: str, case: str, viewer: Any) -> None:
    options = dict(CASES[case])
    if case == "all sky" and code in CONIC:
        options["crval"] = (1.0, 45.0)  # the middle of a cone is its standard parallel
    accuracy = measured(viewer, header_of(code, **options))
    check(accuracy)
    if case != "all sky" and code not in KINKED:
        assert accuracy.share == 1
    assert accuracy.share > 0.1


SIP = {
    "A_ORDER": 3, "B_ORDER": 3, "A_2_0": 2e-5, "A_0_2": -1e-5, "A_1_1": 3e-5, "A_3_0": 1e-7,
    "B_2_0": -2e-5, "B_0_2": 1e-5, "B_1_1": 1e-5, "B_0_3": -2e-7,
}  # fmt: skip
TPV = {
    "PV1_0": 0.0, "PV1_1": 1.01, "PV1_2": 0.003, "PV1_4": 0.05, "PV1_7": 0.3, "PV1_11": 0.1,
    "PV2_0": 0.0, "PV2_1": 0.99, "PV2_2": -0.002, "PV2_5": 0.04, "PV2_7": -0.2,
}  # fmt: skip
DISTORTED = {
    "SIP": header_of("TAN-SIP", crval=(0.0, -60.0), cards=SIP),
    "SIP beside the pole": header_of("TAN-SIP", crval=(100.0, 89.99), tilt=1.0, cards=SIP),
    "TPV": header_of("TPV", crval=(359.9, 10.0), scale=3e-3, cards=TPV),
    "TAN with PV": header_of("TAN", crval=(5.0, -89.5), scale=3e-3, cards=TPV),
    "helioprojective": header_of(
        "TAN", names=("HPLN", "HPLT"), crval=(0.0, 0.0), scale=6e-4,
        cards={"RSUN_REF": 6.96e8, "DSUN_OBS": 1.5e11},
    ),
    "FK4": header_of("SIN", cards={"RADESYS": "FK4", "EQUINOX": 1950.0}),
    "long and thin pixels": header_of("CAR", cards={"CD1_1": -0.02, "CD2_2": 1e-4}),
}  # fmt: skip


@pytest.mark.parametrize("name", DISTORTED)
def test_distortions_and_frames(name: str, viewer: Any) -> None:
    accuracy = measured(viewer, DISTORTED[name])
    check(accuracy)
    assert accuracy.share == 1


def lookup(kind: str) -> fits.HDUList:
    """An image with a table of displacements, as pixel units, for one axis or both."""
    header = header_of("TAN", crval=(0.0, 70.0))
    hdus: list[Any] = [fits.PrimaryHDU(np.zeros(SIZE[::-1], np.float32))]
    y, x = np.mgrid[:6, :9]
    for axis in (1, 2):
        table = fits.ImageHDU((0.3 * axis * np.sin(x / 2) * np.cos(y / 3 + axis)).astype("f4"))
        name = "D2IMARR" if kind == "D2IM" else "WCSDVARR"
        for key, values in (("CRPIX", (1, 1)), ("CRVAL", (1, 1)), ("CDELT", (30, 30))):
            table.header[f"{key}1"], table.header[f"{key}2"] = values
        table.header["EXTNAME"], table.header["EXTVER"] = name, axis
        hdus.append(table)
        words = ("D2IMDIS", "D2IM", "D2IMERR") if kind == "D2IM" else ("CPDIS", "DP", "CPERR")
        header[f"{words[0]}{axis}"] = "LOOKUP"
        header[f"{words[2]}{axis}"] = 0.6
        for record, value in (("EXTVER", axis), ("NAXES", 2), ("AXIS.1", 1), ("AXIS.2", 2)):
            header.append((f"{words[1]}{axis}", f"{record}: {value}"))
    hdus[0].header.update(header)
    for card in header.cards:
        if card.keyword.startswith(("DP", "D2IM")) and card.keyword not in hdus[0].header:
            hdus[0].header.append(card)
    return fits.HDUList(hdus)


@pytest.mark.parametrize("kind", ["CPDIS", "D2IM"])
def test_lookup_tables(kind: str, viewer: Any, tmp_path: Path) -> None:
    path = tmp_path / "table.fits"
    lookup(kind).writeto(path)
    with fits.open(path) as hdulist:
        accuracy = measured(viewer, hdulist[0].header, hdulist)
        plain = hdulist[0].header.copy()
        for keyword in [k for k in plain if k.startswith(("CPDIS", "DP", "D2IM", "CPERR"))]:
            plain.remove(keyword, ignore_missing=True, remove_all=True)
        far = np.hypot(*(WCS(plain).all_world2pix(*WCS(hdulist[0].header, hdulist)
                                                  .all_pix2world(90.0, 60.0, 1), 1)
                         - np.array([90.0, 60.0])))  # fmt: skip
    assert far > 0.05, "the tables have no effect"
    check(accuracy)
