"""Stokes parameters in every protocol, compared with files of numpy's results."""

import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from astropy.io import fits
from numpy.typing import NDArray
from PIL import Image
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, Settings
from celestile.settings.images import DefaultSettings

SHAPE = (4, 6, 40, 50)  # Stokes, channel, y, x
SKY = {
    "CTYPE1": "RA---SIN", "CRVAL1": 40.0, "CRPIX1": 25.0, "CDELT1": -0.01,
    "CTYPE2": "DEC--SIN", "CRVAL2": 30.0, "CRPIX2": 20.0, "CDELT2": 0.01, "BUNIT": "Jy/beam",
}  # fmt: skip
FREQ = {"CTYPE": "FREQ", "CRVAL": 1.4e9, "CDELT": 1e6, "CRPIX": 1.0, "CUNIT": "Hz"}
STOKES = {"CTYPE": "STOKES", "CRVAL": 1.0, "CDELT": 1.0, "CRPIX": 1.0}
CUBE = np.random.default_rng(8).normal(0.0, 2.0, SHAPE).astype(np.float32)
CUBE[1, 2, 5, 7] = np.nan
Q, U = CUBE[1:3].astype(np.float64)
ANGLES = 0.5 * np.rad2deg(np.arctan2(U, Q))


def write(root: Path, name: str, array: NDArray[Any], *axes: dict[str, Any]) -> None:
    hdu = fits.PrimaryHDU(array)
    hdu.header.update(SKY)
    for number, axis in enumerate(axes, 3):
        hdu.header.update({f"{key}{number}": value for key, value in axis.items()})
    hdu.writeto(root / name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("stokes")
    write(root, "cube.fits", CUBE, FREQ, STOKES)
    write(root, "swapped.fits", CUBE.swapaxes(0, 1), STOKES, FREQ)
    write(root, "alone.fits", CUBE[:, 2], STOKES)
    write(root, "feeds.fits", CUBE[:2], FREQ, STOKES | {"CRVAL": -1.0, "CDELT": -1.0})
    for number, name in enumerate("IQUV"):
        write(root, f"only{name}.fits", CUBE[number], FREQ)
    write(root, "onlyP.fits", np.hypot(Q, U).astype(np.float32), FREQ)
    write(root, "onlyPA.fits", ANGLES.astype(np.float32), FREQ)
    return root


@pytest.fixture(scope="module")
def client(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    cache = CacheSettings(directory=tmp_path_factory.mktemp("cache"))
    with TestClient(create_app(Settings(data=DataSettings(root=folder), cache=cache))) as client:
        yield client


TILE = {"f": "png", "channel": "3", "limits": "-4,4", "stretch": "linear"}


def document(client: Any, path: str, **query: Any) -> Any:
    response = client.get(path, params=query)
    assert response.status_code == 200, response.text
    return response.json()


def picture(client: Any, image: str, view: str, size: str = "max") -> NDArray[np.uint8]:
    address = f"/iiif/3/{quote(f'{image};{view}')}/full/{size}/0/default.png"
    response = client.get(address)
    assert response.status_code == 200, response.text
    return np.asarray(Image.open(io.BytesIO(response.content)).convert("LA"))


def test_metadata_lists_the_parameters(client: Any) -> None:
    found = document(client, "/api/images/cube.fits")
    assert [stokes["name"] for stokes in found["stokes"]] == [
        "I", "Q", "U", "V", "P", "PF", "PA", "Ptotal", "PFtotal",
    ]  # fmt: skip
    assert [stokes["derived"] for stokes in found["stokes"]] == [False] * 4 + [True] * 5
    assert {stokes["name"]: stokes["unit"] for stokes in found["stokes"]}["PA"] == "deg"
    assert (found["shown"]["stokes"], found["unit"], len(found["channels"])) == ("I", "Jy/beam", 6)
    angle = document(client, "/api/images/cube.fits", stokes="PA", channel=2)
    assert (angle["shown"]["stokes"], angle["unit"]) == ("PA", "deg")
    assert angle["shown"]["channel"] == [2, 2]
    assert angle["view"] == "stokes=PA;channel=2"
    assert (angle["shown"]["limits"][0]["vmin"], angle["shown"]["limits"][0]["vmax"]) == (-90, 90)
    plain = document(client, "/api/images/onlyI.fits")
    assert (plain["stokes"], plain["shown"]["stokes"]) == ([], None)


@pytest.mark.parametrize("image", ["cube.fits", "swapped.fits"])
@pytest.mark.parametrize("name", ["I", "Q", "U", "V", "P", "PA"])
def test_pictures_are_those_of_files_of_one_parameter(client: Any, image: str, name: str) -> None:
    limits = "-90,90" if name == "PA" else "-4,4"
    view = f"channel=3;limits={limits};stretch=linear;cmap=gray"
    found = picture(client, image, f"stokes={name};{view}")
    np.testing.assert_array_equal(found, picture(client, f"only{name}.fits", view))
    assert found[..., 0].std() > 10


def test_a_file_with_a_stokes_axis_alone(client: Any) -> None:
    view = "limits=-4,4;stretch=linear"
    expected = picture(client, "onlyU.fits", f"channel=3;{view}")
    for stokes in ("stokes=U", "stokes=u", "channel=U", "channel=3"):
        np.testing.assert_array_equal(picture(client, "alone.fits", f"{stokes};{view}"), expected)
    found = document(client, "/api/images/alone.fits", channel="U")
    assert (found["view"], len(found["channels"])) == ("stokes=U", 1)


def test_values_follow_the_parameter(client: Any) -> None:
    stored = CUBE[:, 3, 40 - 1 - 4, 9].astype(np.float64)  # row 4 from the top
    expected = {
        "I": stored[0], "V": stored[3], "P": np.sqrt(stored[1] ** 2 + stored[2] ** 2),
        "PA": 0.5 * np.rad2deg(np.arctan2(stored[2], stored[1])),
    }  # fmt: skip
    for name, value in expected.items():
        found = document(client, "/api/images/cube.fits/value", stokes=name, channel=4, x=9, y=4)[
            "values"
        ][0]
        assert found["value"] == pytest.approx(value, rel=1e-14)
        assert (found["stokes"], found["channel"]) == (name, 4)
        assert found["unit"] == ("deg" if name == "PA" else "Jy/beam")
        assert found["raw"] == (value if name in "IV" else None)


def test_spectra_follow_the_parameter(client: Any) -> None:
    found = document(client, "/api/images/cube.fits/spectrum", stokes="P", x=7, y=40 - 1 - 5)
    expected = np.hypot(Q, U)[:, 5, 7]
    assert found["values"][2] is None
    assert np.isnan(expected[2])
    present = [number for number in range(6) if number != 2]
    np.testing.assert_allclose(
        [found["values"][number] for number in present], expected[present], rtol=1e-14
    )
    assert (found["stokes"], found["unit"]) == ("P", "Jy/beam")


def test_statistics_follow_the_parameter(client: Any) -> None:
    found = document(client, "/api/images/cube.fits/statistics", stokes="P", channel=2)
    (plane,) = found["planes"]
    expected = np.hypot(Q, U)[1].astype(np.float32)
    assert plane["max"] == pytest.approx(float(expected.max()), rel=1e-7)
    assert plane["mean"] == pytest.approx(float(expected.mean()), rel=1e-6)


def test_coarse_angles_are_means_of_directions(client: Any) -> None:
    """The mean of 89 and -89 degrees is 90, not 0."""
    view = "stokes=PA;channel=1;limits=-90,90;stretch=linear;cmap=gray"
    found = picture(client, "cube.fits", view, "25,20")[..., 0].astype(float)
    blocks = np.radians(2 * ANGLES[0][::-1]).reshape(20, 2, 25, 2)
    up, across = np.sin(blocks).mean(axis=(1, 3)), np.cos(blocks).mean(axis=(1, 3))
    expected = (0.5 * np.rad2deg(np.arctan2(up, across)) + 90) / 180 * 255
    difference = np.abs(found - expected)
    assert np.minimum(difference, 255 - difference).max() < 1.0
    plain = picture(client, "onlyPA.fits", view.removeprefix("stokes=PA;"), "25,20")[..., 0]
    assert np.abs(plain.astype(float) - expected).max() > 60  # as the mean of numbers is


OLD = {
    "channel=Q_3": "stokes=Q;channel=3",
    "channel=I_1": "stokes=I;channel=1",
    "channel=v_6": "stokes=V;channel=6",
    "mix=Q_1:ff0000,Q_4:0000ff": "stokes=Q;mix=1:ff0000,4:0000ff",
    "channel=Q_3;limits=Q_3:0,1": "stokes=Q;channel=3;limits=3:0,1",
}


@pytest.mark.parametrize("old", OLD)
def test_old_names_of_channels(client: Any, old: str) -> None:
    def answer(view: str) -> Any:
        return client.get(f"/iiif/3/{quote(f'cube.fits;{view}')}/full/max/0/default.png")

    found, expected = answer(old), answer(OLD[old])
    assert found.status_code == 200
    assert found.headers["etag"] == expected.headers["etag"]
    assert found.content == expected.content


@pytest.mark.parametrize(
    ("view", "key", "words"),
    [
        ("stokes=X", "stokes", "it has I, Q, U, V, P, PF, PA"),
        ("mix=I_1:ff0000,Q_2:00ff00", "mix", "one Stokes parameter"),
        ("stokes=I;channel=Q_2", "channel", "one Stokes parameter"),
        ("channel=X_2", "channel", "'X_2'"),
    ],
)
def test_what_the_image_does_not_have(client: Any, view: str, key: str, words: str) -> None:
    response = client.get(f"/iiif/3/{quote(f'cube.fits;{view}')}/full/max/0/default.png")
    assert response.status_code == 400
    assert words in response.text
    assert key in response.text
    response = client.get("/iiif/3/onlyI.fits;stokes=I/full/max/0/default.png")
    assert response.status_code == 400
    assert "no Stokes axis" in response.text


def test_the_default_is_left_out_of_views(client: Any) -> None:
    for view, shortest in (("stokes=I", ""), ("stokes=i;channel=2", "channel=2")):
        address = f"/api/images/{quote(f'cube.fits;{view}')}"
        found = document(client, address)["view"]
        assert found == shortest or found.startswith("channel")
    first, same = (
        client.get(f"/iiif/3/cube.fits{view}/full/max/0/default.png") for view in ("", ";stokes=1")
    )
    assert first.headers["etag"] == same.headers["etag"]


def test_the_first_plane_does_not_change_with_the_parameter(client: Any) -> None:
    shown = [
        document(client, "/api/images/cube.fits", stokes=name)["shown"]["channel"] for name in "IQV"
    ]
    assert shown[0] == shown[1] == shown[2]


def test_feeds_begin_with_the_first(client: Any) -> None:
    found = document(client, "/api/images/feeds.fits")
    assert [stokes["name"] for stokes in found["stokes"]] == ["RR", "LL", "I", "V"]
    assert found["shown"]["stokes"] == "RR"
    value = document(client, "/api/images/feeds.fits/value", stokes="I", channel=2, x=0, y=0)
    expected = CUBE[:2, 1, -1, 0].astype(np.float64).mean()
    assert value["values"][0]["value"] == pytest.approx(expected, rel=1e-14)


def test_wmts(client: Any) -> None:
    address = "/wmts/1.0.0/cube.fits/default/{}/pixels-50x40/0/0/0.png?limits=-4,4&stretch=linear"
    tile = client.get(address.format("3/P"))
    assert tile.status_code == 200
    found = np.asarray(Image.open(io.BytesIO(tile.content)).convert("LA"))[:40, :50]
    expected = picture(client, "onlyP.fits", "channel=3;limits=-4,4;stretch=linear")
    np.testing.assert_array_equal(found, expected)
    wrong = client.get(address.format("3/W"))
    assert wrong.status_code == 404
    assert 'locator="STOKES"' in wrong.text


def test_ogc_api(client: Any) -> None:
    found = document(client, "/ogc/collections/cube.fits", f="json")
    dimension = found["extent"]["stokes"]
    names = ["I", "Q", "U", "V", "P", "PF", "PA", "Ptotal", "PFtotal"]
    assert dimension["grid"] == {"cellsCount": 9, "coordinates": names}
    assert dimension["interval"] == [["I", "PFtotal"]]
    assert "stokes" not in document(client, "/ogc/collections/onlyI.fits", f="json")["extent"]
    sets = document(client, "/ogc/collections/cube.fits/map/tiles", f="json")["tilesets"]
    for name in (sets[0]["tileMatrixSetId"], sets[-1]["tileMatrixSetId"]):
        tiles = [
            client.get(f"/ogc/collections/{image}/map/tiles/{name}/0/0/0", params=view)
            for image, view in (
                ("cube.fits", TILE | {"stokes": "P"}), ("onlyP.fits", TILE), ("cube.fits", TILE),
            )
        ]  # fmt: skip
        assert [tile.status_code for tile in tiles] == [200] * 3
        assert tiles[0].content == tiles[1].content != tiles[2].content


def test_iiif_canvases_offer_the_parameters(client: Any) -> None:
    manifest = document(client, "/iiif/presentation/3/cube.fits/manifest")
    canvas = manifest["items"][0]
    bodies = canvas["items"][0]["items"][0]["body"]["items"]
    labels = [next(iter(body["label"].values()))[0] for body in bodies]
    assert labels[0] == "Default view"
    assert "Stokes Q: Linear polarization Q" in labels
    assert "Stokes PA: Polarization angle" in labels
    assert len(manifest["items"]) == 6 + ("averag" in json.dumps(canvas["label"]))
    assert next(iter(canvas["label"].values()))[0].startswith("Stokes I")
    asked = document(client, "/iiif/presentation/3/cube.fits;stokes=Q/manifest")
    assert next(iter(asked["items"][0]["label"].values()))[0].startswith("Stokes Q")
    first = asked["items"][0]["items"][0]["items"][0]["body"]["items"][0]
    assert "stokes=Q" in first["id"]


def test_iiif_info_names_it(client: Any) -> None:
    info = document(client, "/iiif/3/cube.fits;stokes=PA/info.json")
    service = next(each for each in info["service"] if each["type"] == "AstroImageService")
    assert (service["stokes"], service["unit"]) == ("PA", "deg")


def test_hips_is_of_the_first_or_of_the_requested(client: Any) -> None:
    assert client.get("/hips/cube.fits/properties").status_code == 200
    assert client.get("/hips/cube.fits;stokes=P/properties").status_code == 200


def test_an_operator_can_choose_it(folder: Path, tmp_path: Path) -> None:
    default = DefaultSettings(when=(("CTYPE4", "STOKES"),), view="stokes=V", where="")
    settings = Settings(
        data=DataSettings(root=folder), cache=CacheSettings(directory=tmp_path),
        defaults=(default,),
    )  # fmt: skip
    with TestClient(create_app(settings)) as client:
        found = document(client, "/api/images/cube.fits")
        assert (found["shown"]["stokes"], found["view"]) == ("V", "")
        found = document(client, "/api/images/cube.fits", stokes="I")
        assert (found["shown"]["stokes"], found["view"]) == ("I", "stokes=I")
