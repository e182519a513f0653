"""Accept and Accept-Encoding, by the examples and rules of RFC 9110, sections 12.5.1 and 12.5.3."""

import pytest

from celestile.protocols.web.accept import accepts, content_coding, media_ranges, weight

# The RFC's own example, but for the range with a parameter of its own, which is not told apart.
EXAMPLE = "text/*;q=0.3, text/plain;q=0.7, text/plain;format=fixed;q=0.4, */*;q=0.5"


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [("text/plain", 0.7), ("text/html", 0.3), ("image/jpeg", 0.5)],
)
def test_most_specific_range_has_precedence(media_type, expected):
    assert weight(EXAMPLE, media_type) == expected


@pytest.mark.parametrize("header", [None, "", "  ", "*/*"])
def test_everything_is_acceptable_where_nothing_is_said(header):
    assert weight(header, "image/png") == 1.0


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("image/png;q=0, */*", 0.0),
        ("image/png;q=0.0", 0.0),
        ("IMAGE/PNG ; Q=0.25", 0.25),
        ('image/png;note="a,b;q=0";q=0.5', 0.5),
        (r'image/png;note="\";q=0";q=0.5', 0.5),
        ('image/jpeg;note="open, image/png', 0.0),
        ("image/png;q=nan", 1.0),
        ("image/png;q=2", 1.0),
        ("image/png;q=0.1234", 1.0),
        ("image/png;q=0.2, image/png;q=0.8", 0.8),
        ("nonsense, ;;;, =, image/*", 1.0),
        ("text/html", 0.0),
    ],
)
def test_weight_of_png(header, expected):
    assert weight(header, "image/png") == expected
    assert accepts(header, "image/png") == (expected > 0)


def test_parameters_of_the_type_on_offer_do_not_matter():
    assert weight("application/json;q=0.5", "application/json;version=3.0") == 0.5


def test_elements_that_are_no_range_are_left_out():
    assert media_ranges("a, b/c, /, d/, e/f/g, h/*;q=0") == {"b/c": 1.0, "h/*": 0.0}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        # The five examples of section 12.5.3, in its order.
        ("compress, gzip", "gzip"),
        ("", None),
        ("*", "br"),
        ("compress;q=0.5, gzip;q=1.0", "gzip"),
        ("gzip;q=1.0, identity; q=0.5, *;q=0", "gzip"),
        (None, None),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip;q=0, *", "br"),
        ("br;q=0, gzip;q=0", None),
        ("identity, br;q=0.9", None),
        ("gzip;q=0.001", "gzip"),
        ("*;q=0", None),
        ("deflate", None),
        ("brotli, gz, g/zip", None),
    ],
)
def test_content_coding(header, expected):
    assert content_coding(header, ["br", "gzip"]) == expected


def test_no_coding_is_chosen_that_is_not_offered():
    assert content_coding("br, gzip", ["gzip"]) == "gzip"
    assert content_coding("*", []) is None
