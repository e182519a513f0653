import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import orjson
import pytest
from astropy.io.fits import BinTableHDU, HDUList, Header, ImageHDU, PrimaryHDU
from astropy.wcs import WCS

from celestile.geometry import Region
from celestile.pixels.sky.frames import CelestialFrame
from celestile.pixels.sky.sky import PixelTransform, Sky, SkyChip, SkyCoordinates, World


def tangent(ra: float, dec: float, scale: float = 1e-3, **cards: Any) -> Header:
    header = Header()
    header["CTYPE1"], header["CTYPE2"] = "RA---TAN", "DEC--TAN"
    header["CRVAL1"], header["CRVAL2"] = ra, dec
    header["CRPIX1"], header["CRPIX2"] = 50.5, 40.5
    header["CDELT1"], header["CDELT2"] = -scale, scale
    header.update(cards)
    return header


def truth(header: Header, x: float, y: float) -> tuple[float, float]:
    lon, lat = WCS(header).all_pix2world([[x, y]], 1)[0]
    return float(lon), float(lat)


def test_document_has_exactly_the_keys_that_clients_read() -> None:
    document = Sky.from_header(tangent(10, 20, RADESYS="ICRS"), 100, 80).document()
    assert set(document) == {
        "frame", "frameTitle", "reason", "names", "projection", "scale", "north", "parity",
        "equinox", "grids", "linear",
    }  # fmt: skip
    (grid,) = document["grids"]
    assert set(grid) == {
        "name", "region", "nx", "ny", "x0", "y0", "dx", "dy", "vectors", "valid",
    }  # fmt: skip
    assert len(grid["vectors"]) == grid["nx"] * grid["ny"] * 3
    assert len(grid["valid"]) == (grid["nx"] - 1) * (grid["ny"] - 1)
    assert set(grid["valid"]) <= {"0", "1"}
    assert orjson.loads(orjson.dumps(document)) == document


def test_undefined_nodes_are_null() -> None:
    header = tangent(0, 0, scale=2.0)
    header["CTYPE1"], header["CTYPE2"] = "GLON-AIT", "GLAT-AIT"
    (grid,) = Sky.from_header(header, 200, 100).document()["grids"]
    assert grid["vectors"][:3] == [None, None, None]
    assert grid["valid"][0] == "0"
    assert "1" in grid["valid"]


@pytest.mark.parametrize(
    ("degrees", "mirrored", "north", "parity"),
    [(0, False, 0, 1), (90, False, 90, 1), (-30, False, -30, 1), (0, True, 0, -1)],
)
def test_north_and_parity_as_seen_on_the_screen(
    degrees: float, mirrored: bool, north: float, parity: int
) -> None:
    # North is at +y in FITS, which is up on the screen; turning the sky counterclockwise by an
    # angle takes the intermediate axes along: CD = scale * rotation by -angle.
    angle = np.radians(degrees)
    header = tangent(100, -30)
    del header["CDELT1"], header["CDELT2"]
    sign = 1 if mirrored else -1
    header["CD1_1"], header["CD1_2"] = sign * 1e-3 * np.cos(angle), sign * 1e-3 * np.sin(angle)
    header["CD2_1"], header["CD2_2"] = -1e-3 * np.sin(angle), 1e-3 * np.cos(angle)
    document = Sky.from_header(header, 100, 80).document()
    assert document["north"] == pytest.approx(north, abs=1e-3)
    assert document["parity"] == parity
    assert document["scale"] == pytest.approx(3.6, rel=1e-5)


@pytest.mark.parametrize(("ra", "dec"), [(0, 0), (0, 90), (180, -90), (359.999, 89.99), (12, 60)])
def test_poles_and_the_meridian_are_places_like_others(ra: float, dec: float) -> None:
    header = tangent(ra, dec)
    sky = Sky.from_header(header, 100, 80)
    x, y = np.meshgrid(np.linspace(0, 100, 11), np.linspace(0, 80, 9))
    lon, lat = sky.world_array(x, y)
    assert ((lon >= 0) & (lon < 360)).all()
    back = sky.pixel_array(lon, lat)
    assert back[0] == pytest.approx(x, abs=1e-5)
    assert back[1] == pytest.approx(y, abs=1e-5)
    assert "0" not in sky.document()["grids"][0]["valid"]


def test_a_map_that_closes_is_continued_to_its_edges() -> None:
    # 360 columns of one degree from longitude 0: astropy leaves all beyond 180 undefined.
    header = tangent(0, 0, scale=1.0, CRPIX1=0.5, CDELT1=1.0, CRPIX2=90.5)
    header["CTYPE1"], header["CTYPE2"] = "GLON-CAR", "GLAT-CAR"
    sky = Sky.from_header(header, 360, 180)
    assert sky.world(270.0, 60.0) == World(270.0, 30.0, "galactic")
    assert sky.world(0.25, 90.0) == World(0.25, 0.0, "galactic")
    assert sky.pixel(270.0, 30.0) == pytest.approx((270.0, 60.0))
    assert sky.pixel(10.0, 30.0) == pytest.approx((10.0, 60.0))
    assert sky.world(10.0, -1.0) is None, "there is nothing beyond the pole"


@pytest.mark.parametrize("code", ["TSC", "CSC", "QSC"])
def test_a_cube_of_the_sky_is_found_again_where_it_is_shown(code: str) -> None:
    # Its faces go on to the left of the one in the middle as to the right of the last.
    header = tangent(0, 0, 3.0, CTYPE1=f"GLON-{code}", CTYPE2=f"GLAT-{code}")
    x, y = np.meshgrid(np.arange(5.25, 96, 10), np.arange(28.25, 52, 5))
    sky = Sky.from_header(header, 100, 80)
    lon, lat = sky.world_array(x, y)
    assert np.isfinite(lon).all()
    # wcslib inverts the polynomials of CSC in single precision.
    back = sky.pixel_array(lon, lat)
    np.testing.assert_allclose(back, (x, y), rtol=0, atol=1e-4)


def test_the_scale_in_a_gap_is_that_of_a_chip(write_fits: Any, open_image: Any) -> None:
    # Beside each other are two views of one field: across the gap the sky jumps.
    cards = dict(tangent(100, -30))
    chips = [(np.ones((20, 20), np.float32), cards | {"EXTNAME": f"SCI{n}"}) for n in range(2)]
    image = open_image(write_fits("a.fits", *chips, primary={}))
    assert len(image.chips) == 2
    assert image.sky.summary()["scale"] == pytest.approx(3.6, rel=1e-4)


def test_pixels_of_the_other_side_of_the_sky_are_none() -> None:
    sky = Sky.from_header(tangent(10, 20), 100, 80)
    assert sky.pixel(190, -20) is None
    assert sky.pixel(10, 95) is None
    assert sky.pixel(float("nan"), 0) is None


def test_false_solutions_of_distortion_polynomials_are_none() -> None:
    header = tangent(10, 20, A_ORDER=3, A_3_0=-1e-5, B_ORDER=3, B_0_3=-1e-5)
    header["CTYPE1"], header["CTYPE2"] = "RA---TAN-SIP", "DEC--TAN-SIP"
    sky = Sky.from_header(header, 100, 80)
    for place in [(10.05, 20.0), (10.2, 20.1), (11.0, 20.0)]:
        found = sky.pixel(*place)
        if found is not None:
            world = sky.world(*found)
            assert world is not None
            assert (world.lon, world.lat) == pytest.approx(place, abs=1e-6)


def test_distortion_tables_of_the_file_are_used_while_it_is_open() -> None:
    header = tangent(10, 20, CPDIS1="LOOKUP", CPDIS2="LOOKUP")
    for axis in (1, 2):
        for field, value in (("EXTVER", axis), ("NAXES", 2), ("AXIS.1", 1), ("AXIS.2", 2)):
            header[f"DP{axis}"] = f"{field}: {float(value)}"
    shift = np.full((2, 2), 0.5, dtype=np.float32)
    grid = {"CRPIX1": 1.0, "CRPIX2": 1.0, "CRVAL1": 1.0, "CRVAL2": 1.0}
    grid |= {"CDELT1": 99.0, "CDELT2": 79.0, "EXTNAME": "WCSDVARR"}
    tables = []
    for version in (1, 2):
        table = ImageHDU(shift * version, name="WCSDVARR", ver=version)
        table.header.update(grid)
        tables.append(table)
    image = PrimaryHDU(np.zeros((80, 100), dtype=np.float32), header)
    hdulist = HDUList([image, *tables, BinTableHDU()])
    sky = Sky.from_header(hdulist[0].header, 100, 80, hdulist=hdulist)
    hdulist.close()
    undistorted = truth(tangent(10, 20), 20.5, 31.0)
    world = sky.world(19.5, 50.5)
    assert world is not None
    assert (world.lon, world.lat) == pytest.approx(undistorted, abs=1e-9)
    assert sky.pixel(world.lon, world.lat) == pytest.approx((19.5, 50.5), abs=1e-5)
    assert sky.notes == ()
    without = Sky.from_header(image.header, 100, 80)
    assert "lookup table" in without.notes[0]


class TestMosaic:
    """Two chips of 100 x 80 with a gap; the right one mirrored in x and upside down."""

    left_header = tangent(10, 20)
    right_header = tangent(10.2, 20, scale=2e-3)
    left = Region(0, 0, 100, 80)
    right = Region(120, 5, 100, 80)

    def sky(self) -> Sky:
        turned = PixelTransform.over(self.right, (100, 1), (1, 80))
        return Sky(
            [
                SkyChip(self.left, SkyCoordinates.from_header(self.left_header, 100, 80), "a"),
                SkyChip(
                    self.right,
                    SkyCoordinates.from_header(self.right_header, 100, 80, transform=turned),
                    "b",
                ),
            ]
        )

    def test_each_chip_has_its_own_coordinates(self) -> None:
        sky = self.sky()
        for (x, y), header, pixel in [
            ((10.0, 10.0), self.left_header, (10.5, 70.5)),
            ((130.0, 10.0), self.right_header, (90.5, 5.5)),
        ]:
            world = sky.world(x, y)
            assert world is not None
            assert (world.lon, world.lat) == pytest.approx(truth(header, *pixel), abs=1e-10)
            assert sky.pixel(world.lon, world.lat) == pytest.approx((x, y), abs=1e-6)

    def test_gaps_continue_the_nearest_chip(self) -> None:
        sky = self.sky()
        world = sky.world(104.0, 40.0)
        assert world is not None
        assert (world.lon, world.lat) == pytest.approx(truth(self.left_header, 104.5, 40.5))
        world = sky.world(116.0, 40.0)
        assert world is not None
        assert (world.lon, world.lat) == pytest.approx(truth(self.right_header, 104.5, 35.5))

    def test_arrays_agree_with_single_places(self) -> None:
        sky = self.sky()
        x, y = np.meshgrid(np.linspace(0, 220, 23), np.linspace(0, 85, 9))
        lon, lat = sky.world_array(x, y)
        for place in np.ndindex(x.shape):
            world = sky.world(float(x[place]), float(y[place]))
            assert world is not None
            assert (world.lon, world.lat) == (lon[place], lat[place])

    def test_document_has_a_grid_for_each_chip(self) -> None:
        grids = self.sky().document()["grids"]
        assert [grid["name"] for grid in grids] == ["a", "b"]
        assert grids[1]["region"] == [120, 5, 100, 80]

    def test_a_chip_without_a_sky_is_left_out_and_noted(self) -> None:
        good = SkyChip(self.left, SkyCoordinates.from_header(self.left_header, 100, 80), "a")
        bad = SkyChip(self.right, SkyCoordinates.from_header(Header(), 100, 80), "b")
        sky = Sky([bad, good])
        assert sky.reason is None
        assert [grid["name"] for grid in sky.document()["grids"]] == ["a"]
        assert sky.world(130.0, 10.0) is not None
        assert sky.notes == ("b: the header has no sky coordinates",)

    def test_a_chip_of_another_equinox_is_left_out_and_noted(self) -> None:
        """Its longitudes and latitudes are of other axes than those of the first."""
        chips = []
        for name, region, year in (("a", self.left, 2000.0), ("b", self.right, 2015.5)):
            header = tangent(10, 20)
            header["RADESYS"], header["EQUINOX"] = "FK5", year
            chips.append(SkyChip(region, SkyCoordinates.from_header(header, 100, 80), name))
        sky = Sky(chips)
        assert sky.celestial_frame == CelestialFrame("fk5", 2000.0)
        assert [grid["name"] for grid in sky.document()["grids"]] == ["a"]
        (note,) = sky.notes
        assert note.startswith("b: ")
        assert "equinox" in note


def test_linear_coordinates_are_told_in_our_pixels() -> None:
    header = Header()
    header["CTYPE1"], header["CTYPE2"] = "Solar-X", "Solar-Y"
    header["CUNIT1"], header["CUNIT2"] = "arcsec", "arcsec"
    header["CRPIX1"], header["CRPIX2"] = 64.0, 60.0
    header["CRVAL1"], header["CRVAL2"] = 5.0, -7.0
    header["CDELT1"], header["CDELT2"] = 21.0, 22.0
    document = Sky.from_header(header, 128, 128).document()
    linear = document["linear"]
    assert (linear["names"], linear["units"]) == (["Solar-X", "Solar-Y"], ["arcsec", "arcsec"])
    # The centre of FITS pixel (64, 60) is 63.5 from the left and 128 - 59.5 from the top.
    world = np.array(linear["origin"]) + np.array(linear["matrix"]) @ [63.5, 68.5]
    assert world == pytest.approx([5.0, -7.0])
    assert np.array(linear["matrix"]) == pytest.approx(np.array([[21.0, 0.0], [0.0, -22.0]]))
    assert document["frame"] == "unknown"


def test_a_sky_without_chips_tells_the_reason_it_was_given() -> None:
    sky = Sky(reason="the frames do not share a grid")
    assert sky.reason == "the frames do not share a grid"
    assert sky.document()["reason"] == sky.reason
    assert sky.world(0, 0) is None
    assert sky.notes == ()


def test_threads_agree() -> None:
    header = tangent(10, 20, A_ORDER=2, A_2_0=1e-5, B_ORDER=2, B_0_2=1e-5)
    sky = Sky.from_header(header, 100, 80)
    x, y = np.meshgrid(np.arange(100.0), np.arange(80.0))

    def ask(_: int) -> tuple[bytes, bytes, int]:
        lon, lat = sky.world_array(x, y)
        back = sky.pixel_array(lon[::8], lat[::8])
        return lon.tobytes(), np.stack(back).tobytes(), id(sky.document())

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(24)))) == 1


def test_nothing_of_astropy_is_loaded_before_the_first_question() -> None:
    code = """
import sys
from celestile.pixels.sky.sky import Sky
class Header:
    cards = ()
sky = Sky.from_header(Header(), 10, 10)
assert "astropy" not in sys.modules
assert sky.reason == "the header has no sky coordinates"
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_wcs_handed_out_is_a_copy() -> None:
    coordinates = SkyCoordinates.from_header(tangent(10, 20), 100, 80)
    before = coordinates.world_array(50.0, 40.0)
    wcs = coordinates.celestial_wcs
    assert wcs.all_pix2world([[50.5, 40.5]], 1)[0] == pytest.approx([10, 20])
    wcs.wcs.crval = [0, 0]
    assert coordinates.world_array(50.0, 40.0) == before
