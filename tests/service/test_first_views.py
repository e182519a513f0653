"""First views show something: not black, not white, not noise alone.

A picture is judged by its luminance at the size of a thumbnail, missing pixels left out:

lit
    Share of pixels brighter than 40 of 255. Less than 0.3 % is *black*.
burnt
    Share of pixels of 250 and above. More than half is *white*.
entropy
    Of a histogram with 32 bins, in bits: 0 for a single level, 5 for all levels alike. Less than
    0.05 is *flat*.
kinship
    Correlation of pixels with those two to the right and two below, after the highest and lowest
    percent are clipped. White noise has 0, and 1 is perfectly smooth. Where there is something on
    the sky, a thumbnail has more than 0.1: what has less is *noise*.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from numpy.typing import NDArray

from celestile.assembly import create_service
from celestile.cli.contact_sheet import thumbnail
from celestile.service.service import Service
from celestile.settings import CacheSettings, DataSettings, Settings

Floats = NDArray[np.float64]
SIZE = 160


@dataclass(frozen=True)
class Impression:
    """What a picture looks like."""

    lit: float
    burnt: float
    entropy: float
    kinship: float

    @property
    def verdict(self) -> str:
        """Empty for a picture that shows something."""
        if self.lit < 0.003:
            return "black"
        if self.burnt > 0.5:
            return "white"
        if self.entropy < 0.05:
            return "flat"
        return "noise" if self.kinship < 0.1 else ""


def impression(picture: Any) -> Impression:
    levels = np.asarray(picture.convert("L")).astype(float)
    known = np.asarray(picture.convert("RGBA"))[..., 3] > 0
    seen = levels[known]
    counts = np.histogram(seen, 32, (0, 256))[0]
    shares = counts[counts > 0] / max(seen.size, 1)
    return Impression(
        lit=float((seen > 40).mean()),
        burnt=float((seen >= 250).mean()),
        entropy=float(-(shares * np.log2(shares)).sum()),
        kinship=kinship(np.where(known, levels, np.nan)),
    )


def kinship(levels: Floats) -> float:
    low, high = np.nanpercentile(levels, [1, 99])
    if low == high:
        low, high = np.nanmin(levels), np.nanmax(levels)
    clipped = np.clip(levels, low, high)
    pairs = []
    for axis in (0, 1):
        if levels.shape[axis] > 4:
            one, other = (np.moveaxis(clipped, axis, 0)[part] for part in np.s_[:-2, 2:])
            both = np.isfinite(one) & np.isfinite(other)
            if both.sum() > 8 and one[both].std() * other[both].std() > 0:
                pairs.append(np.corrcoef(one[both], other[both])[0, 1])
    return float(np.mean(pairs)) if pairs else 0.0


def service(root: Path, scratch: Path) -> Service:
    return create_service(
        Settings(data=DataSettings(root=root), cache=CacheSettings(directory=scratch))
    )


def look(of: Service, name: str) -> Impression:
    made = asyncio.run(thumbnail(of, name, SIZE))
    assert made.picture is not None, made.about
    return impression(made.picture)


RNG = np.random.default_rng(20260815)
SHAPE = HEIGHT, WIDTH = 400, 500
Y, X = np.mgrid[:HEIGHT, :WIDTH].astype(float)
R = np.hypot(X - 250, Y - 200)
NOISE = RNG.normal(size=SHAPE)
STARS = sum(
    10 ** RNG.uniform(0.5, 4.5) * np.exp(-((X - x) ** 2 + (Y - y) ** 2) / 8)
    for x, y in zip(RNG.uniform(0, WIDTH, 150), RNG.uniform(0, HEIGHT, 150), strict=True)
)
SKY = NOISE + STARS
NEBULA = np.exp(1.5 * np.sin(X / 70) + 1.5 * np.cos(Y / 60 + X / 90))


def raw_frame() -> Floats:
    """Bias and overscan, a vignetted sky, hot and saturated pixels and a dead column."""
    frame = 1000 + 3 * NOISE
    frame[:, :450] += 300 * np.exp(-((R[:, :450] / 400) ** 2)) + STARS[:, :450]
    frame[RNG.random(SHAPE) < 0.001] = 65535
    frame[:, 123] = 0
    return np.clip(frame, 0, 65535).round()


def with_outliers(values: Floats) -> Floats:
    broken = values.copy()
    broken[RNG.random(SHAPE) < 0.0002] = 1e38
    broken[RNG.random(SHAPE) < 0.0002] = -1e38
    return broken


def all_sky(outside: float) -> Floats:
    inside = (X - 250) ** 2 / 240**2 + (Y - 200) ** 2 / 190**2 < 1
    return np.where(inside, 10 * np.exp(-(((Y - 200) / 40) ** 2)) + 1 + 0.2 * NOISE, outside)


def mostly_missing() -> Floats:
    values = np.full(SHAPE, np.nan)
    values[180:220, 225:275] = (100 * np.exp(-R / 20) + NOISE)[180:220, 225:275]
    return values


SCENES: dict[str, Any] = {
    "counts": RNG.poisson(20 + STARS / 10).astype(np.int32),
    "sparse photons": RNG.poisson(0.01 + 0.8 * np.exp(-R / 15) + STARS / 3000).astype(np.int32),
    "raw frame": raw_frame().astype(np.uint16),
    "all sky, NaN outside": all_sky(np.nan),
    "all sky, 0 outside": all_sky(0.0),
    "all sky, sentinel outside": all_sky(-1.6375e30),
    "mask": (R < 60).astype(np.uint8),
    "small mask": (R < 20).astype(np.uint8),
    "bit mask": ((R < 60) * 4096 + (Y > 300) * 2 + (X > 450) * 16).astype(np.int32),
    "inverse mask": (R > 60).astype(np.uint8),
    "solar disc": np.where(R < 150, 5000 * np.sqrt(np.clip(1 - (R / 151) ** 2, 0, 1)), 5)
    + 20 * NOISE,
    "dark solar rim": np.where(R < 150, 800 + 50 * NOISE, 40 * np.exp(-R / 80)),
    "outliers of 1e38": with_outliers(SKY),
    "W/m2/Hz": SKY * 1e-30,
    "erg/s/cm2": (SKY + 3) * 1e-20,
    "offset of 1e9": 1e9 + NEBULA,
    "NaN almost everywhere": mostly_missing(),
    "difference image": 5 * NOISE + STARS - np.roll(STARS, (3, 3), (0, 1)),
    "weight map": np.where((X % 130 < 8) | (Y % 190 < 8), 0, 300 - R / 10 + NOISE),
    "exposure map": np.clip(5 - np.floor(R / 50), 0, 5) * 1000.0,
    "nebula of high range": 1e4 * NEBULA**2 + STARS * 100 + NOISE,
    "two levels": np.where(X < 200, 17.5, 18.5),
    "powers of ten": 10 ** (4 * np.sin(X / 60) * np.cos(Y / 50) + 0.1 * NOISE),
    "flat field": 3e4 * (1 - (R / 900) ** 2) + 150 * NOISE,
    "spectrum image": 200 * np.exp(-(((Y - 200) / 4) ** 2)) * (1 + np.sin(X / 20)) + NOISE,
    "negative sky": -5e4 + SKY,
    "fringes": 100 + np.sin(X / 9 + Y / 25) + 0.5 * NOISE,
}


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    root = tmp_path_factory.mktemp("scenes")
    for name, values in SCENES.items():
        kind = np.float32 if values.dtype == np.float64 and name != "offset of 1e9" else None
        data = values if kind is None else values.astype(kind)
        fits.writeto(root / f"{name.replace('/', '_')}.fits", data)
    made = service(root, tmp_path_factory.mktemp("cache"))
    yield made
    made.close()


MOSTLY_BRIGHT = {"inverse mask", "two levels"}


@pytest.mark.parametrize("scene", SCENES)
def test_what_is_there_is_seen(scene: str, made_up: Service) -> None:
    found = look(made_up, f"{scene.replace('/', '_')}.fits")
    if scene in MOSTLY_BRIGHT:
        assert found.verdict in ("", "white")
        assert found.entropy > 0.2
    else:
        assert found.verdict == "", found


ODD: dict[str, Any] = {
    "one pixel": np.array([[7.0]]),
    "one row": np.sin(np.arange(900.0) / 50)[np.newaxis],
    "one column": np.sin(np.arange(900.0) / 50)[:, np.newaxis],
    "constant": np.full((50, 60), -3.5e20),
    "zero": np.zeros((50, 60), np.int16),
    "all missing": np.full((50, 60), np.nan),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_shapes_and_constants_are_no_failure(name: str, tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    fits.writeto(tmp_path / "root" / "a.fits", ODD[name])
    made = service(tmp_path / "root", tmp_path / "cache")
    try:
        picture = asyncio.run(thumbnail(made, "a.fits", SIZE)).picture
    finally:
        made.close()
    assert picture is not None
    levels = np.asarray(picture.convert("L"))
    if name in ("one pixel", "constant", "zero"):
        assert 100 < levels.min() <= levels.max() < 160  # a middle gray
    elif name != "all missing":
        assert levels.max() - levels.min() > 200


def test_the_measure_knows_black_white_flat_and_noise() -> None:
    from PIL import Image  # noqa: PLC0415

    def verdict(levels: Any) -> str:
        return impression(Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))).verdict

    assert verdict(np.zeros(SHAPE)) == "black"
    assert verdict(np.full(SHAPE, 255)) == "white"
    assert verdict(np.full(SHAPE, 90)) == "flat"
    assert verdict(90 + 20 * NOISE) == "noise"
    assert verdict(X / 2) == ""


NOT_A_SCENE = {
    "bad/truncated_solis.fts": "black",  # zeros beside the disc are what is left of it
    "bad/badfitskeys.fits.gz": "white",  # three quarters of its pixels are saturated
    "image/carta_default.fits": "white",  # black letters on white
    "mosaic/acs_test.fits.gz": "flat",  # its pixels were set to zero
    "mosaic/flat-mef.fits": "flat",  # constant
    "pix/blankimg_galsim.fits": "noise",  # noise is all there is
    "cube/casa_noise_4d.fits": "noise",
    "color_wfpc2/WFPC2u5780205r_c0fx.fits": "noise",  # a short exposure, with cosmic rays
    "wcs/hips_Npix_HPX.fits": "noise",  # its bytes went through a conversion of text
}


def test_real_files_are_seen(data_dir: Path, tmp_path: Path) -> None:
    made = service(data_dir, tmp_path)
    try:
        dull = {}
        for entry in made.library.every():
            picture = asyncio.run(thumbnail(made, entry.identifier, SIZE)).picture
            if picture is not None and impression(picture).verdict:
                dull[entry.identifier] = impression(picture).verdict
    finally:
        made.close()
    unexpected = {name: word for name, word in dull.items() if NOT_A_SCENE.get(name) != word}
    assert unexpected == {}
