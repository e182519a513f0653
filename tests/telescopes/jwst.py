"""Products of the James Webb Space Telescope, and of Roman.

Sources: "Science products" and "Common features" of the documentation of the jwst pipeline;
"Science products" of the documentation of romancal for Roman.
"""

from typing import Any

import numpy as np
from astropy.io import fits
from telescopes.made import image, primary, sip, smooth, table, tan

SHAPE = (60, 60)
ASDF = b"#ASDF 1.0.0\n#ASDF_STANDARD 1.6.0\n%YAML 1.1\n--- {}\n...\n"


def _asdf() -> fits.BinTableHDU:
    """Return the table of one row that holds the metadata of the pipeline as ASDF."""
    content = np.frombuffer(ASDF, np.uint8).reshape(1, -1)
    column = fits.Column("ASDF_METADATA", f"{content.shape[1]}B", array=content)
    return fits.BinTableHDU.from_columns([column], name="ASDF")


def _first(**cards: Any) -> fits.PrimaryHDU:
    return primary(
        TELESCOP="JWST", INSTRUME="NIRCAM", FILTER="F200W", TARGNAME="M-82", **cards,
    )  # fmt: skip


_SKY = tan(148.97, 69.68, 0.031, SHAPE, angle=20) | {"RADESYS": "ICRS"}


def uncal() -> list[Any]:
    """Return an uncalibrated exposure: integrations, and groups within each, of 16 bits."""
    ramps = smooth((2, 3, *SHAPE), 1, np.uint16)
    zero = image(smooth((2, *SHAPE), 2, np.uint16), "ZEROFRAME")
    rows = table("GROUP", integration_number=np.arange(6))
    science = image(ramps, "SCI", BUNIT="DN", **_SKY)
    return [_first(NINTS=2, NGROUPS=3), science, zero, rows, table("INT_TIMES", n=[1, 2]), _asdf()]


def rate() -> list[Any]:
    """Return count rates: SCI, ERR, DQ and variances; only SCI has coordinates."""
    unit = {"BUNIT": "DN/s"}
    return [
        _first(NINTS=2),
        image(smooth(SHAPE, 1), "SCI", **unit, **_SKY),
        image(smooth(SHAPE, 2), "ERR", **unit),
        image(np.full(SHAPE, 4, np.uint32), "DQ"),
        image(smooth(SHAPE, 3), "VAR_POISSON"),
        image(smooth(SHAPE, 4), "VAR_RNOISE"),
        _asdf(),
    ]


def rateints() -> list[Any]:
    """Return count rates of each integration: cubes."""
    cube = (3, *SHAPE)
    names = ("SCI", "ERR", "VAR_POISSON", "VAR_RNOISE")
    made = [image(smooth(cube, n), name) for n, name in enumerate(names)]
    made[0].header.update(_SKY, BUNIT="DN/s")
    return [_first(NINTS=3), *made, image(np.zeros(cube, np.uint32), "DQ"), _asdf()]


def cal() -> list[Any]:
    """Return a calibrated exposure: with pixel areas, and an approximation by SIP."""
    cards = tan(148.97, 69.68, 0.031, SHAPE, code="TAN-SIP") | sip(3) | {"RADESYS": "ICRS"}
    return [
        _first(),
        image(smooth(SHAPE, 1), "SCI", BUNIT="MJy/sr", **cards),
        image(smooth(SHAPE, 2), "ERR", BUNIT="MJy/sr"),
        image(np.zeros(SHAPE, np.uint32), "DQ"),
        image(np.ones(SHAPE, np.float32), "AREA"),
        *(image(smooth(SHAPE, n), f"VAR_{name}") for n, name in enumerate(("POISSON", "FLAT"))),
        _asdf(),
    ]


def i2d() -> list[Any]:
    """Return a resampled image: CON has a plane for each 32 exposures."""
    return [
        _first(),
        image(smooth(SHAPE, 1), "SCI", BUNIT="MJy/sr", **_SKY),
        image(smooth(SHAPE, 2), "ERR", BUNIT="MJy/sr"),
        image(np.ones((2, *SHAPE), np.int32), "CON"),
        image(np.ones(SHAPE, np.float32), "WHT"),
        *(image(smooth(SHAPE, n), f"VAR_{name}") for n, name in enumerate(("POISSON", "RNOISE"))),
        table("HDRTAB", row=np.arange(4)),
        _asdf(),
    ]


def s3d() -> list[Any]:
    """Return a spectral cube of MIRI or NIRSpec: only SCI has coordinates."""
    cards = tan(148.97, 69.68, 0.13, (30, 32)) | {
        "CTYPE3": "WAVE", "CUNIT3": "um", "CRVAL3": 4.9, "CRPIX3": 1.0, "CDELT3": 0.0008,
        "CDELT1": 0.13 / 3600, "CDELT2": 0.13 / 3600, "PC1_1": -1.0, "PC2_2": 1.0, "PC3_3": 1.0,
        "RADESYS": "ICRS",
    }  # fmt: skip
    cards = {key: value for key, value in cards.items() if not key.startswith("CD1_")}
    cards = {key: value for key, value in cards.items() if not key.startswith("CD2_")}
    cube = (20, 30, 32)
    return [
        _first(),
        image(smooth(cube, 1), "SCI", BUNIT="MJy/sr", **cards),
        image(smooth(cube, 2), "ERR", BUNIT="MJy/sr"),
        image(np.zeros(cube, np.uint32), "DQ"),
        image(np.ones(cube, np.float32), "WMAP"),
        table("HDRTAB", row=np.arange(4)),
        _asdf(),
    ]


def s2d() -> list[Any]:
    """Return rectified spectra of two slits of NIRSpec: their coordinates are tables and ASDF."""
    made: list[Any] = [_first()]
    for version in (1, 2):
        size = (15 + version, 90)
        made += [
            image(smooth(size, version), "SCI", version, BUNIT="MJy/sr"),
            image(smooth(size), "WHT", version),
            image(np.ones((1, *size), np.int32), "CON", version),
            image(smooth(size), "WAVELENGTH", version, BUNIT="um"),
        ]
    return [*made, _asdf()]


def x1d() -> list[Any]:
    """Return extracted spectra: tables."""
    return [_first(), table("EXTRACT1D", 1, WAVELENGTH=np.arange(9.0)), _asdf()]
