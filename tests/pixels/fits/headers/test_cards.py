"""Raw header cards, against astropy's reading of the same bytes."""

from io import BytesIO

import pytest
from astropy.io import fits

from celestile.pixels.fits.headers.cards import has_value, integer, raw_cards, value_of


def header(*cards: tuple[str, object, str]) -> bytes:
    return fits.Header([fits.Card(*card) for card in cards]).tostring().encode()


VALUES = [
    ("NAXIS1", 2048, "length of axis 1"),
    ("EXPTIME", -1.5e-7, ""),
    ("SIMPLE", True, "conforms"),
    ("OBJECT", "M 31 / its core", "name / of the target"),
    ("OBSERVER", "O'Hara", "a quote is doubled"),
    ("EMPTY", "", ""),
    ("QUOTE", "'", "one quote"),
]


@pytest.mark.parametrize("card", VALUES, ids=[card[0] for card in VALUES])
def test_values_are_those_of_astropy(card: tuple[str, object, str]) -> None:
    ((keyword, text), (end, _)) = raw_cards(BytesIO(header(card)[:80] + b"END".ljust(2800)), 1)
    expected = fits.Card.fromstring(header(card)[:80])
    assert has_value(text)
    assert (keyword, end) == (expected.keyword, "END")
    shown = value_of(text)
    if isinstance(expected.value, str):
        assert shown.startswith("'")
        assert shown.endswith("'")
        assert shown[1:-1].replace("''", "'").rstrip() == expected.value
    elif isinstance(expected.value, bool):
        assert shown == ("T" if expected.value else "F")
    else:
        assert float(shown) == expected.value


def test_nothing_behind_end_is_yielded_and_the_stream_stands_behind_its_block() -> None:
    long = header(*((f"KEY{number}", number, "") for number in range(50)))
    stream = BytesIO(long + b"DATA    =                    1".ljust(2880))
    cards = list(raw_cards(stream, 10))
    assert [keyword for keyword, _ in cards] == [*(f"KEY{number}" for number in range(50)), "END"]
    assert stream.tell() == len(long) == 2 * 2880


def test_no_more_blocks_are_read_than_allowed() -> None:
    stream = BytesIO(b"HISTORY for ever".ljust(80) * 36 * 20)
    assert len(list(raw_cards(stream, 3))) == 3 * 36
    assert stream.tell() == 3 * 2880


def test_a_stream_that_ends_within_a_header_yields_what_it_holds() -> None:
    cut = header(("NAXIS", 2, ""), ("NAXIS1", 5, ""))[: 80 + 30]
    assert [(keyword, value_of(text)) for keyword, text in raw_cards(BytesIO(cut), 3)] == [
        ("NAXIS", "2"),
        ("NAXIS1", "5"),
    ]
    assert list(raw_cards(BytesIO(b""), 3)) == []


def test_bytes_that_are_not_ascii_move_no_column() -> None:
    stored = b"OBJECT  = 'caf\xc3\xa9'           / caf\xc3\xa9".ljust(80) + b"NAXIS   = 2".ljust(80)
    (_, first), (keyword, second) = raw_cards(BytesIO(stored), 1)
    assert value_of(first) == "'caf\ufffd\ufffd'"
    assert (keyword, value_of(second)) == ("NAXIS", "2")


@pytest.mark.parametrize(
    ("stored", "expected"),
    [(b"NAXIS   = 2", True), (b"COMMENT made by hand", False), (b"NAXIS   =2", False)],
)
def test_value_indicator_is_an_equals_sign_and_a_blank(stored: bytes, expected: bool) -> None:
    ((_, text),) = raw_cards(BytesIO(stored.ljust(80)), 1)
    assert has_value(text) is expected


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("-3", -3), ("1.0", None), ("", None)])
def test_only_integers_are_integers(text: str, number: int | None) -> None:
    assert integer(text) == number
    assert integer(None) is None
