"""A synthetic sky for trying Celestile without data."""

from collections.abc import Callable
from pathlib import Path

from celestile.demo.galaxy import paint_spiral
from celestile.demo.scene import BANDS, HEIGHT, SCALE, WIDTH, Band, blank_sky
from celestile.demo.stars import paint_field_galaxies, paint_stars
from celestile.pixels.fits.write import write_image

__all__ = ["ensure_demo"]

VERSION = 1
"""Version of the picture, so that files of older versions are not used."""


def _cards(band: Band) -> dict[str, tuple[str | float, str]]:
    return {
        "OBJECT": ("Demonstration sky", "painted by Celestile, not observed"),
        "FILTER": (band.name, ""),
        "BUNIT": ("nanomaggy", "flux in each pixel"),
        "CTYPE1": ("RA---TAN", ""),
        "CTYPE2": ("DEC--TAN", ""),
        "CRPIX1": ((WIDTH + 1) / 2, ""),
        "CRPIX2": ((HEIGHT + 1) / 2, ""),
        "CRVAL1": (185.7288, "[deg]"),
        "CRVAL2": (15.8223, "[deg]"),
        "CDELT1": (-SCALE / 3600, "[deg] east is left"),
        "CDELT2": (SCALE / 3600, "[deg] north is up"),
        "CUNIT1": ("deg", ""),
        "CUNIT2": ("deg", ""),
        "RADESYS": ("ICRS", ""),
    }


def ensure_demo(folder: Path, report: Callable[[float], None] = lambda _: None) -> dict[str, Path]:
    """Paint the sky, one file per band, unless the files exist.

    Parameters
    ----------
    folder : Path
        Folder of the files; created if needed.
    report : callable, optional
        Progress callback, called with the fraction done.

    Returns
    -------
    dict
        Name of each band to its file, from blue to red.

    Raises
    ------
    StorageError
        If a file cannot be written.
    """
    files = {band.name: folder / f"sky{VERSION}-{band.name}.fits" for band in BANDS}
    if all(file.is_file() for file in files.values()):
        return files
    sky = blank_sky()
    report(0.1)
    paint_spiral(sky)
    report(0.7)
    paint_field_galaxies(sky)
    paint_stars(sky)
    report(0.9)
    for band, plane in zip(BANDS, sky, strict=True):
        write_image(files[band.name], plane, _cards(band))
    report(1.0)
    return files
