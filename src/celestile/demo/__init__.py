"""A sky that the program paints itself: a first look at Celestile without data of one's own."""

from collections.abc import Callable
from pathlib import Path

from celestile.demo.galaxy import paint_spiral
from celestile.demo.scene import BANDS, HEIGHT, SCALE, WIDTH, blank_sky
from celestile.demo.stars import paint_field_galaxies, paint_stars
from celestile.pixels.fitswrite import write_image

__all__ = ["ensure_demo", "write_demo"]

VERSION = 1
"""Changes with the picture, so that a newer program does not show an older one's."""


def _cards() -> dict[str, tuple[str | float, str]]:
    step = BANDS[1].wavelength - BANDS[0].wavelength
    return {
        "OBJECT": ("Demonstration sky", "painted by Celestile, not observed"),
        "BUNIT": ("nanomaggy", "flux in each pixel"),
        "WCSAXES": (3, ""),
        "CTYPE1": ("RA---TAN", ""),
        "CTYPE2": ("DEC--TAN", ""),
        "CTYPE3": ("WAVE", "bands g, r and i"),
        "CRPIX1": ((WIDTH + 1) / 2, ""),
        "CRPIX2": ((HEIGHT + 1) / 2, ""),
        "CRPIX3": (1.0, ""),
        "CRVAL1": (185.7288, "[deg]"),
        "CRVAL2": (15.8223, "[deg]"),
        "CRVAL3": (BANDS[0].wavelength, "[m]"),
        "CDELT1": (-SCALE / 3600, "[deg] east is left"),
        "CDELT2": (SCALE / 3600, "[deg] north is up"),
        "CDELT3": (step, "[m]"),
        "CUNIT1": ("deg", ""),
        "CUNIT2": ("deg", ""),
        "CUNIT3": ("m", ""),
        "RADESYS": ("ICRS", ""),
    }


def write_demo(path: Path, report: Callable[[float], None] = lambda _: None) -> None:
    """Paint the sky and write it as a cube of three bands.

    Parameters
    ----------
    path : Path
        FITS file to make.
    report : callable, optional
        Told the fraction that is done.

    Raises
    ------
    StorageError
        If the file cannot be written.
    """
    sky = blank_sky()
    report(0.1)
    paint_spiral(sky)
    report(0.6)
    paint_field_galaxies(sky)
    paint_stars(sky)
    report(0.9)
    write_image(path, sky, _cards())
    report(1.0)


def ensure_demo(folder: Path, report: Callable[[float], None] = lambda _: None) -> Path:
    """Return the demonstration sky in a folder, painting it if it is not there."""
    path = folder / f"demonstration-sky-{VERSION}.fits"
    if not path.is_file():
        write_demo(path, report)
    return path
