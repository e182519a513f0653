from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celestile.errors import RequestError, UnknownImageError
from celestile.protocols.web.identifiers import (
    encode_identifier,
    file_name,
    normalize_segment,
    read_segment,
)
from celestile.views.view import View, canonical, parse_view


# Image API 3.0, section 9: "to-encode = / ? # [ ] @ %"
@pytest.mark.parametrize(
    ("identifier", "segment"),
    [
        ("id1", "id1"),
        ("bb157hs6068", "bb157hs6068"),
        ("ark:/12025/654xz321", "ark:%2F12025%2F654xz321"),
        ("urn:foo:a123,456", "urn:foo:a123,456"),
        ("https://example.com/?54#a", "https:%2F%2Fexample.com%2F%3F54%23a"),
        ("[frob]@home", "%5Bfrob%5D%40home"),
        ("100%.fits", "100%25.fits"),
        ("two words.fits", "two%20words.fits"),
        ("étoile.fits", "%C3%A9toile.fits"),
    ],
)
def test_identifier_is_encoded_as_the_specification_says(identifier, segment):
    assert encode_identifier(identifier) == segment
    assert read_segment(segment) == (identifier, View())


def test_view_stays_readable():
    view = parse_view("frame=3;limits=0.1,250;cmap=viridis")
    assert encode_identifier("a/b.fits", view) == f"a%2Fb.fits;{canonical(view)}"


@pytest.mark.parametrize("safe", ["", ";=,:~", "/"])
def test_view_is_read_however_a_viewer_encodes_it(safe):
    text = "a/b.fits;frame=3;limits=0.1,250;cmap=viridis"
    identifier, view = read_segment(quote(text, safe=safe))
    assert identifier == "a/b.fits"
    assert view == parse_view("frame=3;limits=0.1,250;cmap=viridis")


@given(
    identifier=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
        lambda text: "%" not in text
    ),
    view=st.sampled_from([View(), parse_view("frame=2;stretch=log"), parse_view("invert=1")]),
)
def test_what_is_encoded_is_read_back(identifier, view):
    segment = encode_identifier(identifier, view)
    assert read_segment(segment) == (identifier, view)
    assert normalize_segment(segment) == segment
    assert not set(segment) & set("/?#[]@ ")


def test_semicolon_of_a_file_name_is_no_view():
    segment = encode_identifier("odd;frame=2.fits")
    assert read_segment(segment) == ("odd;frame=2.fits", View())


def test_substitute_stands_for_slashes():
    assert encode_identifier("a/b/c.fits", None, "~~") == "a~~b~~c.fits"
    assert read_segment("a~~b~~c.fits;invert=1", "~~") == (
        "a/b/c.fits",
        parse_view("invert=1"),
    )
    assert read_segment("a%2Fb.fits", "~~")[0] == "a/b.fits"
    assert read_segment("a~~b.fits")[0] == "a~~b.fits"


def test_normal_form_keeps_the_spelling_of_the_view():
    assert normalize_segment("a%2fb%2Dc%3Bgamma%3D1%2E0") == "a%2Fb-c;gamma=1.0"


def test_broken_encoding_names_no_image():
    with pytest.raises(UnknownImageError):
        read_segment("caf%E9.fits")
    with pytest.raises(UnknownImageError):
        normalize_segment("caf%E9.fits")


def test_wrong_view_is_the_clients_fault():
    with pytest.raises(RequestError) as caught:
        read_segment("a.fits;cmap=nosuch")
    assert caught.value.parameter == "cmap"


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("m13.fits", "m13.png"),
        ("a/b/m13.fits.gz", "m13.png"),
        ('a"b\r\n.fits', "a_b_.png"),
        ("é.fits", "_.png"),
        (".fits", "image.png"),
    ],
)
def test_file_name_is_harmless(identifier, name):
    assert f"{file_name(identifier)}.png" == name
