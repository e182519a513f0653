"""The spellings of views in `grammar.json`, which the viewer's tests read too."""

import json
from pathlib import Path

import pytest

from celestile.errors import RequestError
from celestile.views.view import VIEW_KEYS, canonical, parse_view, view_from_pairs

GRAMMAR = json.loads((Path(__file__).parent / "grammar.json").read_text("utf-8"))
ACCEPTED = [(row["text"], row["canonical"]) for row in GRAMMAR["accepted"]]
REFUSED = [(row["text"], row["key"]) for row in GRAMMAR["refused"]]


@pytest.mark.parametrize(("text", "expected"), ACCEPTED)
def test_accepted_spelling_has_its_canonical_form(text: str, expected: str) -> None:
    assert canonical(parse_view(text)) == expected
    assert canonical(parse_view(expected)) == expected


@pytest.mark.parametrize(("text", "expected"), ACCEPTED)
def test_keys_and_values_of_a_query_are_read_alike(text: str, expected: str) -> None:
    pairs = [(key, value) for key, _, value in (part.partition("=") for part in text.split(";"))]
    assert canonical(view_from_pairs(pairs if text else [])) == expected


@pytest.mark.parametrize(("text", "key"), REFUSED)
def test_refused_spelling_names_the_key(text: str, key: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_view(text)
    assert caught.value.parameter == key
    assert key in str(caught.value)


def test_every_key_stands_in_the_table() -> None:
    for rows in (ACCEPTED, REFUSED):
        found = {part.partition("=")[0] for text, _ in rows for part in text.split(";")}
        assert found >= VIEW_KEYS
