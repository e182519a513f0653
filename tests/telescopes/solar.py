"""Products of SDO, Solar Orbiter and DKIST.

Sources: SDO/AIA FITS keyword documentation and JSOC "HMI keywords" (CROTA2 near 180); Solar Orbiter
"Metadata Definition for Solar Orbiter Science Data", EUI data release notes, PHI HRT pipeline
(axes: wavelength, Stokes, y, x) and "SPICE Level 2 FITS file" (x, y, dispersion, time); DKIST
"SPEC-0214" (DTYPEn, DNAXISn; a file for each exposure, ASDF for the data set).
"""

from typing import Any

import numpy as np
from telescopes.made import Cards, compressed, image, primary, smooth, table

SHAPE = (60, 64)


def _disk(scale: float, **more: Any) -> Cards:
    return {
        "CTYPE1": "HPLN-TAN", "CTYPE2": "HPLT-TAN", "CUNIT1": "arcsec", "CUNIT2": "arcsec",
        "CRVAL1": 0.0, "CRVAL2": 0.0, "CRPIX1": 32.2, "CRPIX2": 30.7, "CDELT1": scale,
        "CDELT2": scale, "DSUN_OBS": 1.49e11, "HGLN_OBS": 0.0, "HGLT_OBS": -3.2,
    } | more  # fmt: skip


def aia() -> list[Any]:
    """Return a level-1 image of AIA: 16 bits in a compressed extension."""
    cards = _disk(0.6, CROTA2=0.02, WAVELNTH=171, WAVEUNIT="angstrom", TELESCOP="SDO/AIA")
    cards |= {"DATE-OBS": "2021-06-01T00:00:09.35", "T_OBS": "2021-06-01T00:00:10.35Z"}
    return [primary(), compressed(smooth(SHAPE, 0, np.int16), "", **cards)]


def hmi() -> list[Any]:
    """Return a magnetogram of HMI: the camera is upside down, and nothing lies beyond the limb."""
    cards = _disk(0.504, CROTA2=179.93, TELESCOP="SDO/HMI", BUNIT="Gauss", CONTENT="MAGNETOGRAM")
    array = smooth(SHAPE, 0, np.int32)
    array[:3] = -(2**31)
    return [primary(), compressed(array, "", **cards, BLANK=-(2**31))]


def eui() -> list[Any]:
    """Return a level-2 image of EUI: compressed, with a matrix."""
    turn = np.radians(4.0)
    cards = _disk(4.44, PC1_1=np.cos(turn), PC1_2=-np.sin(turn), PC2_1=np.sin(turn))
    cards |= {"PC2_2": np.cos(turn), "WAVELNTH": 174, "WAVEUNIT": "Angstrom", "BUNIT": "DN/s"}
    cards |= {"DATE-BEG": "2022-03-17T10:00:00.123", "DATE-AVG": "2022-03-17T10:00:05.0"}
    return [primary(), compressed(smooth(SHAPE), "", **cards)]


def phi_stokes() -> list[Any]:
    """Return Stokes profiles of PHI: six wavelengths of four parameters; only the sky has cards."""
    return [primary(smooth((6, 4, *SHAPE)), TELESCOP="SOLO/PHI/HRT", **_disk(0.5))]


def spice() -> list[Any]:
    """Return a raster of SPICE: a cube for each spectral window; time depends on the position."""
    made: list[Any] = []
    for n, name in enumerate(("O III 703 / Mg IX 706 (Merged)", "Ly beta 1025 (Merged)")):
        cards = _disk(4.0, CDELT2=1.098) | {
            "CTYPE3": "WAVE", "CUNIT3": "nm", "CRVAL3": 70.3 + n * 32, "CRPIX3": 6.0,
            "CDELT3": 0.0095, "CTYPE4": "TIME", "CUNIT4": "s", "CRVAL4": 900.0, "CRPIX4": 1.0,
            "CDELT4": 1.0, "PC4_1": -60.0, "BUNIT": "W/m2/sr/nm",
            "DATE-BEG": "2020-11-18T10:31:32.123", "DATEREF": "2020-11-18T10:31:32.123",
        }  # fmt: skip
        array = smooth((1, 10 + n, 60, 24))
        made.append(image(array, name, **cards) if n else primary(array, EXTNAME=name, **cards))
    return [*made, table("VARIABLE_KEYWORDS", TIMAQUTC=np.arange(24.0))]


def dkist_slit() -> list[Any]:
    """Return an exposure of ViSP: along the slit, wavelength, and one step of the raster."""
    cards = {
        "CTYPE1": "HPLT-TAN", "CUNIT1": "arcsec", "CRVAL1": -120.0, "CRPIX1": 20.0, "CDELT1": 0.03,
        "CTYPE2": "AWAV", "CUNIT2": "nm", "CRVAL2": 630.2, "CRPIX2": 15.0, "CDELT2": 0.001,
        "CTYPE3": "HPLN-TAN", "CUNIT3": "arcsec", "CRVAL3": 200.0, "CRPIX3": 1.0, "CDELT3": 0.05,
        "DNAXIS": 4, "DTYPE1": "SPATIAL", "DTYPE2": "SPECTRAL", "DTYPE3": "SPATIAL",
        "DTYPE4": "STOKES", "DINDEX4": 1, "DINDEX3": 12, "BUNIT": "",
    }  # fmt: skip
    return [primary(), compressed(smooth((1, 30, 40)), "", **cards)]


def dkist_image(step: int = 0) -> list[Any]:
    """Return an exposure of VBI: a picture of the Sun at one wavelength; a file for each time."""
    cards = _disk(0.011, CRVAL1=200.0, CRVAL2=-120.0) | {
        "CTYPE3": "AWAV", "CUNIT3": "nm", "CRVAL3": 656.28, "CRPIX3": 1.0, "CDELT3": 0.01,
        "DNAXIS": 3, "DINDEX3": step + 1, "DATE-BEG": f"2022-06-03T17:00:{step * 3:02d}.5",
    }  # fmt: skip
    return [primary(), compressed(smooth((1, *SHAPE), step), "", **cards)]
