"""FITS images with known pixels, and the settings for serving them unchanged.

All contain numbers from 0 to 255, which the automatic view maps one to one (linear, limits 0 and
255). A lossless tile must therefore equal `Picture.pixels` exactly.
"""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from numpy.typing import NDArray

SQUARES = "67352ccc-d1b0-11e1-89ae-279075081939"  # name of the IIIF validator's image
FIELD = "prime/field.fits"
CUBE = "cube.fits"
MOSAIC = "mosaic.fits"
NIGHT = "night"
STOKES = "stokes.fits"
SKY = ("sky/equatorial.fits", "sky/galactic.fits")
# Names of images in the documentation: the same sky again.
DOCUMENTED = ("m51/r.fits", "m51.fits", "m51-radio.fits")
STARS = ((83.80, -5.40), (83.82, -5.37), (83.85, -5.43), (83.78, -5.44))  # ICRS, degrees

SETTINGS = """\
wmts:
  title: Celestile conformance
  provider: Celestile
  mosaic: ["sky/*.fits"]
views:
  negative: {{title: Negative, view: invert=1}}
iiif:
  rights: https://creativecommons.org/publicdomain/zero/1.0/
images:
  {squares}: {{file: squares.fits}}
  night: {{frames: "night/*.fits"}}
defaults:
  - when: {{OBJECT: conformance color}}
    view: "mix=1:ff0000,2:00ff00,3:0000ff;limits=0,255;stretch=linear"
  - when: {{OBJECT: conformance cube}}
    view: "frame=1;channel=1;limits=0,255;stretch=linear;cmap=gray"
  - when: {{OBJECT: conformance night}}
    view: "limits=0,255;stretch=linear;cmap=gray"
  - when: {{OBJECT: conformance sky}}
    view: "limits=0,255;stretch=linear;cmap=gray"
"""


@dataclass(frozen=True)
class Picture:
    """A test image and its expected pixels.

    Parameters
    ----------
    identifier : str
        Its name in URLs, not escaped.
    pixels : ndarray
        uint8 of shape (height, width, 3), row 0 at the top.
    """

    identifier: str
    pixels: NDArray[np.uint8]

    @property
    def width(self) -> int:
        """Number of columns."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Number of rows."""
        return int(self.pixels.shape[0])


def squares(python: Path) -> NDArray[np.uint8]:
    """Draw the IIIF validator's own test image from the colors that it compares with."""
    source = "import json; from iiif_validator.validator import ValidationInfo as V; "
    source += "print(json.dumps(V().colorInfo))"
    done = subprocess.run([python, "-c", source], check=True, capture_output=True, text=True)
    colors = np.array(json.loads(done.stdout.splitlines()[-1]), dtype=np.uint8)  # [column][row]
    return colors.transpose(1, 0, 2).repeat(100, axis=0).repeat(100, axis=1)


def field(width: int = 1031, height: int = 769) -> NDArray[np.uint8]:
    """Draw blocks of 64 pixels whose red encodes the column and whose green encodes the row.

    The sides are prime numbers, so no tile, level or half of it ends at the edge.
    """
    column = np.arange(width)[None, :] // 64
    row = np.arange(height)[:, None] // 64
    red, green = np.broadcast_arrays(30 + 12 * column, 40 + 15 * row)
    return np.stack([red, green, 255 - 5 * column - 9 * row], axis=-1).astype(np.uint8)


def plane(frame: int, channel: int, width: int = 300, height: int = 200) -> NDArray[np.uint8]:
    """Draw a plane of the cube: its number on the left half, 10 more on the right half."""
    values = np.full((height, width), 50 * frame + 20 * channel, dtype=np.uint8)
    values[:, width // 2 :] += 10
    return values


def sky(folder: Path) -> None:
    """Write the same stars on two grids, one of them in galactic coordinates."""
    middle = SkyCoord(83.815, -5.405, unit="deg")
    galactic = middle.galactic
    places = SkyCoord(STARS, unit="deg")
    row, column = np.mgrid[0:600, 0:600]
    for name, axes, lon, lat, scale in (
        (SKY[0], ("RA---TAN", "DEC--TAN"), middle.ra.deg, middle.dec.deg, 2e-4),
        (SKY[1], ("GLON-CAR", "GLAT-CAR"), galactic.l.deg, 0.0, 2.6e-4),
    ):
        header = fits.Header([("OBJECT", "conformance sky"), ("CTYPE1", axes[0])])
        header.update(CTYPE2=axes[1], CRVAL1=lon, CRVAL2=lat, CDELT1=-scale, CDELT2=scale)
        header.update({"FILTER": "r", "DATE-OBS": "2024-02-29T23:00:00", "EXPTIME": 90.0})
        # A plate carrée starts at its equator, however far away that is.
        below = 0.0 if lat else galactic.b.deg / scale
        header.update(CRPIX1=300.5, CRPIX2=300.5 - below)
        x, y = WCS(header).world_to_pixel(places)
        bright = np.full((600, 600), 20.0)
        for star_x, star_y in zip(x, y, strict=True):
            bright += 200 * np.exp(-((column - star_x) ** 2 + (row - star_y) ** 2) / 8)
        fits.PrimaryHDU(bright.astype(np.float32), header).writeto(folder / name, overwrite=True)


def mosaic(path: Path) -> None:
    """Write two chips side by side with a gap; one is read out from its right end."""
    hdus = fits.HDUList([fits.PrimaryHDU(header=fits.Header([("OBJECT", "conformance sky")]))])
    for number, section in enumerate(("[1:120,1:90]", "[260:141,1:90]"), 1):
        header = fits.Header([("EXTNAME", f"chip{number}"), ("DETSIZE", "[1:260,1:90]")])
        header.update(DETSEC=section, DATASEC="[1:120,1:90]")
        values = np.full((90, 120), 60 * number, dtype=np.int16)
        hdus.append(fits.ImageHDU(values, header))
    hdus.writeto(path, overwrite=True)


def axes(data: Path) -> None:
    """Write two exposures of one night, and the Stokes parameters of one."""
    header = fits.Header([("OBJECT", "conformance night"), ("TIMESYS", "UTC")])
    (data / "night").mkdir(exist_ok=True)
    for frame in (1, 2):
        header["DATE-OBS"] = f"2024-02-29T23:0{frame}:00.5"
        values = plane(frame, 1)[::-1].astype(np.int16)
        fits.PrimaryHDU(values, header).writeto(data / f"night/{frame}.fits", overwrite=True)
    header.update(CTYPE3="STOKES", CRPIX3=1, CRVAL3=1, CDELT3=1)
    del header["DATE-OBS"]
    values = np.stack([plane(stokes, 1)[::-1] for stokes in (1, 2, 3, 4)]).astype(np.int16)
    fits.PrimaryHDU(values, header).writeto(data / STOKES, overwrite=True)


def make(folder: Path, python: Path) -> dict[str, Picture]:
    """Write the FITS files and the settings into a folder.

    Parameters
    ----------
    folder : Path
        Folder for ``celestile.yaml`` and ``data/``.
    python : Path
        Interpreter with the IIIF validator.
    """
    data = folder / "data"
    (data / "prime").mkdir(parents=True, exist_ok=True)
    drawn = {SQUARES: squares(python), FIELD: field()}
    for path, pixels in (("squares.fits", drawn[SQUARES]), (FIELD, drawn[FIELD])):
        header = fits.Header(
            [("OBJECT", "conformance color"), ("CTYPE3", "WAVE"), ("CUNIT3", "nm")]
        )
        header.update(CRPIX3=1, CRVAL3=650, CDELT3=-100)
        # The first row of FITS is at the bottom.
        stored = pixels[::-1].transpose(2, 0, 1).astype(np.int16)
        fits.PrimaryHDU(stored, header).writeto(data / path, overwrite=True)
    (data / "sky").mkdir(exist_ok=True)
    sky(data)
    (data / "m51").mkdir(exist_ok=True)
    for source, name in zip((SKY[0], *SKY), DOCUMENTED, strict=True):
        shutil.copyfile(data / source, data / name)
    mosaic(data / MOSAIC)
    axes(data)
    cube = np.stack([np.stack([plane(f, c)[::-1] for c in (1, 2)]) for f in (1, 2, 3)])
    header = fits.Header([("OBJECT", "conformance cube"), ("CTYPE3", "FREQ"), ("CTYPE4", "TIME")])
    header.update(CUNIT3="GHz", CRPIX3=1, CRVAL3=1.4, CDELT3=0.1)
    header.update(CUNIT4="s", CRPIX4=1, CRVAL4=0, CDELT4=60)
    fits.PrimaryHDU(cube.astype(np.float32), header).writeto(data / CUBE, overwrite=True)
    drawn[CUBE] = np.repeat(plane(1, 1)[:, :, None], 3, axis=2)
    (folder / "celestile.yaml").write_text(SETTINGS.format(squares=SQUARES), encoding="utf-8")
    return {name: Picture(name, pixels) for name, pixels in drawn.items()}
