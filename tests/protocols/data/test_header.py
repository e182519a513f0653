"""Headers of all HDUs of a file, also of those without an image."""

from collections.abc import Iterator

import numpy as np
import pytest
from astropy.io import fits
from starlette.testclient import TestClient

from celestile.app import create_app
from celestile.settings import CacheSettings, DataSettings, Settings


def hdus() -> fits.HDUList:
    primary = fits.PrimaryHDU()
    primary.header["TELESCOP"] = "HST"
    primary.header["DATE-OBS"] = "2010-03-05"
    table = fits.BinTableHDU.from_columns([fits.Column("A", "J", array=[1, 2])], name="GTI")
    sci = fits.ImageHDU(np.ones((4, 5), np.float32), name="SCI")
    return fits.HDUList([primary, sci, table, fits.ImageHDU(name="EMPTY")])


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("images")
    hdus().writeto(root / "a.fits")
    fits.HDUList([hdus()[0], hdus()[2]]).writeto(root / "table.fits")
    fits.PrimaryHDU().writeto(root / "bare.fits")
    (root / "text.fits").write_text("SIMPLE, but not FITS")
    settings = Settings(
        data=DataSettings(root=root),
        cache=CacheSettings(directory=tmp_path_factory.mktemp("cache")),
    )
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.mark.parametrize(
    ("hdu", "index"), [("0", 0), ("1", 1), ("2", 2), ("3", 3), ("gti", 2), ("SCI,1", 1)]
)
def test_every_header(hdu: str, index: int, client: TestClient, tmp_path: object) -> None:
    answer = client.get("/api/images/a.fits/header", params={"hdu": hdu})
    assert answer.status_code == 200
    found = answer.json()
    written = hdus()[index].header
    assert found["hdu"] == str(index)
    assert {c[0]: c[1] for c in found["cards"]}.items() >= dict(written).items()
    assert [(h["index"], h["name"], h["kind"]) for h in found["hdus"]] == [
        (0, "PRIMARY", "PRIMARY"), (1, "SCI", "IMAGE"), (2, "GTI", "BINTABLE"),
        (3, "EMPTY", "IMAGE"),
    ]  # fmt: skip


def test_the_image_shown_comes_with_the_primary_header(client: TestClient) -> None:
    found = client.get("/api/images/a.fits/header").json()
    assert found["hdu"] == "1"
    assert "TELESCOP" not in {card[0] for card in found["cards"]}
    primary = {card[0]: card[1] for card in found["primary"]}
    assert (primary["TELESCOP"], primary["DATE-OBS"]) == ("HST", "2010-03-05")
    assert client.get("/api/images/a.fits/header?hdu=0").json()["primary"] == []


@pytest.mark.parametrize("hdu", ["4", "NOPE", "GTI,2"])
def test_an_hdu_that_does_not_exist(hdu: str, client: TestClient) -> None:
    answer = client.get("/api/images/a.fits/header", params={"hdu": hdu})
    assert answer.status_code == 400
    assert hdu in answer.text


@pytest.mark.parametrize(("query", "index"), [("", 1), ("?hdu=0", 0), ("?hdu=GTI", 1)])
def test_a_file_without_an_image(query: str, index: int, client: TestClient) -> None:
    assert client.get("/api/images/table.fits").status_code == 404
    answer = client.get(f"/api/images/table.fits/header{query}")
    assert answer.status_code == 200
    found = answer.json()
    assert found["hdu"] == str(index)
    written = (hdus()[0], hdus()[2])[index].header
    assert {c[0]: c[1] for c in found["cards"]}.items() >= dict(written).items() - {
        ("EXTEND", True)
    }
    assert ("TELESCOP" in {card[0] for card in found["primary"]}) == (index == 1)
    assert [(h["index"], h["kind"]) for h in found["hdus"]] == [(0, "PRIMARY"), (1, "BINTABLE")]


def test_a_file_with_nothing_but_a_primary_header(client: TestClient) -> None:
    found = client.get("/api/images/bare.fits/header").json()
    assert (found["hdu"], found["primary"]) == ("0", [])
    assert ["NAXIS", 0] in [card[:2] for card in found["cards"]]


def test_errors_of_files_without_an_image(client: TestClient) -> None:
    answer = client.get("/api/images/table.fits/header?hdu=7")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "hdu"
    assert client.get("/api/images/text.fits/header").status_code == 404
    assert client.get("/api/images/none.fits/header").status_code == 404
