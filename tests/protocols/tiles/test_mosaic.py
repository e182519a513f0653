"""A mosaic knows its members by their files: nothing is opened again that has not changed."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from celestile.assembly import create_service
from celestile.pixels import library
from celestile.protocols.tiles import mosaic as mosaic_module
from celestile.protocols.tiles.coverages import Coverages
from celestile.protocols.tiles.mosaic import Mosaic
from celestile.service.service import Service
from celestile.settings import CacheSettings, DataSettings, Settings
from celestile.settings.images import ImageSettings
from celestile.settings.sections import WmtsSettings

MANY = 300  # more than the library keeps open


def write(path: Path, number: int = 0, lon: float | None = None) -> None:
    header = fits.Header({
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 10.0 if lon is None else lon,
        "CRVAL2": -5.0, "CRPIX1": 2.0, "CRPIX2": 2.0, "CDELT1": -0.01, "CDELT2": 0.01,
    })  # fmt: skip
    fits.writeto(path, np.full((3, 4), number, np.float32), header, overwrite=True)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Identifiers of the images that are made from files, in order."""
    found: list[str] = []
    make = library.readable_image

    def counted(file: object, wish: object) -> object:
        found.append(wish.identifier)  # type: ignore[attr-defined]
        return make(file, wish)  # type: ignore[arg-type]

    monkeypatch.setattr(library, "readable_image", counted)
    # Every look at the members lists the files anew.
    monkeypatch.setattr(mosaic_module, "_LISTED_FOR", -1.0)
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def service(root: Path, tmp_path: Path) -> Iterator[Service]:
    made = create_service(
        Settings(
            data=DataSettings(root=root),
            cache=CacheSettings(directory=tmp_path / "cache"),
            images=(ImageSettings(identifier="declared", file=tmp_path / "outside.fits"),),
            wmts=WmtsSettings(mosaic=("*",)),
        )
    )
    yield made
    made.close()


@pytest.fixture
def mosaic(service: Service) -> Mosaic:
    return Mosaic(service, Coverages(service))


def identifiers(mosaic: Mosaic) -> list[str]:
    return [member.identifier for member in asyncio.run(mosaic.members())]


def test_more_members_than_stay_open_are_opened_once(
    root: Path, mosaic: Mosaic, opened: list[str]
) -> None:
    names = [f"{number:03}.fits" for number in range(MANY)]
    for number, name in enumerate(names):
        write(root / name, number)
    assert identifiers(mosaic) == names
    assert sorted(opened) == names
    assert identifiers(mosaic) == names
    assert len(opened) == MANY


def test_files_that_change_come_or_go_are_noticed(
    root: Path, mosaic: Mosaic, opened: list[str]
) -> None:
    for name in "abc":
        write(root / f"{name}.fits")
    before = asyncio.run(mosaic.members())
    opened.clear()
    (root / "a.fits").unlink()
    write(root / "d.fits")
    write(root / "b.fits", lon=90.0)
    os.utime(root / "b.fits", ns=(0, 10**18))  # whatever the clock of the file system does
    after = asyncio.run(mosaic.members())
    assert [member.identifier for member in after] == ["b.fits", "c.fits", "d.fits"]
    assert sorted(opened) == ["b.fits", "d.fits"]
    assert after[0].coverage != before[1].coverage
    assert after[1] == before[2]


def test_a_file_that_cannot_be_shown_is_tried_again_when_it_changes(
    root: Path, mosaic: Mosaic, opened: list[str]
) -> None:
    path = root / "a.fits"
    path.write_bytes(b"SIMPLE  =                    F")
    os.utime(path, ns=(0, 10**18))
    assert identifiers(mosaic) == []
    write(path)
    assert identifiers(mosaic) == ["a.fits"]
    opened.clear()
    assert identifiers(mosaic) == ["a.fits"]
    assert opened == []


def test_a_declared_image_is_followed_by_its_files(
    tmp_path: Path, mosaic: Mosaic, opened: list[str]
) -> None:
    assert identifiers(mosaic) == []
    write(tmp_path / "outside.fits")
    assert identifiers(mosaic) == ["declared"]
    assert identifiers(mosaic) == ["declared"]
    assert opened == ["declared"]
    os.utime(tmp_path / "outside.fits", ns=(0, 10**18))
    assert identifiers(mosaic) == ["declared"]
    assert opened == ["declared", "declared"]
