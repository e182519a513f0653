"""Sky coordinates of one header in image pixels, computed on first use."""

import threading
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from celestile.geometry import Region
from celestile.pixels.sky import header as wcs_header
from celestile.pixels.sky.astropy_wcs import Celestial, Linear
from celestile.pixels.sky.cards import Header, needs_tables
from celestile.pixels.sky.frames import CelestialFrame
from celestile.pixels.sky.header import HeaderCoordinates
from celestile.pixels.sky.pixel_transform import PixelTransform
from celestile.pixels.sky.vectors import Floats, nearest_turn, pixel_offset, unit_vectors

_STEPS = 12  # of Newton's method; two or three are typical
_FOUND = 1e-6  # pixels: step at which Newton's method stops
_ACCEPTED = 1e-3  # pixels: maximum final step of a valid result


class SkyCoordinates:
    """Sky coordinates of the pixels described by one header.

    Safe for concurrent use. The header is interpreted on first use, unless the coordinates depend
    on tables in other HDUs, which are read from `hdulist` immediately.

    Parameters
    ----------
    header : Header
        Header of the HDU, from astropy; must not be modified afterwards.
    width, height : int
        NAXIS1 and NAXIS2.
    transform : PixelTransform
        Transform from image pixels to FITS pixels of the header.
    hdulist : astropy.io.fits.HDUList, optional
        The open file.
    """

    def __init__(
        self,
        header: Header,
        width: int,
        height: int,
        *,
        transform: PixelTransform,
        hdulist: object = None,
    ) -> None:
        self.transform = transform
        self._size = (width, height)
        self._lock = threading.RLock()
        self._header: Header | None = header
        self._known: HeaderCoordinates | None = None
        if hdulist is not None and needs_tables(header):
            self._known = wcs_header.read(header, width, height, hdulist)

    @classmethod
    def from_header(
        cls,
        header: Header,
        width: int,
        height: int,
        *,
        flip: bool = True,
        transform: PixelTransform | None = None,
        hdulist: object = None,
    ) -> "SkyCoordinates":
        """Create the coordinates of a whole image, or of the part defined by `transform`.

        Parameters
        ----------
        header : Header
            Header of the HDU, from astropy.
        width, height : int
            NAXIS1 and NAXIS2.
        flip : bool
            Whether the first row of the image is at the bottom; ignored with `transform`.
        transform : PixelTransform, optional
            Transform from image pixels to FITS pixels, for chips of a mosaic and for crops.
        hdulist : astropy.io.fits.HDUList, optional
            The open file, for distortions in separate tables.
        """
        chosen = transform or PixelTransform.plain(height, flip=flip)
        return cls(header, width, height, transform=chosen, hdulist=hdulist)

    @property
    def header_coordinates(self) -> HeaderCoordinates:
        """Interpretation of the header."""
        with self._lock:
            if self._known is None:
                if self._header is None:
                    raise RuntimeError("the header was dropped before it was read")
                self._known = wcs_header.read(self._header, *self._size)
            self._header = None
            return self._known

    @property
    def celestial(self) -> Celestial | None:
        """Sky coordinates in FITS pixels, or None."""
        return self.header_coordinates.celestial

    @property
    def celestial_frame(self) -> CelestialFrame | None:
        """Frame of the sky coordinates, or None."""
        found = self.celestial
        return None if found is None else CelestialFrame(found.frame, found.equinox)

    @property
    def linear(self) -> Linear | None:
        """Other coordinates in FITS pixels, or None."""
        return self.header_coordinates.linear

    @property
    def reason(self) -> str | None:
        """Why there are no sky coordinates; None if there are."""
        return self.header_coordinates.reason

    @property
    def notes(self) -> tuple[str, ...]:
        """Descriptions of corrections and omissions."""
        return self.header_coordinates.notes

    @property
    def celestial_wcs(self) -> Any:
        """A copy of the astropy WCS between FITS pixels and the sky, or None."""
        found = self.celestial
        if found is None:
            return None
        with self._lock:
            return found.wcs.deepcopy()

    def world_array(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Longitudes and latitudes of image coordinates.

        Parameters
        ----------
        x, y : array_like
            Continuous coordinates from the top left corner; broadcast against each other.

        Returns
        -------
        tuple of ndarray
            In degrees; NaN if undefined.
        """
        x, y = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
        found = self.celestial
        if found is None or x.size == 0:
            return np.full(x.shape, np.nan), np.full(x.shape, np.nan)
        pixels = np.stack(self.transform.to_fits(x, y), axis=-1).reshape(-1, 2)
        world = self._forward(found, pixels).reshape(*x.shape, 2)
        return world[..., found.longitude], world[..., found.latitude]

    def vector_array(self, x: ArrayLike, y: ArrayLike) -> Floats:
        """Unit vectors, shape (…, 3), of image coordinates; NaN if undefined."""
        return unit_vectors(*self.world_array(x, y))

    def pixel_array(
        self, lon: ArrayLike, lat: ArrayLike, region: Region | None = None
    ) -> tuple[Floats, Floats]:
        """Image coordinates of longitudes and latitudes.

        Parameters
        ----------
        lon, lat : array_like
            In degrees, in the frame of the header.
        region : Region, optional
            Where the result should be, on maps that show a position more than once.

        Returns
        -------
        tuple of ndarray
            Continuous coordinates from the top left corner; NaN for positions that are not on
            the map.
        """
        lon, lat = np.broadcast_arrays(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        found = self.celestial
        if found is None or lon.size == 0:
            return np.full(lon.shape, np.nan), np.full(lon.shape, np.nan)
        world = np.empty((lon.size, 2))
        world[:, found.longitude] = lon.ravel()
        world[:, found.latitude] = lat.ravel()
        pixels = self._refined(found, self._backward(found, world), world)
        x, y = self.transform.to_image(pixels[:, 0], pixels[:, 1])
        if found.period is not None and region is not None:
            turn = np.asarray(np.linalg.solve(self.transform.matrix, found.period), np.float64)
            x, y = nearest_turn(x, y, turn, region)
        return x.reshape(lon.shape), y.reshape(lon.shape)

    def _forward(self, found: Celestial, pixels: Floats) -> Floats:
        """Convert FITS pixels to degrees, both of shape (n, 2); periodic maps are continued."""
        world = self._pixel_to_world(found, pixels)
        if found.period is not None:
            for turns in (-1, 1):
                beyond = np.isnan(world[:, 0])
                if beyond.any():
                    world[beyond] = self._pixel_to_world(
                        found, pixels[beyond] + turns * found.period
                    )
        longitude = world[:, found.longitude]
        # Helioprojective longitudes are from -180 to 180, others from 0 to 360.
        start = -180.0 if found.frame == "helioprojective" else 0.0
        world[:, found.longitude] = (longitude - start) % 360.0 + start
        return world

    def _pixel_to_world(self, found: Celestial, pixels: Floats) -> Floats:
        world = np.full(pixels.shape, np.nan)
        finite: NDArray[np.bool_] = np.asarray(np.isfinite(pixels).all(axis=1))
        if finite.any():
            try:
                with self._lock, np.errstate(all="ignore"):
                    world[finite] = found.wcs.all_pix2world(pixels[finite], 1)
            except Exception:  # noqa: BLE001 - wcslib raises for undefined projections
                return np.full(pixels.shape, np.nan)
        world[~np.isfinite(world).all(axis=1)] = np.nan
        return world

    def _backward(self, found: Celestial, world: Floats) -> Floats:
        """Convert degrees to approximate FITS pixels as initial values for Newton's method."""
        pixels = np.full(world.shape, np.nan)
        finite = np.isfinite(world).all(axis=1)
        finite &= np.abs(world[:, found.latitude]) <= 90
        if finite.any():
            try:
                with self._lock, np.errstate(all="ignore"):
                    pixels[finite] = found.wcs.wcs_world2pix(world[finite], 1)
            except Exception:  # noqa: BLE001 - wcslib raises for undefined projections
                return np.full(world.shape, np.nan)
        return pixels

    def _refined(self, found: Celestial, pixels: Floats, world: Floats) -> Floats:
        """Refine pixels by Newton's method with the exact transformation including distortions.

        Results that do not converge to the given position become NaN: distortion polynomials have
        false solutions far from the image.
        """
        target = unit_vectors(world[:, found.longitude], world[:, found.latitude])
        pixels = pixels.copy()
        left = np.full(len(pixels), np.inf)
        active: NDArray[np.bool_] = np.asarray(np.isfinite(pixels).all(axis=1))
        for _ in range(_STEPS):
            if not active.any():
                break
            step = self._newton_step(found, pixels[active], target[active])
            length = np.hypot(step[:, 0], step[:, 1])
            left[active] = np.where(np.isfinite(length), length, np.inf)
            moved = np.where(np.isfinite(length)[:, None], pixels[active] + step, pixels[active])
            pixels[active] = np.where((length > _FOUND / 1e3)[:, None], moved, pixels[active])
            active[active] = np.isfinite(length) & (length > _FOUND)
        pixels[~(left <= _ACCEPTED)] = np.nan
        return pixels

    def _newton_step(self, found: Celestial, pixels: Floats, target: Floats) -> Floats:
        """Newton step from `pixels` towards the unit vectors `target`, in pixels, shape (n, 2)."""
        here = self._vectors(found, pixels)
        tangents = []
        for axis in (0, 1):
            aside = np.zeros(2)
            aside[axis] = 0.25
            after, before = (self._vectors(found, pixels + sign * aside) for sign in (1, -1))
            # At a limb one neighbour is undefined: use a one-sided difference.
            tangents.append(
                np.where(
                    np.isnan(after),
                    (here - before) * 4,
                    np.where(np.isnan(before), (after - here) * 4, (after - before) * 2),
                )
            )
        step = pixel_offset(tangents[0], tangents[1], target - here)
        # No step if the position is reached, as where a whole row of pixels is the pole.
        size = np.linalg.norm(tangents, axis=-1).max(axis=0)
        step[np.linalg.norm(target - here, axis=-1) <= _FOUND * size] = 0.0
        return step

    def _vectors(self, found: Celestial, pixels: Floats) -> Floats:
        world = self._forward(found, pixels)
        return unit_vectors(world[:, found.longitude], world[:, found.latitude])
