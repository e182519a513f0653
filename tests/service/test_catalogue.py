"""Lists of images: sorted and searched by facts of headers, in pages, within a time limit."""

import threading
import time

import pytest

from celestile.errors import RequestError
from celestile.pixels.fits.spool import Spool
from celestile.pixels.library import DeclaredImage, Library
from celestile.service import catalogue as module
from celestile.service.catalogue import Catalogue
from celestile.service.query import Query

BLOCK = 2880


def write(path, **cards):
    """Write a header without astropy: thousands are needed."""
    lines = ["SIMPLE  =                    T", "BITPIX  =                    8"]
    lines += ["NAXIS   =                    2", "NAXIS1  =                    2"]
    lines += ["NAXIS2  =                    2"]
    for keyword, value in cards.items():
        text = f"'{value}'" if isinstance(value, str) else f"{value:>20}"
        lines.append(f"{keyword.replace('_', '-'):8}= {text}")
    header = "".join(line.ljust(80) for line in [*lines, "END"]).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header.ljust(-(-len(header) // BLOCK) * BLOCK) + bytes(BLOCK))


@pytest.fixture
def night(tmp_path):
    """Seven exposures in a folder with a subfolder, and one file that is no image."""
    root = tmp_path / "root"
    for number in range(1, 11):
        write(
            root / "night" / f"FIELD_{number}.fits",
            OBJECT="M 51" if number % 2 else "flat field",
            FILTER="RVB"[number % 3],
            EXPTIME=float(number * 10),
            INSTRUME="ALFOSC",
            DATE_OBS=f"2024-03-{11 - number:02}T00:00:00",
        )
    write(root / "night" / "deep" / "clear.fits", FILTER="clear", OBJECT="M 31")
    (root / "night" / "notes.fits").write_text("no FITS " * 1000)
    return root


@pytest.fixture
def listed(night, tmp_path):
    found = Catalogue(Library(night, Spool(tmp_path / "spool")))
    yield found
    found.stop()


def names(page):
    return [
        image.entry.identifier.rpartition("/")[2].removesuffix(".fits") for image in page.images
    ]


def fields(*numbers):
    return [f"FIELD_{number}" for number in numbers]


def test_natural_order_with_facts_and_problems(listed):
    page = listed.page(Query(prefix="night/"))
    assert names(page) == [*fields(*range(1, 11)), "notes"]
    assert page.folders == ("night/deep/",)
    assert page.images[0].facts.object == "M 51"
    assert page.images[-1].facts.problem == "the file has no FITS header"
    assert (page.read, page.wanted) == (11, 11)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("-exposure", [*fields(*range(10, 0, -1)), "notes"]),
        ("date", [*fields(*range(10, 0, -1)), "notes"]),
        ("filter", [*fields(2, 5, 8, 3, 6, 9, 1, 4, 7, 10), "notes"]),
        ("object", [*fields(2, 4, 6, 8, 10), *fields(1, 3, 5, 7, 9), "notes"]),
        ("-object", [*fields(1, 3, 5, 7, 9), *fields(2, 4, 6, 8, 10), "notes"]),
        ("-name", ["notes", *fields(*range(10, 0, -1))]),
    ],
)  # fmt: skip
def test_sorted_by_facts_unknown_ones_last(listed, sort, expected):
    assert names(listed.page(Query(prefix="night/", sort_key=sort))) == expected


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("FIELD 10", fields(10)),
        ("field_1", fields(1, 10)),
        ("field_?", fields(*range(1, 10))),
        ("*_10.fits", fields(10)),
        ("m* object:m", ["clear", *fields(1, 3, 5, 7, 9)]),
        ("filter:r", fields(3, 6, 9)),
        ("filter:r m", fields(3, 9)),
        ("alfosc exposure:>80", fields(9, 10)),
        ("exposure:20", fields(2)),
        ("date:2024-03-10", fields(1)),
        ("2024-03-1", fields(1)),
        ("10", fields(10)),
        ("nothing", []),
        ("m night/deep", ["clear"]),
    ],
)  # fmt: skip
def test_searched_in_names_and_facts_of_all_folders(listed, search, expected):
    page = listed.page(Query(search=search))
    assert sorted(names(page)) == sorted(expected)
    assert page.total == len(expected)


def test_pages_and_the_page_of_an_image(listed):
    page = listed.page(Query(prefix="night/", offset=3, limit=2))
    assert (names(page), page.offset, page.total) == (fields(4, 5), 3, 11)
    assert (page.read, page.wanted) == (2, 2)
    found = listed.page(Query(prefix="night/", limit=4, at="night/FIELD_8.fits"))
    assert "FIELD_8" in names(found)
    assert found.offset == 5
    missing = listed.page(Query(prefix="night/", offset=1, limit=4, at="night/no.fits"))
    assert missing.offset == 1


def test_wrong_orders_are_refused():
    with pytest.raises(RequestError, match="expected one of name, object"):
        Query(sort_key="size")


def test_declared_images_have_the_facts_of_their_first_file(night, tmp_path):
    files = tuple(sorted((night / "night").glob("FIELD_*.fits")))
    declared = {"all": DeclaredImage(frames=files)}
    found = Catalogue(Library(None, Spool(tmp_path / "spool"), declared))
    assert found.page(Query()).images[0].facts.object == "M 51"
    found.stop()


def test_changed_files_are_read_again(listed, night):
    assert listed.page(Query(prefix="night/deep/")).images[0].facts.object == "M 31"
    write(night / "night" / "deep" / "clear.fits", OBJECT="M 33", FILTER="R", EXPTIME=1.0)
    later = module.time.monotonic() + 100
    module.time.monotonic, known = (lambda: later), module.time.monotonic
    try:
        page = listed.page(Query(prefix="night/deep/"))
    finally:
        module.time.monotonic = known
    assert page.images[0].facts.object == "M 33"


def test_slow_disks_delay_no_list(listed, monkeypatch):
    """Headers arrive meanwhile, and the progress is reported."""
    gate = threading.Event()
    read = module.read_facts

    def slow(path):
        gate.wait(10)
        return read(path)

    monkeypatch.setattr(module, "read_facts", slow)
    began = time.monotonic()
    page = listed.page(Query(prefix="night/", sort_key="-exposure"))
    assert time.monotonic() - began < 3
    assert page.total == 11
    assert page.read < page.wanted == 11
    assert {image.facts for image in page.images} == {None}
    gate.set()
    for _ in range(100):
        page = listed.page(Query(prefix="night/", sort_key="-exposure"))
        if page.read == page.wanted:
            break
    assert names(page)[:2] == fields(10, 9)


def test_only_headers_of_the_page_are_read(tmp_path, monkeypatch):
    """Neither all files of a large folder are read, nor their folder again for each page."""
    root = tmp_path / "root"
    for number in range(500):
        write(root / f"{number}.fits", OBJECT="x")
    read = []
    real = module.read_facts
    monkeypatch.setattr(module, "read_facts", lambda path: read.append(path) or real(path))
    found = Catalogue(Library(root, Spool(tmp_path / "spool")))
    found.page(Query(offset=100, limit=50))
    assert len(read) == 50
    found.page(Query(offset=100, limit=50))
    assert len(read) == 50
    page = found.page(Query(sort_key="object", limit=50))
    while page.read < page.wanted:
        page = found.page(Query(sort_key="object", limit=50))
    assert len(read) == 500
    found.stop()
