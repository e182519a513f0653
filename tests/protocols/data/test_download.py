"""FITS files as they lie on the disk, where the operator lets them go."""

from dataclasses import replace

import pytest

from celestile.protocols.web.media_types import fits_media_type
from celestile.settings import DataSettings


@pytest.fixture(scope="module")
def client(serve, settings):
    return serve(settings)


@pytest.fixture(scope="module")
def closed(serve, settings, files):
    """Client of a server that hands out nothing."""
    return serve(replace(settings, data=DataSettings(root=files)))


def test_file_is_sent_byte_for_byte(client, files):
    response = client.get("/api/images/sky.fits/fits")
    assert response.status_code == 200
    assert response.content == (files / "sky.fits").read_bytes()
    assert response.headers["content-type"] == "application/fits"
    assert response.headers["content-disposition"] == 'attachment; filename="sky.fits"'
    assert response.headers["accept-ranges"] == "bytes"
    assert response.headers["access-control-allow-origin"] == "*"
    assert str(files) not in str(response.headers)


def test_ranges_are_sent_alone(client, files):
    whole = (files / "sky.fits").read_bytes()
    response = client.get("/api/images/sky.fits/fits", Range="bytes=2880-2899")
    assert response.status_code == 206
    assert response.content == whole[2880:2900]
    assert response.headers["content-range"] == f"bytes 2880-2899/{len(whole)}"
    late = client.get("/api/images/sky.fits/fits", Range=f"bytes={len(whole)}-")
    assert late.status_code == 416


def test_unchanged_file_is_not_sent_again(client):
    first = client.get("/api/images/sky.fits/fits")
    again = client.get("/api/images/sky.fits/fits", **{"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_head_tells_the_size(client, files):
    response = client.request("HEAD", "/api/images/sky.fits/fits")
    assert response.status_code == 200
    assert int(response.headers["content-length"]) == (files / "sky.fits").stat().st_size
    assert response.content == b""


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("night/fits", "frame1.fits"),
        ("night/fits?frame=3", "frame3.fits"),
        ("night;frame=2/fits", "frame2.fits"),
        ("bands/fits?channel=v", "frame2.fits"),
        ("sub%2Fmosaic.fits/fits?hdu=CCD2", "mosaic.fits"),
    ],
)
def test_plane_leads_to_its_file(client, files, address, name):
    response = client.get(f"/api/images/{address}")
    assert response.content == (files / "sub" / name).read_bytes()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("nothing.fits/fits", 404),
        ("broken.fits/fits", 404),
        ("night/fits?frame=9", 400),
        ("..%2Fsecret.fits/fits", 404),
    ],
)
def test_what_is_no_image_is_not_sent(client, address, status):
    response = client.get(f"/api/images/{address}")
    assert response.status_code == status
    assert response.json()["error"]


def test_nothing_is_sent_unless_the_operator_allows_it(closed):
    for identifier in ("sky.fits", "nothing.fits"):
        response = closed.get(f"/api/images/{identifier}/fits")
        assert response.status_code == 403
        assert "does not allow downloads" in response.json()["error"]


def test_manifests_offer_the_file_where_it_is_allowed(client, closed):
    (offered,) = client.get("/iiif/presentation/3/sky.fits/manifest").json()["rendering"]
    assert client.get(offered["id"]).headers["content-type"] == offered["format"]
    assert "rendering" not in closed.get("/iiif/presentation/3/sky.fits/manifest").json()
    # Of a sequence there is no single file.
    assert "rendering" not in client.get("/iiif/presentation/3/night/manifest").json()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.fits", "application/fits"),
        ("a.FTS", "application/fits"),
        ("a.fits.fz", "application/fits"),
        ("a.fits.gz", "application/gzip"),
        ("a.fits.bz2", "application/x-bzip2"),
    ],
)
def test_compressed_files_are_named_for_what_they_are(tmp_path, name, kind):
    assert fits_media_type(tmp_path / name) == kind
