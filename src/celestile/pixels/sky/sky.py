"""Sky coordinates of the pixels of an image: by one header, or by those of the chips of a mosaic.

Everything is computed on first use and cached, and is safe for concurrent use. An invalid header
results in a `Sky` with a reason, never in an exception.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from celestile.geometry import Region
from celestile.pixels.sky import grid as sky_grid
from celestile.pixels.sky.cards import Header
from celestile.pixels.sky.coordinates import SkyCoordinates
from celestile.pixels.sky.frames import CelestialFrame
from celestile.pixels.sky.pixel_transform import PixelTransform
from celestile.pixels.sky.vectors import Floats, distance, unit_vectors

__all__ = ["PixelTransform", "Sky", "SkyChip", "SkyCoordinates", "World"]

# Chips of a mosaic are small on the sky, and there may be sixty of them: start with few nodes.
_CHIP_SIZES = (7, 13, *sky_grid.SIZES)


@dataclass(frozen=True, slots=True)
class World:
    """A position on the sky.

    Parameters
    ----------
    lon, lat : float
        In degrees; longitude from 0 to 360, around the Sun's centre from -180 to 180.
    frame : str
        Name of the frame, as in `celestile.pixels.sky.astropy_wcs.Celestial`.
    equinox : float or None
        Of the frame, in Julian or (for FK4) Besselian years; None for frames without one.
    """

    lon: float
    lat: float
    frame: str
    equinox: float | None = None

    @property
    def frame_title(self) -> str:
        """The frame for people: "FK5 J2015.5"."""
        return CelestialFrame(self.frame, self.equinox).title


@dataclass(frozen=True, slots=True, eq=False)
class SkyChip:
    """A part of an image with coordinates of its own.

    Parameters
    ----------
    region : Region
        Position in the image.
    coordinates : SkyCoordinates
        Sky coordinates, in pixels of the image.
    name : str or None
        Name of the chip; None for a whole image.
    """

    region: Region
    coordinates: SkyCoordinates
    name: str | None = None

    def on_sky(self) -> bool:
        """Whether any of a few positions in the region has sky coordinates."""
        if self.coordinates.celestial is None:
            return False
        x, y = np.meshgrid(
            np.linspace(self.region.x, self.region.right, 35),
            np.linspace(self.region.y, self.region.bottom, 35),
        )
        return bool(np.isfinite(self.coordinates.world_array(x, y)[0]).any())


class Sky:
    """Sky coordinates of the pixels of an image, or the reason why they are unknown.

    Parameters
    ----------
    chips : sequence of SkyChip
        Parts of the image with their own coordinates; one for a single array.
    reason : str, optional
        Why there are no coordinates, if there are no chips.
    """

    def __init__(self, chips: Sequence[SkyChip] = (), reason: str | None = None) -> None:
        self.chips = tuple(chips)
        self._given_reason = reason
        self._lock = threading.RLock()
        self._charted: tuple[SkyChip, ...] | None = None
        self._summary: dict[str, Any] | None = None
        self._document: dict[str, Any] | None = None

    @classmethod
    def from_header(
        cls,
        header: Header,
        width: int,
        height: int,
        *,
        flip: bool = True,
        hdulist: object = None,
    ) -> "Sky":
        """Create the sky of a single array; parameters as in `SkyCoordinates.from_header`."""
        coordinates = SkyCoordinates.from_header(header, width, height, flip=flip, hdulist=hdulist)
        return cls([SkyChip(Region(0, 0, width, height), coordinates)])

    @property
    def charted(self) -> tuple[SkyChip, ...]:
        """The chips with sky coordinates in the frame and equinox of the first such chip."""
        with self._lock:
            if self._charted is None:
                frames = [
                    (chip, chip.coordinates.celestial_frame) for chip in self.chips if chip.on_sky()
                ]
                first = next((frame for _, frame in frames if frame), None)
                self._charted = tuple(chip for chip, frame in frames if frame and frame == first)
            return self._charted

    @property
    def reason(self) -> str | None:
        """Why there are no sky coordinates; None if there are."""
        if self.charted:
            return None
        for chip in self.chips:
            if chip.coordinates.reason:
                return chip.coordinates.reason
        return self._given_reason or (
            "no pixel of the image is on the sky that its header describes"
            if self.chips
            else "the header has no sky coordinates"
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Descriptions of corrections and omissions, with names of chips."""
        notes: dict[str, None] = {}
        for chip in self.chips:
            said = list(chip.coordinates.notes)
            if self.charted and chip not in self.charted:
                said.append(
                    chip.coordinates.reason or "off the sky, or in another frame or equinox"
                )
            for note in said:
                notes[f"{chip.name}: {note}" if chip.name else note] = None
        return tuple(notes)

    @property
    def celestial_frame(self) -> CelestialFrame:
        """Frame of the coordinates, with its equinox; ``unknown`` without coordinates."""
        found = self.charted[0].coordinates.celestial_frame if self.charted else None
        return found or CelestialFrame("unknown")

    @property
    def frame(self) -> str:
        """Name of the frame of the coordinates; ``unknown`` without coordinates."""
        return self.celestial_frame.name

    def world(self, x: float, y: float) -> World | None:
        """Position on the sky of continuous pixel coordinates; None if undefined.

        In gaps of a mosaic the coordinates of the nearest chip are extrapolated.
        """
        lon, lat = self.world_array(x, y)
        if not np.isfinite(lon) or not np.isfinite(lat):
            return None
        frame = self.celestial_frame
        return World(float(lon), float(lat), frame.name, frame.equinox)

    def world_array(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Longitudes and latitudes in degrees of continuous pixel coordinates; NaN if undefined."""
        x, y = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
        if not self.charted:
            return np.full(x.shape, np.nan), np.full(x.shape, np.nan)
        if len(self.charted) == 1:
            return self.charted[0].coordinates.world_array(x, y)
        return self._of_chips(self._nearest(x, y), x, y)

    def _nearest(self, x: Floats, y: Floats) -> NDArray[np.intp]:
        """Index of the charted chip that contains each position, or is nearest to it."""
        distances = np.stack([distance(x, y, chip.region) for chip in self.charted])
        nearest: NDArray[np.intp] = np.argmin(distances, axis=0)
        return nearest

    def _of_chips(self, nearest: NDArray[np.intp], x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Longitudes and latitudes of positions by the coordinates of the given chips."""
        lon, lat = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
        for index, chip in enumerate(self.charted):
            mine = nearest == index
            if mine.any():
                lon[mine], lat[mine] = chip.coordinates.world_array(x[mine], y[mine])
        return lon, lat

    def pixel(self, lon: float, lat: float) -> tuple[float, float] | None:
        """Continuous pixel coordinates of a position in the frame of the image; None if undefined.

        A chip that contains the position is preferred; else the coordinates of the nearest chip are
        extrapolated, so that the result may be in a gap or outside the image.
        """
        x, y = self.pixel_array(lon, lat)
        return (float(x), float(y)) if np.isfinite(x) and np.isfinite(y) else None

    def pixel_array(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """Continuous pixel coordinates of longitudes and latitudes in degrees; NaN if undefined."""
        lon, lat = np.broadcast_arrays(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        best_x, best_y = np.full(lon.shape, np.nan), np.full(lon.shape, np.nan)
        least = np.full(lon.shape, np.inf)
        for chip in self.charted:
            x, y = chip.coordinates.pixel_array(lon, lat, chip.region)
            away = distance(x, y, chip.region)
            better = away < least
            best_x, best_y = np.where(better, x, best_x), np.where(better, y, best_y)
            least = np.where(better, away, least)
        return best_x, best_y

    def document(self) -> dict[str, Any]:
        """JSON object with the sky coordinates for clients; must not be modified."""
        with self._lock:
            if self._document is None:
                self._document = self._describe()
            return self._document

    def summary(self) -> dict[str, Any]:
        """The part of `document` that is quick to compute; must not be modified."""
        with self._lock:
            if self._summary is None:
                self._summary = self._summarize()
            return self._summary

    def _summarize(self) -> dict[str, Any]:
        first = self.charted[0].coordinates.celestial if self.charted else None
        scale, north, parity = self._orientation()
        return {
            "frame": self.frame,
            "frameTitle": self.celestial_frame.title if first else None,
            "reason": self.reason,
            "names": list(first.names) if first else ["lon", "lat"],
            "projection": first.projection if first else None,
            "scale": scale,
            "north": north,
            "parity": parity,
            "equinox": first.equinox if first else None,
        }

    def _describe(self) -> dict[str, Any]:
        sizes = sky_grid.SIZES if len(self.charted) == 1 else _CHIP_SIZES
        return {
            **self.summary(),
            "grids": [
                sky_grid.sample(chip.coordinates.vector_array, chip.region, sizes).document(
                    chip.name
                )
                for chip in self.charted
            ],
            "linear": None if self.charted else self._linear(),
        }

    def _orientation(self) -> tuple[float | None, float | None, int]:
        """Scale in arcseconds per pixel, direction of north, and parity near the centre."""
        if not self.charted:
            return None, None, 1
        x, y = self._middle_first()
        jacobian = self._jacobian(x, y)
        # numpy.linalg.det would warn about NaN.
        determinant = jacobian[:, 0, 0] * jacobian[:, 1, 1] - jacobian[:, 0, 1] * jacobian[:, 1, 0]
        (defined,) = np.nonzero(np.isfinite(determinant) & (determinant != 0))
        if not defined.size:
            return None, None, 1
        first = defined[0]
        right, down = np.linalg.solve(jacobian[first], [0.0, 1.0])
        scale = float(f"{np.degrees(np.sqrt(abs(determinant[first]))) * 3600:.8g}")
        # Adding zero turns -0.0 into 0.0.
        angle = round(float(np.degrees(np.arctan2(-right, -down))), 6) + 0.0
        return scale, angle, 1 if determinant[first] > 0 else -1

    def _middle_first(self) -> tuple[Floats, Floats]:
        """Positions in the image, those near its centre first."""
        regions = [chip.region for chip in self.charted]
        left, right = min(r.x for r in regions), max(r.right for r in regions)
        top, bottom = min(r.y for r in regions), max(r.bottom for r in regions)
        shares = np.linspace(-0.5, 0.5, 21)[1:-1]
        x, y = (shares.ravel() for shares in np.meshgrid(shares, shares))
        order = np.argsort(np.hypot(x, y), kind="stable")
        return (
            (left + right) / 2 + x[order] * (right - left),
            (top + bottom) / 2 + y[order] * (bottom - top),
        )

    def _jacobian(self, x: Floats, y: Floats) -> Floats:
        """Radians to the east and north per pixel in x and y, shape (n, 2, 2); NaN if undefined."""
        lon, lat = (np.radians(angle) for angle in self.world_array(x, y))
        zero = np.zeros_like(lon)
        east = np.stack((-np.sin(lon), np.cos(lon), zero), axis=-1)
        north = np.stack(
            (-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)), axis=-1
        )
        # All differences at a position use one chip: two chips may be far apart on the sky.
        nearest = self._nearest(x, y)
        along = [
            unit_vectors(*self._of_chips(nearest, x + dx / 2, y + dy / 2))
            - unit_vectors(*self._of_chips(nearest, x - dx / 2, y - dy / 2))
            for dx, dy in ((1, 0), (0, 1))
        ]
        rows = [[np.sum(axis * tangent, axis=-1) for tangent in along] for axis in (east, north)]
        return np.moveaxis(np.array(rows), -1, 0)

    def _linear(self) -> dict[str, Any] | None:
        """Linear coordinates in image pixels, if all chips agree on them."""
        found = []
        for chip in self.chips:
            linear, transform = chip.coordinates.linear, chip.coordinates.transform
            if linear is None:
                return None
            origin = linear.origin + linear.matrix @ transform.to_fits(0.0, 0.0)
            found.append((linear, origin, linear.matrix @ transform.matrix))
        if not found:
            return None
        linear, origin, matrix = found[0]
        step = np.abs(matrix).max()
        for _, other_origin, other_matrix in found[1:]:
            if not np.allclose(other_origin, origin, rtol=0, atol=step) or not np.allclose(
                other_matrix, matrix, rtol=1e-6, atol=0
            ):
                return None
        return {
            "names": list(linear.names),
            "units": list(linear.units),
            "origin": origin.tolist(),
            "matrix": matrix.tolist(),
        }
