import pytest

from celestile.protocols.iiif.negotiation import info_type

LD_3 = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"'


@pytest.mark.parametrize(
    ("accept", "third", "second"),
    [
        (None, LD_3, "application/json"),
        ("", LD_3, "application/json"),
        ("*/*", LD_3, "application/json"),
        ("application/*", LD_3, "application/json"),
        ("application/json", "application/json", "application/json"),
        ("application/ld+json", LD_3, "application/ld+json"),
        ("APPLICATION/LD+JSON", LD_3, "application/ld+json"),
        (LD_3, LD_3, "application/ld+json"),
        ("application/ld+json, application/json;q=0.5", LD_3, "application/ld+json"),
        ("application/ld+json;q=0.5, application/json", "application/json", "application/json"),
        ("application/json, */*;q=0.1", "application/json", "application/json"),
        ("application/ld+json;q=0", "application/ld+json", "application/json"),
        ("application/ld+json;q=0, */*", "application/json", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", LD_3, "application/json"),
        ("image/png", LD_3, "application/json"),
        ('application/json;profile="a,b;q=0";q=0.9', "application/json", "application/json"),
        ("nonsense;;;===", LD_3, "application/json"),
    ],
)
def test_media_type_follows_accept(accept, third, second):
    assert info_type(accept, 3).startswith(third)
    assert info_type(accept, 2) == second
