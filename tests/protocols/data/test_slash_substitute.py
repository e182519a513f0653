"""Characters that stand for slashes in identifiers, for proxies that refuse an encoded slash."""

import dataclasses

import pytest

from celestile.settings import IiifSettings


@pytest.fixture(scope="module")
def client(serve, settings):
    return serve(dataclasses.replace(settings, iiif=IiifSettings(slash_substitute="~~")))


def test_service_describes_its_substitute(client, serve, settings):
    assert client.get("/api").json()["slash_substitute"] == "~~"
    assert serve(settings).get("/api").json()["slash_substitute"] is None


@pytest.mark.parametrize(
    "resource", ["", "/header", "/statistics", "/value?x=1&y=1", "/ready", "/fits"]
)
def test_substituted_identifier_is_that_of_the_file(client, resource):
    substituted = client.get(f"/api/images/sub~~frame1.fits{resource}")
    assert substituted.status_code == 200
    assert substituted.content == client.get(f"/api/images/sub%2Fframe1.fits{resource}").content


def test_substituted_identifier_may_carry_a_view(client):
    found = client.get("/api/images/sub~~frame1.fits;invert=1").json()
    assert found["id"] == "sub/frame1.fits"
    assert found["shown"]["invert"] is True
    assert found["iiif"].endswith("/iiif/3/sub~~frame1.fits")


def test_substitute_means_nothing_where_it_is_not_set(serve, settings):
    assert serve(settings).get("/api/images/sub~~frame1.fits").status_code == 404
