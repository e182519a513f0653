"""Identifiers, wavelengths and times of surveys, compared with astropy and with handbooks."""

from itertools import combinations
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from astropy import units
from astropy.io import fits
from astropy.time import Time
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.protocols.hips.properties import SurveyAddress
from celestile.settings import CacheSettings, DataSettings, Settings

SKY = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 30.0, "CRVAL2": 10.0,
    "CRPIX1": 8.0, "CRPIX2": 8.0, "CDELT1": -0.01, "CDELT2": 0.01,
}  # fmt: skip

NAMES = (
    "a_b.fits", "a b.fits", "a%20b.fits", "A_B.fits", "a?b.fits", "a#b.fits", "a;b.fits",
    "a/b.fits", "a_b.fits;cmap=viridis", "a&b.fits", "ä_b.fits", "a:b.fits",
)  # fmt: skip


def ivoid(name: str, base: str = "http://example.org") -> str:
    return SurveyAddress(base=base, name=name, url="").ivoid


# HiPS 1.0, section 4.4.1: creator_did is the "unique ID of the HiPS", an IVOID. IVOA Identifiers
# 2.0: authority and path are compared without regard to case.
@pytest.mark.parametrize(("one", "other"), list(combinations(NAMES, 2)))
def test_different_surveys_have_different_identifiers(one: str, other: str) -> None:
    found = [ivoid(name).partition("?") for name in (one, other)]
    assert found[0] != found[1]
    assert {path.lower() for path, _, _ in found} == {"ivo://example.org/hips"}
    assert found[0][2] != found[1][2]


@pytest.mark.parametrize("name", NAMES)
def test_identifiers_are_uris(name: str) -> None:
    # RFC 3986: a query has no space, no "#" and no character beyond ASCII.
    assert set(ivoid(name)[len("ivo://example.org/hips?") :]).isdisjoint(' #?"<>\\^`{|}')
    assert ivoid(name).isascii()


def test_servers_below_one_host_have_different_identifiers() -> None:
    assert ivoid("a.fits", "https://h.org/one") != ivoid("a.fits", "https://h.org/two")


CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    # HST: pivot wavelength and rms bandwidth in angstrom; exposure in MJD, in the primary header.
    "hst.fits": (
        {
            "PHOTPLAM": 5921.1, "PHOTBW": 672.3, "DATE-OBS": "2004-03-01", "TIME-OBS": "12:00:00",
            "EXPEND": 53065.51, "EXPTIME": 600.0,
        },
        {
            "obs_regime": "Optical",
            "em_min": (5921.1 - 672.3 * 2.3548200450309493 / 2) * units.AA,
            "em_max": (5921.1 + 672.3 * 2.3548200450309493 / 2) * units.AA,
            "t_min": Time("2004-03-01T12:00:00").mjd,
            "t_max": 53065.51,
        },
    ),
    # The mosaic cameras of NOAO: center and width in angstrom.
    "noao.fits": (
        {
            "FILTER": "r DECam SDSS c0002 6415.0 1480.0", "DATE-OBS": "2013-02-03T04:05:06.5",
            "EXPTIME": 90.0,
        },
        {
            "obs_regime": "Optical",
            "em_min": (6415.0 - 740.0) * units.AA,
            "em_max": (6415.0 + 740.0) * units.AA,
            "t_min": Time("2013-02-03T04:05:06.5").mjd,
            "t_max": Time("2013-02-03T04:06:36.5").mjd,
        },
    ),
    # ESO Science Data Products: nanometers, and the end of the exposure.
    "eso.fits": (
        {
            "WAVELMIN": 1488.0, "WAVELMAX": 1784.0, "MJD-OBS": 55500.25, "MJD-END": 55500.5,
            "EXPTIME": 1.0, "FILTER": "H",
        },
        {
            "obs_regime": "Infrared",
            "em_min": 1488.0 * units.nm,
            "em_max": 1784.0 * units.nm,
            "t_min": 55500.25,
            "t_max": 55500.5,
        },
    ),
    # Times in TT; the name of a filter alone.
    "amateur.fits": (
        {
            "FILTER": "Ha", "DATE-BEG": "2022-01-02T00:00:00", "DATE-END": "2022-01-02T00:05:00",
            "TIMESYS": "TT",
        },
        {
            "obs_regime": "Optical",
            "em_min": 656 * units.nm,
            "em_max": 656 * units.nm,
            "t_min": Time("2022-01-02T00:00:00", scale="tt").utc.mjd,
            "t_max": Time("2022-01-02T00:05:00", scale="tt").utc.mjd,
        },
    ),
    "sun.fits": (
        {"WAVELNTH": 171, "WAVEUNIT": "angstrom", "DATE-OBS": "2011-06-07T06:33:02", "EXPTIME": -1},
        {
            "obs_regime": "EUV",
            "em_min": 171 * units.AA,
            "em_max": 171 * units.AA,
            "t_min": Time("2011-06-07T06:33:02").mjd,
            "t_max": Time("2011-06-07T06:33:02").mjd,
        },
    ),
    # Contradictions and words without a meaning.
    "odd.fits": (
        {
            "FILTER": "clear", "WAVELMIN": 900.0, "WAVELMAX": 500.0, "PHOTPLAM": 0.0,
            "DATE-OBS": "2011-06-07T06:33:02", "DATE-END": "2010-01-01T00:00:00",
        },
        {
            "t_min": Time("2011-06-07T06:33:02").mjd,
            "t_max": Time("2011-06-07T06:33:02").mjd,
        },
    ),
    "silent.fits": ({}, {}),
}  # fmt: skip
KEYS = ("obs_regime", "em_min", "em_max", "t_min", "t_max")


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory):
    root = tmp_path_factory.mktemp("observed")
    for name, (cards, _) in CASES.items():
        primary, own = fits.Header(), fits.Header(SKY)
        # Some headers of extensions leave this to the primary one.
        (primary if name in {"hst.fits", "noao.fits"} else own).update(cards)
        hdus = [fits.PrimaryHDU(header=primary), fits.ImageHDU(np.eye(16, dtype="f4"), own)]
        if name not in {"hst.fits", "noao.fits"}:
            hdus = [fits.PrimaryHDU(np.eye(16, dtype="f4"), own)]
        fits.HDUList(hdus).writeto(root / name)
    for name in ("a b.fits", "a_b.fits"):
        fits.writeto(root / name, np.eye(16, dtype="f4"), fits.Header(SKY))
    settings = Settings(
        data=DataSettings(root=root),
        cache=CacheSettings(directory=tmp_path_factory.mktemp("cache")),
    )
    with TestClient(create_app(settings)) as client:
        yield client


def record(client: TestClient, name: str) -> dict[str, str]:
    response = client.get(f"/hips/{quote(name)}/properties")
    assert response.status_code == 200
    lines = (line.partition("=") for line in response.text.splitlines() if "=" in line)
    return {key.strip(): value.strip() for key, _, value in lines}


@pytest.mark.parametrize("name", CASES)
def test_wavelengths_and_times(observed: TestClient, name: str) -> None:
    found, wanted = record(observed, name), CASES[name][1]
    assert found.keys() & set(KEYS) == wanted.keys()
    for key in wanted.keys() - {"obs_regime"}:
        meters = key.startswith("em")
        value = wanted[key].to_value(units.m) if meters else wanted[key]
        within = {"rel": 1e-8} if meters else {"abs": 2e-8, "rel": 0}
        assert float(found[key]) == pytest.approx(value, **within), key
    assert found.get("obs_regime") == wanted.get("obs_regime")


def test_names_that_differ_by_a_blank(observed: TestClient) -> None:
    ids = {record(observed, name)["creator_did"] for name in ("a b.fits", "a_b.fits")}
    assert len(ids) == 2
    listed = observed.get("/hips/hipslist").text
    assert all(f"creator_did          = {identifier}\n" in listed for identifier in ids)
