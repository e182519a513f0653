"""The image that a viewer opens first: the headers of the files decide, not their names."""

import gzip
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from celestile.assembly import create_service
from celestile.service import opening as module
from celestile.service.opening import CANDIDATES, Opening
from celestile.settings import CacheSettings, DataSettings, Settings

SKY = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 10.0, "CRVAL2": 20.0,
    "CRPIX1": 1.0, "CRPIX2": 1.0, "CDELT1": -1e-4, "CDELT2": 1e-4,
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


@pytest.fixture
def opening(root: Path, tmp_path: Path) -> Any:
    service = create_service(
        Settings(data=DataSettings(root=root), cache=CacheSettings(directory=tmp_path / "cache"))
    )
    yield Opening(service.library)
    service.close()


def write(root: Path, name: str, size: int = 20, **cards: Any) -> Path:
    values = np.arange(size * size, dtype=np.float32).reshape(size, size)
    fits.writeto(root / name, values, fits.Header(cards))
    return root / name


@pytest.mark.parametrize(
    ("others", "best"),
    [
        ([("a.fits", 90, {})], ("b.fits", 20, SKY)),
        ([("a.fits", 20, SKY)], ("b.fits", 30, SKY)),
        ([("a.fits", 90, SKY | {"IMAGETYP": "Flat Field"})], ("b.fits", 20, {})),
        ([("a.fits", 90, SKY | {"OBSTYPE": "BIAS"})], ("b.fits", 20, {})),
        ([("a.fits", 90, SKY | {"HIERARCH ESO DPR TYPE": "LAMP,FLAT"})], ("b.fits", 20, {})),
        ([("a.fits", 90, SKY | {"OBJECT": "SKY_FLAT"})], ("b.fits", 20, {})),
        ([("a_flat.fits", 90, SKY), ("bad_mask.fits", 90, SKY)], ("b.fits", 20, {})),
        ([("b.fits", 20, SKY)], ("a.fits", 20, SKY)),
        ([("a.fits", 20, SKY)], ("b.fits", 21, SKY | {"OBJECT": "Flatiron", "OBSTYPE": "OBJECT"})),
    ],
)  # fmt: skip
def test_one_that_shows_the_sky_is_preferred(
    others: list[Any], best: Any, root: Path, opening: Opening
) -> None:
    for name, size, cards in (*others, best):
        write(root, name, size, **cards)
    assert opening.identifier() == best[0]


def test_broken_files_come_last(root: Path, opening: Opening) -> None:
    (root / "a.fits").write_bytes(b"")
    (root / "b.fits").write_bytes(b"SIMPLE  =   nonsense")
    cut = write(root, "c.fits", 90, **SKY)
    cut.write_bytes(cut.read_bytes()[:9000])
    assert opening.identifier() == "c.fits"
    write(root, "d.fits")
    assert opening.identifier() == "d.fits"


def test_it_follows_the_folder(root: Path, opening: Opening) -> None:
    assert opening.identifier() is None
    first = write(root, "a.fits")
    assert opening.identifier() == "a.fits"
    write(root, "b.fits", 40)
    assert opening.identifier() == "b.fits"
    first.unlink()
    write(root, "a.fits", 50)
    assert opening.identifier() == "a.fits"
    (root / "a.fits").unlink()
    (root / "b.fits").unlink()
    assert opening.identifier() is None


def test_few_candidates_are_opened(
    root: Path, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(CANDIDATES + 5):
        write(root, f"{number:03}.fits", 20 + number)
    monkeypatch.setattr(module, "_SECONDS_OF_REQUEST", 1e9)
    assert opening.identifier() == f"{CANDIDATES - 1:03}.fits"


def test_without_time_it_is_the_first_that_opens(
    root: Path, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "a.fits").write_bytes(b"")
    write(root, "b.fits")
    write(root, "c.fits", 30, **SKY)
    monkeypatch.setattr(module, "_SECONDS_OF_REQUEST", -1.0)
    assert opening.identifier() == "b.fits"
    opening.prepare()
    assert opening.identifier() == "c.fits"


def test_large_compressed_files_are_not_examined(
    root: Path, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = write(root, "large.fits", 50, **SKY)
    (root / "a.fits.gz").write_bytes(gzip.compress(large.read_bytes()))
    large.unlink()
    write(root, "b.fits")
    monkeypatch.setattr(module, "_MOST_PACKED", 100)
    opened = []
    library = opening._library
    opens = library.open
    monkeypatch.setattr(library, "open", lambda name: opened.append(name) or opens(name))
    opening.prepare()
    assert opening.identifier() == "b.fits"
    assert opened == ["b.fits"]
    (root / "b.fits").unlink()
    assert opening.identifier() == "a.fits.gz"  # there is nothing else


def test_a_request_does_not_wait_for_the_examination(
    root: Path, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root, "a.fits")
    write(root, "b.fits", 30)
    library, opens = opening._library, opening._library.open
    reached, released = threading.Event(), threading.Event()

    def slow(name: str) -> Any:
        if threading.current_thread() is background and name == "b.fits":
            reached.set()
            assert released.wait(60)
        return opens(name)

    monkeypatch.setattr(library, "open", slow)
    monkeypatch.setattr(module, "_SECONDS_OF_REQUEST", -1.0)
    background = threading.Thread(target=opening.prepare)
    background.start()
    assert reached.wait(60)
    assert opening.identifier() == "a.fits"
    released.set()
    background.join()
    assert opening.identifier() == "b.fits"
